// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/LinkDesk.h"

#include "ui/shell/MessageStrip.h"
#include "ui/text/Isolate.h"
#include "ui/text/Shorten.h"

#include <QApplication>
#include <QFileOpenEvent>

namespace ch::ui {

namespace {

const QString kLinkTopic = QStringLiteral("link");

} // namespace

LinkDesk::LinkDesk(MainWindow& window, WindowController& controller) : m_window(window), m_controller(controller)
{
    qApp->installEventFilter(this);
    connect(&m_controller, &WindowController::accountOpened, this, [this] {
        if (m_waiting) {
            show();
        }
    });
    connect(&m_controller, &WindowController::accountNotOpened, this, [this] {
        if (m_waiting) {
            show();
        }
    });
}

bool LinkDesk::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::FileOpen) {
        const QUrl url = static_cast<QFileOpenEvent*>(event)->url();
        if (isObjectLink(url.toString())) {
            open(QString::fromLatin1(url.toEncoded()));
            return true;
        }
    }
    return QObject::eventFilter(watched, event);
}

void LinkDesk::open(const QString& link)
{
    m_window.setWindowState(m_window.windowState() & ~Qt::WindowMinimized);
    m_window.raise();
    m_window.activateWindow();
    const auto read = readObjectLink(link);
    if (!read) {
        Message message;
        message.topic = kLinkTopic;
        message.sign = Sign::Warning;
        message.title = tr("The link cannot be opened");
        message.text = read.error().message;
        m_window.messages().put(message);
        return;
    }
    m_waiting = *read;
    show();
}

void LinkDesk::show()
{
    if (!m_controller.isOpen()) {
        if (!m_controller.isOpening()) {
            wait(tr("A link to %1 waits").arg(isolated(shortenedId(m_waiting->id, 40))), tr("It is shown as soon as an account is open."), false);
        }
        return;
    }
    if (QApplication::activeModalWidget() != nullptr) {
        wait(tr("A link to %1 waits").arg(isolated(shortenedId(m_waiting->id, 40))), tr("A dialog is open, which goes first."), true);
        return;
    }
    m_window.messages().clear(kLinkTopic);
    m_controller.openObject(m_waiting->id);
    m_waiting.reset();
}

void LinkDesk::wait(const QString& title, const QString& text, bool withButton)
{
    Message message;
    message.topic = kLinkTopic;
    message.sign = Sign::Info;
    message.title = title;
    message.text = text;
    if (withButton) {
        message.actionWords = tr("Show it");
        message.action = [this] {
            if (m_waiting) {
                show();
            }
        };
    }
    m_window.messages().put(message);
}

} // namespace ch::ui

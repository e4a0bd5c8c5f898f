// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/FeedDesk.h"

#include "ui/shell/MessageStrip.h"
#include "ui/shell/StatusLine.h"
#include "ui/text/Isolate.h"
#include "ui/text/MoneyText.h"

#include <QCoreApplication>
#include <QEvent>

namespace ch::ui {

namespace {

constexpr int kLookMs = 2000;
const QString kFeedTopic = QStringLiteral("feed");

} // namespace

FeedDesk::FeedDesk(workspace::Engine& engine, MainWindow& window) : m_engine(engine), m_window(window)
{
    m_sinceInput.start();
    QCoreApplication::instance()->installEventFilter(this);
    m_timer.setInterval(kLookMs);
    connect(&m_timer, &QTimer::timeout, this, &FeedDesk::look);
    connectEngine();
}

void FeedDesk::connectEngine()
{
    using workspace::Engine;
    connect(&m_engine, &Engine::feedChanged, this, &FeedDesk::showState);
    connect(&m_engine, &Engine::eventNoticed, this, &FeedDesk::tellNotice);
    connect(&m_engine, &Engine::repairBegan, this, &FeedDesk::tellRepair);
    connect(&m_engine, &Engine::feedSettingsRead, this, [this](int order, const workspace::FeedSettings& settings) {
        if (m_orders.remove(order)) {
            m_settings = settings;
            Q_EMIT settingsChanged(settings);
        }
    });
    connect(&m_engine, &Engine::orderFailed, this, [this](int order, const Error& error) {
        if (m_orders.remove(order)) {
            m_window.messages().put(messageOf(kFeedTopic, error));
            if (m_settings) {
                Q_EMIT settingsChanged(*m_settings);
            }
        }
    });
}

void FeedDesk::setReads(qint64 readsOfAMonth)
{
    m_window.messages().clear(kFeedTopic);
    m_orders.insert(m_engine.setReadsOfAMonth(readsOfAMonth));
}

void FeedDesk::setTakesDown(bool on)
{
    m_window.messages().clear(kFeedTopic);
    m_orders.insert(m_engine.setTakesDown(on));
}

void FeedDesk::enter(const QTimeZone& zone)
{
    m_zone = zone;
    m_isOpen = true;
    m_settings.reset();
    m_failedPayments = 0;
    m_orders.insert(m_engine.readFeedSettings());
    m_timer.start();
    look();
}

void FeedDesk::leave()
{
    m_isOpen = false;
    m_orders.clear();
    m_timer.stop();
    m_window.statusLine().setFeed({}, m_zone);
    for (const char* topic : {"repair", "payment_failed", "marked", "feed"}) {
        m_window.messages().clear(QLatin1String(topic));
    }
}

bool FeedDesk::eventFilter(QObject* watched, QEvent* event)
{
    switch (event->type()) {
    case QEvent::KeyPress:
    case QEvent::MouseMove:
    case QEvent::MouseButtonPress:
    case QEvent::Wheel:
    case QEvent::HoverMove:
    case QEvent::TouchBegin:
        m_sinceInput.restart();
        if (!m_isLooked) {
            look();
        }
        break;
    case QEvent::WindowActivate:
    case QEvent::WindowDeactivate:
        if (watched == &m_window) {
            m_sinceInput.restart();
            look();
        }
        break;
    default:
        break;
    }
    return false;
}

void FeedDesk::look()
{
    const bool isLooked = m_isOpen && m_window.isActiveWindow() && !m_window.isMinimized() && !m_sinceInput.hasExpired(kNobodyAfterMs);
    if (isLooked != m_isLooked) {
        m_isLooked = isLooked;
        m_engine.setLooked(isLooked);
    }
}

void FeedDesk::showState(const sync::FeedState& state)
{
    if (m_isOpen) {
        m_window.statusLine().setFeed(state, m_zone);
    }
}

void FeedDesk::tellNotice(const workspace::EventNotice& notice)
{
    if (!m_isOpen) {
        return;
    }
    const QString name = isolated(notice.name.isEmpty() ? notice.mark.businessId : notice.name);
    const QString id = notice.mark.businessId;
    Message message;
    message.sign = Sign::Warning;
    if (notice.mark.kind == store::MarkKind::AtRisk) {
        ++m_failedPayments;
        message.topic = QStringLiteral("payment_failed");
        message.title = m_failedPayments == 1 ? tr("A payment of %1 failed").arg(name) : tr("A payment of %1 failed, and %2 before it").arg(name, countText(m_failedPayments - 1));
        message.text = tr("Its invoice is open: its revenue is at risk until it is paid.");
        message.actionWords = tr("Open it");
        message.action = [this, id] { Q_EMIT businessOpened(id); };
    } else if (notice.takenDown) {
        message.topic = QStringLiteral("marked");
        message.sign = Sign::Info;
        message.title = tr("%1 was taken down").arg(name);
        message.text = tr("Its last subscription had ended, and the settings say to take such a business down. Its customer stays in Stripe.");
        message.actionWords = tr("Open it");
        message.action = [this, id] { Q_EMIT businessOpened(id); };
    } else {
        message.topic = QStringLiteral("marked");
        message.title = tr("The last subscription of %1 has ended").arg(name);
        message.text = tr("It is marked for take-down and stands under Operations, Needs you. Nothing was done.");
        message.actionWords = tr("Take it down…");
        message.action = [this, id] { Q_EMIT takedownAsked(id); };
    }
    m_window.messages().put(message);
}

void FeedDesk::tellRepair(const QString& reason)
{
    Message message;
    message.topic = QStringLiteral("repair");
    message.sign = Sign::Info;
    if (reason == QLatin1String("away")) {
        message.title = tr("The account is read anew");
        message.text = tr("It was not asked for events for more than 25 days. Stripe keeps them for 30, so its lists are read once more to miss nothing.");
    } else if (reason == QLatin1String("older")) {
        message.title = tr("The account is read anew");
        message.text = tr("The local copy is older than the log of events, as after a restored backup. Its lists are read once more.");
    } else {
        return; // the first synchronisation speaks for itself
    }
    m_window.messages().put(message);
}

} // namespace ch::ui

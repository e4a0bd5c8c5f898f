// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/MessageStrip.h"

#include "ui/text/Isolate.h"
#include "ui/theme/SignLabel.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QToolButton>

namespace ch::ui {

namespace {

QString lookOfSign(Sign sign)
{
    switch (sign) {
    case Sign::Info: return QStringLiteral("info");
    case Sign::Warning: return QStringLiteral("warning");
    case Sign::Danger: return QStringLiteral("danger");
    case Sign::Ok: return QStringLiteral("ok");
    }
    return {};
}

QPushButton* linkButton(const QString& words, const QString& objectName, QWidget* parent)
{
    auto* button = new QPushButton(words, parent);
    button->setObjectName(objectName);
    button->setAccessibleName(words);
    button->setProperty("look", QStringLiteral("link"));
    button->setCursor(Qt::PointingHandCursor);
    return button;
}

} // namespace

Message messageOf(const QString& topic, const Error& error)
{
    const ErrorWords words = errorWords(error);
    Message message;
    message.topic = topic;
    message.sign = words.isWarning ? Sign::Warning : Sign::Danger;
    message.title = words.happened;
    message.text = words.means + u' ' + words.advice;
    message.details = words.details;
    message.requestId = words.requestId;
    return message;
}

MessageView::MessageView(const Theme& theme, const Message& message, QWidget* parent) : QFrame(parent), m_message(message)
{
    setObjectName(QStringLiteral("message_") + message.topic);
    setAccessibleName(message.title + QStringLiteral(". ") + message.text);
    setProperty("look", lookOfSign(message.sign));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(13, 8, 8, 8);
    row->setSpacing(12);
    row->addWidget(new SignLabel(theme, message.sign, this), 0, Qt::AlignTop);
    auto* column = new QVBoxLayout;
    column->setSpacing(2);
    row->addLayout(column, 1);

    auto* title = new QLabel(inOurDirection(message.title), this);
    title->setTextFormat(Qt::PlainText); // what Stripe or a link says is never markup
    title->setObjectName(QStringLiteral("messageTitle"));
    title->setProperty("kind", QStringLiteral("strong"));
    column->addWidget(title);
    auto* text = new QLabel(inOurDirection(message.text), this);
    text->setTextFormat(Qt::PlainText);
    text->setObjectName(QStringLiteral("messageText"));
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(text);
    addDetails(column);

    auto* buttons = new QWidget(this);
    row->addWidget(buttons, 0, Qt::AlignTop);
    addButtons(buttons);
    auto* close = new QToolButton(this);
    close->setObjectName(QStringLiteral("messageClose"));
    close->setAccessibleName(tr("Close this message"));
    close->setToolTip(tr("Close this message"));
    close->setIcon(theme.icon(QStringLiteral("close")));
    connect(close, &QToolButton::clicked, this, &MessageView::closed);
    row->addWidget(close, 0, Qt::AlignTop);
}

void MessageView::addDetails(QVBoxLayout* column)
{
    if (m_message.details.isEmpty()) {
        return;
    }
    m_details = new QPlainTextEdit(m_message.details, this);
    m_details->setObjectName(QStringLiteral("messageDetails"));
    m_details->setAccessibleName(tr("Technical details"));
    m_details->setProperty("look", QStringLiteral("code"));
    m_details->setFont(monoFont());
    m_details->setReadOnly(true);
    m_details->setFixedHeight(96);
    m_details->hide();
    column->addWidget(m_details);
}

void MessageView::addButtons(QWidget* row)
{
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    if (!m_message.requestId.isEmpty()) {
        QPushButton* copy = linkButton(tr("Copy request id"), QStringLiteral("messageCopyRequestId"), row);
        connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_message.requestId); });
        layout->addWidget(copy);
    }
    if (m_details) {
        QPushButton* fold = linkButton(tr("Details"), QStringLiteral("messageFold"), row);
        connect(fold, &QPushButton::clicked, this, [this, fold] {
            m_details->setVisible(!m_details->isVisible());
            fold->setText(m_details->isVisible() ? tr("Hide details") : tr("Details"));
        });
        layout->addWidget(fold);
    }
    if (!m_message.actionWords.isEmpty()) {
        auto* act = new QPushButton(m_message.actionWords, row);
        act->setObjectName(QStringLiteral("messageAction"));
        act->setAccessibleName(m_message.actionWords);
        connect(act, &QPushButton::clicked, this, [this] {
            if (m_message.action) {
                m_message.action();
            }
        });
        layout->addWidget(act);
    }
}

MessageStrip::MessageStrip(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme), m_layout(new QVBoxLayout(this))
{
    setObjectName(QStringLiteral("messageStrip"));
    setAccessibleName(tr("Messages"));
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(1);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
}

void MessageStrip::put(const Message& message)
{
    clear(message.topic);
    auto* view = new MessageView(m_theme, message, this);
    m_views << view;
    m_layout->addWidget(view);
    const QString topic = message.topic;
    connect(view, &MessageView::closed, this, [this, topic] { clear(topic); });
}

void MessageStrip::clear(const QString& topic)
{
    for (int i = 0; i < m_views.size(); ++i) {
        if (m_views[i]->message().topic == topic) {
            MessageView* view = m_views.takeAt(i);
            view->hide();
            view->deleteLater(); // it may be the one whose button is being pressed
            return;
        }
    }
}

QStringList MessageStrip::topics() const
{
    QStringList topics;
    for (const MessageView* view : m_views) {
        topics << view->message().topic;
    }
    return topics;
}

} // namespace ch::ui

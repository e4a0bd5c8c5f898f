// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/events/EventsPage.h"

#include "ui/theme/Labels.h"
#include "ui/theme/SignLabel.h"
#include "ui/theme/ViewSwitch.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QStackedLayout>
#include <QVBoxLayout>

namespace ch::ui {

namespace {

constexpr int kEventsPollMs = 1000;

} // namespace

EventsPage::EventsPage(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_switch(new ViewSwitch(tr("View"), this)), m_stack(new QStackedLayout), m_events(new EventsPane(theme, this)), m_webhooks(new WebhooksPane(theme, this))
{
    setObjectName(QStringLiteral("eventsPage"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeHead(theme));
    m_stack->addWidget(m_events);
    m_stack->addWidget(m_webhooks);
    column->addLayout(m_stack, 1);
    m_poll.setInterval(kEventsPollMs);
    connect(&m_poll, &QTimer::timeout, this, &EventsPage::refresh);
    setWebhooks({});
}

QWidget* EventsPage::makeHead(const Theme& theme)
{
    auto* head = new QWidget(this);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(24, 12, 24, 12);
    row->setSpacing(0);
    row->addWidget(lineLabel(tr("Event feed"), "page", {}, head));
    row->addSpacing(16);
    m_switch->add(tr("Events"), QStringLiteral("viewEvents"));
    m_switch->add(tr("Webhooks"), QStringLiteral("viewWebhooks"));
    connect(m_switch, &ViewSwitch::chosen, this, [this](int place) { show(static_cast<View>(place)); });
    row->addWidget(m_switch);
    row->addStretch(1);
    m_sign = new SignLabel(theme, Sign::Info, head);
    row->addWidget(m_sign);
    row->addSpacing(8);
    m_words = lineLabel({}, "secondary", QStringLiteral("eventsWebhooks"), head);
    row->addWidget(m_words);
    return head;
}

void EventsPage::setSource(RecordsSource* source)
{
    m_events->setSource(source);
}

void EventsPage::setZone(const QTimeZone& zone)
{
    m_events->setZone(zone);
    m_webhooks->setZone(zone);
}

void EventsPage::setWebhooks(const workspace::WebhookState& state)
{
    m_webhooks->setState(state);
    const bool takes = state.listeningAt > 0 && !state.secrets.isEmpty();
    m_sign->setSign(webhookWords(state).sign);
    m_words->setText(takes ? tr("Webhooks are taken on port %1").arg(state.listeningAt) : state.listeningAt > 0 ? tr("Webhooks: no signing secret") : state.settings.on ? tr("Webhooks: not listening") : tr("Webhooks are off"));
}

void EventsPage::show(View view)
{
    m_view = view;
    m_switch->setCurrent(static_cast<int>(view));
    m_stack->setCurrentIndex(static_cast<int>(view));
    refresh();
    focusTable();
}

void EventsPage::refresh()
{
    if (m_view == View::Events) {
        m_events->refresh();
    }
}

void EventsPage::focusTable()
{
    if (m_view == View::Events) {
        m_events->focusTable();
    } else {
        m_webhooks->setFocus(Qt::OtherFocusReason);
    }
}

void EventsPage::focusFilter()
{
    if (m_view == View::Events) {
        m_events->focusFilter();
    }
}

void EventsPage::copy(bool withHeaders)
{
    if (m_view == View::Events) {
        m_events->copy(withHeaders);
    }
}

void EventsPage::showEvent(QShowEvent*)
{
    refresh();
    m_poll.start();
}

void EventsPage::hideEvent(QHideEvent*)
{
    m_poll.stop();
}

} // namespace ch::ui

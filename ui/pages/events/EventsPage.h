// SPDX-License-Identifier: GPL-3.0-or-later
// Event feed: what came from Stripe, and the webhooks of this computer. Two views, told apart by a switch; how the webhooks stand is said above
// both. While it is in sight the events are read anew every second. GUI thread; the source outlives its use here.
#pragma once

#include "ui/pages/events/EventsPane.h"
#include "ui/pages/events/WebhooksPane.h"

#include <QTimer>

class QStackedLayout;

namespace ch::ui {

class ViewSwitch;

class EventsPage final : public QWidget {
    Q_OBJECT
public:
    enum class View { Events, Webhooks };

    EventsPage(const Theme& theme, QWidget* parent);

    void setSource(RecordsSource* source);
    void setZone(const QTimeZone& zone);
    void setWebhooks(const workspace::WebhookState& state);
    void show(View view);
    [[nodiscard]] View view() const { return m_view; }
    [[nodiscard]] EventsPane& events() { return *m_events; }
    [[nodiscard]] WebhooksPane& webhooks() { return *m_webhooks; }
    void refresh();
    void focusTable();
    void focusFilter();
    void copy(bool withHeaders);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QWidget* makeHead(const Theme& theme);

    ViewSwitch* m_switch;
    QStackedLayout* m_stack;
    EventsPane* m_events;
    WebhooksPane* m_webhooks;
    SignLabel* m_sign = nullptr;
    QLabel* m_words = nullptr;
    View m_view = View::Events;
    QTimer m_poll;
};

} // namespace ch::ui

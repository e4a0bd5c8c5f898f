// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/EventsDesk.h"

#include "ui/pages/events/EventsPage.h"
#include "ui/shell/MessageStrip.h"

namespace ch::ui {

namespace {

const QString kReplayTopic = QStringLiteral("replay");

} // namespace

EventsDesk::EventsDesk(workspace::Engine& engine, MainWindow& window) : m_engine(engine), m_window(window)
{
    connectEngine();
    connectPage();
}

EventsDesk::~EventsDesk()
{
    leave();
}

void EventsDesk::connectEngine()
{
    using workspace::Engine;
    connect(&m_engine, &Engine::webhooksRead, this, [this](int order, const workspace::WebhookState& state) {
        if (m_orders.remove(order)) {
            m_window.events().setWebhooks(state);
        }
    });
    connect(&m_engine, &Engine::webhooksChanged, this, [this](const workspace::WebhookState& state) {
        if (m_source) {
            m_window.events().setWebhooks(state);
        }
    });
    connect(&m_engine, &Engine::webhookTried, this, [this](int order, const workspace::WebhookTrial& trial) {
        if (m_orders.remove(order)) {
            m_window.events().webhooks().setTrial(trial);
        }
    });
    connect(&m_engine, &Engine::eventReplayed, this, [this](int order) {
        if (m_replays.remove(order)) {
            showReplaying();
            m_window.messages().clear(kReplayTopic);
            m_window.events().refresh();
        }
    });
    connect(&m_engine, &Engine::orderFailed, this, &EventsDesk::failed);
}

void EventsDesk::connectPage()
{
    EventsPage& page = m_window.events();
    connect(&page.webhooks(), &WebhooksPane::settingsAsked, this, [this](const workspace::WebhookSettings& settings) { m_orders.insert(m_engine.setWebhooks(settings)); });
    connect(&page.webhooks(), &WebhooksPane::secretAdded, this, [this](const Secret& secret) { m_orders.insert(m_engine.addWebhookSecret(secret)); });
    connect(&page.webhooks(), &WebhooksPane::secretRemoved, this, [this](int place) { m_orders.insert(m_engine.removeWebhookSecret(place)); });
    connect(&page.webhooks(), &WebhooksPane::trialAsked, this, [this] { m_orders.insert(m_engine.tryWebhooks()); });
    connect(&page.events(), &EventsPane::objectOpened, this, &EventsDesk::objectOpened);
    connect(&page.events(), &EventsPane::replayAsked, this, [this](const QString& eventId) {
        m_replays.insert(m_engine.replayEvent(eventId), eventId);
        showReplaying();
    });
}

void EventsDesk::failed(int order, const Error& error)
{
    if (m_orders.remove(order)) {
        m_window.events().webhooks().setError(error);
    } else if (m_replays.remove(order)) {
        showReplaying();
        Message message = messageOf(kReplayTopic, error);
        message.title = tr("The event was not replayed");
        m_window.messages().put(message);
    }
}

void EventsDesk::showReplaying()
{
    m_window.events().events().setReplaying(QSet<QString>(m_replays.cbegin(), m_replays.cend()));
}

void EventsDesk::enter(const workspace::AccountState& account, const QTimeZone& zone)
{
    leave();
    m_source = std::make_unique<RecordsSource>(account.folder);
    setZone(zone);
    m_window.events().setSource(m_source.get());
    m_orders.insert(m_engine.readWebhooks());
}

void EventsDesk::setZone(const QTimeZone& zone)
{
    m_window.events().setZone(zone);
}

void EventsDesk::leave()
{
    m_orders.clear();
    m_replays.clear();
    showReplaying();
    m_window.events().setSource(nullptr);
    m_window.events().webhooks().clear();
    m_window.events().setWebhooks({});
    m_source.reset();
    m_window.messages().clear(kReplayTopic);
}

} // namespace ch::ui

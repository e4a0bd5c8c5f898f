// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/GatesDesk.h"

#include "ui/pages/detail/DetailPage.h"
#include "ui/shell/MessageStrip.h"

namespace ch::ui {

namespace {

const QString kPaymentsTopic = QStringLiteral("payments");
const QString kGatesTopic = QStringLiteral("gates");

} // namespace

GatesDesk::GatesDesk(workspace::Engine& engine, MainWindow& window) : m_engine(engine), m_window(window)
{
    using workspace::Engine;
    connect(&engine, &Engine::gatesRead, this, [this](int order, const workspace::GatesState& state) {
        if (m_orders.remove(order)) {
            take(state);
        }
    });
    connect(&engine, &Engine::orderFailed, this, [this](int order, const Error& error) {
        if (m_orders.remove(order)) {
            m_window.messages().put(messageOf(kGatesTopic, error));
            if (m_state) {
                Q_EMIT changed(*m_state); // what was asked for did not happen: switches go back
            }
        }
    });
    connect(&window.detail(), &DetailPage::protectAsked, this, &GatesDesk::setProtected);
}

void GatesDesk::enter()
{
    leave();
    m_open = true;
    refresh();
}

void GatesDesk::leave()
{
    m_open = false;
    m_state.reset();
    m_orders.clear();
    m_window.detail().setProtections({});
    m_window.messages().clear(kPaymentsTopic);
    m_window.messages().clear(kGatesTopic);
}

void GatesDesk::refresh()
{
    if (m_open && m_orders.isEmpty()) {
        expect(m_engine.readGates());
    }
}

void GatesDesk::setPayments(bool on)
{
    expect(m_engine.setPayments(on));
}

void GatesDesk::setRollout(int percent)
{
    expect(m_engine.setRollout(percent));
}

void GatesDesk::setProtected(const QString& businessId, bool on)
{
    expect(m_engine.setProtected(businessId, on));
}

void GatesDesk::take(const workspace::GatesState& state)
{
    if (m_state == state) {
        return;
    }
    const bool paymentsChanged = !m_state || m_state->payments != state.payments || m_state->paymentsBy != state.paymentsBy;
    m_state = state;
    QSet<QString> ids;
    for (const store::Protection& protection : state.protectedBusinesses) {
        ids.insert(protection.businessId);
    }
    m_window.detail().setProtections(ids);
    if (paymentsChanged) {
        tellPayments();
    }
    Q_EMIT changed(state);
}

void GatesDesk::tellPayments()
{
    if (m_state->payments) {
        m_window.messages().clear(kPaymentsTopic);
        return;
    }
    Message message;
    message.topic = kPaymentsTopic;
    message.sign = Sign::Warning;
    message.title = tr("Payments are switched off");
    if (m_state->paymentsBy == QLatin1String("environment")) {
        message.text = tr("ENABLE_PAYMENTS in the environment says so: nothing is written to Stripe from this program, reading goes on. Start it without that to write again.");
    } else {
        message.text = tr("Nothing is written to Stripe, from this window or the terminal; reading goes on. What was begun waits under Operations.");
        message.actionWords = tr("Settings");
        message.action = [this] { Q_EMIT m_window.settingsAsked(); };
    }
    m_window.messages().put(message);
}

} // namespace ch::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/TakedownDesk.h"

#include "ui/dialogs/CancelDialog.h"
#include "ui/dialogs/TakedownDialog.h"

namespace ch::ui {

TakedownDesk::TakedownDesk(const Theme& theme, workspace::Engine& engine, QWidget& parent) : m_theme(theme), m_engine(engine), m_parent(parent)
{
    connectEngine();
}

TakedownDesk::~TakedownDesk()
{
    leave();
}

void TakedownDesk::connectEngine()
{
    using workspace::Engine;
    connect(&m_engine, &Engine::planReady, this, [this](int order, const business::TakedownPlan& plan) {
        if (dialog() && order == m_planOrder) {
            business::TakedownPlan shown = plan;
            shown.deleteCustomerByDefault = m_deleteByDefault;
            dialog()->setPlan(shown);
        }
    });
    connect(&m_engine, &Engine::cancelPlanReady, this, [this](int order, const business::CancelPlan& plan) {
        if (cancelDialog() && order == m_planOrder) {
            cancelDialog()->setPlan(plan);
        }
    });
    connect(&m_engine, &Engine::orderFailed, this, [this](int order, const Error& error) {
        if (m_dialog && order == m_planOrder) {
            m_dialog->setPlanError(error);
        }
    });
    connect(&m_engine, &Engine::takedownFinished, this, [this](int order, const business::TakedownOutcome& outcome) {
        if (dialog() && order == m_actOrder) {
            dialog()->setOutcome(outcome);
        }
        Q_EMIT acted();
    });
    connect(&m_engine, &Engine::cancelFinished, this, [this](int order, const business::CancelOutcome& outcome) {
        if (cancelDialog() && order == m_actOrder) {
            cancelDialog()->setOutcome(outcome);
        }
        Q_EMIT acted();
    });
}

void TakedownDesk::ask(const QString& businessId, const StripWords& strip, const QTimeZone& zone, bool deleteByDefault)
{
    if (m_dialog) {
        return;
    }
    m_deleteByDefault = deleteByDefault;
    auto* takedown = new TakedownDialog(m_theme, strip, businessId, zone, &m_parent);
    connect(takedown, &TakedownDialog::agreed, this, [this](const business::TakedownRequest& request) { m_actOrder = m_engine.takeDown(request); });
    connect(takedown, &EndDialog::planAsked, this, [this, takedown] { m_planOrder = m_engine.planTakedown(takedown->target()); });
    open(takedown);
    m_planOrder = m_engine.planTakedown(businessId);
}

void TakedownDesk::askCancel(const QString& subscriptionId, const StripWords& strip, const QTimeZone& zone)
{
    if (m_dialog) {
        return;
    }
    auto* cancel = new CancelDialog(m_theme, strip, subscriptionId, zone, &m_parent);
    connect(cancel, &CancelDialog::agreed, this, [this](const business::CancelRequest& request) { m_actOrder = m_engine.cancelSubscription(request); });
    connect(cancel, &EndDialog::planAsked, this, [this, subscriptionId] { m_planOrder = m_engine.planCancel(subscriptionId); });
    open(cancel);
    m_planOrder = m_engine.planCancel(subscriptionId);
}

void TakedownDesk::open(EndDialog* dialog)
{
    m_dialog = dialog;
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &EndDialog::operationsAsked, this, &TakedownDesk::operationsAsked);
    dialog->open();
}

void TakedownDesk::leave()
{
    if (m_dialog) {
        m_dialog->deleteLater();
        m_dialog = nullptr;
    }
    m_planOrder = -1;
    m_actOrder = -1;
}

TakedownDialog* TakedownDesk::dialog() const
{
    return qobject_cast<TakedownDialog*>(m_dialog.data());
}

CancelDialog* TakedownDesk::cancelDialog() const
{
    return qobject_cast<CancelDialog*>(m_dialog.data());
}

} // namespace ch::ui

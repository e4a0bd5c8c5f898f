// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/TakedownDesk.h"

#include "ui/dialogs/TakedownDialog.h"

namespace ch::ui {

TakedownDesk::TakedownDesk(const Theme& theme, workspace::Engine& engine, QWidget& parent) : m_theme(theme), m_engine(engine), m_parent(parent)
{
    using workspace::Engine;
    connect(&engine, &Engine::planReady, this, [this](int order, const business::TakedownPlan& plan) {
        if (m_dialog && order == m_planOrder) {
            business::TakedownPlan shown = plan;
            shown.deleteCustomerByDefault = m_deleteByDefault;
            m_dialog->setPlan(shown);
        }
    });
    connect(&engine, &Engine::orderFailed, this, [this](int order, const Error& error) {
        if (m_dialog && order == m_planOrder) {
            m_dialog->setPlanError(error);
        }
    });
    connect(&engine, &Engine::takedownFinished, this, [this](int order, const business::TakedownOutcome& outcome) {
        if (m_dialog && order == m_actOrder) {
            m_dialog->setOutcome(outcome);
        }
        Q_EMIT acted();
    });
}

TakedownDesk::~TakedownDesk()
{
    leave();
}

void TakedownDesk::ask(const QString& businessId, const StripWords& strip, const QTimeZone& zone, bool deleteByDefault)
{
    if (m_dialog) {
        return;
    }
    m_deleteByDefault = deleteByDefault;
    m_dialog = new TakedownDialog(m_theme, strip, businessId, zone, &m_parent);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_dialog, &TakedownDialog::agreed, this, [this](const business::TakedownRequest& request) { m_actOrder = m_engine.takeDown(request); });
    m_planOrder = m_engine.planTakedown(businessId);
    m_dialog->open();
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
    return m_dialog;
}

} // namespace ch::ui

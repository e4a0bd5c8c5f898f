// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/TakedownDialog.h"

#include "ui/dialogs/TakedownWords.h"

namespace ch::ui {

TakedownDialog::TakedownDialog(const Theme& theme, const StripWords& strip, const QString& target, const QTimeZone& zone, QWidget* parent)
    : EndDialog(theme, strip, QStringLiteral("takedown"), zone, parent), m_target(target)
{
    setWindowTitle(titleWithMode(strip, tr("Take down")));
    connect(this, &EndDialog::planAsked, this, [this](const QString& customer) { m_target = customer.isEmpty() ? m_target : customer; });
}

void TakedownDialog::setPlan(const business::TakedownPlan& plan)
{
    m_plan = plan;
    setDeleteCustomer(plan.deleteCustomerByDefault);
    showPlan();
}

EndWords TakedownDialog::words(const EndChoices& choices) const
{
    return planWords(m_plan, strip(), choices, zone());
}

QString TakedownDialog::workingText() const
{
    return tr("Taking down “%1”…").arg(nameOf(m_plan.business));
}

void TakedownDialog::send(const EndChoices& choices)
{
    m_request = {};
    m_request.businessId = m_target;
    m_request.reason = choices.reason;
    m_request.deleteCustomer = choices.deleteCustomer && !m_plan.customerIds.isEmpty();
    m_request.atPeriodEnd = choices.atPeriodEnd;
    m_request.invoiceNow = choices.invoiceNow;
    m_request.prorate = choices.prorate;
    m_request.choices = choices.remainders;
    m_request.typedId = choices.typedId;
    m_request.liveIsMeant = strip().mode == StripMode::Live; // the strip and the button say so
    m_request.shown = m_plan;
    Q_EMIT agreed(m_request);
}

void TakedownDialog::setOutcome(const business::TakedownOutcome& outcome)
{
    const bool changed = hasChangedSince(outcome);
    const bool open = !outcome.operationId.isEmpty() && (outcome.status == QLatin1String("unknown") || outcome.status == QLatin1String("waiting"));
    showOutcome(outcomeWords(outcome, nameOf(m_plan.business), m_request), changed || (outcome.status == QLatin1String("failed") && !open), open);
}

} // namespace ch::ui

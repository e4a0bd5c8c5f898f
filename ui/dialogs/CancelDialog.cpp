// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/CancelDialog.h"

#include "ui/dialogs/CancelWords.h"

namespace ch::ui {

CancelDialog::CancelDialog(const Theme& theme, const StripWords& strip, const QString& subscriptionId, const QTimeZone& zone, QWidget* parent)
    : EndDialog(theme, strip, QStringLiteral("cancel"), zone, parent), m_subscriptionId(subscriptionId)
{
    setWindowTitle(titleWithMode(strip, tr("Cancel subscription")));
}

void CancelDialog::setPlan(const business::CancelPlan& plan)
{
    m_plan = plan;
    showPlan();
}

EndWords CancelDialog::words(const EndChoices& choices) const
{
    return cancelWords(m_plan, strip(), choices, zone());
}

QString CancelDialog::workingText() const
{
    return tr("Canceling %1…").arg(m_subscriptionId);
}

void CancelDialog::send(const EndChoices& choices)
{
    m_request = {};
    m_request.subscriptionId = m_subscriptionId;
    m_request.reason = choices.reason;
    m_request.atPeriodEnd = choices.atPeriodEnd;
    m_request.invoiceNow = choices.invoiceNow;
    m_request.prorate = choices.prorate;
    m_request.typedId = choices.typedId;
    m_request.liveIsMeant = strip().mode == StripMode::Live; // the strip and the button say so
    m_request.shown = m_plan;
    Q_EMIT agreed(m_request);
}

void CancelDialog::setOutcome(const business::CancelOutcome& outcome)
{
    const bool open = !outcome.operationId.isEmpty() && (outcome.status == QLatin1String("unknown") || outcome.status == QLatin1String("waiting"));
    showOutcome(cancelOutcomeWords(outcome, m_plan, m_request, zone()), !open, open);
}

} // namespace ch::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/CancelWords.h"

#include "ui/text/Isolate.h"
#include "ui/text/MoneyText.h"
#include "ui/text/StatusText.h"
#include "ui/text/TimeText.h"

#include <QCoreApplication>

namespace ch::ui {

namespace {

QString cancelTr(const char* text)
{
    return QCoreApplication::translate("ch::ui::Cancel", text);
}

QString whose(const business::CancelPlan& plan)
{
    return isolated(plan.customerName.isEmpty() ? plan.customerId : plan.customerName);
}

OutcomeState stateOfCancel(const business::CancelOutcome& outcome)
{
    if (outcome.status == QLatin1String("unknown") || (outcome.error && !outcome.error->outcomeKnown)) {
        return OutcomeState::Unknown;
    }
    if (outcome.status == QLatin1String("waiting")) {
        return OutcomeState::Partly;
    }
    return outcome.isDone() ? OutcomeState::Done : OutcomeState::Failed;
}

QString doneLine(const business::CancelOutcome& outcome, bool atPeriodEnd, const QTimeZone& zone)
{
    if (outcome.alreadyDone) {
        return cancelTr("It was so in Stripe already.");
    }
    if (!atPeriodEnd) {
        return cancelTr("It has ended in Stripe. Business and customer stay as they are.");
    }
    return outcome.endsAt > 0 ? cancelTr("Stripe ends it on %1. Until then that can be taken back in Stripe.").arg(dateText(outcome.endsAt, zone))
                              : cancelTr("Stripe ends it with its period. Until then that can be taken back in Stripe.");
}

} // namespace

EndWords cancelWords(const business::CancelPlan& plan, const StripWords& strip, const EndChoices& choices, const QTimeZone& zone)
{
    const business::PlannedCancel& planned = plan.subscription;
    EndWords words;
    words.title = titleWithMode(strip, cancelTr("Cancel %1").arg(planned.subscriptionId));
    words.keep = cancelTr("Keep subscription");
    if (!plan.endedStatus.isEmpty()) {
        words.possible = false;
        words.sentence = cancelTr("The subscription %1 of “%2” has ended already (%3).").arg(planned.subscriptionId, whose(plan), statusLook(plan.endedStatus).word);
        words.keep = cancelTr("Back");
        return words;
    }
    words.mrr = planned.mrr.minor == 0 ? QString() : moneyText(planned.mrr);
    const QString what = choices.atPeriodEnd ? cancelTr("Let the subscription %1 of “%2” end with its period %3.") : cancelTr("Cancel the subscription %1 of “%2” %3.");
    words.sentence = what.arg(planned.subscriptionId, whose(plan), modeText(strip));
    words.consequences = endConsequences({planned}, choices, zone);
    words.consequences << Consequence{true, cancelTr("Business and customer stay as they are.")};
    addOptions(words, {planned}, choices, zone);
    for (const business::Remainder& remainder : plan.remainders) {
        // A cancel leaves these; a take-down offers what can be done with them.
        words.remainders.push_back({remainder.objectId, remainderText(remainder), moneyText(remainder.amount), {business::RemainderChoice::Leave}});
    }
    words.act = choices.atPeriodEnd ? cancelTr("End with the period") : cancelTr("Cancel 1 subscription");
    if (plan.mayMailCustomer) {
        words.mail = cancelTr("Stripe may mail the customer about it: that is set in Stripe's Dashboard.");
    }
    if (asksTypedId(strip) && !choices.atPeriodEnd) {
        words.typedIds = QStringList{planned.subscriptionId};
        words.typedIds << (plan.businessId.isEmpty() ? plan.customerId : plan.businessId);
    }
    QStringList notes{plan.fromStripe ? QString() : fromMirrorText(plan.mirrorAsOfMs, zone), notReadableText(plan.notReadable)};
    notes.removeAll(QString());
    words.note = notes.join(u' ');
    return words;
}

OutcomeWords cancelOutcomeWords(const business::CancelOutcome& outcome, const business::CancelPlan& plan, const business::CancelRequest& request, const QTimeZone& zone)
{
    OutcomeWords words;
    words.state = stateOfCancel(outcome);
    words.requestIds = outcome.requestIds;
    const QString name = whose(plan);
    switch (words.state) {
    case OutcomeState::Done:
        words.headline = request.atPeriodEnd ? cancelTr("The subscription of “%1” ends with its period").arg(name) : cancelTr("The subscription of “%1” was canceled").arg(name);
        words.lines << doneLine(outcome, request.atPeriodEnd, zone);
        break;
    case OutcomeState::Partly:
        words.headline = cancelTr("The cancel of “%1” waits").arg(name);
        words.lines << cancelTr("It stands under Operations and goes on where it stopped.");
        words.again = cancelTr("Go on");
        break;
    case OutcomeState::Failed:
        words.headline = cancelTr("The subscription of “%1” was not canceled").arg(name);
        words.lines << cancelTr("Nothing was changed in Stripe.");
        words.again = cancelTr("Look at it anew");
        break;
    case OutcomeState::Unknown:
        words.headline = cancelTr("It is not known whether the subscription of “%1” was canceled").arg(name);
        words.lines << cancelTr("A request was sent, but no answer came back. It may or may not have been done.")
                    << cancelTr("It stands under Operations. Running it again is safe: Stripe is asked first.");
        words.again = cancelTr("Ask Stripe and finish");
        break;
    }
    words.lines << outcome.note;
    if (outcome.error) {
        if (words.state != OutcomeState::Unknown) {
            words.lines << errorLines(*outcome.error);
        }
        addError(words, *outcome.error);
    }
    words.lines.removeAll(QString());
    return words;
}

} // namespace ch::ui

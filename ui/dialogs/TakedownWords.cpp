// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/TakedownWords.h"

#include "ui/pages/operations/OperationWords.h"
#include "ui/text/Isolate.h"
#include "ui/text/MoneyText.h"
#include "ui/text/TimeText.h"

#include <QCoreApplication>

namespace ch::ui {

namespace {

QString takedownTr(const char* text)
{
    return QCoreApplication::translate("ch::ui::Takedown", text);
}

QString sumsText(const std::vector<Money>& sums)
{
    QStringList parts;
    for (const Money& sum : sums) {
        if (sum.minor != 0) {
            parts << moneyText(sum);
        }
    }
    return parts.join(QStringLiteral(" + "));
}

QString sentenceOf(const business::TakedownPlan& plan, const StripWords& strip, const EndChoices& choices, const QString& mrr)
{
    const QString name = nameOf(plan.business);
    const auto count = static_cast<qint64>(plan.cancels.size());
    if (count == 0 && !plan.paymentIntentId.isEmpty()) {
        return takedownTr("Take down “%1” %2: its payment intent %3 is canceled in Stripe.").arg(name, modeText(strip), plan.paymentIntentId);
    }
    if (count == 0) {
        return takedownTr("Close the record of “%1” %2: it has no subscription left to cancel.").arg(name, modeText(strip));
    }
    const QString what = choices.atPeriodEnd
        ? (count == 1 ? takedownTr("its subscription ends with its period") : takedownTr("its %1 subscriptions end with their periods").arg(countText(count)))
        : (count == 1 ? takedownTr("its subscription is canceled in Stripe") : takedownTr("its %1 subscriptions are canceled in Stripe").arg(countText(count)));
    if (mrr.isEmpty()) {
        return takedownTr("Take down “%1” %2: %3. No MRR goes with it.").arg(name, modeText(strip), what);
    }
    return takedownTr("Take down “%1” %2: %3, and %4 of MRR goes with it.").arg(name, modeText(strip), what, mrr);
}

QList<Consequence> consequencesOf(const business::TakedownPlan& plan, const EndChoices& choices, const QTimeZone& zone)
{
    QList<Consequence> all;
    if (!plan.cancels.empty()) {
        all << endConsequences(plan.cancels, choices, zone);
    } else if (!plan.paymentIntentId.isEmpty()) {
        all << Consequence{false, takedownTr("The payment intent is canceled and can never be paid.")};
    }
    if (choices.deleteCustomer && !plan.customerIds.isEmpty()) {
        all << Consequence{false, takedownTr("The customer is deleted in Stripe, with its payment methods; its invoices stay there. Name, e-mail and address are erased from the copy here too.")};
    } else if (!plan.customerIds.isEmpty()) {
        all << Consequence{true, takedownTr("The customer stays in Stripe; a new subscription can be made for it at any time.")};
    }
    return all;
}

/// The business's id and its customers': never a name, which can be long, hidden or untypable.
QStringList idsToType(const business::TakedownPlan& plan)
{
    QStringList ids{plan.business.businessId};
    ids << plan.customerIds;
    ids.removeAll(QString());
    ids.removeDuplicates();
    return ids.mid(0, 2);
}

bool isIrreversible(const business::TakedownPlan& plan, const EndChoices& choices)
{
    const bool ends = (!plan.cancels.empty() && !choices.atPeriodEnd) || (plan.cancels.empty() && !plan.paymentIntentId.isEmpty());
    const auto wishes = choices.remainders.values();
    return ends || choices.deleteCustomer || std::any_of(wishes.begin(), wishes.end(), [](business::RemainderChoice choice) { return choice != business::RemainderChoice::Leave; });
}

QString stripeWords(const QString& stripe, bool atPeriodEnd)
{
    if (stripe == QLatin1String("cancelled")) {
        return atPeriodEnd ? takedownTr("Stripe will cancel it at the end of its period.") : takedownTr("Canceled in Stripe.");
    }
    if (stripe == QLatin1String("already_cancelled")) {
        return takedownTr("It was canceled in Stripe already.");
    }
    if (stripe == QLatin1String("cancelled_legacy")) {
        return takedownTr("The payment intent was canceled in Stripe.");
    }
    if (stripe == QLatin1String("skipped")) {
        return takedownTr("There was nothing to cancel in Stripe.");
    }
    return {};
}

OutcomeState stateOf(const business::TakedownOutcome& outcome)
{
    if (outcome.status == QLatin1String("unknown") || (outcome.error && !outcome.error->outcomeKnown)) {
        return OutcomeState::Unknown;
    }
    if (outcome.partly || outcome.status == QLatin1String("waiting")) {
        return OutcomeState::Partly;
    }
    const bool done = outcome.status == QLatin1String("taken_down") || outcome.status == QLatin1String("scheduled");
    return done && !outcome.error ? OutcomeState::Done : done ? OutcomeState::Partly : OutcomeState::Failed;
}

/// The steps that did not end as they were meant to, each in one line.
QStringList stepLines(const business::TakedownOutcome& outcome)
{
    QStringList lines;
    for (const business::StepOutcome& step : outcome.steps) {
        const QString what = takedownTr("%1 (%2)").arg(stepText(step.action), step.objectId);
        const QString why = problemText(step.code);
        if (step.result == QLatin1String("skipped")) {
            lines << takedownTr("%1: not done. %2.").arg(what, why);
        } else if (step.result == QLatin1String("failed") || step.result == QLatin1String("waiting")) {
            lines << (why.isEmpty() ? takedownTr("%1: not done.").arg(what) : takedownTr("%1: not done. %2.").arg(what, why));
        } else if (step.result == QLatin1String("unknown")) {
            lines << takedownTr("%1: not known whether it was done.").arg(what);
        }
    }
    return lines;
}

void addState(OutcomeWords& words, const business::TakedownOutcome& outcome, const QString& name, const business::TakedownRequest& request)
{
    const QString customer = outcome.customerDeleted ? takedownTr("The customer was deleted.")
        : request.deleteCustomer                     ? takedownTr("The customer was not deleted.")
                                                     : takedownTr("The customer stays, as asked.");
    const QString stripe = stripeWords(outcome.stripe, request.atPeriodEnd);
    switch (words.state) {
    case OutcomeState::Done:
        words.headline = request.atPeriodEnd ? takedownTr("“%1” ends with its period").arg(name) : takedownTr("“%1” was taken down").arg(name);
        words.lines << stripe << customer;
        break;
    case OutcomeState::Partly:
        words.headline = takedownTr("“%1” was taken down in part").arg(name);
        words.lines << stripe << customer;
        words.again = hasChangedSince(outcome) ? takedownTr("Look at it anew") : takedownTr("Try the rest again");
        break;
    case OutcomeState::Failed:
        words.headline = outcome.status == QLatin1String("not_found") ? takedownTr("“%1” was not found").arg(name) : takedownTr("“%1” was not taken down").arg(name);
        words.lines << takedownTr("Nothing was changed in Stripe.");
        words.again = hasChangedSince(outcome) ? takedownTr("Look at it anew") : takedownTr("Try again");
        break;
    case OutcomeState::Unknown:
        words.headline = takedownTr("It is not known whether “%1” was taken down").arg(name);
        words.lines << takedownTr("A request was sent, but no answer came back. It may or may not have been done.")
                    << takedownTr("It stands under Operations. Running it again is safe: Stripe is asked first, and what is already canceled stays so.");
        words.again = takedownTr("Ask Stripe and finish");
        break;
    }
}

} // namespace

QString nameOf(const store::Business& business)
{
    return isolated(business.name.isEmpty() ? business.businessId : business.name);
}

bool hasChangedSince(const business::TakedownOutcome& outcome)
{
    return std::any_of(outcome.steps.begin(), outcome.steps.end(), [](const business::StepOutcome& step) { return step.code == QLatin1String(business::kChangedSincePreview); });
}

EndWords planWords(const business::TakedownPlan& plan, const StripWords& strip, const EndChoices& choices, const QTimeZone& zone)
{
    EndWords words;
    words.title = titleWithMode(strip, takedownTr("Take down %1").arg(plan.business.name.isEmpty() ? plan.business.businessId : plan.business.name));
    if (!plan.refusal.isEmpty()) {
        words.possible = false;
        words.sentence = plan.refusal;
        words.keep = takedownTr("Back");
        if (plan.refusalCode == QLatin1String("conflict") && plan.customers.size() > 1) {
            words.sentence = takedownTr("%1 customers carry the business id “%2”. Choose the one to take down; the others stay as they are.")
                                 .arg(countText(static_cast<qint64>(plan.customers.size())), plan.business.businessId);
            words.customers = plan.customers;
        }
        return words;
    }
    words.mrr = sumsText(plan.mrrLost);
    words.sentence = sentenceOf(plan, strip, choices, words.mrr);
    words.consequences = consequencesOf(plan, choices, zone);
    addOptions(words, plan.cancels, choices, zone);
    words.remainders = remainderWords(plan.remainders, choices);
    if (plan.cancels.empty()) {
        words.keep = plan.paymentIntentId.isEmpty() ? takedownTr("Keep record open") : takedownTr("Keep payment intent");
    } else {
        words.keep = plan.cancels.size() == 1 ? takedownTr("Keep subscription") : takedownTr("Keep subscriptions");
    }
    words.act = takedownTr("Take down 1 business");
    if (!plan.customerIds.isEmpty()) {
        words.deleteCustomer.text = takedownTr("Delete the customer in Stripe too");
        words.deleteCustomer.whyNot = choices.atPeriodEnd ? takedownTr("Not together with the end of the period: deleting ends everything at once.")
            : choices.invoiceNow                          ? takedownTr("Not together with a final invoice: nobody could pay it.")
                                                          : QString();
    }
    if (plan.mayMailCustomer) {
        words.mail = takedownTr("Stripe may mail the customer about it (final invoices, receipts, cancellations): that is set in Stripe's Dashboard.");
    }
    if (asksTypedId(strip) && isIrreversible(plan, choices)) {
        words.typedIds = idsToType(plan);
    }
    QStringList notes{plan.fromStripe ? QString() : fromMirrorText(plan.mirrorAsOfMs, zone), notReadableText(plan.notReadable)};
    if (!plan.fromStripe && !plan.mirrorComplete) {
        notes << takedownTr("The data here is partial: subscriptions that are not shown here are canceled too.");
    }
    notes.removeAll(QString());
    words.note = notes.join(u' ');
    return words;
}

OutcomeWords outcomeWords(const business::TakedownOutcome& outcome, const QString& name, const business::TakedownRequest& request)
{
    OutcomeWords words;
    words.state = stateOf(outcome);
    words.requestIds = outcome.requestIds;
    addState(words, outcome, name, request);
    words.lines << stepLines(outcome) << outcome.note;
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

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/TakedownWords.h"

#include "ui/text/ErrorText.h"
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

QString modeWords(const StripWords& strip)
{
    if (strip.word.isEmpty()) {
        return {};
    }
    return takedownTr("in %1 mode").arg(strip.word);
}

QString sentenceOf(const business::TakedownPlan& plan, const StripWords& strip, const QString& mrr)
{
    const QString name = nameOf(plan.business);
    const auto count = static_cast<qint64>(plan.cancels.size());
    if (count == 0 && !plan.paymentIntentId.isEmpty()) {
        return takedownTr("Take down “%1” %2: its payment intent %3 is canceled in Stripe.").arg(name, modeWords(strip), plan.paymentIntentId);
    }
    if (count == 0) {
        return takedownTr("Close the record of “%1” %2: it has no subscription left to cancel.").arg(name, modeWords(strip));
    }
    const QString what = count == 1 ? takedownTr("its subscription is canceled in Stripe")
                                    : takedownTr("its %1 subscriptions are canceled in Stripe").arg(countText(count));
    if (mrr.isEmpty()) {
        return takedownTr("Take down “%1” %2: %3. No MRR goes with it.").arg(name, modeWords(strip), what);
    }
    return takedownTr("Take down “%1” %2: %3, and %4 of MRR goes with it.").arg(name, modeWords(strip), what, mrr);
}

QList<Consequence> consequencesOf(const business::TakedownPlan& plan, bool deleteCustomer, const QTimeZone& zone)
{
    QList<Consequence> all;
    if (!plan.cancels.empty()) {
        all << Consequence{false,
            plan.cancels.size() == 1 ? takedownTr("The subscription ends at once, not at the end of its period, and cannot be started again.")
                                     : takedownTr("The subscriptions end at once, not at the end of their periods, and cannot be started again.")};
        qint64 last = 0;
        for (const auto& cancel : plan.cancels) {
            last = qMax(last, cancel.currentPeriodEnd);
        }
        all << Consequence{false,
            last > 0 ? takedownTr("Nothing is refunded for the running period (until %1) and no last invoice is made.").arg(dateText(last, zone))
                     : takedownTr("Nothing is refunded and no last invoice is made.")};
    } else if (!plan.paymentIntentId.isEmpty()) {
        all << Consequence{false, takedownTr("The payment intent is canceled and can never be paid.")};
    }
    if (deleteCustomer) {
        all << Consequence{false, takedownTr("The customer is deleted in Stripe, with its payment methods. Its invoices stay.")};
    } else if (!plan.customerIds.isEmpty()) {
        all << Consequence{true, takedownTr("The customer stays in Stripe; a new subscription can be made for it at any time.")};
    }
    return all;
}

QString stripeWords(const QString& stripe)
{
    if (stripe == QLatin1String("cancelled")) {
        return takedownTr("Canceled in Stripe.");
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
    if (stripe == QLatin1String("scheduled")) {
        return takedownTr("Stripe will cancel it at the end of its period.");
    }
    return {};
}

OutcomeState stateOf(const business::TakedownOutcome& outcome)
{
    if (outcome.status == QLatin1String("unknown") || (outcome.error && !outcome.error->outcomeKnown)) {
        return OutcomeState::Unknown;
    }
    if (outcome.partly) {
        return OutcomeState::Partly;
    }
    const bool done = outcome.status == QLatin1String("taken_down") || outcome.status == QLatin1String("scheduled");
    return done && !outcome.error ? OutcomeState::Done : done ? OutcomeState::Partly : OutcomeState::Failed;
}

} // namespace

QString nameOf(const store::Business& business)
{
    return business.name.isEmpty() ? business.businessId : business.name;
}

PlanWords planWords(const business::TakedownPlan& plan, const StripWords& strip, bool deleteCustomer, const QTimeZone& zone)
{
    PlanWords words;
    words.title = titleWithMode(strip, takedownTr("Take down %1").arg(nameOf(plan.business)));
    if (!plan.refusal.isEmpty()) {
        words.possible = false;
        words.sentence = plan.refusal;
        words.keep = takedownTr("Back");
        return words;
    }
    words.mrr = sumsText(plan.mrrLost);
    words.sentence = sentenceOf(plan, strip, words.mrr);
    words.consequences = consequencesOf(plan, deleteCustomer, zone);
    if (plan.cancels.empty()) {
        words.keep = plan.paymentIntentId.isEmpty() ? takedownTr("Keep record open") : takedownTr("Keep payment intent");
    } else {
        words.keep = plan.cancels.size() == 1 ? takedownTr("Keep subscription") : takedownTr("Keep subscriptions");
    }
    words.act = takedownTr("Take down 1 business");
    if (!plan.customerIds.isEmpty()) {
        words.deleteBox = takedownTr("Delete the customer in Stripe too");
    }
    if (!plan.mirrorComplete) {
        words.note = takedownTr("The data here is partial. Stripe is asked again before anything is canceled, so subscriptions that are not shown here are canceled too.");
    }
    return words;
}

OutcomeWords outcomeWords(const business::TakedownOutcome& outcome, const QString& name, bool deleteAsked)
{
    OutcomeWords words;
    words.state = stateOf(outcome);
    words.requestIds = outcome.requestIds;
    const QString customer = outcome.customerDeleted ? takedownTr("The customer was deleted.")
        : deleteAsked                                ? takedownTr("The customer was not deleted.")
                                                     : takedownTr("The customer stays, as asked.");
    switch (words.state) {
    case OutcomeState::Done:
        words.headline = takedownTr("“%1” was taken down").arg(name);
        words.lines << stripeWords(outcome.stripe) << customer;
        break;
    case OutcomeState::Partly:
        words.headline = takedownTr("“%1” was taken down in part").arg(name);
        words.lines << stripeWords(outcome.stripe) << customer;
        words.again = takedownTr("Try the rest again");
        break;
    case OutcomeState::Failed:
        words.headline = outcome.status == QLatin1String("not_found") ? takedownTr("“%1” was not found").arg(name)
                                                                      : takedownTr("“%1” was not taken down").arg(name);
        words.lines << takedownTr("Nothing was changed in Stripe.");
        words.again = takedownTr("Try again");
        break;
    case OutcomeState::Unknown:
        words.headline = takedownTr("It is not known whether “%1” was taken down").arg(name);
        words.lines << takedownTr("A request was sent, but no answer came back. It may or may not have been done.")
                    << takedownTr("Running it again is safe: Stripe is asked first, and what is already canceled stays so.");
        words.again = takedownTr("Ask Stripe and finish");
        break;
    }
    if (outcome.error) {
        const ErrorWords error = errorWords(*outcome.error);
        if (words.state != OutcomeState::Unknown) {
            words.lines << error.happened + QStringLiteral(". ") + error.means << error.advice;
        }
        words.details = error.details;
        if (!error.requestId.isEmpty() && !words.requestIds.contains(error.requestId)) {
            words.requestIds << error.requestId;
        }
    }
    words.lines.removeAll(QString());
    return words;
}

} // namespace ch::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/EndWords.h"

#include "ui/text/MoneyText.h"
#include "ui/text/MovementText.h"
#include "ui/text/TimeText.h"

#include <QCoreApplication>

namespace ch::ui {

using business::PlannedCancel;
using business::Remainder;
using business::RemainderChoice;
using business::RemainderKind;

namespace {

QString endTr(const char* text)
{
    return QCoreApplication::translate("ch::ui::Ending", text);
}

/// The sum of a member over subscriptions, by currency: "12.00 USD + 3.00 EUR"; empty: nothing.
QString sumOf(const std::vector<PlannedCancel>& cancels, Money PlannedCancel::*member)
{
    std::vector<Money> sums;
    for (const PlannedCancel& cancel : cancels) {
        const Money& money = cancel.*member;
        if (money.minor == 0) {
            continue;
        }
        const auto sum = std::find_if(sums.begin(), sums.end(), [&](const Money& other) { return other.currency == money.currency; });
        if (sum == sums.end()) {
            sums.push_back(money);
        } else {
            sum->minor += money.minor;
        }
    }
    QStringList parts;
    for (const Money& sum : sums) {
        parts << moneyText(sum);
    }
    return parts.join(QStringLiteral(" + "));
}

qint64 lastPeriodEnd(const std::vector<PlannedCancel>& cancels)
{
    qint64 last = 0;
    for (const PlannedCancel& cancel : cancels) {
        last = qMax(last, cancel.currentPeriodEnd);
    }
    return last;
}

QString moneyGoes(const std::vector<PlannedCancel>& cancels, const EndChoices& choices, const QTimeZone& zone)
{
    const QString unused = sumOf(cancels, &PlannedCancel::unusedTime);
    if (choices.prorate) {
        return unused.isEmpty() ? endTr("Stripe credits the time that is not used to the customer's balance.")
                                : endTr("Stripe credits the time that is not used, about %1, to the customer's balance.").arg(unused);
    }
    for (const RemainderChoice choice : choices.remainders) {
        if (choice == RemainderChoice::Refund) {
            return endTr("What was paid for the time that is not used is refunded as chosen below.");
        }
    }
    const qint64 last = lastPeriodEnd(cancels);
    return last > 0 ? endTr("Nothing is refunded for the running period (until %1).").arg(dateText(last, zone)) : endTr("Nothing is refunded.");
}

} // namespace

QString remainderText(const Remainder& remainder)
{
    switch (remainder.kind) {
    case RemainderKind::OpenInvoice: return remainder.label.isEmpty() ? endTr("Open invoice %1").arg(remainder.objectId) : endTr("Open invoice %1").arg(remainder.label);
    case RemainderKind::DraftInvoice: return endTr("Draft invoice %1").arg(remainder.objectId);
    case RemainderKind::PendingItem: return remainder.label.isEmpty() ? endTr("Pending item %1").arg(remainder.objectId) : endTr("Pending item: %1").arg(remainder.label);
    case RemainderKind::UnusedTime: return endTr("Paid time not used (invoice %1)").arg(remainder.label.isEmpty() ? remainder.objectId : remainder.label);
    }
    return remainder.objectId;
}

QString choiceText(RemainderChoice choice)
{
    switch (choice) {
    case RemainderChoice::Leave: return endTr("Leave as it is");
    case RemainderChoice::Void: return endTr("Void");
    case RemainderChoice::MarkUncollectible: return endTr("Mark uncollectible");
    case RemainderChoice::Delete: return endTr("Delete");
    case RemainderChoice::Refund: return endTr("Refund");
    }
    return {};
}

QString modeText(const StripWords& strip)
{
    return strip.word.isEmpty() ? QString() : endTr("in %1 mode").arg(strip.word);
}

bool asksTypedId(const StripWords& strip)
{
    return strip.mode == StripMode::Live || strip.mode == StripMode::Demo;
}

std::vector<RemainderWords> remainderWords(const std::vector<Remainder>& remainders, const EndChoices& choices)
{
    std::vector<RemainderWords> all;
    for (const Remainder& remainder : remainders) {
        RemainderWords words{remainder.objectId, remainderText(remainder), moneyText(remainder.amount), remainder.choices};
        if (choices.atPeriodEnd || choices.prorate) {
            words.choices.removeAll(RemainderChoice::Refund);
        }
        if (words.choices.isEmpty()) {
            words.choices << RemainderChoice::Leave;
        }
        all.push_back(std::move(words));
    }
    return all;
}

QList<Consequence> endConsequences(const std::vector<PlannedCancel>& cancels, const EndChoices& choices, const QTimeZone& zone)
{
    const bool one = cancels.size() == 1;
    if (choices.atPeriodEnd) {
        const qint64 last = lastPeriodEnd(cancels);
        const QString until = last > 0 ? dateText(last, zone) : QString();
        const QString what = one ? endTr("The subscription runs to the end of its period%1 and ends then. Until then that can be taken back in Stripe.")
                                 : endTr("The subscriptions run to the ends of their periods%1 and end then. Until then that can be taken back in Stripe.");
        return {{true, what.arg(until.isEmpty() ? QString() : endTr(" (%1)").arg(until))}};
    }
    QList<Consequence> all{{false, one ? endTr("The subscription ends at once and cannot be started again.") : endTr("The subscriptions end at once and cannot be started again.")},
        {false, moneyGoes(cancels, choices, zone)}};
    const bool metered = std::any_of(cancels.begin(), cancels.end(), [](const PlannedCancel& cancel) { return cancel.isMetered; });
    const QString pending = sumOf(cancels, &PlannedCancel::pending);
    if (choices.invoiceNow) {
        all << Consequence{false, endTr("A final invoice is made at once and collected as usual.")};
    } else if (metered || !pending.isEmpty()) {
        all << Consequence{false, metered ? endTr("Usage that is not billed yet is never billed, since no final invoice is made.")
                                          : endTr("Pending items of %1 are not billed, since no final invoice is made.").arg(pending)};
    }
    return all;
}

void addOptions(EndWords& words, const std::vector<PlannedCancel>& cancels, const EndChoices& choices, const QTimeZone& zone)
{
    if (cancels.empty()) {
        return;
    }
    const qint64 last = lastPeriodEnd(cancels);
    words.periodEnd.text = last > 0 ? endTr("At the end of the period (%1)").arg(dateText(last, zone)) : endTr("At the end of the period");
    const QString pending = sumOf(cancels, &PlannedCancel::pending);
    const QString unused = sumOf(cancels, &PlannedCancel::unusedTime);
    words.invoiceNow.text = pending.isEmpty() ? endTr("Make a final invoice for usage and pending items") : endTr("Make a final invoice for usage and pending items (%1)").arg(pending);
    words.prorate.text = unused.isEmpty() ? endTr("Credit unused time to the customer's balance") : endTr("Credit unused time to the customer's balance (about %1)").arg(unused);
    const QString onlyNow = endTr("Only when it ends now.");
    if (choices.atPeriodEnd) {
        words.invoiceNow.whyNot = onlyNow;
        words.prorate.whyNot = onlyNow;
    } else if (choices.remainders.values().contains(RemainderChoice::Refund)) {
        words.prorate.whyNot = endTr("Not together with a refund: the same time would be given back twice.");
    }
    if (choices.deleteCustomer) {
        words.invoiceNow.whyNot = endTr("Not together with deleting the customer: nobody could pay it.");
        words.periodEnd.whyNot = endTr("Not together with deleting the customer, which ends everything at once.");
    }
}

QString notReadableText(const QStringList& lists)
{
    QStringList names;
    for (const QString& list : lists) {
        names << listText(list);
    }
    return names.isEmpty() ? QString() : endTr("The key may not read %1, so what stays open there is not shown.").arg(names.join(QStringLiteral(", ")));
}

QString fromMirrorText(qint64 asOfMs, const QTimeZone& zone)
{
    return asOfMs > 0 ? endTr("Stripe was not asked: this is what was read on %1. It is asked before anything is done.").arg(dateTimeText(asOfMs / 1000, zone))
                      : endTr("Stripe was not asked: this is what has been read so far. It is asked before anything is done.");
}

} // namespace ch::ui

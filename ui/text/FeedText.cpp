// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/FeedText.h"

#include "ui/text/ErrorText.h"
#include "ui/text/MoneyText.h"
#include "ui/text/TimeText.h"

#include <QCoreApplication>
#include <QDateTime>

namespace ch::ui {

namespace {

QString feedTr(const char* text)
{
    return QCoreApplication::translate("ch::ui::FeedText", text);
}

QString feedTime(qint64 ms, const QTimeZone& zone)
{
    return dateTimeText(ms / 1000, zone) + u' ' + zone.abbreviation(QDateTime::fromMSecsSinceEpoch(ms, zone));
}

bool feedIsAway(const sync::FeedState& state)
{
    return state.error && (state.error->kind == ErrorKind::Network || state.error->kind == ErrorKind::Timeout || state.error->kind == ErrorKind::Tls || state.error->kind == ErrorKind::Server);
}

QString feedPurpose(const QString& word)
{
    if (word == QLatin1String("person")) {
        return feedTr("what people asked for");
    }
    if (word == QLatin1String("sync")) {
        return feedTr("synchronisations");
    }
    if (word == QLatin1String("feed")) {
        return feedTr("asking for events");
    }
    return word == QLatin1String("check") ? feedTr("checking the key") : word;
}

} // namespace

QString freshnessText(const store::Completeness& completeness, const QTimeZone& zone)
{
    if (completeness.throughMs == 0) {
        return completeness.running ? feedTr("Partial: the first synchronisation has not ended") : feedTr("Not synchronised yet");
    }
    const QString when = feedTime(completeness.throughMs, zone);
    if (!completeness.complete) {
        return feedTr("Partial: data through %1").arg(when);
    }
    switch (completeness.throughBy) {
    case store::ThroughBy::Webhook: return feedTr("Data through %1, by webhook").arg(when);
    case store::ThroughBy::Poll: return feedTr("Data through %1, by polling").arg(when);
    case store::ThroughBy::Sync: return feedTr("Data through %1, by synchronisation").arg(when);
    }
    return {};
}

QString feedText(const sync::FeedState& state)
{
    using Why = sync::Rhythm::Why;
    if (!state.isOn) {
        return state.error ? feedTr("The key may not read events") : QString();
    }
    const QString every = spanText(state.rhythm.everyMs / 1000);
    switch (state.rhythm.why) {
    case Why::Looked: return feedTr("Asks Stripe every %1").arg(every);
    case Why::Idle: return feedTr("Asks Stripe every %1 while nobody looks").arg(every);
    case Why::Budget: return feedTr("Asks only every %1: few reads are left for today").arg(every);
    case Why::BudgetSpent: return feedTr("Asks only every %1: this month's reads are spent").arg(every);
    case Why::Webhooks: return feedTr("Webhooks bring what happens");
    case Why::Failing: return feedIsAway(state) ? feedTr("Stripe cannot be reached, trying again") : feedTr("Events could not be taken in, trying again");
    }
    return {};
}

QString feedToolTip(const sync::FeedState& state, const QTimeZone& zone)
{
    using Why = sync::Rhythm::Why;
    QStringList lines;
    if (state.error) {
        const ErrorWords words = errorWords(*state.error);
        lines << words.happened << words.means;
    }
    if (state.webhookMs > 0) {
        lines << feedTr("The newest webhook came %1.").arg(feedTime(state.webhookMs, zone));
    }
    if (state.isOn && state.rhythm.why == Why::Webhooks) {
        lines << feedTr("Every %1 Stripe is asked whether one was missed.").arg(spanText(state.rhythm.everyMs / 1000));
    } else if (state.isOn && (state.rhythm.why == Why::Budget || state.rhythm.why == Why::BudgetSpent)) {
        lines << feedTr("Background work yields first; what you ask for is always done. Webhooks cost no reads.");
    }
    if (state.behind > 0) {
        lines << (state.behind == 1 ? feedTr("1 event is being applied.") : feedTr("%1 events are being applied.").arg(countText(state.behind)));
    }
    return lines.join(u'\n');
}

QString budgetText(const sync::BudgetState& budget)
{
    return feedTr("%1 of %2 reads this month").arg(countText(budget.spent), countText(budget.budget));
}

QString budgetToolTip(const sync::BudgetState& budget)
{
    QStringList lines{feedTr("Stripe asks for at most 500 reads for each payment on average, and allows every account 10,000 a month. More can be set in Settings."),
        feedTr("Left this month: %1. Today: %2 spent.").arg(countText(budget.left()), countText(budget.spentToday))};
    for (auto part = budget.by.constBegin(); part != budget.by.constEnd(); ++part) {
        lines << feedTr("%1: %2").arg(feedPurpose(part.key()), countText(part.value()));
    }
    return lines.join(u'\n');
}

} // namespace ch::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/Calls.h"

#include <QDateTime>
#include <QTimeZone>

namespace ch::sandbox {

namespace start_detail {

/// The next instant after now that is this day of the month (the last where there is no such day) at this time; month 0: of any month.
qint64 nextInstant(const Node& config, qint64 now)
{
    const QDateTime present = QDateTime::fromSecsSinceEpoch(now, QTimeZone::utc());
    const QTime at(static_cast<int>(config.number("hour", present.time().hour())), static_cast<int>(config.number("minute", present.time().minute())),
                   static_cast<int>(config.number("second", present.time().second())));
    const int month = static_cast<int>(config.number("month")), day = static_cast<int>(config.number("day_of_month"));
    for (QDate first(present.date().year(), present.date().month(), 1);; first = first.addMonths(1)) {
        if (month != 0 && first.month() != month)
            continue;
        const QDateTime found(QDate(first.year(), first.month(), std::min(day, first.daysInMonth())), at, QTimeZone::utc());
        if (found.toSecsSinceEpoch() > now)
            return found.toSecsSinceEpoch();
    }
}

} // namespace start_detail

std::optional<Fault> Calls::readAnchor(const Node& params, qint64 now, NewSubscription* wish) const
{
    const Node* config = params.find("billing_cycle_anchor_config");
    if (config && params.has("billing_cycle_anchor"))
        return invalid("You may only specify one of these parameters: billing_cycle_anchor, billing_cycle_anchor_config.", "billing_cycle_anchor",
                       "parameters_exclusive");
    if (!config && !params.has("billing_cycle_anchor"))
        return std::nullopt;
    for (const ItemSpec& spec : wish->items) {
        const Interval interval = s.prices[spec.price].interval;
        if (config && (interval == Interval::Day || interval == Interval::Week))
            return invalid("billing_cycle_anchor_config can only be used with prices of a month or year interval.", "billing_cycle_anchor_config");
    }
    wish->anchor = config ? start_detail::nextInstant(*config, std::max(now, wish->trialEnd)) : params.number("billing_cycle_anchor");
    if (wish->anchor <= now)
        return invalid("Invalid timestamp: billing_cycle_anchor must be an integer Unix timestamp in the future.", "billing_cycle_anchor");
    if (wish->trialEnd != 0 && wish->anchor < wish->trialEnd)
        return invalid("billing_cycle_anchor cannot be before the end of the trial.", "billing_cycle_anchor");
    for (const ItemSpec& spec : wish->items) {
        const Price& price = s.prices[spec.price];
        const qint64 natural = stepFrom(std::max(now, wish->trialEnd), price.interval, price.intervalCount);
        if (wish->anchor > natural)
            return invalid("billing_cycle_anchor cannot be later than next natural billing date (" + QByteArray::number(natural) + ") for plan "
                               + s.id(Kind::Price, spec.price) + '.', "billing_cycle_anchor");
    }
    if (config) {
        Json json(128);
        json.object().number("day_of_month", config->number("day_of_month"));
        for (const char* part : {"hour", "minute", "month", "second"}) {
            if (config->has(part))
                json.number(part, config->number(part));
            else
                json.null(part);
        }
        wish->extras.insert("billing_cycle_anchor_config", json.endObject().take());
    }
    return std::nullopt;
}

std::optional<Fault> Calls::readStart(const Node& params, qint64 now, NewSubscription* wish)
{
    const QByteArray trialEnd = params.text("trial_end");
    if (params.has("trial_period_days") && !trialEnd.isEmpty())
        return invalid("You may only specify one of these parameters: trial_end, trial_period_days.", "trial_end", "parameters_exclusive");
    if (params.number("trial_period_days") > 0)
        wish->trialEnd = now + params.number("trial_period_days") * kDay;
    if (!trialEnd.isEmpty() && trialEnd != "now") {
        wish->trialEnd = wholeNumber(trialEnd).value_or(0);
        if (wish->trialEnd <= now)
            return invalid("Invalid timestamp: must be an integer Unix timestamp in the future.", "trial_end");
    }
    if (params.text("proration_behavior") == "none")
        wish->proration = Proration::None;
    if (auto fault = readAnchor(params, now, wish))
        return fault;
    if (params.has("backdate_start_date")) {
        wish->since = params.number("backdate_start_date");
        if (wish->since >= now)
            return invalid("The backdate_start_date must be in the past.", "backdate_start_date");
        if (wish->since < now - 5 * 366 * kDay)
            return invalid("The backdate_start_date can be at most five years in the past.", "backdate_start_date");
    }
    if (auto fault = writeTrialSettings(params, &wish->trialMissing))
        return fault;
    std::vector<Item> items; // for the periods of what is added
    for (const ItemSpec& spec : wish->items) {
        const Price& price = s.prices[spec.price];
        Item item;
        item.periodStart = now;
        item.periodEnd = wish->trialEnd > 0 ? wish->trialEnd : wish->anchor > 0 ? wish->anchor : stepFrom(now, price.interval, price.intervalCount);
        items.push_back(item);
    }
    const auto additions = additionsOf(params, s.prices[wish->items.front().price].currency, items);
    if (!additions)
        return additions.error();
    wish->additions = *additions;
    return std::nullopt;
}

std::optional<Fault> Calls::readCancelAtStart(const Node& params, qint64 now, NewSubscription* wish) const
{
    wish->cancelAtPeriodEnd = params.boolean("cancel_at_period_end");
    const QByteArray text = params.text("cancel_at");
    if (text.isEmpty())
        return std::nullopt;
    if (wish->cancelAtPeriodEnd)
        return invalid("You may only specify one of these parameters: cancel_at, cancel_at_period_end.", "cancel_at", "parameters_exclusive");
    if (text == "min_period_end" || text == "max_period_end" || text == "max_billed_until") {
        for (const ItemSpec& spec : wish->items) {
            const Price& price = s.prices[spec.price];
            const qint64 end = wish->trialEnd > 0 ? wish->trialEnd : wish->anchor > 0 ? wish->anchor : stepFrom(now, price.interval, price.intervalCount);
            wish->cancelAt = wish->cancelAt == 0 ? end : text == "min_period_end" ? std::min(wish->cancelAt, end) : std::max(wish->cancelAt, end);
        }
        return std::nullopt;
    }
    wish->cancelAt = wholeNumber(text).value_or(0);
    if (wish->cancelAt <= now)
        return invalid("Invalid timestamp: cancel_at must be an integer Unix timestamp in the future, min_period_end, max_period_end or max_billed_until.", "cancel_at");
    return std::nullopt;
}

} // namespace ch::sandbox

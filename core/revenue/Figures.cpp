// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Figures.h"

#include "revenue/MirrorSurroundings.h"
#include "revenue/Movements.h"
#include "revenue/Timeline.h"

#include <QHash>
#include <algorithm>
#include <deque>

namespace ch::revenue {

namespace {

constexpr char kUnclassified[] = "unclassified";

QString typeOrUnclassified(const QString& type)
{
    return type.isEmpty() ? QString::fromLatin1(kUnclassified) : type;
}

/// Sums by key; false when a sum leaves 64 bits.
bool addLine(std::map<std::pair<CurrencyCode, QString>, MrrLine>* lines, const CurrencyCode& currency, const QString& type, qint64 minor)
{
    MrrLine& line = (*lines)[{currency, type}];
    line.currency = currency;
    line.businessType = type;
    line.subscriptions += minor > 0 ? 1 : 0;
    return addMinor(line.minor, minor, &line.minor);
}

std::vector<MrrLine> linesOf(const std::map<std::pair<CurrencyCode, QString>, MrrLine>& lines)
{
    std::vector<MrrLine> all;
    std::transform(lines.begin(), lines.end(), std::back_inserter(all), [](const auto& entry) { return entry.second; });
    return all;
}

/// What forEachValue says of a subscription, for the rebuild.
struct StoredValue {
    QString businessType;
    qint64 mrrMinor = 0;
    bool valued = false;
};

using EvidenceBySubscription = QHash<QString, std::vector<ItemEvidence>>;

/// Condenses the lines item by item as they pass; they come in order of item and period.
Status collectEvidence(const store::MirrorReader& reader, bool keepPeriods, EvidenceBySubscription* evidence)
{
    ItemEvidence current(keepPeriods);
    QString subscriptionId;
    const auto store = [&] {
        if (!current.itemId().isEmpty() && !subscriptionId.isEmpty()) {
            (*evidence)[subscriptionId].push_back(std::move(current));
        }
        current = ItemEvidence(keepPeriods);
    };
    const Status read = reader.forEachInvoiceLine([&](const store::MirrorReader::DatedLine& dated) {
        if (dated.line.subscriptionItemId != current.itemId()) {
            store();
            subscriptionId.clear();
        }
        subscriptionId = subscriptionId.isEmpty() ? dated.line.subscriptionId : subscriptionId;
        current.add(dated.line, dated.invoiceStatus);
    });
    store();
    return read;
}

Result<QHash<QString, StoredValue>> storedValues(const store::MirrorReader& reader)
{
    QHash<QString, StoredValue> values;
    const Status read = reader.forEachValue([&](const store::MirrorReader::ValuedSubscription& value) {
        values.insert(value.subscriptionId, {typeOrUnclassified(value.businessType), value.mrrMinor, value.problem.isEmpty()});
    });
    if (!read) {
        return fail(read.error());
    }
    return values;
}

store::MovementRow rowOf(const Movement& movement)
{
    store::MovementRow row;
    row.at = movement.at;
    row.customerId = movement.customerId;
    row.subscriptionId = movement.subscriptionId;
    row.businessType = movement.businessType;
    row.currency = movement.currency;
    row.deltaMinor = movement.deltaMinor;
    row.movementClass = static_cast<int>(movement.movement);
    row.exact = movement.exact;
    return row;
}

Movement movementOf(const store::MovementRow& row)
{
    Movement movement;
    movement.at = row.at;
    movement.customerId = row.customerId;
    movement.subscriptionId = row.subscriptionId;
    movement.businessType = row.businessType;
    movement.currency = row.currency;
    movement.deltaMinor = row.deltaMinor;
    movement.movement = static_cast<MovementClass>(row.movementClass);
    movement.exact = row.exact;
    return movement;
}

/// Steps of every subscription. A stored value is the target, so that the movements sum to what mrrNow says, to the unit.
Result<std::vector<CustomerStep>> allSteps(const store::MirrorReader& reader, const Definition& definition, qint64 nowMs)
{
    EvidenceBySubscription evidence;
    const Result<QHash<QString, StoredValue>> values = storedValues(reader);
    if (!values) {
        return fail(values.error());
    }
    if (const Status read = collectEvidence(reader, definition.subtractRepeating || definition.subtractOnce, &evidence); !read) {
        return fail(read.error());
    }
    const stripe::Seconds now = nowMs / 1000;
    const std::vector<ItemEvidence> none;
    MirrorSurroundings surroundings(reader);
    std::vector<CustomerStep> steps;
    const Status read = reader.forEachSubscription([&](const stripe::Subscription& subscription) {
        const auto value = values->constFind(subscription.id);
        if (value == values->constEnd() || !value->valued) {
            return; // left out of mrrNow's sums, and said there; so it is left out of what led to them
        }
        const auto lines = evidence.constFind(subscription.id);
        const std::vector<MrrStep> timeline
            = timelineOf(subscription, lines == evidence.constEnd() ? none : *lines, surroundings.of(subscription), definition, value->mrrMinor, now);
        for (const MrrStep& step : timeline) {
            steps.push_back(
                {step.at, subscription.customerId, subscription.id, value->businessType, subscription.currency, step.deltaMinor, step.exact, step.pause});
        }
    });
    if (!read) {
        return fail(read.error());
    }
    return steps;
}

} // namespace

store::SubscriptionValue valueForMirror(const stripe::Subscription& subscription, const store::MirrorReader& reader, const Definition& definition, qint64 nowMs)
{
    MirrorSurroundings surroundings(reader);
    const SubscriptionMrr mrr = mrrOf(subscription, surroundings.of(subscription), definition, nowMs / 1000);
    store::SubscriptionValue value;
    value.subscriptionId = subscription.id;
    value.currency = mrr.currency;
    value.listMinor = mrr.listMinor;
    value.contractedMinor = mrr.contractedMinor;
    value.netMinor = mrr.netMinor;
    value.mrrMinor = mrr.mrrMinor;
    // What does not count is 0 for certain, whatever it would have been worth.
    if (counts(subscription, definition)) {
        value.problem = valueProblemCode(mrr.problem);
    }
    return value;
}

Result<MrrNow> mrrNow(const store::MirrorReader& reader, qint64 nowMs)
{
    const Result<store::Completeness> completeness = reader.completeness();
    if (!completeness) {
        return fail(completeness.error());
    }
    MrrNow now;
    now.complete = completeness->complete;
    now.asOfMs = std::min(completeness->completeAsOfMs, nowMs);
    std::map<std::pair<CurrencyCode, QString>, MrrLine> byCurrency;
    std::map<std::pair<CurrencyCode, QString>, MrrLine> byType;
    bool fits = true;
    const Status read = reader.forEachValue([&](const store::MirrorReader::ValuedSubscription& value) {
        if (!value.problem.isEmpty()) {
            now.unvalued.push_back({value.subscriptionId, value.problem});
        } else if (value.mrrMinor != 0) {
            fits = addLine(&byCurrency, value.currency, {}, value.mrrMinor) && fits;
            fits = addLine(&byType, value.currency, typeOrUnclassified(value.businessType), value.mrrMinor) && fits;
        }
    });
    if (!read) {
        return fail(read.error());
    }
    if (!fits) {
        return fail(ErrorKind::Internal, QStringLiteral("The account's revenue is too large to be added up."));
    }
    now.byCurrency = linesOf(byCurrency);
    std::stable_sort(now.byCurrency.begin(), now.byCurrency.end(), [](const MrrLine& a, const MrrLine& b) { return a.minor > b.minor; });
    now.byBusinessType = linesOf(byType);
    std::stable_sort(now.byBusinessType.begin(), now.byBusinessType.end(),
        [](const MrrLine& a, const MrrLine& b) { return a.currency != b.currency ? a.currency < b.currency : a.minor > b.minor; });
    return now;
}

Status rebuildMovements(store::Mirror& mirror, const Definition& definition, qint64 nowMs)
{
    Result<std::vector<CustomerStep>> steps = allSteps(mirror.reader(), definition, nowMs);
    if (!steps) {
        return fail(steps.error());
    }
    std::vector<store::MovementRow> rows;
    for (const Movement& movement : classify(std::move(*steps))) {
        rows.push_back(rowOf(movement));
    }
    return mirror.replaceMovements(rows);
}

Result<History> history(const store::MirrorReader& reader, const QTimeZone& zone, int months, int newestMovements, qint64 nowMs)
{
    History history;
    history.zone = zone;
    MonthBook book(zone, months, nowMs);
    std::deque<Movement> newest;
    const Status read = reader.forEachMovement([&](const store::MovementRow& row) {
        const Movement movement = movementOf(row);
        book.add(movement);
        newest.push_front(movement);
        if (static_cast<int>(newest.size()) > newestMovements) {
            newest.pop_back();
        }
    });
    if (!read) {
        return fail(read.error());
    }
    Result<std::vector<MonthFigures>> figures = book.figures();
    if (!figures) {
        return fail(figures.error());
    }
    history.months = std::move(*figures);
    history.newest.assign(newest.begin(), newest.end());
    return history;
}

} // namespace ch::revenue

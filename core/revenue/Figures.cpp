// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Figures.h"

#include "revenue/MirrorFacts.h"
#include "revenue/MirrorSurroundings.h"
#include "revenue/Movements.h"

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

/// What the values beside the subscriptions say; those without a good one are left out.
Result<QHash<QString, qint64>> storedValues(const store::MirrorReader& reader)
{
    QHash<QString, qint64> values;
    const Status read = reader.forEachValue([&](const store::MirrorReader::ValuedSubscription& value) {
        if (value.problem.isEmpty()) {
            values.insert(value.subscriptionId, value.mrrMinor);
        }
    });
    if (!read) {
        return fail(read.error());
    }
    return values;
}

store::MovementRow movementRow(const Ledger& ledger, const Row& row)
{
    store::MovementRow made;
    made.at = row.at;
    made.customerId = ledger.facts->ids.text(ledger.customerOf(row));
    made.subscriptionId = ledger.facts->ids.text(ledger.subscriptionOf(row).id);
    made.businessType = ledger.facts->ids.text(ledger.subscriptionOf(row).businessType);
    made.currency = ledger.facts->ids.text(ledger.currencyOf(row));
    made.movementClass = static_cast<int>(row.movement);
    return made;
}

/// The changes of a customer at one instant, in one currency and class, are one movement, named by its largest row.
void addMovements(const Ledger& ledger, const std::vector<const Row*>& rows, std::vector<store::MovementRow>* movements)
{
    for (size_t i = 0; i < rows.size(); ++i) {
        const Row& first = *rows[i];
        const auto isSame = [&](const Row* row) { return row->at == first.at && row->movement == first.movement && ledger.currencyOf(*row) == ledger.currencyOf(first); };
        if (std::any_of(rows.begin(), rows.begin() + qptrdiff(i), isSame)) {
            continue;
        }
        const Row* largest = &first;
        qint64 delta = 0;
        bool exact = true;
        for (const Row* row : rows) {
            if (isSame(row)) {
                delta += row->delta.mrr;
                exact = exact && row->isExact();
                largest = qAbs(row->delta.mrr) > qAbs(largest->delta.mrr) ? row : largest;
            }
        }
        if (delta != 0) {
            movements->push_back(movementRow(ledger, *largest));
            movements->back().deltaMinor = delta;
            movements->back().exact = exact;
        }
    }
}

/// Where the stored value of a subscription is another than the ledger's, tables and movements must still say one figure.
void addResidues(const Ledger& ledger, const QHash<QString, qint64>& values, std::vector<store::MovementRow>* movements)
{
    std::vector<qint64> sums(ledger.facts->subscriptions.size(), 0);
    for (const Row& row : ledger.rows) {
        sums[row.subscription] += row.delta.mrr;
    }
    for (quint32 i = 0; i < sums.size(); ++i) {
        const auto value = values.constFind(ledger.facts->ids.text(ledger.facts->subscriptions[i].id));
        if (value != values.constEnd() && *value != sums[i]) {
            Row row;
            row.subscription = i;
            row.at = ledger.now;
            row.movement = MovementClass::Reconciliation;
            movements->push_back(movementRow(ledger, row));
            movements->back().deltaMinor = *value - sums[i];
            movements->back().exact = false;
        }
    }
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
    const Result<QHash<QString, qint64>> values = storedValues(mirror.reader());
    Result<Facts> facts = values ? factsOf(mirror.reader()) : Result<Facts>(fail(values.error()));
    if (!facts) {
        return fail(facts.error());
    }
    const Result<Ledger> ledger = buildLedger(std::make_shared<const Facts>(std::move(*facts)), definition, nowMs / 1000);
    if (!ledger) {
        return fail(ledger.error());
    }
    std::vector<store::MovementRow> movements;
    std::vector<const Row*> together;
    for (const Row& row : ledger->rows) {
        if (!together.empty() && (together.front()->at != row.at || ledger->customerOf(*together.front()) != ledger->customerOf(row))) {
            addMovements(*ledger, together, &movements);
            together.clear();
        }
        if (values->contains(ledger->facts->ids.text(ledger->subscriptionOf(row).id))) {
            together.push_back(&row);
        }
    }
    addMovements(*ledger, together, &movements);
    addResidues(*ledger, *values, &movements);
    std::stable_sort(movements.begin(), movements.end(), [](const store::MovementRow& a, const store::MovementRow& b) { return a.at < b.at; });
    return mirror.replaceMovements(movements);
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

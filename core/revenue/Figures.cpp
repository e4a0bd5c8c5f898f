// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Figures.h"

#include "revenue/MirrorSurroundings.h"
#include "revenue/Movements.h"

#include <algorithm>
#include <map>

namespace ch::revenue {

namespace {

constexpr char kUnclassified[] = "unclassified";
constexpr int kWholeHistory = 99999999; // every day lies before it

QString typeOrUnclassified(const QString& type)
{
    return type.isEmpty() ? QString::fromLatin1(kUnclassified) : type;
}

/// Sums by key; false when a sum leaves 64 bits.
bool addLine(std::map<std::pair<CurrencyCode, QString>, MrrLine>* lines, const CurrencyCode& currency, const QString& type, const store::LedgerSum& sum)
{
    MrrLine& line = (*lines)[{currency, type}];
    line.currency = currency;
    line.businessType = type;
    line.subscriptions += sum.subscriptions;
    return addMinor(line.minor, sum.minor, &line.minor);
}

std::vector<MrrLine> linesOf(const std::map<std::pair<CurrencyCode, QString>, MrrLine>& lines)
{
    std::vector<MrrLine> all;
    for (const auto& [key, line] : lines) {
        if (line.minor != 0 || line.subscriptions != 0) {
            all.push_back(line);
        }
    }
    return all;
}

/// Rows of one customer and instant, of one class and currency, are one movement, named by its largest row.
class NewestMovements {
public:
    explicit NewestMovements(int atMost) : m_atMost(size_t(atMost)) {}

    /// Rows come newest first. False: there are enough.
    bool add(const QString& customerId, const store::LedgerRow& row)
    {
        const bool joins = !m_open.empty() && m_open.front().at == row.at && m_open.front().customerId == customerId;
        if (!joins && !settle()) {
            return false;
        }
        const auto movement = static_cast<MovementClass>(row.movementClass);
        const QString currency = text(row.currency);
        auto one = std::find_if(m_open.begin(), m_open.end(), [&](const Movement& known) { return known.movement == movement && known.currency == currency; });
        if (one == m_open.end()) {
            one = m_open.insert(m_open.end(), {row.at, customerId, {}, {}, currency, 0, movement, true});
            m_largest.push_back(0);
        }
        qint64& largest = m_largest[size_t(std::distance(m_open.begin(), one))];
        one->deltaMinor += row.mrr;
        one->exact = one->exact && row.earliest == row.latest;
        if (one->subscriptionId.isEmpty() || qAbs(row.mrr) > largest) {
            largest = qAbs(row.mrr);
            one->subscriptionId = text(row.subscriptionId);
            one->businessType = text(row.businessType);
        }
        return true;
    }

    [[nodiscard]] std::vector<Movement> taken()
    {
        (void)settle();
        return std::move(m_all);
    }

private:
    static QString text(std::string_view view) { return QString::fromUtf8(view.data(), qsizetype(view.size())); }

    bool settle()
    {
        std::copy_if(m_open.begin(), m_open.end(), std::back_inserter(m_all), [](const Movement& one) { return one.deltaMinor != 0; });
        m_open.clear();
        m_largest.clear();
        m_all.resize(std::min(m_all.size(), m_atMost));
        return m_all.size() < m_atMost;
    }

    size_t m_atMost;
    std::vector<Movement> m_all;
    std::vector<Movement> m_open;
    std::vector<qint64> m_largest;
};

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
    const auto add = [&](const store::LedgerSum& sum) {
        fits = addLine(&byCurrency, sum.currency, {}, sum) && fits;
        fits = addLine(&byType, sum.currency, typeOrUnclassified(sum.businessType), sum) && fits;
    };
    const Result<store::LedgerState> ledger = reader.ledgerState();
    Status read = !ledger ? fail(ledger.error()) : ledger->isCurrent() ? reader.forEachLedgerSum(store::LedgerGrain::Month, kWholeHistory, add) : reader.forEachValueSum(add);
    if (read) {
        read = reader.forEachUnvalued([&now](const QString& id, const QString& problem) { now.unvalued.push_back({id, problem}); });
    }
    if (!read) {
        return fail(read.error());
    }
    if (!fits) {
        return sumTooLarge();
    }
    for (const auto& [key, line] : byCurrency) {
        now.currencies.push_back(line.currency);
    }
    now.byCurrency = linesOf(byCurrency);
    std::stable_sort(now.byCurrency.begin(), now.byCurrency.end(), [](const MrrLine& a, const MrrLine& b) { return a.minor > b.minor; });
    now.byBusinessType = linesOf(byType);
    std::stable_sort(now.byBusinessType.begin(), now.byBusinessType.end(),
        [](const MrrLine& a, const MrrLine& b) { return a.currency != b.currency ? a.currency < b.currency : a.minor > b.minor; });
    return now;
}

Result<History> history(const store::MirrorReader& reader, const QTimeZone& zone, int months, int newestMovements, qint64 nowMs)
{
    const Result<store::LedgerState> state = reader.ledgerState();
    if (!state) {
        return fail(state.error());
    }
    History history;
    history.zone = state->zone.isEmpty() ? zone : QTimeZone(state->zone.toUtf8());
    MonthBook book(history.zone, months, nowMs);
    NewestMovements newest(newestMovements);
    Status read = reader.forEachLedgerSum(store::LedgerGrain::Month, book.firstMonth(), [&book](const store::LedgerSum& sum) { book.add(sum); });
    if (read) {
        read = reader.forEachNewestRow([&newest](const QString& customerId, const store::LedgerRow& row) { return newest.add(customerId, row); });
    }
    if (!read) {
        return fail(read.error());
    }
    Result<std::vector<MonthFigures>> figures = book.figures();
    if (!figures) {
        return fail(figures.error());
    }
    history.months = std::move(*figures);
    history.newest = newest.taken();
    return history;
}

} // namespace ch::revenue

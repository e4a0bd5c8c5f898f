// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/RollForward.h"

#include "base/Money.h"
#include "revenue/Classify.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace ch::revenue {

namespace {

constexpr size_t kMostBuckets = 4000;

QDate bucketStart(const QDate& day, Bucket bucket)
{
    switch (bucket) {
    case Bucket::Day:
        return day;
    case Bucket::Week:
        return day.addDays(1 - day.dayOfWeek()); // ISO weeks begin on Monday
    case Bucket::Month:
        return {day.year(), day.month(), 1};
    case Bucket::Quarter:
        return {day.year(), (day.month() - 1) / 3 * 3 + 1, 1};
    case Bucket::Year:
        return {day.year(), 1, 1};
    }
    return day;
}

QDate nextStart(const QDate& start, Bucket bucket)
{
    switch (bucket) {
    case Bucket::Day:
        return start.addDays(1);
    case Bucket::Week:
        return start.addDays(7);
    case Bucket::Month:
        return start.addMonths(1);
    case Bucket::Quarter:
        return start.addMonths(3);
    case Bucket::Year:
        return start.addYears(1);
    }
    return start.addDays(1);
}

/// One currency and group: what was before, and each bucket.
struct Book {
    qint64 before = 0;
    std::vector<BucketFigures> buckets;
    std::vector<qint64> changed;   ///< of each bucket, whatever the class: what closing is computed from
};

using Books = std::unordered_map<quint64, Book>;

class Report {
public:
    Report(const Ledger& ledger, const RollForwardQuestion& question, std::vector<QDate> days)
        : m_ledger(ledger), m_question(question), m_grouping(ledger, question.by, question.filters, question.countries), m_days(std::move(days))
    {
        for (const QDate& day : m_days) {
            // An edge that belongs to the bucket before it is as if that bucket ended a second later.
            m_edges.push_back(day.startOfDay(question.zone).toSecsSinceEpoch() + (ledger.definition.edge == BucketEdge::End ? 1 : 0));
        }
    }

    Result<RollForward> made()
    {
        for (size_t from = 0; from < m_ledger.rows.size();) {
            const size_t to = m_ledger.customerEnd(from);
            addCustomer(from, to);
            from = to;
        }
        RollForward report{seriesOf(m_totals, false), m_question.by == GroupBy::Nothing ? std::vector<Series>() : seriesOf(m_groups, true), {}};
        if (!m_fits) {
            return sumTooLarge();
        }
        if (const QString broken = brokenIdentity(report); !broken.isEmpty()) {
            return fail(ErrorKind::Internal, QStringLiteral("The report does not add up and is not shown: %1. Please report this.").arg(broken));
        }
        return report;
    }

private:
    /// -1: before the first; the count of buckets: after the last.
    [[nodiscard]] int bucketAt(Seconds at) const
    {
        return int(std::upper_bound(m_edges.begin(), m_edges.end(), at) - m_edges.begin()) - 1;
    }
    [[nodiscard]] int count() const { return int(m_edges.size()) - 1; }

    Book& book(Books& books, Ref currency, Ref group)
    {
        Book& found = books[quint64(currency) << 32 | group];
        if (found.buckets.empty()) {
            found.buckets.resize(size_t(count()));
            found.changed.resize(size_t(count()), 0);
        }
        return found;
    }

    void add(Book& target, int bucket, const Row& row, MovementClass movement)
    {
        if (bucket < 0) {
            m_fits = addMinor(target.before, row.delta.mrr, &target.before) && m_fits;
            return;
        }
        qint64& moved = target.buckets[size_t(bucket)].moved[static_cast<size_t>(movement)];
        qint64& changed = target.changed[size_t(bucket)];
        m_fits = addMinor(moved, row.delta.mrr, &moved) && addMinor(changed, row.delta.mrr, &changed) && m_fits;
        if (movement == MovementClass::Churn) {
            qint64& churned = target.buckets[size_t(bucket)].churned[static_cast<size_t>(churnKindOf(row.cause))];
            m_fits = addMinor(churned, row.delta.mrr, &churned) && m_fits;
        }
    }

    void addCustomer(size_t from, size_t to)
    {
        m_classes.resize(to - from);
        for (size_t i = from; i < to; ++i) {
            m_classes[i - from] = m_ledger.rows[i].movement;
        }
        if (m_question.view == View::Net) {
            classifyNet(from, to);
        }
        for (size_t i = from; i < to; ++i) {
            const Row& row = m_ledger.rows[i];
            const int bucket = bucketAt(row.at);
            if (!m_grouping.takes(row)) {
                continue;
            }
            const Ref currency = m_ledger.currencyOf(row);
            if (bucket < count()) {
                add(book(m_totals, currency, kNone), bucket, row, m_classes[i - from]);
            }
            if (bucket < count() && m_question.by != GroupBy::Nothing) {
                add(book(m_groups, currency, m_grouping.keyOf(row)), bucket, row, m_classes[i - from]);
            }
        }
        forEachChange(m_ledger.rows, from, to, [this](const Row& row) { return m_grouping.takes(row); }, [this](const Row& row, qint64 delta) { addWindow(m_totals, kNone, row, delta); });
        if (m_question.by != GroupBy::Nothing) {
            const auto keyOf = [this](const Row& row) { return std::pair(m_grouping.takes(row), m_grouping.keyOf(row)); };
            forEachChange(m_ledger.rows, from, to, keyOf, [this](const Row& row, qint64 delta) { addWindow(m_groups, m_grouping.keyOf(row), row, delta); });
        }
    }

    void addWindow(Books& books, Ref group, const Row& row, qint64 delta)
    {
        if (row.isExact() || !m_grouping.takes(row)) {
            return;
        }
        for (int bucket = std::max(0, bucketAt(row.earliest)); bucket < count() && m_edges[size_t(bucket) + 1] <= row.latest; ++bucket) {
            const Seconds at = std::min(m_edges[size_t(bucket) + 1] - 1, m_ledger.now);
            book(books, m_ledger.currencyOf(row), group).buckets[size_t(bucket)].certainty.add(row, delta, at);
        }
    }

    /// Start against end of each bucket. What explains nothing stays Reconciliation. Where the definition changes, the bucket has two parts, each
    /// with its own start and end: what the change takes out is no churn.
    void classifyNet(size_t from, size_t to)
    {
        std::map<Ref, Fraction::Wide> balances;
        bool seen = false;
        bool pausedOut = false;
        bool redefined = false; // and out since
        const auto isActive = [&balances] { return std::any_of(balances.begin(), balances.end(), [](const auto& one) { return one.second > 0; }); };
        for (size_t i = from; i < to;) {
            const int bucket = bucketAt(m_ledger.rows[i].at);
            const bool isDefinition = m_ledger.rows[i].movement == MovementClass::Definition;
            const bool activeBefore = isActive();
            std::map<Ref, Fraction::Wide> net;
            MovementClass last = MovementClass::New;
            bool pause = true;
            size_t next = i;
            for (; next < to && bucketAt(m_ledger.rows[next].at) == bucket && (m_ledger.rows[next].movement == MovementClass::Definition) == isDefinition; ++next) {
                const Row& row = m_ledger.rows[next];
                balances[m_ledger.currencyOf(row)] += row.delta.mrr;
                if (isDefinition || row.movement == MovementClass::Reconciliation || row.delta.mrr == 0) {
                    continue;
                }
                net[m_ledger.currencyOf(row)] += row.delta.mrr;
                pause = pause && (row.movement == MovementClass::Paused || row.movement == MovementClass::Resumed);
                last = row.movement;
            }
            const bool activeAfter = isActive();
            const bool asPause = activeBefore && !activeAfter ? last == MovementClass::Paused : !activeBefore && activeAfter ? pausedOut || (redefined && last == MovementClass::Resumed) : pause;
            for (size_t k = i; k < next; ++k) {
                if (!isDefinition && m_classes[k - from] != MovementClass::Reconciliation) {
                    const Fraction::Wide sum = net[m_ledger.currencyOf(m_ledger.rows[k])];
                    m_classes[k - from] = classOf({activeBefore, activeAfter, seen, asPause}, sum < 0 ? -1 : sum > 0 ? 1 : 0);
                }
            }
            seen = seen || activeBefore || activeAfter || !net.empty();
            pausedOut = activeAfter ? false : activeBefore ? asPause : pausedOut || last == MovementClass::Paused;
            redefined = !activeAfter && (redefined || isDefinition);
            i = next;
        }
    }

    std::vector<Series> seriesOf(Books& books, bool named)
    {
        std::vector<Series> all;
        for (auto& [key, one] : books) {
            Series series;
            series.currency = m_ledger.facts->ids.text(Ref(key >> 32));
            series.group = named ? m_grouping.nameOf(Ref(key)) : QString();
            qint64 balance = one.before;
            for (size_t i = 0; i < one.buckets.size(); ++i) {
                one.buckets[i].start = m_days[i];
                one.buckets[i].opening = balance;
                m_fits = addMinor(balance, one.changed[i], &balance) && m_fits;
                one.buckets[i].closing = balance;
            }
            series.buckets = std::move(one.buckets);
            all.push_back(std::move(series));
        }
        std::sort(all.begin(), all.end(), [](const Series& a, const Series& b) { return std::tie(a.currency, a.group) < std::tie(b.currency, b.group); });
        return all;
    }

    const Ledger& m_ledger;
    const RollForwardQuestion& m_question;
    Grouping m_grouping;
    std::vector<QDate> m_days;
    std::vector<Seconds> m_edges;
    std::vector<MovementClass> m_classes;
    Books m_totals;
    Books m_groups;
    bool m_fits = true;
};

} // namespace

std::optional<Bucket> bucketOf(const QString& word)
{
    static const std::pair<const char*, Bucket> kWords[] = {{"day", Bucket::Day}, {"week", Bucket::Week}, {"month", Bucket::Month}, {"quarter", Bucket::Quarter}, {"year", Bucket::Year}};
    for (const auto& [name, bucket] : kWords) {
        if (word == QLatin1String(name)) {
            return bucket;
        }
    }
    return std::nullopt;
}

std::vector<QDate> bucketDays(const QDate& from, const QDate& to, Bucket bucket)
{
    std::vector<QDate> days;
    QDate day = bucketStart(from, bucket);
    for (; day < to && days.size() <= kMostBuckets; day = nextStart(day, bucket)) {
        days.push_back(day);
    }
    days.push_back(day);
    return days;
}

QString brokenIdentity(const RollForward& report)
{
    using Figures = std::array<Fraction::Wide, kMovementClasses + 2>; // opening, closing, each class
    std::map<std::pair<QString, QDate>, Figures> sums;
    const auto addUp = [](const BucketFigures& bucket, Figures* sum) {
        (*sum)[0] += bucket.opening;
        (*sum)[1] += bucket.closing;
        for (size_t i = 0; i < bucket.moved.size(); ++i) {
            (*sum)[i + 2] += bucket.moved[i];
        }
    };
    const auto check = [](const Series& series) {
        for (size_t i = 0; i < series.buckets.size(); ++i) {
            const BucketFigures& bucket = series.buckets[i];
            Fraction::Wide sum = bucket.opening;
            for (const qint64 moved : bucket.moved) {
                sum += moved;
            }
            Fraction::Wide churned = 0;
            for (const qint64 kind : bucket.churned) {
                churned += kind;
            }
            if (churned != bucket.of(MovementClass::Churn)) {
                return QStringLiteral("%1 %2 %3: the kinds of churn are not the churn %4").arg(series.currency, series.group, bucket.start.toString(Qt::ISODate)).arg(bucket.of(MovementClass::Churn));
            }
            const bool joins = i == 0 || series.buckets[i - 1].closing == bucket.opening;
            if (sum != bucket.closing || !joins) {
                return QStringLiteral("%1 %2 %3: opening %4 and movements are not closing %5").arg(series.currency, series.group, bucket.start.toString(Qt::ISODate)).arg(bucket.opening).arg(bucket.closing);
            }
        }
        return QString();
    };
    for (const Series& series : report.totals) {
        if (const QString broken = check(series); !broken.isEmpty()) {
            return broken;
        }
    }
    for (const std::vector<Series>* parts : {&report.groups, &report.rounding}) {
        for (const Series& series : *parts) {
            if (const QString broken = check(series); !broken.isEmpty()) {
                return broken;
            }
            for (const BucketFigures& bucket : series.buckets) {
                addUp(bucket, &sums.try_emplace({series.currency, bucket.start}, Figures{}).first->second);
            }
        }
    }
    for (const Series& series : report.totals) {
        for (const BucketFigures& bucket : series.buckets) {
            const auto groups = sums.find({series.currency, bucket.start});
            Figures total{};
            addUp(bucket, &total);
            const bool foots = groups == sums.end() ? report.groups.empty() : groups->second == total;
            if (!foots) {
                return QStringLiteral("%1 %2: the groups are not the total %3").arg(series.currency, bucket.start.toString(Qt::ISODate)).arg(bucket.closing);
            }
        }
    }
    return {};
}

ChurnRates churnRatesOf(const BucketFigures& bucket, bool withTakedowns)
{
    const Fraction::Wide base = Fraction::Wide(bucket.opening) + bucket.of(MovementClass::Fx);
    if (bucket.opening <= 0 || base <= 0) {
        return {};
    }
    const auto rate = [base](Fraction::Wide lost) { return (Fraction::ratio(-lost, base) * Fraction(1'000'000)).roundHalfAwayFromZero(); };
    const Fraction::Wide churn = Fraction::Wide(bucket.of(MovementClass::Churn)) - (withTakedowns ? 0 : bucket.churned[static_cast<size_t>(ChurnKind::Takedown)]);
    const Fraction::Wide gross = churn + bucket.of(MovementClass::Contraction);
    return {rate(gross), rate(gross + bucket.of(MovementClass::Expansion) + bucket.of(MovementClass::Reactivation))};
}

Result<RollForward> rollForward(const Ledger& ledger, const RollForwardQuestion& question)
{
    if (!question.from.isValid() || !question.to.isValid() || question.to <= question.from) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("The report needs a first day and a later day at which it ends."));
    }
    std::vector<QDate> days = bucketDays(question.from, question.to, question.bucket);
    if (days.size() > kMostBuckets) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("That is more than %1 buckets: ask for a shorter span, or for larger buckets.").arg(kMostBuckets));
    }
    return Report(ledger, question, std::move(days)).made();
}

} // namespace ch::revenue

// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Conversion.h"

#include <QDateTime>
#include <algorithm>

namespace ch::revenue {

namespace {

constexpr auto kFx = static_cast<size_t>(MovementClass::Fx);
constexpr auto kChurn = static_cast<size_t>(MovementClass::Churn);

tl::unexpected<Error> tooLarge()
{
    return fail(ErrorKind::Internal, QStringLiteral("The account's revenue is too large to be converted."));
}

tl::unexpected<Error> noRate(const CurrencyCode& from, const CurrencyCode& into, const QDate& day)
{
    return fail(ErrorKind::InvalidInput,
        QStringLiteral("There is no rate from %1 to %2 on or before %3: add one to the rates (a line %3,%1,RATE), or leave that time or currency out.").arg(from, into, day.toString(Qt::ISODate)));
}

/// Adds or takes away every figure of a bucket. False when one leaves 64 bits.
bool addFigures(BucketFigures* sum, const BucketFigures& more, int sign)
{
    bool fits = true;
    const auto add = [&fits, sign](qint64& target, qint64 minor) { fits = addMinor(target, sign * minor, &target) && fits; };
    add(sum->opening, more.opening);
    add(sum->closing, more.closing);
    for (size_t i = 0; i < more.moved.size(); ++i) {
        add(sum->moved[i], more.moved[i]);
    }
    for (size_t i = 0; i < more.churned.size(); ++i) {
        add(sum->churned[i], more.churned[i]);
    }
    add(sum->certainty.uncertain, more.certainty.uncertain);
    add(sum->certainty.low, more.certainty.low);
    add(sum->certainty.high, more.certainty.high);
    return fits;
}

bool addSeries(Series* sum, const Series& more, int sign)
{
    bool fits = true;
    for (size_t i = 0; i < sum->buckets.size(); ++i) {
        fits = addFigures(&sum->buckets[i], more.buckets[i], sign) && fits;
    }
    return fits;
}

/// Amounts of one currency at one rate; remembers whether all of them fitted.
class Exchange {
public:
    explicit Exchange(const Rate& rate) : m_factor(rate.factor) {}

    [[nodiscard]] qint64 of(qint64 minor)
    {
        const auto whole = minor == 0 ? std::optional<qint64>(0) : (Fraction(minor) * m_factor).roundHalfAwayFromZero();
        m_fits = m_fits && whole.has_value();
        return whole.value_or(0);
    }
    [[nodiscard]] bool fits() const { return m_fits; }

private:
    Fraction m_factor;
    bool m_fits = true;
};

class ReportConversion {
public:
    ReportConversion(const RollForward& report, const RollForwardQuestion& question, const Rates& rates, Seconds now, std::optional<Seconds> constantAt)
        : m_report(report), m_question(question), m_rates(rates), m_constantAt(constantAt)
    {
        for (const QDate& day : bucketDays(question.from, question.to, question.bucket)) {
            m_starts.push_back(day);
            m_ends.push_back(std::min(day.startOfDay(question.zone).toSecsSinceEpoch() - 1, now)); // of the bucket before
        }
    }

    Result<Converted> made()
    {
        Converted answer;
        m_answer = &answer;
        if (const Status done = convertInto(m_report.totals, false, &answer.report.totals); !done) {
            return fail(done.error());
        }
        if (const Status done = convertInto(m_report.groups, true, &answer.report.groups); !done) {
            return fail(done.error());
        }
        if (!answer.report.groups.empty()) {
            Series rounding = answer.report.totals.front();
            for (const Series& group : answer.report.groups) {
                m_fits = addSeries(&rounding, group, -1) && m_fits;
            }
            answer.report.rounding.push_back(std::move(rounding));
        }
        if (!m_fits) {
            return tooLarge();
        }
        if (const QString broken = brokenIdentity(answer.report); !broken.isEmpty()) {
            return fail(ErrorKind::Internal, QStringLiteral("The converted report does not add up and is not shown: %1. Please report this.").arg(broken));
        }
        return answer;
    }

private:
    [[nodiscard]] Status convertInto(const std::vector<Series>& all, bool named, std::vector<Series>* target)
    {
        std::map<QString, Series> byGroup;
        for (const Series& series : all) {
            const auto leaf = convert(series);
            if (!leaf) {
                return fail(leaf.error());
            }
            const auto [place, isFirst] = byGroup.try_emplace(series.group, *leaf);
            m_fits = (isFirst || addSeries(&place->second, *leaf, 1)) && m_fits;
        }
        for (auto& [group, series] : byGroup) {
            series.currency = m_rates.into();
            series.group = named ? group : QString();
            target->push_back(std::move(series));
        }
        return {};
    }

    /// One currency and group.
    [[nodiscard]] Result<Series> convert(const Series& series)
    {
        Series leaf = series;
        std::vector<RateUsed>* used = nullptr;
        if (series.currency != m_rates.into()) {
            used = &m_answer->rates[series.currency];
            used->resize(series.buckets.size());
        }
        for (size_t i = 0; i < leaf.buckets.size(); ++i) {
            const auto opening = rateAt(series.currency, i, series.buckets[i].opening != 0);
            const auto closing = rateAt(series.currency, i + 1, isMoved(series.buckets[i]));
            if (!opening || !closing) {
                return fail(!opening ? opening.error() : closing.error());
            }
            if (used != nullptr) {
                RateUsed& mine = (*used)[i];
                mine.start = m_starts[i];
                mine.opening = *opening ? *opening : mine.opening;
                mine.closing = *closing ? *closing : mine.closing;
            }
            if (!convertBucket(opening->value_or(Rate()), closing->value_or(Rate()), &leaf.buckets[i])) {
                return tooLarge();
            }
        }
        return leaf;
    }

    /// Whether there is anything that is converted at the rate of the bucket's end.
    [[nodiscard]] static bool isMoved(const BucketFigures& bucket)
    {
        return bucket.opening != 0 || bucket.closing != 0 || bucket.certainty.uncertain != 0 || std::any_of(bucket.moved.begin(), bucket.moved.end(), [](qint64 moved) { return moved != 0; });
    }

    /// edge: 0 is where the first bucket begins. Nothing where none is needed.
    [[nodiscard]] Result<std::optional<Rate>> rateAt(const CurrencyCode& currency, size_t edge, bool needed) const
    {
        if (!needed) {
            return std::optional<Rate>();
        }
        const Seconds at = m_constantAt.value_or(m_ends[edge]);
        const std::optional<Rate> rate = m_rates.at(currency, at);
        if (!rate) {
            return noRate(currency, m_rates.into(), QDateTime::fromSecsSinceEpoch(at, m_question.zone).date());
        }
        return rate;
    }

    /// A rate that is not needed meets nothing but 0.
    [[nodiscard]] bool convertBucket(const Rate& r0, const Rate& r1, BucketFigures* bucket) const
    {
        Exchange before(r0);
        Exchange exchange(r1);
        BucketFigures whole;
        whole.start = bucket->start;
        whole.opening = before.of(bucket->opening);
        whole.closing = exchange.of(bucket->closing);
        bool fits = true;
        const bool still = bucket->opening == 0 || r0.factor == r1.factor; // nothing is gained by a rate: fx has to be 0
        qint64 balance = bucket->opening;
        qint64 sum = whole.opening;
        const auto moved = [&](qint64 delta) {
            qint64 next = balance;
            fits = addMinor(balance, delta, &next) && fits;
            const qint64 minor = still ? exchange.of(next) - exchange.of(balance) : exchange.of(delta);
            balance = next;
            fits = addMinor(sum, minor, &sum) && fits;
            return minor;
        };
        for (size_t i = 0; i < whole.moved.size(); ++i) {
            if (i == kChurn) {
                for (size_t kind = 0; kind < whole.churned.size(); ++kind) {
                    whole.churned[kind] = moved(bucket->churned[kind]);
                    fits = addMinor(whole.moved[i], whole.churned[kind], &whole.moved[i]) && fits;
                }
            } else if (i != kFx) {
                whole.moved[i] = moved(bucket->moved[i]);
            }
        }
        fits = addMinor(whole.closing, -sum, &whole.moved[kFx]) && fits;
        whole.certainty.uncertain = exchange.of(bucket->certainty.uncertain);
        whole.certainty.low = exchange.of(bucket->certainty.low);
        whole.certainty.high = exchange.of(bucket->certainty.high);
        *bucket = whole;
        return fits && before.fits() && exchange.fits();
    }

    const RollForward& m_report;
    const RollForwardQuestion& m_question;
    const Rates& m_rates;
    std::optional<Seconds> m_constantAt;
    std::vector<QDate> m_starts;
    std::vector<Seconds> m_ends;
    Converted* m_answer = nullptr;
    bool m_fits = true;
};

} // namespace

Result<Converted> converted(const RollForward& report, const RollForwardQuestion& question, const Rates& rates, Seconds now, std::optional<Seconds> constantAt)
{
    return ReportConversion(report, question, rates, now, constantAt).made();
}

Result<std::vector<FigureLine>> converted(const std::vector<FigureLine>& lines, const Rates& rates, Seconds at, const QTimeZone& zone)
{
    std::map<QString, FigureLine> byGroup;
    for (const FigureLine& line : lines) {
        const std::optional<Rate> rate = rates.at(line.currency, at);
        if (!rate) {
            return noRate(line.currency, rates.into(), QDateTime::fromSecsSinceEpoch(at, zone).date());
        }
        Exchange exchange(*rate);
        const Amounts& was = line.amounts;
        const Amounts amounts{exchange.of(was.mrr), exchange.of(was.list), exchange.of(was.contracted), exchange.of(was.net), exchange.of(was.atRisk), exchange.of(was.committed)};
        FigureLine& sum = byGroup[line.group];
        sum.currency = rates.into();
        sum.group = line.group;
        sum.subscriptions += line.subscriptions;
        const Certainty& open = line.certainty;
        Certainty& certainty = sum.certainty;
        const bool fits = addTo(&sum.amounts, amounts) && addMinor(certainty.uncertain, exchange.of(open.uncertain), &certainty.uncertain)
            && addMinor(certainty.low, exchange.of(open.low), &certainty.low) && addMinor(certainty.high, exchange.of(open.high), &certainty.high);
        if (!fits || !exchange.fits()) {
            return tooLarge();
        }
    }
    std::vector<FigureLine> all;
    std::transform(byGroup.begin(), byGroup.end(), std::back_inserter(all), [](const auto& entry) { return entry.second; });
    std::stable_sort(all.begin(), all.end(), [](const FigureLine& a, const FigureLine& b) { return a.amounts.mrr > b.amounts.mrr; });
    return all;
}

qint64 mrrBeyond(const std::vector<FigureLine>& lines, const std::vector<FigureLine>& others)
{
    Fraction::Wide beyond = 0;
    for (const FigureLine& line : lines) {
        beyond += line.amounts.mrr;
    }
    for (const FigureLine& line : others) {
        beyond -= line.amounts.mrr;
    }
    return qint64(beyond);
}

} // namespace ch::revenue

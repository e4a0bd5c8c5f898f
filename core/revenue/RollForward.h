// SPDX-License-Identifier: GPL-3.0-or-later
// The roll-forward: what a figure opened at, what moved it by class, what it closed at, for each bucket of local time, currency and group.
// opening + movements = closing holds in whole units, and is checked for every cell of every report, as is that the groups are the total;
// a report that fails is an Error that names the cells. Pure; any thread.
#pragma once

#include "revenue/AsOf.h"

#include <QDate>
#include <QTimeZone>
#include <array>

namespace ch::revenue {

enum class Bucket { Day, Week, Month, Quarter, Year };
[[nodiscard]] std::optional<Bucket> bucketOf(const QString& word);

/// Event: every movement by its class. Net: of each customer what it was at the bucket's start against what it is at its end.
enum class View { Event, Net };

struct RollForwardQuestion {
    QDate from;               ///< local; the bucket that holds it is the first
    QDate to;                 ///< not included; the bucket that holds the day before is the last
    Bucket bucket = Bucket::Month;
    View view = View::Event;
    QTimeZone zone;
    GroupBy by = GroupBy::Nothing;
    std::vector<Filter> filters;
    QHash<QString, QString> countries;
};

struct BucketFigures {
    QDate start;
    qint64 opening = 0;
    std::array<qint64, kMovementClasses> moved{};   ///< by class
    std::array<qint64, kChurnKinds> churned{};      ///< the churn among them, by kind
    qint64 closing = 0;
    Certainty certainty;      ///< of closing
    [[nodiscard]] qint64 of(MovementClass movement) const { return moved[static_cast<size_t>(movement)]; }
};

/// How much of what a bucket opened at was lost, in millionths, half away from zero. gross: -(churn + contraction) / opening; net: -(churn + contraction +
/// expansion + reactivation) / opening, below 0 where more came than went. In a converted report the opening is taken at the movements' rate (opening
/// + fx): an exchange rate is no churn. Nothing where there was nothing to lose. What came back within the lapse tolerance is no churn already.
/// withTakedowns: whether what we took down ourselves is lost too.
struct ChurnRates {
    std::optional<qint64> gross;
    std::optional<qint64> net;
};
[[nodiscard]] ChurnRates churnRatesOf(const BucketFigures& bucket, bool withTakedowns);

struct Series {
    CurrencyCode currency;
    QString group;            ///< empty in the totals
    std::vector<BucketFigures> buckets;
};

struct RollForward {
    std::vector<Series> totals;   ///< by currency
    std::vector<Series> groups;   ///< by currency, then group; empty without grouping
    std::vector<Series> rounding; ///< by currency; what the totals are beyond the sum of the groups: only where both were converted
};

/// InvalidInput for a span that is empty or of more than 4,000 buckets; Internal when an identity fails.
[[nodiscard]] Result<RollForward> rollForward(const Ledger& ledger, const RollForwardQuestion& question);

/// First local days of the buckets of [from, to), and the day after the last.
[[nodiscard]] std::vector<QDate> bucketDays(const QDate& from, const QDate& to, Bucket bucket);

/// What is wrong with a report; empty when every cell adds up. Public for its tests: it is called on every report.
[[nodiscard]] QString brokenIdentity(const RollForward& report);

} // namespace ch::revenue

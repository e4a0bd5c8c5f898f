// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON contracts of the ledger's reports, and the instants of the command line. Fields may be added; none goes away.
#pragma once

#include "revenue/Bridge.h"
#include "revenue/Conversion.h"

#include <QJsonArray>
#include <QJsonObject>

namespace ch::ctl {

/// A day (its first instant in the zone), a local time, or a time with its offset. InvalidInput else.
[[nodiscard]] Result<stripe::Seconds> instantOf(const QString& text, const QTimeZone& zone);

/// ISO 8601 with the zone's offset.
[[nodiscard]] QString zonedText(stripe::Seconds at, const QTimeZone& zone);

[[nodiscard]] QJsonArray figuresJson(const std::vector<revenue::FigureLine>& totals);
/// {"by_currency", "by_business_type", and where asked for "groups", each line with its "group"}
[[nodiscard]] QJsonObject figuresJson(const std::vector<revenue::FigureLine>& totals, const std::vector<revenue::FigureLine>& types, const std::vector<revenue::FigureLine>& groups, const QString& groupBy);
/// What could not be valued at an instant: [{"subscription_id", "problem"}]
[[nodiscard]] QJsonArray leftOutJson(const revenue::Ledger& ledger, stripe::Seconds at);
/// {"currencies": {CURRENCY: {"buckets": [...], and where asked for "groups": {GROUP: {"buckets": [...]}}}}}; beside converted groups their "rounding".
/// withTakedowns: whether what we took down counts in the rates of churn.
[[nodiscard]] QJsonObject rollForwardJson(const revenue::RollForward& report, bool withTakedowns);
/// {CURRENCY: [{"start", "opening", "closing"}]}: what each bucket was converted at; null where nothing had to be
[[nodiscard]] QJsonObject ratesJson(const revenue::Converted& converted);
/// [{"currency", "rate", "since"}] of the currencies that a ledger has, at an instant
[[nodiscard]] QJsonArray ratesJson(const revenue::Rates& rates, const revenue::Ledger& ledger, stripe::Seconds at, const QTimeZone& zone);
/// What the total of converted figures is beyond the sum of its lines: {"by_business_type", and where asked for "groups"}
[[nodiscard]] QJsonObject roundingJson(const std::vector<revenue::FigureLine>& totals, const std::vector<revenue::FigureLine>& types, const std::vector<revenue::FigureLine>& groups, const QString& groupBy);
/// {"currencies": {CURRENCY: {"from_minor", "to_minor", "lines": [...]}}}
[[nodiscard]] QJsonObject bridgeJson(const std::vector<revenue::BridgeSide>& sides);

} // namespace ch::ctl

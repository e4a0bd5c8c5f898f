// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Bridge.h"

#include <algorithm>
#include <map>

namespace ch::revenue {

namespace {

/// MRR at an instant by currency and customer.
using Worths = std::map<Ref, std::map<Ref, qint64>>;

Worths worthsOf(const Ledger& ledger, Seconds at)
{
    Worths worths;
    for (const Row& row : ledger.rows) {
        if (row.at <= at) {
            worths[ledger.currencyOf(row)][ledger.customerOf(row)] += row.delta.mrr;
        }
    }
    return worths;
}

qint64 sumOf(const Worths& worths, Ref currency)
{
    qint64 sum = 0;
    const auto found = worths.find(currency);
    for (const auto& [customer, minor] : found == worths.end() ? std::map<Ref, qint64>() : found->second) {
        sum += minor;
    }
    return sum;
}

std::vector<std::pair<QString, qint64>> customersBetween(const Worths& before, const Worths& after, Ref currency, const Ids& ids)
{
    std::map<Ref, qint64> changes;
    for (const auto& [worths, sign] : {std::pair(&after, 1), std::pair(&before, -1)}) {
        const auto found = worths->find(currency);
        if (found != worths->end()) {
            for (const auto& [customer, minor] : found->second) {
                changes[customer] += sign * minor;
            }
        }
    }
    std::vector<std::pair<QString, qint64>> all;
    for (const auto& [customer, minor] : changes) {
        if (minor != 0) {
            all.emplace_back(ids.text(customer), minor);
        }
    }
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return qAbs(a.second) > qAbs(b.second); });
    return all;
}

} // namespace

Result<std::vector<BridgeSide>> bridge(const std::shared_ptr<const Facts>& facts, const Definition& from, const Definition& to, Seconds at, Seconds now)
{
    std::vector<std::pair<QString, Worths>> steps; // the setting that was changed, and what all is worth then
    Definition current = from;
    auto ledger = buildLedger(facts, current, now);
    if (!ledger) {
        return fail(ledger.error());
    }
    steps.emplace_back(QString(), worthsOf(*ledger, at));
    for (const QString& setting : settingNames()) {
        if (settingOf(from, setting) == settingOf(to, setting)) {
            continue;
        }
        if (const Status set = setSetting(setting, settingOf(to, setting), &current); !set) {
            return fail(set.error());
        }
        ledger = buildLedger(facts, current, now);
        if (!ledger) {
            return fail(ledger.error());
        }
        steps.emplace_back(setting, worthsOf(*ledger, at));
    }
    std::map<Ref, BridgeSide> sides;
    for (const auto& [setting, worths] : steps) {
        for (const auto& [currency, customers] : worths) {
            sides[currency].currency = facts->ids.text(currency);
        }
    }
    std::vector<BridgeSide> all;
    for (auto& [currency, side] : sides) {
        side.from = sumOf(steps.front().second, currency);
        side.to = sumOf(steps.back().second, currency);
        qint64 sum = side.from;
        for (size_t i = 1; i < steps.size(); ++i) {
            const QString& setting = steps[i].first;
            const qint64 delta = sumOf(steps[i].second, currency) - sumOf(steps[i - 1].second, currency);
            side.lines.push_back({setting, settingOf(from, setting), settingOf(to, setting), delta, customersBetween(steps[i - 1].second, steps[i].second, currency, facts->ids)});
            qint64 named = 0;
            for (const auto& [customer, minor] : side.lines.back().customers) {
                named += minor;
            }
            sum += named;
        }
        if (sum != side.to) {
            return fail(ErrorKind::Internal, QStringLiteral("The bridge in %1 comes to %2 and not to %3. Please report this.").arg(side.currency).arg(sum).arg(side.to));
        }
        all.push_back(std::move(side));
    }
    std::sort(all.begin(), all.end(), [](const BridgeSide& a, const BridgeSide& b) { return a.currency < b.currency; });
    return all;
}

} // namespace ch::revenue

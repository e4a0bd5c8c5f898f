// SPDX-License-Identifier: GPL-3.0-or-later
// The difference between two definitions at one instant, itemised: the settings in which they differ are changed one after the other, in the
// order of settingNames(), and each line is what that change alone adds. The lines sum to the difference exactly. Pure; any thread.
#pragma once

#include "revenue/AsOf.h"

namespace ch::revenue {

struct BridgeLine {
    QString setting;
    QJsonValue from;
    QJsonValue to;
    qint64 delta = 0;
    std::vector<std::pair<QString, qint64>> customers;   ///< who it concerns, the largest change first
};

struct BridgeSide {
    CurrencyCode currency;
    qint64 from = 0;
    qint64 to = 0;
    std::vector<BridgeLine> lines;   ///< one for each setting that differs, those of 0 too
};

/// Internal when the lines do not sum to the difference.
[[nodiscard]] Result<std::vector<BridgeSide>> bridge(const std::shared_ptr<const Facts>& facts, const Definition& from, const Definition& to, Seconds at, Seconds now);

} // namespace ch::revenue

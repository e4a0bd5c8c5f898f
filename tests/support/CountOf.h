// SPDX-License-Identifier: GPL-3.0-or-later
// What a counter of a records file stands at. Only for tests that link ch::store.
#pragma once

#include "store/RecordsFile.h"

namespace ch::test {

/// 0: never counted.
[[nodiscard]] inline qint64 countOf(const store::RecordsFile& records, const QString& name, const store::CounterLabels& labels)
{
    const auto all = *records.counters().all();
    for (const store::Count& count : all) {
        if (count.name == name && count.labels == labels) {
            return count.amount;
        }
    }
    return 0;
}

} // namespace ch::test

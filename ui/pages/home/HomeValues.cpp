// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/home/HomeValues.h"

namespace ch::ui {

namespace {

constexpr int kHistoryMonths = 24;
constexpr int kNewestMovements = 12;

} // namespace

Result<HomeValues> readHome(const store::MirrorReader& reader, const QTimeZone& zone, qint64 nowMs)
{
    HomeValues values;
    auto now = revenue::mrrNow(reader, nowMs);
    if (!now) {
        return fail(now.error());
    }
    values.now = std::move(*now);
    auto history = revenue::history(reader, zone, kHistoryMonths, kNewestMovements, nowMs);
    if (!history) {
        return fail(history.error());
    }
    values.history = std::move(*history);
    auto completeness = reader.completeness();
    if (!completeness) {
        return fail(completeness.error());
    }
    values.completeness = std::move(*completeness);
    const auto events = reader.eventsListedThroughMs();
    if (!events) {
        return fail(events.error());
    }
    values.eventsThroughMs = *events;
    for (const revenue::Movement& movement : values.history.newest) {
        const auto customer = reader.customer(movement.customerId);
        if (customer && *customer) {
            values.customerNames.insert(movement.customerId, (*customer)->name);
        }
    }
    return values;
}

} // namespace ch::ui

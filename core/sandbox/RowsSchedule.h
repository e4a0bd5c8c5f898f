// SPDX-License-Identifier: GPL-3.0-or-later
// Subscription schedules. Part of Rows.h.
#pragma once

namespace ch::sandbox {

enum class ScheduleStatus : quint8 { NotStarted, Active, Completed, Released, Canceled };

[[nodiscard]] const char* word(ScheduleStatus value);

struct PhaseItem {
    Index price = kNone;
    qint64 quantity = 1;
    Metadata metadata;
    std::vector<Index> coupons;
};

/// What a subscription is to be from one instant to another.
struct Phase {
    std::vector<PhaseItem> items;
    std::vector<Index> coupons;
    Metadata metadata;
    qint64 start = 0, end = 0, trialEnd = 0;
    Proration proration = Proration::Create;
    bool anchors = false; ///< the billing cycle starts with the phase
};

struct Schedule : Row {
    Index customer = kNone, subscription = kNone, released = kNone, method = kNone, current = kNone; ///< current: number of the phase
    QByteArray currency, description;
    Metadata metadata;
    std::vector<Phase> phases;
    qint64 canceledAt = 0, completedAt = 0, releasedAt = 0;
    int daysUntilDue = 0;
    Collection collection = Collection::Charge;
    ScheduleStatus status = ScheduleStatus::NotStarted;
    bool cancels = false; ///< what becomes of the subscription at the end; else it goes on
    bool anchors = false; ///< unless a phase says otherwise
    bool warned = false;  ///< subscription_schedule.expiring has told of the end
};

} // namespace ch::sandbox

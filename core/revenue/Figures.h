// SPDX-License-Identifier: GPL-3.0-or-later
// The figures of Home, read from the ledger that the mirror keeps (StoredLedger.h) and its sums: MRR now, over the months, and what moved it,
// as quick after ten years as after one. All sums are whole minor units, one a currency, never added across. Any thread that has its own
// reader; half-open local months.
#pragma once

#include "revenue/Ledger.h"
#include "revenue/Mrr.h"
#include "store/Mirror.h"
#include "store/MirrorReader.h"

#include <QDate>
#include <QTimeZone>

namespace ch::revenue {

struct MrrLine {
    CurrencyCode currency;
    QString businessType;         ///< empty in byCurrency
    qint64 minor = 0;
    qint64 subscriptions = 0;     ///< that count with more than 0
};

struct Unvalued {
    QString subscriptionId;
    QString problem;
};

struct MrrNow {
    qint64 asOfMs = 0;            ///< how far the data goes: start of the newest complete backfill, or of the running one
    bool complete = false;
    std::vector<MrrLine> byCurrency;       ///< largest first
    std::vector<MrrLine> byBusinessType;   ///< by currency, then largest first
    std::vector<Unvalued> unvalued;
    std::vector<CurrencyCode> currencies;  ///< in which there is or ever was any, as far as the ledger knows; sorted
};

/// From the ledger's sums where it is up to date, else from the values beside the subscriptions.
[[nodiscard]] Result<MrrNow> mrrNow(const store::MirrorReader& reader, qint64 nowMs);

/// One dated change of the MRR of one customer.
struct Movement {
    qint64 at = 0;                ///< seconds UTC
    QString customerId;
    QString subscriptionId;
    QString businessType;
    CurrencyCode currency;
    qint64 deltaMinor = 0;
    MovementClass movement = MovementClass::New;
    bool exact = true;            ///< false: placed within a window
};

struct MonthFigures {
    QDate month;                  ///< its first day, local
    CurrencyCode currency;
    qint64 opening = 0;
    qint64 newMrr = 0, expansion = 0, reactivation = 0, contraction = 0, churn = 0, paused = 0, resumed = 0, reconciliation = 0;
    qint64 closing = 0;           ///< opening + all of them, exactly
    std::vector<std::pair<QString, qint64>> closingByType;
};

struct History {
    QTimeZone zone;                     ///< whose months these are
    std::vector<MonthFigures> months;   ///< by currency, then month; the last is the running month
    std::vector<Movement> newest;       ///< the newest movements, newest first
};

/// Reads what keepLedger kept. zone: of the days shown where nothing was kept yet.
[[nodiscard]] Result<History> history(const store::MirrorReader& reader, const QTimeZone& zone, int months, int newestMovements, qint64 nowMs);

/// The rule that workspace hands to sync's applier.
[[nodiscard]] store::SubscriptionValue valueForMirror(const stripe::Subscription& subscription, const store::MirrorReader& reader, const Definition& definition, qint64 nowMs);

} // namespace ch::revenue

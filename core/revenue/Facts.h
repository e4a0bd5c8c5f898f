// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of an account's subscriptions, flat: what the ledger is computed from. Ids are interned, lists lie in common pools, so that a
// million subscriptions are some vectors. Made by FactsMaker. Plain values; once made they do not change; any thread.
#pragma once

#include "revenue/Discounting.h"
#include "revenue/Ids.h"

#include <limits>
#include <vector>

namespace ch::revenue {

using stripe::Seconds;
inline constexpr Seconds kForever = std::numeric_limits<Seconds>::max();
inline constexpr Seconds kSameStart = 86400; ///< what begins within a day of the subscription begins with it: its first trial, its first period

/// A part of a pool.
struct Span {
    quint32 from = 0;
    quint32 to = 0;
    [[nodiscard]] bool isEmpty() const { return from == to; }
};

/// A price as one currency is charged, or why it is not known.
struct PriceFacts {
    Ref id = kNone;
    Ref product = kNone;
    Ref interval = kNone;           ///< "month", "3 month"
    bool metered = false;
    bool inclusive = false;         ///< tax lies inside
    ValueProblem problem = ValueProblem::None;
    stripe::Price price;
};

struct DiscountFacts {
    quint32 terms = 0;              ///< in Facts::terms
    Ref id = kNone;
    Seconds start = 0;
    Seconds end = kForever;
    quint32 window = 0;             ///< in Facts::windows; 0: its own start and end are exact
    bool yields = false;            ///< a customer's: it counts only while the subscription has none of its own
    bool past = false;              ///< no longer attached: from its end on it lowers nothing, whatever period runs, as the subscription of then said
    Ref item = kNone;               ///< of BesideFacts::ofGone: whose it was
};

/// How certain it is when a discount that is gone came and went, and what shows it.
struct WindowFacts {
    Seconds startEarliest = 0;      ///< it began in (startEarliest, start]; 0: at start exactly
    Seconds endEarliest = 0;        ///< likewise
    Ref startEvidence = kNone;      ///< the line or event that shows it; kNone: the discount itself
    Ref endEvidence = kNone;
};

struct ItemFacts {
    Ref id = kNone;
    quint32 price = 0;              ///< in Facts::prices
    qint64 quantity = 1;
    Seconds created = 0;
    Seconds periodStart = 0;
    Span discounts;
    quint32 taxRate = 0;            ///< in Facts::taxRates; 0: not known
    bool taxConfigured = false;     ///< an inclusive rate stands on the item or its subscription
};

enum class State : quint8 { Incomplete, Trialing, Active, PastDue, Canceled, Unpaid, Paused, Other };
enum class Pause : quint8 { None, Drafts, Stopped };     ///< Stopped: void or mark_uncollectible

[[nodiscard]] State subscriptionStatus(std::string_view status);
[[nodiscard]] Pause subscriptionPause(const std::optional<stripe::PauseCollection>& pause);

/// Why a subscription ended.
enum class EndReason : quint8 { Asked, PaymentFailed, TakenDown };

struct SubscriptionFacts {
    Ref id = kNone;
    Ref customer = kNone;
    Ref currency = kNone;
    Ref businessType = kNone;
    Ref statusName = kNone;
    State status = State::Other;
    Pause pause = Pause::None;
    EndReason endReason = EndReason::Asked;
    bool ended = false;
    bool chargedAutomatically = true;
    bool doubtful = false;          ///< a customer's coupon beside item discounts
    Seconds created = 0;
    Seconds start = 0;
    Seconds trialStart = 0;         ///< 0: none, as the times below
    Seconds trialEnd = 0;
    Seconds cancelAt = 0;           ///< it is to end then
    Seconds canceledAt = 0;         ///< the most recent request
    Seconds endedAt = 0;
    Seconds firstInvoicePaid = 0;   ///< its first invoice was paid then
    Seconds firstPaid = 0;          ///< the first invoice that was paid at all, after a trial
    Span items;
    Span discounts;
    Span lines;
    Span events;
    Span told;
    quint32 beside = 0;             ///< in Facts::beside; 0: nothing
    ValueProblem problem = ValueProblem::None;   ///< cannot be valued as it is now
};

/// Credit: a proration that names the lines that it takes back. GivenUpAtOnce, GivenUpLate: voided or marked uncollectible as soon as it was made, which a pause does, or long afterwards. Neither: when is not known.
enum LineFlag : quint8 { kLineProration = 1, kLineVoided = 2, kLineUncollectible = 4, kLineOpen = 8, kLineGivenUpAtOnce = 16, kLineGivenUpLate = 32, kLineCredit = 64 };

struct LineFacts {
    Ref subscription = kNone;
    Ref item = kNone;
    Ref id = kNone;
    Ref invoice = kNone;
    quint32 price = 0;              ///< in Facts::prices; kNone: the line names none
    quint8 flags = 0;
    qint64 quantity = 1;
    qint64 amount = 0;
    Seconds start = 0;
    Seconds end = 0;
    [[nodiscard]] bool is(LineFlag flag) const { return (flags & flag) != 0; }
    /// It takes something back. One over nothing may, and not say so.
    [[nodiscard]] bool isCredit() const { return is(kLineProration) && (amount < 0 || is(kLineCredit)); }
    /// Its invoice was given up, and as far as is known as soon as it was made.
    [[nodiscard]] bool isOfPause() const { return (flags & (kLineVoided | kLineUncollectible)) != 0 && !is(kLineGivenUpLate); }
};

/// An item as somebody saw it.
struct Sight {
    Ref item = kNone;
    quint32 price = 0;
    qint64 quantity = 1;
};

/// What an event of a subscription says: how it was after, and, where that changed, before.
struct EventFacts {
    Ref subscription = kNone;
    Ref id = kNone;
    Seconds at = 0;
    bool itemsChanged = false;      ///< and is known how
    bool itemsKept = false;         ///< they were just before as they are after
    bool made = false;              ///< the subscription began with it
    bool discountsShown = false;    ///< it lists what was attached
    Span after;                     ///< in Facts::sights
    Span before;                    ///< only where itemsChanged
    State statusAfter = State::Other;
    State statusBefore = State::Other;
    Pause pauseAfter = Pause::None;
    Pause pauseBefore = Pause::None;
};

/// Where knowledge comes from, best first; payments are no rank among those who saw items.
enum class Source : quint8 { OwnLog, Event, Schedule, ProrationDebit, ItemCreated, RenewalLine, CurrentState, Payment };
[[nodiscard]] const char* sourceName(Source source);

/// What a source outside of lines and events tells of an item: our own log, a schedule's phase.
struct ToldFacts {
    Ref subscription = kNone;
    Source source = Source::OwnLog;
    Seconds at = 0;
    Seconds until = 0;              ///< it is known to have stayed so; at: only then
    Sight sight;
    bool present = true;
    bool change = true;             ///< it became so at that very instant
    Ref evidence = kNone;           ///< the id of the object that says so
};

/// A stretch in which its newest invoice could not be collected, as the attempts to pay it show.
struct PastDueFacts {
    Ref subscription = kNone;
    Seconds at = 0;                 ///< the attempt that failed
    Seconds latest = 0;             ///< its failure was known by then: at, unless it takes days
    Seconds until = kForever;       ///< the newest invoice was paid; kForever: not that we know
    Ref evidence = kNone;           ///< the charge
    Ref untilEvidence = kNone;      ///< the charge or invoice that ended it
};

/// A stretch in which a discount held whose terms nobody knows any more: what it took off is not known, and never computed back from a bill. Or one in
/// which it is not known whether a discount held.
struct DoubtFacts {
    Ref subscription = kNone;
    Seconds at = 0;
    Seconds until = kForever;
};

/// What few subscriptions have, kept beside them, so that a million are no larger for it.
struct BesideFacts {
    Seconds bookedEnd = 0;          ///< its schedule ends it then; 0: none does
    Seconds bookedSince = 0;        ///< its schedule was made then
    Span pastDue;
    Span booked;
    Span doubts;
    Span ofGone;                    ///< discounts that items had which are gone, by item
};

/// What a schedule will make of an item with its last phase.
struct BookedFacts {
    Ref subscription = kNone;
    Seconds at = 0;                 ///< the phase begins
    Seconds since = 0;              ///< the schedule was made
    Sight sight;
    bool present = true;
};

struct Facts {
    Ids ids;
    std::vector<PriceFacts> prices;
    std::vector<Terms> terms;                    ///< start and end are those of DiscountFacts
    std::vector<Fraction> taxRates = {Fraction::invalid()};
    std::vector<ItemFacts> items;
    std::vector<DiscountFacts> discounts;
    std::vector<SubscriptionFacts> subscriptions;   ///< by customer
    std::vector<LineFacts> lines;                   ///< by subscription, then start
    std::vector<Sight> sights;
    std::vector<EventFacts> events;                 ///< by subscription, then time
    std::vector<ToldFacts> told;                    ///< by subscription, then time
    std::vector<PastDueFacts> pastDue;              ///< by subscription, then time
    std::vector<BookedFacts> booked;                ///< by subscription
    std::vector<DoubtFacts> doubts;                 ///< by subscription, then time
    std::vector<BesideFacts> beside = {{}};
    std::vector<WindowFacts> windows = {{}};

    [[nodiscard]] const BesideFacts& besideOf(const SubscriptionFacts& subscription) const { return beside[subscription.beside]; }
};

} // namespace ch::revenue

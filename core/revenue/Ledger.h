// SPDX-License-Identifier: GPL-3.0-or-later
// The ledger: every change of what every item brings in a month, in whole minor units, dated, with its cause, how certain its date is, what
// proves it, and its class as a movement of its customer. Everything else (figures at an instant, roll-forwards, explanations, bridges) is a
// sum over its rows. What the rows do not explain of the present stands in rows of its own, Reconciliation, never in churn.
// Built from Facts by one definition; asserted while it is built: for every item, the rows sum to what it is worth now. Plain values.
#pragma once

#include "revenue/Counting.h"
#include "revenue/Valuer.h"

#include <functional>
#include <memory>

namespace ch::revenue {

/// Stored by number: new ones go to the end. Definition stands only in ledgers that change their definition (DefinitionChange.h), Fx only in
/// converted reports (Conversion.h).
enum class MovementClass { New, Expansion, Reactivation, Contraction, Churn, Paused, Resumed, Reconciliation, Definition, Fx };
inline constexpr int kMovementClasses = 10;
[[nodiscard]] QString movementClassName(MovementClass movement);

/// All that is said of an item, or of a sum of them, at an instant; minor units.
struct Amounts {
    qint64 mrr = 0;
    qint64 list = 0;
    qint64 contracted = 0;
    qint64 net = 0;
    qint64 atRisk = 0;        ///< the part of mrr that is past due
    qint64 committed = 0;     ///< mrr without what is already known to end
    bool operator==(const Amounts&) const = default;
    [[nodiscard]] Amounts operator-() const { return {-mrr, -list, -contracted, -net, -atRisk, -committed}; }
};
/// False when a sum leaves 64 bits.
[[nodiscard]] bool addTo(Amounts* sum, const Amounts& more);
/// Internal: what is said where a sum leaves 64 bits.
[[nodiscard]] tl::unexpected<Error> sumTooLarge();

/// One change of one item at one price. An item whose price changes has two rows: out of the old price and into the new one.
struct Row {
    Seconds at = 0;
    Seconds earliest = 0;     ///< it happened in (earliest, latest]; exact when they are equal
    Seconds latest = 0;
    Amounts delta;
    quint32 subscription = 0; ///< in Facts::subscriptions
    Ref item = kNone;         ///< kNone: the subscription as a whole
    quint32 price = kNone;    ///< in Facts::prices
    qint64 quantity = 0;      ///< from then on; of the row out of the old price: until then
    Evidence before;
    Evidence evidence;
    Cause cause = Cause::Start;
    Source source = Source::CurrentState;
    MovementClass movement = MovementClass::New;
    bool pause = false;       ///< it stopped or went on being charged, without ending
    bool unexplained = false; ///< no movement: the history does not show it, or it could not be valued before or after
    bool lapse = false;       ///< a gap within the tolerance, or the return from one
    bool approximate = false;
    [[nodiscard]] bool isExact() const { return earliest == latest; }
};

/// What could not be valued, and when; it is left out of every sum and said beside it.
struct LeftOut {
    quint32 subscription = 0;
    ValueProblem problem = ValueProblem::None;
    Seconds from = 0;
    Seconds to = kForever;    ///< at kForever: still so
};

struct Ledger {
    std::shared_ptr<const Facts> facts;
    Definition definition;
    Seconds now = 0;
    std::vector<Row> rows;          ///< by customer, then time
    std::vector<LeftOut> leftOut;

    [[nodiscard]] const SubscriptionFacts& subscriptionOf(const Row& row) const { return facts->subscriptions[row.subscription]; }
    [[nodiscard]] Ref customerOf(const Row& row) const { return subscriptionOf(row).customer; }
    [[nodiscard]] Ref currencyOf(const Row& row) const { return subscriptionOf(row).currency; }
    /// Where a customer's rows end that begin at from.
    [[nodiscard]] size_t customerEnd(size_t from) const;
};

/// Internal when a sum leaves 64 bits, or when an identity does not hold: the message names the item.
[[nodiscard]] Result<Ledger> buildLedger(std::shared_ptr<const Facts> facts, const Definition& definition, Seconds now);

/// The same rows, block after block of whole customers, each made in a thread beside the caller's while the caller takes the one before, so that
/// not all of them are held at once. Ends with the first failure, of visit too.
[[nodiscard]] Status forEachLedgerBlock(const std::shared_ptr<const Facts>& facts, const Definition& definition, Seconds now, const std::function<Status(const Ledger&)>& visit);

/// What churn was: asked for, a payment that failed or was disputed, our own take-down.
enum class ChurnKind { Voluntary, Involuntary, Takedown };
inline constexpr int kChurnKinds = 3;
[[nodiscard]] ChurnKind churnKindOf(Cause cause);

} // namespace ch::revenue

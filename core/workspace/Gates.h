// SPDX-License-Identifier: GPL-3.0-or-later
// What stands between a wish and Stripe: payments off as a whole, the roll-out of provisioning, protected businesses, and in live mode the
// confirmation of a person. One place for all of them; everything is read anew at each question, since another program on the same
// records file, or the environment, may have changed it. What cannot be read closes the gate.
//
// Payments: ENABLE_PAYMENTS=false (0, off, no) in the environment wins over the switch in the records file; any other word there that does
// not plainly say yes (true, 1, on, yes) counts as off too: a slip of the pen in an emergency must not leave payments on.
// Roll-out: a business has a place from 0 to 9,999 by a hash of its id, the same on every machine; it is in when its place lies below the
// percentage, so that raising the percentage never drops one that was in.
// Protected: by business id; asked for also by the ids of the business's customers, subscriptions and payment intents, as far as mirror
// and records know them and the caller names them.
// Live: an irreversible act needs a person to have typed the business's or customer's id (of a cancel: the subscription's too), never a
// name; the demo asks as live does. Other acts need the caller to say that live is meant.
// Engine thread. Records and reader are used, not owned.
#pragma once

#include "base/Clock.h"
#include "store/MirrorReader.h"
#include "store/RecordsFile.h"
#include "stripe/ApiKey.h"

namespace ch::workspace {

/// How the gates stand. A plain value that crosses threads.
struct GatesState {
    bool payments = true;
    QString paymentsBy;           ///< "environment", "switch", or "default" where neither was ever set
    int rolloutPercent = 100;
    std::vector<store::Protection> protectedBusinesses; ///< by business id
    bool operator==(const GatesState&) const = default;
};

enum class ActKind { Provision, EnsurePrices, TakeDown, Cancel };

/// What is about to be done.
struct Act {
    ActKind kind = ActKind::Provision;
    QString businessId = {};      ///< or a customer id; of a cancel it may be empty
    QStringList customerIds = {}; ///< all that it touches, as far as known
    QString objectId = {};        ///< of a cancel: the subscription
    bool isIrreversible = false;
    QString typedId = {};         ///< what a person typed to confirm
    bool liveIsMeant = false;     ///< a person has said that this is for live mode
    bool isBegun = false;         ///< an operation of which something may be in Stripe: the roll-out does not stop it half-way
};

inline constexpr int kRolloutSteps[] = {0, 10, 25, 50, 100};
inline constexpr char kPaymentsOff[] = "payments_off";

/// The place of a business in the roll-out, 0 to 9,999.
[[nodiscard]] int rolloutPlace(const QString& businessId);
[[nodiscard]] inline bool isInRollout(const QString& businessId, int percent) { return rolloutPlace(businessId) < percent * 100; }

/// Safety, code live_not_meant.
[[nodiscard]] Error liveNotMeant();

class Gates {
public:
    Gates(store::RecordsFile& records, Clock& clock) : m_records(records), m_clock(clock) {}

    [[nodiscard]] Result<GatesState> read() const;
    /// May any write leave the program? Safety, code payments_off. For the client's write gate.
    [[nodiscard]] Status mayWrite() const;
    /// May this be done? Safety with code payments_off, not_in_rollout, protected, live_not_meant or type_the_id; Storage where a gate could
    /// not be read. asksAsLive: live mode or the demo.
    [[nodiscard]] Status mayAct(const Act& act, const store::MirrorReader& reader, bool isLive, bool asksAsLive) const;
    /// The same with payments taken as on: for what is to wait until they are.
    [[nodiscard]] Status mayActOncePaymentsAreOn(const Act& act, const store::MirrorReader& reader, bool isLive, bool asksAsLive) const;

    // Each leaves an entry in the trail where it changed something, and says whether it did.
    [[nodiscard]] Result<bool> setPayments(bool on);
    /// InvalidInput for another percentage than those of kRolloutSteps.
    [[nodiscard]] Result<bool> setRollout(int percent);
    /// A customer's id stands for its business, where the mirror knows that. Also for a business that is not there yet. The id that was
    /// taken is in *protectedId.
    [[nodiscard]] Result<bool> protect(const QString& id, const store::MirrorReader& reader, QString* protectedId = nullptr);
    [[nodiscard]] Result<bool> unprotect(const QString& id, const store::MirrorReader& reader, QString* protectedId = nullptr);

private:
    struct Concerned;
    [[nodiscard]] Result<Concerned> concernedBy(const Act& act, const store::MirrorReader& reader) const;
    [[nodiscard]] Status isTyped(const Act& act, const Concerned& concerned) const;
    [[nodiscard]] Result<int> rolloutPercent() const;
    [[nodiscard]] store::AuditEntry entryOf(const QString& action, const QString& businessId, const QString& detail) const;

    store::RecordsFile& m_records;
    Clock& m_clock;
};

} // namespace ch::workspace

Q_DECLARE_METATYPE(ch::workspace::GatesState)

// SPDX-License-Identifier: GPL-3.0-or-later
// Takes one business down: cancels every subscription of it that is not ended (a legacy record: its payment intent), does with what stays
// open (invoices, pending items, paid unused time) what was chosen for each, then deletes the customer where asked, then closes the record
// and writes the trail. Journalled: killed at any instant and begun again it goes on where it was and reaches exactly one effect.
//
// What was shown is frozen when it begins; each object is read again just before its step. One that differs is skipped (code
// changed_since_preview); so is a subscription that has appeared since. A cancel that failed or is unknown stops what follows; a step that
// was skipped, failed or is unknown stops before the customer's deletion; a deletion that fails never hides that the cancel succeeded.
// Already cancelled counts as done.
// Refuses, before anything is sent (Safety): several customers under one business id, a subscription that a record names but that belongs
// to another customer, a customer that by now carries another business id; (InvalidInput, code exclusive_choices): choices that cannot go
// together, see refusedChoices; choices that a remainder does not offer (code not_offered).
// Left open, to be resumed: a lost answer (unknown); a want of network, permission or disk once something was done, or a stop (waiting).
// Engine thread. Client, applier, records and clock are used, not owned, and outlive the job.
#pragma once

#include "base/Clock.h"
#include "base/Job.h"
#include "business/Planned.h"
#include "store/MirrorReader.h"
#include "store/RecordsFile.h"
#include "stripe/StripeClient.h"
#include "sync/Applier.h"

#include <functional>

namespace ch::business {

/// What will happen, to whom, and how much MRR goes: shown before a person agrees.
struct TakedownPlan {
    using Cancel = PlannedCancel;
    store::Business business;
    std::vector<PlannedCancel> cancels;   ///< subscriptions not ended
    QString paymentIntentId;              ///< legacy: only when there is no subscription
    QString paymentIntentStatus;          ///< as Stripe says; empty: not read
    QStringList customerIds;              ///< those that the take-down is about (one, where a customer id was given)
    std::vector<PlannedCustomer> customers; ///< the same, for people: more than one, and one is to be chosen by its id
    QStringList deletedCustomerIds;       ///< of those, what is deleted already
    QString newestSubscriptionId;         ///< ended ones too; empty: there never was one
    std::vector<Remainder> remainders;    ///< what stays open; without a key only the invoices that the mirror knows
    QStringList notReadable;              ///< what the key may not read, so that it is not in remainders: invoices, payments
    std::vector<Money> mrrLost;           ///< by currency
    bool mayMailCustomer = false;         ///< Stripe may write to the customer (receipts, final invoices), by the account's settings
    bool deleteCustomerByDefault = false; ///< the profile's setting
    bool fromStripe = false;              ///< read from Stripe just now; else from the mirror, as of mirrorAsOfMs
    bool mirrorComplete = false;
    qint64 mirrorAsOfMs = 0;
    QString refusal;                      ///< not empty: cannot be taken down, and what to do
    QString refusalCode;                  ///< conflict, changed, subscription_of_another
    bool nothingToDo = false;             ///< known, but nothing is left to cancel
};

struct TakedownRequest {
    QString businessId;                   ///< a business id, or a customer id (then that customer alone, also out of a conflict)
    QString reason;                       ///< a person's words; also cancellation_details[comment]
    bool deleteCustomer = false;
    bool atPeriodEnd = false;
    bool invoiceNow = false;              ///< a final invoice for usage and pending items
    bool prorate = false;                 ///< a credit for the time not used
    RemainderChoices choices = {};        ///< for single objects; beats what choicesByKind says
    QMap<RemainderKind, RemainderChoice> choicesByKind = {}; ///< for every remainder of a kind that offers it
    std::optional<TakedownPlan> shown = {}; ///< what the person saw; without it Stripe is read first, and that is frozen
    QString typedId = {};                 ///< the id that a person typed to confirm
    bool liveIsMeant = false;             ///< in live mode: a person has said so
    QString resumeId = {};                ///< an open operation to go on with: what else stands here is then not read
};

/// The JSON contract of "countinghousectl takedown". status: taken_down, scheduled (they end with their periods), not_found, failed, unknown,
/// waiting (goes on when it is resumed). stripe: cancelled, scheduled, already_cancelled, cancelled_legacy, skipped (there was nothing to cancel, or a
/// legacy payment was made already), error:CODE.
struct TakedownOutcome {
    QString businessId;
    QString status;
    QString stripe;
    bool customerDeleted = false;
    QStringList requestIds;               ///< of every write, and of what settled it
    std::optional<Error> error;           ///< of the step that failed; also when only the deletion, or writing it down, failed
    bool partly = false;                  ///< something was done and something was not
    QString note;                         ///< what a person should know, in sentences; else empty
    QString operationId;                  ///< empty: it did not begin
    std::vector<StepOutcome> steps;       ///< in the order in which they were done
};

/// Whether something of it cannot be taken back: all but an end at the period's end alone.
[[nodiscard]] bool isIrreversible(const TakedownRequest& request);

/// Nothing, or why these choices exclude each other (InvalidInput, code exclusive_choices): deleting the customer with an end at the
/// period's end or with a final invoice; a final invoice, proration or a refund with an end at the period's end; a refund with proration.
[[nodiscard]] std::optional<Error> refusedChoices(const TakedownRequest& request);

/// NotFound when neither the mirror nor the records know businessId.
[[nodiscard]] Result<TakedownPlan> planTakedown(const store::MirrorReader& mirror, const QString& businessId, bool deleteCustomerByDefault);

/// The same from Stripe: customers, subscriptions, open and draft invoices, pending items, what unused time was paid with; what is read
/// goes into the mirror. NotFound also where Stripe never had what a record names (code resource_missing).
enum class PlanDepth { SubscriptionsOnly, WithRemainders };
[[nodiscard]] ResultJob<TakedownPlan>* readTakedownPlan(stripe::StripeClient& client, sync::Applier& applier, store::RecordsFile& records, Clock& clock, const QString& businessId,
                                                        bool deleteCustomerByDefault, PlanDepth depth, QObject* parent);

/// The customers that businessId speaks of: itself where it is one of the business's customers, else all of them.
[[nodiscard]] QStringList customersMeant(const store::Business& business, const QString& businessId);

/// The sentence that refuses a conflict and names the way on.
[[nodiscard]] QString conflictRefusal(const QString& businessId, const QStringList& customerIds);
/// Why a customer that a record names is left alone: its metadata says another business.
[[nodiscard]] QString anothersRefusal(const QString& customerId, const QString& says, const QString& businessId);

/// Who acts, for the trail: the OS user's name, or "unknown".
[[nodiscard]] QString actorName();

/// Ends with an outcome in every case, refusals included (status failed, the error beside it).
class Takedown : public ResultJob<TakedownOutcome> {
    Q_OBJECT
public:
    /// account: Stripe's account id, or what stands for it: part of the keys.
    Takedown(stripe::StripeClient& client, sync::Applier& applier, store::RecordsFile& records, Clock& clock, const QString& account, const TakedownRequest& request, QObject* parent);
    ~Takedown() override;
    /// Asked once more when it is known from Stripe whom it touches, before anything is written down or sent.
    void setGate(std::function<Status(const TakedownPlan& plan)> mayBegin);
    /// Stops before the next step; the operation waits. A step on the wire ends as unknown.
    void cancel() override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ch::business

Q_DECLARE_METATYPE(ch::business::TakedownPlan)
Q_DECLARE_METATYPE(ch::business::TakedownOutcome)

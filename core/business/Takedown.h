// SPDX-License-Identifier: GPL-3.0-or-later
// Takes one business down: cancels every subscription of it that is not ended (a legacy record: its payment intent), then deletes the
// customer where asked, then closes the record and writes the trail. Reads from Stripe just before it acts, so that what the mirror
// does not know yet is cancelled too. A cancel that failed or is unknown stops before the deletion; a deletion that fails never hides
// that the cancel succeeded. Already cancelled counts as done; run again after any failure and it reaches the same end.
// Refuses (Safety, nothing is sent): several customers under one business id, a subscription that a record names but that belongs to
// another customer, a customer that by now carries another business id.
// Engine thread. Client, applier, records and clock are used, not owned, and outlive the job.
#pragma once

#include "base/Clock.h"
#include "base/Job.h"
#include "store/MirrorReader.h"
#include "store/RecordsFile.h"
#include "stripe/StripeClient.h"
#include "sync/Applier.h"

namespace ch::business {

/// What will happen, to whom, and how much MRR goes: shown before a person agrees. Read from the mirror and the records.
struct TakedownPlan {
    store::Business business;
    struct Cancel {
        QString subscriptionId;
        QString status;
        Money mrr;
        qint64 currentPeriodEnd = 0;
    };
    std::vector<Cancel> cancels;          ///< subscriptions not ended
    QString paymentIntentId;              ///< legacy: only when there is no subscription
    QStringList customerIds;              ///< those that the take-down is about (one, where a customer id was given)
    std::vector<Money> mrrLost;           ///< by currency
    bool deleteCustomerByDefault = false; ///< the profile's setting
    bool mirrorComplete = false;
    qint64 mirrorAsOfMs = 0;
    QString refusal;                      ///< not empty: cannot be taken down, and what to do (a conflict of several customers)
    bool nothingToDo = false;             ///< known, but nothing is left to cancel
};

struct TakedownRequest {
    QString businessId;                   ///< a business id, or a customer id (then that customer alone, also out of a conflict)
    QString reason;                       ///< a person's words; also cancellation_details[comment]
    bool deleteCustomer = false;
};

/// The JSON contract of "countinghousectl takedown". status: taken_down, not_found, failed, unknown. stripe: cancelled, already_cancelled,
/// cancelled_legacy, skipped (there was nothing to cancel, or a legacy payment was made already), error:CODE.
struct TakedownOutcome {
    QString businessId;
    QString status;
    QString stripe;
    bool customerDeleted = false;
    QStringList requestIds;               ///< of every write, and of what settled it
    std::optional<Error> error;           ///< of the step that failed; also when only the deletion, or writing it down, failed
    bool partly = false;                  ///< something was done and something was not
    QString note;                         ///< why it was skipped, in a sentence; else empty
};

/// NotFound when neither the mirror nor the records know businessId.
[[nodiscard]] Result<TakedownPlan> planTakedown(const store::MirrorReader& mirror, const QString& businessId, bool deleteCustomerByDefault);

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
    Takedown(stripe::StripeClient& client, sync::Applier& applier, store::RecordsFile& records, Clock& clock, const TakedownRequest& request, QObject* parent);
    ~Takedown() override;
    /// Stops before the next step; a step on the wire ends as unknown.
    void cancel() override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ch::business

Q_DECLARE_METATYPE(ch::business::TakedownPlan)
Q_DECLARE_METATYPE(ch::business::TakedownOutcome)

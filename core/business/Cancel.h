// SPDX-License-Identifier: GPL-3.0-or-later
// Cancels one subscription, now or at its period's end, and leaves business and customer as they are. Journalled, and read again just
// before it is done, as a take-down (Takedown.h). Already cancelled counts as done.
// Engine thread. Client, applier, records and clock are used, not owned, and outlive the job.
#pragma once

#include "business/Takedown.h"

namespace ch::business {

/// What a cancel would do. NotFound, code resource_missing: Stripe knows no such subscription.
struct CancelPlan {
    PlannedCancel subscription;
    QString customerId;
    QString customerName;
    QString businessId;                   ///< empty: the customer says none
    QString endedStatus;                  ///< not empty: it has ended already (canceled, incomplete_expired)
    std::vector<Remainder> remainders;    ///< what stays open of this subscription; a cancel leaves it
    QStringList notReadable;              ///< as in TakedownPlan
    bool mayMailCustomer = false;
    bool fromStripe = false;              ///< read from Stripe just now; else from the mirror, as of mirrorAsOfMs
    qint64 mirrorAsOfMs = 0;
};

struct CancelRequest {
    QString subscriptionId;
    QString reason = {};                  ///< a person's words, may be empty; also cancellation_details[comment]
    bool atPeriodEnd = false;
    bool invoiceNow = false;
    bool prorate = false;
    std::optional<CancelPlan> shown = {}; ///< what the person saw; without it Stripe is read first, and that is frozen
    QString typedId = {};                 ///< the id that a person typed to confirm
    bool liveIsMeant = false;             ///< in live mode: a person has said so
    QString resumeId = {};                ///< an open operation to go on with: what else stands here is then not read
};

/// The JSON contract of "countinghousectl cancel".
struct CancelOutcome {
    QString subscriptionId;
    QString status;                       ///< Stripe's word for the subscription now (canceled; active ... where it ends with its period), else not_found, failed, unknown, waiting
    QStringList requestIds;
    QString operationId;                  ///< empty: it did not begin
    QString businessId;
    QString customerId;
    qint64 endsAt = 0;                    ///< seconds UTC: when it ends, or has ended; 0: not known
    bool alreadyDone = false;             ///< it was found so
    std::optional<Error> error;
    QString note;                         ///< a sentence for a person
    [[nodiscard]] bool isDone() const { return !error; }
};

/// InvalidInput, code exclusive_choices: a final invoice or proration with an end at the period's end.
[[nodiscard]] std::optional<Error> refusedChoices(const CancelRequest& request);

/// From the mirror alone. NotFound where it does not know the subscription.
[[nodiscard]] Result<CancelPlan> planCancel(const store::MirrorReader& mirror, const QString& subscriptionId);

/// From Stripe; what is read goes into the mirror.
[[nodiscard]] ResultJob<CancelPlan>* readCancelPlan(stripe::StripeClient& client, sync::Applier& applier, Clock& clock, const QString& subscriptionId, QObject* parent);

/// Ends with an outcome in every case, refusals included.
class Cancel : public ResultJob<CancelOutcome> {
    Q_OBJECT
public:
    /// account: Stripe's account id, or what stands for it: part of the keys.
    Cancel(stripe::StripeClient& client, sync::Applier& applier, store::RecordsFile& records, Clock& clock, const QString& account, const CancelRequest& request, QObject* parent);
    ~Cancel() override;
    /// Asked once more when it is known from Stripe whom it touches, before anything is written down or sent.
    void setGate(std::function<Status(const CancelPlan& plan)> mayBegin);
    /// Stops before the next step; the operation waits. A step on the wire ends as unknown.
    void cancel() override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ch::business

Q_DECLARE_METATYPE(ch::business::CancelPlan)
Q_DECLARE_METATYPE(ch::business::CancelOutcome)

// SPDX-License-Identifier: GPL-3.0-or-later
// Gives a business what it pays with: a customer in Stripe, a subscription at a pre-created price (found by its lookup key), and the record.
// Journalled (see Runner.h): killed at any instant and begun again, or begun twice at once in one program or several, it ends with one
// customer and one subscription that is not ended. What each run finds already there is taken, and the outcome says replayed.
//
// Refuses, before anything is sent: no business id, no name, an id, type or e-mail longer than Stripe takes, a name beyond 256 characters
// unless it is to be cut (InvalidInput); several customers of the business in Stripe, or a known one that says another business (Safety);
// no price with that lookup key (NotFound, code price_missing).
// A business that has a subscription that is not ended is given no second one: that one is the outcome.
//
// Two programs on two data directories fix their own parameters, each in its own journal (genesis_created is when its operation began). The
// key is the same, so Stripe refuses the second one's customer as "other parameters" (or replays it, within one second), and the second one
// finds the first one's customer in Stripe's list and goes on with it. The account in the key is Stripe's account id; where a key may not
// say its account, a hash of the key stands for it: two programs with two such keys of one account are not kept apart from each other.
//
// Left open, to be resumed: a lost answer (unknown); a want of network, permission or disk after the customer was made, or a stop (waiting).
// Engine thread. Client, applier, records and clock are used, not owned, and outlive the job.
#pragma once

#include "base/Clock.h"
#include "base/Job.h"
#include "store/RecordsFile.h"
#include "stripe/StripeClient.h"
#include "sync/Applier.h"

#include <QPointer>
#include <memory>
#include <optional>

namespace ch::business {

/// What becomes of a provision where payments are off or there is no key.
enum class WhenOff {
    Refuse,
    Skip,                         ///< nothing is done; the outcome and the trail say so
    Queue                         ///< it stands in the journal, waiting, and goes on when payments are on and a key is there
};

struct ProvisionRequest {
    QString businessId;
    QString name;                 ///< up to 256 characters (Unicode code points, as Stripe counts)
    QString type;                 ///< saas, ecommerce, content, api, tool: chooses the price
    QString email;                ///< may be empty
    QString description;          ///< empty: one is made of id and type
    bool cutName = false;         ///< a longer name is cut to 256 instead of refused
    QString lookupKey = {};       ///< empty: the type's (Prices.h)
    WhenOff whenOff = WhenOff::Refuse;
    bool liveIsMeant = false;     ///< in live mode: a person has said so
    QString resumeId = {};        ///< an open operation to go on with: what else stands here is then not read
};

/// The JSON contract of "countinghousectl provision".
struct ProvisionOutcome {
    QString businessId;
    QString status;               ///< of the subscription (active, incomplete ...), else failed, unknown, waiting, skipped, queued
    QString customerId;
    QString subscriptionId;
    QString priceId;
    QString paymentUrl;           ///< where the first invoice is paid; empty once paid, or where it could not be read
    QString operationId;
    bool replayed = false;        ///< the subscription was there already: made by an earlier operation or another program
    QStringList requestIds;       ///< of the writes
    std::optional<Error> error;
    QString note;                 ///< a sentence for a person
};

constexpr int kLongestName = 256;

/// Writes the operation down without asking Stripe anything: it waits, with the error "queued", and is resumed as any other. What is open for
/// that business already is left as it is and is the answer (resumed). InvalidInput as Provision refuses; account: as there.
[[nodiscard]] Result<store::Operation> queueProvision(store::RecordsFile& records, Clock& clock, const QString& account, stripe::Mode mode, const ProvisionRequest& request);

/// The error of an operation that was queued and not begun.
inline constexpr char kQueued[] = "queued";

/// Ends with an outcome in every case, refusals included.
class Provision : public ResultJob<ProvisionOutcome> {
    Q_OBJECT
public:
    /// account: Stripe's account id, or what stands for it: part of the keys.
    Provision(stripe::StripeClient& client, sync::Applier& applier, store::RecordsFile& records, Clock& clock, const QString& account, const ProvisionRequest& request, QObject* parent);
    ~Provision() override;
    /// Stops before the next step; the operation waits. A step on the wire ends as unknown.
    void cancel() override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ch::business

Q_DECLARE_METATYPE(ch::business::ProvisionOutcome)

// SPDX-License-Identifier: GPL-3.0-or-later
// Runs one journalled step that makes an object in Stripe (a POST), so that however often it is begun, killed, or begun by two programs at
// once, one object comes of it.
//
// The ladder of keys. A key derives from account, mode, business, step and generation, and every program begins at generation 1, so that
// two programs, on one data directory or on two, send the same key for the same intent: Stripe carries it out once and replays it to the
// other. A generation is left for the next one only when it is proven that it can make nothing any more: it made an object that is over by
// now (deleted, ended), it was refused, or it ended in a 500 that Stripe keeps under the key and nothing of it is in Stripe's lists.
// Programs that climb by the same evidence meet on the same rung.
//
// What is done about an answer:
// - lost: the same key with the same parameters again, for 23 hours from the first sending by the wall clock (Stripe keeps keys for 24);
//   later, or where the clock was set back, a look first, and only when nothing is there the same key again. A call whose attempts a
//   sleeping computer has drawn out for longer ends as unknown. So too a step that was never sent, of an operation that is older than that:
//   another program may have done the same, and its key is forgotten;
// - replayed: what is now, Stripe says; one that is over by now is this operation's end where it made it, else the next generation;
// - a replayed 5xx: a look; there is one: that is it; none: the next generation;
// - "same key, other parameters" (another program began the same, with its own genesis_created or another name): a look; there is one: that
//   is it; none: the next generation where this journal knows that the key's request is over, else refused (code begun_elsewhere);
// - any other 5xx or no answer: unknown. A look that fails: unknown.
// A look is by list, over what was created since a day before the first sending; never Search, never the mirror.
// Client, journal and clock are used, not owned, and outlive the job. Engine thread.
#pragma once

#include "base/Clock.h"
#include "base/Job.h"
#include "store/Journal.h"
#include "stripe/StripeClient.h"

#include <functional>
#include <memory>
#include <optional>

namespace ch::business {

struct StepObject {
    QString id;
    QByteArray json;
    bool isOver = false;          ///< deleted or ended: the intent of a new step is not met by it
    qint64 created = 0;           ///< seconds UTC by Stripe's clock; 0: not known
};

struct StepWish {
    QString name;                 ///< part of the key: "customer"
    QString keyedBy;              ///< what else is: an object that the step builds on, whose successor has keys of its own
    QString path;                 ///< of the POST; path/ID reads what it made
    stripe::Params body;          ///< of a step that is not in the journal yet; else the journal's stands
    std::function<Result<StepObject>(const QByteArray& json)> read;
    /// An object, not over, that this step would make, created since; by list.
    std::function<ResultJob<std::optional<StepObject>>*(qint64 sinceSeconds, QObject* parent)> look;
};

struct StepEnd {
    StepObject object;            ///< json empty where the journal had it done already
    bool replayed = false;        ///< made by another program or an earlier operation, not by this one
    QStringList requestIds;
};

/// "countinghouse-" and 64 hex digits.
[[nodiscard]] QByteArray derivedKey(const QStringList& parts);
[[nodiscard]] QByteArray operationKey(const store::OperationSubject& subject, const QString& step, const QString& keyedBy, int generation);

class Runner : public ResultJob<StepEnd> {
    Q_OBJECT
public:
    /// operation is claimed by the journal and stays so. At the end the step stands in the journal as done, failed or unknown, unless the
    /// error is the journal's own (Storage, Busy).
    Runner(stripe::StripeClient& client, store::Journal& journal, Clock& clock, const store::Operation& operation, StepWish wish, QObject* parent);
    ~Runner() override;
    /// A request on the wire ends as unknown.
    void cancel() override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ch::business

// SPDX-License-Identifier: GPL-3.0-or-later
// Runs one journalled step that changes or removes an object that is there (cancel, void, delete ...), so that however often it is begun or
// killed it has one effect, and never one on an object that is not what was shown. The smaller sibling of Runner, which makes objects.
//
// The object is read first, each time the step is begun: reached already counts as done, and one that differs from what was shown is
// skipped (code changed_since_preview). Then the step is written down, sent, and its answer written down. An answer that is lost, or is
// anything but the wished one, is followed by a look at the object, which knows: reached is done; not reached after a lost answer is
// unknown, since the request may still come to pass, and the next run sends the same again under the same key. Not reached although Stripe
// replays what it keeps under the key (a success of an earlier time, a 500, a refusal of an earlier attempt, other parameters): the next
// generation of the key. A DELETE has no key and may be repeated; a 404 to it may be the answer to the echo of our own (core/README.md,
// the traps of QNetworkAccessManager), which the look settles.
// Client, journal and clock are used, not owned, and outlive the job. Engine thread.
#pragma once

#include "base/Clock.h"
#include "base/Job.h"
#include "store/Journal.h"
#include "stripe/StripeClient.h"

#include <functional>
#include <memory>

namespace ch::business {

/// How an object stands to what is wished for it.
enum class Standing { ToDo, Reached, Changed };

struct ChangeWish {
    QString name;                 ///< of the step, in the journal and in the key: "cancel sub_1"
    QString noun;                 ///< for people: "subscription"
    QString objectId;
    QString method;               ///< POST or DELETE
    QString path;                 ///< of the write
    stripe::Params params;        ///< the body of a POST, the query of a DELETE; of a step that is in the journal already that one's stand
    QString readPath;             ///< the object itself
    stripe::Params readQuery = {}; ///< what is to be expanded in it
    std::function<Result<Standing>(const QByteArray& json)> judge;
    bool isReachedWhenGone = false; ///< an object that Stripe forgets when it is deleted
};

struct ChangeEnd {
    enum class How { Done, AlreadyDone, Changed };
    How how = How::Done;
    QByteArray json;              ///< the object as it is now; empty where Stripe gave none, or the journal had it ended already
    QStringList requestIds;       ///< of the writes, and of the looks that settled them
};

class ChangeStep : public ResultJob<ChangeEnd> {
    Q_OBJECT
public:
    /// operation is claimed by the journal and stays so. At the end the step stands in the journal as done, skipped, failed or unknown, or not
    /// at all where nothing was sent and nothing is known; unless the error is the journal's own (Storage, Busy).
    ChangeStep(stripe::StripeClient& client, store::Journal& journal, Clock& clock, const store::Operation& operation, ChangeWish wish, QObject* parent);
    ~ChangeStep() override;
    /// A request on the wire ends as unknown.
    void cancel() override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ch::business

// SPDX-License-Identifier: GPL-3.0-or-later
// Does the steps of a take-down or a cancel, one after the other, under one claimed operation: pending items where a final invoice would
// bill them, the cancels (or the legacy payment), what stays open, a look for subscriptions that have appeared since, the customer. Begun
// again it passes over what the journal has as done. Ends with what became of each, and never with an error. Private to core/business.
// Engine thread. Client, applier, records and clock are used, not owned, and outlive the job.
#pragma once

#include "business/ChangeWishes.h"
#include "sync/Applier.h"

#include <QPointer>
#include <QSet>
#include <deque>

namespace ch::business {

struct StepRunEnd {
    std::vector<StepOutcome> steps;
    QStringList requestIds;
    std::optional<Error> error;           ///< the first that matters: one that stopped the run, else of a step that was refused or skipped
    bool stopped = false;                 ///< the run ended before its end, by error
    bool isCancelled = false;             ///< every subscription that was shown, and none has appeared since
    bool anyCancelled = false;
    bool customerDeleted = false;
    bool intentSucceeded = false;         ///< the legacy payment was made: nothing to cancel
    bool intentCancelled = false;
    QByteArray subscriptionJson;          ///< of the last cancel, as it is now; empty where it was not read
    QStringList notes;                    ///< sentences
};

class StepRun : public ResultJob<StepRunEnd> {
    Q_OBJECT
public:
    StepRun(stripe::StripeClient& client, sync::Applier& applier, store::Journal& journal, Clock& clock, const store::Operation& operation, const FrozenAct& act, QObject* parent);
    /// Stops before the next step; a request on the wire ends as unknown.
    void cancel() override;

private:
    struct Step {
        enum class Phase { Before, Cancel, Remainder, Appeared, Deletion } phase;
        QString action;
        QString objectId;
        QString subscriptionId;           ///< whose remainder it is
        std::optional<ChangeWish> change;
        std::optional<FrozenRemainder> refund;
    };

    void lineUp();
    void next();
    void ended(const Step& step, const Result<ChangeEnd>& end);
    void reached(const Step& step, const ChangeEnd& end);
    void refund(const Step& step);
    void runRefund(const Step& step);
    void refundLooked(const Step& step, const Result<std::optional<StepObject>>& found);
    void lookForAppeared();
    void skip(const Step& step, const QString& message);
    void broken(const Step& step, const Error& error);
    void add(const Step& step, const char* result, const QString& code = {});
    void matters(const Error& error);
    void applyJson(const Step& step, const QByteArray& json);
    void finish();

    template <typename T>
    ResultJob<T>* follow(ResultJob<T>* job)
    {
        m_active = job;
        return job;
    }

    QPointer<stripe::StripeClient> m_client;
    sync::Applier& m_applier;
    store::Journal& m_journal;
    Clock& m_clock;
    store::Operation m_operation;
    FrozenAct m_act;
    std::deque<Step> m_steps;
    QSet<QString> m_kept;                 ///< subscriptions that were not cancelled
    bool m_mayDelete = true;
    bool m_cancelBroke = false;
    bool m_stopping = false;
    StepRunEnd m_end;
    QPointer<Job> m_active;
};

} // namespace ch::business

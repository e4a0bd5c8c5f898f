// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of a workspace, for its .cpp files. Members are declared in the order in which they are needed, so that they die in
// reverse: first the tether, by which running jobs let go of the client, then the client, the mirror, and the demo's server last.
#pragma once

#include "business/Meanings.h"
#include "stripe/KeyCheck.h"
#include "sync/EventIntake.h"
#include "workspace/AuditKeeper.h"
#include "workspace/Connection.h"
#include "workspace/DemoAccount.h"
#include "workspace/Gates.h"
#include "workspace/TrailWatch.h"
#include "workspace/Webhooks.h"
#include "workspace/Workspace.h"

#include <QPointer>

namespace ch::workspace {

[[nodiscard]] inline Error noKey()
{
    Error error;
    error.kind = ErrorKind::Authentication;
    error.code = QStringLiteral("no_key");
    error.message = QStringLiteral("There is no key for this account here, so Stripe cannot be asked. Connect it with a key.");
    return error;
}

/// A key that its form already refuses: told apart from other input, since the way on is another key.
[[nodiscard]] inline Error refusedKey(Error error)
{
    if (error.code.isEmpty()) {
        error.code = QStringLiteral("key_refused");
    }
    return error;
}

[[nodiscard]] inline Error stoppedByClosing()
{
    Error error;
    error.kind = ErrorKind::Cancelled;
    error.code = QStringLiteral("stopped");
    error.message = QStringLiteral("Stopped, since the account was closed.");
    return error;
}

/// The reads of this month as the records file has them, of all programs on it.
[[nodiscard]] Result<sync::BudgetState> readBudgetOf(store::RecordsFile& records, Clock& clock);

class Workspace::Private {
public:
    Private(Workspace& workspace, Clock& time) : q(workspace), clock(time) {}

    /// Takes in what Stripe said of key and account. Safety when it is not what this folder belongs to.
    Status accountChecked(const stripe::KeyCheck& checked);
    Status bind(const stripe::KeyCheck& checked);
    Status stopWrites(const char* reason, const QString& message);
    /// Writes down what requests told monitoring. What cannot be written is kept for the next time; nothing else is lost by that.
    void keepMeasures();
    /// One attempt has ended: it is counted, and what was measured is kept within ten seconds.
    void observe(const http::AttemptReport& report);
    /// Something that was done here, for the trail. A trail that cannot be written is told to the log.
    void tellTrail(const QString& action, const QString& outcome, const QString& detail, const QStringList& objectIds = {});
    void tellTrailOfPrices(const Result<QList<business::EnsuredPrice>>& ended);
    /// What stands against writing, as it is now: told by the account's state, so that banner and status show it.
    void refreshWrites();
    /// May this be done? The one question of every act that asks Stripe for a change (see Gates.h). Asked again when what it touches is
    /// known better.
    [[nodiscard]] Status mayAct(const Act& act);
    /// For a take-down or a cancel, also one that is gone on with.
    [[nodiscard]] Status mayEnd(Act act, const QString& resumeId);
    [[nodiscard]] bool isLive() const { return state.mode == stripe::Mode::Live && !state.demo; }
    void saveProfile(const stripe::KeyCheck& checked);
    /// What stands for the account in keys: its id, or a hash of the key where that may not say it.
    [[nodiscard]] QString accountOfKeys() const { return state.accountId.isEmpty() ? QStringLiteral("key:") + fingerprint : state.accountId; }
    /// A provision that may not be done now: refused, skipped or queued, as its request asks.
    [[nodiscard]] business::ProvisionOutcome notProvisioned(const business::ProvisionRequest& request, const Error& why);
    void tellTrail(const business::ProvisionOutcome& outcome, const Error& why);
    [[nodiscard]] business::ProvisionOutcome queued(const business::ProvisionRequest& request, const Error& why);
    void leaveWaiting(const QString& operationId, const Error& why);
    /// What the endpoint has committed goes the way of all events.
    void takeWebhooks(const endpoint::Came& came);
    /// What the endpoint answers at /health.
    [[nodiscard]] endpoint::Health health() const;
    /// Reads the metrics for an endpoint that is about to listen.
    [[nodiscard]] endpoint::EndpointThread::Metrics watched();
    /// Values and movements after the mirror has changed, and the news of it.
    Status bringFiguresUpToDate();
    // The event feed (WorkspaceFeed.cpp)
    void makeFeed();
    void confirmForFeed();
    [[nodiscard]] Result<bool> changeSetting(const QString& key, const QString& value);
    void meaningNoticed(const business::EventMeant& meant);
    void takeDownEnded(const store::Mark& mark, const QString& name);

    Workspace& q;
    Clock& clock;
    AccountState state;
    QString dataDir;
    std::optional<access::Profile> profile;
    QString fingerprint;
    QString stopReason;           ///< why nothing is written for good, whatever the switches say; empty: nothing stands against it
    bool confirmed = false;
    QPointer<Job> syncing;
    bool isFeedWanted = false;
    bool willKeepMeasures = false;
    QString repairAsked;          ///< before the feed could begin
    qint64 figuresRevision = 0;   ///< of the mirror, when figures were last brought up to date

    std::unique_ptr<DemoAccount> demo;
    std::unique_ptr<AuditKeeper> keeper;
    std::shared_ptr<TrailWatch> trailWatch = std::make_shared<TrailWatch>(); ///< over every time that the endpoint listens
    std::unique_ptr<store::RecordsFile> records;
    std::unique_ptr<Gates> gates;
    std::unique_ptr<sync::EventIntake> intake;
    std::unique_ptr<store::Mirror> mirror;
    std::unique_ptr<sync::Applier> applier;
    std::unique_ptr<sync::ReadBudget> budget;
    std::unique_ptr<Connection> connection;
    std::unique_ptr<Webhooks> webhooks;
    std::unique_ptr<business::Meanings> meanings;
    std::unique_ptr<sync::EventFeed> feed;
    std::unique_ptr<QObject> tether = std::make_unique<QObject>();
};

/// A job that works with a workspace: it keeps what it started in a nest of its own and lets go of it when the workspace closes.
template <typename T>
class WorkspaceJob : public ResultJob<T> {
public:
    WorkspaceJob(Workspace& workspace, QObject* tether, QObject* parent) : ResultJob<T>(parent), m_workspace(&workspace), m_nest(std::make_unique<QObject>())
    {
        QObject::connect(tether, &QObject::destroyed, this, [this] {
            m_nest.reset();
            m_workspace = nullptr;
            closed();
        });
    }

protected:
    virtual void closed() { this->settle(fail(stoppedByClosing())); }

    Workspace* m_workspace;
    std::unique_ptr<QObject> m_nest;
    QPointer<Job> m_active;
};

} // namespace ch::workspace

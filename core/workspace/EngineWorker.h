// SPDX-License-Identifier: GPL-3.0-or-later
// What lives in the engine thread: clock, vault and the open workspace. Its functions are called in that thread (queued, by Engine);
// its signals go back the same way. Each opening has a generation: an answer of one that was closed meanwhile is dropped.
#pragma once

#include "workspace/Workspace.h"

#include <QPointer>

namespace ch::workspace {

[[nodiscard]] Error nothingOpen();

using MakeVault = std::function<std::unique_ptr<access::Vault>(Clock&)>;

class EngineWorker final : public QObject {
    Q_OBJECT
public:
    explicit EngineWorker(MakeVault makeVault);

    void open(const OpenOptions& options);
    void connectWithKey(const Secret& key, const QString& profileName, bool keepInVault, const QUrl& apiBase, const QString& dataDir);
    void close();
    void removeProfile(const QString& name, const QString& dataDir);
    void sync();
    void stopSync();
    void setLooked(bool on);
    /// Hands work the open workspace (null: nothing is open) and the parent of its jobs, which goes with the opening.
    void order(const std::function<void(Workspace*, QObject* jobs)>& work) { work(m_workspace.get(), m_jobs.get()); }

Q_SIGNALS:
    void opened(const ch::workspace::AccountState& account);
    void openFailed(const ch::Error& error);
    void closed();
    void accountChanged(const ch::workspace::AccountState& account);
    void keyNotKept(const ch::Error& error);
    void profileRemoved(const QString& name);
    void profileNotRemoved(const QString& name, const ch::Error& error);
    void syncStarted();
    void syncProgressed(const ch::sync::SyncProgress& progress);
    void syncFinished(const ch::sync::SyncSummary& summary);
    void syncFailed(const ch::Error& error);
    void mirrorChanged(qint64 revision);
    void webhooksChanged(const ch::workspace::WebhookState& state);
    void feedChanged(const ch::sync::FeedState& state);
    void repairBegan(const QString& reason);
    void eventNoticed(const ch::workspace::EventNotice& notice);
    void leftOpenResumed(const std::vector<ch::store::Operation>& operations);

private:
    void leave();
    void opening(const OpenOptions& options);
    void forget(const QString& name, const QString& dataDir);
    void take(const std::shared_ptr<Workspace>& workspace);
    access::Vault& vault();

    SystemClock m_clock;
    MakeVault m_makeVault;
    std::unique_ptr<access::Vault> m_vault;
    std::shared_ptr<Workspace> m_workspace;
    std::unique_ptr<QObject> m_jobs;   ///< parent of every job of this opening: gone with it
    std::unique_ptr<QObject> m_checking; ///< parent of the check of a new key, during which the open account stays
    std::unique_ptr<QObject> m_removals; ///< parent of removals from the vault, which outlast an opening
    QPointer<Job> m_sync;
    bool m_isLooked = false;
    bool m_isRepairing = false;        ///< the sync that runs began by itself
};

} // namespace ch::workspace

// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/EngineWorker.h"

#include "base/Log.h"
#include "workspace/ProfileTrail.h"

namespace ch::workspace {

Error nothingOpen()
{
    Error error;
    error.kind = ErrorKind::InvalidInput;
    error.code = QStringLiteral("nothing_open");
    error.message = QStringLiteral("No account is open. Connect one, or open the demo account.");
    return error;
}

namespace worker {

Error noSuchProfile(const QString& name)
{
    Error error;
    error.kind = ErrorKind::InvalidInput;
    error.code = QStringLiteral("no_such_profile");
    error.message = QStringLiteral("There is no profile named \u201c%1\u201d.").arg(name);
    return error;
}

} // namespace worker

EngineWorker::EngineWorker(MakeVault makeVault) : m_makeVault(std::move(makeVault)), m_jobs(std::make_unique<QObject>()) {}

access::Vault& EngineWorker::vault()
{
    if (!m_vault) {
        m_vault = m_makeVault ? m_makeVault(m_clock) : std::make_unique<access::KeychainVault>(m_clock);
    }
    return *m_vault;
}

void EngineWorker::close()
{
    m_checking.reset();
    leave();
}

void EngineWorker::leave()
{
    // The jobs first: they hold on to the workspace's inside, and their handlers must not hear of its end.
    m_jobs = std::make_unique<QObject>();
    m_isRepairing = false;
    if (m_workspace) {
        disconnect(m_workspace.get(), nullptr, this, nullptr);
        m_workspace.reset();
        Q_EMIT closed();
    }
}

void EngineWorker::open(const OpenOptions& options)
{
    close();
    opening(options);
}

void EngineWorker::opening(const OpenOptions& options)
{
    Workspace::open(options, vault(), m_clock, m_jobs.get())->onFinished(m_jobs.get(), [this](const Result<std::shared_ptr<Workspace>>& result) {
        if (result) {
            take(*result);
        } else {
            Q_EMIT openFailed(result.error());
        }
    });
}

void EngineWorker::take(const std::shared_ptr<Workspace>& workspace)
{
    m_workspace = workspace;
    connect(workspace.get(), &Workspace::accountChanged, this, &EngineWorker::accountChanged);
    connect(workspace.get(), &Workspace::syncProgressed, this, &EngineWorker::syncProgressed);
    connect(workspace.get(), &Workspace::mirrorChanged, this, &EngineWorker::mirrorChanged);
    connect(&workspace->webhooks(), &Webhooks::changed, this, &EngineWorker::webhooksChanged);
    connect(workspace.get(), &Workspace::feedChanged, this, &EngineWorker::feedChanged);
    connect(workspace.get(), &Workspace::eventNoticed, this, &EngineWorker::eventNoticed);
    connect(workspace.get(), &Workspace::repairNeeded, this, [this](const QString& reason) {
        if (!m_workspace->isSyncing()) {
            m_isRepairing = true;
            Q_EMIT repairBegan(reason);
            sync();
        }
    });
    workspace->setLooked(m_isLooked);
    Q_EMIT opened(workspace->account());
    (void)workspace->webhooks().start(m_jobs.get()); // tells its state by itself
    if (!workspace->hasKey()) {
        Q_EMIT accountChanged(workspace->account());
        return;
    }
    workspace->confirmAccount(m_jobs.get())->onFinished(m_jobs.get(), [this](const Result<AccountState>& confirmed) {
        if (!confirmed) {
            // Said by the sync that follows, or by the banner of the account; here it is only not confirmed yet.
            log::warning(QStringLiteral("the account is not confirmed: %1").arg(confirmed.error().message));
            Q_EMIT accountChanged(m_workspace->account());
            m_workspace->startFeed();
            if (!m_workspace->isSyncing()) {
                Q_EMIT syncFailed(confirmed.error()); // the sync that was not begun would have said it
            }
            return;
        }
        m_workspace->startFeed();
        // What a killed program left half-way; in live mode it waits for a person.
        m_workspace->resumeOperations(false, m_jobs.get())->onFinished(m_jobs.get(), [this](const auto& resumed) {
            if (resumed) {
                Q_EMIT leftOpenResumed(*resumed);
            } else {
                log::warning(QStringLiteral("the open operations were not gone on with: %1").arg(resumed.error().message));
            }
        });
    });
}

void EngineWorker::connectWithKey(const Secret& key, const QString& profileName, bool keepInVault, const QUrl& apiBase, const QString& dataDir)
{
    // What is open stays open until the new key is accepted: a wrong key costs nobody their place.
    m_checking = std::make_unique<QObject>();
    QObject* checking = m_checking.get();
    Workspace::connectKey(key, profileName, keepInVault, apiBase, dataDir, vault(), m_clock, checking)->onFinished(checking, [this](const Result<Connected>& result) {
        if (!result) {
            Q_EMIT openFailed(result.error());
            return;
        }
        if (result->notKept) {
            Q_EMIT keyNotKept(*result->notKept);
        }
        leave();
        opening(result->options);
    });
}

void EngineWorker::removeProfile(const QString& name, const QString& dataDir)
{
    const auto profiles = access::Profiles::load(dataDir);
    if (!profiles) {
        Q_EMIT profileNotRemoved(name, profiles.error());
        return;
    }
    const auto profile = profiles->find(name);
    if (!profile) {
        Q_EMIT profileNotRemoved(name, worker::noSuchProfile(name));
        return;
    }
    if (!m_removals) {
        m_removals = std::make_unique<QObject>(); // here, in the engine thread: a parent lives in the thread of its jobs
    }
    // The key first: a profile that is gone could not say any more that a key of it is left in the keychain. One that says it has none there may have had one, and
    // has signing secrets: they are removed where there is a keychain.
    vault().remove(profile->vaultEntry(), m_removals.get())->onFinished(m_removals.get(), [this, found = profile->name, isKept = profile->keyInVault, others = QStringList{profile->auditEntry(), profile->webhookEntry()}, dataDir](const Result<bool>& removed) {
        if (removed || !isKept) {
            for (const QString& entry : others) {
                (void)vault().remove(entry, m_removals.get()); // they open nothing of anybody's account: one that stays does no harm
            }
            forget(found, dataDir);
        } else {
            Q_EMIT profileNotRemoved(found, removed.error());
        }
    });
}

void EngineWorker::forget(const QString& name, const QString& dataDir)
{
    if (m_workspace && !m_workspace->account().demo && m_workspace->account().profile == name) {
        close();
    }
    auto profiles = access::Profiles::load(dataDir);
    const auto profile = profiles ? profiles->find(name) : std::nullopt;
    const Status removed = profiles ? profiles->remove(name) : Status(fail(profiles.error()));
    if (removed) {
        if (profile) {
            ProfileTrail(vault(), dataDir, *profile).add(QStringLiteral("profile_removed"), QStringLiteral("its key is forgotten"), m_clock.nowMs(), false);
        }
        Q_EMIT profileRemoved(name);
    } else {
        Q_EMIT profileNotRemoved(name, removed.error());
    }
}

void EngineWorker::sync()
{
    if (!m_workspace) {
        Q_EMIT syncFailed(nothingOpen());
        return;
    }
    const bool isSecond = m_workspace->isSyncing();
    if (isSecond && m_isRepairing) {
        return; // it began by itself just before: whoever asks hears of its end
    }
    auto* job = m_workspace->sync(m_jobs.get());
    if (!isSecond) {
        m_sync = job;
        Q_EMIT syncStarted();
    }
    job->onFinished(m_jobs.get(), [this, isSecond](const Result<sync::SyncSummary>& result) {
        m_isRepairing = m_isRepairing && isSecond;
        if (result) {
            Q_EMIT syncFinished(*result);
        } else {
            Q_EMIT syncFailed(result.error());
        }
    });
}

void EngineWorker::setLooked(bool on)
{
    m_isLooked = on;
    if (m_workspace) {
        m_workspace->setLooked(on);
    }
}

void EngineWorker::stopSync()
{
    if (m_sync) {
        m_sync->cancel();
    }
}

} // namespace ch::workspace

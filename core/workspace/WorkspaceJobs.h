// SPDX-License-Identifier: GPL-3.0-or-later
// The three jobs of a workspace that ask Stripe. Each first makes sure that the key belongs to the account of this folder. Owned by
// whoever asked; when the workspace closes first they end as stopped. For Workspace.cpp.
#pragma once

#include "workspace/WorkspacePrivate.h"

namespace ch::workspace {

class ConfirmJob final : public WorkspaceJob<AccountState> {
    Q_OBJECT
public:
    ConfirmJob(Workspace& workspace, QObject* parent);
    void cancel() override;
};

class SyncJob final : public WorkspaceJob<sync::SyncSummary> {
    Q_OBJECT
public:
    SyncJob(Workspace& workspace, QObject* parent);
    void cancel() override;

private:
    void backfill();
    void valued(const Result<sync::SyncSummary>& ended);
    [[nodiscard]] Status eventsListed();

    qint64 m_askedMs = 0;
};

/// Something done in Stripe by a room below: makes sure of the account, starts it, and brings the figures up to date when it has ended.
template <typename T>
class ActJob final : public WorkspaceJob<T> {
public:
    using Start = std::function<ResultJob<T>*(Workspace::Private&, QObject* nest)>;
    /// asOutcome: what the job ends with where it was not begun, or was left behind by a closing account. onlyReads: the mirror stays as it is.
    ActJob(Workspace& workspace, Start start, std::function<Result<T>(const Error&)> asOutcome, QObject* parent, bool onlyReads = false)
        : WorkspaceJob<T>(workspace, workspace.d->tether.get(), parent), m_start(std::move(start)), m_asOutcome(std::move(asOutcome)), m_onlyReads(onlyReads)
    {
        if (!workspace.hasKey()) {
            this->settle(m_asOutcome(noKey()));
        } else if (workspace.d->confirmed) {
            run();
        } else {
            auto* confirm = workspace.confirmAccount(this->m_nest.get());
            this->m_active = confirm;
            confirm->onFinished(this, [this](const Result<AccountState>& confirmed) {
                if (!confirmed) {
                    this->settle(m_asOutcome(confirmed.error()));
                } else if (this->m_workspace) {
                    run();
                }
            });
        }
    }

    void cancel() override
    {
        if (this->m_active) {
            this->m_active->cancel();
        }
    }

private:
    void closed() override
    {
        Error error = stoppedByClosing();
        error.outcomeKnown = !m_begun;
        this->settle(m_asOutcome(error));
    }

    void run()
    {
        m_begun = true;
        ResultJob<T>* const act = m_start(*this->m_workspace->d, this->m_nest.get());
        this->m_active = act;
        act->onFinished(this, [this](const Result<T>& ended) {
            if (this->m_workspace && !m_onlyReads) {
                (void)this->m_workspace->d->bringFiguresUpToDate();
                this->m_workspace->pollSoon(); // what Stripe made of it
            }
            this->settle(ended);
        });
    }

    Start m_start;
    std::function<Result<T>(const Error&)> m_asOutcome;
    bool m_onlyReads;
    bool m_begun = false;
};

/// Open operations, one after the other.
class ResumeJob final : public WorkspaceJob<std::vector<store::Operation>> {
    Q_OBJECT
public:
    ResumeJob(Workspace& workspace, bool byPerson, QObject* parent, const QStringList& only);
    void cancel() override;

private:
    void next();
    void end();
    void leaveWaiting();
    /// Runs one of a kind, then the next one.
    template <typename Outcome>
    void follow(const QString& id, ResultJob<Outcome>* job);

    bool m_byPerson;
    bool m_stopping = false;
    std::vector<store::Operation> m_left;
    QStringList m_ids;
};

} // namespace ch::workspace

// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Log.h"
#include "workspace/WorkspaceJobs.h"

namespace ch::workspace {

ResumeJob::ResumeJob(Workspace& workspace, bool byPerson, QObject* parent, const QStringList& only) : WorkspaceJob(workspace, workspace.d->tether.get(), parent), m_byPerson(byPerson)
{
    const Workspace::Private& d = *workspace.d;
    auto open = d.records->journal().abandoned(d.clock.nowMs());
    if (!open) {
        settle(fail(open.error()));
        return;
    }
    m_left = *std::move(open);
    std::erase_if(m_left, [&only](const store::Operation& operation) { return !only.isEmpty() && !only.contains(operation.id); });
    for (const store::Operation& operation : m_left) {
        m_ids << operation.id;
    }
    if (m_left.empty()) {
        end();
    } else if (!workspace.hasKey()) {
        settle(fail(noKey()));
    } else if (d.confirmed) {
        next();
    } else {
        auto* confirm = workspace.confirmAccount(m_nest.get());
        m_active = confirm;
        confirm->onFinished(this, [this](const Result<AccountState>& confirmed) {
            if (!confirmed) {
                settle(fail(confirmed.error()));
            } else if (m_workspace) {
                next();
            }
        });
    }
}

void ResumeJob::cancel()
{
    m_stopping = true;
    if (m_active) {
        m_active->cancel();
    }
}

/// In live mode a person looks first: what was left running is set to wait for them.
void ResumeJob::leaveWaiting()
{
    const Workspace::Private& d = *m_workspace->d;
    for (const store::Operation& operation : m_left) {
        if (operation.state != store::OperationState::Running) {
            continue;
        }
        store::Journal& journal = d.records->journal();
        const auto claimed = journal.claim(operation.id, d.clock.nowMs());
        if (claimed) {
            (void)journal.release(operation.id, store::OperationState::Waiting, QStringLiteral("interrupted"), d.clock.nowMs());
        }
    }
    m_left.clear();
}

template <typename Outcome>
void ResumeJob::follow(const QString& id, ResultJob<Outcome>* job)
{
    m_active = job;
    job->onFinished(this, [this, id](const Result<Outcome>& ended) {
        m_active = nullptr;
        log::info(QStringLiteral("%1 was resumed: %2").arg(id, ended ? ended->status : ended.error().message));
        if (m_workspace) {
            next();
        }
    });
}

void ResumeJob::next()
{
    Workspace::Private& d = *m_workspace->d;
    if (!m_byPerson && d.state.mode == stripe::Mode::Live) {
        leaveWaiting();
    }
    const QString mode = stripe::modeName(d.connection->client().mode());
    while (!m_left.empty() && !m_stopping) {
        const store::Operation operation = m_left.front();
        m_left.erase(m_left.begin());
        const bool isOurs = operation.subject.account == d.accountOfKeys() && operation.subject.mode == mode;
        if (!isOurs) {
            continue;
        }
        switch (operation.subject.kind) {
        case store::OperationKind::Provision: {
            business::ProvisionRequest request;
            request.resumeId = operation.id;
            request.liveIsMeant = m_byPerson;
            follow(operation.id, m_workspace->provision(request, m_nest.get()));
            break;
        }
        case store::OperationKind::TakeDown: {
            business::TakedownRequest request;
            request.resumeId = operation.id;
            request.liveIsMeant = m_byPerson;
            follow(operation.id, m_workspace->takeDown(request, m_nest.get()));
            break;
        }
        case store::OperationKind::Cancel: {
            business::CancelRequest request;
            request.resumeId = operation.id;
            request.liveIsMeant = m_byPerson;
            follow(operation.id, m_workspace->cancelSubscription(request, m_nest.get()));
            break;
        }
        }
        return;
    }
    end();
}

void ResumeJob::end()
{
    std::vector<store::Operation> all;
    for (const QString& id : m_ids) {
        const auto operation = m_workspace->d->records->journal().operation(id);
        if (!operation) {
            settle(fail(operation.error()));
            return;
        }
        if (*operation) {
            all.push_back(**operation);
        }
    }
    settle(std::move(all));
}

} // namespace ch::workspace

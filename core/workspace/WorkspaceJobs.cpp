// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/WorkspaceJobs.h"

#include "sync/ValueJob.h"

namespace ch::workspace {

// --- confirm

ConfirmJob::ConfirmJob(Workspace& workspace, QObject* parent) : WorkspaceJob(workspace, workspace.d->tether.get(), parent)
{
    auto* check = stripe::verifyKey(workspace.d->connection->client(), m_nest.get());
    m_active = check;
    check->onFinished(this, [this](const Result<stripe::KeyCheck>& checked) {
        if (!m_workspace || isSettled()) {
            return;
        }
        const Status taken = checked ? m_workspace->d->accountChecked(*checked) : Status(fail(checked.error()));
        if (taken) {
            settle(m_workspace->d->state);
        } else {
            settle(fail(taken.error()));
        }
    });
}

void ConfirmJob::cancel()
{
    if (m_active) {
        m_active->cancel();
    }
}

// --- sync

SyncJob::SyncJob(Workspace& workspace, QObject* parent) : WorkspaceJob(workspace, workspace.d->tether.get(), parent)
{
    if (workspace.d->confirmed) {
        backfill();
        return;
    }
    auto* confirm = workspace.confirmAccount(m_nest.get());
    m_active = confirm;
    confirm->onFinished(this, [this](const Result<AccountState>& confirmed) {
        if (!confirmed) {
            settle(fail(confirmed.error()));
        } else if (m_workspace) {
            backfill();
        }
    });
}

void SyncJob::backfill()
{
    Workspace::Private& d = *m_workspace->d;
    auto* backfill = new sync::Backfill(d.connection->client(), *d.applier, d.clock, d.state.folder, m_nest.get());
    m_active = backfill;
    m_askedMs = d.clock.nowMs();
    d.feed->syncBegins();
    connect(backfill, &sync::Backfill::progressed, m_workspace, &Workspace::syncProgressed);
    backfill->onFinished(this, [this](const Result<sync::SyncSummary>& ended) {
        if (!m_workspace) {
            return;
        }
        // What was read before a stop or a failure is shown too, as partial.
        auto* values = new sync::ValueJob(*m_workspace->d->applier, m_workspace->d->clock, m_nest.get());
        m_active = values;
        values->onFinished(this, [this, ended](const Result<bool>&) { valued(ended); });
    });
}

void SyncJob::valued(const Result<sync::SyncSummary>& ended)
{
    const Status logged = ended && !ended->notPermittedLists.contains(store::objectListName(store::ObjectList::Events)) ? eventsListed() : Status();
    const Status figures = m_workspace->d->bringFiguresUpToDate();
    m_workspace->d->syncing.clear();
    m_workspace->d->feed->syncEnded(ended ? Status() : Status(fail(ended.error())));
    if (!ended) {
        settle(fail(ended.error()));
    } else if (!figures) {
        settle(fail(figures.error()));
    } else if (!logged) {
        settle(fail(logged.error()));
    } else {
        settle(*ended);
    }
}

Status SyncJob::eventsListed()
{
    Workspace::Private& d = *m_workspace->d;
    const auto before = d.records->eventLog().through();
    if (!before) {
        return fail(before.error());
    }
    // What they mean comes first: where that cannot be kept, the feed asks from where it stood before, and for what they mean with it.
    const Status considered = d.meanings->considerListed(before->throughMs == 0);
    return considered ? sync::EventFeed::noteThrough(*d.mirror, d.records->eventLog(), {m_askedMs, d.clock.nowMs()}) : considered;
}

void SyncJob::cancel()
{
    if (m_active) {
        m_active->cancel();
    }
}

} // namespace ch::workspace

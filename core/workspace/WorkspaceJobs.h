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
};

class TakedownJob final : public WorkspaceJob<business::TakedownOutcome> {
    Q_OBJECT
public:
    TakedownJob(Workspace& workspace, const business::TakedownRequest& request, QObject* parent);
    void cancel() override;

private:
    void closed() override;
    void run();
    void end(const Error& error);

    business::TakedownRequest m_request;
    bool m_begun = false;
};

} // namespace ch::workspace

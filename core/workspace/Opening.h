// SPDX-License-Identifier: GPL-3.0-or-later
// How a workspace comes to be: profile, key (given, from the vault, or none where reading is enough), folder, files, connection. Asks
// Stripe nothing. For Workspace.cpp.
#pragma once

#include "workspace/WorkspacePrivate.h"

namespace ch::workspace {

class Opening final : public ResultJob<std::shared_ptr<Workspace>> {
    Q_OBJECT
public:
    Opening(const OpenOptions& options, access::Vault& vault, Clock& clock, QObject* parent);
    void cancel() override;

private:
    void begin();
    void beginDemo();
    void beginProfile();
    void withKey(const std::optional<Secret>& key);
    Status prepareFolder(const QString& folder, const std::optional<stripe::ApiKey>& key);
    void prepareWebhooks();
    [[nodiscard]] QUrl base() const;

    OpenOptions m_options;
    access::Vault& m_vault;
    Clock& m_clock;
    std::shared_ptr<Workspace> m_made;
    QPointer<Job> m_active;
};

} // namespace ch::workspace

// SPDX-License-Identifier: GPL-3.0-or-later
// The trail of a profile that is not open: who connected it, gave it another key or removed it. Written to the profile's records file; its
// newest hash goes to the vault, where the profile has its key there. A trail that cannot be written is told to the log and stops nothing.
// Vault is used, not owned. One thread.
#pragma once

#include "access/Profiles.h"
#include "base/Clock.h"
#include "workspace/AuditKeeper.h"

namespace ch::workspace {

class ProfileTrail {
public:
    ProfileTrail(access::Vault& vault, const QString& dataDir, const access::Profile& profile);

    /// action: connect, key_given, key_changed, profile_removed. withHead: the vault is told.
    void add(const QString& action, const QString& detail, qint64 nowMs, bool withHead);
    /// The head on its way to the vault; null: none is.
    [[nodiscard]] AuditKeeper* keeping() const { return m_keeper && m_keeper->isKeeping() ? m_keeper.get() : nullptr; }

private:
    access::Vault& m_vault;
    QString m_folder;
    access::Profile m_profile;
    std::unique_ptr<store::RecordsFile> m_records;
    std::unique_ptr<AuditKeeper> m_keeper;
};

} // namespace ch::workspace

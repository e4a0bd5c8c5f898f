// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/ProfileTrail.h"

#include "base/Log.h"
#include "business/Takedown.h"

#include <QDir>

namespace ch::workspace {

ProfileTrail::ProfileTrail(access::Vault& vault, const QString& dataDir, const access::Profile& profile)
    : m_vault(vault), m_folder(QDir(dataDir).filePath(QStringLiteral("profiles/") + profile.slug())), m_profile(profile)
{
}

void ProfileTrail::add(const QString& action, const QString& detail, qint64 nowMs, bool withHead)
{
    const Status ready = access::makePrivateDir(m_folder);
    auto records = ready ? store::RecordsFile::open(m_folder) : Result<std::unique_ptr<store::RecordsFile>>(fail(ready.error()));
    Status written = records ? Status() : Status(fail(records.error()));
    if (records) {
        m_records = *std::move(records);
        if (withHead) {
            m_keeper = std::make_unique<AuditKeeper>(m_vault, m_profile.auditEntry(), *m_records);
            m_records->setAuditKeeper([keeper = m_keeper.get()](const store::AuditHead& head) { keeper->keep(head); });
        }
        store::AuditEntry entry;
        entry.atMs = nowMs;
        entry.actor = business::actorName();
        entry.profile = m_profile.name;
        entry.action = action;
        entry.outcome = QStringLiteral("done");
        entry.detail = detail;
        entry.objectIds = m_profile.accountId.isEmpty() ? QStringList() : QStringList{m_profile.accountId};
        written = m_records->appendAudit(entry);
    }
    if (!written) {
        log::error(QStringLiteral("%1: the trail could not be written: %2").arg(action, written.error().message));
    }
}

} // namespace ch::workspace

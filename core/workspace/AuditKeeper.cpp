// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/AuditKeeper.h"

#include "base/Log.h"

namespace ch::workspace {

AuditKeeper::AuditKeeper(access::Vault& vault, const QString& entry) : m_vault(vault), m_entry(entry) {}

void AuditKeeper::keep(const store::AuditHead& head)
{
    if (m_isRefused) {
        return;
    }
    m_next = head;
    if (!m_isWriting) {
        write();
    }
}

void AuditKeeper::write()
{
    m_isWriting = true;
    const Secret text(m_next->text());
    m_next.reset();
    m_vault.write(m_entry, text, this)->onFinished(this, [this](const Result<bool>& written) {
        if (!written) {
            m_isRefused = true;
            m_next.reset();
            log::warning(QStringLiteral("the head of the trail is not in the keychain: %1").arg(written.error().message));
        }
        m_isWriting = false;
        if (m_next) {
            write();
        } else {
            Q_EMIT settled();
        }
    });
}

ResultJob<std::optional<store::AuditHead>>* AuditKeeper::kept(QObject* parent)
{
    auto* job = new SimpleJob<std::optional<store::AuditHead>>(parent);
    m_vault.read(m_entry, job)->onFinished(job, [job](const Result<Secret>& read) {
        job->end(read ? store::AuditHead::fromText(read->reveal()) : std::nullopt);
    });
    return job;
}

} // namespace ch::workspace

// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/AuditKeeper.h"

#include "base/Log.h"

namespace ch::workspace {

AuditKeeper::AuditKeeper(access::Vault& vault, const QString& entry, const store::RecordsFile& records) : m_vault(vault), m_entry(entry), m_records(records) {}

void AuditKeeper::keep(const store::AuditHead& head)
{
    if (m_isRefused) {
        return;
    }
    m_next = head;
    if (!m_isWriting) {
        look();
    }
}

/// What is there already: another program may have kept a newer head, and somebody may have cut this trail.
void AuditKeeper::look()
{
    m_isWriting = true;
    m_vault.read(m_entry, this)->onFinished(this, [this](const Result<Secret>& read) {
        const auto there = read ? store::AuditHead::fromText(read->reveal()) : std::nullopt;
        const auto grew = there ? m_records.grewFrom(*there) : Result<bool>(true);
        if (!read && read.error().code != QLatin1String("not_found_or_locked")) {
            refuse(read.error().message);
        } else if (!grew) {
            refuse(grew.error().message);
        } else if (!*grew) {
            refuse(QStringLiteral("the head that is kept there is not of this trail: its end was cut off, or it was replaced. \u201caudit verify\u201d tells more"));
        } else if (there && there->entries >= m_next->entries) {
            m_next.reset();
            next();
        } else {
            write();
        }
    });
}

void AuditKeeper::write()
{
    const Secret text(m_next->text());
    m_next.reset();
    m_vault.write(m_entry, text, this)->onFinished(this, [this](const Result<bool>& written) {
        if (written) {
            next();
        } else {
            refuse(written.error().message);
        }
    });
}

void AuditKeeper::refuse(const QString& why)
{
    m_isRefused = true;
    m_next.reset();
    log::warning(QStringLiteral("the head of the trail is not put into the keychain: %1").arg(why));
    next();
}

void AuditKeeper::next()
{
    m_isWriting = false;
    if (m_next) {
        look();
    } else {
        Q_EMIT settled();
    }
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

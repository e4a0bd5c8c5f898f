// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps the head of the trail (count and newest hash) in the vault, so that a cut-off end of the trail is found. One write at a time, the
// newest head last; a vault that refuses is not asked again in this session, and the log says so.
// A head in the vault that this trail never had is left there: written over, it could not tell any more that the end was cut off or the trail
// replaced. The vault and the records file are used, not owned. Engine thread.
#pragma once

#include "access/Vault.h"
#include "store/RecordsFile.h"

#include <QObject>
#include <optional>

namespace ch::workspace {

class AuditKeeper final : public QObject {
    Q_OBJECT
public:
    AuditKeeper(access::Vault& vault, const QString& entry, const store::RecordsFile& records);

    void keep(const store::AuditHead& head);
    [[nodiscard]] bool isKeeping() const { return m_isWriting; }
    /// What the vault holds; nothing where it holds none or does not answer.
    [[nodiscard]] ResultJob<std::optional<store::AuditHead>>* kept(QObject* parent);

Q_SIGNALS:
    /// Nothing is left to be written.
    void settled();

private:
    void look();
    void write();
    void refuse(const QString& why);
    void next();

    access::Vault& m_vault;
    QString m_entry;
    const store::RecordsFile& m_records;
    std::optional<store::AuditHead> m_next;
    bool m_isWriting = false;
    bool m_isRefused = false;
};

} // namespace ch::workspace

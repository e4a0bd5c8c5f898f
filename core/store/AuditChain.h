// SPDX-License-Identifier: GPL-3.0-or-later
// The trail as a chain: each entry's hash (SHA-256) is over its own content and the hash of the entry before, so that a changed, missing
// or reordered entry shows. Whoever can write the file can make a whole new chain or cut its end off: only the newest hash and the count
// kept elsewhere (the vault) show that.
#pragma once

#include "base/Error.h"
#include "store/Records.h"

#include <QByteArray>
#include <optional>

namespace ch::store {

/// How long the chain is and its newest hash: what is kept in the vault.
struct AuditHead {
    qint64 entries = 0;
    QString hash;                 ///< hex; empty for an empty trail

    [[nodiscard]] QByteArray text() const;
    [[nodiscard]] static std::optional<AuditHead> fromText(const QByteArray& text);
    bool operator==(const AuditHead&) const = default;
};

struct AuditCheck {
    qint64 entries = 0;
    bool ok = false;
    std::optional<qint64> firstBad; ///< number of the first entry that is not what was written, or is not there
    bool endKnown = false;          ///< a head was kept elsewhere: a cut-off end would have been found too
};

/// What the hash of entry n covers, and after it the hash. before: of the entry before, empty for the first.
[[nodiscard]] QString auditHash(const QString& before, const AuditEntry& entry);

/// A personal input for the trail: "name:SALT:SHA-256 of salt and value", hex. The same value never looks the same twice; whoever knows
/// the value can check it.
[[nodiscard]] QString auditInput(const QString& name, const QString& value);

} // namespace ch::store

// SPDX-License-Identifier: GPL-3.0-or-later
// The account's switches and what is protected, in the records file, so that window and terminal share them. Each change is written
// together with its entry in the trail, in one transaction; asking for what is so already changes nothing and leaves no entry.
// Read anew at each call: another program may have changed it. Part of a RecordsFile, in its thread.
#pragma once

#include "base/Error.h"
#include "store/Records.h"

#include <QString>
#include <functional>
#include <vector>

namespace ch::store {

class RecordsFile;

/// A business that nothing is done to.
struct Protection {
    QString businessId;           ///< or the id of a customer that is its own business
    qint64 sinceMs = 0;
    QString who;                  ///< OS user
    bool operator==(const Protection&) const = default;
};

class Settings {
public:
    Settings(const Settings&) = delete;
    Settings& operator=(const Settings&) = delete;

    /// Empty: never set.
    [[nodiscard]] Result<QString> value(const QString& key) const;
    /// Whether it was another.
    [[nodiscard]] Result<bool> change(const QString& key, const QString& value, const AuditEntry& entry);

    /// By business id.
    [[nodiscard]] Result<std::vector<Protection>> protections() const;
    /// The first of these ids that is protected, else empty.
    [[nodiscard]] Result<QString> firstProtected(const QStringList& ids) const;
    /// Whether it was not protected before.
    [[nodiscard]] Result<bool> protect(const Protection& protection, const AuditEntry& entry);
    /// Whether it was.
    [[nodiscard]] Result<bool> unprotect(const QString& businessId, const AuditEntry& entry);

private:
    friend class RecordsFile;
    explicit Settings(RecordsFile& file) : m_file(file) {}

    RecordsFile& m_file;
};

} // namespace ch::store

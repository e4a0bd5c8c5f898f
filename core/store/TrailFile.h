// SPDX-License-Identifier: GPL-3.0-or-later
// The audit trail for elsewhere: JSON as "countinghousectl audit" prints it, or CSV for a spreadsheet. The one place for both forms.
#pragma once

#include "store/JournalReader.h"

#include <QJsonObject>

namespace ch::store {

enum class TrailForm { Csv, Json };

/// The JSON contract of one entry. Times are seconds UTC; what is absent is null.
[[nodiscard]] QJsonObject auditJson(const AuditEntry& entry);

/// RFC 4180, UTF-8, times ISO 8601 in UTC, lists with blanks between. A cell that a spreadsheet would take for a formula begins with '.
[[nodiscard]] QByteArray auditCsvHead();
[[nodiscard]] QByteArray auditCsvLine(const AuditEntry& entry);

/// Every entry of the query, newest first, into a file that is whole or not there, and its owner's alone. Read a page at a time. Ends with
/// how many were written; Storage where the file cannot be.
[[nodiscard]] Result<qint64> writeTrail(const JournalReader& reader, const TrailQuery& query, TrailForm form, const QString& path);

} // namespace ch::store

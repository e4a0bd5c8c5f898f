// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/TrailFile.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>

namespace ch::store {

namespace trail {

constexpr int kEntriesAtOnce = 1000;

QByteArray csvCell(QString text)
{
    if (!text.isEmpty() && QStringLiteral("=+-@\t\r").contains(text.front())) {
        text.prepend(QLatin1Char('\''));
    }
    if (text.contains(QLatin1Char(',')) || text.contains(QLatin1Char('"')) || text.contains(QLatin1Char('\n')) || text.contains(QLatin1Char('\r'))) {
        return '"' + text.replace(QLatin1Char('"'), QLatin1String("\"\"")).toUtf8() + '"';
    }
    return text.toUtf8();
}

QByteArray csvRow(const QStringList& cells)
{
    QByteArray line;
    for (const QString& cell : cells) {
        line += (line.isEmpty() ? QByteArray() : QByteArray(",")) + csvCell(cell);
    }
    return line + "\r\n";
}

Status writeEntries(QSaveFile& file, const JournalReader& reader, TrailQuery query, TrailForm form, qint64& written)
{
    query.most = kEntriesAtOnce;
    for (bool more = true; more;) {
        const auto found = reader.trail(query);
        if (!found) {
            return fail(found.error());
        }
        for (const AuditEntry& entry : found->entries) {
            const QByteArray line = form == TrailForm::Csv ? auditCsvLine(entry) : (written == 0 ? "\n" : ",\n") + QJsonDocument(auditJson(entry)).toJson(QJsonDocument::Compact);
            if (file.write(line) != line.size()) {
                return fail(ErrorKind::Storage, QStringLiteral("%1 cannot be written: %2. What was there before is unchanged.").arg(file.fileName(), file.errorString()));
            }
            ++written;
            query.olderThan = entry.n;
        }
        more = found->more;
    }
    return {};
}

} // namespace trail

QJsonObject auditJson(const AuditEntry& entry)
{
    const auto orNull = [](const QString& text) { return text.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(text); };
    return {
        {QStringLiteral("n"), entry.n},
        {QStringLiteral("at"), entry.atMs > 0 ? QJsonValue(entry.atMs / 1000) : QJsonValue(QJsonValue::Null)},
        {QStringLiteral("actor"), entry.actor},
        {QStringLiteral("profile"), orNull(entry.profile)},
        {QStringLiteral("action"), entry.action},
        {QStringLiteral("business_id"), orNull(entry.businessId)},
        {QStringLiteral("outcome"), entry.outcome},
        {QStringLiteral("detail"), entry.detail},
        {QStringLiteral("object_ids"), QJsonArray::fromStringList(entry.objectIds)},
        {QStringLiteral("inputs"), QJsonArray::fromStringList(entry.inputs)},
        {QStringLiteral("request_ids"), QJsonArray::fromStringList(entry.requestIds)},
        {QStringLiteral("idempotency_keys"), QJsonArray::fromStringList(entry.keys)},
        {QStringLiteral("hash"), entry.hash},
    };
}

QByteArray auditCsvHead()
{
    return trail::csvRow({QStringLiteral("n"), QStringLiteral("at"), QStringLiteral("actor"), QStringLiteral("profile"), QStringLiteral("action"), QStringLiteral("business_id"), QStringLiteral("outcome"),
        QStringLiteral("detail"), QStringLiteral("object_ids"), QStringLiteral("inputs"), QStringLiteral("request_ids"), QStringLiteral("idempotency_keys"), QStringLiteral("hash")});
}

QByteArray auditCsvLine(const AuditEntry& entry)
{
    const QChar blank(QLatin1Char(' '));
    return trail::csvRow({QString::number(entry.n), QDateTime::fromMSecsSinceEpoch(entry.atMs, Qt::UTC).toString(Qt::ISODate), entry.actor, entry.profile, entry.action, entry.businessId, entry.outcome,
        entry.detail, entry.objectIds.join(blank), entry.inputs.join(blank), entry.requestIds.join(blank), entry.keys.join(blank), entry.hash});
}

Result<qint64> writeTrail(const JournalReader& reader, const TrailQuery& query, TrailForm form, const QString& path)
{
    QSaveFile file(path);
    // The rights come before the bytes, so that nobody else can read them at any moment.
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner)) {
        return fail(ErrorKind::Storage, QStringLiteral("%1 cannot be written: %2. What was there before is unchanged.").arg(path, file.errorString()));
    }
    qint64 written = 0;
    file.write(form == TrailForm::Csv ? auditCsvHead() : QByteArray("["));
    if (const Status done = trail::writeEntries(file, reader, query, form, written); !done) {
        return fail(done.error());
    }
    file.write(form == TrailForm::Csv ? QByteArray() : QByteArray("\n]\n"));
    if (!file.commit()) {
        return fail(ErrorKind::Storage, QStringLiteral("%1 cannot be written: %2. What was there before is unchanged.").arg(path, file.errorString()));
    }
    return written;
}

} // namespace ch::store

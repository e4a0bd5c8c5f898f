// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/AuditChain.h"

#include <QCryptographicHash>
#include <QRandomGenerator>

namespace ch::store {

QByteArray AuditHead::text() const
{
    return QByteArray::number(entries) + ':' + hash.toLatin1();
}

std::optional<AuditHead> AuditHead::fromText(const QByteArray& text)
{
    const qsizetype colon = text.indexOf(':');
    bool isNumber = false;
    const qint64 entries = text.left(qMax<qsizetype>(0, colon)).toLongLong(&isNumber);
    if (colon < 0 || !isNumber || entries < 0) {
        return std::nullopt;
    }
    return AuditHead{entries, QString::fromLatin1(text.mid(colon + 1))};
}

QString auditHash(const QString& before, const AuditEntry& entry)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    // Each field with its length, so that nothing can move from one field into the next.
    const QStringList fields = {before, QString::number(entry.n), QString::number(entry.atMs), entry.actor, entry.profile, entry.action, entry.businessId, entry.outcome,
                                entry.detail, entry.objectIds.join(QLatin1Char(' ')), entry.inputs.join(QLatin1Char(' ')), entry.requestIds.join(QLatin1Char(' ')), entry.keys.join(QLatin1Char(' '))};
    for (const QString& field : fields) {
        const QByteArray bytes = field.toUtf8();
        hash.addData(QByteArray::number(bytes.size()) + ':');
        hash.addData(bytes);
    }
    return QString::fromLatin1(hash.result().toHex());
}

QString auditInput(const QString& name, const QString& value)
{
    QByteArray salt(16, '\0');
    QRandomGenerator::system()->fillRange(reinterpret_cast<quint32*>(salt.data()), salt.size() / 4);
    const QByteArray hash = QCryptographicHash::hash(salt + value.toUtf8(), QCryptographicHash::Sha256);
    return name + QLatin1Char(':') + QString::fromLatin1(salt.toHex() + ':' + hash.toHex());
}

} // namespace ch::store

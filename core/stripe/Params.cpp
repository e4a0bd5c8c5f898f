// SPDX-License-Identifier: GPL-3.0-or-later
#include "stripe/Params.h"

#include <QUrl>

namespace ch::stripe {

Params& Params::add(const QString& key, const QString& value)
{
    m_pairs.append({key, value});
    return *this;
}

Params& Params::add(const QString& key, qint64 value)
{
    return add(key, QString::number(value));
}

Params& Params::add(const QString& key, bool value)
{
    return add(key, value ? QStringLiteral("true") : QStringLiteral("false"));
}

Params& Params::unset(const QString& key)
{
    return add(key, QString());
}

Params& Params::addList(const QString& key, const QStringList& values)
{
    for (qsizetype i = 0; i < values.size(); ++i) {
        add(QStringLiteral("%1[%2]").arg(key, QString::number(i)), values.at(i));
    }
    return *this;
}

Params& Params::addMetadata(const QMap<QString, QString>& metadata)
{
    for (auto it = metadata.cbegin(); it != metadata.cend(); ++it) {
        add(QStringLiteral("metadata[%1]").arg(it.key()), it.value());
    }
    return *this;
}

Params& Params::set(const QString& key, const QString& value)
{
    for (QPair<QString, QString>& pair : m_pairs) {
        if (pair.first == key) {
            pair.second = value;
            return *this;
        }
    }
    return add(key, value);
}

QByteArray Params::encoded() const
{
    // Not QUrlQuery: it leaves "+" as it is, which a form reader takes for a space.
    QByteArray out;
    for (const auto& [key, value] : m_pairs) {
        if (!out.isEmpty()) {
            out += '&';
        }
        out += QUrl::toPercentEncoding(key) + '=' + QUrl::toPercentEncoding(value);
    }
    return out;
}

Params Params::fromEncoded(const QByteArray& encoded)
{
    Params params;
    const QList<QByteArray> pairs = encoded.isEmpty() ? QList<QByteArray>() : encoded.split('&');
    for (const QByteArray& pair : pairs) {
        const qsizetype equals = pair.indexOf('=');
        params.add(QString::fromUtf8(QByteArray::fromPercentEncoding(pair.left(equals))), equals < 0 ? QString() : QString::fromUtf8(QByteArray::fromPercentEncoding(pair.mid(equals + 1))));
    }
    return params;
}

} // namespace ch::stripe

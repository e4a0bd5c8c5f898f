// SPDX-License-Identifier: GPL-3.0-or-later
// The parameters of a call, in order, and their form encoding as Stripe reads it: a[b][c], indexed arrays a[0], space as %20, plus as
// %2B, brackets %5B %5D, booleans true/false, times as whole seconds, an empty value unsets. Used for bodies and queries alike.
#pragma once

#include <QByteArray>
#include <QList>
#include <QMap>
#include <QPair>
#include <QString>
#include <QStringList>
#include <initializer_list>

namespace ch::stripe {

class Params {
public:
    Params() = default;
    Params(std::initializer_list<QPair<QString, QString>> pairs) : m_pairs(pairs) {}

    /// key as on the wire, brackets included: "items[0][price]".
    Params& add(const QString& key, const QString& value);
    Params& add(const QString& key, const char* value) { return add(key, QString::fromUtf8(value)); }
    Params& add(const QString& key, qint64 value);
    Params& add(const QString& key, int value) { return add(key, static_cast<qint64>(value)); }
    Params& add(const QString& key, bool value);
    /// Sends "key=", which unsets the field.
    Params& unset(const QString& key);
    /// key[0]=..., key[1]=...
    Params& addList(const QString& key, const QStringList& values);
    /// metadata[name]=value for each.
    Params& addMetadata(const QMap<QString, QString>& metadata);
    /// Replaces the first pair of that key, or adds it.
    Params& set(const QString& key, const QString& value);

    [[nodiscard]] bool isEmpty() const { return m_pairs.isEmpty(); }
    [[nodiscard]] const QList<QPair<QString, QString>>& pairs() const { return m_pairs; }
    [[nodiscard]] QByteArray encoded() const;
    /// What encoded() gave, taken apart again: encoded() of the result is the same bytes.
    [[nodiscard]] static Params fromEncoded(const QByteArray& encoded);

private:
    QList<QPair<QString, QString>> m_pairs;
};

} // namespace ch::stripe

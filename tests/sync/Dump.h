// SPDX-License-Identifier: GPL-3.0-or-later
// A mirror held against what a server's lists say, object by object and field by field.
#pragma once

#include "store/MirrorReader.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

namespace backfilltest {

/// Whether the mirror's value is what the list shows. Where a list shows an id the mirror may hold the object, and of a nested list that
/// was cut it holds all. An empty text, or where they differ.
/// isErased: of a deleted customer, of whom the mirror keeps nothing personal.
inline QString differs(const QJsonValue& shown, const QJsonValue& held, const QString& at, bool isErased)
{
    if (isErased && (held.isNull() || held.isUndefined())) {
        return {};
    }
    if (shown.isString() && held.isObject()) {
        return held.toObject().value("id") == shown ? QString() : at;
    }
    if (shown.isArray()) {
        const QJsonArray theirs = shown.toArray();
        const QJsonArray ours = held.toArray();
        const bool isNested = at.endsWith(".data") && !at.startsWith("evt_");
        if (isNested ? ours.size() < theirs.size() : ours.size() != theirs.size()) {
            return at + ": " + QString::number(ours.size()) + " of " + QString::number(theirs.size());
        }
        for (qsizetype i = 0; i < theirs.size(); ++i) {
            if (const QString where = differs(theirs.at(i), ours.at(i), at + '[' + QString::number(i) + ']', isErased); !where.isEmpty()) {
                return where;
            }
        }
        return {};
    }
    if (shown.isObject()) {
        const QJsonObject theirs = shown.toObject();
        const QJsonObject ours = held.toObject();
        // An event tells what was, cut lists and all.
        const bool isList = theirs.value("object") == QLatin1String("list") && !at.startsWith("evt_");
        for (auto field = theirs.begin(); field != theirs.end(); ++field) {
            if (isList && field.key() == QLatin1String("has_more")) {
                if (ours.value("has_more").toBool(true)) {
                    return at + ".has_more";
                }
            } else if (isList && (field.key() == QLatin1String("url") || field.key() == QLatin1String("total_count"))) {
                continue; // where the rest was read from
            } else if (const QString where = differs(field.value(), ours.value(field.key()), at + '.' + field.key(), isErased); !where.isEmpty()) {
                return where;
            }
        }
        return {};
    }
    return shown == held ? QString() : at;
}

/// Compares objects as the lists show them: customers and what is theirs first, events last.
class MirrorComparison {
public:
    explicit MirrorComparison(const ch::store::MirrorReader& reader) : m_reader(reader) {}

    /// What is wrong with the mirror's copy; empty: nothing.
    QString wrongWith(const QJsonObject& shown)
    {
        const QString id = shown.value("id").toString();
        const QJsonObject about = id.startsWith("evt_") ? shown.value("data").toObject().value("object").toObject() : shown;
        const bool isErased = isOfDeleted(about);
        if (isErased) {
            m_ofDeleted.insert(id);
        }
        const auto json = m_reader.json(id);
        if (!json || !json->has_value()) {
            return json && isErased && id.startsWith("evt_") ? QString() : id + " is not in the mirror";
        }
        return differs(shown, QJsonDocument::fromJson(**json).object(), id, isErased);
    }

private:
    [[nodiscard]] bool isOfDeleted(const QJsonObject& object) const
    {
        for (const char* field : {"id", "customer", "source", "charge", "invoice", "payment_intent"}) {
            const QString id = object.value(field).toString();
            const auto customer = m_reader.customer(id);
            if (m_ofDeleted.contains(id) || (customer && *customer && (*customer)->deleted)) {
                return true;
            }
        }
        return false;
    }

    const ch::store::MirrorReader& m_reader;
    QSet<QString> m_ofDeleted;
};

} // namespace backfilltest

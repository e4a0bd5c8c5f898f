// SPDX-License-Identifier: GPL-3.0-or-later
// A mirror held against what a server's lists say, object by object and field by field.
#pragma once

#include "store/MirrorReader.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <functional>

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

/// The lists of an account as a mirror that events keep fresh is held against them.
inline const QList<QByteArray>& comparedLists()
{
    static const QList<QByteArray> lists = {"products", "prices?active=true", "prices?active=false", "coupons", "customers", "subscriptions?status=all", "invoices", "payment_intents",
        "subscription_schedules", "charges", "refunds", "credit_notes", "invoice_payments", "balance_transactions", "events"};
    return lists;
}

/// Compares a mirror that events keep fresh with every list of its server. Two things change at Stripe without an event, and no event shows them: they
/// are as old as the copy that was read, and held against what the mirror knows all the same.
class ListComparison {
public:
    using Ask = std::function<QJsonObject(const QByteArray& target)>;   ///< a GET

    /// nowSeconds: by the server's clock.
    ListComparison(const ch::store::MirrorReader& reader, Ask ask, qint64 nowSeconds) : m_reader(reader), m_ask(std::move(ask)), m_nowSeconds(nowSeconds), m_comparison(reader) {}

    void run()
    {
        for (const QByteArray& list : comparedLists()) {
            QByteArray after;
            for (bool more = true; more;) {
                const QJsonObject page = m_ask("/v1/" + list + (list.contains('?') ? '&' : '?') + "limit=100" + after);
                for (const QJsonValue& shown : page.value("data").toArray()) {
                    compare(shown.toObject());
                    after = "&starting_after=" + shown.toObject().value("id").toString().toUtf8();
                }
                more = page.value("has_more").toBool();
            }
        }
    }

    int compared = 0;
    QStringList wrong;
    int olderSequences = 0;   ///< customers whose copy tells an older number than their invoices do
    int olderStatuses = 0;    ///< balance transactions whose copy is from before they became available

private:
    void compare(const QJsonObject& shown)
    {
        ++compared;
        QJsonObject object = shown;
        const QString id = shown.value("id").toString();
        const QString kind = shown.value("object").toString();
        if (kind == QLatin1String("customer") && shown.contains("next_invoice_sequence")) {
            nextInvoice(shown, &object);
        } else if (kind == QLatin1String("balance_transaction")) {
            available(shown, &object);
        } else if (kind == QLatin1String("event")) {
            object.remove("pending_webhooks"); // what is still to be delivered of it
        }
        const QString what = m_comparison.wrongWith(object);
        if (!what.isEmpty()) {
            wrong << what;
        }
    }

    /// Counts on with each invoice that gets a number, which the mirror holds.
    void nextInvoice(const QJsonObject& shown, QJsonObject* object)
    {
        const QString id = shown.value("id").toString();
        qint64 next = held(id).value("next_invoice_sequence").toInteger();
        const auto invoices = m_reader.invoicesOfCustomer(id);
        qint64 known = next;
        for (const ch::stripe::Invoice& invoice : *invoices) {
            known = qMax(known, invoice.number.section('-', -1).toLongLong() + 1);
        }
        if (known != shown.value("next_invoice_sequence").toInteger()) {
            wrong << id + " next_invoice_sequence: " + QString::number(known) + ", not " + QString::number(shown.value("next_invoice_sequence").toInteger());
        }
        olderSequences += known != next ? 1 : 0;
        object->remove("next_invoice_sequence");
    }

    /// Becomes available when its time has come.
    void available(const QJsonObject& shown, QJsonObject* object)
    {
        const QString id = shown.value("id").toString();
        const QString status = held(id).value("status").toString();
        const bool isDue = shown.value("available_on").toInteger() <= m_nowSeconds;
        const QString known = status == QLatin1String("pending") && isDue ? QStringLiteral("available") : status;
        if (known != shown.value("status").toString()) {
            wrong << id + " status: " + known;
        }
        olderStatuses += known != status ? 1 : 0;
        object->remove("status");
    }

    [[nodiscard]] QJsonObject held(const QString& id) const
    {
        const auto json = m_reader.json(id);
        return json && *json ? QJsonDocument::fromJson(**json).object() : QJsonObject();
    }

    const ch::store::MirrorReader& m_reader;
    Ask m_ask;
    qint64 m_nowSeconds;
    MirrorComparison m_comparison;
};

} // namespace backfilltest

// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Evaluate.h"

#include "revenue/EvaluateHistory.h"
#include "stripe/Parse.h"

#include <QHash>
#include <QJsonDocument>
#include <QJsonObject>

namespace ch::revenue {

namespace {

const auto kCustomerDiscount = QStringLiteral("customer_discount");
const auto kInclusivePercent = QStringLiteral("tax_rate_inclusive_percent");
const auto kDurations = QStringLiteral("discount_durations_subtracted");

QByteArray textOf(const QJsonObject& object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

/// A number as it is written, or a decimal in a text.
Fraction decimalIn(const QJsonValue& value)
{
    if (value.isString()) {
        return Fraction::fromDecimal(value.toString().toStdString());
    }
    const QByteArray written = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return value.isDouble() ? Fraction::fromDecimal(std::string_view(written.constData() + 1, static_cast<size_t>(written.size() - 2))) : Fraction::invalid();
}

void fillIn(QJsonObject* object, const QString& id)
{
    if (!object->contains(QStringLiteral("id"))) {
        object->insert(QStringLiteral("id"), id);
    }
}

struct Entry {
    QJsonValue id;                           ///< as it was given
    stripe::Subscription subscription;
    std::optional<stripe::Discount> customerDiscount;
    QHash<QString, Fraction> inclusiveRates; ///< by item
    Definition definition;
    stripe::Seconds at = 0;
};

tl::unexpected<Error> refused(const QString& entry, const QString& what)
{
    return fail(ErrorKind::InvalidInput, QStringLiteral("%1: %2").arg(entry, what));
}

/// Items with ids where they have none, and without what Stripe's items do not have.
Result<QJsonArray> readItems(const QJsonObject& subscription, const QString& name, QHash<QString, Fraction>* rates)
{
    const QJsonValue items = subscription.value(QStringLiteral("items"));
    const QJsonArray given = items.isArray() ? items.toArray() : items.toObject().value(QStringLiteral("data")).toArray();
    QJsonArray made;
    for (const QJsonValue& value : given) {
        QJsonObject item = value.toObject();
        const QString number = QString::number(made.size() + 1);
        fillIn(&item, QStringLiteral("si_") + number);
        QJsonObject price = item.value(QStringLiteral("price")).toObject();
        if (!price.isEmpty()) {
            fillIn(&price, QStringLiteral("price_") + number);
            item.insert(QStringLiteral("price"), price);
        }
        if (const QJsonValue percent = item.take(kInclusivePercent); !percent.isNull() && !percent.isUndefined()) {
            const Fraction rate = decimalIn(percent);
            if (!rate.isValid() || rate.isNegative()) {
                return refused(name, QStringLiteral("%1 is no percentage.").arg(kInclusivePercent));
            }
            rates->insert(item.value(QStringLiteral("id")).toString(), rate / Fraction(100));
        }
        made.append(item);
    }
    return made;
}

Status readDurations(const QJsonObject& given, const QString& name, Definition* definition)
{
    const QJsonValue durations = given.value(kDurations);
    if (durations.isUndefined() || durations.isNull()) {
        return {};
    }
    const std::pair<QString, bool Definition::*> words[] = {{QStringLiteral("forever"), &Definition::subtractForever}, {QStringLiteral("repeating"), &Definition::subtractRepeating}, {QStringLiteral("once"), &Definition::subtractOnce}};
    for (const auto& [word, setting] : words) {
        definition->*setting = false;
    }
    bool known = durations.isArray();
    for (const QJsonValue& duration : durations.toArray()) {
        const auto* found = std::find_if(std::begin(words), std::end(words), [&duration](const auto& word) { return word.first == duration.toString(); });
        known = known && found != std::end(words);
        if (found != std::end(words)) {
            definition->*(found->second) = true;
        }
    }
    return known ? Status() : Status(refused(name, QStringLiteral("%1 is an array of forever, repeating and once.").arg(kDurations)));
}

Result<Entry> readEntry(const QJsonValue& value, int number, const Definition& definition, stripe::Seconds now)
{
    const QJsonObject given = value.toObject();
    Entry entry;
    entry.id = given.value(QStringLiteral("id"));
    entry.definition = definition;
    const QString id = entry.id.toVariant().toString();
    const QString name = id.isEmpty() ? QStringLiteral("Entry %1").arg(number) : QStringLiteral("Entry %1 (%2)").arg(number).arg(id);
    QJsonObject subscription = given.value(QStringLiteral("subscription")).toObject();
    if (subscription.isEmpty()) {
        return refused(name, QStringLiteral("\"subscription\" is missing, or is no object."));
    }
    const QJsonValue at = given.value(QStringLiteral("at"));
    if (!at.isUndefined() && !at.isNull() && !at.isDouble()) {
        return refused(name, QStringLiteral("\"at\" is a number of seconds since 1970, UTC."));
    }
    entry.at = at.isDouble() ? at.toInteger() : now;
    if (const Status read = readDurations(given, name, &entry.definition); !read) {
        return fail(read.error());
    }
    auto items = readItems(subscription, name, &entry.inclusiveRates);
    if (!items) {
        return fail(items.error());
    }
    QJsonObject list = subscription.value(QStringLiteral("items")).toObject();
    list.insert(QStringLiteral("data"), *items);
    subscription.insert(QStringLiteral("items"), list);
    fillIn(&subscription, QStringLiteral("sub_%1").arg(number));
    if (const QJsonObject discount = subscription.take(kCustomerDiscount).toObject(); !discount.isEmpty()) {
        QJsonObject named = discount;
        fillIn(&named, QStringLiteral("di_%1").arg(number));
        const auto read = stripe::parseObject<stripe::Discount>(textOf(named));
        if (!read) {
            return refused(name, QStringLiteral("%1: %2").arg(kCustomerDiscount, read.error().message));
        }
        entry.customerDiscount = *read;
    }
    const auto read = stripe::parseObject<stripe::Subscription>(textOf(subscription));
    if (!read) {
        return refused(name, read.error().message);
    }
    entry.subscription = *read;
    return entry;
}

/// Good as long as the entry.
Surroundings surroundingsOf(const Entry& entry)
{
    Surroundings surroundings;
    surroundings.customerDiscount = entry.customerDiscount;
    surroundings.inclusiveTaxRate = [&entry](const QString& itemId) -> std::optional<Fraction> {
        const auto rate = entry.inclusiveRates.constFind(itemId);
        return rate == entry.inclusiveRates.cend() ? std::nullopt : std::optional<Fraction>(*rate);
    };
    return surroundings;
}

QJsonObject valued(const Entry& entry)
{
    const Surroundings surroundings = surroundingsOf(entry);
    const SubscriptionMrr value = mrrOf(entry.subscription, surroundings, entry.definition, entry.at);
    const bool known = value.problem == ValueProblem::None;
    const auto amount = [known](qint64 minor) { return known ? QJsonValue(minor) : QJsonValue(QJsonValue::Null); };
    QJsonArray items;
    for (const ItemMrr& item : value.items) {
        items.append(item.mrrMinor);
    }
    return {{QStringLiteral("id"), entry.id}, {QStringLiteral("list_minor"), amount(value.listMinor)}, {QStringLiteral("contracted_minor"), amount(value.contractedMinor)},
        {QStringLiteral("net_minor"), amount(value.netMinor)}, {QStringLiteral("mrr_minor"), amount(value.mrrMinor)},
        {QStringLiteral("items_minor"), known ? QJsonValue(items) : QJsonValue(QJsonValue::Null)}, {QStringLiteral("currency"), entry.subscription.currency},
        {QStringLiteral("problem"), known ? QJsonValue(QJsonValue::Null) : QJsonValue(valueProblemCode(value.problem))}, {QStringLiteral("approximate"), value.approximate}};
}

} // namespace

Result<QJsonArray> evaluate(const QByteArray& json, const Definition& definition, stripe::Seconds now)
{
    QJsonParseError parsing;
    const QJsonDocument document = QJsonDocument::fromJson(json, &parsing);
    if (!document.isArray()) {
        return fail(ErrorKind::InvalidInput, parsing.error == QJsonParseError::NoError
                ? QStringLiteral("This is no JSON array of {\"id\", \"subscription\"}.")
                : QStringLiteral("This is no JSON: %1 at byte %2.").arg(parsing.errorString()).arg(parsing.offset));
    }
    QJsonArray values;
    int number = 0;
    for (const QJsonValue& value : document.array()) {
        const auto entry = readEntry(value, ++number, definition, now);
        if (!entry) {
            return fail(entry.error());
        }
        QJsonObject made = valued(*entry);
        const QJsonObject given = value.toObject();
        if (given.contains(QStringLiteral("invoices")) || given.contains(QStringLiteral("events"))) {
            const auto history = historyOf(given, entry->subscription, surroundingsOf(*entry), entry->definition, entry->at);
            if (!history) {
                return refused(QStringLiteral("Entry %1").arg(number), history.error().message);
            }
            made.insert(QStringLiteral("history"), *history);
        }
        values.append(made);
    }
    return values;
}

} // namespace ch::revenue

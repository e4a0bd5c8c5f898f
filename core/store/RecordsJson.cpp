// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/RecordsFile.h"

#include <QRegularExpression>
#include <QSet>
#include <algorithm>
#include <simdjson.h>

namespace ch::store {

namespace {

using SjValue = simdjson::ondemand::value;
using SjType = simdjson::ondemand::json_type;

struct RecordsField {
    const char* name;
    QString Record::*member;
};

// In the order in which they are written.
constexpr RecordsField kRecordFields[] = {
    {"business_id", &Record::businessId},
    {"business_name", &Record::businessName},
    {"business_type", &Record::businessType},
    {"stripe_customer_id", &Record::customerId},
    {"stripe_subscription_id", &Record::subscriptionId},
    {"stripe_payment_intent_id", &Record::paymentIntentId},
    {"subscription_status", &Record::subscriptionStatus},
};
constexpr char kPriceField[] = "monthly_price_usd";
constexpr char kTakenDownField[] = "taken_down_at_ms"; // ours: an export that is read back keeps what is closed

tl::unexpected<Error> recordsFault(const QString& place, const QString& fault)
{
    return fail(ErrorKind::InvalidInput, QStringLiteral("The records file cannot be imported: %1%2").arg(place.isEmpty() ? QString() : place + QStringLiteral(": "), fault));
}

QString recordsText(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString recordsTypeName(SjType type)
{
    switch (type) {
    case SjType::array: return QStringLiteral("a list");
    case SjType::object: return QStringLiteral("an object");
    case SjType::number: return QStringLiteral("a number");
    case SjType::string: return QStringLiteral("a text");
    case SjType::boolean: return QStringLiteral("true or false");
    case SjType::null: return QStringLiteral("null");
    }
    return QStringLiteral("something unknown");
}

bool recordsIsDecimal(const QString& text)
{
    static const QRegularExpression kDecimal(QStringLiteral("^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?$"));
    return kDecimal.match(text).hasMatch();
}

Status recordsReadPrice(SjValue& value, SjType type, const QString& place, Record& record)
{
    if (type == SjType::number) {
        const std::string_view raw = value.raw_json_token();
        record.monthlyPriceUsd = recordsText(raw).trimmed();
        return {};
    }
    std::string_view text;
    if (type != SjType::string || value.get_string().get(text) != simdjson::SUCCESS) {
        return recordsFault(place, QStringLiteral("%1 is %2; a number is expected.").arg(QLatin1String(kPriceField), recordsTypeName(type)));
    }
    record.monthlyPriceUsd = recordsText(text);
    if (!record.monthlyPriceUsd.isEmpty() && !recordsIsDecimal(record.monthlyPriceUsd)) {
        return recordsFault(place, QStringLiteral("%1 is \"%2\"; a number is expected.").arg(QLatin1String(kPriceField), record.monthlyPriceUsd));
    }
    return {};
}

Status recordsReadField(const QString& name, SjValue& value, const QString& place, Record& record)
{
    SjType type{};
    if (value.type().get(type) != simdjson::SUCCESS) {
        return recordsFault(place, QStringLiteral("%1 cannot be read.").arg(name));
    }
    if (type == SjType::null) {
        return {};
    }
    if (name == QLatin1String(kPriceField)) {
        return recordsReadPrice(value, type, place, record);
    }
    if (name == QLatin1String(kTakenDownField)) {
        int64_t ms = 0;
        if (type != SjType::number || value.get_int64().get(ms) != simdjson::SUCCESS || ms < 0) {
            return recordsFault(place, QStringLiteral("%1 is not a whole number of milliseconds.").arg(name));
        }
        record.takenDownAtMs = ms;
        return {};
    }
    for (const RecordsField& field : kRecordFields) {
        if (name != QLatin1String(field.name)) {
            continue;
        }
        std::string_view text;
        if (type != SjType::string || value.get_string().get(text) != simdjson::SUCCESS) {
            return recordsFault(place, QStringLiteral("%1 is %2; a text is expected.").arg(name, recordsTypeName(type)));
        }
        record.*field.member = recordsText(text).trimmed();
    }
    return {};
}

/// key: the business id that an object of records gives it; empty in a list.
Result<Record> recordsReadOne(SjValue& value, const QString& key, const QString& place)
{
    SjType type{};
    if (value.type().get(type) != simdjson::SUCCESS || type != SjType::object) {
        return recordsFault(place, QStringLiteral("%1 stands where a record (an object in braces) is expected.").arg(recordsTypeName(type)));
    }
    simdjson::ondemand::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS) {
        return recordsFault(place, QStringLiteral("it cannot be read."));
    }
    Record record;
    QSet<QString> seen;
    for (auto field : object) {
        std::string_view rawName;
        SjValue fieldValue;
        if (field.unescaped_key().get(rawName) != simdjson::SUCCESS) {
            return recordsFault(place, QStringLiteral("a field name cannot be read."));
        }
        const QString name = recordsText(rawName);
        if (field.value().get(fieldValue) != simdjson::SUCCESS) {
            return recordsFault(place, QStringLiteral("%1 cannot be read.").arg(name));
        }
        if (seen.contains(name)) {
            return recordsFault(place, QStringLiteral("the field %1 is there twice.").arg(name));
        }
        seen.insert(name);
        if (const Status read = recordsReadField(name, fieldValue, place, record); !read) {
            return fail(read.error());
        }
    }
    if (!key.isEmpty() && !record.businessId.isEmpty() && record.businessId != key) {
        return recordsFault(place, QStringLiteral("its business_id says \"%1\". Make the two agree.").arg(record.businessId));
    }
    if (record.businessId.isEmpty()) {
        record.businessId = key;
    }
    if (record.businessId.isEmpty()) {
        return recordsFault(place, QStringLiteral("it has no business_id."));
    }
    return record;
}

class RecordsReader {
public:
    Status add(SjValue& value, const QString& key, const QString& place)
    {
        Result<Record> record = recordsReadOne(value, key, place);
        if (!record) {
            return fail(record.error());
        }
        if (m_seen.contains(record->businessId)) {
            return recordsFault(QString(), QStringLiteral("it names the business \"%1\" twice. Keep one of the two.").arg(record->businessId));
        }
        m_seen.insert(record->businessId);
        records.push_back(*std::move(record));
        return {};
    }

    Status addObject(simdjson::ondemand::object object)
    {
        for (auto field : object) {
            std::string_view rawKey;
            SjValue value;
            if (field.unescaped_key().get(rawKey) != simdjson::SUCCESS) {
                return recordsFault(QString(), QStringLiteral("a business id cannot be read."));
            }
            const QString key = recordsText(rawKey).trimmed();
            const QString place = QStringLiteral("record \"%1\"").arg(key);
            if (key.isEmpty()) {
                return recordsFault(QString(), QStringLiteral("one record has an empty business id."));
            }
            if (field.value().get(value) != simdjson::SUCCESS) {
                return recordsFault(place, QStringLiteral("it cannot be read."));
            }
            if (const Status added = add(value, key, place); !added) {
                return added;
            }
        }
        return {};
    }

    Status addArray(simdjson::ondemand::array array)
    {
        int number = 0;
        for (auto element : array) {
            const QString place = QStringLiteral("record %1").arg(++number);
            SjValue value;
            if (element.get(value) != simdjson::SUCCESS) {
                return recordsFault(place, QStringLiteral("it cannot be read."));
            }
            if (const Status added = add(value, QString(), place); !added) {
                return added;
            }
        }
        return {};
    }

    std::vector<Record> records;

private:
    QSet<QString> m_seen;
};

QByteArray recordsQuoted(const QString& text)
{
    QByteArray out = "\"";
    for (const char c : text.toUtf8()) {
        if (c == '"' || c == '\\') {
            out.append('\\').append(c);
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out.append("\\u00").append(QByteArray::number(static_cast<int>(c), 16).rightJustified(2, '0'));
        } else {
            out.append(c);
        }
    }
    return out.append('"');
}

} // namespace

Result<std::vector<Record>> parseRecords(const QByteArray& json)
{
    QByteArray text = json.startsWith("\xEF\xBB\xBF") ? json.mid(3) : json;
    if (text.trimmed().isEmpty()) {
        return recordsFault(QString(), QStringLiteral("it is empty."));
    }
    const simdjson::padded_string padded(text.constData(), static_cast<size_t>(text.size()));
    // The whole text is judged first: reading on demand passes over what it does not look at.
    simdjson::dom::parser whole;
    if (const simdjson::error_code code = whole.parse(padded).error(); code != simdjson::SUCCESS) {
        return recordsFault(QString(), QStringLiteral("it is not JSON (%1). Give a JSON file saved as UTF-8.").arg(QString::fromUtf8(simdjson::error_message(code))));
    }
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document document;
    SjType type{};
    if (parser.iterate(padded).get(document) != simdjson::SUCCESS || document.type().get(type) != simdjson::SUCCESS) {
        return recordsFault(QString(), QStringLiteral("it is not JSON. Give a JSON file saved as UTF-8."));
    }
    RecordsReader reader;
    Status read;
    if (simdjson::ondemand::object object; type == SjType::object && document.get_object().get(object) == simdjson::SUCCESS) {
        read = reader.addObject(object);
    } else if (simdjson::ondemand::array array; type == SjType::array && document.get_array().get(array) == simdjson::SUCCESS) {
        read = reader.addArray(array);
    } else {
        return recordsFault(QString(), QStringLiteral("it holds %1; an object keyed by business id, or a list of records, is expected.").arg(recordsTypeName(type)));
    }
    if (!read) {
        return fail(read.error());
    }
    return std::move(reader.records);
}

QByteArray recordsToJson(const std::vector<Record>& records)
{
    std::vector<const Record*> sorted;
    for (const Record& record : records) {
        sorted.push_back(&record);
    }
    std::sort(sorted.begin(), sorted.end(), [](const Record* a, const Record* b) { return a->businessId < b->businessId; });
    QByteArray out = "{";
    for (const Record* record : sorted) {
        out.append(out.size() == 1 ? "\n  " : ",\n  ").append(recordsQuoted(record->businessId)).append(": {");
        for (const RecordsField& field : kRecordFields) {
            const QString& value = record->*field.member;
            out.append(&field == kRecordFields ? "\n    \"" : ",\n    \"").append(field.name).append("\": ");
            out.append(value.isEmpty() ? QByteArray("null") : recordsQuoted(value));
        }
        const QString& price = record->monthlyPriceUsd;
        out.append(",\n    \"").append(kPriceField).append("\": ");
        out.append(price.isEmpty() ? QByteArray("null") : recordsIsDecimal(price) ? price.toUtf8() : recordsQuoted(price));
        if (record->takenDownAtMs != 0) {
            out.append(",\n    \"").append(kTakenDownField).append("\": ").append(QByteArray::number(record->takenDownAtMs));
        }
        out.append("\n  }");
    }
    return out.append(records.empty() ? "}\n" : "\n}\n");
}

} // namespace ch::store

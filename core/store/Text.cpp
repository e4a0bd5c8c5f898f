// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Text.h"

#include <memory>
#include <simdjson.h>
#include <vector>

namespace ch::store {

QString folded(const QString& text)
{
    bool plain = true;
    for (const QChar c : text) {
        if (c.unicode() >= 0x80) {
            plain = false;
            break;
        }
    }
    if (plain) { // nearly all: toLower would ask its tables for every letter
        QString lower = text;
        for (QChar& c : lower) {
            if (c >= QLatin1Char('A') && c <= QLatin1Char('Z')) {
                c = QChar(c.unicode() + ('a' - 'A'));
            }
        }
        return lower;
    }
    const QString apart = text.normalized(QString::NormalizationForm_KD);
    QString bare;
    bare.reserve(apart.size());
    for (const QChar c : apart) {
        if (c.category() != QChar::Mark_NonSpacing) {
            bare.append(c);
        }
    }
    return bare.toCaseFolded();
}

QByteArray indentedJson(QByteArrayView json)
{
    QByteArray out;
    out.reserve(json.size() * 2);
    int depth = 0;
    bool inString = false;
    const auto newLine = [&] {
        out.append('\n');
        out.append(2 * depth, ' ');
    };
    for (qsizetype i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (inString) {
            out.append(c);
            if (c == '\\' && i + 1 < json.size()) {
                out.append(json[++i]);
            } else if (c == '"') {
                inString = false;
            }
            continue;
        }
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            continue;
        }
        if (c == '}' || c == ']') {
            --depth;
            if (!out.endsWith('{') && !out.endsWith('[')) {
                newLine();
            }
        } else if (out.endsWith('{') || out.endsWith('[')) {
            newLine();
        }
        out.append(c);
        if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == ',') {
            newLine();
        } else if (c == ':') {
            out.append(' ');
        }
    }
    return out;
}

namespace {

struct FieldSpan {
    qsizetype from = 0;
    qsizetype size = 0;
};

/// What looking into an object takes; making it anew takes longer than the look. Given back after an odd giant.
struct TextParser {
    simdjson::ondemand::parser parser;
    std::vector<char> padded;
};

TextParser& textParser()
{
    constexpr size_t kKeptBytes = 8U << 20;
    thread_local std::unique_ptr<TextParser> kept;
    if (!kept || kept->padded.size() > kKeptBytes) {
        kept = std::make_unique<TextParser>();
    }
    return *kept;
}

/// Where the value of key lies in json; size 0: no such field. Nothing: not an object.
std::optional<FieldSpan> textFindField(const QByteArray& json, const char* key)
{
    auto& [parser, padded] = textParser();
    const auto size = static_cast<size_t>(json.size());
    padded.assign(json.begin(), json.end());
    padded.resize(size + simdjson::SIMDJSON_PADDING, '\0');
    simdjson::ondemand::document document;
    simdjson::ondemand::object object;
    if (parser.iterate(padded.data(), size, padded.size()).get(document) != simdjson::SUCCESS || document.get_object().get(object) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    FieldSpan span;
    for (auto field : object) {
        std::string_view name;
        if (field.unescaped_key().get(name) != simdjson::SUCCESS) {
            return std::nullopt;
        }
        if (name != key) {
            continue;
        }
        simdjson::ondemand::value value;
        simdjson::ondemand::json_type type{};
        std::string_view raw;
        if (field.value().get(value) != simdjson::SUCCESS || value.type().get(type) != simdjson::SUCCESS) {
            return std::nullopt;
        }
        if (type == simdjson::ondemand::json_type::object) {
            simdjson::ondemand::object inner;
            if (value.get_object().get(inner) != simdjson::SUCCESS || inner.raw_json().get(raw) != simdjson::SUCCESS) {
                return std::nullopt;
            }
        } else if (type == simdjson::ondemand::json_type::array) {
            simdjson::ondemand::array inner;
            if (value.get_array().get(inner) != simdjson::SUCCESS || inner.raw_json().get(raw) != simdjson::SUCCESS) {
                return std::nullopt;
            }
        } else {
            raw = value.raw_json_token();
        }
        span.from = raw.data() - padded.data();
        span.size = static_cast<qsizetype>(raw.size());
        while (span.size > 0 && QByteArrayView(" \t\r\n").contains(json[span.from + span.size - 1])) {
            --span.size; // a scalar's token reaches to the next structural character
        }
        return span;
    }
    return span;
}

} // namespace

std::optional<QByteArray> jsonField(const QByteArray& json, const char* key)
{
    const std::optional<FieldSpan> span = textFindField(json, key);
    if (!span || span->size == 0) {
        return std::nullopt;
    }
    return json.mid(span->from, span->size);
}

QByteArrayList jsonObjects(const QByteArray& json)
{
    const simdjson::padded_string padded(json.constData(), static_cast<size_t>(json.size()));
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document document;
    simdjson::ondemand::array array;
    if (parser.iterate(padded).get(document) != simdjson::SUCCESS || document.get_array().get(array) != simdjson::SUCCESS) {
        return {};
    }
    QByteArrayList elements;
    for (auto element : array) {
        simdjson::ondemand::object object;
        std::string_view raw;
        if (element.get_object().get(object) != simdjson::SUCCESS || object.raw_json().get(raw) != simdjson::SUCCESS) {
            return {};
        }
        elements << QByteArray(raw.data(), static_cast<qsizetype>(raw.size())).trimmed();
    }
    return elements;
}

Result<QByteArray> withJsonField(const QByteArray& json, const char* key, const QByteArray& rawValue)
{
    const std::optional<FieldSpan> span = textFindField(json, key);
    if (!span) {
        return fail(ErrorKind::Protocol, QStringLiteral("An object of Stripe's could not be read as JSON."));
    }
    QByteArray out = json;
    if (span->size > 0) {
        return out.replace(span->from, span->size, rawValue);
    }
    const qsizetype brace = out.indexOf('{');
    const bool isEmpty = out.mid(brace + 1).trimmed().startsWith('}');
    return out.insert(brace + 1, QByteArray("\"") + key + "\":" + rawValue + (isEmpty ? "" : ","));
}

} // namespace ch::store

// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Json.h"

#include <charconv>
#include <cstring>

namespace ch::sandbox {

void Json::grow(qsizetype least)
{
    const qsizetype used = m_at - m_out.constData();
    m_out.resize(std::max(m_out.size() * 2, used + least + 64));
    m_at = m_out.data() + used;
    m_end = m_out.data() + m_out.size();
}

void Json::comma()
{
    if (!m_first)
        write(',');
    m_first = false;
}

void Json::lead(const char* key)
{
    comma();
    if (key) {
        write('"');
        write(key, static_cast<qsizetype>(std::strlen(key)));
        write("\":", 2);
    }
}

void Json::quote(const char* text, qsizetype size)
{
    static const char kHex[] = "0123456789abcdef";
    write('"');
    qsizetype start = 0;
    for (qsizetype i = 0; i < size; ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        write(text + start, i - start);
        start = i + 1;
        switch (c) {
        case '"': write("\\\"", 2); break;
        case '\\': write("\\\\", 2); break;
        case '\n': write("\\n", 2); break;
        case '\t': write("\\t", 2); break;
        case '\r': write("\\r", 2); break;
        default:
            write("\\u00", 4);
            write(kHex[c >> 4]);
            write(kHex[c & 15]);
        }
    }
    write(text + start, size - start);
    write('"');
}

Json& Json::open(const char* key, char bracket)
{
    lead(key);
    write(bracket);
    m_first = true;
    return *this;
}

Json& Json::end(char bracket)
{
    write(bracket);
    m_first = false;
    return *this;
}

Json& Json::text(const char* key, const QByteArray& value)
{
    lead(key);
    quote(value.constData(), value.size());
    return *this;
}

Json& Json::text(const char* key, const char* value)
{
    lead(key);
    quote(value, static_cast<qsizetype>(std::strlen(value)));
    return *this;
}

Json& Json::textOrNull(const char* key, const QByteArray& value)
{
    return value.isEmpty() ? null(key) : text(key, value);
}

Json& Json::number(const char* key, qint64 value)
{
    lead(key);
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    write(digits, end - digits);
    return *this;
}

Json& Json::instant(const char* key, qint64 value)
{
    return value == 0 ? null(key) : number(key, value);
}

Json& Json::boolean(const char* key, bool value)
{
    lead(key);
    write(value ? "true" : "false", value ? 4 : 5);
    return *this;
}

Json& Json::null(const char* key)
{
    lead(key);
    write("null", 4);
    return *this;
}

Json& Json::raw(const char* key, const QByteArray& json)
{
    lead(key);
    write(json.constData(), json.size());
    return *this;
}

Json& Json::member(const QByteArray& key, const QByteArray& value)
{
    comma();
    quote(key.constData(), key.size());
    write(':');
    quote(value.constData(), value.size());
    return *this;
}

QByteArray Json::quoted(const QByteArray& text)
{
    Json json(static_cast<int>(text.size()) + 8);
    json.text(nullptr, text);
    return json.take();
}

} // namespace ch::sandbox

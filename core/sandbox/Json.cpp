// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Json.h"

#include <cstring>

namespace ch::sandbox {

void Json::comma()
{
    if (!m_first)
        m_out.append(',');
    m_first = false;
}

void Json::lead(const char* key)
{
    comma();
    if (key) {
        m_out.append('"').append(key).append("\":", 2);
    }
}

void Json::quote(const char* text, qsizetype size)
{
    static const char kHex[] = "0123456789abcdef";
    m_out.append('"');
    qsizetype start = 0;
    for (qsizetype i = 0; i < size; ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        m_out.append(text + start, i - start);
        start = i + 1;
        switch (c) {
        case '"': m_out.append("\\\"", 2); break;
        case '\\': m_out.append("\\\\", 2); break;
        case '\n': m_out.append("\\n", 2); break;
        case '\t': m_out.append("\\t", 2); break;
        case '\r': m_out.append("\\r", 2); break;
        default: m_out.append("\\u00", 4).append(kHex[c >> 4]).append(kHex[c & 15]);
        }
    }
    m_out.append(text + start, size - start);
    m_out.append('"');
}

Json& Json::open(const char* key, char bracket)
{
    lead(key);
    m_out.append(bracket);
    m_first = true;
    return *this;
}

Json& Json::end(char bracket)
{
    m_out.append(bracket);
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
    m_out.append(QByteArray::number(value));
    return *this;
}

Json& Json::instant(const char* key, qint64 value)
{
    return value == 0 ? null(key) : number(key, value);
}

Json& Json::boolean(const char* key, bool value)
{
    lead(key);
    m_out.append(value ? "true" : "false");
    return *this;
}

Json& Json::null(const char* key)
{
    lead(key);
    m_out.append("null", 4);
    return *this;
}

Json& Json::raw(const char* key, const QByteArray& json)
{
    lead(key);
    m_out.append(json);
    return *this;
}

Json& Json::member(const QByteArray& key, const QByteArray& value)
{
    comma();
    quote(key.constData(), key.size());
    m_out.append(':');
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

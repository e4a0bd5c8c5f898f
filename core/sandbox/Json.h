// SPDX-License-Identifier: GPL-3.0-or-later
// Writes JSON text straight into a byte array: the engine keeps compact structs and shapes an answer only when asked.
// Text is UTF-8 as given; keys are written as they are (never user text without escaping: use member()). One thread.
#pragma once

#include <QByteArray>

namespace ch::sandbox {

class Json {
public:
    explicit Json(int reserve = 1024) { m_out.reserve(reserve); }

    Json& object(const char* key = nullptr) { return open(key, '{'); }
    Json& array(const char* key = nullptr) { return open(key, '['); }
    Json& end(char bracket);
    Json& endObject() { return end('}'); }
    Json& endArray() { return end(']'); }

    Json& text(const char* key, const QByteArray& value);
    Json& text(const char* key, const char* value);
    /// null when empty.
    Json& textOrNull(const char* key, const QByteArray& value);
    Json& number(const char* key, qint64 value);
    /// null when zero: for instants, where zero means never.
    Json& instant(const char* key, qint64 value);
    Json& boolean(const char* key, bool value);
    Json& null(const char* key);
    /// A finished piece of JSON.
    Json& raw(const char* key, const QByteArray& json);
    /// A member whose key is user text (metadata).
    Json& member(const QByteArray& key, const QByteArray& value);

    [[nodiscard]] const QByteArray& bytes() const { return m_out; }
    [[nodiscard]] QByteArray take() { return std::move(m_out); }

    [[nodiscard]] static QByteArray quoted(const QByteArray& text);

private:
    Json& open(const char* key, char bracket);
    void comma();
    void lead(const char* key);
    void quote(const char* text, qsizetype size);

    QByteArray m_out;
    bool m_first = true;
};

} // namespace ch::sandbox

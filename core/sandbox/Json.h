// SPDX-License-Identifier: GPL-3.0-or-later
// Writes JSON text straight into a byte array: the engine keeps compact structs and shapes an answer only when asked.
// Text is UTF-8 as given; keys are written as they are (never user text without escaping: use member()). One thread.
#pragma once

#include <QByteArray>
#include <cstring>

namespace ch::sandbox {

class Json {
public:
    explicit Json(int reserve = 1024) : m_out(reserve, Qt::Uninitialized), m_at(m_out.data()), m_end(m_at + reserve) {}
    Json(const Json&) = delete;
    Json& operator=(const Json&) = delete;

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

    /// What was written; nothing can be written after it.
    [[nodiscard]] QByteArray take()
    {
        m_out.resize(m_at - m_out.constData());
        m_at = m_end = nullptr;
        return std::move(m_out);
    }

    [[nodiscard]] static QByteArray quoted(const QByteArray& text);

private:
    Json& open(const char* key, char bracket);
    void comma();
    void lead(const char* key);
    void quote(const char* text, qsizetype size);
    /// Writes as it is. Growing a QByteArray by appends checks its ownership each time, which a page of a hundred objects notices.
    void write(const char* text, qsizetype size)
    {
        if (m_end - m_at < size)
            grow(size);
        std::memcpy(m_at, text, static_cast<size_t>(size));
        m_at += size;
    }
    void write(char c)
    {
        if (m_at == m_end)
            grow(1);
        *m_at++ = c;
    }
    void grow(qsizetype least);

    QByteArray m_out;
    char *m_at, *m_end;
    bool m_first = true;
};

} // namespace ch::sandbox

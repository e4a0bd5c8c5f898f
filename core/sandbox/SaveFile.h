// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes of a saved account: fields one after the other as RowVisit.h names them, in this computer's order of bytes, without names.
// What is read may be cut off or foreign: the reader then gives empty values and is not good() any more; it never reads beyond the end.
#pragma once

#include "sandbox/RowVisit.h"

#include <cstring>
#include <list>
#include <set>
#include <type_traits>

namespace ch::sandbox {

class SaveWriter {
public:
    template <typename T>
    void plain(const T& value)
    {
        static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_same_v<T, Wide>);
        m_out.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    void text(const QByteArray& value)
    {
        plain(static_cast<qint64>(value.size()));
        m_out.append(value);
    }
    void texts(const QList<QByteArray>& values);
    void name(const QByteArray& value) { text(value); }
    void email(const QByteArray& value) { text(value); }
    void metadata(const Metadata& value);
    void extras(const Extras& value);
    void decline(const Decline* value);
    void literal(const char* value);
    void reference(Kind, Index index) { plain(index); }
    template <typename T, typename Each>
    void list(const std::vector<T>& rows, Each each)
    {
        plain(static_cast<qint64>(rows.size()));
        for (const T& row : rows)
            each(row);
    }
    void snapshot(const std::shared_ptr<const Snapshot>& value);

    [[nodiscard]] QByteArray take() { return std::move(m_out); }

private:
    QByteArray m_out;
};

/// What rows point at that is compiled in where it was not read from a file. Lives as long as the account.
struct SavedTexts {
    std::set<QByteArray> words;
    std::list<Decline> declines;
};

class SaveReader {
public:
    SaveReader(const QByteArray& bytes, SavedTexts* texts) : m_bytes(bytes), m_texts(texts) {}

    void keepTextsIn(SavedTexts* texts) { m_texts = texts; }
    [[nodiscard]] bool good() const { return m_good; }
    [[nodiscard]] bool atEnd() const { return m_at == m_bytes.size(); }
    void fail() { m_good = false; }

    template <typename T>
    [[nodiscard]] T value()
    {
        T out{};
        plain(out);
        return out;
    }
    template <typename T>
    void plain(T& value)
    {
        static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_same_v<T, Wide>);
        if (!holds(sizeof value))
            return;
        std::memcpy(&value, m_bytes.constData() + m_at, sizeof value);
        m_at += static_cast<qsizetype>(sizeof value);
    }
    void text(QByteArray& value);
    void texts(QList<QByteArray>& values);
    void name(QByteArray& value) { text(value); }
    void email(QByteArray& value) { text(value); }
    void metadata(Metadata& value);
    void extras(Extras& value);
    void decline(const Decline*& value);
    void literal(const char*& value);
    void reference(Kind, Index& index) { plain(index); }
    template <typename T, typename Each>
    void list(std::vector<T>& rows, Each each)
    {
        rows.clear();
        for (auto count = value<qint64>(); count > 0 && m_good; --count)
            each(rows.emplace_back());
    }
    void snapshot(std::shared_ptr<const Snapshot>& value);

private:
    [[nodiscard]] bool holds(size_t bytes)
    {
        m_good = m_good && static_cast<size_t>(m_bytes.size() - m_at) >= bytes;
        return m_good;
    }

    const QByteArray m_bytes;
    SavedTexts* m_texts;
    qsizetype m_at = 0;
    bool m_good = true;
};

} // namespace ch::sandbox

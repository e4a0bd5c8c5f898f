// SPDX-License-Identifier: GPL-3.0-or-later
// What happened in a run, line by line: its hash says whether two runs were the same, its lines are for a person. Counts by name beside it.
#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <map>

namespace ch::sim {

class Trace {
public:
    explicit Trace(bool keepsLines) : m_keeps(keepsLines) {}

    void add(qint64 atMs, const QByteArray& line)
    {
        const QByteArray whole = QByteArray::number(atMs) + ' ' + line;
        for (const char c : whole) {
            m_hash = (m_hash ^ static_cast<quint8>(c)) * 0x100000001B3ULL; // FNV-1a
        }
        ++m_count;
        if (m_keeps) {
            m_lines << whole;
        }
    }
    void count(const QByteArray& name, qint64 by = 1) { m_counts[name] += by; }

    [[nodiscard]] quint64 hash() const { return m_hash; }
    [[nodiscard]] qint64 events() const { return m_count; }
    [[nodiscard]] const QByteArrayList& lines() const { return m_lines; }
    [[nodiscard]] const std::map<QByteArray, qint64>& counts() const { return m_counts; }

private:
    bool m_keeps;
    quint64 m_hash = 0xCBF29CE484222325ULL;
    qint64 m_count = 0;
    QByteArrayList m_lines;
    std::map<QByteArray, qint64> m_counts;
};

} // namespace ch::sim

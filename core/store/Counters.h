// SPDX-License-Identifier: GPL-3.0-or-later
// Counters and histograms in the records file: sums that only grow, in rows, so that what the window, the terminal and an earlier start
// did all counts. What an operation counts is written in the transaction in which it ends (Journal::Ending::counts): counters and journal
// never disagree. Several programs may add at once; nothing is lost. Amounts are whole numbers in the unit that the counter's owner
// chose (cents of revenue, pieces). Part of a RecordsFile, in its thread.
#pragma once

#include "base/Error.h"

#include <QMap>
#include <QString>
#include <vector>

namespace ch::store {

class Database;

using CounterLabels = QMap<QString, QString>;

/// One thing to be added, or one counter as it stands.
struct Count {
    QString name;
    CounterLabels labels;
    qint64 amount = 0;            ///< of what is added: at least 0
    bool operator==(const Count&) const = default;
};

/// The values of a histogram that fell into one bucket.
struct HistogramPart {
    QString name;
    CounterLabels labels;
    qint64 upToMs = 0;            ///< upper bound of the bucket; kEndlessMs: the one without
    qint64 count = 0;
    qint64 sumMs = 0;
    bool operator==(const HistogramPart&) const = default;
};

inline constexpr qint64 kEndlessMs = 1LL << 62;

class Counters {
public:
    Counters(const Counters&) = delete;
    Counters& operator=(const Counters&) = delete;

    /// All or nothing. InvalidInput: a negative amount.
    [[nodiscard]] Status add(const std::vector<Count>& counts);
    [[nodiscard]] Status add(const std::vector<HistogramPart>& parts);
    /// By name and labels.
    [[nodiscard]] Result<std::vector<Count>> all() const;
    /// By name, labels and bucket; only buckets into which something fell.
    [[nodiscard]] Result<std::vector<HistogramPart>> histograms() const;

private:
    friend class RecordsFile;
    explicit Counters(Database& db) : m_db(db) {}

    Database& m_db;
};

/// Within a transaction of the caller's; throws as Database does.
void countersAdd(Database& db, const std::vector<Count>& counts);

} // namespace ch::store

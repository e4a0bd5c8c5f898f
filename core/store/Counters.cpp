// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Counters.h"

#include "store/Database.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

namespace ch::store {

namespace counters {

/// One text for the same labels, whatever order they were given in: a map is sorted, and so is a JSON object.
QString labelText(const CounterLabels& labels)
{
    QJsonObject object;
    for (auto label = labels.cbegin(); label != labels.cend(); ++label) {
        object.insert(label.key(), label.value());
    }
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

CounterLabels labelsOf(const QString& text)
{
    CounterLabels labels;
    const QJsonObject object = QJsonDocument::fromJson(text.toUtf8()).object();
    for (auto label = object.begin(); label != object.end(); ++label) {
        labels.insert(label.key(), label.value().toString());
    }
    return labels;
}

template <typename T>
bool isAnyNegative(const std::vector<T>& all, qint64 T::*amount)
{
    return std::any_of(all.begin(), all.end(), [amount](const T& one) { return one.*amount < 0; });
}

Status onlyGrows()
{
    return fail(ErrorKind::InvalidInput, QStringLiteral("A counter only grows."));
}

} // namespace counters

void countersAdd(Database& db, const std::vector<Count>& counts)
{
    for (const Count& count : counts) {
        Query(db, "INSERT INTO counters(name, labels, amount) VALUES(?1, ?2, ?3) ON CONFLICT(name, labels) DO UPDATE SET amount = amount + ?3")
            .bind(count.name)
            .bind(counters::labelText(count.labels))
            .bind(count.amount)
            .run();
    }
}

Status Counters::add(const std::vector<Count>& counts)
{
    if (counters::isAnyNegative(counts, &Count::amount)) {
        return counters::onlyGrows();
    }
    return guarded(m_db, [&]() -> Status {
        WriteScope scope(m_db);
        countersAdd(m_db, counts);
        scope.commit();
        return {};
    });
}

Status Counters::add(const std::vector<HistogramPart>& parts)
{
    if (counters::isAnyNegative(parts, &HistogramPart::count) || counters::isAnyNegative(parts, &HistogramPart::sumMs)) {
        return counters::onlyGrows();
    }
    return guarded(m_db, [&]() -> Status {
        WriteScope scope(m_db);
        for (const HistogramPart& part : parts) {
            Query(m_db, "INSERT INTO histograms(name, labels, up_to_ms, count, sum_ms) VALUES(?1, ?2, ?3, ?4, ?5) "
                        "ON CONFLICT(name, labels, up_to_ms) DO UPDATE SET count = count + ?4, sum_ms = sum_ms + ?5")
                .bind(part.name)
                .bind(counters::labelText(part.labels))
                .bind(part.upToMs)
                .bind(part.count)
                .bind(part.sumMs)
                .run();
        }
        scope.commit();
        return {};
    });
}

Result<std::vector<Count>> Counters::all() const
{
    return guarded(m_db, [&]() -> Result<std::vector<Count>> {
        std::vector<Count> all;
        Query query(m_db, "SELECT name, labels, amount FROM counters ORDER BY name, labels");
        while (query.next()) {
            all.push_back({query.text(0), counters::labelsOf(query.text(1)), query.integer(2)});
        }
        return all;
    });
}

Result<std::vector<HistogramPart>> Counters::histograms() const
{
    return guarded(m_db, [&]() -> Result<std::vector<HistogramPart>> {
        std::vector<HistogramPart> all;
        Query query(m_db, "SELECT name, labels, up_to_ms, count, sum_ms FROM histograms ORDER BY name, labels, up_to_ms");
        while (query.next()) {
            all.push_back({query.text(0), counters::labelsOf(query.text(1)), query.integer(2), query.integer(3), query.integer(4)});
        }
        return all;
    });
}

} // namespace ch::store

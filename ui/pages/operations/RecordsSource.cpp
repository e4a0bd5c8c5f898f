// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/operations/RecordsSource.h"

#include "store/TrailFile.h"

#include <QDateTime>

namespace ch::ui {

using store::JournalReader;

ResultJob<store::FoundOperations>* RecordsSource::operations(const store::OperationQuery& query, QObject* parent)
{
    return m_reading.ask<store::FoundOperations, JournalReader>(parent,
        [query](const JournalReader& reader) { return reader.operations(query, QDateTime::currentMSecsSinceEpoch()); });
}

ResultJob<store::OperationCounts>* RecordsSource::counts(QObject* parent)
{
    return m_reading.ask<store::OperationCounts, JournalReader>(parent, [](const JournalReader& reader) { return reader.counts(QDateTime::currentMSecsSinceEpoch()); });
}

ResultJob<std::vector<store::Mark>>* RecordsSource::marks(QObject* parent)
{
    return m_reading.ask<std::vector<store::Mark>, JournalReader>(parent, [](const JournalReader& reader) { return reader.marks(); });
}

ResultJob<std::vector<store::JournalStep>>* RecordsSource::steps(const QString& operationId, QObject* parent)
{
    return m_reading.ask<std::vector<store::JournalStep>, JournalReader>(parent, [operationId](const JournalReader& reader) { return reader.steps(operationId); });
}

ResultJob<store::FoundEntries>* RecordsSource::trail(const store::TrailQuery& query, QObject* parent)
{
    return m_reading.ask<store::FoundEntries, JournalReader>(parent, [query](const JournalReader& reader) { return reader.trail(query); });
}

ResultJob<store::FoundEvents>* RecordsSource::events(const store::EventQuery& query, QObject* parent)
{
    return m_reading.ask<store::FoundEvents, JournalReader>(parent, [query](const JournalReader& reader) { return reader.events(query); });
}

ResultJob<qint64>* RecordsSource::exportTrail(const store::TrailQuery& query, store::TrailForm form, const QString& path, QObject* parent)
{
    return m_reading.ask<qint64, JournalReader>(parent, [query, form, path](const JournalReader& reader) { return store::writeTrail(reader, query, form, path); });
}

} // namespace ch::ui

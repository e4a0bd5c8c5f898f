// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/events/EventsModel.h"

#include "ui/pages/operations/RecordsSource.h"
#include "ui/text/EventText.h"
#include "ui/text/Shorten.h"
#include "ui/text/StatusText.h"
#include "ui/text/TimeText.h"

#include <QCoreApplication>
#include <QDateTime>

namespace ch::ui {

namespace {

enum EventColumnIndex { ReceivedColumn, TypeColumn, DeedColumn, SourceColumn, ObjectColumn };

struct EventColumn {
    const char* key;
    const char* title;
    int width;
    store::CellKind kind;
};

constexpr EventColumn kEventColumns[] = {
    {"received", QT_TRANSLATE_NOOP("ch::ui::Event", "Came"), 132, store::CellKind::Time},
    {"type", QT_TRANSLATE_NOOP("ch::ui::Event", "Event"), 196, store::CellKind::Text},
    {"deed", QT_TRANSLATE_NOOP("ch::ui::Event", "What it did"), 124, store::CellKind::Status},
    {"source", QT_TRANSLATE_NOOP("ch::ui::Event", "From"), 92, store::CellKind::Text},
    {"object_id", QT_TRANSLATE_NOOP("ch::ui::Event", "Object"), 148, store::CellKind::Id},
};

QString eventColumnTr(const char* text)
{
    return QCoreApplication::translate("ch::ui::Event", text);
}

} // namespace

void EventsModel::setSource(RecordsSource* source)
{
    m_source = source;
    begin();
}

void EventsModel::setQuery(const store::EventQuery& query)
{
    m_query = query;
    begin();
}

ResultJob<EventsModel::Page>* EventsModel::read(const store::EventEntry* after, int most, QObject* parent)
{
    if (!m_source) {
        return nullptr;
    }
    store::EventQuery query = m_query;
    query.olderThan = after ? after->n : 0;
    query.most = most;
    auto* job = new SimpleJob<Page>(parent);
    m_source->events(query, job)->onFinished(job, [job](const Result<store::FoundEvents>& found) {
        job->end(found ? Result<Page>(Page{found->entries, found->more}) : Result<Page>(fail(found.error())));
    });
    return job;
}

int EventsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(std::size(kEventColumns));
}

QString EventsModel::columnKey(int column) const
{
    return QLatin1String(kEventColumns[column].key);
}

ColumnLook EventsModel::lookOf(int column) const
{
    return {eventColumnTr(kEventColumns[column].title), kEventColumns[column].width, true, column == TypeColumn};
}

store::CellKind EventsModel::kindOf(int column) const
{
    return kEventColumns[column].kind;
}

QString EventsModel::textOf(const store::EventEntry& entry, int column) const
{
    switch (column) {
    case ReceivedColumn: return entry.receivedMs > 0 ? dateTimeText(entry.receivedMs / 1000, m_zone) : QString();
    case TypeColumn: return eventTypeText(entry.type);
    case ObjectColumn: return entry.objectId;
    case SourceColumn: return eventSourceText(entry.source);
    case DeedColumn: return statusLook(eventStatus(entry.deed)).word;
    default: return {};
    }
}

QVariant EventsModel::data(const QModelIndex& index, int role) const
{
    const store::EventEntry* entry = itemAt(index.row());
    if (!entry || index.column() >= columnCount()) {
        return {};
    }
    const int column = index.column();
    const store::CellKind kind = kindOf(column);
    const QString text = textOf(*entry, column);
    switch (role) {
    case KindRole: return static_cast<int>(kind);
    case LoadedRole: return true;
    case StatusRole: return kind == store::CellKind::Status ? eventStatus(entry->deed) : QString();
    case MissingRole: return text.isEmpty();
    case CopyRole: return kind == store::CellKind::Time && !text.isEmpty() ? QDateTime::fromMSecsSinceEpoch(entry->receivedMs, m_zone).toString(Qt::ISODateWithMs) : column == TypeColumn ? entry->type : text;
    case Qt::DisplayRole: return text.isEmpty() ? missingText() : kind == store::CellKind::Id ? shortenedId(text, 18) : text;
    case Qt::ToolTipRole:
        return column == DeedColumn ? eventSentence(*entry)
            : text.isEmpty()        ? eventColumnTr("The event says nothing here.")
            : kind == store::CellKind::Time ? exactTimeText(entry->receivedMs / 1000, m_zone) : text;
    case Qt::TextAlignmentRole: return alignmentOf(column);
    default: return {};
    }
}

} // namespace ch::ui

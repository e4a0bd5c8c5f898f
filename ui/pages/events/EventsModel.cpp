// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/events/EventsModel.h"

#include "ui/pages/operations/RecordsSource.h"
#include "ui/text/EventText.h"
#include "ui/text/StatusText.h"
#include "ui/text/TimeText.h"

#include <QCoreApplication>
#include <QDateTime>

namespace ch::ui {

namespace {

constexpr const char* kNothingSaid = QT_TRANSLATE_NOOP("ch::ui::Event", "The event says nothing here.");

constexpr ListColumn kEventColumns[] = {
    {"received", QT_TRANSLATE_NOOP("ch::ui::Event", "Came"), 132, store::CellKind::Time, kNothingSaid},
    {"type", QT_TRANSLATE_NOOP("ch::ui::Event", "Event"), 196, store::CellKind::Text, kNothingSaid, true},
    {"deed", QT_TRANSLATE_NOOP("ch::ui::Event", "What it did"), 124, store::CellKind::Status, kNothingSaid},
    {"source", QT_TRANSLATE_NOOP("ch::ui::Event", "From"), 92, store::CellKind::Text, kNothingSaid},
    {"object_id", QT_TRANSLATE_NOOP("ch::ui::Event", "Object"), 148, store::CellKind::Id, kNothingSaid},
};

constexpr ListColumns kEventList("ch::ui::Event", kEventColumns);

} // namespace

EventsModel::EventsModel(QObject* parent) : RecordRows(kEventList, parent) {}

ResultJob<EventsModel::Page>* EventsModel::read(const store::EventEntry* after, int most, QObject* parent)
{
    if (!source()) {
        return nullptr;
    }
    store::EventQuery wanted = query();
    wanted.olderThan = after ? after->n : 0;
    wanted.most = most;
    auto* job = new SimpleJob<Page>(parent);
    source()->events(wanted, job)->onFinished(job, asPage(job, &store::FoundEvents::entries));
    return job;
}

ListCell EventsModel::cellOf(const store::EventEntry& entry, int column) const
{
    switch (column) {
    case 0:
        if (entry.receivedMs <= 0) {
            return {};
        }
        return {dateTimeText(entry.receivedMs / 1000, zone()), {}, entry.receivedMs, QDateTime::fromMSecsSinceEpoch(entry.receivedMs, zone()).toString(Qt::ISODateWithMs)};
    case 1: return {eventTypeText(entry.type), {}, 0, entry.type};
    case 2: {
        const QString word = statusLook(eventStatus(entry.deed)).word;
        return {word, eventStatus(entry.deed), 0, word, eventSentence(entry)};
    }
    case 3: return {eventSourceText(entry.source)};
    case 4: return {entry.objectId};
    default: return {};
    }
}

} // namespace ch::ui

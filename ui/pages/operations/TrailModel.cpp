// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/operations/TrailModel.h"

#include "ui/pages/operations/RecordsSource.h"
#include "ui/text/MoneyText.h"
#include "ui/text/Shorten.h"
#include "ui/text/StatusText.h"
#include "ui/text/TimeText.h"

#include <QCoreApplication>
#include <QDateTime>

namespace ch::ui {

namespace {

struct TrailColumn {
    const char* key;
    const char* title;
    int width;
    store::CellKind kind;
};

constexpr TrailColumn kTrailColumns[] = {
    {"n", QT_TRANSLATE_NOOP("ch::ui::Trail", "No."), 56, store::CellKind::Count},
    {"at", QT_TRANSLATE_NOOP("ch::ui::Trail", "When"), 130, store::CellKind::Time},
    {"actor", QT_TRANSLATE_NOOP("ch::ui::Trail", "Who"), 92, store::CellKind::Text},
    {"action", QT_TRANSLATE_NOOP("ch::ui::Trail", "What"), 128, store::CellKind::Text},
    {"business_id", QT_TRANSLATE_NOOP("ch::ui::Trail", "Business"), 124, store::CellKind::Text},
    {"outcome", QT_TRANSLATE_NOOP("ch::ui::Trail", "Outcome"), 104, store::CellKind::Status},
    {"detail", QT_TRANSLATE_NOOP("ch::ui::Trail", "Detail"), 120, store::CellKind::Text},
};

struct ActionWords {
    const char* action;
    const char* words;
};

constexpr ActionWords kActions[] = {
    {"provision", QT_TRANSLATE_NOOP("ch::ui::Trail", "New business")},
    {"take_down", QT_TRANSLATE_NOOP("ch::ui::Trail", "Take-down")},
    {"cancel", QT_TRANSLATE_NOOP("ch::ui::Trail", "Cancel")},
    {"import", QT_TRANSLATE_NOOP("ch::ui::Trail", "Import of records")},
    {"prices_ensure", QT_TRANSLATE_NOOP("ch::ui::Trail", "Prices")},
    {"gates", QT_TRANSLATE_NOOP("ch::ui::Trail", "Safety switch")},
    {"connect", QT_TRANSLATE_NOOP("ch::ui::Trail", "Key connected")},
    {"key_given", QT_TRANSLATE_NOOP("ch::ui::Trail", "Key given again")},
    {"key_changed", QT_TRANSLATE_NOOP("ch::ui::Trail", "Key changed")},
    {"protect", QT_TRANSLATE_NOOP("ch::ui::Trail", "Protection on")},
    {"unprotect", QT_TRANSLATE_NOOP("ch::ui::Trail", "Protection off")},
};

constexpr int kDetailColumn = 6;

QString trailTr(const char* text)
{
    return QCoreApplication::translate("ch::ui::Trail", text);
}

} // namespace

QString actionText(const QString& action)
{
    for (const ActionWords& known : kActions) {
        if (action == QLatin1String(known.action)) {
            return trailTr(known.words);
        }
    }
    return action;
}

void TrailModel::setSource(RecordsSource* source)
{
    m_source = source;
    begin();
}

void TrailModel::setQuery(const store::TrailQuery& query)
{
    m_query = query;
    begin();
}

ResultJob<TrailModel::Page>* TrailModel::read(const store::AuditEntry* after, int most, QObject* parent)
{
    if (!m_source) {
        return nullptr;
    }
    store::TrailQuery query = m_query;
    query.olderThan = after ? after->n : 0;
    query.most = most;
    auto* job = new SimpleJob<Page>(parent);
    m_source->trail(query, job)->onFinished(job, [job](const Result<store::FoundEntries>& found) {
        job->end(found ? Result<Page>(Page{found->entries, found->more}) : Result<Page>(fail(found.error())));
    });
    return job;
}

int TrailModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(std::size(kTrailColumns));
}

QString TrailModel::columnKey(int column) const
{
    return QLatin1String(kTrailColumns[column].key);
}

ColumnLook TrailModel::lookOf(int column) const
{
    return {trailTr(kTrailColumns[column].title), kTrailColumns[column].width, true, column == kDetailColumn};
}

store::CellKind TrailModel::kindOf(int column) const
{
    return kTrailColumns[column].kind;
}

QString TrailModel::textOf(const store::AuditEntry& entry, int column) const
{
    switch (column) {
    case 0: return countText(entry.n);
    case 1: return dateTimeText(entry.atMs / 1000, m_zone);
    case 2: return entry.actor;
    case 3: return actionText(entry.action);
    case 4: return entry.businessId;
    case 5: return entry.outcome.isEmpty() ? QString() : statusLook(entry.outcome).word;
    case 6: return entry.detail;
    default: return {};
    }
}

QVariant TrailModel::data(const QModelIndex& index, int role) const
{
    const store::AuditEntry* entry = itemAt(index.row());
    if (!entry || index.column() >= columnCount()) {
        return {};
    }
    const store::CellKind kind = kindOf(index.column());
    const QString text = textOf(*entry, index.column());
    switch (role) {
    case KindRole: return static_cast<int>(kind);
    case LoadedRole: return true;
    case StatusRole: return kind == store::CellKind::Status ? entry->outcome : QString();
    case MissingRole: return text.isEmpty();
    case CopyRole:
        return kind == store::CellKind::Time ? QDateTime::fromMSecsSinceEpoch(entry->atMs, m_zone).toString(Qt::ISODate)
            : kind == store::CellKind::Count ? QString::number(entry->n)
            : kind == store::CellKind::Status ? entry->outcome
                                              : text;
    case Qt::DisplayRole: return text.isEmpty() ? missingText() : kind == store::CellKind::Id ? shortenedId(text, 18) : text;
    case Qt::ToolTipRole: return kind == store::CellKind::Time ? exactTimeText(entry->atMs / 1000, m_zone) : text.isEmpty() ? trailTr("The entry says nothing here.") : text;
    case Qt::TextAlignmentRole: return alignmentOf(index.column());
    default: return {};
    }
}

} // namespace ch::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/operations/OperationsModel.h"

#include "ui/pages/operations/OperationWords.h"
#include "ui/pages/operations/RecordsSource.h"
#include "ui/text/Shorten.h"
#include "ui/text/StatusText.h"
#include "ui/text/TimeText.h"

#include <QCoreApplication>
#include <QDateTime>

namespace ch::ui {

namespace {

struct ListColumn {
    const char* key;
    const char* title;
    int width;
    store::CellKind kind;
    bool stretched;
    const char* missing;
};

constexpr ListColumn kOperationColumns[] = {
    {"state", QT_TRANSLATE_NOOP("ch::ui::Operations", "State"), 128, store::CellKind::Status, false, ""},
    {"kind", QT_TRANSLATE_NOOP("ch::ui::Operations", "What"), 112, store::CellKind::Text, false, ""},
    {"business_id", QT_TRANSLATE_NOOP("ch::ui::Operations", "Business"), 160, store::CellKind::Text, true, ""},
    {"step", QT_TRANSLATE_NOOP("ch::ui::Operations", "Step"), 164, store::CellKind::Text, false, QT_TRANSLATE_NOOP("ch::ui::Operations", "No step was begun.")},
    {"error", QT_TRANSLATE_NOOP("ch::ui::Operations", "What stands against it"), 232, store::CellKind::Text, false, QT_TRANSLATE_NOOP("ch::ui::Operations", "Nothing.")},
    {"updated", QT_TRANSLATE_NOOP("ch::ui::Operations", "Last change"), 132, store::CellKind::Time, false, ""},
};

constexpr ListColumn kStepColumns[] = {
    {"n", QT_TRANSLATE_NOOP("ch::ui::Operations", "No."), 48, store::CellKind::Count, false, ""},
    {"name", QT_TRANSLATE_NOOP("ch::ui::Operations", "Step"), 180, store::CellKind::Text, true, ""},
    {"state", QT_TRANSLATE_NOOP("ch::ui::Operations", "State"), 116, store::CellKind::Status, false, ""},
    {"object", QT_TRANSLATE_NOOP("ch::ui::Operations", "Object"), 152, store::CellKind::Id, false, QT_TRANSLATE_NOOP("ch::ui::Operations", "It made or changed none.")},
    {"request_ids", QT_TRANSLATE_NOOP("ch::ui::Operations", "Request ids"), 150, store::CellKind::Id, false, QT_TRANSLATE_NOOP("ch::ui::Operations", "Stripe gave none.")},
    {"key", QT_TRANSLATE_NOOP("ch::ui::Operations", "Idempotency key"), 150, store::CellKind::Id, false, QT_TRANSLATE_NOOP("ch::ui::Operations", "Nothing had to be sent.")},
    {"sent", QT_TRANSLATE_NOOP("ch::ui::Operations", "First sent"), 132, store::CellKind::Time, false, QT_TRANSLATE_NOOP("ch::ui::Operations", "It was never sent.")},
};

QString listTr(const char* text)
{
    return QCoreApplication::translate("ch::ui::Operations", text);
}

ColumnLook lookOfColumn(const ListColumn& column)
{
    return {listTr(column.title), column.width, true, column.stretched};
}

/// Cells that both lists make alike.
QVariant listCell(const ListColumn& column, const QString& whole, const QString& status, qint64 ms, const QTimeZone& zone, int role)
{
    const bool missing = whole.isEmpty();
    switch (role) {
    case RowsModel::KindRole: return static_cast<int>(column.kind);
    case RowsModel::LoadedRole: return true;
    case RowsModel::StatusRole: return column.kind == store::CellKind::Status ? status : QString();
    case RowsModel::MissingRole: return missing;
    case RowsModel::CopyRole:
        if (column.kind == store::CellKind::Time) {
            return ms > 0 ? QDateTime::fromMSecsSinceEpoch(ms, zone).toString(Qt::ISODate) : QString();
        }
        return column.kind == store::CellKind::Status ? status : whole;
    case Qt::DisplayRole: return missing ? missingText() : column.kind == store::CellKind::Id ? shortenedId(whole, 18) : whole;
    case Qt::ToolTipRole:
        if (missing) {
            return *column.missing ? listTr(column.missing) : QString();
        }
        return column.kind == store::CellKind::Status ? statusLook(status).meaning
            : column.kind == store::CellKind::Time    ? exactTimeText(ms / 1000, zone)
                                                      : whole;
    default: return {};
    }
}

} // namespace

void OperationsModel::setSource(RecordsSource* source)
{
    m_source = source;
    begin();
}

void OperationsModel::setQuery(const store::OperationQuery& query)
{
    m_query = query;
    begin();
}

ResultJob<OperationsModel::Page>* OperationsModel::read(const store::Operation* after, int most, QObject* parent)
{
    if (!m_source) {
        return nullptr;
    }
    store::OperationQuery query = m_query;
    query.olderThan = after ? after->id : QString();
    query.most = most;
    auto* job = new SimpleJob<Page>(parent);
    m_source->operations(query, job)->onFinished(job, [job](const Result<store::FoundOperations>& found) {
        job->end(found ? Result<Page>(Page{found->operations, found->more}) : Result<Page>(fail(found.error())));
    });
    return job;
}

int OperationsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(std::size(kOperationColumns));
}

QString OperationsModel::columnKey(int column) const
{
    return QLatin1String(kOperationColumns[column].key);
}

ColumnLook OperationsModel::lookOf(int column) const
{
    return lookOfColumn(kOperationColumns[column]);
}

store::CellKind OperationsModel::kindOf(int column) const
{
    return kOperationColumns[column].kind;
}

QString OperationsModel::textOf(const store::Operation& operation, int column) const
{
    switch (column) {
    case 0: return statusLook(stateWord(operation)).word;
    case 1: return kindText(operation.subject.kind);
    case 2: return operation.subject.objectId.isEmpty() ? operation.subject.businessId : operation.subject.businessId + QStringLiteral(" · ") + operation.subject.objectId;
    case 3: return stepText(operation.step);
    case 4: return problemText(operation.error);
    case 5: return dateTimeText(operation.updatedMs / 1000, m_zone);
    default: return {};
    }
}

QVariant OperationsModel::data(const QModelIndex& index, int role) const
{
    const store::Operation* operation = itemAt(index.row());
    if (!operation || index.column() >= columnCount()) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return alignmentOf(index.column());
    }
    return listCell(kOperationColumns[index.column()], textOf(*operation, index.column()), stateWord(*operation), operation->updatedMs, m_zone, role);
}

void StepsModel::setSteps(std::vector<store::JournalStep> steps, const QTimeZone& zone)
{
    m_zone = zone;
    beginResetModel();
    m_steps = std::move(steps);
    endResetModel();
}

QString StepsModel::objectIdAt(int row) const
{
    return row >= 0 && row < rowCount() ? QString::number(m_steps[static_cast<size_t>(row)].n) : QString();
}

int StepsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_steps.size());
}

int StepsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(std::size(kStepColumns));
}

QString StepsModel::columnKey(int column) const
{
    return QLatin1String(kStepColumns[column].key);
}

ColumnLook StepsModel::lookOf(int column) const
{
    return lookOfColumn(kStepColumns[column]);
}

store::CellKind StepsModel::kindOf(int column) const
{
    return kStepColumns[column].kind;
}

QString StepsModel::textOf(const store::JournalStep& step, int column) const
{
    switch (column) {
    case 0: return QString::number(step.n);
    case 1: return step.error.isEmpty() ? stepText(step.name) : stepText(step.name) + QStringLiteral(": ") + problemText(step.error);
    case 2: return statusLook(QStringLiteral("step_") + store::wordOf(step.state)).word;
    case 3: return step.objectId;
    case 4: return step.requestIds.join(u' ');
    case 5: return QString::fromLatin1(step.idempotencyKey);
    case 6: return step.firstSentMs > 0 ? dateTimeText(step.firstSentMs / 1000, m_zone) : QString();
    default: return {};
    }
}

QVariant StepsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount() || index.column() >= columnCount()) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return alignmentOf(index.column());
    }
    const store::JournalStep& step = m_steps[static_cast<size_t>(index.row())];
    return listCell(kStepColumns[index.column()], textOf(step, index.column()), QStringLiteral("step_") + store::wordOf(step.state), step.firstSentMs, m_zone, role);
}

} // namespace ch::ui

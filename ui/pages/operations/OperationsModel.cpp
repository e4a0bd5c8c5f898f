// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/operations/OperationsModel.h"

#include "ui/pages/operations/OperationWords.h"
#include "ui/pages/operations/RecordsSource.h"
#include "ui/text/StatusText.h"
#include "ui/text/TimeText.h"

namespace ch::ui {

namespace {

constexpr ListColumn kOperationColumns[] = {
    {"state", QT_TRANSLATE_NOOP("ch::ui::Operations", "State"), 128, store::CellKind::Status},
    {"kind", QT_TRANSLATE_NOOP("ch::ui::Operations", "What"), 112, store::CellKind::Text},
    {"business_id", QT_TRANSLATE_NOOP("ch::ui::Operations", "Business"), 160, store::CellKind::Text, "", true},
    {"step", QT_TRANSLATE_NOOP("ch::ui::Operations", "Step"), 164, store::CellKind::Text, QT_TRANSLATE_NOOP("ch::ui::Operations", "No step was begun.")},
    {"error", QT_TRANSLATE_NOOP("ch::ui::Operations", "What stands against it"), 232, store::CellKind::Text, QT_TRANSLATE_NOOP("ch::ui::Operations", "Nothing.")},
    {"updated", QT_TRANSLATE_NOOP("ch::ui::Operations", "Last change"), 132, store::CellKind::Time},
};

constexpr ListColumn kStepColumns[] = {
    {"n", QT_TRANSLATE_NOOP("ch::ui::Operations", "No."), 48, store::CellKind::Count},
    {"name", QT_TRANSLATE_NOOP("ch::ui::Operations", "Step"), 180, store::CellKind::Text, "", true},
    {"state", QT_TRANSLATE_NOOP("ch::ui::Operations", "State"), 116, store::CellKind::Status},
    {"object", QT_TRANSLATE_NOOP("ch::ui::Operations", "Object"), 152, store::CellKind::Id, QT_TRANSLATE_NOOP("ch::ui::Operations", "It made or changed none.")},
    {"request_ids", QT_TRANSLATE_NOOP("ch::ui::Operations", "Request ids"), 150, store::CellKind::Id, QT_TRANSLATE_NOOP("ch::ui::Operations", "Stripe gave none.")},
    {"key", QT_TRANSLATE_NOOP("ch::ui::Operations", "Idempotency key"), 150, store::CellKind::Id, QT_TRANSLATE_NOOP("ch::ui::Operations", "Nothing had to be sent.")},
    {"sent", QT_TRANSLATE_NOOP("ch::ui::Operations", "First sent"), 132, store::CellKind::Time, QT_TRANSLATE_NOOP("ch::ui::Operations", "It was never sent.")},
};

constexpr ListColumns kOperationList("ch::ui::Operations", kOperationColumns);
constexpr ListColumns kStepList("ch::ui::Operations", kStepColumns);

} // namespace

OperationsModel::OperationsModel(QObject* parent) : RecordRows(kOperationList, parent) {}

ResultJob<OperationsModel::Page>* OperationsModel::read(const store::Operation* after, int most, QObject* parent)
{
    if (!source()) {
        return nullptr;
    }
    store::OperationQuery wanted = query();
    wanted.olderThan = after ? after->id : QString();
    wanted.most = most;
    auto* job = new SimpleJob<Page>(parent);
    source()->operations(wanted, job)->onFinished(job, asPage(job, &store::FoundOperations::operations));
    return job;
}

ListCell OperationsModel::cellOf(const store::Operation& operation, int column) const
{
    const store::OperationSubject& subject = operation.subject;
    switch (column) {
    case 0: return {statusLook(stateWord(operation)).word, stateWord(operation)};
    case 1: return {kindText(subject.kind)};
    case 2: return {subject.objectId.isEmpty() ? subject.businessId : subject.businessId + QStringLiteral(" · ") + subject.objectId};
    case 3: return {stepText(operation.step)};
    case 4: return {problemText(operation.error)};
    case 5: return {dateTimeText(operation.updatedMs / 1000, zone()), {}, operation.updatedMs};
    default: return {};
    }
}

void StepsModel::setSteps(std::vector<store::JournalStep> steps, const QTimeZone& zone)
{
    if (steps == m_steps && zone == m_zone) {
        return; // selection and focus stay
    }
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
    return parent.isValid() ? 0 : kStepList.count();
}

QString StepsModel::columnKey(int column) const
{
    return kStepList.key(column);
}

ColumnLook StepsModel::lookOf(int column) const
{
    return kStepList.look(column);
}

store::CellKind StepsModel::kindOf(int column) const
{
    return kStepList.kind(column);
}

ListCell StepsModel::cellOf(const store::JournalStep& step, int column) const
{
    switch (column) {
    case 0: return {QString::number(step.n)};
    case 1: return {step.error.isEmpty() ? stepText(step.name) : stepText(step.name) + QStringLiteral(": ") + problemText(step.error)};
    case 2: {
        const QString status = QStringLiteral("step_") + store::wordOf(step.state);
        return {statusLook(status).word, status};
    }
    case 3: return {step.objectId};
    case 4: return {step.requestIds.join(u' ')};
    case 5: return {QString::fromLatin1(step.idempotencyKey)};
    case 6: return {step.firstSentMs > 0 ? dateTimeText(step.firstSentMs / 1000, m_zone) : QString(), {}, step.firstSentMs};
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
    return kStepList.listCell(index.column(), cellOf(m_steps[static_cast<size_t>(index.row())], index.column()), m_zone, role);
}

} // namespace ch::ui

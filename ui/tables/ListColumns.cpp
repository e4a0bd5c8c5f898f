// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/ListColumns.h"

#include "ui/tables/RowsModel.h"
#include "ui/text/Shorten.h"
#include "ui/text/StatusText.h"
#include "ui/text/TimeText.h"

#include <QCoreApplication>
#include <QDateTime>

namespace ch::ui {

QString ListColumns::text(const char* text) const
{
    return *text ? QCoreApplication::translate(m_context, text) : QString();
}

ColumnLook ListColumns::look(int column) const
{
    return {text(at(column).title), at(column).width, true, at(column).stretched};
}

QString ListColumns::copied(int column, const ListCell& cell, const QTimeZone& zone) const
{
    if (!cell.copied.isEmpty()) {
        return cell.copied;
    }
    switch (kind(column)) {
    case store::CellKind::Time: return cell.ms > 0 ? QDateTime::fromMSecsSinceEpoch(cell.ms, zone).toString(Qt::ISODate) : QString();
    case store::CellKind::Status: return cell.status;
    case store::CellKind::Text:
    case store::CellKind::Id:
    case store::CellKind::Amount:
    case store::CellKind::Currency:
    case store::CellKind::Count: return cell.text;
    }
    return cell.text;
}

QString ListColumns::hover(int column, const ListCell& cell, const QTimeZone& zone) const
{
    if (!cell.hover.isEmpty()) {
        return cell.hover;
    }
    if (cell.text.isEmpty()) {
        return text(at(column).missing);
    }
    switch (kind(column)) {
    case store::CellKind::Time: return exactTimeText(cell.ms / 1000, zone);
    case store::CellKind::Status: return statusLook(cell.status).meaning;
    case store::CellKind::Text:
    case store::CellKind::Id:
    case store::CellKind::Amount:
    case store::CellKind::Currency:
    case store::CellKind::Count: return cell.text;
    }
    return cell.text;
}

QVariant ListColumns::listCell(int column, const ListCell& cell, const QTimeZone& zone, int role) const
{
    switch (role) {
    case RowsModel::KindRole: return static_cast<int>(kind(column));
    case RowsModel::LoadedRole: return true;
    case RowsModel::StatusRole: return kind(column) == store::CellKind::Status ? cell.status : QString();
    case RowsModel::MissingRole: return cell.text.isEmpty();
    case RowsModel::CopyRole: return copied(column, cell, zone);
    case Qt::DisplayRole: return cell.text.isEmpty() ? missingText() : kind(column) == store::CellKind::Id ? shortenedId(cell.text, 18) : cell.text;
    case Qt::ToolTipRole: return hover(column, cell, zone);
    default: return {};
    }
}

} // namespace ch::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/detail/DetailTable.h"

#include "ui/tables/Columns.h"
#include "ui/tables/TableView.h"
#include "ui/theme/Labels.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QVBoxLayout>

namespace ch::ui {

namespace {

constexpr int kStatusWidth = 122; // narrower than in the pages' tables: there is half the room

} // namespace

DetailTable::DetailTable(const Theme& theme, const QString& heading, FixedTableModel& model, const QStringList& hidden, int most, QWidget* parent)
    : QFrame(parent), m_model(model), m_view(new TableView(theme, model, this)), m_heading(new QHBoxLayout), m_most(most)
{
    setProperty("look", QStringLiteral("panel"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(1, 12, 1, 1);
    column->setSpacing(8);
    QLabel* title = lineLabel(heading, "section", QStringLiteral("detailHeading"), this);
    title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    title->setContentsMargins(15, 0, 15, 0);
    m_heading->setContentsMargins(0, 0, 12, 0);
    m_heading->addWidget(title, 1);
    column->addLayout(m_heading);
    makeView(heading, hidden);
    column->addWidget(m_view);
    QLabel* none = lineLabel(tr("None"), "secondary", QStringLiteral("detailNone"), this);
    none->setTextInteractionFlags(Qt::TextSelectableByMouse);
    none->setContentsMargins(15, 0, 15, 11);
    column->addWidget(none);
    const auto showNone = [this, none] {
        m_view->setVisible(m_model.rowCount() > 0);
        none->setVisible(m_model.rowCount() == 0);
    };
    connect(&model, &QAbstractItemModel::modelReset, this, showNone);
    showNone();
}

void DetailTable::makeView(const QString& heading, const QStringList& hidden)
{
    m_view->setAccessibleName(heading);
    m_view->setToolTip(tr("Enter shows Stripe's JSON of a row"));
    QHeaderView* header = m_view->horizontalHeader();
    header->setSectionsClickable(false);
    header->setSortIndicatorShown(false);
    header->setStretchLastSection(true);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerItem);
    for (int i = 0; i < m_model.columnCount(); ++i) {
        const QString key = m_model.columnKey(i);
        header->setSectionHidden(i, hidden.contains(key) || !m_model.lookOf(i).shown);
        if (key == QLatin1String("status")) {
            header->resizeSection(i, kStatusWidth);
        }
    }
    connect(m_view, &TableView::opened, this, &DetailTable::jsonAsked);
    connect(m_view, &TableView::copyAsked, this, [this](bool withHeaders) {
        std::vector<store::Row> rows;
        for (const int row : m_view->selectedRows()) {
            rows.push_back(*m_model.rowAt(row));
        }
        if (!rows.empty()) {
            QGuiApplication::clipboard()->setText(tabSeparated(m_model.table(), rows, m_view->shownColumns(), withHeaders, m_model.zone()));
        }
    });
}

void DetailTable::setRows(const std::vector<store::Row>& rows)
{
    m_model.setRows(rows);
    const auto count = static_cast<int>(rows.size());
    const int row = m_view->verticalHeader()->defaultSectionSize();
    m_view->setFixedHeight(m_view->horizontalHeader()->sizeHint().height() + row * qBound(1, count, m_most) + 2);
    m_view->setVerticalScrollBarPolicy(count > m_most ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOff);
}

} // namespace ch::ui

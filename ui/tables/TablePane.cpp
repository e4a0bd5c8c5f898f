// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/TablePane.h"

#include "ui/tables/Columns.h"
#include "ui/tables/FilterBar.h"
#include "ui/tables/StateView.h"
#include "ui/tables/TableView.h"
#include "ui/text/ErrorText.h"
#include "ui/text/MoneyText.h"
#include "ui/text/MovementText.h"

#include <QClipboard>
#include <QFrame>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QStackedLayout>
#include <QToolButton>
#include <QVBoxLayout>

namespace ch::ui {

TablePane::TablePane(const Theme& theme, store::Table table, QWidget* parent)
    : QWidget(parent), m_model(new MirrorTableModel(table, this)), m_filter(new FilterBar(theme, table, this)),
      m_view(new TableView(theme, *m_model, this)), m_state(new StateView(this)), m_skeleton(new SkeletonView(theme, this)),
      m_stack(new QStackedLayout), m_count(new QLabel(this)), m_sums(new QLabel(this))
{
    setObjectName(QStringLiteral("tablePane"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* top = new QWidget(this);
    auto* topRow = new QHBoxLayout(top);
    topRow->setContentsMargins(24, 12, 24, 12);
    topRow->addWidget(m_filter);
    column->addWidget(top);
    m_view->setAccessibleName(rowsText(table, 2));
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_state);
    m_stack->addWidget(m_skeleton);
    column->addLayout(m_stack, 1);

    auto* foot = new QFrame(this);
    foot->setProperty("look", QStringLiteral("foot"));
    foot->setFixedHeight(32);
    auto* footRow = new QHBoxLayout(foot);
    footRow->setContentsMargins(24, 0, 24, 0);
    m_count->setObjectName(QStringLiteral("footCount"));
    m_sums->setObjectName(QStringLiteral("footSums"));
    m_sums->setProperty("kind", QStringLiteral("strong"));
    footRow->addWidget(m_count);
    footRow->addStretch(1);
    footRow->addWidget(m_sums);
    column->addWidget(foot);

    auto* columnMenu = new QMenu(this);
    connect(columnMenu, &QMenu::aboutToShow, this, [this, columnMenu] {
        columnMenu->clear();
        m_view->fillColumnMenu(*columnMenu);
    });
    m_filter->columnsButton()->setMenu(columnMenu);
    connect(m_filter, &FilterBar::changed, this, [this] { m_model->setFilter(m_filter->filter()); });
    connect(m_view, &TableView::opened, this, &TablePane::opened);
    connect(m_view, &TableView::copyAsked, this, &TablePane::copy);
    connect(m_view, &TableView::orderAsked, this,
        [this](const QString& key, bool descending) { m_model->setOrder({key, descending}); });
    connect(m_model, &MirrorTableModel::stateChanged, this, &TablePane::showState);
    connect(m_model, &MirrorTableModel::aboutToReplace, m_view, &TableView::rememberPlace);
    connect(m_model, &MirrorTableModel::replaced, m_view, &TableView::restorePlace);
    connect(m_state, &StateView::pressed, this, &TablePane::onStateButton);
    m_view->setSkeletons(true);
    showState();
}

void TablePane::setLead(QWidget* lead)
{
    m_filter->lead()->insertWidget(0, lead);
}

void TablePane::setFilter(const store::TableFilter& filter)
{
    m_filter->setFilter(filter);
}

void TablePane::focusFilter()
{
    m_filter->focusText();
}

void TablePane::focusTable()
{
    m_view->setFocus(Qt::OtherFocusReason);
}

void TablePane::setSyncing(bool syncing)
{
    m_syncing = syncing;
    showState();
}

void TablePane::setEmptyAct(const QString& words)
{
    m_emptyAct = words;
    showState();
}

void TablePane::copy(bool withHeaders)
{
    const std::vector<int> rows = m_view->selectedRows();
    auto* job = rows.empty() ? nullptr : m_model->rowsOf(rows, this);
    if (!job) {
        return;
    }
    const std::vector<int> columns = m_view->shownColumns();
    job->onFinished(this, [this, columns, withHeaders](const Result<std::vector<store::Row>>& loaded) {
        if (loaded) {
            QGuiApplication::clipboard()->setText(tabSeparated(m_model->table(), *loaded, columns, withHeaders, m_model->zone()));
            Q_EMIT copied(static_cast<int>(loaded->size()));
        }
    });
}

void TablePane::showState()
{
    showFoot();
    switch (m_model->state()) {
    case MirrorTableModel::State::Empty:
    case MirrorTableModel::State::Loading: m_stack->setCurrentWidget(m_skeleton); return;
    case MirrorTableModel::State::Failed: {
        const ErrorWords words = errorWords(m_model->error().value_or(Error{}));
        m_state->say(words.happened, words.means + u' ' + words.advice, tr("Try again"));
        m_stack->setCurrentWidget(m_state);
        return;
    }
    case MirrorTableModel::State::Ready: break;
    }
    if (m_model->rowCount() > 0) {
        m_stack->setCurrentWidget(m_view);
        return;
    }
    showEmpty();
    m_stack->setCurrentWidget(m_state);
}

void TablePane::showEmpty()
{
    const QString none = rowsText(m_model->table(), 0);
    if (m_model->isFiltered()) {
        m_state->say(none, tr("No row fits the filter."), tr("Clear the filter"));
    } else if (m_syncing) {
        m_state->say(none, tr("The synchronisation is running; rows appear as they arrive."), {});
    } else if (m_model->completeness().completeAsOfMs == 0) {
        m_state->say(none, tr("This account has not been synchronised yet."), tr("Synchronise"));
    } else if (!m_model->completeness().complete && !m_model->completeness().notPermittedLists.isEmpty()) {
        m_state->say(none, partialText(m_model->completeness()), {});
    } else {
        m_state->say(none, tr("The account has none."), m_emptyAct);
    }
}

void TablePane::onStateButton()
{
    if (m_model->state() == MirrorTableModel::State::Failed) {
        m_model->refresh();
    } else if (m_model->isFiltered()) {
        m_filter->clear();
    } else if (m_model->completeness().completeAsOfMs > 0) {
        Q_EMIT emptyActAsked();
    } else {
        Q_EMIT syncAsked();
    }
}

void TablePane::showFoot()
{
    if (m_model->state() == MirrorTableModel::State::Empty) {
        m_count->clear();
        m_sums->clear();
        return;
    }
    QStringList sums;
    QStringList currencies;
    for (const store::CurrencySum& sum : m_model->sums()) {
        currencies << sum.currency;
        if (!sum.currency.isEmpty()) {
            sums << moneyText({sum.minor, sum.currency});
        }
    }
    m_filter->offerCurrencies(currencies);
    QString count = rowsText(m_model->table(), m_model->rowCount());
    if (m_model->isFiltered()) {
        count += QStringLiteral(" · ") + tr("filtered");
    }
    m_count->setText(count);
    QString text = sums.join(QStringLiteral("   ·   "));
    if (!text.isEmpty()) {
        text = (m_model->table() == store::Table::Invoices ? tr("Total") : tr("MRR")) + QStringLiteral("   ") + text;
        if (!m_model->completeness().complete) {
            text += QStringLiteral("   ·   ") + tr("partial");
        }
    }
    m_sums->setText(text);
    m_sums->setToolTip(partialText(m_model->completeness()));
}

QString TablePane::footText() const
{
    return m_count->text() + QStringLiteral(" | ") + m_sums->text();
}

} // namespace ch::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/operations/PagedPane.h"

#include "ui/tables/StateView.h"
#include "ui/tables/TableView.h"
#include "ui/text/ErrorText.h"
#include "ui/text/MoneyText.h"

#include <QClipboard>
#include <QFrame>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QStackedLayout>
#include <QVBoxLayout>

namespace ch::ui {

PagedPane::PagedPane(const Theme& theme, PagedModel& model, const QString& name, QWidget* parent)
    : QWidget(parent), m_model(model), m_view(new TableView(theme, model, this)), m_state(new StateView(this)), m_skeleton(new SkeletonView(theme, this)),
      m_stack(new QStackedLayout), m_count(new QLabel(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_view->setAccessibleName(name);
    m_view->setSortable(false);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_state);
    m_stack->addWidget(m_skeleton);
    column->addLayout(m_stack, 1);
    auto* foot = new QFrame(this);
    foot->setProperty("look", QStringLiteral("foot"));
    foot->setFixedHeight(32);
    auto* row = new QHBoxLayout(foot);
    row->setContentsMargins(24, 0, 24, 0);
    m_count->setObjectName(QStringLiteral("pagedCount"));
    row->addWidget(m_count);
    column->addWidget(foot);
    connect(&model, &PagedModel::stateChanged, this, &PagedPane::showState);
    connect(&model, &QAbstractItemModel::modelReset, this, &PagedPane::showState);
    connect(&model, &QAbstractItemModel::rowsInserted, this, &PagedPane::showState);
    connect(&model, &PagedModel::aboutToReplace, m_view, &TableView::rememberPlace);
    connect(&model, &PagedModel::replaced, m_view, &TableView::restorePlace);
    connect(m_view, &TableView::copyAsked, this, &PagedPane::copy);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] { tellChosen(); });
    connect(m_state, &StateView::pressed, this, [this] {
        if (m_model.state() == PagedModel::State::Failed) {
            m_model.refresh();
        } else {
            Q_EMIT emptyPressed();
        }
    });
    showState();
}

void PagedPane::setEmptyWords(const QString& what, const QString& why, const QString& button)
{
    m_emptyWhat = what;
    m_emptyWhy = why;
    m_emptyButton = button;
    showState();
}

void PagedPane::setCountWords(const QString& one, const QString& many)
{
    m_one = one;
    m_many = many;
    showState();
}

void PagedPane::copy(bool withHeaders)
{
    const auto rows = m_view->selectedRows();
    if (!rows.empty()) {
        QGuiApplication::clipboard()->setText(tabSeparated(m_model, rows, m_view->shownColumns(), withHeaders));
    }
}

void PagedPane::tellChosen()
{
    Q_EMIT chosen(m_model.objectIdAt(m_view->currentIndex().row()));
}

void PagedPane::showState()
{
    const int rows = m_model.rowCount();
    const bool ready = m_model.state() == PagedModel::State::Ready;
    const QString count = rows == 1 || m_many.isEmpty() ? m_one : m_many.arg(countText(rows));
    m_count->setText(!ready ? QString() : m_model.hasMore() ? tr("The newest %1").arg(count) : count);
    if (m_model.state() == PagedModel::State::Failed) {
        const ErrorWords words = errorWords(m_model.error().value_or(Error{}));
        m_state->say(words.happened, words.means + u' ' + words.advice, tr("Try again"));
        m_stack->setCurrentWidget(m_state);
    } else if (!ready) {
        m_stack->setCurrentWidget(m_skeleton);
    } else if (rows == 0) {
        m_state->say(m_emptyWhat, m_emptyWhy, m_emptyButton);
        m_stack->setCurrentWidget(m_state);
    } else {
        m_stack->setCurrentWidget(m_view);
        if (!m_view->currentIndex().isValid()) {
            m_view->selectRow(0);
        }
    }
    if (ready) {
        tellChosen();
    }
}

} // namespace ch::ui

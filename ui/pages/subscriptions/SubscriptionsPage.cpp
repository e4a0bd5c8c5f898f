// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/subscriptions/SubscriptionsPage.h"

#include "ui/tables/TableView.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QShortcut>
#include <QVBoxLayout>

namespace ch::ui {

SubscriptionsPage::SubscriptionsPage(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_pane(new TablePane(theme, store::Table::Subscriptions, this)), m_cancel(nullptr)
{
    setObjectName(QStringLiteral("subscriptionsPage"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    auto* lead = new QWidget(this);
    auto* row = new QHBoxLayout(lead);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    auto* title = new QLabel(tr("Subscriptions"), lead);
    title->setProperty("kind", QStringLiteral("page"));
    row->addWidget(title);
    m_cancel = new QPushButton(tr("Cancel…"), lead);
    m_cancel->setObjectName(QStringLiteral("subscriptionsCancel"));
    m_cancel->setAccessibleName(tr("Cancel the chosen subscription"));
    row->addWidget(m_cancel);
    m_pane->setObjectName(QStringLiteral("subscriptionsPane"));
    m_pane->setLead(lead);
    column->addWidget(m_pane);
    connect(m_pane, &TablePane::opened, this, &SubscriptionsPage::opened);
    connect(m_pane, &TablePane::syncAsked, this, &SubscriptionsPage::syncAsked);
    connect(m_cancel, &QPushButton::clicked, this, &SubscriptionsPage::askCancel);
    TableView& view = m_pane->view();
    auto* key = new QShortcut(QKeySequence(Qt::Key_Delete), &view, [this] { askCancel(); }, Qt::WidgetShortcut);
    key->setObjectName(QStringLiteral("subscriptionsCancelKey"));
    connect(view.selectionModel(), &QItemSelectionModel::selectionChanged, this, &SubscriptionsPage::showCancel);
    connect(&m_pane->model(), &MirrorTableModel::stateChanged, this, &SubscriptionsPage::showCancel);
    view.setContextMenuPolicy(Qt::CustomContextMenu);
    connect(&view, &QWidget::customContextMenuRequested, this, &SubscriptionsPage::showMenu);
    showCancel();
}

void SubscriptionsPage::setWritesOff(const QString& reason)
{
    m_writesOff = reason;
    showCancel();
}

void SubscriptionsPage::showCancel()
{
    const bool possible = !chosenToCancel(m_pane->view(), m_pane->model()).isEmpty();
    m_cancel->setEnabled(possible && m_writesOff.isEmpty());
    m_cancel->setToolTip(!m_writesOff.isEmpty() ? m_writesOff : possible ? tr("Cancels this one; business and customer stay (Del)") : tr("Choose one subscription that has not ended."));
}

void SubscriptionsPage::askCancel()
{
    const QString id = chosenToCancel(m_pane->view(), m_pane->model());
    if (!id.isEmpty() && m_writesOff.isEmpty()) {
        Q_EMIT cancelAsked(id);
    }
}

void SubscriptionsPage::showMenu(const QPoint& point)
{
    TableView& view = m_pane->view();
    const QString id = m_pane->model().objectIdAt(view.indexAt(point).row());
    if (id.isEmpty()) {
        return;
    }
    auto* menu = new QMenu(&view);
    menu->setObjectName(QStringLiteral("subscriptionMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    connect(menu->addAction(tr("Open")), &QAction::triggered, this, [this, id] { Q_EMIT opened(id); });
    connect(menu->addAction(tr("Copy")), &QAction::triggered, this, [this] { m_pane->copy(false); });
    menu->addSeparator();
    QAction* cancel = menu->addAction(tr("Cancel subscription…"));
    cancel->setObjectName(QStringLiteral("subscriptionMenuCancel"));
    cancel->setEnabled(m_cancel->isEnabled());
    connect(cancel, &QAction::triggered, this, &SubscriptionsPage::askCancel);
    menu->popup(view.viewport()->mapToGlobal(point));
}

} // namespace ch::ui

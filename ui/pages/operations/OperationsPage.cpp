// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/operations/OperationsPage.h"

#include "ui/pages/operations/MarksPanel.h"
#include "ui/pages/operations/OperationsPane.h"
#include "ui/pages/operations/TrailPane.h"
#include "ui/text/MoneyText.h"
#include "ui/theme/Labels.h"
#include "ui/theme/ViewSwitch.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QStackedLayout>
#include <QVBoxLayout>

namespace ch::ui {

namespace {

constexpr int kPollMs = 1000;

} // namespace

OperationsPage::OperationsPage(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_switch(new ViewSwitch(tr("View"), this)), m_stack(new QStackedLayout), m_marks(new MarksPanel(theme, this)), m_operations(new OperationsPane(theme, this)), m_trail(new TrailPane(theme, this))
{
    setObjectName(QStringLiteral("operationsPage"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeHead());
    column->addWidget(m_marks);
    m_stack->addWidget(m_operations);
    m_stack->addWidget(m_trail);
    column->addLayout(m_stack, 1);
    m_poll.setInterval(kPollMs);
    connect(&m_poll, &QTimer::timeout, this, [this] {
        if (m_view == View::NeedsYou || m_view == View::Running) {
            m_operations->refresh();
        }
    });
    showWords();
}

QWidget* OperationsPage::makeHead()
{
    auto* head = new QWidget(this);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(24, 12, 24, 12);
    row->setSpacing(0);
    row->addWidget(lineLabel(tr("Operations"), "page", {}, head));
    row->addSpacing(16);
    m_switch->add(tr("Needs you"), QStringLiteral("viewNeedsYou"));
    m_switch->add(tr("Running"), QStringLiteral("viewRunning"));
    m_switch->add(tr("History"), QStringLiteral("viewHistory"));
    m_switch->add(tr("Audit trail"), QStringLiteral("viewTrail"));
    connect(m_switch, &ViewSwitch::chosen, this, [this](int place) { show(static_cast<View>(place)); });
    row->addWidget(m_switch);
    row->addStretch(1);
    return head;
}

void OperationsPage::showWords()
{
    const auto counted = [](const QString& words, int count) { return count > 0 ? words + QStringLiteral(" (%1)").arg(countText(count)) : words; };
    m_switch->setWords(static_cast<int>(View::NeedsYou), counted(tr("Needs you"), m_counts.needsPerson));
    m_switch->setWords(static_cast<int>(View::Running), counted(tr("Running"), m_counts.running));
}

void OperationsPage::setSource(RecordsSource* source)
{
    m_operations->setSource(source);
    m_trail->setSource(source);
}

void OperationsPage::setAccount(bool live, const QTimeZone& zone)
{
    m_zone = zone;
    m_operations->setAccount(live, zone);
    m_trail->setZone(zone);
}

void OperationsPage::setWritesOff(const QString& reason)
{
    m_operations->setWritesOff(reason);
    m_marks->setWritesOff(reason);
    showMarks();
}

void OperationsPage::setCounts(const store::OperationCounts& counts)
{
    m_counts = counts;
    showWords();
}

void OperationsPage::setMarks(const std::vector<store::Mark>& marks)
{
    m_marks->setMarks(marks, m_zone);
    showMarks();
}

void OperationsPage::showMarks()
{
    m_marks->setVisible(m_view == View::NeedsYou && m_marks->count() > 0);
}

void OperationsPage::show(View view)
{
    m_view = view;
    showMarks();
    m_switch->setCurrent(static_cast<int>(view));
    using Which = store::OperationQuery::Which;
    if (view == View::Trail) {
        m_stack->setCurrentWidget(m_trail);
        m_trail->refresh();
    } else {
        m_stack->setCurrentWidget(m_operations);
        m_operations->show(view == View::NeedsYou ? Which::NeedsPerson : view == View::Running ? Which::Running : Which::All);
    }
    focusTable();
}

void OperationsPage::refresh()
{
    m_operations->refresh();
    m_trail->refresh();
}

void OperationsPage::focusTable()
{
    m_view == View::Trail ? m_trail->focusTable() : m_operations->focusTable();
}

void OperationsPage::focusFilter()
{
    m_view == View::Trail ? m_trail->focusFilter() : m_operations->focusFilter();
}

void OperationsPage::copy(bool withHeaders)
{
    m_view == View::Trail ? m_trail->copy(withHeaders) : m_operations->copy(withHeaders);
}

void OperationsPage::showEvent(QShowEvent*)
{
    refresh();
    m_poll.start();
}

void OperationsPage::hideEvent(QHideEvent*)
{
    m_poll.stop();
}

} // namespace ch::ui

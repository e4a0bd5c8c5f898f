// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/operations/OperationsPane.h"

#include "ui/pages/operations/OperationDetail.h"
#include "ui/pages/operations/OperationWords.h"
#include "ui/pages/operations/PagedPane.h"
#include "ui/pages/operations/RecordsSource.h"
#include "ui/tables/TableView.h"
#include "ui/text/MoneyText.h"
#include "ui/text/StatusText.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSplitter>
#include <QVBoxLayout>

namespace ch::ui {

namespace {

constexpr int kFilterPauseMs = 150;
using Which = store::OperationQuery::Which;

} // namespace

OperationsPane::OperationsPane(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_model(new OperationsModel(this)), m_pane(new PagedPane(theme, *m_model, tr("Operations"), this)), m_detail(new OperationDetail(theme, this)),
      m_splitter(new QSplitter(Qt::Vertical, this)), m_lead(new QLabel(this)), m_text(new QLineEdit(this)), m_kind(new QComboBox(this)), m_state(new QComboBox(this)),
      m_resumeAll(new QPushButton(this))
{
    setObjectName(QStringLiteral("operationsPane"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_tools = makeTools(theme);
    column->addWidget(m_tools);
    m_splitter->setObjectName(QStringLiteral("operationsSplitter"));
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(1);
    m_splitter->addWidget(m_pane);
    m_splitter->addWidget(m_detail);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    column->addWidget(m_splitter, 1);
    m_pane->setCountWords(tr("1 operation"), tr("%1 operations"));
    connect(m_pane, &PagedPane::chosen, this, &OperationsPane::choose);
    connect(m_pane, &PagedPane::emptyPressed, this, [this] {
        {
            const QSignalBlocker blockers[] = {QSignalBlocker(m_text), QSignalBlocker(m_kind), QSignalBlocker(m_state)};
            m_text->clear();
            m_kind->setCurrentIndex(0);
            m_state->setCurrentIndex(0);
        }
        filter();
    });
    connect(&m_pane->view(), &TableView::opened, this, [this](const QString&) {
        if (const store::Operation* operation = m_model->itemAt(m_pane->view().currentIndex().row())) {
            Q_EMIT businessOpened(operation->subject.businessId);
        }
    });
    connect(m_model, &PagedModel::stateChanged, this, &OperationsPane::showTools);
    connect(m_detail, &OperationDetail::resumeAsked, this, [this](const QString& id) { Q_EMIT resumeAsked({id}); });
    connect(m_detail, &OperationDetail::againAsked, this, &OperationsPane::againAsked);
    connect(m_detail, &OperationDetail::businessOpened, this, &OperationsPane::businessOpened);
    m_pause.setSingleShot(true);
    m_pause.setInterval(kFilterPauseMs);
    connect(&m_pause, &QTimer::timeout, this, &OperationsPane::filter);
    show(Which::NeedsPerson);
}

QWidget* OperationsPane::makeTools(const Theme& theme)
{
    auto* tools = new QWidget(this);
    auto* row = new QHBoxLayout(tools);
    row->setContentsMargins(24, 0, 24, 12);
    row->setSpacing(8);
    m_lead->setObjectName(QStringLiteral("operationsLead"));
    m_lead->setProperty("kind", QStringLiteral("secondary"));
    m_lead->setWordWrap(true);
    row->addWidget(m_lead, 100);
    m_text->setObjectName(QStringLiteral("operationsFilter"));
    m_text->setAccessibleName(tr("Filter"));
    m_text->setPlaceholderText(tr("Business, operation or object id"));
    m_text->setClearButtonEnabled(true);
    m_text->addAction(theme.icon(QStringLiteral("find"), Theme::Ink::Secondary), QLineEdit::LeadingPosition);
    m_text->setMinimumWidth(200);
    m_text->setMaximumWidth(320);
    row->addWidget(m_text, 40);
    m_kind->setObjectName(QStringLiteral("operationsKind"));
    m_kind->setAccessibleName(tr("What"));
    m_kind->addItem(tr("Anything"), -1);
    for (const auto kind : {store::OperationKind::Provision, store::OperationKind::TakeDown, store::OperationKind::Cancel}) {
        m_kind->addItem(kindText(kind), static_cast<int>(kind));
    }
    m_state->setObjectName(QStringLiteral("operationsState"));
    m_state->setAccessibleName(tr("State"));
    m_state->addItem(tr("Any state"), -1);
    for (const auto state : {store::OperationState::Done, store::OperationState::Failed, store::OperationState::Unknown, store::OperationState::Waiting, store::OperationState::Running}) {
        m_state->addItem(statusLook(store::wordOf(state)).word, static_cast<int>(state));
    }
    for (QComboBox* box : {m_kind, m_state}) {
        row->addWidget(box);
        connect(box, &QComboBox::currentIndexChanged, this, &OperationsPane::filter);
    }
    m_resumeAll->setObjectName(QStringLiteral("operationsResumeAll"));
    row->addStretch(1);
    row->addWidget(m_resumeAll);
    connect(m_text, &QLineEdit::textChanged, this, [this] { m_pause.start(); });
    connect(m_resumeAll, &QPushButton::clicked, this, [this] { Q_EMIT resumeAsked(resumable()); });
    return tools;
}

void OperationsPane::setSource(RecordsSource* source)
{
    m_source = source;
    m_detail->clear();
    m_model->setSource(source);
}

void OperationsPane::setAccount(bool live, const QTimeZone& zone)
{
    m_live = live;
    m_zone = zone;
    m_model->setZone(zone);
}

void OperationsPane::setWritesOff(const QString& reason)
{
    m_writesOff = reason;
    m_detail->setWritesOff(reason);
    showTools();
}

void OperationsPane::show(Which which)
{
    m_which = which;
    const bool history = which == Which::All;
    m_lead->setVisible(!history);
    m_text->setVisible(history);
    m_kind->setVisible(history);
    m_state->setVisible(history);
    m_lead->setText(which == Which::NeedsPerson ? tr("What stopped, failed or was left without an answer. Nothing is done twice by going on with it.")
            : which == Which::Running           ? tr("What is being worked on now, here and in the terminal.")
                                                : QString());
    filter();
}

void OperationsPane::filter()
{
    store::OperationQuery query;
    query.which = m_which;
    if (m_which == Which::All) {
        query.text = m_text->text().trimmed();
        if (m_kind->currentData().toInt() >= 0) {
            query.kind = static_cast<store::OperationKind>(m_kind->currentData().toInt());
        }
        if (m_state->currentData().toInt() >= 0) {
            query.state = static_cast<store::OperationState>(m_state->currentData().toInt());
        }
    }
    m_detail->clear();
    m_model->setQuery(query);
    showWords();
    showTools();
}

void OperationsPane::showWords()
{
    if (m_which == Which::NeedsPerson) {
        m_pane->setEmptyWords(tr("Nothing needs you"), tr("What fails, or is left without an answer, stands here until it is settled."), {});
    } else if (m_which == Which::Running) {
        m_pane->setEmptyWords(tr("Nothing is running"), tr("What is being made or taken down shows here while it is at work."), {});
    } else if (m_model->isFiltered()) {
        m_pane->setEmptyWords(tr("0 operations"), tr("No operation fits the filter."), tr("Clear the filter"));
    } else {
        m_pane->setEmptyWords(tr("0 operations"), tr("Nothing was made or taken down from here yet."), {});
    }
}

QStringList OperationsPane::resumable() const
{
    QStringList ids;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const store::Operation* operation = m_model->itemAt(row);
        if (!operation->isSettled() && !m_busy.contains(operation->id)) {
            ids << operation->id;
        }
    }
    return ids;
}

void OperationsPane::showTools()
{
    const auto count = resumable().size();
    m_resumeAll->setVisible(m_which == Which::NeedsPerson && count > 1);
    m_resumeAll->setText(tr("Resume all %1").arg(countText(count)));
    m_resumeAll->setAccessibleName(m_resumeAll->text());
    m_resumeAll->setEnabled(m_writesOff.isEmpty());
    m_resumeAll->setToolTip(m_writesOff);
}

void OperationsPane::refresh()
{
    m_model->refresh();
}

void OperationsPane::setBusy(const QSet<QString>& operationIds)
{
    m_busy = operationIds;
    m_detail->setBusy(m_busy.contains(m_detail->operationId()));
    showTools();
}

void OperationsPane::choose(const QString& operationId)
{
    const store::Operation* operation = m_model->itemAt(m_pane->view().currentIndex().row());
    if (!operation || operation->id != operationId || !m_source) {
        m_detail->clear();
        return;
    }
    m_detail->setOperation(*operation, m_live, m_zone);
    m_detail->setBusy(m_busy.contains(operationId));
    const quint64 generation = ++m_stepsGeneration;
    m_source->steps(operationId, this)->onFinished(this, [this, generation](const Result<std::vector<store::JournalStep>>& steps) {
        if (generation != m_stepsGeneration) {
            return;
        }
        if (steps) {
            m_detail->setSteps(*steps);
        } else {
            m_detail->setStepsError(steps.error());
        }
    });
}

void OperationsPane::focusTable()
{
    m_pane->view().setFocus(Qt::OtherFocusReason);
}

void OperationsPane::focusFilter()
{
    if (m_text->isVisible()) {
        m_text->setFocus(Qt::ShortcutFocusReason);
        m_text->selectAll();
    }
}

void OperationsPane::copy(bool withHeaders)
{
    m_pane->copy(withHeaders);
}

} // namespace ch::ui

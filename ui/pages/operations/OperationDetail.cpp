// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/operations/OperationDetail.h"

#include "ui/pages/detail/StatusTag.h"
#include "ui/pages/operations/OperationWords.h"
#include "ui/pages/operations/OperationsModel.h"
#include "ui/tables/TableView.h"
#include "ui/text/ErrorText.h"
#include "ui/text/TimeText.h"
#include "ui/theme/Labels.h"
#include "ui/theme/StyleSheet.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace ch::ui {

OperationDetail::OperationDetail(const Theme& theme, QWidget* parent)
    : QFrame(parent), m_headline(copyableLabel({}, "section", QStringLiteral("operationHeadline"), this)), m_status(new StatusTag(theme, this)), m_sentence(copyableLabel({}, "plain", QStringLiteral("operationSentence"), this)),
      m_advice(copyableLabel({}, "secondary", QStringLiteral("operationAdvice"), this)), m_facts(copyableLabel({}, "caption", QStringLiteral("operationFacts"), this)), m_act(new QPushButton(this)),
      m_open(new QPushButton(tr("Open business"), this)), m_steps(new StepsModel(this)), m_view(new TableView(theme, *m_steps, this)), m_none(copyableLabel({}, "secondary", QStringLiteral("operationNone"), this))
{
    setObjectName(QStringLiteral("operationDetail"));
    setAccessibleName(tr("The operation in detail"));
    setProperty("look", QStringLiteral("foot"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 12, 24, 8);
    column->setSpacing(6);
    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    m_headline->setWordWrap(false);
    m_headline->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    head->addWidget(m_headline, 1);
    head->addWidget(m_status);
    column->addLayout(head);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_sentence);
    words->addWidget(m_advice);
    row->addLayout(words, 1);
    m_act->setObjectName(QStringLiteral("operationAct"));
    m_act->setAccessibleName(tr("Go on with it"));
    m_open->setObjectName(QStringLiteral("operationOpen"));
    m_open->setAccessibleName(m_open->text());
    row->addWidget(m_open, 0, Qt::AlignTop);
    row->addWidget(m_act, 0, Qt::AlignTop);
    column->addLayout(row);
    m_view->setObjectName(QStringLiteral("operationSteps"));
    m_view->setAccessibleName(tr("Steps"));
    m_view->setSortable(false);
    column->addWidget(m_view, 1);
    column->addWidget(m_none, 1, Qt::AlignTop);
    column->addWidget(m_facts);
    connect(m_act, &QPushButton::clicked, this, [this] {
        if (m_operation && operationWords(*m_operation, m_live).again) {
            Q_EMIT againAsked(*m_operation);
        } else if (m_operation) {
            Q_EMIT resumeAsked(m_operation->id);
        }
    });
    connect(m_open, &QPushButton::clicked, this, [this] {
        if (m_operation) {
            Q_EMIT businessOpened(m_operation->subject.businessId);
        }
    });
    connect(m_view, &TableView::copyAsked, this, [this](bool withHeaders) {
        const auto rows = m_view->selectedRows();
        if (!rows.empty()) {
            QGuiApplication::clipboard()->setText(tabSeparated(*m_steps, rows, m_view->shownColumns(), withHeaders));
        }
    });
    clear();
}

void OperationDetail::setOperation(const store::Operation& operation, bool live, const QTimeZone& zone)
{
    if (operationId() != operation.id) {
        m_steps->setSteps({}, zone);
        m_view->hide(); // until the answer is there nothing is said of its steps
        m_none->hide();
        m_busy = false;
    }
    m_operation = operation;
    m_live = live;
    m_zone = zone;
    show();
}

void OperationDetail::setSteps(const std::vector<store::JournalStep>& steps)
{
    m_steps->setSteps(steps, m_zone);
    m_view->setVisible(!steps.empty());
    m_none->setText(tr("No step was begun: nothing was sent to Stripe."));
    m_none->setVisible(steps.empty());
}

void OperationDetail::setStepsError(const Error& error)
{
    const ErrorWords words = errorWords(error);
    m_none->setText(tr("Its steps could not be read: %1").arg(words.happened + QStringLiteral(". ") + words.means + u' ' + words.advice));
    m_none->show();
}

void OperationDetail::clear()
{
    m_operation.reset();
    m_steps->setSteps({}, m_zone);
    hide();
}

void OperationDetail::setBusy(bool busy)
{
    m_busy = busy;
    show();
}

void OperationDetail::setWritesOff(const QString& reason)
{
    m_writesOff = reason;
    show();
}

void OperationDetail::show()
{
    setVisible(m_operation.has_value());
    if (!m_operation) {
        return;
    }
    const OperationWords words = operationWords(*m_operation, m_live);
    m_headline->setText(words.headline);
    m_headline->setToolTip(words.headline);
    m_status->setStatus(stateWord(*m_operation));
    m_sentence->setText(words.sentence);
    m_advice->setText(words.advice);
    m_advice->setVisible(!words.advice.isEmpty());
    m_act->setText(m_busy ? tr("At work…") : words.act);
    if (!words.act.isEmpty()) {
        m_act->setAccessibleName(m_act->text());
    }
    m_act->setVisible(!words.act.isEmpty());
    m_act->setEnabled(!m_busy && m_writesOff.isEmpty());
    m_act->setToolTip(m_writesOff);
    setLook(m_act, "look", words.again ? QString() : QStringLiteral("primary"));
    m_facts->setText(tr("Operation %1 · begun %2 · last change %3").arg(m_operation->id, exactTimeText(m_operation->createdMs / 1000, m_zone), exactTimeText(m_operation->updatedMs / 1000, m_zone)));
}

} // namespace ch::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/TakedownDialog.h"

#include "ui/text/ErrorText.h"
#include "ui/theme/SignLabel.h"
#include "ui/theme/StyleSheet.h"

#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace ch::ui {

namespace {

constexpr int kDialogWidth = 560;
constexpr int kLeastDialogHeight = 200;
constexpr int kLongestReason = 500; // Stripe's limit for a comment

QLabel* takedownLabel(const char* objectName, const char* text, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(QString::fromLatin1(objectName));
    label->setProperty("kind", QString::fromLatin1(text));
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

TakedownDialog::TakedownDialog(const Theme& theme, const StripWords& strip, const QString& target, const QTimeZone& zone, QWidget* parent)
    : QDialog(parent), m_theme(theme), m_strip(strip), m_target(target), m_zone(zone)
{
    setObjectName(QStringLiteral("takedownDialog"));
    setWindowModality(Qt::WindowModal);
    setWindowTitle(titleWithMode(strip, tr("Take down")));
    setFixedWidth(kDialogWidth);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* modeStrip = new ModeStrip(this);
    modeStrip->say(strip);
    column->addWidget(modeStrip);

    m_pages = {makeWorkingPage(), makePlanPage(), makeOutcomePage()};
    for (QWidget* page : std::as_const(m_pages)) {
        column->addWidget(page, 1);
    }
    column->addWidget(makeButtons());
    go(Step::Planning);
}

QWidget* TakedownDialog::makeWorkingPage()
{
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(24, 24, 24, 24);
    m_workingText = takedownLabel("takedownWorking", "section", page);
    auto* bar = new QProgressBar(page);
    bar->setRange(0, 0);
    bar->setTextVisible(false);
    bar->setAccessibleName(tr("Working"));
    column->addWidget(m_workingText);
    column->addSpacing(8);
    column->addWidget(bar);
    column->addStretch(1);
    return page;
}

QWidget* TakedownDialog::makePlanPage()
{
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(24, 20, 24, 16);
    column->setSpacing(12);
    m_sentence = takedownLabel("takedownSentence", "section", page);
    column->addWidget(m_sentence);
    auto* mrrRow = new QHBoxLayout;
    mrrRow->setSpacing(12);
    m_mrr = takedownLabel("takedownMrr", "headline", page);
    m_mrr->setWordWrap(false);
    m_mrrCaption = takedownLabel("takedownMrrCaption", "secondary", page);
    m_mrrCaption->setWordWrap(false);
    m_mrrCaption->setText(tr("of MRR goes"));
    mrrRow->addWidget(m_mrr, 0, Qt::AlignBaseline);
    mrrRow->addWidget(m_mrrCaption, 0, Qt::AlignBaseline);
    mrrRow->addStretch(1);
    column->addLayout(mrrRow);
    m_consequences = new QVBoxLayout;
    m_consequences->setSpacing(8);
    column->addLayout(m_consequences);
    m_deleteBox = new QCheckBox(page);
    m_deleteBox->setObjectName(QStringLiteral("takedownDelete"));
    connect(m_deleteBox, &QCheckBox::toggled, this, &TakedownDialog::showPlan);
    column->addWidget(m_deleteBox);
    m_reasonLabel = takedownLabel("takedownReasonLabel", "secondary", page);
    m_reasonLabel->setText(tr("Reason (kept in the trail and sent to Stripe as a comment)"));
    m_reason = new QLineEdit(page);
    m_reason->setObjectName(QStringLiteral("takedownReason"));
    m_reason->setAccessibleName(tr("Reason"));
    m_reason->setMaxLength(kLongestReason);
    auto* reasonColumn = new QVBoxLayout;
    reasonColumn->setSpacing(4);
    reasonColumn->addWidget(m_reasonLabel);
    reasonColumn->addWidget(m_reason);
    column->addLayout(reasonColumn);
    m_note = takedownLabel("takedownNote", "warning", page);
    column->addWidget(m_note);
    column->addStretch(1);
    return page;
}

QWidget* TakedownDialog::makeOutcomePage()
{
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(24, 20, 24, 16);
    column->setSpacing(12);
    auto* head = new QHBoxLayout;
    head->setSpacing(10);
    m_outcomeSign = new SignLabel(m_theme, Sign::Ok, page);
    m_outcomeSign->setFixedSize(22, 22);
    m_headline = takedownLabel("takedownHeadline", "section", page);
    head->addWidget(m_outcomeSign, 0, Qt::AlignTop);
    head->addWidget(m_headline, 1);
    column->addLayout(head);
    m_lines = takedownLabel("takedownLines", "plain", page);
    column->addWidget(m_lines);
    m_details = takedownLabel("takedownDetails", "secondary", page);
    m_details->setFont(monoFont());
    column->addWidget(m_details);
    auto* ids = new QHBoxLayout;
    m_requestIds = takedownLabel("takedownRequestIds", "secondary", page);
    m_copyIds = new QPushButton(tr("Copy"), page);
    m_copyIds->setObjectName(QStringLiteral("takedownCopyIds"));
    m_copyIds->setAccessibleName(tr("Copy the request ids"));
    m_copyIds->setProperty("look", QStringLiteral("link"));
    m_copyIds->setAutoDefault(false);
    ids->addWidget(m_requestIds, 1);
    ids->addWidget(m_copyIds, 0, Qt::AlignTop);
    column->addLayout(ids);
    column->addStretch(1);
    return page;
}

QWidget* TakedownDialog::makeButtons()
{
    auto* row = new QFrame(this);
    row->setProperty("look", QStringLiteral("foot"));
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(24, 12, 24, 12);
    layout->setSpacing(8);
    m_act = new QPushButton(row);
    m_act->setObjectName(QStringLiteral("takedownAct"));
    m_act->setAutoDefault(false);
    m_act->setProperty("look", m_strip.mode == StripMode::Live ? QStringLiteral("live") : QStringLiteral("danger"));
    connect(m_act, &QPushButton::clicked, this, &TakedownDialog::start);
    m_keep = new QPushButton(row);
    m_keep->setObjectName(QStringLiteral("takedownKeep"));
    m_keep->setProperty("look", QStringLiteral("primary"));
    m_keep->setDefault(true);
    connect(m_keep, &QPushButton::clicked, this, &TakedownDialog::reject);
    layout->addWidget(m_act);
    layout->addStretch(1);
    layout->addWidget(m_keep);
    return row;
}

void TakedownDialog::go(Step step)
{
    m_step = step;
    const bool busy = step == Step::Planning || step == Step::Working;
    const int shown = busy ? 0 : step == Step::Plan ? 1 : 2;
    for (int i = 0; i < m_pages.size(); ++i) {
        m_pages[i]->setVisible(i == shown);
    }
    m_act->setVisible(!busy);
    m_keep->setVisible(step != Step::Working);
    if (step == Step::Planning) {
        m_workingText->setText(tr("Looking at what would happen…"));
        m_keep->setText(tr("Back"));
    }
    layout()->activate();
    resize(kDialogWidth, qMax(layout()->totalHeightForWidth(kDialogWidth), kLeastDialogHeight));
    m_keep->setFocus();
}

void TakedownDialog::setPlan(const business::TakedownPlan& plan)
{
    m_plan = plan;
    {
        const QSignalBlocker blocked(m_deleteBox);
        m_deleteBox->setChecked(plan.deleteCustomerByDefault);
    }
    showPlan();
}

void TakedownDialog::showPlan()
{
    const PlanWords words = planWords(m_plan, m_strip, m_deleteBox->isChecked() && !m_plan.customerIds.isEmpty(), m_zone);
    setWindowTitle(words.title);
    m_sentence->setText(words.sentence);
    m_mrr->setText(words.mrr);
    m_mrr->setVisible(!words.mrr.isEmpty());
    m_mrrCaption->setVisible(!words.mrr.isEmpty());
    showConsequences(words.consequences);
    m_deleteBox->setText(words.deleteBox);
    m_deleteBox->setAccessibleName(words.deleteBox);
    m_deleteBox->setVisible(words.possible && !words.deleteBox.isEmpty());
    m_reason->setVisible(words.possible);
    m_reasonLabel->setVisible(words.possible);
    m_note->setText(words.note);
    m_note->setVisible(!words.note.isEmpty());
    m_keep->setText(words.keep);
    m_keep->setAccessibleName(words.keep);
    m_act->setText(words.act);
    m_act->setAccessibleName(words.act);
    const bool fromBox = m_deleteBox->hasFocus();
    go(Step::Plan);
    m_act->setVisible(words.possible);
    if (fromBox) {
        m_deleteBox->setFocus();
    }
}

void TakedownDialog::showConsequences(const QList<Consequence>& consequences)
{
    while (QLayoutItem* item = m_consequences->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const bool reversible : {false, true}) {
        QStringList lines;
        for (const Consequence& consequence : consequences) {
            if (consequence.reversible == reversible) {
                lines << consequence.text;
            }
        }
        if (!lines.isEmpty()) {
            addConsequences(reversible, lines);
        }
    }
}

void TakedownDialog::addConsequences(bool reversible, const QStringList& lines)
{
    auto* row = new QWidget(m_pages[1]);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    layout->addWidget(new SignLabel(m_theme, reversible ? Sign::Info : Sign::Warning, row), 0, Qt::AlignTop);
    auto* column = new QVBoxLayout;
    column->setSpacing(2);
    QLabel* heading = takedownLabel("consequenceKind", "strong", row);
    heading->setText(reversible ? tr("Can be undone") : tr("Cannot be undone"));
    column->addWidget(heading);
    for (const QString& line : lines) {
        QLabel* text = takedownLabel("consequence", "plain", row);
        text->setText(line);
        column->addWidget(text);
    }
    layout->addLayout(column, 1);
    m_consequences->addWidget(row);
}

void TakedownDialog::setPlanError(const Error& error)
{
    OutcomeWords words;
    const ErrorWords said = errorWords(error);
    words.state = OutcomeState::Failed;
    words.headline = said.happened;
    words.lines = QStringList{said.means, said.advice};
    words.details = said.details;
    showOutcome(words);
}

void TakedownDialog::start()
{
    m_request.businessId = m_target;
    m_request.reason = m_reason->text().trimmed();
    m_request.deleteCustomer = m_deleteBox->isChecked() && !m_plan.customerIds.isEmpty();
    m_workingText->setText(tr("Taking down “%1”…").arg(nameOf(m_plan.business)));
    go(Step::Working);
    Q_EMIT agreed(m_request);
}

void TakedownDialog::setOutcome(const business::TakedownOutcome& outcome)
{
    showOutcome(outcomeWords(outcome, nameOf(m_plan.business), m_request.deleteCustomer));
}

void TakedownDialog::showOutcome(const OutcomeWords& words)
{
    switch (words.state) {
    case OutcomeState::Done: m_outcomeSign->setSign(Sign::Ok); break;
    case OutcomeState::Partly:
    case OutcomeState::Unknown: m_outcomeSign->setSign(Sign::Warning); break;
    case OutcomeState::Failed: m_outcomeSign->setSign(Sign::Danger); break;
    }
    m_headline->setText(words.headline);
    m_lines->setText(words.lines.join(u'\n'));
    m_details->setText(words.details);
    m_details->setVisible(!words.details.isEmpty());
    const QString ids = words.requestIds.join(QStringLiteral(", "));
    m_requestIds->setText(words.requestIds.size() == 1 ? tr("Stripe's request id: %1").arg(ids) : tr("Stripe's request ids: %1").arg(ids));
    m_requestIds->setVisible(!ids.isEmpty());
    m_copyIds->setVisible(!ids.isEmpty());
    m_copyIds->disconnect(this);
    connect(m_copyIds, &QPushButton::clicked, this, [ids] { QGuiApplication::clipboard()->setText(ids); });
    m_keep->setText(tr("Back"));
    m_keep->setAccessibleName(tr("Back"));
    m_act->setText(words.again);
    m_act->setAccessibleName(words.again);
    go(Step::Outcome);
    m_act->setVisible(!words.again.isEmpty());
}

void TakedownDialog::reject()
{
    if (m_step != Step::Working) {
        QDialog::reject();
    }
}

} // namespace ch::ui

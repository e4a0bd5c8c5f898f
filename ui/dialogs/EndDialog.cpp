// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/EndDialog.h"

#include "ui/dialogs/EndOptions.h"
#include "ui/text/ErrorText.h"
#include "ui/text/Isolate.h"
#include "ui/text/Shorten.h"
#include "ui/text/TimeText.h"
#include "ui/theme/Labels.h"
#include "ui/theme/SignLabel.h"
#include "ui/theme/StyleSheet.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

namespace ch::ui {

namespace {

constexpr int kWorkingPage = 0;
constexpr int kPlanPage = 1;
constexpr int kChoosePage = 2;
constexpr int kOutcomePage = 3;
constexpr int kNameWidth = 440;

} // namespace

EndDialog::EndDialog(const Theme& theme, const StripWords& strip, const QString& name, const QTimeZone& zone, QWidget* parent)
    : ActDialog(theme, strip, name, parent), m_zone(zone), m_prefix(name)
{
    makeButtons();
    m_working = addWorkingPage();
    makePlanPage();
    makeChoosePage();
    makeOutcomePage();
    go(Step::Planning);
}

void EndDialog::makePlanPage()
{
    QVBoxLayout* column = addPage();
    QWidget* in = page(kPlanPage);
    m_sentence = addLabel(QStringLiteral("Sentence"), "section", in);
    column->addWidget(m_sentence);
    auto* mrrRow = new QHBoxLayout;
    mrrRow->setSpacing(12);
    m_mrr = addLabel(QStringLiteral("Mrr"), "headline", in);
    m_mrr->setWordWrap(false);
    m_mrrCaption = addLabel(QStringLiteral("MrrCaption"), "secondary", in);
    m_mrrCaption->setWordWrap(false);
    m_mrrCaption->setText(tr("of MRR goes"));
    mrrRow->addWidget(m_mrr, 0, Qt::AlignBaseline);
    mrrRow->addWidget(m_mrrCaption, 0, Qt::AlignBaseline);
    mrrRow->addStretch(1);
    column->addLayout(mrrRow);
    m_consequences = new QVBoxLayout;
    m_consequences->setSpacing(8);
    column->addLayout(m_consequences);
    m_options = new EndOptions(m_prefix, in);
    column->addWidget(m_options);
    m_mail = addLabel(QStringLiteral("Mail"), "secondary", in);
    column->addWidget(m_mail);
    m_note = addLabel(QStringLiteral("Note"), "warning", in);
    column->addWidget(m_note);
    column->addStretch(1);
    connect(m_options, &EndOptions::changed, this, &EndDialog::showWords);
    connect(m_options, &EndOptions::typed, this, [this] { m_act->setEnabled(m_step != Step::Plan || m_options->isConfirmed()); });
}

void EndDialog::makeChoosePage()
{
    QVBoxLayout* column = addPage();
    m_chooseSentence = addLabel(QStringLiteral("Choose"), "section", page(kChoosePage));
    column->addWidget(m_chooseSentence);
    m_customers = new QVBoxLayout;
    m_customers->setSpacing(2);
    column->addLayout(m_customers);
    column->addStretch(1);
    m_customerGroup = new QButtonGroup(this);
    connect(m_customerGroup, &QButtonGroup::buttonToggled, this, [this] { m_act->setEnabled(m_step != Step::Choose || m_customerGroup->checkedButton()); });
}

void EndDialog::makeOutcomePage()
{
    QVBoxLayout* column = addPage();
    m_panel = new OutcomePanel(theme(), m_prefix, page(kOutcomePage));
    column->addWidget(m_panel);
    column->addStretch(1);
}

void EndDialog::makeButtons()
{
    m_act = addButton(QStringLiteral("Act"), strip().mode == StripMode::Live ? QStringLiteral("live") : QStringLiteral("danger"));
    connect(m_act, &QPushButton::clicked, this, &EndDialog::onAct);
    m_operations = addButton(QStringLiteral("Operations"), {});
    setWords(m_operations, tr("Operations page"));
    connect(m_operations, &QPushButton::clicked, this, [this] {
        Q_EMIT operationsAsked();
        accept();
    });
    foot()->addStretch(1);
    m_keep = addButton(QStringLiteral("Keep"), QStringLiteral("primary"));
    m_keep->setDefault(true);
    connect(m_keep, &QPushButton::clicked, this, &QDialog::reject);
}

EndChoices EndDialog::choices() const
{
    return m_options->choices();
}

void EndDialog::setDeleteCustomer(bool on)
{
    m_options->setDeleteCustomer(on);
}

void EndDialog::go(Step step)
{
    m_step = step;
    const bool busy = step == Step::Planning || step == Step::Working;
    setLeavable(step != Step::Working);
    m_act->setVisible(!busy);
    m_act->setEnabled(true);
    m_operations->hide();
    m_keep->setVisible(step != Step::Working);
    if (step == Step::Planning || step == Step::Choose) {
        setWords(m_keep, tr("Back"));
    }
    if (step == Step::Planning) {
        m_working->setText(tr("Asking Stripe what would happen…"));
    }
    showPage(busy ? kWorkingPage : step == Step::Plan ? kPlanPage : step == Step::Choose ? kChoosePage : kOutcomePage);
    m_keep->setFocus();
}

void EndDialog::showPlan()
{
    const EndWords said = words(choices());
    if (!said.customers.empty()) {
        showCustomers(said);
        return;
    }
    go(Step::Plan);
    showWords();
    m_keep->setFocus();
}

void EndDialog::showWords()
{
    if (m_step != Step::Plan) {
        return;
    }
    m_options->show(words(choices()));
    // What is off now counts no more, so that the words are those of what would be sent.
    const EndWords said = words(choices());
    m_options->show(said);
    setWindowTitle(said.title);
    m_sentence->setText(inOurDirection(said.sentence));
    m_mrr->setText(said.mrr);
    m_mrr->setVisible(!said.mrr.isEmpty());
    m_mrrCaption->setVisible(!said.mrr.isEmpty());
    showConsequences(said.consequences);
    m_mail->setText(said.mail);
    m_mail->setVisible(!said.mail.isEmpty());
    m_note->setText(said.note);
    m_note->setVisible(!said.note.isEmpty());
    setWords(m_keep, said.keep);
    setWords(m_act, said.act);
    m_act->setVisible(said.possible);
    m_act->setEnabled(m_options->isConfirmed());
    fit();
}

void EndDialog::showCustomers(const EndWords& said)
{
    setWindowTitle(said.title);
    m_chooseSentence->setText(inOurDirection(said.sentence));
    clearLayout(m_customers);
    for (const business::PlannedCustomer& customer : said.customers) {
        const QString name = customer.name.isEmpty() ? tr("No name") : customer.name;
        QStringList parts{customer.id};
        if (!customer.email.isEmpty()) {
            parts << customer.email;
        }
        if (customer.created > 0) {
            parts << tr("made %1").arg(dateText(customer.created, m_zone));
        }
        parts << (customer.subscriptions == 1 ? tr("1 subscription") : tr("%1 subscriptions").arg(customer.subscriptions));
        // A button's words do not wrap: a long name is cut, the rest stands below.
        auto* button = new QRadioButton(withoutMnemonics(fontMetrics().elidedText(name, Qt::ElideRight, kNameWidth)), page(kChoosePage));
        button->setObjectName(m_prefix + QStringLiteral("Customer_") + customer.id);
        button->setToolTip(name);
        button->setAccessibleName(name + QStringLiteral(", ") + parts.join(QStringLiteral(", ")));
        QLabel* rest = addLabel(QStringLiteral("CustomerText"), "caption", page(kChoosePage));
        rest->setText(parts.join(QStringLiteral(" · ")));
        rest->setContentsMargins(24, 0, 0, 8);
        button->setProperty("customer", customer.id);
        m_customerGroup->addButton(button);
        m_customers->addWidget(button);
        m_customers->addWidget(rest);
    }
    go(Step::Choose);
    setWords(m_act, tr("Go on with this customer"));
    m_act->setEnabled(false);
}

void EndDialog::showConsequences(const QList<Consequence>& consequences)
{
    clearLayout(m_consequences);
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

void EndDialog::addConsequences(bool reversible, const QStringList& lines)
{
    auto* row = new QWidget(page(kPlanPage));
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    layout->addWidget(new SignLabel(theme(), reversible ? Sign::Info : Sign::Warning, row), 0, Qt::AlignTop);
    auto* column = new QVBoxLayout;
    column->setSpacing(2);
    column->addWidget(copyableLabel(reversible ? tr("Can be undone") : tr("Cannot be undone"), "strong", QStringLiteral("consequenceKind"), row));
    for (const QString& line : lines) {
        column->addWidget(copyableLabel(line, "plain", QStringLiteral("consequence"), row));
    }
    layout->addLayout(column, 1);
    m_consequences->addWidget(row);
}

void EndDialog::setPlanError(const Error& error)
{
    const ErrorWords said = errorWords(error);
    OutcomeWords words;
    words.state = OutcomeState::Failed;
    words.headline = said.happened;
    words.lines = QStringList{said.means, said.advice};
    addError(words, error);
    words.again = tr("Try again");
    showOutcome(words, true, false);
}

void EndDialog::onAct()
{
    if (m_step == Step::Choose) {
        const QString customer = m_customerGroup->checkedButton() ? m_customerGroup->checkedButton()->property("customer").toString() : QString();
        go(Step::Planning);
        Q_EMIT planAsked(customer);
    } else if (m_step == Step::Outcome && m_replan) {
        go(Step::Planning);
        Q_EMIT planAsked({});
    } else if (m_step == Step::Outcome || m_options->isConfirmed()) {
        start();
    }
}

void EndDialog::start()
{
    const EndChoices chosen = choices();
    m_working->setText(inOurDirection(workingText()));
    go(Step::Working);
    send(chosen);
}

void EndDialog::showOutcome(const OutcomeWords& said, bool replan, bool open)
{
    m_replan = replan;
    m_panel->say(said);
    setWords(m_keep, tr("Back"));
    setWords(m_act, said.again);
    go(Step::Outcome);
    m_act->setVisible(!said.again.isEmpty());
    m_operations->setVisible(open);
}

} // namespace ch::ui

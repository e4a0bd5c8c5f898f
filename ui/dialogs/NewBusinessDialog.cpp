// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/NewBusinessDialog.h"

#include "ui/dialogs/NewBusinessForm.h"
#include "ui/dialogs/PricePanel.h"
#include "ui/pages/detail/FactsPanel.h"
#include "ui/text/Isolate.h"
#include "ui/theme/StyleSheet.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace ch::ui {

NewBusinessDialog::NewBusinessDialog(const Theme& theme, const StripWords& strip, const NewBusinessDraft& draft, QWidget* parent)
    : ActDialog(theme, strip, QStringLiteral("newBusiness"), parent)
{
    setWindowTitle(titleWithMode(strip, tr("New business")));
    makeButtons();
    makeForm(draft);
    m_working = addWorkingPage();
    makeOutcome();
    go(Step::Form);
    m_form->setDraft(draft);
    m_form->focusFirst();
}

void NewBusinessDialog::makeForm(const NewBusinessDraft& draft)
{
    QVBoxLayout* column = addPage();
    QWidget* in = page(0);
    m_sentence = addLabel(QStringLiteral("Sentence"), "section", in);
    m_sentence->setText(tr("Make a business with its customer and its subscription in Stripe"));
    column->addWidget(m_sentence);
    m_kept = new QWidget(in);
    auto* kept = new QHBoxLayout(m_kept);
    kept->setContentsMargins(0, 0, 0, 0);
    QLabel* words = addLabel(QStringLiteral("Kept"), "secondary", m_kept);
    words->setText(tr("What you typed before is still here."));
    kept->addWidget(words, 1);
    auto* clear = new QPushButton(tr("Clear the fields"), m_kept);
    clear->setObjectName(QStringLiteral("newBusinessClear"));
    clear->setAccessibleName(clear->text());
    clear->setProperty("look", QStringLiteral("link"));
    clear->setAutoDefault(false);
    kept->addWidget(clear);
    column->addWidget(m_kept);
    m_kept->setVisible(!draft.isEmpty());
    m_form = new NewBusinessForm(in);
    column->addWidget(m_form);
    column->addStretch(1);
    connect(clear, &QPushButton::clicked, this, [this] {
        m_kept->hide();
        m_form->setDraft({});
        m_form->focusFirst();
    });
    connect(m_form, &NewBusinessForm::changed, this, &NewBusinessDialog::onChanged);
    connect(m_form, &NewBusinessForm::twinsAsked, this, &NewBusinessDialog::twinsAsked);
    connect(&m_form->price(), &PricePanel::asked, this, &NewBusinessDialog::priceAsked);
    connect(&m_form->price(), &PricePanel::ensureAsked, this, [this](bool tiers) {
        m_form->price().setMaking(true);
        Q_EMIT ensureAsked(tiers);
    });
    m_form->price().setWritesOff(!strip().end.isEmpty());
}

void NewBusinessDialog::makeOutcome()
{
    QVBoxLayout* column = addPage();
    QWidget* in = page(2);
    m_panel = new OutcomePanel(theme(), QStringLiteral("newBusiness"), in);
    column->addWidget(m_panel);
    makeLinkRow(column);
    m_facts = new FactsPanel(theme(), tr("In Stripe"), in);
    m_facts->setObjectName(QStringLiteral("newBusinessFacts"));
    column->addWidget(m_facts);
    column->addStretch(1);
}

void NewBusinessDialog::makeLinkRow(QVBoxLayout* column)
{
    m_linkRow = new QWidget(page(2));
    auto* rows = new QVBoxLayout(m_linkRow);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(4);
    QLabel* caption = addLabel(QStringLiteral("LinkCaption"), "secondary", m_linkRow);
    caption->setText(tr("Payment link: here the first invoice is paid"));
    rows->addWidget(caption);
    auto* row = new QHBoxLayout;
    m_link = new QLineEdit(m_linkRow);
    m_link->setObjectName(QStringLiteral("newBusinessLink"));
    m_link->setAccessibleName(tr("Payment link"));
    m_link->setReadOnly(true);
    row->addWidget(m_link, 1);
    auto* copy = new QPushButton(tr("Copy"), m_linkRow);
    copy->setObjectName(QStringLiteral("newBusinessCopyLink"));
    copy->setAccessibleName(tr("Copy the payment link"));
    auto* open = new QPushButton(tr("Open in browser"), m_linkRow);
    open->setObjectName(QStringLiteral("newBusinessOpenLink"));
    open->setAccessibleName(tr("Open the payment link in the browser"));
    for (QPushButton* button : {copy, open}) {
        button->setAutoDefault(false);
        row->addWidget(button);
    }
    rows->addLayout(row);
    column->addWidget(m_linkRow);
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_link->text()); });
    connect(open, &QPushButton::clicked, this, [this] { Q_EMIT linkOpened(m_link->text()); });
}

void NewBusinessDialog::makeButtons()
{
    m_act = addButton(QStringLiteral("Act"), QStringLiteral("primary"));
    m_other = addButton(QStringLiteral("Other"), {});
    m_missing = addLabel(QStringLiteral("Missing"), "caption", this);
    foot()->addWidget(m_missing, 1);
    m_back = addButton(QStringLiteral("Back"), {});
    setWords(m_back, tr("Back"));
    connect(m_act, &QPushButton::clicked, this, &NewBusinessDialog::onAct);
    connect(m_other, &QPushButton::clicked, this, &NewBusinessDialog::onOther);
    connect(m_back, &QPushButton::clicked, this, &QDialog::reject);
}

NewBusinessDraft NewBusinessDialog::draft() const
{
    return m_form->draft();
}

NewBusinessDraft NewBusinessDialog::unsent() const
{
    const bool failed = m_step == Step::Outcome && m_outcome.status == QLatin1String("failed");
    return m_step == Step::Form || failed ? draft() : NewBusinessDraft{};
}

PricePanel& NewBusinessDialog::price()
{
    return m_form->price();
}

void NewBusinessDialog::setTwins(const Twins& twins)
{
    m_form->setTwins(twins);
}

void NewBusinessDialog::onChanged()
{
    if (m_step != Step::Form) {
        return;
    }
    const QString missing = strip().end.isEmpty() ? m_form->missing() : strip().end;
    m_missing->setText(missing);
    m_act->setEnabled(missing.isEmpty());
    fit();
}

void NewBusinessDialog::go(Step step)
{
    m_step = step;
    m_other->hide();
    m_act->setVisible(step != Step::Working);
    m_act->setEnabled(true);
    m_missing->clear();
    if (step == Step::Form) {
        const bool live = strip().mode == StripMode::Live;
        setLook(m_act, "look", live ? QStringLiteral("live") : QStringLiteral("primary"));
        setLook(m_back, "look", {});
        setWords(m_act, live ? tr("Make business in LIVE") : tr("Make business"));
        m_act->setDefault(true);
    } else if (step == Step::Working) {
        m_missing->setText(tr("It goes on when you leave; a message tells how it ended."));
        m_back->setDefault(true);
        m_back->setFocus();
    }
    showPage(static_cast<int>(step));
    if (step == Step::Form) {
        onChanged();
    }
}

void NewBusinessDialog::start()
{
    m_sent = m_form->draft();
    business::ProvisionRequest request;
    request.businessId = m_sent.id;
    request.name = m_sent.name;
    request.type = m_sent.type;
    request.email = m_sent.email;
    request.liveIsMeant = strip().mode == StripMode::Live; // the strip and the button say so
    m_working->setText(tr("Making “%1”: customer, subscription, record…").arg(isolated(m_sent.name)));
    go(Step::Working);
    Q_EMIT agreed(request);
}

void NewBusinessDialog::setOutcome(const business::ProvisionOutcome& outcome)
{
    m_outcome = outcome;
    m_panel->say(provisionWords(outcome, m_sent.name));
    m_link->setText(outcome.paymentUrl);
    m_link->setCursorPosition(0);
    m_linkRow->setVisible(!outcome.paymentUrl.isEmpty());
    QList<Fact> facts;
    for (const auto& [label, id] : {std::pair(tr("Customer"), outcome.customerId), std::pair(tr("Subscription"), outcome.subscriptionId),
             std::pair(tr("Price"), outcome.priceId), std::pair(tr("Operation"), outcome.operationId)}) {
        if (!id.isEmpty()) {
            facts << Fact{label, id, true, false};
        }
    }
    m_facts->setFacts(facts, {});
    m_facts->setVisible(!facts.isEmpty());
    showOutcomeButtons();
    go(Step::Outcome);
    m_other->show();
    m_back->setDefault(true);
    m_back->setFocus();
}

void NewBusinessDialog::showOutcomeButtons()
{
    setLook(m_back, "look", QStringLiteral("primary"));
    setLook(m_act, "look", {});
    const bool isOpen = m_outcome.status == QLatin1String("unknown") || m_outcome.status == QLatin1String("waiting");
    if (!m_outcome.error) {
        setWords(m_act, tr("Open business"));
        setWords(m_other, tr("Make another"));
    } else if (isOpen) {
        setWords(m_act, provisionWords(m_outcome, m_sent.name).again);
        setWords(m_other, tr("Operations page"));
    } else {
        setWords(m_act, tr("Change and try again"));
        setWords(m_other, tr("Operations page"));
    }
}

void NewBusinessDialog::onAct()
{
    if (m_step == Step::Form || m_outcome.status == QLatin1String("unknown") || m_outcome.status == QLatin1String("waiting")) {
        start();
    } else if (m_outcome.error) {
        m_outcome = {};
        go(Step::Form);
        m_form->focusFirst();
    } else {
        Q_EMIT businessOpened(m_outcome.businessId);
        accept();
    }
}

void NewBusinessDialog::onOther()
{
    if (m_outcome.error) {
        Q_EMIT operationsAsked();
        accept();
        return;
    }
    m_outcome = {};
    m_kept->hide();
    m_form->setDraft({});
    go(Step::Form);
    m_form->focusFirst();
}

} // namespace ch::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// Makes a business: the form, the work, and what came of it with the payment link. It only asks: agreed carries the request, its owner runs
// it and hands the outcome back. It can be left at any time: what was typed and not made is handed out by unsent(), and work that was begun goes on.
// GUI thread.
#pragma once

#include "ui/dialogs/ActDialog.h"
#include "ui/dialogs/NewBusinessWords.h"
#include "ui/text/ErrorText.h"

class QLineEdit;

namespace ch::ui {

class FactsPanel;
class NewBusinessForm;
class PricePanel;

class NewBusinessDialog final : public ActDialog {
    Q_OBJECT
public:
    enum class Step { Form, Working, Outcome };

    /// draft: what was typed before; it is said where it is not empty.
    NewBusinessDialog(const Theme& theme, const StripWords& strip, const NewBusinessDraft& draft, QWidget* parent);

    [[nodiscard]] Step step() const { return m_step; }
    [[nodiscard]] NewBusinessDraft draft() const;
    /// What was typed and is not made: empty where it was sent and did not fail.
    [[nodiscard]] NewBusinessDraft unsent() const;
    [[nodiscard]] PricePanel& price();
    void setTwins(const Twins& twins);
    void setOutcome(const business::ProvisionOutcome& outcome);

Q_SIGNALS:
    void agreed(const ch::business::ProvisionRequest& request);
    void twinsAsked(const QString& businessId, const QString& email);
    void priceAsked(const QString& type);
    void ensureAsked(bool tiers);
    void operationsAsked();
    void businessOpened(const QString& businessId);
    void linkOpened(const QString& url);

private:
    void makeForm(const NewBusinessDraft& draft);
    void makeOutcome();
    void makeButtons();
    void makeLinkRow(QVBoxLayout* column);
    void onChanged();
    void onAct();
    void onOther();
    void start();
    void go(Step step);
    void showOutcomeButtons();

    Step m_step = Step::Form;
    business::ProvisionOutcome m_outcome;
    NewBusinessDraft m_sent;
    NewBusinessForm* m_form;
    QWidget* m_kept;             ///< says that the fields are filled from before
    QLabel* m_sentence;
    QLabel* m_working;
    OutcomePanel* m_panel;
    QWidget* m_linkRow;
    QLineEdit* m_link;
    FactsPanel* m_facts;
    QLabel* m_missing;
    QPushButton* m_act;
    QPushButton* m_other;
    QPushButton* m_back;
};

} // namespace ch::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// Asks before something is ended and shows what came of it: plan (or first the choice among several customers), work, outcome. The button that
// keeps is the default and what Esc does; while the act runs the dialog cannot be left. It only asks: its owner plans, runs, and hands plan and
// outcome back. Subclasses make the words and the request. GUI thread.
#pragma once

#include "ui/dialogs/ActDialog.h"
#include "ui/dialogs/EndWords.h"
#include "ui/text/ErrorText.h"

class QButtonGroup;

namespace ch::ui {

class EndOptions;

class EndDialog : public ActDialog {
    Q_OBJECT
public:
    enum class Step { Planning, Choose, Plan, Working, Outcome };

    [[nodiscard]] Step step() const { return m_step; }
    [[nodiscard]] const QTimeZone& zone() const { return m_zone; }
    void setPlanError(const Error& error);

Q_SIGNALS:
    /// The plan is to be made anew: for this target (one customer of several), or for the same one (empty).
    void planAsked(const QString& target);
    void operationsAsked();

protected:
    EndDialog(const Theme& theme, const StripWords& strip, const QString& name, const QTimeZone& zone, QWidget* parent);

    [[nodiscard]] virtual EndWords words(const EndChoices& choices) const = 0;
    /// Sends the request; the dialog shows the words until an outcome comes.
    virtual void send(const EndChoices& choices) = 0;
    [[nodiscard]] virtual QString workingText() const = 0;

    /// After the plan has come.
    void showPlan();
    [[nodiscard]] EndChoices choices() const;
    void setDeleteCustomer(bool on);
    /// replan: its button makes the plan anew instead of running it again. open: the operation stands under Operations.
    void showOutcome(const OutcomeWords& words, bool replan, bool open);

private:
    void makePlanPage();
    void makeChoosePage();
    void makeOutcomePage();
    void makeButtons();
    void showWords();
    void showCustomers(const EndWords& words);
    void showConsequences(const QList<Consequence>& consequences);
    void addConsequences(bool reversible, const QStringList& lines);
    void onAct();
    void start();
    void go(Step step);

    QTimeZone m_zone;
    QString m_prefix;
    Step m_step = Step::Planning;
    bool m_replan = false;
    QLabel* m_working;
    QLabel* m_sentence = nullptr;
    QLabel* m_mrr = nullptr;
    QLabel* m_mrrCaption = nullptr;
    QVBoxLayout* m_consequences = nullptr;
    EndOptions* m_options = nullptr;
    QLabel* m_mail = nullptr;
    QLabel* m_note = nullptr;
    QLabel* m_chooseSentence = nullptr;
    QVBoxLayout* m_customers = nullptr;
    QButtonGroup* m_customerGroup = nullptr;
    OutcomePanel* m_panel = nullptr;
    QPushButton* m_act;
    QPushButton* m_operations;
    QPushButton* m_keep;
};

} // namespace ch::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// Asks before a business is taken down and shows what came of it, in one window-modal dialog whose first row is the mode strip. The button
// that keeps is the default and what Esc does; while the act runs the dialog cannot be left. It only asks: agreed carries the request,
// its owner runs it and hands the outcome back. GUI thread.
#pragma once

#include "ui/dialogs/TakedownWords.h"
#include "ui/theme/Theme.h"

#include <QDialog>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace ch::ui {

class SignLabel;

class TakedownDialog final : public QDialog {
    Q_OBJECT
public:
    enum class Step { Planning, Plan, Working, Outcome };

    /// target: a business id or a customer id.
    TakedownDialog(const Theme& theme, const StripWords& strip, const QString& target, const QTimeZone& zone, QWidget* parent);

    void setPlan(const business::TakedownPlan& plan);
    void setPlanError(const Error& error);
    void setOutcome(const business::TakedownOutcome& outcome);
    [[nodiscard]] Step step() const { return m_step; }
    [[nodiscard]] QString target() const { return m_target; }

    void reject() override;

Q_SIGNALS:
    void agreed(const ch::business::TakedownRequest& request);

private:
    QWidget* makeWorkingPage();
    QWidget* makePlanPage();
    QWidget* makeOutcomePage();
    QWidget* makeButtons();
    void showPlan();
    void showConsequences(const QList<Consequence>& consequences);
    void addConsequences(bool reversible, const QStringList& lines);
    void showOutcome(const OutcomeWords& words);
    void start();
    void go(Step step);

    const Theme& m_theme;
    StripWords m_strip;
    QString m_target;
    QTimeZone m_zone;
    business::TakedownPlan m_plan;
    business::TakedownRequest m_request;
    Step m_step = Step::Planning;

    QList<QWidget*> m_pages;      ///< working, plan, outcome
    QLabel* m_sentence;
    QLabel* m_mrr;
    QLabel* m_mrrCaption;
    QVBoxLayout* m_consequences;
    QCheckBox* m_deleteBox;
    QLabel* m_reasonLabel;
    QLineEdit* m_reason;
    QLabel* m_note;
    QLabel* m_workingText;
    SignLabel* m_outcomeSign;
    QLabel* m_headline;
    QLabel* m_lines;
    QLabel* m_requestIds;
    QPushButton* m_copyIds;
    QLabel* m_details;
    QPushButton* m_keep;
    QPushButton* m_act;
};

} // namespace ch::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// Every sentence of the take-down dialog, made from the plan and the outcome: the act with name, amount and mode, what it brings, what the
// buttons say, and what came of it. Pure.
#pragma once

#include "business/Takedown.h"
#include "ui/dialogs/OutcomePanel.h"
#include "ui/shell/ModeStrip.h"

#include <QTimeZone>

namespace ch::ui {

struct Consequence {
    bool reversible = false;
    QString text;
};

struct PlanWords {
    QString title;               ///< begins with the mode word
    QString sentence;
    QString mrr;                 ///< "120.00 USD"; empty: none goes
    QList<Consequence> consequences;
    QString keep;                ///< the button that leaves, the default
    QString act;                 ///< verb and number
    QString deleteBox;           ///< empty: there is no customer to delete
    QString note;                ///< partial mirror: what may be missing here
    bool possible = true;        ///< false: sentence says why not
};

[[nodiscard]] PlanWords planWords(const business::TakedownPlan& plan, const StripWords& strip, bool deleteCustomer, const QTimeZone& zone);

[[nodiscard]] OutcomeWords outcomeWords(const business::TakedownOutcome& outcome, const QString& name, bool deleteAsked);

/// The name of a business for people: its name, else its id.
[[nodiscard]] QString nameOf(const store::Business& business);

} // namespace ch::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// What a dialog that ends something (a take-down, a cancel) shows and what a person chooses in it, as plain values: the dialog is one, the words
// come from the plan. Pure.
#pragma once

#include "business/Cancel.h"
#include "ui/dialogs/OutcomePanel.h"
#include "ui/shell/ModeStrip.h"

#include <QTimeZone>

namespace ch::ui {

/// What a person has chosen so far.
struct EndChoices {
    bool atPeriodEnd = false;
    bool invoiceNow = false;
    bool prorate = false;
    bool deleteCustomer = false;
    business::RemainderChoices remainders = {};
    QString reason = {};
    QString typedId = {};
};

struct Consequence {
    bool reversible = false;
    QString text;
};

/// A choice with what it does; off with the reason beside it.
struct OptionWords {
    QString text;                ///< empty: it is not offered
    QString whyNot;              ///< not empty: it cannot be chosen now
};

struct RemainderWords {
    QString objectId;
    QString text;                ///< "Open invoice A7C2-0019"
    QString amount;
    QList<business::RemainderChoice> choices; ///< one alone: it stays
};

struct EndWords {
    QString title;               ///< begins with the mode word
    QString sentence;
    QString mrr;                 ///< "120.00 USD"; empty: none goes
    QList<Consequence> consequences;
    OptionWords periodEnd;       ///< text empty: there is no choice of when
    OptionWords invoiceNow;
    OptionWords prorate;
    OptionWords deleteCustomer;
    std::vector<RemainderWords> remainders;
    QString mail;                ///< that Stripe may write to the customer; empty: it does not
    QString keep;                ///< the button that leaves, the default
    QString act;                 ///< verb and number
    QString note;                ///< what may be missing here; empty: nothing
    QStringList typedIds;        ///< one of these is to be typed; empty: none is asked for
    std::vector<business::PlannedCustomer> customers; ///< one of these is to be chosen first
    bool possible = true;        ///< false: sentence says why not
};

[[nodiscard]] QString remainderText(const business::Remainder& remainder);
[[nodiscard]] QString choiceText(business::RemainderChoice choice);
/// "in LIVE mode"; empty where there is no mode.
[[nodiscard]] QString modeText(const StripWords& strip);
/// Live mode asks for a typed id before what cannot be undone, and so does the demo, so that people train right.
[[nodiscard]] bool asksTypedId(const StripWords& strip);
/// Remainders with the choices that are left beside what else was chosen: no refund with an end at the period's end or with proration.
[[nodiscard]] std::vector<RemainderWords> remainderWords(const std::vector<business::Remainder>& remainders, const EndChoices& choices);
/// What happens to money and usage when subscriptions end at once or with their periods.
[[nodiscard]] QList<Consequence> endConsequences(const std::vector<business::PlannedCancel>& cancels, const EndChoices& choices, const QTimeZone& zone);
/// The options that both dialogs have, for these subscriptions.
void addOptions(EndWords& words, const std::vector<business::PlannedCancel>& cancels, const EndChoices& choices, const QTimeZone& zone);
/// What the key may not read: invoices, payments. Empty: nothing.
[[nodiscard]] QString notReadableText(const QStringList& lists);
/// "Stripe was not asked: this is what was read on 3 Nov 2026 14:05. It is asked before anything is done."
[[nodiscard]] QString fromMirrorText(qint64 asOfMs, const QTimeZone& zone);

} // namespace ch::ui

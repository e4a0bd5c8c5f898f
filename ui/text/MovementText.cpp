// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/MovementText.h"

#include <QCoreApplication>
#include <QLocale>

namespace ch::ui {

namespace {

QString movementTr(const char* text)
{
    return QCoreApplication::translate("ch::ui::Movement", text);
}

} // namespace

QString movementText(revenue::MovementClass movement)
{
    switch (movement) {
    case revenue::MovementClass::New: return movementTr("New");
    case revenue::MovementClass::Expansion: return movementTr("Expansion");
    case revenue::MovementClass::Reactivation: return movementTr("Reactivation");
    case revenue::MovementClass::Contraction: return movementTr("Contraction");
    case revenue::MovementClass::Churn: return movementTr("Churn");
    case revenue::MovementClass::Paused: return movementTr("Paused");
    case revenue::MovementClass::Resumed: return movementTr("Resumed");
    case revenue::MovementClass::Reconciliation: return movementTr("Reconciliation");
    case revenue::MovementClass::Definition: return movementTr("Definition change");
    case revenue::MovementClass::Fx: return movementTr("Exchange rates");
    }
    Q_UNREACHABLE();
}

MovementColour movementColourOf(revenue::MovementClass movement)
{
    switch (movement) {
    case revenue::MovementClass::New: return MovementColour::New;
    case revenue::MovementClass::Expansion: return MovementColour::Expansion;
    case revenue::MovementClass::Reactivation: return MovementColour::Reactivation;
    case revenue::MovementClass::Contraction: return MovementColour::Contraction;
    case revenue::MovementClass::Churn: return MovementColour::Churn;
    case revenue::MovementClass::Paused:
    case revenue::MovementClass::Resumed:
    case revenue::MovementClass::Reconciliation:
    case revenue::MovementClass::Definition:
    case revenue::MovementClass::Fx: return MovementColour::Paused;
    }
    Q_UNREACHABLE();
}

QString valueProblemText(const QString& problem)
{
    static const std::pair<const char*, const char*> words[] = {
        {"no_items", QT_TRANSLATE_NOOP("ch::ui::Movement", "It has no items.")},
        {"items_incomplete", QT_TRANSLATE_NOOP("ch::ui::Movement", "Not all of its items were read.")},
        {"price_unknown", QT_TRANSLATE_NOOP("ch::ui::Movement", "Its price was not read.")},
        {"tiers_unknown", QT_TRANSLATE_NOOP("ch::ui::Movement", "The tiers of its price were not read.")},
        {"model_unknown", QT_TRANSLATE_NOOP("ch::ui::Movement", "Its price is of a kind that Countinghouse does not know.")},
        {"interval_unknown", QT_TRANSLATE_NOOP("ch::ui::Movement", "Its billing interval is not known.")},
        {"currency_mixed", QT_TRANSLATE_NOOP("ch::ui::Movement", "Its items are in several currencies.")},
        {"currency_unknown", QT_TRANSLATE_NOOP("ch::ui::Movement", "Its currency is not known.")},
        {"amount_unreadable", QT_TRANSLATE_NOOP("ch::ui::Movement", "An amount of its price cannot be read.")},
        {"quantity_negative", QT_TRANSLATE_NOOP("ch::ui::Movement", "A quantity is below zero.")},
        {"coupon_unknown", QT_TRANSLATE_NOOP("ch::ui::Movement", "Its coupon was not read.")},
        {"overflow", QT_TRANSLATE_NOOP("ch::ui::Movement", "Its amount is too large to be counted exactly.")},
    };
    for (const auto& [code, text] : words) {
        if (problem == QLatin1String(code)) {
            return movementTr(text);
        }
    }
    return problem;
}

QString listText(const QString& list)
{
    static const std::pair<const char*, const char*> words[] = {
        {"products", QT_TRANSLATE_NOOP("ch::ui::Movement", "products")},
        {"prices", QT_TRANSLATE_NOOP("ch::ui::Movement", "prices")},
        {"coupons", QT_TRANSLATE_NOOP("ch::ui::Movement", "coupons")},
        {"customers", QT_TRANSLATE_NOOP("ch::ui::Movement", "customers")},
        {"subscriptions", QT_TRANSLATE_NOOP("ch::ui::Movement", "subscriptions")},
        {"invoices", QT_TRANSLATE_NOOP("ch::ui::Movement", "invoices")},
        {"payment_intents", QT_TRANSLATE_NOOP("ch::ui::Movement", "payment intents")},
        {"events", QT_TRANSLATE_NOOP("ch::ui::Movement", "events")},
        {"subscription_schedules", QT_TRANSLATE_NOOP("ch::ui::Movement", "schedules")},
        {"charges", QT_TRANSLATE_NOOP("ch::ui::Movement", "charges")},
        {"refunds", QT_TRANSLATE_NOOP("ch::ui::Movement", "refunds")},
        {"credit_notes", QT_TRANSLATE_NOOP("ch::ui::Movement", "credit notes")},
        {"invoice_payments", QT_TRANSLATE_NOOP("ch::ui::Movement", "payments of invoices")},
        {"balance_transactions", QT_TRANSLATE_NOOP("ch::ui::Movement", "balance transactions")},
        {"payment_methods", QT_TRANSLATE_NOOP("ch::ui::Movement", "payment methods")},
        {"discounts", QT_TRANSLATE_NOOP("ch::ui::Movement", "discounts")},
    };
    for (const auto& [name, text] : words) {
        if (list == QLatin1String(name)) {
            return movementTr(text);
        }
    }
    return list;
}

QString partialText(const store::Completeness& completeness)
{
    if (completeness.complete) {
        return {};
    }
    const auto joined = [](const QStringList& lists) {
        QStringList words;
        for (const QString& list : lists) {
            words << listText(list);
        }
        return QLocale().createSeparatedList(words);
    };
    QString text = completeness.missingLists.isEmpty()
        ? movementTr("Not everything has been read from Stripe yet.")
        : movementTr("Not read to their end: %1.").arg(joined(completeness.missingLists));
    if (!completeness.notPermittedLists.isEmpty()) {
        text += u' ' + movementTr("The key may not read: %1.").arg(joined(completeness.notPermittedLists));
    }
    return text;
}

} // namespace ch::ui

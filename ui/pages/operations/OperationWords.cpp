// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/operations/OperationWords.h"

#include "ui/text/ErrorText.h"

#include <QCoreApplication>

namespace ch::ui {

namespace {

QString operationTr(const char* text)
{
    return QCoreApplication::translate("ch::ui::Operations", text);
}

struct OperationCode {
    const char* code;
    const char* words;
};

constexpr OperationCode kProblems[] = {
    {"interrupted", QT_TRANSLATE_NOOP("ch::ui::Operations", "The program ended in the middle of it")},
    {"stopped", QT_TRANSLATE_NOOP("ch::ui::Operations", "Stopped before its end")},
    {"no_key", QT_TRANSLATE_NOOP("ch::ui::Operations", "There is no key for the account here")},
    {"price_missing", QT_TRANSLATE_NOOP("ch::ui::Operations", "Stripe has no active price for the type")},
    {"conflict", QT_TRANSLATE_NOOP("ch::ui::Operations", "Several customers carry the business id")},
    {"another_business", QT_TRANSLATE_NOOP("ch::ui::Operations", "The customer says another business")},
    {"begun_elsewhere", QT_TRANSLATE_NOOP("ch::ui::Operations", "Another program began the same in another form")},
    {"account_mismatch", QT_TRANSLATE_NOOP("ch::ui::Operations", "It is of another account, mode or kind")},
    {"mode_mismatch", QT_TRANSLATE_NOOP("ch::ui::Operations", "Key and answer disagree about the mode")},
    {"resource_missing", QT_TRANSLATE_NOOP("ch::ui::Operations", "Stripe does not know the object")},
    {"payments_off", QT_TRANSLATE_NOOP("ch::ui::Operations", "Payments are switched off")},
    {"not_in_rollout", QT_TRANSLATE_NOOP("ch::ui::Operations", "The business is not in the roll-out yet")},
    {"protected", QT_TRANSLATE_NOOP("ch::ui::Operations", "The business is protected")},
    {"type_the_id", QT_TRANSLATE_NOOP("ch::ui::Operations", "The id was not typed to confirm it")},
    {"live_not_meant", QT_TRANSLATE_NOOP("ch::ui::Operations", "It was not said that live mode is meant")},
    {"changed_since_preview", QT_TRANSLATE_NOOP("ch::ui::Operations", "It changed since it was shown")},
    {"lease_lost", QT_TRANSLATE_NOOP("ch::ui::Operations", "Another program has taken it over")},
};

constexpr OperationCode kSteps[] = {
    {"customer", QT_TRANSLATE_NOOP("ch::ui::Operations", "Make the customer")},
    {"subscription", QT_TRANSLATE_NOOP("ch::ui::Operations", "Make the subscription")},
    {"cancel", QT_TRANSLATE_NOOP("ch::ui::Operations", "Cancel the subscription")},
    {"cancel_at_period_end", QT_TRANSLATE_NOOP("ch::ui::Operations", "Cancel at the end of the period")},
    {"void", QT_TRANSLATE_NOOP("ch::ui::Operations", "Void the invoice")},
    {"mark_uncollectible", QT_TRANSLATE_NOOP("ch::ui::Operations", "Mark the invoice uncollectible")},
    {"delete", QT_TRANSLATE_NOOP("ch::ui::Operations", "Delete")},
    {"refund", QT_TRANSLATE_NOOP("ch::ui::Operations", "Refund")},
    {"cancel_legacy", QT_TRANSLATE_NOOP("ch::ui::Operations", "Cancel the payment intent")},
    {"delete_customer", QT_TRANSLATE_NOOP("ch::ui::Operations", "Delete the customer")},
};

} // namespace

QString kindText(store::OperationKind kind)
{
    switch (kind) {
    case store::OperationKind::Provision: return operationTr("New business");
    case store::OperationKind::TakeDown: return operationTr("Take-down");
    case store::OperationKind::Cancel: return operationTr("Cancel");
    }
    return {};
}

QString stateWord(const store::Operation& operation)
{
    return operation.isAbandoned ? QStringLiteral("interrupted") : store::wordOf(operation.state);
}

QString stepText(const QString& name)
{
    const QString kind = name.section(u' ', 0, 0); // steps of one kind are told apart by the object's id after it
    for (const OperationCode& step : kSteps) {
        if (kind == QLatin1String(step.code)) {
            return operationTr(step.words);
        }
    }
    return name;
}

QString problemText(const QString& wholeCode)
{
    if (wholeCode.isEmpty()) {
        return {};
    }
    const QString code = wholeCode.section(u':', -1); // "refused:" before it says that it is Stripe's own word
    for (const OperationCode& problem : kProblems) {
        if (code == QLatin1String(problem.code)) {
            return operationTr(problem.words);
        }
    }
    for (int kind = 0; kind <= static_cast<int>(ErrorKind::Internal); ++kind) {
        Error error;
        error.kind = static_cast<ErrorKind>(kind);
        if (errorKindName(error.kind) == code) {
            return errorWords(error).happened;
        }
    }
    return operationTr("Stripe's code: %1").arg(code);
}

OperationWords operationWords(const store::Operation& operation, bool live)
{
    OperationWords words;
    const QString about = operation.subject.objectId.isEmpty() ? operation.subject.businessId : operation.subject.objectId;
    words.headline = operationTr("%1 · %2").arg(kindText(operation.subject.kind), about);
    const QString problem = problemText(operation.error);
    const QString stop = problem.isEmpty() ? QString() : problem + QStringLiteral(". ");
    const QString resume = operationTr("Resume");
    if (operation.isAbandoned) {
        words.sentence = operationTr("The program that worked on it has ended.");
        words.advice = operationTr("Resume goes on where it stopped; nothing is done twice.");
        words.act = resume;
        return words;
    }
    switch (operation.state) {
    case store::OperationState::Running: words.sentence = operationTr("It is being worked on."); break;
    case store::OperationState::Done: words.sentence = operationTr("Done."); break;
    case store::OperationState::Waiting:
        words.sentence = stop + operationTr("It waits for you.");
        words.advice = operation.error == QLatin1String("interrupted") && live ? operationTr("In live mode a person decides: resume goes on where it stopped, and nothing is done twice.")
                                                                                : operationTr("When that is mended, resume goes on where it stopped; nothing is done twice.");
        words.act = resume;
        break;
    case store::OperationState::Unknown:
        words.sentence = stop + operationTr("A request was sent and its answer was lost: it may or may not have been done.");
        words.advice = operationTr("Look again: Stripe is asked what became of it, and nothing is done twice.");
        words.act = operationTr("Look again");
        break;
    case store::OperationState::Failed:
        words.sentence = stop + operationTr("It ended without being done.");
        words.advice = operationTr("Mend what stands against it, then begin it anew. It leaves this list after seven days.");
        words.act = operationTr("Try again…");
        words.again = true;
        break;
    }
    return words;
}

} // namespace ch::ui

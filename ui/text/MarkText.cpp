// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/MarkText.h"

#include "ui/text/MoneyText.h"
#include "ui/text/TimeText.h"

#include <QCoreApplication>
#include <QSet>
#include <algorithm>

namespace ch::ui {

namespace {

QString markTr(const char* text)
{
    return QCoreApplication::translate("ch::ui::Mark", text);
}

} // namespace

QString markSentence(const store::Mark& mark, const QTimeZone& zone)
{
    const QString day = dateText(mark.sinceMs / 1000, zone);
    switch (mark.kind) {
    case store::MarkKind::AtRisk: return markTr("A payment failed on %1: its invoice is open, and what it brings is at risk.").arg(day);
    case store::MarkKind::TakeDown: return markTr("Its last subscription ended on %1. It is marked for take-down.").arg(day);
    }
    return {};
}

QString marksSentence(const std::vector<store::Mark>& marks)
{
    const auto count = [&marks](store::MarkKind kind) { return std::count_if(marks.begin(), marks.end(), [kind](const store::Mark& mark) { return mark.kind == kind; }); };
    QStringList parts;
    if (const auto failed = count(store::MarkKind::AtRisk); failed > 0) {
        parts << (failed == 1 ? markTr("a payment of 1 business failed") : markTr("a payment failed at %1 businesses").arg(countText(failed)));
    }
    if (const auto ended = count(store::MarkKind::TakeDown); ended > 0) {
        parts << (ended == 1 ? markTr("1 business has no subscription any more") : markTr("%1 businesses have no subscription any more").arg(countText(ended)));
    }
    return parts.isEmpty() ? QString() : markTr("Events tell: %1.").arg(parts.join(markTr(", ")));
}

QHash<QString, QString> marksById(const std::vector<store::Mark>& marks, const QTimeZone& zone)
{
    QHash<QString, QString> sentences;
    for (const store::Mark& mark : marks) {
        for (const QString& id : QSet<QString>{mark.businessId, mark.customerId}) {
            QString& said = sentences[id];
            said += (said.isEmpty() ? QString() : QStringLiteral("\n")) + markSentence(mark, zone);
        }
    }
    return sentences;
}

} // namespace ch::ui

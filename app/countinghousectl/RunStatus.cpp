// SPDX-License-Identifier: GPL-3.0-or-later
// How fresh and how whole the data is, and what of the read budget is left.
#include "Run.h"

#include <QDateTime>
#include <QJsonArray>

namespace ch::ctl {

namespace {

/// ISO, UTC; null: never.
QJsonValue statusTime(qint64 ms)
{
    return ms == 0 ? QJsonValue() : QJsonValue(QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC).toString(Qt::ISODate));
}

} // namespace

Status Run::setFeed()
{
    if (!m_arguments.reads.isEmpty()) {
        if (const auto changed = m_workspace->setReadsOfAMonth(m_arguments.reads.toLongLong()); !changed) {
            return fail(changed.error());
        }
    }
    if (!m_arguments.whenEnded.isEmpty()) {
        if (const auto changed = m_workspace->setTakesDown(m_arguments.whenEnded == QLatin1String("take_down")); !changed) {
            return fail(changed.error());
        }
    }
    return {};
}

void Run::status()
{
    if (const Status set = setFeed(); !set) {
        failed(set.error());
        return;
    }
    const auto completeness = m_workspace->reader().completeness();
    const auto events = m_workspace->records().eventLog().through();
    const auto waiting = m_workspace->records().eventLog().waiting();
    const auto marks = m_workspace->records().marks().open();
    const auto budget = m_workspace->budget();
    const auto settings = m_workspace->feedSettings();
    for (const Error* error : {completeness ? nullptr : &completeness.error(), events ? nullptr : &events.error(), waiting ? nullptr : &waiting.error(),
             marks ? nullptr : &marks.error(), budget ? nullptr : &budget.error(), settings ? nullptr : &settings.error()}) {
        if (error) {
            failed(*error);
            return;
        }
    }
    const qint64 throughMs = completeness->throughMs;
    const QString by = throughMs == 0 ? QString() : store::wordOf(completeness->throughBy);
    QJsonObject spent;
    for (auto part = budget->by.constBegin(); part != budget->by.constEnd(); ++part) {
        spent.insert(part.key(), part.value());
    }
    QJsonArray marked;
    for (const store::Mark& mark : *marks) {
        marked.append(QJsonObject{{QStringLiteral("business_id"), mark.businessId}, {QStringLiteral("kind"), store::wordOf(mark.kind)}, {QStringLiteral("object_id"), mark.objectId},
            {QStringLiteral("since"), statusTime(mark.sinceMs)}});
    }
    if (m_terminal.wantsJson()) {
        m_terminal.json(QJsonDocument(QJsonObject{{QStringLiteral("account"), m_workspace->account().accountId}, {QStringLiteral("mode"), stripe::modeName(m_workspace->account().mode)},
            {QStringLiteral("mirror_complete"), completeness->complete}, {QStringLiteral("data_through"), statusTime(throughMs)}, {QStringLiteral("known_by"), by.isEmpty() ? QJsonValue() : by},
            {QStringLiteral("newest_webhook"), statusTime(events->webhookMs)}, {QStringLiteral("events_waiting"), static_cast<qint64>(waiting->size())},
            {QStringLiteral("reads"), QJsonObject{{QStringLiteral("month"), budget->month}, {QStringLiteral("budget"), budget->budget}, {QStringLiteral("spent"), budget->spent},
                 {QStringLiteral("left"), budget->left()}, {QStringLiteral("by"), spent}}},
            {QStringLiteral("when_ended"), settings->takesDown ? QStringLiteral("take_down") : QStringLiteral("ask")}, {QStringLiteral("marked"), marked}}));
        finish(Done);
        return;
    }
    const QString when = throughMs == 0 ? QStringLiteral("never synced: run \"countinghousectl sync\"")
                                        : QStringLiteral("%1, by %2").arg(QDateTime::fromMSecsSinceEpoch(throughMs, Qt::UTC).toString(Qt::ISODate), by);
    m_terminal.text(QStringLiteral("data through %1%2\nreads in %3: %4 of %5, %6 left").arg(when, completeness->complete || throughMs == 0 ? QString() : QStringLiteral(" (partial)"), budget->month)
                        .arg(budget->spent).arg(budget->budget).arg(budget->left()));
    for (const store::Mark& mark : *marks) {
        m_terminal.text(mark.kind == store::MarkKind::TakeDown ? QStringLiteral("%1: its last subscription has ended (%2), take it down?").arg(mark.businessId, mark.objectId)
                                                               : QStringLiteral("%1: a payment failed (%2)").arg(mark.businessId, mark.objectId));
    }
    finish(Done);
}

} // namespace ch::ctl

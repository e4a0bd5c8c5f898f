// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/OperationDesk.h"

#include "base/Log.h"
#include "business/Counts.h"
#include "business/StepRules.h"

namespace ch::business {

namespace desk {

constexpr qint64 kWaitStepMs = 500;
constexpr qint64 kLongestWaitMs = 5LL * 60 * 1000;

} // namespace desk

OperationDesk::OperationDesk(store::RecordsFile& records, Clock& clock, const store::OperationSubject& subject, QObject* parent)
    : QObject(parent), m_records(records), m_clock(clock), m_subject(subject)
{
}

void OperationDesk::begin(const QByteArray& inputs, const Opened& then)
{
    m_inputs = inputs;
    m_openId.clear();
    m_then = then;
    m_waitsUntilMs = m_clock.monotonicMs() + desk::kLongestWaitMs;
    tryBegin();
}

void OperationDesk::goOn(const QString& operationId, const Opened& then)
{
    m_openId = operationId;
    m_then = then;
    m_waitsUntilMs = m_clock.monotonicMs() + desk::kLongestWaitMs;
    tryBegin();
}

Result<store::Operation> OperationDesk::take()
{
    store::Journal& journal = m_records.journal();
    return m_openId.isEmpty() ? journal.begin(m_subject, m_inputs, m_clock.nowMs()) : journal.claim(m_openId, m_clock.nowMs());
}

void OperationDesk::stop()
{
    m_stopped = true;
}

void OperationDesk::tryBegin()
{
    if (m_stopped) {
        const Opened then = m_then;
        then(fail(rules::stopped(true)));
        return;
    }
    const auto begun = take();
    // Somebody does the same right now: when that has ended there is nothing left to do, or it is tried here.
    if (!begun && begun.error().kind == ErrorKind::Busy && m_clock.monotonicMs() < m_waitsUntilMs) {
        m_clock.callAfter(desk::kWaitStepMs, this, [this] { tryBegin(); });
        return;
    }
    if (begun) {
        m_operation = *begun;
    }
    const Opened then = m_then; // it may begin anew, with another one
    then(begun);
}

void OperationDesk::resume(const QString& operationId, const Opened& then)
{
    const auto claimed = m_records.journal().claim(operationId, m_clock.nowMs());
    if (!claimed) {
        then(claimed);
        return;
    }
    const store::OperationSubject& found = claimed->subject;
    if (found.kind != m_subject.kind || found.account != m_subject.account || found.mode != m_subject.mode) {
        Error error;
        error.kind = ErrorKind::Safety;
        error.code = QStringLiteral("account_mismatch");
        error.message = QStringLiteral("This operation is of another account, mode or kind.");
        (void)m_records.journal().release(operationId, store::OperationState::Waiting, errorCode(error), m_clock.nowMs());
        then(fail(error));
        return;
    }
    m_operation = *claimed;
    m_subject = found;
    then(claimed);
}

store::OperationState OperationDesk::stateAfter(const StepRunEnd& end) const
{
    if (!end.error) {
        return store::OperationState::Done;
    }
    if (!end.error->outcomeKnown) {
        return store::OperationState::Unknown;
    }
    if (!end.stopped) {
        return store::OperationState::Failed;
    }
    const auto steps = m_records.journal().steps(m_operation.id);
    bool isBegun = !steps;
    for (const store::JournalStep& step : steps ? *steps : std::vector<store::JournalStep>()) {
        isBegun = isBegun || (step.firstSentMs > 0 && step.state != store::StepState::Failed);
    }
    const bool mayGoOn = (isBegun && rules::mayBeMended(*end.error)) || end.error->kind == ErrorKind::Storage;
    return mayGoOn ? store::OperationState::Waiting : store::OperationState::Failed;
}

Status OperationDesk::end(const End& end)
{
    store::Journal& journal = m_records.journal();
    const QString code = end.error ? errorCode(*end.error) : QString();
    if (end.state != store::OperationState::Done && end.state != store::OperationState::Failed) {
        const Status released = journal.release(m_operation.id, end.state, code, m_clock.nowMs());
        if (!released) {
            log::error(QStringLiteral("%1: the journal could not be written: %2").arg(m_operation.id, released.error().message));
        }
        Status kept = released;
        if (end.record) {
            const auto imported = m_records.importRecords({*end.record});
            kept = imported ? kept : Status(fail(imported.error()));
        }
        const Status written = m_records.appendAudit(entryOf(end));
        return written ? kept : written;
    }
    store::Journal::Ending ending;
    ending.state = end.state;
    ending.error = code;
    ending.record = end.record;
    ending.audit = entryOf(end);
    ending.counts = countsNow();
    const Status settled = journal.settle(m_operation.id, ending, m_clock.nowMs());
    if (!settled) {
        // What is done is in Stripe, but not written down: the operation is open, and the next run ends it without sending anything twice.
        log::error(QStringLiteral("%1: the end could not be written: %2").arg(m_operation.id, settled.error().message));
    }
    return settled;
}

Status OperationDesk::refuse(const End& end)
{
    return m_records.appendAudit(entryOf(end));
}

/// Each subscription whose cancel was sent and is done; one that was found ended adds nothing, nor does an operation that was gone on with twice.
std::vector<store::Count> OperationDesk::countsNow() const
{
    qint64 cancelled = 0;
    const auto steps = m_records.journal().steps(m_operation.id);
    for (const store::JournalStep& step : steps ? *steps : std::vector<store::JournalStep>()) {
        cancelled += isSubscriptionCancel(step) && step.state == store::StepState::Done && step.firstSentMs > 0 ? 1 : 0;
    }
    return cancelled > 0 ? std::vector<store::Count>{subscriptionsCount(kCountedCancelled, cancelled)} : std::vector<store::Count>();
}

store::AuditEntry OperationDesk::entryOf(const End& end) const
{
    store::AuditEntry entry;
    entry.atMs = m_clock.nowMs();
    entry.actor = actorName();
    entry.action = store::wordOf(m_subject.kind);
    entry.businessId = m_subject.businessId;
    entry.outcome = end.auditWord;
    QStringList detail = end.detail;
    if (!m_operation.id.isEmpty()) {
        detail.prepend(m_operation.id);
    }
    entry.detail = detail.join(QStringLiteral("; "));
    entry.requestIds = end.requestIds;
    entry.objectIds = end.objectIds;
    entry.objectIds.removeDuplicates();
    if (!end.reason.isEmpty()) {
        entry.inputs << store::auditInput(QStringLiteral("reason"), end.reason);
    }
    if (const auto steps = m_records.journal().steps(m_operation.id); steps) {
        for (const store::JournalStep& step : *steps) {
            if (!step.idempotencyKey.isEmpty() && step.firstSentMs > 0) {
                entry.keys << QString::fromLatin1(step.idempotencyKey);
            }
        }
    }
    entry.keys.removeDuplicates();
    return entry;
}

} // namespace ch::business

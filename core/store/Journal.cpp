// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Journal.h"

#include "store/Holder.h"
#include "store/JournalPrivate.h"
#include "store/RecordRows.h"

#include <QMutex>
#include <QSet>
#include <QUuid>
#include <utility>

namespace ch::store {

namespace journal {

/// The claims of this process that are alive: a row that names this process and a claim that is not here was left by a job that is gone.
struct Claims {
    QMutex mutex;
    QSet<QString> living;
};

Claims& claims()
{
    static Claims all;
    return all;
}

template <typename E, size_t N>
E fromWord(const QString& word, const E (&all)[N])
{
    for (const E value : all) {
        if (wordOf(value) == word) {
            return value;
        }
    }
    return all[0];
}

constexpr OperationKind kKinds[] = {OperationKind::Provision, OperationKind::TakeDown, OperationKind::Cancel};
constexpr OperationState kStates[] = {OperationState::Unknown, OperationState::Running, OperationState::Waiting, OperationState::Done, OperationState::Failed};

} // namespace journal

QString wordOf(OperationKind kind)
{
    switch (kind) {
    case OperationKind::Provision: return QStringLiteral("provision");
    case OperationKind::TakeDown: return QStringLiteral("take_down");
    case OperationKind::Cancel: return QStringLiteral("cancel");
    }
    return {};
}

QString wordOf(OperationState state)
{
    switch (state) {
    case OperationState::Running: return QStringLiteral("running");
    case OperationState::Waiting: return QStringLiteral("waiting");
    case OperationState::Done: return QStringLiteral("done");
    case OperationState::Failed: return QStringLiteral("failed");
    case OperationState::Unknown: return QStringLiteral("unknown");
    }
    return {};
}

Journal::Journal(Database& db) : m_db(db) {}

Journal::~Journal()
{
    journal::Claims& all = journal::claims();
    const QMutexLocker lock(&all.mutex);
    for (const QString& claim : std::as_const(m_claims)) {
        all.living.remove(claim);
    }
}

Journal::Held Journal::readHeld(Query& query) const
{
    Held held;
    Operation& made = held.operation;
    made.id = query.text(0);
    made.subject = {journal::fromWord(query.text(1), journal::kKinds), query.text(2), query.text(3), query.text(4), query.text(5)};
    made.generation = static_cast<int>(query.integer(6));
    made.state = journal::fromWord(query.text(7), journal::kStates);
    made.inputs = query.blob(8);
    made.step = query.text(9);
    made.error = query.text(10);
    made.createdMs = query.integer(11);
    made.updatedMs = query.integer(12);
    held.holder = {query.integer(13), query.text(14), query.text(15)};
    held.claim = query.text(16);
    held.row = query.integer(17);
    return held;
}

bool Journal::isHeldByOther(const Held& held, qint64 nowMs) const
{
    if (held.claim.isEmpty()) {
        return false;
    }
    if (held.holder == thisProcess()) {
        journal::Claims& all = journal::claims();
        const QMutexLocker lock(&all.mutex);
        return all.living.contains(held.claim);
    }
    switch (lifeOf(held.holder)) {
    case HolderLife::Alive: return true;
    case HolderLife::Dead: return false;
    case HolderLife::OfAnotherHost: return qAbs(nowMs - held.operation.updatedMs) < kForeignLeaseMs;
    }
    return true;
}

Result<Operation> Journal::take(Held held, qint64 nowMs)
{
    if (isHeldByOther(held, nowMs)) {
        return fail(journal::refusal(ErrorKind::Busy, "operation_running",
            QStringLiteral("A %1 of \u201c%2\u201d is running already (%3).").arg(wordOf(held.operation.subject.kind).replace(QLatin1Char('_'), QLatin1Char(' ')), held.operation.subject.businessId, held.operation.id)));
    }
    const Holder self = thisProcess();
    const QString claim = QUuid::createUuid().toString(QUuid::WithoutBraces);
    Query(m_db, "UPDATE operations SET state = 'running', error = '', updated_ms = ?, lease_pid = ?, lease_host = ?, lease_start = ?, lease_claim = ? WHERE n = ?")
        .bind(nowMs)
        .bind(self.pid)
        .bind(self.host)
        .bind(self.start)
        .bind(claim)
        .bind(held.row)
        .run();
    {
        journal::Claims& all = journal::claims();
        const QMutexLocker lock(&all.mutex);
        all.living.insert(claim);
    }
    m_claims.insert(held.operation.id, claim);
    held.operation.state = OperationState::Running;
    held.operation.error.clear();
    held.operation.updatedMs = nowMs;
    return held.operation;
}

Result<Operation> Journal::begin(const OperationSubject& subject, const QByteArray& inputs, qint64 nowMs)
{
    return guarded(m_db, [&]() -> Result<Operation> {
        WriteScope scope(m_db);
        Held held;
        bool isThere = false;
        {
            Query query(m_db, std::string("SELECT ") + journal::kOperationColumns + " FROM operations WHERE account = ? AND mode = ? AND kind = ? AND business_id = ? AND object_id = ? AND " + journal::kOpen);
            query.bind(subject.account).bind(subject.mode).bind(wordOf(subject.kind)).bind(subject.businessId).bind(subject.objectId);
            isThere = query.next();
            if (isThere) {
                held = readHeld(query);
            }
        }
        if (!isThere) {
            held.operation.id = QStringLiteral("op_") + QUuid::createUuid().toString(QUuid::Id128).left(24);
            held.operation.subject = subject;
            held.operation.inputs = inputs;
            held.operation.createdMs = nowMs;
            Query(m_db, "INSERT INTO operations(id, kind, account, mode, business_id, object_id, generation, state, inputs, step, error, created_ms, updated_ms, "
                        "lease_pid, lease_host, lease_start, lease_claim) VALUES(?, ?, ?, ?, ?, ?, 1, 'running', ?, '', '', ?, ?, 0, '', '', '')")
                .bind(held.operation.id)
                .bind(wordOf(subject.kind))
                .bind(subject.account)
                .bind(subject.mode)
                .bind(subject.businessId)
                .bind(subject.objectId)
                .bind(inputs)
                .bind(nowMs)
                .bind(nowMs)
                .run();
            held.row = m_db.lastRowId();
        }
        auto taken = take(std::move(held), nowMs);
        if (taken) {
            taken->resumed = isThere;
            scope.commit();
        }
        return taken;
    });
}

Result<Operation> Journal::claim(const QString& operationId, qint64 nowMs)
{
    return guarded(m_db, [&]() -> Result<Operation> {
        WriteScope scope(m_db);
        Held held;
        {
            Query query(m_db, std::string("SELECT ") + journal::kOperationColumns + " FROM operations WHERE id = ?");
            query.bind(operationId);
            if (!query.next()) {
                return fail(ErrorKind::NotFound, QStringLiteral("There is no operation %1 here.").arg(operationId));
            }
            held = readHeld(query);
        }
        if (held.operation.isSettled()) {
            return fail(journal::refusal(ErrorKind::InvalidInput, "settled", QStringLiteral("The operation %1 has ended already (%2).").arg(operationId, wordOf(held.operation.state))));
        }
        auto taken = take(std::move(held), nowMs);
        if (taken) {
            taken->resumed = true;
            scope.commit();
        }
        return taken;
    });
}

qint64 Journal::ownRow(const QString& operationId) const
{
    Query query(m_db, std::string("SELECT n, lease_claim FROM operations WHERE id = ? AND ") + journal::kOpen);
    query.bind(operationId);
    const QString claim = m_claims.value(operationId);
    return query.next() && !claim.isEmpty() && claim == query.text(1) ? query.integer(0) : 0;
}

void Journal::letGo(const QString& operationId)
{
    journal::Claims& all = journal::claims();
    const QMutexLocker lock(&all.mutex);
    all.living.remove(m_claims.take(operationId));
}

void Journal::touch(qint64 row, const QString& step, int generation, qint64 nowMs)
{
    Query(m_db, "UPDATE operations SET step = CASE WHEN ?1 = '' THEN step ELSE ?1 END, generation = max(generation, ?2), updated_ms = ?3 WHERE n = ?4")
        .bind(step)
        .bind(generation)
        .bind(nowMs)
        .bind(row)
        .run();
}

Status Journal::release(const QString& operationId, OperationState state, const QString& error, qint64 nowMs)
{
    const Status released = guarded(m_db, [&]() -> Status {
        if (state == OperationState::Done || state == OperationState::Failed) {
            return fail(ErrorKind::Internal, QStringLiteral("An operation that ends is settled, not released."));
        }
        WriteScope scope(m_db);
        const qint64 row = ownRow(operationId);
        if (row == 0) {
            return fail(journal::leaseLost());
        }
        Query(m_db, "UPDATE operations SET state = ?, error = ?, updated_ms = ?, lease_claim = '' WHERE n = ?").bind(wordOf(state)).bind(error).bind(nowMs).bind(row).run();
        scope.commit();
        return {};
    });
    letGo(operationId);
    return released;
}

Status Journal::settle(const QString& operationId, const Ending& ending, qint64 nowMs)
{
    const Status settled = guarded(m_db, [&]() -> Status {
        if (ending.state != OperationState::Done && ending.state != OperationState::Failed) {
            return fail(ErrorKind::Internal, QStringLiteral("An operation ends as done or as failed."));
        }
        WriteScope scope(m_db);
        const qint64 row = ownRow(operationId);
        if (row == 0) {
            return fail(journal::leaseLost());
        }
        Query(m_db, "UPDATE operations SET state = ?, error = ?, inputs = x'', updated_ms = ?, lease_claim = '' WHERE n = ?")
            .bind(wordOf(ending.state))
            .bind(ending.error)
            .bind(nowMs)
            .bind(row)
            .run();
        Query(m_db, "UPDATE steps SET body = x'' WHERE operation = ?").bind(row).run();
        if (ending.record) {
            ImportSummary summary;
            recordsTakeIn(m_db, *ending.record, summary);
            if (ending.reopens) {
                Query(m_db, "UPDATE records SET taken_down_at_ms = 0 WHERE business_id = ?").bind(ending.record->businessId).run();
            }
        }
        if (ending.audit) {
            auditAppend(m_db, ofProfile(*ending.audit, m_profile));
        }
        countersAdd(m_db, ending.counts);
        scope.commit();
        return {};
    });
    letGo(operationId);
    if (settled) {
        // What was blanked stands in the write-ahead log until that is emptied too. A reader that is at work keeps it: then the next one empties it.
        m_db.emptyLog();
        if (ending.audit && m_trailGrew) {
            m_trailGrew();
        }
    }
    return settled;
}

Result<std::optional<Operation>> Journal::operation(const QString& operationId) const
{
    return guarded(m_db, [&]() -> Result<std::optional<Operation>> {
        Query query(m_db, std::string("SELECT ") + journal::kOperationColumns + " FROM operations WHERE id = ?");
        query.bind(operationId);
        return query.next() ? std::optional(readHeld(query).operation) : std::nullopt;
    });
}

Result<std::optional<Operation>> Journal::open(const OperationSubject& subject) const
{
    return guarded(m_db, [&]() -> Result<std::optional<Operation>> {
        Query query(m_db, std::string("SELECT ") + journal::kOperationColumns + " FROM operations WHERE account = ? AND mode = ? AND kind = ? AND business_id = ? AND object_id = ? AND " + journal::kOpen);
        query.bind(subject.account).bind(subject.mode).bind(wordOf(subject.kind)).bind(subject.businessId).bind(subject.objectId);
        return query.next() ? std::optional(readHeld(query).operation) : std::nullopt;
    });
}

Result<std::vector<Operation>> Journal::operations(int newest) const
{
    return guarded(m_db, [&]() -> Result<std::vector<Operation>> {
        std::vector<Operation> all;
        Query query(m_db, std::string("SELECT ") + journal::kOperationColumns + " FROM operations ORDER BY n DESC LIMIT ?");
        query.bind(qMax(0, newest));
        while (query.next()) {
            all.push_back(readHeld(query).operation);
        }
        return all;
    });
}

Result<std::vector<Operation>> Journal::abandoned(qint64 nowMs) const
{
    return guarded(m_db, [&]() -> Result<std::vector<Operation>> {
        std::vector<Operation> all;
        Query query(m_db, std::string("SELECT ") + journal::kOperationColumns + " FROM operations WHERE " + journal::kOpen + " ORDER BY n");
        while (query.next()) {
            const Held held = readHeld(query);
            if (!isHeldByOther(held, nowMs)) {
                all.push_back(held.operation);
            }
        }
        return all;
    });
}

} // namespace ch::store

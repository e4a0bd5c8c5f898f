// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Journal.h"

#include "store/Database.h"
#include "store/JournalPrivate.h"

namespace ch::store {

namespace journal {

constexpr char kStepColumns[] = "n, name, generation, method, path, body, idempotency_key, state, first_sent_ms, request_ids, object_id, error";
constexpr StepState kStepStates[] = {StepState::Unknown, StepState::Intended, StepState::Sent, StepState::Done, StepState::Failed, StepState::Skipped};

StepState stepState(const QString& word)
{
    for (const StepState state : kStepStates) {
        if (wordOf(state) == word) {
            return state;
        }
    }
    return StepState::Unknown;
}

JournalStep stepRow(const Query& query)
{
    JournalStep step;
    step.n = static_cast<int>(query.integer(0));
    step.name = query.text(1);
    step.generation = static_cast<int>(query.integer(2));
    step.method = query.text(3);
    step.path = query.text(4);
    step.body = query.blob(5);
    step.idempotencyKey = query.text(6).toLatin1();
    step.state = stepState(query.text(7));
    step.firstSentMs = query.integer(8);
    step.requestIds = query.text(9).split(QLatin1Char(' '), Qt::SkipEmptyParts);
    step.objectId = query.text(10);
    step.error = query.text(11);
    return step;
}

void insertStep(Database& db, qint64 row, const JournalStep& step)
{
    Query(db, std::string("INSERT INTO steps(operation, ") + kStepColumns + ") VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(row)
        .bind(step.n)
        .bind(step.name)
        .bind(step.generation)
        .bind(step.method)
        .bind(step.path)
        .bind(step.body)
        .bind(QString::fromLatin1(step.idempotencyKey))
        .bind(wordOf(step.state))
        .bind(step.firstSentMs)
        .bind(step.requestIds.join(QLatin1Char(' ')))
        .bind(step.objectId)
        .bind(step.error)
        .run();
}

int nextStep(Database& db, qint64 row)
{
    Query query(db, "SELECT coalesce(max(n), 0) + 1 FROM steps WHERE operation = ?");
    query.bind(row);
    return query.next() ? static_cast<int>(query.integer(0)) : 1;
}

} // namespace journal

QString wordOf(StepState state)
{
    switch (state) {
    case StepState::Intended: return QStringLiteral("intended");
    case StepState::Sent: return QStringLiteral("sent");
    case StepState::Done: return QStringLiteral("done");
    case StepState::Failed: return QStringLiteral("failed");
    case StepState::Unknown: return QStringLiteral("unknown");
    case StepState::Skipped: return QStringLiteral("skipped");
    }
    return {};
}

Result<JournalStep> Journal::intend(const QString& operationId, const JournalStep& wish, const std::optional<JournalStep>& replaced, qint64 nowMs)
{
    return guarded(m_db, [&]() -> Result<JournalStep> {
        WriteScope scope(m_db);
        const qint64 row = ownRow(operationId);
        if (row == 0) {
            return fail(journal::leaseLost());
        }
        if (replaced) {
            Query(m_db, "UPDATE steps SET state = 'skipped', request_ids = ?, error = ? WHERE operation = ? AND n = ?")
                .bind(replaced->requestIds.join(QLatin1Char(' ')))
                .bind(replaced->error)
                .bind(row)
                .bind(replaced->n)
                .run();
        }
        JournalStep step = wish;
        step.n = journal::nextStep(m_db, row);
        step.state = StepState::Intended;
        step.firstSentMs = 0;
        journal::insertStep(m_db, row, step);
        touch(row, step.name, step.generation, nowMs);
        scope.commit();
        return step;
    });
}

Status Journal::note(const QString& operationId, const QString& name, const StepAnswer& answer, qint64 nowMs)
{
    return guarded(m_db, [&]() -> Status {
        WriteScope scope(m_db);
        const qint64 row = ownRow(operationId);
        if (row == 0) {
            return fail(journal::leaseLost());
        }
        JournalStep step;
        step.n = journal::nextStep(m_db, row);
        step.name = name;
        step.state = answer.state;
        step.requestIds = answer.requestIds;
        step.objectId = answer.objectId;
        step.error = answer.error;
        journal::insertStep(m_db, row, step);
        touch(row, name, 1, nowMs);
        scope.commit();
        return {};
    });
}

Status Journal::sent(const QString& operationId, int n, qint64 nowMs)
{
    return guarded(m_db, [&]() -> Status {
        WriteScope scope(m_db);
        const qint64 row = ownRow(operationId);
        if (row == 0) {
            return fail(journal::leaseLost());
        }
        Query(m_db, "UPDATE steps SET state = 'sent', first_sent_ms = CASE WHEN first_sent_ms = 0 THEN ?1 ELSE first_sent_ms END WHERE operation = ?2 AND n = ?3")
            .bind(nowMs)
            .bind(row)
            .bind(n)
            .run();
        touch(row, {}, 1, nowMs);
        scope.commit();
        return {};
    });
}

Status Journal::answered(const QString& operationId, int n, const StepAnswer& answer, qint64 nowMs)
{
    return guarded(m_db, [&]() -> Status {
        WriteScope scope(m_db);
        const qint64 row = ownRow(operationId);
        if (row == 0) {
            return fail(journal::leaseLost());
        }
        Query(m_db, "UPDATE steps SET state = ?, request_ids = ?, object_id = ?, error = ? WHERE operation = ? AND n = ?")
            .bind(wordOf(answer.state))
            .bind(answer.requestIds.join(QLatin1Char(' ')))
            .bind(answer.objectId)
            .bind(answer.error)
            .bind(row)
            .bind(n)
            .run();
        touch(row, {}, 1, nowMs);
        scope.commit();
        return {};
    });
}

Result<std::vector<JournalStep>> Journal::steps(const QString& operationId) const
{
    return guarded(m_db, [&]() -> Result<std::vector<JournalStep>> {
        std::vector<JournalStep> all;
        Query query(m_db, std::string("SELECT ") + journal::kStepColumns + " FROM steps WHERE operation = (SELECT n FROM operations WHERE id = ?) ORDER BY n");
        query.bind(operationId);
        while (query.next()) {
            all.push_back(journal::stepRow(query));
        }
        return all;
    });
}

Result<std::optional<JournalStep>> Journal::earlierStep(const QByteArray& key, const QString& exceptOperationId) const
{
    return guarded(m_db, [&]() -> Result<std::optional<JournalStep>> {
        Query query(m_db, std::string("SELECT ") + journal::kStepColumns + " FROM steps WHERE idempotency_key = ? AND operation NOT IN (SELECT n FROM operations WHERE id = ?) "
                                                                           "ORDER BY operation DESC LIMIT 1");
        query.bind(QString::fromLatin1(key)).bind(exceptOperationId);
        return query.next() ? std::optional(journal::stepRow(query)) : std::nullopt;
    });
}

} // namespace ch::store

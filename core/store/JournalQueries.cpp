// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/JournalPrivate.h"
#include "store/JournalReader.h"

#include "store/Database.h"

namespace ch::store {

namespace journal {

/// A later attempt at the same takes a failed one out of sight, whatever became of it: it shows itself.
constexpr char kNeedsPerson[] = "(o.state IN ('running', 'waiting', 'unknown') OR (o.state = 'failed' AND o.updated_ms >= ? AND NOT EXISTS (SELECT 1 FROM operations later "
                                "WHERE later.business_id = o.business_id AND later.kind = o.kind AND later.object_id = o.object_id AND later.account = o.account "
                                "AND later.mode = o.mode AND later.n > o.n)))";

std::string whereOf(const OperationQuery& wanted)
{
    std::string where = "(? = '' OR o.n < (SELECT n FROM operations WHERE id = ?))";
    if (wanted.which == OperationQuery::Which::NeedsPerson) {
        where += std::string(" AND ") + kNeedsPerson;
    } else if (wanted.which == OperationQuery::Which::Running) {
        where += " AND o.state = 'running'";
    }
    where += wanted.kind ? " AND o.kind = ?" : "";
    where += wanted.state ? " AND o.state = ?" : "";
    where += wanted.text.isEmpty() ? "" : " AND instr(lower(o.business_id || ' ' || o.id || ' ' || o.object_id || ' ' || o.error), lower(?)) > 0";
    return where;
}

} // namespace journal

Result<FoundOperations> Journal::find(const OperationQuery& wanted, qint64 nowMs) const
{
    return guarded(m_db, [&]() -> Result<FoundOperations> {
        Query query(m_db, std::string("SELECT ") + journal::kOperationColumns + " FROM operations o WHERE " + journal::whereOf(wanted) + " ORDER BY o.n DESC");
        query.bind(wanted.olderThan).bind(wanted.olderThan);
        if (wanted.which == OperationQuery::Which::NeedsPerson) {
            query.bind(nowMs - kFailedInSightMs);
        }
        if (wanted.kind) {
            query.bind(wordOf(*wanted.kind));
        }
        if (wanted.state) {
            query.bind(wordOf(*wanted.state));
        }
        if (!wanted.text.isEmpty()) {
            query.bind(wanted.text);
        }
        FoundOperations found;
        while (query.next()) {
            Held held = readHeld(query);
            const bool isWorkedOn = !held.operation.isSettled() && isHeldByOther(held, nowMs);
            held.operation.isAbandoned = held.operation.state == OperationState::Running && !isWorkedOn;
            const bool isWanted = wanted.which == OperationQuery::Which::All || isWorkedOn == (wanted.which == OperationQuery::Which::Running);
            if (!isWanted) {
                continue;
            }
            if (static_cast<int>(found.operations.size()) >= wanted.most) {
                found.more = true;
                break;
            }
            found.operations.push_back(std::move(held.operation));
        }
        return found;
    });
}

Result<std::map<std::pair<QString, QString>, qint64>> Journal::countByState() const
{
    return guarded(m_db, [&]() -> Result<std::map<std::pair<QString, QString>, qint64>> {
        std::map<std::pair<QString, QString>, qint64> counts;
        Query query(m_db, "SELECT kind, state, count(*) FROM operations GROUP BY kind, state");
        while (query.next()) {
            counts[{query.text(0), query.text(1)}] = query.integer(2);
        }
        return counts;
    });
}

} // namespace ch::store

// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/JournalReader.h"

#include "store/RecordRows.h"
#include "store/Schema.h"

#include <algorithm>

namespace ch::store {

class JournalReader::Private {
public:
    std::unique_ptr<Database> db;
    std::unique_ptr<Journal> journal;
    std::unique_ptr<EventLog> events;
    std::unique_ptr<Marks> marks;
};

JournalReader::JournalReader() : d(std::make_unique<Private>()) {}
JournalReader::~JournalReader() = default;

Result<std::unique_ptr<JournalReader>> JournalReader::open(const QString& dir)
{
    Result<std::unique_ptr<Database>> db = Database::openForReading(recordsPath(dir), recordsFile());
    if (!db) {
        return fail(db.error());
    }
    std::unique_ptr<JournalReader> reader(new JournalReader);
    reader->d->db = *std::move(db);
    reader->d->journal.reset(new Journal(*reader->d->db));
    reader->d->events.reset(new EventLog(*reader->d->db));
    reader->d->marks.reset(new Marks(*reader->d->db));
    return reader;
}

Result<FoundOperations> JournalReader::operations(const OperationQuery& query, qint64 nowMs) const
{
    return d->journal->find(query, nowMs);
}

Result<OperationCounts> JournalReader::counts(qint64 nowMs) const
{
    OperationCounts counts;
    for (auto [which, count] : {std::pair(OperationQuery::Which::NeedsPerson, &counts.needsPerson), std::pair(OperationQuery::Which::Running, &counts.running)}) {
        OperationQuery query;
        query.which = which;
        query.most = std::numeric_limits<int>::max();
        const auto found = d->journal->find(query, nowMs);
        if (!found) {
            return fail(found.error());
        }
        *count = static_cast<int>(found->operations.size());
    }
    const auto marked = marks();
    if (!marked) {
        return fail(marked.error());
    }
    counts.needsPerson += static_cast<int>(std::count_if(marked->begin(), marked->end(), [](const Mark& mark) { return mark.kind == MarkKind::TakeDown; }));
    return counts;
}

Result<std::vector<JournalStep>> JournalReader::steps(const QString& operationId) const
{
    return d->journal->steps(operationId);
}

Result<FoundEvents> JournalReader::events(const EventQuery& query) const
{
    return d->events->find(query);
}

Result<std::vector<Mark>> JournalReader::marks() const
{
    return d->marks->open();
}

Result<FoundEntries> JournalReader::trail(const TrailQuery& wanted) const
{
    return guarded(*d->db, [&]() -> Result<FoundEntries> {
        Query query(*d->db, std::string("SELECT ") + kAuditColumns + " FROM audit WHERE at_ms >= ?1 AND (?2 = 0 OR at_ms < ?2) AND (?3 = 0 OR n < ?3) "
            "AND (?5 = '' OR instr(lower(actor || ' ' || profile || ' ' || action || ' ' || business_id || ' ' || outcome || ' ' || detail || ' ' || object_ids || ' ' || "
            "request_ids || ' ' || keys), lower(?5)) > 0) AND (?6 = '' OR business_id = ?6 OR instr(' ' || object_ids || ' ', ' ' || ?6 || ' ') > 0) ORDER BY n DESC LIMIT ?4");
        const qint64 most = qMax(0, wanted.most);
        query.bind(wanted.fromMs).bind(wanted.untilMs).bind(wanted.olderThan).bind(most + 1).bind(wanted.text).bind(wanted.businessId);
        FoundEntries found;
        while (query.next()) {
            if (static_cast<qint64>(found.entries.size()) == most) {
                found.more = true;
                break;
            }
            found.entries.push_back(auditRow(query));
        }
        return found;
    });
}

} // namespace ch::store

// SPDX-License-Identifier: GPL-3.0-or-later
// The rules that hold in every run, whatever happened.
#include "business/Counts.h"
#include "simulation/World.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>

namespace ch::sim {

void World::breaks(const QString& rule)
{
    m_broken << rule;
    say("BROKEN: " + rule.toUtf8());
}

/// Before a request leaves that changes something, its step is committed as sent, with the same body and key.
void World::checkWrittenDown(int program, const http::Request& request)
{
    if (!request.isWrite) {
        return;
    }
    QByteArray key;
    for (const http::Header& header : request.headers) {
        key = header.name == "Idempotency-Key" ? header.value : key;
    }
    const store::Journal& journal = m_programs[static_cast<size_t>(program)].observer->journal();
    const auto isIt = [&request](const store::JournalStep& step) {
        const QByteArray said = request.method == "DELETE" ? request.url.query(QUrl::FullyEncoded).toLatin1() : request.body;
        return step.state == store::StepState::Sent && step.firstSentMs > 0 && step.path == request.url.path() && step.body == said;
    };
    bool isThere = false;
    if (!key.isEmpty()) {
        const auto step = journal.earlierStep(key, QString());
        isThere = step && *step && isIt(**step);
    } else {
        constexpr int kAll = 100'000;
        for (const store::Operation& operation : journal.operations(kAll).value_or(std::vector<store::Operation>())) {
            const auto steps = journal.steps(operation.id).value_or(std::vector<store::JournalStep>());
            isThere = isThere || (!operation.isSettled() && std::any_of(steps.begin(), steps.end(), isIt));
        }
    }
    if (!isThere) {
        breaks(QStringLiteral("%1 %2 was sent without having been written down").arg(QString::fromLatin1(request.method), request.url.path()));
    }
}

/// What the account has just made: never a second one.
void World::checkMade(const http::Request& request, const QJsonObject& object)
{
    const QString businessId = object.value(QStringLiteral("metadata")).toObject().value(QStringLiteral("business_id")).toString();
    if (request.url.path() == QLatin1String("/v1/customers") && m_account.customers(businessId).size() > 1) {
        breaks(QStringLiteral("%1 has a second customer").arg(businessId));
    }
    if (request.url.path() == QLatin1String("/v1/subscriptions") && m_account.subscriptions(businessId, true).size() > 1) {
        breaks(QStringLiteral("%1 has a second living subscription").arg(businessId));
    }
}

void World::checkProvisioned(Watched& watched, const QString& businessId)
{
    const auto customers = m_account.customers(businessId);
    const auto living = m_account.subscriptions(businessId, true);
    const auto record = watched.observer->record(businessId);
    if (customers.size() != 1 || living.size() != 1) {
        breaks(QStringLiteral("%1 was provisioned and has %2 customers and %3 living subscriptions").arg(businessId).arg(customers.size()).arg(living.size()));
    } else if (!record || !*record) {
        breaks(QStringLiteral("%1 was provisioned and has no record").arg(businessId));
    } else if ((*record)->customerId != customers.first().value(QStringLiteral("id")).toString() || (*record)->subscriptionId != living.first().value(QStringLiteral("id")).toString()
               || (*record)->subscriptionStatus != living.first().value(QStringLiteral("status")).toString() || (*record)->takenDownAtMs != 0) {
        breaks(QStringLiteral("the record of %1 says something else than the account").arg(businessId));
    }
}

/// customerIds: those that were deleted with it.
void World::checkTakenDown(Watched& watched, const QString& businessId, const QStringList& customerIds)
{
    const auto record = watched.observer->record(businessId);
    if (!m_account.subscriptions(businessId, true).isEmpty()) {
        breaks(QStringLiteral("%1 was taken down and has a living subscription").arg(businessId));
    } else if (!customerIds.isEmpty() && !m_account.customers(businessId).isEmpty()) {
        breaks(QStringLiteral("%1 was taken down with its customer and has one").arg(businessId));
    } else if (!record || !*record || (*record)->takenDownAtMs == 0) {
        breaks(QStringLiteral("%1 was taken down, and its record is not closed").arg(businessId));
    }
    for (const QString& id : customerIds) {
        if (watched.program->reader().json(id).value_or(std::nullopt).value_or(QByteArray()).contains("jane.roe")) {
            breaks(QStringLiteral("the mirror still has the address of the deleted customer %1").arg(id));
        }
    }
}

/// One refund for each operation and invoice.
void World::checkRefunds()
{
    QStringList seen;
    for (const QJsonObject& refund : m_account.all("/v1/refunds")) {
        const QJsonObject metadata = refund.value(QStringLiteral("metadata")).toObject();
        QStringList parts{refund.value(QStringLiteral("payment_intent")).toString()};
        for (const QString& key : metadata.keys()) {
            parts << key + QLatin1Char('=') + metadata.value(key).toString();
        }
        const QString what = parts.join(QLatin1Char(' '));
        if (seen.contains(what)) {
            breaks(QStringLiteral("refunded twice: %1").arg(what));
        }
        seen << what;
    }
    m_trace.count("refunds", seen.size());
}

void World::checkMirror(Watched& watched)
{
    const store::MirrorReader& mirror = watched.program->reader();
    for (const QJsonObject& customer : m_account.all("/v1/customers")) {
        const QString id = customer.value(QStringLiteral("id")).toString();
        const auto copy = mirror.customer(id);
        if (!copy || !*copy || (*copy)->deleted || (*copy)->name != customer.value(QStringLiteral("name")).toString()) {
            breaks(QStringLiteral("the mirror does not have the customer %1 as it is").arg(id));
        }
    }
    for (const QJsonObject& subscription : m_account.all("/v1/subscriptions?status=all")) {
        const QString id = subscription.value(QStringLiteral("id")).toString();
        const auto copy = mirror.subscription(id);
        if (!copy || !*copy || (*copy)->status != subscription.value(QStringLiteral("status")).toString()) {
            breaks(QStringLiteral("the mirror does not have the subscription %1 as it is: %2 instead of %3").arg(id, copy && *copy ? (*copy)->status : QStringLiteral("nothing"), subscription.value(QStringLiteral("status")).toString()));
        }
    }
}

void World::checkAll()
{
    QStringList seen;
    for (Watched& watched : m_programs) {
        checkEffects(watched);
        if (!seen.contains(watched.program->setting().folder)) {
            seen << watched.program->setting().folder;
            checkJournal(watched);
            checkFiles(watched);
            checkCounters(watched);
            countOperations(watched);
        }
    }
    const auto made = std::count_if(m_network.effects().begin(), m_network.effects().end(), [](const Effect& effect) { return effect.objectId.startsWith(QLatin1String("sub_")); });
    m_trace.count("subscriptions made", made);
    m_trace.count("subscriptions counted", m_counted);
    for (const QString& businessId : std::as_const(m_businesses)) {
        if (m_account.customers(businessId).size() > 1 || m_account.subscriptions(businessId, true).size() > 1) {
            breaks(QStringLiteral("%1 has more than one customer or living subscription").arg(businessId));
        }
    }
}

/// Every operation is settled, its personal inputs are gone, and the trail tells of it.
void World::checkJournal(Watched& watched)
{
    constexpr int kAll = 100'000;
    const store::Journal& journal = watched.observer->journal();
    const auto entries = watched.observer->audit(kAll);
    const auto operations = journal.operations(kAll);
    if (!entries || !operations || !watched.observer->verifyAudit({}).value_or(store::AuditCheck()).ok) {
        breaks(QStringLiteral("the trail does not verify"));
        return;
    }
    for (const store::Operation& operation : *operations) {
        const QString name = QStringLiteral("the %1 of %2").arg(store::wordOf(operation.subject.kind), operation.subject.businessId);
        const auto steps = journal.steps(operation.id);
        const bool isBlank = steps && operation.inputs.isEmpty() && std::all_of(steps->begin(), steps->end(), [](const store::JournalStep& step) { return step.body.isEmpty(); });
        if (!operation.isSettled()) {
            breaks(name + QStringLiteral(" is open"));
        } else if (!isBlank) {
            breaks(name + QStringLiteral(" is settled and still holds its inputs"));
        }
        const QString word = store::wordOf(operation.state);
        const bool isProvision = operation.subject.kind == store::OperationKind::Provision;
        const auto told = std::count_if(entries->begin(), entries->end(), [&](const store::AuditEntry& entry) { return (!isProvision || entry.outcome == word) && entry.detail.contains(operation.id); });
        if (isProvision ? told != 1 : told < 1) {
            breaks(name + QStringLiteral(" is told %1 times in the trail").arg(told));
        }
    }
}

/// Successes are the subscriptions that this folder's operations made, failures the operations that failed: each once, however often begun.
void World::checkCounters(const Watched& watched)
{
    constexpr int kAll = 100'000;
    const auto all = watched.observer->counters().all().value_or(std::vector<store::Count>());
    const auto counted = [&all](const char* status) {
        const auto found = std::find_if(all.begin(), all.end(), [status](const store::Count& count) { return count.name == QLatin1String(business::kSubscriptionsCounter) && count.labels.value(QStringLiteral("status")) == QLatin1String(status); });
        return found == all.end() ? 0 : found->amount;
    };
    qint64 failed = 0;
    QSet<QString> made;
    for (const store::Operation& operation : watched.observer->journal().operations(kAll).value_or(std::vector<store::Operation>())) {
        if (operation.subject.kind != store::OperationKind::Provision) {
            continue;
        }
        failed += operation.state == store::OperationState::Failed ? 1 : 0;
        for (const store::JournalStep& step : watched.observer->journal().steps(operation.id).value_or(std::vector<store::JournalStep>())) {
            const bool isMade = operation.state == store::OperationState::Done && step.name == QLatin1String("subscription") && step.state == store::StepState::Done && !step.method.isEmpty();
            if (isMade && std::any_of(m_network.effects().begin(), m_network.effects().end(), [&](const Effect& effect) { return effect.objectId == step.objectId; })) {
                made << step.objectId;
            }
        }
    }
    if (counted(business::kCountedFailed) != failed) {
        breaks(QStringLiteral("%1 failures are counted, and %2 operations failed").arg(counted(business::kCountedFailed)).arg(failed));
    }
    if (counted(business::kCountedSuccess) > made.size()) {
        breaks(QStringLiteral("%1 successes are counted, and %2 subscriptions were made").arg(counted(business::kCountedSuccess)).arg(made.size()));
    }
    m_counted += counted(business::kCountedSuccess);
}

/// What this program's requests have brought about stands in its journal as done, or as used up by a later one: as failed only where
/// somebody has deleted or ended it since.
void World::checkEffects(Watched& watched)
{
    for (const Effect& effect : m_network.effects()) {
        if (effect.program != watched.program->setting().number) {
            continue;
        }
        const auto step = watched.observer->journal().earlierStep(effect.key, QString());
        const bool isKnown = step && *step && ((*step)->state == store::StepState::Done || (*step)->state == store::StepState::Skipped);
        if (!isKnown && isLiving(effect.objectId)) {
            breaks(QStringLiteral("%1 was made, and its step in the journal is %2").arg(effect.objectId, step && *step ? store::wordOf((*step)->state) : QStringLiteral("missing")));
        }
    }
}

bool World::isLiving(const QString& objectId)
{
    const QByteArray path = objectId.startsWith(QLatin1String("cus_")) ? "/v1/customers/" : objectId.startsWith(QLatin1String("sub_")) ? "/v1/subscriptions/" : QByteArray();
    if (path.isEmpty()) {
        return true;
    }
    const QJsonObject object = QJsonDocument::fromJson(m_account.ask("GET", path + objectId.toLatin1()).body).object();
    return !object.value(QStringLiteral("deleted")).toBool() && !Account::isEnded(object);
}

void World::checkFiles(const Watched& watched)
{
    const QDir folder(watched.program->setting().folder);
    for (const QString& name : folder.entryList({QStringLiteral("records*")}, QDir::Files)) {
        QFile file(folder.filePath(name));
        if (file.open(QIODevice::ReadOnly) && file.readAll().contains("jane.roe")) {
            breaks(QStringLiteral("an e-mail address is left in %1").arg(name));
        }
    }
}

void World::countOperations(const Watched& watched)
{
    constexpr int kAll = 100'000;
    for (const store::Operation& operation : watched.observer->journal().operations(kAll).value_or(std::vector<store::Operation>())) {
        m_trace.count("operations: " + store::wordOf(operation.subject.kind).toLatin1() + ' ' + store::wordOf(operation.state).toLatin1() + (operation.error.isEmpty() ? "" : " (" + operation.error.toLatin1() + ')'));
        if (operation.generation > 1) {
            m_trace.count("operations that climbed to a later key");
        }
    }
}

} // namespace ch::sim

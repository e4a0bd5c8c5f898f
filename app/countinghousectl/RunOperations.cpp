// SPDX-License-Identifier: GPL-3.0-or-later
#include "Figures.h"
#include "Run.h"

#include "store/TrailFile.h"

#include <QDateTime>

namespace ch::ctl {

namespace {

constexpr int kNewest = 1000;

QString timeText(qint64 ms)
{
    return QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
}

} // namespace

void Run::resumeFirst(const std::function<void()>& then)
{
    auto* job = m_workspace->resumeOperations(false, this);
    m_active = job;
    job->onFinished(this, [this, then](const Result<std::vector<store::Operation>>& result) {
        m_active.clear();
        if (m_stopped) {
            m_terminal.say(QStringLiteral("Stopped."));
            finish(m_serves ? Done : Failed);
            return;
        }
        if (result && !result->empty()) {
            const auto open = std::count_if(result->begin(), result->end(), [](const store::Operation& operation) { return !operation.isSettled(); });
            m_terminal.say(open == 0 ? counted(static_cast<qint64>(result->size()), "1 operation that was left open was gone on with; \"operations\" shows it.",
                                           "%1 operations that were left open were gone on with; \"operations\" shows them.")
                                     : counted(open, "1 operation is open still: \"operations\" shows it, \"operations resume\" goes on with it.",
                                           "%1 operations are open still: \"operations\" shows them, \"operations resume\" goes on with them."));
        }
        then(); // what stands against resuming stands against the command too, which says it in its own words
    });
}

void Run::provision()
{
    sayAccount();
    business::ProvisionRequest request;
    request.businessId = m_arguments.businessId;
    request.name = m_arguments.name;
    request.type = m_arguments.type;
    request.email = m_arguments.email;
    request.cutName = m_arguments.cutName;
    request.whenOff = m_arguments.whenOff == QLatin1String("queue") ? business::WhenOff::Queue : business::WhenOff::Skip;
    request.liveIsMeant = m_arguments.live;
    auto* job = m_workspace->provision(request, this);
    m_active = job;
    job->onFinished(this, [this](const Result<business::ProvisionOutcome>& result) {
        m_active.clear();
        if (result) {
            provisioned(*result);
        } else {
            failed(result.error());
        }
    });
}

void Run::provisioned(const business::ProvisionOutcome& outcome)
{
    if (m_terminal.wantsJson()) {
        m_terminal.json(QJsonDocument(provisionJson(outcome)));
    } else {
        m_terminal.table({QStringLiteral("business"), QStringLiteral("status"), QStringLiteral("customer"), QStringLiteral("subscription"), QStringLiteral("operation")},
            {{outcome.businessId, outcome.status, outcome.customerId, outcome.subscriptionId, outcome.operationId}});
        if (!outcome.paymentUrl.isEmpty()) {
            m_terminal.text(QStringLiteral("The first invoice is paid at %1").arg(outcome.paymentUrl));
        }
        if (outcome.replayed) {
            m_terminal.text(QStringLiteral("The subscription was there already; nothing was made twice."));
        }
    }
    if (!outcome.note.isEmpty()) {
        m_terminal.say(outcome.note);
    }
    // What was asked for is done; skipped without having been asked to, it ends with what stood against it, so that no script takes it for done.
    const bool isAsAsked = outcome.status == QLatin1String("queued") || (outcome.status == QLatin1String("skipped") && m_arguments.whenOff == QLatin1String("skip"));
    if (!outcome.error || isAsAsked) {
        finish(Done);
        return;
    }
    if (outcome.status != QLatin1String("skipped")) {
        m_terminal.tell(*outcome.error);
    }
    if (outcome.error->code == QLatin1String("no_account")) {
        finish(Usage);
        return;
    }
    if (outcome.status == QLatin1String("waiting")) {
        m_terminal.say(QStringLiteral("The operation %1 is not at its end: run the same command again, or \"operations resume\", to go on.").arg(outcome.operationId));
    }
    finish(outcome.status == QLatin1String("unknown") ? OutcomeUnknown : exitCodeOf(*outcome.error));
}

void Run::pricesEnsure()
{
    sayAccount();
    auto* job = m_workspace->ensurePrices(m_arguments.tiers, this);
    m_active = job;
    job->onFinished(this, [this](const Result<QList<business::EnsuredPrice>>& result) {
        m_active.clear();
        if (!result) {
            failed(result.error());
            return;
        }
        QJsonArray all;
        QList<QStringList> rows;
        for (const business::EnsuredPrice& price : *result) {
            all.append(priceJson(price));
            rows << QStringList{price.businessType, price.lookupKey, price.priceId, price.unitAmountDecimal + QLatin1Char(' ') + price.currency,
                price.created ? QStringLiteral("made") : price.differs ? QStringLiteral("there, with another amount") : QStringLiteral("there")};
        }
        if (m_terminal.wantsJson()) {
            m_terminal.json(QJsonDocument(all));
        } else {
            m_terminal.table({QStringLiteral("type"), QStringLiteral("lookup key"), QStringLiteral("price"), QStringLiteral("minor units a month"), QStringLiteral("state")}, rows, {3});
        }
        finish(Done);
    });
}

void Run::tellOperations(const std::vector<store::Operation>& operations)
{
    QJsonArray all;
    QList<QStringList> rows;
    for (const store::Operation& operation : operations) {
        all.append(operationJson(operation));
        rows << QStringList{operation.id, store::wordOf(operation.subject.kind), operation.subject.businessId, store::wordOf(operation.state), operation.step, operation.error, timeText(operation.updatedMs)};
    }
    if (m_terminal.wantsJson()) {
        m_terminal.json(QJsonDocument(all));
    } else {
        m_terminal.table({QStringLiteral("operation"), QStringLiteral("kind"), QStringLiteral("business"), QStringLiteral("state"), QStringLiteral("step"), QStringLiteral("error"), QStringLiteral("updated (UTC)")}, rows);
    }
}

void Run::operations()
{
    const auto all = m_workspace->records().journal().operations(kNewest);
    if (!all) {
        failed(all.error());
        return;
    }
    tellOperations(*all);
    finish(Done);
}

void Run::operationsResume()
{
    sayAccount();
    auto* job = m_workspace->resumeOperations(true, this);
    m_active = job;
    job->onFinished(this, [this](const Result<std::vector<store::Operation>>& result) {
        m_active.clear();
        if (!result) {
            failed(result.error());
            return;
        }
        tellOperations(*result);
        int exitCode = Done;
        for (const store::Operation& operation : *result) {
            const bool isUnknown = operation.state == store::OperationState::Unknown;
            const bool isDone = operation.state == store::OperationState::Done;
            exitCode = isUnknown ? OutcomeUnknown : !isDone && exitCode != OutcomeUnknown ? DoneInPart : exitCode;
        }
        finish(exitCode);
    });
}

void Run::audit()
{
    const auto reader = store::JournalReader::open(m_workspace->account().folder);
    if (!reader) {
        failed(reader.error());
        return;
    }
    store::TrailQuery wanted;
    wanted.text = m_arguments.search;
    wanted.businessId = m_arguments.business;
    wanted.fromMs = m_arguments.fromMs;
    wanted.untilMs = m_arguments.untilMs;
    wanted.most = kNewest;
    if (!m_arguments.exportTo.isEmpty()) {
        auditExport(**reader, wanted);
        return;
    }
    const auto found = (*reader)->trail(wanted);
    if (!found) {
        failed(found.error());
        return;
    }
    if (found->more) {
        m_terminal.say(QStringLiteral("The newest %1 entries are shown; there are older ones. Narrow it down, or write all of them out with --export.").arg(kNewest));
    }
    QJsonArray all;
    QList<QStringList> rows;
    for (const store::AuditEntry& entry : found->entries) {
        all.append(store::auditJson(entry));
        rows << QStringList{QString::number(entry.n), timeText(entry.atMs), entry.actor, entry.action, entry.businessId, entry.outcome, entry.detail};
    }
    if (m_terminal.wantsJson()) {
        m_terminal.json(QJsonDocument(all));
    } else {
        m_terminal.table({QStringLiteral("n"), QStringLiteral("time (UTC)"), QStringLiteral("who"), QStringLiteral("what"), QStringLiteral("business"), QStringLiteral("outcome"), QStringLiteral("detail")}, rows, {0});
    }
    finish(Done);
}

void Run::auditExport(const store::JournalReader& reader, const store::TrailQuery& wanted)
{
    const bool isCsv = m_arguments.exportTo.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive);
    const auto written = store::writeTrail(reader, wanted, isCsv ? store::TrailForm::Csv : store::TrailForm::Json, m_arguments.exportTo);
    if (!written) {
        failed(written.error());
        return;
    }
    if (m_terminal.wantsJson()) {
        m_terminal.json(QJsonDocument(QJsonObject{{QStringLiteral("file"), m_arguments.exportTo}, {QStringLiteral("entries"), *written}}));
    } else {
        m_terminal.text(counted(*written, "1 entry in ", "%1 entries in ") + m_arguments.exportTo);
    }
    finish(Done);
}

void Run::auditVerify()
{
    auto* job = m_workspace->verifyAudit(this);
    m_active = job;
    job->onFinished(this, [this](const Result<store::AuditCheck>& check) {
        m_active.clear();
        if (!check) {
            failed(check.error());
            return;
        }
        if (m_terminal.wantsJson()) {
            m_terminal.json(QJsonDocument(auditCheckJson(*check)));
        } else {
            m_terminal.text(check->ok ? counted(check->entries, "1 entry, as it was written", "%1 entries, each as it was written")
                                      : counted(check->entries, "1 entry", "%1 entries") + QStringLiteral("; number %1 is not what was written, or is missing").arg(*check->firstBad));
        }
        if (!check->endKnown) {
            m_terminal.say(QStringLiteral("No head of the trail is in the keychain: whether entries at its end were cut off cannot be known."));
        }
        finish(check->ok ? Done : Failed);
    });
}

} // namespace ch::ctl

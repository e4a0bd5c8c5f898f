// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/Program.h"

#include "store/Faults.h"
#include "sync/Backfill.h"

namespace ch::sim {

namespace {

const auto kAccount = QStringLiteral("acct_1");

QByteArray endOf(const QString& status, const std::optional<Error>& error)
{
    return status.toLatin1() + (error ? " (" + errorCode(*error).toLatin1() + ')' : QByteArray());
}

} // namespace

Program::Program(const ProgramSetting& setting, Network& network, SimClock& clock, Trace& trace, Dice dice)
    : m_setting(setting), m_network(network), m_trace(trace), m_time(clock), m_clock(clock, setting.skewMs), m_dice(dice)
{
}

Program::~Program()
{
    kill();
}

void Program::say(const QByteArray& what)
{
    m_trace.add(m_time.monotonicMs(), 'p' + QByteArray::number(m_setting.number) + ' ' + what);
}

bool Program::start()
{
    auto records = store::RecordsFile::open(m_setting.folder);
    auto mirror = store::Mirror::open(m_setting.folder, {kAccount, false});
    if (!records || !mirror) {
        say("cannot start");
        return false;
    }
    m_records = *std::move(records);
    m_mirror = *std::move(mirror);
    m_applier = std::make_unique<sync::Applier>(*m_mirror, [](const stripe::Subscription& subscription, const store::MirrorReader&) {
        store::SubscriptionValue value;
        value.subscriptionId = subscription.id;
        value.currency = QStringLiteral("usd");
        return value;
    });
    m_wire = m_network.wireOf(m_setting.number);
    http::RetryPolicy policy;
    policy.attempts = m_setting.attempts;
    policy.random = [this] { return m_dice.below(1000) / 1000.0; };
    m_http = std::make_unique<http::Client>(*m_wire, policy, http::RateLimits{}, m_clock);
    const auto key = stripe::ApiKey::parse(Secret(QByteArray("sk_") + "test_" + QByteArray(20, 'k') + "4242"));
    m_client = std::make_unique<stripe::StripeClient>(*m_http, *key, QUrl(QStringLiteral("https://api.stripe.com")));
    m_root = std::make_unique<ProgramRoot>(m_setting.number);
    say("starts");
    return true;
}

void Program::kill()
{
    m_root.reset();
    m_client.reset();
    m_http.reset();
    m_wire.reset();
    m_applier.reset();
    m_mirror.reset();
    m_records.reset();
    m_left.clear();
    m_jobs.clear();
    m_resuming = false;
    m_running = 0;
}

template <typename T>
void Program::follow(ResultJob<T>* job, std::function<void(const Result<T>&)> ended)
{
    ++m_running;
    m_jobs.emplace_back(job);
    job->onFinished(m_root.get(), [this, ended = std::move(ended)](const Result<T>& result) {
        --m_running;
        ended(result);
    });
}

void Program::provision(const business::ProvisionRequest& request)
{
    m_provisioned.erase(request.businessId);
    const bool isResumed = !request.resumeId.isEmpty();
    if (!isResumed) {
        say("provisions " + request.businessId.toUtf8());
        m_trace.count("provisions asked for");
    }
    auto* job = new business::Provision(*m_client, *m_applier, *m_records, m_clock, kAccount, request, m_root.get());
    follow<business::ProvisionOutcome>(job, [this, isResumed](const Result<business::ProvisionOutcome>& result) {
        say("provision of " + result->businessId.toUtf8() + " ends: " + endOf(result->status, result->error) + ' ' + result->customerId.toLatin1() + ' ' + result->subscriptionId.toLatin1());
        m_provisioned[result->businessId] = *result;
        if (isResumed) {
            resumeNext();
        }
    });
}

void Program::takeDown(const business::TakedownRequest& request)
{
    m_takenDown.erase(request.businessId);
    const bool isResumed = !request.resumeId.isEmpty();
    if (!isResumed) {
        say("takes down " + request.businessId.toUtf8() + (request.deleteCustomer ? " with its customer" : "") + (request.atPeriodEnd ? " at period end" : "") + (request.invoiceNow ? " with a final invoice" : "")
            + (request.prorate ? " prorated" : "") + (request.choicesByKind.isEmpty() ? "" : " and what stays open"));
        m_trace.count("take-downs asked for");
    }
    auto* job = new business::Takedown(*m_client, *m_applier, *m_records, m_clock, kAccount, request, m_root.get());
    follow<business::TakedownOutcome>(job, [this, isResumed](const Result<business::TakedownOutcome>& result) {
        say("take-down of " + result->businessId.toUtf8() + " ends: " + endOf(result->status, result->error) + ' ' + result->stripe.toLatin1() + (result->customerDeleted ? ", customer deleted" : "") + (result->partly ? ", partly" : ""));
        for (const business::StepOutcome& step : result->steps) {
            m_trace.count("step: " + step.action.toLatin1() + ' ' + step.result.toLatin1());
            say("  " + step.action.toLatin1() + ' ' + step.objectId.toLatin1() + ' ' + step.result.toLatin1() + ' ' + step.code.toLatin1());
        }
        m_takenDown[result->businessId] = *result;
        if (isResumed) {
            resumeNext();
        }
    });
}

void Program::cancel(const business::CancelRequest& request)
{
    const bool isResumed = !request.resumeId.isEmpty();
    if (!isResumed) {
        say("cancels " + request.subscriptionId.toLatin1() + (request.atPeriodEnd ? " at period end" : ""));
        m_trace.count("cancels asked for");
    }
    auto* job = new business::Cancel(*m_client, *m_applier, *m_records, m_clock, kAccount, request, m_root.get());
    follow<business::CancelOutcome>(job, [this, isResumed](const Result<business::CancelOutcome>& result) {
        m_trace.count("step: one cancel " + result->status.toLatin1());
        say("cancel of " + result->subscriptionId.toLatin1() + " ends: " + endOf(result->status, result->error));
        if (isResumed) {
            resumeNext();
        }
    });
}

void Program::resume()
{
    if (m_resuming) {
        return;
    }
    const auto open = m_records->journal().abandoned(m_clock.nowMs());
    if (!open) {
        return;
    }
    m_left.assign(open->begin(), open->end());
    m_resuming = true;
    resumeNext();
}

void Program::resumeNext()
{
    if (m_left.empty()) {
        m_resuming = false;
        return;
    }
    const store::Operation operation = m_left.front();
    m_left.pop_front();
    say("resumes " + store::wordOf(operation.subject.kind).toLatin1() + " of " + operation.subject.businessId.toUtf8() + " (" + store::wordOf(operation.state).toLatin1() + ", at " + operation.step.toLatin1() + ')');
    m_trace.count("resumed from " + store::wordOf(operation.state).toLatin1());
    switch (operation.subject.kind) {
    case store::OperationKind::Provision: {
        business::ProvisionRequest request;
        request.businessId = operation.subject.businessId;
        request.resumeId = operation.id;
        provision(request);
        return;
    }
    case store::OperationKind::TakeDown: {
        business::TakedownRequest request;
        request.businessId = operation.subject.businessId;
        request.resumeId = operation.id;
        takeDown(request);
        return;
    }
    case store::OperationKind::Cancel: {
        business::CancelRequest request{operation.subject.objectId};
        request.resumeId = operation.id;
        cancel(request);
        return;
    }
    }
}

void Program::sync()
{
    say("syncs");
    follow<sync::SyncSummary>(new sync::Backfill(*m_client, *m_applier, m_clock, m_setting.folder, m_root.get()), [this](const Result<sync::SyncSummary>& result) {
        say(result ? QByteArray("sync has ended") : "sync failed: " + errorCode(result.error()).toLatin1());
        m_trace.count(result ? "syncs done" : "syncs failed");
    });
}

void Program::stop()
{
    say("is stopped by a person");
    m_left.clear();
    const auto jobs = m_jobs;
    for (const QPointer<Job>& job : jobs) {
        if (job) {
            job->cancel();
        }
    }
    m_jobs.clear();
}

const business::ProvisionOutcome* Program::provisioned(const QString& businessId) const
{
    const auto found = m_provisioned.find(businessId);
    return found == m_provisioned.end() ? nullptr : &found->second;
}

const business::TakedownOutcome* Program::takenDown(const QString& businessId) const
{
    const auto found = m_takenDown.find(businessId);
    return found == m_takenDown.end() ? nullptr : &found->second;
}

} // namespace ch::sim

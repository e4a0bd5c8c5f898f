// SPDX-License-Identifier: GPL-3.0-or-later
#include "Figures.h"
#include "Run.h"

#include <QFile>

namespace ch::ctl {

namespace {

Error badInput(const QString& message)
{
    Error error;
    error.kind = ErrorKind::InvalidInput;
    error.message = message;
    return error;
}

} // namespace

void Run::sync(const std::function<void(const sync::SyncSummary&)>& then)
{
    sayAccount();
    connect(m_workspace.get(), &workspace::Workspace::syncProgressed, this, [this](const sync::SyncProgress& progress) {
        m_terminal.progress(QStringLiteral("%1: %2 objects, list %3 of %4, %5 requests")
                                .arg(progress.list).arg(progress.objects).arg(progress.listsEnded + 1).arg(progress.listsInAll).arg(progress.requests));
    });
    auto* job = m_workspace->sync(this);
    m_active = job;
    job->onFinished(this, [this, then](const Result<sync::SyncSummary>& result) {
        m_active.clear();
        if (result) {
            then(*result);
        } else if (m_stopped && result.error().kind == ErrorKind::Cancelled) {
            m_terminal.say(QStringLiteral("Stopped. What was read is kept; the next sync goes on from there."));
            finish(Failed);
        } else {
            failed(result.error());
        }
    });
}

void Run::synced(const sync::SyncSummary& summary)
{
    if (m_terminal.wantsJson()) {
        m_terminal.json(QJsonDocument(syncJson(summary)));
    } else {
        const store::MirrorCounts& n = summary.counts;
        m_terminal.table({QStringLiteral("object"), QStringLiteral("count")},
            {{QStringLiteral("customers"), QString::number(n.customers)}, {QStringLiteral("subscriptions"), QString::number(n.subscriptions)},
                {QStringLiteral("invoices"), QString::number(n.invoices)}, {QStringLiteral("prices"), QString::number(n.prices)},
                {QStringLiteral("products"), QString::number(n.products)}, {QStringLiteral("events"), QString::number(n.events)}},
            {1});
        m_terminal.text(QStringLiteral("%1, %2 mode, %3 requests").arg(summary.complete ? QStringLiteral("complete") : QStringLiteral("PARTIAL"),
            summary.livemode ? QStringLiteral("live") : QStringLiteral("test")).arg(summary.requests));
    }
    if (!summary.notPermittedLists.isEmpty()) {
        m_terminal.say(QStringLiteral("The key may not read: %1. The mirror stays partial without them; give the key read permission in Stripe's Dashboard.").arg(summary.notPermittedLists.join(QStringLiteral(", "))));
    }
    finish(summary.complete ? Done : DoneInPart);
}

void Run::takedown()
{
    auto* job = m_workspace->planTakedown(m_arguments.target, this);
    m_active = job;
    job->onFinished(this, [this](const Result<business::TakedownPlan>& plan) {
        m_active.clear();
        takedownPlanned(plan);
    });
}

void Run::takedownPlanned(const Result<business::TakedownPlan>& plan)
{
    business::TakedownOutcome outcome;
    outcome.businessId = m_arguments.target;
    if (!plan) {
        const bool isUnknown = plan.error().kind == ErrorKind::NotFound;
        outcome.status = isUnknown ? QStringLiteral("not_found") : QStringLiteral("failed");
        outcome.stripe = isUnknown ? QStringLiteral("skipped") : QStringLiteral("error:") + errorCode(plan.error());
        outcome.error = plan.error();
        takenDown(outcome);
        return;
    }
    const bool byDefault = plan->deleteCustomerByDefault && !m_arguments.keepCustomer;
    const bool deleteCustomer = m_arguments.deleteCustomer || byDefault;
    Error refused;
    refused.kind = ErrorKind::Safety;
    if (!plan->refusal.isEmpty()) {
        refused.code = QStringLiteral("conflict");
        refused.message = plan->refusal;
    } else if (!m_arguments.yes) {
        showPlan(*plan, deleteCustomer);
        refused.code = QStringLiteral("confirmation_missing");
        refused.message = QStringLiteral("Nothing was done. To do it, run the command again with --yes.");
    }
    if (!refused.message.isEmpty()) {
        outcome.status = QStringLiteral("failed");
        outcome.stripe = QStringLiteral("error:") + refused.code;
        outcome.error = refused;
        takenDown(outcome);
        return;
    }
    sayAccount();
    auto* job = m_workspace->takeDown({m_arguments.target, m_arguments.reason, deleteCustomer}, this);
    m_active = job;
    job->onFinished(this, [this](const Result<business::TakedownOutcome>& result) {
        m_active.clear();
        if (result) {
            takenDown(*result);
        } else {
            failed(result.error());
        }
    });
}

void Run::showPlan(const business::TakedownPlan& plan, bool deleteCustomer)
{
    sayAccount();
    QStringList lines{QStringLiteral("Taking down \"%1\" (%2):").arg(plan.business.businessId, plan.business.name.isEmpty() ? QStringLiteral("no name") : plan.business.name)};
    for (const business::TakedownPlan::Cancel& cancel : plan.cancels) {
        lines << QStringLiteral("  cancels the subscription %1 (%2, %3 a month) at once").arg(cancel.subscriptionId, cancel.status.isEmpty() ? QStringLiteral("not in the mirror") : cancel.status, moneyText(cancel.mrr));
    }
    if (!plan.paymentIntentId.isEmpty()) {
        lines << QStringLiteral("  cancels the legacy payment %1").arg(plan.paymentIntentId);
    }
    if (plan.nothingToDo) {
        lines << QStringLiteral("  has nothing left to cancel, as far as the mirror knows");
    }
    lines << (deleteCustomer ? QStringLiteral("  DELETES the customer %1 in Stripe, for good").arg(plan.customerIds.join(QStringLiteral(", ")))
                             : QStringLiteral("  keeps the customer %1").arg(plan.customerIds.join(QStringLiteral(", "))));
    lines << QStringLiteral("  MRR that goes: %1").arg(moneyText(plan.mrrLost));
    if (!plan.mirrorComplete) {
        lines << QStringLiteral("  The mirror is partial: there may be more. Stripe is asked again just before.");
    }
    m_terminal.say(lines.join(QLatin1Char('\n')));
}

void Run::takenDown(const business::TakedownOutcome& outcome)
{
    if (m_terminal.wantsJson()) {
        m_terminal.json(QJsonDocument(takedownJson(outcome)));
    } else {
        m_terminal.table({QStringLiteral("business"), QStringLiteral("status"), QStringLiteral("stripe"), QStringLiteral("customer deleted")},
            {{outcome.businessId, outcome.status, outcome.stripe, outcome.customerDeleted ? QStringLiteral("yes") : QStringLiteral("no")}});
        if (!outcome.requestIds.isEmpty()) {
            m_terminal.text(QStringLiteral("Stripe's request ids: %1").arg(outcome.requestIds.join(QStringLiteral(", "))));
        }
    }
    if (!outcome.note.isEmpty()) {
        m_terminal.say(outcome.note);
    }
    if (outcome.error) {
        if (outcome.status == QLatin1String("taken_down")) {
            m_terminal.say(QStringLiteral("The subscriptions are cancelled; what follows them is not done:"));
        } else if (outcome.partly) {
            m_terminal.say(QStringLiteral("Some subscriptions are cancelled; then it stopped:"));
        }
        m_terminal.tell(*outcome.error);
    }
    if (outcome.status == QLatin1String("unknown")) {
        finish(OutcomeUnknown);
    } else if (outcome.partly) {
        finish(DoneInPart);
    } else if (outcome.status == QLatin1String("taken_down")) {
        finish(Done);
    } else {
        finish(outcome.error ? exitCodeOf(*outcome.error) : Failed);
    }
}

Result<QByteArray> Run::readFile() const
{
    QFile file(m_arguments.target);
    const bool opened = m_arguments.target == QLatin1String("-") ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    if (!opened) {
        return fail(badInput(QStringLiteral("The file %1 cannot be read: %2.").arg(m_arguments.target, file.errorString())));
    }
    return file.readAll();
}

void Run::recordsImport()
{
    const auto file = readFile();
    const auto summary = file ? m_workspace->importRecords(*file) : Result<store::ImportSummary>(fail(file.error()));
    if (!summary) {
        failed(summary.error());
        return;
    }
    if (m_terminal.wantsJson()) {
        m_terminal.json(QJsonDocument(QJsonObject{{QStringLiteral("added"), summary->added}, {QStringLiteral("updated"), summary->updated}, {QStringLiteral("unchanged"), summary->unchanged}}));
    } else {
        m_terminal.text(QStringLiteral("added %1, updated %2, unchanged %3").arg(summary->added).arg(summary->updated).arg(summary->unchanged));
    }
    finish(Done);
}

void Run::recordsExport()
{
    const auto json = m_workspace->exportRecords();
    if (!json) {
        failed(json.error());
        return;
    }
    m_terminal.bytes(json->endsWith('\n') ? *json : *json + '\n');
    finish(Done);
}

void Run::connectKey()
{
    std::optional<Secret> key;
    if (m_arguments.fromEnvironment) {
        const auto environment = access::environmentKey();
        if (!environment) {
            failed(badInput(QStringLiteral("Neither STRIPE_API_KEY nor STRIPE_SECRET_KEY nor STRIPE_TEST_KEY is set.")));
            return;
        }
        m_terminal.say(QStringLiteral("The key of %1 is taken in.").arg(environment->variable));
        key = environment->value;
    } else {
        auto read = Terminal::readSecret(QStringLiteral("Secret or restricted key (it is not shown): "));
        if (!read) {
            failed(read.error());
            return;
        }
        key = *read;
    }
    auto* job = workspace::Workspace::connectKey(*key, m_arguments.profile, true, m_arguments.apiBase, m_arguments.dataDir, *m_vault, m_clock, this);
    m_active = job;
    job->onFinished(this, [this](const Result<workspace::Connected>& result) {
        m_active.clear();
        if (result) {
            connected(*result);
        } else {
            failed(result.error());
        }
    });
}

void Run::connected(const workspace::Connected& connected)
{
    if (m_terminal.wantsJson()) {
        m_terminal.json(QJsonDocument(profileJson(connected.profile)));
    } else {
        m_terminal.text(QStringLiteral("%1: %2 mode, %3, key %4").arg(connected.profile.name, stripe::modeName(connected.profile.mode),
            connected.profile.accountName.isEmpty() ? connected.profile.accountId : connected.profile.accountName, connected.profile.keyMasked));
    }
    if (connected.notKept) {
        m_terminal.say(QStringLiteral("Stripe takes the key and the profile is made, but the keychain did not keep the key: give it in the environment (STRIPE_API_KEY) with --profile, or connect again."));
        m_terminal.tell(*connected.notKept);
        finish(DoneInPart);
        return;
    }
    finish(Done);
}

} // namespace ch::ctl

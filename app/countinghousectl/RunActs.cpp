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

QString progressLine(const sync::SyncProgress& progress)
{
    QString line = QStringLiteral("%1: %2, list %3 of %4, %5")
                       .arg(progress.list, counted(progress.objects, "1 object", "%1 objects"))
                       .arg(qMin(progress.listsEnded + 1, progress.listsInAll))
                       .arg(progress.listsInAll)
                       .arg(counted(progress.requests, "1 request", "%1 requests"));
    if (progress.objectsPerSecond > 0) {
        line += QStringLiteral(", %1 objects a second, %2").arg(progress.objectsPerSecond)
                    .arg(progress.secondsLeft ? QStringLiteral("about %1:%2 left").arg(*progress.secondsLeft / 60).arg(*progress.secondsLeft % 60, 2, 10, QLatin1Char('0'))
                                              : QStringLiteral("time left not known yet"));
    }
    return line;
}

} // namespace

void Run::sync(const std::function<void(const sync::SyncSummary&)>& then)
{
    sayAccount();
    connect(m_workspace.get(), &workspace::Workspace::syncProgressed, this, [this](const sync::SyncProgress& progress) {
        m_terminal.progress(progressLine(progress));
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
        m_terminal.text(QStringLiteral("%1, %2 mode, %3").arg(summary.complete ? QStringLiteral("complete") : QStringLiteral("PARTIAL"),
            summary.livemode ? QStringLiteral("live") : QStringLiteral("test"), counted(summary.requests, "1 request", "%1 requests")));
    }
    if (!summary.notPermittedLists.isEmpty()) {
        const QString without = summary.complete ? QStringLiteral("Figures are complete, but history is less exact without them")
                                                 : QStringLiteral("The mirror stays partial without them");
        m_terminal.say(QStringLiteral("The key may not read: %1. %2; give the key read permission in Stripe's Dashboard.").arg(summary.notPermittedLists.join(QStringLiteral(", ")), without));
    }
    finish(summary.complete ? Done : DoneInPart);
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

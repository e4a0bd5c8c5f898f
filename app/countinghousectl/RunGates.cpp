// SPDX-License-Identifier: GPL-3.0-or-later
// The gates, and what monitoring reads.
#include "Figures.h"
#include "Run.h"

#include "workspace/MetricsText.h"

#include <QDateTime>

namespace ch::ctl {

void Run::gates()
{
    Result<bool> changed(true);
    if (!m_arguments.payments.isEmpty()) {
        changed = m_workspace->setPayments(m_arguments.payments == QLatin1String("on"));
    }
    if (changed && !m_arguments.rollout.isEmpty()) {
        changed = m_workspace->setRollout(m_arguments.rollout.toInt());
    }
    if (!changed) {
        failed(changed.error());
        return;
    }
    tellGates();
}

void Run::tellGates()
{
    const auto gates = m_workspace->gates();
    if (!gates) {
        failed(gates.error());
        return;
    }
    if (m_terminal.wantsJson()) {
        m_terminal.json(QJsonDocument(gatesJson(*gates)));
    } else {
        m_terminal.text(QStringLiteral("payments: %1 (by %2)\nroll-out: %3 %\nprotected: %4").arg(gates->payments ? QStringLiteral("on") : QStringLiteral("OFF"), gates->paymentsBy).arg(gates->rolloutPercent)
                            .arg(gates->protectedBusinesses.size()));
        QList<QStringList> rows;
        for (const store::Protection& one : gates->protectedBusinesses) {
            rows << QStringList{one.businessId, QDateTime::fromMSecsSinceEpoch(one.sinceMs, Qt::UTC).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")), one.who};
        }
        if (!rows.isEmpty()) {
            m_terminal.table({QStringLiteral("business"), QStringLiteral("since (UTC)"), QStringLiteral("by")}, rows);
        }
    }
    if (!gates->payments && gates->paymentsBy == QLatin1String("environment") && m_arguments.payments == QLatin1String("on")) {
        m_terminal.say(QStringLiteral("The switch is on, but ENABLE_PAYMENTS in the environment keeps payments off for programs that are started with it."));
    }
    finish(Done);
}

void Run::protect(bool on)
{
    QString id;
    const auto changed = on ? m_workspace->protect(m_arguments.target, &id) : m_workspace->unprotect(m_arguments.target, &id);
    if (!changed) {
        failed(changed.error());
        return;
    }
    const auto business = m_workspace->reader().business(id);
    const bool isKnown = business && business->has_value();
    if (m_terminal.wantsJson()) {
        m_terminal.json(QJsonDocument(QJsonObject{{QStringLiteral("business_id"), id}, {QStringLiteral("protected"), on}, {QStringLiteral("changed"), *changed}, {QStringLiteral("known"), isKnown}}));
    } else {
        m_terminal.text(QStringLiteral("%1: %2%3").arg(id, on ? QStringLiteral("protected") : QStringLiteral("not protected"), *changed ? QString() : QStringLiteral(", as before")));
    }
    if (!isKnown) {
        m_terminal.say(QStringLiteral("No business with this id is known here (yet): look whether it is written as you mean it."));
    }
    finish(Done);
}

void Run::counters()
{
    const auto metrics = m_workspace->metrics();
    if (!metrics) {
        failed(metrics.error());
        return;
    }
    if (m_arguments.prometheus) {
        m_terminal.bytes(workspace::prometheusText(*metrics));
    } else if (m_terminal.wantsJson()) {
        m_terminal.json(QJsonDocument(workspace::metricsJson(*metrics)));
    } else {
        QList<QStringList> rows;
        const auto labelled = [](const store::CounterLabels& labels) {
            QStringList words;
            for (auto label = labels.cbegin(); label != labels.cend(); ++label) {
                words << label.key() + QLatin1Char('=') + label.value();
            }
            return words.join(QLatin1Char(' '));
        };
        for (const workspace::Metric& one : metrics->metrics) {
            for (const workspace::Sample& sample : one.samples) {
                rows << QStringList{one.name, labelled(sample.labels), sample.value.text()};
            }
        }
        for (const workspace::Histogram& one : metrics->histograms) {
            for (const workspace::Durations& series : one.series) {
                rows << QStringList{one.name, labelled(series.labels), QStringLiteral("%1 in %2 s").arg(series.count).arg(workspace::Decimal{series.sumMs, 3}.text())};
            }
        }
        m_terminal.table({QStringLiteral("name"), QStringLiteral("labels"), QStringLiteral("value")}, rows, {2});
    }
    finish(Done);
}

bool Run::goesOnWithoutKey(const Error& error)
{
    const bool isKeyMissing = error.code == QLatin1String("no_key") || error.code == QLatin1String("no_account") || error.kind == ErrorKind::Vault;
    if (m_arguments.command != Command::Provision || !isKeyMissing || m_arguments.demo) {
        return false;
    }
    if (m_options && !m_options->offlineAllowed && !m_options->profile.isEmpty()) {
        // Without its key the profile's journal and trail are there all the same.
        m_options->offlineAllowed = true;
        openWith(*m_options);
        return true;
    }
    if (m_arguments.whenOff == QLatin1String("queue")) {
        return false; // there is no account whose journal could hold it
    }
    business::ProvisionOutcome outcome;
    outcome.businessId = m_arguments.businessId;
    outcome.status = QStringLiteral("skipped");
    outcome.error = error;
    outcome.note = QStringLiteral("Skipped: no customer and no subscription was made for \"%1\". %2").arg(outcome.businessId, error.message);
    provisioned(outcome);
    return true;
}

bool Run::isLiveMistaken()
{
    const workspace::AccountState account = m_workspace->account();
    if (!m_arguments.live || (account.mode == stripe::Mode::Live && !account.demo)) {
        return false;
    }
    Error error;
    error.kind = ErrorKind::Safety;
    error.code = QStringLiteral("not_live");
    error.message = QStringLiteral("--live was given, but this is not a live account (%1). Nothing was done: look which key or profile is meant.").arg(account.demo ? QStringLiteral("the demo") : QStringLiteral("test mode"));
    failed(error);
    return true;
}

} // namespace ch::ctl

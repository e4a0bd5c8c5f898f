// SPDX-License-Identifier: GPL-3.0-or-later
// serve: what runs on until it is ended.
#include "Run.h"

namespace ch::ctl {

namespace {

constexpr qint64 kAgainMs = 60'000;

/// Of the environment; nothing where none are set.
Result<std::vector<Secret>> environmentSecrets()
{
    const QByteArray text = qgetenv("STRIPE_WEBHOOK_SECRET");
    auto secrets = workspace::parseSecrets(text);
    if (!secrets) {
        Error error = secrets.error();
        error.message = QStringLiteral("STRIPE_WEBHOOK_SECRET cannot be used. ") + error.message;
        return fail(std::move(error));
    }
    return secrets;
}

} // namespace

void Run::serve()
{
    const auto secrets = environmentSecrets();
    if (!secrets) {
        failed(secrets.error());
        return;
    }
    sayAccount();
    workspace::WebhookSettings settings;
    settings.port = m_arguments.port < 0 ? settings.port : static_cast<quint16>(m_arguments.port);
    settings.path = m_arguments.path.isEmpty() ? settings.path : m_arguments.path;
    if (!m_arguments.future.isEmpty()) {
        settings.futureSeconds = m_arguments.future == QLatin1String("any") ? std::nullopt : std::optional(m_arguments.future.toLongLong());
    }
    auto* job = m_workspace->webhooks().serve(settings, *secrets, this);
    m_active = job;
    job->onFinished(this, [this](const Result<workspace::WebhookState>& state) {
        m_active.clear();
        if (!state || state->listeningAt == 0) {
            failed(state ? state->problem.value_or(Error{}) : state.error());
        } else {
            serving(*state);
        }
    });
}

void Run::serving(const workspace::WebhookState& state)
{
    m_serves = true;
    const QString base = QStringLiteral("http://127.0.0.1:%1").arg(state.listeningAt);
    if (m_terminal.wantsJson()) {
        m_terminal.json(QJsonDocument(QJsonObject{{QStringLiteral("listening"), base}, {QStringLiteral("webhooks"), base + state.settings.path}, {QStringLiteral("health"), base + QLatin1String(endpoint::kHealthPath)},
            {QStringLiteral("metrics"), base + QLatin1String(endpoint::kMetricsPath)},
            {QStringLiteral("secrets"), state.secrets.size()}, {QStringLiteral("forward"), state.forwardLine}}));
    } else {
        m_terminal.text(QStringLiteral("webhooks  %1%2\nhealth    %1%3\nmetrics   %1%4\nforward   %5").arg(base, state.settings.path, QLatin1String(endpoint::kHealthPath), QLatin1String(endpoint::kMetricsPath), state.forwardLine));
    }
    if (state.problem) {
        m_terminal.tell(*state.problem);
    }
    if (state.secrets.isEmpty()) {
        m_terminal.say(QStringLiteral("No signing secret is set: webhooks are refused until there is one. Set STRIPE_WEBHOOK_SECRET to what Stripe or \"stripe listen\" shows, or add it in the window, and start anew."));
    }
    resumeFirst([this] { stayFresh(); });
}

/// The account first: a key that is refused ends the program; what may pass (no network) does not.
void Run::stayFresh()
{
    auto* job = m_workspace->confirmAccount(this);
    m_active = job;
    job->onFinished(this, [this](const Result<workspace::AccountState>& confirmed) {
        m_active.clear();
        if (m_stopped) {
            stop();
        } else if (confirmed) {
            // Asked for where the mirror was never read, or too long ago for events to tell.
            connect(m_workspace.get(), &workspace::Workspace::repairNeeded, this, [this](const QString&) {
                if (!m_active) {
                    readAll();
                }
            });
            m_feeds = true;
            m_workspace->startFeed();
        } else {
            tryAgain(confirmed.error());
        }
    });
}

void Run::readAll()
{
    auto* job = m_workspace->sync(this);
    m_active = job;
    job->onFinished(this, [this](const Result<sync::SyncSummary>& read) {
        m_active.clear();
        m_terminal.endProgress();
        if (m_stopped) {
            stop();
        } else if (!read) {
            tryAgain(read.error());
        }
    });
}

void Run::tryAgain(const Error& error)
{
    if (error.kind == ErrorKind::Authentication || error.kind == ErrorKind::Permission || error.kind == ErrorKind::Safety) {
        failed(error); // trying again would come to the same
        return;
    }
    m_terminal.tell(error);
    if (m_feeds && error.kind == ErrorKind::Busy) {
        return; // another program reads everything; the feed asks again where it does not
    }
    m_clock.callAfter(kAgainMs, this, [this] {
        if (!m_active && !m_ended) {
            m_feeds ? readAll() : stayFresh();
        }
    });
}

} // namespace ch::ctl

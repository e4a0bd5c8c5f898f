// SPDX-License-Identifier: GPL-3.0-or-later
// serve: what runs on until it is ended.
#include "Run.h"

namespace ch::ctl {

namespace {

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
            {QStringLiteral("secrets"), state.secrets.size()}, {QStringLiteral("forward"), state.forwardLine}}));
    } else {
        m_terminal.text(QStringLiteral("webhooks  %1%2\nhealth    %1%3\nforward   %4").arg(base, state.settings.path, QLatin1String(endpoint::kHealthPath), state.forwardLine));
    }
    if (state.problem) {
        m_terminal.tell(*state.problem);
    }
    if (state.secrets.isEmpty()) {
        m_terminal.say(QStringLiteral("No signing secret is set: webhooks are refused until there is one. Set STRIPE_WEBHOOK_SECRET to what Stripe or \"stripe listen\" shows, or add it in the window, and start anew."));
    }
    resumeFirst([this] { stayFresh(); });
}

void Run::stayFresh()
{
    sync([this](const sync::SyncSummary&) {
        if (m_stopped) {
            finish(Done);
        }
    });
}

} // namespace ch::ctl

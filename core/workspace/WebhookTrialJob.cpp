// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/WebhookTrialJob.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QUuid>

namespace ch::workspace {

WebhookTrialJob::WebhookTrialJob(Clock& clock, const To& to, QObject* parent) : ResultJob(parent), m_clock(clock), m_startedMs(clock.monotonicMs())
{
    m_trial.eventId = QStringLiteral("evt_trial_") + QUuid::createUuid().toString(QUuid::Id128).left(16);
    serve::Poster::Letter letter;
    letter.url = "http://127.0.0.1:" + QByteArray::number(to.port) + to.path.toLatin1();
    letter.body = endpoint::trialBody(m_trial.eventId, to.live, clock.nowSeconds());
    letter.headers = {{"Content-Type", "application/json; charset=utf-8"}, {"User-Agent", "Countinghouse (trial)"},
        {"Stripe-Signature", stripe::signatureHeader(letter.body, clock.nowSeconds(), to.secret)}};
    m_poster = new serve::Poster(clock, letter, this);
    m_poster->onFinished(this, [this](const Result<int>& status) { answered(status); });
}

void WebhookTrialJob::cancel()
{
    if (m_poster) {
        m_poster->cancel();
    }
}

void WebhookTrialJob::answered(const Result<int>& status)
{
    m_trial.tookMs = m_clock.monotonicMs() - m_startedMs;
    m_trial.status = status.value_or(0);
    if (!status) {
        m_trial.message = status.error().message;
    } else if (*status != 200) {
        const QByteArray body = m_poster->bodyStart();
        const QJsonObject error = QJsonDocument::fromJson(body)[QStringLiteral("error")].toObject();
        m_trial.code = error[QStringLiteral("code")].toString();
        m_trial.message = error.isEmpty() ? QString::fromUtf8(body.trimmed()) : error[QStringLiteral("message")].toString();
    }
    settle(m_trial);
}

} // namespace ch::workspace

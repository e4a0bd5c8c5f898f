// SPDX-License-Identifier: GPL-3.0-or-later
// One delivery of our own to the endpoint of this program: signed, over a socket, and told with what came back. Owned by its parent; the clock's
// thread.
#pragma once

#include "serve/Poster.h"
#include "workspace/Webhooks.h"

namespace ch::workspace {

class WebhookTrialJob final : public ResultJob<WebhookTrial> {
    Q_OBJECT
public:
    struct To {
        quint16 port = 0;
        QString path;
        Secret secret;
        bool live = false;
    };
    WebhookTrialJob(Clock& clock, const To& to, QObject* parent);
    void cancel() override;

private:
    void answered(const Result<int>& status);

    Clock& m_clock;
    WebhookTrial m_trial;
    qint64 m_startedMs = 0;
    QPointer<serve::Poster> m_poster;
};

} // namespace ch::workspace

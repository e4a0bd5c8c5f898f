// SPDX-License-Identifier: GPL-3.0-or-later
// The simulated account on a port of 127.0.0.1: hands requests to the engine, counts them, and lets go wrong what a FaultPlan says.
// Beside Stripe's paths it answers some that Stripe does not have, for tests and for people (no key needed):
//   GET    /_sandbox/counts    the engine's counts as a JSON object
//   GET    /_sandbox/requests  how often each call was asked: {"POST /v1/customers/{id}": 2}
//   GET    /_sandbox/faults    the rules in force: [{"rule": "...", "seen": 3, "done": 1}]
//   POST   /_sandbox/faults    adds rules, one a line in the body (FaultPlan.h); 400 and none added when one is wrong
//   DELETE /_sandbox/faults    takes all rules back
//   POST   /_sandbox/save      saves the account to the file named in saveTo(); 409 without one
//   GET    /_sandbox/truth     all that it did, with Options::truth: lines of JSON (Truth.h), 10,000 from the number in the query on: ?20000
//   POST   /_sandbox/advance   lives up to the instant in the body, seconds since 1970, ahead of its clock
//   GET    /_sandbox/webhooks  settings, endpoints, and what was delivered where (WebhookControl.h)
//   POST   /_sandbox/webhooks  settings, resending, new secrets
// It posts the engine's webhooks to their endpoints, which are servers of this computer.
//
// Thread: the one it lives in; make it, move it where it should be, call start() there, delete it there. The account is made up in
// start(). The clock outlives it and is used in that thread.
#pragma once

#include "base/Clock.h"
#include "base/Error.h"
#include "sandbox/Engine.h"
#include "sandbox/FaultPlan.h"
#include "serve/Server.h"

#include <QMap>
#include <QObject>
#include <memory>

namespace ch::sandbox {

class SandboxServer final : public QObject {
public:
    SandboxServer(const Options& options, Clock& clock, QObject* parent = nullptr);
    ~SandboxServer() override;

    /// Makes up the account and listens; returns the port. 0: any free port. Fails as serve::Server::listen does. Call once.
    [[nodiscard]] Result<quint16> start(quint16 port = 0);

    /// Before start(): goes on with the account that was saved to a file (Engine::load); start() then fails where it cannot be used.
    void loadFrom(const QString& file) { m_loadFile = file; }
    /// Where save() and POST /_sandbox/save write to. A file that is there is replaced once the new one is whole.
    void saveTo(const QString& file) { m_saveFile = file; }
    /// Fails with Storage and a sentence; with InvalidInput where no file was named.
    [[nodiscard]] Status save() const;

    /// The account; valid after start().
    [[nodiscard]] Engine& engine() { return *m_engine; }

    /// What is to go wrong from the next request on.
    [[nodiscard]] FaultPlan& faults() { return m_faults; }

    /// How long every answer is held back, the work being done at once.
    void setLatencyMs(qint64 ms) { m_latencyMs = ms; }

    /// How many times as fast as real time the clock's wall time runs (SpedClock): to know when what is due on it comes.
    void setSpeed(qint64 speed) { m_speed = speed; }

    /// Posts the webhooks that are due, and sets a timer for those that will be. Done by itself after every request; call it when deliveries
    /// were changed otherwise.
    void pump();

    /// Requests that came, failed ones included, by call: "GET /v1/customers/{id}".
    [[nodiscard]] const QMap<QByteArray, qint64>& requests() const { return m_requests; }
    [[nodiscard]] qint64 requestCount(const QByteArray& call) const { return m_requests.value(call); }
    [[nodiscard]] qint64 requestCount() const;
    void forgetRequests() { m_requests.clear(); }

private:
    void handle(const serve::Request& request, const serve::Responder& responder);
    struct Asked {
        serve::Reply reply;
        quint64 ticket = 0; ///< of the engine; 0: it was not asked
    };
    struct Unanswered { // the work is done, the answer hangs or drips
        quint64 ticket = 0;
        serve::Responder responder;
        qint64 untilMs = 0; ///< monotonic; -1: as long as the client waits
    };
    [[nodiscard]] Asked ask(const serve::Request& request);
    void answer(const Asked& asked, const std::optional<FaultRule>& fault, const serve::Responder& responder);
    void spoil(const Asked& asked, const FaultRule& fault, const serve::Responder& responder);
    void endAnswered();
    [[nodiscard]] serve::Reply control(const serve::Request& request);
    [[nodiscard]] serve::Reply controlFaults(const serve::Request& request);
    [[nodiscard]] serve::Reply controlTime(const serve::Request& request);
    [[nodiscard]] QByteArray nextRequestId();

    const Options m_options;
    Clock& m_clock;
    std::unique_ptr<Engine> m_engine;
    QString m_loadFile, m_saveFile;
    FaultPlan m_faults;
    QMap<QByteArray, qint64> m_requests;
    std::vector<Unanswered> m_unanswered;
    qint64 m_latencyMs = 0, m_speed = 1;
    std::unique_ptr<QObject> m_wake; // the timer's context
    quint64 m_faultCount = 0;
    serve::Server m_server;
};

/// The path with its ids taken out: "/v1/customers/cus_1/sources" to "/v1/customers/{id}/sources".
[[nodiscard]] QByteArray pathTemplate(const QByteArray& path);

} // namespace ch::sandbox

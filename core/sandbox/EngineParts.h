// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine is made of, and how one request goes through it (EngineRequests.cpp). Internal to the engine.
#pragma once

#include "sandbox/Deliveries.h"
#include "sandbox/Endpoints.h"
#include "sandbox/Idempotency.h"
#include "sandbox/Keyring.h"
#include "sandbox/Life.h"
#include "sandbox/Pages.h"
#include "sandbox/ResourceLimits.h"
#include "sandbox/SavedAccount.h"
#include "sandbox/Traffic.h"

namespace ch::sandbox {

class Engine::Parts {
public:
    /// startsAt: the instant to make the account up at.
    Parts(const Options& options, const Clock& clock, qint64 startsAt);
    void save(SaveWriter& out) const;
    [[nodiscard]] Status load(SaveReader& in);
    Reply begin(const Request& request, quint64* ticket);
    void answerInstead(quint64 ticket, int status, const QByteArray& body);

    struct Outcome {
        int status = 200;
        QByteArray body;
        bool executed = false;
        Headers extra;
        bool nameless = false; ///< without a request id: it never was a request
    };
    /// One request on its way.
    struct Visit {
        const Request& request;
        QByteArray path, requestId, key, scopedKey;
        Routed route;
        Keyring::Pass pass;
        Form form;
        quint64 ticket = 0; ///< 0: nothing is under way for it
    };

    [[nodiscard]] std::optional<Fault> admit(Visit& visit);
    [[nodiscard]] Outcome keyed(const Visit& visit);
    [[nodiscard]] Outcome answer(const Visit& visit);
    [[nodiscard]] std::optional<Fault> prepare(const Visit& visit, Call* call) const;
    [[nodiscard]] std::optional<Fault> hold(const Visit& visit, const Call& call);
    [[nodiscard]] Outcome failed(const Fault& fault, const QByteArray& requestId) const;
    [[nodiscard]] std::optional<Fault> versionFault(const Request& request) const;
    void makeUp(const Options& options);
    void keepPast();
    /// Which test clock this request looks at.
    void watchClock(const Request& request);
    void liveTo(qint64 seconds);

    const Clock& clock;
    const Options account;
    const qint64 startedAt;
    SavedTexts texts;
    State state;
    Renderer render;
    Truth truth;
    EventLog log;
    Billing billing;
    Life life;
    Calls calls;
    Pages pages;
    Deliveries deliveries;
    Keyring keyring;
    Traffic traffic;
    std::unique_ptr<ResourceLimits> resources; ///< none: no limits
    Idempotency idempotency;
    quint32 requests = 0;
};

} // namespace ch::sandbox

// SPDX-License-Identifier: GPL-3.0-or-later
// The way to one account with one key: transport, limiter, retries and Stripe client, in the order in which they must die. One thread.
#pragma once

#include "http/Client.h"
#include "base/Worker.h"
#include "http/Measures.h"
#include "http/QnamTransport.h"
#include "stripe/StripeClient.h"

#include <functional>
#include <memory>

namespace ch::workspace {

class Connection {
public:
    /// InvalidInput for a base URL that is refused. attempts: of each request, 1 to 10.
    [[nodiscard]] static Result<std::unique_ptr<Connection>> make(const stripe::ApiKey& key, const QUrl& base, int attempts, Clock& clock);

    [[nodiscard]] stripe::StripeClient& client() { return *m_client; }
    [[nodiscard]] http::Client& http() { return *m_http; }
    /// Told of each attempt, after it was measured.
    void setObserved(std::function<void(const http::AttemptReport&)> observed) { m_observed = std::move(observed); }
    /// What its requests tell monitoring, until somebody takes it.
    [[nodiscard]] http::Measures& measures() { return m_measures; }

private:
    Connection() = default;
    http::Measures m_measures;
    std::function<void(const http::AttemptReport&)> m_observed;
    std::unique_ptr<http::QnamTransport> m_transport;
    std::unique_ptr<http::Client> m_http;
    Worker m_worker;
    std::unique_ptr<stripe::StripeClient> m_client;
};

/// A short hash that stands for a key where its account is not known. The key cannot be found from it.
[[nodiscard]] QString keyFingerprint(const Secret& key);

[[nodiscard]] QUrl defaultApiBase();

} // namespace ch::workspace

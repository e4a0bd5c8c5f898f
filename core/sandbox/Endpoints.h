// SPDX-License-Identifier: GPL-3.0-or-later
// Everything the simulated account answers, as one table: method, path, the permission a restricted key needs, what comes
// back, and every parameter. Read it to see what is supported; Endpoints.cpp has the lines.
#pragma once

#include "sandbox/Calls.h"

namespace ch::sandbox {

struct Endpoint {
    QByteArray method, path; ///< "/v1/customers/{id}"
    QByteArray permission;   ///< without "rak_"
    QByteArray returns;      ///< what "expand" works on: "customer", "list:customer"
    QList<Param> params;     ///< besides "expand", and limit and cursors of lists
    Answer (Calls::*run)(const Call&) = nullptr;
};

[[nodiscard]] QList<Endpoint> invoiceEndpoints();
[[nodiscard]] QList<Endpoint> invoiceItemEndpoints();
[[nodiscard]] QList<Endpoint> meterEndpoints();
/// Before those with {id}, which "search" would fit.
[[nodiscard]] QList<Endpoint> searchEndpoints();
[[nodiscard]] const QList<Endpoint>& endpoints();
/// The same as JSON: what stripe-sandbox --endpoints prints.
[[nodiscard]] QByteArray endpointsJson();

/// The endpoint of a request, and the ids in its path.
struct Routed {
    const Endpoint* endpoint = nullptr; ///< none: Stripe has no such URL, or we do not
    QByteArray id, second;
};
[[nodiscard]] Routed route(const QByteArray& method, const QByteArray& path);

/// Those of one domain each, which endpoints() joins.
[[nodiscard]] QList<Endpoint> pagesEndpoints();
[[nodiscard]] QList<Endpoint> webhookEndpoints();

} // namespace ch::sandbox

// SPDX-License-Identifier: GPL-3.0-or-later
// An empty account with one customer who pays, and what is asked of the one subscription (or schedule) that a test is about.
#pragma once

#include "sandbox/Account.h"

namespace ch::test {

struct SubscriptionCase : Account {
    SubscriptionCase() : Account(empty()) { customer = makePayer(); }

    void passDays(qint64 days, qint64 seconds = 0) { clock.advance((days * 86400 + seconds) * 1000); }
    QJsonObject now() { return get(path).json; }
    static QJsonObject firstItemOf(const QJsonObject& subscription) { return subscription["items"].toObject()["data"].toArray()[0].toObject(); }
    QJsonObject firstItem() { return firstItemOf(now()); }
    QByteArray latestPath() { return "/v1/invoices/" + now()["latest_invoice"].toString().toLatin1(); }
    QJsonObject latest() { return get(latestPath()).json; }
    qsizetype events(const QByteArray& type) { return get("/v1/events?limit=100&type=" + type).data().size(); }
    /// Is charged from now on, and works or not.
    void payWith(const QByteArray& card)
    {
        const QByteArray method = post("/v1/payment_methods/" + card + "/attach", "customer=" + customer).id().toLatin1();
        post("/v1/customers/" + customer, "invoice_settings[default_payment_method]=" + method);
    }

    QByteArray customer, path;
};

} // namespace ch::test

// SPDX-License-Identifier: GPL-3.0-or-later
// The simulated Stripe account: a request in, an answer out, on a given clock. No sockets, no timers, no files; the same
// seed, clock and requests give byte-identical answers. It makes up a believable account when it is built (a few hundred
// businesses over two years in some milliseconds, 20,000 in a few seconds), then changes by requests and as time goes on:
// a request first brings the account up to the clock's present. Time never goes back.
// It answers as API version 2026-10-28.endive, refuses what Stripe refuses, and shares nothing with our client, so that it
// can disagree with it. What it supports is the table in Endpoints.cpp; what differs from Stripe is in README.md.
// One thread: create and call it on the same one. The clock must outlive it.
#pragma once

#include "base/Clock.h"
#include "base/Error.h"

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QPair>
#include <QString>
#include <QStringList>
#include <memory>
#include <optional>

namespace ch::sandbox {

using Headers = QList<QPair<QByteArray, QByteArray>>;

struct Request {
    QByteArray method; ///< GET, POST, DELETE
    QByteArray target; ///< as on the wire: /v1/customers?limit=3
    Headers headers;
    QByteArray body;
};

struct Reply {
    int status = 0;
    Headers headers;
    QByteArray body; ///< JSON, UTF-8
};

struct Options {
    int businesses = 300;
    qint64 subscriptions = 0; ///< as many businesses as it takes to have at least so many, canceled ones included; 0: `businesses` counts
    int templates = 10'000;   ///< businesses beyond so many repeat the first ones, with ids, names and e-mail addresses of their own
    int months = 24;       ///< of history before the clock's present, 0 to 120
    quint64 seed = 1;
    bool live = false;     ///< the account is a live one: takes live keys, shows livemode true
    QString accountName;   ///< empty: a made-up one
    QStringList acceptedKeys; ///< empty: any well-formed key of the account's mode
    QStringList expiredKeys;
    QHash<QString, QStringList> restrictedKeys; ///< rk_ key to the permissions it has (rak_customer_read; write includes read)
    QList<int> retryDays = {3, 5, 7}; ///< from each failed payment of a renewal to the next attempt
    enum class Unpaid { Cancel, MarkUnpaid, LeavePastDue };
    Unpaid afterRetries = Unpaid::Cancel; ///< what becomes of a subscription whose last attempt has failed
    int concurrent = 20, concurrentEndpoint = 10; ///< requests under way at once, with rateLimits: of the account, of one endpoint
    bool rateLimits = false; ///< answers 429 beyond Stripe's published rates: 25 requests a second (live: 100), 25 for each endpoint
    int searchDelay = 60;  ///< seconds until searches see a change
    int clockAdvanceMs = 0; ///< how long a test clock takes to advance; 0: it is still advancing when it is looked at for the first time
    int meterDelay = 0;    ///< seconds until a meter event counts; 0: at once
    bool truth = false;    ///< keeps all that it does, for truth()
    int testClockObjects = 2; ///< customers on a test clock, each with a subscription; hidden from plain lists
};

class Deliveries;

class Engine {
public:
    Engine(const Options& options, const Clock& clock);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Never fails to answer: whatever comes in, an answer in Stripe's form goes out.
    [[nodiscard]] Reply handle(const Request& request);

    /// handle() in two steps, for who sends the answer later: the work is done now, but until end(ticket) the request is under way, with its
    /// idempotency key, the objects that it writes and its place among concurrent requests. Ticket 0 holds nothing.
    [[nodiscard]] Reply begin(const Request& request, quint64* ticket);
    /// The answer has left, or never will.
    void end(quint64 ticket);
    /// To be called before end(): another answer than begin()'s leaves (a 500 after the work). It is what the request's key replays then.
    void answerInstead(quint64 ticket, int status, const QByteArray& body);

    /// Lives up to an instant (seconds since 1970) that the clock has not reached yet; an earlier one changes nothing. Requests do
    /// it by themselves, up to the clock's present.
    void advanceTo(qint64 seconds);

    /// Where the pages are on which people pay: "http://127.0.0.1:1234", without a slash at the end. Without it http://127.0.0.1.
    void setBaseUrl(const QByteArray& url);

    /// The webhooks: what is to be posted, and how it ended.
    [[nodiscard]] Deliveries& deliveries();

    /// Milliseconds of real time until something is due that a webhook may tell of, or a delivery is; the clock's wall time runs speed times as
    /// fast. Nothing: nothing waits, or nobody listens.
    [[nodiscard]] std::optional<qint64> nextInMs(qint64 speed) const;

    /// Whether a path belongs to those pages, which need no key: /pay/, /checkout/, /link/, /portal/, /authenticate/.
    [[nodiscard]] static bool isPage(const QByteArray& path);

    /// What a walk through the lists to their end finds now: no deleted customers, nothing on test clocks, subscriptions with
    /// status=all, events of the last 30 days.
    struct Counts {
        qint64 customers = 0, subscriptions = 0, subscriptionsNotCanceled = 0, invoices = 0, prices = 0, products = 0, coupons = 0;
        qint64 charges = 0, refunds = 0, balanceTransactions = 0;
        qint64 paymentIntents = 0, events = 0, deletedCustomers = 0, testClockCustomers = 0, testClockSubscriptions = 0;
    };
    [[nodiscard]] Counts counts() const;

    /// The account as it is now, for load(). Rules of faults and limits are not in it.
    [[nodiscard]] QByteArray save() const;
    /// The account that was saved, which goes on at the clock's present (or at its own, where that is later). What the account is comes
    /// from the bytes; of the options count the rest: keys, limits and delays. Fails with InvalidInput and a sentence that says why the bytes
    /// cannot be used.
    [[nodiscard]] static Result<std::unique_ptr<Engine>> load(const QByteArray& saved, const Options& options, const Clock& clock);

    /// Every change of a subscription and of a customer's discount that the account made since it was made up or loaded, its made-up past
    /// included (but of repeated businesses): a JSON line each (Truth.h), from a number on, at most so many. Empty without Options::truth.
    [[nodiscard]] QByteArray truth(qsizetype from, qsizetype most) const;

    /// Every object, one JSON text a line, in the order of creation: for comparing two engines in tests.
    [[nodiscard]] QByteArray dump() const;

private:
    class Parts;
    explicit Engine(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> m_parts;
};

} // namespace ch::sandbox

// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of a take-down, for its three .cpp files: TakedownReads (what is there), TakedownActs (cancel and delete), Takedown (how it
// ends and what is written down).
#pragma once

#include "business/Takedown.h"
#include "stripe/Calls.h"

#include <QPointer>
#include <deque>

namespace ch::business {

namespace takedown {

inline const auto kAction = QStringLiteral("take_down");
/// The metadata key by which a customer says whose it is.
inline const auto kBusinessIdKey = QStringLiteral("business_id");

[[nodiscard]] inline bool isGone(const Error& error)
{
    return error.kind == ErrorKind::NotFound || error.code == QLatin1String("resource_missing");
}

[[nodiscard]] inline Error withCode(ErrorKind kind, const char* code, const QString& message)
{
    Error error;
    error.kind = kind;
    error.code = QLatin1String(code);
    error.message = message;
    return error;
}

} // namespace takedown

/// The steps, each begun only when the one before has ended: resolve (from mirror and records), read the customers, list their
/// subscriptions, read what only mirror or record name, cancel, delete, write down. Every step keeps what it learnt, so that
/// running all of them again after any failure finds the rest.
class Takedown::Private {
public:
    Private(Takedown& job, stripe::StripeClient& stripeClient, sync::Applier& mirrorApplier, store::RecordsFile& recordsFile, Clock& time, const TakedownRequest& wish)
        : q(job), client(stripeClient), applier(mirrorApplier), records(recordsFile), clock(time), request(wish)
    {
        outcome.businessId = wish.businessId;
    }

    void resolve();
    void readNextCustomer();
    void customerRead(const QString& id, const Result<stripe::Answered<stripe::Customer>>& result);
    void listNextCustomer();
    void listPage(const QString& customerId, const QString& startingAfter);
    void pageRead(const QString& customerId, const QString& startingAfter, const Result<stripe::Page<stripe::Subscription>>& result);
    void collectRest();
    void readRest();
    void restRead(const QString& id, const Result<stripe::Answered<stripe::Subscription>>& result);
    void cancelNext();
    void cancelled(const QString& id, const Result<stripe::Removal>& result);
    void legacy();
    void intentRead(const Result<stripe::Answered<stripe::PaymentIntent>>& result);
    void intentCancelled(const Result<stripe::Removal>& result);
    void deleteNext();
    void deleted(const QString& id, const Result<stripe::Removal>& result);

    void found(const stripe::Received<stripe::Subscription>& subscription);
    void stepFailed(const Error& error);
    void writeDown();
    void closeRecord();
    void apply(store::Batch batch);
    [[nodiscard]] QByteArray intentKey() const;
    [[nodiscard]] bool stopsHere();

    template <typename T>
    ResultJob<T>* follow(ResultJob<T>* job)
    {
        active = job;
        return job;
    }

    static stripe::CallOptions interactive()
    {
        stripe::CallOptions options;
        options.priority = http::Priority::Interactive;
        return options;
    }

    Takedown& q;
    stripe::StripeClient& client;
    sync::Applier& applier;
    store::RecordsFile& records;
    Clock& clock;
    TakedownRequest request;
    TakedownOutcome outcome;

    store::Business business;
    std::optional<store::Record> record;
    QStringList customers;                  ///< meant by the request
    std::deque<QString> customersToRead;
    std::deque<QString> customersToList;
    QStringList customersGone;              ///< deleted before this take-down
    std::deque<QString> subscriptionsToRead;
    QStringList seen;                       ///< every subscription that Stripe showed
    QString newestSeen;
    std::deque<QString> toCancel;
    std::deque<QString> toDelete;
    QString intentStatus;
    int cancels = 0;                        ///< done by this take-down
    int deletions = 0;
    bool intentCancelledNow = false;
    bool stopping = false;
    QStringList trail;
    QPointer<Job> active;
};

} // namespace ch::business

// SPDX-License-Identifier: GPL-3.0-or-later
// The calls that Countinghouse makes, typed. Each returns a job owned by parent. Reads are background unless options say otherwise.
#pragma once

#include "stripe/StripeClient.h"

#include <QPointer>
#include <QSet>
#include <memory>

namespace ch::stripe {

/// A person is not waiting: for retrieve, listPage and ListJob of a sync.
[[nodiscard]] inline CallOptions inBackground()
{
    CallOptions options;
    options.priority = http::Priority::Background;
    return options;
}

/// "/v1/customers" for Customer, and so on. T: Customer, Subscription, Price, Product, Invoice, InvoiceItem,
/// InvoicePayment, PaymentIntent, Charge, Refund, CreditNote, BalanceTransaction, SubscriptionSchedule, Event, Coupon.
template <typename T>
[[nodiscard]] QString listPath();

/// GET /v1/.../{id}. T as above.
template <typename T>
[[nodiscard]] ResultJob<Answered<T>>* retrieve(StripeClient& client, const QString& id, const Params& query, const CallOptions& options, QObject* parent);

/// One page of a list. T as above, and SubscriptionItem and InvoiceLine, whose paths the caller gives; query holds filters, limit,
/// starting_after.
template <typename T>
[[nodiscard]] ResultJob<Page<T>>* listPage(StripeClient& client, const QString& path, const Params& query, const CallOptions& options, QObject* parent);

/// The page that an answer to such a request holds, as listPage makes it. Pure; any thread.
template <typename T>
[[nodiscard]] Result<Page<T>> pageOf(const Answer& answer);
/// Likewise of an answer to a request for one object: a page that holds it alone.
template <typename T>
[[nodiscard]] Result<Page<T>> pageOfOne(const Answer& answer);

/// How a list that was walked to its end went.
struct ListEnd {
    qint64 pages = 0;
    qint64 objects = 0;
    QString lastId;              ///< of the last object; empty for an empty list
};

/// Walks a list with starting_after to its end and hands each page to a function. Ends with Protocol when a cursor repeats or an empty
/// page says has_more, never silently at a cap. limit is 100 unless the query says otherwise; a starting_after in the query is where
/// it begins (a backfill that goes on after a kill). Refuses ending_before. Stop it with cancel() or by deleting it, also from the
/// function; the next page is asked for when the function has returned. Made by listAll.
template <typename T>
class ListJob final : public ResultJob<ListEnd> {
public:
    using PageHandler = std::function<void(const std::shared_ptr<const Page<T>>&)>;

    ListJob(StripeClient& client, const QString& path, const Params& query, const CallOptions& options, PageHandler handler, QObject* parent);
    void cancel() override;

private:
    void ask();
    void pageCame(const Result<Page<T>>& result);

    QPointer<StripeClient> m_client;
    QString m_path;
    Params m_query;
    CallOptions m_options;
    PageHandler m_handler;
    QPointer<Job> m_call;
    QSet<QString> m_cursors;
    ListEnd m_end;
};

/// handler is called only while the job lives; what it captures must live as long as parent, or be held by QPointer.
template <typename T>
[[nodiscard]] ListJob<T>* listAll(StripeClient& client, const QString& path, const Params& query, const CallOptions& options,
                                  typename ListJob<T>::PageHandler handler, QObject* parent);

[[nodiscard]] ResultJob<Answered<Balance>>* retrieveBalance(StripeClient& client, const CallOptions& options, QObject* parent);
[[nodiscard]] ResultJob<Answered<Account>>* retrieveAccount(StripeClient& client, const CallOptions& options, QObject* parent);

} // namespace ch::stripe

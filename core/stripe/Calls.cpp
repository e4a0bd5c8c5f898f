// SPDX-License-Identifier: GPL-3.0-or-later
#include "stripe/Calls.h"

#include "stripe/MappedJob.h"

namespace ch::stripe {

template <> QString listPath<Customer>() { return QStringLiteral("/v1/customers"); }
template <> QString listPath<Subscription>() { return QStringLiteral("/v1/subscriptions"); }
template <> QString listPath<Price>() { return QStringLiteral("/v1/prices"); }
template <> QString listPath<Product>() { return QStringLiteral("/v1/products"); }
template <> QString listPath<Invoice>() { return QStringLiteral("/v1/invoices"); }
template <> QString listPath<InvoiceItem>() { return QStringLiteral("/v1/invoiceitems"); }
template <> QString listPath<InvoicePayment>() { return QStringLiteral("/v1/invoice_payments"); }
template <> QString listPath<Charge>() { return QStringLiteral("/v1/charges"); }
template <> QString listPath<Refund>() { return QStringLiteral("/v1/refunds"); }
template <> QString listPath<CreditNote>() { return QStringLiteral("/v1/credit_notes"); }
template <> QString listPath<BalanceTransaction>() { return QStringLiteral("/v1/balance_transactions"); }
template <> QString listPath<SubscriptionSchedule>() { return QStringLiteral("/v1/subscription_schedules"); }
template <> QString listPath<PaymentIntent>() { return QStringLiteral("/v1/payment_intents"); }
template <> QString listPath<Event>() { return QStringLiteral("/v1/events"); }
template <> QString listPath<Coupon>() { return QStringLiteral("/v1/coupons"); }

namespace {

/// The error with what tells Stripe which answer it was.
Error named(Error error, const Answer& answer)
{
    error.requestId = answer.requestId;
    error.httpStatus = answer.httpStatus;
    return error;
}

template <typename T>
Result<Answered<T>> answeredFrom(const Answer& answer)
{
    Result<T> object = parseObject<T>(answer.json, JsonText::Checked);
    if (!object) {
        return fail(named(object.error(), answer));
    }
    return Answered<T>{std::move(*object), answer};
}

template <typename T>
ResultJob<Answered<T>>* fetchObject(StripeClient& client, const QString& path, const Params& query, const CallOptions& options, QObject* parent)
{
    return new MappedJob<Answer, Answered<T>>(
        parent, [&](QObject* owner) { return client.fetch(path, query, options, owner); }, &answeredFrom<T>);
}

} // namespace

template <typename T>
ResultJob<Answered<T>>* retrieve(StripeClient& client, const QString& id, const Params& query, const CallOptions& options, QObject* parent)
{
    const Result<QString> safe = pathId(id);
    if (!safe) {
        return new SimpleJob<Answered<T>>(parent, Result<Answered<T>>(fail(safe.error())));
    }
    return fetchObject<T>(client, listPath<T>() + QLatin1Char('/') + *safe, query, options, parent);
}

template <typename T>
Result<Page<T>> pageOf(const Answer& answer)
{
    Result<Page<T>> page = parsePage<T>(answer.json, JsonText::Checked);
    return page ? std::move(page) : fail(named(page.error(), answer));
}

template <typename T>
Result<Page<T>> pageOfOne(const Answer& answer)
{
    Result<T> object = parseObject<T>(answer.json, JsonText::Checked);
    if (!object) {
        return fail(named(object.error(), answer));
    }
    Page<T> page;
    page.objects.push_back({*std::move(object), answer.json});
    return page;
}

template <typename T>
ResultJob<Page<T>>* listPage(StripeClient& client, const QString& path, const Params& query, const CallOptions& options, QObject* parent)
{
    return new MappedJob<Answer, Page<T>>(
        parent, [&](QObject* owner) { return client.fetch(path, query, options, owner); }, &pageOf<T>);
}

template <typename T>
ListJob<T>::ListJob(StripeClient& client, const QString& path, const Params& query, const CallOptions& options, PageHandler handler, QObject* parent)
    : ResultJob<ListEnd>(parent), m_client(&client), m_path(path), m_query(query), m_options(options), m_handler(std::move(handler))
{
    bool hasLimit = false;
    for (const auto& [key, value] : m_query.pairs()) {
        hasLimit = hasLimit || key == QLatin1String("limit");
        if (key == QLatin1String("starting_after")) {
            m_cursors.insert(value);
        } else if (key == QLatin1String("ending_before")) {
            settle(fail(ErrorKind::InvalidInput, QStringLiteral("A list is walked forward only; ending_before is no part of that.")));
            return;
        }
    }
    if (!hasLimit) {
        m_query.add(QStringLiteral("limit"), 100);
    }
    ask();
}

template <typename T>
void ListJob<T>::cancel()
{
    if (m_call) {
        m_call->disconnect(this);
        m_call->cancel();
    }
    ResultJob<ListEnd>::cancel();
}

template <typename T>
void ListJob<T>::ask()
{
    if (!m_client) {
        settle(fail(ErrorKind::Cancelled, QStringLiteral("Stopped before it ended.")));
        return;
    }
    ResultJob<Page<T>>* const call = listPage<T>(*m_client, m_path, m_query, m_options, this);
    m_call = call;
    call->onFinished(this, [this](const Result<Page<T>>& result) { pageCame(result); });
}

template <typename T>
void ListJob<T>::pageCame(const Result<Page<T>>& result)
{
    m_call = nullptr;
    if (!result) {
        settle(fail(result.error()));
        return;
    }
    const auto page = std::make_shared<const Page<T>>(*result);
    for (const auto& received : page->objects) {
        if (m_cursors.contains(received.object.id)) {
            settle(fail(ErrorKind::Protocol, QStringLiteral("The list %1 repeats itself: what follows an object holds that object again.").arg(m_path)));
            return;
        }
    }
    if (page->hasMore && page->objects.empty()) {
        settle(fail(ErrorKind::Protocol, QStringLiteral("The list %1 says that there is more, but gives nothing.").arg(m_path)));
        return;
    }
    ++m_end.pages;
    m_end.objects += static_cast<qint64>(page->objects.size());
    if (!page->objects.empty()) {
        m_end.lastId = page->objects.back().object.id;
    }
    const QPointer<Job> alive(this);
    if (m_handler) {
        m_handler(page);
    }
    if (!alive || isSettled()) {
        return;
    }
    if (!page->hasMore) {
        settle(m_end);
        return;
    }
    m_cursors.insert(m_end.lastId);
    m_query.set(QStringLiteral("starting_after"), m_end.lastId);
    ask();
}

template <typename T>
ListJob<T>* listAll(StripeClient& client, const QString& path, const Params& query, const CallOptions& options,
                    typename ListJob<T>::PageHandler handler, QObject* parent)
{
    return new ListJob<T>(client, path, query, options, std::move(handler), parent);
}

ResultJob<Answered<Balance>>* retrieveBalance(StripeClient& client, const CallOptions& options, QObject* parent)
{
    return fetchObject<Balance>(client, QStringLiteral("/v1/balance"), {}, options, parent);
}

ResultJob<Answered<Account>>* retrieveAccount(StripeClient& client, const CallOptions& options, QObject* parent)
{
    return fetchObject<Account>(client, QStringLiteral("/v1/account"), {}, options, parent);
}

#define CH_STRIPE_LIST(T) \
    template Result<Page<T>> pageOf<T>(const Answer&); \
    template Result<Page<T>> pageOfOne<T>(const Answer&); \
    template ResultJob<Page<T>>* listPage<T>(StripeClient&, const QString&, const Params&, const CallOptions&, QObject*); \
    template class ListJob<T>; \
    template ListJob<T>* listAll<T>(StripeClient&, const QString&, const Params&, const CallOptions&, ListJob<T>::PageHandler, QObject*);
#define CH_STRIPE_OBJECT(T) \
    template ResultJob<Answered<T>>* retrieve<T>(StripeClient&, const QString&, const Params&, const CallOptions&, QObject*); \
    CH_STRIPE_LIST(T)

CH_STRIPE_OBJECT(Customer)
CH_STRIPE_OBJECT(Subscription)
CH_STRIPE_OBJECT(Price)
CH_STRIPE_OBJECT(Product)
CH_STRIPE_OBJECT(Invoice)
CH_STRIPE_OBJECT(InvoiceItem)
CH_STRIPE_OBJECT(InvoicePayment)
CH_STRIPE_OBJECT(PaymentIntent)
CH_STRIPE_OBJECT(Charge)
CH_STRIPE_OBJECT(Refund)
CH_STRIPE_OBJECT(CreditNote)
CH_STRIPE_OBJECT(BalanceTransaction)
CH_STRIPE_OBJECT(SubscriptionSchedule)
CH_STRIPE_OBJECT(Event)
CH_STRIPE_OBJECT(Coupon)
CH_STRIPE_LIST(SubscriptionItem)
CH_STRIPE_LIST(InvoiceLine)

#undef CH_STRIPE_OBJECT
#undef CH_STRIPE_LIST

} // namespace ch::stripe

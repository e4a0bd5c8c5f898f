// SPDX-License-Identifier: GPL-3.0-or-later
#include "stripe/Calls.h"

#include <functional>

namespace ch::stripe {

namespace {

/// What an object's JSON says about the removal: over, or still there in that state.
struct RemovalState {
    bool over = false;
    QString state; ///< for people: "active"
};

/// How one kind of object is taken away. Everything a RemovalJob has to know of it.
struct RemovalKind {
    QString noun;                                              ///< "subscription"
    std::function<AnswerJob*(StripeClient&, QObject*)> write;  ///< the DELETE or POST
    QString path;                                              ///< to look at it afterwards
    std::function<Result<RemovalState>(const QByteArray&)> read;
    QString refusedCode;                                       ///< the error code that may mean "already so", beside 404
};

/// Writes once, and looks with a GET wherever the answer leaves open what became of the object: Qt sends a DELETE twice behind our
/// back when a connection breaks, so that a 404 may be the answer to the echo of our own.
class RemovalJob final : public ResultJob<Removal> {
public:
    RemovalJob(StripeClient& client, RemovalKind kind, QObject* parent) : ResultJob<Removal>(parent), m_client(&client), m_kind(std::move(kind))
    {
        AnswerJob* const call = m_kind.write(client, this);
        m_call = call;
        call->onFinished(this, [this](const Result<Answer>& result) { written(result); });
    }

    void cancel() override
    {
        if (m_call) {
            m_stopped = true;
            m_call->cancel(); // its end says whether the write may have been done
        } else {
            ResultJob<Removal>::cancel();
        }
    }

private:
    void written(const Result<Answer>& result)
    {
        m_call = nullptr;
        if (result) {
            m_removal.requestIds << result->requestId;
            m_removal.json = result->json;
            const Result<RemovalState> state = m_kind.read(result->json);
            if (state && state->over) {
                settle(m_removal);
                return;
            }
            // Success in name only: the answer is of another object, or leaves it as it was.
            Error error;
            error.kind = ErrorKind::Protocol;
            error.message = state ? QStringLiteral("Stripe reported success, but the %1 is still %2.").arg(m_kind.noun, state->state) : state.error().message;
            error.httpStatus = result->httpStatus;
            error.requestId = result->requestId;
            error.outcomeKnown = false;
            look(error);
            return;
        }
        const Error& error = result.error();
        if (!error.requestId.isEmpty()) {
            m_removal.requestIds << error.requestId;
        }
        const bool maybeAlready = error.kind == ErrorKind::NotFound || (!m_kind.refusedCode.isEmpty() && error.code == m_kind.refusedCode);
        if (error.kind != ErrorKind::Cancelled && (maybeAlready || !error.outcomeKnown)) {
            look(error);
        } else {
            settle(fail(error));
        }
    }

    void look(const Error& writeError)
    {
        m_writeError = writeError;
        if (m_stopped || !m_client) {
            m_writeError.outcomeKnown = false;
            settle(fail(m_writeError));
            return;
        }
        AnswerJob* const call = m_client->fetch(m_kind.path, {}, CallOptions(), this);
        m_call = call;
        call->onFinished(this, [this](const Result<Answer>& result) { looked(result); });
    }

    void looked(const Result<Answer>& result)
    {
        m_call = nullptr;
        const QString requestId = result ? result->requestId : result.error().requestId;
        if (!requestId.isEmpty()) {
            m_removal.requestIds << requestId;
        }
        const Result<RemovalState> state = result ? m_kind.read(result->json) : Result<RemovalState>(fail(result.error()));
        if (state && state->over) {
            m_removal.alreadyDone = true;
            m_removal.json = result->json;
            settle(m_removal);
            return;
        }
        if (!state) {
            // A 404 here: no such object, and none was taken away. Anything else leaves open what became of the write.
            const bool absent = state.error().kind == ErrorKind::NotFound;
            Error error = absent ? state.error() : m_writeError;
            error.outcomeKnown = absent;
            if (!absent && error.detail.isEmpty()) {
                error.detail = QStringLiteral("The look at it failed too: %1").arg(state.error().message);
            }
            settle(fail(std::move(error)));
            return;
        }
        if (m_writeError.kind == ErrorKind::NotFound) {
            Error error = m_writeError;
            error.kind = ErrorKind::Conflict;
            error.message = QStringLiteral("Stripe says that there is no such %1, but shows it as %2. Nothing was changed.").arg(m_kind.noun, state->state);
            error.outcomeKnown = true;
            settle(fail(std::move(error)));
            return;
        }
        settle(fail(m_writeError)); // refused with the reason, or lost: a write that was lost may still come to pass
    }

    QPointer<StripeClient> m_client;
    RemovalKind m_kind;
    QPointer<Job> m_call;
    Removal m_removal;
    Error m_writeError;
    bool m_stopped = false;
};

ResultJob<Removal>* refusedRemoval(const Error& error, QObject* parent)
{
    return new SimpleJob<Removal>(parent, Result<Removal>(fail(error)));
}

} // namespace

ResultJob<Removal>* cancelSubscription(StripeClient& client, const QString& id, const CancelOptions& cancel, QObject* parent)
{
    const Result<QString> safe = pathId(id);
    if (!safe) {
        return refusedRemoval(safe.error(), parent);
    }
    Params query;
    if (cancel.invoiceNow) {
        query.add(QStringLiteral("invoice_now"), true);
    }
    if (cancel.prorate) {
        query.add(QStringLiteral("prorate"), true);
    }
    if (!cancel.comment.isEmpty()) {
        query.add(QStringLiteral("cancellation_details[comment]"), cancel.comment);
    }
    RemovalKind kind;
    kind.noun = QStringLiteral("subscription");
    kind.path = listPath<Subscription>() + QLatin1Char('/') + *safe;
    kind.write = [path = kind.path, query](StripeClient& stripe, QObject* owner) { return stripe.remove(path, query, CallOptions(), owner); };
    kind.read = [id](const QByteArray& json) -> Result<RemovalState> {
        const Result<Subscription> found = parseObject<Subscription>(json);
        if (!found) {
            return fail(found.error());
        }
        return RemovalState{found->isEnded() && found->id == id, found->status};
    };
    return new RemovalJob(client, std::move(kind), parent);
}

ResultJob<Removal>* deleteCustomer(StripeClient& client, const QString& id, QObject* parent)
{
    const Result<QString> safe = pathId(id);
    if (!safe) {
        return refusedRemoval(safe.error(), parent);
    }
    RemovalKind kind;
    kind.noun = QStringLiteral("customer");
    kind.path = listPath<Customer>() + QLatin1Char('/') + *safe;
    kind.write = [path = kind.path](StripeClient& stripe, QObject* owner) { return stripe.remove(path, {}, CallOptions(), owner); };
    kind.read = [id](const QByteArray& json) -> Result<RemovalState> {
        const Result<Customer> found = parseObject<Customer>(json);
        if (!found) {
            return fail(found.error());
        }
        return RemovalState{found->deleted && found->id == id, QStringLiteral("there")};
    };
    return new RemovalJob(client, std::move(kind), parent);
}

ResultJob<Removal>* cancelPaymentIntent(StripeClient& client, const QString& id, const QByteArray& idempotencyKey, QObject* parent)
{
    const Result<QString> safe = pathId(id);
    if (!safe) {
        return refusedRemoval(safe.error(), parent);
    }
    RemovalKind kind;
    kind.noun = QStringLiteral("payment intent");
    kind.path = listPath<PaymentIntent>() + QLatin1Char('/') + *safe;
    kind.refusedCode = QStringLiteral("payment_intent_unexpected_state");
    kind.write = [path = kind.path + QStringLiteral("/cancel"), idempotencyKey](StripeClient& stripe, QObject* owner) {
        // The reason says whose wish it was. It is also the body without which Qt 6.4 never tells that a POST was sent: an intent that
        // could not be cancelled for want of a network would end as unknown.
        return stripe.post(path, Params().add(QStringLiteral("cancellation_reason"), "requested_by_customer"), idempotencyKey, CallOptions(), owner);
    };
    kind.read = [id](const QByteArray& json) -> Result<RemovalState> {
        const Result<PaymentIntent> found = parseObject<PaymentIntent>(json);
        if (!found) {
            return fail(found.error());
        }
        return RemovalState{found->status == QLatin1String("canceled") && found->id == id, found->status};
    };
    return new RemovalJob(client, std::move(kind), parent);
}

} // namespace ch::stripe

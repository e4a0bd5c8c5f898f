// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/ChangeWishes.h"

#include "business/Find.h"
#include "business/StepRules.h"
#include "store/BusinessKeys.h"

namespace ch::business {

namespace wishes {

inline const auto kOperationKey = QStringLiteral("countinghouse_operation");
inline const auto kUnusedTimeKey = QStringLiteral("countinghouse_unused_time");

QString pathOf(const QString& list, const QString& id)
{
    return list + QLatin1Char('/') + stripe::pathId(id).value_or(QStringLiteral("-"));
}

template <typename T>
ChangeWish wishFor(const QString& name, const QString& noun, const QString& id, std::function<Standing(const T&)> judge)
{
    ChangeWish wish;
    wish.name = name + QLatin1Char(' ') + id;
    wish.noun = noun;
    wish.objectId = id;
    wish.method = QStringLiteral("DELETE");
    wish.readPath = pathOf(stripe::listPath<T>(), id);
    wish.path = wish.readPath;
    wish.judge = [id, judge = std::move(judge)](const QByteArray& json) -> Result<Standing> {
        const auto object = stripe::parseObject<T>(json);
        if (!object) {
            return fail(object.error());
        }
        if (object->id != id) {
            return fail(ErrorKind::Protocol, QStringLiteral("Stripe answered with another object (%1) than the one asked for (%2).").arg(object->id, id));
        }
        return judge(*object);
    };
    return wish;
}

void post(ChangeWish& wish, const QString& verb)
{
    wish.method = QStringLiteral("POST");
    wish.path = wish.readPath + verb;
}

/// Void or uncollectible already: there is nothing left to collect, which is what was wanted.
Standing judgeInvoice(const stripe::Invoice& invoice, const Remainder& shown)
{
    if (invoice.deleted || invoice.status == QLatin1String("void") || invoice.status == QLatin1String("uncollectible")) {
        return Standing::Reached;
    }
    const QString status = shown.kind == RemainderKind::DraftInvoice ? QStringLiteral("draft") : QStringLiteral("open");
    const bool isAsShown = invoice.status == status && invoice.amountRemaining == shown.amount.minor && invoice.currency == shown.amount.currency;
    return isAsShown ? Standing::ToDo : Standing::Changed;
}

bool isOurs(const stripe::Refund& refund, const FrozenRemainder& remainder)
{
    const bool isOver = refund.status == QLatin1String("failed") || refund.status == QLatin1String("canceled");
    return !isOver && refund.metadata.value(kUnusedTimeKey) == remainder.remainder.objectId;
}

using Look = SimpleJob<std::optional<StepObject>>;

/// What is left to refund of the payment, once no refund of ours was found.
void lookAtCharges(stripe::StripeClient& client, const FrozenRemainder& remainder, Look* job)
{
    const stripe::Params query{{QStringLiteral("payment_intent"), remainder.remainder.paymentIntentId}};
    listOf<stripe::Charge>(client, stripe::listPath<stripe::Charge>(), query, job)->onFinished(job, [job, amount = remainder.remainder.amount.minor](const auto& charges) {
        if (!charges) {
            job->end(fail(charges.error()));
            return;
        }
        qint64 left = 0;
        for (const auto& received : *charges) {
            left += received.object.paid ? received.object.amountCaptured - received.object.amountRefunded : 0;
        }
        job->end(left >= amount ? std::optional(StepObject()) : std::nullopt);
    });
}

/// Ours among the refunds of the payment; absent decides what it means that there is none.
Look* findRefund(stripe::StripeClient& client, const FrozenRemainder& remainder, QObject* parent, std::function<void(Look*)> absent)
{
    auto* job = new Look(parent);
    const stripe::Params query{{QStringLiteral("payment_intent"), remainder.remainder.paymentIntentId}};
    listOf<stripe::Refund>(client, stripe::listPath<stripe::Refund>(), query, job)->onFinished(job, [job, remainder, absent = std::move(absent)](const auto& refunds) {
        if (!refunds) {
            job->end(fail(refunds.error()));
            return;
        }
        for (const auto& received : *refunds) {
            if (isOurs(received.object, remainder)) {
                job->end(std::optional(StepObject{received.object.id, received.json, false}));
                return;
            }
        }
        absent(job);
    });
    return job;
}

} // namespace wishes

ChangeWish cancelWish(const PlannedCancel& shown, const FrozenAct& act)
{
    ChangeWish wish = wishes::wishFor<stripe::Subscription>(QStringLiteral("cancel"), QStringLiteral("subscription"), shown.subscriptionId,
        [shown, atPeriodEnd = act.atPeriodEnd](const stripe::Subscription& now) {
            if (now.isEnded() || (atPeriodEnd && now.cancelAtPeriodEnd)) {
                return Standing::Reached;
            }
            return hasChanged(shown, now) ? Standing::Changed : Standing::ToDo;
        });
    // The answers go into the mirror.
    wish.readQuery = withCouponsOfSubscription();
    wish.params = withCouponsOfSubscription();
    if (act.atPeriodEnd) {
        wish.name = QStringLiteral("cancel_at_period_end ") + shown.subscriptionId;
        wishes::post(wish, {});
        wish.params.add(QStringLiteral("cancel_at_period_end"), true);
    }
    if (act.invoiceNow) {
        wish.params.add(QStringLiteral("invoice_now"), true);
    }
    if (act.prorate) {
        wish.params.add(QStringLiteral("prorate"), true);
    }
    if (!act.reason.isEmpty()) {
        wish.params.add(QStringLiteral("cancellation_details[comment]"), act.reason);
    }
    return wish;
}

bool isSubscriptionCancel(const store::JournalStep& step)
{
    const QString path = stripe::listPath<stripe::Subscription>() + QLatin1Char('/');
    return step.name.startsWith(QLatin1String("cancel")) && step.path.startsWith(path);
}

ChangeWish remainderWish(const FrozenRemainder& frozen)
{
    const Remainder shown = frozen.remainder;
    if (shown.kind == RemainderKind::PendingItem) {
        ChangeWish wish = wishes::wishFor<stripe::InvoiceItem>(QStringLiteral("delete"), QStringLiteral("invoice item"), shown.objectId, [shown](const stripe::InvoiceItem& now) {
            if (now.deleted) {
                return Standing::Reached;
            }
            const bool isAsShown = now.invoiceId.isEmpty() && now.amount == shown.amount.minor && now.currency == shown.amount.currency;
            return isAsShown ? Standing::ToDo : Standing::Changed;
        });
        wish.isReachedWhenGone = true;
        return wish;
    }
    ChangeWish wish = wishes::wishFor<stripe::Invoice>(wordOf(frozen.choice), QStringLiteral("invoice"), shown.objectId, [shown](const stripe::Invoice& now) { return wishes::judgeInvoice(now, shown); });
    if (frozen.choice == RemainderChoice::Delete) {
        wish.isReachedWhenGone = true;
    } else {
        wishes::post(wish, frozen.choice == RemainderChoice::Void ? QStringLiteral("/void") : QStringLiteral("/mark_uncollectible"));
        // A body without which Qt 6.4 never tells that a POST was sent: it would end as unknown for want of a network.
        wish.params.add(QStringLiteral("expand[0]"), "payments");
    }
    return wish;
}

ChangeWish intentWish(const FrozenAct& act)
{
    ChangeWish wish = wishes::wishFor<stripe::PaymentIntent>(QStringLiteral("cancel"), QStringLiteral("payment"), act.paymentIntentId, [](const stripe::PaymentIntent& now) {
        return now.status == QLatin1String("canceled") ? Standing::Reached : now.status == QLatin1String("succeeded") ? Standing::Changed : Standing::ToDo;
    });
    wishes::post(wish, QStringLiteral("/cancel"));
    // The reason says whose wish it was. It is also the body, as above.
    wish.params.add(QStringLiteral("cancellation_reason"), "requested_by_customer");
    return wish;
}

ChangeWish deletionWish(const QString& customerId, const FrozenAct& act)
{
    ChangeWish wish = wishes::wishFor<stripe::Customer>(QStringLiteral("delete"), QStringLiteral("customer"), customerId, [act, customerId](const stripe::Customer& now) {
        if (now.deleted) {
            return Standing::Reached;
        }
        const QString says = store::businessTags(now.metadata).id;
        const bool isAnothers = act.targetId != customerId && !says.isEmpty() && says != act.businessId;
        return isAnothers ? Standing::Changed : Standing::ToDo;
    });
    wish.isReachedWhenGone = true;
    return wish;
}

ResultJob<std::optional<StepObject>>* lookForRefund(stripe::StripeClient& client, const FrozenRemainder& remainder, QObject* parent)
{
    return wishes::findRefund(client, remainder, parent, [here = QPointer(&client), remainder](wishes::Look* job) {
        if (here) {
            wishes::lookAtCharges(*here, remainder, job);
        } else {
            job->cancel();
        }
    });
}

StepWish refundWish(const QPointer<stripe::StripeClient>& client, const FrozenRemainder& remainder, const QString& operationId)
{
    StepWish wish;
    wish.name = QStringLiteral("refund ") + remainder.remainder.objectId;
    wish.path = stripe::listPath<stripe::Refund>();
    wish.body.add(QStringLiteral("payment_intent"), remainder.remainder.paymentIntentId)
        .add(QStringLiteral("amount"), remainder.remainder.amount.minor)
        .add(QStringLiteral("reason"), "requested_by_customer")
        .addMetadata({{wishes::kOperationKey, operationId}, {wishes::kUnusedTimeKey, remainder.remainder.objectId}});
    wish.read = [](const QByteArray& json) -> Result<StepObject> {
        const auto refund = stripe::parseObject<stripe::Refund>(json);
        if (!refund) {
            return fail(refund.error());
        }
        return StepObject{refund->id, json, refund->status == QLatin1String("failed") || refund->status == QLatin1String("canceled")};
    };
    wish.look = [client, remainder](qint64, QObject* parent) -> ResultJob<std::optional<StepObject>>* {
        if (!client) {
            return new wishes::Look(parent, fail(rules::stopped(true)));
        }
        return wishes::findRefund(*client, remainder, parent, [](wishes::Look* job) { job->end(std::optional<StepObject>()); });
    };
    return wish;
}

} // namespace ch::business

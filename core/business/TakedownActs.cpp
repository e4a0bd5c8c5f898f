// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/TakedownPrivate.h"

#include <QCryptographicHash>

namespace ch::business {

namespace takedown {

constexpr int kAuditRead = 1000;
/// In the trail: Stripe's answer to a cancel that was not the wished one, with its status.
const auto kAnswered = QStringLiteral(" answered ");

} // namespace takedown

void Takedown::Private::cancelNext()
{
    if (stopsHere()) {
        return;
    }
    if (toCancel.empty()) {
        legacy();
        return;
    }
    const QString id = toCancel.front();
    toCancel.pop_front();
    stripe::CancelOptions options;
    options.comment = request.reason;
    follow(stripe::cancelSubscription(client, id, options, &q))->onFinished(&q, [this, id](const auto& result) { cancelled(id, result); });
}

void Takedown::Private::cancelled(const QString& id, const Result<stripe::Removal>& result)
{
    if (!result) {
        trail << QStringLiteral("%1 %2").arg(id, result.error().outcomeKnown ? QStringLiteral("not cancelled") : QStringLiteral("unknown"));
        stepFailed(result.error());
        return;
    }
    outcome.requestIds << result->requestIds;
    // It was seen not ended a moment ago. Found ended at the act means that an answer of ours was lost, or that somebody else was
    // as quick: done all the same.
    ++cancels;
    trail << QStringLiteral("%1 cancelled").arg(id);
    if (const auto fresh = stripe::parseObject<stripe::Subscription>(result->json); fresh) {
        store::Batch batch;
        batch.subscriptions.push_back({*fresh, result->json});
        apply(std::move(batch));
    }
    cancelNext();
}

void Takedown::Private::legacy()
{
    const QString intent = record ? record->paymentIntentId : business.paymentIntentId;
    const bool isRecordsCustomer = customers.size() == business.customerIds.size() || (record && customers.contains(record->customerId));
    if (!seen.isEmpty()) {
        outcome.stripe = cancels > 0 ? QStringLiteral("cancelled") : QStringLiteral("already_cancelled");
    } else if (intent.isEmpty() || !isRecordsCustomer) {
        // A record's subscription that Stripe does not know any more is over; with nothing at all there was nothing to cancel.
        const bool hadOne = !business.subscriptionIds.isEmpty() || (record && !record->subscriptionId.isEmpty());
        outcome.stripe = hadOne ? QStringLiteral("already_cancelled") : QStringLiteral("skipped");
        outcome.note = hadOne ? QString() : QStringLiteral("There was nothing to cancel.");
    } else {
        follow(stripe::retrieve<stripe::PaymentIntent>(client, intent, {}, interactive(), &q))->onFinished(&q, [this](const auto& result) { intentRead(result); });
        return;
    }
    toDelete.assign(customers.begin(), customers.end());
    deleteNext();
}

void Takedown::Private::intentRead(const Result<stripe::Answered<stripe::PaymentIntent>>& result)
{
    if (!result) {
        stepFailed(result.error());
        return;
    }
    if (stopsHere()) {
        return;
    }
    store::Batch batch;
    batch.paymentIntents.push_back({result->object, result->answer.json});
    apply(std::move(batch));
    intentStatus = result->object.status;
    const QString intent = result->object.id;
    if (intentStatus == QLatin1String("succeeded") || intentStatus == QLatin1String("canceled")) {
        const bool paid = intentStatus == QLatin1String("succeeded");
        outcome.stripe = paid ? QStringLiteral("skipped") : QStringLiteral("already_cancelled");
        outcome.note = paid ? QStringLiteral("The payment %1 was made already, so there is nothing to cancel; the record is closed.").arg(intent) : QString();
        trail << QStringLiteral("%1 %2").arg(intent, paid ? QStringLiteral("skipped: succeeded") : QStringLiteral("already cancelled"));
        toDelete.assign(customers.begin(), customers.end());
        deleteNext();
        return;
    }
    follow(stripe::cancelPaymentIntent(client, intent, intentKey(), &q))->onFinished(&q, [this](const auto& ended) { intentCancelled(ended); });
}

void Takedown::Private::intentCancelled(const Result<stripe::Removal>& result)
{
    const QString intent = record ? record->paymentIntentId : business.paymentIntentId;
    if (!result) {
        const int status = result.error().httpStatus;
        trail << (status != 0 ? intent + takedown::kAnswered + QString::number(status) : QStringLiteral("%1 unknown").arg(intent));
        stepFailed(result.error());
        return;
    }
    outcome.requestIds << result->requestIds;
    intentCancelledNow = !result->alreadyDone;
    outcome.stripe = intentCancelledNow ? QStringLiteral("cancelled_legacy") : QStringLiteral("already_cancelled");
    trail << QStringLiteral("%1 %2").arg(intent, intentCancelledNow ? QStringLiteral("cancelled") : QStringLiteral("already cancelled"));
    if (const auto fresh = stripe::parseObject<stripe::PaymentIntent>(result->json); fresh) {
        store::Batch batch;
        batch.paymentIntents.push_back({*fresh, result->json});
        apply(std::move(batch));
    }
    toDelete.assign(customers.begin(), customers.end());
    deleteNext();
}

/// One key for one intent of ours: an attempt whose answer was lost is repeated under it. After an answer that was seen and was not
/// the wished one a person's new attempt has a key of its own, since Stripe keeps refusals and 500s under the old one for a day; the
/// intent was read a moment ago, so it is known that it is not canceled.
QByteArray Takedown::Private::intentKey() const
{
    int answers = 0;
    const QString intent = record ? record->paymentIntentId : business.paymentIntentId;
    if (const auto entries = records.audit(takedown::kAuditRead); entries) {
        for (const store::AuditEntry& entry : *entries) {
            answers += entry.action == takedown::kAction && entry.detail.contains(intent + takedown::kAnswered) ? 1 : 0;
        }
    }
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const QString& part : {stripe::modeName(client.mode()), business.businessId, intent,
             QStringLiteral("cancel_payment_intent"), QString::number(answers)}) {
        hash.addData(part.toUtf8());
        hash.addData(QByteArrayView("\0", 1));
    }
    return "countinghouse-takedown-" + hash.result().toHex().left(40);
}

void Takedown::Private::deleteNext()
{
    outcome.status = QStringLiteral("taken_down");
    if (!request.deleteCustomer || toDelete.empty()) {
        outcome.customerDeleted = request.deleteCustomer && !customers.isEmpty();
        writeDown();
        return;
    }
    if (stopsHere()) {
        return;
    }
    const QString id = toDelete.front();
    toDelete.pop_front();
    if (customersGone.contains(id)) {
        trail << QStringLiteral("%1 already deleted").arg(id);
        deleteNext();
        return;
    }
    follow(stripe::deleteCustomer(client, id, &q))->onFinished(&q, [this, id](const auto& result) { deleted(id, result); });
}

void Takedown::Private::deleted(const QString& id, const Result<stripe::Removal>& result)
{
    if (!result) {
        trail << QStringLiteral("%1 %2").arg(id, result.error().outcomeKnown ? QStringLiteral("not deleted") : QStringLiteral("deletion unknown"));
        stepFailed(result.error());
        return;
    }
    outcome.requestIds << result->requestIds;
    ++deletions;
    trail << QStringLiteral("%1 %2").arg(id, result->alreadyDone ? QStringLiteral("already deleted") : QStringLiteral("deleted"));
    store::Batch batch;
    batch.deletedCustomers << id;
    apply(std::move(batch));
    deleteNext();
}

} // namespace ch::business

// SPDX-License-Identifier: GPL-3.0-or-later
#include "Figures.h"

#include <QDateTime>

namespace ch::ctl {

namespace {

QJsonValue orNull(const QString& text)
{
    return text.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(text);
}

QJsonValue orNull(qint64 seconds)
{
    return seconds == 0 ? QJsonValue(QJsonValue::Null) : QJsonValue(seconds);
}

QJsonObject moneyJson(const Money& money)
{
    return {{QStringLiteral("currency"), orNull(money.currency)}, {QStringLiteral("minor"), money.minor}};
}

} // namespace

QJsonObject syncJson(const sync::SyncSummary& summary)
{
    const QJsonObject objects{
        {QStringLiteral("customers"), summary.counts.customers},
        {QStringLiteral("subscriptions"), summary.counts.subscriptions},
        {QStringLiteral("invoices"), summary.counts.invoices},
        {QStringLiteral("prices"), summary.counts.prices},
        {QStringLiteral("products"), summary.counts.products},
        {QStringLiteral("events"), summary.counts.events},
        {QStringLiteral("coupons"), summary.counts.coupons},
        {QStringLiteral("payment_intents"), summary.counts.paymentIntents},
        {QStringLiteral("subscription_schedules"), summary.counts.schedules},
        {QStringLiteral("charges"), summary.counts.charges},
        {QStringLiteral("refunds"), summary.counts.refunds},
        {QStringLiteral("credit_notes"), summary.counts.creditNotes},
        {QStringLiteral("invoice_payments"), summary.counts.invoicePayments},
        {QStringLiteral("balance_transactions"), summary.counts.balanceTransactions},
        {QStringLiteral("payment_methods"), summary.counts.paymentMethods},
    };
    // Seconds for people and graphs: the one place where a fraction is not exact, and not money.
    return {
        {QStringLiteral("complete"), summary.complete},
        {QStringLiteral("mode"), summary.livemode ? QStringLiteral("live") : QStringLiteral("test")},
        {QStringLiteral("objects"), objects},
        {QStringLiteral("requests"), summary.requests},
        {QStringLiteral("seconds"), static_cast<double>(summary.milliseconds) / 1000.0},
        {QStringLiteral("not_permitted"), QJsonArray::fromStringList(summary.notPermittedLists)},
    };
}

QJsonObject businessJson(const store::Business& business)
{
    QJsonObject object{
        {QStringLiteral("business_id"), business.businessId},
        {QStringLiteral("name"), orNull(business.name)},
        {QStringLiteral("business_type"), business.type},
        {QStringLiteral("status"), business.status},
        {QStringLiteral("customer_id"), orNull(business.customerIds.value(0))},
        {QStringLiteral("subscription_id"), orNull(business.subscriptionId)},
        {QStringLiteral("subscriptions"), QJsonArray::fromStringList(business.subscriptionIds)},
        {QStringLiteral("payment_intent_id"), orNull(business.paymentIntentId)},
        {QStringLiteral("mrr"), moneyJson(business.mrr.empty() ? Money{} : business.mrr.front())},
    };
    if (business.mrr.size() > 1) {
        QJsonArray others;
        for (size_t i = 1; i < business.mrr.size(); ++i) {
            others.append(moneyJson(business.mrr[i]));
        }
        object.insert(QStringLiteral("mrr_other_currencies"), others);
    }
    if (business.isConflict()) {
        object.insert(QStringLiteral("conflict"), true);
        object.insert(QStringLiteral("customer_ids"), QJsonArray::fromStringList(business.customerIds));
    }
    return object;
}

QJsonObject subscriptionJson(const stripe::Subscription& subscription, const Money& mrr, const QString& problem)
{
    QJsonObject object{
        {QStringLiteral("id"), subscription.id},
        {QStringLiteral("customer_id"), orNull(subscription.customerId)},
        {QStringLiteral("status"), subscription.status},
        {QStringLiteral("currency"), orNull(mrr.currency.isEmpty() ? subscription.currency : mrr.currency)},
        {QStringLiteral("mrr_minor"), mrr.minor},
        {QStringLiteral("created"), orNull(subscription.created)},
        {QStringLiteral("current_period_end"), orNull(subscription.currentPeriodEnd)},
        {QStringLiteral("cancel_at"), orNull(subscription.cancelAt.value_or(subscription.cancelAtPeriodEnd ? subscription.currentPeriodEnd : 0))},
        {QStringLiteral("ended_at"), orNull(subscription.endedAt.value_or(0))},
    };
    if (!problem.isEmpty()) {
        object.insert(QStringLiteral("not_valued"), problem);
    }
    return object;
}

QJsonObject takedownJson(const business::TakedownOutcome& outcome)
{
    return {
        {QStringLiteral("business_id"), outcome.businessId},
        {QStringLiteral("status"), outcome.status},
        {QStringLiteral("stripe"), outcome.stripe},
        {QStringLiteral("customer_deleted"), outcome.customerDeleted},
        {QStringLiteral("operation_id"), orNull(outcome.operationId)},
        {QStringLiteral("request_ids"), QJsonArray::fromStringList(outcome.requestIds)},
    };
}

QJsonObject cancelJson(const business::CancelOutcome& outcome)
{
    return {
        {QStringLiteral("subscription_id"), outcome.subscriptionId},
        {QStringLiteral("status"), outcome.status},
        {QStringLiteral("operation_id"), orNull(outcome.operationId)},
        {QStringLiteral("request_ids"), QJsonArray::fromStringList(outcome.requestIds)},
    };
}

QJsonObject provisionJson(const business::ProvisionOutcome& outcome)
{
    QJsonObject object{
        {QStringLiteral("business_id"), outcome.businessId},
        {QStringLiteral("status"), outcome.status},
        {QStringLiteral("customer_id"), orNull(outcome.customerId)},
        {QStringLiteral("subscription_id"), orNull(outcome.subscriptionId)},
        {QStringLiteral("price_id"), orNull(outcome.priceId)},
        {QStringLiteral("payment_url"), orNull(outcome.paymentUrl)},
        {QStringLiteral("operation_id"), orNull(outcome.operationId)},
        {QStringLiteral("replayed"), outcome.replayed},
        {QStringLiteral("request_ids"), QJsonArray::fromStringList(outcome.requestIds)},
    };
    if (outcome.error) {
        object.insert(QStringLiteral("error"), errorCode(*outcome.error));
    }
    return object;
}

QJsonObject priceJson(const business::EnsuredPrice& price)
{
    return {{QStringLiteral("business_type"), price.businessType}, {QStringLiteral("lookup_key"), price.lookupKey}, {QStringLiteral("price_id"), price.priceId},
        {QStringLiteral("product_id"), orNull(price.productId)}, {QStringLiteral("currency"), orNull(price.currency)}, {QStringLiteral("unit_amount_decimal"), orNull(price.unitAmountDecimal)},
        {QStringLiteral("created"), price.created}, {QStringLiteral("differs"), price.differs}};
}

QJsonObject operationJson(const store::Operation& operation)
{
    return {
        {QStringLiteral("operation_id"), operation.id},
        {QStringLiteral("kind"), store::wordOf(operation.subject.kind)},
        {QStringLiteral("business_id"), operation.subject.businessId},
        {QStringLiteral("state"), store::wordOf(operation.state)},
        {QStringLiteral("step"), orNull(operation.step)},
        {QStringLiteral("error"), orNull(operation.error)},
        {QStringLiteral("created_at"), orNull(operation.createdMs / 1000)},
        {QStringLiteral("updated_at"), orNull(operation.updatedMs / 1000)},
    };
}

QJsonObject auditCheckJson(const store::AuditCheck& check)
{
    return {{QStringLiteral("entries"), check.entries}, {QStringLiteral("ok"), check.ok}, {QStringLiteral("first_bad"), check.firstBad ? QJsonValue(*check.firstBad) : QJsonValue(QJsonValue::Null)},
        {QStringLiteral("end_known"), check.endKnown}};
}

QJsonObject gatesJson(const workspace::GatesState& gates)
{
    QJsonArray all;
    for (const store::Protection& one : gates.protectedBusinesses) {
        all.append(QJsonObject{{QStringLiteral("business_id"), one.businessId}, {QStringLiteral("since"), orNull(one.sinceMs / 1000)}, {QStringLiteral("by"), one.who}});
    }
    return {{QStringLiteral("payments"), gates.payments ? QStringLiteral("on") : QStringLiteral("off")}, {QStringLiteral("payments_by"), gates.paymentsBy},
        {QStringLiteral("rollout_percent"), gates.rolloutPercent}, {QStringLiteral("protected"), all}};
}

QJsonObject profileJson(const access::Profile& profile)
{
    return {
        {QStringLiteral("name"), profile.name},
        {QStringLiteral("mode"), stripe::modeName(profile.mode)},
        {QStringLiteral("account_id"), orNull(profile.accountId)},
        {QStringLiteral("account_name"), orNull(profile.accountName)},
        {QStringLiteral("api_base"), profile.apiBase.toString()},
        {QStringLiteral("key"), orNull(profile.keyMasked)},
        {QStringLiteral("key_in_keychain"), profile.keyInVault},
    };
}

QString moneyText(const Money& money)
{
    return machineAmount(money.minor, money.currency) + (money.currency.isEmpty() ? QString() : QLatin1Char(' ') + money.currency.toUpper());
}

QString moneyText(const std::vector<Money>& money)
{
    QStringList parts;
    for (const Money& one : money) {
        parts << moneyText(one);
    }
    return parts.isEmpty() ? QStringLiteral("-") : parts.join(QStringLiteral(" + "));
}

} // namespace ch::ctl

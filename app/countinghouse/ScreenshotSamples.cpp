// SPDX-License-Identifier: GPL-3.0-or-later
#include "countinghouse/ScreenshotSamples.h"

namespace ch {

Error sampleError()
{
    Error error;
    error.kind = ErrorKind::Server;
    error.stripeType = QStringLiteral("api_error");
    error.httpStatus = 503;
    error.requestId = QStringLiteral("req_8Qz1LwR4kXb7Tn");
    error.detail = QStringLiteral("GET /v1/invoices, attempt 3 of 3");
    return error;
}

business::TakedownOutcome sampleFailure(const QString& businessId)
{
    business::TakedownOutcome outcome;
    outcome.businessId = businessId;
    outcome.status = QStringLiteral("failed");
    Error error;
    error.kind = ErrorKind::Permission;
    error.stripeType = QStringLiteral("invalid_request_error");
    error.permission = QStringLiteral("rak_subscription_write");
    error.httpStatus = 403;
    error.requestId = QStringLiteral("req_5Hn2VcT9mKp3Ws");
    outcome.stripe = QStringLiteral("error:permission");
    outcome.error = error;
    return outcome;
}

business::TakedownOutcome sampleUnknown(const QString& businessId)
{
    business::TakedownOutcome outcome;
    outcome.businessId = businessId;
    outcome.status = QStringLiteral("unknown");
    Error error;
    error.kind = ErrorKind::Timeout;
    error.outcomeKnown = false;
    error.detail = QStringLiteral("DELETE /v1/subscriptions/{id}: no answer within 30 s");
    outcome.stripe = QStringLiteral("error:timeout");
    outcome.error = error;
    return outcome;
}

business::TakedownOutcome samplePartly(const QString& businessId)
{
    business::TakedownOutcome outcome;
    outcome.businessId = businessId;
    outcome.status = QStringLiteral("taken_down");
    outcome.stripe = QStringLiteral("cancelled");
    outcome.partly = true;
    outcome.requestIds = QStringList{QStringLiteral("req_2Bd6YfJ1sGx8Lq")};
    outcome.error = sampleError();
    outcome.error->detail = QStringLiteral("DELETE /v1/customers/{id}, attempt 3 of 3");
    return outcome;
}

QByteArray sampleRecords()
{
    return QByteArrayLiteral(R"([{"business_id": "biz_legacy_0007", "business_name": "Old Harbor Almanac", "business_type": "content",
        "stripe_payment_intent_id": "pi_3KxLegacy0007QzWm", "subscription_status": "active", "monthly_price_usd": "5.00"}])");
}

store::Completeness samplePartial(const store::Completeness& whole)
{
    store::Completeness partial = whole;
    partial.complete = false;
    partial.running = true;
    partial.missingLists = QStringList{QStringLiteral("invoices"), QStringLiteral("events")};
    return partial;
}

sync::SyncProgress sampleProgress()
{
    sync::SyncProgress progress;
    progress.list = QStringLiteral("invoices");
    progress.objects = 48'200;
    progress.listsEnded = 5;
    progress.listsInAll = 8;
    return progress;
}

std::vector<access::Profile> sampleProfiles()
{
    access::Profile live;
    live.name = QStringLiteral("Northwind");
    live.accountName = QStringLiteral("Northwind Holdings");
    live.mode = stripe::Mode::Live;
    live.keyMasked = QStringLiteral("rk_live_…8Qz1");
    live.keyInVault = true;
    access::Profile test;
    test.name = QStringLiteral("Northwind trials");
    test.accountName = QStringLiteral("Northwind Holdings");
    test.mode = stripe::Mode::Test;
    test.keyMasked = QStringLiteral("sk_test_…4242");
    return {live, test};
}

workspace::AccountState sampleAccount(stripe::Mode mode)
{
    workspace::AccountState account;
    account.accountName = QStringLiteral("Northwind Holdings");
    account.mode = mode;
    account.modeConfirmed = true;
    return account;
}

business::TakedownPlan samplePlan()
{
    business::TakedownPlan plan;
    plan.business.businessId = QStringLiteral("biz_nordlicht_analytics");
    plan.business.name = QStringLiteral("Nordlicht Analytics GmbH");
    plan.customerIds = QStringList{QStringLiteral("cus_QmX81kTz0Lw9aB")};
    plan.cancels = {{QStringLiteral("sub_1QkZ7aLmN2bVcX"), QStringLiteral("active"), {4900, QStringLiteral("usd")}, 1796688000},
        {QStringLiteral("sub_1QmR3tYuP8qWsD"), QStringLiteral("past_due"), {118550, QStringLiteral("usd")}, 1797292800}};
    plan.mrrLost = {{123450, QStringLiteral("usd")}};
    plan.mirrorComplete = true;
    return plan;
}

} // namespace ch

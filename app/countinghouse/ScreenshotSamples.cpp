// SPDX-License-Identifier: GPL-3.0-or-later
#include "countinghouse/ScreenshotSamples.h"

#include <QDateTime>

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
    progress.objectsPerSecond = 2'380;
    progress.secondsLeft = 190;
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

QString sampleLongName()
{
    return QStringLiteral("The Extraordinarily Long Name Holding of International Subscription Commerce and Content ").repeated(3).left(257);
}

QString sampleForeignName()
{
    return QString::fromUtf8("\u0645\u062a\u062c\u0631 \u0627\u0644\u0646\u0648\u0631 \u0644\u0644\u0643\u062a\u0628 (Noor Books)");
}

business::ProvisionOutcome sampleProvision(const QString& status)
{
    business::ProvisionOutcome outcome;
    outcome.businessId = QStringLiteral("shop-noor");
    outcome.status = status;
    outcome.operationId = QStringLiteral("op_5f2c8d1e9a7b4c3d6e0f1a2b");
    outcome.error = sampleError();
    if (status == QLatin1String("unknown")) {
        outcome.error->kind = ErrorKind::Timeout;
        outcome.error->outcomeKnown = false;
        outcome.error->detail = QStringLiteral("POST /v1/customers: no answer within 30 s");
    }
    return outcome;
}

business::CancelOutcome sampleCancel()
{
    business::CancelOutcome outcome;
    outcome.subscriptionId = QStringLiteral("sub_1QkZ7aLmN2bVcX");
    outcome.status = QStringLiteral("unknown");
    outcome.operationId = QStringLiteral("op_0a1b2c3d4e5f60718293a4b5");
    outcome.error = sampleError();
    outcome.error->outcomeKnown = false;
    return outcome;
}

namespace {

QString sampleBegun(store::RecordsFile& file, const workspace::AccountState& account, store::OperationKind kind, const QString& businessId, const QString& objectId)
{
    const auto made = file.journal().begin({kind, account.accountId, QStringLiteral("test"), businessId, objectId}, "{}", QDateTime::currentMSecsSinceEpoch());
    return made ? made->id : QString();
}

/// A step that was sent, and how it ended.
void sampleStep(store::RecordsFile& file, const QString& operation, const QString& name, const QByteArray& method, const store::StepAnswer& answer)
{
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    store::JournalStep step;
    step.name = name;
    step.method = QString::fromLatin1(method);
    step.path = QStringLiteral("/v1/objects");
    step.idempotencyKey = QByteArray("countinghouse-") + QByteArray(64, 'a').replace(3, 8, name.toLatin1().toHex().left(8));
    const auto intended = file.journal().intend(operation, step, std::nullopt, now);
    if (intended && file.journal().sent(operation, intended->n, now)) {
        (void)file.journal().answered(operation, intended->n, answer, now);
    }
}

} // namespace

std::unique_ptr<store::RecordsFile> sampleOperations(const workspace::AccountState& account)
{
    auto opened = store::RecordsFile::open(account.folder);
    if (!opened) {
        return nullptr;
    }
    store::RecordsFile& file = **opened;
    using store::OperationKind;
    using store::StepState;
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const QString waiting = sampleBegun(file, account, OperationKind::Provision, QStringLiteral("old-harbor-almanac"), {});
    sampleStep(file, waiting, QStringLiteral("customer"), "POST", {StepState::Done, {QStringLiteral("req_1Ab7Xc4Qm9Zr2T")}, QStringLiteral("cus_QmX81kTz0Lw9aB"), {}});
    (void)file.journal().release(waiting, store::OperationState::Waiting, QStringLiteral("permission"), now);
    const QString unknown = sampleBegun(file, account, OperationKind::TakeDown, QStringLiteral("nordlicht-analytics"), {});
    sampleStep(file, unknown, QStringLiteral("cancel sub_1QkZ7aLmN2bVcX"), "DELETE", {StepState::Done, {QStringLiteral("req_7Hn2VcT9mKp3Ws")}, QStringLiteral("sub_1QkZ7aLmN2bVcX"), {}});
    sampleStep(file, unknown, QStringLiteral("cancel sub_1QmR3tYuP8qWsD"), "DELETE", {StepState::Unknown, {}, {}, QStringLiteral("timeout")});
    (void)file.journal().release(unknown, store::OperationState::Unknown, QStringLiteral("timeout"), now);
    const QString failed = sampleBegun(file, account, OperationKind::Cancel, QStringLiteral("fjord-and-fjell"), QStringLiteral("sub_1QwErT0042YuIoPa"));
    sampleStep(file, failed, QStringLiteral("cancel sub_1QwErT0042YuIoPa"), "DELETE", {StepState::Failed, {QStringLiteral("req_8Qz1LwR4kXb7Tn")}, {}, QStringLiteral("resource_missing")});
    store::Journal::Ending ending;
    ending.state = store::OperationState::Failed;
    ending.error = QStringLiteral("resource_missing");
    (void)file.journal().settle(failed, ending, now);
    const QString running = sampleBegun(file, account, OperationKind::Provision, QStringLiteral("the-extraordinarily-long-business-id-of-international-subscription-commerce"), {});
    sampleStep(file, running, QStringLiteral("customer"), "POST", {StepState::Sent, {}, {}, {}});
    return std::move(*opened);
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
    using business::RemainderChoice;
    plan.cancels[1].unusedTime = {61220, QStringLiteral("usd")};
    plan.cancels[1].pending = {1500, QStringLiteral("usd")};
    plan.remainders = {{business::RemainderKind::OpenInvoice, QStringLiteral("in_1QxA"), QStringLiteral("A7C2-0019"), {118550, QStringLiteral("usd")}, {}, {},
                           {RemainderChoice::Leave, RemainderChoice::Void, RemainderChoice::MarkUncollectible}},
        {business::RemainderKind::PendingItem, QStringLiteral("ii_1QxB"), QStringLiteral("Set-up, second seat"), {1500, QStringLiteral("usd")}, {}, {}, {RemainderChoice::Leave, RemainderChoice::Delete}},
        {business::RemainderKind::UnusedTime, QStringLiteral("in_1QxC"), QStringLiteral("A7C2-0018"), {61220, QStringLiteral("usd")}, {}, QStringLiteral("pi_1QxC"), {RemainderChoice::Leave, RemainderChoice::Refund}}};
    plan.mayMailCustomer = true;
    plan.fromStripe = true;
    plan.mirrorComplete = true;
    return plan;
}

workspace::WebhookState sampleWebhooks()
{
    workspace::WebhookState state;
    state.settings.on = true;
    state.listeningAt = state.settings.port;
    state.secrets = QStringList{QStringLiteral("whsec_\u2026q7Xc"), QStringLiteral("whsec_\u20269Tn2")};
    state.secretsAreKept = true;
    state.taken = 1284;
    state.duplicates = 3;
    state.refusals = 2;
    state.lastTakenMs = 1795843200000;
    state.lastRefusal = endpoint::Refusal{1795842000000, QStringLiteral("signature_wrong"),
        QStringLiteral("No signature fits the body and the signing secret: another endpoint's secret, or a body that was changed on its way.")};
    state.forwardLine = workspace::forwardLine(state.listeningAt, state.settings.path, true);
    return state;
}

} // namespace ch

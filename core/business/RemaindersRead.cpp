// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/RemaindersRead.h"

#include "base/Log.h"

namespace ch::business {

namespace remainders {

/// Invoices of a period are made at its start, or a little before.
constexpr qint64 kBeforePeriod = 2LL * 24 * 3600;

/// What Stripe allows (docs.stripe.com/invoicing/overview, docs.stripe.com/api/invoices/delete): a draft that a subscription made cannot be deleted.
QList<RemainderChoice> choicesOf(RemainderKind kind, bool isOfSubscription)
{
    switch (kind) {
    case RemainderKind::OpenInvoice: return {RemainderChoice::Leave, RemainderChoice::Void, RemainderChoice::MarkUncollectible};
    case RemainderKind::DraftInvoice: return isOfSubscription ? QList<RemainderChoice>{RemainderChoice::Leave} : QList<RemainderChoice>{RemainderChoice::Leave, RemainderChoice::Delete};
    case RemainderKind::PendingItem: return {RemainderChoice::Leave, RemainderChoice::Delete};
    case RemainderKind::UnusedTime: return {RemainderChoice::Leave, RemainderChoice::Refund};
    }
    return {RemainderChoice::Leave};
}

} // namespace remainders

Remainder remainderOf(const stripe::Invoice& invoice)
{
    Remainder made;
    made.kind = invoice.status == QLatin1String("draft") ? RemainderKind::DraftInvoice : RemainderKind::OpenInvoice;
    made.objectId = invoice.id;
    made.label = invoice.number;
    made.amount = {invoice.amountRemaining, invoice.currency};
    made.subscriptionId = invoice.subscriptionId;
    made.choices = remainders::choicesOf(made.kind, !invoice.subscriptionId.isEmpty() || invoice.billingReason.startsWith(QLatin1String("subscription")));
    return made;
}

qint64 unusedOf(const std::vector<stripe::InvoiceLine>& lines, const QString& subscriptionId, qint64 nowSeconds)
{
    __extension__ using Wide = __int128;
    Wide sum = 0;
    for (const stripe::InvoiceLine& line : lines) {
        const qint64 length = line.periodEnd - line.periodStart;
        if (line.subscriptionId != subscriptionId || length <= 0 || nowSeconds >= line.periodEnd) {
            continue;
        }
        const Wide paid = Wide(line.amount) - line.discountAmount + line.taxAmount - line.inclusiveTaxAmount;
        const Wide left = line.periodEnd - qMax(nowSeconds, line.periodStart);
        const Wide share = paid * left;
        sum += share >= 0 ? share / length : -((-share + length - 1) / length);
    }
    constexpr Wide kMost = std::numeric_limits<qint64>::max();
    return sum <= 0 || sum > kMost ? 0 : static_cast<qint64>(sum);
}

RemaindersRead::RemaindersRead(stripe::StripeClient& client, sync::Applier& applier, Clock& clock, const QString& customerId, const QString& onlySubscription,
                               const std::vector<stripe::Subscription>& living, QObject* parent)
    : ResultJob(parent), m_client(&client), m_applier(applier), m_clock(clock), m_customerId(customerId), m_only(onlySubscription), m_living(living.begin(), living.end())
{
    readInvoices(QStringLiteral("open"));
}

void RemaindersRead::cancel()
{
    m_stopping = true;
    if (m_active) {
        m_active->disconnect(this);
        m_active->cancel();
    }
    ResultJob::cancel();
}

bool RemaindersRead::isLeftOut(const Error& error, const char* what)
{
    if (error.kind != ErrorKind::Permission && !isGone(error)) {
        settle(fail(error));
        return false;
    }
    if (error.kind == ErrorKind::Permission && !m_found.notReadable.contains(QLatin1String(what))) {
        m_found.notReadable << QLatin1String(what);
    }
    return true;
}

void RemaindersRead::readInvoices(const QString& status)
{
    if (!m_client || m_stopping) {
        ResultJob::cancel();
        return;
    }
    stripe::Params query{{QStringLiteral("customer"), m_customerId}, {QStringLiteral("status"), status}};
    if (!m_only.isEmpty()) {
        query.add(QStringLiteral("subscription"), m_only);
    }
    follow(listOf<stripe::Invoice>(*m_client, stripe::listPath<stripe::Invoice>(), query, this))->onFinished(this, [this, status](const auto& found) {
        if (!found && !isLeftOut(found.error(), "invoices")) {
            return;
        }
        store::Batch batch;
        batch.receivedAtMs = m_clock.nowMs();
        for (const auto& received : found ? *found : std::vector<stripe::Received<stripe::Invoice>>()) {
            m_found.remainders.push_back(remainderOf(received.object));
            batch.invoices.push_back(received);
        }
        if (const Status applied = m_applier.apply(batch); !applied) {
            log::warning(QStringLiteral("plan: the mirror did not take an answer: %1").arg(applied.error().message));
        }
        if (status == QLatin1String("open") && found) {
            readInvoices(QStringLiteral("draft"));
        } else if (found) {
            readItems();
        } else {
            done();
        }
    });
}

void RemaindersRead::readItems()
{
    if (!m_client || m_stopping) {
        ResultJob::cancel();
        return;
    }
    const stripe::Params query{{QStringLiteral("customer"), m_customerId}, {QStringLiteral("pending"), QStringLiteral("true")}};
    follow(listOf<stripe::InvoiceItem>(*m_client, stripe::listPath<stripe::InvoiceItem>(), query, this))->onFinished(this, [this](const auto& found) {
        if (!found && !isLeftOut(found.error(), "invoices")) {
            return;
        }
        for (const auto& received : found ? *found : std::vector<stripe::Received<stripe::InvoiceItem>>()) {
            const stripe::InvoiceItem& item = received.object;
            if (m_only.isEmpty() || item.subscriptionId == m_only) {
                m_found.remainders.push_back({RemainderKind::PendingItem, item.id, item.description, {item.amount, item.currency}, item.subscriptionId, {},
                    remainders::choicesOf(RemainderKind::PendingItem, false)});
            }
        }
        readPaid();
    });
}

/// The paid invoices of the next subscription's present period.
void RemaindersRead::readPaid()
{
    while (!m_living.empty() && (!m_living.front().testClock.isEmpty() || m_living.front().status == QLatin1String("incomplete"))) {
        m_living.pop_front(); // on a clock of its own; or nothing is paid yet
    }
    if (m_living.empty()) {
        readLines();
        return;
    }
    if (!m_client || m_stopping) {
        ResultJob::cancel();
        return;
    }
    const stripe::Subscription subscription = m_living.front();
    m_living.pop_front();
    stripe::Params query{{QStringLiteral("subscription"), subscription.id}, {QStringLiteral("status"), QStringLiteral("paid")}};
    query.add(QStringLiteral("created[gte]"), qMax<qint64>(0, subscription.currentPeriodStart - remainders::kBeforePeriod));
    follow(listOf<stripe::Invoice>(*m_client, stripe::listPath<stripe::Invoice>(), query, this))->onFinished(this, [this, id = subscription.id](const auto& found) {
        if (!found && !isLeftOut(found.error(), "invoices")) {
            return;
        }
        for (const auto& received : found ? *found : std::vector<stripe::Received<stripe::Invoice>>()) {
            if (received.object.amountPaid > 0) {
                m_paid.push_back({received.object, id});
            }
        }
        readPaid();
    });
}

void RemaindersRead::readLines()
{
    if (m_paid.empty() || m_paid.front().invoice.linesComplete) {
        readPayment();
        return;
    }
    if (!m_client || m_stopping) {
        ResultJob::cancel();
        return;
    }
    const auto id = stripe::pathId(m_paid.front().invoice.id);
    const QString path = stripe::listPath<stripe::Invoice>() + QLatin1Char('/') + id.value_or(QString()) + QStringLiteral("/lines");
    follow(listOf<stripe::InvoiceLine>(*m_client, path, {}, this))->onFinished(this, [this](const auto& found) {
        if (!found) {
            settle(fail(found.error()));
            return;
        }
        stripe::Invoice& invoice = m_paid.front().invoice;
        invoice.lines.clear();
        for (const auto& received : *found) {
            invoice.lines.push_back(received.object);
        }
        invoice.linesComplete = true;
        readPayment();
    });
}

/// What the first of the paid invoices was paid with, where something of it is left.
void RemaindersRead::readPayment()
{
    if (m_paid.empty()) {
        done();
        return;
    }
    const Paid& paid = m_paid.front();
    if (unusedOf(paid.invoice.lines, paid.subscriptionId, m_clock.nowSeconds()) == 0) {
        m_paid.pop_front();
        readLines();
        return;
    }
    if (!m_client || m_stopping) {
        ResultJob::cancel();
        return;
    }
    const stripe::Params query{{QStringLiteral("invoice"), paid.invoice.id}, {QStringLiteral("status"), QStringLiteral("paid")}};
    follow(listOf<stripe::InvoicePayment>(*m_client, stripe::listPath<stripe::InvoicePayment>(), query, this))->onFinished(this, [this](const auto& found) {
        if (!found && !isLeftOut(found.error(), "payments")) {
            return;
        }
        QString intent;
        for (const auto& received : found ? *found : std::vector<stripe::Received<stripe::InvoicePayment>>()) {
            intent = intent.isEmpty() ? received.object.paymentIntentId : intent;
        }
        if (intent.isEmpty()) {
            m_paid.pop_front(); // out of band, or from a balance: nothing that Stripe could give back
            readLines();
        } else {
            readCharges(intent);
        }
    });
}

void RemaindersRead::readCharges(const QString& intentId)
{
    if (!m_client || m_stopping) {
        ResultJob::cancel();
        return;
    }
    const stripe::Params query{{QStringLiteral("payment_intent"), intentId}};
    follow(listOf<stripe::Charge>(*m_client, stripe::listPath<stripe::Charge>(), query, this))->onFinished(this, [this, intentId](const auto& found) {
        if (!found && !isLeftOut(found.error(), "payments")) {
            return;
        }
        qint64 refundable = 0;
        for (const auto& received : found ? *found : std::vector<stripe::Received<stripe::Charge>>()) {
            const stripe::Charge& charge = received.object;
            refundable += charge.paid && !charge.disputed ? qMax<qint64>(0, charge.amountCaptured - charge.amountRefunded) : 0;
        }
        const Paid paid = m_paid.front();
        m_paid.pop_front();
        const qint64 unused = unusedOf(paid.invoice.lines, paid.subscriptionId, m_clock.nowSeconds());
        const qint64 amount = qMin(qMin(unused, paid.invoice.amountPaid), refundable);
        if (amount > 0) {
            m_found.remainders.push_back({RemainderKind::UnusedTime, paid.invoice.id, paid.invoice.number, {amount, paid.invoice.currency}, paid.subscriptionId, intentId,
                remainders::choicesOf(RemainderKind::UnusedTime, true)});
        }
        readLines();
    });
}

void RemaindersRead::done()
{
    settle(std::move(m_found));
}

} // namespace ch::business

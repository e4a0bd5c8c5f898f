// SPDX-License-Identifier: GPL-3.0-or-later
// A business with everything that a take-down can leave open: two subscriptions (one paid by card, one by invoice), an open and a draft
// invoice made by hand, pending items, and paid time of which a third is used.
#pragma once

#include "business/Cancel.h"
#include "business/Counts.h"
#include "business/SandboxHouse.h"

namespace ch::test {

class RichBusiness {
public:
    explicit RichBusiness(Stripe& stripe, Program& program, const QString& businessId = QStringLiteral("biz-1"), bool byInvoiceToo = true) : m_stripe(stripe), id(businessId)
    {
        const QList<business::EnsuredPrice> prices = program.ensure();
        price = prices.value(0).priceId;
        otherPrice = prices.value(1).priceId;
        customer = ask("POST", "/v1/customers", "name=Jane%20Roe&email=jane.roe%40example.com&address[line1]=Elm%20Street%2010&metadata[business_id]=" + id.toUtf8() + "&metadata[business_type]=saas").value("id").toString();
        const QString card = ask("POST", "/v1/payment_methods/pm_card_visa/attach", "customer=" + customer.toUtf8()).value("id").toString();
        ask("POST", "/v1/customers/" + customer, "invoice_settings[default_payment_method]=" + card.toUtf8());
        byCard = subscribe(price, "");
        byInvoice = byInvoiceToo ? subscribe(price, "&collection_method=send_invoice&days_until_due=30") : QString();
        stripe.clock.advance(2LL * 3600 * 1000); // the draft of the second becomes an open invoice
        itemOfCard = ask("POST", "/v1/invoiceitems", "amount=300&currency=usd&description=Setup%20for%20Jane&customer=" + customer.toUtf8() + "&subscription=" + byCard.toUtf8()).value("id").toString();
        open = byHand(1200);
        ask("POST", "/v1/invoices/" + open + "/finalize", "auto_advance=false");
        draft = byHand(800);
        item = ask("POST", "/v1/invoiceitems", "amount=700&currency=usd&customer=" + customer.toUtf8()).value("id").toString();
        stripe.clock.advance(10LL * 24 * 3600 * 1000);
        know(program);
    }

    /// What a sync would have told the program of the customer.
    void know(Program& program) const
    {
        store::Batch batch;
        batch.receivedAtMs = m_stripe.clock.nowMs();
        const QByteArray json = QJsonDocument(ask("GET", "/v1/customers/" + customer)).toJson(QJsonDocument::Compact);
        batch.customers.push_back({*ch::stripe::parseObject<ch::stripe::Customer>(json), json});
        QVERIFY(program.applier->apply(batch));
        m_stripe.clock.advance(1000);
    }

    QJsonObject ask(const QByteArray& method, const QString& path, const QByteArray& body = {}) const
    {
        sandbox::Request request;
        request.method = method;
        request.target = path.toUtf8();
        request.headers.append(qMakePair(QByteArray("Authorization"), "Bearer " + (QByteArray("sk_") + "test_" + QByteArray(20, 'k') + "4242")));
        request.headers.append(qMakePair(QByteArray("Content-Type"), QByteArray("application/x-www-form-urlencoded")));
        request.body = body;
        const sandbox::Reply reply = m_stripe.engine->handle(request);
        return QJsonDocument::fromJson(reply.body).object();
    }
    QString subscribe(const QString& priceId, const QByteArray& more) const
    {
        return ask("POST", "/v1/subscriptions", "customer=" + customer.toUtf8() + "&items[0][price]=" + priceId.toUtf8() + "&metadata[business_id]=" + id.toUtf8() + more).value("id").toString();
    }
    [[nodiscard]] QString statusOf(const QString& subscription) const { return ask("GET", "/v1/subscriptions/" + subscription).value("status").toString(); }
    [[nodiscard]] QString invoiceStatus(const QString& invoice) const { return ask("GET", "/v1/invoices/" + invoice).value("status").toString(); }
    [[nodiscard]] bool isDeleted() const { return ask("GET", "/v1/customers/" + customer).value("deleted").toBool(); }
    [[nodiscard]] QJsonArray list(const QString& path) const { return ask("GET", path).value("data").toArray(); }
    /// Of the customer's payments.
    [[nodiscard]] QJsonArray refunds() const
    {
        QJsonArray found;
        for (const QJsonValue& refund : list("/v1/refunds?limit=100")) {
            if (refund.toObject().value("metadata").toObject().contains("countinghouse_unused_time")) {
                found.append(refund);
            }
        }
        return found;
    }
    [[nodiscard]] QStringList openInvoices() const
    {
        QStringList ids;
        for (const QJsonValue& invoice : list("/v1/invoices?limit=100&status=open&customer=" + customer)) {
            ids << invoice.toObject().value("id").toString();
        }
        return ids;
    }
    [[nodiscard]] int pendingItems() const { return list("/v1/invoiceitems?limit=100&pending=true&customer=" + customer).size(); }

    /// Void, delete, refund: what the plan offers, and the customer with it.
    [[nodiscard]] business::TakedownRequest everything() const
    {
        using namespace business;
        TakedownRequest request{id, QStringLiteral("Jane Roe asked for it"), true};
        request.choicesByKind = {{RemainderKind::OpenInvoice, RemainderChoice::Void}, {RemainderKind::DraftInvoice, RemainderChoice::Delete}, {RemainderKind::PendingItem, RemainderChoice::Delete},
            {RemainderKind::UnusedTime, RemainderChoice::Refund}};
        return request;
    }

    /// All of it is done, once.
    void verifyAllIsDone(Program& program) const
    {
        QCOMPARE(m_stripe.living(id), 0);
        QCOMPARE(refunds().size(), 1);
        QVERIFY(openInvoices().isEmpty());
        QVERIFY(ask("GET", "/v1/invoices/" + draft).contains("error") || ask("GET", "/v1/invoices/" + draft).value("deleted").toBool());
        QCOMPARE(pendingItems(), 0);
        QVERIFY(isDeleted());
        verifySettled(program);
        const auto record = program.records->record(id);
        QVERIFY(record && *record && (*record)->takenDownAtMs > 0);
        const auto mirrored = program.mirror->reader().customer(customer);
        QVERIFY(mirrored && (!*mirrored || ((*mirrored)->deleted && (*mirrored)->email.isEmpty())));
    }
    /// Nothing is open, nothing personal is left in the journal, the trail is whole.
    void verifySettled(Program& program) const
    {
        QVERIFY(program.records->journal().abandoned(m_stripe.clock.nowMs())->empty());
        QVERIFY(program.records->verifyAudit({})->ok);
        const std::vector<store::Operation> operations = program.records->journal().operations(100).value();
        for (const store::Operation& operation : operations) {
            QVERIFY(operation.inputs.isEmpty());
            const std::vector<store::JournalStep> steps = program.records->journal().steps(operation.id).value();
            for (const store::JournalStep& step : steps) {
                QVERIFY(step.body.isEmpty());
            }
        }
    }
    [[nodiscard]] static qint64 counted(Program& program)
    {
        return countOf(*program.records, business::kSubscriptionsCounter, {{QStringLiteral("status"), QLatin1String(business::kCountedCancelled)}});
    }

private:
    QString byHand(int amount) const
    {
        const QString invoice = ask("POST", "/v1/invoices", "collection_method=send_invoice&days_until_due=10&auto_advance=false&pending_invoice_items_behavior=exclude&customer=" + customer.toUtf8()).value("id").toString();
        ask("POST", "/v1/invoiceitems", "amount=" + QByteArray::number(amount) + "&currency=usd&customer=" + customer.toUtf8() + "&invoice=" + invoice.toUtf8());
        return invoice;
    }

    Stripe& m_stripe;

public:
    QString id;
    QString customer;
    QString price;
    QString otherPrice;
    QString byCard;       ///< active, paid
    QString byInvoice;    ///< active, with an open invoice; empty: not asked for
    QString itemOfCard;   ///< pending, of byCard
    QString open;         ///< invoices made by hand
    QString draft;
    QString item;         ///< pending, of no subscription
};

} // namespace ch::test

// SPDX-License-Identifier: GPL-3.0-or-later
// A customer is deleted in Stripe: no person is left in the mirror, whatever came before or comes after.
#include "store/StoreObjects.h"
#include "support/TestMain.h"

using namespace ch;
using namespace ch::test;
using namespace ch::store;

namespace {

const QByteArray kPerson = "jane@example.com";

QByteArray eventAbout(const QString& id, const QByteArray& object, const QByteArray& before = "{}")
{
    return "{\"id\":\"" + id.toUtf8() + "\",\"object\":\"event\",\"type\":\"x.updated\",\"created\":5,\"livemode\":false,\"data\":{\"object\":" + object +
        ",\"previous_attributes\":" + before + "}}";
}

/// Everything that Stripe says about one person, in as many events.
Batch eventsAboutJane()
{
    Batch batch = batchAt(1000);
    const QByteArray mail = "\"x\":{\"email\":\"" + kPerson + "\"}";
    const auto add = [&batch](const QString& id, const QByteArray& object, const QByteArray& before = "{}") {
        batch.events.push_back(received<stripe::Event>(eventAbout(id, object, before)));
    };
    add("evt_customer", "{\"id\":\"cus_1\",\"object\":\"customer\"," + mail + "}");
    add("evt_charge", "{\"id\":\"ch_1\",\"object\":\"charge\",\"customer\":\"cus_1\"," + mail + "}");
    add("evt_expanded", "{\"id\":\"ch_2\",\"object\":\"charge\",\"customer\":{\"id\":\"cus_1\",\"object\":\"customer\"}," + mail + "}");
    add("evt_intent", "{\"id\":\"pi_1\",\"object\":\"payment_intent\",\"customer\":\"cus_1\"," + mail + "}");
    add("evt_invoice", "{\"id\":\"in_1\",\"object\":\"invoice\",\"customer\":\"cus_1\"," + mail + "}");
    add("evt_dispute", "{\"id\":\"dp_1\",\"object\":\"dispute\",\"payment_intent\":\"pi_1\"," + mail + "}");
    add("evt_payment", "{\"id\":\"inpay_1\",\"object\":\"invoice_payment\",\"invoice\":\"in_1\"," + mail + "}");
    add("evt_detached", "{\"id\":\"pm_1\",\"object\":\"payment_method\",\"customer\":null," + mail + "}", "{\"customer\":\"cus_1\"}");
    add("evt_other", "{\"id\":\"ch_9\",\"object\":\"charge\",\"customer\":\"cus_2\",\"x\":1}");
    return batch;
}

QByteArray intentJson(const QString& id)
{
    return "{\"id\":\"" + id.toUtf8() + "\",\"object\":\"payment_intent\",\"customer\":{\"id\":\"cus_1\",\"object\":\"customer\",\"email\":\"" + kPerson +
        "\"},\"status\":\"succeeded\",\"currency\":\"usd\",\"amount\":500,\"created\":5,\"livemode\":false,\"receipt_email\":\"" + kPerson +
        "\",\"description\":\"For " + kPerson + "\",\"latest_charge\":{\"id\":\"ch_1\",\"billing_details\":{\"email\":\"" + kPerson +
        "\"}},\"shipping\":{\"name\":\"" + kPerson + "\"},\"last_payment_error\":{\"payment_method\":{\"email\":\"" + kPerson + "\"}},\"metadata\":{\"business_id\":\"biz\"}}";
}

QByteArray personalInvoice()
{
    QByteArray json = invoiceJson("in_1", "cus_1", "sub_1", 500);
    json.replace("\"description\":\"", "\"description\":\"For " + kPerson + ' ');
    return json.insert(1, "\"hosted_invoice_url\":\"https://invoice.example/" + kPerson + "\",\"footer\":\"" + kPerson + "\",\"custom_fields\":[{\"name\":\"Mail\",\"value\":\"" +
                           kPerson + "\"}],\"customer_address\":{\"line1\":\"" + kPerson + "\"},");
}

Batch objectsOfJane(qint64 ms)
{
    Batch batch = batchAt(ms);
    batch.invoices.push_back(received<stripe::Invoice>(personalInvoice()));
    batch.paymentIntents.push_back(received<stripe::PaymentIntent>(intentJson("pi_1")));
    return batch;
}

Batch janeHerself(qint64 ms)
{
    Batch batch = batchAt(ms);
    batch.customers.push_back(received<stripe::Customer>(customerJson("cus_1", "Jane Roe", kPerson, {{"note", kPerson}})));
    QByteArray subscription = subscriptionJson("sub_1", "cus_1", "active", "price_1");
    subscription.insert(1, "\"cancellation_details\":{\"reason\":null,\"comment\":\"" + kPerson + "\"},\"description\":\"" + kPerson + "\",");
    batch.subscriptions.push_back(received<stripe::Subscription>(subscription));
    return batch;
}

/// What the ledger reads of Jane beside her invoices, each with her address wherever Stripe may put it.
Batch moneyOfJane(qint64 ms)
{
    Batch batch = batchAt(ms);
    const QByteArray mail = "\"" + kPerson + "\"";
    batch.charges.push_back(received<stripe::Charge>("{\"id\":\"ch_1\",\"object\":\"charge\",\"customer\":\"cus_1\",\"payment_intent\":\"pi_1\",\"status\":\"succeeded\",\"paid\":true,"
        "\"currency\":\"eur\",\"amount\":500,\"created\":5,\"livemode\":false,\"billing_details\":{\"email\":" + mail + "},\"description\":" + mail +
        ",\"payment_method_details\":{\"type\":\"card\",\"card\":{\"name\":" + mail + "}},\"receipt_email\":" + mail + ",\"receipt_url\":" + mail + "}"));
    batch.refunds.push_back(received<stripe::Refund>("{\"id\":\"re_1\",\"object\":\"refund\",\"charge\":\"ch_1\",\"status\":\"succeeded\",\"amount\":100,\"currency\":\"eur\",\"created\":6,"
        "\"instructions_email\":" + mail + ",\"destination_details\":{\"x\":" + mail + "},\"metadata\":{}}"));
    batch.creditNotes.push_back(received<stripe::CreditNote>("{\"id\":\"cn_1\",\"object\":\"credit_note\",\"invoice\":\"in_1\",\"customer\":\"cus_1\",\"status\":\"issued\",\"amount\":100,"
        "\"currency\":\"eur\",\"created\":6,\"livemode\":false,\"memo\":" + mail + ",\"pdf\":" + mail + ",\"lines\":{\"data\":[{\"id\":\"cnli_1\",\"description\":" + mail + "}]}}"));
    batch.balanceTransactions.push_back(received<stripe::BalanceTransaction>("{\"id\":\"txn_1\",\"object\":\"balance_transaction\",\"type\":\"charge\",\"source\":\"ch_1\",\"amount\":550,"
        "\"currency\":\"usd\",\"exchange_rate\":1.10,\"fee\":30,\"net\":520,\"created\":5,\"available_on\":9,\"description\":" + mail + "}"));
    batch.balanceTransactions.push_back(received<stripe::BalanceTransaction>("{\"id\":\"txn_2\",\"object\":\"balance_transaction\",\"type\":\"refund\",\"source\":\"re_1\",\"amount\":-110,"
        "\"currency\":\"usd\",\"exchange_rate\":null,\"fee\":0,\"net\":-110,\"created\":6,\"available_on\":9,\"description\":" + mail + "}"));
    batch.schedules.push_back(received<stripe::SubscriptionSchedule>("{\"id\":\"sub_sched_1\",\"object\":\"subscription_schedule\",\"customer\":\"cus_1\",\"subscription\":\"sub_1\","
        "\"status\":\"active\",\"end_behavior\":\"release\",\"created\":5,\"livemode\":false,\"default_settings\":{\"description\":" + mail +
        "},\"phases\":[{\"start_date\":5,\"end_date\":9,\"description\":" + mail + ",\"items\":[{\"price\":\"price_1\",\"quantity\":1}],\"invoice_settings\":{\"footer\":" + mail + "}}]}"));
    return batch;
}

QByteArray methodJson(const QByteArray& id)
{
    return "{\"id\":\"" + id + "\",\"object\":\"payment_method\",\"type\":\"card\",\"customer\":\"cus_1\",\"created\":5,\"livemode\":false,\"billing_details\":{\"email\":\"" + kPerson +
        "\"},\"card\":{\"brand\":\"visa\",\"exp_month\":8,\"exp_year\":2031,\"country\":\"DE\"}}";
}

/// Jane with a card of her own, and one of her subscription's.
Batch payersOfJane(qint64 ms)
{
    Batch batch = janeHerself(ms);
    QByteArray customer = batch.customers[0].json;
    customer.insert(1, "\"invoice_settings\":{\"footer\":null,\"default_payment_method\":" + methodJson("pm_1") + "},");
    batch.customers[0] = received<stripe::Customer>(customer);
    QByteArray subscription = batch.subscriptions[0].json;
    subscription.insert(1, "\"invoice_settings\":{\"issuer\":{\"type\":\"self\"}},\"default_payment_method\":" + methodJson("pm_2") + ",");
    batch.subscriptions[0] = received<stripe::Subscription>(subscription);
    return batch;
}

void verifyNoMoneyIsOfJane(Mirror& mirror)
{
    for (const char* id : {"ch_1", "re_1", "cn_1", "txn_1", "txn_2", "sub_sched_1", "sub_1"}) {
        const QByteArray json = mirror.reader().json(QString::fromLatin1(id)).value().value_or(QByteArray());
        QVERIFY2(!json.isEmpty() && !json.contains(kPerson), (QByteArray(id) + ": " + json).constData());
    }
    QVERIFY(mirror.reader().json("txn_1").value()->contains("1.10")); // what is needed stays
    QVERIFY(mirror.reader().json("sub_sched_1").value()->contains("price_1"));
    for (const char* id : {"pm_1", "pm_2"}) {
        QVERIFY2(!mirror.reader().json(QString::fromLatin1(id)).value(), id);
    }
}

Batch deletion(qint64 ms)
{
    Batch gone = batchAt(ms);
    gone.deletedCustomers << "cus_1";
    return gone;
}

void verifyNobodyIsLeft(Mirror& mirror)
{
    const MirrorReader& reader = mirror.reader();
    for (const char* id : {"evt_customer", "evt_charge", "evt_expanded", "evt_intent", "evt_invoice", "evt_dispute", "evt_payment", "evt_detached", "cus_1"}) {
        QVERIFY2(!reader.json(QString::fromLatin1(id)).value(), id);
    }
    QVERIFY(reader.json("evt_other").value());
    for (const char* id : {"in_1", "pi_1", "sub_1"}) {
        if (!reader.json(QString::fromLatin1(id)).value()) {
            continue; // its row never came
        }
        const QByteArray json = reader.json(QString::fromLatin1(id)).value().value();
        QVERIFY2(!json.contains(kPerson) && !json.contains("Jane"), json.constData());
        QVERIFY(json.contains("cus_1"));
    }
    QVERIFY(reader.json("pi_1").value()->contains("biz")); // what is ours stays
    QCOMPARE(reader.invoicesOfCustomer("cus_1")->front().total, 500);
    for (const Table table : {Table::Customers, Table::Businesses, Table::Subscriptions, Table::Invoices}) {
        QVERIFY(reader.rowIds(table, {"jane", {}, {}}, {})->empty());
    }
}

} // namespace

class TstErasure : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nobodyIsLeft_data()
    {
        QTest::addColumn<QString>("order"); // c: the customer, o: their objects, e: the events, d: the deletion
        for (const char* order : {"coed", "ceod", "cdoe", "cdeo", "codeo", "ceodoe", "doe", "deo"}) {
            QTest::newRow(order) << QString::fromLatin1(order);
        }
    }

    void nobodyIsLeft()
    {
        QFETCH(QString, order);
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        qint64 ms = 1000;
        for (const QChar step : order) {
            ms += 1000;
            Batch events = eventsAboutJane();
            events.receivedAtMs = ms;
            const Batch batch = step == 'c' ? janeHerself(ms) : step == 'o' ? objectsOfJane(ms) : step == 'e' ? events : deletion(ms);
            QVERIFY(mirror->apply(batch));
        }
        verifyNobodyIsLeft(*mirror);
    }

    void nothingOfTheirMoneyIsLeft_data()
    {
        QTest::addColumn<QString>("order"); // p: who pays, m: their money, r: the same the other way round, d: the deletion
        for (const char* order : {"pmd", "mpd", "pdm", "pdr", "prd", "dpmd"}) {
            QTest::newRow(order) << QString::fromLatin1(order);
        }
    }

    void nothingOfTheirMoneyIsLeft()
    {
        QFETCH(QString, order);
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        qint64 ms = 1000;
        for (const QChar step : order) {
            ms += 1000;
            if (step == 'r') {
                Batch all = moneyOfJane(ms); // lists are read side by side: what moved the balance first, then refunds, then the rest
                Batch transactions = batchAt(ms);
                std::swap(transactions.balanceTransactions, all.balanceTransactions);
                Batch refunds = batchAt(ms);
                std::swap(refunds.refunds, all.refunds);
                QVERIFY(mirror->apply(transactions) && mirror->apply(refunds) && mirror->apply(all));
                continue;
            }
            QVERIFY(mirror->apply(step == 'p' ? payersOfJane(ms) : step == 'm' ? moneyOfJane(ms) : deletion(ms)));
        }
        verifyNoMoneyIsOfJane(*mirror);
    }

    void paymentMethodsAreKeptByThemselves()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        QVERIFY(mirror->apply(payersOfJane(1000)));
        QVERIFY(mirror->apply(payersOfJane(2000))); // the same again changes nothing
        QCOMPARE(mirror->reader().counts()->paymentMethods, 2);
        QCOMPARE(mirror->reader().customer("cus_1").value()->defaultPaymentMethodId, QString("pm_1"));
        QVERIFY(!mirror->reader().json("cus_1").value()->contains("billing_details"));
        QVERIFY(!mirror->reader().json("sub_1").value()->contains("billing_details"));
        QVERIFY(mirror->reader().json("pm_1").value()->contains("visa"));
    }
};

CH_TEST(TstErasure)
#include "tst_Erasure.moc"

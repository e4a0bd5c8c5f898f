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
};

CH_TEST(TstErasure)
#include "tst_Erasure.moc"

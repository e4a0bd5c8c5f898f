// SPDX-License-Identifier: GPL-3.0-or-later
// What the mirror tells of events that came while a run was reading, and of the objects that they are about.
#include "store/StoreObjects.h"
#include "support/TestMain.h"

using namespace ch;
using namespace ch::store;
using namespace ch::test;

namespace eventsduring {

constexpr qint64 kLookedSecond = kNowMs / 1000;

stripe::Received<stripe::Event> about(const QByteArray& id, const QByteArray& type, qint64 created, const QByteArray& object)
{
    return received<stripe::Event>("{\"id\":\"" + id + "\",\"object\":\"event\",\"type\":\"" + type + "\",\"created\":" + QByteArray::number(created) + ",\"livemode\":false,\"data\":{\"object\":" + object + "}}");
}

stripe::Received<stripe::Event> renamed(const QByteArray& id, qint64 created)
{
    return about(id, "customer.updated", created, R"({"id":"cus_1","object":"customer"})");
}

stripe::Received<stripe::InvoicePayment> payment(const QByteArray& id, const QByteArray& invoice, const QByteArray& status)
{
    return received<stripe::InvoicePayment>("{\"id\":\"" + id + "\",\"object\":\"invoice_payment\",\"invoice\":\"" + invoice + "\",\"status\":\"" + status +
                                            "\",\"currency\":\"usd\",\"amount_paid\":null,\"created\":5,\"livemode\":false,\"payment\":{\"type\":\"payment_intent\",\"payment_intent\":\"pi_1\"}}");
}

stripe::Received<stripe::Invoice> invoice(const QString& id, const QString& subscription, const QByteArray& status)
{
    return received<stripe::Invoice>(invoiceJson(id, "cus_1", subscription, 500).replace("\"status\":\"paid\"", "\"status\":\"" + status + '"'));
}

/// A run whose first look has seen one event of the newest second.
qint64 lookedAt(Mirror& mirror)
{
    const qint64 run = mirror.beginRun(kNowMs).value();
    Batch look = batchAt(kNowMs, run);
    look.events = {renamed("evt_seen", kLookedSecond)};
    look.newestEvents = QStringList{"evt_seen"};
    if (!mirror.apply(look)) {
        qFatal("the look could not be stored");
    }
    return run;
}

QMap<QString, QString> customersByEvent(const Mirror& mirror, qint64 run)
{
    QMap<QString, QString> found;
    const Status visited = mirror.forEachEventDuring(run, {QStringLiteral("discount")}, [&found](const stripe::Event& event, const QByteArray& json) {
        found.insert(event.id, event.objectType + QLatin1Char(' ') + event.customerId + (json.isEmpty() ? QString() : QStringLiteral(" shown")));
    });
    if (!visited) {
        qFatal("%s", qPrintable(visited.error().message));
    }
    return found;
}

QStringList named(const Result<std::vector<ObjectRef>>& objects)
{
    QStringList ids;
    for (const ObjectRef& object : *objects) {
        ids << objectListName(object.list) + QLatin1Char(' ') + object.id;
    }
    ids.sort();
    return ids;
}

} // namespace eventsduring

using namespace eventsduring;

class TstEventsDuring : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void onlyWhatCameSinceTheLookAndJsonOnlyOfWhatWasAskedFor()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        Batch earlier = batchAt(kNowMs - 5000);
        earlier.events = {renamed("evt_of_no_run", kLookedSecond + 1)};
        QVERIFY(mirror->apply(earlier));
        const qint64 run = lookedAt(*mirror);
        Batch later = batchAt(kNowMs + 5000, run);
        later.customers.push_back(received<stripe::Customer>(customerJson("cus_1", "Acme", "jane@example.com", {})));
        later.events = {renamed("evt_older", kLookedSecond - 1), renamed("evt_same_second", kLookedSecond), renamed("evt_after", kLookedSecond + 1),
            about("evt_discount", "customer.discount.created", kLookedSecond + 2, R"({"id":"di_1","object":"discount","customer":"cus_1","subscription":"sub_1"})")};
        QVERIFY(mirror->apply(later));
        QCOMPARE(customersByEvent(*mirror, run), (QMap<QString, QString>{{"evt_same_second", "customer "}, {"evt_after", "customer "}, {"evt_discount", "discount cus_1 shown"}}));
        QVERIFY(customersByEvent(*mirror, run + 1).isEmpty());
        // What was erased says nothing any more.
        Batch gone = batchAt(kNowMs + 6000);
        gone.deletedCustomers << "cus_1";
        QVERIFY(mirror->apply(gone));
        QCOMPARE(customersByEvent(*mirror, run).value("evt_discount"), QStringLiteral("discount "));
    }

    void aCopyCountsWhereItMustBeNewerThanTheEvent()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        QVERIFY(mirror->apply(smallAccount(kNowMs)));
        const ObjectRef customer{ObjectList::Customers, "cus_1"};
        constexpr qint64 kClocksDifferSeconds = 600;
        QCOMPARE(named(mirror->notReadSince({{customer, kLookedSecond - kClocksDifferSeconds - 1}})), QStringList("customers cus_1"));
        QCOMPARE(named(mirror->notReadSince({{customer, kLookedSecond - kClocksDifferSeconds - 2}})), QStringList());
        QCOMPARE(named(mirror->notReadSince({{{ObjectList::Charges, "ch_unknown"}, 5}})), QStringList("charges ch_unknown"));
    }

    /// In a first backfill the index that it goes by is not there yet.
    void whatIsUnsettledIsFoundWithoutAnIndexToo()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        Batch batch = batchAt(kNowMs, mirror->beginRun(kNowMs).value());
        batch.invoices = {invoice("in_draft", "sub_1", "draft"), invoice("in_open", "sub_1", "open"), invoice("in_paid", "sub_1", "paid"), invoice("in_other", "sub_2", "open")};
        batch.invoicePayments = {payment("inpay_open", "in_open", "open"), payment("inpay_paid", "in_open", "paid"), payment("inpay_other", "in_other", "open")};
        QVERIFY(mirror->apply(batch));
        for (int i = 0; i < 2; ++i) {
            QCOMPARE(named(mirror->unsettledOf({"sub_1", "sub_none"}, {"in_open"})), QStringList({"invoice_payments inpay_open", "invoices in_draft", "invoices in_open"}));
            QCOMPARE(named(mirror->unsettledOf({}, {"in_other"})), QStringList("invoice_payments inpay_other"));
            QCOMPARE(named(mirror->unsettledOf({}, {})), QStringList());
            QVERIFY(mirror->buildIndexes());
        }
    }
};

CH_TEST(TstEventsDuring)
#include "tst_EventsDuring.moc"

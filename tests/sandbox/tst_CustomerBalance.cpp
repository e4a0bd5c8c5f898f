// SPDX-License-Identifier: GPL-3.0-or-later
// A customer's balance: whatever changes it leaves a balance transaction, and their sum is the balance.
#include "sandbox/Account.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::test::Account;

class TstCustomerBalance : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void byHand();
    void invoicesUseItAndGiveItBack();
    void creditNotesFillIt();
    void theSumIsTheBalance();

private:
    static QStringList moves(Account& a, const QByteArray& customer)
    {
        QStringList out;
        for (const QJsonObject& row : a.walk("/v1/customers/" + customer + "/balance_transactions", {}, 2))
            out.prepend(QString("%1 %2 %3").arg(row["type"].toString()).arg(row["amount"].toInteger()).arg(row["ending_balance"].toInteger()));
        return out;
    }
};

void TstCustomerBalance::byHand()
{
    Account a(Account::empty());
    const QByteArray customer = a.makeCustomer("name=B&balance=-500"), path = "/v1/customers/" + customer + "/balance_transactions";
    const auto made = a.post(path, "amount=-200&currency=usd&description=Sorry&metadata[why]=late");
    QCOMPARE(made.status, 200);
    QCOMPARE(made.json["ending_balance"].toInteger(), -700);
    a.post("/v1/customers/" + customer, "balance=100");
    a.post("/v1/customers/" + customer, "name=C"); // not a movement
    QCOMPARE(moves(a, customer), QStringList({"initial -500 -500", "adjustment -200 -700", "adjustment 800 100"}));
    QCOMPARE(a.get("/v1/customers/" + customer).json["balance"].toInteger(), 100);
    QCOMPARE(a.post(path + '/' + made.id().toLatin1(), "description=Very&metadata[why]=").json["description"].toString(), "Very");
    QVERIFY(a.get(path + '/' + made.id().toLatin1()).json["metadata"].toObject().isEmpty());
    QCOMPARE(a.post(path, "amount=5&currency=eur").param(), "currency");
    QCOMPARE(a.post(path, "currency=usd").param(), "amount");
    QCOMPARE(a.get("/v1/customers/" + a.makeCustomer() + "/balance_transactions/" + made.id().toLatin1()).status, 404);
    const auto event = a.get("/v1/events?type=customer.updated").data()[2].toObject()["data"].toObject();
    QCOMPARE(event["previous_attributes"].toObject()["balance"].toInteger(), -500);
}

void TstCustomerBalance::invoicesUseItAndGiveItBack()
{
    Account a(Account::empty());
    const QByteArray customer = a.makeCustomer("name=B&balance=-500");
    const auto got = a.subscribe(customer, a.makePrice("800"), "&payment_behavior=default_incomplete");
    const QByteArray invoice = got.json["latest_invoice"].toString().toLatin1();
    QCOMPARE(a.get("/v1/invoices/" + invoice).json["amount_due"].toInteger(), 300);
    QCOMPARE(a.get("/v1/customers/" + customer).json["balance"].toInteger(), 0);
    const auto applied = a.get("/v1/customers/" + customer + "/balance_transactions?invoice=" + invoice).data();
    QCOMPARE(applied.size(), 1);
    QCOMPARE(applied[0].toObject()["invoice"].toString().toLatin1(), invoice);
    a.post("/v1/invoices/" + invoice + "/void");
    QCOMPARE(a.get("/v1/customers/" + customer).json["balance"].toInteger(), -500);
    QCOMPARE(moves(a, customer), QStringList({"initial -500 -500", "applied_to_invoice 500 0", "unapplied_from_invoice -500 -500"}));
}

void TstCustomerBalance::creditNotesFillIt()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer();
    const QByteArray invoice = a.subscribe(customer, a.makePrice("800")).json["latest_invoice"].toString().toLatin1();
    const auto note = a.post("/v1/credit_notes", "invoice=" + invoice + "&amount=300&credit_amount=300&expand[]=customer_balance_transaction");
    const QJsonObject entry = note.json["customer_balance_transaction"].toObject();
    QCOMPARE(entry["credit_note"].toString(), note.id());
    QCOMPARE(entry["type"].toString(), "credit_note");
    QCOMPARE(entry["amount"].toInteger(), -300);
    a.clock.advance(qint64(31) * 86400 * 1000);
    QCOMPARE(moves(a, customer), QStringList({"credit_note -300 -300", "applied_to_invoice 300 0"}));
}

void TstCustomerBalance::theSumIsTheBalance()
{
    Account a;
    int moved = 0;
    for (const QJsonObject& customer : a.walk("/v1/customers")) {
        qint64 sum = 0;
        for (const QJsonObject& row : a.walk("/v1/customers/" + customer["id"].toString().toLatin1() + "/balance_transactions")) {
            sum += row["amount"].toInteger();
            ++moved;
        }
        QCOMPARE(sum, customer["balance"].toInteger());
    }
    QVERIFY(moved > 0);
}

CH_TEST(TstCustomerBalance)

#include "tst_CustomerBalance.moc"

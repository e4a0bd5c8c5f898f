// SPDX-License-Identifier: GPL-3.0-or-later
// What events mean is written down once, whichever write fails on the way and however often it is tried again.
#include "business/Meanings.h"
#include "store/Faults.h"
#include "store/StoreObjects.h"
#include "support/TestMain.h"

#include <SQLiteCpp/SQLiteCpp.h>

using namespace ch;
using namespace ch::test;
using business::EventMeant;
using business::Meanings;
using store::EventDeed;
using store::EventEffect;
using store::EventSource;
using store::MarkKind;

namespace meaningstest {

using Told = stripe::Received<stripe::Event>;

Told eventOf(const QByteArray& id, const QByteArray& type, const QByteArray& objectType, const QByteArray& objectId)
{
    return received<stripe::Event>("{\"id\":\"" + id + "\",\"object\":\"event\",\"type\":\"" + type + "\",\"created\":1793000000,\"livemode\":false,\"data\":{\"object\":{\"id\":\"" + objectId +
                                   "\",\"object\":\"" + objectType + "\",\"customer\":\"cus_1\"}}}");
}

Told subscriptionEnded(const QByteArray& id = "evt_ended")
{
    return eventOf(id, "customer.subscription.deleted", "subscription", "sub_1");
}

Told paymentFailed(const QByteArray& id = "evt_failed")
{
    return eventOf(id, "invoice.payment_failed", "invoice", "in_1");
}

stripe::Received<stripe::Invoice> invoice(const QString& id, const QByteArray& status)
{
    return received<stripe::Invoice>(invoiceJson(id, "cus_1", "sub_1", 500).replace("\"status\":\"paid\"", "\"attempt_count\":1,\"status\":\"" + status + '"'));
}

/// A business whose only subscription has ended and which left two invoices unpaid.
struct MeaningRig {
    MeaningRig()
    {
        mirror = openMirror(dir.path());
        store::Batch batch = batchAt(kNowMs);
        batch.customers.push_back(received<stripe::Customer>(customerJson("cus_1", "Acme", "jane@example.com", kAcme)));
        batch.subscriptions.push_back(received<stripe::Subscription>(subscriptionJson("sub_1", "cus_1", "canceled", "price_1")));
        batch.invoices = {invoice("in_1", "open"), invoice("in_2", "open")};
        if (!mirror->apply(batch, fiveEach)) {
            qFatal("the mirror could not be filled");
        }
        begin();
    }
    /// The program, once more.
    void begin()
    {
        meanings.reset();
        records = openRecords(dir.path());
        meanings = std::make_unique<Meanings>(mirror->reader(), *records, [this](const EventMeant& meant) { noticed << meant.mark.eventId; });
    }
    void come(const Told& event, EventSource source = EventSource::Webhook) const
    {
        if (!records->eventLog().append({event}, source, kNowMs)) {
            qFatal("the event could not be logged");
        }
    }
    /// As the feed does it when the mirror holds what the event tells. What cannot be written down waits.
    Status apply(const Told& event) const { return records->eventLog().done({{event.object.id, EventDeed::Applied, meanings->take(event.object)}}); }
    [[nodiscard]] store::EventEntry entryOf(const QString& eventId) const
    {
        store::EventQuery query;
        query.text = eventId;
        return records->eventLog().find(query)->entries.front();
    }
    [[nodiscard]] QStringList marked() const
    {
        QStringList objects;
        const auto open = records->marks().open();
        for (const store::Mark& mark : *open) {
            objects << store::wordOf(mark.kind) + QLatin1Char(' ') + mark.objectId;
        }
        return objects;
    }

    QTemporaryDir dir;
    std::unique_ptr<store::Mirror> mirror;
    std::unique_ptr<store::RecordsFile> records;
    std::unique_ptr<Meanings> meanings;
    QStringList noticed;
};

} // namespace meaningstest

using namespace meaningstest;

class TstMeanings : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup()
    {
        store::watchWrites({});
        store::failWrite(0);
    }

    void whicheverWriteFailsABusinessIsMarkedOnce_data()
    {
        QTest::addColumn<bool>("isEnded");
        QTest::addColumn<bool>("isBegunAnew");
        QTest::newRow("ended") << true << false;
        QTest::newRow("ended, begun anew") << true << true;
        QTest::newRow("failed") << false << false;
        QTest::newRow("failed, begun anew") << false << true;
    }

    void whicheverWriteFailsABusinessIsMarkedOnce()
    {
        QFETCH(bool, isEnded);
        QFETCH(bool, isBegunAnew);
        const Told event = isEnded ? subscriptionEnded() : paymentFailed();
        const QStringList mark{isEnded ? QStringLiteral("take_down sub_1") : QStringLiteral("at_risk in_1")};
        int pending = 0;
        int n = 1;
        for (bool hasFailed = true; hasFailed; ++n) {
            MeaningRig rig;
            rig.come(event);
            store::failWrite(n);
            const Status applied = rig.apply(event);
            hasFailed = !store::isWriteFailurePending();
            store::failWrite(0);
            pending += static_cast<int>(rig.records->eventLog().pending()->size());
            if (isBegunAnew) {
                rig.begin();
            }
            QCOMPARE(rig.records->eventLog().waiting()->empty(), applied.has_value());
            if (!applied) {
                QVERIFY(rig.apply(event));
            }
            rig.meanings->settle();
            rig.meanings->settle();
            QCOMPARE(rig.marked(), mark);
            QCOMPARE(rig.noticed, QStringList(event.object.id));
            QCOMPARE(rig.entryOf(event.object.id).deed, EventDeed::Applied);
            QCOMPARE(rig.entryOf(event.object.id).effect, isEnded ? EventEffect::MarkedForTakedown : EventEffect::Notified);
            QVERIFY(rig.records->eventLog().pending()->empty());
        }
        QVERIFY(pending >= 2); // what could not be marked
        QVERIFY(n > pending + 2); // and what could not be written down after that
    }

    void whatIsSettledCanFailTooAndTellsNobodyTwice()
    {
        int n = 1;
        for (bool hasFailed = true; hasFailed; ++n) {
            MeaningRig rig;
            for (const Told& event : {subscriptionEnded(), paymentFailed(), eventOf("evt_paid", "invoice.paid", "invoice", "in_unknown")}) {
                rig.come(event);
                store::failWrite(1);
                const EventEffect effect = rig.meanings->take(event.object);
                store::failWrite(0);
                QVERIFY(rig.records->eventLog().done({{event.object.id, EventDeed::Applied, effect == EventEffect::None ? EventEffect::Pending : effect}}));
            }
            QCOMPARE(rig.records->eventLog().pending()->size(), size_t(3));
            QVERIFY(rig.noticed.isEmpty());
            store::failWrite(n);
            rig.meanings->settle();
            hasFailed = !store::isWriteFailurePending();
            store::failWrite(0);
            rig.begin();
            rig.meanings->settle();
            QVERIFY(rig.records->eventLog().pending()->empty());
            QCOMPARE(rig.marked().size(), 2);
            rig.noticed.sort();
            QCOMPARE(rig.noticed, QStringList({"evt_ended", "evt_failed"}));
            QCOMPARE(rig.entryOf("evt_paid").effect, EventEffect::None);
        }
        QVERIFY(n > 6);
    }

    /// Between the mark and the word of it in the log a person may have looked.
    void aMarkThatWasLeftIsNotMadeAgainButByAReplay()
    {
        MeaningRig rig;
        rig.come(subscriptionEnded());
        const EventEffect effect = rig.meanings->take(subscriptionEnded().object);
        QCOMPARE(effect, EventEffect::MarkedForTakedown);
        store::failWrite(1);
        QVERIFY(!rig.records->eventLog().done({{"evt_ended", EventDeed::Applied, effect}}));
        QVERIFY(*rig.records->marks().remove("biz-acme", MarkKind::TakeDown));
        QVERIFY(rig.apply(subscriptionEnded()));
        QCOMPARE(rig.marked(), QStringList());
        QCOMPARE(rig.noticed, QStringList("evt_ended"));
        QCOMPARE(rig.entryOf("evt_ended").effect, EventEffect::MarkedForTakedown);
        // A replay is meant.
        QVERIFY(rig.records->eventLog().waitAgain("evt_ended"));
        QVERIFY(rig.apply(subscriptionEnded()));
        QCOMPARE(rig.marked(), QStringList("take_down sub_1"));
        QCOMPARE(rig.noticed, QStringList({"evt_ended", "evt_ended"}));
    }

    void whatWasTakenDownStaysSoInTheLog()
    {
        MeaningRig rig;
        rig.come(subscriptionEnded());
        QVERIFY(rig.apply(subscriptionEnded()));
        QVERIFY(rig.records->eventLog().setEffect("evt_ended", EventEffect::TakenDown));
        QVERIFY(*rig.records->marks().remove("biz-acme", MarkKind::TakeDown));
        QVERIFY(rig.records->markTakenDown("biz-acme", "canceled", kNowMs));
        QVERIFY(rig.apply(subscriptionEnded())); // told once more
        QCOMPARE(rig.noticed, QStringList("evt_ended"));
        QCOMPARE(rig.entryOf("evt_ended").effect, EventEffect::TakenDown);
    }

    /// The invoice that is paid and the one that is still unpaid change places, or nothing does.
    void whicheverWriteFailsWhatIsUnpaidStaysMarked()
    {
        int n = 1;
        for (bool hasFailed = true; hasFailed; ++n) {
            MeaningRig rig;
            rig.come(paymentFailed());
            QVERIFY(rig.apply(paymentFailed()));
            QCOMPARE(rig.marked(), QStringList("at_risk in_1"));
            store::Batch paid = batchAt(kNowMs + 1000);
            paid.invoices = {invoice("in_1", "paid")};
            QVERIFY(rig.mirror->apply(paid, fiveEach));
            const Told event = eventOf("evt_paid", "invoice.paid", "invoice", "in_1");
            rig.come(event);
            store::failWrite(n);
            const Status applied = rig.apply(event);
            hasFailed = !store::isWriteFailurePending();
            store::failWrite(0);
            if (!applied) {
                QVERIFY(rig.apply(event));
            }
            rig.meanings->settle();
            QCOMPARE(rig.marked(), QStringList("at_risk in_2"));
            QCOMPARE(rig.entryOf("evt_paid").effect, EventEffect::None);
        }
        QVERIFY(n > 4);
    }

    void whatCameWithASyncIsAskedOnceWhicheverWriteFails()
    {
        int n = 1;
        for (bool hasFailed = true; hasFailed; ++n) {
            MeaningRig rig;
            rig.come(subscriptionEnded(), EventSource::Backfill);
            rig.come(paymentFailed(), EventSource::Backfill);
            store::failWrite(n);
            const Status considered = rig.meanings->considerListed(false);
            hasFailed = !store::isWriteFailurePending();
            store::failWrite(0);
            if (!considered) {
                QVERIFY(rig.meanings->considerListed(false)); // the next sync
            }
            rig.meanings->settle();
            QCOMPARE(rig.marked().size(), 2);
            rig.noticed.sort();
            QCOMPARE(rig.noticed, QStringList({"evt_ended", "evt_failed"}));
            QCOMPARE(rig.entryOf("evt_ended").deed, EventDeed::Listed);
            QVERIFY(rig.records->eventLog().pending()->empty());
            QVERIFY(rig.records->eventLog().notConsidered(business::meaningfulEvents())->empty());
        }
        QVERIFY(n > 6);
    }

    void aSyncWhoseEventsCouldNotBeAskedSaysSo()
    {
        MeaningRig rig;
        rig.come(subscriptionEnded(), EventSource::Backfill);
        store::watchWrites([] { store::failWrite(1); }); // as long as the disk is full
        const Status considered = rig.meanings->considerListed(false);
        QVERIFY(!considered);
        QCOMPARE(considered.error().kind, ErrorKind::Storage);
        cleanup();
        QCOMPARE(rig.records->eventLog().notConsidered(business::meaningfulEvents())->size(), size_t(1));
        QVERIFY(rig.noticed.isEmpty());
    }

    /// Of which the mirror says that a sync has to read it anew.
    void anObjectThatCannotBeReadHoldsNobodyUp()
    {
        MeaningRig rig;
        SQLite::Database(rig.dir.filePath("mirror.sqlite").toStdString(), SQLite::OPEN_READWRITE).exec("UPDATE invoices SET raw = x'00' WHERE id = 'in_1'");
        rig.come(paymentFailed());
        QVERIFY(rig.apply(paymentFailed()));
        rig.come(subscriptionEnded());
        QVERIFY(rig.records->eventLog().done({{"evt_ended", EventDeed::Applied, EventEffect::Pending}}));
        rig.meanings->settle();
        QCOMPARE(rig.marked(), QStringList("take_down sub_1"));
        QCOMPARE(rig.records->eventLog().pending()->size(), size_t(1));
        store::Batch anew = batchAt(kNowMs + 1000);
        anew.invoices = {invoice("in_1", "draft")};
        QVERIFY(rig.mirror->apply(anew, fiveEach));
        rig.meanings->settle();
        QCOMPARE(rig.noticed, QStringList({"evt_ended", "evt_failed"}));
        QVERIFY(rig.records->eventLog().pending()->empty());
    }

    void aFirstSyncMeansNothing()
    {
        MeaningRig rig;
        rig.come(subscriptionEnded(), EventSource::Backfill);
        QVERIFY(rig.meanings->considerListed(true));
        QVERIFY(rig.meanings->considerListed(false));
        QCOMPARE(rig.marked(), QStringList());
    }
};

CH_TEST(TstMeanings)
#include "tst_Meanings.moc"

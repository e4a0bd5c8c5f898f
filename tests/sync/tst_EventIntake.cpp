// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Faults.h"
#include "store/RecordsFile.h"
#include "support/TestMain.h"
#include "sync/EventIntake.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace ch;
using namespace ch::sync;
using store::EventDeed;
using store::EventSource;

namespace eventintake {

stripe::Received<stripe::Event> eventOf(const QByteArray& id, bool live = false)
{
    const QByteArray json = "{\"id\":\"" + id + "\",\"object\":\"event\",\"created\":1793000000,\"livemode\":" + (live ? "true" : "false") +
                            ",\"type\":\"customer.updated\",\"data\":{\"object\":{\"id\":\"cus_1\",\"object\":\"customer\"}}}";
    return {stripe::parseObject<stripe::Event>(json).value(), json};
}

struct Rig {
    Rig() { open(); }
    void open()
    {
        intake.reset();
        file = store::RecordsFile::open(dir.path()).value();
        intake = std::make_unique<EventIntake>(file->eventLog(), stripe::Mode::Test);
        intake->setFeed([this](const Events& events, EventSource) {
            for (const auto& received : events) {
                handed << received.object.id;
            }
        });
    }
    QTemporaryDir dir;
    std::unique_ptr<store::RecordsFile> file;
    std::unique_ptr<EventIntake> intake;
    QStringList handed;
};

} // namespace eventintake

using namespace eventintake;

class TstEventIntake : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void eachEventIsTakenOnceAlsoOverARestart()
    {
        Rig rig;
        const auto first = rig.intake->take({eventOf("evt_1"), eventOf("evt_2"), eventOf("evt_1")}, EventSource::Webhook, 5);
        QCOMPARE(first->newIds, QStringList({"evt_1", "evt_2"}));
        QVERIFY(first->knownIds.isEmpty());
        QCOMPARE(rig.handed, QStringList({"evt_1", "evt_2"}));
        QVERIFY(rig.file->eventLog().done({{"evt_1", EventDeed::Applied}, {"evt_2", EventDeed::Nothing}}));
        rig.handed.clear();
        rig.open();
        const auto again = rig.intake->take({eventOf("evt_2"), eventOf("evt_3")}, EventSource::Poll, 6);
        QCOMPARE(again->newIds, QStringList("evt_3"));
        QCOMPARE(again->knownIds, QStringList("evt_2"));
        QCOMPARE(rig.handed, QStringList("evt_3"));
        const auto entries = rig.file->eventLog().find({})->entries;
        QCOMPARE(entries.size(), size_t(3));
        QCOMPARE(entries[0].source, EventSource::Poll);
        QCOMPARE(entries[0].deed, EventDeed::Waiting);
        QCOMPARE(entries[2].source, EventSource::Webhook);
        QCOMPARE(entries[2].deed, EventDeed::Applied);
        QCOMPARE(entries[2].receivedMs, 5);
        QCOMPARE(rig.file->eventLog().state()->webhookMs, 5);
    }

    void whatAKillLeftUnappliedIsHandedOnWhenItComesAgain()
    {
        Rig rig;
        QVERIFY(rig.intake->take({eventOf("evt_1")}, EventSource::Webhook, 5)); // and killed before it was applied
        rig.handed.clear();
        rig.open();
        QCOMPARE(rig.file->eventLog().waiting()->size(), size_t(1));
        QCOMPARE(rig.intake->take({eventOf("evt_1")}, EventSource::Poll, 6)->knownIds, QStringList("evt_1"));
        QCOMPARE(rig.handed, QStringList("evt_1"));
    }

    void aReplayIsAppliedAlthoughItIsKnown()
    {
        Rig rig;
        QVERIFY(rig.intake->take({eventOf("evt_1")}, EventSource::Poll, 5));
        QVERIFY(rig.file->eventLog().done({{"evt_1", EventDeed::Applied}}));
        rig.handed.clear();
        QVERIFY(rig.intake->take({eventOf("evt_1")}, EventSource::Poll, 6));
        QVERIFY(rig.handed.isEmpty());
        QVERIFY(rig.intake->take({eventOf("evt_1")}, EventSource::Replay, 7));
        QCOMPARE(rig.handed, QStringList("evt_1"));
        QCOMPARE(rig.file->eventLog().waiting()->size(), size_t(1));
    }

    void eventsOfASyncAreLoggedAndHandedToNobody()
    {
        Rig rig;
        QCOMPARE(rig.intake->take({eventOf("evt_1")}, EventSource::Backfill, 5)->newIds, QStringList("evt_1"));
        QVERIFY(rig.handed.isEmpty());
        QCOMPARE(rig.file->eventLog().find({})->entries.front().deed, EventDeed::Listed);
        QCOMPARE(rig.file->eventLog().notConsidered({"customer.updated"})->size(), size_t(1));
        QVERIFY(rig.file->eventLog().considered());
        QVERIFY(rig.file->eventLog().notConsidered({"customer.updated"})->empty());
    }

    void theOtherModeIsRefusedWhole()
    {
        Rig rig;
        const auto taken = rig.intake->take({eventOf("evt_1"), eventOf("evt_2", true)}, EventSource::Webhook, 5);
        QVERIFY(!taken);
        QCOMPARE(taken.error().kind, ErrorKind::Safety);
        QVERIFY(rig.file->eventLog().find({})->entries.empty());
        QVERIFY(rig.handed.isEmpty());
    }

    void whatTheDiskRefusesIsNotTakenAndNotHandedOn()
    {
        Rig rig;
        store::failWrite(1);
        const auto taken = rig.intake->take({eventOf("evt_1")}, EventSource::Webhook, 5);
        store::failWrite(0);
        QVERIFY(!taken);
        QCOMPARE(taken.error().kind, ErrorKind::Storage);
        QVERIFY(rig.handed.isEmpty());
        QCOMPARE(rig.intake->take({eventOf("evt_1")}, EventSource::Webhook, 6)->newIds, QStringList("evt_1"));
    }
};

CH_TEST(TstEventIntake)
#include "tst_EventIntake.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Faults.h"
#include "store/StoreObjects.h"
#include "support/CountOf.h"
#include "support/TestMain.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

using namespace ch;
using namespace ch::store;

namespace {

constexpr qint64 kOneDayMs = 24LL * 3600 * 1000;
constexpr qint64 kAskedMs = 1'790'000'000'000;

/// customer.updated of somebody with a name, an address and metadata of all kinds.
QByteArray customerEvent(const QByteArray& id)
{
    return "{\"id\":\"" + id + "\",\"object\":\"event\",\"api_version\":\"2026-10-28.endive\",\"created\":1789000000,\"livemode\":false,\"type\":\"customer.updated\","
               " \"data\":{\"object\":{\"id\":\"cus_1\",\"object\":\"customer\",\"name\":\"Jane Marlow\",\"email\":\"jane@example.com\",\"phone\":\"+15551234\",\"description\":\"Jane's shop\","
               "   \"address\":{\"line1\":\"5 Hill Road\",\"city\":\"Leeds\"},\"shipping\":{\"name\":\"Jane Marlow\"},\"metadata\":{\"business_id\":\"shop-1\",\"business_type\":\"saas\",\"business_name\":\"Jane's shop\",\"note\":\"call Jane\"},"
               "   \"discount\":{\"id\":\"di_1\",\"object\":\"discount\",\"start\":1788000000,\"source\":{\"type\":\"coupon\",\"coupon\":\"co_1\"}}},"
               "  \"previous_attributes\":{\"email\":\"jane.old@example.com\",\"metadata\":{\"note\":\"nothing\",\"business_id\":\"shop-0\"},\"discount\":null}},"
               " \"request\":{\"id\":\"req_1\",\"idempotency_key\":\"key-1\"}}";
}

stripe::Received<stripe::Event> numbered(int number)
{
    return test::received<stripe::Event>(customerEvent("evt_" + QByteArray::number(number)));
}

std::vector<LoggedEvent> allOf(const RecordsFile& file)
{
    std::vector<LoggedEvent> all;
    const Status read = file.eventLog().forEach([&all](const LoggedEvent& event) { all.push_back(event); });
    if (!read) {
        qFatal("%s", qPrintable(read.error().message));
    }
    return all;
}

} // namespace

class TstEventLog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsEachEventOnceAlsoAfterItIsOpenedAnew()
    {
        QTemporaryDir dir;
        {
            const auto file = test::openRecords(dir.path());
            QVERIFY(file->eventLog().append({numbered(1), numbered(2), numbered(1)}));
            QVERIFY(file->eventLog().append({numbered(2), numbered(3)}));
        }
        const auto all = allOf(*test::openRecords(dir.path()));
        QCOMPARE(all.size(), size_t(3));
        QCOMPARE(all.back().id, QStringLiteral("evt_3"));
        QCOMPARE(all.back().type, QStringLiteral("customer.updated"));
        QCOMPARE(all.back().customerId, QStringLiteral("cus_1"));
        QCOMPARE(all.back().created, 1789000000);
    }

    void keepsWhatDatesAChangeAndNothingPersonal()
    {
        QTemporaryDir dir;
        {
            const auto file = test::openRecords(dir.path());
            QVERIFY(file->eventLog().append({numbered(1)}));
            const QJsonObject kept = QJsonDocument::fromJson(allOf(*file).front().json).object();
            const QJsonObject customer = kept["data"].toObject()["object"].toObject();
            QCOMPARE(kept["request"].toObject()["idempotency_key"].toString(), QStringLiteral("key-1"));
            QCOMPARE(customer["discount"].toObject()["source"].toObject()["coupon"].toString(), QStringLiteral("co_1"));
            QCOMPARE(customer["metadata"].toObject(), (QJsonObject{{"business_id", "shop-1"}, {"business_type", "saas"}}));
            QVERIFY(kept["data"].toObject()["previous_attributes"].toObject().contains("discount"));
            QCOMPARE(kept["data"].toObject()["previous_attributes"].toObject()["metadata"].toObject(), (QJsonObject{{"business_id", "shop-0"}}));
            const QByteArray text = allOf(*file).front().json;
            for (const char* personal : {"Jane", "Marlow", "jane@", "5551234", "Hill", "Leeds", "call", "nothing"}) {
                QVERIFY2(!text.contains(personal), personal);
            }
        }
    }

    void keepsAmountsAndItemsOfASubscription()
    {
        const QByteArray json = strippedEvent("{\"id\":\"evt_9\",\"type\":\"customer.subscription.updated\",\"data\":{\"object\":{\"id\":\"sub_1\",\"object\":\"subscription\",\"status\":\"active\","
               " \"description\":\"for Jane\",\"items\":{\"data\":[{\"id\":\"si_1\",\"quantity\":3,\"price\":{\"id\":\"price_1\",\"unit_amount_decimal\":\"500.125\",\"nickname\":\"Jane's\",\"recurring\":{\"interval\":\"month\",\"interval_count\":1}}}]},"
               " \"cancellation_details\":{\"comment\":\"Jane leaves\",\"feedback\":\"too_expensive\",\"reason\":\"cancellation_requested\"}},"
               " \"previous_attributes\":{\"items\":{\"data\":[{\"id\":\"si_1\",\"quantity\":2}]}}}}");
        const QJsonObject object = QJsonDocument::fromJson(json).object()["data"].toObject()["object"].toObject();
        const QJsonObject item = object["items"].toObject()["data"].toArray().at(0).toObject();
        QCOMPARE(item["price"].toObject()["unit_amount_decimal"].toString(), QStringLiteral("500.125"));
        QCOMPARE(item["quantity"].toInteger(), 3);
        QCOMPARE(object["cancellation_details"].toObject(), (QJsonObject{{"reason", "cancellation_requested"}}));
        QVERIFY(!json.contains("Jane"));
        QVERIFY(json.contains("\"quantity\":2"));
        QVERIFY(strippedEvent("[1]").isEmpty());
    }

    void tellsInTimeAndNamesWhatWasLost()
    {
        QTemporaryDir dir;
        const auto file = test::openRecords(dir.path());
        EventLog& log = file->eventLog();
        QVERIFY(!log.state()->isClosing(kAskedMs)); // never read: there is nothing to lose yet
        QVERIFY(log.listedThrough(kAskedMs));
        QVERIFY(!log.state()->isClosing(kAskedMs + 25 * kOneDayMs));
        QVERIFY(log.state()->isClosing(kAskedMs + 25 * kOneDayMs + 1));
        QVERIFY(log.listedThrough(kAskedMs + 30 * kOneDayMs));
        QVERIFY(log.state()->gaps.empty());
        QVERIFY(log.listedThrough(kAskedMs + 65 * kOneDayMs));
        const auto state = log.state();
        QCOMPARE(state->gaps.size(), size_t(1));
        QCOMPARE(state->gaps[0].fromMs, kAskedMs + 30 * kOneDayMs);
        QCOMPARE(state->gaps[0].toMs, kAskedMs + 35 * kOneDayMs);
        QCOMPARE(state->throughMs, kAskedMs + 65 * kOneDayMs);
        const qint64 now = kAskedMs + 66 * kOneDayMs;
        QVERIFY(log.listedThrough(kAskedMs, ThroughBy::Poll, now)); // one that was begun earlier and ends later
        QCOMPARE(log.state()->throughMs, kAskedMs + 65 * kOneDayMs);
        QCOMPARE(log.state()->throughBy, ThroughBy::Sync);
        QVERIFY(log.listedThrough(kAskedMs + kOneDayMs, ThroughBy::Poll, kAskedMs + 2 * kOneDayMs)); // the clock was set back
        QCOMPARE(log.state()->throughMs, kAskedMs + kOneDayMs);
        QCOMPARE(log.state()->throughBy, ThroughBy::Poll);
    }

    /// Each event is counted once as it comes and once as it is applied; what a person replays is applied once more.
    void countsWhatCameAndWhatWasDone()
    {
        QTemporaryDir dir;
        const auto file = test::openRecords(dir.path());
        EventLog& log = file->eventLog();
        const auto counted = [&file](const char* name, const char* label, const char* value) { return test::countOf(*file, name, {{label, value}}); };
        QVERIFY(log.append({numbered(1)}));
        QVERIFY(log.append({numbered(1), numbered(2), numbered(3), numbered(2)}, EventSource::Webhook, kAskedMs));
        QVERIFY(log.append({numbered(3), numbered(4)}, EventSource::Poll, kAskedMs));
        QCOMPARE(counted(kEventsCounter, "source", "backfill"), 1);
        QCOMPARE(counted(kEventsCounter, "source", "webhook"), 2);
        QCOMPARE(counted(kEventsCounter, "source", "poll"), 1);
        QCOMPARE(*log.waitingCount(), 3);
        QVERIFY(log.done({{"evt_2", EventDeed::Applied}, {"evt_3", EventDeed::Failed}}));
        QVERIFY(log.done({{"evt_2", EventDeed::Applied, EventEffect::TakenDown}, {"evt_1", EventDeed::Listed, EventEffect::Notified}})); // said once more of it
        QCOMPARE(counted(kEventsDoneCounter, "result", "applied"), 1);
        QCOMPARE(counted(kEventsDoneCounter, "result", "failed"), 1);
        QCOMPARE(counted(kEventsDoneCounter, "result", "listed"), 0);
        QCOMPARE(*log.waitingCount(), 1);
        QVERIFY(log.waitAgain("evt_2"));
        QVERIFY(log.done({{"evt_2", EventDeed::Older}}));
        QCOMPARE(counted(kEventsDoneCounter, "result", "older"), 1);
        QCOMPARE(counted(kEventsCounter, "source", "replay"), 0);
    }

    void whatIsPendingIsFoundUntilItIsSettledAndAnEffectStays()
    {
        QTemporaryDir dir;
        {
            const auto file = test::openRecords(dir.path());
            EventLog& log = file->eventLog();
            QVERIFY(log.append({numbered(1), numbered(2), numbered(3), numbered(4)}, EventSource::Webhook, kAskedMs));
            QVERIFY(log.pending()->empty());
            QVERIFY(log.done({{"evt_3", EventDeed::Applied, EventEffect::Pending}, {"evt_4", EventDeed::Applied, EventEffect::TakenDown}}));
            QVERIFY(log.done({{"evt_2", EventDeed::Older, EventEffect::Pending}, {"evt_1", EventDeed::Applied}}));
        }
        const auto file = test::openRecords(dir.path());
        EventLog& log = file->eventLog();
        const auto pendingIds = [&log] {
            QStringList ids;
            const auto pending = log.pending();
            for (const LoggedEvent& event : *pending) {
                ids << event.id;
            }
            return ids;
        };
        const auto effects = [&log] {
            QList<EventEffect> all;
            const auto found = log.find({});
            for (const EventEntry& entry : found->entries) {
                all.prepend(entry.effect);
            }
            return all;
        };
        QVERIFY(log.waiting()->empty());
        QCOMPARE(pendingIds(), QStringList({"evt_2", "evt_3"}));
        QVERIFY(log.settle({{"evt_2", EventEffect::Notified}, {"evt_4", EventEffect::None}}));
        QCOMPARE(pendingIds(), QStringList("evt_3"));
        QVERIFY(log.done({{"evt_2", EventDeed::Older, EventEffect::Pending}, {"evt_4", EventDeed::Applied}})); // told once more
        QCOMPARE(effects(), QList<EventEffect>({EventEffect::None, EventEffect::Notified, EventEffect::Pending, EventEffect::TakenDown}));
        QVERIFY(log.settle({{"evt_3", EventEffect::None}}));
        QVERIFY(pendingIds().isEmpty());
        // One that came earlier is found as well.
        QVERIFY(log.done({{"evt_3", EventDeed::Applied, EventEffect::Pending}}));
        QVERIFY(log.done({{"evt_1", EventDeed::Applied, EventEffect::Pending}}));
        QCOMPARE(pendingIds(), QStringList({"evt_1", "evt_3"}));
    }

    void aDiskThatRefusesLosesNothing()
    {
        QTemporaryDir dir;
        const auto file = test::openRecords(dir.path());
        QVERIFY(file->eventLog().append({numbered(1)}));
        for (int n = 1;; ++n) {
            failWrite(n);
            const auto added = file->eventLog().append({numbered(2), numbered(3)});
            failWrite(0);
            const size_t entries = allOf(*file).size();
            QCOMPARE(entries, added ? size_t(3) : size_t(1));
            if (added) {
                QVERIFY(n > 1);
                return;
            }
        }
    }
};

CH_TEST(TstEventLog)
#include "tst_EventLog.moc"

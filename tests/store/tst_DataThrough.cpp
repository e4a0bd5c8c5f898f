// SPDX-License-Identifier: GPL-3.0-or-later
// Until when the mirror knows what happened: the rule of Completeness, held against everything by which mirror and event log come apart.
#include "store/StoreObjects.h"
#include "support/TestMain.h"

using namespace ch;
using namespace ch::store;
using namespace ch::test;

namespace datathrough {

/// A mirror and a log in one folder, as a program has them.
struct ThroughRig {
    ThroughRig() { open(); }
    void open()
    {
        mirror.reset();
        records = openRecords(dir.path());
        mirror = openMirror(dir.path());
    }
    qint64 begin(qint64 ms) const { return mirror->beginRun(ms).value(); }
    void end(qint64 run, qint64 ms, std::optional<ObjectList> notPermitted = {}) const
    {
        for (const ObjectList list : allLists()) {
            Batch batch = batchAt(ms, run);
            batch.progress = ListProgress{list, run, 0, list != notPermitted, list == notPermitted};
            if (!mirror->apply(batch)) {
                qFatal("a list could not be ended");
            }
        }
        if (!mirror->finishRun(run, ms)) {
            qFatal("the run could not be ended");
        }
    }
    void sync(qint64 ms, std::optional<ObjectList> notPermitted = {}) const { end(begin(ms), ms + 1, notPermitted); }
    /// As the feed notes it.
    void note(qint64 ms, ThroughBy by) const
    {
        if (!mirror->setEventsThrough(ms) || !records->eventLog().listedThrough(ms, by, ms)) {
            qFatal("it could not be noted");
        }
    }
    [[nodiscard]] std::pair<qint64, ThroughBy> known() const
    {
        const Completeness completeness = mirror->reader().completeness().value();
        return {completeness.throughMs, completeness.throughBy};
    }

    QTemporaryDir dir;
    std::unique_ptr<RecordsFile> records;
    std::unique_ptr<Mirror> mirror;
};

constexpr qint64 kHour = 3'600'000;
using Known = std::pair<qint64, ThroughBy>;

} // namespace datathrough

using namespace datathrough;

class TstDataThrough : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aMirrorThatWasNeverReadKnowsNothingWhateverTheLogHas()
    {
        ThroughRig rig;
        QCOMPARE(rig.known().first, 0);
        QVERIFY(rig.records->eventLog().listedThrough(kNowMs + kHour, ThroughBy::Webhook));
        QCOMPARE(rig.known().first, 0);
        const qint64 run = rig.begin(kNowMs);
        QCOMPARE(rig.known().first, 0); // it runs
        QVERIFY(rig.mirror->abandonRun(run));
        QCOMPARE(rig.known().first, 0);
    }

    void aSyncKnowsWhatWasBeforeItAndEventsTellOn()
    {
        ThroughRig rig;
        rig.sync(kNowMs);
        QCOMPARE(rig.known(), Known(kNowMs, ThroughBy::Sync));
        rig.note(kNowMs + kHour, ThroughBy::Poll);
        QCOMPARE(rig.known(), Known(kNowMs + kHour, ThroughBy::Poll));
        rig.note(kNowMs + 2 * kHour, ThroughBy::Webhook);
        QCOMPARE(rig.known(), Known(kNowMs + 2 * kHour, ThroughBy::Webhook));
        // The next sync changes nothing before its end, and then what was said before gives way.
        const qint64 second = rig.begin(kNowMs + 3 * kHour);
        QCOMPARE(rig.known(), Known(kNowMs + 2 * kHour, ThroughBy::Webhook));
        rig.end(second, kNowMs + 4 * kHour);
        QCOMPARE(rig.known(), Known(kNowMs + 3 * kHour, ThroughBy::Sync));
        rig.open(); // killed before it was noted
        QCOMPARE(rig.known(), Known(kNowMs + 3 * kHour, ThroughBy::Sync));
        rig.note(kNowMs + 3 * kHour - 5, ThroughBy::Sync);
        QCOMPARE(rig.known(), Known(kNowMs + 3 * kHour - 5, ThroughBy::Sync));
    }

    void theLogAloneSaysNothingOfThisMirror()
    {
        ThroughRig rig;
        rig.sync(kNowMs);
        rig.note(kNowMs + kHour, ThroughBy::Poll);
        QVERIFY(rig.records->eventLog().listedThrough(kNowMs + 9 * kHour, ThroughBy::Poll)); // of another mirror
        QCOMPARE(rig.known().first, kNowMs + kHour);
        QVERIFY(rig.mirror->setEventsThrough(kNowMs + 20 * kHour)); // the log is a copy of before
        QCOMPARE(rig.known().first, kNowMs + 20 * kHour);
    }

    void aMirrorThatIsPutBackFromACopyKnowsWhatTheCopyKnew()
    {
        ThroughRig rig;
        rig.sync(kNowMs);
        rig.note(kNowMs + kHour, ThroughBy::Poll);
        const QString file = rig.dir.filePath("mirror.sqlite");
        rig.mirror.reset();
        QVERIFY(QFile::copy(file, rig.dir.filePath("copy.sqlite")));
        rig.open();
        rig.note(kNowMs + 9 * kHour, ThroughBy::Poll);
        QCOMPARE(rig.known().first, kNowMs + 9 * kHour);
        rig.mirror.reset();
        QVERIFY(QFile::remove(file) && QFile::rename(rig.dir.filePath("copy.sqlite"), file));
        rig.open();
        QCOMPARE(rig.known().first, kNowMs + kHour);
        QVERIFY(rig.records->eventLog().through()->throughMs == kNowMs + 9 * kHour);
    }

    /// For good, and fresh all the same.
    void aListThatMayNotBeReadLeavesTheOthersKnown()
    {
        ThroughRig rig;
        rig.sync(kNowMs, ObjectList::Products);
        const Completeness completeness = rig.mirror->reader().completeness().value();
        QVERIFY(!completeness.complete);
        QCOMPARE(completeness.completeAsOfMs, 0);
        QCOMPARE(rig.known(), Known(kNowMs, ThroughBy::Sync));
        rig.note(kNowMs + kHour, ThroughBy::Poll);
        QCOMPARE(rig.known(), Known(kNowMs + kHour, ThroughBy::Poll));
        // Without the events nobody notes anything: each sync stands for itself.
        rig.sync(kNowMs + 2 * kHour, ObjectList::Events);
        QCOMPARE(rig.known(), Known(kNowMs + 2 * kHour, ThroughBy::Sync));
        const qint64 next = rig.begin(kNowMs + 3 * kHour);
        QCOMPARE(rig.known(), Known(kNowMs + 2 * kHour, ThroughBy::Sync));
        QVERIFY(rig.mirror->abandonRun(next));
        QCOMPARE(rig.known(), Known(kNowMs + 2 * kHour, ThroughBy::Sync));
    }

    void aClockThatWasSetBackMisleadsNobody()
    {
        ThroughRig rig;
        rig.sync(kNowMs + 1000 * kHour);
        rig.note(kNowMs + 1001 * kHour, ThroughBy::Poll);
        rig.note(kNowMs, ThroughBy::Poll); // set back, and asked
        QCOMPARE(rig.known(), Known(kNowMs, ThroughBy::Poll));
        rig.sync(kNowMs + kHour);
        QCOMPARE(rig.known(), Known(kNowMs + kHour, ThroughBy::Sync));
    }

    /// As older versions kept it: without which sync it came after.
    void whatAnOlderVersionNotedIsTakenAsTheLater()
    {
        ThroughRig rig;
        rig.sync(kNowMs);
        QVERIFY(rig.mirror->setMeta("events_through_ms", QString::number(kNowMs + kHour)));
        QCOMPARE(rig.mirror->eventsThrough().value(), std::optional(kNowMs + kHour));
        QCOMPARE(rig.known().first, kNowMs + kHour);
        rig.sync(kNowMs + 2 * kHour);
        QCOMPARE(rig.known(), Known(kNowMs + 2 * kHour, ThroughBy::Sync));
    }
};

CH_TEST(TstDataThrough)
#include "tst_DataThrough.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Tamper.h"
#include "support/FakeClock.h"
#include "support/TestMain.h"
#include "workspace/TrailWatch.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace ch;
using namespace ch::test;
using workspace::TrailWatch;

namespace trailwatch {

struct Trail {
    QTemporaryDir dir;
    std::unique_ptr<store::RecordsFile> file = *store::RecordsFile::open(dir.path());
    FakeClock clock;
    TrailWatch watch;

    explicit Trail(int entries)
    {
        for (int i = 0; i < entries; ++i) {
            store::AuditEntry entry;
            entry.atMs = i;
            entry.action = QStringLiteral("setting");
            (void)file->appendAudit(entry);
        }
    }
    bool isWhole() { return watch.look(*file, clock)->isWhole; }
};

} // namespace trailwatch

using namespace trailwatch;

class TstTrailWatch : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anEntryThatWasChangedIsFoundWithinFiveMinutes()
    {
        Trail trail(3);
        QVERIFY(trail.isWhole());
        tamper(trail.dir.path(), "UPDATE audit SET action = 'else' WHERE n = 2");
        trail.clock.advance(TrailWatch::kEveryMs - 1);
        QVERIFY(trail.isWhole()); // not read again yet
        const qint64 before = trail.watch.look(*trail.file, trail.clock)->atMs;
        trail.clock.advance(1);
        QVERIFY(!trail.isWhole());
        QCOMPARE(trail.watch.look(*trail.file, trail.clock)->atMs, before + TrailWatch::kEveryMs);
        tamper(trail.dir.path(), "UPDATE audit SET action = 'setting' WHERE n = 2");
        trail.clock.advance(TrailWatch::kEveryMs);
        QVERIFY(trail.isWhole());
    }

    void anEndThatWasCutOffIsFound()
    {
        Trail trail(3);
        QVERIFY(trail.isWhole());
        tamper(trail.dir.path(), "DELETE FROM audit WHERE n = 3");
        trail.clock.advance(TrailWatch::kEveryMs);
        QVERIFY(!trail.isWhole());
    }

    void anEndThatWasCutOffBeforeTheStartIsFoundByTheHeadThatWasKeptElsewhere()
    {
        Trail trail(3);
        const store::AuditHead kept = *trail.file->auditHead();
        tamper(trail.dir.path(), "DELETE FROM audit WHERE n = 3");
        QVERIFY(trail.isWhole()); // nobody could know
        trail.watch.know(kept);
        trail.clock.advance(TrailWatch::kEveryMs);
        QVERIFY(!trail.isWhole());
    }

    void aTrailMayGrowAndBeEmpty()
    {
        Trail trail(0);
        QVERIFY(trail.isWhole());
        for (int i = 0; i < 3; ++i) {
            QVERIFY(trail.file->appendAudit({}));
            trail.clock.advance(TrailWatch::kEveryMs);
            QVERIFY(trail.isWhole());
        }
    }
};

CH_TEST(TstTrailWatch)
#include "tst_TrailWatch.moc"

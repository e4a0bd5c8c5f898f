// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/Command.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch::sim;

class TstSimulation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_folder = quickFolder();
        QVERIFY(m_folder->isValid());
    }

    void everyRuleHolds()
    {
        std::map<QByteArray, qint64> counts;
        for (quint64 seed = 1; seed <= kSeeds; ++seed) {
            const Story story = tell(seed, m_folder->path(), false);
            QVERIFY2(story.broken.isEmpty(), qPrintable(QStringLiteral("seed %1: %2").arg(seed).arg(story.broken.join(QStringLiteral("; ")))));
            for (const auto& [name, number] : story.counts) {
                counts[name] += number;
            }
        }
        // What never happens is not tested.
        for (const char* name : {"kill: between two events", "kill: before a write", "kill: before a request left", "kill: after a request left", "fault: disk", "fault: lost after", "fault: lost before",
                 "fault: 500 kept, no work", "fault: 500 kept, work done", "fault: 429", "fault: cut", "fault: late", "resumed from running", "resumed from unknown", "resumed from waiting",
                 "operations: provision done", "operations that climbed to a later key", "runs of two programs on one folder", "runs of two programs on two folders"}) {
            QVERIFY2(counts[name] > 0, name);
        }
    }

    /// The hash is over everything that happened, in its order and with its times.
    void oneSeedTellsOneStory()
    {
        quint64 before = 0;
        for (quint64 seed = 1; seed <= 20; ++seed) {
            const Story once = tell(seed, m_folder->path(), true);
            const Story again = tell(seed, m_folder->path(), true);
            for (qsizetype line = 0; line < qMin(once.lines.size(), again.lines.size()); ++line) {
                QCOMPARE(again.lines[line], once.lines[line]);
            }
            QCOMPARE(again.hash, once.hash);
            QCOMPARE(again.counts, once.counts);
            QVERIFY(once.hash != before);
            before = once.hash;
        }
    }

private:
#ifdef NDEBUG
    static constexpr quint64 kSeeds = 400;
#else
    static constexpr quint64 kSeeds = 100; // takes as long
#endif
    std::unique_ptr<QTemporaryDir> m_folder;
};

CH_TEST(TstSimulation)
#include "tst_Simulation.moc"

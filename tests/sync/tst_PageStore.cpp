// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Faults.h"
#include "support/FakeClock.h"
#include "support/TestMain.h"
#include "sync/PageStore.h"

#include <QTemporaryDir>

using namespace ch;
using namespace ch::test;
using namespace ch::sync;

namespace {

struct PagesRig {
    PagesRig() : mirror(store::Mirror::open(dir.path(), {QStringLiteral("acct_t"), false}).value()), applier(*mirror, {}), pages(new PageStore(applier, clock, &owner)) {}

    void add(const QString& id, QObject* context = nullptr)
    {
        auto batch = std::make_shared<store::Batch>();
        const QByteArray json = "{\"id\":\"" + id.toUtf8() + "\",\"object\":\"product\",\"name\":\"x\",\"active\":true,\"livemode\":false,\"created\":1}";
        batch->products.push_back({stripe::parseObject<stripe::Product>(json).value(), json});
        batch->receivedAtMs = clock.nowMs();
        pages->add(batch, context ? context : &owner, [this, id](const Status& status, const store::BatchPtr& page) {
            told << id + (status ? " stored" : " failed");
            handedBack += page->products.size() == 1 ? 1 : 0;
        });
    }
    [[nodiscard]] bool holds(const QString& id) const { return mirror->reader().json(id).value().has_value(); }

    QTemporaryDir dir;
    FakeClock clock;
    std::unique_ptr<store::Mirror> mirror;
    Applier applier;
    QObject owner;
    PageStore* pages;
    QStringList told;
    int handedBack = 0;
};

} // namespace

class TstPageStore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void onePageAloneIsStoredAtOnce()
    {
        PagesRig rig;
        rig.pages->expect();
        rig.add("prod_1");
        QVERIFY(rig.told.isEmpty()); // never before control has returned to the event loop
        rig.clock.advance(0);
        QCOMPARE(rig.told, QStringList{"prod_1 stored"});
        QCOMPARE(rig.handedBack, 1);
    }

    void pagesThatWaitTogetherAreOneTransaction()
    {
        PagesRig rig;
        for (int i = 0; i < 4; ++i) {
            rig.pages->expect();
        }
        const qint64 before = rig.mirror->revision();
        rig.add("prod_1");
        rig.clock.advance(0);
        QVERIFY(rig.told.isEmpty()); // three more are on their way
        rig.add("prod_2");
        rig.clock.advance(0);
        QCOMPARE(rig.told, QStringList({"prod_1 stored", "prod_2 stored"}));
        QCOMPARE(rig.mirror->revision(), before + 1);
    }

    void whatDoesNotComeIsNotWaitedFor()
    {
        PagesRig rig;
        for (int i = 0; i < 3; ++i) {
            rig.pages->expect();
        }
        rig.add("prod_1");
        rig.pages->missed();
        rig.clock.advance(0);
        QCOMPARE(rig.told, QStringList{"prod_1 stored"});
    }

    void aPageDoesNotWaitLong()
    {
        PagesRig rig;
        for (int i = 0; i < 20; ++i) {
            rig.pages->expect();
        }
        rig.add("prod_1");
        rig.clock.advance(PageStore::kLongestMs - 1);
        QVERIFY(rig.told.isEmpty());
        rig.clock.advance(1);
        QCOMPARE(rig.told, QStringList{"prod_1 stored"});
    }

    void manyAreStoredInTurns()
    {
        PagesRig rig;
        QStringList wanted;
        for (int i = 0; i < 20; ++i) {
            rig.pages->expect();
        }
        for (int i = 0; i < 20; ++i) {
            rig.add("prod_" + QString::number(i));
            wanted << "prod_" + QString::number(i) + " stored";
        }
        const qint64 before = rig.mirror->revision();
        for (int i = 0; i < 3; ++i) {
            rig.clock.advance(0);
        }
        QCOMPARE(rig.told, wanted);
        QVERIFY(rig.mirror->revision() - before <= 3);
    }

    void aFullDiskFailsTheTransaction()
    {
        PagesRig rig;
        rig.pages->expect();
        rig.pages->expect();
        rig.add("prod_1");
        rig.add("prod_2");
        store::failWrite(2);
        rig.clock.advance(PageStore::kLongestMs);
        QCOMPARE(rig.told, QStringList({"prod_1 failed", "prod_2 failed"}));
        QVERIFY(!rig.holds("prod_1"));
        rig.add("prod_3");
        rig.clock.advance(PageStore::kLongestMs);
        QCOMPARE(rig.told.last(), QString("prod_3 stored"));
    }

    void whoHasGoneIsNotAsked()
    {
        PagesRig rig;
        auto gone = std::make_unique<QObject>();
        rig.add("prod_1", gone.get());
        gone.reset();
        rig.add("prod_2");
        rig.clock.advance(PageStore::kLongestMs);
        QCOMPARE(rig.told, QStringList{"prod_2 stored"});
        QVERIFY(!rig.holds("prod_1"));
    }

    void closedIsClosed()
    {
        PagesRig rig;
        rig.add("prod_1");
        rig.pages->close();
        rig.add("prod_2");
        rig.clock.advance(PageStore::kLongestMs);
        QCOMPARE(rig.told, QStringList());
        QVERIFY(!rig.holds("prod_1") && !rig.holds("prod_2"));
    }
};

CH_TEST(TstPageStore)
#include "tst_PageStore.moc"

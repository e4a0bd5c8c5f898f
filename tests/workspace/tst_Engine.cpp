// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/TestMain.h"
#include "workspace/Engine.h"
#include "workspace/House.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QThread>

using namespace ch;
using namespace ch::test;
using workspace::AccountState;
using workspace::Engine;

namespace engines {

bool came(QSignalSpy& spy, int count = 1)
{
    return QTest::qWaitFor([&spy, count] { return spy.count() >= count; }, kLongestMs);
}

workspace::OpenOptions demoOptions(const QString& dataDir)
{
    workspace::OpenOptions options;
    options.dataDir = dataDir;
    options.demo = true;
    options.demoBusinesses = 15;
    return options;
}

std::unique_ptr<access::Vault> sessionVault(Clock&)
{
    return std::make_unique<access::SessionVault>();
}

} // namespace engines

class TstEngine : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theDemoFromOpeningToTakeDown()
    {
        QTemporaryDir dir;
        Engine engine(engines::sessionVault);
        QSignalSpy opened(&engine, &Engine::opened);
        QSignalSpy changed(&engine, &Engine::accountChanged);
        QSignalSpy started(&engine, &Engine::syncStarted);
        QSignalSpy finished(&engine, &Engine::syncFinished);
        QSignalSpy failed(&engine, &Engine::syncFailed);
        QSignalSpy progressed(&engine, &Engine::syncProgressed);
        QVERIFY(!engine.isOpen());
        engine.open(engines::demoOptions(dir.path()));
        QVERIFY(engines::came(opened));
        QVERIFY(engine.isOpen());
        QVERIFY(engine.account().demo);
        QCOMPARE(engine.account().mode, stripe::Mode::Test);
        QVERIFY(engine.account().host.startsWith(QLatin1String("127.0.0.1")));
        QVERIFY(engines::came(changed));
        QVERIFY(engine.account().modeConfirmed);
        QCOMPARE(engine.account().accountName, QStringLiteral("Countinghouse Demo"));
        engine.sync();
        QVERIFY(engines::came(started));
        QVERIFY(engine.isSyncing());
        QVERIFY2(engines::came(finished), failed.isEmpty() ? "" : qPrintable(failed[0][0].value<Error>().message));
        QVERIFY(!engine.isSyncing() && progressed.count() > 0);
        QVERIFY(finished[0][0].value<sync::SyncSummary>().complete);

        // A reader of its own, as the window has one in its own thread.
        const auto reader = store::MirrorReader::open(engine.account().folder);
        QVERIFY(reader);
        QString id;
        (void)(*reader)->forEachBusiness(false, [&id](const store::Business& business) {
            if (business.status == QLatin1String("active") && !business.isConflict()) {
                id = business.businessId;
            }
        });
        QSignalSpy planned(&engine, &Engine::planReady);
        QSignalSpy notPlanned(&engine, &Engine::orderFailed);
        QSignalSpy takenDown(&engine, &Engine::takedownFinished);
        const int plan = engine.planTakedown(id);
        const int nobody = engine.planTakedown(QStringLiteral("nobody"));
        QVERIFY(engines::came(planned) && engines::came(notPlanned));
        QCOMPARE(planned[0][0].toInt(), plan);
        QVERIFY(!planned[0][1].value<business::TakedownPlan>().cancels.empty());
        QCOMPARE(notPlanned[0][0].toInt(), nobody);
        QCOMPARE(notPlanned[0][1].value<Error>().kind, ErrorKind::NotFound);
        business::TakedownRequest agreed{id, QStringLiteral("test"), true};
        agreed.typedId = id; // the demo asks as live does
        const int order = engine.takeDown(agreed);
        QVERIFY(engines::came(takenDown));
        QCOMPARE(takenDown[0][0].toInt(), order);
        QCOMPARE(takenDown[0][1].value<business::TakedownOutcome>().status, QStringLiteral("taken_down"));
        QCOMPARE((*(*reader)->business(id))->status, QStringLiteral("taken_down"));

        QSignalSpy imported(&engine, &Engine::recordsImported);
        QSignalSpy refused(&engine, &Engine::orderFailed);
        QSignalSpy exported(&engine, &Engine::recordsExported);
        engine.importRecords(R"([{"business_id":"old","stripe_payment_intent_id":"pi_1"}])");
        engine.importRecords("<html>");
        const int asked = engine.exportRecords();
        QVERIFY(engines::came(imported) && engines::came(refused) && engines::came(exported));
        QCOMPARE(imported[0][1].value<store::ImportSummary>().added, 1);
        QCOMPARE(exported[0][0].toInt(), asked);
        QVERIFY(exported[0][1].toByteArray().contains("pi_1"));

        QSignalSpy closed(&engine, &Engine::closed);
        engine.close();
        QVERIFY(engines::came(closed));
        QVERIFY(!engine.isOpen() && engine.account().folder.isEmpty());
    }

    void twoDemosDoNotShareAFolderAndEachStartsEmpty()
    {
        QTemporaryDir dir;
        QString folder;
        {
            Engine one(engines::sessionVault);
            Engine two(engines::sessionVault);
            QSignalSpy openedOne(&one, &Engine::opened);
            QSignalSpy openedTwo(&two, &Engine::opened);
            one.open(engines::demoOptions(dir.path()));
            QVERIFY(engines::came(openedOne));
            two.open(engines::demoOptions(dir.path()));
            QVERIFY(engines::came(openedTwo));
            folder = one.account().folder;
            QVERIFY(folder != two.account().folder);
            QSignalSpy finished(&one, &Engine::syncFinished);
            one.sync();
            QVERIFY(engines::came(finished));
        }
        Engine again(engines::sessionVault);
        QSignalSpy opened(&again, &Engine::opened);
        again.open(engines::demoOptions(dir.path()));
        QVERIFY(engines::came(opened));
        QCOMPARE(again.account().folder, folder);
        QCOMPARE((*store::MirrorReader::open(folder))->counts()->customers, 0);
    }

    void endsWhileItSyncs_data()
    {
        QTest::addColumn<int>("pages");
        for (const int pages : {0, 1, 2, 5}) {
            QTest::addRow("after %d pages", pages) << pages;
        }
    }

    void endsWhileItSyncs()
    {
        QFETCH(int, pages);
        QTemporaryDir dir;
        QElapsedTimer timer;
        {
            Engine engine(engines::sessionVault);
            QSignalSpy opened(&engine, &Engine::opened);
            QSignalSpy progressed(&engine, &Engine::syncProgressed);
            engine.open(engines::demoOptions(dir.path()));
            QVERIFY(engines::came(opened));
            engine.sync();
            QVERIFY(engines::came(progressed, pages));
            (void)engine.takeDown({QStringLiteral("nobody"), QStringLiteral("test"), true});
            timer.start();
        }
        QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
    }

    void endsWhileAServerNeverAnswers()
    {
        // The server lives in another thread and hangs: nothing there, and no deadline of 80 s, holds the engine back.
        QThread thread;
        QObject inThread;
        inThread.moveToThread(&thread);
        std::atomic<int> port = 0;
        std::atomic<int> asked = 0;
        QTemporaryDir dir;
        connect(&thread, &QThread::started, &inThread, [&] {
            auto* clock = new SystemClock;
            auto* server = new serve::Server(*clock, serve::Limits{}, [&asked](const serve::Request&, const serve::Responder& responder) {
                ++asked;
                responder.hang();
            });
            connect(&thread, &QThread::finished, server, [server, clock] {
                delete server;
                delete clock;
            }, Qt::DirectConnection);
            port = server->listen().value_or(0);
        });
        thread.start();
        QVERIFY(QTest::qWaitFor([&port] { return port != 0; }, kLongestMs));
        QElapsedTimer timer;
        {
            Engine engine(engines::sessionVault);
            QSignalSpy opened(&engine, &Engine::opened);
            workspace::OpenOptions options;
            options.dataDir = dir.path();
            options.key = madeKey();
            options.apiBase = QUrl(QStringLiteral("http://127.0.0.1:%1").arg(port.load()));
            engine.open(options);
            QVERIFY(engines::came(opened));
            engine.sync();
            QVERIFY(QTest::qWaitFor([&asked] { return asked > 0; }, kLongestMs));
            timer.start();
        }
        QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
        thread.quit();
        thread.wait();
    }

    void ordersWithNothingOpenAreAnswered()
    {
        Engine engine(engines::sessionVault);
        QSignalSpy syncFailed(&engine, &Engine::syncFailed);
        QSignalSpy failed(&engine, &Engine::orderFailed);
        QSignalSpy takenDown(&engine, &Engine::takedownFinished);
        QSignalSpy provisioned(&engine, &Engine::provisionFinished);
        QSignalSpy cancelled(&engine, &Engine::cancelFinished);
        QSignalSpy openFailed(&engine, &Engine::openFailed);
        engine.sync();
        engine.stopSync();
        engine.close();
        const int plan = engine.planTakedown(QStringLiteral("a"));
        const int takedown = engine.takeDown({QStringLiteral("a"), {}, false});
        const int provision = engine.provision({QStringLiteral("a"), {}, {}, {}, {}, false, {}, {}});
        engine.importRecords("[]");
        engine.exportRecords();
        engine.readPrices({QStringLiteral("saas")});
        engine.planCancel(QStringLiteral("sub_1"));
        engine.resumeOperations({QStringLiteral("op_1")});
        engine.verifyTrail();
        engine.readGates();
        engine.setPayments(false);
        engine.setProtected(QStringLiteral("a"), true);
        business::CancelRequest cancel;
        cancel.subscriptionId = QStringLiteral("sub_1");
        const int cancelOrder = engine.cancelSubscription(cancel);
        const int prices = engine.ensurePrices(false);
        QTemporaryDir dir;
        workspace::OpenOptions nobody;
        nobody.dataDir = dir.path();
        nobody.profile = QStringLiteral("nobody");
        engine.open(nobody);
        QVERIFY(engines::came(syncFailed) && engines::came(failed, 11) && engines::came(takenDown) && engines::came(provisioned) && engines::came(openFailed));
        QCOMPARE(failed[0][0].toInt(), plan);
        QCOMPARE(failed[10][0].toInt(), prices);
        QCOMPARE(failed[10][1].value<Error>().code, QStringLiteral("nothing_open"));
        QCOMPARE(cancelled[0][0].toInt(), cancelOrder);
        QCOMPARE(cancelled[0][1].value<business::CancelOutcome>().status, QStringLiteral("failed"));
        QCOMPARE(provisioned[0][0].toInt(), provision);
        QCOMPARE(provisioned[0][1].value<business::ProvisionOutcome>().status, QStringLiteral("failed"));
        QCOMPARE(takenDown[0][0].toInt(), takedown);
        QCOMPARE(takenDown[0][1].value<business::TakedownOutcome>().status, QStringLiteral("failed"));
        QVERIFY(!engine.isOpen() && !engine.isSyncing());
    }

    void connectingKeepsTheKeyOrSaysThatItDidNot()
    {
        // The account answers in this thread, the engine asks from its own.
        Account stripe;
        QTemporaryDir dir;
        {
            Engine engine(engines::sessionVault);
            QSignalSpy opened(&engine, &Engine::opened);
            QSignalSpy notKept(&engine, &Engine::keyNotKept);
            engine.connectWithKey(madeKey(), QStringLiteral("shop"), true, stripe.base(), dir.path());
            QVERIFY(engines::came(opened));
            QCOMPARE(notKept.count(), 0);
            QCOMPARE(engine.account().profile, QStringLiteral("shop"));
            QVERIFY(access::Profiles::load(dir.path())->all().front().keyInVault);
        }
        Engine engine([](Clock&) { return std::make_unique<NoVault>(); });
        QSignalSpy opened(&engine, &Engine::opened);
        QSignalSpy notKept(&engine, &Engine::keyNotKept);
        QSignalSpy failed(&engine, &Engine::openFailed);
        engine.connectWithKey(madeKey("1", "pk"), QStringLiteral("shop"), true, stripe.base(), dir.path());
        QVERIFY(engines::came(failed));
        engine.connectWithKey(madeKey(), QStringLiteral("shop"), true, stripe.base(), dir.path());
        QVERIFY(engines::came(opened));
        QCOMPARE(notKept.count(), 1);
        QVERIFY(!access::Profiles::load(dir.path())->all().front().keyInVault);
        QVERIFY(filesWith(dir.path(), "kkkkkkkk").isEmpty());
    }

    void aRefusedKeyLeavesTheOpenAccountOpen()
    {
        Account stripe;
        QTemporaryDir dir;
        Engine engine(engines::sessionVault);
        QSignalSpy opened(&engine, &Engine::opened);
        QSignalSpy closed(&engine, &Engine::closed);
        QSignalSpy failed(&engine, &Engine::openFailed);
        engine.connectWithKey(madeKey(), QStringLiteral("shop"), true, stripe.base(), dir.path());
        QVERIFY(engines::came(opened));
        engine.connectWithKey(madeKey("1", "pk"), QStringLiteral("other"), true, stripe.base(), dir.path());
        QVERIFY(engines::came(failed));
        QCOMPARE(closed.count(), 0);
        QVERIFY(engine.isOpen());
        QSignalSpy synced(&engine, &Engine::syncFinished);
        engine.sync();
        QVERIFY(engines::came(synced));
        // An accepted one takes its place.
        engine.connectWithKey(madeKey("9999"), QStringLiteral("second"), true, stripe.base(), dir.path());
        QVERIFY(engines::came(opened, 2));
        QCOMPARE(closed.count(), 1);
        QCOMPARE(engine.account().profile, QStringLiteral("second"));
    }

    void aRemovedProfileTakesItsKeyAndLeavesItsFolder()
    {
        Account stripe;
        QTemporaryDir dir;
        Engine engine(engines::sessionVault);
        QSignalSpy opened(&engine, &Engine::opened);
        QSignalSpy closed(&engine, &Engine::closed);
        QSignalSpy removed(&engine, &Engine::profileRemoved);
        QSignalSpy notRemoved(&engine, &Engine::profileNotRemoved);
        QSignalSpy failed(&engine, &Engine::openFailed);
        engine.connectWithKey(madeKey(), QStringLiteral("shop"), true, stripe.base(), dir.path());
        QVERIFY(engines::came(opened));
        const QString folder = engine.account().folder;
        const access::Profile before = access::Profiles::load(dir.path())->all().front();
        engine.removeProfile(QStringLiteral("nobody"), dir.path());
        QVERIFY(engines::came(notRemoved));
        QVERIFY(engine.isOpen());
        engine.removeProfile(QStringLiteral("shop"), dir.path());
        QVERIFY(engines::came(removed));
        QCOMPARE(closed.count(), 1);
        QVERIFY(!engine.isOpen());
        QVERIFY(access::Profiles::load(dir.path())->all().empty());
        QVERIFY(QFile::exists(folder + QStringLiteral("/records.sqlite")));
        const auto records = *store::RecordsFile::open(folder);
        QCOMPARE(records->audit(1)->front().action, QStringLiteral("profile_removed"));
        QVERIFY(records->verifyAudit({})->ok);
        // Put back by hand, the profile finds no key in the vault any more.
        QVERIFY(access::Profiles::load(dir.path())->put(before).has_value());
        workspace::OpenOptions options;
        options.dataDir = dir.path();
        options.profile = before.name;
        engine.open(options);
        QVERIFY(engines::came(failed));
        QCOMPARE(opened.count(), 1);
    }

    void aKeyThatTheKeychainDoesNotGiveUpKeepsItsProfile()
    {
        QTemporaryDir dir;
        access::Profile profile;
        profile.name = QStringLiteral("shop");
        profile.mode = stripe::Mode::Test;
        profile.keyInVault = true;
        QVERIFY(access::Profiles::load(dir.path())->put(profile).has_value());
        Engine engine([](Clock&) { return std::make_unique<NoVault>(); });
        QSignalSpy removed(&engine, &Engine::profileRemoved);
        QSignalSpy notRemoved(&engine, &Engine::profileNotRemoved);
        engine.removeProfile(QStringLiteral("shop"), dir.path());
        QVERIFY(engines::came(notRemoved));
        QCOMPARE(notRemoved[0][1].value<Error>().kind, ErrorKind::Vault);
        QCOMPARE(access::Profiles::load(dir.path())->all().size(), size_t(1));
        // One whose key was never kept needs no keychain to go.
        profile.keyInVault = false;
        QVERIFY(access::Profiles::load(dir.path())->put(profile).has_value());
        engine.removeProfile(QStringLiteral("shop"), dir.path());
        QVERIFY(engines::came(removed));
    }

    void stoppingASyncSaysSo()
    {
        Account stripe;
        stripe.server->setLatencyMs(20);
        QTemporaryDir dir;
        Engine engine(engines::sessionVault);
        QSignalSpy opened(&engine, &Engine::opened);
        QSignalSpy progressed(&engine, &Engine::syncProgressed);
        QSignalSpy failed(&engine, &Engine::syncFailed);
        engine.open(keyOptions(dir.path(), stripe));
        QVERIFY(engines::came(opened));
        engine.sync();
        engine.sync();
        QVERIFY(engines::came(failed));
        QCOMPARE(failed[0][0].value<Error>().kind, ErrorKind::Busy);
        QVERIFY(engines::came(progressed));
        QVERIFY(engine.isSyncing());
        engine.stopSync();
        QVERIFY(engines::came(failed, 2));
        QCOMPARE(failed[1][0].value<Error>().kind, ErrorKind::Cancelled);
        QVERIFY(!engine.isSyncing());
    }
};

CH_TEST(TstEngine)

#include "tst_Engine.moc"

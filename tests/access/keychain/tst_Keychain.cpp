// SPDX-License-Identifier: GPL-3.0-or-later
// Each class runs alone, in the surroundings that with-keychain made for it.
#include "access/Vault.h"
#include "support/FakeClock.h"
#include "support/TestMain.h"

#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDBusMessage>
#include <QDBusVariant>
#include <QDBusVirtualObject>
#include <QThread>
#include <QtTest>

using namespace ch;
using namespace ch::access;

namespace {

const auto kEntry = QStringLiteral("profile/my shop/0123456789ab/api-key");

Secret madeKey(char filling = 'k')
{
    return Secret(QByteArray("sk_") + "test_" + QByteArray(20, filling) + "4242");
}

/// Waits for a real bus: the one place where the event loop runs on real time.
template <typename T>
Result<T> ended(ResultJob<T>* job)
{
    Result<T> result = fail(ErrorKind::Internal, QStringLiteral("the job never finished"));
    bool done = false;
    QObject context;
    job->onFinished(&context, [&](const Result<T>& seen) {
        result = seen;
        done = true;
    });
    const bool inTime = QTest::qWaitFor([&done] { return done; }, 20'000);
    return inTime ? result : fail(ErrorKind::Internal, QStringLiteral("the job never finished"));
}

void compareRefusal(const Error& error, const char* code)
{
    QCOMPARE(error.kind, ErrorKind::Vault);
    QCOMPARE(error.code, QLatin1String(code));
    QVERIFY2(!error.message.contains(QLatin1String("kkkk")), qPrintable(error.message));
    QVERIFY2(error.message.contains(QLatin1String("this session only")) || error.message.contains(QLatin1String("give the key again")), qPrintable(error.message));
}

/// gnome-keyring-daemon returns before it has taken its name on the bus and, told to unlock, before its login collection is there.
bool serviceIsUp(bool unlocked)
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.interface()->isServiceRegistered(QStringLiteral("org.freedesktop.secrets"))) {
        return false;
    }
    QDBusMessage ask = QDBusMessage::createMethodCall(QStringLiteral("org.freedesktop.secrets"), QStringLiteral("/org/freedesktop/secrets/collection/login"),
        QStringLiteral("org.freedesktop.DBus.Properties"), QStringLiteral("Get"));
    ask << QStringLiteral("org.freedesktop.Secret.Collection") << QStringLiteral("Locked");
    const QDBusMessage answer = bus.call(ask);
    return answer.type() == QDBusMessage::ReplyMessage && (!unlocked || !answer.arguments().constFirst().value<QDBusVariant>().variant().toBool());
}

} // namespace

/// Owns the name of the Secret Service and takes every call without ever answering, as a prompt does that nobody sees.
class SilentService final : public QDBusVirtualObject {
    Q_OBJECT
public:
    using QDBusVirtualObject::QDBusVirtualObject;
    [[nodiscard]] QString introspect(const QString&) const override { return {}; }
    bool handleMessage(const QDBusMessage& message, const QDBusConnection&) override
    {
        message.setDelayedReply(true);
        ++calls;
        return true;
    }
    int calls = 0;
};

class TstNoBus : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void saysWhatToStart()
    {
        SystemClock clock;
        KeychainVault vault(clock);
        const auto read = ended(vault.read(kEntry, this));
        QVERIFY(!read);
        compareRefusal(read.error(), "no_keychain");
        QVERIFY(read.error().message.contains(QLatin1String("gnome-keyring")));
        const auto written = ended(vault.write(kEntry, madeKey(), this));
        QVERIFY(!written);
        compareRefusal(written.error(), "no_keychain");
        const auto removed = ended(vault.remove(kEntry, this));
        QVERIFY(!removed);
        compareRefusal(removed.error(), "no_keychain");
    }
};

class TstNoService : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void saysWhatToStart()
    {
        SystemClock clock;
        KeychainVault vault(clock);
        const auto read = ended(vault.read(kEntry, this));
        QVERIFY(!read);
        compareRefusal(read.error(), "no_keychain");
        const auto written = ended(vault.write(kEntry, madeKey(), this));
        QVERIFY(!written);
        compareRefusal(written.error(), "no_keychain");
    }
};

class TstUnlocked : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QTRY_VERIFY_WITH_TIMEOUT(serviceIsUp(true), 20'000); }

    void keepsReadsReplacesAndRemoves()
    {
        SystemClock clock;
        KeychainVault vault(clock);
        const auto before = ended(vault.read(kEntry, this));
        QVERIFY(!before);
        compareRefusal(before.error(), "not_found_or_locked");
        QVERIFY(ended(vault.write(kEntry, madeKey('a'), this)).value_or(false));
        QVERIFY(ended(vault.write(kEntry, madeKey('b'), this)).value_or(false));
        const auto read = ended(vault.read(kEntry, this));
        QVERIFY(read && read->equals(madeKey('b')));
        QCOMPARE(ended(vault.remove(kEntry, this)), Result<bool>(true));
        QVERIFY(!ended(vault.read(kEntry, this)));
        // Nothing there: the keychain answers and says so, which a locked one cannot.
        QCOMPARE(ended(vault.remove(kEntry, this)), Result<bool>(false));
    }

    void entriesDoNotMeet()
    {
        SystemClock clock;
        KeychainVault vault(clock);
        const auto other = QStringLiteral("profile/other/0123456789ab/api-key");
        QVERIFY(ended(vault.write(kEntry, madeKey('a'), this)).value_or(false));
        QVERIFY(ended(vault.write(other, madeKey('b'), this)).value_or(false));
        QVERIFY(ended(vault.remove(other, this)).value_or(false));
        const auto read = ended(vault.read(kEntry, this));
        QVERIFY(read && read->equals(madeKey('a')));
        QVERIFY(ended(vault.remove(kEntry, this)).value_or(false));
    }

    void servesOneThreadAfterTheOther()
    {
        // QtKeychain's queue is one object: were it born in a thread that ends, the second thread would wait for ever.
        for (int round = 0; round < 2; ++round) {
            QThread thread;
            QObject inThread;
            inThread.moveToThread(&thread);
            SystemClock clock;
            KeychainVault vault(clock);
            std::atomic<int> seen = 0;
            QObject::connect(&thread, &QThread::started, &inThread, [&] {
                auto* owner = new QObject;
                vault.write(kEntry, madeKey('c'), owner)->onFinished(owner, [&, owner](const Result<bool>& written) {
                    vault.read(kEntry, owner)->onFinished(owner, [&, owner, ok = written.has_value()](const Result<Secret>& read) {
                        seen = ok && read && read->equals(madeKey('c')) ? 1 : 2;
                        owner->deleteLater();
                    });
                });
            });
            thread.start();
            const bool answered = QTest::qWaitFor([&seen] { return seen != 0; }, 20'000);
            thread.quit();
            thread.wait();
            QVERIFY(answered);
            QCOMPARE(seen.load(), 1);
        }
    }

    void jobMayDieBeforeItsAnswer()
    {
        SystemClock clock;
        KeychainVault vault(clock);
        for (int i = 0; i < 20; ++i) {
            QObject owner;
            vault.write(kEntry, madeKey(), &owner);
            vault.read(kEntry, &owner);
        }
        QVERIFY(ended(vault.read(kEntry, this)));
    }

    void leavesAKeyBehind()
    {
        SystemClock clock;
        KeychainVault vault(clock);
        QVERIFY(ended(vault.write(kEntry, madeKey(), this)).value_or(false));
    }
};

class TstLocked : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QTRY_VERIFY_WITH_TIMEOUT(serviceIsUp(false), 20'000); }

    void neverSaysThatAKeyIsGone()
    {
        SystemClock clock;
        KeychainVault vault(clock);
        const auto read = ended(vault.read(kEntry, this));
        QVERIFY(!read);
        compareRefusal(read.error(), "not_found_or_locked");
        QVERIFY(read.error().message.contains(QLatin1String("locked")));
        const auto written = ended(vault.write(kEntry, madeKey(), this));
        QVERIFY(!written);
        compareRefusal(written.error(), "locked");
        // The Secret Service itself calls this removal a success.
        const auto removed = ended(vault.remove(kEntry, this));
        QVERIFY(!removed);
        compareRefusal(removed.error(), "locked");
    }
};

class TstSilent : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void endsByItself()
    {
        SilentService service;
        QDBusConnection bus = QDBusConnection::sessionBus();
        QVERIFY(bus.registerVirtualObject(QStringLiteral("/org"), &service, QDBusConnection::SubPath));
        QVERIFY(bus.registerService(QStringLiteral("org.freedesktop.secrets")));

        test::FakeClock clock;
        KeychainVault vault(clock);
        int ends = 0;
        Error error;
        auto* job = vault.read(kEntry, this);
        job->onFinished(this, [&](const Result<Secret>& result) {
            ++ends;
            error = result ? Error{} : result.error();
        });
        QVERIFY(QTest::qWaitFor([&service] { return service.calls > 0; }, 10'000));
        clock.advance(29'000);
        QCOMPARE(ends, 0);
        clock.advance(1'000);
        QCOMPARE(ends, 1);
        compareRefusal(error, "no_answer");
        QVERIFY(error.message.contains(QLatin1String("30 seconds")));
    }
};

CH_TEST(TstNoBus)
CH_TEST(TstNoService)
CH_TEST(TstUnlocked)
CH_TEST(TstLocked)
CH_TEST(TstSilent)

#include "tst_Keychain.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// What an installed program does beside its work: the look for newer versions, and the service of the user's systemd.
#include "http/FakeTransport.h"
#include "support/FakeClock.h"
#include "support/TestMain.h"
#include "workspace/ServiceUnit.h"
#include "workspace/UpdateCheck.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace ch;
using namespace ch::workspace;
using ch::test::FakeClock;
using ch::test::FakeTransport;

class TstInstalled : public QObject {
    Q_OBJECT

    using Answer = Result<std::optional<NewerVersion>>;

    static Answer ask(FakeTransport& transport, const char* address = "https://updates.example/countinghouse.json")
    {
        FakeClock clock;
        std::optional<Answer> told;
        UpdateCheck check(QUrl(QString::fromLatin1(address)), QStringLiteral("0.9.0"), clock, nullptr, &transport);
        check.setAutoDelete(false);
        check.onFinished(&check, [&told](const Answer& answer) { told = answer; });
        test::deliverQueued();
        return told ? *told : fail(ErrorKind::Internal, QStringLiteral("it never ended"));
    }

    /// A systemctl that notes how it is called and answers as the script says.
    struct Systemctl {
        QTemporaryDir dir;
        QByteArray path = qgetenv("PATH");
        explicit Systemctl(const QByteArray& script)
        {
            if (!script.isEmpty()) {
                QFile file(dir.filePath(QStringLiteral("systemctl")));
                if (file.open(QIODevice::WriteOnly)) {
                    file.write("#!/bin/sh\nprintf '%s\\n' \"$*\" >>\"${0%/*}/noted\"\n" + script);
                    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
                }
            }
            qputenv("PATH", script.isEmpty() ? dir.path().toLocal8Bit() : dir.path().toLocal8Bit() + ':' + path);
        }
        ~Systemctl() { qputenv("PATH", path); }
        [[nodiscard]] QByteArray noted() const
        {
            QFile file(dir.filePath(QStringLiteral("noted")));
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        }
    };

    using State = ServiceUnit::State;

    static std::pair<State, QString> stands(ServiceUnit& unit, const std::function<void()>& act)
    {
        std::optional<std::pair<State, QString>> told;
        const auto connection = QObject::connect(&unit, &ServiceUnit::told, &unit, [&told](State state, const QString& why) { told = {state, why}; });
        act();
        [&] { QTRY_VERIFY_WITH_TIMEOUT(told.has_value(), 20'000); }();
        QObject::disconnect(connection);
        return told.value_or(std::pair{State::Absent, QStringLiteral("nothing was told")});
    }

private Q_SLOTS:
    void aNewerVersionIsTold()
    {
        FakeTransport transport;
        transport.answer(200, "{\"version\": \"0.10.0\", \"page\": \"https://updates.example/0.10.0\"}");
        const Answer answer = ask(transport);
        QVERIFY(answer && *answer);
        QCOMPARE((*answer)->version, "0.10.0");
        QCOMPARE((*answer)->page, QUrl(QStringLiteral("https://updates.example/0.10.0")));
        QCOMPARE(transport.requests.size(), 1);
        QCOMPARE(transport.requests.first().method, QByteArray("GET"));
        QVERIFY(transport.requests.first().headers.isEmpty()); // nothing of this computer goes there
        QVERIFY(transport.requests.first().body.isEmpty());
    }

    void theSameAndAnOlderOneAreNot()
    {
        for (const char* body : {"{\"version\": \"0.9.0\"}", "{\"version\": \"0.8.99\"}"}) {
            FakeTransport transport;
            transport.answer(200, body);
            const Answer answer = ask(transport);
            QVERIFY(answer && !*answer);
        }
    }

    void whatIsNoVersionIsAnError()
    {
        for (const char* body : {"", "{}", "[]", "{\"version\": 2}", "{\"version\": \"2\"}", "{\"version\": \"1.0.0-rc1\"}", "{\"version\": \"9.9.9 <b>\"}"}) {
            FakeTransport transport;
            transport.answer(200, body);
            QVERIFY2(!ask(transport), body);
        }
        FakeTransport missing;
        missing.answer(404, "{\"version\": \"9.9.9\"}");
        QVERIFY(!ask(missing));
        FakeTransport lost;
        lost.lose();
        QVERIFY(!ask(lost));
    }

    void aPageThatIsNotHttpsIsLeftOut()
    {
        for (const char* page : {"http://updates.example/", "file:///etc/passwd", "javascript:alert(1)", "countinghouse://business/x"}) {
            const auto answer = readUpdateAnswer(QByteArray("{\"version\": \"1.0.0\", \"page\": \"") + page + "\"}", QStringLiteral("0.9.0"));
            QVERIFY(answer && *answer);
            QVERIFY2((*answer)->page.isEmpty(), page);
        }
    }

    void onlyHttpsIsAsked()
    {
        for (const char* address : {"http://updates.example/", "file:///tmp/x", "", "https://"}) {
            FakeTransport transport; // a request would fail the test
            QVERIFY2(!ask(transport, address), address);
            QVERIFY(transport.requests.isEmpty());
        }
    }

    void unitsAreNamedAsSystemdNamesThem()
    {
        QCOMPARE(ServiceUnit::unitOf(QStringLiteral("Main_1")), QStringLiteral("countinghouse@Main_1.service"));
        QCOMPARE(ServiceUnit::unitOf(QStringLiteral("My shop-2")), QStringLiteral("countinghouse@My\\x20shop\\x2d2.service"));
        QCOMPARE(ServiceUnit::unitOf(QStringLiteral("é")), QStringLiteral("countinghouse@\\xc3\\xa9.service"));
    }

    void theServiceIsAskedAndSwitched()
    {
        Systemctl systemctl("f=\"${0%/*}/on\"\ncase $2 in\nis-enabled) [ -e \"$f\" ] && echo enabled || { echo disabled; exit 1; } ;;\n"
                            "enable) touch \"$f\" ;;\ndisable) rm -f \"$f\" ;;\nesac\n");
        ServiceUnit unit(QStringLiteral("Main"));
        QCOMPARE(stands(unit, [&] { unit.ask(); }).first, State::Off);
        QCOMPARE(stands(unit, [&] { unit.set(true); }).first, State::On);
        QCOMPARE(stands(unit, [&] { unit.set(false); }), (std::pair{State::Off, QString()}));
        QCOMPARE(systemctl.noted(), QByteArray("--user is-enabled countinghouse@Main.service\n"
                                               "--user enable --now countinghouse@Main.service\n--user is-enabled countinghouse@Main.service\n"
                                               "--user disable --now countinghouse@Main.service\n--user is-enabled countinghouse@Main.service\n"));
    }

    void absenceIsSaidInWords()
    {
        ServiceUnit unit(QStringLiteral("Main"));
        {
            Systemctl none({});
            const auto [state, why] = stands(unit, [&] { unit.ask(); });
            QCOMPARE(state, State::Absent);
            QVERIFY2(why.contains(QLatin1String("no systemd")), qPrintable(why));
        }
        {
            Systemctl noBus("echo 'Failed to connect to bus: No medium found' >&2\nexit 1\n");
            const auto [state, why] = stands(unit, [&] { unit.ask(); });
            QCOMPARE(state, State::Absent);
            QVERIFY2(why.contains(QLatin1String("not run by systemd")), qPrintable(why));
        }
        Systemctl noUnit("echo 'Failed to get unit file state for x.service: No such file or directory' >&2\nexit 1\n");
        const auto [state, why] = stands(unit, [&] { unit.ask(); });
        QCOMPARE(state, State::Absent);
        QVERIFY2(why.contains(QLatin1String("comes with the package")), qPrintable(why));
    }

    void aRefusalIsTold()
    {
        Systemctl refusing("[ $2 = is-enabled ] && { echo disabled; exit 1; }\necho 'Access denied' >&2\nexit 4\n");
        ServiceUnit unit(QStringLiteral("Main"));
        const auto [state, why] = stands(unit, [&] { unit.set(true); });
        QCOMPARE(state, State::Off);
        QVERIFY2(why.contains(QLatin1String("Access denied")), qPrintable(why));
    }
};

CH_TEST(TstInstalled)
#include "tst_Installed.moc"

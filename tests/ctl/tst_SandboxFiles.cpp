// SPDX-License-Identifier: GPL-3.0-or-later
// stripe-sandbox --save FILE and --load FILE, as a shell sees them.
#include "ctl/Programs.h"
#include "support/TestMain.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QtTest>

using namespace ch::test;

class TstSandboxFiles : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatWasMadeBeforeTheSaveIsThereAfterTheLoad_data()
    {
        QTest::addColumn<bool>("byRequest");
        QTest::newRow("saved when it ends") << false;
        QTest::newRow("saved by request") << true;
    }

    void whatWasMadeBeforeTheSaveIsThereAfterTheLoad()
    {
        QFETCH(bool, byRequest);
        const QString file = m_home.filePath(byRequest ? QStringLiteral("asked") : QStringLiteral("ended"));
        QJsonObject before;
        {
            Sandbox sandbox({QStringLiteral("--businesses"), QStringLiteral("12"), QStringLiteral("--seed"), QStringLiteral("9"), QStringLiteral("--save"), file});
            const QString customer = sandbox.ask("POST", QStringLiteral("/v1/customers"), "name=Saved").object().value(QStringLiteral("id")).toString();
            const QString price = sandbox.ask("GET", QStringLiteral("/v1/prices?limit=1&active=true&type=recurring&currency=usd"))
                                      .object().value(QStringLiteral("data")).toArray().at(0).toObject().value(QStringLiteral("id")).toString();
            before = sandbox.ask("POST", QStringLiteral("/v1/subscriptions"),
                                "customer=" + customer.toUtf8() + "&items[0][price]=" + price.toUtf8() + "&collection_method=send_invoice&days_until_due=14&metadata[kept]=yes")
                         .object();
            QVERIFY2(before.value(QStringLiteral("id")).toString().startsWith(QLatin1String("sub_")), QJsonDocument(before).toJson().constData());
            QVERIFY(!QFile::exists(file));
            if (byRequest) {
                (void)sandbox.ask("POST", QStringLiteral("/_sandbox/save"));
                QVERIFY(QFile::exists(file));
            }
        }
        QVERIFY(QFile::exists(file));
        // Size and seed come from the file.
        Sandbox loaded({QStringLiteral("--load"), file});
        QVERIFY(!loaded.base().isEmpty());
        QCOMPARE(loaded.ask("GET", QStringLiteral("/v1/subscriptions/") + before.value(QStringLiteral("id")).toString()).object(), before);
    }

    void aFileThatIsNoSavedAccountIsRefused_data()
    {
        QTest::addColumn<QString>("damage");
        for (const char* damage : {"flipped", "cut", "foreign", "empty"}) {
            QTest::newRow(damage) << QString::fromLatin1(damage);
        }
    }

    void aFileThatIsNoSavedAccountIsRefused()
    {
        QFETCH(QString, damage);
        const QString path = m_home.filePath(damage);
        {
            const Sandbox sandbox({QStringLiteral("--businesses"), QStringLiteral("3"), QStringLiteral("--save"), path});
            QVERIFY(!sandbox.base().isEmpty());
        }
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QByteArray bytes = file.readAll();
        QVERIFY(bytes.size() > 100);
        if (damage == QLatin1String("flipped")) {
            bytes[bytes.size() / 2] = static_cast<char>(bytes.at(bytes.size() / 2) ^ 1);
        } else {
            bytes = damage == QLatin1String("cut") ? bytes.chopped(1) : damage == QLatin1String("foreign") ? QByteArray("{\"object\":\"account\"}") : QByteArray();
        }
        QVERIFY(file.resize(0) && file.seek(0) && file.write(bytes) == bytes.size());
        file.close();

        QProcess process;
        process.start(QStringLiteral(CH_BIN_DIR "/stripe-sandbox"), {QStringLiteral("--load"), path});
        QVERIFY(process.waitForFinished(kPatienceMs));
        QCOMPARE(process.exitCode(), 2);
        const QByteArray said = process.readAllStandardError();
        QVERIFY2(said.startsWith("stripe-sandbox: " + path.toUtf8() + " cannot be loaded. ") && said.trimmed().endsWith('.'), said.constData());
        QVERIFY(process.readAllStandardOutput().isEmpty());
    }

private:
    QTemporaryDir m_home;
};

CH_TEST(TstSandboxFiles)
#include "tst_SandboxFiles.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "access/Profiles.h"
#include "access/Vault.h"
#include "support/FakeClock.h"
#include "support/Files.h"
#include "support/TestMain.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace ch;
using namespace ch::access;

namespace {

QByteArray madeKeyText()
{
    return QByteArray("sk_") + "test_" + QByteArray(20, 'k') + "4242";
}

Profile madeProfile(const QString& name)
{
    Profile profile;
    profile.name = name;
    profile.apiBase = QUrl(QStringLiteral("https://api.stripe.com"));
    profile.accountId = QStringLiteral("acct_1");
    profile.accountName = QStringLiteral("Bäckerei \u201cAm Eck\u201d");
    profile.mode = stripe::Mode::Test;
    profile.keyMasked = Secret(madeKeyText()).masked();
    profile.keyInVault = true;
    profile.deleteCustomerOnTakeDown = true;
    profile.attempts = 4;
    return profile;
}

void writeProfilesFile(const QString& dir, const QByteArray& text)
{
    QFile file(QDir(dir).filePath(QStringLiteral("profiles.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

QByteArray readProfilesFile(const QString& dir)
{
    QFile file(QDir(dir).filePath(QStringLiteral("profiles.json")));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TstProfiles : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void comeBackAsTheyWereSaved()
    {
        const QTemporaryDir dir;
        const QString data = dir.filePath(QStringLiteral("new/folder"));
        auto profiles = Profiles::load(data);
        QVERIFY(profiles && profiles->all().empty());
        QVERIFY(profiles->put(madeProfile(QStringLiteral("My shop"))));
        QVERIFY(profiles->put(madeProfile(QStringLiteral("other"))));
        const auto again = Profiles::load(data);
        QVERIFY(again);
        QCOMPARE(again->all().size(), 2U);
        Profile expected = madeProfile(QStringLiteral("My shop"));
        expected.id = profiles->all().front().id;
        QVERIFY(expected.id.size() >= 12);
        QVERIFY(*again->find(QStringLiteral("my SHOP")) == expected);
        QVERIFY(again->all()[0].id != again->all()[1].id);
        const auto permissions = QFile::permissions(data + QStringLiteral("/profiles.json"));
        QCOMPARE(permissions & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther), QFile::Permissions());
        QCOMPARE(QFile::permissions(data) & (QFile::ReadGroup | QFile::ExeGroup | QFile::ReadOther | QFile::ExeOther), QFile::Permissions());
    }

    void replacingKeepsTheIdAndSoTheKey()
    {
        const QTemporaryDir dir;
        auto profiles = Profiles::load(dir.path());
        QVERIFY(profiles->put(madeProfile(QStringLiteral("a"))));
        const QString entry = profiles->all().front().vaultEntry();
        Profile changed = madeProfile(QStringLiteral("A"));
        changed.attempts = 2;
        QVERIFY(profiles->put(changed));
        QCOMPARE(profiles->all().size(), 1U);
        QCOMPARE(profiles->all().front().attempts, 2);
        QCOMPARE(profiles->all().front().vaultEntry().section(QLatin1Char('/'), 2), entry.section(QLatin1Char('/'), 2));
        QVERIFY(profiles->remove(QStringLiteral("a")));
        QVERIFY(profiles->all().empty());
        QCOMPARE(profiles->remove(QStringLiteral("a")).error().kind, ErrorKind::NotFound);
    }

    void twoProgramsDoNotLoseEachOthersProfiles()
    {
        const QTemporaryDir dir;
        auto one = Profiles::load(dir.path());
        auto two = Profiles::load(dir.path());
        QVERIFY(one->put(madeProfile(QStringLiteral("one"))));
        QVERIFY(two->put(madeProfile(QStringLiteral("two"))));
        QCOMPARE(Profiles::load(dir.path())->all().size(), 2U);
    }

    void damagedFilesAreToldAndLeftAlone_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("kind");
        QTest::newRow("empty") << QByteArray() << int(ErrorKind::Damaged);
        QTest::newRow("html") << QByteArray("<html>") << int(ErrorKind::Damaged);
        QTest::newRow("cut off") << QByteArray("{\"version\":1,\"profiles\":[{\"name\":\"a\"") << int(ErrorKind::Damaged);
        QTest::newRow("an array") << QByteArray("[]") << int(ErrorKind::Damaged);
        QTest::newRow("no version") << QByteArray("{\"profiles\":[]}") << int(ErrorKind::Damaged);
        QTest::newRow("entry is text") << QByteArray("{\"version\":1,\"profiles\":[\"a\"]}") << int(ErrorKind::Damaged);
        QTest::newRow("name is a number") << QByteArray("{\"version\":1,\"profiles\":[{\"name\":7}]}") << int(ErrorKind::Damaged);
        QTest::newRow("name leads out") << QByteArray("{\"version\":1,\"profiles\":[{\"name\":\"../x\"}]}") << int(ErrorKind::Damaged);
        QTest::newRow("one name twice") << QByteArray("{\"version\":1,\"profiles\":[{\"name\":\"a\"},{\"name\":\"A\"}]}") << int(ErrorKind::Damaged);
        QTest::newRow("key_in_vault is text") << QByteArray("{\"version\":1,\"profiles\":[{\"name\":\"a\",\"key_in_vault\":\"yes\"}]}") << int(ErrorKind::Damaged);
        QTest::newRow("newer") << QByteArray("{\"version\":2,\"profiles\":{}}") << int(ErrorKind::NewerVersion);
    }

    void damagedFilesAreToldAndLeftAlone()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, kind);
        const QTemporaryDir dir;
        auto before = Profiles::load(dir.path());
        writeProfilesFile(dir.path(), text);
        const auto loaded = Profiles::load(dir.path());
        QVERIFY(!loaded);
        QCOMPARE(int(loaded.error().kind), kind);
        QVERIFY(loaded.error().message.contains(QLatin1String("profiles.json")));
        // Saving from a list that was read before the damage does not write over it either.
        QVERIFY(!before->put(madeProfile(QStringLiteral("b"))));
        QCOMPARE(readProfilesFile(dir.path()), text);
    }

    void aModeThatIsNotClearlyTestIsLive()
    {
        const QTemporaryDir dir;
        writeProfilesFile(dir.path(), "{\"version\":1,\"profiles\":[{\"name\":\"a\",\"mode\":\"Test\"},{\"name\":\"b\"},{\"name\":\"c\",\"mode\":\"test\"}]}");
        const auto loaded = Profiles::load(dir.path());
        QVERIFY(loaded);
        QCOMPARE(loaded->find(QStringLiteral("a"))->mode, stripe::Mode::Live);
        QCOMPARE(loaded->find(QStringLiteral("b"))->mode, stripe::Mode::Live);
        QCOMPARE(loaded->find(QStringLiteral("c"))->mode, stripe::Mode::Test);
    }

    void namesAndFolders()
    {
        for (const char* good : {"a", "My shop", "shop-2_b", "0123456789012345678901234567890123456789"}) {
            QVERIFY2(Profiles::checkName(QString::fromLatin1(good)), good);
        }
        QVERIFY(Profiles::checkName(QStringLiteral("Bäckerei 東京")));
        for (const char* bad : {"", " a", "a ", "a/b", "..", ".", "a\nb", "con", "NUL", "com7", "LPT9", "a:b", "a%2f", "01234567890123456789012345678901234567890"}) {
            QVERIFY2(!Profiles::checkName(QString::fromLatin1(bad)), bad);
        }
        QVERIFY(Profiles::checkName(QString(22, QChar(0x6771))));
        QVERIFY(!Profiles::checkName(QString(30, QChar(0x6771)))); // no file system has room for its folder
        const Status key = Profiles::checkName(QString::fromLatin1(madeKeyText()));
        QVERIFY(!key && !key.error().message.contains(QLatin1String("kkkk")));
        // Names that look alike have folders of their own; one name has one folder however it is written.
        QStringList slugs;
        for (const QString& name : {QStringLiteral("a b"), QStringLiteral("a-b"), QStringLiteral("a_b"), QStringLiteral("ab"), QStringLiteral("äb"), QStringLiteral("a  b")}) {
            slugs << madeProfile(name).slug();
            QVERIFY(!slugs.last().contains(QLatin1Char('/')) && !slugs.last().contains(QLatin1Char(' ')));
        }
        QCOMPARE(slugs.removeDuplicates(), 0);
        QCOMPARE(madeProfile(QStringLiteral("ÄB")).slug(), madeProfile(QStringLiteral("äb")).slug());
        QCOMPARE(madeProfile(QStringLiteral("a\u0308b")).slug(), madeProfile(QStringLiteral("äb")).slug());
    }

    void noKeyEntersTheFile()
    {
        const QTemporaryDir dir;
        auto profiles = Profiles::load(dir.path());
        const QString key = QString::fromLatin1(madeKeyText());
        QList<Profile> wrong(5, madeProfile(QStringLiteral("p")));
        wrong[0].keyMasked = key;
        wrong[1].accountName = key;
        wrong[2].apiBase = QUrl(QStringLiteral("https://%1@api.stripe.com").arg(key));
        wrong[3].apiBase = QUrl(QStringLiteral("https://api.stripe.com/?k=%1").arg(key));
        wrong[4].accountId = key;
        for (const Profile& profile : wrong) {
            const Status put = profiles->put(profile);
            QVERIFY(!put);
            QCOMPARE(put.error().kind, ErrorKind::InvalidInput);
            QVERIFY(!put.error().message.contains(key));
        }
        QVERIFY(profiles->put(madeProfile(QStringLiteral("p"))));
        QVERIFY(test::fileCount(dir.path()) > 0);
        QCOMPARE(test::filesWith(dir.path(), "kkkk"), QStringList());
    }

    void aFolderThatCannotBeMadeIsTold()
    {
        const QTemporaryDir dir;
        QFile file(dir.filePath(QStringLiteral("file")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        auto profiles = Profiles::load(file.fileName() + QStringLiteral("/below"));
        QVERIFY(profiles);
        QCOMPARE(profiles->put(madeProfile(QStringLiteral("a"))).error().kind, ErrorKind::Storage);
    }

    void theEnvironmentIsReadInTheSeedsOrder()
    {
        for (const char* name : {"STRIPE_API_KEY", "STRIPE_SECRET_KEY", "STRIPE_TEST_KEY"}) {
            qunsetenv(name);
        }
        QVERIFY(!environmentKey());
        qputenv("STRIPE_TEST_KEY", "third");
        QCOMPARE(environmentKey()->variable, QStringLiteral("STRIPE_TEST_KEY"));
        qputenv("STRIPE_SECRET_KEY", " second\n");
        QCOMPARE(environmentKey()->variable, QStringLiteral("STRIPE_SECRET_KEY"));
        QVERIFY(environmentKey()->value.equals(Secret("second")));
        qputenv("STRIPE_API_KEY", "  ");
        QCOMPARE(environmentKey()->variable, QStringLiteral("STRIPE_SECRET_KEY"));
        qputenv("STRIPE_API_KEY", "first");
        QCOMPARE(environmentKey()->variable, QStringLiteral("STRIPE_API_KEY"));
        for (const char* name : {"STRIPE_API_KEY", "STRIPE_SECRET_KEY", "STRIPE_TEST_KEY"}) {
            qunsetenv(name);
        }
    }

    void textWithTheFormOfAKeyIsSeen()
    {
        for (const QByteArray& prefix : {QByteArray("sk_") + "test_", QByteArray("rk_") + "live_", QByteArray("sk_") + "org_live_", QByteArray("pk_") + "test_", QByteArray("rkcs_") + "test_"}) {
            QVERIFY2(holdsKey(QStringLiteral("--key=") + QString::fromLatin1(prefix + "51AbCdEfGh")), prefix.constData());
        }
        QVERIFY(holdsKey(QStringLiteral("whsec_") + QString(24, QLatin1Char('a'))));
        for (const char* innocent : {"oak_street_bakery_0", "biz_sk_2", "task_test_run_1234", "sk_test", "acct_1AbCdEfGhIjKlMnO", "cus_1AbCdEfGhIjKlMnOp"}) {
            QVERIFY2(!holdsKey(QString::fromLatin1(innocent)), innocent);
        }
    }

    void theSessionVaultForgetsWithItsEnd()
    {
        const auto ended = [this](auto* job) {
            std::optional<std::decay_t<decltype(job->result())>> seen;
            job->onFinished(this, [&seen](const auto& result) { seen = result; });
            test::deliverQueued();
            return *seen;
        };
        const Secret key(madeKeyText());
        SessionVault vault;
        QVERIFY(!ended(vault.read(QStringLiteral("e"), this)));
        QVERIFY(ended(vault.write(QStringLiteral("e"), key, this)));
        QVERIFY(ended(vault.read(QStringLiteral("e"), this))->equals(key));
        QVERIFY(*ended(vault.remove(QStringLiteral("e"), this)));
        QVERIFY(!*ended(vault.remove(QStringLiteral("e"), this)));
    }
};

CH_TEST(TstProfiles)

#include "tst_Profiles.moc"

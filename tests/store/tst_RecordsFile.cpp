// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Database.h"
#include "store/Faults.h"
#include "store/StoreObjects.h"
#include "support/TestMain.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace ch;
using namespace ch::store;

namespace {

Record recordOf(const QString& id, const QString& price = QStringLiteral("5.00"))
{
    Record record;
    record.businessId = id;
    record.businessName = QStringLiteral("Name of ") + id;
    record.businessType = QStringLiteral("saas");
    record.customerId = QStringLiteral("cus_") + id;
    record.subscriptionId = QStringLiteral("sub_") + id;
    record.monthlyPriceUsd = price;
    return record;
}

} // namespace

class TstRecordsFile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsBothForms()
    {
        const QByteArray object = "\xEF\xBB\xBF{\"b1\":{\"business_id\":\"b1\",\"business_name\":\"Caf\\u00e9\",\"business_type\":\"saas\",\"stripe_customer_id\":\"cus_1\","
                                  "\"stripe_subscription_id\":\"sub_1\",\"stripe_payment_intent_id\":null,\"subscription_status\":\"active\",\"monthly_price_usd\":5.00,"
                                  "\"unknown\":{\"a\":[1,2]}},\"b2\":{\"stripe_payment_intent_id\":\"pi_2\",\"monthly_price_usd\":\"7.5\"}}";
        const auto records = parseRecords(object);
        QVERIFY2(records, qPrintable(records ? QString() : records.error().message));
        QCOMPARE(records->size(), size_t(2));
        QCOMPARE(records->at(0).businessName, QString::fromUtf8("Caf\xc3\xa9"));
        QCOMPARE(records->at(0).monthlyPriceUsd, QString("5.00"));
        QVERIFY(!records->at(0).isLegacy());
        QCOMPARE(records->at(1).businessId, QString("b2"));
        QVERIFY(records->at(1).isLegacy());
        QCOMPARE(records->at(1).monthlyPriceUsd, QString("7.5"));
        const auto list = parseRecords("[{\"business_id\":\"b1\"},{\"business_id\":\"b2\",\"monthly_price_usd\":12345678901234567890.10}]");
        QCOMPARE(list->at(1).monthlyPriceUsd, QString("12345678901234567890.10"));
        QVERIFY(parseRecords("{}")->empty());
        QVERIFY(parseRecords(" [ ] ")->empty());
    }

    void saysWhatIsWrongAndWhere_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("says");
        QTest::newRow("empty") << QByteArray() << "empty";
        QTest::newRow("only a mark") << QByteArray("\xEF\xBB\xBF \n") << "empty";
        QTest::newRow("html") << QByteArray("<html>no</html>") << "not JSON";
        QTest::newRow("cut") << QByteArray("{\"b1\":{\"business_id\":\"b1\"}") << "not JSON";
        QTest::newRow("trailing") << QByteArray("{} {}") << "not JSON";
        QTest::newRow("bad utf-8") << QByteArray("{\"b1\":{\"business_name\":\"\xff\"}}") << "not JSON";
        QTest::newRow("number") << QByteArray("42") << "expected";
        QTest::newRow("key twice") << QByteArray("{\"b1\":{},\"b1\":{}}") << "names the business \"b1\" twice";
        QTest::newRow("key twice, escaped") << QByteArray("{\"b1\":{},\"b\\u0031\":{}}") << "names the business \"b1\" twice";
        QTest::newRow("list twice") << QByteArray("[{\"business_id\":\"b1\"},{\"business_id\":\"b1\"}]") << "names the business \"b1\" twice";
        QTest::newRow("field twice") << QByteArray("{\"b1\":{\"business_name\":\"x\",\"business_name\":\"y\"}}") << "business_name is there twice";
        QTest::newRow("mismatch") << QByteArray("{\"b1\":{\"business_id\":\"b2\"}}") << "record \"b1\": its business_id says \"b2\"";
        QTest::newRow("no id") << QByteArray("[{\"business_id\":\"b1\"},{\"business_name\":\"x\"}]") << "record 2: it has no business_id";
        QTest::newRow("empty key") << QByteArray("{\"\":{}}") << "empty business id";
        QTest::newRow("id a number") << QByteArray("[{\"business_id\":5}]") << "business_id is a number";
        QTest::newRow("price a list") << QByteArray("{\"b1\":{\"monthly_price_usd\":[5]}}") << "monthly_price_usd is a list";
        QTest::newRow("price words") << QByteArray("{\"b1\":{\"monthly_price_usd\":\"five\"}}") << "\"five\"";
        QTest::newRow("record a text") << QByteArray("{\"b1\":\"x\"}") << "record \"b1\": a text stands where a record";
        QTest::newRow("single record") << QByteArray("{\"business_id\":\"b1\",\"business_name\":\"x\"}") << "an object in braces";
    }

    void saysWhatIsWrongAndWhere()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, says);
        const auto records = parseRecords(json);
        QVERIFY(!records);
        QCOMPARE(records.error().kind, ErrorKind::InvalidInput);
        QVERIFY2(records.error().message.contains(says), qPrintable(records.error().message));
    }

    void whatIsWrittenReadsBackEqual()
    {
        std::vector<Record> records = {recordOf("b2"), recordOf("b1", "0.10")};
        records[0].businessName = QString::fromUtf8("Quote \" back \\ tab \t \xe4\xbd\xa0");
        records[1].subscriptionId.clear();
        records[1].paymentIntentId = "pi_1";
        records[1].takenDownAtMs = 1700000000123;
        const QByteArray json = recordsToJson(records);
        QVERIFY(json.contains("\"monthly_price_usd\": 5.00"));
        std::vector<Record> back = parseRecords(json).value();
        std::swap(records[0], records[1]); // sorted
        QCOMPARE(back.size(), records.size());
        QVERIFY(back == records);
        QCOMPARE(recordsToJson(back), json);
        QVERIFY(parseRecords(recordsToJson({}))->empty());
    }

    void importAddsAndUpdatesWithoutEmptying()
    {
        QTemporaryDir dir;
        const auto file = test::openRecords(dir.path());
        const ImportSummary first = file->importRecords({recordOf("b1"), recordOf("b2")}).value();
        QCOMPARE(first.added, 2);
        Record update;
        update.businessId = "b1";
        update.subscriptionStatus = "past_due";
        const ImportSummary second = file->importRecords({update, recordOf("b2")}).value();
        QCOMPARE(second.updated, 1);
        QCOMPARE(second.unchanged, 1);
        const Record b1 = *file->record("b1").value();
        QCOMPARE(b1.customerId, QString("cus_b1"));
        QCOMPARE(b1.subscriptionStatus, QString("past_due"));
        QVERIFY(!file->record("b3").value());
        QVERIFY(!file->importRecords({recordOf("b7"), recordOf("b7")}));
        QCOMPARE(file->records()->size(), size_t(2));
    }

    void aFailedImportChangesNothing()
    {
        QTemporaryDir dir;
        const auto file = test::openRecords(dir.path());
        for (qint64 n = 1; n <= 4; ++n) {
            failWrite(n);
            const auto imported = file->importRecords({recordOf("b1"), recordOf("b2"), recordOf("b3")});
            QVERIFY(!imported);
            QCOMPARE(imported.error().kind, ErrorKind::Storage);
            QCOMPARE(file->records()->size(), size_t(0));
        }
        failWrite(0);
        QVERIFY(file->importRecords({recordOf("b1"), recordOf("b2"), recordOf("b3")}));
    }

    void takenDownAndTheTrailAreKept()
    {
        QTemporaryDir dir;
        {
            const auto file = test::openRecords(dir.path());
            QVERIFY(file->importRecords({recordOf("b1")}));
            QVERIFY(file->markTakenDown("b1", "canceled", 1234));
            QVERIFY(file->markTakenDown("new", "canceled", 5678)); // one that had no record gets one
            QVERIFY(file->appendAudit({1, "op", "take_down", "b1", "done", "sub_b1", {"req_1", "req_2"}}));
            QVERIFY(file->appendAudit({2, "op", "import", "", "done", "", {}}));
        }
        const auto file = test::openRecords(dir.path());
        const Record b1 = *file->record("b1").value();
        QCOMPARE(b1.takenDownAtMs, 1234);
        QCOMPARE(b1.subscriptionStatus, QString("canceled"));
        QCOMPARE(file->record("new").value()->takenDownAtMs, 5678);
        QVERIFY(file->importRecords({recordOf("b1")})); // an import does not open it again
        QCOMPARE(file->record("b1").value()->takenDownAtMs, 1234);
        const auto trail = file->audit(10).value();
        QCOMPARE(trail.size(), size_t(2));
        QCOMPARE(trail[0].action, QString("import"));
        QCOMPARE(trail[1].requestIds, QStringList({"req_1", "req_2"}));
        QCOMPARE(file->audit(1)->size(), size_t(1));
        const auto owner = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ReadUser | QFileDevice::WriteUser;
        QCOMPARE(QFile::permissions(dir.filePath("records.sqlite")), owner);
    }

    void aNewerOrDamagedFileIsRefusedAndLeftAlone()
    {
        QTemporaryDir dir;
        const QString path = dir.filePath("records.sqlite");
        test::openRecords(dir.path());
        {
            SQLite::Database db(path.toStdString(), SQLite::OPEN_READWRITE);
            db.exec("PRAGMA user_version=99");
        }
        const auto newer = RecordsFile::open(dir.path());
        QCOMPARE(newer.error().kind, ErrorKind::NewerVersion);
        QFile backup(dir.filePath("records.backup-v1-20260101-000000-000.sqlite"));
        QVERIFY(backup.open(QIODevice::WriteOnly));
        backup.close();
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        const QByteArray rubbish(9000, 'x');
        file.write(rubbish);
        file.close();
        const auto damaged = RecordsFile::open(dir.path());
        QCOMPARE(damaged.error().kind, ErrorKind::Damaged);
        QVERIFY2(damaged.error().message.contains("records.backup-v1-"), qPrintable(damaged.error().message));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), rubbish);
    }

    void aBackupIsMadeBeforeAStepAndAFailedStepChangesNothing()
    {
        static constexpr const char* kOne[] = {"CREATE TABLE a(x INTEGER) STRICT; INSERT INTO a VALUES(1)"};
        static constexpr const char* kTwo[] = {kOne[0], "ALTER TABLE a ADD COLUMN y TEXT; UPDATE a SET x = 2"};
        static constexpr const char* kBroken[] = {kOne[0], "UPDATE a SET x = 3; ALTER TABLE nowhere ADD COLUMN y TEXT"};
        QTemporaryDir dir;
        const QString path = dir.filePath("f.sqlite");
        QVERIFY(Database::openForWriting(path, {"file", 77, kOne, true}));
        QVERIFY(QDir(dir.path()).entryList({"f.backup-*"}).isEmpty());
        QVERIFY(!Database::openForWriting(path, {"file", 77, kBroken, true}));
        {
            SQLite::Database db(path.toStdString());
            QCOMPARE(db.execAndGet("SELECT x FROM a").getInt(), 1);
            QCOMPARE(db.execAndGet("PRAGMA user_version").getInt(), 1);
        }
        const auto opened = Database::openForWriting(path, {"file", 77, kTwo, true});
        QVERIFY(opened);
        QCOMPARE((*opened)->integer("SELECT x FROM a"), 2);
        const QStringList backups = QDir(dir.path()).entryList({"f.backup-v1-*.sqlite"});
        QCOMPARE(backups.size(), 2); // one before each attempt
        SQLite::Database saved(dir.filePath(backups.first()).toStdString());
        QCOMPARE(saved.execAndGet("SELECT x FROM a").getInt(), 1);
        // A reader of the older program meets the newer file.
        QCOMPARE(Database::openForReading(path, {"file", 77, kOne, true}).error().kind, ErrorKind::NewerVersion);
    }

    void aFolderThatCannotBeMadeIsSaid()
    {
        QTemporaryDir dir;
        QFile file(dir.filePath("plain"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const auto opened = RecordsFile::open(dir.filePath("plain/inside"));
        QCOMPARE(opened.error().kind, ErrorKind::Storage);
        QVERIFY(opened.error().message.contains("plain/inside"));
    }
};

CH_TEST(TstRecordsFile)
#include "tst_RecordsFile.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// What the Operations page reads out of a records file that somebody else writes.
#include "store/RecordsFile.h"
#include "store/JournalReader.h"
#include "store/TrailFile.h"
#include "support/TestMain.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

using namespace ch;
using namespace ch::store;

namespace {

constexpr qint64 kReaderNow = 1793491200000;
constexpr qint64 kReaderDay = 24LL * 3600 * 1000;

QString begun(RecordsFile& file, const QString& businessId, OperationKind kind, qint64 atMs)
{
    const auto made = file.journal().begin({kind, QStringLiteral("acct_1"), QStringLiteral("test"), businessId, {}}, "{}", atMs);
    return made ? made->id : QString();
}

void settle(RecordsFile& file, const QString& id, OperationState state, qint64 atMs)
{
    Journal::Ending ending;
    ending.state = state;
    ending.error = state == OperationState::Failed ? QStringLiteral("card_declined") : QString();
    QVERIFY(file.journal().settle(id, ending, atMs));
}

QStringList idsOf(const Result<FoundOperations>& found)
{
    QStringList ids;
    for (const Operation& operation : found ? found->operations : std::vector<Operation>{}) {
        ids << operation.subject.businessId;
    }
    return ids;
}

struct File {
    QTemporaryDir dir;
    std::unique_ptr<RecordsFile> file = *RecordsFile::open(dir.path());
    std::unique_ptr<JournalReader> reader = *JournalReader::open(dir.path());

    [[nodiscard]] Result<FoundOperations> ask(OperationQuery::Which which, qint64 nowMs = kReaderNow) const
    {
        OperationQuery query;
        query.which = which;
        return reader->operations(query, nowMs);
    }
};

} // namespace

class TstJournalReader : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatNeedsAPersonIsWhatNobodyWorksOn()
    {
        using Which = OperationQuery::Which;
        File desk;
        (void)begun(*desk.file, "at-work", OperationKind::Provision, kReaderNow);
        const QString waiting = begun(*desk.file, "waiting", OperationKind::Provision, kReaderNow);
        QVERIFY(desk.file->journal().release(waiting, OperationState::Waiting, "network", kReaderNow));
        const QString unknown = begun(*desk.file, "unknown", OperationKind::TakeDown, kReaderNow);
        QVERIFY(desk.file->journal().release(unknown, OperationState::Unknown, "timeout", kReaderNow));
        settle(*desk.file, begun(*desk.file, "failed", OperationKind::Provision, kReaderNow), OperationState::Failed, kReaderNow);
        settle(*desk.file, begun(*desk.file, "done", OperationKind::Provision, kReaderNow), OperationState::Done, kReaderNow);
        QCOMPARE(idsOf(desk.ask(Which::NeedsPerson)), (QStringList{"failed", "unknown", "waiting"}));
        QCOMPARE(idsOf(desk.ask(Which::Running)), QStringList{"at-work"});
        QCOMPARE(idsOf(desk.ask(Which::All)), (QStringList{"done", "failed", "unknown", "waiting", "at-work"}));
        QCOMPARE(*desk.reader->counts(kReaderNow), (OperationCounts{3, 1}));
    }

    void anOperationOfAnEndedProgramIsAbandoned()
    {
        using Which = OperationQuery::Which;
        File desk;
        (void)begun(*desk.file, "left", OperationKind::Provision, kReaderNow);
        QCOMPARE(idsOf(desk.ask(Which::Running)), QStringList{"left"});
        desk.file.reset(); // its leases die with it, as a process's do
        QCOMPARE(idsOf(desk.ask(Which::Running)), QStringList());
        const auto needs = desk.ask(Which::NeedsPerson);
        QCOMPARE(idsOf(needs), QStringList{"left"});
        QVERIFY(needs->operations.front().isAbandoned);
    }

    void aFailedOneLeavesAfterALaterAttemptOrAWeek()
    {
        using Which = OperationQuery::Which;
        File desk;
        settle(*desk.file, begun(*desk.file, "a", OperationKind::Provision, kReaderNow), OperationState::Failed, kReaderNow);
        settle(*desk.file, begun(*desk.file, "b", OperationKind::Provision, kReaderNow), OperationState::Failed, kReaderNow);
        settle(*desk.file, begun(*desk.file, "b", OperationKind::TakeDown, kReaderNow), OperationState::Done, kReaderNow); // another kind says nothing
        QCOMPARE(idsOf(desk.ask(Which::NeedsPerson)), (QStringList{"b", "a"}));
        settle(*desk.file, begun(*desk.file, "b", OperationKind::Provision, kReaderNow), OperationState::Done, kReaderNow);
        QCOMPARE(idsOf(desk.ask(Which::NeedsPerson)), QStringList{"a"});
        QCOMPARE(idsOf(desk.ask(Which::NeedsPerson, kReaderNow + 7 * kReaderDay)), QStringList{"a"});
        QCOMPARE(idsOf(desk.ask(Which::NeedsPerson, kReaderNow + 7 * kReaderDay + 1)), QStringList());
    }

    void operationsComeInPagesAndFiltered()
    {
        File desk;
        for (int i = 0; i < 25; ++i) {
            settle(*desk.file, begun(*desk.file, QStringLiteral("Shop-%1").arg(i), i % 5 ? OperationKind::Provision : OperationKind::TakeDown, kReaderNow + i), OperationState::Done, kReaderNow + i);
        }
        OperationQuery query;
        query.most = 10;
        QStringList all;
        for (int page = 0; page < 3; ++page) {
            const auto found = desk.reader->operations(query, kReaderNow);
            QCOMPARE(found->more, page < 2);
            all << idsOf(found);
            query.olderThan = found->operations.back().id;
        }
        QCOMPARE(all.size(), 25);
        QCOMPARE(all.first(), "Shop-24");
        QCOMPARE(all.last(), "Shop-0");
        query = {};
        query.text = QStringLiteral("shop-1");
        QCOMPARE(desk.reader->operations(query, kReaderNow)->operations.size(), size_t(11));
        query.kind = OperationKind::TakeDown;
        QCOMPARE(idsOf(desk.reader->operations(query, kReaderNow)), (QStringList{"Shop-15", "Shop-10"}));
        query.state = OperationState::Failed;
        QVERIFY(desk.reader->operations(query, kReaderNow)->operations.empty());
    }

    void theTrailComesInPagesBySearchAndBySpan()
    {
        File desk;
        for (int i = 1; i <= 30; ++i) {
            AuditEntry entry;
            entry.atMs = kReaderNow + i * kReaderDay;
            entry.actor = i % 2 ? QStringLiteral("Ada") : QStringLiteral("grace");
            entry.action = QStringLiteral("provision");
            entry.businessId = QStringLiteral("shop-%1").arg(i);
            entry.outcome = QStringLiteral("done");
            entry.requestIds = QStringList{QStringLiteral("req_%1").arg(i)};
            QVERIFY(desk.file->appendAudit(entry));
        }
        TrailQuery query;
        query.most = 20;
        auto found = desk.reader->trail(query);
        QVERIFY(found->more);
        QCOMPARE(found->entries.front().n, 30);
        query.olderThan = found->entries.back().n;
        found = desk.reader->trail(query);
        QCOMPARE(found->entries.size(), size_t(10));
        QVERIFY(!found->more);
        query = {};
        query.text = QStringLiteral("ADA");
        QCOMPARE(desk.reader->trail(query)->entries.size(), size_t(15));
        query.text = QStringLiteral("req_30");
        QCOMPARE(desk.reader->trail(query)->entries.size(), size_t(1));
        query = {};
        query.fromMs = kReaderNow + 5 * kReaderDay;
        query.untilMs = kReaderNow + 8 * kReaderDay; // exclusive
        QCOMPARE(desk.reader->trail(query)->entries.size(), size_t(3));
    }

    void theTrailIsWrittenWholeAsJsonAndCsv()
    {
        File desk;
        const QStringList details{"plain", "with, a comma", "with \"quotes\"", "=1+1", "two\nlines"};
        for (const QString& detail : details) {
            AuditEntry entry;
            entry.atMs = kReaderNow;
            entry.actor = QStringLiteral("ada");
            entry.action = QStringLiteral("provision");
            entry.outcome = QStringLiteral("done");
            entry.detail = detail;
            entry.keys = QStringList{"k1", "k2"};
            QVERIFY(desk.file->appendAudit(entry));
        }
        const QString json = desk.dir.filePath("trail.json");
        QCOMPARE(*writeTrail(*desk.reader, {}, TrailForm::Json, json), 5);
        QFile jsonFile(json);
        QVERIFY(jsonFile.open(QIODevice::ReadOnly));
        QCOMPARE(jsonFile.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
        const QJsonArray array = QJsonDocument::fromJson(jsonFile.readAll()).array();
        QCOMPARE(array.size(), 5);
        QCOMPARE(array[4].toObject()["detail"].toString(), "plain");
        QCOMPARE(array[4].toObject()["at"].toInteger(), kReaderNow / 1000);
        QCOMPARE(array[4].toObject()["profile"].toVariant(), QVariant::fromValue(nullptr));
        QCOMPARE(array[4].toObject()["idempotency_keys"].toArray().size(), 2);

        const QString csv = desk.dir.filePath("trail.csv");
        QCOMPARE(*writeTrail(*desk.reader, {}, TrailForm::Csv, csv), 5);
        QFile csvFile(csv);
        QVERIFY(csvFile.open(QIODevice::ReadOnly));
        const QByteArray text = csvFile.readAll();
        QVERIFY(text.startsWith("n,at,actor,profile,action,business_id,"));
        QVERIFY(text.contains(",'=1+1,"));
        QVERIFY(text.contains("\"with, a comma\""));
        QVERIFY(text.contains("\"with \"\"quotes\"\"\""));
        QVERIFY(text.contains("2026-11-01T00:00:00Z"));
        QVERIFY(text.contains("k1 k2"));
        // Into a folder that is not there: an error, and nothing half.
        const auto nowhere = writeTrail(*desk.reader, {}, TrailForm::Csv, desk.dir.filePath("no/such/trail.csv"));
        QVERIFY(!nowhere && nowhere.error().kind == ErrorKind::Storage);
    }

    void noFileIsNotFound()
    {
        const QTemporaryDir dir;
        const auto reader = JournalReader::open(dir.path());
        QVERIFY(!reader && reader.error().kind == ErrorKind::NotFound);
    }
};

CH_TEST(TstJournalReader)
#include "tst_JournalReader.moc"

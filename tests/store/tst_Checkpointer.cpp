// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Checkpointer.h"
#include "store/Schema.h"
#include "support/TestMain.h"

#include <QFileInfo>
#include <QTemporaryDir>
#include <QThread>

using namespace ch;
using namespace ch::store;

namespace {

constexpr int kFew = 64;            // pages
constexpr qint64 kPage = 4096;

struct Written {
    Written() : db(Database::openForWriting(path(), mirrorFile()).value()) {}
    [[nodiscard]] QString path() const { return mirrorPath(dir.path()); }
    [[nodiscard]] qint64 logPages() const { return QFileInfo(path() + "-wal").size() / kPage; }
    /// One transaction of some pages.
    void write()
    {
        WriteScope scope(*db);
        for (int i = 0; i < 8; ++i) {
            Query(*db, "INSERT INTO known_prices(id, price) VALUES(?, ?)").bind(QString::number(rows++)).bind(QString(kPage, QLatin1Char('x'))).run();
        }
        scope.commit();
    }
    [[nodiscard]] qint64 readRows() const
    {
        const auto reader = Database::openForReading(path(), mirrorFile()).value();
        return reader->integer("SELECT count(*) FROM known_prices");
    }

    QTemporaryDir dir;
    std::unique_ptr<Database> db;
    qint64 rows = 0;
};

} // namespace

class TstCheckpointer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theLogStaysSmallWhileOneWrites()
    {
        Written file;
        const Checkpointer checkpoints(*file.db, kFew);
        for (int i = 0; i < 500; ++i) {
            file.write();
        }
        // 500 transactions are some 6,000 pages: without checkpoints all of them stand in the log.
        QVERIFY2(file.logPages() < 3000, qPrintable(QString::number(file.logPages())));
        QCOMPARE(file.readRows(), file.rows);
    }

    void aReaderThatHoldsTheLogLosesNothing()
    {
        Written file;
        file.write();
        const Checkpointer checkpoints(*file.db, kFew);
        const auto reader = Database::openForReading(file.path(), mirrorFile()).value();
        {
            const ReadScope view(*reader);
            const qint64 seen = reader->integer("SELECT count(*) FROM known_prices");
            for (int i = 0; i < 200; ++i) {
                file.write();
            }
            QCOMPARE(reader->integer("SELECT count(*) FROM known_prices"), seen);
            QVERIFY(file.logPages() > kFew * Checkpointer::kAtMost); // what it still reads is not taken from it
        }
        QCOMPARE(reader->integer("SELECT count(*) FROM known_prices"), file.rows);
        for (int i = 0; i < 200; ++i) {
            file.write();
        }
        QCOMPARE(file.readRows(), file.rows);
    }

    void goingInTheMiddleLosesNothing()
    {
        Written file;
        for (int i = 0; i < 30; ++i) {
            Checkpointer checkpoints(*file.db, kFew);
            for (int k = 0; k < 10; ++k) {
                file.write();
            } // the thread may be at it when this one goes
        }
        file.db.reset();
        QCOMPARE(file.readRows(), file.rows);
        file.db = Database::openForWriting(file.path(), mirrorFile()).value();
        QCOMPARE(Query(*file.db, "PRAGMA integrity_check").next(), true);
    }
};

CH_TEST(TstCheckpointer)
#include "tst_Checkpointer.moc"

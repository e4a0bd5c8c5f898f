// SPDX-License-Identifier: GPL-3.0-or-later
// The models of tables: which rows they hold and ask for, what a cell shows, and how it is copied.
#include "support/FakeClock.h"
#include "support/TestMain.h"
#include "ui/Samples.h"
#include "ui/tables/Columns.h"
#include "ui/text/Shorten.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace ch;
using namespace ch::ui;
using Table = store::Table;

class TstTables : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void modelIsSound()
    {
        test::HeldRows source(test::sampleBusinesses(400));
        MirrorTableModel model(Table::Businesses, nullptr);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setSource(&source);
        QTRY_COMPARE(model.rowCount(), 400);
        source.setRows(test::sampleBusinesses(7));
        model.refresh();
        QTRY_COMPARE(model.rowCount(), 7);
        source.setRows(test::sampleBusinesses(300)); // grows, and then all change places
        model.refresh();
        QTRY_COMPARE(model.rowCount(), 300);
        auto rows = test::sampleBusinesses(310);
        std::reverse(rows.begin(), rows.end());
        source.setRows(rows);
        model.refresh();
        QTRY_COMPARE(model.rowCount(), 310);
        model.setMetadataKeys({"plan_tier", "Region"});
        model.setMetadataKeys({"Region"});
        QTRY_VERIFY(model.rowAt(0) != nullptr);
        model.setSource(nullptr);
        QCOMPARE(model.rowCount(), 0);
    }

    void onlyBlocksInSightAreLoaded()
    {
        test::HeldRows source(test::sampleBusinesses(2000));
        MirrorTableModel model(Table::Businesses, nullptr);
        model.setSource(&source);
        QTRY_COMPARE(model.rowCount(), 2000);
        QCOMPARE(source.blocksAsked, 0);
        QCOMPARE(model.objectIdAt(0), "biz_00000");
        QVERIFY(!model.rowAt(1500));
        QTRY_VERIFY(model.rowAt(1500) != nullptr);
        QCOMPARE(source.blocksAsked, 1);
        QCOMPARE(model.objectIdAt(1500), "biz_01500");
    }

    void lateAnswersAreDropped()
    {
        test::HeldRows source(test::sampleBusinesses(50));
        source.hold();
        MirrorTableModel model(Table::Businesses, nullptr);
        model.setSource(&source);
        store::TableFilter filter;
        filter.text = "biz_00003";
        model.setFilter(filter);
        QCOMPARE(source.held(), 2);
        QVERIFY(!source.isWanted(0)); // its question is stopped, not only its answer dropped
        QSignalSpy changed(&model, &MirrorTableModel::stateChanged);
        source.release(1); // the newer first
        QTRY_COMPARE(model.rowCount(), 1);
        test::deliverQueued(); // its sums too
        const auto before = changed.count();
        source.release(0); // the answer to a question that nobody asks any more
        test::deliverQueued();
        QCOMPARE(changed.count(), before);
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.objectIdAt(0), "biz_00003");
    }

    void missingIsADashWithAReason()
    {
        const store::Row row = test::sampleRow(Table::Subscriptions, 1, "sub_1", {{"status", QString("active")}});
        FixedTableModel model(Table::Subscriptions, nullptr);
        model.setRows({row});
        const QModelIndex cell = model.index(0, columnIndex(Table::Subscriptions, "cancel_at"));
        QCOMPARE(cell.data().toString(), missingText());
        QCOMPARE(cell.data(Qt::ToolTipRole).toString(), "No end is planned.");
        const QModelIndex mrr = model.index(0, columnIndex(Table::Subscriptions, "mrr"));
        QCOMPARE(mrr.data().toString(), missingText());
    }

    void amountsStandRight()
    {
        FixedTableModel model(Table::Businesses, nullptr);
        const int mrr = columnIndex(Table::Businesses, "mrr");
        model.setRows(test::sampleBusinesses(3));
        QVERIFY(model.index(0, mrr).data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight);
        QVERIFY(model.headerData(mrr, Qt::Horizontal, Qt::TextAlignmentRole).toInt() & Qt::AlignRight);
        QCOMPARE(model.index(0, mrr).data().toString(), "5.00");
    }

    void spreadsheetTextIsSafeAndWhole()
    {
        std::vector<store::Row> rows{test::sampleRow(Table::Businesses, 1, "biz_1",
            {{"business_id", QString("biz_1_with_a_long_id_0001")}, {"name", QString("=HYPERLINK(\"x\")\twith tab\nand line")}, {"mrr", qint64(-123456)},
                {"currency", QString("usd")}, {"status", QString("past_due")}, {"created", qint64(1795219200)}})};
        const std::vector<int> columns{columnIndex(Table::Businesses, "business_id"), columnIndex(Table::Businesses, "name"),
            columnIndex(Table::Businesses, "mrr"), columnIndex(Table::Businesses, "status"), columnIndex(Table::Businesses, "created"),
            columnIndex(Table::Businesses, "email")};
        const QString text = tabSeparated(Table::Businesses, rows, columns, true, QTimeZone::utc());
        const QStringList lines = text.split('\n');
        QCOMPARE(lines.size(), 3);
        QCOMPARE(lines[0], "Business id\tName\tMRR\tStatus\tCreated\tE-mail");
        QCOMPARE(lines[1], "biz_1_with_a_long_id_0001\t'=HYPERLINK(\"x\") with tab and line\t-1234.56\tpast_due\t2026-11-21T00:00:00+00:00\t");
    }
};

CH_TEST(TstTables)
#include "tst_Tables.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/TestMain.h"
#include "ui/Samples.h"
#include "ui/tables/Columns.h"
#include "ui/tables/FilterBar.h"
#include "ui/tables/StateView.h"
#include "ui/tables/TablePane.h"
#include "ui/tables/TableView.h"
#include "ui/text/Shorten.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

using namespace ch;
using namespace ch::ui;
using Table = store::Table;

class TstTables : public QObject {
    Q_OBJECT

    Theme* m_theme = nullptr;

private Q_SLOTS:
    void initTestCase() { m_theme = new Theme(*qApp); }
    void cleanupTestCase() { delete std::exchange(m_theme, nullptr); }

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
        QSignalSpy changed(&model, &MirrorTableModel::stateChanged);
        source.release(1); // the newer first
        QTRY_COMPARE(model.rowCount(), 1);
        source.release(0); // the answer to a question that nobody asks any more
        QTRY_VERIFY(changed.count() >= 1);
        QCoreApplication::sendPostedEvents();
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.objectIdAt(0), "biz_00003");
    }

    void sameRowsKeepTheSelection()
    {
        test::HeldRows source(test::sampleBusinesses(30));
        TablePane pane(*m_theme, Table::Businesses, nullptr);
        pane.model().setSource(&source);
        QTRY_COMPARE(pane.model().rowCount(), 30);
        pane.view().selectRow(12);
        QSignalSpy reset(&pane.model(), &QAbstractItemModel::modelReset);
        QSignalSpy data(&pane.model(), &QAbstractItemModel::dataChanged);
        pane.model().refresh();
        QTRY_COMPARE(data.count(), 1);
        QCOMPARE(reset.count(), 0);
        QCOMPARE(pane.view().selectedRows(), std::vector<int>{12});
    }

    void selectionFollowsItsRow()
    {
        auto rows = test::sampleBusinesses(30);
        test::HeldRows source(rows);
        TablePane pane(*m_theme, Table::Businesses, nullptr);
        pane.model().setSource(&source);
        QTRY_COMPARE(pane.model().rowCount(), 30);
        pane.view().selectRow(12);
        std::reverse(rows.begin(), rows.end());
        source.setRows(rows);
        pane.model().refresh();
        QTRY_COMPARE(pane.model().objectIdAt(0), "biz_00029");
        QCOMPARE(pane.view().selectedRows(), std::vector<int>{17});
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

    void copyTakesTheSelectedRowsAndShownColumns()
    {
        test::HeldRows source(test::sampleBusinesses(300));
        TablePane pane(*m_theme, Table::Businesses, nullptr);
        pane.model().setSource(&source);
        QTRY_COMPARE(pane.model().rowCount(), 300);
        pane.view().selectRow(250); // not in memory: copying loads it
        QSignalSpy copied(&pane, &TablePane::copied);
        QTest::keyClick(&pane.view(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_COMPARE(copied.count(), 1);
        const QString text = QApplication::clipboard()->text();
        QVERIFY2(text.startsWith("Name\t"), qPrintable(text));
        QVERIFY(text.contains("biz_00250"));
        QTest::keyClick(&pane.view(), Qt::Key_C, Qt::ControlModifier);
        QTRY_COMPARE(copied.count(), 2);
        QVERIFY(!QApplication::clipboard()->text().contains("Business id"));
    }

    void typingFiltersAndTheEmptyStateTakesItBack()
    {
        test::HeldRows source(test::sampleBusinesses(40));
        TablePane pane(*m_theme, Table::Businesses, nullptr);
        pane.resize(1000, 600);
        pane.show();
        pane.model().setSource(&source);
        QTRY_COMPARE(pane.model().rowCount(), 40);
        auto* field = pane.findChild<QLineEdit*>("filterText");
        pane.focusFilter();
        QTest::keyClicks(field, "no such thing");
        QTRY_COMPARE(pane.model().rowCount(), 0);
        auto* state = pane.findChild<StateView*>();
        QVERIFY(state->isVisible());
        QCOMPARE(state->what(), "0 businesses");
        Q_EMIT state->pressed();
        QTRY_COMPARE(pane.model().rowCount(), 40);
        QVERIFY(field->text().isEmpty());
    }

    void statesSayWhy()
    {
        test::HeldRows none({});
        none.complete = false;
        TablePane pane(*m_theme, Table::Subscriptions, nullptr);
        pane.model().setSource(&none);
        auto* state = pane.findChild<StateView*>();
        QTRY_VERIFY(state->accessibleName().contains("not been synchronised"));
        QSignalSpy asked(&pane, &TablePane::syncAsked);
        Q_EMIT state->pressed();
        QCOMPARE(asked.count(), 1);
        Error error;
        error.kind = ErrorKind::Damaged;
        none.failWith(error);
        pane.model().refresh();
        QTRY_COMPARE(state->what(), "A file is damaged");
    }

    void footSaysPartial()
    {
        test::HeldRows source(test::sampleBusinesses(10));
        source.complete = false;
        TablePane pane(*m_theme, Table::Businesses, nullptr);
        pane.model().setSource(&source);
        QTRY_VERIFY(pane.footText().contains("partial"));
        QVERIFY(pane.footText().contains("10 businesses"));
        QVERIFY(pane.footText().contains("12,345.67"));
        source.complete = true;
        pane.model().refresh();
        QTRY_VERIFY(!pane.footText().contains("partial"));
    }

    void aClickOnTheHeaderOrders()
    {
        test::HeldRows source(test::sampleBusinesses(10));
        TablePane pane(*m_theme, Table::Businesses, nullptr);
        pane.model().setSource(&source);
        pane.resize(1000, 400);
        pane.show();
        QTRY_COMPARE(pane.model().rowCount(), 10);
        const int mrr = columnIndex(Table::Businesses, "mrr");
        Q_EMIT pane.view().horizontalHeader()->sectionClicked(mrr);
        QCOMPARE(pane.model().order().columnKey, "mrr");
        QVERIFY(pane.model().order().descending);
        Q_EMIT pane.view().horizontalHeader()->sectionClicked(mrr);
        QVERIFY(!pane.model().order().descending);
    }

    void columnsAreRememberedAndNonsenseIsRefused()
    {
        TablePane pane(*m_theme, Table::Businesses, nullptr);
        const int email = columnIndex(Table::Businesses, "email");
        QVERIFY(pane.view().horizontalHeader()->isSectionHidden(email));
        pane.view().horizontalHeader()->setSectionHidden(email, false);
        const QByteArray state = pane.view().layoutState();
        TablePane other(*m_theme, Table::Businesses, nullptr);
        QVERIFY(other.view().restoreLayout(state));
        QVERIFY(!other.view().horizontalHeader()->isSectionHidden(email));
        QVERIFY(!other.view().restoreLayout("nonsense"));
        QVERIFY(!other.view().horizontalHeader()->isSectionHidden(email));
    }

    void enterOpensTheRow()
    {
        test::HeldRows source(test::sampleBusinesses(10));
        TablePane pane(*m_theme, Table::Businesses, nullptr);
        pane.model().setSource(&source);
        QTRY_COMPARE(pane.model().rowCount(), 10);
        QSignalSpy opened(&pane, &TablePane::opened);
        pane.view().selectRow(4);
        QTest::keyClick(&pane.view(), Qt::Key_Return);
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened.at(0).at(0).toString(), "biz_00004");
    }
};

CH_TEST(TstTables)
#include "tst_Tables.moc"

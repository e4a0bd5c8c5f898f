// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/TestMain.h"
#include "ui/Samples.h"
#include "ui/tables/Columns.h"
#include "ui/tables/FilterBar.h"
#include "ui/tables/FilterHeader.h"
#include "ui/tables/FilterText.h"
#include "ui/tables/StateView.h"
#include "ui/tables/TablePane.h"
#include "ui/tables/TableView.h"
#include "ui/text/Shorten.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

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

    void changesGoIntoPlace()
    {
        // Selected and scrolled to: rows come above it, others go, and it stays where it is, selected, without one reset.
        auto rows = test::sampleBusinesses(500);
        test::HeldRows source(rows);
        TablePane pane(*m_theme, Table::Businesses, nullptr);
        pane.resize(1000, 600);
        pane.show();
        pane.model().setSource(&source);
        QTRY_COMPARE(pane.model().rowCount(), 500);
        QTRY_VERIFY(pane.view().verticalScrollBar()->maximum() > 300);
        pane.view().verticalScrollBar()->setValue(200);
        pane.view().selectRow(205);
        QTRY_COMPARE(pane.model().objectIdAt(205), "biz_00205");
        QSignalSpy reset(&pane.model(), &QAbstractItemModel::modelReset);
        rows.erase(rows.begin() + 300, rows.begin() + 310);
        rows.insert(rows.begin() + 10, test::sampleRow(Table::Businesses, 9001, "biz_new_1", {{"name", QString("New one")}}));
        rows.insert(rows.begin() + 20, test::sampleRow(Table::Businesses, 9002, "biz_new_2", {{"name", QString("New two")}}));
        std::rotate(rows.begin() + 100, rows.begin() + 101, rows.begin() + 400); // one moves from above to below
        source.setRows(rows);
        pane.model().refresh();
        QTRY_COMPARE(pane.model().rowCount(), 492);
        QCOMPARE(reset.count(), 0);
        QCOMPARE(pane.view().selectedRows(), std::vector<int>{206});
        QTRY_COMPARE(pane.model().objectIdAt(206), "biz_00205");
        QCOMPARE(pane.view().verticalScrollBar()->value(), 201);
        // Gone, so not selected any more; who stands at the top sees what is new.
        pane.view().verticalScrollBar()->setValue(0);
        std::erase_if(rows, [](const store::Row& row) { return row.objectId == "biz_00205"; });
        rows.insert(rows.begin(), test::sampleRow(Table::Businesses, 9003, "biz_new_3", {}));
        source.setRows(rows);
        pane.model().refresh();
        QTRY_COMPARE(pane.model().objectIdAt(0), "biz_new_3");
        QVERIFY(pane.view().selectedRows().empty());
        QCOMPARE(pane.view().verticalScrollBar()->value(), 0);
    }

    void theFirstRowsComeBeforeTheCount()
    {
        test::HeldRows source(test::sampleBusinesses(900));
        source.firstComes = true;
        source.hold();
        TablePane pane(*m_theme, Table::Businesses, nullptr);
        pane.model().setSource(&source);
        QTRY_COMPARE(pane.model().rowCount(), 128);
        QVERIFY(!pane.model().isCounted());
        QVERIFY2(pane.footText().startsWith("Counting"), qPrintable(pane.footText()));
        pane.view().selectRow(3);
        QSignalSpy reset(&pane.model(), &QAbstractItemModel::modelReset);
        source.release(0);
        QTRY_COMPARE(pane.model().rowCount(), 900);
        QCOMPARE(reset.count(), 0);
        QCOMPARE(pane.view().selectedRows(), std::vector<int>{3});
        QTRY_VERIFY(pane.footText().contains("12,345.67"));
    }

    void aFilterStandsUnderEachHeading()
    {
        test::HeldRows source(test::sampleBusinesses(60));
        TablePane pane(*m_theme, Table::Businesses, nullptr);
        pane.resize(1280, 600);
        pane.show();
        pane.model().setSource(&source);
        QTRY_COMPARE(pane.model().rowCount(), 60);
        for (int column = 0; column < pane.model().columnCount(); ++column) {
            QWidget* editor = pane.filterHeader().editorOf(pane.model().columnKey(column));
            QVERIFY2(editor && !editor->accessibleName().isEmpty(), qPrintable(pane.model().columnKey(column)));
            QCOMPARE(editor->isHidden(), pane.view().horizontalHeader()->isSectionHidden(column));
        }
        auto* name = qobject_cast<QLineEdit*>(pane.filterHeader().editorOf("name"));
        QTest::keyClicks(name, "acme");
        QTRY_COMPARE(pane.model().rowCount(), 5);
        auto* mrr = qobject_cast<QLineEdit*>(pane.filterHeader().editorOf("mrr"));
        QTest::keyClicks(mrr, ">1");
        QTRY_COMPARE(pane.model().filter().columns.size(), size_t(2));
        QCOMPARE(pane.model().filter().columns.front().from, std::optional<qint64>(1001));
        auto* clear = pane.findChild<QToolButton*>("clearFilters");
        QCOMPARE(clear->text(), "Clear 2 filters");
        // What cannot be read is marked and explained, and changes nothing.
        QTest::keyClicks(mrr, "x");
        QCOMPARE(mrr->property("filter").toString(), "wrong");
        QVERIFY(mrr->toolTip().contains("10..50"));
        QCOMPARE(pane.model().filter().columns.front().from, std::optional<qint64>(1001));
        QTest::keyClick(mrr, Qt::Key_Escape);
        QCOMPARE(pane.model().filter().columns.size(), size_t(1));
        QTest::keyClick(name, Qt::Key_Down);
        QTRY_VERIFY(pane.view().hasFocus());
        clear->click();
        QTRY_COMPARE(pane.model().rowCount(), 60);
        QVERIFY(name->text().isEmpty() && clear->isHidden());
    }

    void aFilterThatLeavesNothingKeepsTheKeyboard()
    {
        test::HeldRows source(test::sampleBusinesses(60));
        TablePane pane(*m_theme, Table::Businesses, nullptr);
        pane.resize(1280, 600);
        pane.show();
        QVERIFY(QTest::qWaitForWindowActive(&pane));
        pane.model().setSource(&source);
        QTRY_COMPARE(pane.model().rowCount(), 60);
        auto* name = qobject_cast<QLineEdit*>(pane.filterHeader().editorOf("name"));
        name->setFocus();
        QTest::keyClicks(name, "acmeq");
        QTRY_COMPARE(pane.model().rowCount(), 0);
        QVERIFY(pane.findChild<StateView*>()->isVisible());
        QVERIFY(name->isVisible() && name->hasFocus());
        QTest::keyClick(name, Qt::Key_Backspace);
        QTRY_COMPARE(pane.model().rowCount(), 5);
        QVERIFY(!pane.findChild<StateView*>()->isVisible());
    }

    void valuesAreChosenFromAMenu()
    {
        test::HeldRows source(test::sampleBusinesses(60));
        TablePane pane(*m_theme, Table::Businesses, nullptr);
        pane.resize(1280, 600);
        pane.show();
        pane.model().setSource(&source);
        QTRY_COMPARE(pane.model().rowCount(), 60);
        auto* status = qobject_cast<QPushButton*>(pane.filterHeader().editorOf("status"));
        QCOMPARE(status->text(), "Any");
        const auto trigger = [status](const QString& value) {
            status->menu()->popup(QPoint(0, 0));
            for (QAction* action : status->menu()->actions()) {
                if (action->data().toString() == value) {
                    QTest::mouseClick(status->menu(), Qt::LeftButton, {}, status->menu()->actionGeometry(action).center());
                }
            }
            QVERIFY(status->menu()->isVisible()); // for the next one
            status->menu()->close();
        };
        trigger("paused");
        QTRY_VERIFY(pane.model().rowCount() > 0 && pane.model().rowCount() < 10);
        const int paused = pane.model().rowCount();
        trigger("unpaid");
        QTRY_VERIFY(pane.model().rowCount() > paused);
        QCOMPARE(status->text(), "2 chosen");
        // A card of Home sets one and takes the others back.
        pane.setFilter({{}, {{"status", "past_due"}}, {}});
        QCOMPARE(pane.model().filter().columns.size(), size_t(1));
        QCOMPARE(pane.model().filter().columns.front().values, QStringList("past_due"));
        QTRY_COMPARE(status->text(), "Past due");
    }

    void metadataIsAColumnThatAPersonAdds()
    {
        test::HeldRows source(test::sampleBusinesses(20));
        TablePane pane(*m_theme, Table::Businesses, nullptr);
        pane.resize(1280, 600);
        pane.show();
        pane.model().setSource(&source);
        QTRY_COMPARE(pane.model().rowCount(), 20);
        QMenu menu;
        pane.view().fillColumnMenu(menu);
        auto* keys = menu.findChild<QMenu*>("metadataMenu");
        QTRY_VERIFY(keys->isEnabled());
        QCOMPARE(keys->actions().size(), 2);
        keys->actions().at(1)->setChecked(true);
        const int column = columnIndex(Table::Businesses, "currencies") + 1;
        QCOMPARE(pane.model().columnCount(), column + 1);
        QCOMPARE(pane.model().headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(), "Region");
        QTRY_COMPARE(pane.model().index(3, column).data().toString(), "Region of biz_00003");
        QVERIFY(!pane.view().horizontalHeader()->isSectionHidden(column));
        auto* field = qobject_cast<QLineEdit*>(pane.filterHeader().editorOf(store::metadataColumn("Region")));
        QCOMPARE(field->y(), pane.filterHeader().viewport()->geometry().bottom() + 1); // under its title, as the others
        QVERIFY(field->y() > 20);
        QCOMPARE(pane.filterHeader().editorOf("name")->y(), field->y());
        QTest::keyClicks(field, "north");
        QTRY_COMPARE(pane.model().filter().columns.size(), size_t(1));
        QCOMPARE(pane.model().filter().columns.front().columnKey, "metadata:Region");
        // Remembered with the columns, and gone with its filter when it is taken away.
        TablePane other(*m_theme, Table::Businesses, nullptr);
        QVERIFY(other.restoreLayout(pane.layoutState()));
        QCOMPARE(other.model().extraKeys(), QStringList("Region"));
        keys->actions().at(1)->setChecked(false);
        QCOMPARE(pane.model().columnCount(), column);
        QVERIFY(pane.model().filter().columns.empty());
        QVERIFY(!other.restoreLayout("nonsense"));
    }

    void aSelectionIsAddedUp()
    {
        test::HeldRows source(test::sampleBusinesses(300));
        TablePane pane(*m_theme, Table::Businesses, nullptr);
        pane.model().setSource(&source);
        QTRY_COMPARE(pane.model().rowCount(), 300);
        auto* foot = pane.findChild<QLabel*>("footSelected");
        pane.view().selectRow(2);
        pane.view().selectionModel()->select(QItemSelection(pane.model().index(10, 0), pane.model().index(14, 11)), QItemSelectionModel::Select | QItemSelectionModel::Rows);
        QTRY_VERIFY2(foot->text().startsWith("6 selected") && foot->text().contains("12,345.67"), qPrintable(foot->text()));
        QCOMPARE(source.summed, 6);
        pane.view().selectAll();
        QTRY_COMPARE(source.summed, 300);
        QCOMPARE(pane.view().selectedStretches().size(), size_t(1));
        pane.view().clearSelection();
        QTRY_VERIFY(foot->text().isEmpty());
    }

    void typedFiltersAreRead_data()
    {
        using Kind = store::CellKind;
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected"); // from..to, or the kind of filter; empty: refused
        const auto row = [](Kind kind, const char* text, const char* expected) { QTest::addRow("%d %s", int(kind), text) << int(kind) << QString::fromUtf8(text) << QString(expected); };
        row(Kind::Amount, "49", "49000..49000");
        row(Kind::Amount, "49.9", "49900..49900");
        row(Kind::Amount, "49,90", "49900..49900");
        row(Kind::Amount, "1,000.50", "1000500..1000500");
        row(Kind::Amount, "1 000", "1000000..1000000");
        row(Kind::Amount, ">100", "100001..");
        row(Kind::Amount, ">= 100", "100000..");
        row(Kind::Amount, "\xe2\x89\xa4" "5", "..5000");
        row(Kind::Amount, "< -5", "..-5001");
        row(Kind::Amount, "\xe2\x88\x92" "5..5", "-5000..5000");
        row(Kind::Amount, "10..", "");
        row(Kind::Amount, "1.2345", "");
        row(Kind::Amount, "99999999999999999999", "");
        row(Kind::Amount, "ten", "");
        row(Kind::Amount, "1 OR 1=1", "");
        row(Kind::Count, "2", "2..2");
        row(Kind::Count, "2.5", "");
        row(Kind::Time, "2026", "1767225600..1798761599");
        row(Kind::Time, "2026-02", "1769904000..1772323199");
        row(Kind::Time, "2026-03-05", "1772668800..1772755199");
        row(Kind::Time, ">2026-02", "1772323200..");
        row(Kind::Time, "<2026-02", "..1769903999");
        row(Kind::Time, "2026-01..2026-02", "1767225600..1772323199");
        row(Kind::Time, "2026-13", "");
        row(Kind::Time, "2026-02-30", "");
        row(Kind::Time, "yesterday", "");
        row(Kind::Time, "-", "missing");
        row(Kind::Amount, "*", "present");
        row(Kind::Text, "acme", "contains acme");
        row(Kind::Text, "=Acme ", "one of Acme");
        row(Kind::Text, ">5", "contains >5");
        row(Kind::Id, "100%_", "contains 100%_");
    }

    void typedFiltersAreRead()
    {
        QFETCH(int, kind);
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const auto read = columnFilterOf("column", static_cast<store::CellKind>(kind), text, QTimeZone::utc());
        QCOMPARE(read.has_value(), !expected.isEmpty());
        if (!read) {
            QVERIFY(read.error().message.contains("such as"));
            return;
        }
        const store::ColumnFilter filter = read->value();
        const auto bound = [](const std::optional<qint64>& number) { return number ? QString::number(*number) : QString(); };
        switch (filter.kind) {
        case store::ColumnFilter::Kind::Range: QCOMPARE(bound(filter.from) + ".." + bound(filter.to), expected); break;
        case store::ColumnFilter::Kind::Contains: QCOMPARE("contains " + filter.text, expected); break;
        case store::ColumnFilter::Kind::OneOf: QCOMPARE("one of " + filter.values.join(","), expected); break;
        case store::ColumnFilter::Kind::Missing: QCOMPARE(QString("missing"), expected); break;
        case store::ColumnFilter::Kind::Present: QCOMPARE(QString("present"), expected); break;
        }
        QVERIFY(!columnFilterOf("column", static_cast<store::CellKind>(kind), "  ", QTimeZone::utc())->has_value());
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

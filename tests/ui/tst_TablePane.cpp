// SPDX-License-Identifier: GPL-3.0-or-later
// The pane of a table: what stays selected when rows change, its filters, columns and foot, and what keys and clicks do.
#include "support/TestMain.h"
#include "ui/Samples.h"
#include "ui/tables/Columns.h"
#include "ui/tables/FilterBar.h"
#include "ui/tables/FilterHeader.h"
#include "ui/tables/StateView.h"
#include "ui/tables/TableView.h"

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

namespace {

/// Counts how often a widget is painted.
class Paintings final : public QObject {
public:
    explicit Paintings(QWidget& widget) { widget.installEventFilter(this); }
    bool eventFilter(QObject*, QEvent* event) override
    {
        count += event->type() == QEvent::Paint;
        return false;
    }
    int count = 0;
};

} // namespace

class TstTablePane : public QObject {
    Q_OBJECT

    Theme* m_theme = nullptr;

private Q_SLOTS:
    void initTestCase() { m_theme = new Theme(*qApp); }
    void cleanupTestCase() { delete std::exchange(m_theme, nullptr); }

    void sameRowsKeepTheSelection()
    {
        test::RowsPane held(*m_theme, test::sampleBusinesses(30));
        TablePane& pane = held.pane;
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
        test::RowsPane held(*m_theme, rows);
        TablePane& pane = held.pane;
        QTRY_COMPARE(pane.model().rowCount(), 30);
        pane.view().selectRow(12);
        std::reverse(rows.begin(), rows.end());
        held.source.setRows(rows);
        pane.model().refresh();
        QTRY_COMPARE(pane.model().objectIdAt(0), "biz_00029");
        QCOMPARE(pane.view().selectedRows(), std::vector<int>{17});
    }

    void changesGoIntoPlace()
    {
        // Selected and scrolled to: rows come above it, others go, and it stays where it is, selected, without one reset.
        auto rows = test::sampleBusinesses(500);
        test::RowsPane held(*m_theme, rows, {1000, 600});
        TablePane& pane = held.pane;
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
        held.source.setRows(rows);
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
        held.source.setRows(rows);
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
        test::RowsPane held(*m_theme, test::sampleBusinesses(60), {1280, 600});
        TablePane& pane = held.pane;
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

    void rowsArePaintedAsTheyAre()
    {
        const QStringList names{"<i></i>", "A name that is far longer than its column, and goes on", "of\nthree\nlines"};
        std::vector<store::Row> rows;
        for (int i = 0; i < 3; ++i) {
            rows.push_back(test::sampleRow(Table::Businesses, i + 1, QString::number(i), {{"name", names[i]}, {"mrr", qint64(500)}, {"currency", QString("usd")}}));
        }
        test::RowsPane held(*m_theme, rows, {1280, 400});
        TablePane& pane = held.pane;
        QTRY_COMPARE(pane.model().rowCount(), 3);
        const int name = columnIndex(Table::Businesses, "name");
        pane.view().horizontalHeader()->setSectionResizeMode(name, QHeaderView::Fixed);
        pane.view().horizontalHeader()->resizeSection(name, 120);
        pane.view().selectRow(2);
        for (const Theme::Choice choice : {Theme::Choice::Dark, Theme::Choice::Light}) {
            m_theme->choose(choice);
            const Roles& roles = m_theme->roles();
            QTRY_COMPARE(pane.view().viewport()->grab().toImage().pixelColor(30, 200), roles.page); // where no row is
            const QImage image = pane.view().viewport()->grab().toImage();
            const auto inkIn = [&](int row, int from, int to) { // of the name's cell, without the lines around it
                const QRect cell = pane.view().visualRect(pane.model().index(row, name)).adjusted(0, 2, 0, -2);
                int ink = 0;
                for (int y = cell.top(); y <= cell.bottom(); ++y) {
                    for (int x = cell.left() + from; x < cell.left() + to; ++x) {
                        ink += image.pixelColor(x, y) != (row == 2 ? roles.selection : roles.page);
                    }
                }
                return ink;
            };
            QVERIFY(inkIn(0, 8, 112) > 20); // the letters of it, not what they would mean
            QVERIFY(inkIn(1, 8, 112) > 100);
            QCOMPARE(inkIn(1, 113, 120), 0); // cut where the cell ends
            QVERIFY(inkIn(2, 82, 112) > 5); // one line, with blanks between: else it would end before
            QCOMPARE(image.pixelColor(pane.view().columnViewportPosition(name) + 1, pane.view().rowViewportPosition(2) + 5), roles.accent);
        }
    }

    void nothingIsPaintedUnderTheRows()
    {
        test::RowsPane held(*m_theme, test::sampleBusinesses(60), {1000, 600});
        QTRY_COMPARE(held.pane.model().rowCount(), 60);
        QWidget* rows = held.pane.view().viewport();
        for (const Theme::Choice choice : {Theme::Choice::System, Theme::Choice::Dark, Theme::Choice::Light}) {
            m_theme->choose(choice);
            const auto paintedUnder = [&] {
                Paintings under(held.pane);
                Paintings own(*rows);
                rows->repaint();
                return own.count == 1 ? under.count : -1;
            };
            QTRY_COMPARE(paintedUnder(), 0); // once all has been painted in the new colours
        }
    }

    void filtersGoSidewaysWithTheirTitles()
    {
        test::RowsPane held(*m_theme, test::sampleBusinesses(60), {420, 400});
        TablePane& pane = held.pane;
        QTRY_COMPARE(pane.model().rowCount(), 60);
        QHeaderView* header = pane.view().horizontalHeader();
        QScrollBar* bar = pane.view().horizontalScrollBar();
        QTRY_VERIFY(bar->maximum() > 100);
        const auto isUnderItsTitle = [&](const char* key) {
            return pane.filterHeader().editorOf(key)->x() == header->sectionViewportPosition(columnIndex(Table::Businesses, key)) + 3;
        };
        QVERIFY(isUnderItsTitle("name"));
        bar->setValue(bar->maximum());
        QVERIFY(isUnderItsTitle("name"));
        QVERIFY(isUnderItsTitle("created"));
        // The keyboard brings a filter into sight, from either side.
        bar->setValue(0);
        pane.focusTable();
        for (const char* key : {"created", "name"}) {
            QWidget* editor = pane.filterHeader().editorOf(key);
            QVERIFY(editor->isVisible());
            editor->setFocus(Qt::TabFocusReason);
            QVERIFY(editor->hasFocus());
            QVERIFY2(pane.filterHeader().rect().contains(editor->geometry()), key);
        }
    }

    void aFilterThatLeavesNothingKeepsTheKeyboard()
    {
        test::RowsPane held(*m_theme, test::sampleBusinesses(60), {1280, 600});
        TablePane& pane = held.pane;
        QVERIFY(QTest::qWaitForWindowActive(&pane));
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
        test::RowsPane held(*m_theme, test::sampleBusinesses(60), {1280, 600});
        TablePane& pane = held.pane;
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
        test::RowsPane held(*m_theme, test::sampleBusinesses(20), {1280, 600});
        TablePane& pane = held.pane;
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
        test::RowsPane held(*m_theme, test::sampleBusinesses(300));
        TablePane& pane = held.pane;
        QTRY_COMPARE(pane.model().rowCount(), 300);
        auto* foot = pane.findChild<QLabel*>("footSelected");
        pane.view().selectRow(2);
        pane.view().selectionModel()->select(QItemSelection(pane.model().index(10, 0), pane.model().index(14, 11)), QItemSelectionModel::Select | QItemSelectionModel::Rows);
        QTRY_VERIFY2(foot->text().startsWith("6 selected") && foot->text().contains("12,345.67"), qPrintable(foot->text()));
        QCOMPARE(held.source.summed, 6);
        // One of them goes while it is selected.
        auto rows = test::sampleBusinesses(300);
        rows.erase(rows.begin() + 12);
        held.source.setRows(rows);
        pane.model().refresh();
        QTRY_VERIFY2(foot->text().startsWith("5 selected"), qPrintable(foot->text()));
        held.source.setRows(test::sampleBusinesses(300));
        pane.model().refresh();
        QTRY_COMPARE(pane.model().rowCount(), 300);
        pane.view().selectAll();
        QTRY_COMPARE(held.source.summed, 300);
        QCOMPARE(pane.view().selectedStretches().size(), size_t(1));
        pane.view().clearSelection();
        QTRY_VERIFY(foot->text().isEmpty());
        // A filter that takes the rows away takes their sum away too.
        pane.view().selectAll();
        QTRY_VERIFY(foot->text().startsWith("300 selected"));
        pane.setFilter({"no such row", {}, {}});
        QTRY_COMPARE(pane.model().rowCount(), 0);
        QTRY_VERIFY2(foot->text().isEmpty(), qPrintable(foot->text()));
    }

    void copyTakesTheSelectedRowsAndShownColumns()
    {
        test::RowsPane held(*m_theme, test::sampleBusinesses(300));
        TablePane& pane = held.pane;
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
        test::RowsPane held(*m_theme, test::sampleBusinesses(40), {1000, 600});
        TablePane& pane = held.pane;
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
        test::RowsPane held(*m_theme, test::sampleBusinesses(10), {1000, 400});
        TablePane& pane = held.pane;
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
        test::RowsPane held(*m_theme, test::sampleBusinesses(10));
        TablePane& pane = held.pane;
        QTRY_COMPARE(pane.model().rowCount(), 10);
        QSignalSpy opened(&pane, &TablePane::opened);
        pane.view().selectRow(4);
        QTest::keyClick(&pane.view(), Qt::Key_Return);
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened.at(0).at(0).toString(), "biz_00004");
    }
};

CH_TEST(TstTablePane)
#include "tst_TablePane.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// What is read anew and has not changed stays in its place: a button that is being pressed, the focus, a selection.
#include "support/TestMain.h"
#include "ui/Desk.h"
#include "ui/pages/detail/DetailPage.h"
#include "ui/pages/detail/FactsPanel.h"
#include "ui/pages/home/FigureCard.h"
#include "ui/pages/home/HomePage.h"
#include "ui/pages/home/RecentList.h"
#include "ui/pages/operations/MarksPanel.h"
#include "ui/pages/operations/OperationDetail.h"
#include "ui/pages/operations/OperationsModel.h"
#include "ui/pages/operations/OperationsPage.h"
#include "ui/tables/FilterHeader.h"

#include <QLabel>
#include <QPointer>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace ch;
using namespace ch::test;
using namespace ch::ui;

namespace steady {

std::vector<store::JournalStep> steps()
{
    store::JournalStep step;
    step.n = 1;
    step.name = QStringLiteral("customer");
    step.state = store::StepState::Done;
    return {step};
}

store::Mark ended()
{
    return {QStringLiteral("shop-1"), store::MarkKind::TakeDown, QStringLiteral("cus_1"), QStringLiteral("sub_1"), QStringLiteral("evt_1"), 1'793'491'200'000};
}

} // namespace steady

class TstSteady : public QObject {
    Q_OBJECT

    Theme* m_theme = nullptr;

private Q_SLOTS:
    void initTestCase() { m_theme = new Theme(*qApp); }
    void cleanupTestCase() { delete std::exchange(m_theme, nullptr); }

    void factsThatAreTheSameKeepTheirButtons()
    {
        FactsPanel panel(*m_theme, QStringLiteral("Event"), nullptr);
        const QList<Fact> facts{{QStringLiteral("Id"), QStringLiteral("evt_1"), true, false}};
        panel.setFacts(facts, {});
        const QPointer<QToolButton> copy = panel.findChild<QToolButton*>(QStringLiteral("copyFact"));
        panel.setFacts(facts, {});
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(copy && !copy->isHidden());
        panel.setFacts({{QStringLiteral("Id"), QStringLiteral("evt_2"), true, false}}, {});
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(!copy);
    }

    void stepsAndRowsThatAreTheSameResetNothing()
    {
        StepsModel model(nullptr);
        QSignalSpy steps(&model, &QAbstractItemModel::modelReset);
        model.setSteps(steady::steps(), QTimeZone::utc());
        model.setSteps(steady::steps(), QTimeZone::utc());
        QCOMPARE(steps.count(), 1);
        auto others = steady::steps();
        others.front().state = store::StepState::Failed;
        model.setSteps(others, QTimeZone::utc());
        QCOMPARE(steps.count(), 2);

        FixedTableModel table(store::Table::Subscriptions, nullptr);
        QSignalSpy rows(&table, &QAbstractItemModel::modelReset);
        const store::Row row{1, QStringLiteral("sub_1"), std::vector<store::Cell>(store::columnsOf(store::Table::Subscriptions).size())};
        table.setRows({row});
        table.setRows({row});
        QCOMPARE(rows.count(), 1);
        table.setRows({});
        QCOMPARE(rows.count(), 2);
    }

    void nothingIsSaidOfStepsBeforeTheyAreRead()
    {
        OperationDetail detail(*m_theme, nullptr);
        store::Operation operation;
        operation.id = QStringLiteral("op_1");
        detail.setOperation(operation, false, QTimeZone::utc());
        auto* none = detail.findChild<QLabel*>(QStringLiteral("operationNone"));
        auto* table = detail.findChild<QTableView*>(QStringLiteral("operationSteps"));
        QVERIFY(none->isHidden() && table->isHidden());
        Error error;
        error.kind = ErrorKind::Storage;
        detail.setStepsError(error);
        QVERIFY(!none->isHidden() && none->text().contains(QStringLiteral("could not be read")));
        detail.setSteps({});
        QVERIFY(!none->isHidden() && none->text().contains(QStringLiteral("No step was begun")));
        detail.setSteps(steady::steps());
        QVERIFY(none->isHidden() && !table->isHidden());
        operation.id = QStringLiteral("op_2");
        detail.setOperation(operation, false, QTimeZone::utc());
        QVERIFY(none->isHidden() && table->isHidden());
    }

    void marksForTakeDownStandAboveWhatNeedsAPersonAlone()
    {
        OperationsPage page(*m_theme, nullptr);
        page.setMarks({steady::ended()});
        QVERIFY(!page.marks().isHidden());
        page.show(OperationsPage::View::History);
        QVERIFY(page.marks().isHidden());
        page.setWritesOff(QStringLiteral("Writes off"));
        QVERIFY(page.marks().isHidden());
        page.show(OperationsPage::View::NeedsYou);
        QVERIFY(!page.marks().isHidden());
    }

    void escapeEmptiesAColumnsFilter()
    {
        MainWindow window(*m_theme);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        window.setAccountOpen(true);
        window.go(Page::Businesses);
        auto* field = qobject_cast<QLineEdit*>(window.businesses().businesses().filterHeader().editorOf(QStringLiteral("name")));
        field->setFocus();
        QTest::keyClicks(field, QStringLiteral("jane"));
        QCOMPARE(field->text(), "jane");
        QTest::keyClick(field, Qt::Key_Escape);
        QCOMPARE(field->text(), QString());
        window.go(Page::Detail); // an empty one leaves the key to the window
        QTest::keyClick(&window, Qt::Key_Escape);
        QCOMPARE(window.page(), Page::Businesses);
    }

    void twoRefreshesTakeNeitherFocusNorSelection()
    {
        Desk desk;
        desk.open();
        QSignalSpy synced(desk.engine.get(), &workspace::Engine::syncFinished);
        desk.connectWithKey();
        QTRY_COMPARE_WITH_TIMEOUT(synced.count(), 1, kLong);
        QTRY_VERIFY(desk.businesses().rowCount() > 0);
        desk.window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(desk.window.get()));

        desk.window->go(Page::Home);
        QSignalSpy home(desk.controller.get(), &WindowController::homeShown);
        const auto refreshedHome = [&] {
            const auto before = home.count();
            Q_EMIT desk.engine->mirrorChanged(0);
            return QTest::qWaitFor([&] { return home.count() > before; }, kLong);
        };
        QVERIFY(refreshedHome());
        const QPointer<FigureCard> card = desk.window->home().findChild<FigureCard*>(QStringLiteral("figureCard"));
        const QPointer<QPushButton> recent = desk.window->home().findChild<QPushButton*>(QStringLiteral("recentCustomer"));
        QVERIFY(card && recent);
        card->setFocus();
        QVERIFY(refreshedHome() && refreshedHome());
        QVERIFY(card && card->hasFocus());
        QVERIFY(recent && !recent->isHidden());

        QSignalSpy shown(desk.controller.get(), &WindowController::detailShown);
        desk.controller->openObject(desk.firstBusiness(QStringLiteral("active")));
        QTRY_VERIFY_WITH_TIMEOUT(shown.count() >= 1, kLong);
        DetailPage& detail = desk.window->detail();
        auto* table = detail.findChild<TableView*>(); // the subscriptions come first
        QVERIFY(table && table->model()->rowCount() > 0);
        table->selectRow(0);
        const QPointer<QToolButton> copy = detail.findChild<FactsPanel*>(QStringLiteral("detailIds"))->findChild<QToolButton*>(QStringLiteral("copyFact"));
        QVERIFY(copy);
        copy->setFocus();
        for (int round = 2; round <= 3; ++round) {
            Q_EMIT desk.engine->mirrorChanged(0);
            QTRY_VERIFY_WITH_TIMEOUT(shown.count() >= round, kLong);
        }
        QVERIFY(copy && copy->hasFocus());
        QVERIFY(table->selectionModel()->hasSelection());
    }
};

CH_TEST(TstSteady)
#include "tst_Steady.moc"

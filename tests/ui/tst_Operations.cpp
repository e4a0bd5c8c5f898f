// SPDX-License-Identifier: GPL-3.0-or-later
// The Operations page through the real window: what needs a person, what runs, history, and the trail.
#include "ui/Desk.h"
#include "support/TestMain.h"

#include "store/RecordsFile.h"
#include "ui/pages/operations/OperationDetail.h"
#include "ui/pages/operations/OperationWords.h"
#include "ui/pages/operations/OperationsPage.h"
#include "ui/pages/operations/OperationsPane.h"
#include "ui/pages/operations/TrailPane.h"
#include "ui/shell/MessageStrip.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QJsonArray>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace ch;
using namespace ch::ui;
using namespace ch::test;

namespace {

struct Works : Desk {
    [[nodiscard]] bool openSynced()
    {
        if (!Desk::openSynced()) {
            return false;
        }
        window->go(Page::Operations);
        return true;
    }

    [[nodiscard]] OperationsPage& page() { return window->operations(); }
    [[nodiscard]] OperationsModel& model() { return page().operations().model(); }
    [[nodiscard]] QString text(const char* name) { return textOf(page(), name); }
    [[nodiscard]] QPushButton* button(const char* name) { return buttonOf(page(), name); }
    [[nodiscard]] QLabel* badge() { return window->findChild<QLabel*>(QStringLiteral("navBadge")); }

    /// The records file as the terminal has it open beside the window.
    [[nodiscard]] std::unique_ptr<store::RecordsFile> terminal() const { return *store::RecordsFile::open(controller->account().folder); }

    static QString begun(store::RecordsFile& file, const QString& businessId, store::OperationKind kind)
    {
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        const auto made = file.journal().begin({kind, QStringLiteral("acct_1"), QStringLiteral("test"), businessId, {}}, "{}", now);
        return made ? made->id : QString();
    }

    /// A provision whose customer is made and whose answer is lost, to its end; its status, empty where it came to none.
    [[nodiscard]] QString loseAProvision(const QString& businessId, const QString& name)
    {
        QSignalSpy prices(engine.get(), &workspace::Engine::pricesEnsured);
        engine->ensurePrices(false);
        if (!QTest::qWaitFor([&prices] { return prices.count() == 1; }, kLong)) {
            return {};
        }
        breaks("lost,path=/v1/customers,method=POST");
        QSignalSpy finished(engine.get(), &workspace::Engine::provisionFinished);
        business::ProvisionRequest request;
        request.businessId = businessId;
        request.name = name;
        request.type = QStringLiteral("saas");
        engine->provision(request);
        if (!QTest::qWaitFor([&finished] { return finished.count() == 1; }, kLong)) {
            return {};
        }
        return finished[0][1].value<business::ProvisionOutcome>().status;
    }
};

} // namespace

class TstOperations : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anUnknownEndNeedsYouAndIsLookedAtAgain()
    {
        Works desk;
        QVERIFY(desk.openSynced());
        QCOMPARE(desk.loseAProvision("shop-1", "Jane's shop"), "unknown");

        QTRY_COMPARE_WITH_TIMEOUT(desk.model().rowCount(), 1, kLong);
        QTRY_VERIFY(!desk.badge()->isHidden());
        QCOMPARE(desk.badge()->text(), "1");
        QVERIFY(desk.window->findChild<QToolButton*>("navOperations")->accessibleName().contains("1 needs you"));
        QCOMPARE(desk.window->findChild<QToolButton*>("viewNeedsYou")->text(), "Needs you (1)");
        QVERIFY(desk.text("operationHeadline").contains("shop-1"));
        QVERIFY(desk.text("operationSentence").contains("may or may not"));
        QCOMPARE(desk.button("operationAct")->text(), "Look again");
        auto* steps = desk.page().findChild<QTableView*>("operationSteps");
        QTRY_COMPARE(steps->model()->rowCount(), 1);
        QVERIFY(steps->model()->index(0, 5).data(RowsModel::CopyRole).toString().startsWith("countinghouse-"));

        desk.server.faults().clear();
        desk.button("operationAct")->click();
        QVERIFY(!desk.button("operationAct")->isEnabled());
        QTRY_COMPARE_WITH_TIMEOUT(desk.model().rowCount(), 0, kLong);
        QTRY_VERIFY(desk.badge()->isHidden());
        QTRY_VERIFY(desk.window->messages().topics().contains("operations"));
        desk.page().show(OperationsPage::View::History);
        QTRY_COMPARE(desk.model().rowCount(), 1);
        QCOMPARE(desk.model().itemAt(0)->state, store::OperationState::Done);
        QTRY_VERIFY(steps->model()->rowCount() >= 2);
        QVERIFY(!steps->model()->index(1, 4).data(RowsModel::CopyRole).toString().isEmpty()); // request ids
    }

    void whatTheTerminalDoesShowsByItself()
    {
        Works desk;
        QVERIFY(desk.openSynced());
        auto terminal = desk.terminal();
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        const QString failed = desk.begun(*terminal, "failed-1", store::OperationKind::TakeDown);
        store::Journal::Ending ending;
        ending.state = store::OperationState::Failed;
        ending.error = QStringLiteral("permission");
        QVERIFY(terminal->journal().settle(failed, ending, now));
        const QString waiting = desk.begun(*terminal, "waiting-1", store::OperationKind::Provision);
        QVERIFY(terminal->journal().release(waiting, store::OperationState::Waiting, "network", now));
        const QString waiting2 = desk.begun(*terminal, "waiting-2", store::OperationKind::Provision);
        QVERIFY(terminal->journal().release(waiting2, store::OperationState::Waiting, "interrupted", now));
        (void)desk.begun(*terminal, "at-work", store::OperationKind::Provision);

        QTRY_COMPARE_WITH_TIMEOUT(desk.model().rowCount(), 3, kLong);
        QTRY_COMPARE_WITH_TIMEOUT(desk.badge()->text(), QString("3"), kLong);
        QCOMPARE(desk.button("operationsResumeAll")->text(), "Resume all 2");
        // Keyboard: down to the failed one, which is begun anew, not gone on with.
        auto* table = desk.page().operations().findChild<QTableView*>("table");
        QTest::keyClick(table, Qt::Key_Down);
        QTest::keyClick(table, Qt::Key_Down);
        QTRY_VERIFY(desk.text("operationHeadline").contains("failed-1"));
        QVERIFY(desk.text("operationSentence").contains("may not do this"));
        QCOMPARE(desk.button("operationAct")->text(), "Try again…");
        QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);
        QVERIFY2(QApplication::clipboard()->text().contains("failed\tTake-down\tfailed-1"), qPrintable(QApplication::clipboard()->text()));

        desk.page().show(OperationsPage::View::Running);
        QTRY_COMPARE(desk.model().rowCount(), 1);
        QCOMPARE(desk.model().itemAt(0)->subject.businessId, "at-work");
        // The terminal is killed: what it worked on needs a person, by itself.
        terminal.reset();
        QTRY_COMPARE_WITH_TIMEOUT(desk.model().rowCount(), 0, kLong);
        desk.page().show(OperationsPage::View::NeedsYou);
        QTRY_COMPARE(desk.model().rowCount(), 4);
        QCOMPARE(desk.model().index(0, 0).data().toString(), "Interrupted");

        desk.page().show(OperationsPage::View::History);
        auto* field = desk.page().findChild<QLineEdit*>("operationsFilter");
        field->setText("waiting-");
        QTRY_COMPARE(desk.model().rowCount(), 2);
        field->setText("nothing like it");
        QTRY_COMPARE(desk.model().rowCount(), 0);
        QTRY_COMPARE(desk.page().operations().findChild<QLabel*>("stateWhy")->text(), QString("No operation fits the filter."));
        desk.page().operations().findChild<QPushButton*>("stateButton")->click();
        QTRY_COMPARE(desk.model().rowCount(), 4);
        auto* kinds = desk.page().findChild<QComboBox*>("operationsKind");
        kinds->setCurrentIndex(kinds->findData(static_cast<int>(store::OperationKind::TakeDown)));
        QTRY_COMPARE(desk.model().rowCount(), 1);
    }

    void aLongTrailComesInPagesAndIsSearched()
    {
        Works desk;
        QVERIFY(desk.openSynced());
        auto terminal = desk.terminal();
        const int before = static_cast<int>(terminal->audit(100)->size()); // what connecting the key has left
        for (int i = 1; i <= 450; ++i) {
            store::AuditEntry entry;
            entry.atMs = QDateTime::currentMSecsSinceEpoch() - (i <= 400 ? 40LL : 1LL) * 24 * 3600 * 1000;
            entry.actor = QStringLiteral("ada");
            entry.action = QStringLiteral("take_down");
            entry.businessId = QStringLiteral("shop-%1").arg(i);
            entry.outcome = QStringLiteral("done");
            QVERIFY(terminal->appendAudit(entry));
        }
        desk.page().show(OperationsPage::View::Trail);
        TrailModel& trail = desk.page().trail().model();
        QTRY_COMPARE(trail.rowCount(), 200);
        QVERIFY(trail.hasMore());
        QVERIFY(desk.page().trail().findChild<QLabel*>("pagedCount")->text().startsWith("The newest"));
        auto* table = desk.page().trail().findChild<QTableView*>("table");
        table->scrollToBottom();
        QTRY_VERIFY(trail.rowCount() >= 400);
        table->scrollToBottom();
        QTRY_COMPARE(trail.rowCount(), before + 450);
        QVERIFY(!trail.hasMore());

        desk.page().findChild<QLineEdit*>("trailFilter")->setText("SHOP-45");
        QTRY_COMPARE(trail.rowCount(), 2);
        desk.page().findChild<QLineEdit*>("trailFilter")->clear();
        desk.page().findChild<QComboBox*>("trailSpan")->setCurrentIndex(3);
        QTRY_COMPARE(trail.rowCount(), before + 50);

        // Verified by the engine, with its result in words.
        desk.button("trailVerify")->click();
        QTRY_VERIFY_WITH_TIMEOUT(desk.text("trailResultText").contains(QString::number(before + 450)), kLong);
        QVERIFY2(desk.text("trailResultText").contains("as it was written"), qPrintable(desk.text("trailResultText")));

        // What is shown is what goes out.
        QTemporaryDir out;
        const QString path = out.filePath("trail.json");
        desk.controller->operationsDesk().setChoose([&path](const QString& suggested, const OperationsDesk::Chosen& chosen) {
            QVERIFY(suggested.endsWith(".json"));
            chosen(path);
        });
        desk.page().findChild<QAction*>("trailJson")->trigger();
        QTRY_VERIFY(desk.window->messages().topics().contains("trail"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(QJsonDocument::fromJson(file.readAll()).array().size(), before + 50);
    }

    void whatAVerificationFoundIsSaidInWords()
    {
        store::AuditCheck check;
        check.entries = 1200;
        check.ok = true;
        QVERIFY(verifiedText(check).contains("cannot be known"));
        check.endKnown = true;
        QVERIFY(verifiedText(check).contains("None was cut off"));
        check.ok = false;
        check.firstBad = 17;
        QVERIFY(verifiedText(check).contains("Number 17") && !verifiedText(check).contains("as it was written"));
    }

    void whatWasLeftOpenIsToldWhenTheAccountOpens()
    {
        Works desk;
        QVERIFY(desk.openSynced());
        store::Operation operation;
        operation.id = QStringLiteral("op_1");
        operation.subject = {store::OperationKind::Provision, {}, QStringLiteral("live"), QStringLiteral("shop-1"), {}};
        operation.state = store::OperationState::Waiting;
        operation.error = QStringLiteral("interrupted");
        desk.window->go(Page::Home);
        Q_EMIT desk.engine->operationsResumed(0, {operation});
        QVERIFY(desk.window->messages().topics().contains("operations"));
        auto* act = desk.window->messages().findChild<QPushButton*>("messageAction");
        QCOMPARE(act->text(), "Operations");
        act->click();
        QCOMPARE(desk.window->page(), Page::Operations);
        QCOMPARE(desk.page().view(), OperationsPage::View::NeedsYou);
        QVERIFY(operationWords(operation, true).advice.contains("In live mode a person decides"));
    }

    void whatWasLeftOpenGoesOnByItselfInTestMode()
    {
        Works desk;
        QVERIFY(desk.openSynced());
        QCOMPARE(desk.loseAProvision("shop-left", "Left open"), "unknown");
        desk.server.faults().clear();
        desk.controller.reset();
        desk.window.reset();
        desk.engine.reset();
        desk.settings.reset();
        desk.theme.reset();

        desk.open();
        QSignalSpy resumed(desk.engine.get(), &workspace::Engine::operationsResumed);
        desk.connectWithKey();
        QTRY_COMPARE_WITH_TIMEOUT(resumed.count(), 1, kLong);
        QCOMPARE(resumed[0][0].toInt(), 0);
        QVERIFY(desk.window->messages().topics().contains("operations"));
        desk.window->go(Page::Operations);
        desk.page().show(OperationsPage::View::History);
        QTRY_COMPARE(desk.model().rowCount(), 1);
        QCOMPARE(desk.model().itemAt(0)->state, store::OperationState::Done);
        QCOMPARE(desk.customersOf("shop-left"), 1);
    }

    void theBadgeGoesWithTheAccount()
    {
        Works desk;
        QVERIFY(desk.openSynced());
        auto terminal = desk.terminal();
        const QString waiting = desk.begun(*terminal, "waiting-1", store::OperationKind::Provision);
        QVERIFY(terminal->journal().release(waiting, store::OperationState::Waiting, "network", QDateTime::currentMSecsSinceEpoch()));
        QTRY_VERIFY_WITH_TIMEOUT(!desk.badge()->isHidden(), kLong);
        desk.engine->close();
        QTRY_VERIFY(desk.badge()->isHidden());
        QCOMPARE(desk.model().rowCount(), 0);
    }

    void everyStateAndProblemHasItsWords()
    {
        for (const char* state : {"running", "interrupted", "waiting", "unknown", "failed", "done", "step_intended", "step_sent", "step_done", "step_failed", "step_unknown", "step_skipped"}) {
            QVERIFY2(!statusLook(state).meaning.isEmpty(), state);
        }
        QCOMPARE(problemText("timeout"), "Stripe did not answer in time");
        QCOMPARE(problemText("price_missing"), "Stripe has no active price for the type");
        QCOMPARE(problemText("weird_code"), "Stripe's code: weird_code");
        QVERIFY(problemText({}).isEmpty());
    }
};

CH_TEST(TstOperations)
#include "tst_Operations.moc"

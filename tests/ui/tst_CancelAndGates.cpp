// SPDX-License-Identifier: GPL-3.0-or-later
// The cancel of one subscription, and the gates, through the real window.
#include "ui/Desk.h"
#include "support/TestMain.h"

#include "ui/dialogs/CancelDialog.h"
#include "ui/dialogs/CancelWords.h"
#include "ui/dialogs/SettingsDialog.h"
#include "ui/pages/detail/DetailPage.h"
#include "ui/pages/subscriptions/SubscriptionsPage.h"
#include "ui/shell/MessageStrip.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTest>

using namespace ch;
using namespace ch::ui;
using namespace ch::test;

namespace {

struct Gatehouse : Desk {
    [[nodiscard]] bool openSynced()
    {
        return Desk::openSynced() && QTest::qWaitFor([this] { return controller->gatesDesk().state().has_value(); });
    }

    [[nodiscard]] TablePane& subscriptions() { return window->subscriptions().pane(); }

    /// The row of the first subscription with that status, chosen; its id.
    [[nodiscard]] QString chooseFirst(const QString& status)
    {
        store::TableFilter filter;
        filter.equals = {{QStringLiteral("status"), status}};
        window->go(Page::Subscriptions);
        subscriptions().setFilter(filter);
        MirrorTableModel& model = subscriptions().model();
        for (int turn = 0; turn < 200 && !(model.rowCount() > 0 && model.textAt(0, QStringLiteral("status")) == status); ++turn) {
            QTest::qWait(20);
        }
        subscriptions().view().selectRow(0);
        return model.objectIdAt(0);
    }

    void openDetail(const QString& id)
    {
        QSignalSpy shown(controller.get(), &WindowController::detailShown);
        controller->openObject(id);
        QTRY_VERIFY_WITH_TIMEOUT(shown.count() >= 1, kLong);
    }
};

} // namespace

class TstCancelAndGates : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void oneSubscriptionIsCancelledFromItsRow()
    {
        Gatehouse desk;
        QVERIFY(desk.openSynced());
        desk.window->go(Page::Subscriptions);
        auto* cancel = desk.window->subscriptions().findChild<QPushButton*>("subscriptionsCancel");
        QVERIFY(!cancel->isEnabled());
        const QString id = desk.chooseFirst(QStringLiteral("active"));
        QVERIFY(!id.isEmpty());
        QVERIFY(cancel->isEnabled());
        QTest::keyClick(&desk.subscriptions().view(), Qt::Key_Delete);
        QVERIFY(desk.controller->cancelDialog());
        CancelDialog* dialog = desk.controller->cancelDialog();
        QTRY_COMPARE_WITH_TIMEOUT(dialog->step(), EndDialog::Step::Plan, kLong);
        QVERIFY(dialog->findChild<QLabel*>("cancelSentence")->text().contains(id));
        QVERIFY(dialog->findChild<QPushButton*>("cancelKeep")->isDefault());
        dialog->findChild<QLineEdit*>("cancelReason")->setText("wrong plan");
        QSignalSpy finished(desk.engine.get(), &workspace::Engine::cancelFinished);
        dialog->findChild<QPushButton*>("cancelAct")->click();
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kLong);
        QCOMPARE(finished[0][1].value<business::CancelOutcome>().status, "canceled");
        QCOMPARE(dialog->step(), EndDialog::Step::Outcome);
        QVERIFY(dialog->findChild<QLabel*>("cancelHeadline")->text().contains("was canceled"));
        const QJsonObject after = desk.ask("/v1/subscriptions/" + id.toLatin1());
        QCOMPARE(after["status"].toString(), "canceled");
        QCOMPARE(after["cancellation_details"].toObject()["comment"].toString(), "wrong plan");
        QCOMPARE(desk.ask("/v1/customers/" + after["customer"].toString().toLatin1())["deleted"].toBool(), false);
        dialog->reject();
        QTRY_VERIFY(!desk.controller->cancelDialog());
        // An ended one cannot be cancelled.
        (void)desk.chooseFirst(QStringLiteral("canceled"));
        QVERIFY(!cancel->isEnabled());
    }

    void anEndWithThePeriodIsSetFromTheDetailPage()
    {
        Gatehouse desk;
        QVERIFY(desk.openSynced());
        const QString id = desk.chooseFirst(QStringLiteral("active"));
        desk.openDetail(id);
        auto* table = desk.window->detail().findChildren<TableView*>().value(0);
        auto* cancel = desk.window->detail().findChild<QPushButton*>("detailCancel");
        for (int row = 0; row < table->model()->rowCount(); ++row) {
            table->selectRow(row);
            if (cancel->isEnabled()) {
                break;
            }
        }
        QVERIFY(cancel->isEnabled());
        cancel->click();
        CancelDialog* dialog = desk.controller->cancelDialog();
        QTRY_COMPARE_WITH_TIMEOUT(dialog->step(), EndDialog::Step::Plan, kLong);
        dialog->findChild<QRadioButton*>("cancelPeriodEnd")->click();
        QCOMPARE(dialog->findChild<QPushButton*>("cancelAct")->text(), "End with the period");
        QSignalSpy finished(desk.engine.get(), &workspace::Engine::cancelFinished);
        dialog->findChild<QPushButton*>("cancelAct")->click();
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kLong);
        const QJsonObject after = desk.ask("/v1/subscriptions/" + dialog->subscriptionId().toLatin1());
        QCOMPARE(after["status"].toString(), "active");
        QVERIFY(after["cancel_at_period_end"].toBool() || !after["cancel_at"].isNull());
        QVERIFY(dialog->findChild<QLabel*>("cancelHeadline")->text().contains("ends with its period"));
    }

    void lookingAtAPlanLeavesTheFiguresAsTheyAre()
    {
        Gatehouse desk;
        QVERIFY(desk.openSynced());
        const auto reader = *store::MirrorReader::open(desk.controller->account().folder);
        const auto before = *reader->sums(store::Table::Subscriptions, {});
        QStringList ids;
        QVERIFY(reader->forEachBusiness(false, [&ids](const store::Business& business) {
            if (business.status == QLatin1String("active") && !business.isConflict()) {
                ids << business.businessId;
            }
        }));
        QSignalSpy planned(desk.engine.get(), &workspace::Engine::planReady);
        for (const QString& id : ids) {
            desk.engine->planTakedown(id);
        }
        QTRY_COMPARE_WITH_TIMEOUT(planned.count(), ids.size(), kLong);
        const auto after = *reader->sums(store::Table::Subscriptions, {});
        QCOMPARE(after.size(), before.size());
        for (size_t i = 0; i < before.size(); ++i) {
            QCOMPARE(after[i].currency, before[i].currency);
            QCOMPARE(after[i].minor, before[i].minor);
        }
    }

    void paymentsOffStopsWritesAndIsSaidEverywhere()
    {
        Gatehouse desk;
        QVERIFY(desk.openSynced());
        const QString id = desk.chooseFirst(QStringLiteral("active"));
        desk.openDetail(id);
        QVERIFY(desk.window->detail().findChild<QPushButton*>("detailTakedown")->isEnabled());
        Q_EMIT desk.window->settingsAsked();
        auto* settings = desk.window->findChild<SettingsDialog*>();
        auto* payments = settings->findChild<QCheckBox*>("settingsPayments");
        QVERIFY(payments->isChecked());
        payments->click();
        QTRY_VERIFY(desk.window->messages().topics().contains("payments"));
        QTRY_VERIFY(desk.window->modeStrip().words().end.contains("payments are switched off"));
        QVERIFY(!desk.window->detail().findChild<QPushButton*>("detailTakedown")->isEnabled());
        QVERIFY(!desk.window->businesses().findChild<QPushButton*>("newBusiness")->isEnabled());
        auto* rollout = settings->findChild<QComboBox*>("settingsRollout");
        rollout->setCurrentIndex(rollout->findData(25));
        Q_EMIT rollout->activated(rollout->currentIndex());
        QTRY_COMPARE(desk.controller->gatesDesk().state()->rolloutPercent, 25);
        payments->click();
        QTRY_VERIFY(!desk.window->messages().topics().contains("payments"));
        QTRY_VERIFY(desk.window->detail().findChild<QPushButton*>("detailTakedown")->isEnabled());
        settings->close();
    }

    void aProtectedBusinessIsRefusedUntilThatIsTakenOff()
    {
        Gatehouse desk;
        QVERIFY(desk.openSynced());
        desk.openDetail(desk.firstBusiness(QStringLiteral("active")));
        auto* protect = desk.window->detail().findChild<QPushButton*>("detailProtect");
        auto* takedown = desk.window->detail().findChild<QPushButton*>("detailTakedown");
        QCOMPARE(protect->text(), "Protect");
        protect->click();
        QTRY_COMPARE(protect->text(), QString("Protected"));
        QVERIFY(!takedown->isEnabled());
        QVERIFY(takedown->toolTip().contains("protected"));
        protect->click();
        QTRY_VERIFY(takedown->isEnabled());
    }

    void whatAGateRefusedIsSaidWithWhatToDo()
    {
        for (const char* code : {"payments_off", "not_in_rollout", "protected", "type_the_id", "live_not_meant"}) {
            Error error;
            error.kind = ErrorKind::Safety;
            error.code = QLatin1String(code);
            error.message = QStringLiteral("Why, in the gate's words.");
            const ErrorWords words = errorWords(error);
            QVERIFY2(words.happened != QLatin1String("Refused by a safety rule"), code);
            QCOMPARE(words.means, error.message);
            QVERIFY2(!words.advice.isEmpty(), code);
        }
    }

    void wordsOfACancelAreNotConfused()
    {
        business::CancelPlan plan;
        plan.subscription.subscriptionId = QStringLiteral("sub_1");
        plan.subscription.mrr = {4900, QStringLiteral("usd")};
        plan.customerName = QStringLiteral("Nordlicht");
        plan.customerId = QStringLiteral("cus_1");
        plan.businessId = QStringLiteral("biz_1");
        plan.fromStripe = true;
        workspace::AccountState live;
        live.mode = stripe::Mode::Live;
        EndWords words = cancelWords(plan, stripWordsOf(live), {}, QTimeZone::utc());
        QCOMPARE(words.typedIds, (QStringList{"sub_1", "biz_1"}));
        EndChoices later;
        later.atPeriodEnd = true;
        QVERIFY(cancelWords(plan, stripWordsOf(live), later, QTimeZone::utc()).typedIds.isEmpty());
        plan.endedStatus = QStringLiteral("canceled");
        words = cancelWords(plan, stripWordsOf(live), {}, QTimeZone::utc());
        QVERIFY(!words.possible && words.sentence.contains("has ended already"));

        business::CancelOutcome outcome;
        outcome.status = QStringLiteral("unknown");
        outcome.error = Error{};
        outcome.error->outcomeKnown = false;
        QCOMPARE(cancelOutcomeWords(outcome, plan, {}, QTimeZone::utc()).state, OutcomeState::Unknown);
        outcome.status = QStringLiteral("failed");
        outcome.error->outcomeKnown = true;
        QCOMPARE(cancelOutcomeWords(outcome, plan, {}, QTimeZone::utc()).state, OutcomeState::Failed);
        outcome.status = QStringLiteral("canceled");
        outcome.error.reset();
        QCOMPARE(cancelOutcomeWords(outcome, plan, {}, QTimeZone::utc()).state, OutcomeState::Done);
    }
};

CH_TEST(TstCancelAndGates)
#include "tst_CancelAndGates.moc"

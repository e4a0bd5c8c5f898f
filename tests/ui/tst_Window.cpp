// SPDX-License-Identifier: GPL-3.0-or-later
// The whole window over a simulated account on a real socket: connect with a key, synchronise, filter, sort, open, take down.
#include "ui/Desk.h"
#include "support/TestMain.h"

#include "ui/dialogs/TakedownDialog.h"
#include "ui/pages/businesses/BusinessesPage.h"
#include "ui/pages/connect/ConnectPage.h"
#include "ui/pages/detail/DetailPage.h"
#include "ui/pages/home/FigureCard.h"
#include "ui/pages/home/HomePage.h"
#include "ui/pages/subscriptions/SubscriptionsPage.h"
#include "ui/shell/MessageStrip.h"
#include "ui/tables/Columns.h"
#include "ui/tables/TableView.h"

#include <QApplication>
#include <QCheckBox>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace ch;
using namespace ch::ui;
using namespace ch::test;

class TstWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aPersonConnectsLooksAndTakesDown()
    {
        Desk desk;
        QVERIFY(desk.port != 0);
        desk.open();
        QCOMPARE(desk.window->page(), Page::Accounts);
        QVERIFY(desk.window->connectPage().findChild<QLabel*>("connectTitle")->text().startsWith("Welcome"));
        QVERIFY(desk.connectSynced());
        QVERIFY(desk.window->windowTitle().startsWith("TEST"));
        QVERIFY(!desk.window->windowTitle().contains(QString::fromLatin1(testKey())));

        // Home: a card a currency, complete.
        QTRY_VERIFY(!desk.window->home().findChildren<FigureCard*>().isEmpty());
        QTRY_VERIFY(desk.window->home().values().completeness.complete);

        // Tables: rows, filter, order.
        desk.window->go(Page::Businesses);
        MirrorTableModel& model = desk.businesses();
        QTRY_VERIFY(model.rowCount() >= 30);
        const int all = model.rowCount();
        const QString active = desk.firstBusiness(QStringLiteral("active"));
        QVERIFY(!active.isEmpty());
        auto* field = desk.window->businesses().businesses().findChild<QLineEdit*>("filterText");
        field->setText(active);
        QTRY_COMPARE(model.rowCount(), 1);
        QCOMPARE(model.objectIdAt(0), active);
        field->clear();
        QTRY_COMPARE(model.rowCount(), all);
        Q_EMIT desk.window->businesses().businesses().view().horizontalHeader()->sectionClicked(columnIndex(store::Table::Businesses, "name"));
        QTRY_VERIFY(QString::compare(model.textAt(0, "name"), model.textAt(all - 1, "name"), Qt::CaseInsensitive) <= 0);

        takeDown(desk, active, false);
        QCOMPARE(desk.ask("/v1/customers/" + m_customer.toLatin1())["deleted"].toBool(), false);
        // The row refreshes itself.
        desk.window->back();
        QTRY_VERIFY(desk.firstBusiness(QStringLiteral("taken_down")) == active || statusOf(desk, active) == QLatin1String("canceled"));
    }

    void theCustomerGoesWhereAsked()
    {
        Desk desk;
        QVERIFY(desk.openSynced());
        takeDown(desk, desk.firstBusiness(QStringLiteral("active")), true);
        QCOMPARE(desk.ask("/v1/customers/" + m_customer.toLatin1())["deleted"].toBool(), true);
        const QJsonArray events = desk.ask("/v1/events?limit=10")["data"].toArray();
        QStringList types;
        for (const auto& event : events) {
            types << event.toObject()["type"].toString();
        }
        QVERIFY2(types.contains("customer.subscription.deleted") && types.contains("customer.deleted"), qPrintable(types.join(' ')));
    }

    void aRefusedKeyIsToldInThePage()
    {
        sandbox::Options options = Desk::account();
        options.acceptedKeys = QStringList{QStringLiteral("sk_") + QStringLiteral("test_") + QString(24, u'z')};
        SystemClock clock;
        sandbox::SandboxServer strict(options, clock);
        Desk desk;
        desk.port = strict.start().value_or(0);
        desk.open();
        desk.connectWithKey();
        auto* strip = desk.window->connectPage().findChild<MessageStrip*>();
        QTRY_COMPARE_WITH_TIMEOUT(strip->topics(), QStringList{"connect"}, kLong);
        QCOMPARE(strip->findChild<QLabel*>("messageTitle")->text(), "Stripe refused the key");
        QCOMPARE(desk.window->page(), Page::Accounts);
        for (QLabel* label : desk.window->findChildren<QLabel*>()) {
            QVERIFY(!label->text().contains(QString::fromLatin1(testKey())));
        }
    }

    void aLostConnectionKeepsWhatWasRead()
    {
        Desk desk;
        QVERIFY(desk.openSynced());
        QSignalSpy failed(desk.engine.get(), &workspace::Engine::syncFailed);
        const int before = desk.businesses().rowCount();
        desk.breaks("500,path=/v1/customers,should-retry=no");
        Q_EMIT desk.window->syncAsked();
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kLong);
        QVERIFY(desk.window->messages().topics().contains("sync"));
        QCOMPARE(desk.businesses().rowCount(), before);
    }

    void aRefusedKeyLeavesTheOpenAccountInSight()
    {
        Desk desk;
        QVERIFY(desk.openSynced());
        QSignalSpy synced(desk.engine.get(), &workspace::Engine::syncFinished);
        QSignalSpy failed(desk.engine.get(), &workspace::Engine::openFailed);
        auto& page = desk.window->connectPage();
        page.findChild<QLineEdit*>("connectKey")->setText(expiredKey());
        page.findChild<QLineEdit*>("connectName")->setText(QStringLiteral("Other"));
        page.findChild<QPushButton*>("connectButton")->click();
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kLong);
        // The account that was open is still there: strip, title and tables go on telling of it, and it can be synchronised.
        QCOMPARE(desk.window->page(), Page::Accounts);
        QVERIFY(page.findChild<MessageStrip*>()->topics().contains("connect"));
        QVERIFY(desk.window->windowTitle().startsWith("TEST"));
        QCOMPARE(desk.window->modeStrip().words().mode, StripMode::Test);
        QVERIFY(desk.businesses().rowCount() > 0);
        Q_EMIT desk.window->syncAsked();
        QTRY_COMPARE_WITH_TIMEOUT(synced.count(), 1, kLong);
        QVERIFY(access::Profiles::load(desk.dir.path())->find("Other") == std::nullopt);
    }

    void theDemoOpensByItself()
    {
        Desk desk;
        desk.open(true);
        const QSignalSpy home(desk.controller.get(), &WindowController::homeShown);
        QTRY_VERIFY_WITH_TIMEOUT(desk.window->windowTitle().startsWith("DEMO"), kLong);
        QTRY_VERIFY_WITH_TIMEOUT(desk.businesses().rowCount() > 100, kLong);
        QCOMPARE(desk.server.requestCount(), 0);
        QVERIFY(home.count() > 0);
    }

    void theLastPageIsRemembered()
    {
        Desk desk;
        desk.open();
        QSignalSpy opened(desk.engine.get(), &workspace::Engine::opened);
        desk.connectWithKey();
        QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, kLong);
        QTRY_COMPARE(desk.window->page(), Page::Home);
        desk.window->go(Page::Subscriptions);
        QCOMPARE(desk.settings->lastPage(QStringLiteral("Main")), "subscriptions");
        QCOMPARE(desk.settings->lastProfile(), "Main");
    }

private:
    static QString statusOf(Desk& desk, const QString& id)
    {
        MirrorTableModel& model = desk.businesses();
        for (int row = 0; row < model.rowCount(); ++row) {
            if (model.objectIdAt(row) == id) {
                return model.textAt(row, QStringLiteral("status"));
            }
        }
        return {};
    }

    void takeDown(Desk& desk, const QString& business, bool deleteCustomer)
    {
        QVERIFY(!business.isEmpty());
        QSignalSpy shown(desk.controller.get(), &WindowController::detailShown);
        Q_EMIT desk.window->businesses().opened(business);
        QTRY_VERIFY(shown.count() >= 1); // a refresh may read it once more
        QCOMPARE(desk.window->page(), Page::Detail);
        m_customer = desk.window->detail().values().business.customerIds.value(0);
        const QString subscription = desk.window->detail().values().business.subscriptionId;
        QCOMPARE(desk.ask("/v1/subscriptions/" + subscription.toLatin1())["status"].toString(), "active");

        buttonOf(desk.window->detail(), "detailTakedown")->click();
        QTRY_VERIFY(desk.controller->takedownDialog() && desk.controller->takedownDialog()->step() == TakedownDialog::Step::Plan);
        TakedownDialog* dialog = desk.controller->takedownDialog();
        dialog->findChild<QCheckBox*>(QStringLiteral("takedownDelete"))->setChecked(deleteCustomer);
        dialog->findChild<QLineEdit*>(QStringLiteral("takedownReason"))->setText(QStringLiteral("closed by its owner"));
        QSignalSpy finished(desk.engine.get(), &workspace::Engine::takedownFinished);
        buttonOf(*dialog, "takedownAct")->click();
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kLong);
        const auto outcome = finished.at(0).at(1).value<business::TakedownOutcome>();
        QCOMPARE(outcome.status, "taken_down");
        QCOMPARE(outcome.customerDeleted, deleteCustomer);
        QVERIFY(!outcome.requestIds.isEmpty());
        QCOMPARE(dialog->step(), TakedownDialog::Step::Outcome);
        QVERIFY(dialog->findChild<QLabel*>(QStringLiteral("takedownRequestIds"))->text().contains(outcome.requestIds.first()));
        dialog->reject();
        QTRY_VERIFY(!desk.controller->takedownDialog());

        if (!deleteCustomer) {
            const QJsonObject after = desk.ask("/v1/subscriptions/" + subscription.toLatin1());
            QCOMPARE(after["status"].toString(), "canceled");
            QCOMPARE(after["cancellation_details"].toObject()["comment"].toString(), "closed by its owner");
        }
        QTRY_VERIFY(desk.window->detail().values().business.status != QLatin1String("active"));
    }

    QString m_customer;
};

CH_TEST(TstWindow)
#include "tst_Window.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// What was asked for and did not happen is told, and controls go back to how things stand; words come as they are, whatever they look like.
#include "support/TestMain.h"
#include "ui/Desk.h"
#include "ui/dialogs/OutcomePanel.h"
#include "ui/pages/detail/DetailPage.h"
#include "ui/pages/operations/TrailModel.h"
#include "ui/pages/operations/TrailPane.h"
#include "ui/shell/FeedDesk.h"
#include "ui/shell/MessageStrip.h"
#include "ui/shell/OperationsDesk.h"
#include "ui/tables/StateView.h"
#include "ui/text/Shorten.h"
#include "ui/text/StatusText.h"
#include "ui/theme/Labels.h"
#include "ui/theme/ViewSwitch.h"

#include <QApplication>
#include <QDialog>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QVBoxLayout>

using namespace ch;
using namespace ch::ui;

class TstTold : public QObject {
    Q_OBJECT

    Theme* m_theme = nullptr;

private Q_SLOTS:
    void initTestCase() { m_theme = new Theme(*qApp); }
    void cleanupTestCase() { delete std::exchange(m_theme, nullptr); }

    /// Orders while no account is open fail, as they do where the records file cannot be written.
    void aSettingThatIsNotKeptIsTold()
    {
        workspace::Engine engine([](Clock&) { return std::make_unique<access::SessionVault>(); });
        MainWindow window(*m_theme);
        FeedDesk desk(engine, window);
        desk.setReads(20000);
        QTRY_VERIFY(window.messages().topics().contains("feed"));
        window.messages().clear(QStringLiteral("feed"));
        desk.setTakesDown(true);
        QTRY_VERIFY(window.messages().topics().contains("feed"));
    }

    void aMarkThatStaysIsTold()
    {
        workspace::Engine engine([](Clock&) { return std::make_unique<access::SessionVault>(); });
        MainWindow window(*m_theme);
        OperationsDesk desk(engine, window);
        Q_EMIT window.detail().markLeft(QStringLiteral("shop-1"), store::MarkKind::AtRisk);
        QTRY_VERIFY(window.messages().topics().contains("marks"));
    }

    void settingsCloseWithTheirAccount()
    {
        test::Desk desk;
        desk.open();
        desk.connectWithKey();
        QTRY_VERIFY_WITH_TIMEOUT(desk.controller->isOpen(), test::kLong);
        Q_EMIT desk.window->settingsAsked();
        const QPointer<QDialog> dialog = desk.window->findChild<QDialog*>(QStringLiteral("settingsDialog"));
        QVERIFY(dialog && dialog->isVisible());
        Q_EMIT desk.window->settingsAsked(); // one is enough
        QCOMPARE(desk.window->findChildren<QDialog*>(QStringLiteral("settingsDialog")).size(), 1);
        desk.engine->close();
        QTRY_VERIFY_WITH_TIMEOUT(!dialog, test::kLong);
    }

    void aSwitchTellsWhatAPersonPresses()
    {
        ViewSwitch views(QStringLiteral("View"), nullptr);
        for (const char* name : {"first", "second", "third"}) {
            views.add(QLatin1String(name), QLatin1String(name));
        }
        QSignalSpy chosen(&views, &ViewSwitch::chosen);
        QCOMPARE(views.current(), 0);
        views.setCurrent(2);
        QCOMPARE(views.current(), 2);
        QCOMPARE(chosen.count(), 0);
        views.findChild<QToolButton*>(QStringLiteral("second"))->click();
        QCOMPARE(chosen.takeFirst().at(0).toInt(), 1);
        QCOMPARE(views.current(), 1);
        QCOMPARE(views.findChild<QToolButton*>(QStringLiteral("second"))->property("end").toString(), "middle");
        views.clear();
        views.add(QStringLiteral("other"), QStringLiteral("other"));
        QCOMPARE(views.current(), 0);
    }

    void verifyCanBePressedInTheNextAccount()
    {
        TrailPane pane(*m_theme, nullptr);
        auto* verify = pane.findChild<QPushButton*>(QStringLiteral("trailVerify"));
        verify->click();
        QVERIFY(!verify->isEnabled());
        pane.setSource(nullptr); // the account is left while its trail is read
        QVERIFY(verify->isEnabled());
    }

    void wordsAreNeverMarkup()
    {
        QWidget window;
        for (QLabel* label : {lineLabel(QStringLiteral("<b>Jane</b>"), "plain", {}, &window), plainLabel({}, "plain", {}, &window), copyableLabel({}, "plain", {}, &window)}) {
            QCOMPARE(label->textFormat(), Qt::PlainText);
        }
        StateView state(nullptr);
        state.say(QStringLiteral("<i>a</i>"), QStringLiteral("<i>b</i>"), {});
        for (QLabel* label : state.findChildren<QLabel*>()) {
            QCOMPARE(label->textFormat(), Qt::PlainText);
        }
        QCOMPARE(withoutMnemonics(QStringLiteral("Smith & Sons")), "Smith && Sons");
    }

    void aClearedLayoutHoldsNothing()
    {
        QWidget window;
        auto* column = new QVBoxLayout(&window);
        auto* row = new QHBoxLayout;
        auto* outer = new QLabel(&window);
        auto* inner = new QLabel(&window);
        column->addWidget(outer);
        row->addWidget(inner);
        row->addStretch(1);
        column->addLayout(row);
        const QPointer<QLabel> kept[] = {outer, inner};
        clearLayout(column);
        QCOMPARE(column->count(), 0);
        QVERIFY(outer->isHidden() && inner->isHidden()); // they go later: one of them may be at work
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(!kept[0] && !kept[1]);
    }

    void everyEntryOfTheTrailHasWords()
    {
        for (const char* action : {"provision", "take_down", "cancel", "import", "prices_ensure", "gates", "connect", "key_given", "key_changed", "protect", "unprotect", "setting", "mark_left", "webhooks",
                 "webhook_secret_added", "webhook_secret_removed", "profile_removed"}) {
            QVERIFY2(actionText(QLatin1String(action)) != QLatin1String(action), action);
        }
        for (const char* outcome : {"done", "failed", "unknown", "waiting", "partly", "refused", "skipped", "queued"}) {
            QVERIFY2(statusLook(QLatin1String(outcome)).word != QLatin1String(outcome), outcome);
        }
    }

    void anErrorBringsItsRequestIdOnce()
    {
        Error error;
        error.kind = ErrorKind::Permission;
        error.requestId = QStringLiteral("req_1");
        OutcomeWords words;
        words.requestIds = QStringList{QStringLiteral("req_0")};
        addError(words, error);
        addError(words, error);
        QCOMPARE(words.requestIds, QStringList({"req_0", "req_1"}));
        QVERIFY(words.details.contains("req_1"));
    }
};

CH_TEST(TstTold)
#include "tst_Told.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/TestMain.h"
#include "ui/Samples.h"
#include "ui/charts/MonthValues.h"
#include "ui/pages/connect/ConnectPage.h"
#include "ui/pages/connect/KeyWords.h"
#include "ui/pages/detail/DetailPage.h"
#include "ui/pages/home/FigureCard.h"
#include "ui/pages/home/HomePage.h"
#include "ui/pages/home/MonthsModel.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/MessageStrip.h"
#include "ui/shell/ViewSettings.h"
#include "ui/pages/businesses/BusinessesPage.h"
#include "ui/tables/TableView.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace ch;
using namespace ch::ui;

class TstShell : public QObject {
    Q_OBJECT

    Theme* m_theme = nullptr;

    static workspace::AccountState account(stripe::Mode mode, bool demo = false)
    {
        workspace::AccountState state;
        state.accountName = QStringLiteral("Acme");
        state.mode = mode;
        state.demo = demo;
        return state;
    }

private Q_SLOTS:
    void initTestCase() { m_theme = new Theme(*qApp); }
    void cleanupTestCase() { delete std::exchange(m_theme, nullptr); }

    void stripSaysTheMode()
    {
        QCOMPARE(stripWordsOf(account(stripe::Mode::Live)).sentence(), "LIVE · Acme · real money");
        QCOMPARE(stripWordsOf(account(stripe::Mode::Test)).sentence(), "TEST · Acme · no real money");
        QCOMPARE(stripWordsOf(account(stripe::Mode::Test, true)).sentence(), "DEMO · Acme · nothing reaches Stripe");
        QCOMPARE(stripWordsOf(account(stripe::Mode::Live, true)).mode, StripMode::Demo);
        QVERIFY(stripWordsOfNothing().word.isEmpty());
    }

    void stripSaysWhyWritesAreOff()
    {
        workspace::AccountState state = account(stripe::Mode::Live);
        QVERIFY(stripWordsOf(state).end.isEmpty());
        state.writesOff = true;
        state.writesOffReason = QStringLiteral("mode_mismatch");
        QVERIFY(stripWordsOf(state).end.startsWith("Writes off"));
        QVERIFY(stripWordsOf(state).end.contains("disagree"));
    }

    void stripCannotBeHidden()
    {
        MainWindow window(*m_theme);
        window.show();
        window.modeStrip().hide();
        QVERIFY(window.modeStrip().isVisible());
        window.modeStrip().setVisible(false);
        QVERIFY(window.modeStrip().isVisible());
        QCOMPARE(window.modeStrip().height(), 32);
        QCOMPARE(window.modeStrip().mapTo(&window, QPoint(0, 0)), QPoint(0, 0)); // the first thing in the window
    }

    void titleBeginsWithTheMode()
    {
        MainWindow window(*m_theme);
        QCOMPARE(window.windowTitle(), "Countinghouse");
        window.setMode(stripWordsOf(account(stripe::Mode::Live)));
        QVERIFY(window.windowTitle().startsWith("LIVE"));
        window.setMode(stripWordsOf(account(stripe::Mode::Test)));
        QVERIFY(window.windowTitle().startsWith("TEST"));
    }

    void twentyRowsFitThePlainWindow()
    {
        test::HeldRows source(test::sampleBusinesses(100));
        MainWindow window(*m_theme);
        window.resize(1280, 800);
        window.show();
        window.setAccountOpen(true);
        window.go(Page::Businesses);
        TableView& view = window.businesses().businesses().view();
        window.businesses().businesses().model().setSource(&source);
        QTRY_COMPARE(window.businesses().businesses().model().rowCount(), 100);
        const int rows = view.viewport()->height() / view.rowHeight(0);
        QVERIFY2(rows >= 20, qPrintable(QString::number(rows)));
    }

    void pagesAreClosedWithoutAnAccount()
    {
        MainWindow window(*m_theme);
        window.go(Page::Businesses);
        QCOMPARE(window.page(), Page::Accounts);
        window.setAccountOpen(true);
        window.go(Page::Subscriptions);
        QCOMPARE(window.page(), Page::Subscriptions);
        window.go(Page::Detail);
        window.back();
        QCOMPARE(window.page(), Page::Subscriptions);
        window.setAccountOpen(false);
        QCOMPARE(window.page(), Page::Accounts);
    }

    void keysReachThePages()
    {
        MainWindow window(*m_theme);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        window.setAccountOpen(true);
        QTest::keyClick(&window, Qt::Key_2, Qt::ControlModifier);
        QCOMPARE(window.page(), Page::Businesses);
        QTest::keyClick(&window, Qt::Key_F, Qt::ControlModifier);
        QTRY_COMPARE(QApplication::focusWidget()->objectName(), "filterText");
        QTest::keyClick(&window, Qt::Key_1, Qt::ControlModifier);
        QCOMPARE(window.page(), Page::Home);
        QSignalSpy asked(&window, &MainWindow::syncAsked);
        QTest::keyClick(&window, Qt::Key_F5);
        QTest::keyClick(&window, Qt::Key_R, Qt::ControlModifier);
        QCOMPARE(asked.count(), 2);
    }

    void navigationShrinksToIcons()
    {
        MainWindow window(*m_theme);
        window.resize(1280, 800);
        window.show();
        auto* navigation = window.findChild<NavigationBar*>();
        QCOMPARE(navigation->width(), 200);
        window.resize(900, 700);
        QTRY_VERIFY(navigation->width() < 80);
        QCOMPARE(window.findChild<QToolButton*>("navBusinesses")->toolTip(), "Businesses");
    }

    void everyControlHasANameAndAnObjectName()
    {
        MainWindow window(*m_theme);
        window.home().setValues(test::sampleHome(false), QTimeZone::utc());
        window.detail().setValues(test::sampleDetail(true), QTimeZone::utc());
        int seen = 0;
        for (QWidget* widget : window.findChildren<QWidget*>()) {
            const bool control = qobject_cast<QAbstractButton*>(widget) || qobject_cast<QLineEdit*>(widget) || qobject_cast<QPlainTextEdit*>(widget);
            if (!control || widget->isHidden() || widget->objectName().startsWith("qt_") || QByteArray(widget->metaObject()->className()).startsWith("QLineEditIcon")
                || widget->parent()->inherits("QMenuBar") || widget->parent()->inherits("QAbstractScrollArea")) {
                continue;
            }
            ++seen;
            const QString where = widget->metaObject()->className() + QString(" in ") + widget->parent()->objectName();
            QVERIFY2(!widget->objectName().isEmpty(), qPrintable(where));
            QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(where + ' ' + widget->objectName()));
        }
        QVERIFY(seen > 25);
    }

    void aMessageReplacesTheOneOfItsTopic()
    {
        MessageStrip strip(*m_theme, nullptr);
        Error error;
        error.kind = ErrorKind::Network;
        error.requestId = QStringLiteral("req_77");
        strip.put(messageOf(QStringLiteral("sync"), error));
        strip.put(messageOf(QStringLiteral("sync"), error));
        strip.put(messageOf(QStringLiteral("open"), error));
        QCOMPARE(strip.topics(), (QStringList{"sync", "open"}));
        strip.show();
        auto* details = strip.findChild<QPlainTextEdit*>("messageDetails");
        QVERIFY(!details->isVisible());
        strip.findChild<QPushButton*>("messageFold")->click();
        QTest::mouseClick(strip.findChild<QPushButton*>("messageCopyRequestId"), Qt::LeftButton);
        QCOMPARE(QApplication::clipboard()->text(), "req_77");
        strip.clear(QStringLiteral("sync"));
        QCOMPARE(strip.topics(), QStringList{"open"});
    }

    void homeSaysPartialWhereverAFigureStands()
    {
        HomePage page(*m_theme, nullptr);
        page.setValues(test::sampleHome(false), QTimeZone::utc());
        page.show();
        QVERIFY(page.findChild<QWidget*>("partialStrip")->isVisible());
        for (FigureCard* card : page.findChildren<FigureCard*>()) {
            QVERIFY(!card->words().partial.isEmpty());
        }
        page.setValues(test::sampleHome(true), QTimeZone::utc());
        QVERIFY(!page.findChild<QWidget*>("partialStrip")->isVisible());
    }

    void aCardOpensItsCurrency()
    {
        HomePage page(*m_theme, nullptr);
        page.setValues(test::sampleHome(true), QTimeZone::utc());
        page.show();
        QSignalSpy opened(&page, &HomePage::currencyOpened);
        const auto cards = page.findChildren<FigureCard*>();
        QCOMPARE(cards.size(), 3);
        QTest::keyClick(cards[1], Qt::Key_Space);
        QCOMPARE(opened.at(0).at(0).toString(), "eur");
    }

    void unvaluedSubscriptionsAreSaid()
    {
        HomeValues values = test::sampleHome(true);
        values.now.unvalued = {{QStringLiteral("sub_1"), QStringLiteral("price_unknown")}};
        HomePage page(*m_theme, nullptr);
        page.setValues(values, QTimeZone::utc());
        page.show();
        QWidget* list = page.findChild<QWidget*>("unvalued");
        QVERIFY(list->isVisible());
        QVERIFY(list->accessibleName().startsWith("1 subscription could not be valued"));
        QSignalSpy opened(&page, &HomePage::subscriptionOpened);
        list->findChild<QPushButton*>("unvaluedLink")->click();
        QCOMPARE(opened.at(0).at(0).toString(), "sub_1");
    }

    void monthsModelIsSound()
    {
        MonthsModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setMonths(monthsOf(test::sampleHome(true).history, "usd", 6));
        QCOMPARE(model.rowCount(), 6);
        QCOMPARE(model.index(0, 0).data().toString(), "Nov 2026, so far");
        QCOMPARE(model.index(1, model.columnCount() - 1).data().toString(), model.index(0, 1).data().toString()); // a month opens where the one before closed
    }

    void detailShowsEveryMetadataKeyAndTheConflict()
    {
        DetailPage page(*m_theme, nullptr);
        page.setValues(test::sampleDetail(true), QTimeZone::utc());
        page.show();
        QStringList texts;
        for (QLabel* label : page.findChild<QWidget*>("detailMetadata")->findChildren<QLabel*>()) {
            texts << label->text();
        }
        for (const char* key : {"business_id", "business_type", "business_name", "genesis_created", "autonomous", "sales_region"}) {
            QVERIFY2(texts.contains(QLatin1String(key)), key);
        }
        QVERIFY(page.findChild<QWidget*>("conflictStrip")->isVisible());
        QCOMPARE(page.findChildren<QPushButton*>("conflictCustomer").size(), 2);
        QSignalSpy opened(&page, &DetailPage::customerOpened);
        page.findChildren<QPushButton*>("conflictCustomer")[1]->click();
        QCOMPARE(opened.at(0).at(0).toString(), "cus_T9k2Lx0099QzR8w");
    }

    void detailRowsAreCopied()
    {
        DetailPage page(*m_theme, nullptr);
        page.setValues(test::sampleDetail(false), QTimeZone::utc());
        page.show();
        TableView* invoices = page.findChildren<TableView*>().value(1);
        invoices->selectRow(1);
        Q_EMIT invoices->copyAsked(true);
        const QStringList lines = QApplication::clipboard()->text().split(u'\n');
        QVERIFY2(lines[0].startsWith("Number\t"), qPrintable(lines[0]));
        QVERIFY(lines[1].startsWith("A7C2-0018\tpaid\t49.00\tUSD"));
    }

    void writesOffShutsTheButton()
    {
        DetailPage page(*m_theme, nullptr);
        page.setValues(test::sampleDetail(false), QTimeZone::utc());
        auto* button = page.findChild<QPushButton*>("detailTakedown");
        QVERIFY(button->isEnabled());
        page.setWritesOff(QStringLiteral("Writes off: no key"));
        QVERIFY(!button->isEnabled());
        QCOMPARE(button->toolTip(), "Writes off: no key");
    }

    void keysAreToldWhileTheyArePasted()
    {
        const QByteArray tail = QByteArray(24, 'a');
        const auto words = [&tail](const char* first, const char* second) { return keyWords(Secret(QByteArray(first) + second + tail)); };
        QVERIFY(words("sk_", "test_").usable && !words("sk_", "test_").live);
        QVERIFY(words("rk_", "live_").usable && words("rk_", "live_").live);
        QVERIFY(!words("pk_", "test_").usable);
        QVERIFY(!words("pk_", "test_").text.isEmpty());
        QVERIFY(keyWords(Secret()).text.isEmpty());
    }

    void aKeyLeavesTheFieldAndItsName()
    {
        ConnectPage page(*m_theme, nullptr);
        page.show();
        auto* key = page.findChild<QLineEdit*>("connectKey");
        QCOMPARE(key->echoMode(), QLineEdit::Password);
        QSignalSpy asked(&page, &ConnectPage::connectAsked);
        const QString text = QStringLiteral("sk_") + QStringLiteral("test_") + QString(24, u'b');
        key->setText(text);
        page.findChild<QPushButton*>("connectButton")->click();
        QCOMPARE(asked.count(), 0); // no name yet
        QVERIFY(page.findChild<QLabel*>("connectNameText")->isVisible());
        page.findChild<QLineEdit*>("connectName")->setText(QStringLiteral("Main"));
        page.findChild<QPushButton*>("connectButton")->click();
        QCOMPARE(asked.count(), 1);
        QVERIFY(asked.at(0).at(0).value<Secret>().equals(Secret(text.toUtf8())));
        QCOMPARE(asked.at(0).at(1).toString(), "Main");
        QVERIFY(key->text().isEmpty());
    }

    void settingsKeepNoNames()
    {
        const QTemporaryDir dir;
        {
            ViewSettings settings(dir.path());
            settings.setLastPage(QStringLiteral("Jane Doe"), QStringLiteral("businesses"));
            settings.setTheme(Theme::Choice::Dark);
            settings.setColumns(QStringLiteral("Jane Doe"), QStringLiteral("businesses"), "xyz");
        }
        ViewSettings settings(dir.path());
        QCOMPARE(settings.lastPage(QStringLiteral("Jane Doe")), "businesses");
        QCOMPARE(settings.lastPage(QStringLiteral("Other")), QString());
        QCOMPARE(settings.theme(), Theme::Choice::Dark);
        QFile file(dir.filePath(QStringLiteral("window.ini")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(!file.readAll().contains("Jane"));
    }

    void themeExchangesEveryColour()
    {
        m_theme->choose(Theme::Choice::Dark);
        QCOMPARE(qApp->palette().color(QPalette::Window), rolesOf(Scheme::Dark).page);
        QVERIFY(qApp->styleSheet().contains(rolesOf(Scheme::Dark).accent.name()));
        QVERIFY(!qApp->styleSheet().contains('@'));
        m_theme->choose(Theme::Choice::Light);
        QCOMPARE(qApp->palette().color(QPalette::Window), rolesOf(Scheme::Light).page);
    }

    void digitsAndMinusAreOfOneWidth()
    {
        const QFontMetricsF metrics(textFont(TextSize::Body));
        for (const QChar digit : QStringLiteral("0123456789")) {
            QCOMPARE(metrics.horizontalAdvance(digit), metrics.horizontalAdvance(u'0'));
        }
        QCOMPARE(metrics.horizontalAdvance(QChar(0x2212)), metrics.horizontalAdvance(u'0'));
    }
};

CH_TEST(TstShell)
#include "tst_Shell.moc"

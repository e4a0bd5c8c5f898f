// SPDX-License-Identifier: GPL-3.0-or-later
// What an installed window does beside its work: links to objects, the line about a newer version, the switch of the service.
#include "http/FakeTransport.h"
#include "support/FakeClock.h"
#include "support/TestMain.h"
#include "ui/Desk.h"
#include "ui/dialogs/SettingsDialog.h"
#include "ui/shell/LinkDesk.h"
#include "ui/shell/MessageStrip.h"
#include "ui/shell/UpdateNotice.h"

#include <QCheckBox>
#include <QClipboard>
#include <QFileOpenEvent>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>

using namespace ch;
using namespace ch::ui;
using namespace ch::test;

class TstLinks : public QObject {
    Q_OBJECT

    static QString said(MainWindow& window, const char* topic)
    {
        auto* view = window.findChild<QFrame*>(QStringLiteral("message_") + QLatin1String(topic));
        return view == nullptr || view->isHidden() ? QString() : view->accessibleName();
    }

private Q_SLOTS:
    void linksAreReadAndWritten()
    {
        for (const auto& [kind, id] : {std::pair{LinkKind::Business, QStringLiteral("biz 1/ü?#%")}, {LinkKind::Customer, QStringLiteral("cus_1")},
                 {LinkKind::Subscription, QStringLiteral("sub_1")}}) {
            const auto read = readObjectLink(objectLink(kind, id));
            QVERIFY(read);
            QCOMPARE(read->kind, kind);
            QCOMPARE(read->id, id);
        }
        QCOMPARE(objectLink(LinkKind::Customer, QStringLiteral("cus_1")), "countinghouse://customer/cus_1");
        QVERIFY(readObjectLink(QStringLiteral("COUNTINGHOUSE://Customer/cus_1")));
    }

    void whatIsNoLinkIsRefused()
    {
        for (const char* text : {"", "cus_1", "https://customer/cus_1", "countinghouse:", "countinghouse://", "countinghouse://customer", "countinghouse://customer/",
                 "countinghouse://customer/%20", "countinghouse://takedown/biz", "countinghouse://customer/cus_1?act=takedown", "countinghouse://customer/cus_1#x",
                 "countinghouse://a@customer/cus_1", "countinghouse://customer:1/cus_1", "countinghouse://customer/a%00b", "countinghouse://customer/a%0Ab"}) {
            QVERIFY2(!readObjectLink(QString::fromLatin1(text)), text);
        }
        QVERIFY(!readObjectLink(QStringLiteral("countinghouse://customer/") + QString(501, u'x')));
        const QString key = QString::fromLatin1(testKey());
        const auto withKey = readObjectLink(QStringLiteral("countinghouse://customer/") + key);
        QVERIFY(!withKey);
        QVERIFY(!withKey.error().message.contains(key));
    }

    void aLinkWaitsForAnAccountAndIsShown()
    {
        Desk desk;
        desk.open();
        LinkDesk links(*desk.window, *desk.controller);
        links.open(QStringLiteral("countinghouse://customer/cus_none"));
        QTRY_VERIFY(said(*desk.window, "link").contains(QLatin1String("cus_none")));
        QCOMPARE(desk.window->page(), Page::Accounts);
        QSignalSpy shown(desk.controller.get(), &WindowController::detailShown);
        desk.connectWithKey();
        QTRY_VERIFY_WITH_TIMEOUT(!shown.isEmpty(), kLong); // as soon as the account is open, whatever of it is read by then
        QCOMPARE(shown.first().first().toString(), "cus_none");
        QCOMPARE(desk.window->page(), Page::Detail);
        QVERIFY(said(*desk.window, "link").isEmpty());
    }

    void aLinkOpensItsObject()
    {
        Desk desk;
        desk.open(true);
        LinkDesk links(*desk.window, *desk.controller);
        links.open(QStringLiteral("countinghouse://business/nobody")); // while the account opens: it waits without a word
        QVERIFY(said(*desk.window, "link").isEmpty());
        QSignalSpy shown(desk.controller.get(), &WindowController::detailShown);
        QTRY_VERIFY_WITH_TIMEOUT(!shown.isEmpty(), kLong);
        desk.window->go(Page::Businesses);
        QTRY_VERIFY_WITH_TIMEOUT(!desk.firstBusiness(QStringLiteral("active")).isEmpty(), kLong);
        const QString id = desk.firstBusiness(QStringLiteral("active"));
        shown.clear();
        QFileOpenEvent opened(QUrl(objectLink(LinkKind::Business, id))); // as macOS says it
        QApplication::sendEvent(qApp, &opened);
        QTRY_VERIFY_WITH_TIMEOUT(!shown.isEmpty(), kLong);
        QCOMPARE(shown.last().first().toString(), id);
        QCOMPARE(desk.window->page(), Page::Detail);
        auto* copy = desk.window->findChild<QAction*>(QStringLiteral("actionCopyLink"));
        QVERIFY(copy->isEnabled());
        copy->trigger();
        const auto link = readObjectLink(QApplication::clipboard()->text());
        QVERIFY(link);
        QCOMPARE(link->id, id);
        desk.window->go(Page::Home);
        QVERIFY(!copy->isEnabled());
    }

    void aBadLinkIsSaidAndADialogGoesFirst()
    {
        Desk desk;
        desk.open(true);
        LinkDesk links(*desk.window, *desk.controller);
        QTRY_VERIFY_WITH_TIMEOUT(desk.controller->isOpen(), kLong);
        const Page before = desk.window->page();
        links.open(QStringLiteral("countinghouse://takedown/biz"));
        QTRY_VERIFY(said(*desk.window, "link").contains(QLatin1String("cannot be opened")));
        QCOMPARE(desk.window->page(), before);
        auto* dialog = new AboutDialog(QStringLiteral("1"), desk.window.get());
        dialog->open();
        QSignalSpy shown(desk.controller.get(), &WindowController::detailShown);
        links.open(QStringLiteral("countinghouse://customer/cus_x"));
        QTRY_VERIFY(said(*desk.window, "link").contains(QLatin1String("goes first")));
        dialog->close();
        QTRY_VERIFY(QApplication::activeModalWidget() == nullptr);
        QVERIFY(shown.isEmpty());
        auto* view = desk.window->findChild<QFrame*>(QStringLiteral("message_link"), Qt::FindChildrenRecursively);
        for (auto* each : desk.window->findChildren<QFrame*>(QStringLiteral("message_link"))) {
            view = each->isHidden() ? view : each;
        }
        view->findChild<QPushButton*>(QStringLiteral("messageAction"))->click();
        QTRY_VERIFY_WITH_TIMEOUT(!shown.isEmpty(), kLong);
    }

    void aNewerVersionIsOneQuietLineADay()
    {
        QTemporaryDir dir;
        Theme theme(*qApp);
        ViewSettings settings(dir.path());
        MainWindow window(theme);
        FakeClock clock;
        FakeTransport transport;
        const char newer[] = "{\"version\": \"9.0.0\", \"page\": \"https://updates.example/\"}";
        transport.answer(200, newer).answer(200, newer);
        UpdateNotice notice(window, settings, QUrl(QStringLiteral("https://updates.example/v.json")), QStringLiteral("0.1.0"), clock);
        notice.setTransport(&transport);
        notice.start();
        deliverQueued();
        QVERIFY(said(window, "update").contains(QLatin1String("9.0.0")));
        window.messages().clear(QStringLiteral("update"));
        clock.advance(23 * 3'600'000LL);
        QCOMPARE(transport.requests.size(), 1);
        clock.advance(2 * 3'600'000LL);
        QCOMPARE(transport.requests.size(), 2);
        settings.setLooksForUpdates(false);
        clock.advance(72 * 3'600'000LL);
        QCOMPARE(transport.requests.size(), 2);
    }

    void settingsOfferWhatThereIs()
    {
        SettingsValues values;
        {
            SettingsDialog dialog(values, nullptr);
            QVERIFY(!dialog.findChild<QCheckBox*>(QStringLiteral("settingsUpdates"))); // nobody is asked, so there is nothing to switch
            auto* service = dialog.findChild<QCheckBox*>(QStringLiteral("settingsService"));
            QVERIFY(service && !service->isEnabled() && !service->isChecked());
        }
        values.profile = QStringLiteral("Main");
        values.updatesFrom = QStringLiteral("updates.example");
        values.isUsualFolder = false;
        SettingsDialog dialog(values, nullptr);
        QVERIFY(dialog.findChild<QLabel*>(QStringLiteral("settingsServiceText"))->text().contains(QLatin1String("data folder")));
        QSignalSpy chosen(&dialog, &SettingsDialog::updatesChosen);
        dialog.findChild<QCheckBox*>(QStringLiteral("settingsUpdates"))->click();
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.first().first().toBool(), false);
    }
};

CH_TEST(TstLinks)
#include "tst_Links.moc"

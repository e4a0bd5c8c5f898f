// SPDX-License-Identifier: GPL-3.0-or-later
// Accounts and records through the whole window: import, export, removing a profile, and what a first synchronisation shows on its way.
#include "ui/Desk.h"
#include "ui/tables/FilterHeader.h"
#include "support/TestMain.h"

#include "ui/dialogs/RemoveProfileDialog.h"
#include "ui/pages/home/HomePage.h"
#include "ui/shell/MessageStrip.h"
#include "ui/tables/Columns.h"
#include "ui/tables/TablePane.h"

#include <QAction>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QJsonArray>
#include <QLabel>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace ch;
using namespace ch::ui;
using namespace ch::test;

class TstAccounts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void recordsComeInAndGoOut()
    {
        Desk desk;
        desk.open();
        auto* importing = desk.window->findChild<QAction*>("actionImport");
        auto* exporting = desk.window->findChild<QAction*>("actionExport");
        QVERIFY(!importing->isEnabled() && !exporting->isEnabled());
        QVERIFY(importing->toolTip().contains("No account is open"));
        QVERIFY(desk.connectSynced());
        QVERIFY(importing->isEnabled() && exporting->isEnabled());

        const QString in = desk.dir.filePath("in.json");
        put(in, R"([{"business_id": "biz_old", "business_name": "Old Harbor", "stripe_payment_intent_id": "pi_1", "subscription_status": "active"}])");
        const QString out = desk.dir.filePath("out.json");
        put(out, "before");
        QFile::setPermissions(out, QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther);
        desk.controller->recordsDesk().setChoose([&](RecordsDesk::Way way, const QString&, const RecordsDesk::Chosen& chosen) {
            chosen(way == RecordsDesk::Way::In ? in : out);
        });
        importing->trigger();
        QTRY_COMPARE(said(desk), "Records imported: 1 added, 0 updated, 0 unchanged.");
        importing->trigger();
        QTRY_COMPARE(said(desk), "Records imported: 0 added, 0 updated, 1 unchanged.");
        QTRY_VERIFY(desk.firstBusiness("legacy") == "biz_old");

        exporting->trigger();
        QTRY_VERIFY(said(desk).startsWith("Records exported: "));
        QFile file(out);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().contains("biz_old"));
        QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther), QFile::Permissions());

        put(in, "{ not json");
        importing->trigger();
        QTRY_VERIFY(said(desk).startsWith("No record was imported"));
        desk.controller->recordsDesk().setChoose([&](RecordsDesk::Way, const QString&, const RecordsDesk::Chosen& chosen) {
            chosen(desk.dir.filePath("nowhere/file.json"));
        });
        exporting->trigger();
        QTRY_VERIFY(said(desk).startsWith("The records were not exported"));
        importing->trigger();
        QTRY_VERIFY(said(desk).contains("cannot be read"));
    }

    void aFileChosenAfterTheAccountWasLeftIsDropped()
    {
        Desk desk;
        QVERIFY(desk.openSynced());
        RecordsDesk::Chosen late;
        desk.controller->recordsDesk().setChoose([&](RecordsDesk::Way, const QString&, const RecordsDesk::Chosen& chosen) { late = chosen; });
        desk.window->findChild<QAction*>("actionImport")->trigger();
        QSignalSpy closed(desk.engine.get(), &workspace::Engine::closed);
        QSignalSpy imported(desk.engine.get(), &workspace::Engine::recordsImported);
        desk.engine->close();
        QTRY_COMPARE(closed.count(), 1);
        put(desk.dir.filePath("in.json"), "[]");
        late(desk.dir.filePath("in.json"));
        QVERIFY(!desk.window->messages().topics().contains("records"));
        QCOMPARE(imported.count(), 0);
    }

    void theFileDialogDoesNotBlock()
    {
        Desk desk;
        QVERIFY(desk.openSynced());
        desk.window->findChild<QAction*>("actionExport")->trigger();
        auto* dialog = desk.window->findChild<QFileDialog*>("recordsFile");
        QVERIFY(dialog && dialog->isVisible());
        QCOMPARE(dialog->acceptMode(), QFileDialog::AcceptSave);
        desk.engine->close();
        QTRY_VERIFY(!desk.window->findChild<QFileDialog*>("recordsFile"));
    }

    void aProfileIsRemovedAfterItWasAsked()
    {
        Desk desk;
        QVERIFY(desk.openSynced());
        const QString folder = desk.controller->account().folder;
        auto& page = desk.window->connectPage();
        desk.window->go(Page::Accounts);
        QVERIFY(page.findChild<QLabel*>("profileKey")->text().contains("kept in the keychain"));
        page.findChild<QPushButton*>("profileRemove")->click();
        auto* dialog = desk.window->findChild<RemoveProfileDialog*>();
        QVERIFY(dialog && dialog->isVisible());
        QVERIFY(dialog->windowTitle().startsWith("TEST"));
        QCOMPARE(QDir::cleanPath(dialog->findChild<QLabel*>("removeProfileFolder")->text()), QDir::cleanPath(folder));
        QVERIFY(dialog->findChild<QPushButton*>("removeProfileKeep")->isDefault());
        dialog->findChild<QPushButton*>("removeProfileKeep")->click();
        QTRY_VERIFY(!desk.window->findChild<RemoveProfileDialog*>());
        QVERIFY(access::Profiles::load(desk.dir.path())->find("Main").has_value());

        page.findChild<QPushButton*>("profileRemove")->click();
        QSignalSpy removed(desk.engine.get(), &workspace::Engine::profileRemoved);
        desk.window->findChild<RemoveProfileDialog*>()->findChild<QPushButton*>("removeProfileAct")->click();
        QTRY_COMPARE(removed.count(), 1);
        QVERIFY(!access::Profiles::load(desk.dir.path())->find("Main").has_value());
        QCOMPARE(desk.window->modeStrip().words().mode, StripMode::None);
        QCOMPARE(desk.window->page(), Page::Accounts);
        QCOMPARE(desk.settings->lastProfile(), QString());
        QVERIFY(QFile::exists(folder + "/records.sqlite"));
    }

    void aFirstSynchronisationShowsWhatIsThere()
    {
        Desk desk;
        desk.server.setLatencyMs(150);
        desk.open();
        QSignalSpy synced(desk.engine.get(), &workspace::Engine::syncFinished);
        QSignalSpy failed(desk.engine.get(), &workspace::Engine::syncFailed);
        desk.connectWithKey();
        auto* progress = desk.window->findChild<QLabel*>("syncProgressText");
        QTRY_VERIFY_WITH_TIMEOUT(progress->text().contains(" lists"), kLong);
        QCOMPARE(synced.count(), 0);
        // Rows are there before the end, and the foot says that they are not all.
        QTRY_VERIFY_WITH_TIMEOUT(desk.businesses().rowCount() > 0, kLong);
        QVERIFY(!desk.businesses().completeness().complete);
        auto* stop = desk.window->home().findChild<QPushButton*>("homeStop");
        QVERIFY(!stop->isHidden());
        stop->click();
        QTRY_COMPARE_WITH_TIMEOUT(failed.count() + synced.count(), 1, kLong);
        QTRY_VERIFY(stop->isHidden());
    }

    void aNarrowWindowKeepsTheFieldAndTheNames()
    {
        Desk desk;
        QVERIFY(desk.openSynced());
        desk.window->go(Page::Businesses);
        desk.window->resize(1280, 800);
        TablePane& pane = desk.window->businesses().businesses();
        for (const int width : {990, 800, 720}) {
            desk.window->resize(width, 640);
            QTRY_VERIFY2(pane.findChild<QLineEdit*>("filterText")->width() >= 160, qPrintable(QString::number(width)));
            QVERIFY(pane.view().columnWidth(columnIndex(store::Table::Businesses, "name")) >= 150);
        }
        // A filter stands under its title wherever that is, and is out of sight with it.
        QWidget* status = pane.filterHeader().editorOf("status");
        const int column = columnIndex(store::Table::Businesses, "status");
        QHeaderView* header = pane.view().horizontalHeader();
        QTRY_COMPARE(status->x() + status->width() / 2, header->sectionViewportPosition(column) + header->sectionSize(column) / 2);
        header->setSectionHidden(column, true);
        QVERIFY(status->isHidden());
    }

private:
    static void put(const QString& path, const QByteArray& bytes)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
    }

    /// "title: text" of the message about records.
    static QString said(Desk& desk)
    {
        for (const MessageView* view : desk.window->messages().findChildren<MessageView*>()) {
            if (view->message().topic == "records" && !view->isHidden()) {
                return view->message().title + ": " + view->message().text;
            }
        }
        return {};
    }
};

CH_TEST(TstAccounts)
#include "tst_Accounts.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// Making a business through the real window: form, price, warnings, outcome, and what is kept.
#include "ui/Desk.h"
#include "support/TestMain.h"

#include "ui/dialogs/NewBusinessDialog.h"
#include "ui/dialogs/PricePanel.h"
#include "ui/text/Isolate.h"
#include "ui/shell/MessageStrip.h"

#include <QClipboard>
#include <QComboBox>
#include <QJsonArray>
#include <QLabel>
#include <QRadioButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

using namespace ch;
using namespace ch::ui;
using namespace ch::test;

namespace {

struct Office : Desk {
    QStringList links;

    [[nodiscard]] bool openSynced()
    {
        if (!Desk::openSynced()) {
            return false;
        }
        controller->provisionDesk().setOpenLink([this](const QString& url) { links << url; });
        return true;
    }

    [[nodiscard]] NewBusinessDialog* dialog() const { return controller->provisionDesk().dialog(); }
    [[nodiscard]] QLineEdit* field(const char* name) const { return dialog()->findChild<QLineEdit*>(QLatin1String(name)); }
    [[nodiscard]] QString text(const char* name) const { return textOf(*dialog(), name); }
    [[nodiscard]] QPushButton* button(const char* name) const { return buttonOf(*dialog(), name); }
    void chooseType(const QString& type) const { dialog()->findChild<QComboBox*>(QStringLiteral("newType"))->setCurrentText(type); }

    void fill(const QString& id, const QString& name, const QString& type) const
    {
        field("newId")->setText(id);
        field("newName")->setText(name);
        chooseType(type);
    }

    /// The form filled in, and its price made; false: it did not come so far.
    [[nodiscard]] bool readyToMake(const QString& id, const QString& name, const QString& type) const
    {
        controller->askNewBusiness();
        fill(id, name, type);
        if (!QTest::qWaitFor([this] { return text("newPrice").contains(QLatin1String("no price")); }, kLong)) {
            return false;
        }
        button("newPricesMake")->click();
        return QTest::qWaitFor([this] { return button("newBusinessAct")->isEnabled(); }, kLong);
    }
};

} // namespace

class TstNewBusiness : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aBusinessIsMadeByKeyboardAlone()
    {
        Office desk;
        QVERIFY(desk.openSynced());
        desk.window->go(Page::Businesses);
        QTest::keyClick(desk.window.get(), Qt::Key_N, Qt::ControlModifier);
        QVERIFY(desk.dialog());
        QCOMPARE(desk.dialog()->findChild<ModeStrip*>()->words().word, "TEST");
        QCOMPARE(desk.dialog()->findChild<ModeStrip*>()->y(), 0);
        QVERIFY(desk.dialog()->windowTitle().startsWith("TEST"));
        QVERIFY(!desk.button("newBusinessAct")->isEnabled());
        QVERIFY(desk.text("newBusinessMissing").contains("an id, a name and a type"));

        QTest::keyClicks(desk.field("newId"), "shop-1");
        QTest::keyClicks(desk.field("newName"), "Jane's shop");
        QTest::keyClicks(desk.dialog()->findChild<QComboBox*>("newType")->lineEdit(), "SaaS");
        QTest::keyClicks(desk.field("newEmail"), "jane@example.com");
        // A price there is not yet: it is made once, with the amounts that are chosen.
        QTRY_VERIFY_WITH_TIMEOUT(desk.text("newPrice").contains("no price"), kLong);
        QVERIFY(!desk.button("newBusinessAct")->isEnabled());
        desk.dialog()->findChild<QRadioButton*>("newPricesTiers")->click();
        desk.button("newPricesMake")->click();
        QTRY_COMPARE_WITH_TIMEOUT(desk.text("newPrice"), QString("50.00%1USD a month").arg(QChar(0xA0)), kLong);
        QCOMPARE(desk.text("newPriceText"), "countinghouse_saas_monthly");
        QTRY_VERIFY(desk.button("newBusinessAct")->isEnabled());
        QVERIFY(desk.text("newBusinessMissing").isEmpty());

        QTest::keyClick(desk.field("newEmail"), Qt::Key_Return);
        QCOMPARE(desk.dialog()->step(), NewBusinessDialog::Step::Working);
        QTRY_COMPARE_WITH_TIMEOUT(desk.dialog()->step(), NewBusinessDialog::Step::Outcome, kLong);
        QVERIFY(desk.text("newBusinessHeadline").contains("Jane's shop"));
        QVERIFY2(desk.text("newBusinessLines").contains("payment link"), qPrintable(desk.text("newBusinessLines")));
        const QString link = desk.field("newBusinessLink")->text();
        QVERIFY(link.startsWith("http"));
        desk.button("newBusinessCopyLink")->click();
        QCOMPARE(QApplication::clipboard()->text(), link);
        desk.button("newBusinessOpenLink")->click();
        QCOMPARE(desk.links, QStringList{link});
        QCOMPARE(desk.customersOf("shop-1"), 1);

        // The row is there by itself, and the business opens.
        QSignalSpy shown(desk.controller.get(), &WindowController::detailShown);
        desk.button("newBusinessAct")->click();
        QTRY_VERIFY(shown.count() >= 1);
        QCOMPARE(desk.window->page(), Page::Detail);
        QTRY_VERIFY(!desk.dialog());
        desk.window->back();
        desk.window->businesses().businesses().findChild<QLineEdit*>("filterText")->setText("shop-1");
        QTRY_COMPARE(desk.businesses().rowCount(), 1);
    }

    void aLongNameIsRefusedAndCutWhereAPersonSaysSo()
    {
        Office desk;
        QVERIFY(desk.openSynced());
        desk.controller->askNewBusiness();
        // Stripe counts characters, not UTF-16 units: these are two units each.
        const QString longName = QString::fromUtf8("\xF0\x9F\x9A\x80").repeated(257);
        desk.fill("long", longName, "saas");
        QCOMPARE(desk.text("newNameSide"), "257 of 256 characters");
        QVERIFY(desk.text("newNameNote").contains("256"));
        QCOMPARE(desk.text("newBusinessMissing"), "The name is too long.");
        // All of it is in sight, the price and its choice too.
        QTRY_VERIFY_WITH_TIMEOUT(desk.text("newPrice").contains("no price"), kLong);
        QTRY_COMPARE(desk.dialog()->findChildren<QScrollArea*>().first()->verticalScrollBar()->maximum(), 0);
        QVERIFY(desk.button("newPricesMake")->isVisible());
        QVERIFY(!desk.button("newBusinessAct")->isEnabled());
        desk.button("newCut")->click();
        QCOMPARE(desk.text("newNameSide"), "256 of 256 characters");
        QCOMPARE(desk.field("newName")->text(), QString::fromUtf8("\xF0\x9F\x9A\x80").repeated(256));
        desk.field("newName")->undo();
        QCOMPARE(desk.field("newName")->text(), longName);
    }

    void whatExistsAlreadyIsSaidBeforehand()
    {
        Office desk;
        QVERIFY(desk.openSynced());
        const QString active = desk.firstBusiness(QStringLiteral("active"));
        desk.controller->askNewBusiness();
        desk.fill(active, "The same again", "saas");
        QTRY_VERIFY(desk.text("newIdNote").contains("no second one"));
        const QJsonObject customer = desk.ask("/v1/customers?limit=1")["data"].toArray().first().toObject();
        const QString email = customer["email"].toString();
        QVERIFY(!email.isEmpty());
        desk.field("newEmail")->setText(email.toUpper());
        QTRY_VERIFY(desk.text("newEmailNote").contains("in use already"));
        desk.field("newId")->setText("nobody-yet");
        QTRY_VERIFY(desk.text("newIdNote").isEmpty());
        desk.field("newEmail")->setText("not an address");
        QTRY_VERIFY(desk.text("newEmailNote").contains("does not look like"));
    }

    void aNameFromRightToLeftDoesNotTurnTheSentence()
    {
        const QString name = QString::fromUtf8("\u0645\u062a\u062c\u0631 \u0627\u0644\u0646\u0648\u0631");
        business::ProvisionOutcome outcome;
        outcome.status = QStringLiteral("active");
        const OutcomeWords words = provisionWords(outcome, name);
        QVERIFY(name.isRightToLeft());
        QVERIFY2(words.headline.contains(name) && !words.headline.isRightToLeft(), qPrintable(words.headline));
        Twins twins;
        twins.sameEmail.push_back({QStringLiteral("cus_1"), name});
        QVERIFY(!emailTwinWords(twins).isRightToLeft());
        QCOMPARE(inOurDirection(words.headline), QChar(0x200E) + words.headline);
        QCOMPARE(inOurDirection(QStringLiteral("“Jane” was made")), QStringLiteral("“Jane” was made"));
    }

    void nothingTypedIsLostByLeaving()
    {
        Office desk;
        QVERIFY(desk.openSynced());
        desk.controller->askNewBusiness();
        desk.fill("shop-2", "Second shop", "A type of our own");
        desk.field("newEmail")->setText("two@example.com");
        QTest::keyClick(desk.dialog(), Qt::Key_Escape);
        QTRY_VERIFY(!desk.dialog());
        desk.controller->askNewBusiness();
        QCOMPARE(desk.dialog()->draft(), (NewBusinessDraft{"shop-2", "Second shop", "A type of our own", "two@example.com"}));
        QVERIFY(desk.text("newBusinessKept").contains("still here"));
        desk.button("newBusinessClear")->click();
        QVERIFY(desk.dialog()->draft().isEmpty());
    }

    void aRefusalStaysInTheFormWithWhatToDo()
    {
        Office desk;
        QVERIFY(desk.openSynced());
        QVERIFY(desk.readyToMake("shop-3", "Third", "saas"));
        desk.breaks("error,path=/v1/customers,method=POST");
        desk.button("newBusinessAct")->click();
        QTRY_COMPARE_WITH_TIMEOUT(desk.dialog()->step(), NewBusinessDialog::Step::Outcome, kLong);
        QVERIFY(desk.text("newBusinessHeadline").contains("was not made"));
        QVERIFY(desk.text("newBusinessLines").contains("Nothing was made in Stripe."));
        desk.button("newBusinessAct")->click();
        QCOMPARE(desk.dialog()->step(), NewBusinessDialog::Step::Form);
        QCOMPARE(desk.dialog()->draft().id, "shop-3");
        desk.dialog()->reject();
    }

    void anUnknownEndIsToldAsUnknownAndLookedAtAgain()
    {
        Office desk;
        QVERIFY(desk.openSynced());
        QVERIFY(desk.readyToMake("shop-4", "Fourth", "saas"));
        desk.breaks("lost,path=/v1/customers,method=POST");
        desk.button("newBusinessAct")->click();
        QTRY_COMPARE_WITH_TIMEOUT(desk.dialog()->step(), NewBusinessDialog::Step::Outcome, kLong);
        QVERIFY2(desk.text("newBusinessHeadline").contains("not known"), qPrintable(desk.text("newBusinessHeadline")));
        QCOMPARE(desk.button("newBusinessAct")->text(), "Look again");
        desk.server.faults().clear();
        desk.button("newBusinessAct")->click();
        QTRY_COMPARE_WITH_TIMEOUT(desk.dialog()->step(), NewBusinessDialog::Step::Outcome, kLong);
        QTRY_VERIFY(desk.text("newBusinessHeadline").contains("was made"));
        QCOMPARE(desk.customersOf("shop-4"), 1);
    }

    void itGoesOnWhenTheDialogIsLeftAndTheStripTellsTheEnd()
    {
        Office desk;
        QVERIFY(desk.openSynced());
        QVERIFY(desk.readyToMake("shop-5", "Fifth", "tool"));
        QSignalSpy finished(desk.engine.get(), &workspace::Engine::provisionFinished);
        desk.button("newBusinessAct")->click();
        desk.button("newBusinessBack")->click();
        QTRY_VERIFY(!desk.dialog());
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kLong);
        QVERIFY(desk.window->messages().topics().contains("provision:shop-5"));
        QCOMPARE(desk.customersOf("shop-5"), 1);
        // What was made is not offered again.
        desk.controller->askNewBusiness();
        QVERIFY(desk.dialog()->draft().isEmpty());
    }
};

CH_TEST(TstNewBusiness)
#include "tst_NewBusiness.moc"

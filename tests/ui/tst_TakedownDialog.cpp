// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/TestMain.h"
#include "ui/Desk.h"
#include "ui/dialogs/TakedownDialog.h"
#include "ui/dialogs/TakedownWords.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTest>

using namespace ch;
using namespace ch::ui;
using test::buttonOf;
using test::textOf;

class TstTakedownDialog : public QObject {
    Q_OBJECT

    Theme* m_theme = nullptr;

    static StripWords strip(stripe::Mode mode, bool demo = false)
    {
        workspace::AccountState account;
        account.accountName = QStringLiteral("Acme Holdings");
        account.mode = mode;
        account.demo = demo;
        return stripWordsOf(account);
    }

    static business::TakedownPlan plan(int subscriptions)
    {
        business::TakedownPlan plan;
        plan.business.businessId = QStringLiteral("biz_1");
        plan.business.name = QStringLiteral("Nordlicht");
        plan.customerIds = QStringList{QStringLiteral("cus_1")};
        for (int i = 0; i < subscriptions; ++i) {
            plan.cancels.push_back({QStringLiteral("sub_%1").arg(i), QStringLiteral("active"), {4900, QStringLiteral("usd")}, 1795219200});
        }
        plan.mrrLost = {{4900 * subscriptions, QStringLiteral("usd")}};
        plan.mirrorComplete = true;
        plan.fromStripe = true;
        return plan;
    }

private Q_SLOTS:
    void initTestCase() { m_theme = new Theme(*qApp); }
    void cleanupTestCase() { delete std::exchange(m_theme, nullptr); }

    void saysNameAmountAndMode_data()
    {
        QTest::addColumn<int>("mode");
        QTest::addColumn<bool>("demo");
        QTest::addColumn<QString>("word");
        QTest::newRow("live") << static_cast<int>(stripe::Mode::Live) << false << "LIVE";
        QTest::newRow("test") << static_cast<int>(stripe::Mode::Test) << false << "TEST";
        QTest::newRow("demo") << static_cast<int>(stripe::Mode::Test) << true << "DEMO";
    }

    void saysNameAmountAndMode()
    {
        QFETCH(int, mode);
        QFETCH(bool, demo);
        QFETCH(QString, word);
        TakedownDialog dialog(*m_theme, strip(static_cast<stripe::Mode>(mode), demo), "biz_1", QTimeZone::utc(), nullptr);
        dialog.setPlan(plan(2));
        const QString sentence = textOf(dialog, "takedownSentence");
        QVERIFY2(sentence.contains("Nordlicht") && sentence.contains("98.00") && sentence.contains("USD") && sentence.contains(word), qPrintable(sentence));
        QVERIFY(dialog.windowTitle().startsWith(word));
        QCOMPARE(dialog.findChild<ModeStrip*>()->words().word, word);
        QCOMPARE(dialog.findChild<ModeStrip*>()->y(), 0);
        QVERIFY(textOf(dialog, "takedownMrr").contains("98.00"));
        // Solid red is for LIVE alone.
        QCOMPARE(buttonOf(dialog, "takedownAct")->property("look").toString(), word == "LIVE" ? "live" : "danger");
    }

    void theKeepButtonIsTheDefaultAndSaysWhatStays()
    {
        TakedownDialog dialog(*m_theme, strip(stripe::Mode::Live), "biz_1", QTimeZone::utc(), nullptr);
        dialog.setPlan(plan(1));
        dialog.show();
        QVERIFY(buttonOf(dialog, "takedownKeep")->isDefault());
        QVERIFY(!buttonOf(dialog, "takedownAct")->isDefault() && !buttonOf(dialog, "takedownAct")->autoDefault());
        QCOMPARE(buttonOf(dialog, "takedownKeep")->text(), "Keep subscription");
        QCOMPARE(buttonOf(dialog, "takedownAct")->text(), "Take down 1 business");
        dialog.setPlan(plan(3));
        QCOMPARE(buttonOf(dialog, "takedownKeep")->text(), "Keep subscriptions");
        for (QPushButton* each : dialog.findChildren<QPushButton*>()) {
            QVERIFY(!each->text().contains("cancel", Qt::CaseInsensitive)); // only ever Stripe's cancel
        }
        QSignalSpy agreed(&dialog, &TakedownDialog::agreed);
        QTest::keyClick(dialog.findChild<QLineEdit*>("takedownReason"), Qt::Key_Return);
        QVERIFY(!dialog.isVisible());
        QCOMPARE(agreed.count(), 0);
    }

    void escapeKeeps()
    {
        TakedownDialog dialog(*m_theme, strip(stripe::Mode::Test), "biz_1", QTimeZone::utc(), nullptr);
        dialog.setPlan(plan(1));
        dialog.show();
        QSignalSpy agreed(&dialog, &TakedownDialog::agreed);
        QTest::keyClick(&dialog, Qt::Key_Escape);
        QVERIFY(!dialog.isVisible());
        QCOMPARE(agreed.count(), 0);
    }

    void theCustomerStaysUnlessTicked()
    {
        TakedownDialog dialog(*m_theme, strip(stripe::Mode::Test), "biz_1", QTimeZone::utc(), nullptr);
        dialog.setPlan(plan(1));
        auto* box = dialog.findChild<QCheckBox*>("takedownDelete");
        QVERIFY(!box->isChecked());
        QStringList before;
        for (QLabel* label : dialog.findChildren<QLabel*>("consequence")) {
            before << label->text();
        }
        QVERIFY(before.join(' ').contains("customer stays"));
        box->setChecked(true);
        QStringList after;
        for (QLabel* label : dialog.findChildren<QLabel*>("consequence")) {
            after << label->text();
        }
        QVERIFY(after.join(' ').contains("customer is deleted"));
        QSignalSpy agreed(&dialog, &TakedownDialog::agreed);
        dialog.findChild<QLineEdit*>("takedownReason")->setText("  closed by its owner ");
        buttonOf(dialog, "takedownAct")->click();
        const auto request = agreed.at(0).at(0).value<business::TakedownRequest>();
        QCOMPARE(request.businessId, "biz_1");
        QCOMPARE(request.reason, "closed by its owner");
        QVERIFY(request.deleteCustomer);
    }

    void theProfilesDefaultTicksTheBox()
    {
        TakedownDialog dialog(*m_theme, strip(stripe::Mode::Test), "biz_1", QTimeZone::utc(), nullptr);
        business::TakedownPlan withDefault = plan(1);
        withDefault.deleteCustomerByDefault = true;
        dialog.setPlan(withDefault);
        QVERIFY(dialog.findChild<QCheckBox*>("takedownDelete")->isChecked());
    }

    void aRefusalLeavesNothingToPress()
    {
        TakedownDialog dialog(*m_theme, strip(stripe::Mode::Live), "biz_1", QTimeZone::utc(), nullptr);
        business::TakedownPlan refused = plan(1);
        refused.refusal = QStringLiteral("Two customers carry this business id. Open one of them.");
        dialog.setPlan(refused);
        dialog.show();
        QVERIFY(!buttonOf(dialog, "takedownAct")->isVisible());
        QCOMPARE(buttonOf(dialog, "takedownKeep")->text(), "Back");
        QCOMPARE(textOf(dialog, "takedownSentence"), refused.refusal);
    }

    void aLegacyRecordNamesItsPaymentIntent()
    {
        business::TakedownPlan legacy = plan(0);
        legacy.paymentIntentId = QStringLiteral("pi_123");
        legacy.mrrLost.clear();
        const EndWords words = planWords(legacy, strip(stripe::Mode::Live), {}, QTimeZone::utc());
        QVERIFY(words.sentence.contains("pi_123"));
        QCOMPARE(words.keep, "Keep payment intent");
        QVERIFY(words.mrr.isEmpty());
        QVERIFY(words.periodEnd.text.isEmpty()); // a payment intent has no period
    }

    void itCannotBeLeftWhileItRuns()
    {
        TakedownDialog dialog(*m_theme, strip(stripe::Mode::Live), "biz_1", QTimeZone::utc(), nullptr);
        dialog.setPlan(plan(1));
        dialog.show();
        dialog.findChild<QLineEdit*>("takedownTyped")->setText("biz_1");
        buttonOf(dialog, "takedownAct")->click();
        QCOMPARE(dialog.step(), TakedownDialog::Step::Working);
        QTest::keyClick(&dialog, Qt::Key_Escape);
        QVERIFY(dialog.isVisible());
        dialog.close();
        QVERIFY(dialog.isVisible());
        business::TakedownOutcome outcome;
        outcome.status = QStringLiteral("taken_down");
        outcome.stripe = QStringLiteral("cancelled");
        outcome.requestIds = QStringList{"req_1", "req_2"};
        dialog.setOutcome(outcome);
        QVERIFY(textOf(dialog, "takedownHeadline").contains("was taken down"));
        QVERIFY(textOf(dialog, "takedownRequestIds").contains("req_2"));
        buttonOf(dialog, "takedownCopyIds")->click();
        QCOMPARE(QApplication::clipboard()->text(), "req_1, req_2");
        QTest::keyClick(&dialog, Qt::Key_Escape);
        QVERIFY(!dialog.isVisible());
    }

    void outcomesAreNotConfused()
    {
        business::TakedownOutcome outcome;
        outcome.status = QStringLiteral("unknown");
        outcome.error = Error{};
        outcome.error->kind = ErrorKind::Timeout;
        outcome.error->outcomeKnown = false;
        OutcomeWords words = outcomeWords(outcome, "Nordlicht", {});
        QCOMPARE(words.state, OutcomeState::Unknown);
        QVERIFY(words.headline.contains("not known"));
        QVERIFY(!words.again.isEmpty());

        outcome.status = QStringLiteral("failed");
        outcome.error->outcomeKnown = true;
        words = outcomeWords(outcome, "Nordlicht", {});
        QCOMPARE(words.state, OutcomeState::Failed);

        // The cancel succeeded, the deletion failed: never shown as if nothing had happened.
        outcome.status = QStringLiteral("taken_down");
        outcome.stripe = QStringLiteral("cancelled");
        outcome.partly = true;
        business::TakedownRequest withDeletion;
        withDeletion.deleteCustomer = true;
        words = outcomeWords(outcome, "Nordlicht", withDeletion);
        QCOMPARE(words.state, OutcomeState::Partly);
        QVERIFY(words.lines.contains("Canceled in Stripe."));
        QVERIFY(words.lines.contains("The customer was not deleted."));
    }

    void liveAndDemoAskForATypedIdBeforeWhatCannotBeUndone()
    {
        for (const bool demo : {false, true}) {
            TakedownDialog dialog(*m_theme, strip(demo ? stripe::Mode::Test : stripe::Mode::Live, demo), "biz_1", QTimeZone::utc(), nullptr);
            dialog.setPlan(plan(1));
            dialog.show();
            QSignalSpy agreed(&dialog, &TakedownDialog::agreed);
            auto* typed = dialog.findChild<QLineEdit*>("takedownTyped");
            QVERIFY(typed->isVisible());
            QVERIFY(textOf(dialog, "takedownTypedLabel").contains("biz_1 or cus_1"));
            QVERIFY(!buttonOf(dialog, "takedownAct")->isEnabled());
            for (const char* wrong : {"Nordlicht", "biz_", "BIZ_1", "biz_11"}) {
                typed->setText(wrong);
                QVERIFY2(!buttonOf(dialog, "takedownAct")->isEnabled(), wrong);
            }
            // An end with the period can be taken back: no id is asked for.
            dialog.findChild<QRadioButton*>("takedownPeriodEnd")->click();
            QVERIFY(!typed->isVisible() && buttonOf(dialog, "takedownAct")->isEnabled());
            dialog.findChild<QRadioButton*>("takedownNow")->click();
            typed->setText(" cus_1 ");
            QVERIFY(buttonOf(dialog, "takedownAct")->isEnabled());
            buttonOf(dialog, "takedownAct")->click();
            QCOMPARE(agreed.count(), 1);
            QCOMPARE(agreed[0][0].value<business::TakedownRequest>().typedId, "cus_1");
        }
        TakedownDialog test(*m_theme, strip(stripe::Mode::Test), "biz_1", QTimeZone::utc(), nullptr);
        test.setPlan(plan(1));
        test.show();
        QVERIFY(!test.findChild<QLineEdit*>("takedownTyped")->isVisible() && buttonOf(test, "takedownAct")->isEnabled());
    }

    void choicesThatExcludeEachOtherAreOffWithTheReason()
    {
        TakedownDialog dialog(*m_theme, strip(stripe::Mode::Test), "biz_1", QTimeZone::utc(), nullptr);
        dialog.setPlan(plan(1));
        dialog.show();
        const auto box = [&dialog](const char* name) { return dialog.findChild<QCheckBox*>(QLatin1String(name)); };
        auto* periodEnd = dialog.findChild<QRadioButton*>("takedownPeriodEnd");
        QVERIFY(periodEnd->text().contains("2026"));
        box("takedownInvoiceNow")->setChecked(true);
        QVERIFY(!box("takedownDelete")->isEnabled());
        QVERIFY(textOf(dialog, "takedownDeleteWhyNot").contains("final invoice"));
        // The end of the period turns what only goes with now off, and what was ticked counts no more.
        periodEnd->click();
        QVERIFY(!box("takedownInvoiceNow")->isEnabled() && !box("takedownProrate")->isEnabled() && !box("takedownDelete")->isEnabled());
        QVERIFY(textOf(dialog, "takedownSentence").contains("ends with its period"));
        QSignalSpy agreed(&dialog, &TakedownDialog::agreed);
        buttonOf(dialog, "takedownAct")->click();
        const auto request = agreed[0][0].value<business::TakedownRequest>();
        QVERIFY(request.atPeriodEnd && !request.invoiceNow && !request.prorate && !request.deleteCustomer);
        QVERIFY(!business::refusedChoices(request));
        QVERIFY(request.shown.has_value());

        TakedownDialog deleting(*m_theme, strip(stripe::Mode::Test), "biz_1", QTimeZone::utc(), nullptr);
        deleting.setPlan(plan(1));
        deleting.findChild<QCheckBox*>("takedownDelete")->setChecked(true);
        QVERIFY(!deleting.findChild<QRadioButton*>("takedownPeriodEnd")->isEnabled());
        QVERIFY(!deleting.findChild<QCheckBox*>("takedownInvoiceNow")->isEnabled());
    }

    void eachThingThatStaysOpenIsAChoiceWithItsAmount()
    {
        using business::RemainderChoice;
        business::TakedownPlan open = plan(1);
        open.remainders = {{business::RemainderKind::OpenInvoice, "in_1", "A7C2-0019", {4900, "usd"}, {}, {}, {RemainderChoice::Leave, RemainderChoice::Void, RemainderChoice::MarkUncollectible}},
            {business::RemainderKind::UnusedTime, "in_2", "A7C2-0018", {1250, "usd"}, "sub_0", "pi_1", {RemainderChoice::Leave, RemainderChoice::Refund}}};
        TakedownDialog dialog(*m_theme, strip(stripe::Mode::Test), "biz_1", QTimeZone::utc(), nullptr);
        dialog.setPlan(open);
        dialog.show();
        auto* invoice = dialog.findChild<QComboBox*>("takedownRemainder_in_1");
        QCOMPARE(invoice->count(), 3);
        QVERIFY(invoice->accessibleName().contains("A7C2-0019") && invoice->accessibleName().contains("49.00"));
        invoice->setCurrentIndex(1);
        auto* unused = dialog.findChild<QComboBox*>("takedownRemainder_in_2");
        unused->setCurrentIndex(1);
        QVERIFY(!dialog.findChild<QCheckBox*>("takedownProrate")->isEnabled()); // the same time is not given back twice
        QSignalSpy agreed(&dialog, &TakedownDialog::agreed);
        buttonOf(dialog, "takedownAct")->click();
        const auto request = agreed[0][0].value<business::TakedownRequest>();
        QCOMPARE(request.choices.value("in_1"), RemainderChoice::Void);
        QCOMPARE(request.choices.value("in_2"), RemainderChoice::Refund);
        QVERIFY(!business::refusedChoices(request));
    }

    void oneOfSeveralCustomersIsChosenFirst()
    {
        business::TakedownPlan conflict = plan(0);
        conflict.refusal = QStringLiteral("Two customers carry this business id.");
        conflict.refusalCode = QStringLiteral("conflict");
        conflict.customers = {{"cus_1", "Nordlicht", "a@example.com", 1795219200, 1}, {"cus_2", "Nordlicht & Co", {}, 0, 0}};
        TakedownDialog dialog(*m_theme, strip(stripe::Mode::Live), "biz_1", QTimeZone::utc(), nullptr);
        dialog.setPlan(conflict);
        dialog.show();
        QCOMPARE(dialog.step(), TakedownDialog::Step::Choose);
        QVERIFY(!buttonOf(dialog, "takedownAct")->isEnabled()); // none is chosen for the person
        QSignalSpy asked(&dialog, &EndDialog::planAsked);
        dialog.findChild<QRadioButton*>("takedownCustomer_cus_2")->click();
        buttonOf(dialog, "takedownAct")->click();
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked[0][0].toString(), "cus_2");
        QCOMPARE(dialog.target(), "cus_2");
        QCOMPARE(dialog.step(), TakedownDialog::Step::Planning);
    }

    void whatChangedSinceItWasShownIsLookedAtAnew()
    {
        TakedownDialog dialog(*m_theme, strip(stripe::Mode::Test), "biz_1", QTimeZone::utc(), nullptr);
        dialog.setPlan(plan(1));
        dialog.show();
        buttonOf(dialog, "takedownAct")->click();
        business::TakedownOutcome outcome;
        outcome.status = QStringLiteral("failed");
        outcome.stripe = QStringLiteral("error:changed_since_preview");
        outcome.steps = {{"cancel", "sub_0", "skipped", business::kChangedSincePreview}};
        dialog.setOutcome(outcome);
        QVERIFY(textOf(dialog, "takedownLines").contains("changed since it was shown"));
        QCOMPARE(buttonOf(dialog, "takedownAct")->text(), "Look at it anew");
        QSignalSpy asked(&dialog, &EndDialog::planAsked);
        QSignalSpy agreed(&dialog, &TakedownDialog::agreed);
        buttonOf(dialog, "takedownAct")->click();
        QCOMPARE(asked.count(), 1);
        QCOMPARE(agreed.count(), 0);
    }

    void theWholeTextStandsInTheDialog()
    {
        TakedownDialog dialog(*m_theme, strip(stripe::Mode::Live), "biz_1", QTimeZone::utc(), nullptr);
        business::TakedownPlan big = plan(2);
        big.business.name = QString("A very long business name ").repeated(6);
        big.mirrorComplete = false;
        dialog.show();
        dialog.setPlan(big);
        QCoreApplication::sendPostedEvents();
        for (QLabel* label : dialog.findChildren<QLabel*>()) {
            if (label->isVisible() && label->wordWrap()) {
                QVERIFY2(label->height() >= label->heightForWidth(label->width()), qPrintable(label->objectName() + ": " + label->text()));
            }
        }
    }
};

CH_TEST(TstTakedownDialog)
#include "tst_TakedownDialog.moc"

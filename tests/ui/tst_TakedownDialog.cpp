// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/TestMain.h"
#include "ui/dialogs/TakedownDialog.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace ch;
using namespace ch::ui;

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
        return plan;
    }

    static QString text(const QWidget& dialog, const char* name) { return dialog.findChild<QLabel*>(QLatin1String(name))->text(); }
    static QPushButton* button(const QWidget& dialog, const char* name) { return dialog.findChild<QPushButton*>(QLatin1String(name)); }

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
        const QString sentence = text(dialog, "takedownSentence");
        QVERIFY2(sentence.contains("Nordlicht") && sentence.contains("98.00") && sentence.contains("USD") && sentence.contains(word), qPrintable(sentence));
        QVERIFY(dialog.windowTitle().startsWith(word));
        QCOMPARE(dialog.findChild<ModeStrip*>()->words().word, word);
        QCOMPARE(dialog.findChild<ModeStrip*>()->y(), 0);
        QVERIFY(text(dialog, "takedownMrr").contains("98.00"));
        // Solid red is for LIVE alone.
        QCOMPARE(button(dialog, "takedownAct")->property("look").toString(), word == "LIVE" ? "live" : "danger");
    }

    void theKeepButtonIsTheDefaultAndSaysWhatStays()
    {
        TakedownDialog dialog(*m_theme, strip(stripe::Mode::Live), "biz_1", QTimeZone::utc(), nullptr);
        dialog.setPlan(plan(1));
        dialog.show();
        QVERIFY(button(dialog, "takedownKeep")->isDefault());
        QVERIFY(!button(dialog, "takedownAct")->isDefault() && !button(dialog, "takedownAct")->autoDefault());
        QCOMPARE(button(dialog, "takedownKeep")->text(), "Keep subscription");
        QCOMPARE(button(dialog, "takedownAct")->text(), "Take down 1 business");
        dialog.setPlan(plan(3));
        QCOMPARE(button(dialog, "takedownKeep")->text(), "Keep subscriptions");
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
        button(dialog, "takedownAct")->click();
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
        QVERIFY(!button(dialog, "takedownAct")->isVisible());
        QCOMPARE(button(dialog, "takedownKeep")->text(), "Back");
        QCOMPARE(text(dialog, "takedownSentence"), refused.refusal);
    }

    void aLegacyRecordNamesItsPaymentIntent()
    {
        business::TakedownPlan legacy = plan(0);
        legacy.paymentIntentId = QStringLiteral("pi_123");
        legacy.mrrLost.clear();
        const PlanWords words = planWords(legacy, strip(stripe::Mode::Live), false, QTimeZone::utc());
        QVERIFY(words.sentence.contains("pi_123"));
        QCOMPARE(words.keep, "Keep payment intent");
        QVERIFY(words.mrr.isEmpty());
    }

    void itCannotBeLeftWhileItRuns()
    {
        TakedownDialog dialog(*m_theme, strip(stripe::Mode::Live), "biz_1", QTimeZone::utc(), nullptr);
        dialog.setPlan(plan(1));
        dialog.show();
        button(dialog, "takedownAct")->click();
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
        QVERIFY(text(dialog, "takedownHeadline").contains("was taken down"));
        QVERIFY(text(dialog, "takedownRequestIds").contains("req_2"));
        button(dialog, "takedownCopyIds")->click();
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
        OutcomeWords words = outcomeWords(outcome, "Nordlicht", false);
        QCOMPARE(words.state, OutcomeState::Unknown);
        QVERIFY(words.headline.contains("not known"));
        QVERIFY(!words.again.isEmpty());

        outcome.status = QStringLiteral("failed");
        outcome.error->outcomeKnown = true;
        words = outcomeWords(outcome, "Nordlicht", false);
        QCOMPARE(words.state, OutcomeState::Failed);

        // The cancel succeeded, the deletion failed: never shown as if nothing had happened.
        outcome.status = QStringLiteral("taken_down");
        outcome.stripe = QStringLiteral("cancelled");
        outcome.partly = true;
        words = outcomeWords(outcome, "Nordlicht", true);
        QCOMPARE(words.state, OutcomeState::Partly);
        QVERIFY(words.lines.contains("Canceled in Stripe."));
        QVERIFY(words.lines.contains("The customer was not deleted."));
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

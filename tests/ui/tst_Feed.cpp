// SPDX-License-Identifier: GPL-3.0-or-later
// How fresh the data is, in words and in the window: the foot, and businesses that events have marked.
#include "support/TestMain.h"
#include "ui/dialogs/SettingsDialog.h"
#include "ui/pages/operations/MarksPanel.h"
#include "ui/pages/operations/OperationsPage.h"
#include "ui/shell/StatusLine.h"
#include "ui/text/FeedText.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QtTest>

using namespace ch;
using namespace ch::ui;
using sync::Rhythm;

namespace feedwords {

sync::FeedState stateOf(Rhythm::Why why, qint64 everyMs)
{
    sync::FeedState state;
    state.isOn = true;
    state.rhythm = {everyMs, why};
    state.budget.month = QStringLiteral("2026-11");
    state.budget.spent = 1'204;
    return state;
}

} // namespace feedwords

class TstFeed : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void saysHowItIsKnown()
    {
        store::Completeness data;
        QCOMPARE(freshnessText(data, QTimeZone::utc()), QStringLiteral("Not synchronised yet"));
        data.complete = true;
        data.throughMs = 1'793'491'200'000;
        QVERIFY(freshnessText(data, QTimeZone::utc()).endsWith("by synchronisation"));
        data.throughMs += 3'600'000;
        data.throughBy = store::ThroughBy::Poll;
        QVERIFY(freshnessText(data, QTimeZone::utc()).contains("01:00"));
        QVERIFY(freshnessText(data, QTimeZone::utc()).endsWith("by polling"));
        data.throughBy = store::ThroughBy::Webhook;
        QVERIFY(freshnessText(data, QTimeZone::utc()).endsWith("by webhook"));
        data.complete = false;
        QVERIFY(freshnessText(data, QTimeZone::utc()).startsWith("Partial"));
    }

    void theFootSaysHowOftenAndWhatIsLeft()
    {
        Theme theme(*qApp);
        StatusLine foot(theme, nullptr);
        auto* feed = foot.findChild<QLabel*>("feed");
        auto* budget = foot.findChild<QLabel*>("readBudget");
        foot.setFeed(feedwords::stateOf(Rhythm::Why::Looked, 20'000), QTimeZone::utc());
        QCOMPARE(feed->accessibleName(), QStringLiteral("Asks Stripe every 20 s"));
        QVERIFY(budget->text().contains("of") && budget->toolTip().contains("500 reads"));
        foot.setFeed(feedwords::stateOf(Rhythm::Why::Budget, 300'000), QTimeZone::utc());
        QVERIFY(feed->accessibleName().contains("5 min") && feed->accessibleName().contains("few reads"));
        sync::FeedState failing = feedwords::stateOf(Rhythm::Why::Failing, 10'000);
        failing.error = Error{ErrorKind::Network, QStringLiteral("No network."), {}, {}, {}, {}, {}, {}, {}, 0, false, true};
        foot.setFeed(failing, QTimeZone::utc());
        QVERIFY(feed->accessibleName().contains("cannot be reached") && !feed->toolTip().isEmpty());
        foot.setSyncing(true);
        QVERIFY(budget->isHidden());
        foot.setFeed({}, QTimeZone::utc());
        QVERIFY(feed->accessibleName().isEmpty() && budget->text().isEmpty());
    }

    void aMarkedBusinessIsTakenDownOrLeft()
    {
        Theme theme(*qApp);
        OperationsPage page(theme, nullptr);
        page.setAccount(false, QTimeZone::utc());
        MarksPanel& panel = page.marks();
        QVERIFY(panel.isHidden());
        std::vector<store::Mark> marks;
        for (int i = 0; i < 7; ++i) {
            marks.push_back({QStringLiteral("shop-%1").arg(i), store::MarkKind::TakeDown, "cus_1", "sub_1", "evt_1", 1'793'491'200'000});
        }
        marks.push_back({"risky", store::MarkKind::AtRisk, "cus_2", "in_1", "evt_2", 5});
        page.setMarks(marks);
        QVERIFY(!panel.isHidden());
        QCOMPARE(panel.count(), 7);
        QCOMPARE(panel.findChildren<QPushButton*>("markTakedown").size(), MarksPanel::kShownAtMost);
        QSignalSpy takedown(&panel, &MarksPanel::takedownAsked);
        QSignalSpy left(&panel, &MarksPanel::left);
        panel.findChildren<QPushButton*>("markTakedown").first()->click();
        panel.findChildren<QPushButton*>("markLeave").at(1)->click();
        QCOMPARE(takedown.at(0).at(0).toString(), QStringLiteral("shop-0"));
        QCOMPARE(left.at(0).at(0).toString(), QStringLiteral("shop-1"));
        page.setWritesOff(QStringLiteral("Writes off"));
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(!panel.findChildren<QPushButton*>("markTakedown").first()->isEnabled());
        page.show(OperationsPage::View::History);
        QVERIFY(panel.isHidden());
        page.show(OperationsPage::View::NeedsYou);
        QVERIFY(!panel.isHidden());
        page.setMarks({});
        QVERIFY(panel.isHidden());
    }

    void settingsOfTheFeed()
    {
        SettingsValues values;
        values.feed = workspace::FeedSettings{250'000, false};
        SettingsDialog dialog(values, nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        auto* reads = dialog.findChild<QSpinBox*>("settingsReads");
        auto* ended = dialog.findChild<QComboBox*>("settingsEnded");
        QCOMPARE(reads->value(), 250'000);
        QCOMPARE(reads->minimum(), 10'000);
        QSignalSpy chosen(&dialog, &SettingsDialog::readsChosen);
        reads->setValue(300'000);
        QCOMPARE(chosen.at(0).at(0).toLongLong(), 300'000);
        dialog.setFeed({400'000, true});
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(ended->currentIndex(), 1);
    }
};

CH_TEST(TstFeed)
#include "tst_Feed.moc"

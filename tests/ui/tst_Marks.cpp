// SPDX-License-Identifier: GPL-3.0-or-later
// Where people see what events have marked: at the row and above the table of businesses, and on the page of the business.
#include "support/TestMain.h"
#include "store/RecordsFile.h"
#include "ui/Desk.h"
#include "ui/pages/businesses/MarkedBar.h"
#include "ui/pages/detail/DetailPage.h"
#include "ui/pages/detail/MarkStrip.h"
#include "ui/text/MarkText.h"
#include "ui/text/TimeText.h"

#include <QLabel>
#include <QSignalSpy>
#include <QtTest>

using namespace ch;
using namespace ch::test;
using namespace ch::ui;

namespace marks {

store::Mark atRisk(const QString& businessId, const QString& customerId)
{
    return {businessId, store::MarkKind::AtRisk, customerId, QStringLiteral("in_1"), QStringLiteral("evt_1"), 1'793'491'200'000};
}

store::Mark ended(const QString& businessId, const QString& customerId)
{
    return {businessId, store::MarkKind::TakeDown, customerId, QStringLiteral("sub_1"), QStringLiteral("evt_2"), 1'793'491'200'000};
}

} // namespace marks

class TstMarks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theyAreToldInWords()
    {
        QCOMPARE(marksSentence({}), QString());
        QCOMPARE(marksSentence({marks::atRisk("a", "cus_a")}), QStringLiteral("Events tell: a payment of 1 business failed."));
        const QString both = marksSentence({marks::atRisk("a", "cus_a"), marks::atRisk("b", "cus_b"), marks::ended("a", "cus_a")});
        QVERIFY(both.contains("2 businesses") && both.contains("1 business has no subscription"));
        const auto sentences = marksById({marks::atRisk("a", "cus_a"), marks::ended("a", "cus_a")}, QTimeZone::utc());
        QCOMPARE(sentences.keys().size(), 2);
        QCOMPARE(sentences.value("a").count('\n'), 1);
        QCOMPARE(sentences.value("cus_a"), sentences.value("a"));
        QVERIFY(sentences.value("a").contains("2026"));
    }

    void aBusinessIsSeenFoundAndLeft()
    {
        Desk desk;
        QVERIFY(desk.openSynced());
        desk.window->go(Page::Businesses);
        MirrorTableModel& model = desk.businesses();
        QTRY_VERIFY_WITH_TIMEOUT(model.isCurrent() && model.isCounted() && model.rowCount() > 10 && !desk.firstBusiness("active").isEmpty(), kLong);
        auto* bar = desk.window->businesses().businesses().findChild<MarkedBar*>("markedBar");
        QVERIFY(bar->isHidden());
        const int all = model.rowCount();
        const auto nameAt = [&model](int row) { return model.index(row, columnIndex(model.table(), QStringLiteral("name"))); };
        int row = 0;
        while (nameAt(row).data(RowsModel::AttentionRole).toBool() || model.textAt(row, QStringLiteral("status")) != QLatin1String("active")) {
            ++row;
        }
        const QString business = model.textAt(row, QStringLiteral("business_id"));
        const QString customer = model.textAt(row, QStringLiteral("customer_id"));
        const auto records = store::RecordsFile::open(desk.controller->account().folder);
        QVERIFY(*(*records)->marks().put(marks::atRisk(business, customer)));
        QTRY_VERIFY_WITH_TIMEOUT(!bar->isHidden(), kLong);
        QVERIFY(nameAt(row).data(RowsModel::AttentionRole).toBool());
        QVERIFY(nameAt(row).data(Qt::ToolTipRole).toString().contains("A payment failed"));
        bar->findChild<QPushButton*>("markedShow")->click();
        QTRY_VERIFY_WITH_TIMEOUT(model.isCurrent() && model.rowCount() == 1, kLong);
        QCOMPARE(model.textAt(0, QStringLiteral("business_id")), business);
        QVERIFY(desk.window->businesses().businesses().footText().contains("filtered"));
        bar->findChild<QPushButton*>("markedShow")->click();
        QTRY_VERIFY_WITH_TIMEOUT(model.isCurrent() && model.rowCount() == all, kLong);

        desk.controller->openObject(business);
        auto* strip = desk.window->detail().findChild<MarkStrip*>("markStrip");
        QTRY_VERIFY_WITH_TIMEOUT(strip->isVisible(), kLong);
        QCOMPARE(strip->findChild<QLabel*>("markStripWords")->text(), markSentence(marks::atRisk(business, customer), zoneOf(desk.controller->account().timezone)));
        strip->findChild<QPushButton*>("markStripLeave")->click();
        QTRY_VERIFY_WITH_TIMEOUT(strip->isHidden() && bar->isHidden(), kLong);
        QVERIFY((*records)->marks().open()->empty());
    }

    void aCustomerThatIsNoBusinessOfOursStandsAmongAllCustomers()
    {
        Theme theme(*qApp);
        BusinessesPage page(theme, nullptr);
        page.setMarks({marks::atRisk("cus_plain", "cus_plain")}, QTimeZone::utc());
        QVERIFY(page.businesses().findChild<MarkedBar*>("markedBar")->isHidden());
        QVERIFY(!page.customers().findChild<MarkedBar*>("markedBar")->isHidden());
        page.customers().findChild<QPushButton*>("markedShow")->click();
        QCOMPARE(page.customers().only(), QStringList("cus_plain"));
        page.setMarks({}, QTimeZone::utc());
        QVERIFY(page.customers().only().isEmpty());
        QVERIFY(page.customers().findChild<MarkedBar*>("markedBar")->isHidden());
    }
};

CH_TEST(TstMarks)
#include "tst_Marks.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/TestMain.h"
#include "ui/Sight.h"
#include "ui/theme/Roles.h"

#include <QTest>

using namespace ch;
using namespace ch::ui;

namespace {

constexpr double kText = 4.6;
constexpr double kBorder = 3.4;
constexpr double kSeriesOnPage = 3.1;
constexpr double kSeriesApart = 12;

} // namespace

class TstRoles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void distanceAgreesWithPublishedPairs()
    {
        // Black to white is 100 by definition of lightness; equal colours are 0 apart.
        QVERIFY(std::abs(test::ciede2000(Qt::black, Qt::white) - 100) < 0.01);
        QCOMPARE(test::ciede2000(QColor("#0B5CAD"), QColor("#0B5CAD")), 0.0);
        QVERIFY(std::abs(test::contrast(Qt::black, Qt::white) - 21) < 0.001);
        // Red to green, computed with Sharma's reference data: 86.6.
        QVERIFY(std::abs(test::ciede2000(QColor("#FF0000"), QColor("#00FF00")) - 86.6) < 0.1);
    }

    void everyTextIsReadableOnEverySurface_data()
    {
        QTest::addColumn<int>("scheme");
        QTest::newRow("light") << static_cast<int>(Scheme::Light);
        QTest::newRow("dark") << static_cast<int>(Scheme::Dark);
    }

    void everyTextIsReadableOnEverySurface()
    {
        QFETCH(int, scheme);
        const Roles& r = rolesOf(static_cast<Scheme>(scheme));
        for (const QColor& surface : {r.page, r.panel, r.hover, r.selection, r.dangerTint, r.warningTint, r.okTint, r.infoTint}) {
            for (const QColor& ink : {r.text, r.secondary, r.accent, r.danger, r.warning, r.ok}) {
                QVERIFY2(test::contrast(ink, surface) >= kText,
                    qPrintable(QStringLiteral("%1 on %2: %3").arg(ink.name(), surface.name()).arg(test::contrast(ink, surface))));
            }
        }
        QVERIFY(test::contrast(r.onAccent, r.accent) >= kText);
        QVERIFY(test::contrast(r.inputBorder, r.page) >= kBorder);
        QVERIFY(test::contrast(r.inputBorder, r.panel) >= kBorder);
    }

    void stripsAreReadable()
    {
        for (const auto mode : {StripMode::None, StripMode::Live, StripMode::Test, StripMode::Demo}) {
            const StripColours colours = stripColours(mode);
            QVERIFY(test::contrast(colours.text, colours.surface) >= 5.5);
        }
    }

    void stripsDifferInGreyscale()
    {
        const auto grey = [](StripMode mode) { return qGray(stripColours(mode).surface.rgb()); };
        QVERIFY(std::abs(grey(StripMode::Live) - grey(StripMode::Test)) > 40);
        QVERIFY(std::abs(grey(StripMode::Live) - grey(StripMode::Demo)) > 40);
    }

    void seriesAreToldApartByEveryEye_data() { everyTextIsReadableOnEverySurface_data(); }

    void seriesAreToldApartByEveryEye()
    {
        QFETCH(int, scheme);
        const auto which = static_cast<Scheme>(scheme);
        const auto& series = seriesColours(which);
        for (size_t i = 0; i < series.size(); ++i) {
            QVERIFY2(test::contrast(series[i], rolesOf(which).page) >= kSeriesOnPage, qPrintable(series[i].name()));
            for (size_t j = i + 1; j < series.size(); ++j) {
                for (const auto sight : {test::Sight::Normal, test::Sight::Protan, test::Sight::Deutan, test::Sight::Tritan}) {
                    const double apart = test::ciede2000(test::seenBy(sight, series[i]), test::seenBy(sight, series[j]));
                    QVERIFY2(apart >= kSeriesApart,
                        qPrintable(QStringLiteral("%1 and %2, sight %3: %4").arg(series[i].name(), series[j].name()).arg(int(sight)).arg(apart)));
                }
            }
        }
    }

    void typesKeepTheirSeries()
    {
        QCOMPARE(seriesOfType("saas"), 0);
        QCOMPARE(seriesOfType("unclassified"), 5);
        QCOMPARE(seriesOfType("marketplace"), kSeriesCount - 1);
        QCOMPARE(seriesOfType(""), kSeriesCount - 1);
    }
};

CH_TEST(TstRoles)
#include "tst_Roles.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// What is typed under a heading, read as a filter or refused.
#include "support/TestMain.h"
#include "ui/tables/FilterText.h"

#include <QTest>

using namespace ch;
using namespace ch::ui;

class TstFilterText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void typedFiltersAreRead_data()
    {
        using Kind = store::CellKind;
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected"); // from..to, or the kind of filter; empty: refused
        const auto row = [](Kind kind, const char* text, const char* expected) { QTest::addRow("%d %s", int(kind), text) << int(kind) << QString::fromUtf8(text) << QString(expected); };
        row(Kind::Amount, "49", "49000..49000");
        row(Kind::Amount, "49.9", "49900..49900");
        row(Kind::Amount, "49,90", "49900..49900");
        row(Kind::Amount, "1,000.50", "1000500..1000500");
        row(Kind::Amount, "1 000", "1000000..1000000");
        row(Kind::Amount, ">100", "100001..");
        row(Kind::Amount, ">= 100", "100000..");
        row(Kind::Amount, "\xe2\x89\xa4" "5", "..5000");
        row(Kind::Amount, "< -5", "..-5001");
        row(Kind::Amount, "\xe2\x88\x92" "5..5", "-5000..5000");
        row(Kind::Amount, "10..", "");
        row(Kind::Amount, "1.2345", "");
        row(Kind::Amount, "99999999999999999999", "");
        row(Kind::Amount, "ten", "");
        row(Kind::Amount, "1 OR 1=1", "");
        row(Kind::Count, "2", "2..2");
        row(Kind::Count, "2.5", "");
        row(Kind::Time, "2026", "1767225600..1798761599");
        row(Kind::Time, "2026-02", "1769904000..1772323199");
        row(Kind::Time, "2026-03-05", "1772668800..1772755199");
        row(Kind::Time, ">2026-02", "1772323200..");
        row(Kind::Time, "<2026-02", "..1769903999");
        row(Kind::Time, "2026-01..2026-02", "1767225600..1772323199");
        row(Kind::Time, "2026-13", "");
        row(Kind::Time, "2026-02-30", "");
        row(Kind::Time, "yesterday", "");
        row(Kind::Time, "-", "missing");
        row(Kind::Amount, "*", "present");
        row(Kind::Text, "acme", "contains acme");
        row(Kind::Text, "=Acme ", "one of Acme");
        row(Kind::Text, ">5", "contains >5");
        row(Kind::Id, "100%_", "contains 100%_");
    }

    void typedFiltersAreRead()
    {
        QFETCH(int, kind);
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const auto read = columnFilterOf("column", static_cast<store::CellKind>(kind), text, QTimeZone::utc());
        QCOMPARE(read.has_value(), !expected.isEmpty());
        if (!read) {
            QVERIFY(read.error().message.contains("such as"));
            return;
        }
        const store::ColumnFilter filter = read->value();
        const auto bound = [](const std::optional<qint64>& number) { return number ? QString::number(*number) : QString(); };
        switch (filter.kind) {
        case store::ColumnFilter::Kind::Range: QCOMPARE(bound(filter.from) + ".." + bound(filter.to), expected); break;
        case store::ColumnFilter::Kind::Contains: QCOMPARE("contains " + filter.text, expected); break;
        case store::ColumnFilter::Kind::OneOf: QCOMPARE("one of " + filter.values.join(","), expected); break;
        case store::ColumnFilter::Kind::Missing: QCOMPARE(QString("missing"), expected); break;
        case store::ColumnFilter::Kind::Present: QCOMPARE(QString("present"), expected); break;
        }
        QVERIFY(!columnFilterOf("column", static_cast<store::CellKind>(kind), "  ", QTimeZone::utc())->has_value());
    }
};

CH_TEST(TstFilterText)
#include "tst_FilterText.moc"

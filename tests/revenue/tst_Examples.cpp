// SPDX-License-Identifier: GPL-3.0-or-later
// The worked examples of examples.json: subscriptions as Stripe has them, what they are worth, and how that was worked out by hand. Ids in P and
// A are those of docs and peers, ids in V our own. Each goes through evaluate, and once more through the ledger, whose valuing is written apart.
#include "revenue/Evaluate.h"
#include "support/TestMain.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <QtTest>

using namespace ch;
using namespace ch::revenue;

namespace {

constexpr int kLeastOwnExamples = 60;

QJsonArray writtenExamples()
{
    QFile file(QStringLiteral(CH_SOURCE_DIR "/tests/revenue/examples.json"));
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).array() : QJsonArray();
}

/// "definition" is a preset's name, or an object on top of one; without it Stripe's.
Definition definitionOf(const QJsonObject& example)
{
    const QJsonValue given = example.value(QStringLiteral("definition"));
    const Result<Definition> made = given.isObject() ? definitionFromJson(QJsonDocument(given.toObject()).toJson(), QString()) : presetDefinition(given.toString(QStringLiteral("stripe")));
    if (!made) {
        qFatal("%s: %s", qPrintable(example.value(QStringLiteral("id")).toString()), qPrintable(made.error().message));
    }
    return *made;
}

QByteArray textOfValue(const QJsonValue& value)
{
    return QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
}

} // namespace

class TstExamples : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void areWorkedOut()
    {
        QSet<QString> ids;
        int own = 0;
        for (const QJsonValue& value : writtenExamples()) {
            const QString id = value[QStringLiteral("id")].toString();
            QVERIFY2(!ids.contains(id), qPrintable(id));
            QVERIFY2(!value[QStringLiteral("what")].toString().isEmpty(), qPrintable(id));
            QVERIFY2(!value[QStringLiteral("working")].toString().trimmed().isEmpty(), qPrintable(id));
            ids.insert(id);
            own += id.startsWith(QLatin1Char('V')) ? 1 : 0;
        }
        QVERIFY2(own >= kLeastOwnExamples, qPrintable(QString::number(own)));
    }

    void comeToWhatWasWorkedOut_data()
    {
        QTest::addColumn<QJsonObject>("example");
        for (const QJsonValue& value : writtenExamples()) {
            QTest::newRow(qPrintable(value[QStringLiteral("id")].toString() + QStringLiteral(" ") + value[QStringLiteral("what")].toString())) << value.toObject();
        }
    }
    void comeToWhatWasWorkedOut()
    {
        QFETCH(QJsonObject, example);
        QJsonObject entry = example;
        entry.insert(QStringLiteral("events"), QJsonArray()); // asks for the ledger's rows too
        const auto values = evaluate(textOfValue(entry), definitionOf(example), 0);
        QVERIFY2(values, values ? "" : qPrintable(values.error().message));
        const QJsonObject value = values->at(0).toObject();
        const QByteArray working = example.value(QStringLiteral("working")).toString().toUtf8();
        for (const char* figure : {"problem", "list_minor", "contracted_minor", "net_minor", "mrr_minor", "items_minor"}) {
            const QJsonValue expected = example.value(QLatin1String(figure));
            const QByteArray shown = textOfValue(expected.isUndefined() ? QJsonValue(QJsonValue::Null) : expected);
            const QByteArray got = textOfValue(value.value(QLatin1String(figure)));
            QVERIFY2(got == shown, (figure + (" is " + got) + " and not " + shown + ": " + working).constData());
        }
        QCOMPARE(value.value(QStringLiteral("approximate")).toBool(), example.value(QStringLiteral("approximate")).toBool());
        qint64 sum = 0;
        for (const QJsonValue& row : value.value(QStringLiteral("history")).toArray()) {
            sum += row[QStringLiteral("delta_minor")].toInteger();
        }
        QCOMPARE(sum, example.value(QStringLiteral("mrr_minor")).toInteger());
    }
};

CH_TEST(TstExamples)
#include "tst_Examples.moc"

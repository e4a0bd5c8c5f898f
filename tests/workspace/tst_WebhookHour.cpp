// SPDX-License-Identifier: GPL-3.0-or-later
// Days of an account's life, which are an hour and more of the sandbox's fast clock: renewals, failed payments, deletions and what people do, told to an
// open account by webhooks over sockets, of which some are lost, come twice, overtake each other, or fail and are sent again; one request in twenty
// fails; the computer sleeps; the program is ended, missed by webhooks, and begun anew. At its end every object of the mirror is held against the
// server's lists, and the ledger against its sums. CH_WEBHOOK_SEEDS=20 lives through so many more, each ten times as long.
#include "revenue/StoredLedger.h"
#include "support/TestMain.h"
#include "workspace/LivingAccount.h"

using namespace ch;
using namespace ch::test;

namespace webhookhour {

using Sums = QMap<QString, qint64>;

constexpr int kShortSteps = 48;
constexpr int kLongSteps = 360;

void breakOneInTwenty(LivingAccount& account, quint32 seed)
{
    for (const char* kind : {"reset", "cut", "500", "truncated-json", "429,retry-after=1"}) {
        const auto rule = sandbox::FaultRule::parse(QStringLiteral("%1,rate=0.01,seed=%2").arg(QLatin1String(kind)).arg(++seed * 1000));
        QVERIFY2(rule, qPrintable(rule ? QString() : rule.error().message));
        account.faults().add(*rule);
    }
}

qint64 struck(LivingAccount& account)
{
    qint64 done = 0;
    for (const sandbox::FaultPlan::Standing& standing : account.faults().rules()) {
        done += standing.done;
    }
    return done;
}

/// Rows of the ledger as texts, of all customers.
QStringList rowsOf(const store::MirrorReader& reader, Sums* mrr)
{
    QStringList rows;
    const auto customers = reader.rowIds(store::Table::Customers, {}, {QStringLiteral("customer_id"), false});
    const auto shown = reader.rows(store::Table::Customers, *customers);
    for (const store::Row& customer : *shown) {
        (void)reader.forEachLedgerRow(customer.objectId, [&](const store::LedgerRow& row) {
            const QString currency = QString::fromUtf8(row.currency.data(), qsizetype(row.currency.size()));
            (*mrr)[currency] += row.mrr;
            rows << QStringLiteral("%1 %2 %3 %4 %5 %6 %7").arg(customer.objectId).arg(row.at).arg(QString::fromUtf8(row.itemId.data(), qsizetype(row.itemId.size())), currency).arg(row.mrr).arg(row.movementClass).arg(row.kind);
        });
    }
    rows.sort();
    return rows;
}

Sums sumsOf(const store::MirrorReader& reader, store::LedgerGrain grain)
{
    Sums sums;
    (void)reader.forEachLedgerSum(grain, 0, [&sums](const store::LedgerSum& sum) { sums[sum.currency] += sum.minor; });
    return sums;
}

Sums valuesOf(const store::MirrorReader& reader)
{
    Sums sums;
    (void)reader.forEachValueSum([&sums](const store::LedgerSum& sum) { sums[sum.currency] += sum.minor; });
    return sums;
}

/// Those of 0 are as good as none.
Sums withoutZeros(Sums sums)
{
    for (auto sum = sums.begin(); sum != sums.end();) {
        sum = *sum == 0 ? sums.erase(sum) : std::next(sum);
    }
    return sums;
}

} // namespace webhookhour

using namespace webhookhour;

class TstWebhookHour : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void mirrorAndLedgerAgreeWithTheServerAfterwards_data()
    {
        QTest::addColumn<quint32>("seed");
        QTest::addColumn<int>("steps");
        QTest::newRow("days") << quint32(1) << kShortSteps;
        for (int seed = 2; seed < 2 + qEnvironmentVariableIntValue("CH_WEBHOOK_SEEDS"); ++seed) {
            QTest::addRow("months, seed %d", seed) << quint32(seed) << kLongSteps;
        }
    }

    void mirrorAndLedgerAgreeWithTheServerAfterwards()
    {
        QFETCH(quint32, seed);
        QFETCH(int, steps);
        LivingAccount account(seed, 50);
        QVERIFY(begin(account, seed));
        QRandomGenerator dice(seed + 1000);
        for (int step = 0; step < steps; ++step) {
            for (int acts = static_cast<int>(dice.bounded(4)); acts > 0; --acts) {
                account.act(step * 10 + acts);
            }
            // Where some are lost, Stripe is asked as often as without webhooks; where none are, seldom.
            setPlan(account, seed, step / (steps / 3) == 1 ? 300'000 : 0);
            if (step % (steps / 3) == steps / 6) {
                missed(account, &dice);
            } else if (dice.bounded(8) == 0) {
                account.clock.sleep(kMinuteMs + qint64(dice.bounded(int(kHourMs))));
            } else {
                // Mostly so short that nobody asks Stripe meanwhile: webhooks alone tell.
                account.clock.leap(dice.bounded(5) < 3 ? qint64(dice.bounded(int(4 * kMinuteMs))) : qint64(dice.bounded(int(24 * kHourMs))));
            }
            account.program->setLooked(dice.bounded(4) != 0);
            QVERIFY2(account.settles(), "a webhook was neither delivered nor refused, or an event stayed waiting");
        }
        const qint64 faults = struck(account);
        account.faults().clear();
        QVERIFY(finish(account));
        tell(account, faults);
        compareObjects(account);
        compareLedger(account);
    }

private:
    quint16 m_port = 0;
    Secret m_secret;
    qint64 m_taken = 0;
    qint64 m_duplicates = 0;

    bool begin(LivingAccount& account, quint32 seed)
    {
        m_taken = m_duplicates = 0;
        m_secret = Secret(QByteArray("whsec") + '_' + QByteArray(32, 'h'));
        if (!account.begin(m_secret, 0)) {
            return false;
        }
        m_port = account.program->webhooks().state().listeningAt;
        const QByteArray url = "http://127.0.0.1:" + QByteArray::number(m_port) + "/stripe/webhook";
        const auto added = account.engine().deliveries().add(url, m_secret.reveal());
        breakOneInTwenty(account, seed);
        return added.has_value() && account.settles();
    }

    static void setPlan(LivingAccount& account, quint64 seed, qint64 lostPerMillion)
    {
        sandbox::WebhookPlan plan;
        plan.duplicatesPerMillion = 100'000;
        plan.reorderPerMillion = 200'000;
        plan.lostPerMillion = lostPerMillion;
        plan.delayMostMs = 100;
        plan.seed = seed;
        const sandbox::WebhookPlan& now = account.engine().deliveries().plan();
        if (now.lostPerMillion != lostPerMillion || now.duplicatesPerMillion != plan.duplicatesPerMillion) {
            account.engine().deliveries().setPlan(plan);
        }
    }

    void count(const workspace::WebhookState& state)
    {
        m_taken += state.taken;
        m_duplicates += state.duplicates;
    }

    /// The program is away: webhooks fail, and some are sent again after it is back.
    void missed(LivingAccount& account, QRandomGenerator* dice)
    {
        count(account.program->webhooks().state());
        account.end();
        account.act(static_cast<int>(dice->bounded(1000)));
        account.clock.leap(qint64(dice->bounded(int(8 * kHourMs))));
        account.pump();
        QVERIFY(QTest::qWaitFor([&] { return account.onTheWay() == 0; }, kLongestMs));
        account.clock.leap(20 * kMinuteMs);
        QVERIFY(account.begin(m_secret, m_port));
    }

    /// What failed is sent once more, and what came late is found.
    bool finish(LivingAccount& account)
    {
        account.program->setLooked(true);
        for (const qint64 ms : {10 * kMinuteMs, kHourMs, 2 * kHourMs + kMinuteMs}) {
            account.clock.leap(ms);
            if (!account.settles()) {
                return false;
            }
        }
        account.program->pollSoon();
        const qint64 from = account.clock.nowMs();
        return QTest::qWaitFor([&] { return account.program->feed().throughMs >= from && account.onTheWay() == 0 && account.isApplied(); }, kLongestMs);
    }

    void tell(LivingAccount& account, qint64 faults)
    {
        count(account.program->webhooks().state());
        store::EventQuery all;
        all.most = 1'000'000;
        QMap<QString, int> deeds;
        QMap<QString, int> sources;
        QMap<QString, int> types;
        const auto found = account.program->records().eventLog().find(all);
        for (const store::EventEntry& entry : found->entries) {
            const bool isListed = entry.source == store::EventSource::Backfill;
            ++sources[store::wordOf(entry.source)];
            deeds[store::wordOf(entry.deed)] += isListed ? 0 : 1;
            types[entry.type] += isListed ? 0 : 1;
        }
        const QJsonObject to = account.endpoint();
        qInfo() << "webhooks:" << m_taken << "taken," << m_duplicates << "twice," << to.value("lost").toInteger() << "lost," << to.value("failed").toInteger() << "failed;" << account.requests() << "requests,"
                << faults << "faults;" << sources << deeds << "renewed" << types.value("invoice.paid") << "failed" << types.value("invoice.payment_failed") << "ended" << types.value("customer.subscription.deleted") << "deleted"
                << types.value("customer.deleted");
        QVERIFY(m_taken > 60);
        QVERIFY(m_duplicates > 0 && to.value("lost").toInteger() > 0 && to.value("failed").toInteger() > 0);
        QVERIFY(faults > 5);
        QVERIFY(sources.value("webhook") > 50 && sources.value("poll") > 20);
        QVERIFY(deeds.value("applied") > 0 && deeds.value("read_again") > 0 && deeds.value("removed") > 0);
        QCOMPARE(deeds.value("failed"), 0);
        QVERIFY(types.value("invoice.paid") > 0 && types.value("invoice.payment_failed") > 0 && types.value("customer.subscription.deleted") > 0 && types.value("customer.deleted") > 0);
    }

    /// With what the log says of it: how each event of the object came, when, and what it did.
    static QStringList told(LivingAccount& account, QStringList wrong)
    {
        for (QString& what : wrong) {
            store::EventQuery query;
            query.text = what.section(' ', 0, 0).section('.', 0, 0);
            if (query.text.startsWith("inpay_")) {
                const QJsonObject payment = account.ask("GET", "/v1/invoice_payments/" + query.text.toLatin1());
                what += QStringLiteral(" (created %1, intent %2)").arg(payment.value("created").toInteger()).arg(account.ask("GET", "/v1/payment_intents/" + payment.value("payment").toObject().value("payment_intent").toString().toLatin1()).value("created").toInteger());
                query.text = payment.value("invoice").toString();
            }
            const auto found = account.program->records().eventLog().find(query);
            for (const store::EventEntry& entry : found->entries) {
                what += QStringLiteral("\n    %1 %2 created %3, %4 at %5, %6 %7").arg(entry.id, entry.type).arg(entry.created).arg(store::wordOf(entry.source)).arg(entry.receivedMs / 1000).arg(store::wordOf(entry.deed), entry.why);
            }
            const auto held = account.program->reader().json(query.text);
            const QJsonObject ours = held && *held ? QJsonDocument::fromJson(**held).object() : QJsonObject();
            const QByteArray theirs = account.engine().dump();
            const qsizetype at = theirs.indexOf('"' + query.text.toLatin1() + '"');
            what += "\n    ours " + QJsonDocument(ours).toJson(QJsonDocument::Compact).left(1500) + "\n    theirs " + theirs.mid(theirs.lastIndexOf('\n', at) + 1, 1500);
        }
        return wrong;
    }

    void compareObjects(LivingAccount& account)
    {
        backfilltest::ListComparison comparison(account.program->reader(), [&account](const QByteArray& target) { return account.ask("GET", target); }, account.clock.nowMs() / 1000);
        comparison.run();
        qInfo() << comparison.compared << "objects compared," << comparison.wrong.size() << "differ; told by invoices or the time:" << comparison.olderSequences << "next_invoice_sequence," << comparison.olderStatuses << "status";
        QVERIFY2(comparison.wrong.isEmpty(), qPrintable(told(account, comparison.wrong.mid(0, 5)).join('\n')));
        QVERIFY(comparison.compared > 500);
    }

    /// Rows come to what the subscriptions are worth, days and months to the rows, and the rows kept event by event to those made in one piece.
    void compareLedger(LivingAccount& account)
    {
        const store::MirrorReader& reader = account.program->reader();
        QVERIFY(reader.ledgerState()->isCurrent());
        Sums mrr;
        const QStringList rows = rowsOf(reader, &mrr);
        const Sums worth = withoutZeros(valuesOf(reader));
        QVERIFY(!worth.isEmpty() && rows.size() > 30);
        QCOMPARE(withoutZeros(mrr), worth);
        QCOMPARE(withoutZeros(sumsOf(reader, store::LedgerGrain::Day)), worth);
        QCOMPARE(withoutZeros(sumsOf(reader, store::LedgerGrain::Month)), worth);
        const qint64 madeMs = reader.ledgerState()->atMs;
        const QString folder = account.program->account().folder;
        const QString zone = reader.ledgerState()->zone;
        account.end();
        auto mirror = store::Mirror::open(folder, {QString(), false});
        QVERIFY2(mirror, qPrintable(mirror ? QString() : mirror.error().message));
        QVERIFY((*mirror)->forgetLedger());
        QVERIFY(revenue::keepLedger(**mirror, revenue::Definition{}, QTimeZone(zone.toUtf8()), madeMs));
        Sums anew;
        QCOMPARE(rowsOf((*mirror)->reader(), &anew), rows);
        QCOMPARE(anew, mrr);
    }
};

CH_TEST(TstWebhookHour)
#include "tst_WebhookHour.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// How fast the revenue ledger is built of facts in memory, told and switched to another definition, at 10,000, 100,000 and 1,000,000
// subscriptions over 36 months with two lines each. Prints each figure beside its limit; exit code 1 when one of a million is above it.
#include "revenue/FactsMaker.h"
#include "revenue/Make.h"
#include "revenue/RollForward.h"

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <cstdio>
#include <cstring>

using namespace ch;
using namespace ch::revenue;

namespace {

constexpr qint64 kOneDay = 86400;
constexpr int kPrices = 40;

std::vector<stripe::Price> makePrices()
{
    std::vector<stripe::Price> prices;
    for (int i = 0; i < kPrices; ++i) {
        prices.push_back(test::makePrice(QByteArray::number(500 + i * 100).constData(), i % 5 == 0 ? "year" : "month"));
    }
    return prices;
}

/// Each was sold at one price, changed to another by a debit after ten days, one in three has ended, one in five has a discount.
std::shared_ptr<const Facts> makeFacts(int count)
{
    const std::vector<stripe::Price> prices = makePrices();
    QRandomGenerator random(1);
    Surroundings around;
    around.price = [&prices](const QString& id) -> std::optional<stripe::Price> {
        const auto found = std::find_if(prices.begin(), prices.end(), [&id](const stripe::Price& price) { return price.id == id; });
        return found == prices.end() ? std::nullopt : std::optional<stripe::Price>(*found);
    };
    FactsMaker maker;
    for (int i = 0; i < count; ++i) {
        const stripe::Price& first = prices[size_t(random.bounded(kPrices))];
        const qint64 start = test::kNow - random.bounded(1080) * kOneDay - random.bounded(int(kOneDay));
        stripe::Subscription one = test::sub(prices[size_t(random.bounded(kPrices))], 1 + random.bounded(5));
        one.id = QStringLiteral("sub_%1").arg(i);
        one.customerId = QStringLiteral("cus_%1").arg(qint64(i) * 9 / 10);
        one.items[0].id = QStringLiteral("si_%1").arg(i);
        one.created = one.startDate = one.items[0].created = start;
        if (random.bounded(3) == 0) {
            one.status = QStringLiteral("canceled");
            one.endedAt = start + (test::kNow - start) / 2 + kOneDay;
        }
        if (random.bounded(5) == 0) {
            one = test::with(one, {test::percentOff("20", "forever", start + 100 * kOneDay)});
        }
        maker.addSubscription(one, around, QStringLiteral("saas"));
        const std::string id = std::to_string(i);
        const std::string now = one.items[0].price.id.toStdString();
        const std::string was = first.id.toStdString();
        maker.addLine({"il_a" + id, "in_" + id, "paid", was, "sub_" + id, "si_" + id, 1000, 1, start, start + 30 * kOneDay, false});
        maker.addLine({"il_b" + id, "in_" + id, "paid", now, "sub_" + id, "si_" + id, 700, 1, start + 10 * kOneDay, start + 30 * kOneDay, true});
    }
    return std::make_shared<const Facts>(maker.finish(around.price));
}

/// Prints seconds beside a limit, and says whether they are within it.
bool tell(const char* what, qint64 milliseconds, qint64 limit)
{
    std::printf("  %-28s %6lld ms   limit %6lld ms   ratio %lld.%02lld\n", what, static_cast<long long>(milliseconds), static_cast<long long>(limit), static_cast<long long>(milliseconds / limit),
        static_cast<long long>(milliseconds * 100 / limit % 100));
    return milliseconds <= limit;
}

bool measure(int count)
{
    const std::shared_ptr<const Facts> facts = makeFacts(count);
    QElapsedTimer timer;
    timer.start();
    auto ledger = buildLedger(facts, {}, test::kNow);
    if (!ledger) {
        std::printf("%s\n", qPrintable(ledger.error().message));
        return false;
    }
    const qint64 built = timer.restart();
    RollForwardQuestion question;
    question.from = QDate(2023, 11, 1);
    question.to = QDate(2026, 11, 1);
    question.zone = QTimeZone::utc();
    const bool foots = rollForward(*ledger, question).has_value();
    const qint64 rolled = timer.restart();
    std::printf("%d subscriptions, %zu rows\n", count, ledger->rows.size());
    *ledger = Ledger();
    timer.restart();
    const bool switched = buildLedger(facts, *presetDefinition(QStringLiteral("chartmogul")), test::kNow).has_value();
    const qint64 again = timer.elapsed();
    const bool first = tell("ledger built", built, 10'000);
    const bool second = tell("36 months rolled forward", rolled, 1'000);
    const bool third = tell("another definition", again, 2'000);
    return foots && switched && first && second && third;
}

} // namespace

int main()
{
    const bool small = measure(10'000) && measure(100'000);
    return measure(1'000'000) && small ? 0 : 1;
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/LedgerAccount.h"

#include <QRandomGenerator>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace ch::bench {

namespace {

constexpr qint64 kDay = 86400;

void check(int code, int wanted, sqlite3* db)
{
    if (code != wanted) {
        std::fprintf(stderr, "SQLite: %s\n", sqlite3_errmsg(db));
        std::exit(2);
    }
}

QByteArray id(const char* prefix, qint64 number)
{
    // as long as Stripe's: what is hashed and compared must not be shorter
    return QByteArray(prefix) + QByteArray("1Qx7Yk2eZvKYlo2C") + QByteArray::number(number).rightJustified(8, '0');
}

} // namespace

Insert::Insert(const RawMirror& mirror, const char* sql) : m_db(mirror.handle())
{
    check(sqlite3_prepare_v2(m_db, sql, -1, &m_statement, nullptr), SQLITE_OK, m_db);
}

Insert::~Insert()
{
    sqlite3_finalize(m_statement);
}

Insert& Insert::number(qint64 value)
{
    sqlite3_bind_int64(m_statement, ++m_at, value);
    return *this;
}

Insert& Insert::text(const QByteArray& value)
{
    sqlite3_bind_text(m_statement, ++m_at, value.constData(), int(value.size()), SQLITE_TRANSIENT);
    return *this;
}

Insert& Insert::blob(const QByteArray& value)
{
    sqlite3_bind_blob(m_statement, ++m_at, value.constData(), int(value.size()), SQLITE_TRANSIENT);
    return *this;
}

Insert& Insert::null()
{
    sqlite3_bind_null(m_statement, ++m_at);
    return *this;
}

void Insert::run()
{
    check(sqlite3_step(m_statement), SQLITE_DONE, m_db);
    sqlite3_reset(m_statement);
    m_at = 0;
}

RawMirror::RawMirror(const QString& path)
{
    check(sqlite3_open_v2(path.toUtf8().constData(), &m_db, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK, m_db);
    run("PRAGMA cache_size=-262144; PRAGMA synchronous=OFF");
}

RawMirror::~RawMirror()
{
    sqlite3_close(m_db);
}

void RawMirror::run(const char* sql)
{
    check(sqlite3_exec(m_db, sql, nullptr, nullptr, nullptr), SQLITE_OK, m_db);
}

qint64 RawMirror::readAll(const char* sql)
{
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v2(m_db, sql, -1, &statement, nullptr), SQLITE_OK, m_db);
    const int columns = sqlite3_column_count(statement);
    qint64 sum = 0;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        for (int i = 0; i < columns; ++i) {
            if (sqlite3_column_type(statement, i) == SQLITE_TEXT) {
                sum += sqlite3_column_text(statement, i)[0] + sqlite3_column_bytes(statement, i);
            } else {
                sum += sqlite3_column_int64(statement, i);
            }
        }
    }
    sqlite3_finalize(statement);
    return sum;
}

QByteArray priceJson(int number)
{
    return "{\"id\":\"" + id("price_", number) + "\",\"object\":\"price\",\"active\":true,\"currency\":\"usd\",\"product\":\"prod_1\",\"billing_scheme\":\"per_unit\",\"unit_amount_decimal\":\""
        + QByteArray::number(500 + number * 100) + "\",\"currency_options\":{\"eur\":{\"unit_amount_decimal\":\"" + QByteArray::number(450 + number * 90) + "\"}},\"recurring\":{\"interval\":\"" + (number % 5 == 0 ? "year" : "month")
        + "\",\"interval_count\":1,\"usage_type\":\"licensed\"},\"type\":\"recurring\",\"livemode\":false}";
}

QByteArray couponJson()
{
    return "{\"id\":\"LOYAL\",\"object\":\"coupon\",\"percent_off\":20,\"duration\":\"forever\",\"livemode\":false}";
}

QByteArray subscriptionJson(int number, int price, int quantity, qint64 start)
{
    return "{\"id\":\"" + id("sub_", number) + "\",\"object\":\"subscription\",\"customer\":\"" + id("cus_", qint64(number) * 85 / 100) + "\",\"status\":\"active\",\"currency\":\"usd\",\"created\":"
        + QByteArray::number(start) + ",\"start_date\":" + QByteArray::number(start) + ",\"collection_method\":\"charge_automatically\",\"livemode\":false,\"discounts\":[],\"items\":{\"object\":\"list\","
        + "\"has_more\":false,\"data\":[{\"id\":\"" + id("si_", number) + "\",\"created\":" + QByteArray::number(start) + ",\"quantity\":" + QByteArray::number(quantity)
        + ",\"current_period_start\":" + QByteArray::number(start) + ",\"current_period_end\":" + QByteArray::number(start + 30 * kDay) + ",\"discounts\":[],\"price\":" + priceJson(price) + "}]}}";
}

void fillMirror(const QString& path, int subscriptions)
{
    RawMirror mirror(path);
    mirror.run("BEGIN");
    Insert customer(mirror, "INSERT INTO customers(id, business_type, subscriptions, received_ms) VALUES(?, ?, 1, 1)");
    Insert subscription(mirror, "INSERT INTO subscriptions(id, customer_id, status, currency, created, start_date, ended_at, canceled_at, hidden, search, dirty, valued, discounts, received_ms, run) "
                                         "VALUES(?, ?, ?, ?, ?, ?, ?, ?, 0, '', 0, 1, ?, 1, 0)");
    Insert item(mirror, "INSERT INTO subscription_items(subscription_n, place, id, price_id, quantity, created, period_start, inclusive_rates) VALUES(?, 0, ?, ?, ?, ?, ?, '')");
    Insert discount(mirror, "INSERT INTO subscription_discounts(subscription_n, item, place, id, start, coupon_id) VALUES(?, -1, 0, ?, ?, 'LOYAL')");
    Insert invoice(mirror, "INSERT INTO invoices(id, number, customer_id, subscription_id, status, currency, total, amount_paid, amount_remaining, billing_reason, created, paid_at, hidden, search, received_ms, run) "
                                    "VALUES(?, '', ?, ?, 'paid', ?, 1700, 1700, 0, 'subscription_create', ?, ?, 0, '', 1, 0)");
    Insert line(mirror, "INSERT INTO invoice_lines(invoice_n, place, id, amount, discount_amount, tax_amount, description, period_start, period_end, price_id, product_id, unit_amount_decimal, quantity, "
                                 "subscription_id, subscription_item_id, proration, discount_ids) VALUES(?, ?, ?, ?, 0, 0, '', ?, ?, ?, 'prod_1', '', ?, ?, ?, ?, '')");
    static const char* const kTypes[] = {"saas", "ecommerce", "content", "api", "tool"};
    static const char* const kCurrencies[] = {"usd", "usd", "eur"};
    QRandomGenerator random(1);
    qint64 lastCustomer = -1;
    for (int i = 0; i < subscriptions; ++i) {
        const qint64 owner = qint64(i) * 85 / 100; // 850,000 customers have a million subscriptions
        const QByteArray customerId = id("cus_", owner);
        if (owner != lastCustomer) {
            customer.text(customerId).text(kTypes[owner % 5]).run();
            lastCustomer = owner;
        }
        const qint64 n = i + 1;
        const qint64 start = kNow - 12 * kDay - random.bounded(1080) * kDay - random.bounded(int(kDay));
        const bool ended = random.bounded(2) == 0;
        const bool reduced = random.bounded(2) == 0;
        const qint64 end = start + 11 * kDay + (kNow - start - 11 * kDay) * 2 / 3;
        const QByteArray currency = kCurrencies[i % 3];
        const QByteArray subscriptionId = id("sub_", i);
        const QByteArray itemId = id("si_", i);
        const QByteArray first = id("price_", random.bounded(kPrices));
        const QByteArray now = id("price_", random.bounded(kPrices));
        const int quantity = 1 + random.bounded(5);
        subscription.text(subscriptionId).text(customerId).text(ended ? "canceled" : "active").text(currency).number(start).number(start);
        if (ended) {
            subscription.number(end);
        } else {
            subscription.null();
        }
        subscription.number(ended ? end : 0).number(reduced ? 1 : 0).run();
        item.number(n).text(itemId).text(now).number(quantity).number(start).number(start + 30 * kDay).run();
        if (reduced) {
            discount.number(n).text(id("di_", i)).number(start + 5 * kDay).run();
        }
        invoice.text(id("in_", i)).text(customerId).text(subscriptionId).text(currency).number(start).number(start + 5).run();
        line.number(n).number(0).text(id("il_a", i)).number(1000).number(start).number(start + 30 * kDay).text(first).number(quantity).text(subscriptionId).text(itemId).number(0).run();
        line.number(n).number(1).text(id("il_b", i)).number(700).number(start + 10 * kDay).number(start + 30 * kDay).text(now).number(quantity).text(subscriptionId).text(itemId).number(1).run();
    }
    mirror.run("COMMIT");
    mirror.run("ANALYZE");
}

} // namespace ch::bench

// SPDX-License-Identifier: GPL-3.0-or-later
// A mirror as large as one likes, written straight into its tables through SQLite's C interface: subscriptions over 36 months, two invoice lines
// each, three movements on average (it began; its price was changed by a proration after ten days; every second has ended; every second has
// a coupon from its hundredth day on). For benchmarks: reading Stripe's objects in would take longer than what is measured.
#pragma once

#include <QByteArray>
#include <QString>
#include <sqlite3.h>

namespace ch::bench {

constexpr qint64 kNow = 1'793'000'000;          // 2026-10-26
constexpr int kPrices = 40;

/// One connection to a mirror's file.
class RawMirror {
public:
    explicit RawMirror(const QString& path);
    ~RawMirror();
    RawMirror(const RawMirror&) = delete;
    RawMirror& operator=(const RawMirror&) = delete;

    void run(const char* sql);
    /// Steps through a statement and reads every column of every row as what it is. Returns a sum of all, so that nothing is left out.
    qint64 readAll(const char* sql);
    [[nodiscard]] sqlite3* handle() const { return m_db; }

private:
    sqlite3* m_db = nullptr;
};

/// A statement that is run again and again; values are bound in order.
class Insert {
public:
    Insert(const RawMirror& mirror, const char* sql);
    ~Insert();
    Insert(const Insert&) = delete;
    Insert& operator=(const Insert&) = delete;
    Insert& number(qint64 value);
    Insert& text(const QByteArray& value);
    Insert& blob(const QByteArray& value);
    Insert& null();
    Insert& numberOrNull(bool isThere, qint64 value) { return isThere ? number(value) : null(); }
    void run();

private:
    sqlite3* m_db;
    sqlite3_stmt* m_statement = nullptr;
    int m_at = 0;
};

/// Fills the tables of the mirror at path (made by store::Mirror) with so many subscriptions.
void fillMirror(const QString& path, int subscriptions);

/// Stripe's JSON of a price, a coupon, a subscription of that account: for what goes through the front door.
[[nodiscard]] QByteArray priceJson(int number);
[[nodiscard]] QByteArray couponJson();
[[nodiscard]] QByteArray subscriptionJson(int number, int price, int quantity, qint64 start);

} // namespace ch::bench

// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Ids.h"

#include <algorithm>
#include <array>

namespace ch::sandbox {

namespace ids_detail {

struct Shape {
    const char* object;
    const char* prefix;
    int length; // characters after the prefix
};

constexpr std::array<Shape, 33> kShapes{{{"customer", "cus_", 14},
                                         {"product", "prod_", 14},
                                         {"price", "price_1", 23},
                                         {"subscription", "sub_1", 23},
                                         {"subscription_item", "si_", 14},
                                         {"invoice", "in_1", 23},
                                         {"line_item", "il_1", 23},
                                         {"payment_intent", "pi_3", 23},
                                         {"coupon", "", 13},
                                         {"discount", "di_1", 23},
                                         {"event", "evt_1", 23},
                                         {"payment_method", "pm_1", 23},
                                         {"test_helpers.test_clock", "clock_1", 23},
                                         {"invoice_payment", "inpay_1", 23},
                                         {"invoiceitem", "ii_1", 23},
                                         {"charge", "ch_3", 23},
                                         {"request", "req_", 14},
                                         {"refund", "re_3", 23},
                                         {"balance_transaction", "txn_3", 23},
                                         {"credit_note", "cn_1", 23},
                                         {"credit_note_line_item", "cnli_1", 23},
                                         {"customer_balance_transaction", "cbtxn_1", 23},
                                         {"promotion_code", "promo_1", 23},
                                         {"subscription_schedule", "sub_sched_1", 23},
                                         {"setup_intent", "seti_1", 23},
                                         {"checkout.session", "cs_", 58},
                                         {"payment_link", "plink_1", 23},
                                         {"billing_portal.session", "bps_1", 23},
                                         {"billing_portal.configuration", "bpc_1", 23},
                                         {"billing.meter", "mtr_", 58},
                                         {"billing.meter_event", "mtre_", 24},
                                         {"billing.meter_event_summary", "mtrusg_", 58},
                                         {"webhook_endpoint", "we_1", 23}}};

constexpr char kDigits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr int kRowChars = 11; // 62^11 is more than 2^64

quint64 unmix64(quint64 x)
{
    x = (x ^ (x >> 31) ^ (x >> 62)) * 0x319642b2d24d8ec3ULL;
    x = (x ^ (x >> 27) ^ (x >> 54)) * 0x96de1b173f119089ULL;
    return x ^ (x >> 30) ^ (x >> 60);
}

int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 10;
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 36;
    return -1;
}

} // namespace ids_detail

quint64 mix64(quint64 x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

const char* objectName(Kind kind)
{
    return ids_detail::kShapes[static_cast<size_t>(kind)].object;
}

QByteArray Ids::make(Kind kind, Index index) const
{
    using namespace ids_detail;
    const Shape& shape = kShapes[static_cast<size_t>(kind)];
    const quint64 salt = mix64(m_seed * 64 + static_cast<quint64>(kind) + 1);
    quint64 row = mix64(quint64(index) ^ salt);
    quint64 check = mix64(row ^ salt ^ 0x9e3779b97f4a7c15ULL);
    const quint64 whole = check;
    const auto prefix = static_cast<qsizetype>(qstrlen(shape.prefix));
    QByteArray id(prefix + shape.length, Qt::Uninitialized);
    char* at = id.data();
    at = std::copy_n(shape.prefix, prefix, at);
    for (int i = 0; i < kRowChars; ++i, row /= 62)
        *at++ = kDigits[row % 62];
    for (int i = kRowChars; i < shape.length; ++i) {
        *at++ = kDigits[check % 62];
        const int used = i - kRowChars;
        check = used % 9 != 8 ? check / 62 : mix64(used == 8 ? check : whole + static_cast<quint64>(used)); // long ids are not filled with zeros
    }
    return id;
}

Index Ids::find(Kind kind, const QByteArray& id) const
{
    using namespace ids_detail;
    const Shape& shape = kShapes[static_cast<size_t>(kind)];
    const qsizetype prefix = qstrlen(shape.prefix);
    if (id.size() != prefix + shape.length || !id.startsWith(shape.prefix))
        return kNone;
    quint64 row = 0;
    for (int i = kRowChars - 1; i >= 0; --i) {
        const int value = digit(id.at(prefix + i));
        if (value < 0)
            return kNone;
        row = row * 62 + static_cast<quint64>(value);
    }
    const quint64 salt = mix64(m_seed * 64 + static_cast<quint64>(kind) + 1);
    const quint64 index = unmix64(row) ^ salt;
    if (index >= kNone)
        return kNone;
    return make(kind, static_cast<Index>(index)) == id ? static_cast<Index>(index) : kNone;
}

QByteArray Ids::filler(quint64 what, int length) const
{
    QByteArray out;
    quint64 value = mix64(m_seed ^ mix64(what + 0x5bd1e995));
    while (out.size() < length) {
        for (int i = 0; i < 10 && out.size() < length; ++i, value /= 62)
            out.append(ids_detail::kDigits[value % 62]);
        value = mix64(value + what + static_cast<quint64>(out.size()));
    }
    return out;
}

} // namespace ch::sandbox

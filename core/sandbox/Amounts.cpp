// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"

#include <chrono>

namespace ch::sandbox {

namespace amounts_detail {

using Days = std::chrono::sys_days;

Days dayOf(qint64 instant)
{
    return Days(std::chrono::floor<std::chrono::days>(std::chrono::seconds(instant)));
}

qint64 tierPart(const Tier& tier, qint64 quantity)
{
    return scaledRound(tier.unit, quantity, kScale);
}

qint64 unitsOf(const Price& price, qint64 quantity)
{
    if (price.divideBy <= 1)
        return quantity;
    return price.roundUp ? (quantity + price.divideBy - 1) / price.divideBy : quantity / price.divideBy;
}

} // namespace amounts_detail

std::optional<Wide> parseDecimal(const QByteArray& text)
{
    bool negative = false;
    qsizetype at = 0;
    if (text.startsWith('-')) {
        negative = true;
        at = 1;
    }
    Wide value = 0;
    int decimals = -1, digits = 0;
    for (; at < text.size(); ++at) {
        const char c = text.at(at);
        if (c == '.' && decimals < 0) {
            decimals = 0;
        } else if (c >= '0' && c <= '9' && digits < 26) {
            value = value * 10 + (c - '0');
            ++digits;
            if (decimals >= 0)
                ++decimals;
        } else {
            return std::nullopt;
        }
    }
    if (digits == 0 || decimals > 12 || digits - std::max(decimals, 0) > 14)
        return std::nullopt;
    for (int i = std::max(decimals, 0); i < 12; ++i)
        value *= 10;
    return negative ? -value : value;
}

QByteArray decimalText(Wide scaled)
{
    const bool negative = scaled < 0;
    const Wide size = negative ? -scaled : scaled;
    QByteArray out = QByteArray::number(static_cast<qint64>(size / kScale));
    const auto fraction = static_cast<qint64>(size % kScale);
    if (fraction != 0) {
        QByteArray digits = QByteArray::number(fraction).rightJustified(12, '0');
        while (digits.endsWith('0'))
            digits.chop(1);
        out += '.' + digits;
    }
    return negative ? '-' + out : out;
}

std::optional<qint64> wholeMinor(Wide scaled)
{
    return scaled % kScale == 0 ? std::optional(static_cast<qint64>(scaled / kScale)) : std::nullopt;
}

qint64 scaledRound(Wide a, Wide b, Wide c)
{
    Wide product = a * b;
    const bool negative = product < 0;
    if (negative)
        product = -product;
    const Wide rounded = (2 * product + c) / (2 * c);
    return static_cast<qint64>(negative ? -rounded : rounded);
}

std::vector<Portion> portions(const Price& price, qint64 quantity)
{
    using namespace amounts_detail;
    if (price.tiers.empty())
        return {{quantity, scaledRound(price.unit, unitsOf(price, quantity), kScale), -1, false}};
    std::vector<Portion> out;
    qint64 below = 0;
    for (size_t i = 0; i < price.tiers.size(); ++i) {
        const Tier& tier = price.tiers[i];
        const bool last = tier.upTo == 0 || quantity <= tier.upTo;
        const qint64 here = (last ? quantity : tier.upTo) - below;
        if (!price.volume || last) {
            const qint64 units = price.volume ? quantity : here;
            if (units > 0 || (i == 0 && !tier.hasFlat))
                out.push_back({units, tierPart(tier, units), static_cast<qint8>(i), false});
            if (tier.hasFlat && tier.flat != 0)
                out.push_back({0, scaledRound(tier.flat, 1, kScale), static_cast<qint8>(i), true});
        }
        if (last)
            break;
        below = tier.upTo;
    }
    return out;
}

qint64 periodAmount(const Price& price, qint64 quantity)
{
    qint64 sum = 0;
    for (const Portion& portion : portions(price, quantity))
        sum += portion.amount;
    return sum;
}

qint64 addMonths(qint64 instant, int months)
{
    using namespace amounts_detail;
    // A calendar's year has 16 bits; who asks for the year 30000 gets months of 30 days.
    constexpr qint64 kFarthest = 880'000'000'000;
    if (instant > kFarthest || instant < -kFarthest) {
        return instant + qint64(months) * 30 * kDay;
    }
    const Days day = dayOf(instant);
    const std::chrono::year_month_day date(day);
    const std::chrono::year_month target = date.year() / date.month() + std::chrono::months(months);
    const std::chrono::day last = (target / std::chrono::last).day();
    const Days moved = target / std::min(date.day(), last);
    return instant + qint64((moved - day).count()) * kDay;
}

qint64 stepFrom(qint64 anchor, Interval interval, int count)
{
    switch (interval) {
    case Interval::Day: return anchor + count * kDay;
    case Interval::Week: return anchor + count * 7 * kDay;
    case Interval::Month: return addMonths(anchor, count);
    case Interval::Year: return addMonths(anchor, 12 * count);
    }
    return anchor;
}

qint64 nextStep(qint64 anchor, Interval interval, int intervalCount, qint64 after)
{
    static const qint64 kLongest[] = {kDay, 7 * kDay, 31 * kDay, 366 * kDay};
    qint64 steps = after > anchor ? (after - anchor) / (kLongest[static_cast<int>(interval)] * intervalCount) : 0;
    qint64 at = stepFrom(anchor, interval, static_cast<int>(steps) * intervalCount);
    while (at <= after)
        at = stepFrom(anchor, interval, static_cast<int>(++steps) * intervalCount);
    return at;
}

QByteArray shortDate(qint64 instant)
{
    static const char* const kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::chrono::year_month_day date(amounts_detail::dayOf(instant));
    return QByteArray::number(unsigned(date.day())).rightJustified(2, '0') + ' ' + kMonths[unsigned(date.month()) - 1] + ' ' + QByteArray::number(int(date.year()));
}

bool zeroDecimal(const QByteArray& currency)
{
    static const QList<QByteArray> kZero{"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga",
                                         "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"};
    return kZero.contains(currency);
}

QByteArray shownAmount(Wide scaled, const QByteArray& currency)
{
    QByteArray digits;
    if (zeroDecimal(currency)) {
        digits = decimalText(scaled);
    } else {
        const qint64 cents = static_cast<qint64>(scaled / kScale);
        digits = QByteArray::number(cents / 100) + '.' + QByteArray::number(cents % 100).rightJustified(2, '0');
        const auto rest = static_cast<qint64>(scaled % kScale);
        if (rest != 0) {
            digits += QByteArray::number(rest).rightJustified(12, '0');
            while (digits.endsWith('0'))
                digits.chop(1);
        }
    }
    if (currency == "usd")
        return '$' + digits;
    if (currency == "eur")
        return "€" + digits;
    if (currency == "jpy")
        return "¥" + digits;
    return digits + ' ' + currency.toUpper();
}

} // namespace ch::sandbox

// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Fraction.h"

#include <limits>

namespace ch {

namespace {

using Wide = Fraction::Wide;
__extension__ using WideUnsigned = unsigned __int128;

constexpr int kMostDecimals = 12;
constexpr int kMostExponent = 30;
constexpr Wide kWideMax = static_cast<Wide>(~static_cast<WideUnsigned>(0) >> 1);

Wide greatestCommonDivisor(Wide a, Wide b)
{
    a = a < 0 ? -a : a;
    b = b < 0 ? -b : b;
    while (b != 0) {
        const Wide rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

bool multiply(Wide a, Wide b, Wide* out)
{
    // The smallest value has no negative; keeping it out makes every later negation safe.
    return !__builtin_mul_overflow(a, b, out) && *out >= -kWideMax;
}

bool add(Wide a, Wide b, Wide* out)
{
    return !__builtin_add_overflow(a, b, out) && *out >= -kWideMax;
}

std::optional<qint64> toInt64(Wide value)
{
    if (value > std::numeric_limits<qint64>::max() || value < std::numeric_limits<qint64>::min()) {
        return std::nullopt;
    }
    return static_cast<qint64>(value);
}

} // namespace

Fraction Fraction::invalid()
{
    Fraction f;
    f.m_denominator = 0;
    return f;
}

Fraction Fraction::ratio(Wide numerator, Wide denominator)
{
    if (denominator == 0 || numerator < -kWideMax || denominator < -kWideMax) {
        return invalid();
    }
    if (denominator < 0) {
        numerator = -numerator;
        denominator = -denominator;
    }
    const Wide divisor = greatestCommonDivisor(numerator, denominator);
    Fraction f;
    f.m_numerator = numerator / divisor;
    f.m_denominator = denominator / divisor;
    return f;
}

Fraction Fraction::fromDecimal(std::string_view text)
{
    size_t i = 0;
    const bool negative = !text.empty() && text[0] == '-';
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
        ++i;
    }
    Wide digits = 0;
    int decimals = 0;
    bool anyDigit = false;
    bool afterPoint = false;
    for (; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '.' && !afterPoint) {
            afterPoint = true;
        } else if (c >= '0' && c <= '9') {
            anyDigit = true;
            if (!multiply(digits, 10, &digits) || !add(digits, c - '0', &digits)) {
                return invalid();
            }
            decimals += afterPoint ? 1 : 0;
        } else {
            break;
        }
    }
    if (!anyDigit || decimals > kMostDecimals) {
        return invalid();
    }
    int exponent = 0;
    if (i < text.size()) {
        if (text[i] != 'e' && text[i] != 'E') {
            return invalid();
        }
        ++i;
        const bool down = i < text.size() && text[i] == '-';
        if (i < text.size() && (text[i] == '-' || text[i] == '+')) {
            ++i;
        }
        if (i == text.size()) {
            return invalid();
        }
        for (; i < text.size(); ++i) {
            if (text[i] < '0' || text[i] > '9' || exponent > kMostExponent) {
                return invalid();
            }
            exponent = exponent * 10 + (text[i] - '0');
        }
        exponent = down ? -exponent : exponent;
    }
    Wide denominator = 1;
    for (int scale = exponent - decimals; scale != 0; scale += scale < 0 ? 1 : -1) {
        if (!multiply(scale < 0 ? denominator : digits, 10, scale < 0 ? &denominator : &digits)) {
            return invalid();
        }
    }
    return ratio(negative ? -digits : digits, denominator);
}

Fraction Fraction::operator-() const
{
    Fraction f = *this;
    f.m_numerator = -f.m_numerator;
    return f;
}

Fraction operator+(const Fraction& a, const Fraction& b)
{
    if (!a.isValid() || !b.isValid()) {
        return Fraction::invalid();
    }
    const Wide shared = greatestCommonDivisor(a.m_denominator, b.m_denominator);
    Wide left = 0;
    Wide right = 0;
    Wide numerator = 0;
    Wide denominator = 0;
    if (!multiply(a.m_numerator, b.m_denominator / shared, &left) || !multiply(b.m_numerator, a.m_denominator / shared, &right)
        || !add(left, right, &numerator) || !multiply(a.m_denominator, b.m_denominator / shared, &denominator)) {
        return Fraction::invalid();
    }
    return Fraction::ratio(numerator, denominator);
}

Fraction operator-(const Fraction& a, const Fraction& b)
{
    return a + (-b);
}

Fraction operator*(const Fraction& a, const Fraction& b)
{
    if (!a.isValid() || !b.isValid()) {
        return Fraction::invalid();
    }
    if (a.m_numerator == 0 || b.m_numerator == 0) {
        return Fraction();
    }
    // Reducing crosswise first keeps the products as small as they can be.
    const Wide first = greatestCommonDivisor(a.m_numerator, b.m_denominator);
    const Wide second = greatestCommonDivisor(b.m_numerator, a.m_denominator);
    Wide numerator = 0;
    Wide denominator = 0;
    if (!multiply(a.m_numerator / first, b.m_numerator / second, &numerator)
        || !multiply(a.m_denominator / second, b.m_denominator / first, &denominator)) {
        return Fraction::invalid();
    }
    return Fraction::ratio(numerator, denominator);
}

Fraction operator/(const Fraction& a, const Fraction& b)
{
    if (!a.isValid() || !b.isValid() || b.m_numerator == 0) {
        return Fraction::invalid();
    }
    return a * Fraction::ratio(b.m_denominator, b.m_numerator);
}

bool operator==(const Fraction& a, const Fraction& b)
{
    if (!a.isValid() || !b.isValid()) {
        return a.isValid() == b.isValid();
    }
    return a.m_numerator == b.m_numerator && a.m_denominator == b.m_denominator;
}

std::partial_ordering operator<=>(const Fraction& a, const Fraction& b)
{
    const Fraction difference = a - b;
    if (!difference.isValid()) {
        return std::partial_ordering::unordered;
    }
    if (difference.m_numerator == 0) {
        return std::partial_ordering::equivalent;
    }
    return difference.m_numerator < 0 ? std::partial_ordering::less : std::partial_ordering::greater;
}

std::optional<qint64> Fraction::roundHalfAwayFromZero() const
{
    if (!isValid()) {
        return std::nullopt;
    }
    Wide whole = m_numerator / m_denominator;
    const Wide rest = m_numerator % m_denominator;
    const Wide size = rest < 0 ? -rest : rest;
    if (rest != 0 && size >= m_denominator - size) {
        whole += m_numerator < 0 ? -1 : 1;
    }
    return toInt64(whole);
}

std::optional<qint64> Fraction::floor() const
{
    if (!isValid()) {
        return std::nullopt;
    }
    Wide whole = m_numerator / m_denominator;
    if (m_numerator % m_denominator != 0 && m_numerator < 0) {
        --whole;
    }
    return toInt64(whole);
}

std::optional<qint64> Fraction::ceil() const
{
    if (!isValid()) {
        return std::nullopt;
    }
    Wide whole = m_numerator / m_denominator;
    if (m_numerator % m_denominator != 0 && m_numerator > 0) {
        ++whole;
    }
    return toInt64(whole);
}

} // namespace ch

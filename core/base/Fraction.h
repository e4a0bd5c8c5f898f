// SPDX-License-Identifier: GPL-3.0-or-later
// Exact fractions over 128-bit integers, for prices, discounts and months. Nothing here touches a double.
// An operation whose result does not fit makes an invalid fraction, which stays invalid through all that follows (as NaN does), so
// that a sum is checked once at its end. Plain value; any thread.
#pragma once

#include <QtGlobal>
#include <compare>
#include <optional>
#include <string_view>

namespace ch {

class Fraction {
public:
    __extension__ using Wide = __int128;

    Fraction() = default;
    Fraction(qint64 whole) : m_numerator(whole) {} // NOLINT: an integer is a fraction
    /// numerator / denominator, reduced; invalid when the denominator is 0.
    static Fraction ratio(Wide numerator, Wide denominator);
    static Fraction invalid();

    /// Reads a decimal as Stripe writes it: digits, an optional sign and point, at most 12 decimals ("2012.5", "-0.05", "12").
    /// Also an exponent, which a JSON number may have ("1e2"). Invalid for anything else, with no partial read.
    static Fraction fromDecimal(std::string_view text);

    [[nodiscard]] bool isValid() const { return m_denominator != 0; }
    [[nodiscard]] bool isZero() const { return isValid() && m_numerator == 0; }
    [[nodiscard]] bool isNegative() const { return isValid() && m_numerator < 0; }
    [[nodiscard]] bool isWhole() const { return m_denominator == 1; }
    [[nodiscard]] Wide numerator() const { return m_numerator; }
    [[nodiscard]] Wide denominator() const { return m_denominator; }

    [[nodiscard]] Fraction operator-() const;
    friend Fraction operator+(const Fraction& a, const Fraction& b);
    friend Fraction operator-(const Fraction& a, const Fraction& b);
    friend Fraction operator*(const Fraction& a, const Fraction& b);
    friend Fraction operator/(const Fraction& a, const Fraction& b);
    /// Same value; two invalid ones are equal too, so that it is an equivalence.
    friend bool operator==(const Fraction& a, const Fraction& b);
    /// Unordered when either is invalid.
    friend std::partial_ordering operator<=>(const Fraction& a, const Fraction& b);

    /// To the nearest whole, ties away from zero. Nothing when invalid or beyond int64.
    [[nodiscard]] std::optional<qint64> roundHalfAwayFromZero() const;
    /// Toward negative, toward positive infinity.
    [[nodiscard]] std::optional<qint64> floor() const;
    [[nodiscard]] std::optional<qint64> ceil() const;

private:
    Wide m_numerator = 0;
    Wide m_denominator = 1; // > 0, or 0 for invalid
};

} // namespace ch

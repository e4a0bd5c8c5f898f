// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/Sight.h"

#include <array>
#include <cmath>
#include <numbers>

namespace ch::test {

namespace {

using Vec = std::array<double, 3>;

double toLinear(double channel)
{
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double fromLinear(double channel)
{
    const double c = std::min(1.0, std::max(0.0, channel));
    return c <= 0.0031308 ? c * 12.92 : 1.055 * std::pow(c, 1 / 2.4) - 0.055;
}

Vec linearOf(const QColor& colour)
{
    return {toLinear(colour.redF()), toLinear(colour.greenF()), toLinear(colour.blueF())};
}

Vec times(const std::array<Vec, 3>& m, const Vec& v)
{
    Vec out{};
    for (size_t i = 0; i < 3; ++i) {
        out[i] = m[i][0] * v[0] + m[i][1] * v[1] + m[i][2] * v[2];
    }
    return out;
}

double luminance(const QColor& colour)
{
    const Vec v = linearOf(colour);
    return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2];
}

Vec labOf(const QColor& colour)
{
    static const std::array<Vec, 3> toXyz{Vec{0.4124564, 0.3575761, 0.1804375}, Vec{0.2126729, 0.7151522, 0.0721750}, Vec{0.0193339, 0.1191920, 0.9503041}};
    Vec xyz = times(toXyz, linearOf(colour));
    const Vec white{0.95047, 1.0, 1.08883};
    for (size_t i = 0; i < 3; ++i) {
        const double t = xyz[i] / white[i];
        xyz[i] = t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116;
    }
    return {116 * xyz[1] - 16, 500 * (xyz[0] - xyz[1]), 200 * (xyz[1] - xyz[2])};
}

double degrees(double radians)
{
    const double d = radians * 180 / std::numbers::pi;
    return d < 0 ? d + 360 : d;
}

double radians(double deg)
{
    return deg * std::numbers::pi / 180;
}

} // namespace

double contrast(const QColor& a, const QColor& b)
{
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

double ciede2000(const QColor& first, const QColor& second)
{
    const Vec a = labOf(first);
    const Vec b = labOf(second);
    const double cMean = (std::hypot(a[1], a[2]) + std::hypot(b[1], b[2])) / 2;
    const double g = 0.5 * (1 - std::sqrt(std::pow(cMean, 7) / (std::pow(cMean, 7) + std::pow(25.0, 7))));
    const double a1 = (1 + g) * a[1];
    const double a2 = (1 + g) * b[1];
    const double c1 = std::hypot(a1, a[2]);
    const double c2 = std::hypot(a2, b[2]);
    const double h1 = c1 == 0 ? 0 : degrees(std::atan2(a[2], a1));
    const double h2 = c2 == 0 ? 0 : degrees(std::atan2(b[2], a2));
    double dh = h2 - h1;
    if (c1 * c2 == 0) {
        dh = 0;
    } else if (dh > 180) {
        dh -= 360;
    } else if (dh < -180) {
        dh += 360;
    }
    const double dHue = 2 * std::sqrt(c1 * c2) * std::sin(radians(dh / 2));
    double hMean = h1 + h2;
    if (c1 * c2 != 0) {
        hMean = std::abs(h1 - h2) <= 180 ? hMean / 2 : hMean < 360 ? (hMean + 360) / 2 : (hMean - 360) / 2;
    }
    const double lMean = (a[0] + b[0]) / 2;
    const double cBar = (c1 + c2) / 2;
    const double t = 1 - 0.17 * std::cos(radians(hMean - 30)) + 0.24 * std::cos(radians(2 * hMean)) + 0.32 * std::cos(radians(3 * hMean + 6))
        - 0.20 * std::cos(radians(4 * hMean - 63));
    const double sL = 1 + 0.015 * std::pow(lMean - 50, 2) / std::sqrt(20 + std::pow(lMean - 50, 2));
    const double sC = 1 + 0.045 * cBar;
    const double sH = 1 + 0.015 * cBar * t;
    const double rC = 2 * std::sqrt(std::pow(cBar, 7) / (std::pow(cBar, 7) + std::pow(25.0, 7)));
    const double rT = -std::sin(radians(2 * 30 * std::exp(-std::pow((hMean - 275) / 25, 2)))) * rC;
    const double dL = (b[0] - a[0]) / sL;
    const double dC = (c2 - c1) / sC;
    const double dH = dHue / sH;
    return std::sqrt(dL * dL + dC * dC + dH * dH + rT * dC * dH);
}

QColor seenBy(Sight sight, const QColor& colour)
{
    // Machado, Oliveira, Fernandes (2009), table of severity 1.0.
    static const std::array<Vec, 3> protan{Vec{0.152286, 1.052583, -0.204868}, Vec{0.114503, 0.786281, 0.099216}, Vec{-0.003882, -0.048116, 1.051998}};
    static const std::array<Vec, 3> deutan{Vec{0.367322, 0.860646, -0.227968}, Vec{0.280085, 0.672501, 0.047413}, Vec{-0.011820, 0.042940, 0.968881}};
    static const std::array<Vec, 3> tritan{Vec{1.255528, -0.076749, -0.178779}, Vec{-0.078411, 0.930809, 0.147602}, Vec{0.004733, 0.691367, 0.303900}};
    if (sight == Sight::Normal) {
        return colour;
    }
    const Vec seen = times(sight == Sight::Protan ? protan : sight == Sight::Deutan ? deutan : tritan, linearOf(colour));
    return QColor::fromRgbF(static_cast<float>(fromLinear(seen[0])), static_cast<float>(fromLinear(seen[1])), static_cast<float>(fromLinear(seen[2])));
}

} // namespace ch::test

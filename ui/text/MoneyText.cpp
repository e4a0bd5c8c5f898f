// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/MoneyText.h"

namespace ch::ui {

namespace {

constexpr QChar kMinus(0x2212);
constexpr QChar kNarrowJoin(0x00A0);

quint64 magnitudeOf(qint64 value)
{
    return value < 0 ? quint64(0) - static_cast<quint64>(value) : static_cast<quint64>(value);
}

} // namespace

QString amountText(qint64 minor, const CurrencyCode& currency, const QLocale& locale)
{
    const int digits = currencyExponent(currency);
    quint64 unit = 1;
    for (int i = 0; i < digits; ++i) {
        unit *= 10;
    }
    const quint64 magnitude = magnitudeOf(minor);
    QString text = locale.toString(static_cast<qulonglong>(magnitude / unit));
    if (digits > 0) {
        text += locale.decimalPoint();
        const QString fraction = QString::number(magnitude % unit).rightJustified(digits, u'0');
        for (const QChar digit : fraction) {
            text += locale.toString(digit.digitValue());
        }
    }
    return minor < 0 ? kMinus + text : text;
}

QString changeText(qint64 minor, const CurrencyCode& currency, const QLocale& locale)
{
    const QString text = amountText(minor, currency, locale);
    return minor > 0 ? u'+' + text : text;
}

QString moneyText(const Money& money, const QLocale& locale)
{
    return amountText(money.minor, money.currency, locale) + kNarrowJoin + currencyText(money.currency);
}

QString currencyText(const CurrencyCode& currency)
{
    return currency.toUpper();
}

QString countText(qint64 count, const QLocale& locale)
{
    QString text = locale.toString(static_cast<qulonglong>(magnitudeOf(count)));
    return count < 0 ? kMinus + text : text;
}

QString shortAmountText(qint64 minor, const CurrencyCode& currency, const QLocale& locale)
{
    quint64 unit = 1;
    for (int i = 0; i < currencyExponent(currency); ++i) {
        unit *= 10;
    }
    const quint64 whole = magnitudeOf(minor) / unit;
    struct Scale {
        quint64 size;
        const char* letter;
    };
    QString text;
    for (const Scale& scale : {Scale{1'000'000'000, "B"}, Scale{1'000'000, "M"}, Scale{1'000, "k"}}) {
        if (whole >= scale.size) {
            text = locale.toString(static_cast<qulonglong>(whole / scale.size));
            const quint64 tenth = whole % scale.size * 10 / scale.size;
            if (tenth != 0) {
                text += locale.decimalPoint() + locale.toString(static_cast<qulonglong>(tenth));
            }
            text += QLatin1String(scale.letter);
            break;
        }
    }
    if (text.isEmpty()) {
        text = locale.toString(static_cast<qulonglong>(whole));
    }
    return minor < 0 ? kMinus + text : text;
}

} // namespace ch::ui

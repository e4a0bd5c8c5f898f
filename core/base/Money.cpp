// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Money.h"

#include <QSet>
#include <QStringList>

namespace ch {

int currencyExponent(const CurrencyCode& currency)
{
    static const QSet<QString> kZero = {
        QStringLiteral("bif"), QStringLiteral("clp"), QStringLiteral("djf"), QStringLiteral("gnf"), QStringLiteral("jpy"), QStringLiteral("kmf"),
        QStringLiteral("krw"), QStringLiteral("mga"), QStringLiteral("pyg"), QStringLiteral("rwf"), QStringLiteral("ugx"), QStringLiteral("vnd"),
        QStringLiteral("vuv"), QStringLiteral("xaf"), QStringLiteral("xof"), QStringLiteral("xpf")};
    static const QSet<QString> kThree = {
        QStringLiteral("bhd"), QStringLiteral("jod"), QStringLiteral("kwd"), QStringLiteral("omr"), QStringLiteral("tnd")};
    if (kZero.contains(currency)) {
        return 0;
    }
    return kThree.contains(currency) ? 3 : 2;
}

bool isKnownCurrency(const CurrencyCode& currency)
{
    static const QStringList kAll = QStringLiteral(
        "usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd btn bwp byn bzd cad cdf chf clp cny cop "
        "crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs "
        "khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab "
        "pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx "
        "uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw "
        "eek hrk ltl lvl mro sll svc").split(QLatin1Char(' '));
    static const QSet<QString> kKnown(kAll.begin(), kAll.end()); // asked for every subscription
    return kKnown.contains(currency);
}

QString machineAmount(qint64 minor, const CurrencyCode& currency)
{
    const int exponent = currencyExponent(currency);
    const bool negative = minor < 0;
    // The magnitude of the smallest int64 fits into quint64 only.
    QString digits = QString::number(negative ? quint64(0) - static_cast<quint64>(minor) : static_cast<quint64>(minor));
    if (exponent > 0) {
        digits = digits.rightJustified(exponent + 1, QLatin1Char('0'));
        digits.insert(digits.size() - exponent, QLatin1Char('.'));
    }
    return negative ? QLatin1Char('-') + digits : digits;
}

bool addMinor(qint64 a, qint64 b, qint64* sum)
{
    return !qAddOverflow(a, b, sum);
}

} // namespace ch

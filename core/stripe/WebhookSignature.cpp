// SPDX-License-Identifier: GPL-3.0-or-later
#include "stripe/WebhookSignature.h"

#include "stripe/Refused.h"

#include <QCryptographicHash>
#include <QList>
#include <QMessageAuthenticationCode>
#include <algorithm>

namespace ch::stripe {

namespace webhook_signature {

constexpr char kPrefix[] = "whsec_";
constexpr qsizetype kMostDigits = 15;

struct Parts {
    QByteArray time; // empty: none that is a number
    QList<QByteArray> signatures;
};

// The digits that it begins with, as JavaScript's parseInt reads them, and no zero before them: so it is part of what is signed.
QByteArray numberIn(const QByteArray& text)
{
    const QByteArray trimmed = text.trimmed();
    const auto end = std::find_if(trimmed.begin(), trimmed.end(), [](char c) { return c < '0' || c > '9'; });
    const QByteArray digits = trimmed.first(end - trimmed.begin());
    return digits.isEmpty() || digits.size() > kMostDigits ? QByteArray() : QByteArray::number(digits.toLongLong());
}

// "t=1,v1=a,v1=b,v0=c". What stands behind a second "=" is left out, as the official packages do.
Parts partsOf(QByteArrayView header)
{
    Parts parts;
    for (const QByteArray& item : header.toByteArray().split(',')) {
        const QList<QByteArray> pair = item.split('=');
        if (pair.first() == "t") {
            parts.time = numberIn(pair.value(1));
        } else if (pair.first() == "v1") {
            parts.signatures.append(pair.value(1));
        }
    }
    return parts;
}

QByteArray macOf(QByteArrayView body, const QByteArray& time, const Secret& secret)
{
    QMessageAuthenticationCode code(QCryptographicHash::Sha256, secret.reveal());
    code.addData(time);
    code.addData(".");
    code.addData(body.data(), body.size());
    return code.result().toHex();
}

// The time that this takes says nothing about where two signatures part.
bool areEqual(const QByteArray& one, const QByteArray& other)
{
    if (one.size() != other.size()) {
        return false;
    }
    unsigned char difference = 0;
    for (qsizetype i = 0; i < one.size(); ++i) {
        difference = static_cast<unsigned char>(difference | (one[i] ^ other[i]));
    }
    return difference == 0;
}

} // namespace webhook_signature

Status verifySignature(QByteArrayView body, QByteArrayView header, const std::vector<Secret>& secrets, qint64 nowSeconds, const SignatureTolerance& tolerance)
{
    namespace ws = webhook_signature;
    if (body.isEmpty()) {
        return refused("no_payload", QStringLiteral("The request has no body."));
    }
    if (header.isEmpty()) {
        return refused("signature_missing", QStringLiteral("The request has no Stripe-Signature header: it was not signed."));
    }
    const ws::Parts parts = ws::partsOf(header);
    if (parts.time.isEmpty()) {
        return refused("signature_unreadable", QStringLiteral("The Stripe-Signature header holds no time (t=SECONDS)."));
    }
    if (parts.signatures.isEmpty()) {
        return refused("signature_scheme", QStringLiteral("The Stripe-Signature header holds no signature of the scheme v1, the only one that counts."));
    }
    if (std::all_of(secrets.begin(), secrets.end(), [](const Secret& secret) { return secret.reveal().trimmed().isEmpty(); })) {
        return refused("no_secret", QStringLiteral("No signing secret is set here, so nothing can be verified."));
    }
    bool isSigned = false;
    for (const Secret& secret : secrets) {
        if (secret.reveal().trimmed().isEmpty()) {
            continue;
        }
        const QByteArray expected = ws::macOf(body, parts.time, secret);
        for (const QByteArray& signature : parts.signatures) {
            isSigned = ws::areEqual(expected, signature) || isSigned;
        }
    }
    if (!isSigned) {
        return refused("signature_wrong", QStringLiteral("No signature fits the body and the signing secret: another endpoint's secret, or a body that was changed on its way."));
    }
    const qint64 age = nowSeconds - parts.time.toLongLong();
    if (age > tolerance.pastSeconds) {
        return refused("signature_old", QStringLiteral("The signature is older than %1 seconds: a delivery from long ago, or clocks that differ.").arg(tolerance.pastSeconds));
    }
    if (tolerance.futureSeconds && -age > *tolerance.futureSeconds) {
        return refused("signature_future", QStringLiteral("The signature's time lies more than %1 seconds in the future: clocks differ.").arg(*tolerance.futureSeconds));
    }
    return {};
}

QByteArray signatureHeader(QByteArrayView body, qint64 seconds, const Secret& secret)
{
    const QByteArray time = QByteArray::number(seconds);
    return "t=" + time + ",v1=" + webhook_signature::macOf(body, time, secret);
}

bool isWebhookSecret(QByteArrayView text)
{
    constexpr qsizetype kLongest = 255;
    const QByteArrayView prefix(webhook_signature::kPrefix);
    return text.startsWith(prefix) && text.size() > prefix.size() && text.size() <= kLongest && std::all_of(text.begin() + prefix.size(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    });
}

} // namespace ch::stripe

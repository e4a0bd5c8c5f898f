// SPDX-License-Identifier: GPL-3.0-or-later
#include "stripe/ApiKey.h"

#include <QList>

namespace ch::stripe {

namespace {

constexpr qsizetype kShortestKey = 12;
constexpr qsizetype kLongestKey = 512;

QString whatToPaste()
{
    return QStringLiteral("Paste a secret key (it begins with sk_) or a restricted key (rk_) from the API keys page of the Stripe dashboard.");
}

Status checkKeyCharacters(const QByteArray& text)
{
    for (const char c : text) {
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            return fail(ErrorKind::InvalidInput, QStringLiteral("The key has a blank or a line break inside, so more than the key was copied. ") + whatToPaste());
        }
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        if (!plain) {
            return fail(ErrorKind::InvalidInput,
                        QStringLiteral("The key holds a character that Stripe's keys never have; it may have been shortened for display. ") + whatToPaste());
        }
    }
    return {};
}

/// The reason to refuse a key of that first segment (and, for sk_org, the second); empty when there is none.
QString refusalOf(const QByteArray& kind, const QByteArray& second)
{
    if (kind == "pk") {
        return QStringLiteral("This is a publishable key (pk_), which is made for web pages and cannot read an account. ") + whatToPaste();
    }
    if (kind == "whsec") {
        return QStringLiteral("This is the signing secret of a webhook (whsec_), not an API key. ") + whatToPaste();
    }
    if (kind == "sk" && second == "org") {
        return QStringLiteral("This is a key of an organization (sk_org), which Countinghouse cannot use. Make a key in the account itself. ") + whatToPaste();
    }
    return {};
}

} // namespace

QString modeName(Mode mode)
{
    switch (mode) {
    case Mode::Test: return QStringLiteral("test");
    case Mode::Live: return QStringLiteral("live");
    }
    return QStringLiteral("live");
}

Result<ApiKey> ApiKey::parse(const Secret& text)
{
    const Secret trimmed(text.reveal().trimmed());
    const QByteArray& bytes = trimmed.reveal();
    if (bytes.isEmpty()) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("There is no key. ") + whatToPaste());
    }
    if (const Status status = checkKeyCharacters(bytes); !status) {
        return fail(status.error());
    }
    const qsizetype first = bytes.indexOf('_');
    const QByteArray kind = bytes.left(qMax<qsizetype>(0, first));
    if (kind.isEmpty() || kind.size() > 8) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("This is not a Stripe key. ") + whatToPaste());
    }
    const qsizetype end = bytes.indexOf('_', first + 1);
    const QByteArray second = end < 0 ? QByteArray() : bytes.mid(first + 1, end - first - 1);
    if (const QString refusal = refusalOf(kind, bytes.mid(first + 1).startsWith("org") && kind == "sk" ? QByteArray("org") : second); !refusal.isEmpty()) {
        return fail(ErrorKind::InvalidInput, refusal);
    }
    if (bytes.size() < kShortestKey || bytes.size() > kLongestKey) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("This is not a whole Stripe key: its length is wrong. ") + whatToPaste());
    }

    ApiKey key;
    key.m_secret = trimmed;
    key.m_kind = kind == "sk" ? KeyKind::Secret : kind == "rk" ? KeyKind::Restricted : kind == "rkcs" ? KeyKind::Claimable : KeyKind::Unknown;
    if (key.m_kind == KeyKind::Claimable) {
        // Only sandboxes can be claimed, so these keys are test keys with and without the segment (stripe-cli, pkg/cmd/sandbox.go).
        key.m_mode = second == "live" ? Mode::Live : Mode::Test;
        key.m_modeCertain = true;
    } else if (key.m_kind != KeyKind::Unknown && (second == "test" || second == "live")) {
        key.m_mode = second == "test" ? Mode::Test : Mode::Live;
        key.m_modeCertain = true;
    }
    return key;
}

} // namespace ch::stripe

// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Keyring.h"

namespace ch::sandbox {

namespace keyring_detail {

Fault refusal(const QByteArray& message, const QByteArray& code = {})
{
    Fault fault = invalid(message, {}, code);
    fault.status = 401;
    fault.beforeExecution = true;
    return fault;
}

QList<QByteArray> utf8(const QStringList& list)
{
    QList<QByteArray> out;
    for (const QString& text : list)
        out.append(text.toUtf8());
    return out;
}

/// A key that is none of the account that a header names.
Fault noAccess(const QByteArray& key, const QByteArray& account)
{
    Fault fault = invalid("The provided key '" + Keyring::censored(key) + "' does not have access to account '" + account.left(64)
                              + "' (or that account does not exist). Application access may have been revoked.", {}, "account_invalid");
    fault.status = 403;
    fault.beforeExecution = true;
    return fault;
}

/// Whether it is a key by its form: sk_test_..., rk_live_..., rkcs_test_... (of a sandbox that nobody has claimed), sk_org_...
bool isKey(const QList<QByteArray>& parts)
{
    if (parts.size() < 3 || parts.last().size() < 4)
        return false;
    const bool mode = parts[1] == "test" || parts[1] == "live";
    return (parts[0] == "rkcs" && parts[1] == "test") || (parts[0] == "sk" && (mode || parts[1] == "org")) || (parts[0] == "rk" && mode);
}

/// "test" or "live"; empty where the key does not say: some of organizations do, some do not.
QByteArray modeOf(const QList<QByteArray>& parts)
{
    const QByteArray word = parts.value(1) == "org" ? parts.value(2) : parts.value(1);
    return word == "test" || word == "live" ? word : QByteArray();
}

/// The 403 for an account that the headers name and the key is not of; the 400 for what a key of an organization must send.
std::optional<Fault> scope(const Request& request, const QByteArray& key, const QByteArray& own)
{
    const QByteArray account = headerValue(request.headers, "Stripe-Account"), context = headerValue(request.headers, "Stripe-Context");
    if (key.startsWith("sk_org_")) {
        for (const char* header : {"Stripe-Context", "Stripe-Version"}) {
            if (!headerValue(request.headers, header).isEmpty())
                continue;
            Fault fault = invalid("Requests with an organization's API key need the header " + QByteArray(header) + '.');
            fault.beforeExecution = true;
            return fault;
        }
    }
    for (const QByteArray& wanted : {account, context.split('/').constLast()}) {
        if (!wanted.isEmpty() && wanted != own)
            return noAccess(key, wanted);
    }
    return std::nullopt;
}

/// What else a permission allows (docs.stripe.com/stripe-apps/reference/permissions).
QList<QByteArray> implied(const QByteArray& permission)
{
    if (permission == "rak_balance_transaction_source_read")
        return {"rak_balance_read"};
    if (permission.startsWith("rak_checkout_session_"))
        return {"rak_payment_intent_read", "rak_payment_links_read", "rak_product_read", "rak_setup_intent_read"};
    return {};
}

} // namespace keyring_detail

QByteArray headerValue(const Headers& headers, const char* name)
{
    for (const auto& header : headers) {
        if (qstricmp(header.first.constData(), name) == 0)
            return header.second.trimmed();
    }
    return {};
}

Keyring::Keyring(const Options& options, const QByteArray& accountId)
    : m_live(options.live), m_accepted(keyring_detail::utf8(options.acceptedKeys)), m_expired(keyring_detail::utf8(options.expiredKeys)),
      m_accountId(accountId)
{
    for (auto it = options.restrictedKeys.cbegin(); it != options.restrictedKeys.cend(); ++it)
        m_restricted.insert(it.key().toUtf8(), keyring_detail::utf8(it.value()));
}

QByteArray Keyring::censored(const QByteArray& key)
{
    const qsizetype second = key.indexOf('_', key.indexOf('_') + 1);
    const QByteArray head = second > 0 && second < 12 ? key.left(second + 1) : QByteArray();
    const QByteArray tail = key.size() > head.size() + 8 ? key.right(4) : QByteArray();
    return head + QByteArray(std::max<qsizetype>(3, key.size() - head.size() - tail.size()), '*') + tail;
}

std::optional<Fault> Keyring::admit(const Request& request, Pass* pass) const
{
    using keyring_detail::refusal;
    const QByteArray header = headerValue(request.headers, "Authorization");
    QByteArray key;
    if (header.toLower().startsWith("bearer "))
        key = header.mid(7).trimmed();
    else if (header.toLower().startsWith("basic "))
        key = QByteArray::fromBase64(header.mid(6).trimmed()).split(':').value(0);
    if (key.isEmpty())
        return refusal("You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. "
                       "'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at "
                       "https://support.stripe.com/.");
    if (m_expired.contains(key))
        return refusal("Expired API Key provided: " + censored(key), "api_key_expired");
    if (key.startsWith("pk_"))
        return refusal("This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at "
                       "https://dashboard.stripe.com/account/apikeys.", "secret_key_required");
    const QList<QByteArray> parts = key.split('_');
    const bool formed = keyring_detail::isKey(parts);
    const bool listed = m_accepted.contains(key) || m_restricted.contains(key);
    if (!listed && (!formed || !m_accepted.isEmpty()))
        return refusal("Invalid API Key provided: " + censored(key));
    pass->key = key;
    const QByteArray mode = keyring_detail::modeOf(parts);
    pass->otherMode = formed && !mode.isEmpty() && (mode == "live") != m_live;
    return keyring_detail::scope(request, key, m_accountId);
}

std::optional<Fault> Keyring::permit(const Pass& pass, const QByteArray& permission) const
{
    const auto granted = m_restricted.constFind(pass.key);
    if (granted == m_restricted.constEnd())
        return std::nullopt;
    const QByteArray wanted = "rak_" + permission;
    QByteArray writing = wanted;
    if (writing.endsWith("_read"))
        writing.replace(writing.size() - 5, 5, "_write");
    if (granted->contains(wanted) || granted->contains(writing))
        return std::nullopt;
    if (std::any_of(granted->begin(), granted->end(), [&](const QByteArray& one) { return keyring_detail::implied(one).contains(wanted); }))
        return std::nullopt;
    Fault fault = invalid("The provided key '" + censored(pass.key) + "' does not have the required permissions for this endpoint on account '" + m_accountId
                          + "'. Having the '" + wanted + "' permission would allow this request to continue.");
    fault.status = 403;
    fault.beforeExecution = true;
    return fault;
}

} // namespace ch::sandbox

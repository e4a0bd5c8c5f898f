// SPDX-License-Identifier: GPL-3.0-or-later
// Who may come in: reads the key of a request (Bearer or Basic), says 401 or 403 as Stripe does. One thread.
#pragma once

#include "sandbox/Engine.h"
#include "sandbox/Schema.h"

namespace ch::sandbox {

class Keyring {
public:
    Keyring(const Options& options, const QByteArray& accountId);

    struct Pass {
        QByteArray key;
        bool otherMode = false; ///< a good key of the mode that the account is not in: sees an empty account
    };
    /// A pass, or the 401.
    [[nodiscard]] std::optional<Fault> admit(const Request& request, Pass* pass) const;
    /// Nothing, or the 403 that names the permission.
    [[nodiscard]] std::optional<Fault> permit(const Pass& pass, const QByteArray& permission) const;

    [[nodiscard]] static QByteArray censored(const QByteArray& key);

private:
    bool m_live;
    QList<QByteArray> m_accepted, m_expired;
    QHash<QByteArray, QList<QByteArray>> m_restricted;
    QByteArray m_accountId;
};

[[nodiscard]] QByteArray headerValue(const Headers& headers, const char* name);

} // namespace ch::sandbox

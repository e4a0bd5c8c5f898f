// SPDX-License-Identifier: GPL-3.0-or-later
// An API key and what its form says: kind and mode. Parsed by prefix, segment by segment (docs.stripe.com/keys); never by "contains".
// A kind that we do not know counts as live, which is the careful side. Plain value; any thread.
#pragma once

#include "base/Error.h"
#include "base/Secret.h"

namespace ch::stripe {

enum class Mode { Test, Live };

/// "test" or "live": for JSON and file names. Text for people is made in ui.
[[nodiscard]] QString modeName(Mode mode);

enum class KeyKind {
    Secret,       ///< sk_
    Restricted,   ///< rk_
    Claimable,    ///< rkcs_: key of an unclaimed sandbox, ends after 7 days
    Organization, ///< sk_org_: needs Stripe-Context, which Countinghouse does not send
    Unknown
};

class ApiKey {
public:
    /// Refuses, each with the reason and what to paste instead: nothing, blanks or line breaks inside, publishable keys (pk_),
    /// webhook secrets (whsec_), organization keys, text with no key prefix at all. Trims the ends first.
    [[nodiscard]] static Result<ApiKey> parse(const Secret& text);

    [[nodiscard]] Mode mode() const { return m_mode; }
    [[nodiscard]] KeyKind kind() const { return m_kind; }
    /// False when the form does not say the mode and live was assumed.
    [[nodiscard]] bool isModeCertain() const { return m_modeCertain; }
    [[nodiscard]] const Secret& secret() const { return m_secret; }
    [[nodiscard]] QString masked() const { return m_secret.masked(); }

private:
    Secret m_secret;
    Mode m_mode = Mode::Live;
    KeyKind m_kind = KeyKind::Unknown;
    bool m_modeCertain = false;
};

} // namespace ch::stripe

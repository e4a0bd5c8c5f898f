// SPDX-License-Identifier: GPL-3.0-or-later
// The test cards of docs.stripe.com/testing that the simulated account knows: by the token that a request names, and by the number
// that a person types on a page. Static data; any thread.
#pragma once

#include "sandbox/Rows.h"

namespace ch::sandbox {

struct TestCard {
    const char *token, *number, *brand, *last4;
    const Decline* decline; ///< what happens when it is charged; none: it works
    bool attaches;          ///< whether a bank lets it be attached to a customer
    const char* hint;       ///< what it does, for the list on a page
};

/// Those that work first, then those that ask for authentication, then those that are declined.
[[nodiscard]] const std::vector<TestCard>& testCards();
/// By token (pm_card_visa); none where there is no such card.
[[nodiscard]] const TestCard* cardOfToken(const QByteArray& token);
/// By number, digits only.
[[nodiscard]] const TestCard* cardOfNumber(const QByteArray& digits);
/// What Stripe says to a number that is not one of its test cards: that it is no number at all, or not a test card.
[[nodiscard]] const Decline& refusalOf(const QByteArray& digits);

} // namespace ch::sandbox

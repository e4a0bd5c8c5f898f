// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/CallsList.h"

namespace ch::sandbox {

namespace cards_detail {

struct TestCard {
    const char *token, *brand, *last4;
    Decline decline; ///< no code: it works
    bool attaches;
};

// docs.stripe.com/testing
constexpr TestCard kCards[] = {
    {"pm_card_visa", "visa", "4242", {nullptr, nullptr, nullptr}, true},
    {"pm_card_mastercard", "mastercard", "4444", {nullptr, nullptr, nullptr}, true},
    {"pm_card_amex", "amex", "0005", {nullptr, nullptr, nullptr}, true},
    {"pm_card_chargeCustomerFail", "visa", "0341", kGenericDecline, true},
    {"pm_card_visa_chargeDeclined", "visa", "0002", kGenericDecline, false},
    {"pm_card_visa_chargeDeclinedInsufficientFunds", "visa", "9995",
     {"card_declined", "insufficient_funds", "Your card has insufficient funds."}, false},
    {"pm_card_visa_chargeDeclinedLostCard", "visa", "9987", {"card_declined", "lost_card", "Your card was declined."}, false},
    {"pm_card_visa_chargeDeclinedStolenCard", "visa", "9979", {"card_declined", "stolen_card", "Your card was declined."}, false},
    {"pm_card_chargeDeclinedExpiredCard", "visa", "0069", {"expired_card", "expired_card", "Your card has expired."}, false},
    {"pm_card_chargeDeclinedIncorrectCvc", "visa", "0127", {"incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."}, false},
    {"pm_card_chargeDeclinedProcessingError", "visa", "0119",
     {"processing_error", "processing_error", "An error occurred while processing your card. Try again in a little bit."}, false},
    {"pm_card_visa_chargeDeclinedVelocityLimitExceeded", "visa", "6975",
     {"card_declined", "card_velocity_exceeded",
      "Your card was declined for making repeated attempts too frequently or exceeding its amount limit."}, false},
};

const TestCard* card(const QByteArray& token)
{
    const auto it = std::find_if(std::begin(kCards), std::end(kCards), [&](const TestCard& one) { return token == one.token; });
    return it == std::end(kCards) ? nullptr : it;
}

Fault fault(const Decline& decline)
{
    Fault fault = invalid(decline.message, {}, decline.code);
    fault.status = 402;
    fault.type = "card_error";
    fault.declineCode = decline.reason;
    return fault;
}

} // namespace cards_detail

Fault Calls::declined(const PaymentMethod& method)
{
    return cards_detail::fault(method.decline ? *method.decline : kGenericDecline);
}

tl::expected<Index, Fault> Calls::attachable(const QByteArray& token, const QByteArray& param)
{
    const cards_detail::TestCard* card = cards_detail::card(token);
    if (card && !card->attaches)
        return tl::unexpected(cards_detail::fault(card->decline));
    return makeMethod(token, param);
}

tl::expected<Index, Fault> Calls::makeMethod(const QByteArray& token, const QByteArray& param)
{
    const cards_detail::TestCard* card = cards_detail::card(token);
    if (!card && token.startsWith("pm_card_"))
        return tl::unexpected(missingObject("PaymentMethod", token, param, 400));
    if (!card)
        return named(token, Kind::PaymentMethod, param);
    PaymentMethod made;
    made.created = s.now;
    made.brand = card->brand;
    made.last4 = card->last4;
    made.decline = card->decline.code ? &card->decline : nullptr;
    return s.methods.add(made).self;
}

} // namespace ch::sandbox

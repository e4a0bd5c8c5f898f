// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Cards.h"

#include <algorithm>

namespace ch::sandbox {

namespace cards_detail {

constexpr Decline kFunds{"card_declined", "insufficient_funds", "Your card has insufficient funds."};
constexpr Decline kLost{"card_declined", "lost_card", "Your card was declined."};
constexpr Decline kStolen{"card_declined", "stolen_card", "Your card was declined."};
constexpr Decline kExpired{"expired_card", "expired_card", "Your card has expired."};
constexpr Decline kCvc{"incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."};
constexpr Decline kProcessing{"processing_error", "processing_error", "An error occurred while processing your card. Try again in a little bit."};
constexpr Decline kVelocity{"card_declined", "card_velocity_exceeded",
                            "Your card was declined for making repeated attempts too frequently or exceeding its amount limit."};
constexpr Decline kWrongNumber{"incorrect_number", "incorrect_number", "Your card number is incorrect."};
constexpr Decline kRealCard{"card_declined", "test_mode_live_card",
                            "Your card was declined. Your request was in test mode, but used a non test card. For a list of valid test cards, visit: "
                            "https://stripe.com/docs/testing."};

/// Luhn's check digit.
bool isNumber(const QByteArray& digits)
{
    int sum = 0;
    for (qsizetype i = 0; i < digits.size(); ++i) {
        const int digit = digits[digits.size() - 1 - i] - '0';
        if (digit < 0 || digit > 9)
            return false;
        const int twice = i % 2 == 1 ? digit * 2 : digit;
        sum += twice > 9 ? twice - 9 : twice;
    }
    return digits.size() >= 12 && digits.size() <= 19 && sum % 10 == 0;
}

} // namespace cards_detail

const std::vector<TestCard>& testCards()
{
    using namespace cards_detail;
    static const std::vector<TestCard> kCards{
        {"pm_card_visa", "4242424242424242", "visa", "4242", nullptr, true, "pays"},
        {"pm_card_mastercard", "5555555555554444", "mastercard", "4444", nullptr, true, "pays"},
        {"pm_card_amex", "378282246310005", "amex", "0005", nullptr, true, "pays"},
        {"pm_card_authenticationRequired", "4000002760003184", "visa", "3184", &kNeedsAuthentication, true, "asks for authentication each time"},
        {"pm_card_threeDSecure2Required", "4000000000003220", "visa", "3220", &kNeedsAuthentication, true, "asks for authentication each time"},
        {"pm_card_chargeCustomerFail", "4000000000000341", "visa", "0341", &kGenericDecline, true, "can be saved, then never pays"},
        {"pm_card_visa_chargeDeclined", "4000000000000002", "visa", "0002", &kGenericDecline, false, "declined"},
        {"pm_card_visa_chargeDeclinedInsufficientFunds", "4000000000009995", "visa", "9995", &kFunds, false, "declined: insufficient funds"},
        {"pm_card_visa_chargeDeclinedLostCard", "4000000000009987", "visa", "9987", &kLost, false, "declined: lost"},
        {"pm_card_visa_chargeDeclinedStolenCard", "4000000000009979", "visa", "9979", &kStolen, false, "declined: stolen"},
        {"pm_card_chargeDeclinedExpiredCard", "4000000000000069", "visa", "0069", &kExpired, false, "declined: expired"},
        {"pm_card_chargeDeclinedIncorrectCvc", "4000000000000127", "visa", "0127", &kCvc, false, "declined: wrong security code"},
        {"pm_card_chargeDeclinedProcessingError", "4000000000000119", "visa", "0119", &kProcessing, false, "declined: processing error"},
        {"pm_card_visa_chargeDeclinedVelocityLimitExceeded", "4000000000006975", "visa", "6975", &kVelocity, false, "declined: too many attempts"},
    };
    return kCards;
}

const TestCard* cardOfToken(const QByteArray& token)
{
    for (const TestCard& card : testCards()) {
        if (token == card.token)
            return &card;
    }
    return nullptr;
}

const TestCard* cardOfNumber(const QByteArray& digits)
{
    for (const TestCard& card : testCards()) {
        if (digits == card.number)
            return &card;
    }
    return nullptr;
}

const Decline& refusalOf(const QByteArray& digits)
{
    return cards_detail::isNumber(digits) ? cards_detail::kRealCard : cards_detail::kWrongNumber;
}

} // namespace ch::sandbox

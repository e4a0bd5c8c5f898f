// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/CallsList.h"
#include "sandbox/Cards.h"

namespace ch::sandbox {

Fault Calls::cardFault(const Decline& decline)
{
    Fault fault = invalid(decline.message, {}, decline.code);
    fault.status = 402;
    fault.type = "card_error";
    fault.declineCode = decline.reason;
    return fault;
}

Fault Calls::declined(const PaymentMethod& method)
{
    return cardFault(method.decline ? *method.decline : kGenericDecline);
}

Fault Calls::declined(Index method, Index intent, Index setup) const
{
    Fault fault = declined(s.methods[method]);
    if (intent != kNone && s.intents[intent].charge != kNone)
        fault.charge = s.id(Kind::Charge, s.intents[intent].charge);
    if (intent != kNone)
        fault.paymentIntent = m_render.object(Kind::PaymentIntent, intent);
    if (setup != kNone)
        fault.setupIntent = m_render.object(Kind::SetupIntent, setup);
    fault.paymentMethod = m_render.object(Kind::PaymentMethod, method);
    return fault;
}

tl::expected<Index, Fault> Calls::attachable(const QByteArray& token, const QByteArray& param)
{
    const TestCard* card = cardOfToken(token);
    if (card && !card->attaches)
        return tl::unexpected(cardFault(*card->decline));
    return makeMethod(token, param);
}

tl::expected<Index, Fault> Calls::makeMethod(const QByteArray& token, const QByteArray& param)
{
    const TestCard* card = cardOfToken(token);
    if (!card && token.startsWith("pm_card_"))
        return tl::unexpected(missingObject("PaymentMethod", token, param, 400));
    return card ? m_billing.newMethod(*card, s.now) : named(token, Kind::PaymentMethod, param);
}

} // namespace ch::sandbox

// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/CallsList.h"

namespace ch::sandbox {

std::optional<Fault> Calls::writeLink(const Node& params, PaymentLink* row)
{
    row->active = params.boolean("active", row->active);
    row->promotionCodes = params.boolean("allow_promotion_codes", row->promotionCodes);
    if (params.has("customer_creation"))
        row->alwaysCustomer = params.text("customer_creation") == "always";
    writeText(params, "inactive_message", &row->inactiveMessage);
    writeText(params, "submit_type", &row->submitType);
    writeMetadata(params, &row->metadata);
    if (const Node* after = params.find("after_completion")) {
        const bool redirects = after->text("type") == "redirect";
        row->redirectUrl.clear();
        row->thanks.clear();
        if (const Node* to = after->find("redirect"); to && redirects) {
            if (const auto fault = webAddress(*to, "url", &row->redirectUrl))
                return fault;
        }
        if (redirects && row->redirectUrl.isEmpty())
            return invalid("Missing required param: after_completion[redirect].", "after_completion[redirect]", "parameter_missing");
        if (const Node* confirmation = after->find("hosted_confirmation"); confirmation && !redirects)
            row->thanks = confirmation->text("custom_message");
    }
    for (const char* name : {"subscription_data", "payment_intent_data"}) {
        const Node* data = params.find(name);
        if (!data)
            continue;
        writeMetadata(*data, &row->madeMetadata);
        writeText(*data, "description", &row->description);
        if (data->has("trial_period_days"))
            row->trialDays = static_cast<int>(data->number("trial_period_days"));
    }
    if (params.unsets("restrictions"))
        row->most = 0;
    else if (const Node* restrictions = params.find("restrictions"))
        row->most = restrictions->find("completed_sessions")->number("limit");
    return std::nullopt;
}

Answer Calls::createLink(const Call& call)
{
    const Node& params = call.params;
    PaymentLink made;
    made.created = s.now;
    made.currency = params.text("currency").toLower();
    if (const auto fault = readSale(params, &made.lines, &made.currency))
        return tl::unexpected(*fault);
    const bool recurring = std::any_of(made.lines.begin(), made.lines.end(), [this](const SaleLine& line) { return s.prices[line.price].recurring; });
    if (const auto fault = fitsMode(recurring ? SaleMode::Subscription : SaleMode::Payment, made.lines))
        return tl::unexpected(*fault);
    if (params.has(recurring ? "payment_intent_data" : "subscription_data"))
        return tl::unexpected(invalid(recurring ? "`payment_intent_data` can only be passed for payment links without recurring prices."
                                                : "`subscription_data` can only be passed for payment links with recurring prices.",
                                      recurring ? "payment_intent_data" : "subscription_data"));
    if (const auto fault = writeLink(params, &made))
        return tl::unexpected(*fault);
    const PaymentLink& row = s.links.add(std::move(made));
    m_log.record("payment_link.created", s.now, row);
    return show(call, Kind::PaymentLink, row.self);
}

Answer Calls::listLinks(const Call& call)
{
    return list(call, Kind::PaymentLink, s.links, s.links.order(),
                [&](const PaymentLink& row) { return !call.params.has("active") || row.active == call.params.boolean("active"); });
}

Answer Calls::getLink(const Call& call)
{
    const auto index = target(call, Kind::PaymentLink);
    return index ? show(call, Kind::PaymentLink, *index) : Answer(tl::unexpected(index.error()));
}

Answer Calls::updateLink(const Call& call)
{
    const auto index = target(call, Kind::PaymentLink);
    if (!index)
        return tl::unexpected(index.error());
    PaymentLink wanted = s.links[*index];
    if (const auto fault = writeLink(call.params, &wanted))
        return tl::unexpected(*fault);
    PaymentLink& row = s.links.edit(*index);
    {
        Change<PaymentLink> change(m_log, "payment_link.updated", s.now, row);
        row = wanted;
    }
    return show(call, Kind::PaymentLink, *index);
}

} // namespace ch::sandbox

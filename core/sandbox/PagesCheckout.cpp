// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/Cards.h"
#include "sandbox/Html.h"
#include "sandbox/Pages.h"

namespace ch::sandbox {

namespace pages_detail {

QByteArray every(const Price& price)
{
    if (!price.recurring)
        return {};
    return price.intervalCount == 1 ? QByteArray(" every ") + word(price.interval)
                                    : " every " + QByteArray::number(price.intervalCount) + ' ' + word(price.interval) + 's';
}

QByteArray verbOf(SaleMode mode, qint64 total, const QByteArray& currency)
{
    if (mode == SaleMode::Setup)
        return "Save card";
    if (total == 0)
        return mode == SaleMode::Subscription ? "Start trial" : "Complete order";
    return (mode == SaleMode::Subscription ? "Subscribe and pay " : "Pay ") + html::money(total, currency);
}

} // namespace pages_detail

QByteArray Pages::afterSale(Index session) const
{
    const CheckoutSession& row = s.sessions[session];
    if (row.successUrl.isEmpty())
        return s.pageUrl("checkout", Kind::CheckoutSession, session);
    return QByteArray(row.successUrl).replace("{CHECKOUT_SESSION_ID}", s.id(Kind::CheckoutSession, session));
}

QByteArray Pages::saleTable(const CheckoutSession& row) const
{
    const auto [before, after] = s.saleAmounts(row);
    QByteArray out = "<table>\n<thead><tr><th scope=\"col\">Item</th><th scope=\"col\" class=\"n\">Qty</th><th scope=\"col\" class=\"n\">" + html::escaped(row.currency.toUpper())
        + "</th></tr></thead>\n<tbody>\n";
    for (const SaleLine& line : row.lines) {
        const Price& price = s.prices[line.price];
        const QByteArray name = s.products[price.product].name;
        out += "<tr><td dir=\"auto\">" + html::escaped(name) + (price.recurring ? "<br><span class=\"soft\">billed" + pages_detail::every(price) + "</span>" : QByteArray())
            + "</td><td class=\"n\">" + (price.metered ? QByteArray("by use") : QByteArray::number(line.quantity)) + "</td><td class=\"n\">"
            + html::amount(periodAmount(price, price.metered ? 0 : line.quantity), row.currency) + "</td></tr>\n";
    }
    const auto sum = [&](const char* style, const QByteArray& name, qint64 value) {
        out += "<tr" + QByteArray(style) + "><th scope=\"row\" colspan=\"2\">" + html::escaped(name) + "</th><td class=\"n\">" + html::amount(value, row.currency) + "</td></tr>\n";
    };
    out += "</tbody>\n<tfoot>\n";
    if (after != before)
        sum("", row.promotion == kNone ? QByteArray("Discount") : "Discount " + s.promotions[row.promotion].code, after - before);
    sum(" class=\"last\"", "Due now", after);
    return out + "</tfoot>\n</table>\n";
}

QByteArray Pages::buyerFields(const Visit& visit) const
{
    const CheckoutSession& row = s.sessions[visit.index];
    if (row.customer != kNone || (row.mode == SaleMode::Setup && !row.alwaysCustomer))
        return {};
    const QByteArray email = visit.form.has("email") ? visit.form.text("email") : row.email;
    return html::field("email", "Email", email, "type=\"email\" autocomplete=\"email\" maxlength=\"512\" required")
        + html::field("name", "Name", visit.form.has("name") ? visit.form.text("name") : row.name, "autocomplete=\"name\" maxlength=\"256\" dir=\"auto\"");
}

QByteArray Pages::promotionForm(const Visit& visit) const
{
    const CheckoutSession& row = s.sessions[visit.index];
    if (!row.promotionCodes)
        return {};
    QByteArray out = "<form method=\"post\" action=\"" + html::escaped(visit.self) + "\">" + turn(visit);
    if (row.promotion != kNone)
        return out + "<p class=\"row\">Promotion code " + html::escaped(s.promotions[row.promotion].code)
            + " <button class=\"quiet\" name=\"act\" value=\"drop\">Remove</button></p></form>\n";
    return out + "<label for=\"promotion\">Promotion code</label><div class=\"promo\"><input id=\"promotion\" name=\"promotion\" autocomplete=\"off\" maxlength=\"100\">"
                 "<button class=\"quiet\" name=\"act\" value=\"promotion\">Apply</button></div></form>\n";
}

Reply Pages::showCheckout(const Visit& visit, const std::optional<Refusal>& why) const
{
    const CheckoutSession& row = s.sessions[visit.index];
    const qint64 total = s.saleAmounts(row).second;
    const QByteArray title = row.mode == SaleMode::Setup ? "Save a card" : row.mode == SaleMode::Subscription ? "Subscribe" : "Pay";
    QByteArray body = heading(title);
    if (row.mode != SaleMode::Setup)
        body += "<p class=\"sum\">" + html::money(total, row.currency) + "</p>\n";
    body += refusal(why);
    const QByteArray who = row.customer == kNone ? QByteArray() : s.customers[row.customer].name.isEmpty() ? s.customers[row.customer].email : s.customers[row.customer].name;
    const qint64 trial = row.trialDays > 0 ? row.created + row.trialDays * kDay : row.trialEnd;
    body += html::facts({{"For", who}, {"Trial until", trial == 0 ? QByteArray() : shortDate(trial)}, {"Description", row.description},
                         {"Open until", shortDate(row.expiresAt)}});
    if (row.mode == SaleMode::Setup)
        body += "<p>The card is saved for later payments. Nothing is charged now.</p>\n";
    else
        body += saleTable(row) + promotionForm(visit);
    body += "<form method=\"post\" action=\"" + html::escaped(visit.self) + "\">\n" + turn(visit) + buyerFields(visit) + cardFields()
        + "<button class=\"wide\" name=\"act\" value=\"pay\">" + pages_detail::verbOf(row.mode, total, row.currency) + "</button>\n</form>\n";
    if (!row.cancelUrl.isEmpty())
        body += "<p class=\"row\">" + html::link(row.cancelUrl, "Leave without paying") + "</p>\n";
    return shown(why ? why->status : 200, title, body, afterSale(visit.index));
}

std::optional<Pages::Refusal> Pages::takeBuyer(const Visit& visit)
{
    const CheckoutSession& row = s.sessions[visit.index];
    if (row.customer != kNone || (row.mode == SaleMode::Setup && !row.alwaysCustomer))
        return std::nullopt;
    const QByteArray email = visit.form.text("email").trimmed(), name = visit.form.text("name").trimmed();
    if (!email.contains('@') || email.contains(' ') || email.size() > 512)
        return Refusal{"Your email is incomplete", "Type an address such as someone@example.com.", 400};
    if (QString::fromUtf8(name).size() > 256)
        return Refusal{"The name is too long", "It can have 256 characters.", 400};
    CheckoutSession& changed = s.sessions.edit(visit.index);
    changed.email = email;
    changed.name = name;
    return std::nullopt;
}

std::optional<Pages::Refusal> Pages::takePromotion(const Visit& visit)
{
    const CheckoutSession& row = s.sessions[visit.index];
    const QByteArray code = visit.form.text("promotion").trimmed();
    const char* why = "This code is invalid.";
    for (const Index index : s.promotionsByCode.value(code.toLower())) {
        why = s.refusalOf(s.promotions[index], row.customer, row.currency, s.saleAmounts(row).first);
        if (why)
            continue;
        CheckoutSession& changed = s.sessions.edit(visit.index);
        changed.promotion = index;
        changed.coupons = {s.promotions[index].coupon};
        return std::nullopt;
    }
    return Refusal{"The code was not taken", why, 400};
}

Reply Pages::checkout(const Visit& visit)
{
    const CheckoutSession& row = s.sessions[visit.index];
    if (!visit.rest.isEmpty())
        return plain(404, "Nothing here", "There is no such page of this checkout.");
    const QByteArray cancel = row.cancelUrl.isEmpty() ? QByteArray() : "<p class=\"row\">" + html::link(row.cancelUrl, "Back", "button quiet") + "</p>";
    if (row.status == SaleStatus::Expired)
        return shown(410, "Expired", heading("This page has expired") + "<p>Nothing was paid. Ask for a new one.</p>" + cancel);
    if (row.status == SaleStatus::Complete) {
        const QByteArray on = row.successUrl.isEmpty() ? QByteArray() : "<p class=\"row\">" + html::link(afterSale(visit.index), "Go on", "button") + "</p>";
        return shown(200, "Done", heading("All done")
                         + html::notice(html::Tone::Ok, row.mode == SaleMode::Setup ? "The card has been saved" : "Thank you", row.thanks) + on);
    }
    if (row.customer != kNone && s.customers[row.customer].deleted)
        return plain(410, "Closed", "The customer of this checkout has been deleted.");
    if (!visit.posts)
        return showCheckout(visit);
    if (!takeTurn(visit))
        return led(visit.self);
    const QByteArray act = visit.form.text("act");
    if (row.promotionCodes && (act == "promotion" || act == "drop")) {
        if (act == "drop") {
            s.sessions.edit(visit.index).promotion = kNone;
            s.sessions.edit(visit.index).coupons.clear();
        } else if (const auto why = takePromotion(visit)) {
            return showCheckout(visit, why);
        }
        return led(visit.self);
    }
    if (const auto why = takeBuyer(visit))
        return showCheckout(visit, why);
    const auto card = cardOf(visit.form);
    if (!card)
        return showCheckout(visit, card.error());
    const qint64 at = s.timeOf(row.customer);
    const auto attempt = m_billing.buy(visit.index, m_billing.newMethod(**card, at), at);
    if (attempt == Billing::Attempt::Declined)
        return showCheckout(visit, Refusal{"The card was declined", (*card)->decline->message});
    if (attempt == Billing::Attempt::Done)
        return led(afterSale(visit.index));
    const CheckoutSession& asked = s.sessions[visit.index];
    if (asked.mode == SaleMode::Setup)
        return led(s.pageUrl("authenticate", Kind::SetupIntent, asked.setup));
    return led(s.pageUrl("authenticate", Kind::PaymentIntent,
                         asked.intent != kNone ? asked.intent : s.invoices[s.subscriptions[asked.subscription].latestInvoice].intent));
}

Reply Pages::openLink(const Visit& visit)
{
    const PaymentLink& link = s.links[visit.index];
    if (!visit.rest.isEmpty() || visit.posts)
        return plain(404, "Nothing here", "A payment link is opened, not sent to.");
    if (!link.active || (link.most > 0 && link.completed >= link.most))
        return plain(410, "This link is no longer active", link.inactiveMessage.isEmpty() ? QByteArray("Ask whoever gave it to you for another.") : link.inactiveMessage);
    CheckoutSession made; // each visitor has one, as at Stripe
    made.created = s.now;
    made.expiresAt = s.now + kDay;
    made.link = visit.index;
    made.lines = link.lines;
    made.currency = link.currency;
    made.metadata = link.metadata;
    made.madeMetadata = link.madeMetadata;
    made.description = link.description;
    made.trialDays = link.trialDays;
    made.successUrl = link.redirectUrl;
    made.thanks = link.thanks;
    made.submitType = link.submitType;
    made.promotionCodes = link.promotionCodes;
    made.alwaysCustomer = link.alwaysCustomer;
    const bool recurring = std::any_of(link.lines.begin(), link.lines.end(), [this](const SaleLine& line) { return s.prices[line.price].recurring; });
    made.mode = recurring ? SaleMode::Subscription : SaleMode::Payment;
    if (recurring)
        made.alwaysCustomer = false; // it makes one in any case
    return led(s.pageUrl("checkout", Kind::CheckoutSession, m_billing.openSession(std::move(made), {})));
}

} // namespace ch::sandbox

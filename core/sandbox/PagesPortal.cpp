// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/Cards.h"
#include "sandbox/Html.h"
#include "sandbox/Pages.h"

namespace ch::sandbox {

namespace pages_detail {

constexpr qint64 kUnopened = 300, kUnused = 3600; // as Stripe closes portal sessions

QByteArray reasonText(const QByteArray& reason)
{
    static const QHash<QByteArray, QByteArray> kTexts{{"customer_service", "Customer service was less than expected"}, {"low_quality", "Quality was less than expected"},
                                                      {"missing_features", "I need features that it does not have"}, {"other", "Another reason"},
                                                      {"switched_service", "I found something else"}, {"too_complex", "It is too complex"},
                                                      {"too_expensive", "It is too expensive"}, {"unused", "I do not use it enough"}};
    return kTexts.value(reason, reason);
}

qint64 periodEnd(const Subscription& row)
{
    qint64 end = 0;
    for (const Item& item : row.items)
        end = std::max(end, item.periodEnd);
    return end;
}

bool isOver(const Subscription& row)
{
    return row.status == SubStatus::Canceled || row.status == SubStatus::IncompleteExpired;
}

QByteArray stateOf(const Subscription& row)
{
    switch (row.status) {
    case SubStatus::Active: return "Active";
    case SubStatus::Canceled: return "Canceled";
    case SubStatus::Incomplete: return "Waits for its first payment";
    case SubStatus::IncompleteExpired: return "Ended without a payment";
    case SubStatus::PastDue: return "A payment is late";
    case SubStatus::Paused: return "Paused";
    case SubStatus::Trialing: return "On trial";
    case SubStatus::Unpaid: return "Unpaid";
    }
    return {};
}

} // namespace pages_detail

QByteArray Pages::portalSubscription(const Visit& visit, const Subscription& row) const
{
    const PortalConfiguration& of = s.portalConfigurations[s.portalSessions[visit.index].configuration];
    QByteArray names;
    for (const Item& item : row.items)
        names += (names.isEmpty() ? "" : ", ") + s.products[s.prices[item.price].product].name;
    QByteArray out = "<section class=\"item\"><h3 dir=\"auto\">" + html::escaped(names) + "</h3><p class=\"soft\">" + pages_detail::stateOf(row);
    if (row.cancelAt != 0)
        out += " \xC2\xB7 ends on " + shortDate(row.cancelAt);
    else if (row.status == SubStatus::Active || row.status == SubStatus::Trialing)
        out += " \xC2\xB7 renews on " + shortDate(pages_detail::periodEnd(row));
    out += "</p>";
    if (const Index method = s.methodFor(row); method != kNone && row.collection == Collection::Charge)
        out += "<p class=\"soft\">paid by " + html::escaped(s.methods[method].brand) + " ending in " + html::escaped(s.methods[method].last4) + "</p>";
    const QByteArray id = s.id(Kind::Subscription, row.self);
    if (of.canCancel && row.cancelAt != 0)
        out += "<form method=\"post\" action=\"" + html::escaped(visit.self + "/undo/" + id) + "\" class=\"row\">" + turn(visit)
            + "<button class=\"quiet\">Don't cancel subscription</button></form>";
    else if (of.canCancel)
        out += "<p class=\"row\">" + html::link(visit.self + "/cancel/" + id, "Cancel subscription", "button quiet") + "</p>";
    return out + "</section>\n";
}

QByteArray Pages::portalInvoices(const Visit& visit) const
{
    constexpr int kShown = 24;
    const PortalSession& session = s.portalSessions[visit.index];
    if (!s.portalConfigurations[session.configuration].showsInvoices)
        return {};
    QByteArray rows;
    int count = 0;
    const std::vector<Index> all = s.invoicesOf(session.customer);
    for (auto it = all.rbegin(); it != all.rend() && count < kShown; ++it) {
        const Invoice& row = s.invoices[*it];
        if (row.finalizedAt == 0)
            continue;
        ++count;
        static const char* const kStates[] = {"Draft", "Open", "Paid", "Uncollectible", "Void"};
        rows += "<tr><td>" + html::link(s.pageUrl("pay", Kind::Invoice, *it), m_render.invoiceNumber(row)) + "<br><span class=\"soft\">" + shortDate(row.finalizedAt)
            + "</span></td><td>" + kStates[static_cast<int>(row.status)] + "</td><td class=\"n\">" + html::money(row.total, row.currency) + "</td></tr>\n";
    }
    if (rows.isEmpty())
        return "<h2>Invoices</h2>\n<p class=\"soft\">None yet.</p>\n";
    return "<h2>Invoices</h2>\n<table>\n<thead><tr><th scope=\"col\">Number</th><th scope=\"col\">Status</th><th scope=\"col\" class=\"n\">Total</th></tr></thead>\n<tbody>\n"
        + rows + "</tbody>\n</table>\n" + (count == kShown ? "<p class=\"hint\">The newest 24.</p>\n" : "");
}

Reply Pages::portalHome(const Visit& visit) const
{
    const PortalSession& session = s.portalSessions[visit.index];
    const PortalConfiguration& of = s.portalConfigurations[session.configuration];
    const Customer& customer = s.customers[session.customer];
    QByteArray body = heading(of.headline.isEmpty() ? QByteArray("Your subscriptions and payments") : of.headline);
    QByteArray subscriptions;
    const std::vector<Index> all = s.subscriptionsOf(session.customer);
    for (auto it = all.rbegin(); it != all.rend(); ++it) {
        if (!pages_detail::isOver(s.subscriptions[*it]))
            subscriptions += portalSubscription(visit, s.subscriptions[*it]);
    }
    body += "<h2>Subscriptions</h2>\n" + (subscriptions.isEmpty() ? QByteArray("<p class=\"soft\">None that runs.</p>\n") : subscriptions);
    body += "<h2>Card for all payments</h2>\n";
    if (customer.defaultMethod == kNone)
        body += "<p class=\"soft\">None saved.</p>\n";
    else
        body += "<p>" + html::escaped(s.methods[customer.defaultMethod].brand) + " ending in " + html::escaped(s.methods[customer.defaultMethod].last4) + "</p>\n";
    if (of.canUpdateMethod)
        body += "<p>" + html::link(visit.self + "/card", customer.defaultMethod == kNone ? "Add a card" : "Replace the card", "button quiet") + "</p>\n";
    body += portalInvoices(visit) + "<h2>Billing details</h2>\n" + html::facts({{"Name", customer.name}, {"Email", customer.email}, {"Phone", customer.phone}});
    if (of.canUpdateCustomer)
        body += "<p>" + html::link(visit.self + "/details", "Change billing details", "button quiet") + "</p>\n";
    if (!session.returnUrl.isEmpty())
        body += "<p class=\"row\">" + html::link(session.returnUrl, "Return to " + s.accountName) + "</p>\n";
    return shown(200, "Billing", body);
}

Reply Pages::afterFlow(const Visit& visit, const QByteArray& done) const
{
    const PortalSession& session = s.portalSessions[visit.index];
    if (session.flow != PortalSession::Flow::None && !session.afterUrl.isEmpty())
        return led(session.afterUrl);
    return led(visit.self + '/' + done);
}

Reply Pages::portalCard(const Visit& visit)
{
    const PortalSession& session = s.portalSessions[visit.index];
    std::optional<Refusal> why;
    if (visit.posts) {
        if (!takeTurn(visit))
            return led(visit.self);
        if (const auto card = cardOf(visit.form); !card) {
            why = card.error();
        } else {
            const qint64 at = s.timeOf(session.customer);
            SetupIntent setup;
            setup.created = at;
            setup.customer = session.customer;
            setup.portal = visit.index;
            const Index made = m_billing.openSetup(std::move(setup));
            switch (m_billing.confirmSetup(made, m_billing.newMethod(**card, at), at)) {
            case Billing::Attempt::Done: return afterFlow(visit, "done");
            case Billing::Attempt::NeedsAction: return led(s.pageUrl("authenticate", Kind::SetupIntent, made));
            case Billing::Attempt::Declined: why = Refusal{"The card was declined", (*card)->decline->message}; break;
            }
        }
    }
    QByteArray body = heading(s.customers[session.customer].defaultMethod == kNone ? "Add a card" : "Replace the card") + refusal(why)
        + "<p>What is due from now on is taken from this card.</p>\n<form method=\"post\" action=\"" + html::escaped(visit.self + "/card") + "\">\n" + turn(visit)
        + cardFields() + "<button class=\"wide\">Save card</button>\n</form>\n";
    const QByteArray back = session.flow == PortalSession::Flow::Method ? session.returnUrl : visit.self;
    if (!back.isEmpty())
        body += "<p class=\"row\">" + html::link(back, "Back") + "</p>\n";
    return shown(why ? why->status : 200, "Card", body, session.afterUrl);
}

Reply Pages::portalCancel(const Visit& visit, Index subscription)
{
    const PortalSession& session = s.portalSessions[visit.index];
    const PortalConfiguration& of = s.portalConfigurations[session.configuration];
    const Subscription& row = s.subscriptions[subscription];
    if (pages_detail::isOver(row) || row.cancelAt != 0)
        return led(visit.self + "/ended");
    const qint64 end = pages_detail::periodEnd(row);
    const bool now = of.cancelsNow || row.status == SubStatus::Incomplete;
    if (visit.posts) {
        if (!takeTurn(visit))
            return led(visit.self);
        const qint64 at = s.timeOf(row.customer);
        Subscription& changed = s.subscriptions.edit(subscription);
        if (of.asksReason && of.cancelReasons.contains(visit.form.text("reason")))
            changed.cancelFeedback = visit.form.text("reason");
        if (now) {
            m_billing.cancel(changed, at, CancelReason::Requested, of.proration != "none", of.proration == "always_invoice");
        } else {
            Change<Subscription> change(m_log, "customer.subscription.updated", at, changed);
            changed.cancelAtPeriodEnd = true;
            changed.cancelAt = end;
            changed.canceledAt = at;
            changed.cancelReason = CancelReason::Requested;
        }
        return afterFlow(visit, "ended");
    }
    QByteArray names;
    for (const Item& item : row.items)
        names += (names.isEmpty() ? "" : ", ") + s.products[s.prices[item.price].product].name;
    QByteArray body = heading("Cancel this subscription?") + html::facts({{"Subscription", names}, {"Ends", now ? QByteArray("Now") : shortDate(end)}});
    body += now ? "<p>It ends at once.</p>\n" : "<p>It runs until then, and you can change your mind until then.</p>\n";
    body += "<form method=\"post\" action=\"" + html::escaped(visit.self + "/cancel/" + s.id(Kind::Subscription, subscription)) + "\">\n" + turn(visit);
    if (of.asksReason && !of.cancelReasons.isEmpty()) {
        body += "<label for=\"reason\">Why? (optional)</label><select id=\"reason\" name=\"reason\"><option value=\"\"></option>\n";
        for (const QByteArray& reason : of.cancelReasons)
            body += "<option value=\"" + html::escaped(reason) + "\">" + html::escaped(pages_detail::reasonText(reason)) + "</option>\n";
        body += "</select>\n";
    }
    const QByteArray back = session.flow == PortalSession::Flow::Cancel && !session.returnUrl.isEmpty() ? session.returnUrl : visit.self;
    body += "<div class=\"row\">" + html::link(back, "Keep subscription", "button") + "<button class=\"danger\">Cancel subscription</button></div>\n</form>\n";
    return shown(200, "Cancel", body, session.afterUrl);
}

Reply Pages::portalUndo(const Visit& visit, Index subscription)
{
    const Subscription& row = s.subscriptions[subscription];
    if (visit.posts && takeTurn(visit) && row.cancelAt != 0 && !pages_detail::isOver(row)) {
        Subscription& changed = s.subscriptions.edit(subscription);
        Change<Subscription> change(m_log, "customer.subscription.updated", s.timeOf(changed.customer), changed);
        changed.cancelAt = changed.canceledAt = 0;
        changed.cancelAtPeriodEnd = false;
        changed.cancelReason = CancelReason::None;
        changed.cancelFeedback.clear();
    }
    return led(visit.self);
}

Reply Pages::portalDetails(const Visit& visit)
{
    const PortalSession& session = s.portalSessions[visit.index];
    const QList<QByteArray> allowed = s.portalConfigurations[session.configuration].customerUpdates;
    std::optional<Refusal> why;
    const auto typed = [&](const char* name, const QByteArray& otherwise) { return visit.form.has(name) && allowed.contains(name) ? visit.form.text(name).trimmed() : otherwise; };
    const Customer& customer = s.customers[session.customer];
    const QByteArray name = typed("name", customer.name), email = typed("email", customer.email), phone = typed("phone", customer.phone);
    if (visit.posts) {
        if (!takeTurn(visit))
            return led(visit.self);
        if (!email.isEmpty() && (!email.contains('@') || email.contains(' ') || email.size() > 512))
            why = Refusal{"The email is incomplete", "Type an address such as someone@example.com.", 400};
        else if (QString::fromUtf8(name).size() > 256 || QString::fromUtf8(phone).size() > 20)
            why = Refusal{"That is too long", "A name can have 256 characters, a telephone number 20.", 400};
        if (!why) {
            Customer& changed = s.customers.edit(session.customer);
            Change<Customer> change(m_log, "customer.updated", s.timeOf(session.customer), changed);
            changed.name = name;
            changed.email = email;
            changed.phone = phone;
            return led(visit.self);
        }
    }
    QByteArray body = heading("Billing details") + refusal(why) + "<form method=\"post\" action=\"" + html::escaped(visit.self + "/details") + "\">\n" + turn(visit);
    if (allowed.contains("name"))
        body += html::field("name", "Name", name, "autocomplete=\"name\" maxlength=\"256\" dir=\"auto\"");
    if (allowed.contains("email"))
        body += html::field("email", "Email", email, "type=\"email\" autocomplete=\"email\" maxlength=\"512\"");
    if (allowed.contains("phone"))
        body += html::field("phone", "Telephone", phone, "type=\"tel\" autocomplete=\"tel\" maxlength=\"20\"");
    body += "<button class=\"wide\">Save</button>\n</form>\n<p class=\"row\">" + html::link(visit.self, "Back") + "</p>\n";
    return shown(why ? why->status : 200, "Billing details", body);
}

Reply Pages::portal(const Visit& visit)
{
    const PortalSession& session = s.portalSessions[visit.index];
    const PortalConfiguration& of = s.portalConfigurations[session.configuration];
    const bool over = session.seen == 0 ? s.now > session.created + pages_detail::kUnopened : s.now > session.seen + pages_detail::kUnused;
    const QByteArray back = session.returnUrl.isEmpty() ? QByteArray() : "<p class=\"row\">" + html::link(session.returnUrl, "Return to " + s.accountName, "button") + "</p>";
    if (over || s.customers[session.customer].deleted)
        return shown(410, "Closed", heading("This page has closed") + "<p>" + (over ? "It was not used for a while. Ask for a new one." : "Its customer has been deleted.")
                         + "</p>" + back);
    s.portalSessions.edit(visit.index).seen = s.now;
    const QList<QByteArray> rest = visit.rest.split('/');
    const Index subscription = s.find(Kind::Subscription, rest.value(1));
    const bool own = subscription != kNone && s.subscriptions[subscription].customer == s.portalSessions[visit.index].customer;
    const PortalSession::Flow flow = s.portalSessions[visit.index].flow;
    if (visit.rest == "done" || visit.rest == "ended") {
        const PortalSession& now = s.portalSessions[visit.index];
        const QByteArray what = visit.rest == "done" ? "The card has been saved" : "The subscription is canceled or will be";
        if (flow == PortalSession::Flow::None || !now.afterConfirms)
            return led(visit.self + "/home");
        return shown(200, "Done", heading("All done") + html::notice(html::Tone::Ok, what, now.afterMessage) + back);
    }
    if (visit.rest == "card" || (visit.rest.isEmpty() && flow == PortalSession::Flow::Method && !visit.posts))
        return of.canUpdateMethod ? portalCard(visit) : plain(404, "Nothing here", "Cards cannot be replaced here.");
    if (rest.value(0) == "cancel" && own && of.canCancel)
        return portalCancel(visit, subscription);
    if (visit.rest.isEmpty() && flow == PortalSession::Flow::Cancel && !visit.posts)
        return portalCancel(visit, s.portalSessions[visit.index].subscription);
    if (rest.value(0) == "undo" && own && of.canCancel)
        return portalUndo(visit, subscription);
    if (visit.rest == "details" && of.canUpdateCustomer)
        return portalDetails(visit);
    if (visit.rest.isEmpty() || visit.rest == "home")
        return portalHome(visit);
    return plain(404, "Nothing here", "There is no such page, or it is switched off.");
}

} // namespace ch::sandbox

// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/Cards.h"
#include "sandbox/Html.h"
#include "sandbox/Pages.h"

namespace ch::sandbox {

namespace pages_detail {

QByteArray sumRow(const char* style, const QByteArray& name, qint64 value, const QByteArray& currency)
{
    return "<tr" + QByteArray(style) + "><th scope=\"row\" colspan=\"2\">" + html::escaped(name) + "</th><td class=\"n\">" + html::amount(value, currency) + "</td></tr>\n";
}

} // namespace pages_detail

QByteArray Pages::invoiceTable(const Invoice& row) const
{
    using pages_detail::sumRow;
    QByteArray out = "<table>\n<thead><tr><th scope=\"col\">Description</th><th scope=\"col\" class=\"n\">Qty</th><th scope=\"col\" class=\"n\">"
        + html::escaped(row.currency.toUpper()) + "</th></tr></thead>\n<tbody>\n";
    for (Index i = row.firstLine; i < row.firstLine + row.lineCount; ++i) {
        const LineDraft& what = s.lines[i].what;
        QByteArray name = m_render.lineDescription(what);
        if (const QByteArray count = QByteArray::number(what.quantity) + " \xC3\x97 "; name.startsWith(count))
            name.remove(0, count.size()); // it has a column of its own
        out += "<tr><td dir=\"auto\">" + html::escaped(name) + "</td><td class=\"n\">"
            + (what.hasQuantity ? QByteArray::number(what.quantity) : QByteArray()) + "</td><td class=\"n\">" + html::amount(what.amount, row.currency) + "</td></tr>\n";
    }
    out += "</tbody>\n<tfoot>\n" + sumRow("", "Subtotal", row.subtotal, row.currency);
    if (row.discounted != 0)
        out += sumRow("", "Discount", -row.discounted, row.currency);
    out += sumRow("", "Total", row.total, row.currency);
    if (row.amountDue != row.total)
        out += sumRow("", "From the customer's balance", row.amountDue - row.total, row.currency);
    if (row.creditedBefore != 0)
        out += sumRow("", "Credit notes", -row.creditedBefore, row.currency);
    if (row.amountPaid != 0)
        out += sumRow("", "Paid", -row.amountPaid, row.currency);
    const qint64 left = row.status == InvoiceStatus::Void ? 0 : row.amountDue - row.creditedBefore - row.amountPaid;
    return out + sumRow(" class=\"last\"", "Due now", left, row.currency) + "</tfoot>\n</table>\n";
}

Reply Pages::showInvoice(const Visit& visit, const std::optional<Refusal>& why) const
{
    const Invoice& row = s.invoices[visit.index];
    const bool gone = s.customers[row.customer].deleted;
    const QByteArray number = m_render.invoiceNumber(row);
    const qint64 due = row.amountDue - row.creditedBefore - row.amountPaid;
    const bool payable = (row.status == InvoiceStatus::Open || row.status == InvoiceStatus::Uncollectible) && due > 0 && !gone;
    QByteArray body = heading("Invoice " + number);
    body += "<p class=\"sum\">" + html::money(row.status == InvoiceStatus::Paid ? row.amountPaid : due, row.currency) + "</p>\n" + refusal(why);
    if (row.status == InvoiceStatus::Paid)
        body += html::notice(html::Tone::Ok, "Paid on " + shortDate(row.paidAt), row.outOfBand ? "Outside of this account." : "");
    else if (row.status == InvoiceStatus::Void)
        body += html::notice(html::Tone::Info, "Void since " + shortDate(row.voidedAt), "Nothing is to be paid.");
    else if (gone)
        body += html::notice(html::Tone::Info, "It can no longer be paid", "Its customer has been deleted.");
    else if (row.status == InvoiceStatus::Uncollectible)
        body += html::notice(html::Tone::Warning, "Given up as uncollectible", "It can still be paid.");
    else if (row.overdue)
        body += html::notice(html::Tone::Warning, "Overdue since " + shortDate(row.dueDate), "");
    const PaymentIntent* intent = row.intent == kNone ? nullptr : &s.intents[row.intent];
    if (payable && intent && intent->status == PiStatus::NeedsAction)
        body += html::notice(html::Tone::Warning, "The bank wants to ask first", "The payment goes on when you have answered.") + "<p>"
            + html::link(s.pageUrl("authenticate", Kind::PaymentIntent, intent->self), "Answer the bank", "button") + "</p>\n";
    else if (payable && !why && intent && intent->decline)
        body += html::notice(html::Tone::Danger, "The last attempt failed", intent->decline->message);
    body += html::facts({{"To", row.customerName.isEmpty() ? row.customerEmail : row.customerName}, {"Date", shortDate(row.finalizedAt)}, {"Due", row.dueDate != 0 ? shortDate(row.dueDate) : QByteArray()}});
    body += invoiceTable(row);
    if (payable && visit.rest.isEmpty())
        body += "<form method=\"post\" action=\"" + html::escaped(visit.self) + "\">\n<h2>Pay by card</h2>\n" + turn(visit) + cardFields()
            + "<button class=\"wide\">Pay " + html::money(due, row.currency) + "</button>\n</form>\n";
    else if (visit.rest.isEmpty())
        body += "<p class=\"row\">" + html::link(visit.self + "/pdf", "Show for printing", "button quiet") + "</p>\n";
    return shown(why ? why->status : 200, "Invoice " + number, body);
}

Reply Pages::invoice(const Visit& visit)
{
    const Invoice& row = s.invoices[visit.index];
    if (row.finalizedAt == 0)
        return plain(404, "Not finalized yet", "This invoice is a draft. Its page opens when it is finalized.");
    if (!visit.rest.isEmpty() && visit.rest != "pdf")
        return plain(404, "Nothing here", "There is no such page of this invoice.");
    if (!visit.posts)
        return showInvoice(visit);
    const bool open = row.status == InvoiceStatus::Open || row.status == InvoiceStatus::Uncollectible;
    if (!takeTurn(visit) || !open || row.amountDue - row.creditedBefore - row.amountPaid <= 0 || row.intent == kNone || s.customers[row.customer].deleted)
        return led(visit.self);
    const auto card = cardOf(visit.form);
    if (!card)
        return showInvoice(visit, card.error());
    const qint64 at = s.timeOf(row.customer);
    const Index intent = row.intent;
    switch (m_billing.payByHand(visit.index, m_billing.newMethod(**card, at), at)) {
    case Billing::Attempt::Done: break;
    case Billing::Attempt::Declined: return showInvoice(visit, Refusal{"The card was declined", (*card)->decline->message});
    case Billing::Attempt::NeedsAction:
        if (s.intents[intent].returnUrl.isEmpty())
            s.intents.edit(intent).returnUrl = visit.self;
        return led(s.pageUrl("authenticate", Kind::PaymentIntent, intent));
    }
    return led(visit.self);
}

QByteArray Pages::afterAuthentication(const Visit& visit, const char* status) const
{
    const bool setup = visit.kind == Kind::SetupIntent;
    const Index session = setup ? s.setups[visit.index].session : s.intents[visit.index].session;
    if (session != kNone)
        return s.sessions[session].status == SaleStatus::Complete ? afterSale(session) : s.pageUrl("checkout", Kind::CheckoutSession, session);
    if (setup && s.setups[visit.index].portal != kNone)
        return s.pageUrl("portal", Kind::PortalSession, s.setups[visit.index].portal) + (qstrcmp(status, "succeeded") == 0 ? "/done" : "/card");
    QByteArray to = setup ? s.setups[visit.index].returnUrl : s.intents[visit.index].returnUrl;
    if (to.isEmpty() || to.startsWith(s.baseUrl + '/'))
        return to;
    const QByteArray kind = setup ? "setup_intent" : "payment_intent", id = s.id(visit.kind, visit.index); // what Stripe adds
    const qsizetype fragment = to.indexOf('#');
    const QByteArray tail = fragment < 0 ? QByteArray() : to.mid(fragment);
    to.truncate(fragment < 0 ? to.size() : fragment);
    return to + (to.contains('?') ? '&' : '?') + kind + '=' + id + "&redirect_status=" + status + tail;
}

Reply Pages::authenticate(const Visit& visit)
{
    const bool setup = visit.kind == Kind::SetupIntent;
    const bool waits = setup ? s.setups[visit.index].status == SetupStatus::NeedsAction : s.intents[visit.index].status == PiStatus::NeedsAction;
    const Index customer = setup ? s.setups[visit.index].customer : s.intents[visit.index].customer;
    const QByteArray back = afterAuthentication(visit, "succeeded");
    if (!waits) {
        const QByteArray on = back.isEmpty() ? QByteArray("<p>This page can be closed.</p>") : "<p class=\"row\">" + html::link(back, "Go on", "button") + "</p>";
        return shown(200, "Nothing to answer", heading("Nothing to answer") + "<p>The bank does not wait for an answer, or no longer.</p>" + on);
    }
    if (visit.posts) {
        const bool passed = visit.form.text("answer") == "yes";
        if (!takeTurn(visit) || (!passed && visit.form.text("answer") != "no"))
            return led(visit.self);
        const qint64 at = s.timeOf(customer);
        if (setup)
            m_billing.authenticateSetup(visit.index, passed, at);
        else
            m_billing.authenticate(visit.index, passed, at);
        const QByteArray to = afterAuthentication(visit, passed ? "succeeded" : "failed");
        return led(to.isEmpty() ? visit.self : to);
    }
    const Index method = setup ? s.setups[visit.index].method : s.intents[visit.index].method;
    QByteArray body = "<p class=\"from\">The bank of the card</p>\n<h1>Is it you?</h1>\n";
    body += "<p>" + html::escaped(s.accountName) + (setup ? " wants to save the card " : " asks for ");
    if (!setup)
        body += "<strong>" + html::money(s.intents[visit.index].amount, s.intents[visit.index].currency) + "</strong> from the card ";
    body += "ending in " + s.methods[method].last4 + ". A real bank would ask you for a code here.</p>\n";
    body += "<form method=\"post\" action=\"" + html::escaped(visit.self) + "\" class=\"row\">" + turn(visit)
        + "<button name=\"answer\" value=\"yes\">Complete authentication</button> <button class=\"quiet\" name=\"answer\" value=\"no\">Fail authentication</button></form>\n";
    return shown(200, "Authentication", body, back);
}

} // namespace ch::sandbox

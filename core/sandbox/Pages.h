// SPDX-License-Identifier: GPL-3.0-or-later
// The pages on which a person pays by hand, at the addresses that objects name: /pay (a hosted invoice), /checkout, /link (a payment
// link), /portal and /authenticate (the step at a bank). They need no key: whoever has the address may use it, as at Stripe; its last part
// is a secret of 40 characters. Each works by GET and a plain form POST, without a script. Refused: forms of other sites (Origin,
// Sec-Fetch-Site, Host) and other encodings. A form can be sent once: sent again (a double click) it leads to the page as it is then.
// Owned by the engine; one thread.
#pragma once

#include "sandbox/Billing.h"
#include "sandbox/Engine.h"
#include "sandbox/Form.h"
#include "sandbox/Render.h"

#include <tl/expected.hpp>

namespace ch::sandbox {

struct TestCard;

class Pages {
public:
    Pages(State& state, EventLog& log, Billing& billing, const Renderer& render) : s(state), m_log(log), m_billing(billing), m_render(render) {}

    /// Whether a path belongs here.
    [[nodiscard]] static bool owns(const QByteArray& path);
    [[nodiscard]] Reply handle(const Request& request);

private:
    /// A request for a page that exists.
    struct Visit {
        QByteArray word, self, rest; ///< the path's first part, the page's address, what follows it without a slash at its start
        Kind kind = Kind::Invoice;
        Index index = kNone;
        bool posts = false;
        Node form;
        [[nodiscard]] QByteArray key() const { return word + QByteArray::number(index); }
    };
    /// What a form asked for and did not get.
    struct Refusal {
        QByteArray heading, text;
        int status = 402;
    };

    [[nodiscard]] Reply shown(int status, const QByteArray& title, const QByteArray& body, const QByteArray& leadsTo = {}) const;
    [[nodiscard]] static Reply led(const QByteArray& url);
    [[nodiscard]] Reply plain(int status, const QByteArray& title, const QByteArray& text) const;
    [[nodiscard]] std::optional<Reply> refused(const Request& request) const;
    /// Whether this form is the one that the page has shown last; from now on it is not any more.
    [[nodiscard]] bool takeTurn(const Visit& visit);
    [[nodiscard]] QByteArray turnNow(const Visit& visit) const;
    [[nodiscard]] QByteArray turn(const Visit& visit) const;

    [[nodiscard]] QByteArray cardFields() const;
    /// The card that a form names, or what Stripe would say to its number.
    [[nodiscard]] tl::expected<const TestCard*, Refusal> cardOf(const Node& form) const;
    [[nodiscard]] static QByteArray refusal(const std::optional<Refusal>& refusal);
    [[nodiscard]] QByteArray heading(const QByteArray& title) const;
    [[nodiscard]] QByteArray saleTable(const CheckoutSession& row) const;
    [[nodiscard]] QByteArray invoiceTable(const Invoice& row) const;

    [[nodiscard]] Reply invoice(const Visit& visit);
    [[nodiscard]] Reply showInvoice(const Visit& visit, const std::optional<Refusal>& why = {}) const;
    [[nodiscard]] Reply authenticate(const Visit& visit);
    [[nodiscard]] QByteArray afterAuthentication(const Visit& visit, const char* status) const;

    [[nodiscard]] Reply checkout(const Visit& visit);
    [[nodiscard]] Reply showCheckout(const Visit& visit, const std::optional<Refusal>& why = {}) const;
    [[nodiscard]] QByteArray buyerFields(const Visit& visit) const;
    [[nodiscard]] QByteArray promotionForm(const Visit& visit) const;
    [[nodiscard]] std::optional<Refusal> takeBuyer(const Visit& visit);
    [[nodiscard]] std::optional<Refusal> takePromotion(const Visit& visit);
    [[nodiscard]] QByteArray afterSale(Index session) const;
    [[nodiscard]] Reply openLink(const Visit& visit);

    [[nodiscard]] Reply portal(const Visit& visit);
    [[nodiscard]] Reply portalHome(const Visit& visit) const;
    [[nodiscard]] QByteArray portalSubscription(const Visit& visit, const Subscription& row) const;
    [[nodiscard]] QByteArray portalInvoices(const Visit& visit) const;
    [[nodiscard]] Reply portalCard(const Visit& visit);
    [[nodiscard]] Reply portalCancel(const Visit& visit, Index subscription);
    [[nodiscard]] Reply portalUndo(const Visit& visit, Index subscription);
    [[nodiscard]] Reply portalDetails(const Visit& visit);
    [[nodiscard]] Reply afterFlow(const Visit& visit, const QByteArray& done) const;

    State& s;
    EventLog& m_log;
    Billing& m_billing;
    const Renderer& m_render;
    QHash<QByteArray, quint32> m_turns; ///< by page: how many forms it has taken
};

} // namespace ch::sandbox

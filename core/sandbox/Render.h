// SPDX-License-Identifier: GPL-3.0-or-later
// Shapes rows as Stripe's JSON of API version 2026-10-28.endive: every field that the official types call required, and
// expanded references where asked. Takes rows, not numbers, so that an event can show an object as it was. One thread.
#pragma once

#include "sandbox/Expand.h"
#include "sandbox/Json.h"
#include "sandbox/State.h"

#include <functional>

namespace ch::sandbox {

class Renderer {
public:
    explicit Renderer(const State& state) : s(state) {}

    /// The object as it is now; a deleted one as its stub.
    [[nodiscard]] QByteArray object(Kind kind, Index index, const Expand* expand = nullptr) const;
    /// As an event of this type shows it: one row is what several objects tell of (a price and its plan, an invoice and its payment).
    [[nodiscard]] QByteArray snapshot(const Snapshot& snapshot, const char* type) const;
    [[nodiscard]] QByteArray event(const Event& row) const;
    [[nodiscard]] QByteArray balance() const;
    [[nodiscard]] QByteArray account() const;
    /// An item that a pending update will add.
    [[nodiscard]] QByteArray pendingItem(const Item& row, Index subscription) const;
    [[nodiscard]] static QByteArray stub(const QByteArray& id, const char* object);
    [[nodiscard]] QByteArray accountId() const { return "acct_1" + s.ids.filler(1, 15); }

    void customer(Json& json, const char* key, const Customer& row, const Expand* expand) const;
    void product(Json& json, const char* key, const Product& row, const Expand* expand) const;
    void price(Json& json, const char* key, const Price& row, const Expand* expand) const;
    void plan(Json& json, const char* key, const Price& row, const Expand* expand) const;
    void coupon(Json& json, const char* key, const Coupon& row, const Expand* expand) const;
    void discount(Json& json, const char* key, const Discount& row, const Expand* expand, Index invoice = kNone) const;
    void paymentMethod(Json& json, const char* key, const PaymentMethod& row, const Expand* expand) const;
    void testClock(Json& json, const char* key, const TestClock& row) const;
    void subscription(Json& json, const char* key, const Subscription& row, const Expand* expand) const;
    void schedule(Json& json, const char* key, const Schedule& row, const Expand* expand) const;
    void item(Json& json, const char* key, const Item& row, Index subscription, const Expand* expand) const;
    void invoice(Json& json, const char* key, const Invoice& row, const Expand* expand) const;
    void line(Json& json, const char* key, Index line, const Expand* expand) const;
    void customerEntry(Json& json, const char* key, const CustomerEntry& row, const Expand* expand) const;
    void invoiceItem(Json& json, const char* key, const InvoiceItem& row, const Expand* expand) const;
    void invoicePayment(Json& json, const char* key, const Invoice& row, const Expand* expand) const;
    void creditNote(Json& json, const char* key, const CreditNote& row, const Expand* expand) const;
    void creditLine(Json& json, const char* key, const CreditNote& row) const;
    void charge(Json& json, const char* key, const Charge& row, const Expand* expand) const;
    void refund(Json& json, const char* key, const Refund& row, const Expand* expand) const;
    void balanceEntry(Json& json, const char* key, const BalanceEntry& row, const Expand* expand) const;
    void webhookEndpoint(Json& json, const char* key, const WebhookEndpoint& row, bool withSecret) const;
    void meter(Json& json, const char* key, const Meter& row) const;
    void paymentIntent(Json& json, const char* key, const PaymentIntent& row, const Expand* expand) const;
    void setupIntent(Json& json, const char* key, const SetupIntent& row, const Expand* expand) const;
    void checkoutSession(Json& json, const char* key, const CheckoutSession& row, const Expand* expand) const;
    void paymentLink(Json& json, const char* key, const PaymentLink& row, const Expand* expand) const;
    void portalConfiguration(Json& json, const char* key, const PortalConfiguration& row) const;
    void portalSession(Json& json, const char* key, const PortalSession& row, const Expand* expand) const;
    void promotionCode(Json& json, const char* key, const PromotionCode& row, const Expand* expand) const;
    void saleLine(Json& json, const SaleLine& line, const QByteArray& id, const Expand* expand) const;
    [[nodiscard]] QByteArray saleLineId(Kind kind, Index owner, size_t number) const;
    [[nodiscard]] QByteArray invoiceId(const Invoice& row) const;
    [[nodiscard]] QByteArray lineDescription(const LineDraft& what) const;
    /// As it is shown once it is finalized.
    [[nodiscard]] QByteArray invoiceNumber(const Invoice& row) const;

private:
    void declineJson(Json& json, const Decline& decline) const;
    void nextAction(Json& json, bool needed, const QByteArray& page, const QByteArray& returnUrl) const;
    void saleLines(Json& json, const QByteArray& url, Kind kind, Index owner, const std::vector<SaleLine>& lines, const Expand* expand) const;
    void sessionCustomer(Json& json, const CheckoutSession& row, const Expand* expand) const;
    void sessionDiscounts(Json& json, const CheckoutSession& row, const Expand* expand) const;
    void sessionAmounts(Json& json, const CheckoutSession& row, qint64 subtotal, qint64 total) const;
    void reference(Json& json, const char* key, Kind kind, Index index, const Expand* expand) const;
    void metadata(Json& json, const char* key, const Metadata& metadata) const;
    void chargeOutcome(Json& json, const Charge& row) const;
    void chargeMethod(Json& json, const Charge& row) const;
    void extra(Json& json, const char* key, const Extras& extras, const char* otherwise = "null") const;
    void discounts(Json& json, const char* key, const std::vector<Index>& rows, const Expand* expand) const;
    void nulls(Json& json, std::initializer_list<const char*> keys) const;
    void tiers(Json& json, const Price& row) const;
    void unitAmount(Json& json, const char* whole, const char* decimal, const Price& row) const;
    void currencyOptions(Json& json, const Price& row) const;
    void subscriptionDates(Json& json, const Subscription& row) const;
    void phase(Json& json, const Phase& row, const QByteArray& currency, const Expand* expand) const;
    void scheduleDiscounts(Json& json, const std::vector<Index>& coupons, const Expand* expand) const;
    void subscriptionPaused(Json& json, const Subscription& row) const;
    void subscriptionSettings(Json& json, const Subscription& row) const;
    void invoiceAmounts(Json& json, const Invoice& row, const Expand* expand) const;
    void invoiceCustomer(Json& json, const Invoice& row, const Expand* expand) const;
    void invoiceParent(Json& json, const Invoice& row, const Expand* expand) const;
    void lineParent(Json& json, const Line& row) const;
    void pricing(Json& json, const LineDraft& what, const Expand* expand) const;
    /// A nested list, cut at ten as Stripe does.
    void nested(Json& json, const char* key, const QByteArray& url, size_t count, const std::function<void(size_t)>& one) const;

    /// A price as subscription items show it, which most of them share.
    struct Shown {
        QByteArray plan, price;
    };
    [[nodiscard]] const Shown& shown(Index price) const;

    const State& s;
    mutable QHash<Index, Shown> m_shown;
    mutable quint64 m_shownAt = 0; ///< of the prices' edits
};

/// What changed, as "previous_attributes": the old values of changed fields, hashes only in part, arrays whole.
[[nodiscard]] QByteArray previousAttributes(const QByteArray& before, const QByteArray& after);

} // namespace ch::sandbox

// SPDX-License-Identifier: GPL-3.0-or-later
// What the simulated account knows: its tables (Rows.h), and the ways to find a row in them. One thread; owned by the engine.
#pragma once

#include "sandbox/Rows.h"
#include "sandbox/Table.h"

#include <QHash>

namespace ch::sandbox {

/// Everything there is. Lookups take ids as they come from a request.
class State {
public:
    explicit State(quint64 seed) : ids(seed) {}

    Ids ids;
    bool live = false;
    qint64 accountCreated = 0;
    qint64 now = 0; ///< set at the start of every request
    QByteArray accountName;
    std::vector<qint64> retryAfter; ///< seconds from each failed attempt to the next
    AfterRetries afterRetries = AfterRetries::Cancel;

    // Each table is named in State.cpp's eachTable too.
    Table<Product> products;
    Table<Price> prices;
    Table<Coupon> coupons;
    Table<Discount> discounts;
    Table<PaymentMethod> methods;
    Table<TestClock> clocks;
    Table<Customer> customers;
    Table<Subscription> subscriptions;
    Table<Invoice> invoices;
    Table<PaymentIntent> intents;
    Table<Charge> charges;
    Table<Refund> refunds;
    Table<BalanceEntry> entries;
    Table<CreditNote> creditNotes;
    Table<InvoiceItem> invoiceItems;
    Table<Event> events;
    Table<SetupIntent> setups;
    Table<CheckoutSession> sessions;
    Table<PaymentLink> links;
    Table<PortalConfiguration> portalConfigurations;
    Table<PortalSession> portalSessions;
    Table<PromotionCode> promotions;
    QHash<Index, std::vector<Index>> setupsOf, sessionsOf; ///< by customer, oldest first
    QHash<QByteArray, std::vector<Index>> promotionsByCode; ///< lower case
    QByteArray baseUrl = "http://127.0.0.1"; ///< of the pages, without a slash at the end
    Rows<Line> lines;
    Rows<LineDiscount> lineDiscounts;
    QHash<QByteArray, Index> ownIds;              ///< ids that the caller chose (products, coupons)
    QHash<QByteArray, Index> lookupKeys;          ///< to price

    [[nodiscard]] QByteArray id(Kind kind, Index index) const;
    [[nodiscard]] QByteArray id(const Product& row) const;
    [[nodiscard]] QByteArray id(const Coupon& row) const;
    [[nodiscard]] Index find(Kind kind, const QByteArray& id) const;
    /// Where a person pays on an object: "http://127.0.0.1:1234/pay/in_.../<secret>".
    [[nodiscard]] QByteArray pageUrl(const char* word, Kind kind, Index index) const;
    /// Whether anyone may use it now.
    [[nodiscard]] bool usable(const PromotionCode& row) const;
    /// Why this customer (kNone: somebody new) may not use it for this amount; none: nothing is in the way.
    [[nodiscard]] const char* refusalOf(const PromotionCode& row, Index customer, const QByteArray& currency, qint64 amount) const;
    /// What a session comes to when it is bought now: before and after its coupons.
    [[nodiscard]] std::pair<qint64, qint64> saleAmounts(const CheckoutSession& row) const;
    [[nodiscard]] QByteArray pageSecret(Kind kind, Index index) const;

    Customer& addCustomer(Customer row);
    Subscription& addSubscription(Subscription row);
    Invoice& addInvoice(Invoice row);
    Item makeItem(Index subscription);
    [[nodiscard]] const Item* item(Index number) const;
    /// Whether there is an item of this number, be it taken off its subscription since.
    [[nodiscard]] Index subscriptionOfItem(Index number) const { return m_itemOwner[number]; }
    /// By number, not by time: a made-up past is made business by business.
    [[nodiscard]] const std::vector<Index>& subscriptionsOf(Index customer) const { return m_subscriptionsOf[customer]; }
    [[nodiscard]] const std::vector<Index>& invoicesOf(Index customer) const { return m_invoicesOf[customer]; }
    InvoiceItem& addInvoiceItem(InvoiceItem row);
    /// By number.
    [[nodiscard]] std::vector<Index> invoiceItemsOf(Index customer) const { return m_invoiceItemsOf.value(customer); }
    /// The invoice's lines, first to last, as numbers in lines. What they are called is Line::name.
    [[nodiscard]] std::vector<Index> linesOf(const Invoice& invoice) const;
    /// The number in lines of the line that is called so; kNone when it was taken off its invoice.
    [[nodiscard]] Index lineCalled(Index name) const;
    [[nodiscard]] std::vector<Index> methodsOf(Index customer) const;
    /// The method that a charge of this subscription would use, or kNone.
    [[nodiscard]] Index methodFor(const Subscription& subscription) const;
    [[nodiscard]] Index methodFor(const Invoice& invoice) const;
    /// The customer's test clock hides it and all that is its own from plain lists.
    [[nodiscard]] bool onTestClock(Index customer) const { return customer != kNone && customers[customer].clock != kNone; }
    /// What is done from now on to this customer and its own is undone by undo(): a preview does what a request would do, looks at
    /// what became of it, and takes it back. Every table takes part; nothing else may happen in between.
    void rehearse(Index customer);
    void undo();
    /// The present for an object: the frozen time of its test clock, else now.
    [[nodiscard]] qint64 timeOf(Index customer) const;

private:
    struct Kept { ///< of the customer of a rehearsal
        Index customer = kNone;
        size_t items = 0;
        std::vector<Index> subscriptions, invoices, invoiceItems;
    };
    template <typename F>
    void eachTable(F f);

    Kept m_kept;
    QHash<Index, std::vector<Index>> m_invoiceItemsOf;
    std::vector<Index> m_itemOwner; ///< subscription of each item number
    std::vector<std::vector<Index>> m_subscriptionsOf, m_invoicesOf;
};

[[nodiscard]] QByteArray metadataValue(const Metadata& metadata, const char* key);

} // namespace ch::sandbox

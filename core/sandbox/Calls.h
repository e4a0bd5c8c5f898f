// SPDX-License-Identifier: GPL-3.0-or-later
// What each endpoint does, once its parameters have been checked against the table: look up, refuse what Stripe refuses,
// move the state through Billing, and answer. Owned by the engine; one thread.
#pragma once

#include "sandbox/Billing.h"
#include "sandbox/Form.h"
#include "sandbox/Render.h"
#include "sandbox/Schema.h"

#include <tl/expected.hpp>

namespace ch::sandbox {

using Answer = tl::expected<QByteArray, Fault>;

/// A request after routing.
struct Call {
    QByteArray id, second; ///< the ids in the path
    QByteArray path;       ///< "/v1/customers"
    Node params;
    Expand expand;
    bool otherMode = false; ///< a key of the mode that this account is not in

    [[nodiscard]] const Expand* each() const { return expand.child("data"); }
};

class Calls {
public:
    Calls(State& state, EventLog& log, Billing& billing, const Renderer& render) : s(state), m_log(log), m_billing(billing), m_render(render) {}

    Answer listCustomers(const Call& call);
    Answer createCustomer(const Call& call);
    Answer getCustomer(const Call& call);
    Answer updateCustomer(const Call& call);
    Answer deleteCustomer(const Call& call);
    Answer deleteCustomerDiscount(const Call& call);

    Answer listCustomerEntries(const Call& call);
    Answer createCustomerEntry(const Call& call);
    Answer getCustomerEntry(const Call& call);
    Answer updateCustomerEntry(const Call& call);

    Answer listProducts(const Call& call);
    Answer createProduct(const Call& call);
    Answer getProduct(const Call& call);
    Answer updateProduct(const Call& call);
    Answer deleteProduct(const Call& call);
    Answer listPrices(const Call& call);
    Answer createPrice(const Call& call);
    Answer getPrice(const Call& call);
    Answer updatePrice(const Call& call);
    Answer listCoupons(const Call& call);
    Answer createCoupon(const Call& call);
    Answer getCoupon(const Call& call);
    Answer updateCoupon(const Call& call);
    Answer deleteCoupon(const Call& call);

    Answer listSubscriptions(const Call& call);
    Answer createSubscription(const Call& call);
    Answer getSubscription(const Call& call);
    Answer updateSubscription(const Call& call);
    Answer cancelSubscription(const Call& call);
    Answer deleteSubscriptionDiscount(const Call& call);
    Answer pauseSubscription(const Call& call);
    Answer resumeSubscription(const Call& call);
    Answer migrateSubscription(const Call& call);
    Answer createSchedule(const Call& call);
    Answer getSchedule(const Call& call);
    Answer listSchedules(const Call& call);
    Answer updateSchedule(const Call& call);
    Answer cancelSchedule(const Call& call);
    Answer releaseSchedule(const Call& call);
    Answer listItems(const Call& call);
    Answer getItem(const Call& call);
    Answer createItem(const Call& call);
    Answer updateItem(const Call& call);
    Answer deleteItem(const Call& call);

    Answer listInvoices(const Call& call);
    Answer getInvoice(const Call& call);
    Answer listLines(const Call& call);
    Answer finalizeInvoice(const Call& call);
    Answer payInvoice(const Call& call);
    Answer voidInvoice(const Call& call);
    Answer markUncollectible(const Call& call);
    Answer createPreview(const Call& call);
    Answer createInvoice(const Call& call);
    Answer updateInvoice(const Call& call);
    Answer deleteInvoice(const Call& call);
    Answer sendInvoice(const Call& call);
    Answer updateLine(const Call& call);
    Answer addLines(const Call& call);
    Answer updateLines(const Call& call);
    Answer removeLines(const Call& call);
    Answer listInvoiceItems(const Call& call);
    Answer createInvoiceItem(const Call& call);
    Answer getInvoiceItem(const Call& call);
    Answer updateInvoiceItem(const Call& call);
    Answer deleteInvoiceItem(const Call& call);
    Answer listInvoicePayments(const Call& call);
    Answer getInvoicePayment(const Call& call);

    Answer listIntents(const Call& call);
    Answer createIntent(const Call& call);
    Answer getIntent(const Call& call);
    Answer updateIntent(const Call& call);
    Answer confirmIntent(const Call& call);
    Answer cancelIntent(const Call& call);

    Answer listCharges(const Call& call);
    Answer getCharge(const Call& call);
    Answer updateCharge(const Call& call);
    Answer listRefunds(const Call& call);
    Answer createRefund(const Call& call);
    Answer getRefund(const Call& call);
    Answer updateRefund(const Call& call);
    Answer listCredits(const Call& call);
    Answer createCredit(const Call& call);
    Answer getCredit(const Call& call);
    Answer updateCredit(const Call& call);
    Answer voidCredit(const Call& call);
    Answer listCreditLines(const Call& call);
    Answer listBalanceEntries(const Call& call);
    Answer getBalanceEntry(const Call& call);

    Answer listMethods(const Call& call);
    Answer listMethodsOfCustomer(const Call& call);
    Answer getMethod(const Call& call);
    Answer attachMethod(const Call& call);
    Answer detachMethod(const Call& call);

    Answer searchCharges(const Call& call);
    Answer searchCustomers(const Call& call);
    Answer searchInvoices(const Call& call);
    Answer searchIntents(const Call& call);
    Answer searchPrices(const Call& call);
    Answer searchProducts(const Call& call);
    Answer searchSubscriptions(const Call& call);
    Answer listMeters(const Call& call);
    Answer createMeter(const Call& call);
    Answer getMeter(const Call& call);
    Answer updateMeter(const Call& call);
    Answer deactivateMeter(const Call& call);
    Answer reactivateMeter(const Call& call);
    Answer listMeterSummaries(const Call& call);
    Answer createMeterEvent(const Call& call);
    Answer adjustMeterEvent(const Call& call);

    Answer listEvents(const Call& call);
    Answer getEvent(const Call& call);
    Answer getBalance(const Call& call);
    Answer getAccount(const Call& call);
    Answer listSetups(const Call& call);
    Answer createSetup(const Call& call);
    Answer getSetup(const Call& call);
    Answer updateSetup(const Call& call);
    Answer confirmSetup(const Call& call);
    Answer cancelSetup(const Call& call);
    Answer captureIntent(const Call& call);
    Answer createSession(const Call& call);
    Answer listSessions(const Call& call);
    Answer getSession(const Call& call);
    Answer updateSession(const Call& call);
    Answer expireSession(const Call& call);
    Answer listSaleLines(const Call& call);
    Answer createLink(const Call& call);
    Answer listLinks(const Call& call);
    Answer getLink(const Call& call);
    Answer updateLink(const Call& call);
    Answer createPortalConfiguration(const Call& call);
    Answer listPortalConfigurations(const Call& call);
    Answer getPortalConfiguration(const Call& call);
    Answer updatePortalConfiguration(const Call& call);
    Answer createPortalSession(const Call& call);
    Answer createPromotion(const Call& call);
    Answer listPromotions(const Call& call);
    Answer getPromotion(const Call& call);
    Answer updatePromotion(const Call& call);
    Answer listWebhooks(const Call& call);
    Answer createWebhook(const Call& call);
    Answer getWebhook(const Call& call);
    Answer updateWebhook(const Call& call);
    Answer deleteWebhook(const Call& call);
    Answer listClocks(const Call& call);
    Answer getClock(const Call& call);
    Answer createClock(const Call& call);
    Answer advanceClock(const Call& call);
    Answer deleteClock(const Call& call);

    /// Refuses to change what belongs to a test clock that is being advanced.
    [[nodiscard]] std::optional<Fault> clockBusy(const Call& call) const;

private:
    template <typename T, typename Keep>
    Answer list(const Call& call, Kind kind, const Table<T>& table, const Candidates& candidates, Keep keep) const;
    /// A short list that is not ordered by time (items, lines), first to last.
    Answer listRows(const Call& call, Kind kind, const std::vector<Index>& rows) const;
    [[nodiscard]] Answer show(const Call& call, Kind kind, Index index) const { return m_render.object(kind, index, &call.expand); }
    /// The row that the path names, or 404.
    [[nodiscard]] tl::expected<Index, Fault> target(const Call& call, Kind kind) const;
    /// The row that a parameter names, or 400.
    [[nodiscard]] tl::expected<Index, Fault> named(const QByteArray& id, Kind kind, const QByteArray& param) const;
    [[nodiscard]] tl::expected<Index, Fault> liveCustomer(const QByteArray& id, const QByteArray& param) const;
    [[nodiscard]] tl::expected<Index, Fault> usableCoupon(const QByteArray& id, const QByteArray& param) const;

    void writeMetadata(const Node& params, Metadata* metadata) const;
    void writeText(const Node& params, const char* name, QByteArray* field) const;
    std::optional<Fault> writeCustomer(const Node& params, Customer* row) const;
    std::optional<Fault> writeWebhook(const Node& params, WebhookEndpoint* row) const;
    [[nodiscard]] tl::expected<Index, Fault> standingWebhook(const Call& call) const;
    std::optional<Fault> writePrice(const Node& params, Price* row) const;
    std::optional<Fault> writeTiers(const Node& params, Price* row) const;
    std::optional<Fault> takeLookupKey(const Node& params, Index price, const QByteArray& key);
    tl::expected<Index, Fault> inlinePrice(const Node& data);
    /// The coupons that "discounts" names, where a promotion code cannot stand.
    tl::expected<std::vector<Index>, Fault> couponsOf(const Node& params) const;
    /// What "discounts" names, for this customer; the amount (before discounts) decides on promotion codes with a minimum.
    tl::expected<std::vector<Deal>, Fault> dealsOf(const Node& params, Index customer, const QByteArray& currency, qint64 amount) const;
    /// What `discounts` asks for: nothing where they are to stay as they are. held: the discounts of the object itself.
    tl::expected<std::optional<std::vector<Deal>>, Fault> discountsOf(const Node& params, const std::vector<Index>& held, const Subscription& row, qint64 amount) const;
    tl::expected<std::vector<LineDraft>, Fault> additionsOf(const Node& params, const QByteArray& currency, const std::vector<Item>& items);
    std::optional<Fault> writeTrialSettings(const Node& params, TrialMissing* missing) const;
    std::optional<Fault> readStart(const Node& params, qint64 now, NewSubscription* wish);
    std::optional<Fault> readAnchor(const Node& params, qint64 now, NewSubscription* wish) const;
    std::optional<Fault> readCancelAtStart(const Node& params, qint64 now, NewSubscription* wish) const;
    [[nodiscard]] static Fault noMethod();
    tl::expected<std::vector<Index>, Fault> scheduleCoupons(const Node& params) const;
    tl::expected<Phase, Fault> readPhase(const Node& node, qint64 start, const Schedule& row, QByteArray* currency);
    std::optional<Fault> readPhases(const Node& params, qint64 start, Schedule* row);
    std::optional<Fault> writeScheduleSettings(const Node& params, Schedule* row) const;
    /// The schedule of a subscription that has none yet.
    tl::expected<Schedule, Fault> scheduleOf(const Node& params);
    tl::expected<Index, Fault> itemPrice(const Node& node, const QByteArray& currency);
    std::optional<Fault> readItems(const Node& params, NewSubscription* wish);
    tl::expected<NewSubscription, Fault> readSubscription(const Call& call);
    tl::expected<Outcome, Fault> firstOutcome(const Call& call, const NewSubscription& wish) const;
    std::optional<Fault> readCancelAt(const Node& params, Subscription* row) const;
    std::optional<Fault> updatable(const Node& params, const Subscription& row) const;
    std::optional<Fault> updateFields(const Node& params, Subscription& row);
    std::optional<Fault> readItemChange(const Node& node, const Subscription& row, ItemChange* change);
    std::optional<Fault> readItemChanges(const Node& params, const Subscription& row, SubscriptionChange* wish);
    std::optional<Fault> readTrialChange(const Node& params, const Subscription& row, SubscriptionChange* wish) const;
    tl::expected<SubscriptionChange, Fault> readChange(const Node& params, const Subscription& row);
    std::optional<Fault> changeItems(const Node& params, Subscription& row);
    /// An update as POST /v1/subscriptions/{id} takes it; nothing of a refused one stays.
    std::optional<Fault> changeSubscription(Index index, const Node& params);
    /// The same for one item, with the parameters of /v1/subscription_items.
    std::optional<Fault> changeItem(const Call& call, Index subscription, const QByteArray& item, bool remove);
    [[nodiscard]] Outcome outcomeOf(Index method) const;
    [[nodiscard]] static Fault declined(const PaymentMethod& method);
    /// The same with what was attempted in it.
    [[nodiscard]] Fault declined(Index method, Index intent, Index setup = kNone) const;
    [[nodiscard]] static Fault cardFault(const Decline& decline);
    /// A method for a customer: one that exists, or a new one of a test card that a bank would let be attached.
    tl::expected<Index, Fault> attachable(const QByteArray& token, const QByteArray& param);
    /// A method that exists, or a new one of any test card.
    tl::expected<Index, Fault> makeMethod(const QByteArray& token, const QByteArray& param);
    [[nodiscard]] tl::expected<Index, Fault> openInvoice(const Call& call, const char* verb) const;
    /// What an invoice item costs and covers, as the parameters of one, or of a line, say. What they do not say stays.
    std::optional<Fault> writeItem(const Node& params, qint64 at, InvoiceItem* row);
    std::optional<Fault> writeItemPrice(const Node& params, InvoiceItem* row);
    std::optional<Fault> writeItemDiscounts(const Node& params, InvoiceItem* row);
    /// The invoice that a preview shows, made in a rehearsal.
    tl::expected<Index, Fault> rehearse(const Call& call, Index customer, Index subscription);
    std::optional<Fault> rehearseItems(const Node& params, Index customer, Index subscription);
    std::optional<Fault> writeInvoice(const Node& params, Invoice* row) const;
    std::optional<Fault> writeDue(const Node& params, qint64 now, Invoice* row) const;
    /// The draft that the path names.
    [[nodiscard]] tl::expected<Index, Fault> targetDraft(const Call& call) const;
    [[nodiscard]] tl::expected<Index, Fault> lineOf(Index invoice, const QByteArray& id, const QByteArray& param) const;
    std::optional<Fault> changeLine(const Node& params, const Invoice& invoice, Index line);
    [[nodiscard]] tl::expected<Index, Fault> entryOf(const Call& call) const;
    [[nodiscard]] tl::expected<Index, Fault> draft(const QByteArray& id, const QByteArray& param) const;
    Answer confirm(PaymentIntent& row, const Call& call);
    /// The row that an optional parameter names: kNone where it is not sent.
    [[nodiscard]] tl::expected<Index, Fault> maybe(const Call& call, const char* param, Kind kind) const;
    [[nodiscard]] tl::expected<Index, Fault> refundable(const Node& params) const;
    [[nodiscard]] std::optional<Fault> fits(const Node& params, const Invoice& invoice) const;
    std::optional<Fault> writeSetup(const Node& params, SetupIntent* row);
    /// What a period of a subscription comes to before discounts.
    [[nodiscard]] qint64 saleWorth(const Subscription& row) const;
    std::optional<Fault> onlyCards(const Node& params) const;
    [[nodiscard]] tl::expected<Index, Fault> openSetup(const Call& call, const char* verb) const;
    Answer confirm(Index setup, const Call& call);
    std::optional<Fault> webAddress(const Node& params, const char* name, QByteArray* field) const;
    tl::expected<Index, Fault> salePrice(const Node& node);
    std::optional<Fault> readSale(const Node& params, std::vector<SaleLine>* lines, QByteArray* currency);
    std::optional<Fault> fitsMode(SaleMode mode, const std::vector<SaleLine>& lines) const;
    std::optional<Fault> writeSession(const Node& params, CheckoutSession* row);
    std::optional<Fault> writeBuyer(const Node& params, CheckoutSession* row);
    std::optional<Fault> writeDeal(const Node& params, CheckoutSession* row);
    std::optional<Fault> writeLink(const Node& params, PaymentLink* row);
    std::optional<Fault> writeFeatures(const Node& features, PortalConfiguration* row) const;
    std::optional<Fault> writePortal(const Node& params, PortalConfiguration* row) const;
    std::optional<Fault> writeFlow(const Node& flow, PortalSession* row) const;
    [[nodiscard]] tl::expected<Index, Fault> portalFor(const Call& call) const;
    template <typename T>
    Answer search(const Call& call, Kind kind, const Table<T>& table, const char* resource) const;
    std::optional<Fault> readMeterPayload(const Node& params, const Meter& meter, MeterEvent* event) const;
    [[nodiscard]] tl::expected<Index, Fault> attachable(const QByteArray& customer) const;
    [[nodiscard]] qint64 furthest(const TestClock& row) const;

    State& s;
    EventLog& m_log;
    Billing& m_billing;
    const Renderer& m_render;
};

inline constexpr size_t kClockCustomers = 3; ///< as commonly reported; Stripe does not say

/// created, due_date and the like: a value, or bounds.
[[nodiscard]] bool inRange(const Node& params, const char* name, qint64 value);

} // namespace ch::sandbox

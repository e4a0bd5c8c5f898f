// SPDX-License-Identifier: GPL-3.0-or-later
// The moves that subscriptions and invoices can make. The made-up past and requests use the same moves; only who decides on
// the outcome of a payment differs. Every move takes its time, in seconds. It checks nothing that a caller could have got
// wrong: Calls does. Owned by the engine; one thread.
#pragma once

#include "sandbox/EventLog.h"

namespace ch::sandbox {

struct TestCard;

/// A coupon, and the promotion code that leads to it; or a discount made of it before.
struct Deal {
    Deal(Index couponOf, Index promotionOf = kNone, Index discountOf = kNone) : coupon(couponOf), promotion(promotionOf), discount(discountOf) {} // NOLINT: a coupon alone is a deal
    operator Index() const { return coupon; }
    Index coupon, promotion;
    Index discount; ///< one that is there already and is to count here too
};

struct ItemSpec {
    Index price = kNone;
    qint64 quantity = 1;
    Metadata metadata;
    std::vector<Deal> coupons;
};

struct NewSubscription {
    Index customer = kNone, defaultMethod = kNone;
    std::vector<ItemSpec> items;
    std::vector<Deal> coupons;
    std::vector<LineDraft> additions; ///< of the first invoice, beside its items
    Metadata metadata;
    Extras extras;
    QByteArray description;
    qint64 trialEnd = 0, cancelAt = 0;
    qint64 anchor = 0; ///< of the billing cycle, in the future; 0: the start, or the trial's end
    qint64 since = 0;  ///< backdated to; 0: it starts now
    int daysUntilDue = 0;
    Proration proration = Proration::Create;
    TrialMissing trialMissing = TrialMissing::CreateInvoice;
    Collection collection = Collection::Charge;
    bool cancelAtPeriodEnd = false, generated = false, saveMethod = false;
    bool draft = false; ///< the first invoice is a draft for an hour
};

enum class Outcome : quint8 { Paid, Declined, Waits }; ///< Waits: nobody has tried yet
/// What is done about an update's invoice that is not paid: Allow tries and lets it be past_due, Wait does not try, Error refuses the
/// update (its caller has), Park leaves the subscription as it is until the invoice is paid.
enum class Settle : quint8 { Allow, Wait, Error, Park };

struct ItemChange {
    Index item = kNone; ///< kNone: a new one
    Index price = kNone;
    qint64 quantity = 1;
    bool remove = false;
    Metadata metadata = {}; ///< of a new one
    std::optional<std::vector<Deal>> discounts = {};
};

/// What an update asks for, read and checked.
struct SubscriptionChange {
    std::vector<ItemChange> items;
    std::optional<std::vector<Deal>> discounts;
    std::vector<LineDraft> additions; ///< of the next invoice
    qint64 at = 0;
    qint64 prorateAt = 0; ///< 0: as at
    qint64 trialEnd = 0;  ///< a trial until then, from now on; 0: as it is
    Proration proration = Proration::Create;
    bool restart = false;  ///< the billing cycle starts anew
    bool endTrial = false; ///< the trial is over
};

/// What it would make of the subscription.
struct ChangePlan {
    std::vector<Item> items;
    std::vector<LineDraft> lines;
    std::vector<Index> made; ///< the numbers of new items, in the order asked for
    qint64 anchor = 0, trialStart = 0, trialEnd = 0;
    SubStatus status = SubStatus::Active;
    bool invoices = false; ///< an invoice is made for it at once
    bool moves = false;    ///< the anchor or the trial changes
};

struct PauseTerms {
    enum class Unused : quint8 { None, Now, PeriodStart } unused = Unused::Now;
    bool usage = true, invoice = false;
};

struct ResumeTerms {
    bool anchorNow = true, onSuccess = false;
    Proration proration = Proration::Create;
    qint64 prorateAt = 0; ///< 0: now
};

class Billing {
public:
    Billing(State& state, EventLog& log) : s(state), m_log(log) {}

    Subscription& start(const NewSubscription& wish, qint64 at, Outcome first);
    /// What the first invoice would come to.
    [[nodiscard]] qint64 firstAmount(const NewSubscription& wish) const;
    /// The items whose period ends at this time go into their next one, with an invoice (a draft for an hour). Returns it.
    Invoice& renew(Subscription& row, qint64 at);
    void change(Subscription& row, const std::vector<ItemChange>& changes, qint64 at, Proration proration, Outcome outcome);
    [[nodiscard]] ChangePlan plan(const Subscription& row, const SubscriptionChange& wish);
    /// What would be due at once.
    [[nodiscard]] qint64 planDue(const Subscription& row, const SubscriptionChange& wish, const ChangePlan& plan) const;
    void apply(Subscription& row, const SubscriptionChange& wish, const ChangePlan& plan, Outcome outcome, Settle settle);
    /// An invoice for the change alone, made in the request that asked for it.
    void settleUpdate(Subscription& row, Index invoice, qint64 at, Outcome outcome, Settle settle);
    void pause(Subscription& row, qint64 at, PausedBy by, const PauseTerms& terms);
    void resume(Subscription& row, qint64 at, const ResumeTerms& terms, Outcome outcome);
    /// What waited for an invoice waits no more: it comes about (status: how it ends), or never will.
    /// A trial is over without a method to pay with: does what trial_settings says. False: that is to go on with an invoice.
    bool endTrialWithoutMethod(Subscription& row, qint64 at);
    void fulfil(Subscription& row, qint64 at, SubStatus status);
    void giveUp(Subscription& row, qint64 at, bool expired);
    Schedule& addSchedule(const Schedule& wish, qint64 at);
    /// Makes the subscription, in its first phase.
    void startSchedule(Schedule& row, qint64 at);
    /// The subscription becomes what this phase says: when it begins, or anew when it has been changed.
    void enterPhase(Schedule& row, Index number, qint64 at, Proration proration);
    /// On to the next phase; after the last, what end_behavior says.
    void endPhase(Schedule& row, qint64 at);
    void warnOfEnd(Schedule& row, qint64 at);
    /// It manages its subscription no more.
    void stopSchedule(Schedule& row, qint64 at, ScheduleStatus status, const char* event);
    void cancel(Subscription& row, qint64 at, CancelReason reason, bool prorate = false, bool invoiceNow = false);
    void setStatus(Subscription& row, SubStatus status, qint64 at);
    Index addDiscount(Deal deal, Index customer, Index subscription, Index item, qint64 at);
    /// Of an invoice, or of an invoice item: no event tells of these.
    Index addOwnDiscount(Index coupon, Index customer, Index invoice, Index invoiceItem, qint64 at);

    /// A new invoice item: onto its invoice if it names one (a draft), else it waits for the next.
    InvoiceItem& addItem(const InvoiceItem& wish, qint64 at);
    /// Prorations that wait for the subscription's next invoice.
    void addPending(Subscription& row, const std::vector<LineDraft>& lines, qint64 at);
    [[nodiscard]] std::vector<LineDraft> pendingOf(const Subscription& row) const;
    /// Takes an item off its draft or from those that wait, for good.
    void deleteItem(Index item, qint64 at);
    /// Forgets the prorations that wait for an invoice of this subscription; what was made by hand stays.
    void dropPending(Subscription& row, qint64 at);
    /// Lays a draft's lines anew after its items or discounts have changed: those in this order (numbers in State::lines), then these
    /// items. Amounts follow.
    void relay(Invoice& row, const std::vector<Index>& kept, const std::vector<Index>& added = {});
    /// The discounts of a subscription, or of its item: those of a coupon that is held already stay.
    std::vector<Index> redeem(const std::vector<Deal>& wishes, const std::vector<Index>& held, Index customer, Index subscription, Index item, qint64 at);

    [[nodiscard]] bool inForce(Index discount, qint64 at) const;

    void finalize(Invoice& row, qint64 at);
    /// To be called in a rehearsal (State::rehearse): what the subscription's next invoice will be, as if its time had come; kNone when
    /// there will be none. recurring: without what is billed once.
    [[nodiscard]] Index nextInvoice(Index subscription, bool recurring = false);
    /// The same for a customer: of the subscription that is billed first, or of what waits to be invoiced by hand.
    [[nodiscard]] Index nextInvoiceOf(Index customer, bool recurring = false);
    /// Makes an invoice of a rehearsal look like one that is still to come.
    void makePreview(Index invoice, Preview preview);
    /// A draft without lines, for what a person puts on it.
    Invoice& makeDraft(Invoice wish, qint64 at);
    /// Puts those of the customer's items that wait, or of one subscription of theirs, on a draft.
    void takeItems(Invoice& row, Index subscription);
    /// Puts items at the end of a draft: those that have a number waited until now, the others are new.
    void addToDraft(Invoice& row, const std::vector<InvoiceItem>& wishes, qint64 at);
    /// Takes lines of items off a draft: to wait again, or for good.
    void takeOffDraft(Invoice& row, const std::vector<std::pair<Index, bool>>& lines, qint64 at);
    /// A draft that is no more; its items go with it.
    void deleteDraft(Invoice& row, qint64 at);
    void send(Invoice& row, qint64 at);
    /// Takes the money by this method; kNone: by the one that the subscription or the customer pays with.
    void pay(Invoice& row, qint64 at, bool outOfBand = false, Index method = kNone);
    /// A payment has failed. Asked for by a person, it counts as an attempt only when it is the first (as Stripe counts).
    void decline(Invoice& row, qint64 at, qint64 nextAttempt, bool asked = false, Index method = kNone);
    /// When it is tried again after so many failed attempts; 0: it was the last.
    [[nodiscard]] qint64 nextRetry(int attempts, qint64 at) const;
    void voidInvoice(Invoice& row, qint64 at);
    void markUncollectible(Invoice& row, qint64 at);
    /// One attempt to take an intent's money, by its method; paid ones reach the balance, less Stripe's fee, when they are captured.
    void charge(PaymentIntent& intent, qint64 at, bool works);
    /// Gives back a part of a paid charge; the fee stays with Stripe.
    Refund& refund(Charge& charge, qint64 amount, const QByteArray& reason, const Metadata& metadata, qint64 at);
    /// What is wished for has been checked: it fits the invoice. An open invoice of which nothing is left is paid then.
    CreditNote& credit(const CreditNote& wish, qint64 toBalance, qint64 toRefund, qint64 at);
    void voidCredit(CreditNote& row, qint64 at);
    // What a person does by hand, or a request in a person's stead (BillingHand.cpp). Rows by their numbers.

    enum class Attempt : quint8 { Done, Declined, NeedsAction };
    /// The card as a new payment method, attached to nobody.
    Index newMethod(const TestCard& card, qint64 at);
    void attach(Index method, Index customer, qint64 at);
    /// One attempt at a payment intent by this method: an invoice's is paid with it. NeedsAction: authenticate() goes on.
    Attempt take(Index intent, Index method, qint64 at);
    /// Pays a finalized invoice by a card that a person has typed, and keeps the card for what its subscription owes later.
    Attempt payByHand(Index invoice, Index method, qint64 at);
    /// The step at the bank has been passed, or not. The intent needs it.
    void authenticate(Index intent, bool passed, qint64 at);
    /// Takes so much of an authorized amount; the rest is released.
    void capture(Index intent, qint64 amount, qint64 at);
    /// Tries a method that is to be kept; attached to the intent's customer when it works.
    Attempt confirmSetup(Index setup, Index method, qint64 at);
    /// The configuration that an account has once its owner has saved the portal's settings.
    void openPortal(qint64 at);
    /// A setup intent that a page has made.
    Index openSetup(SetupIntent row);
    void authenticateSetup(Index setup, bool passed, qint64 at);
    void cancelSetup(Index setup, const QByteArray& reason, qint64 at);
    /// An open session; the setup intent belongs to one that collects a card.
    Index openSession(CheckoutSession row, SetupIntent setup);
    /// A person finishes an open checkout session by this method. Declined: nothing has been made but the failed attempt.
    Attempt buy(Index session, Index method, qint64 at);
    void expireSession(Index session, qint64 at);

    /// Changes what the customer has to their credit (a negative balance) or owes, and writes down why. Nothing where nothing changes.
    Index moveBalance(Index customer, qint64 amount, CustomerEntry why, qint64 at);
    /// As far as the balance has been changed already.
    Index addEntry(Index customer, qint64 amount, CustomerEntry why, qint64 at);
    void deleteCustomer(Customer& row, qint64 at);
    void deleteClock(TestClock& row);

private:
    void settle(Charge& row, qint64 at);
    void succeed(Index intent, qint64 at);
    void succeedSetup(Index setup, qint64 at);
    /// What the customer owes from now on is taken by this method, of subscriptions with one of their own too.
    void replaceCard(Index customer, Index method, qint64 at);
    void needAction(Index intent, Index method, qint64 at);
    Attempt subscribe(Index session, Index method, qint64 at);
    Attempt sell(Index session, Index method, qint64 at);
    void complete(Index session, qint64 at);
    [[nodiscard]] NewSubscription wishOf(const CheckoutSession& row, Index method, qint64 at) const;
    Index buyer(Index session, qint64 at);
    void keep(Index invoice, Index method, qint64 at);
    Invoice& makeInvoice(Subscription& row, qint64 at, Reason reason, const std::vector<LineDraft>& drafts);
    /// A line to be put on an invoice: called like one that was there before, or anew; with the discounts of its own.
    struct Laid {
        LineDraft what;
        Index name = kNone;
        std::vector<Index> discounts;
        std::vector<LineDiscount> found; ///< what is taken off, filled in by discountLines
    };
    void addLines(Invoice& invoice, Subscription& row, const std::vector<LineDraft>& drafts);
    [[nodiscard]] Laid laid(const LineDraft& what, const Subscription* row, qint64 at) const;
    void layLines(Invoice& invoice, std::vector<Laid>& lines);
    void discountLines(const Invoice& invoice, std::vector<Laid>& lines) const;
    void applyDiscount(Index discount, const Invoice& invoice, const std::vector<size_t>& reach, std::vector<qint64>* left,
                       std::vector<Laid>& lines) const;
    [[nodiscard]] std::vector<Index> takePending(Customer& of, const QByteArray& currency) const;
    InvoiceItem& makeItem(InvoiceItem wish);
    void stopWaiting(Index item);
    /// A coupon's part of each line, by number; what is left of the lines gets less by it. item: kNone for all lines.
    [[nodiscard]] std::vector<std::pair<size_t, qint64>> shares(Index coupon, Index item, const QByteArray& currency, const std::vector<LineDraft>& drafts,
                                                                std::vector<qint64>* left) const;
    /// What would be due for such lines, less these coupons (of an item, or kNone for the whole), with the customer's balance.
    [[nodiscard]] qint64 dueFor(Index customer, const QByteArray& currency, const std::vector<LineDraft>& drafts,
                                const std::vector<std::pair<Index, Index>>& couponsOfItems) const;
    [[nodiscard]] Subscription drafted(const NewSubscription& wish, qint64 at) const;
    [[nodiscard]] Outcome outcomeFor(Index method) const;
    [[nodiscard]] SubscriptionChange phaseChange(const Subscription& row, const Phase& phase) const;
    void usageLines(const Subscription& row, const Item& item, qint64 until, std::vector<LineDraft>* out) const;
    void park(Subscription& row, const ChangePlan& plan, qint64 at, Outcome outcome);
    void adopt(Subscription& row, const ChangePlan& plan) const;
    void planNewItem(const Subscription& row, const ItemChange& wish, qint64 at, bool bills, ChangePlan* plan);
    void planItem(const Subscription& row, const ItemChange& wish, const SubscriptionChange& all, bool free, ChangePlan* plan);
    [[nodiscard]] bool becomesPaid(const Subscription& row, const SubscriptionChange& wish) const;
    void planRestart(const Subscription& row, const SubscriptionChange& wish, bool free, ChangePlan* plan);
    [[nodiscard]] std::vector<Index> discountsFor(const Subscription& row, qint64 at) const;
    void dropSpentDiscounts(Subscription& row, qint64 at);
    void previewDue(Invoice& row) const;
    [[nodiscard]] std::vector<LineDraft> firstLines(const Subscription& row) const;
    void settleFirst(Subscription& row, Invoice& invoice, qint64 at, Outcome outcome);
    void prorate(const Subscription& row, const Item& item, bool credit, qint64 at, std::vector<LineDraft>* out) const;
    [[nodiscard]] Index lastLineOf(const Subscription& row, Index item) const;
    [[nodiscard]] qint64 usage(const Subscription& row, const Item& item) const;
    void periodLines(const Subscription& row, const Item& item, qint64 start, qint64 end, std::vector<LineDraft>* out) const;

    State& s;
    EventLog& m_log;
};

} // namespace ch::sandbox

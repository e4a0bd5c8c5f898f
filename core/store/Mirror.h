// SPDX-License-Identifier: GPL-3.0-or-later
// The mirror: the local copy of one account's Stripe objects in one mode, in SQLite. It can be thrown away and rebuilt; a damaged file
// is set aside (renamed, never deleted) and a new one begun. This class is the one that writes; it is used by sync's applier alone.
// Files are 0600, WAL, secure_delete. Lives in the engine thread. Other processes read at the same time; SQLite's locks arbitrate.
#pragma once

#include "base/Error.h"
#include "store/LedgerTable.h"
#include "store/Prepacked.h"
#include "stripe/Parse.h"

#include <QStringList>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

namespace ch::store {

/// What a mirror belongs to. A mirror of another account or mode is refused with Safety.
struct MirrorIdentity {
    QString accountId;      ///< acct_..., or empty when the key may not read it: then the profile's id stands for it
    bool livemode = false;
};

/// The lists that a backfill reads. PaymentMethods and Discounts are none of their own: they come with the objects that name them. Numbers are kept
/// in the mirror: what is new goes to the end.
enum class ObjectList {
    Products, Prices, Coupons, Customers, Subscriptions, Invoices, PaymentIntents, Events,
    SubscriptionSchedules, Charges, Refunds, CreditNotes, InvoicePayments, BalanceTransactions, PaymentMethods, Discounts
};
[[nodiscard]] QString objectListName(ObjectList list);
/// The list that holds objects of a type that events name ("subscription"); nothing where no list of the mirror does.
[[nodiscard]] std::optional<ObjectList> objectListOf(const QString& objectType);
/// It makes history more exact, but no figure needs it: a key that may not read it does not leave the mirror partial.
[[nodiscard]] bool isSupplementary(ObjectList list);
/// Every list that has GETs of its own.
[[nodiscard]] const std::vector<ObjectList>& allLists();

/// How far a backfill came; one row a list, in the same transaction as the page it describes.
struct ListProgress {
    ObjectList list = ObjectList::Customers;
    qint64 run = 0;                 ///< the backfill it belongs to
    qint64 objects = 0;             ///< stored by this run
    bool ended = false;             ///< has_more was false, in every window
    bool notPermitted = false;      ///< the key may not read this list: the mirror stays partial, unless it is supplementary
};

/// A list is read in windows of "created", several at once; together they cover all of time, once for each pass of the list.
struct WindowProgress {
    static constexpr qint64 kBegin = std::numeric_limits<qint64>::min();
    static constexpr qint64 kEnd = std::numeric_limits<qint64>::max();

    ObjectList list = ObjectList::Customers;
    qint64 run = 0;
    int pass = 0;                   ///< which walk through the list: prices need two
    qint64 before = kEnd;           ///< excluded, seconds; with run, list and pass it names the window
    qint64 from = kBegin;           ///< included, seconds
    QString startingAfter;          ///< cursor of the next page; empty: from the newest
    qint64 objects = 0;
    qint64 newest = 0;              ///< of the objects read, where there are any
    qint64 oldest = 0;
    bool ended = false;             ///< has_more was false
};

/// An object that an event names.
struct ObjectRef {
    ObjectList list = ObjectList::Customers;
    QString id;
};

/// An object that events tell of.
struct ToldObject {
    ObjectRef object;
    qint64 created = 0;             ///< of the newest of them, seconds by Stripe's clock
};

/// What the mirror holds of an object, for who has to tell a newer copy from an older one.
struct HeldObject {
    qint64 receivedMs = 0;
    bool isDeleted = false;         ///< a customer that was erased
};

/// Objects of one page or one answer, stored together with what is known of the list. Newest wins.
struct Batch {
    std::vector<stripe::Received<stripe::Customer>> customers;
    std::vector<stripe::Received<stripe::Subscription>> subscriptions;
    std::vector<stripe::Received<stripe::Price>> prices;
    std::vector<stripe::Received<stripe::Product>> products;
    std::vector<stripe::Received<stripe::Coupon>> coupons;
    std::vector<stripe::Received<stripe::Invoice>> invoices;
    std::vector<stripe::Received<stripe::PaymentIntent>> paymentIntents;
    std::vector<stripe::Received<stripe::Event>> events;
    std::vector<stripe::Received<stripe::SubscriptionSchedule>> schedules;
    std::vector<stripe::Received<stripe::Charge>> charges;
    std::vector<stripe::Received<stripe::Refund>> refunds;
    std::vector<stripe::Received<stripe::CreditNote>> creditNotes;
    std::vector<stripe::Received<stripe::InvoicePayment>> invoicePayments;
    std::vector<stripe::Received<stripe::BalanceTransaction>> balanceTransactions;
    Prepacked prepacked;                      ///< of these objects, where it was made beforehand
    QStringList deletedCustomers;             ///< ids that Stripe says are deleted; personal data is erased from the row
    std::optional<ListProgress> progress;
    std::vector<WindowProgress> windows;
    std::optional<QStringList> newestEvents;  ///< of the run's first look at the events: those of their newest second. What comes later came since
    qint64 receivedAtMs = 0;                  ///< when the answer came: an object received later replaces one received earlier
    qint64 run = 0;                           ///< 0: not part of a backfill
};

using BatchPtr = std::shared_ptr<const Batch>;

/// MRR of one subscription, computed by revenue and kept beside it so that tables sort and sum by it.
struct SubscriptionValue {
    QString subscriptionId;
    CurrencyCode currency;
    qint64 listMinor = 0;
    qint64 contractedMinor = 0;
    qint64 netMinor = 0;
    qint64 mrrMinor = 0;            ///< by the definition in force; 0 where it does not count
    QString problem;                ///< not empty: could not be valued, and why (a short code of revenue's)
};

/// What a ledger is written by.
class LedgerSink {
public:
    virtual ~LedgerSink() = default;
    /// The rows of a customer one after the other, oldest first; each customer once.
    virtual void beginCustomer(std::string_view customerId) = 0;
    virtual void add(const LedgerRow& row) = 0;
    virtual void add(const LedgerSum& sum) = 0;
};

class Mirror {
public:
    /// Opens or creates dir/mirror.sqlite (numbered migrations). Storage, NewerVersion or Safety (another account's). A damaged file is
    /// renamed to mirror.damaged-TIME.sqlite and a new, empty mirror begun: wasRebuilt() then says so.
    [[nodiscard]] static Result<std::unique_ptr<Mirror>> open(const QString& dir, const MirrorIdentity& identity);
    ~Mirror();

    [[nodiscard]] bool wasRebuilt() const;

    using ValueOf = std::function<SubscriptionValue(const stripe::Subscription&, const class MirrorReader&)>;
    /// One transaction. Subscriptions whose value may have changed (they, their customer, price or coupon did) become dirty; with value they are
    /// valued as by revalue, the first some thousand in the same transaction.
    [[nodiscard]] Status apply(const Batch& batch, const ValueOf& value = {});
    /// All of them in one transaction, in their order. At least one.
    [[nodiscard]] Status apply(const std::vector<BatchPtr>& batches, const ValueOf& value = {});

    /// Begins a backfill, or takes up the one that was not finished: the same run number and the lists' progress. The first one of an empty mirror
    /// goes on without the indexes that only readers ask, until buildIndexes, finishRun or the next opening; readers are slower meanwhile, and
    /// customers and businesses are summed when their subscriptions are valued.
    [[nodiscard]] Result<qint64> beginRun(qint64 nowMs);
    [[nodiscard]] Result<std::vector<ListProgress>> progress(qint64 run) const;
    [[nodiscard]] Result<std::vector<WindowProgress>> windows(qint64 run) const;
    /// Whether the run has had its first look at the events.
    [[nodiscard]] Result<bool> hasSeenEvents(qint64 run) const;
    /// Visits the events that came since that look. shown: types of objects of whose events the JSON is read and handed on, and all that the event
    /// says. Of the others, and where the JSON was erased, json is empty and the event has its id, type, object and time alone: a long run has
    /// hundreds of thousands of them.
    [[nodiscard]] Status forEachEventDuring(qint64 run, const QStringList& shown, const std::function<void(const stripe::Event& event, const QByteArray& json)>& visit) const;
    /// Those of which the mirror's copy was not received so long after the event that it must hold what the event tells; what is not there at all too.
    [[nodiscard]] Result<std::vector<ObjectRef>> notReadSince(const std::vector<ToldObject>& objects) const;
    /// Drafts and open invoices of these subscriptions, and open payments of these invoices: what changes with them, and no event need tell.
    [[nodiscard]] Result<std::vector<ObjectRef>> unsettledOf(const QStringList& subscriptionIds, const QStringList& invoiceIds) const;
    /// Stripe has the object no more, although this run has read it: finishRun treats it as one that the run did not see.
    [[nodiscard]] Status unsee(const ObjectRef& object, qint64 run);
    /// Whether a page of this run has brought the object.
    [[nodiscard]] Result<bool> wasSeen(ObjectList list, const QString& id, qint64 run) const;
    /// Nothing where it is not there, or is known only because another object names it.
    [[nodiscard]] Result<std::optional<HeldObject>> held(const ObjectRef& object) const;
    /// Stripe has these no more: customers are erased, the others leave the tables where Stripe's lists leave them out.
    [[nodiscard]] Status gone(const std::vector<ObjectRef>& objects, qint64 nowMs);
    /// Which of these prices the mirror lacks, or holds without their tiers; without those remembered as absent.
    [[nodiscard]] Result<QStringList> missingPricesAmong(const QStringList& ids, qint64 nowMs) const;
    /// Drafts and open invoices of a subscription: what its end changes, and no event need tell.
    [[nodiscard]] Result<QStringList> unpaidInvoicesOf(const QString& subscriptionId) const;
    [[nodiscard]] Result<bool> holdsPaymentMethod(const QString& id) const;
    /// Events up to then (UTC) were listed, and what they tell is in this mirror: until when it knows what happened, see Completeness.
    [[nodiscard]] Status setEventsThrough(qint64 ms);
    /// What was said last; nothing: it never was.
    [[nodiscard]] Result<std::optional<qint64>> eventsThrough() const;
    /// When the newest of a list that has times was created, seconds; 0: none.
    [[nodiscard]] Result<qint64> newestOf(ObjectList list) const;
    /// Builds the indexes that a first backfill does without; nothing to do where none is missing. A million subscriptions take some seconds.
    /// built is called after each with its name.
    [[nodiscard]] Status buildIndexes(const std::function<void(const char* name)>& built = {});
    /// What the run read is not to be gone on from: the next one begins anew.
    [[nodiscard]] Status abandonRun(qint64 run);
    /// Every list of run has ended, and its windows leave no gap (else Internal): marks what the run did not see (and nothing newer brought) as gone from the list, and the mirror as complete.
    [[nodiscard]] Status finishRun(qint64 run, qint64 nowMs);

    /// Prices that items or invoice lines name and the mirror does not hold, or holds without their tiers: no list shows them. Without
    /// those that were remembered as absent in the last seven days.
    [[nodiscard]] Result<QStringList> missingPrices(qint64 nowMs) const;
    /// Coupons of which only the id came and that the mirror does not hold; likewise.
    [[nodiscard]] Result<QStringList> missingCoupons(qint64 nowMs) const;
    /// Stripe says that there is no such price or coupon (any more): it is not asked for at every sync.
    [[nodiscard]] Status rememberAbsent(const QString& id, qint64 nowMs);

    /// Hands each dirty subscription to value, stores what it returns and sums its customer and business anew, some thousand in one transaction.
    /// Dirty is also one whose value may have changed by time alone since it was valued: a discount, trial, pause or period has ended.
    [[nodiscard]] Status revalue(const ValueOf& value, qint64 nowMs);
    /// The first of those transactions: a fraction of a second. True: more are dirty.
    [[nodiscard]] Result<bool> revaluePiece(const ValueOf& value, qint64 nowMs);

    /// Replaces the whole ledger with what fill hands to its sink, rows and sums, in one transaction. Nothing is dirty then.
    [[nodiscard]] Status replaceLedger(const LedgerState& state, const std::function<Status(LedgerSink&)>& fill);
    /// Replaces the rows of dirty customers, and the sums by what that changes, in one transaction; fill hands over rows alone. False: more are
    /// dirty than at most, and nothing was done.
    [[nodiscard]] Result<bool> renewLedger(qint64 atMost, qint64 atMs, const std::function<Status(const QString& customerId, LedgerSink&)>& fill);
    /// The ledger is to be made anew, whoever is dirty.
    [[nodiscard]] Status forgetLedger();

    [[nodiscard]] Status setMeta(const QString& key, const QString& text);
    [[nodiscard]] Result<QString> meta(const QString& key) const;

    /// A reader on this very connection, for the engine's own questions.
    [[nodiscard]] const class MirrorReader& reader() const;

    /// Grows with every change; tables refresh by it. Also seen by other processes' readers.
    [[nodiscard]] qint64 revision() const;

private:
    Mirror();
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ch::store

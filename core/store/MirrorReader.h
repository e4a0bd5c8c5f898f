// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the mirror. Each reader has a read-only connection of its own and belongs to one thread; answers are plain values, consistent
// within one call. The records file is attached read-only where it exists, so that businesses known only there are found too.
#pragma once

#include "base/Error.h"
#include "store/EventLog.h"
#include "store/LedgerTable.h"
#include "stripe/Objects.h"

#include <QString>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace ch::store {

/// How much of the account the mirror holds, "partial" wherever complete is false; and until when it knows what happened at Stripe, which everybody who
/// says so says by this (window, terminal, /health, metrics, feed). The rule:
/// - A backfill that ended knows what happened before it began, of the lists that the key may read; without the others the mirror is partial for good.
///   One that runs, was stopped or failed changes nothing.
/// - Events tell on from there, up to when Stripe was last asked for them and all of them were applied (Mirror::setEventsThrough). What the mirror itself
///   says of that counts, not the event log: either file may have been put back from a copy or begun anew, and only what was applied to this mirror is
///   in it. What was said of events before the newest backfill ended gives way to that backfill.
/// - A mirror whose lists were never read to their end knows nothing, whatever the log has.
/// Times are compared in the order in which they were written down, so that a clock that was set back misleads nobody for longer than a poll.
struct Completeness {
    bool complete = false;
    bool running = false;                 ///< a backfill has begun and not ended
    qint64 completeAsOfMs = 0;            ///< start of the newest backfill that ended with every list that figures need; 0: never
    qint64 throughMs = 0;                 ///< what happened up to here is known, UTC; 0: nothing is
    ThroughBy throughBy = ThroughBy::Sync; ///< how
    QStringList missingLists;             ///< names of lists not read to their end; without supplementary ones that the key may not read
    QStringList notPermittedLists;        ///< supplementary ones too, without which it can be complete
};

struct MirrorCounts {
    qint64 customers = 0, subscriptions = 0, invoices = 0, prices = 0, products = 0, events = 0, paymentIntents = 0, coupons = 0;
    qint64 schedules = 0, charges = 0, refunds = 0, creditNotes = 0, invoicePayments = 0, balanceTransactions = 0, paymentMethods = 0;
};

/// The tables that the window and the terminal show.
enum class Table {
    Businesses,     ///< grouped by business id, records that Stripe does not know included
    Customers,      ///< every Stripe customer, those without a business id too
    Subscriptions,
    Invoices
};

enum class CellKind { Text, Id, Status, Amount, Currency, Time, Count };

struct ColumnSpec {
    const char* key;        ///< stable: settings, sorting and the titles in ui go by it
    CellKind kind;
    const char* currencyKey = nullptr; ///< for Amount: the column that names its currency
};

/// Nothing (a dash is shown), a whole number (amount, time in seconds, count), or text.
using Cell = std::variant<std::monostate, qint64, QString>;

struct Row {
    qint64 rowId = 0;
    QString objectId;            ///< business id, cus_, sub_ or in_
    std::vector<Cell> cells;     ///< one for each column of the table, in its order

    bool operator==(const Row&) const = default;
};

/// What one column must hold.
struct ColumnFilter {
    enum class Kind {
        Contains,   ///< text, in any case, marks aside
        OneOf,      ///< one of values, whole, as the mirror holds it; "": nothing is set
        Range,      ///< from and to, both included
        Missing,    ///< nothing is set
        Present
    };
    QString columnKey;                          ///< of the table, or metadataColumn(key)
    Kind kind = Kind::Contains;
    QString text;
    QStringList values;
    std::optional<qint64> from, to;             ///< seconds, a count, or an amount in thousandths of its currency's unit

    bool operator==(const ColumnFilter&) const = default;
};

struct TableFilter {
    QString text;                               ///< found in names, e-mails, ids and metadata, case-insensitive; empty: all
    std::vector<std::pair<QString, QString>> equals; ///< column key, value ("" matches nothing set)
    QString customerId;                         ///< only rows of this customer
    std::vector<ColumnFilter> columns = {};     ///< all of them

    bool operator==(const TableFilter&) const = default;
};

/// The key of a column that shows a key of the metadata: of the customer (businesses: of the newest customer), or of the subscription itself.
/// Invoices have none. Upper and lower case are the same key to filters and orders.
[[nodiscard]] QString metadataColumn(const QString& metadataKey);
/// Nothing: not such a column.
[[nodiscard]] std::optional<QString> metadataKeyOf(const QString& columnKey);

struct TableOrder {
    QString columnKey;          ///< empty: the table's own order (newest first; businesses by MRR). Amounts sort within their currency, the one with the most rows first
    bool descending = false;

    bool operator==(const TableOrder&) const = default;
};

/// Row ids of a table in its order, shared and never changed: 4 bytes a row.
using RowIds = std::shared_ptr<const std::vector<qint32>>;

class TableCache;
/// Set from another thread to stop a question: it ends as Cancelled.
using StopFlag = std::shared_ptr<std::atomic_bool>;

struct CurrencySum {
    CurrencyCode currency;
    qint64 minor = 0;
    qint64 rows = 0;
};

/// Columns of each table, in their order. Businesses: business_id, name, business_type, status, mrr, currency, subscriptions, email,
/// customer_id, created, conflict, currencies. Customers: customer_id, name, email, business_id, business_type, status, mrr, currency,
/// subscriptions, created, currencies. Subscriptions: subscription_id, name (the customer's), business_id, business_type, status, mrr, currency,
/// created, current_period_end, cancel_at, ended_at, customer_id. Invoices: invoice_id, number, name, status, total, amount_paid,
/// amount_remaining, currency, created, due_date, paid_at, subscription_id, customer_id.
[[nodiscard]] const std::vector<ColumnSpec>& columnsOf(Table table);

/// One business, or a customer without a business id (then businessId is the customer id and type is "unclassified").
struct Business {
    QString businessId;
    QString name;
    QString type;                          ///< saas, ecommerce, content, api, tool, unclassified, or what metadata says
    QString status;                        ///< Stripe's word for its subscription; taken_down when we did that and none of it lives since; legacy, none
    QStringList customerIds;               ///< more than one: a conflict, shown and never guessed away
    QString email;
    QString subscriptionId;                ///< the one that a record names, else the newest not ended, else the newest
    QStringList subscriptionIds;           ///< all, newest first
    QString paymentIntentId;               ///< legacy; from the record
    std::vector<Money> mrr;                ///< one for each currency that is not 0, or one 0 in the subscription's currency
    qint64 created = 0;
    bool hasRecord = false;
    bool isDeletedInStripe = false;
    [[nodiscard]] bool isConflict() const { return customerIds.size() > 1; }
};

class MirrorReader {
public:
    /// Opens dir/mirror.sqlite for reading, and dir/records.sqlite beside it where it exists.
    /// Readers of one window share a cache, so that what one has put in order the others need not.
    [[nodiscard]] static Result<std::unique_ptr<MirrorReader>> open(const QString& dir, std::shared_ptr<TableCache> cache = {});
    ~MirrorReader();

    [[nodiscard]] Result<qint64> revision() const;
    [[nodiscard]] Result<Completeness> completeness() const;
    [[nodiscard]] Result<MirrorCounts> counts() const;

    /// Row ids of a table for filter and order: the backbone of a table in the window.
    [[nodiscard]] Result<RowIds> tableIds(Table table, const TableFilter& filter, const TableOrder& order) const;
    /// The same as plain numbers, for those who go through them.
    [[nodiscard]] Result<std::vector<qint64>> rowIds(Table table, const TableFilter& filter, const TableOrder& order) const;
    /// Up to so many of the first ids, as far as they are to be had within some 30 ms: from an index, or along an order that is in the cache, which
    /// may be that of a moment ago; a few may be wanting. Nothing: not so quickly. tableIds has the last word.
    [[nodiscard]] Result<std::optional<std::vector<qint64>>> firstIds(Table table, const TableFilter& filter, const TableOrder& order, size_t most) const;
    /// Reads what firstIds needs to be quick with what is asked most: words, and the order of the amounts.
    [[nodiscard]] Status prepare(Table table) const;
    /// The rows of these ids, in their order; ids that are gone give a row with an empty objectId. After the table's own columns a cell for each
    /// of metadataKeys.
    [[nodiscard]] Result<std::vector<Row>> rows(Table table, const std::vector<qint64>& rowIds, const QStringList& metadataKeys = {}) const;
    /// Sums of the amount column (mrr; invoices: total) over the filter, by currency.
    [[nodiscard]] Result<std::vector<CurrencySum>> sums(Table table, const TableFilter& filter) const;
    /// Over these rows.
    [[nodiscard]] Result<std::vector<CurrencySum>> sumsOf(Table table, const std::vector<qint32>& rowIds) const;
    /// The keys of metadata that the table can show, as Stripe spells them, in order.
    [[nodiscard]] Result<QStringList> metadataKeys(Table table) const;
    /// Questions from now on end as Cancelled once the flag is set; null: none does.
    void stopBy(StopFlag flag) const;

    /// businessId: a business id, or a customer id. Nothing when neither the mirror nor the records know it.
    [[nodiscard]] Result<std::optional<Business>> business(const QString& businessId) const;
    /// Every business, ordered by business id; customers without a business id only when asked for.
    [[nodiscard]] Status forEachBusiness(bool withUnclassified, const std::function<void(const Business&)>& visit) const;

    [[nodiscard]] Result<std::optional<stripe::Customer>> customer(const QString& id) const;
    [[nodiscard]] Result<std::optional<stripe::Subscription>> subscription(const QString& id) const;
    [[nodiscard]] Result<std::optional<stripe::Price>> price(const QString& id) const;
    [[nodiscard]] Result<std::optional<stripe::Coupon>> coupon(const QString& id) const;
    [[nodiscard]] Result<std::optional<stripe::Invoice>> invoice(const QString& id) const;
    [[nodiscard]] Result<std::optional<stripe::PaymentIntent>> paymentIntent(const QString& id) const;
    [[nodiscard]] Result<std::vector<stripe::Subscription>> subscriptionsOfCustomer(const QString& customerId) const;
    [[nodiscard]] Result<std::vector<stripe::Invoice>> invoicesOfCustomer(const QString& customerId) const;
    /// Stripe's JSON of an object by its id, indented; nothing when the mirror does not hold it.
    [[nodiscard]] Result<std::optional<QByteArray>> json(const QString& objectId) const;

    /// The discount of each customer that has one of its own; of one customer, or of all.
    [[nodiscard]] Status forEachCustomerDiscount(const QString& customerId, const std::function<void(const QString& customerId, const stripe::Discount&)>& visit) const;
    [[nodiscard]] Status forEachSubscription(const std::function<void(const stripe::Subscription&)>& visit) const;
    /// Lines of invoices that count as history (all but drafts), in order of subscription item and period.
    struct DatedLine {
        stripe::InvoiceLine line;
        QString invoiceId;
        QString invoiceStatus;
        QString customerId;
        QString billingReason;
        CurrencyCode currency;
        qint64 invoiceCreated = 0;
    };
    [[nodiscard]] Status forEachInvoiceLine(const std::function<void(const DatedLine&)>& visit) const;

    /// What the revenue ledger is made of, as fast as it can be read; of one customer, or of all where customerId is empty. Texts are good
    /// during the visit only. None of it is of a test clock, or gone from Stripe's lists.
    struct HistoryCustomer {
        std::string_view id, businessType;   ///< "unclassified" where nothing says it
    };
    [[nodiscard]] Status forEachHistoryCustomer(const QString& customerId, const std::function<void(const HistoryCustomer&)>& visit) const;
    struct HistoryDiscount {
        std::string id, couponId;
        qint64 start = 0, end = 0;           ///< end 0: none
        qint64 terms = 0;                    ///< for couponTerms(); 0: it came without its coupon
    };
    struct HistoryItem {
        std::string id, priceId, inclusiveRates;   ///< percentages joined by +
        std::optional<qint64> quantity;
        qint64 created = 0, periodStart = 0;
        std::vector<HistoryDiscount> discounts;
    };
    struct HistorySubscription {
        std::string_view id, customerId, status, currency, cancelReason;
        qint64 created = 0, startDate = 0, trialStart = 0, trialEnd = 0, cancelAt = 0, canceledAt = 0, endedAt = 0;
        int pause = 0;                       ///< 0 none, 1 drafts are kept, 2 nothing is charged
        bool byInvoice = false, itemsComplete = true, hasOwnDiscounts = false;
        std::vector<HistoryItem> items;
        std::vector<HistoryDiscount> discounts;
    };
    [[nodiscard]] Status forEachHistorySubscription(const QString& customerId, const std::function<void(const HistorySubscription&)>& visit) const;
    /// A coupon as it stood in a discount.
    [[nodiscard]] Result<stripe::Coupon> couponTerms(qint64 terms) const;
    struct HistoryInvoice {
        std::string_view id, subscriptionId, billingReason, status;
        qint64 created = 0, paidAt = 0;      ///< 0: not paid
        qint64 givenUpAt = 0;                ///< when it was voided or marked uncollectible; 0: it was not, or that is not known
    };
    struct HistoryLine {
        std::string_view id, priceId, subscriptionId, subscriptionItemId;
        qint64 amount = 0, quantity = 1, periodStart = 0, periodEnd = 0;
        bool proration = false;
        std::string_view discountIds = {};   ///< with blanks between
        qint64 discountAmount = 0, inclusiveTax = 0;
        bool credit = false;                 ///< of a proration: it names the lines that it takes back
    };
    /// Invoices that are no drafts, in any order, each with the lines of it that bill an item.
    [[nodiscard]] Status forEachHistoryInvoice(const QString& customerId, const std::function<void(const HistoryInvoice&)>& invoice,
        const std::function<void(const HistoryInvoice&, const HistoryLine&)>& line) const;
    /// Events of subscriptions (customer.subscription.*) with their JSON, those that only our own log still has first, then oldest first; those of
    /// one second in the order in which they were made.
    [[nodiscard]] Status forEachSubscriptionEvent(const QString& customerId, const std::function<void(const stripe::Event&, const QByteArray&)>& visit) const;
    /// An item of a phase of a schedule; by schedule, phase and place.
    struct ScheduledItem {
        std::string_view scheduleId, subscriptionId, status, endBehavior, priceId;
        qint64 created = 0, endedAt = 0;            ///< of the schedule; 0: it has not ended
        qint64 phase = 0, phaseStart = 0, phaseEnd = 0;
        std::optional<qint64> quantity;
    };
    [[nodiscard]] Status forEachScheduledItem(const QString& customerId, const std::function<void(const ScheduledItem&)>& visit) const;
    /// Attempts to pay invoices of subscriptions, oldest first: only of invoices for which one failed, since the others say nothing of dunning. What
    /// is still under way is left out.
    struct PaymentAttempt {
        std::string_view chargeId, invoiceId, subscriptionId, billingReason;
        qint64 created = 0, invoicePaidAt = 0;      ///< 0: not paid
        bool succeeded = false;
        bool atOnce = false;                        ///< known when it was made (a card), not days later (a debit)
    };
    [[nodiscard]] Status forEachPaymentAttempt(const QString& customerId, const std::function<void(const PaymentAttempt&)>& visit) const;
    /// The rates at which Stripe converted, oldest first: amount in from times rate is the amount in to. Of charges and refunds, whose currency is
    /// known. rate: the decimal as it came. Texts likewise.
    struct ExchangeRate {
        std::string_view transactionId, sourceId, from, to, rate;
        qint64 created = 0;
    };
    [[nodiscard]] Status forEachExchangeRate(const std::function<void(const ExchangeRate&)>& visit) const;
    /// Discounts that any object named, the past ones too. Texts likewise.
    struct KnownDiscount {
        std::string_view id, couponId, customerId, subscriptionId, itemId;
        qint64 start = 0;
        std::optional<qint64> end;
    };
    [[nodiscard]] Status forEachDiscount(const QString& customerId, const std::function<void(const KnownDiscount&)>& visit) const;
    /// Events of discounts (customer.discount.*), likewise.
    [[nodiscard]] Status forEachDiscountEvent(const QString& customerId, const std::function<void(const stripe::Event&, const QByteArray&)>& visit) const;
    /// Subscriptions that our own take-downs ended, as the journal says; of one customer, or of all.
    [[nodiscard]] Result<QStringList> takenDownSubscriptions(const QString& customerId = {}) const;
    /// The country of each customer's address, as it stands in Stripe's object; customers without one are left out.
    [[nodiscard]] Status forEachCountry(const std::function<void(const QString& customerId, const QString& country)>& visit) const;

    /// Stored MRR values (see Mirror::revalue), with what groups them.
    struct ValuedSubscription {
        QString subscriptionId;
        QString customerId;
        QString businessType;
        QString status;
        CurrencyCode currency;
        qint64 mrrMinor = 0;
        QString problem;
    };
    [[nodiscard]] Status forEachValue(const std::function<void(const ValuedSubscription&)>& visit) const;
    /// Those that could not be valued; problem: revenue's code, or "not_valued_yet".
    [[nodiscard]] Status forEachUnvalued(const std::function<void(const QString& subscriptionId, const QString& problem)>& visit) const;
    /// Sums of the stored values by currency and business type, of those that bring something.
    [[nodiscard]] Status forEachValueSum(const std::function<void(const LedgerSum&)>& visit) const;

    /// Up to when every event of the account was listed, for our own log of them (EventLog.h); 0: never, or there is no records file.
    [[nodiscard]] Result<qint64> eventsListedThroughMs() const;

    // --- the revenue ledger, as it was last written (see LedgerTable.h)
    [[nodiscard]] Result<LedgerState> ledgerState() const;
    /// Sums of one grain from a day on (yyyymmdd, included), by currency, then day; those before it come first, added up, with start 0.
    [[nodiscard]] Status forEachLedgerSum(LedgerGrain grain, int from, const std::function<void(const LedgerSum&)>& visit) const;
    /// The rows that change MRR, newest first, until visit says false.
    [[nodiscard]] Status forEachNewestRow(const std::function<bool(const QString& customerId, const LedgerRow&)>& visit) const;
    /// All rows of a customer, oldest first.
    [[nodiscard]] Status forEachLedgerRow(const QString& customerId, const std::function<void(const LedgerRow&)>& visit) const;

    [[nodiscard]] Result<QString> meta(const QString& key) const;

private:
    friend class Mirror;
    MirrorReader();
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ch::store

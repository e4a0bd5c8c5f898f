// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of the simulated account: plain structs, no JSON. Instants are seconds since 1970 (UTC), 0 means never or not set;
// amounts are minor units. A row names others by their number (Index), kNone where there is none.
// A new row type, or a new field of one, needs its line in RowVisit.h: by that a business is copied and the account saved.
#pragma once

#include "sandbox/Ids.h"

#include <QList>
#include <QMap>
#include <QPair>
#include <memory>
#include <tuple>
#include <variant>
#include <vector>

namespace ch::sandbox {

__extension__ using Wide = __int128;

using Metadata = QList<QPair<QByteArray, QByteArray>>;
/// Fields that hardly any object sets: name to finished JSON.
using Extras = QMap<QByteArray, QByteArray>;

inline constexpr qint64 kDay = 86400;
inline constexpr qint64 kClockDays = 30; ///< then a test clock and its customers are deleted
inline constexpr qint64 kEventDays = 30 * kDay;
inline constexpr const char* kAccountCurrency = "usd";
inline constexpr const char* kApiVersion = "2026-10-28.endive";

enum class Interval : quint8 { Day, Week, Month, Year };
enum class SubStatus : quint8 { Active, Canceled, Incomplete, IncompleteExpired, PastDue, Paused, Trialing, Unpaid };
enum class InvoiceStatus : quint8 { Draft, Open, Paid, Uncollectible, Void };
enum class PiStatus : quint8 { NeedsMethod, NeedsConfirmation, NeedsAction, Processing, NeedsCapture, Canceled, Succeeded };
enum class Reason : quint8 { Create, Cycle, Update, Manual, Upcoming };
enum class Preview : quint8 { No, Asked, Announced }; ///< Announced: by invoice.upcoming, which gives no id
enum class Collection : quint8 { Charge, Send };
enum class Pause : quint8 { None, KeepAsDraft, MarkUncollectible, Void };
enum class CancelReason : quint8 { None, Requested, PaymentFailed };
/// What happens when a trial ends and there is no method to pay with.
enum class TrialMissing : quint8 { CreateInvoice, Cancel, Pause };
enum class PausedBy : quint8 { Nobody, Request, TrialEnd };
/// What becomes of the difference when something changes in the middle of a period.
enum class Proration : quint8 { Create, Invoice, None };
enum class Duration : quint8 { Forever, Once, Repeating };
/// What becomes of a subscription whose last attempt to collect has failed.
enum class AfterRetries : quint8 { Cancel, Unpaid, PastDue };
/// Why a card is declined: error code, decline code and Stripe's sentence. Static texts.
struct Decline {
    const char *code, *reason, *message;
};
inline constexpr Decline kGenericDecline{"card_declined", "generic_decline", "Your card was declined."};
/// Of a card whose bank wants to ask its holder first. Off session that is a decline, else a step that the holder takes on a page.
inline constexpr Decline kNeedsAuthentication{"authentication_required", "authentication_required",
                                              "Your card was declined. This transaction requires authentication."};

[[nodiscard]] const char* word(Interval value);
[[nodiscard]] const char* word(SubStatus value);
[[nodiscard]] const char* word(InvoiceStatus value);
[[nodiscard]] const char* word(PiStatus value);
[[nodiscard]] const char* word(Reason value);
[[nodiscard]] const char* word(Collection value);
[[nodiscard]] const char* word(Pause value);
[[nodiscard]] const char* word(Duration value);
[[nodiscard]] const char* word(TrialMissing value);

struct Row {
    Index self = kNone;
    qint64 created = 0;
};

struct Product : Row {
    QByteArray ownId, name, description, unitLabel, url, statementDescriptor;
    Metadata metadata;
    Extras extras;
    qint64 updated = 0;
    Index defaultPrice = kNone;
    bool active = true, deleted = false;
};

struct Tier {
    qint64 upTo = 0; ///< 0: without end
    Wide unit = 0, flat = 0; ///< minor units times 10^12
    bool hasUnit = false, hasFlat = false;
};

struct Price : Row {
    Index product = kNone;
    QByteArray currency, lookupKey, nickname, taxBehavior = "unspecified", meter;
    Metadata metadata;
    Extras extras;
    Wide unit = 0; ///< minor units times 10^12
    std::vector<Tier> tiers;
    qint64 divideBy = 0;
    int intervalCount = 1, trialDays = 0;
    Interval interval = Interval::Month;
    bool active = true, recurring = true, metered = false, volume = false, roundUp = true, inlineMade = false, customAmount = false;
};

struct Coupon : Row {
    QByteArray ownId, name, currency, percentText; ///< percentText: "12.5", empty for an amount
    Metadata metadata;
    qint64 amountOff = 0, redeemBy = 0, maxRedemptions = 0, timesRedeemed = 0;
    int months = 0;
    Duration duration = Duration::Forever;
    std::vector<Index> products; ///< empty: every product
    bool deleted = false;
};

struct Discount : Row {
    Index promotion = kNone; ///< the promotion code that brought it
    Index coupon = kNone, customer = kNone, subscription = kNone, item = kNone, invoice = kNone, invoiceItem = kNone;
    qint64 start = 0, end = 0;
    bool used = false; ///< a once-discount that an invoice has used
    bool deleted = false;
};

struct PaymentMethod : Row {
    Index customer = kNone;
    Metadata metadata;
    QByteArray brand = "visa", last4 = "4242";
    const Decline* decline = nullptr; ///< what happens when it is charged; none: it works
    bool keeps = true; ///< a bank lets it be attached to a customer
};

struct TestClock : Row {
    QByteArray name;
    qint64 frozen = 0, target = 0; ///< target: where it is being advanced to, 0 when it is ready
    qint64 settlesAtMs = 0; ///< when it will be ready, on the monotonic clock
    int looks = 0; ///< how often it is still shown as advancing, where advancing takes no time
    std::vector<Index> customers;
    bool deleted = false;
};

struct Customer : Row {
    QByteArray name, email, description, phone, currency;
    Metadata metadata;
    Extras extras;
    std::vector<Index> pending; ///< invoice items for the next invoice of any of its subscriptions
    qint64 balance = 0;
    Index defaultMethod = kNone, discount = kNone, clock = kNone;
    quint32 nextInvoice = 1;
    bool delinquent = false, deleted = false;
};

struct Item : Row {
    Index price = kNone;
    qint64 quantity = 1, periodStart = 0, periodEnd = 0;
    Metadata metadata;
    std::vector<Index> discounts;
};

/// A line not yet on an invoice (a proration), or one being put on it.
struct LineDraft {
    Index item = kNone, price = kNone;
    qint64 quantity = 0, amount = 0, start = 0, end = 0;
    Index credited = kNone; ///< the line that a credit takes back
    Index invoiceItem = kNone; ///< which it is, or was before it came on an invoice
    qint8 tier = -1; ///< number of the tier, for tiered prices
    bool discountable = true;
    bool proration = false, credit = false, trial = false, flat = false, hasQuantity = true;
};

/// What comes about when an invoice is paid: an update (Stripe's pending_update), or a paused subscription's way back.
struct Awaited {
    Index invoice = kNone;
    std::vector<Item> items;      ///< as they are to be
    std::vector<LineDraft> taken; ///< was pending and went on the invoice; pending again when that is voided
    qint64 anchor = 0, trialStart = 0, trialEnd = 0, expiresAt = 0;
    SubStatus status = SubStatus::Active;
    bool resumes = false, onSuccess = false; ///< onSuccess: a failed payment leaves it paused
    bool moves = false;                      ///< the anchor or the trial is to change
};

/// None, or one.
class Waiting : public std::vector<Awaited> {
public:
    explicit operator bool() const { return !empty(); }
    const Awaited* operator->() const { return &front(); }
    Awaited* operator->() { return &front(); }
};

struct Subscription : Row {
    Index customer = kNone, latestInvoice = kNone, defaultMethod = kNone, clock = kNone;
    Index schedule = kNone; ///< the one that manages it now
    Waiting awaited;
    QByteArray currency, description, cancelComment, cancelFeedback;
    Metadata metadata;
    Extras extras;
    std::vector<Item> items;
    std::vector<Index> discounts;
    std::vector<Index> pending; ///< invoice items for its next invoice
    qint64 start = 0, anchor = 0, cancelAt = 0, canceledAt = 0, endedAt = 0, trialStart = 0, trialEnd = 0, pauseResumesAt = 0;
    qint64 pausedAt = 0;
    qint64 trialWarned = 0; ///< the trial end that customer.subscription.trial_will_end has told of
    int daysUntilDue = 0;
    SubStatus status = SubStatus::Active;
    Collection collection = Collection::Charge;
    Pause pause = Pause::None;
    CancelReason cancelReason = CancelReason::None;
    TrialMissing trialMissing = TrialMissing::CreateInvoice;
    PausedBy pausedBy = PausedBy::Nobody;
    bool cancelAtPeriodEnd = false, generated = false, saveMethod = false;
    bool cancelProrates = true; ///< an end in the middle of a period gives credit
};

struct LineDiscount {
    Index discount = kNone;
    qint64 amount = 0;
};

struct Line {
    LineDraft what;
    Index invoice = kNone;
    Index name = kNone; ///< the line that it is a later state of (drafts can be edited); kNone: itself
    std::vector<LineDiscount> discounts;
};

/// The subscription of an item number, also when the item has been taken off it.
struct ItemOwner {
    Index subscription = kNone;
};

/// What was ever a customer's own, by number (a made-up past is made business by business, so that is not by time).
struct Owned {
    std::vector<Index> subscriptions, invoices, invoiceItems, methods, intents, charges, schedules, entries;
};

struct Invoice : Row {
    Index customer = kNone, subscription = kNone, intent = kNone, firstLine = 0;
    quint32 lineCount = 0, sequence = 0;
    QByteArray currency, customerName, customerEmail;
    Metadata metadata, subscriptionMetadata;
    std::vector<Index> discounts;
    std::vector<Index> laid; ///< the lines where they were edited: then firstLine and lineCount say nothing
    Extras extras; ///< description, footer, statement_descriptor, custom_fields, number
    Index defaultMethod = kNone;
    int daysUntilDue = 0; ///< of one made by hand
    qint64 finalizesAt = 0, effectiveAt = 0; ///< where a person has set them
    qint64 finalizedAt = 0, paidAt = 0, voidedAt = 0, uncollectibleAt = 0, dueDate = 0, periodStart = 0, periodEnd = 0;
    qint64 startingBalance = 0, endingBalance = 0;
    qint64 nextAttempt = 0, subtotal = 0, discounted = 0, total = 0, amountDue = 0, amountPaid = 0;
    qint64 creditedBefore = 0, creditedAfter = 0; ///< by credit notes, before and after payment
    int creditNotes = 0;
    quint16 attempts = 0;
    InvoiceStatus status = InvoiceStatus::Draft;
    Reason reason = Reason::Create;
    Collection collection = Collection::Charge;
    Pause pause = Pause::None; ///< how collection was paused when it was made
    Preview preview = Preview::No;
    bool autoAdvance = true, outOfBand = false, overdue = false, relaid = false, deleted = false;
};

/// What will be a line of an invoice, or is one: a proration, or made by hand.
struct InvoiceItem : Row {
    LineDraft what;
    Index customer = kNone, subscription = kNone, invoice = kNone; ///< invoice: kNone while it waits
    QByteArray currency, description; ///< of one made by hand
    Metadata metadata;
    std::vector<Index> discounts;
    Wide unit = 0; ///< minor units times 10^12, where it has no price
    bool deleted = false;
};

struct PaymentIntent : Row {
    Index customer = kNone, invoice = kNone, method = kNone;
    QByteArray currency, description, cancellationReason, receiptEmail;
    Metadata metadata;
    qint64 amount = 0, received = 0, canceledAt = 0, succeededAt = 0;
    PiStatus status = PiStatus::NeedsMethod;
    Index charge = kNone; ///< the latest
    std::vector<Index> charges; ///< every attempt
    const Decline* decline = nullptr; ///< of the latest attempt
    bool manualCapture = false;
    QByteArray returnUrl;  ///< where authentication leads back to
    Index session = kNone; ///< the checkout session that made it
};

/// One attempt to take money. The failed ones stay, as at Stripe.
struct Charge : Row {
    Index intent = kNone, customer = kNone, method = kNone, entry = kNone;
    QByteArray currency, description;
    const Decline* decline = nullptr; ///< none: it worked
    Metadata metadata;
    qint64 amount = 0, refunded = 0;
    qint64 taken = 0; ///< of the amount, when it was captured
    bool paid = false, captured = false;
    std::vector<Index> refunds; ///< oldest first
};

struct Refund : Row {
    Index charge = kNone, intent = kNone, customer = kNone, entry = kNone;
    QByteArray currency, reason;
    Metadata metadata;
    qint64 amount = 0;
};

/// Takes back a part of a finalized invoice: of what is still open, or of what was paid.
struct CreditNote : Row {
    Index invoice = kNone, customer = kNone, refund = kNone, entry = kNone; ///< entry: what it did to the customer's balance
    QByteArray currency, reason, memo;
    Metadata metadata;
    qint64 amount = 0, outOfBand = 0, voidedAt = 0;
    int number = 1; ///< of the invoice's
    bool afterPayment = false;
};

enum class EntryType : quint8 { Adjustment, AppliedToInvoice, CreditNote, Initial, UnappliedFromInvoice };
[[nodiscard]] const char* word(EntryType value);

/// A change of a customer's balance.
struct CustomerEntry : Row {
    Index customer = kNone, invoice = kNone, creditNote = kNone;
    QByteArray currency, description;
    Metadata metadata;
    qint64 amount = 0, ending = 0; ///< ending: the balance then
    EntryType type = EntryType::Adjustment;
};

/// A movement of the account's balance, in the account's currency.
struct BalanceEntry : Row {
    Index charge = kNone, refund = kNone, customer = kNone; ///< a charge or a refund
    qint64 amount = 0, fee = 0, availableOn = 0;
    const char* rate = nullptr; ///< decimal text; none where nothing was converted
};

/// Where events are sent (Deliveries).
struct WebhookEndpoint : Row {
    QByteArray url, description, apiVersion, secret, oldSecret;
    QList<QByteArray> enabledEvents;
    Metadata metadata;
    qint64 oldSecretUntil = 0; ///< it signs beside the new one until then
    bool disabled = false, deleted = false;
};

} // namespace ch::sandbox

#include "sandbox/RowsPages.h" // built on the rows above; the snapshot below holds them
#include "sandbox/RowsSchedule.h"
#include "sandbox/RowsMeters.h"

namespace ch::sandbox {

/// An object as it was at an event.
using Snapshot = std::variant<Customer, Product, Price, Coupon, Subscription, Invoice, PaymentIntent, PaymentMethod, Discount, TestClock, Charge, Refund, CreditNote, InvoiceItem,
                              SetupIntent, CheckoutSession, PaymentLink, PortalConfiguration, PortalSession, PromotionCode, Schedule, Meter>;

struct Event : Row {
    const char* type = ""; ///< static text
    std::shared_ptr<const Snapshot> now, before; ///< before only where previous_attributes are shown
    QByteArray requestId, idempotencyKey;
    quint16 pendingWebhooks = 0; ///< endpoints that have not got it yet, or never will
};

} // namespace ch::sandbox

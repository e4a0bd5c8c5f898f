// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Schema.h"

#include "store/RecordRows.h"
#include "store/TableIndex.h"
#include "store/TypedRows.h"

#include <QDir>
#include <iterator>

namespace ch::store {

namespace {

// Times are Stripe's seconds; columns ending in _ms are milliseconds; amounts are minor units. search is folded text (Text.h).
// hidden: 0 shown and counted, 1 gone from Stripe's list, 2 of a test clock. received_ms 0: known only because another object names it.
// In tables WITHOUT ROWID the key's columns come first and in the key's order: quick_check of SQLite 3.40 looks for NULLs in wrong columns otherwise.
// digest: of the JSON as it came, to tell an unchanged object without unpacking it. raw: the JSON, packed (RawPack.h); null: erased.
constexpr char kMirrorStep1[] = R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE counter(only INTEGER PRIMARY KEY CHECK(only = 1), revision INTEGER NOT NULL) STRICT;
INSERT INTO counter VALUES(1, 1);

CREATE TABLE runs(run INTEGER PRIMARY KEY AUTOINCREMENT, started_ms INTEGER NOT NULL, finished_ms INTEGER, complete INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE progress(
  run INTEGER NOT NULL REFERENCES runs(run) ON DELETE CASCADE, list INTEGER NOT NULL, starting_after TEXT NOT NULL, objects INTEGER NOT NULL,
  ended INTEGER NOT NULL, not_permitted INTEGER NOT NULL, PRIMARY KEY(run, list)) STRICT, WITHOUT ROWID;

CREATE TABLE customers(
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL DEFAULT '', name_key TEXT NOT NULL DEFAULT '', email TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '', business_id TEXT NOT NULL DEFAULT '', business_type TEXT NOT NULL DEFAULT '', business_name TEXT NOT NULL DEFAULT '',
  created INTEGER NOT NULL DEFAULT 0, deleted INTEGER NOT NULL DEFAULT 0, hidden INTEGER NOT NULL DEFAULT 0, coupon_id TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL DEFAULT '', mrr_minor INTEGER, mrr_currency TEXT NOT NULL DEFAULT '', currencies INTEGER NOT NULL DEFAULT 0,
  subscriptions INTEGER NOT NULL DEFAULT 0, search TEXT NOT NULL DEFAULT '',
  received_ms INTEGER NOT NULL DEFAULT 0, run INTEGER NOT NULL DEFAULT 0, digest BLOB, raw BLOB) STRICT;
CREATE INDEX customers_business ON customers(business_id) WHERE business_id <> '';
CREATE INDEX customers_created ON customers(created);
CREATE INDEX customers_name ON customers(name_key);
CREATE INDEX customers_coupon ON customers(coupon_id) WHERE coupon_id <> '';
CREATE TABLE customer_mrr(
  customer_n INTEGER NOT NULL REFERENCES customers(n) ON DELETE CASCADE, currency TEXT NOT NULL, minor INTEGER NOT NULL,
  PRIMARY KEY(customer_n, currency)) STRICT, WITHOUT ROWID;

CREATE TABLE businesses(
  n INTEGER PRIMARY KEY, business_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, name_key TEXT NOT NULL, type TEXT NOT NULL, status TEXT NOT NULL,
  mrr_minor INTEGER, mrr_currency TEXT NOT NULL, currencies INTEGER NOT NULL, subscriptions INTEGER NOT NULL, email TEXT NOT NULL,
  customer_id TEXT NOT NULL, created INTEGER NOT NULL, conflict INTEGER NOT NULL, deleted INTEGER NOT NULL, search TEXT NOT NULL) STRICT;
CREATE TABLE business_mrr(
  business_n INTEGER NOT NULL REFERENCES businesses(n) ON DELETE CASCADE, currency TEXT NOT NULL, minor INTEGER NOT NULL,
  PRIMARY KEY(business_n, currency)) STRICT, WITHOUT ROWID;

CREATE TABLE subscriptions(
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, customer_id TEXT NOT NULL, status TEXT NOT NULL, currency TEXT NOT NULL, created INTEGER NOT NULL,
  current_period_end INTEGER, cancel_at INTEGER, ended_at INTEGER, hidden INTEGER NOT NULL, search TEXT NOT NULL,
  dirty INTEGER NOT NULL DEFAULT 1, valued INTEGER NOT NULL DEFAULT 0, value_currency TEXT NOT NULL DEFAULT '', list_minor INTEGER NOT NULL DEFAULT 0,
  contracted_minor INTEGER NOT NULL DEFAULT 0, net_minor INTEGER NOT NULL DEFAULT 0, mrr_minor INTEGER NOT NULL DEFAULT 0, problem TEXT NOT NULL DEFAULT '',
  received_ms INTEGER NOT NULL, run INTEGER NOT NULL, digest BLOB, raw BLOB) STRICT;
CREATE INDEX subscriptions_customer ON subscriptions(customer_id);
CREATE INDEX subscriptions_created ON subscriptions(created);
CREATE INDEX subscriptions_dirty ON subscriptions(n) WHERE dirty = 1;
-- What a subscription's value depends on: kind 1 a price, 2 a coupon that came whole with it, 3 a coupon of which only the id came.
CREATE TABLE subscription_refs(
  ref TEXT NOT NULL, subscription_n INTEGER NOT NULL REFERENCES subscriptions(n) ON DELETE CASCADE, kind INTEGER NOT NULL, PRIMARY KEY(ref, subscription_n)) STRICT, WITHOUT ROWID;
CREATE INDEX subscription_refs_owner ON subscription_refs(subscription_n);

CREATE TABLE invoices(
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, number TEXT NOT NULL, customer_id TEXT NOT NULL, subscription_id TEXT NOT NULL, status TEXT NOT NULL,
  currency TEXT NOT NULL, total INTEGER NOT NULL, amount_paid INTEGER NOT NULL, amount_remaining INTEGER NOT NULL, billing_reason TEXT NOT NULL,
  created INTEGER NOT NULL, due_date INTEGER, paid_at INTEGER, hidden INTEGER NOT NULL, search TEXT NOT NULL,
  received_ms INTEGER NOT NULL, run INTEGER NOT NULL, digest BLOB, raw BLOB) STRICT;
CREATE INDEX invoices_customer ON invoices(customer_id);
CREATE INDEX invoices_created ON invoices(created);
CREATE TABLE invoice_lines(
  invoice_n INTEGER NOT NULL REFERENCES invoices(n) ON DELETE CASCADE, place INTEGER NOT NULL, id TEXT NOT NULL, amount INTEGER NOT NULL,
  discount_amount INTEGER NOT NULL, tax_amount INTEGER NOT NULL, description TEXT NOT NULL, period_start INTEGER NOT NULL, period_end INTEGER NOT NULL,
  price_id TEXT NOT NULL, product_id TEXT NOT NULL, unit_amount_decimal TEXT NOT NULL, quantity INTEGER, subscription_id TEXT NOT NULL,
  subscription_item_id TEXT NOT NULL, proration INTEGER NOT NULL, discount_ids TEXT NOT NULL, PRIMARY KEY(invoice_n, place)) STRICT, WITHOUT ROWID;
CREATE INDEX invoice_lines_price ON invoice_lines(price_id);

CREATE TABLE prices(
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, product_id TEXT NOT NULL, active INTEGER NOT NULL, currency TEXT NOT NULL, tiered INTEGER NOT NULL,
  tiers_known INTEGER NOT NULL, lookup_key TEXT NOT NULL, received_ms INTEGER NOT NULL, run INTEGER NOT NULL, digest BLOB, raw BLOB) STRICT;
CREATE TABLE products(
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, active INTEGER NOT NULL, hidden INTEGER NOT NULL,
  received_ms INTEGER NOT NULL, run INTEGER NOT NULL, digest BLOB, raw BLOB) STRICT;
CREATE TABLE coupons(
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, hidden INTEGER NOT NULL,
  received_ms INTEGER NOT NULL, run INTEGER NOT NULL, digest BLOB, raw BLOB) STRICT;
CREATE TABLE payment_intents(
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, customer_id TEXT NOT NULL, status TEXT NOT NULL, currency TEXT NOT NULL, amount INTEGER NOT NULL,
  created INTEGER NOT NULL, received_ms INTEGER NOT NULL, run INTEGER NOT NULL, digest BLOB, raw BLOB) STRICT;
CREATE INDEX payment_intents_customer ON payment_intents(customer_id);
CREATE TABLE events(
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, object_type TEXT NOT NULL, object_id TEXT NOT NULL, created INTEGER NOT NULL,
  received_ms INTEGER NOT NULL, run INTEGER NOT NULL, digest BLOB, raw BLOB) STRICT;
CREATE INDEX events_object ON events(object_id);
CREATE INDEX events_created ON events(created);

CREATE TABLE movements(
  n INTEGER PRIMARY KEY, at INTEGER NOT NULL, customer_id TEXT NOT NULL, subscription_id TEXT NOT NULL, business_type TEXT NOT NULL,
  currency TEXT NOT NULL, delta_minor INTEGER NOT NULL, class INTEGER NOT NULL, exact INTEGER NOT NULL) STRICT;
CREATE INDEX movements_at ON movements(at);
)sql";

// changes_at: the next instant at which a value may change by time alone. owner_id: the customer whom an event's object names, else the
// payment intent or invoice. absent: what was asked for by id and is not there; every row is read once more, to fill these.
constexpr char kMirrorStep2[] = R"sql(
ALTER TABLE subscriptions ADD COLUMN changes_at INTEGER;
UPDATE subscriptions SET dirty = 1;
CREATE INDEX subscriptions_changes ON subscriptions(changes_at) WHERE changes_at IS NOT NULL;
ALTER TABLE events ADD COLUMN owner_id TEXT NOT NULL DEFAULT '';
UPDATE events SET digest = NULL;
CREATE INDEX events_owner ON events(owner_id) WHERE owner_id <> '';
CREATE TABLE absent(id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
)sql";

// What the ledger is made of, typed, so that a million subscriptions are read without unpacking one object (TypedRows.h fills it of what is
// there already), and the ledger itself with its sums (LedgerTable.h); its
// windows stand beside at, its other amounts beside mrr, since SQLite keeps a 0 in no bytes at all. pause: 0 none, 1 drafts, 2 stopped. inclusive_rates: percentages of
// inclusive tax rates, joined by +. item: the place of the item that has the discount, -1: the subscription. terms: a coupon as it stood in
// a discount. known_prices: prices that came inside items and that no list has shown.
constexpr char kMirrorStep3[] = R"sql(
ALTER TABLE subscriptions ADD COLUMN start_date INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscriptions ADD COLUMN trial_start INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscriptions ADD COLUMN trial_end INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscriptions ADD COLUMN canceled_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscriptions ADD COLUMN pause INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscriptions ADD COLUMN by_invoice INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscriptions ADD COLUMN cancel_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE subscriptions ADD COLUMN items_complete INTEGER NOT NULL DEFAULT 1;
ALTER TABLE subscriptions ADD COLUMN discounts INTEGER NOT NULL DEFAULT 0;
CREATE INDEX subscriptions_problem ON subscriptions(n) WHERE problem <> '';
CREATE INDEX subscriptions_unvalued ON subscriptions(n) WHERE valued = 0;
CREATE TABLE subscription_items(
  subscription_n INTEGER NOT NULL REFERENCES subscriptions(n) ON DELETE CASCADE, place INTEGER NOT NULL, id TEXT NOT NULL, price_id TEXT NOT NULL,
  quantity INTEGER, created INTEGER NOT NULL, period_start INTEGER NOT NULL, inclusive_rates TEXT NOT NULL, PRIMARY KEY(subscription_n, place)) STRICT, WITHOUT ROWID;
CREATE TABLE subscription_discounts(
  subscription_n INTEGER NOT NULL REFERENCES subscriptions(n) ON DELETE CASCADE, item INTEGER NOT NULL, place INTEGER NOT NULL, id TEXT NOT NULL,
  start INTEGER NOT NULL, end INTEGER, coupon_id TEXT NOT NULL, terms_n INTEGER, PRIMARY KEY(subscription_n, item, place)) STRICT, WITHOUT ROWID;
CREATE TABLE terms(n INTEGER PRIMARY KEY, coupon TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE known_prices(id TEXT PRIMARY KEY, price TEXT NOT NULL) STRICT, WITHOUT ROWID;
ALTER TABLE invoice_lines ADD COLUMN inclusive_tax INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invoices ADD COLUMN given_up_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX invoice_lines_subscription ON invoice_lines(subscription_id) WHERE subscription_id <> '';
CREATE INDEX invoices_subscription ON invoices(subscription_id) WHERE subscription_id <> '';

DROP TABLE movements;
CREATE TABLE ledger(
  customer_n INTEGER NOT NULL, place INTEGER NOT NULL, at INTEGER NOT NULL, earlier INTEGER NOT NULL, later INTEGER NOT NULL, day INTEGER NOT NULL,
  subscription_id TEXT NOT NULL, item_id TEXT NOT NULL, currency TEXT NOT NULL, business_type TEXT NOT NULL, mrr INTEGER NOT NULL,
  list_more INTEGER NOT NULL, contracted_more INTEGER NOT NULL, net_more INTEGER NOT NULL, at_risk INTEGER NOT NULL, committed_more INTEGER NOT NULL,
  class INTEGER NOT NULL, kind INTEGER NOT NULL, cause INTEGER NOT NULL, source INTEGER NOT NULL, flags INTEGER NOT NULL, started INTEGER NOT NULL,
  evidence_id TEXT NOT NULL, PRIMARY KEY(customer_n, place)) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_at ON ledger(at) WHERE mrr <> 0;
CREATE TABLE ledger_sums(
  grain INTEGER NOT NULL, start INTEGER NOT NULL, currency TEXT NOT NULL, business_type TEXT NOT NULL, class INTEGER NOT NULL, kind INTEGER NOT NULL,
  minor INTEGER NOT NULL, subscriptions INTEGER NOT NULL, PRIMARY KEY(grain, start, currency, business_type, class, kind)) STRICT, WITHOUT ROWID;
CREATE TABLE ledger_dirty(customer_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
)sql";

// What the ledger reads beside subscriptions and invoices. exchange_rate: the decimal text as it came, '' where nothing was converted. schedule_items:
// one row an item of a phase; coupon_ids: of the item, phase_coupon_ids: of the phase. payment_methods and discounts come with what names them:
// who has a discount is read once more.
constexpr char kMirrorStep4[] = R"sql(
CREATE TABLE subscription_schedules(
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, customer_id TEXT NOT NULL, subscription_id TEXT NOT NULL, status TEXT NOT NULL, end_behavior TEXT NOT NULL,
  created INTEGER NOT NULL, ended_at INTEGER, hidden INTEGER NOT NULL, received_ms INTEGER NOT NULL, run INTEGER NOT NULL, digest BLOB, raw BLOB) STRICT;
CREATE INDEX subscription_schedules_customer ON subscription_schedules(customer_id);
CREATE TABLE schedule_items(
  schedule_n INTEGER NOT NULL REFERENCES subscription_schedules(n) ON DELETE CASCADE, phase INTEGER NOT NULL, place INTEGER NOT NULL, phase_start INTEGER NOT NULL,
  phase_end INTEGER NOT NULL, trial_end INTEGER, price_id TEXT NOT NULL, quantity INTEGER, coupon_ids TEXT NOT NULL, phase_coupon_ids TEXT NOT NULL,
  PRIMARY KEY(schedule_n, phase, place)) STRICT, WITHOUT ROWID;
CREATE TABLE charges(
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, customer_id TEXT NOT NULL, payment_intent_id TEXT NOT NULL, payment_method_id TEXT NOT NULL,
  balance_transaction_id TEXT NOT NULL, status TEXT NOT NULL, failure_code TEXT NOT NULL, method TEXT NOT NULL, currency TEXT NOT NULL, amount INTEGER NOT NULL,
  amount_captured INTEGER NOT NULL, amount_refunded INTEGER NOT NULL, paid INTEGER NOT NULL, disputed INTEGER NOT NULL, created INTEGER NOT NULL,
  received_ms INTEGER NOT NULL, run INTEGER NOT NULL, digest BLOB, raw BLOB) STRICT;
CREATE INDEX charges_customer ON charges(customer_id);
CREATE INDEX charges_intent ON charges(payment_intent_id);
CREATE INDEX charges_failed ON charges(payment_intent_id) WHERE status = 'failed';
CREATE TABLE refunds(
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, customer_id TEXT NOT NULL, charge_id TEXT NOT NULL, payment_intent_id TEXT NOT NULL,
  balance_transaction_id TEXT NOT NULL, status TEXT NOT NULL, failure_reason TEXT NOT NULL, currency TEXT NOT NULL, amount INTEGER NOT NULL, created INTEGER NOT NULL,
  received_ms INTEGER NOT NULL, run INTEGER NOT NULL, digest BLOB, raw BLOB) STRICT;
CREATE INDEX refunds_customer ON refunds(customer_id);
CREATE INDEX refunds_charge ON refunds(charge_id);
CREATE TABLE credit_notes(
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, customer_id TEXT NOT NULL, invoice_id TEXT NOT NULL, status TEXT NOT NULL, type TEXT NOT NULL, reason TEXT NOT NULL,
  currency TEXT NOT NULL, amount INTEGER NOT NULL, created INTEGER NOT NULL, voided_at INTEGER,
  received_ms INTEGER NOT NULL, run INTEGER NOT NULL, digest BLOB, raw BLOB) STRICT;
CREATE INDEX credit_notes_customer ON credit_notes(customer_id);
CREATE INDEX credit_notes_invoice ON credit_notes(invoice_id);
CREATE TABLE invoice_payments(
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, invoice_id TEXT NOT NULL, payment_intent_id TEXT NOT NULL, charge_id TEXT NOT NULL, status TEXT NOT NULL,
  currency TEXT NOT NULL, amount_paid INTEGER NOT NULL, created INTEGER NOT NULL, received_ms INTEGER NOT NULL, run INTEGER NOT NULL, digest BLOB, raw BLOB) STRICT;
CREATE INDEX invoice_payments_invoice ON invoice_payments(invoice_id);
CREATE INDEX invoice_payments_intent ON invoice_payments(payment_intent_id);
CREATE TABLE balance_transactions(
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, source_id TEXT NOT NULL, currency TEXT NOT NULL, amount INTEGER NOT NULL, fee INTEGER NOT NULL,
  net INTEGER NOT NULL, exchange_rate TEXT NOT NULL, created INTEGER NOT NULL, available_on INTEGER NOT NULL,
  received_ms INTEGER NOT NULL, run INTEGER NOT NULL, digest BLOB, raw BLOB) STRICT;
CREATE INDEX balance_transactions_source ON balance_transactions(source_id);
CREATE INDEX balance_transactions_converted ON balance_transactions(created) WHERE exchange_rate <> '';
CREATE TABLE payment_methods(
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, customer_id TEXT NOT NULL, type TEXT NOT NULL, card_brand TEXT NOT NULL, card_country TEXT NOT NULL,
  expiry_month INTEGER NOT NULL, expiry_year INTEGER NOT NULL, created INTEGER NOT NULL, received_ms INTEGER NOT NULL, run INTEGER NOT NULL, digest BLOB, raw BLOB) STRICT;
CREATE INDEX payment_methods_customer ON payment_methods(customer_id);
CREATE TABLE discounts(
  id TEXT PRIMARY KEY, coupon_id TEXT NOT NULL, customer_id TEXT NOT NULL, subscription_id TEXT NOT NULL, item_id TEXT NOT NULL, start_at INTEGER NOT NULL, end_at INTEGER,
  received_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX discounts_customer ON discounts(customer_id);
UPDATE subscriptions SET digest = NULL;
UPDATE customers SET digest = NULL WHERE coupon_id <> '';
)sql";

// The windows of a backfill's lists. newest_events: their ids, at the run's first look at the events; null: it has not looked yet.
constexpr char kMirrorStep5[] = R"sql(
CREATE TABLE windows(
  run INTEGER NOT NULL REFERENCES runs(run) ON DELETE CASCADE, list INTEGER NOT NULL, pass INTEGER NOT NULL, before_s INTEGER NOT NULL,
  from_s INTEGER NOT NULL, starting_after TEXT NOT NULL, objects INTEGER NOT NULL, newest INTEGER NOT NULL, oldest INTEGER NOT NULL,
  ended INTEGER NOT NULL, PRIMARY KEY(run, list, pass, before_s)) STRICT, WITHOUT ROWID;
ALTER TABLE progress DROP COLUMN starting_after;
ALTER TABLE runs ADD COLUMN newest_events TEXT;
)sql";

// Indexes that the first backfill does without, until they are put back (SetAside.h).
constexpr char kMirrorStep6[] = R"sql(
CREATE TABLE set_aside(name TEXT PRIMARY KEY, sql TEXT NOT NULL) STRICT, WITHOUT ROWID;
)sql";

constexpr char kRecordsStep1[] = R"sql(
CREATE TABLE records(
  n INTEGER PRIMARY KEY, business_id TEXT NOT NULL UNIQUE, business_name TEXT NOT NULL DEFAULT '', name_key TEXT NOT NULL DEFAULT '',
  business_type TEXT NOT NULL DEFAULT '', customer_id TEXT NOT NULL DEFAULT '', subscription_id TEXT NOT NULL DEFAULT '',
  payment_intent_id TEXT NOT NULL DEFAULT '', subscription_status TEXT NOT NULL DEFAULT '', monthly_price_usd TEXT NOT NULL DEFAULT '',
  taken_down_at_ms INTEGER NOT NULL DEFAULT 0, search TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX records_customer ON records(customer_id) WHERE customer_id <> '';
CREATE TABLE audit(
  n INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, business_id TEXT NOT NULL,
  outcome TEXT NOT NULL, detail TEXT NOT NULL, request_ids TEXT NOT NULL) STRICT;
CREATE INDEX audit_business ON audit(business_id);
)sql";

constexpr int kMirrorIsTyped = 3;

constexpr const char* kMirrorSteps[] = {kMirrorStep1, kMirrorStep2, kMirrorStep3, kMirrorStep4, kMirrorStep5, kMirrorStep6, kTableIndexStep, kLateTextsStep};
/// The version in which kTableIndexStep has run.
constexpr int kMirrorHasTableIndex = 7;
constexpr int kMirrorIndexesLate = 8;

// The journal. At most one operation of a subject is open. lease_*: the process that works on it; lease_claim empty: nobody.
constexpr char kRecordsStep2[] = R"sql(
CREATE TABLE operations(
  n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL CHECK(kind IN ('provision', 'take_down', 'cancel')),
  account TEXT NOT NULL, mode TEXT NOT NULL CHECK(mode IN ('live', 'test')), business_id TEXT NOT NULL, object_id TEXT NOT NULL,
  generation INTEGER NOT NULL, state TEXT NOT NULL CHECK(state IN ('running', 'waiting', 'done', 'failed', 'unknown')), inputs BLOB NOT NULL,
  step TEXT NOT NULL, error TEXT NOT NULL, created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL,
  lease_pid INTEGER NOT NULL, lease_host TEXT NOT NULL, lease_start TEXT NOT NULL, lease_claim TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX operations_open ON operations(account, mode, kind, business_id, object_id) WHERE state IN ('running', 'waiting', 'unknown');
CREATE INDEX operations_business ON operations(business_id);
CREATE TABLE steps(
  operation INTEGER NOT NULL REFERENCES operations(n), n INTEGER NOT NULL, name TEXT NOT NULL, generation INTEGER NOT NULL, method TEXT NOT NULL,
  path TEXT NOT NULL, body BLOB NOT NULL, idempotency_key TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('intended', 'sent', 'done', 'failed', 'unknown', 'skipped')), first_sent_ms INTEGER NOT NULL,
  request_ids TEXT NOT NULL, object_id TEXT NOT NULL, error TEXT NOT NULL, PRIMARY KEY(operation, n)) STRICT, WITHOUT ROWID;
CREATE INDEX steps_key ON steps(idempotency_key) WHERE idempotency_key <> '';
)sql";

// The trail as a chain (AuditChain.h). keys: idempotency keys; inputs: personal ones, as salted hashes.
constexpr char kRecordsStep3[] = R"sql(
ALTER TABLE audit ADD COLUMN profile TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN object_ids TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN inputs TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN keys TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN hash TEXT NOT NULL DEFAULT '';
)sql";
constexpr int kAuditIsAChain = 3;

// Switches of the account, what is protected, and what was counted (Counters.h). labels: a JSON object, its keys sorted.
constexpr char kRecordsStep4[] = R"sql(
CREATE TABLE settings(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE protected(business_id TEXT PRIMARY KEY, since_ms INTEGER NOT NULL, who TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE counters(name TEXT NOT NULL, labels TEXT NOT NULL, amount INTEGER NOT NULL CHECK(amount >= 0), PRIMARY KEY(name, labels)) STRICT, WITHOUT ROWID;
CREATE TABLE histograms(
  name TEXT NOT NULL, labels TEXT NOT NULL, up_to_ms INTEGER NOT NULL, count INTEGER NOT NULL CHECK(count >= 0), sum_ms INTEGER NOT NULL,
  PRIMARY KEY(name, labels, up_to_ms)) STRICT, WITHOUT ROWID;
)sql";

// The account's events (EventLog.h). raw: what is kept of the JSON, packed as in the mirror (RawPack.h).
constexpr char kRecordsStep5[] = R"sql(
CREATE TABLE event_log(
  n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, created INTEGER NOT NULL, type TEXT NOT NULL, object_id TEXT NOT NULL,
  customer_id TEXT NOT NULL, raw BLOB NOT NULL) STRICT;
CREATE INDEX event_log_created ON event_log(created);
CREATE INDEX event_log_object ON event_log(object_id);
CREATE TABLE event_log_state(only INTEGER PRIMARY KEY CHECK(only = 1), through_ms INTEGER NOT NULL) STRICT;
CREATE TABLE event_log_gaps(from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL) STRICT;
)sql";

// One customer's events are asked for when its rows of the ledger are made anew.
constexpr char kRecordsStep6[] = R"sql(
CREATE INDEX event_log_customer ON event_log(customer_id) WHERE customer_id <> '';
)sql";

// How each event came and what it did (EventLog.h); those of before came by reading the list. considered_n: up to which entry it was asked what
// an event means for our businesses. reads: GETs sent, by UTC day and by whose work they were (ReadCounts.h). marks: what events say of a
// business, until a person or Stripe settles it (Marks.h).
constexpr char kRecordsStep7[] = R"sql(
ALTER TABLE event_log ADD COLUMN source TEXT NOT NULL DEFAULT 'backfill';
ALTER TABLE event_log ADD COLUMN received_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE event_log ADD COLUMN deed TEXT NOT NULL DEFAULT 'listed';
ALTER TABLE event_log ADD COLUMN effect TEXT NOT NULL DEFAULT '';
ALTER TABLE event_log ADD COLUMN why TEXT NOT NULL DEFAULT '';
CREATE INDEX event_log_waiting ON event_log(n) WHERE deed = 'waiting';
ALTER TABLE event_log_state ADD COLUMN through_by TEXT NOT NULL DEFAULT 'sync';
ALTER TABLE event_log_state ADD COLUMN webhook_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE event_log_state ADD COLUMN cursor INTEGER NOT NULL DEFAULT 0;
UPDATE event_log_state SET cursor = (SELECT coalesce(max(created), 0) FROM event_log);
ALTER TABLE event_log_state ADD COLUMN considered_n INTEGER NOT NULL DEFAULT 0;
UPDATE event_log_state SET considered_n = (SELECT coalesce(max(n), 0) FROM event_log);
CREATE TABLE reads(day TEXT NOT NULL, purpose TEXT NOT NULL, amount INTEGER NOT NULL CHECK(amount >= 0), PRIMARY KEY(day, purpose)) STRICT, WITHOUT ROWID;
CREATE TABLE marks(
  business_id TEXT NOT NULL, kind TEXT NOT NULL CHECK(kind IN ('take_down', 'at_risk')), customer_id TEXT NOT NULL, object_id TEXT NOT NULL,
  event_id TEXT NOT NULL, since_ms INTEGER NOT NULL, PRIMARY KEY(business_id, kind)) STRICT, WITHOUT ROWID;
)sql";

constexpr const char* kRecordsSteps[] = {kRecordsStep1, kRecordsStep2, kRecordsStep3, kRecordsStep4, kRecordsStep5, kRecordsStep6, kRecordsStep7};

void afterRecordsStep(Database& db, int version)
{
    if (version == kAuditIsAChain) {
        auditBeginChain(db);
    }
}

void afterMirrorStep(Database& db, int version)
{
    if (version == kMirrorIsTyped) {
        fillTypedRows(db);
    }
    if (version == kMirrorHasTableIndex) {
        noteStoredMetadataKeys(db);
        makeTableIndex(db);
    }
    if (version == kMirrorIndexesLate) {
        remakeTextTriggers(db);
    }
}

} // namespace

const FileKind& mirrorFile()
{
    static const FileKind kind = {QStringLiteral("mirror"), 0x43684d31, kMirrorSteps, false, &afterMirrorStep}; // "ChM1"
    return kind;
}

const FileKind& recordsFile()
{
    static const FileKind kind = {QStringLiteral("records file"), 0x43685231, kRecordsSteps, true, &afterRecordsStep}; // "ChR1"
    return kind;
}

QString mirrorPath(const QString& dir)
{
    return QDir(dir).filePath(QStringLiteral("mirror.sqlite"));
}

QString recordsPath(const QString& dir)
{
    return QDir(dir).filePath(QStringLiteral("records.sqlite"));
}

} // namespace ch::store

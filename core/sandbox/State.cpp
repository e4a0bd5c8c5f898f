// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/State.h"

#include "sandbox/Amounts.h"

#include <numeric>

namespace ch::sandbox {

const char* word(SetupStatus value)
{
    static const char* const kWords[] = {"requires_payment_method", "requires_confirmation", "requires_action", "canceled", "succeeded"};
    return kWords[static_cast<int>(value)];
}

const char* word(SaleMode value)
{
    static const char* const kWords[] = {"payment", "setup", "subscription"};
    return kWords[static_cast<int>(value)];
}

const char* word(SaleStatus value)
{
    static const char* const kWords[] = {"open", "complete", "expired"};
    return kWords[static_cast<int>(value)];
}

const char* word(Interval value)
{
    static const char* const kWords[] = {"day", "week", "month", "year"};
    return kWords[static_cast<int>(value)];
}

const char* word(EntryType value)
{
    static const char* const kWords[] = {"adjustment", "applied_to_invoice", "credit_note", "initial", "unapplied_from_invoice"};
    return kWords[static_cast<int>(value)];
}

const char* word(SubStatus value)
{
    static const char* const kWords[] = {"active", "canceled", "incomplete", "incomplete_expired",
                                         "past_due", "paused", "trialing", "unpaid"};
    return kWords[static_cast<int>(value)];
}

const char* word(InvoiceStatus value)
{
    static const char* const kWords[] = {"draft", "open", "paid", "uncollectible", "void"};
    return kWords[static_cast<int>(value)];
}

const char* word(PiStatus value)
{
    static const char* const kWords[] = {"requires_payment_method", "requires_confirmation", "requires_action", "processing",
                                         "requires_capture", "canceled", "succeeded"};
    return kWords[static_cast<int>(value)];
}

const char* word(Reason value)
{
    static const char* const kWords[] = {"subscription_create", "subscription_cycle", "subscription_update", "manual", "upcoming"};
    return kWords[static_cast<int>(value)];
}

const char* word(Collection value)
{
    return value == Collection::Charge ? "charge_automatically" : "send_invoice";
}

const char* word(Pause value)
{
    static const char* const kWords[] = {"", "keep_as_draft", "mark_uncollectible", "void"};
    return kWords[static_cast<int>(value)];
}

const char* word(Duration value)
{
    static const char* const kWords[] = {"forever", "once", "repeating"};
    return kWords[static_cast<int>(value)];
}

namespace state_detail {

QByteArray saleMode(bool live)
{
    return live ? "cs_live_" : "cs_test_";
}

} // namespace state_detail

const char* word(ScheduleStatus value)
{
    static const char* const kWords[] = {"not_started", "active", "completed", "released", "canceled"};
    return kWords[static_cast<int>(value)];
}

const char* word(TrialMissing value)
{
    static const char* const kWords[] = {"create_invoice", "cancel", "pause"};
    return kWords[static_cast<int>(value)];
}

QByteArray State::id(Kind kind, Index index) const
{
    if (kind == Kind::Product)
        return id(products[index]);
    if (kind == Kind::Coupon)
        return id(coupons[index]);
    if (kind == Kind::CheckoutSession)
        return state_detail::saleMode(live) + ids.make(kind, index).mid(3);
    return ids.make(kind, index);
}

bool State::usable(const PromotionCode& row) const
{
    const Coupon& coupon = coupons[row.coupon];
    const bool over = (row.expiresAt != 0 && row.expiresAt <= now) || (row.maxRedemptions != 0 && row.timesRedeemed >= row.maxRedemptions);
    const bool spent = (coupon.redeemBy != 0 && coupon.redeemBy <= now) || (coupon.maxRedemptions != 0 && coupon.timesRedeemed >= coupon.maxRedemptions);
    return row.active && !over && !spent && !coupon.deleted;
}

const char* State::refusalOf(const PromotionCode& row, Index customer, const QByteArray& currency, qint64 amount) const
{
    if (!usable(row))
        return "This promotion code is expired or inactive.";
    if (row.customer != kNone && row.customer != customer)
        return "This promotion code cannot be redeemed by this customer.";
    if (row.minimum > 0 && (row.minimumCurrency != currency || amount < row.minimum))
        return "This promotion code cannot be redeemed because the minimum amount has not been reached.";
    if (row.firstTime && customer != kNone) {
        for (const Index invoice : invoicesOf(customer)) {
            if (invoices[invoice].status == InvoiceStatus::Paid && invoices[invoice].amountPaid > 0)
                return "This promotion code cannot be redeemed because the associated customer has prior transactions.";
        }
    }
    const Coupon& coupon = coupons[row.coupon];
    return coupon.currency.isEmpty() || coupon.currency == currency ? nullptr : "This promotion code is for another currency.";
}

std::pair<qint64, qint64> State::saleAmounts(const CheckoutSession& row) const
{
    qint64 before = 0;
    if (row.trialDays == 0 && row.trialEnd == 0) {
        for (const SaleLine& line : row.lines)
            before += periodAmount(prices[line.price], prices[line.price].metered ? 0 : line.quantity);
    }
    qint64 after = before;
    for (const Index index : row.coupons) {
        const Coupon& coupon = coupons[index];
        after -= std::min(after, coupon.percentText.isEmpty() ? coupon.amountOff
                                                              : scaledRound(after, parseDecimal(coupon.percentText).value_or(0), Wide(100) * kScale));
    }
    return {before, after};
}

QByteArray State::pageSecret(Kind kind, Index index) const
{
    return ids.filler(mix64(quint64(kind) << 32 | index) ^ 0x7061676573ULL, 40);
}

QByteArray State::pageUrl(const char* word, Kind kind, Index index) const
{
    return baseUrl + '/' + word + '/' + id(kind, index) + '/' + pageSecret(kind, index);
}

QByteArray State::id(const Product& row) const
{
    return row.ownId.isEmpty() ? ids.make(Kind::Product, row.self) : row.ownId;
}

QByteArray State::id(const Coupon& row) const
{
    return row.ownId.isEmpty() ? ids.make(Kind::Coupon, row.self) : row.ownId;
}

Index State::find(Kind kind, const QByteArray& id) const
{
    const auto held = [](const auto& table, Index index) { return table.holds(index) ? index : kNone; };
    if (kind == Kind::Product || kind == Kind::Coupon) {
        const auto own = ownIds.constFind((kind == Kind::Product ? "product " : "coupon ") + id);
        if (own != ownIds.constEnd())
            return *own;
    }
    const QByteArray mode = state_detail::saleMode(live);
    const bool sale = kind == Kind::CheckoutSession; // the mode stands in these ids
    const Index index = sale && !id.startsWith(mode) ? kNone : ids.find(kind, sale ? "cs_" + id.mid(mode.size()) : id);
    if (index == kNone)
        return kNone;
    switch (kind) {
    case Kind::Customer: return held(customers, index);
    case Kind::Product: return held(products, index);
    case Kind::Price: return held(prices, index);
    case Kind::Subscription: return held(subscriptions, index);
    case Kind::Item: return item(index) ? index : kNone;
    case Kind::Invoice: return invoices.holds(index) && !invoices[index].deleted ? index : kNone;
    case Kind::InvoicePayment: return held(invoices, index);
    case Kind::Line: return lines.holds(index) && lines[index].name == kNone ? lineCalled(index) : kNone;
    case Kind::CustomerEntry: return held(customerEntries, index);
    case Kind::InvoiceItem: return invoiceItems.holds(index) && !invoiceItems[index].deleted ? index : kNone;
    case Kind::PaymentIntent: return held(intents, index);
    case Kind::Charge: return held(charges, index);
    case Kind::Refund: return held(refunds, index);
    case Kind::CreditNote:
    case Kind::CreditLine: return held(creditNotes, index);
    case Kind::BalanceEntry: return held(entries, index);
    case Kind::Coupon: return held(coupons, index);
    case Kind::Discount: return held(discounts, index);
    case Kind::Event: return held(events, index);
    case Kind::PaymentMethod: return held(methods, index);
    case Kind::Schedule: return held(schedules, index);
    case Kind::TestClock: return clocks.holds(index) && !clocks[index].deleted ? index : kNone;
    case Kind::SetupIntent: return held(setups, index);
    case Kind::CheckoutSession: return held(sessions, index);
    case Kind::PaymentLink: return held(links, index);
    case Kind::PortalConfiguration: return held(portalConfigurations, index);
    case Kind::PortalSession: return held(portalSessions, index);
    case Kind::PromotionCode: return held(promotions, index);
    case Kind::Meter: return held(meters.rows, index);
    case Kind::Request:
    case Kind::MeterEvent:
    case Kind::MeterSummary: return kNone;
    case Kind::WebhookEndpoint: return held(webhooks, index);
    }
    return kNone;
}

Customer& State::addCustomer(Customer row)
{
    owned.append({});
    return customers.add(std::move(row));
}

Subscription& State::addSubscription(Subscription row)
{
    Subscription& added = subscriptions.add(std::move(row));
    owned.edit(added.customer).subscriptions.push_back(added.self);
    return added;
}

Invoice& State::addInvoice(Invoice row)
{
    Invoice& added = invoices.add(std::move(row));
    owned.edit(added.customer).invoices.push_back(added.self);
    return added;
}

PaymentIntent& State::addIntent(PaymentIntent row)
{
    PaymentIntent& added = intents.add(std::move(row));
    attach(added, added.customer);
    return added;
}

Charge& State::addCharge(Charge row)
{
    Charge& added = charges.add(std::move(row));
    if (added.customer != kNone)
        owned.edit(added.customer).charges.push_back(added.self);
    return added;
}

PaymentMethod& State::addMethod(PaymentMethod row)
{
    PaymentMethod& added = methods.add(std::move(row));
    attach(added, added.customer);
    return added;
}

namespace state_detail {

void note(std::vector<Index>& rows, Index row)
{
    const auto at = std::lower_bound(rows.begin(), rows.end(), row);
    if (at == rows.end() || *at != row)
        rows.insert(at, row);
}

} // namespace state_detail

void State::attach(PaymentMethod& row, Index customer)
{
    row.customer = customer;
    if (customer != kNone)
        state_detail::note(owned.edit(customer).methods, row.self);
}

void State::attach(PaymentIntent& row, Index customer)
{
    row.customer = customer;
    if (customer != kNone)
        state_detail::note(owned.edit(customer).intents, row.self);
}

Item State::makeItem(Index subscription)
{
    Item item;
    item.self = itemOwners.size();
    itemOwners.append({subscription});
    return item;
}

const Item* State::item(Index number) const
{
    if (!itemOwners.holds(number))
        return nullptr;
    for (const Item& entry : subscriptions[subscriptionOfItem(number)].items) {
        if (entry.self == number)
            return &entry;
    }
    return nullptr; // taken off its subscription
}

Schedule& State::addSchedule(Schedule row)
{
    Schedule& added = schedules.add(std::move(row));
    owned.edit(added.customer).schedules.push_back(added.self);
    return added;
}

InvoiceItem& State::addInvoiceItem(InvoiceItem row)
{
    InvoiceItem& added = invoiceItems.add(std::move(row));
    owned.edit(added.customer).invoiceItems.push_back(added.self);
    return added;
}

CustomerEntry& State::addCustomerEntry(CustomerEntry row)
{
    CustomerEntry& added = customerEntries.add(std::move(row));
    owned.edit(added.customer).entries.push_back(added.self);
    return added;
}

std::vector<Index> State::linesOf(const Invoice& invoice) const
{
    if (invoice.relaid)
        return invoice.laid;
    std::vector<Index> out(invoice.lineCount);
    std::iota(out.begin(), out.end(), invoice.firstLine);
    return out;
}

Index State::lineCalled(Index name) const
{
    const Invoice& invoice = invoices[lines[name].invoice];
    if (!invoice.relaid)
        return name;
    for (const Index number : invoice.laid) {
        if (number == name || lines[number].name == name)
            return number;
    }
    return kNone;
}

void State::rehearse()
{
    for (AnyTable* table : tables)
        table->rehearse();
}

void State::undo()
{
    for (AnyTable* table : tables)
        table->undo();
}

std::vector<Index> State::methodsOf(Index customer) const
{
    std::vector<Index> out = owned[customer].methods;
    std::erase_if(out, [&](Index index) { return methods[index].customer != customer; });
    return out;
}

std::vector<Index> State::intentsOf(Index customer) const
{
    std::vector<Index> out = owned[customer].intents;
    std::erase_if(out, [&](Index index) { return intents[index].customer != customer; });
    return out;
}

void State::reindex()
{
    setupsOf.clear();
    sessionsOf.clear();
    promotionsByCode.clear();
    for (Index i = 0; i < setups.size(); ++i) {
        if (setups[i].customer != kNone)
            setupsOf[setups[i].customer].push_back(i);
    }
    for (Index i = 0; i < sessions.size(); ++i) {
        if (sessions[i].customer != kNone)
            sessionsOf[sessions[i].customer].push_back(i);
    }
    for (Index i = 0; i < promotions.size(); ++i)
        promotionsByCode[promotions[i].code.toLower()].push_back(i);
    longestDraft = now; // of what was saved this is not known
}

void State::repeat(const Repeats& wanted, const std::array<Index, 64>& parts)
{
    m_repeats = wanted;
    for (const AnyTable* table : tables) {
        if (repeated(table->kind()))
            m_repeats.rows[static_cast<size_t>(table->kind())] = table->size();
    }
    for (AnyTable* table : tables)
        table->repeat(&m_repeats, parts[static_cast<size_t>(table->kind())]);
}

Index State::methodFor(const Subscription& subscription) const
{
    if (subscription.defaultMethod != kNone && methods[subscription.defaultMethod].customer == subscription.customer)
        return subscription.defaultMethod;
    return customers[subscription.customer].defaultMethod;
}

Index State::methodFor(const Invoice& invoice) const
{
    if (invoice.defaultMethod != kNone && methods[invoice.defaultMethod].customer == invoice.customer)
        return invoice.defaultMethod;
    return invoice.subscription != kNone ? methodFor(subscriptions[invoice.subscription]) : customers[invoice.customer].defaultMethod;
}

qint64 State::timeOf(Index customer) const
{
    return onTestClock(customer) ? clocks[customers[customer].clock].frozen : now;
}

QByteArray State::newWebhookSecret(const QByteArray& before) const
{
    quint64 number = webhooks.size() + 1;
    for (const char c : before)
        number = mix64(number * 257 + static_cast<quint8>(c));
    return "whsec_" + ids.filler(0x77680000 + number, 32);
}

QByteArray metadataValue(const Metadata& metadata, const char* key)
{
    for (const auto& pair : metadata) {
        if (pair.first == key)
            return pair.second;
    }
    return {};
}

} // namespace ch::sandbox

// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Generator.h"

#include "sandbox/Amounts.h"

#include <QDateTime>
#include <QTimeZone>

namespace ch::sandbox {

namespace generator_detail {

constexpr const char* kTypes[] = {"saas", "ecommerce", "content", "api", "tool"};

QByteArray isoTime(qint64 at)
{
    return QDateTime::fromSecsSinceEpoch(at, Qt::UTC).toString(Qt::ISODate).toLatin1();
}

} // namespace generator_detail

Generator::Generator(State& state, EventLog& log, Billing& billing, quint64 seed)
    : s(state), m_log(log), m_billing(billing), m_dice(mix64(seed + 11))
{
}

Generator::Part Generator::partOf(int business)
{
    switch (business % 60) {
    case 3: return Part::Incomplete;
    case 7: return Part::CustomerCoupon;
    case 9: return Part::Expired;
    case 14: return Part::Trial;
    case 21: return Part::PastDue;
    case 27: return Part::Unpaid;
    case 31: return Part::Paused;
    case 33: return Part::Leaving;
    case 38: return Part::Deleted;
    case 44: return Part::ManyItems;
    case 47: return Part::ByInvoice;
    case 50: return Part::Legacy;
    case 53: return Part::Legacy;
    case 57: return Part::Draft;
    default: return Part::Free;
    }
}

void Generator::run(const Size& size, int months, const std::function<void()>& settled)
{
    m_months = std::clamp(months, 0, 120);
    m_begin = m_months > 0 ? addMonths(s.now, -m_months) : s.now - 3 * kDay;
    s.accountCreated = m_begin - 30 * kDay;
    catalog();
    coupons();
    for (int i = 0; i < size.templates && (size.subscriptions > 0 ? s.subscriptions.size() < size.subscriptions : i < size.businesses); ++i) {
        business(i);
        settled();
        m_sizes.push_back(sizes());
    }
}

std::array<Index, 64> Generator::sizes() const
{
    std::array<Index, 64> out{};
    for (const AnyTable* table : s.tables)
        out[static_cast<size_t>(table->kind())] = table->size();
    return out;
}

void Generator::repeat(const Size& size)
{
    Repeats repeats;
    std::array<Index, 64> part{};
    const auto templates = static_cast<qint64>(m_sizes.size());
    repeats.businesses = templates;
    if (size.subscriptions > 0) {
        const auto subscriptions = [](const auto& sizes) { return qint64(sizes[static_cast<size_t>(Kind::Subscription)]); };
        const qint64 each = subscriptions(m_sizes.back());
        repeats.copies = static_cast<Index>(std::max<qint64>(1, size.subscriptions / each));
        if (const qint64 rest = size.subscriptions - repeats.copies * each; rest > 0)
            part = *std::find_if(m_sizes.begin(), m_sizes.end(), [&](const auto& sizes) { return subscriptions(sizes) >= rest; });
    } else if (templates > 0) {
        repeats.copies = static_cast<Index>(size.businesses / templates);
        if (const qint64 rest = size.businesses % templates; rest > 0)
            part = m_sizes[static_cast<size_t>(rest - 1)];
    }
    s.repeat(repeats, part);
    for (const Index coupon : m_coupons)
        s.coupons.edit(coupon).timesRedeemed = s.discounts.sum([coupon](const Discount& row) { return row.coupon == coupon; });
}

qint64 Generator::startTime(Part part)
{
    const qint64 span = s.now - m_begin;
    switch (part) {
    case Part::Incomplete: return s.now - 600 - m_dice.below(18 * 3600);
    case Part::Trial: return s.now - 3600 - m_dice.below(std::min<qint64>(9 * kDay, span));
    case Part::PastDue: // a renewal some days ago, with time for three attempts
        return std::max(m_begin, addMonths(s.now - (1 + m_dice.below(12)) * kDay - 7200, -(1 + static_cast<int>(m_dice.below(5)))));
    case Part::Draft: return std::max(m_begin, addMonths(s.now - 600 - m_dice.below(2000), -(1 + static_cast<int>(m_dice.below(8)))));
    case Part::Unpaid:
    case Part::Expired:
    case Part::Deleted:
    case Part::Paused: return m_begin + m_dice.below(span * 2 / 3);
    default: break;
    }
    // Growth: the later of two throws, so twice as many came lately as on average.
    return m_begin + std::max(m_dice.below(span - 300), m_dice.below(span - 300));
}

Index Generator::customer(int number, qint64 at, const QByteArray& type)
{
    Customer row;
    row.created = at;
    row.name = businessName(m_dice, type);
    const bool anonymous = m_dice.chance(50);
    if (anonymous)
        row.name = personName(m_dice);
    row.email = slug(row.name) + '-' + QByteArray::number(number) + (m_dice.chance(600) ? "@example.com" : "@example.org");
    if (!anonymous) {
        // Every 97th carries the id of the business before it: a conflict to be shown, not guessed away.
        const int named = number % 97 == 96 ? number - 1 : number;
        row.description = "Autonomous " + type + " business";
        row.metadata = {{"business_id", "biz_" + QByteArray::number(named + 1).rightJustified(6, '0')},
                        {"business_type", type},
                        {"business_name", row.name.left(480)},
                        {"genesis_created", generator_detail::isoTime(at)},
                        {"autonomous", "true"}};
    }
    if (row.name.size() > 256)
        row.name.truncate(256);
    const Index index = s.addCustomer(row).self;
    PaymentMethod method;
    method.created = at;
    method.customer = index;
    if (m_dice.chance(350)) {
        method.brand = "mastercard";
        method.last4 = "4444";
    }
    s.customers.edit(index).defaultMethod = s.addMethod(method).self;
    m_log.record("customer.created", at, s.customers[index]);
    return index;
}

ItemSpec Generator::pickItem(const QByteArray& type, const QByteArray& currency, Part part)
{
    ItemSpec spec;
    const bool plain = part != Part::Free;
    if (!plain && currency == "usd" && type == "saas" && m_dice.chance(120)) {
        spec.price = m_keys.value("seats_graduated_usd");
        spec.quantity = 2 + m_dice.below(40);
    } else if (!plain && currency == "eur" && type == "saas" && m_dice.chance(150)) {
        spec.price = m_keys.value("seats_volume_eur");
        spec.quantity = 2 + m_dice.below(80);
    } else if (!plain && currency == "usd" && type == "api" && m_dice.chance(200)) {
        spec.price = m_keys.value("calls_pack_usd");
        spec.quantity = 500 + m_dice.below(20) * 750;
    } else if (!plain && m_dice.chance(140) && currency != "jpy") {
        spec.price = m_keys.value(type + "_yearly_" + currency);
    } else {
        spec.price = m_keys.value(type + "_monthly_" + currency);
        spec.quantity = m_dice.chance(60) ? 2 + m_dice.below(3) : 1;
    }
    return spec;
}

NewSubscription Generator::wish(Index customer, int number, const QByteArray& type, Part part, qint64 at)
{
    NewSubscription wish;
    wish.customer = customer;
    wish.generated = wish.saveMethod = true;
    const qint64 purse = m_dice.below(100);
    const QByteArray currency = part == Part::ManyItems || purse < 68 ? "usd" : purse < 90 ? "eur" : "jpy";
    wish.items.push_back(pickItem(type, currency, part));
    const bool monthly = s.prices[wish.items.front().price].interval == Interval::Month;
    if (part == Part::ManyItems) {
        for (const Index addOn : m_addOns)
            wish.items.push_back({addOn, 1, {}, {}});
    } else if (part == Part::Free && type == "api" && currency == "usd" && monthly && m_dice.chance(200)) {
        wish.items.push_back({m_keys.value("calls_metered_usd"), 1, {}, {}});
    } else if (part == Part::Free && currency == "usd" && monthly && m_dice.chance(80)) {
        wish.items.push_back({m_addOns[static_cast<size_t>(m_dice.below(qint64(m_addOns.size())))], 1, {}, {}});
        if (m_dice.chance(300))
            wish.items.back().coupons.push_back(m_coupons[0]);
    }
    if (number % 83 == 5 && currency == "usd" && at < m_begin + (s.now - m_begin) / 2)
        wish.items = {{m_oldPrice, 1, {}, {}}};
    if (part == Part::Free && m_dice.chance(130)) {
        const Index coupon = m_coupons[static_cast<size_t>(m_dice.below(qint64(m_coupons.size())))];
        if (s.coupons[coupon].currency.isEmpty() || s.coupons[coupon].currency == currency)
            wish.coupons.push_back(coupon);
    }
    if (part == Part::Trial || (part == Part::Free && m_dice.chance(180)))
        wish.trialEnd = at + 14 * kDay;
    if (part == Part::ByInvoice) {
        wish.collection = Collection::Send;
        wish.daysUntilDue = 30;
    }
    const Metadata& of = s.customers[customer].metadata;
    for (const char* key : {"business_id", "business_name", "business_type"}) {
        const QByteArray value = metadataValue(of, key);
        if (!value.isEmpty())
            wish.metadata.append({key, value});
    }
    return wish;
}

Generator::Life Generator::fate(Part part, qint64 at)
{
    Life life;
    life.part = part;
    switch (part) {
    case Part::PastDue:
        life.fails = s.now - 14 * kDay;
        life.afterFailure = SubStatus::PastDue;
        return life;
    case Part::Unpaid:
        life.fails = s.now - 75 * kDay;
        life.afterFailure = SubStatus::Unpaid;
        return life;
    case Part::Leaving:
        life.leaves = s.now - m_dice.below(std::max<qint64>(1, std::min(2 * kDay, (s.now - at) / 2))) - 60;
        return life;
    case Part::Deleted:
        life.leaves = at + (s.now - at) / 3 + m_dice.below(std::max<qint64>(1, (s.now - at) / 2));
        life.atPeriodEnd = false;
        return life;
    case Part::Free:
        break;
    default:
        return life;
    }
    // About two in a hundred leave each month, one in a hundred stops paying.
    const qint64 months = (s.now - at) / (30 * kDay) + 1;
    for (qint64 month = 0; month < months; ++month) {
        const qint64 within = at + month * 30 * kDay + 3600 + m_dice.below(29 * kDay);
        if (m_dice.chance(20)) {
            life.leaves = within;
            life.atPeriodEnd = m_dice.chance(650);
            return life;
        }
        if (m_dice.chance(8)) {
            life.fails = within;
            return life;
        }
    }
    return life;
}

void Generator::business(int number)
{
    const Part part = partOf(number);
    const QByteArray type = generator_detail::kTypes[m_dice.below(5)];
    const qint64 at = startTime(part);
    const Index of = customer(number, at, type);
    if (part == Part::Legacy) {
        legacyIntent(number, of, type);
        return;
    }
    if (part == Part::CustomerCoupon)
        s.customers.edit(of).discount = m_billing.addDiscount(m_coupons[4], of, kNone, kNone, at);
    const NewSubscription first = wish(of, number, type, part, at);
    Outcome outcome = Outcome::Paid;
    if (part == Part::Incomplete || part == Part::Expired)
        outcome = number % 120 < 60 ? Outcome::Waits : Outcome::Declined;
    Subscription& row = m_billing.start(first, at, outcome);
    if (part == Part::Expired && at + 23 * 3600 <= s.now) {
        m_billing.voidInvoice(s.invoices.edit(row.latestInvoice), at + 23 * 3600);
        return;
    }
    if (row.status == SubStatus::Incomplete)
        return;
    if (row.collection == Collection::Send)
        collect(row, s.invoices.edit(row.latestInvoice), {});
    live(row, fate(part, at));
    afterwards(row, number);
}

void Generator::afterwards(Subscription& row, int number)
{
    if (row.status != SubStatus::Canceled)
        return;
    Customer& customer = s.customers.edit(row.customer);
    const qint64 deletion = row.endedAt + 60 + m_dice.below(5 * kDay);
    if (partOf(number) == Part::Deleted || (row.cancelReason == CancelReason::Requested && m_dice.chance(150))) {
        if (deletion <= s.now)
            m_billing.deleteCustomer(customer, deletion);
        else if (partOf(number) == Part::Deleted)
            m_billing.deleteCustomer(customer, s.now - 1);
        return;
    }
    const qint64 again = row.endedAt + (20 + m_dice.below(100)) * kDay;
    if (m_dice.chance(180) && again < s.now - kDay) { // some come back
        const QByteArray type = metadataValue(customer.metadata, "business_type");
        NewSubscription wishAgain;
        wishAgain.customer = customer.self;
        wishAgain.generated = true;
        wishAgain.metadata = row.metadata;
        wishAgain.items.push_back({m_keys.value((type.isEmpty() ? QByteArray("tool") : type) + "_monthly_" + row.currency), 1, {}, {}});
        Subscription& second = m_billing.start(wishAgain, again, Outcome::Paid);
        live(second, {});
    }
}

void Generator::legacyIntent(int number, Index customer, const QByteArray& type)
{
    PaymentIntent row;
    row.created = s.customers[customer].created + 5;
    row.customer = number % 60 == 53 && number % 120 > 60 ? kNone : customer;
    row.amount = 500;
    row.currency = "usd";
    row.description = "First month of a " + type + " business";
    row.metadata = s.customers[customer].metadata;
    if (number % 60 == 53) {
        row.status = PiStatus::Succeeded;
        row.received = row.amount;
        row.succeededAt = row.created + 40;
        if (row.customer != kNone)
            row.method = s.customers[customer].defaultMethod;
    }
    PaymentIntent& added = s.addIntent(row);
    if (added.succeededAt != 0)
        m_billing.charge(added, added.succeededAt, true);
    m_log.record(added.succeededAt != 0 ? "payment_intent.succeeded" : "payment_intent.created", row.created, added);
}

void Generator::testClocks(int count)
{
    for (int i = 0; i < count; ++i) {
        TestClock clock;
        clock.created = s.now - 6 * kDay;
        clock.name = "Clock " + QByteArray::number(i + 1);
        clock.frozen = s.now;
        const Index clockIndex = s.clocks.add(clock).self;
        const Index of = customer(900000 + i, s.now - 5 * kDay, "tool");
        s.customers.edit(of).clock = clockIndex;
        s.clocks.edit(clockIndex).customers.push_back(of);
        NewSubscription wishes;
        wishes.customer = of;
        wishes.generated = true;
        wishes.items.push_back({m_keys.value("tool_monthly_usd"), 1, {}, {}});
        m_billing.start(wishes, s.now - 5 * kDay + 60, Outcome::Paid);
    }
}

} // namespace ch::sandbox

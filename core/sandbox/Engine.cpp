// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Engine.h"

#include "sandbox/EngineParts.h"
#include "sandbox/Generator.h"

namespace ch::sandbox {

namespace engine_detail {

std::optional<TrafficLimits> limitsOf(const Options& options)
{
    if (!options.rateLimits)
        return std::nullopt;
    TrafficLimits limits;
    limits.account = options.live ? 100 : 25;
    limits.concurrent = options.concurrent;
    limits.concurrentEndpoint = options.concurrentEndpoint;
    limits.metersApart = options.live;
    return limits;
}

} // namespace engine_detail

Engine::Parts::Parts(const Options& options, const Clock& clockOf, qint64 startsAt)
    : clock(clockOf), account(options), startedAt(startsAt), state(options.seed), render(state), truth(state), log(state, render), billing(state, log), life(state, log, billing), calls(state, log, billing, render),
      pages(state, log, billing, render),
      deliveries(state, render, clockOf),
      keyring(options, render.accountId()), traffic(engine_detail::limitsOf(options))
{
    if (options.truth)
        log.tellTo(&truth);
    state.live = options.live;
    state.accountName = options.accountName.isEmpty() ? QByteArray("Harbor & Finch Businesses") : options.accountName.toUtf8();
    state.now = startsAt;
    state.searchDelay = std::max(0, options.searchDelay);
    state.clockAdvanceMs = std::max(0, options.clockAdvanceMs);
    state.meterDelay = std::max(0, options.meterDelay);
    for (const int days : options.retryDays)
        state.retryAfter.push_back(std::max(1, days) * kDay);
    state.afterRetries = options.afterRetries == Options::Unpaid::Cancel ? AfterRetries::Cancel
        : options.afterRetries == Options::Unpaid::MarkUnpaid           ? AfterRetries::Unpaid
                                                                         : AfterRetries::PastDue;
    makeUp(options);
    keepPast();
    if (options.rateLimits)
        resources = std::make_unique<ResourceLimits>();
}

void Engine::Parts::makeUp(const Options& options)
{
    const Generator::Size size{std::max(0, options.businesses), options.subscriptions, std::max(1, options.templates)};
    Generator generator(state, log, billing, options.seed);
    log.watch();
    generator.run(size, options.months, [this] {
        life.takeInNew();
        life.advance(state.now);
    });
    if (options.businesses > 0 || options.subscriptions > 0)
        billing.openPortal(state.accountCreated);
    generator.repeat(size);
    life.repeat();
    log.watch(false); // their events are dated by their own time
    generator.testClocks(std::max(0, options.testClockObjects));
    log.watch();
    life.takeInNew();
    (void)log.takeFresh(); // nobody listened yet
}

void Engine::Parts::keepPast()
{
    state.moment = state.now;
    const auto keep = [this](auto& table) { table.keepPast(state.now, state.moment, state.searchDelay); };
    keep(state.customers);
    keep(state.subscriptions);
    keep(state.invoices);
    keep(state.prices);
    keep(state.products);
    keep(state.charges);
    keep(state.intents);
}

void Engine::Parts::watchClock(const Request& request)
{
    const QByteArray path = "/v1/test_helpers/test_clocks/";
    state.watchedClock = request.method == "GET" && request.target.startsWith(path)
        ? state.find(Kind::TestClock, request.target.mid(path.size()).split('?').constFirst()) : kNone;
}

void Engine::Parts::liveTo(qint64 seconds)
{
    state.monotonicMs = clock.monotonicMs();
    state.now = std::max(state.now, seconds);
    life.advance(state.now);
    life.settleClocks();
    state.moment = state.now;
    deliveries.takeIn(log.takeFresh());
}

Engine::Engine(const Options& options, const Clock& clock) : m_parts(std::make_unique<Parts>(options, clock, clock.nowSeconds())) {}

Engine::Engine(std::unique_ptr<Parts> parts) : m_parts(std::move(parts)) {}

Engine::~Engine() = default;

Reply Engine::handle(const Request& request)
{
    quint64 ticket = 0;
    Reply reply = m_parts->begin(request, &ticket);
    m_parts->traffic.leave(ticket);
    return reply;
}

Reply Engine::begin(const Request& request, quint64* ticket)
{
    return m_parts->begin(request, ticket);
}

void Engine::end(quint64 ticket)
{
    m_parts->traffic.leave(ticket);
}

void Engine::answerInstead(quint64 ticket, int status, const QByteArray& body)
{
    m_parts->answerInstead(ticket, status, body);
}

void Engine::setBaseUrl(const QByteArray& url)
{
    m_parts->state.baseUrl = url;
}

bool Engine::isPage(const QByteArray& path)
{
    return Pages::owns(path);
}

void Engine::advanceTo(qint64 seconds)
{
    m_parts->liveTo(seconds);
}

Deliveries& Engine::deliveries()
{
    return m_parts->deliveries;
}

std::optional<qint64> Engine::nextInMs(qint64 speed) const
{
    std::optional<qint64> next = m_parts->deliveries.nextInMs(speed);
    const qint64 due = m_parts->deliveries.anyone() && speed > 0 ? m_parts->life.next() : 0;
    if (due > 0) {
        const qint64 wait = std::max<qint64>(0, (due * 1000 - m_parts->clock.nowMs() + speed - 1) / speed);
        next = next ? std::min(*next, wait) : wait;
    }
    return next;
}

Engine::Counts Engine::counts() const
{
    m_parts->liveTo(m_parts->clock.nowSeconds());
    const State& s = m_parts->state;
    const qint64 now = s.now;
    Counts counts;
    const auto plain = [&s](const auto& row) { return !s.onTestClock(row.customer); };
    counts.deletedCustomers = s.customers.sum([](const Customer& row) { return row.deleted; });
    counts.testClockCustomers = s.customers.sum([](const Customer& row) { return !row.deleted && row.clock != kNone; });
    counts.customers = s.customers.sum([](const Customer& row) { return !row.deleted && row.clock == kNone; });
    counts.testClockSubscriptions = s.subscriptions.sum([](const Subscription& row) { return row.clock != kNone; });
    counts.subscriptions = s.subscriptions.size() - counts.testClockSubscriptions;
    counts.subscriptionsNotCanceled =
        s.subscriptions.sum([](const Subscription& row) { return row.clock == kNone && row.status != SubStatus::Canceled; });
    counts.invoices = s.invoices.sum([&plain](const Invoice& row) { return !row.deleted && plain(row); });
    counts.prices = s.prices.sum([](const Price& row) { return !row.inlineMade; });
    counts.products = s.products.sum([](const Product& row) { return !row.deleted; });
    counts.coupons = s.coupons.sum([](const Coupon& row) { return !row.deleted; });
    counts.paymentIntents = s.intents.sum(plain);
    counts.charges = s.charges.sum(plain);
    counts.refunds = s.refunds.sum(plain);
    counts.balanceTransactions = s.entries.sum(plain);
    counts.events = s.events.size() - s.events.positions().upTo(now - kEventDays);
    return counts;
}

QByteArray Engine::truth(qsizetype from, qsizetype most) const
{
    return m_parts->truth.lines(from, most);
}

QByteArray Engine::dump() const
{
    const Parts& p = *m_parts;
    QByteArray out;
    const auto all = [&](Kind kind, Index count) {
        for (Index i = 0; i < count; ++i)
            out += p.render.object(kind, i) + '\n';
    };
    all(Kind::Product, p.state.products.size());
    all(Kind::Price, p.state.prices.size());
    all(Kind::Meter, p.state.meters.rows.size());
    all(Kind::Coupon, p.state.coupons.size());
    all(Kind::Discount, p.state.discounts.size());
    all(Kind::TestClock, p.state.clocks.size());
    all(Kind::PaymentMethod, p.state.methods.size());
    all(Kind::Customer, p.state.customers.size());
    all(Kind::Subscription, p.state.subscriptions.size());
    all(Kind::Invoice, p.state.invoices.size());
    all(Kind::PaymentIntent, p.state.intents.size());
    all(Kind::Charge, p.state.charges.size());
    all(Kind::Refund, p.state.refunds.size());
    all(Kind::CreditNote, p.state.creditNotes.size());
    all(Kind::Schedule, p.state.schedules.size());
    all(Kind::BalanceEntry, p.state.entries.size());
    all(Kind::SetupIntent, p.state.setups.size());
    all(Kind::CheckoutSession, p.state.sessions.size());
    all(Kind::PaymentLink, p.state.links.size());
    all(Kind::PortalConfiguration, p.state.portalConfigurations.size());
    all(Kind::PortalSession, p.state.portalSessions.size());
    all(Kind::PromotionCode, p.state.promotions.size());
    all(Kind::Event, p.state.events.size());
    return out;
}

} // namespace ch::sandbox

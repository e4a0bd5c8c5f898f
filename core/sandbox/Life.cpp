// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Life.h"

namespace ch::sandbox {

namespace life_detail {

constexpr qint64 kHour = 3600;
constexpr qint64 kFirstPayment = 23 * kHour; // then an incomplete subscription expires
constexpr qint64 kTrialWarning = 3 * kDay;
constexpr qint64 kEndWarning = 7 * kDay; // of a schedule

/// The earlier of two moments, where 0 is never.
qint64 sooner(qint64 a, qint64 b)
{
    return a == 0 ? b : b == 0 ? a : std::min(a, b);
}

quint64 key(Kind kind, Index index)
{
    return static_cast<quint64>(kind) << 32 | index;
}

Kind kindOf(quint64 key)
{
    return static_cast<Kind>(key >> 32);
}

Index indexOf(quint64 key)
{
    return static_cast<Index>(key);
}

} // namespace life_detail

void Life::takeInNew()
{
    for (; m_customers < s.customers.size(); ++m_customers)
        takeIn(Kind::Customer, m_customers);
    for (; m_subscriptions < s.subscriptions.size(); ++m_subscriptions) {
        const Subscription& row = s.subscriptions[m_subscriptions];
        if (row.generated && row.trialEnd != 0 && row.trialEnd - life_detail::kTrialWarning <= s.timeOf(row.customer))
            s.subscriptions.edit(m_subscriptions).trialWarned = row.trialEnd; // the made-up past has no warnings
        takeIn(Kind::Subscription, m_subscriptions);
    }
    for (; m_invoices < s.invoices.size(); ++m_invoices)
        takeIn(Kind::Invoice, m_invoices);
    for (; m_sessions < s.sessions.size(); ++m_sessions)
        takeIn(Kind::CheckoutSession, m_sessions);
    for (; m_schedules < s.schedules.size(); ++m_schedules)
        takeIn(Kind::Schedule, m_schedules);
}

void Life::repeat()
{
    takeInChanges();
    for (auto it = m_planned.constBegin(); it != m_planned.constEnd(); ++it) {
        if (*it != 0)
            m_templates.push_back({*it, life_detail::kindOf(it.key()), life_detail::indexOf(it.key())});
    }
    std::sort(m_templates.begin(), m_templates.end(), [](const Due& a, const Due& b) { return b > a; });
    m_customers = s.customers.size();
    m_subscriptions = s.subscriptions.size();
    m_invoices = s.invoices.size();
}

void Life::takeInSaved()
{
    for (const Index index : s.customers.changed())
        takeIn(Kind::Customer, index);
    for (const Index index : s.subscriptions.changed())
        takeIn(Kind::Subscription, index);
    for (const Index index : s.invoices.changed())
        takeIn(Kind::Invoice, index);
    takeInNew();
}

void Life::takeInCopies()
{
    const Due due = m_templates[m_next++];
    const Index templates = s.repeats().rows[static_cast<size_t>(due.kind)];
    const Index made = due.kind == Kind::Customer ? s.customers.made() : due.kind == Kind::Invoice ? s.invoices.made() : s.subscriptions.made();
    for (Index copy = due.index + templates; copy < made; copy += templates) {
        if (!m_planned.contains(life_detail::key(due.kind, copy))) // else it has changed since
            takeIn(due.kind, copy);
    }
}

void Life::advance(qint64 to)
{
    takeInChanges();
    run(m_wall, to);
}

qint64 Life::next() const
{
    return life_detail::sooner(m_wall.empty() ? 0 : m_wall.top().at, m_next < m_templates.size() ? m_templates[m_next].at : 0);
}

bool Life::stillAdvances(TestClock& row) const
{
    if (s.clockAdvanceMs > 0)
        return s.monotonicMs < row.settlesAtMs;
    return row.self == s.watchedClock && row.looks > 0 && row.looks-- > 0;
}

void Life::settleClocks()
{
    for (Index i = 0; i < s.clocks.size(); ++i) {
        const TestClock& seen = s.clocks[i];
        if (seen.deleted || (seen.target == 0 && seen.created + kClockDays * kDay > s.now))
            continue;
        TestClock& clock = s.clocks.edit(i);
        if (clock.target != 0 && stillAdvances(clock))
            continue;
        if (clock.target != 0) {
            takeInChanges();
            clock.frozen = clock.target;
            run(m_clocks[clock.self], clock.frozen);
            clock.target = 0;
            m_log.record("test_helpers.test_clock.ready", s.now, clock);
        }
        if (clock.created + kClockDays * kDay <= s.now)
            m_billing.deleteClock(clock);
    }
}

void Life::run(Heap& heap, qint64 to)
{
    for (;;) {
        const qint64 next = heap.empty() ? to : std::min(to, heap.top().at);
        if (&heap == &m_wall && m_next < m_templates.size() && m_templates[m_next].at <= next) {
            takeInCopies();
            continue;
        }
        if (heap.empty() || heap.top().at > to)
            return;
        const Due due = heap.top();
        heap.pop();
        qint64& counts = m_planned[life_detail::key(due.kind, due.index)];
        if (counts != due.at)
            continue; // it was planned anew since
        counts = 0;
        s.moment = &heap == &m_wall ? due.at : s.now;
        if (dueAt(due.kind, due.index) == due.at)
            step(due.kind, due.index, due.at);
        takeIn(due.kind, due.index);
        takeInChanges();
    }
}

void Life::takeInChanges()
{
    for (const auto& [kind, index] : m_log.takeChanges())
        takeIn(kind, index);
}

void Life::takeIn(Kind kind, Index index)
{
    const qint64 at = dueAt(kind, index);
    qint64& counts = m_planned[life_detail::key(kind, index)];
    if (counts == at)
        return;
    counts = at;
    if (at == 0)
        return;
    heapOf(ownerOf(kind, index)).push({at, kind, index});
}

Index Life::ownerOf(Kind kind, Index index) const
{
    if (kind == Kind::CheckoutSession)
        return s.sessions[index].customer;
    if (kind == Kind::Schedule)
        return s.schedules[index].customer;
    return kind == Kind::Customer ? index : kind == Kind::Invoice ? s.invoices[index].customer : s.subscriptions[index].customer;
}

Life::Heap& Life::heapOf(Index customer)
{
    return s.onTestClock(customer) ? m_clocks[s.customers[customer].clock] : m_wall;
}

qint64 Life::dueAt(Kind kind, Index index) const
{
    if (kind == Kind::Schedule)
        return dueAt(s.schedules[index]);
    if (kind == Kind::CheckoutSession)
        return dueAt(s.sessions[index]);
    if (kind == Kind::Invoice)
        return dueAt(s.invoices[index]);
    if (kind == Kind::Subscription)
        return dueAt(s.subscriptions[index]);
    const Customer& row = s.customers[index];
    return row.deleted || row.discount == kNone ? 0 : s.discounts[row.discount].end;
}

qint64 Life::discountEnd(const Subscription& row) const
{
    qint64 end = 0;
    for (const Index discount : row.discounts)
        end = life_detail::sooner(end, s.discounts[discount].end);
    for (const Item& item : row.items) {
        for (const Index discount : item.discounts)
            end = life_detail::sooner(end, s.discounts[discount].end);
    }
    return end;
}

qint64 Life::dueAt(const Subscription& row) const
{
    using namespace life_detail;
    if (row.status == SubStatus::Canceled || row.status == SubStatus::IncompleteExpired)
        return 0;
    if (row.status == SubStatus::Incomplete)
        return row.created + kFirstPayment;
    qint64 at = sooner(row.cancelAt, discountEnd(row));
    if (row.awaited && !(row.awaited->resumes && s.invoices[row.awaited->invoice].attempts > 0))
        at = sooner(at, row.awaited->expiresAt);
    if (row.status == SubStatus::Paused)
        return at; // and has no periods
    for (const Item& item : row.items)
        at = sooner(at, item.periodEnd);
    if (row.pause != Pause::None)
        at = sooner(at, row.pauseResumesAt);
    if (row.status == SubStatus::Trialing && row.trialWarned != row.trialEnd)
        at = sooner(at, std::max(row.trialStart, row.trialEnd - kTrialWarning));
    return at;
}

qint64 Life::dueAt(const CheckoutSession& row) const
{
    return row.status == SaleStatus::Open ? row.expiresAt : 0;
}

qint64 Life::dueAt(const Invoice& row) const
{
    if (row.deleted)
        return 0;
    if (row.status == InvoiceStatus::Draft && row.finalizesAt != 0)
        return row.finalizesAt;
    if (row.status == InvoiceStatus::Draft)
        return row.autoAdvance || row.pause == Pause::Void || row.pause == Pause::MarkUncollectible ? row.created + life_detail::kHour : 0;
    if (row.status != InvoiceStatus::Open)
        return 0;
    if (row.collection == Collection::Send)
        return row.overdue ? 0 : row.dueDate;
    return row.nextAttempt;
}

void Life::step(Kind kind, Index index, qint64 at)
{
    if (kind == Kind::CheckoutSession)
        m_billing.expireSession(index, at);
    else if (kind == Kind::Schedule)
        step(s.schedules.edit(index), at);
    else if (kind == Kind::Customer)
        step(s.customers.edit(index), at);
    else if (kind == Kind::Invoice)
        step(s.invoices.edit(index), at);
    else
        step(s.subscriptions.edit(index), at);
}

void Life::step(Customer& row, qint64 at)
{
    const Index discount = row.discount;
    Change<Customer> change(m_log, "customer.updated", at, row);
    row.discount = kNone;
    m_log.record("customer.discount.deleted", at, s.discounts[discount]);
}

qint64 Life::dueAt(const Schedule& row) const
{
    if (row.status == ScheduleStatus::NotStarted)
        return row.phases.front().start;
    if (row.status != ScheduleStatus::Active)
        return 0;
    const qint64 warning = row.phases.back().end - life_detail::kEndWarning;
    const qint64 end = row.phases[row.current].end;
    return row.warned ? end : std::min(end, std::max(warning, row.created));
}

void Life::step(Schedule& row, qint64 at)
{
    if (row.status == ScheduleStatus::NotStarted)
        m_billing.startSchedule(row, at);
    else if (row.phases[row.current].end <= at)
        m_billing.endPhase(row, at);
    else
        m_billing.warnOfEnd(row, at);
}

void Life::step(Subscription& row, qint64 at)
{
    if (row.schedule != kNone && s.schedules[row.schedule].phases[s.schedules[row.schedule].current].end <= at) {
        step(s.schedules.edit(row.schedule), at); // a phase comes before the renewal at the same instant
        if (dueAt(row) == 0 || dueAt(row) > at)
            return;
    }
    if (row.status == SubStatus::Incomplete) {
        expire(row, at);
        return;
    }
    if (row.awaited && row.awaited->expiresAt <= at && dueAt(row) <= at)
        m_billing.giveUp(row, at, true);
    if (row.cancelAt != 0 && row.cancelAt <= at) { // usage and prorations that wait are still billed
        const bool inPeriod = std::any_of(row.items.begin(), row.items.end(), [at](const Item& item) { return item.periodEnd > at; });
        m_billing.cancel(row, at, CancelReason::Requested, inPeriod && row.cancelProrates, true);
        return;
    }
    if (discountEnd(row) != 0 && discountEnd(row) <= at)
        endDiscounts(row, at);
    if (row.status == SubStatus::Paused)
        return;
    if (row.pause != Pause::None && row.pauseResumesAt != 0 && row.pauseResumesAt <= at) {
        Change<Subscription> change(m_log, "customer.subscription.updated", at, row);
        row.pause = Pause::None;
        row.pauseResumesAt = 0;
    }
    if (row.status == SubStatus::Trialing && row.trialWarned != row.trialEnd && at >= row.trialEnd - life_detail::kTrialWarning) {
        row.trialWarned = row.trialEnd;
        m_log.record("customer.subscription.trial_will_end", at, row);
    }
    if (row.status == SubStatus::Trialing && row.trialEnd <= at && m_billing.endTrialWithoutMethod(row, at))
        return;
    if (std::any_of(row.items.begin(), row.items.end(), [at](const Item& item) { return item.periodEnd <= at; }))
        m_billing.renew(row, at);
}

void Life::expire(Subscription& row, qint64 at)
{
    Invoice& invoice = s.invoices.edit(row.latestInvoice);
    if (invoice.status == InvoiceStatus::Open)
        m_billing.voidInvoice(invoice, at);
    m_billing.setStatus(row, SubStatus::IncompleteExpired, at);
}

void Life::endDiscounts(Subscription& row, qint64 at)
{
    Change<Subscription> change(m_log, "customer.subscription.updated", at, row);
    const auto over = [&](Index index) {
        const Discount& discount = s.discounts[index];
        if (discount.end == 0 || discount.end > at)
            return false;
        m_log.record("customer.discount.deleted", at, discount);
        return true;
    };
    row.discounts.erase(std::remove_if(row.discounts.begin(), row.discounts.end(), over), row.discounts.end());
    for (Item& item : row.items)
        item.discounts.erase(std::remove_if(item.discounts.begin(), item.discounts.end(), over), item.discounts.end());
}

void Life::step(Invoice& row, qint64 at)
{
    if (row.status == InvoiceStatus::Draft) {
        close(row, at);
    } else if (row.collection == Collection::Send) {
        row.overdue = true;
        m_log.record("invoice.overdue", at, row);
        if (row.subscription != kNone && s.subscriptions[row.subscription].status == SubStatus::Active)
            m_billing.setStatus(s.subscriptions.edit(row.subscription), SubStatus::PastDue, at);
    } else {
        collect(row, at);
    }
}

void Life::close(Invoice& row, qint64 at)
{
    if (row.pause == Pause::Void) {
        m_billing.voidInvoice(row, at);
    } else if (row.pause == Pause::MarkUncollectible) {
        m_billing.markUncollectible(row, at);
    } else {
        m_billing.finalize(row, at);
        if (row.status == InvoiceStatus::Open && row.collection == Collection::Charge)
            collect(row, at);
        else if (row.status == InvoiceStatus::Open)
            m_billing.send(row, at);
    }
}

void Life::collect(Invoice& row, qint64 at)
{
    const Index method = s.methodFor(row);
    if (method != kNone && !s.methods[method].decline) {
        m_billing.pay(row, at);
        return;
    }
    const qint64 next = m_billing.nextRetry(row.attempts + 1, at);
    m_billing.decline(row, at, next);
    if (next != 0 || row.subscription == kNone)
        return;
    Subscription& subscription = s.subscriptions.edit(row.subscription);
    if (subscription.status == SubStatus::Paused) {
        if (subscription.awaited && subscription.awaited->invoice == row.self)
            m_billing.giveUp(subscription, at, true); // stays paused
        return;
    }
    if (subscription.status == SubStatus::Canceled || subscription.status == SubStatus::IncompleteExpired)
        return;
    if (s.afterRetries == AfterRetries::Cancel)
        m_billing.cancel(subscription, at, CancelReason::PaymentFailed);
    else if (s.afterRetries == AfterRetries::Unpaid)
        m_billing.setStatus(subscription, SubStatus::Unpaid, at);
}

} // namespace ch::sandbox

// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/Generator.h"

namespace ch::sandbox {

void Generator::live(Subscription& row, const Life& life)
{
    for (;;) {
        const qint64 from = row.items.front().periodStart;
        const qint64 end = row.items.front().periodEnd;
        if (between(row, life, from, end))
            return;
        if (row.items.front().periodEnd != end)
            continue; // another interval has started a new period
        if (end > s.now)
            return;
        if (row.cancelAtPeriodEnd) {
            m_billing.cancel(row, end, CancelReason::Requested);
            return;
        }
        collect(row, m_billing.renew(row, end), life);
        if (row.status == SubStatus::Canceled)
            return;
    }
}

bool Generator::between(Subscription& row, const Life& life, qint64 from, qint64 to)
{
    const qint64 last = std::min(to, s.now);
    const auto inside = [&](qint64 at) { return at > from + 1 && at < last; };
    if (row.status != SubStatus::Active && row.status != SubStatus::Trialing)
        return false;
    // Nothing happens before the payments that are already written down.
    const qint64 settled = row.latestInvoice == kNone ? from : std::max(from, s.invoices[row.latestInvoice].paidAt) + 60;
    const qint64 leaving = std::max(life.leaves, settled);
    if (life.leaves != 0 && inside(leaving) && !row.cancelAtPeriodEnd) {
        if (life.atPeriodEnd) {
            schedule(row, leaving);
            return false;
        }
        static const char* const kWhy[] = {"too_expensive", "unused", "missing_features", "switched_service", "other"};
        row.cancelFeedback = kWhy[m_dice.below(5)];
        m_billing.cancel(row, leaving, CancelReason::Requested);
        return true;
    }
    if (life.part == Part::Paused && to > s.now - 40 * kDay && row.pause == Pause::None && row.status == SubStatus::Active) {
        const qint64 at = std::max(settled + 3600, std::min(last - 3600, s.now - 35 * kDay));
        if (inside(at)) {
            Change<Subscription> change(m_log, "customer.subscription.updated", at, row);
            row.pause = Pause::Void;
            if (m_dice.chance(500))
                row.pauseResumesAt = s.now + 20 * kDay;
        }
        return false;
    }
    // A change of plan needs a few days to itself: earlier than that the last payment may still be in the making.
    const qint64 at = from + 16 * kDay + m_dice.below(10 * kDay);
    if (life.part == Part::Free && row.status == SubStatus::Active && !row.cancelAtPeriodEnd && inside(at) && m_dice.chance(55))
        changeMind(row, at);
    return false;
}

void Generator::schedule(Subscription& row, qint64 at)
{
    static const char* const kWhy[] = {"too_expensive", "unused", "missing_features", "too_complex", "low_quality"};
    Change<Subscription> change(m_log, "customer.subscription.updated", at, row);
    row.cancelAtPeriodEnd = true;
    row.cancelAt = row.items.front().periodEnd;
    row.canceledAt = at;
    row.cancelReason = CancelReason::Requested;
    if (m_dice.chance(600))
        row.cancelFeedback = kWhy[m_dice.below(5)];
}

void Generator::changeMind(Subscription& row, qint64 at)
{
    const Item item = row.items.front();
    const Price& price = s.prices[item.price];
    const QByteArray key = price.lookupKey;
    ItemChange wish{item.self, item.price, item.quantity, false};
    const QByteArray type = key.left(key.indexOf('_'));
    if (key.contains("_monthly_") && m_keys.contains(type + "_plus_" + row.currency) && m_dice.chance(600)) {
        wish.price = m_keys.value(type + "_plus_" + row.currency); // up
    } else if (key.contains("_plus_") && m_dice.chance(700)) {
        wish.price = m_keys.value(type + "_monthly_" + row.currency); // down
    } else if (key.contains("_monthly_") && row.currency != "jpy" && row.items.size() == 1 && m_dice.chance(300)) {
        wish.price = m_keys.value(type + "_yearly_" + row.currency); // for a year, from now
    } else if (price.divideBy > 0 || !price.tiers.empty()) {
        wish.quantity = std::max<qint64>(1, item.quantity + (m_dice.chance(650) ? 1 : -1) * (1 + item.quantity / 4));
    } else {
        wish.quantity = item.quantity > 1 && m_dice.chance(400) ? item.quantity - 1 : item.quantity + 1;
    }
    const Proration proration = m_dice.chance(200) ? Proration::Invoice : Proration::Create;
    Change<Subscription> change(m_log, "customer.subscription.updated", at, row);
    m_billing.change(row, {wish}, at, proration, Outcome::Paid);
}

void Generator::collect(Subscription& row, Invoice& invoice, const Life& life)
{
    const qint64 final = invoice.created + 3600;
    if (final > s.now || row.status == SubStatus::Unpaid)
        return; // still a draft, or never more than one
    if (row.pause == Pause::Void) {
        m_billing.voidInvoice(invoice, final);
        return;
    }
    if (invoice.status == InvoiceStatus::Draft)
        m_billing.finalize(invoice, final);
    if (invoice.status != InvoiceStatus::Open)
        return;
    if (invoice.collection == Collection::Send) {
        const qint64 at = final + (2 + m_dice.below(20)) * kDay;
        if (at <= s.now)
            m_billing.pay(invoice, at, m_dice.chance(200));
        return;
    }
    if (life.fails != 0 && invoice.created >= life.fails && row.status != SubStatus::PastDue)
        dunning(row, invoice, life, false);
    else if (row.status == SubStatus::PastDue)
        m_billing.decline(invoice, final + 4, 0);
    else if (life.part == Part::Free && m_dice.chance(35))
        dunning(row, invoice, life, true);
    else
        m_billing.pay(invoice, final + 2 + m_dice.below(8));
}

void Generator::dunning(Subscription& row, Invoice& invoice, const Life& life, bool recovers)
{
    static constexpr qint64 kAfter[] = {0, 3 * kDay, 8 * kDay, 15 * kDay};
    const qint64 first = invoice.finalizedAt + 5;
    const qint64 lucky = recovers ? 1 + m_dice.below(3) : 4;
    if (const Index method = s.methodFor(row); !recovers && method != kNone)
        s.methods.edit(method).decline = &kGenericDecline; // and it goes on failing after the account's present
    for (qint64 attempt = 0; attempt < 4; ++attempt) {
        const qint64 at = first + kAfter[attempt];
        if (at > s.now)
            return; // the next attempt is still to come
        if (attempt == lucky) {
            m_billing.pay(invoice, at);
            return;
        }
        m_billing.decline(invoice, at, attempt < 3 ? first + kAfter[attempt + 1] : 0);
    }
    const qint64 end = first + kAfter[3];
    if (life.afterFailure == SubStatus::Canceled)
        m_billing.cancel(row, end, CancelReason::PaymentFailed);
    else
        m_billing.setStatus(row, life.afterFailure, end);
}

} // namespace ch::sandbox

// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/Billing.h"

namespace ch::sandbox {

void Billing::usageLines(const Subscription& row, const Item& item, qint64 until, std::vector<LineDraft>* out) const
{
    const Price& price = s.prices[item.price];
    const qint64 used = price.metered ? usage(row, item) : 0;
    if (used == 0)
        return;
    LineDraft line;
    line.item = item.self;
    line.price = item.price;
    line.start = item.periodStart;
    line.end = until;
    for (const Portion& portion : portions(price, used)) {
        line.quantity = portion.quantity;
        line.amount = portion.amount;
        line.tier = portion.tier;
        line.flat = portion.flat;
        out->push_back(line);
    }
}

void Billing::pause(Subscription& row, qint64 at, PausedBy by, const PauseTerms& terms)
{
    std::vector<LineDraft> lines;
    for (const Item& item : row.items) {
        if (row.status == SubStatus::Trialing)
            break;
        if (terms.unused != PauseTerms::Unused::None)
            prorate(row, item, true, terms.unused == PauseTerms::Unused::Now ? at : item.periodStart, &lines);
        if (terms.usage)
            usageLines(row, item, at, &lines);
    }
    if (terms.invoice && !lines.empty())
        settleUpdate(row, makeInvoice(row, at, Reason::Update, lines).self, at, outcomeFor(s.methodFor(row)), Settle::Allow);
    else
        addPending(row, lines, at);
    {
        Change<Subscription> change(m_log, "customer.subscription.updated", at, row);
        row.status = SubStatus::Paused;
        row.pausedBy = by;
        row.pausedAt = at;
        for (Item& item : row.items)
            item.periodEnd = std::max(at, item.periodStart);
    }
    m_log.record("customer.subscription.paused", at, row);
}

void Billing::resume(Subscription& row, qint64 at, const ResumeTerms& terms, Outcome outcome)
{
    constexpr qint64 kResuming = 23 * 3600;
    Awaited waits;
    waits.items = row.items;
    waits.taken = pendingOf(row);
    waits.anchor = terms.anchorNow ? at : row.anchor;
    waits.trialStart = row.trialStart;
    waits.trialEnd = row.trialEnd;
    waits.resumes = waits.moves = true;
    waits.onSuccess = terms.onSuccess;
    waits.expiresAt = at + kResuming;
    std::vector<LineDraft> lines;
    bool samePeriod = !terms.anchorNow; // as the one that it was paused in
    for (Item& item : waits.items) {
        const Price& price = s.prices[item.price];
        const qint64 next = nextStep(waits.anchor, price.interval, price.intervalCount, at);
        samePeriod = samePeriod && next == nextStep(row.anchor, price.interval, price.intervalCount, row.pausedAt);
        if (terms.anchorNow) {
            item.periodStart = at;
            periodLines(row, item, at, next, &lines);
        } else if (terms.proration != Proration::None) {
            Item whole = item;
            whole.periodStart = stepFrom(next, price.interval, -price.intervalCount);
            whole.periodEnd = next;
            prorate(row, whole, false, terms.prorateAt ? terms.prorateAt : at, &lines);
        }
        item.periodStart = at;
        item.periodEnd = next;
    }
    const Subscription before = row;
    row.awaited.push_back(waits);
    const bool invoices = terms.proration == Proration::Invoice || !samePeriod;
    if (!invoices || lines.empty()) {
        addPending(row, lines, at);
        fulfil(row, at, SubStatus::Active);
        return;
    }
    Invoice& invoice = makeInvoice(row, at, Reason::Update, lines);
    row.awaited->invoice = invoice.self;
    m_log.record("customer.subscription.updated", at, row, &before);
    finalize(invoice, at); // which pays it where nothing is due
    if (invoice.status != InvoiceStatus::Open || !terms.onSuccess)
        return;
    if (outcome == Outcome::Paid)
        pay(invoice, at);
    else
        decline(invoice, at, nextRetry(1, at));
}

bool Billing::endTrialWithoutMethod(Subscription& row, qint64 at)
{
    if (row.trialMissing == TrialMissing::CreateInvoice || row.collection == Collection::Send || s.methodFor(row) != kNone)
        return false;
    if (row.trialMissing == TrialMissing::Cancel)
        cancel(row, at, CancelReason::None);
    else
        pause(row, at, PausedBy::TrialEnd, {});
    return true;
}

void Billing::fulfil(Subscription& row, qint64 at, SubStatus status)
{
    const Awaited waits = row.awaited.front();
    {
        Change<Subscription> change(m_log, "customer.subscription.updated", at, row);
        row.awaited.clear();
        row.items = waits.items;
        if (waits.moves) {
            row.anchor = waits.anchor;
            row.trialStart = waits.trialStart;
            row.trialEnd = waits.trialEnd;
        }
        if (waits.resumes || waits.moves)
            row.status = status;
        if (waits.resumes) {
            row.pausedBy = PausedBy::Nobody;
            row.pausedAt = 0;
        }
    }
    m_log.record(waits.resumes ? "customer.subscription.resumed" : "customer.subscription.pending_update_applied", at, row);
}

void Billing::giveUp(Subscription& row, qint64 at, bool expired)
{
    const Awaited waits = row.awaited.front();
    {
        Change<Subscription> change(m_log, "customer.subscription.updated", at, row);
        row.awaited.clear();
        addPending(row, waits.taken, at);
    }
    if (expired && !waits.resumes)
        m_log.record("customer.subscription.pending_update_expired", at, row);
    if (waits.invoice != kNone && s.invoices[waits.invoice].status == InvoiceStatus::Open)
        voidInvoice(s.invoices.edit(waits.invoice), at);
}

} // namespace ch::sandbox

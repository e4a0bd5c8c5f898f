// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/SubscriptionRows.h"

#include "base/Money.h"

#include <algorithm>
#include <iterator>

namespace ch::revenue {

namespace {

/// Of several causes at one instant the one that explains the others comes first.
int weightOf(Cause cause)
{
    switch (cause) {
    case Cause::Takedown:
    case Cause::Cancel:
        return 9;
    case Cause::Dunning:
    case Cause::Recovered:
        return 8;
    case Cause::TrialEnd:
    case Cause::FirstPayment:
        return 7;
    case Cause::Start:
        return 6;
    case Cause::Pause:
    case Cause::Resume:
        return 5;
    case Cause::ItemAdded:
    case Cause::ItemRemoved:
        return 4;
    case Cause::Price:
        return 3;
    case Cause::Quantity:
        return 2;
    case Cause::DiscountOn:
    case Cause::DiscountOff:
        return 1;
    case Cause::Unexplained:
    case Cause::Definition:
        return 0;
    }
    return 0;
}

Cause causeOf(const Segment* before, const Segment& segment, const SubscriptionFacts& subscription)
{
    if (before == nullptr) {
        return segment.at <= subscription.start ? Cause::Start : Cause::ItemAdded;
    }
    if (before->present != segment.present) {
        return segment.present ? Cause::ItemAdded : Cause::ItemRemoved;
    }
    return before->price != segment.price ? Cause::Price : Cause::Quantity;
}

const Segment* segmentAt(const ItemHistory& history, Seconds at)
{
    const auto after = std::upper_bound(history.segments.begin(), history.segments.end(), at, [](Seconds instant, const Segment& segment) { return instant < segment.at; });
    return after == history.segments.begin() ? nullptr : &*std::prev(after);
}

} // namespace

void SubscriptionRows::add(const Instant& instant, int item, bool pause, Source source, bool silent)
{
    if (instant.at >= m_counting.start.at && instant.at <= m_now) {
        m_marks.push_back({instant, item, pause, silent, source});
    }
}

/// colouring: it changes what is told beside MRR, and says nothing of when MRR itself changed.
void SubscriptionRows::markStretches(const SubscriptionFacts& subscription, const std::vector<Stretch>& stretches, bool colouring)
{
    const auto sourceOf = [&subscription](const Instant& instant) {
        const bool other = instant.evidence.kind == Evidence::Kind::Object && instant.evidence.at != subscription.id; // a charge, or the invoice that it was for
        return instant.evidence.kind == Evidence::Kind::Event ? Source::Event : instant.evidence.kind == Evidence::Kind::Line ? Source::RenewalLine : other ? Source::Payment : Source::CurrentState;
    };
    for (const Stretch& stretch : stretches) {
        add(stretch.from, -1, stretch.pause, sourceOf(stretch.from), colouring);
        if (stretch.to.at != kForever) {
            add(stretch.to, -1, stretch.pause, sourceOf(stretch.to), colouring);
        }
    }
}

void SubscriptionRows::markDiscounts(Span discounts, int item)
{
    for (quint32 i = discounts.from; i < discounts.to; ++i) {
        const DiscountFacts& discount = m_facts.discounts[i];
        const auto instantOf = [&discount](Seconds at, Seconds earliest, Cause cause, Ref evidence) {
            return Instant{at, earliest != 0 ? earliest : at, at, cause, {}, {Evidence::Kind::Object, evidence != kNone ? evidence : discount.id}};
        };
        const WindowFacts& window = m_facts.windows[discount.window];
        add(instantOf(discount.start, window.startEarliest, Cause::DiscountOn, window.startEvidence), item, false, Source::CurrentState);
        if (discount.end != kForever) {
            add(instantOf(discount.end, window.endEarliest, Cause::DiscountOff, window.endEvidence), item, false, Source::CurrentState);
        }
    }
}

Span SubscriptionRows::discountsOf(const SubscriptionFacts& subscription, const ItemHistory& history) const
{
    if (history.facts != kNone) {
        return m_facts.items[history.facts].discounts;
    }
    Span found = m_facts.besideOf(subscription).ofGone;
    while (!found.isEmpty() && m_facts.discounts[found.from].item != history.item) {
        ++found.from;
    }
    while (!found.isEmpty() && m_facts.discounts[found.to - 1].item != history.item) {
        --found.to;
    }
    return found;
}

void SubscriptionRows::markItems(const SubscriptionFacts& subscription)
{
    bool repeating = false;
    const auto looksAtPeriods = [&](Span discounts) {
        for (quint32 i = discounts.from; i < discounts.to; ++i) {
            repeating = repeating || m_facts.terms[m_facts.discounts[i].terms].duration == QLatin1String("repeating");
        }
    };
    looksAtPeriods(subscription.discounts);
    for (size_t i = 0; i < m_items.size(); ++i) {
        const ItemHistory& history = m_items[i];
        const Segment* before = nullptr;
        for (const Segment& segment : history.segments) {
            Instant instant{segment.at, std::min(segment.earliest, segment.at), segment.latest, causeOf(before, segment, subscription), segment.before, segment.evidence};
            if (segment.at < m_counting.start.at) {
                instant.at = instant.earliest = instant.latest = m_counting.start.at; // what was before it counted is only how it began
                instant.cause = Cause::Start;
            }
            add(instant, int(i), false, segment.source);
            before = &segment;
        }
        const Span own = discountsOf(subscription, history);
        markDiscounts(own, int(i));
        looksAtPeriods(own);
    }
    for (size_t i = 0; repeating && i < m_items.size(); ++i) {
        std::vector<Seconds> starts = m_items[i].periodStarts;
        if (m_items[i].facts != kNone) {
            starts.push_back(m_facts.items[m_items[i].facts].periodStart);
        }
        for (const Seconds start : starts) {
            add({start, start, start, Cause::DiscountOff, {}, {}}, int(i), false, Source::RenewalLine, true); // a coupon may begin or cease to bite then
        }
    }
}

void SubscriptionRows::gatherMarks(const SubscriptionFacts& subscription)
{
    m_marks.clear();
    add(m_counting.start, -1, false, Source::CurrentState);
    add(m_counting.end, -1, false, Source::CurrentState);
    markStretches(subscription, m_counting.gaps, false);
    markStretches(subscription, m_counting.atRisk, true);
    markStretches(subscription, m_counting.leaving, true);
    if (const Span booked = m_facts.besideOf(subscription).booked; !booked.isEmpty()) {
        const Seconds since = std::max(m_facts.booked[booked.from].since, m_counting.start.at);
        add({since, since, since, Cause::Price, {}, {}}, -1, false, Source::Schedule, true);
    }
    markDiscounts(subscription.discounts, -1);
    markItems(subscription);
    std::stable_sort(m_marks.begin(), m_marks.end(), [](const Mark& a, const Mark& b) { return a.instant.at < b.instant.at; });
}

/// Whether an amount is taken off several items at an instant at which it is not certain what one of them was: then it is not certain what any bore.
bool SubscriptionRows::sharesUnsurely(const SubscriptionFacts& subscription, Seconds at) const
{
    const auto holds = [&](const DiscountFacts& one) { return one.start <= at && at < one.end && m_facts.terms[one.terms].amountOff.has_value(); };
    const auto isUnsure = [at](const Segment& segment) { return segment.earliest <= at && at < std::max(segment.at, segment.latest); };
    return m_items.size() > 1 && std::any_of(m_facts.discounts.begin() + subscription.discounts.from, m_facts.discounts.begin() + subscription.discounts.to, holds)
        && std::any_of(m_items.begin(), m_items.end(), [&](const ItemHistory& item) { return std::any_of(item.segments.begin(), item.segments.end(), isUnsure); });
}

/// What every item is worth at an instant. One whose price is not known is left out, and said so.
void SubscriptionRows::valueAt(const SubscriptionFacts& subscription, Seconds at, std::vector<Running>* running, bool* approximate)
{
    m_sold.clear();
    m_soldOf.clear();
    for (size_t i = 0; i < m_items.size(); ++i) {
        Running& one = (*running)[i];
        const Segment* segment = segmentAt(m_items[i], at);
        one.amounts = {};
        one.unvalued = false;
        one.price = segment != nullptr && segment->present ? segment->price : kNone;
        one.quantity = segment != nullptr && segment->present ? segment->quantity : 0;
        if (segment == nullptr || !segment->present || !m_counting.isOpen(at)) {
            continue;
        }
        SoldItem item{segment->price, segment->quantity, 0, false, {}, 0};
        const auto period = std::upper_bound(m_items[i].periodStarts.begin(), m_items[i].periodStarts.end(), at);
        // Before its first renewal it is charged for what is left of a period, which no coupon lowers that came after it.
        const Seconds begun = subscription.lines.isEmpty() ? 0 : m_items[i].segments.front().at;
        item.periodStart = period == m_items[i].periodStarts.begin() ? begun : *std::prev(period);
        item.discounts = discountsOf(subscription, m_items[i]);
        if (m_items[i].facts != kNone) {
            const ItemFacts& facts = m_facts.items[m_items[i].facts];
            item.taxRate = facts.taxRate;
            item.taxConfigured = facts.taxConfigured;
            item.periodStart = facts.periodStart != 0 && at >= facts.periodStart ? facts.periodStart : item.periodStart;
        }
        if (m_valuer.problemOf(item) != ValueProblem::None) {
            one.unvalued = true;
            continue;
        }
        m_sold.push_back(item);
        m_soldOf.push_back(i);
    }
    const Valued<const Valuation*> valuation = m_valuer.worth(m_sold, subscription.discounts, at);
    const Span doubts = m_facts.besideOf(subscription).doubts;
    const bool doubted = std::any_of(m_facts.doubts.begin() + doubts.from, m_facts.doubts.begin() + doubts.to,
        [at](const DoubtFacts& doubt) { return doubt.at <= at && at < doubt.until; });
    *approximate = valuation && ((*valuation)->approximate || subscription.doubtful || doubted || sharesUnsurely(subscription, at));
    const auto holds = [at](const Stretch& stretch) { return stretch.holds(at); };
    const bool atRisk = std::any_of(m_counting.atRisk.begin(), m_counting.atRisk.end(), holds);
    const bool leaving = std::any_of(m_counting.leaving.begin(), m_counting.leaving.end(), holds);
    for (size_t k = 0; k < m_sold.size(); ++k) {
        Running& one = (*running)[m_soldOf[k]];
        if (!valuation) {
            one.unvalued = true;
            continue;
        }
        const Worth& worth = (*valuation)->worths[k];
        one.amounts = {worth.mrr, worth.list, worth.contracted, worth.net, atRisk ? worth.mrr : 0, leaving ? 0 : worth.mrr};
    }
    if (valuation && !leaving && !m_facts.besideOf(subscription).booked.isEmpty()) {
        std::vector<Ref> items;
        std::transform(m_soldOf.begin(), m_soldOf.end(), std::back_inserter(items), [this](size_t i) { return m_items[i].item; });
        const std::optional<std::vector<qint64>> booked = bookedWorths(subscription, items, at);
        for (size_t k = 0; booked && k < m_sold.size(); ++k) {
            (*running)[m_soldOf[k]].amounts.committed = (*booked)[k];
        }
    }
}

/// Cause, certainty and evidence of a change of one item from the marks in [from, to), which lie at one instant.
Row SubscriptionRows::rowOf(quint32 subscription, size_t item, size_t from, size_t to, const Running& was, const Running& is) const
{
    Row row;
    row.subscription = subscription;
    row.item = m_items[item].item;
    row.at = row.earliest = row.latest = m_marks[from].instant.at;
    row.pause = true;
    const Mark* best = nullptr;
    bool any = false;
    // What it became while it did not count says nothing of when it counts again, and what lowered nothing yet nothing of when it was added.
    const bool added = was.price == kNone && is.price != kNone;
    const bool wasOpen = m_counting.isOpen(row.at - 1) || row.at <= m_counting.start.at;
    for (size_t i = from; i < to; ++i) {
        const Mark& mark = m_marks[i];
        if (mark.item != -1 && mark.item != int(item)) {
            continue;
        }
        if (!mark.silent) {
            const bool ofDiscount = mark.instant.cause == Cause::DiscountOn || mark.instant.cause == Cause::DiscountOff;
            const bool sure = mark.instant.isExact() || (!wasOpen && (mark.item != -1 || ofDiscount)) || (added && ofDiscount);
            row.earliest = sure ? row.earliest : std::min(row.earliest, mark.instant.earliest);
            row.latest = mark.instant.isExact() ? row.latest : std::max(row.latest, mark.instant.latest);
            row.pause = row.pause && mark.pause;
            any = true;
        }
        const bool better = best == nullptr || (best->silent && !mark.silent) || (best->silent == mark.silent && weightOf(mark.instant.cause) > weightOf(best->instant.cause));
        best = better ? &mark : best;
    }
    row.pause = row.pause && any;
    if (best != nullptr) {
        row.cause = best->instant.cause;
        row.before = best->instant.before;
        row.evidence = best->instant.evidence;
        row.source = best->source;
    } else {
        row.cause = Cause::DiscountOn;
    }
    if (!any) { // an amount taken off all items is shared anew when one of them changes, and as surely as that changed
        for (size_t i = from; i < to; ++i) {
            row.earliest = m_marks[i].silent ? row.earliest : std::min(row.earliest, m_marks[i].instant.earliest);
            row.latest = m_marks[i].silent ? row.latest : std::max(row.latest, m_marks[i].instant.latest);
        }
    }
    if (row.cause == Cause::DiscountOn || row.cause == Cause::DiscountOff) {
        row.cause = is.amounts.net < was.amounts.net || is.amounts.mrr < was.amounts.mrr ? Cause::DiscountOn : Cause::DiscountOff;
    }
    const Segment* segment = segmentAt(m_items[item], row.at);
    if (segment != nullptr && segment->latest > row.at && segment->present) {
        row.latest = std::max(row.latest, segment->latest); // what it was sold at then is known only from later on
    }
    // What it may have become by then, if that showed only while it did not count or when it counted again, and so in no row of its own.
    const std::vector<Segment>& segments = m_items[item].segments;
    const auto next = std::find_if(segments.begin(), segments.end(), [&row](const Segment& one) { return one.at > row.at; });
    if (next != segments.end() && next->earliest < row.at && !(m_counting.isOpen(next->at) && m_counting.isOpen(next->at - 1))) {
        row.earliest = std::min(row.earliest, std::max(next->earliest, m_counting.start.at));
    }
    row.unexplained = was.unvalued != is.unvalued;
    return row;
}

void SubscriptionRows::emitChange(Row row, const Running& was, const Running& is, std::vector<Row>* rows) const
{
    const auto push = [&](const Amounts& delta, quint32 price, qint64 quantity) {
        if (!(delta == Amounts())) {
            row.delta = delta;
            row.price = price;
            row.quantity = quantity;
            rows->push_back(row);
        }
    };
    if (was.price != is.price && was.price != kNone && is.price != kNone) {
        push(-was.amounts, was.price, was.quantity);
        push(is.amounts, is.price, is.quantity);
        return;
    }
    Amounts delta = is.amounts;
    // Each is the worth of one subscription, which was summed within 64 bits.
    if (addTo(&delta, -was.amounts)) {
        push(delta, is.price != kNone ? is.price : was.price, is.price != kNone ? is.quantity : was.quantity);
    }
}

void SubscriptionRows::step(quint32 subscription, size_t from, size_t to, std::vector<Row>* rows, std::vector<LeftOut>* leftOut)
{
    const Seconds at = m_marks[from].instant.at;
    bool approximate = false;
    m_next = m_running;
    valueAt(m_facts.subscriptions[subscription], at, &m_next, &approximate);
    for (size_t i = 0; i < m_items.size(); ++i) {
        const Running& was = m_running[i];
        Running& is = m_next[i];
        if (was.unvalued && !is.unvalued) {
            leftOut->push_back({subscription, ValueProblem::PriceUnknown, was.unvaluedSince, at});
        } else if (is.unvalued && !was.unvalued) {
            is.unvaluedSince = at;
        }
        if (was.amounts == is.amounts && (was.price == is.price || is.amounts == Amounts())) {
            continue;
        }
        Row row = rowOf(subscription, i, from, to, was, is);
        row.approximate = approximate;
        is.uncertainSince = is.uncertainSince == 0 && !row.isExact() ? at : is.uncertainSince;
        emitChange(row, was, is, rows);
    }
    std::swap(m_running, m_next);
}

ValueProblem SubscriptionRows::problemNow(const SubscriptionFacts& subscription)
{
    sellCurrent(subscription);
    const Valued<const Valuation*> valuation = m_valuer.worth(m_sold, subscription.discounts, m_now);
    return valuation ? ValueProblem::None : valuation.error();
}

void SubscriptionRows::sellCurrent(const SubscriptionFacts& subscription)
{
    m_sold.clear();
    for (quint32 i = subscription.items.from; i < subscription.items.to; ++i) {
        const ItemFacts& item = m_facts.items[i];
        m_sold.push_back({item.price, item.quantity, item.taxRate, item.taxConfigured, item.discounts, item.periodStart});
    }
}

/// The items as they stand now, each valued alone from what the subscription says: what the rows must come to.
std::vector<Amounts> SubscriptionRows::worthNow(const SubscriptionFacts& subscription)
{
    std::vector<Amounts> worths(m_items.size());
    if (!countsNow(subscription, m_definition)) {
        return worths;
    }
    sellCurrent(subscription);
    const Valued<const Valuation*> valuation = m_valuer.worth(m_sold, subscription.discounts, m_now);
    const bool atRisk = subscription.status == State::PastDue;
    const bool leaving = subscription.cancelAt != 0 || m_facts.besideOf(subscription).bookedEnd > m_now;
    for (size_t i = 0; valuation && i < m_items.size(); ++i) {
        if (m_items[i].facts != kNone) {
            const Worth& worth = (*valuation)->worths[m_items[i].facts - subscription.items.from];
            worths[i] = {worth.mrr, worth.list, worth.contracted, worth.net, atRisk ? worth.mrr : 0, leaving ? 0 : worth.mrr};
        }
    }
    if (valuation && !leaving && !m_facts.besideOf(subscription).booked.isEmpty()) {
        std::vector<Ref> items;
        for (quint32 i = subscription.items.from; i < subscription.items.to; ++i) {
            items.push_back(m_facts.items[i].id);
        }
        const std::optional<std::vector<qint64>> booked = bookedWorths(subscription, items, m_now);
        for (size_t i = 0; booked && i < m_items.size(); ++i) {
            if (m_items[i].facts != kNone) {
                worths[i].committed = (*booked)[m_items[i].facts - subscription.items.from];
            }
        }
    }
    return worths;
}

void SubscriptionRows::reconcile(quint32 subscription, std::vector<Row>* rows)
{
    for (size_t i = 0; i < m_items.size(); ++i) {
        if (m_running[i].amounts == m_expected[i]) {
            continue;
        }
        Row row;
        row.subscription = subscription;
        row.item = m_items[i].item;
        row.at = m_running[i].uncertainSince != 0 ? m_running[i].uncertainSince : m_now;
        row.earliest = std::min(row.at, m_counting.start.at);
        row.latest = m_now;
        row.cause = Cause::Unexplained;
        row.evidence = {Evidence::Kind::Object, m_facts.subscriptions[subscription].id};
        row.unexplained = true;
        Running expected = m_running[i];
        expected.amounts = m_expected[i];
        if (m_items[i].facts != kNone) {
            expected.price = m_facts.items[m_items[i].facts].price;
            expected.quantity = m_facts.items[m_items[i].facts].quantity;
        }
        emitChange(row, m_running[i], expected, rows);
    }
}

Status SubscriptionRows::prove(quint32 subscription, const std::vector<Row>& rows, size_t first) const
{
    for (size_t i = 0; i < m_items.size(); ++i) {
        Amounts sum;
        bool fits = true;
        for (size_t r = first; r < rows.size(); ++r) {
            fits = fits && (rows[r].item != m_items[i].item || addTo(&sum, rows[r].delta));
        }
        if (!fits || !(sum == m_expected[i])) {
            return fail(ErrorKind::Internal, QStringLiteral("The ledger of %1 (%2) comes to %3 and not to the %4 that it is worth now. Please report this.")
                    .arg(m_facts.ids.text(m_items[i].item), m_facts.ids.text(m_facts.subscriptions[subscription].id)).arg(sum.mrr).arg(m_expected[i].mrr));
        }
    }
    return {};
}

Status SubscriptionRows::append(quint32 subscription, std::vector<Row>* rows, std::vector<LeftOut>* leftOut)
{
    const SubscriptionFacts& facts = m_facts.subscriptions[subscription];
    if (facts.status == State::Incomplete || facts.status == State::Other) {
        return {}; // it never counted
    }
    const ValueProblem problem = facts.problem != ValueProblem::None ? facts.problem : problemNow(facts);
    if (problem != ValueProblem::None) {
        // What does not count now is 0 for certain; what it was worth while it did is not known.
        leftOut->push_back({subscription, problem, facts.start, countsNow(facts, m_definition) ? kForever : facts.endedAt != 0 ? facts.endedAt : m_now});
        return {};
    }
    const size_t first = rows->size();
    m_items = itemHistories(m_facts, facts, m_now);
    m_counting = countingOf(m_facts, facts, m_definition, m_now);
    m_running.assign(m_items.size(), {});
    m_expected = worthNow(facts);
    gatherMarks(facts);
    for (size_t from = 0; from < m_marks.size();) {
        size_t to = from;
        while (to < m_marks.size() && m_marks[to].instant.at == m_marks[from].instant.at) {
            ++to;
        }
        step(subscription, from, to, rows, leftOut);
        from = to;
    }
    reconcile(subscription, rows);
    std::stable_sort(rows->begin() + qptrdiff(first), rows->end(), [](const Row& a, const Row& b) { return a.at < b.at; });
    return prove(subscription, *rows, first);
}

} // namespace ch::revenue

// SPDX-License-Identifier: GPL-3.0-or-later
// The sources of atoms, of Segments.h.
#include "revenue/Segments.h"

#include <algorithm>

namespace ch::revenue {

namespace {

Evidence ofLine(quint32 line)
{
    return {Evidence::Kind::Line, line};
}

void gatherTold(const AtomContext& context, Source source, std::vector<Atom>* atoms)
{
    for (quint32 i = context.subscription.told.from; i < context.subscription.told.to; ++i) {
        const ToldFacts& told = context.facts.told[i];
        if (told.source == source && told.sight.item == context.item && told.at <= context.now) {
            atoms->push_back({told.at, std::max(told.at, told.until), told.sight.price, told.sight.quantity, source, told.present, told.change, {Evidence::Kind::Object, told.evidence}});
        }
    }
}

void gatherOwnLog(const AtomContext& context, std::vector<Atom>* atoms)
{
    gatherTold(context, Source::OwnLog, atoms);
}

void gatherSchedules(const AtomContext& context, std::vector<Atom>* atoms)
{
    gatherTold(context, Source::Schedule, atoms);
}

const Sight* sightOf(const Facts& facts, Span span, Ref item)
{
    for (quint32 i = span.from; i < span.to; ++i) {
        if (facts.sights[i].item == item) {
            return &facts.sights[i];
        }
    }
    return nullptr;
}

/// Whether the next event found the item as the one before left it. If not, events are missing between them.
bool joinsOn(const Facts& facts, const EventFacts& event, const EventFacts& next, Ref item)
{
    const Sight* left = sightOf(facts, event.after, item);
    const Sight* found = sightOf(facts, next.itemsChanged ? next.before : next.after, item);
    return (left == nullptr) == (found == nullptr) && (left == nullptr || (left->price == found->price && left->quantity == found->quantity));
}

/// An event shows the subscription whole, and each change makes one: what it shows holds until the next, and where it changed no item, also held
/// just before. Between two of one second there is no time: together they are one change, from what the first that changes items found to what
/// the last left. An item that an event does not show was not there.
void gatherEvents(const AtomContext& context, std::vector<Atom>* atoms)
{
    const std::vector<EventFacts>& all = context.facts.events;
    const Span events = context.subscription.events;
    for (quint32 i = events.from, next = i; i < events.to; i = next) {
        const EventFacts* changed = nullptr;
        bool made = false;
        bool kept = true;
        for (next = i; next < events.to && all[next].at == all[i].at; ++next) {
            changed = changed == nullptr && all[next].itemsChanged ? &all[next] : changed;
            made = made || all[next].made;
            kept = kept && all[next].itemsKept;
        }
        const EventFacts& event = all[next - 1];
        const Evidence evidence{Evidence::Kind::Event, changed != nullptr ? quint32(changed - all.data()) : next - 1};
        const bool known = next < events.to && joinsOn(context.facts, event, all[next], context.item);
        const Seconds until = known ? std::max(all[next].at - 1, event.at) : event.at;
        const Sight* after = sightOf(context.facts, event.after, context.item);
        const Sight* before = changed != nullptr ? sightOf(context.facts, changed->before, context.item) : nullptr;
        const Sight* untilThen = before != nullptr ? before : kept ? after : nullptr;
        if (untilThen != nullptr) {
            atoms->push_back({event.at - 1, event.at - 1, untilThen->price, untilThen->quantity, Source::Event, true, false, evidence});
        }
        if (after != nullptr) {
            atoms->push_back({event.at, until, after->price, after->quantity, Source::Event, true, changed != nullptr || made, evidence});
        } else if (before != nullptr) {
            atoms->push_back({event.at, until, before->price, before->quantity, Source::Event, false, true, evidence});
        } else if (context.itemFacts == kNone) {
            atoms->push_back({kept ? event.at - 1 : event.at, until, 0, 0, Source::Event, false, false, evidence});
        }
    }
}

/// The lines of one item that begin at one instant, some of them prorations. A debit that a credit of the same instant takes back was only
/// passed through, and that credit with it. Lines over nothing (a free price, all of it taken off) may be either, unless they name what they take back.
class Turn {
public:
    Turn(const Facts& facts, const std::vector<quint32>& lines) : m_facts(facts)
    {
        for (const quint32 i : lines) {
            const LineFacts& line = facts.lines[i];
            m_prorated = m_prorated || line.is(kLineProration);
            if (!line.is(kLineProration)) {
                m_renewals.push_back(i);
            } else {
                (line.isCredit() ? m_credits : line.amount > 0 ? m_debits : m_free).push_back(i);
            }
        }
        m_passed = m_credits;
        takeBack(&m_debits, false);
        takeBack(&m_free, true);
        leavePeriods();
    }

    /// Of something that nobody pays for: credit or debit, who knows.
    [[nodiscard]] quint32 alone() const { return m_free.size() == 1 && m_debits.empty() && m_passed.empty() && m_renewal == kNone ? m_free.front() : kNone; }
    [[nodiscard]] bool isProrated() const { return m_prorated; }
    [[nodiscard]] bool isRemoval() const { return !m_credits.empty() && m_debits.empty() && m_free.empty() && m_renewal == kNone; }
    /// The line that says what the item was until then, where a credit does. last: the last one before.
    [[nodiscard]] quint32 before(quint32 last) const
    {
        if (!m_credits.empty()) {
            return m_credits.front();
        }
        for (const std::vector<quint32>* lines : {&m_free, &m_passed}) {
            const auto known = std::find_if(lines->begin(), lines->end(), [&](quint32 line) { return last != kNone && isSame(line, last); });
            if (known != lines->end()) {
                return *known;
            }
        }
        const bool fromNothing = !m_free.empty() && (!m_debits.empty() || m_renewal != kNone);
        return fromNothing ? m_free.front() : m_passed.empty() ? kNone : m_passed.front();
    }
    /// The line that says what it was from then on, kNone where it was as before.
    [[nodiscard]] quint32 after(quint32 before) const
    {
        if (!m_debits.empty() || m_renewal != kNone) {
            return !m_debits.empty() ? m_debits.back() : m_renewal;
        }
        const auto fresh = std::find_if(m_free.rbegin(), m_free.rend(), [&](quint32 i) { return before == kNone || !isSame(i, before); });
        return fresh != m_free.rend() ? *fresh : m_tookBack && !m_free.empty() ? before : kNone; // that period's line says nothing then
    }

private:
    /// What a credit takes back was only passed through, and the credit with it; what was charged nothing by one over nothing.
    void takeBack(std::vector<quint32>* charged, bool nothing)
    {
        for (size_t c = 0; c < charged->size();) {
            const auto taken = std::find_if(m_credits.begin(), m_credits.end(), [&](quint32 credit) { return (!nothing || m_facts.lines[credit].amount == 0) && isSame(credit, (*charged)[c]); });
            if (taken == m_credits.end()) {
                ++c;
            } else {
                m_credits.erase(taken);
                charged->erase(charged->begin() + qptrdiff(c));
            }
        }
    }

    /// Periods that were charged whole and left again in that second.
    void leavePeriods()
    {
        for (size_t r = 0; r < m_renewals.size();) {
            const bool isMore = m_renewals.size() > 1 || !m_debits.empty() || !m_free.empty() || m_credits.size() > 1;
            const auto whole = isMore ? std::find_if(m_credits.begin(), m_credits.end(), [&](quint32 credit) { return isSame(credit, m_renewals[r]); }) : m_credits.end();
            if (whole == m_credits.end()) {
                ++r;
            } else {
                m_credits.erase(whole);
                m_renewals.erase(m_renewals.begin() + qptrdiff(r));
                m_tookBack = true;
            }
        }
        m_renewal = m_renewals.empty() ? kNone : m_renewals.back();
        if (m_renewal != kNone) { // another interval: its first period begins then, and is charged whole; debits of the period that was left came before
            m_debits.erase(std::remove_if(m_debits.begin(), m_debits.end(), [&](quint32 debit) { return m_facts.lines[debit].end != m_facts.lines[m_renewal].end; }), m_debits.end());
        }
    }

    [[nodiscard]] bool isSame(quint32 a, quint32 b) const { return m_facts.lines[a].price == m_facts.lines[b].price && m_facts.lines[a].quantity == m_facts.lines[b].quantity; }

    const Facts& m_facts;
    std::vector<quint32> m_credits;
    std::vector<quint32> m_debits;
    std::vector<quint32> m_free;
    std::vector<quint32> m_passed;
    std::vector<quint32> m_renewals;
    quint32 m_renewal = kNone;      // the last of them that was not left again
    bool m_prorated = false;
    bool m_tookBack = false;
};

/// A change that was prorated has its second: a credit of what was, a debit of what is.
void gatherDebits(const AtomContext& context, std::vector<Atom>* atoms)
{
    const std::vector<LineFacts>& all = context.facts.lines;
    const Span lines = context.subscription.lines;
    const auto isMine = [&](const LineFacts& line) { return line.item == context.item && !line.is(kLineVoided); };
    if (std::none_of(all.begin() + lines.from, all.begin() + lines.to, [&](const LineFacts& line) { return isMine(line) && line.is(kLineProration); })) {
        return; // as most are
    }
    const auto push = [&](quint32 i, Seconds at, bool present, bool change) {
        atoms->push_back({at, at, all[i].price, all[i].quantity, Source::ProrationDebit, present, change, ofLine(i)});
    };
    quint32 last = kNone;
    quint32 gone = kNone;
    std::vector<quint32> mine;
    for (quint32 i = lines.from; i < lines.to;) {
        const Seconds at = all[i].start;
        mine.clear();
        for (; i < lines.to && all[i].start == at; ++i) {
            if (isMine(all[i])) {
                mine.push_back(i);
            }
        }
        const Turn turn(context.facts, mine);
        if (mine.empty() || !turn.isProrated()) {
            last = mine.empty() ? last : mine.back();
            gone = mine.empty() ? gone : kNone;
            continue;
        }
        const bool ends = context.itemFacts == kNone && turn.alone() != kNone && std::none_of(all.begin() + i, all.begin() + lines.to, isMine);
        const quint32 before = ends ? turn.alone() : turn.before(last);
        const quint32 after = ends ? kNone : turn.after(before != kNone ? before : last);
        if (before != kNone && after != kNone) {
            push(before, at - 1, true, false); // a credit alone may be a correction
        }
        if (after != kNone) {
            push(after, at, true, true);
        }
        gone = turn.isRemoval() || ends ? before : kNone;
        last = after != kNone ? after : last;
    }
    // A credit after all else, of an item that is no longer there, is when it went.
    if (context.itemFacts == kNone && gone != kNone) {
        push(gone, all[gone].start - 1, true, false);
        push(gone, all[gone].start, false, true);
    }
}

void gatherRenewals(const AtomContext& context, std::vector<Atom>* atoms)
{
    const Span lines = context.subscription.lines;
    const size_t first = atoms->size();
    const bool alone = first == 0;
    for (quint32 i = lines.from; i < lines.to; ++i) {
        const LineFacts& line = context.facts.lines[i];
        if (line.item != context.item || line.is(kLineProration)) {
            continue;
        }
        // A row of equal renewals is one atom, where nobody else says anything that would have to be held against each of them.
        if (alone && atoms->size() > first && atoms->back().price == line.price && atoms->back().quantity == line.quantity) {
            atoms->back().until = line.start;
        } else {
            atoms->push_back({line.start, line.start, line.price, line.quantity, Source::RenewalLine, true, false, ofLine(i)});
        }
    }
}

void gatherCurrent(const AtomContext& context, std::vector<Atom>* atoms)
{
    // What ended stands there as it was when it ended: that is what was lost then.
    const Seconds seen = context.subscription.endedAt != 0 ? std::min(context.now, context.subscription.endedAt - 1) : context.now;
    if (context.itemFacts != kNone) {
        const ItemFacts& item = context.facts.items[context.itemFacts];
        atoms->push_back({seen, seen, item.price, item.quantity, Source::CurrentState, true, false, {Evidence::Kind::Object, item.id}});
        return;
    }
    // It is not there any more: it went by the end of what was last billed for it.
    Seconds lastEnd = 0;
    quint32 last = kNone;
    for (quint32 i = context.subscription.lines.from; i < context.subscription.lines.to; ++i) {
        const LineFacts& line = context.facts.lines[i];
        if (line.item == context.item && line.end >= lastEnd) {
            lastEnd = line.end;
            last = i;
        }
    }
    Seconds gone = last == kNone ? seen : std::min(lastEnd, seen);
    for (const Atom& atom : *atoms) {
        gone = atom.present ? std::max(gone, std::min(atom.until, context.now)) : gone; // a better source saw it later than it was billed for
    }
    atoms->push_back({gone, context.now, 0, 0, Source::CurrentState, false, false, {Evidence::Kind::Object, context.subscription.id}});
}

} // namespace

const std::vector<AtomSource>& atomSources()
{
    static const std::vector<AtomSource> all = {{Source::OwnLog, gatherOwnLog}, {Source::Event, gatherEvents}, {Source::Schedule, gatherSchedules},
        {Source::ProrationDebit, gatherDebits}, {Source::RenewalLine, gatherRenewals}, {Source::CurrentState, gatherCurrent}};
    return all;
}

} // namespace ch::revenue

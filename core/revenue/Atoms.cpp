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

/// An event shows the subscription whole, and each change makes one: what it shows holds until the next.
void gatherEvents(const AtomContext& context, std::vector<Atom>* atoms)
{
    const Span events = context.subscription.events;
    for (quint32 i = events.from; i < events.to; ++i) {
        const EventFacts& event = context.facts.events[i];
        const Evidence evidence{Evidence::Kind::Event, i};
        const bool known = i + 1 < events.to && joinsOn(context.facts, event, context.facts.events[i + 1], context.item);
        const Seconds until = known ? std::max(context.facts.events[i + 1].at - 1, event.at) : event.at;
        const Sight* after = sightOf(context.facts, event.after, context.item);
        const Sight* before = event.itemsChanged ? sightOf(context.facts, event.before, context.item) : nullptr;
        if (before != nullptr) {
            atoms->push_back({event.at - 1, event.at - 1, before->price, before->quantity, Source::Event, true, false, evidence});
        }
        if (after != nullptr) {
            atoms->push_back({event.at, until, after->price, after->quantity, Source::Event, true, event.itemsChanged || event.made, evidence});
        } else if (before != nullptr) {
            atoms->push_back({event.at, until, before->price, before->quantity, Source::Event, false, true, evidence});
        }
    }
}

/// The larger of two debits of one instant is the new state: the other belongs to a free price.
void gatherDebits(const AtomContext& context, std::vector<Atom>* atoms)
{
    const Span lines = context.subscription.lines;
    const size_t first = atoms->size();
    quint32 best = kNone;
    const auto keep = [&] {
        if (best != kNone) {
            const LineFacts& line = context.facts.lines[best];
            atoms->push_back({line.start, line.start, line.price, line.quantity, Source::ProrationDebit, true, true, ofLine(best)});
        }
        best = kNone;
    };
    Seconds lastRenewal = 0;
    Seconds lastCredit = 0;
    quint32 credit = kNone;
    for (quint32 i = lines.from; i < lines.to; ++i) {
        const LineFacts& line = context.facts.lines[i];
        if (line.item != context.item || line.is(kLineVoided)) {
            continue;
        }
        if (!line.is(kLineProration)) {
            lastRenewal = line.start;
        } else if (line.amount < 0) {
            lastCredit = line.start;
            credit = i;
        } else {
            if (best != kNone && context.facts.lines[best].start != line.start) {
                keep();
            }
            best = best == kNone || line.amount > context.facts.lines[best].amount ? i : best;
        }
    }
    keep();
    // A credit after all else, of an item that is no longer there, is when it went.
    const Seconds lastDebit = atoms->size() > first ? atoms->back().at : 0;
    if (context.itemFacts == kNone && credit != kNone && lastCredit >= lastRenewal && lastCredit > lastDebit) {
        atoms->push_back({lastCredit, lastCredit, context.facts.lines[credit].price, context.facts.lines[credit].quantity, Source::ProrationDebit, false, true, ofLine(credit)});
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

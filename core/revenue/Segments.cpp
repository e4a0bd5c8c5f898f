// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Segments.h"

#include <algorithm>

namespace ch::revenue {

namespace {

constexpr Seconds kSameCreation = 60; // an item made with its subscription, which takes Stripe a moment

/// A line of an older shape, without a price, cannot contradict what the item says.
bool isSameState(const Segment& segment, const Atom& atom)
{
    const bool samePrice = segment.price == atom.price || segment.price == kNone || atom.price == kNone;
    return segment.present == atom.present && (!atom.present || (samePrice && segment.quantity == atom.quantity));
}

/// Whether a better source knew the item at that instant.
bool isOverruled(const Atom& atom, const std::vector<Atom>& atoms)
{
    return std::any_of(atoms.begin(), atoms.end(), [&](const Atom& other) { return other.source < atom.source && other.at <= atom.at && atom.at <= other.until; });
}

/// When an item that is there now was added: with the subscription, or at its own creation.
Seconds addedAt(const ItemFacts& item, const SubscriptionFacts& subscription)
{
    return item.created > subscription.created + kSameCreation ? std::max(item.created, subscription.start) : subscription.start;
}

/// When the period began in which an item first shows up, as another item of the same interval was billed for it: then this one was not there
/// yet. Bills of other cycles say nothing: a yearly item that was added without proration is on none of the monthly ones.
Seconds lastBilledBefore(const Facts& facts, const SubscriptionFacts& subscription, const Atom& first)
{
    if (first.evidence.kind != Evidence::Kind::Line) {
        return subscription.start;
    }
    const LineFacts& shown = facts.lines[first.evidence.at];
    const Seconds ends = shown.is(kLineProration) ? shown.end : shown.start;
    const auto intervalOf = [&facts](const LineFacts& line) { return line.price == kNone ? kNone : facts.prices[line.price].interval; };
    Seconds last = subscription.start;
    for (quint32 i = subscription.lines.from; i < subscription.lines.to && facts.lines[i].start < first.at; ++i) {
        const LineFacts& line = facts.lines[i];
        if (!line.is(kLineProration) && line.end == ends && intervalOf(line) == intervalOf(shown)) {
            last = std::max(last, line.start);
        }
    }
    return last;
}

Segment segmentOf(const Atom& atom)
{
    return {atom.at, atom.at, atom.at, atom.price, atom.quantity, atom.present, atom.source, {}, atom.evidence};
}

/// Where the first state of an item begins. notYet: when it was last seen not to be there.
Segment beginning(const AtomContext& context, const Atom& first, Seconds notYet)
{
    Segment segment = segmentOf(first);
    const SubscriptionFacts& subscription = context.subscription;
    const bool fromStart = !context.facts.lines.empty() && !subscription.lines.isEmpty() && first.at <= context.facts.lines[subscription.lines.from].start;
    if (context.itemFacts != kNone) {
        const ItemFacts& item = context.facts.items[context.itemFacts];
        const Seconds withFirst = subscription.created - kSameCreation;
        const bool backdated = subscription.start < withFirst && !subscription.lines.isEmpty() && context.facts.lines[subscription.lines.from].start <= subscription.start;
        const bool leftOut = backdated && first.evidence.kind == Evidence::Kind::Line && first.at >= withFirst; // others were charged from its start on
        const Seconds made = addedAt(item, subscription);
        const Seconds added = leftOut && made == subscription.start ? first.at : made;
        const Seconds begun = std::max(added, subscription.trialEnd);
        // Nothing was billed for it yet, so its first period still runs, or else its invoices are not known to us.
        const bool firstPeriod = first.source == Source::CurrentState && item.periodStart != 0 && item.periodStart <= begun + kSameStart;
        const bool shown = first.source != Source::CurrentState; // the mirror holds every line: the first one is the first that was made
        segment.at = segment.earliest = segment.latest = added;
        segment.source = added != subscription.start ? Source::ItemCreated : first.source;
        if (!firstPeriod && !shown && !(first.change && first.at <= added)) {
            segment.latest = first.at; // it was there, but at what price is known only from here on
        }
    } else if (fromStart) {
        segment.at = segment.earliest = segment.latest = std::min(subscription.start, first.at); // billed from the first invoice on
    } else if (!first.change) {
        segment.earliest = std::min(std::max(lastBilledBefore(context.facts, subscription, first), notYet), first.at);
    }
    return segment;
}

void sweep(const AtomContext& context, std::vector<Atom>* atoms, std::vector<Segment>* segments)
{
    std::vector<Atom> kept;
    std::copy_if(atoms->begin(), atoms->end(), std::back_inserter(kept), [&](const Atom& atom) { return !isOverruled(atom, *atoms); });
    std::stable_sort(kept.begin(), kept.end(), [](const Atom& a, const Atom& b) { return a.at < b.at; });
    Seconds lastSeen = 0;
    Evidence lastEvidence;
    for (const Atom& atom : kept) {
        if (segments->empty()) {
            if (!atom.present) {
                lastSeen = std::max(atom.at, std::min(atom.until, context.now));
                continue;
            }
            segments->push_back(beginning(context, atom, lastSeen));
        } else if (isSameState(segments->back(), atom)) {
            if (segments->back().price == kNone) {
                segments->back().price = atom.price;
            }
        } else {
            Segment next = segmentOf(atom);
            next.at = next.latest = std::max(atom.at, segments->back().at);
            next.earliest = atom.change ? next.at : std::min(std::max(lastSeen, segments->back().at), next.at);
            next.earliest = next.earliest == next.at - 1 ? next.at : next.earliest; // within one second is exact
            next.price = atom.price == kNone ? segments->back().price : atom.price;
            next.before = lastEvidence;
            segments->push_back(next);
        }
        lastSeen = std::max(atom.at, std::min(atom.until, context.now));
        lastEvidence = atom.evidence;
    }
}

/// Items that are gone stand where their first bill has them among the others: amounts are shared in that order.
void addBilled(const Facts& facts, const SubscriptionFacts& subscription, std::vector<ItemHistory>* all)
{
    const auto placeOf = [all](Ref item) { return std::find_if(all->begin(), all->end(), [item](const ItemHistory& known) { return known.item == item; }); };
    for (quint32 i = subscription.lines.from; i < subscription.lines.to; ++i) {
        const LineFacts& line = facts.lines[i];
        if (line.item == kNone || placeOf(line.item) != all->end()) {
            continue;
        }
        auto before = all->end();
        if (i > subscription.lines.from && facts.lines[i - 1].invoice == line.invoice) {
            const auto previous = placeOf(facts.lines[i - 1].item);
            before = previous == all->end() ? previous : std::next(previous);
        } else if (i + 1 < subscription.lines.to && facts.lines[i + 1].invoice == line.invoice) {
            before = placeOf(facts.lines[i + 1].item);
        }
        all->insert(before, {line.item, kNone, {}, {}});
    }
}

std::vector<ItemHistory> allItems(const Facts& facts, const SubscriptionFacts& subscription)
{
    std::vector<ItemHistory> all;
    const auto add = [&all](Ref item, quint32 place) {
        if (item != kNone && std::none_of(all.begin(), all.end(), [item](const ItemHistory& known) { return known.item == item; })) {
            all.push_back({item, place, {}, {}});
        }
    };
    for (quint32 i = subscription.items.from; i < subscription.items.to; ++i) {
        add(facts.items[i].id, i);
    }
    addBilled(facts, subscription, &all);
    for (quint32 i = subscription.events.from; i < subscription.events.to; ++i) {
        for (const Span sights : {facts.events[i].after, facts.events[i].before}) {
            for (quint32 s = sights.from; s < sights.to; ++s) {
                add(facts.sights[s].item, kNone);
            }
        }
    }
    for (quint32 i = subscription.told.from; i < subscription.told.to; ++i) {
        add(facts.told[i].sight.item, kNone);
    }
    return all;
}

} // namespace

std::vector<ItemHistory> itemHistories(const Facts& facts, const SubscriptionFacts& subscription, Seconds now)
{
    std::vector<ItemHistory> all = allItems(facts, subscription);
    std::vector<Atom> atoms;
    for (ItemHistory& history : all) {
        atoms.clear();
        const AtomContext context{facts, subscription, history.item, history.facts, now};
        for (const AtomSource& source : atomSources()) {
            source.gather(context, &atoms);
        }
        sweep(context, &atoms, &history.segments);
        for (quint32 i = subscription.lines.from; i < subscription.lines.to; ++i) {
            const LineFacts& line = facts.lines[i];
            if (line.item == history.item && !line.is(kLineProration) && (history.periodStarts.empty() || history.periodStarts.back() != line.start)) {
                history.periodStarts.push_back(line.start);
            }
        }
    }
    return all;
}

} // namespace ch::revenue

// SPDX-License-Identifier: GPL-3.0-or-later
// Discounts that are no longer attached, in FactsMaker. Events say to the second when one came and went; bills and events show it until a last
// one, and it went before the next without it. What it took off is what its own coupon says; where that is not known any more, nothing is taken off and
// the stretch is marked: an amount on a bill never tells the terms.
#include "revenue/FactsMaker.h"
#include "stripe/Parse.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

namespace ch::revenue {

struct FactsMaker::PastDiscount {
    DiscountFacts facts;
    WindowFacts window;
    std::optional<Terms> terms;     ///< not set: not known any more
    Ref item = kNone;
};

void FactsMaker::knowDiscount(const stripe::Discount& discount)
{
    KnownDiscount& known = m_known[m_facts.ids.of(discount.id)];
    const std::optional<stripe::Coupon> coupon = discount.coupon ? discount.coupon : known.discount.coupon;
    const std::optional<Seconds> end = discount.end ? discount.end : known.discount.end; // one that is deleted shows none any more
    known.discount = discount;
    known.discount.coupon = coupon;
    known.discount.end = end;
}

void FactsMaker::addDiscountEvent(const stripe::Event& event, QByteArrayView json)
{
    const Result<QByteArray> object = stripe::eventObjectJson(json);
    const Result<stripe::Discount> discount = object ? stripe::parseObject<stripe::Discount>(*object) : Result<stripe::Discount>(fail(object.error()));
    if (!discount) {
        return;
    }
    knowDiscount(*discount);
    const Ref id = m_facts.ids.of(discount->id);
    if (event.type == QLatin1String("customer.discount.deleted")) {
        m_known[id].removedAt = event.created;
        m_known[id].removedBy = m_facts.ids.of(event.id);
    }
    if (const SubscriptionFacts* subscription = known(discount->subscriptionId.toStdString())) {
        const bool on = event.type != QLatin1String("customer.discount.deleted");
        m_sights.push_back({subscription->id, id, kNone, m_facts.ids.of(discount->subscriptionItem), m_facts.ids.of(event.id), on ? discount->start : event.created, on});
    }
}

void FactsMaker::seeDiscounts(const stripe::Subscription& was, const stripe::Subscription& now, Ref subscription, Ref event, Seconds at)
{
    const auto compare = [&](const QStringList& before, const QStringList& after, const QString& item) {
        const auto see = [&](const QStringList& ids, const QStringList& others, bool on) {
            for (const QString& id : ids) {
                if (!id.isEmpty() && !others.contains(id)) {
                    m_sights.push_back({subscription, m_facts.ids.of(id), kNone, m_facts.ids.of(item), event, at, on});
                }
            }
        };
        see(before, after, false);
        see(after, before, true);
        for (const QString& id : after) {
            if (!id.isEmpty() && before.contains(id)) {
                m_sights.push_back({subscription, m_facts.ids.of(id), kNone, m_facts.ids.of(item), event, at, true, true});
            }
        }
    };
    for (const QList<stripe::Discount>& whole : {was.discounts, now.discounts}) {
        for (const stripe::Discount& discount : whole) {
            if (!discount.id.isEmpty()) {
                knowDiscount(discount);
            }
        }
    }
    compare(was.discountIds, now.discountIds, {});
    for (const stripe::SubscriptionItem& item : now.items) {
        const auto before = std::find_if(was.items.begin(), was.items.end(), [&item](const stripe::SubscriptionItem& other) { return other.id == item.id; });
        if (before != was.items.end()) {
            compare(before->discountIds, item.discountIds, item.id);
        }
    }
    for (const stripe::SubscriptionItem& item : was.items) {
        if (std::none_of(now.items.begin(), now.items.end(), [&item](const stripe::SubscriptionItem& other) { return other.id == item.id; })) {
            compare(item.discountIds, {}, item.id); // it went with its item
        }
    }
}

bool FactsMaker::isAttached(const SubscriptionFacts& subscription, Ref discount) const
{
    const auto holds = [&](Span span) {
        return std::any_of(m_facts.discounts.begin() + span.from, m_facts.discounts.begin() + span.to, [discount](const DiscountFacts& one) { return one.id == discount; });
    };
    bool attached = holds(subscription.discounts);
    for (quint32 i = subscription.items.from; i < subscription.items.to; ++i) {
        attached = attached || holds(m_facts.items[i].discounts);
    }
    return attached;
}

/// The first event after an instant that lists what was attached.
const EventFacts* FactsMaker::eventAfter(const SubscriptionFacts& subscription, Seconds at) const
{
    const auto end = m_facts.events.begin() + subscription.events.to;
    const auto found = std::find_if(m_facts.events.begin() + subscription.events.from, end, [at](const EventFacts& event) { return event.discountsShown && event.at > at; });
    return found == end ? nullptr : &*found;
}

/// Where a past discount began and ended. Nothing where it did not lower a month that is over, or where nobody saw it end.
std::optional<FactsMaker::PastDiscount> FactsMaker::placed(const SubscriptionFacts& subscription, Ref discount, const std::vector<const DiscountSight*>& sights) const
{
    const auto found = m_known.find(discount);
    const KnownDiscount known = found == m_known.end() ? KnownDiscount() : found->second;
    PastDiscount past;
    past.facts.id = discount;
    past.facts.past = true;
    Surroundings around;
    around.coupon = m_coupon;
    if (const Valued<std::vector<Terms>> terms = termsOf({known.discount}, {}, around, m_facts.ids.text(subscription.currency)); terms) {
        past.terms = terms->front();
    }
    past.item = m_facts.ids.find(known.discount.subscriptionItem);
    if (!known.discount.subscriptionItem.isEmpty() && past.item == kNone) {
        past.terms.reset(); // of an item that nobody remembers
    }
    past.facts.yields = found != m_known.end() && known.discount.subscriptionId.isEmpty() && known.discount.subscriptionItem.isEmpty();

    const DiscountSight* first = nullptr;
    const DiscountSight* last = nullptr;
    Seconds seen = 0;
    Seconds on = known.discount.start;
    Seconds off = known.removedAt;
    Ref offBy = known.removedBy;
    for (const DiscountSight* sight : sights) {
        if (sight->discount != discount) {
            continue;
        }
        if (sight->stayed) {
            seen = std::max(seen, sight->at);
        } else if (sight->line != kNone) {
            first = first == nullptr || sight->at < first->at ? sight : first;
            last = last == nullptr || sight->at >= last->at ? sight : last;
        } else if (sight->on) {
            on = on == 0 ? sight->at : on;
        } else if (off == 0) {
            off = sight->at;
            offBy = sight->event;
        }
        past.item = sight->line == kNone && sight->item != kNone ? sight->item : past.item;
    }
    if (first == nullptr && (off == 0 || on == 0) && !(past.terms && past.terms->end && on != 0)) {
        return std::nullopt;
    }

    // Bills that would have shown it: those of the items that it lowered, where there was something to lower, at prices of its products; and a
    // percentage off all lowers each item.
    const bool ofAll = past.item == kNone && past.terms && !past.terms->amountOff && past.terms->products.isEmpty();
    const auto isOther = [&](const LineFacts& line) {
        const Ref product = line.price == kNone ? kNone : m_facts.prices[line.price].product;
        return past.terms && !past.terms->products.isEmpty() && product != kNone && !past.terms->products.contains(m_facts.ids.text(product));
    };
    const LineFacts* before = nullptr;
    const LineFacts* next = nullptr;
    for (quint32 i = subscription.lines.from; first != nullptr && i < subscription.lines.to; ++i) {
        const LineFacts& line = m_facts.lines[i];
        const bool lowered = ofAll || std::any_of(sights.begin(), sights.end(), [&](const DiscountSight* sight) { return sight->discount == discount && sight->line != kNone && sight->item == line.item; });
        if (!lowered || isOther(line) || line.is(kLineProration) || line.amount <= 0 || (m_free.contains(line.id) && line.start > last->at)) {
            continue;
        }
        before = line.start < first->at ? &line : before;
        next = next == nullptr && line.start > last->at ? &line : next;
    }
    if (past.facts.yields && off == 0 && first != nullptr && first->at == last->at) {
        past.terms.reset(); // of one bill alone it may have been that bill's own, and no coupon of the customer's
    }
    DiscountFacts& facts = past.facts;
    facts.start = on;
    if (on == 0) {
        facts.start = first->at;
        const Seconds earliest = before != nullptr ? before->start : subscription.start;
        past.window.startEarliest = earliest < facts.start ? earliest : 0;
        past.window.startEvidence = first->line;
    }
    const std::optional<Seconds> natural = past.terms ? past.terms->end : known.discount.end;
    const Seconds shown = std::max(last != nullptr ? last->at : facts.start, seen);
    const EventFacts* without = facts.yields ? nullptr : eventAfter(subscription, shown);
    without = without != nullptr && next != nullptr && next->start < without->at ? nullptr : without;
    const Seconds goneBy = without != nullptr ? without->at : next != nullptr ? next->start : subscription.endedAt != 0 ? subscription.endedAt : m_asOf;
    if (off != 0) {
        facts.end = off;
        past.window.endEvidence = offBy;
    } else if (past.terms && past.terms->duration == QLatin1String("once")) {
        if (first == nullptr || facts.start >= first->at) {
            return std::nullopt; // spent with the bill that began with it
        }
        facts.end = first->at; // it waited for the bill that it was spent on
    } else if (natural && *natural > shown && *natural <= goneBy) {
        facts.end = *natural;
    } else if (without != nullptr) {
        facts.end = std::max(without->at - 1, shown + 1); // before that event it was as after it
        past.window.endEarliest = shown;
        past.window.endEvidence = without->id;
    } else if (next != nullptr) {
        facts.end = next->start;
        past.window.endEarliest = shown;
        past.window.endEvidence = next->id;
    } else if (subscription.endedAt != 0) {
        facts.end = subscription.endedAt - 1; // it ended without it
        past.window.endEarliest = shown;
        past.window.endEvidence = subscription.id;
    } else if (!subscription.ended) {
        if (m_asOf <= shown || (last == nullptr && seen == 0)) {
            return std::nullopt;
        }
        facts.end = m_asOf;
        past.window.endEarliest = shown;
        past.window.endEvidence = subscription.id;
    }
    return facts.end > facts.start ? std::optional<PastDiscount>(past) : std::nullopt;
}

void FactsMaker::keepPastDiscount(PastDiscount* past)
{
    past->facts.terms = termsIndex(*past->terms);
    past->facts.window = quint32(m_facts.windows.size());
    m_facts.windows.push_back(past->window);
}

bool FactsMaker::liesBefore(const DiscountFacts& one, const DiscountFacts& other, const std::vector<const DiscountSight*>& sights) const
{
    Ref lineOfOne = kNone;
    Ref lineOfOther = kNone;
    for (const DiscountSight* sight : sights) {
        if (sight->discount == one.id && sight->line != kNone) {
            lineOfOne = sight->line;
            if (lineOfOne == lineOfOther) {
                return false;
            }
        } else if (sight->discount == other.id && sight->line != kNone) {
            lineOfOther = sight->line;
            if (lineOfOther == lineOfOne) {
                return true;
            }
        }
    }
    return one.start <= other.start; // no bill shows both
}

void FactsMaker::tellPastDiscountsOf(SubscriptionFacts* subscription, const std::vector<const DiscountSight*>& sights)
{
    std::vector<Ref> ids;
    for (const DiscountSight* sight : sights) {
        if (std::find(ids.begin(), ids.end(), sight->discount) == ids.end() && !isAttached(*subscription, sight->discount)) {
            ids.push_back(sight->discount);
        }
    }
    std::vector<PastDiscount> all;
    for (const Ref id : ids) {
        if (std::optional<PastDiscount> past = placed(*subscription, id, sights)) {
            all.push_back(*std::move(past));
        }
    }
    std::stable_sort(all.begin(), all.end(), [](const PastDiscount& a, const PastDiscount& b) { return a.facts.start < b.facts.start; });
    // Those of one owner lie together in the pool, in the order in which they are taken off.
    const auto put = [&](Span* span, Ref item) {
        std::vector<DiscountFacts> together(m_facts.discounts.begin() + span->from, m_facts.discounts.begin() + span->to);
        const size_t attached = together.size();
        for (PastDiscount& past : all) {
            if (past.item == item && past.terms) {
                keepPastDiscount(&past);
                const auto later = std::find_if(together.begin(), together.end(), [&](const DiscountFacts& other) { return liesBefore(past.facts, other, sights); });
                together.insert(later, past.facts);
            }
        }
        if (together.size() != attached) {
            span->from = quint32(m_facts.discounts.size());
            m_facts.discounts.insert(m_facts.discounts.end(), together.begin(), together.end());
            span->to = quint32(m_facts.discounts.size());
        }
    };
    put(&subscription->discounts, kNone);
    std::vector<Ref> items;
    for (quint32 i = subscription->items.from; i < subscription->items.to; ++i) {
        put(&m_facts.items[i].discounts, m_facts.items[i].id);
        items.push_back(m_facts.items[i].id);
    }
    std::stable_sort(all.begin(), all.end(), [](const PastDiscount& a, const PastDiscount& b) { return a.item < b.item; });
    const auto first = quint32(m_facts.discounts.size());
    for (PastDiscount& past : all) {
        if (!past.terms) {
            m_facts.doubts.push_back({subscription->id, past.facts.start, past.facts.end});
            continue;
        }
        // What changes while it is not known whether it still held is told with it, and may have been without.
        if (past.window.startEarliest != 0) {
            m_facts.doubts.push_back({subscription->id, past.window.startEarliest + 1, past.facts.start});
        }
        if (past.window.endEarliest != 0) {
            m_facts.doubts.push_back({subscription->id, past.window.endEarliest + 1, past.facts.end});
        }
        if (past.item != kNone && std::find(items.begin(), items.end(), past.item) == items.end()) {
            past.facts.item = past.item;
            keepPastDiscount(&past);
            m_facts.discounts.push_back(past.facts);
        }
    }
    if (m_facts.discounts.size() != first) {
        besideOf(subscription).ofGone = {first, quint32(m_facts.discounts.size())};
    }
}

void FactsMaker::tellPastDiscounts()
{
    std::stable_sort(m_sights.begin(), m_sights.end(), [](const DiscountSight& a, const DiscountSight& b) { return a.subscription < b.subscription; });
    std::vector<const DiscountSight*> sights;
    for (size_t i = 0; i < m_sights.size();) {
        sights.clear();
        const Ref subscription = m_sights[i].subscription;
        for (; i < m_sights.size() && m_sights[i].subscription == subscription; ++i) {
            sights.push_back(&m_sights[i]);
        }
        tellPastDiscountsOf(&m_facts.subscriptions[m_places[subscription]], sights);
    }
    m_sights.clear();
}

} // namespace ch::revenue

// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Counting.h"

#include <algorithm>

namespace ch::revenue {

namespace {

constexpr Seconds kAtOnce = 60;       // a first invoice paid this soon was paid when it was made

Evidence ofSubscription(const SubscriptionFacts& subscription)
{
    return {Evidence::Kind::Object, subscription.id};
}

Instant exactly(Seconds at, Cause cause, const Evidence& evidence)
{
    return {at, at, at, cause, {}, evidence};
}

Instant within(Seconds at, Seconds earliest, Seconds latest, Cause cause, const Evidence& evidence)
{
    return {at, std::min(earliest, at), std::max(latest, at), cause, {}, evidence};
}

const Instant kNever{kForever, kForever, kForever, Cause::Start, {}, {}};

void settleStart(const SubscriptionFacts& s, const Definition& definition, Counting* counting)
{
    counting->start = exactly(s.start, Cause::Start, ofSubscription(s));
    if (definition.countsFrom == CountsFrom::FirstPayment) {
        counting->never = s.firstPaid == 0;
        counting->start = exactly(std::max(s.firstPaid, s.start), Cause::FirstPayment, ofSubscription(s));
    } else if (s.chargedAutomatically && (s.trialEnd == 0 || s.trialStart > s.start + kAtOnce) && s.start >= s.created && s.firstInvoicePaid > s.created + kAtOnce) {
        counting->start = exactly(s.firstInvoicePaid, Cause::FirstPayment, ofSubscription(s)); // incomplete until then
    }
}

Cause endCause(const SubscriptionFacts& s)
{
    switch (s.endReason) {
    case EndReason::Asked:
        return Cause::Cancel;
    case EndReason::PaymentFailed:
        return Cause::Dunning;
    case EndReason::TakenDown:
        return Cause::Takedown;
    }
    return Cause::Cancel;
}

void settleEnd(const SubscriptionFacts& s, const BesideFacts& beside, const Definition& definition, Seconds now, Counting* counting)
{
    const Evidence evidence = ofSubscription(s);
    counting->end = kNever;
    if (s.endedAt != 0) {
        counting->end = exactly(s.endedAt, endCause(s), evidence);
    } else if (s.ended) {
        const Seconds at = s.canceledAt != 0 ? s.canceledAt : now;
        counting->end = within(at, s.start, now, endCause(s), evidence);
    }
    const bool asked = s.canceledAt != 0 && (s.cancelAt != 0 || s.ended) && s.canceledAt < counting->end.at;
    const Seconds request = asked ? s.canceledAt : s.cancelAt != 0 && !s.ended ? now : kForever;
    if (beside.bookedEnd > now && !s.ended && s.cancelAt == 0) { // its schedule will end it: no request to cancel, but it is known
        const Seconds since = std::max(beside.bookedSince, s.start);
        counting->leaving.push_back({within(std::min(since, now), s.start, now, Cause::Cancel, evidence), kNever, false});
    }
    if (request == kForever) {
        return;
    }
    const Instant requested = asked ? exactly(request, Cause::Cancel, evidence) : within(now, s.start, now, Cause::Cancel, evidence);
    if (definition.churnAt == ChurnAt::Request) {
        counting->end = requested;
        counting->end.cause = endCause(s);
    } else {
        counting->leaving.push_back({requested, counting->end, false});
    }
}

void addTrial(const SubscriptionFacts& s, const Definition& definition, Counting* counting)
{
    if (definition.countTrialing || s.trialEnd == 0) {
        return;
    }
    Stretch trial;
    trial.from = exactly(s.trialStart != 0 ? s.trialStart : s.start, Cause::Pause, ofSubscription(s));
    trial.to = exactly(s.trialEnd, Cause::TrialEnd, ofSubscription(s));
    trial.pause = trial.from.at > s.start + kAtOnce; // a free month in the middle is a pause, not churn
    if (!trial.pause) {
        trial.from.at = trial.from.earliest = trial.from.latest = std::min(s.start, trial.from.at);
    }
    if (s.status == State::Paused) {
        trial.to = kNever; // the trial ended without a way to pay
    }
    if (trial.to.at > trial.from.at) {
        counting->gaps.push_back(trial);
    }
}

/// A line over nothing at a price that costs something is a free period: a trial of which the subscription no longer tells, since another came.
void addPastTrials(const Facts& facts, const SubscriptionFacts& s, const Definition& definition, Counting* counting)
{
    if (definition.countTrialing) {
        return;
    }
    const auto isFree = [&facts](const LineFacts& line) {
        if (line.amount != 0 || line.is(kLineProration) || line.price == kNone || facts.prices[line.price].problem != ValueProblem::None || facts.prices[line.price].metered) {
            return false;
        }
        const Valued<Fraction> amount = periodAmount(facts.prices[line.price].price, std::max<qint64>(line.quantity, 0));
        return amount && amount->roundHalfAwayFromZero().value_or(0) != 0;
    };
    for (quint32 i = s.lines.from; i < s.lines.to; ++i) {
        const LineFacts& line = facts.lines[i];
        const bool isCurrent = s.trialEnd != 0 && line.start >= s.trialStart - kAtOnce && line.start < s.trialEnd;
        if (isCurrent || !isFree(line) || (!counting->gaps.empty() && counting->gaps.back().holds(line.start))) {
            continue;
        }
        Seconds until = line.end;
        for (quint32 next = i + 1; next < s.lines.to; ++next) {
            if (!facts.lines[next].is(kLineProration) && facts.lines[next].start > line.start) {
                until = facts.lines[next].start; // ended early, or lasted until then
                break;
            }
        }
        const Evidence evidence{Evidence::Kind::Line, i};
        const bool pause = line.start > s.start + kAtOnce;
        counting->gaps.push_back({exactly(pause ? line.start : std::min(s.start, line.start), Cause::Pause, evidence), exactly(until, Cause::TrialEnd, evidence), pause});
    }
}

/// Stretches of a state that events begin and end, as far as they reach back. A state that began before stays without a beginning.
template <typename Holds>
std::vector<Stretch> stretchesOf(const Facts& facts, const SubscriptionFacts& s, Cause on, Cause off, Holds holds)
{
    std::vector<Stretch> all;
    bool open = false;
    for (quint32 i = s.events.from; i < s.events.to; ++i) {
        const EventFacts& event = facts.events[i];
        const Evidence evidence{Evidence::Kind::Event, i};
        const bool was = holds(event.statusBefore, event.pauseBefore);
        const bool is = holds(event.statusAfter, event.pauseAfter);
        if (!was && is) {
            all.push_back({exactly(event.at, on, evidence), kNever, false});
            open = true;
        } else if (was && !is && open) {
            all.back().to = exactly(event.at, off, evidence);
            open = false;
        } else if (was && !is && !open) {
            all.push_back({within(0, 0, event.at, on, evidence), exactly(event.at, off, evidence), false}); // at 0: it began before the events
            open = false;
        }
    }
    return all;
}

/// Renewals that were given up as soon as they were made are a pause, which is over where good ones follow, and else before the next one was due.
void addPastPauses(const Facts& facts, const SubscriptionFacts& s, const std::vector<Stretch>& told, bool stillOn, Seconds now, Counting* counting)
{
    quint32 lastGood = kNone;
    quint32 first = kNone;
    quint32 last = kNone;
    const auto close = [&](quint32 next) {
        const LineFacts& paused = facts.lines[first];
        // Where it stops to count at once for another reason, it must have counted before, if only for a second.
        const bool isFree = next != kNone && facts.lines[next].amount == 0;
        const Seconds until = next != kNone ? facts.lines[next].start - (isFree ? 1 : 0) : std::min(facts.lines[last].end, s.endedAt != 0 ? s.endedAt - 1 : now);
        Stretch pause{within(paused.start, lastGood == kNone ? s.start : facts.lines[lastGood].start, paused.start, Cause::Pause, {Evidence::Kind::Line, first}),
            within(until, facts.lines[last].start, until, Cause::Resume, {Evidence::Kind::Line, next != kNone ? next : last}), true};
        const bool known = std::any_of(told.begin(), told.end(), [&](const Stretch& one) { return one.from.at <= paused.start && paused.start <= one.to.at; });
        if (!known && until > paused.start) {
            counting->gaps.push_back(pause);
        }
    };
    for (quint32 i = s.lines.from; i < s.lines.to; ++i) {
        const LineFacts& line = facts.lines[i];
        if (line.is(kLineProration)) {
            continue;
        }
        if (line.isOfPause()) {
            first = first == kNone ? i : first;
            last = i;
            continue;
        }
        if (first != kNone && facts.lines[first].start < line.start) {
            close(i);
        }
        first = kNone;
        lastGood = i;
    }
    if (first != kNone && !stillOn && facts.lines[first].is(kLineGivenUpAtOnce)) { // else somebody may have forgiven it
        close(kNone);
    }
}

/// Since when the pause that is on at an instant can be seen: the first of the invoices at the end that were voided or given up.
Instant pauseSeen(const Facts& facts, const SubscriptionFacts& s, Seconds now)
{
    Instant from = within(now, s.start, now, Cause::Pause, ofSubscription(s));
    for (quint32 i = s.lines.to; i > s.lines.from; --i) {
        const LineFacts& line = facts.lines[i - 1];
        if (line.is(kLineProration) || line.start >= now) {
            continue;
        }
        if (!line.isOfPause()) {
            from.earliest = std::min(line.start, from.at);
            break;
        }
        from = within(line.start, s.start, line.start, Cause::Pause, {Evidence::Kind::Line, i - 1});
    }
    return from;
}

void addPauses(const Facts& facts, const SubscriptionFacts& s, const Definition& definition, Seconds now, Counting* counting)
{
    if (definition.countPaused) {
        return;
    }
    std::vector<Stretch> told = stretchesOf(facts, s, Cause::Pause, Cause::Resume, [](State, Pause pause) { return pause == Pause::Stopped; });
    const bool stopped = s.pause == Pause::Stopped; // what ended while it was paused stands there paused
    const bool pausedNow = stopped && !s.ended;
    for (Stretch& one : told) {
        if (one.from.at == 0) {
            one.from = pauseSeen(facts, s, one.to.at); // on before the events reach back
            one.from.at = std::min(one.from.at, one.to.at - 1); // it was on until then
            one.from.latest = std::min(one.from.latest, one.to.at - 1);
            one.from.earliest = std::min(one.from.earliest, one.from.at);
        } else if (one.to.at == kForever && !pausedNow && !s.ended) {
            one.to = within(now, one.from.at, now, Cause::Resume, ofSubscription(s));
        }
        one.pause = true;
    }
    addPastPauses(facts, s, told, stopped, now, counting);
    const bool open = !told.empty() && told.back().to.at == kForever;
    counting->gaps.insert(counting->gaps.end(), told.begin(), told.end());
    if (stopped && !open) {
        counting->gaps.push_back({pauseSeen(facts, s, s.endedAt != 0 ? s.endedAt : now), kNever, true});
    }
}

/// The invoices that could not be collected: from the first that is still open up to the newest; retries end within its period.
Instant dunningSeen(const Facts& facts, const SubscriptionFacts& s, bool atStart, Seconds now)
{
    quint32 newest = kNone;
    quint32 first = kNone;
    for (quint32 i = s.lines.from; i < s.lines.to; ++i) {
        const LineFacts& line = facts.lines[i];
        if (line.is(kLineProration)) {
            continue;
        }
        newest = newest == kNone || line.start >= facts.lines[newest].start ? i : newest;
        first = first == kNone && line.is(kLineOpen) ? i : first;
    }
    if (newest == kNone) {
        return within(now, s.start, now, Cause::Dunning, ofSubscription(s));
    }
    const LineFacts& line = facts.lines[newest];
    const Seconds end = std::min(line.end, now);
    const Seconds earliest = atStart || first == kNone ? line.start : facts.lines[first].start;
    return within(atStart ? std::min(line.start, now) : end, earliest, end, Cause::Dunning, {Evidence::Kind::Line, newest});
}

/// Stretches past due as the attempts to pay tell. One of which the end is not known ends by the next invoice that was no trouble.
std::vector<Stretch> attempted(const Facts& facts, const SubscriptionFacts& s, Seconds now)
{
    std::vector<Stretch> all;
    const bool goesOn = s.ended || s.status == State::PastDue || s.status == State::Unpaid;
    const Span pastDue = facts.besideOf(s).pastDue;
    for (quint32 i = pastDue.from; i < pastDue.to; ++i) {
        const PastDueFacts& one = facts.pastDue[i];
        if (one.at > now) {
            continue;
        }
        const Seconds latest = std::min(one.latest, now);
        Stretch stretch{within(latest, one.at, latest, Cause::Dunning, {Evidence::Kind::Object, one.evidence}), kNever, false};
        if (one.until <= now) {
            stretch.to = exactly(one.until, Cause::Recovered, {Evidence::Kind::Object, one.untilEvidence});
        } else if (!goesOn) {
            stretch.to = within(now, latest, now, Cause::Recovered, ofSubscription(s));
            for (quint32 l = s.lines.from; l < s.lines.to; ++l) {
                const LineFacts& line = facts.lines[l];
                const bool fine = !line.is(kLineProration) && !line.is(kLineOpen) && !line.is(kLineVoided) && !line.is(kLineUncollectible);
                if (fine && line.start > latest && line.start < stretch.to.at) {
                    stretch.to = within(line.start, latest, line.start, Cause::Recovered, {Evidence::Kind::Line, l});
                }
            }
        }
        all.push_back(stretch);
    }
    return all;
}

/// Whether events show that it was not past due in the middle of a stretch: then attempts were read wrongly, and say nothing.
bool isRefuted(const Facts& facts, const SubscriptionFacts& s, const Stretch& stretch)
{
    for (quint32 i = s.events.from; i < s.events.to; ++i) {
        const EventFacts& event = facts.events[i];
        const bool inside = event.at > stretch.from.latest + kAtOnce && event.at + kAtOnce < stretch.to.earliest;
        if (inside && (event.statusAfter == State::Active || event.statusBefore == State::Active)) {
            return true;
        }
    }
    return false;
}

/// Events say it best; attempts to pay tell of what was before them, and when that began which they found begun.
std::vector<Stretch> withAttempts(const Facts& facts, const SubscriptionFacts& s, std::vector<Stretch> told, Seconds now)
{
    for (const Stretch& one : attempted(facts, s, now)) {
        bool isTold = isRefuted(facts, s, one);
        for (Stretch& known : told) {
            const bool begunBefore = known.from.at == 0;
            if (known.from.at <= one.to.at && one.from.at <= known.to.at) {
                isTold = true;
                if (begunBefore && one.from.at < known.to.at && one.to.at + kAtOnce >= known.to.at) {
                    known.from = one.from;
                }
            }
        }
        if (!isTold) {
            told.push_back(one);
        }
    }
    std::stable_sort(told.begin(), told.end(), [](const Stretch& a, const Stretch& b) { return a.from.at < b.from.at; });
    return told;
}

std::vector<Stretch> dunning(const Facts& facts, const SubscriptionFacts& s, State which, Seconds now)
{
    std::vector<Stretch> told = stretchesOf(facts, s, Cause::Dunning, Cause::Recovered, [which](State state, Pause) { return state == which; });
    if (which == State::PastDue) {
        told = withAttempts(facts, s, std::move(told), now);
    }
    told.erase(std::remove_if(told.begin(), told.end(), [](const Stretch& one) { return one.from.at == 0; }), told.end());
    const bool isSo = s.status == which && !s.ended;
    if (!told.empty() && told.back().to.at == kForever && !isSo && !s.ended) {
        told.back().to = within(now, told.back().from.at, now, Cause::Recovered, ofSubscription(s));
    }
    if (isSo && (told.empty() || told.back().to.at != kForever)) {
        Instant from = dunningSeen(facts, s, which == State::PastDue, now);
        if (!s.events.isEmpty() && facts.events[s.events.from].statusBefore == which) { // so the first event found it
            from.latest = std::min(from.latest, facts.events[s.events.from].at - 1);
            from.at = std::min(from.at, from.latest);
            from.earliest = std::min(from.earliest, from.at);
        }
        told.push_back({from, kNever, false});
    }
    return told;
}

} // namespace

const char* causeName(Cause cause)
{
    static const char* const kNames[] = {"start", "trial_end", "price", "quantity", "item_added", "item_removed", "discount_on", "discount_off", "pause", "resume", "dunning", "recovered",
        "cancel", "takedown", "first_payment", "unexplained", "definition"};
    return kNames[static_cast<size_t>(cause)];
}

bool Counting::isOpen(Seconds at) const
{
    return !never && at >= start.at && at < end.at && std::none_of(gaps.begin(), gaps.end(), [at](const Stretch& gap) { return gap.holds(at); });
}

bool countsNow(const SubscriptionFacts& s, const Definition& definition)
{
    const bool asked = definition.churnAt == ChurnAt::Request && s.cancelAt != 0;
    const bool paused = s.pause == Pause::Stopped && !definition.countPaused;
    const bool unpaid = definition.countsFrom == CountsFrom::FirstPayment && s.firstPaid == 0;
    const bool status = s.status == State::Active || (definition.countPastDue && s.status == State::PastDue) || (definition.countTrialing && s.status == State::Trialing);
    return status && !asked && !paused && !unpaid;
}

Counting countingOf(const Facts& facts, const SubscriptionFacts& s, const Definition& definition, Seconds now)
{
    Counting counting;
    settleStart(s, definition, &counting);
    settleEnd(s, facts.besideOf(s), definition, now, &counting);
    counting.never = counting.never || s.status == State::Incomplete || s.status == State::Other;
    addPastTrials(facts, s, definition, &counting);
    addTrial(s, definition, &counting);
    addPauses(facts, s, definition, now, &counting);
    const std::vector<Stretch> unpaid = dunning(facts, s, State::Unpaid, now);
    counting.gaps.insert(counting.gaps.end(), unpaid.begin(), unpaid.end());
    std::vector<Stretch> pastDue = dunning(facts, s, State::PastDue, now);
    std::vector<Stretch>& target = definition.countPastDue ? counting.atRisk : counting.gaps;
    target.insert(target.end(), pastDue.begin(), pastDue.end());
    return counting;
}

} // namespace ch::revenue

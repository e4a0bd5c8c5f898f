// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync/EventApplier.h"

#include "store/Text.h"
#include "sync/EventBatch.h"

#include <algorithm>

namespace ch::sync {

namespace {

/// Applied in one transaction; more only makes the window wait.
constexpr size_t kEventsAtOnce = 500;
constexpr size_t kManyToPack = 32;
constexpr qsizetype kShownByAtMost = 50'000;
/// An invoice's payment is made when it is finalized; later ones are of another try, or by hand.
constexpr qint64 kPaidAtOnceSeconds = 1800;

/// Of the invoice that the event shows; 0: of none.
qint64 finalizedAt(const QByteArray& eventJson)
{
    const Result<QByteArray> invoice = stripe::eventObjectJson(eventJson, stripe::JsonText::Checked);
    const std::optional<QByteArray> transitions = invoice ? store::jsonField(*invoice, "status_transitions") : std::nullopt;
    const std::optional<QByteArray> finalized = transitions && transitions->startsWith('{') ? store::jsonField(*transitions, "finalized_at") : std::nullopt;
    return finalized ? finalized->toLongLong() : 0;
}

} // namespace

EventApplier::EventApplier(Around around, QObject* parent) : QObject(parent), d(std::move(around)), m_work(std::make_unique<QObject>()) {}

EventApplier::~EventApplier() = default;

QString EventApplier::keyOf(const store::ObjectRef& object)
{
    return QString::number(static_cast<int>(object.list)) + QLatin1Char(' ') + object.id;
}

qint64 EventApplier::behind() const
{
    return static_cast<qint64>(m_queue.size() + (m_batch ? m_batch->events.size() : 0));
}

void EventApplier::add(Events events)
{
    for (auto& received : events) {
        if (!m_queued.contains(received.object.id)) {
            m_queued.insert(received.object.id);
            m_queue.push_back({std::move(received)});
        }
    }
    m_isStopped = false;
    wake();
}

Status EventApplier::takeUpWaiting(qint64 beforeMs)
{
    const auto waiting = d.log.waiting(beforeMs);
    if (!waiting) {
        return fail(waiting.error());
    }
    for (const store::LoggedEvent& logged : *waiting) {
        if (m_queued.contains(logged.id)) {
            continue;
        }
        if (const Result<stripe::Event> event = stripe::parseObject<stripe::Event>(logged.json)) {
            m_queued.insert(event->id);
            m_queue.push_back({{*event, logged.json}, true});
        }
    }
    m_isStopped = false;
    wake();
    return {};
}

void EventApplier::hold(bool on)
{
    m_isHeld = on;
    if (!on) {
        m_shownBy.clear(); // the lists have been read since
        wake();
    }
}

void EventApplier::retry()
{
    m_isStopped = false;
    wake();
}

bool EventApplier::hasWork() const
{
    return !m_queue.empty() || m_isBalanceDue || !m_needs.isEmpty() || !m_paymentsDue.isEmpty();
}

void EventApplier::wake()
{
    if (m_isAwake || m_batch || m_isHeld || m_isStopped || !hasWork()) {
        return;
    }
    m_isAwake = true;
    d.clock.callAfter(0, this, [this] {
        m_isAwake = false;
        work();
    });
}

void EventApplier::work()
{
    if (m_batch || m_isHeld || !hasWork()) {
        return;
    }
    m_batch = std::make_unique<Batch>();
    const size_t many = std::min(m_queue.size(), kEventsAtOnce);
    std::move(m_queue.begin(), m_queue.begin() + static_cast<qptrdiff>(many), std::back_inserter(m_batch->events));
    m_queue.erase(m_queue.begin(), m_queue.begin() + static_cast<qptrdiff>(many));
    std::stable_sort(m_batch->events.begin(), m_batch->events.end(), [](const Queued& a, const Queued& b) { return a.event.object.created < b.event.object.created; });
    packBeside();
    if (const Status planned = plan(); !planned) {
        stop(planned);
        return;
    }
    readNext();
}

/// Of many events a thread beside this one packs the JSON, while it is planned what becomes of them.
void EventApplier::packBeside()
{
    if (m_batch->events.size() < kManyToPack) {
        return;
    }
    std::vector<QByteArray> texts;
    for (const Queued& queued : m_batch->events) {
        texts.push_back(queued.event.json);
    }
    m_batch->packed = std::async(std::launch::async, [texts = std::move(texts)] {
        store::Prepacked packed;
        for (const QByteArray& text : texts) {
            packed.add("events", text);
        }
        return packed;
    });
}

/// Stores what can be stored as it is, and leaves what is to be read.
Status EventApplier::plan()
{
    std::vector<store::ObjectRef> objects;
    QHash<QString, std::vector<std::pair<size_t, EventAim::How>>> aims;
    store::Batch batch;
    batch.receivedAtMs = d.clock.nowMs();
    for (size_t i = 0; i < m_batch->events.size(); ++i) {
        Queued& queued = m_batch->events[i];
        const stripe::Event& event = queued.event.object;
        queued.done = {event.id, store::EventDeed::Nothing};
        const std::vector<EventAim> itsAims = aimsOf(event, queued.event.json);
        for (const EventAim& aim : itsAims) {
            auto& list = aims[keyOf(aim.object)];
            if (list.empty()) {
                objects.push_back(aim.object);
            }
            list.emplace_back(i, aim.how);
        }
        if (movesBalance(event)) {
            m_isBalanceDue = true;
            noteDue(store::ObjectList::BalanceTransactions, event.created);
        }
        arePaymentsDue(queued.event);
        if (queued.isStripped) {
            m_batch->reads.push_back({{store::ObjectList::Events, event.id}, {i}}); // the mirror keeps it whole
        } else {
            batch.events.push_back(queued.event);
        }
    }
    for (const store::ObjectRef& object : objects) {
        if (const Status planned = planObject(object, aims.value(keyOf(object)), &batch); !planned) {
            return planned;
        }
    }
    if (m_batch->packed.valid()) {
        batch.prepacked = m_batch->packed.get();
    }
    if (const Status applied = d.applier.apply(batch); !applied) {
        return applied;
    }
    if (!m_batch->gone.empty()) {
        if (const Status gone = d.applier.gone(m_batch->gone, batch.receivedAtMs); !gone) {
            return gone;
        }
    }
    if (m_shownBy.size() > kShownByAtMost) {
        m_shownBy.clear();
    }
    for (const auto& [key, created] : m_batch->shownBy) {
        m_shownBy.insert(key, {created, batch.receivedAtMs});
    }
    return {};
}

/// New ones stand at the list's head; those of an invoice that is given up, or paid long after it was sent, change where they are.
void EventApplier::arePaymentsDue(const stripe::Received<stripe::Event>& received)
{
    const stripe::Event& event = received.object;
    if (!movesPayments(event)) {
        return;
    }
    const bool isGivenUp = event.type == QLatin1String("invoice.voided") || event.type == QLatin1String("invoice.marked_uncollectible");
    const qint64 finalized = event.type == QLatin1String("invoice.paid") ? finalizedAt(received.json) : 0;
    const bool isLate = finalized > 0 && event.created - finalized > kPaidAtOnceSeconds;
    m_paymentsDue.insert(isGivenUp || isLate ? event.objectId : QString());
    noteDue(store::ObjectList::InvoicePayments, event.created);
}

void EventApplier::noteDue(store::ObjectList list, qint64 created)
{
    const auto since = m_dueSince.constFind(static_cast<int>(list));
    m_dueSince.insert(static_cast<int>(list), since == m_dueSince.cend() ? created : qMin(*since, created));
}

Status EventApplier::planObject(const store::ObjectRef& object, const std::vector<std::pair<size_t, EventAim::How>>& aims, store::Batch* batch)
{
    const auto tell = [this, &aims](store::EventDeed deed, const QString& why = {}) {
        for (const auto& [i, how] : aims) {
            m_batch->events[i].done.deed = deed;
            m_batch->events[i].done.why = why;
        }
    };
    const auto readAgain = [&](const QString& why) {
        Read read{object, {}};
        for (const auto& [i, how] : aims) {
            read.events.push_back(i);
        }
        tell(store::EventDeed::ReadAgain, why);
        m_batch->reads.push_back(std::move(read));
    };
    const auto is = [&aims](EventAim::How wanted) { return std::any_of(aims.begin(), aims.end(), [wanted](const auto& aim) { return aim.second == wanted; }); };
    // A customer that is deleted does not come back, whatever came late; a product or a coupon can be made again under its old id.
    const bool isGone = object.list == store::ObjectList::Customers ? is(EventAim::How::Removed) : aims.back().second == EventAim::How::Removed;
    if (isGone) {
        m_batch->gone.push_back(object);
        tell(store::EventDeed::Removed);
        return {};
    }
    const Queued& newest = m_batch->events[aims.back().first];
    if (is(EventAim::How::ReadAgain) || is(EventAim::How::Removed)) {
        readAgain({});
        return {};
    }
    const Result<Age> age = newest.isStripped ? Result<Age>(Age::InDoubt) : ageOf(object, aims);
    if (!age) {
        return fail(age.error());
    }
    switch (*age) {
    case Age::Older:
        tell(store::EventDeed::Older);
        return {};
    case Age::InDoubt:
        readAgain(newest.isStripped ? QStringLiteral("interrupted") : QStringLiteral("same_time"));
        return {};
    case Age::Newer:
        break;
    }
    QStringList prices;
    const std::optional<QString> lacks = takeSnapshot(newest.event, object.list, d.applier.mirror(), batch, &prices);
    for (const QString& price : prices) {
        need(store::ObjectList::Prices, price);
    }
    if (lacks) {
        readAgain(*lacks);
        return {};
    }
    tell(store::EventDeed::Applied);
    m_batch->shownBy.emplace_back(keyOf(object), newest.event.object.created);
    return {};
}

Result<EventApplier::Age> EventApplier::ageOf(const store::ObjectRef& object, const std::vector<std::pair<size_t, EventAim::How>>& aims) const
{
    const stripe::Received<stripe::Event>& newest = m_batch->events[aims.back().first].event;
    const qint64 created = newest.object.created;
    const auto held = d.applier.mirror().held(object);
    if (!held) {
        return fail(held.error());
    }
    if (*held && (*held)->isDeleted) {
        return Age::Older;
    }
    // Of one second nobody says which came last, unless they show the same.
    for (size_t i = 0; i + 1 < aims.size(); ++i) {
        const stripe::Received<stripe::Event>& other = m_batch->events[aims[i].first].event;
        if (other.object.created == created && stripe::eventObjectJson(other.json).value_or(QByteArray()) != stripe::eventObjectJson(newest.json).value_or(QByteArray())) {
            return Age::InDoubt;
        }
    }
    if (!*held) {
        return Age::Newer;
    }
    const auto shown = m_shownBy.constFind(keyOf(object));
    if (shown != m_shownBy.constEnd() && shown->receivedMs == (*held)->receivedMs) {
        return created > shown->created ? Age::Newer : created < shown->created ? Age::Older : Age::InDoubt;
    }
    const std::optional<qint64> apart = d.client.http().clocksApartMs();
    const bool agree = apart && std::abs(*apart) < kClocksDifferMs / 2;
    return agree && created * 1000 > (*held)->receivedMs + kClocksDifferMs ? Age::Newer : Age::InDoubt;
}

} // namespace ch::sync

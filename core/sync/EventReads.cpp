// SPDX-License-Identifier: GPL-3.0-or-later
// What EventApplier reads: objects in doubt, what they name, and lists that change without an event.
#include "stripe/Calls.h"
#include "sync/EventBatch.h"
#include "sync/ListKinds.h"
#include "sync/PageRules.h"

namespace ch::sync {

namespace {

constexpr int kEventReadsAtOnce = 6;
/// An answer that is no object of Stripe's may be one that was cut; so often it is not.
constexpr int kEventTriesAtMost = 4;
/// Of payments of one invoice each, before the next events have their turn.
constexpr int kEventListsAtMost = 6;
/// Lists without events are read from so long before the newest that is known: what is in them may appear late.
constexpr qint64 kListOverlapSeconds = 3600;

bool eventIsAbsent(const Error& error)
{
    return error.kind == ErrorKind::NotFound || error.code == QLatin1String("resource_missing");
}

/// What may pass by itself; anything else would come again at every try.
bool eventMayPass(const Error& error)
{
    switch (error.kind) {
    case ErrorKind::Network:
    case ErrorKind::Timeout:
    case ErrorKind::Tls:
    case ErrorKind::Server:
    case ErrorKind::RateLimited:
    case ErrorKind::Conflict:
    case ErrorKind::Cancelled:
    case ErrorKind::Authentication:
    case ErrorKind::Storage:
    case ErrorKind::Damaged:
    case ErrorKind::Busy:
    case ErrorKind::Protocol:
        return true;
    case ErrorKind::InvalidInput:
    case ErrorKind::Permission:
    case ErrorKind::NotFound:
    case ErrorKind::InvalidRequest:
    case ErrorKind::CardDeclined:
    case ErrorKind::Idempotency:
    case ErrorKind::Safety:
    case ErrorKind::NewerVersion:
    case ErrorKind::Vault:
    case ErrorKind::Internal:
        return false;
    }
    return false;
}

} // namespace

ListReader* EventApplier::readerFor(store::ObjectList list)
{
    ListReader*& reader = m_readers[static_cast<int>(list)];
    if (!reader) {
        store::ListProgress progress;
        progress.list = list;
        reader = readerOf(list, {d.client, d.applier, d.clock, 0, 100, [] { return 1; }}, progress, {}, m_work.get());
    }
    return reader;
}

void EventApplier::readNext()
{
    if (!m_isHeld) { // else what is sent now is a sync's
        d.client.http().setBackgroundPurpose(http::Purpose::Feed);
    }
    while (m_batch && !m_isHeld && m_batch->running < kEventReadsAtOnce && !m_batch->reads.empty()) {
        const Read read = m_batch->reads.back();
        m_batch->reads.pop_back();
        ++m_batch->running;
        readerFor(read.object.list)->readAgain(read.object.id, [this, read](const Status& status) { readEnded(read, status); });
    }
    if (!m_batch || m_batch->running > 0) {
        return;
    }
    if (!m_isHeld) {
        needsNext();
    } else if (m_batch->needsAsked) {
        finishBatch(); // the events' own objects are read; the rest is due until it was
    } else {
        putBack();
    }
}

void EventApplier::readEnded(const Read& read, const Status& status)
{
    --m_batch->running;
    m_shownBy.remove(keyOf(read.object));
    if (status || eventIsAbsent(status.error())) {
        const Status kept = status ? Status() : keepAbsent(read);
        if (kept) {
            m_needs.remove(keyOf(read.object));
        } else {
            m_batch->error = m_batch->error ? m_batch->error : kept.error();
        }
    } else {
        readFailed(read, status.error());
    }
    readNext();
}

/// Stripe has it no more.
Status EventApplier::keepAbsent(const Read& read)
{
    if (read.object.list == store::ObjectList::Events) {
        return {};
    }
    for (const size_t i : read.events) {
        m_batch->events[i].done.deed = store::EventDeed::Removed;
    }
    const bool isPrice = read.events.empty() && read.object.list == store::ObjectList::Prices;
    return isPrice ? d.applier.mirror().rememberAbsent(read.object.id, d.clock.nowMs()) : d.applier.gone({read.object}, d.clock.nowMs());
}

void EventApplier::readFailed(const Read& read, const Error& error)
{
    const bool passes = eventMayPass(error);
    const auto isHopeless = [&error, passes](int tries) { return !passes || (error.kind == ErrorKind::Protocol && tries >= kEventTriesAtMost); };
    m_batch->error = !m_batch->error && passes ? error : m_batch->error;
    for (const size_t i : read.events) {
        Queued& queued = m_batch->events[i];
        queued.isOpen = queued.isOpen || !isHopeless(queued.tries);
        queued.done.deed = store::EventDeed::Failed;
        queued.done.why = error.message;
    }
    const auto wanted = m_needs.find(keyOf(read.object));
    if (wanted != m_needs.end() && isHopeless(wanted->tries++)) {
        m_needs.erase(wanted);
    }
}

void EventApplier::need(store::ObjectList list, const QString& id)
{
    const store::ObjectRef object{list, id};
    if (!id.isEmpty() && !m_needs.contains(keyOf(object))) {
        m_needs.insert(keyOf(object), {object});
    }
}

/// What the events made wanted, and then what changes without one.
void EventApplier::needsNext()
{
    if (std::exchange(m_batch->needsAsked, true)) {
        listNext();
        return;
    }
    if (const Status asked = askNeeds(); !asked) {
        m_batch->error = m_batch->error ? m_batch->error : asked.error();
    }
    readNext();
}

Status EventApplier::askNeeds()
{
    for (Queued& queued : m_batch->events) {
        if (!endsSubscription(queued.event.object)) {
            continue;
        }
        const auto unpaid = d.applier.mirror().unpaidInvoicesOf(queued.event.object.objectId);
        if (!unpaid) {
            queued.isOpen = true; // it is asked again with its event
            return fail(unpaid.error());
        }
        for (const QString& id : *unpaid) {
            need(store::ObjectList::Invoices, id);
        }
    }
    QStringList prices;
    for (const Need& wanted : std::as_const(m_needs)) {
        if (wanted.object.list == store::ObjectList::Prices) {
            prices << wanted.object.id;
        }
    }
    const auto missing = d.applier.mirror().missingPricesAmong(prices, d.clock.nowMs());
    if (!missing) {
        return fail(missing.error());
    }
    m_needs.removeIf([&missing](const std::pair<const QString&, Need&>& one) {
        const store::ObjectRef& object = one.second.object;
        return object.list == store::ObjectList::Prices && !missing->contains(object.id);
    });
    for (const Need& wanted : std::as_const(m_needs)) {
        m_batch->reads.push_back({wanted.object, {}});
    }
    return {};
}

/// Lists that change without an event, each until it was read.
void EventApplier::listNext()
{
    const auto since = [this](store::ObjectList of) {
        stripe::Params query;
        qint64& newest = m_newest[static_cast<int>(of)];
        newest = newest == 0 ? d.applier.mirror().newestOf(of).value_or(0) : newest; // a look at every row: once is enough
        // An event may come late, when newer ones have been listed already: what it tells of is older than the newest.
        const qint64 from = qMin(newest, m_dueSince.value(static_cast<int>(of), newest));
        query.add(QStringLiteral("created[gte]"), qMax<qint64>(0, from - kListOverlapSeconds));
        return query;
    };
    if (m_batch->error || m_isHeld) {
        finishBatch();
    } else if (m_isBalanceDue) {
        list<stripe::BalanceTransaction>(since(store::ObjectList::BalanceTransactions), [this] { m_isBalanceDue = false; });
    } else if (!m_paymentsDue.isEmpty() && m_batch->listsOfOne < kEventListsAtMost) {
        // The newest of all first: those of one invoice may be newer than some that the mirror lacks, and must not stand for them.
        const stripe::Params newest = since(store::ObjectList::InvoicePayments);
        const QString invoice = m_paymentsDue.contains(QString()) ? QString() : *m_paymentsDue.constBegin();
        m_batch->listsOfOne += invoice.isEmpty() ? 0 : 1;
        const stripe::Params ofOne = {{QStringLiteral("invoice"), invoice}};
        list<stripe::InvoicePayment>(invoice.isEmpty() ? newest : ofOne, [this, invoice] { m_paymentsDue.remove(invoice); });
    } else {
        finishBatch();
    }
}

template <typename T>
void EventApplier::list(const stripe::Params& query, std::function<void()> listed)
{
    const auto of = std::is_same_v<T, stripe::InvoicePayment> ? store::ObjectList::InvoicePayments : store::ObjectList::BalanceTransactions;
    const bool isOfAll = query.encoded().contains("created");
    const auto newest = std::make_shared<qint64>(0);
    auto* job = stripe::listAll<T>(d.client, stripe::listPath<T>(), query, stripe::inBackground(),
        [this, newest](const std::shared_ptr<const stripe::Page<T>>& page) {
            store::Batch batch;
            batch.receivedAtMs = d.clock.nowMs();
            for (const auto& received : page->objects) {
                *newest = qMax(*newest, received.object.created);
            }
            putInto<T>(batch, std::vector(page->objects));
            if (const Status applied = d.applier.apply(batch); !applied && m_batch) {
                m_batch->error = applied.error();
            }
        },
        m_work.get());
    job->onFinished(m_work.get(), [this, of, isOfAll, newest, listed = std::move(listed)](const Result<stripe::ListEnd>& end) {
        if (m_batch->error) { // a page could not be stored: the list is as good as not read
            finishBatch();
            return;
        }
        if (end && isOfAll) { // to its end: the newest come first, and what lies below them is not known before
            m_newest[static_cast<int>(of)] = qMax(m_newest[static_cast<int>(of)], *newest);
            m_dueSince.remove(static_cast<int>(of));
        }
        if (end || !eventMayPass(end.error())) {
            listed(); // they make history more exact: a key that may not read them goes without
            listNext();
        } else {
            m_batch->error = end.error();
            finishBatch();
        }
    });
}

void EventApplier::finishBatch()
{
    std::vector<store::EventLog::Done> done;
    std::vector<Queued> open;
    for (Queued& queued : m_batch->events) {
        if (queued.isOpen) {
            open.push_back(std::move(queued));
            continue;
        }
        m_queued.remove(queued.event.object.id);
        if (d.meaning) {
            queued.done.effect = d.meaning(queued.event.object);
        }
        done.push_back(queued.done);
    }
    const std::optional<Error> error = m_batch->error;
    m_batch.reset();
    const Status told = d.log.done(done);
    for (auto queued = open.rbegin(); queued != open.rend(); ++queued) {
        queued->isOpen = false;
        ++queued->tries;
        m_queue.push_front(std::move(*queued));
    }
    if (!told || error) {
        m_isStopped = true;
        tellDrained(!told ? told : Status(fail(*error)));
    } else if (!hasWork()) {
        tellDrained({});
    } else {
        wake();
    }
}

void EventApplier::tellDrained(const Status& status)
{
    if (m_drained) {
        m_drained(status);
    }
}

/// Everything of the batch waits.
void EventApplier::putBack()
{
    for (auto queued = m_batch->events.rbegin(); queued != m_batch->events.rend(); ++queued) {
        queued->isOpen = false;
        m_queue.push_front(std::move(*queued));
    }
    m_batch.reset();
}

/// The mirror could not be written.
void EventApplier::stop(const Status& status)
{
    putBack();
    m_isStopped = true;
    tellDrained(status);
}

} // namespace ch::sync

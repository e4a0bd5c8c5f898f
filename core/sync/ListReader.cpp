// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync/ListReader.h"

#include "sync/HeadReader.h"

#include <utility>

namespace ch::sync {

namespace {

template <typename T>
class ReaderOf final : public HeadReader<T> {
    using Base = HeadReader<T>;
    using typename Base::Around;
    using typename Base::Ended;
    using typename Base::Whole;
    using Base::dropsExpansions;
    using Base::end;
    using Base::hasMet;
    using Base::m_around;
    using Base::m_ended;
    using Base::m_isOver;
    using Base::m_isPlain;
    using Base::m_passes;
    using Base::m_progress;
    using Base::newPage;
    using Base::queryOf;

public:
    ReaderOf(const Around& around, const store::ListProgress& progress, const std::vector<store::WindowProgress>& kept, QObject* parent)
        : Base(around, progress, parent), m_windows(progress.list, around.run, static_cast<int>(m_passes.size()), around.pageSize, kept),
          m_walks(m_windows.count())
    {
    }

    void start(std::function<void()> stored, Ended ended) override
    {
        m_stored = std::move(stored);
        m_ended = std::move(ended);
        askMore();
    }

    void look(std::function<void()> looked, std::function<void()> stored, Ended ended) override
    {
        m_looked = std::move(looked);
        start(std::move(stored), std::move(ended));
    }

    void goOn() override { askMore(); }

    [[nodiscard]] std::optional<qint64> left() const override { return m_progress.ended ? 0 : m_windows.left(); }

private:
    /// Of one window, while this process reads it.
    struct Walk {
        QSet<QString> cursors;
        int restarts = 0;
        int pagesToMeet = 0;                     // within so many something must come that had come before: 0, nothing need
    };

    void askMore()
    {
        const bool looksOnly = static_cast<bool>(m_looked);
        while (!m_isOver) {
            const std::optional<size_t> window = m_windows.next(looksOnly ? 1 : m_around.windowsAtOnce());
            if (!window) {
                return;
            }
            m_walks.resize(m_windows.count());
            ask(*window);
        }
    }

    void ask(size_t index)
    {
        const store::WindowProgress window = m_windows.at(index);
        stripe::Params query = queryOf(static_cast<size_t>(window.pass));
        query.add(QStringLiteral("limit"), m_around.pageSize);
        if (window.from != store::WindowProgress::kBegin) {
            query.add(QStringLiteral("created[gte]"), window.from);
        }
        if (window.before != store::WindowProgress::kEnd) {
            query.add(QStringLiteral("created[lt]"), window.before);
        }
        if (!window.startingAfter.isEmpty()) {
            query.add(QStringLiteral("starting_after"), window.startingAfter);
            m_walks[index].cursors.insert(window.startingAfter);
        }
        PageJob<T>* const job = newPage([this, index](const WholePage<T>& page) { return judge(index, page); });
        m_around.pages->expect();
        job->onFinished(this, [this, index, wasPlain = m_isPlain](const Result<Whole>& page) {
            if (!page) {
                m_around.pages->missed();
            }
            if (m_isOver) {
                return;
            }
            if (page) {
                store(index, **page);
            } else {
                refused(index, page.error(), wasPlain);
            }
        });
        job->askPage(query);
    }

    void refused(size_t index, const Error& error, bool wasPlain)
    {
        Walk& walk = m_walks[index];
        if (dropsExpansions(error, static_cast<size_t>(m_windows.at(index).pass), wasPlain)) {
            ask(index);
        } else if (error.kind == ErrorKind::Permission) {
            m_progress.notPermitted = true;
            m_around.pages->add(std::make_shared<store::Batch>(batchOf(m_progress)), this, [this](const Status& kept, const store::BatchPtr&) { end(kept); });
        } else if (!m_windows.at(index).startingAfter.isEmpty() && error.code == QLatin1String("resource_missing") && walk.restarts < kRestartsAtMost) {
            ++walk.restarts; // the object that the cursor names was deleted meanwhile
            walk.cursors.clear();
            const bool isOpen = m_windows.at(index).before == store::WindowProgress::kEnd; // a page of new ones may stand before what is known
            walk.pagesToMeet = m_windows.at(index).objects < kTooManyToVanish ? 0 : isOpen ? 2 : 1;
            m_windows.restart(index);
            askMore();
        } else {
            end(fail(error));
        }
    }

    [[nodiscard]] store::Batch batchOf(const store::ListProgress& progress) const
    {
        store::Batch batch;
        batch.receivedAtMs = m_around.clock.nowMs();
        batch.run = m_around.run;
        batch.progress = progress;
        return batch;
    }

    /// What is left out of this list's objects goes by its own name.
    [[nodiscard]] Status nameWhatIsLeftOut()
    {
        store::ListProgress progress;
        progress.list = std::is_same_v<T, stripe::Invoice> ? store::ObjectList::Discounts : store::ObjectList::PaymentMethods;
        progress.run = m_around.run;
        progress.notPermitted = true;
        return m_around.applier.apply(batchOf(progress));
    }

    [[nodiscard]] Status judge(size_t index, const WholePage<T>& page) const
    {
        const QString name = store::objectListName(m_progress.list);
        if (const Status goesOn = judgeCourse(name, m_windows.at(index), m_windows.stillPages(index), page.hasMore, !page.objects.empty()); !goesOn) {
            return goesOn;
        }
        for (const auto& received : page.objects) {
            if (m_walks[index].cursors.contains(received.object.id)) {
                return repeats(name, received.object.id);
            }
            if (const Status inside = judgeTime(name, m_windows.at(index), received.object.created, received.object.id); !inside) {
                return inside;
            }
        }
        return judgeObjects(m_around.client.mode(), page.objects);
    }

    void store(size_t index, WholePage<T>& page)
    {
        if (m_isPlain && !std::exchange(m_isNamed, true)) {
            if (const Status named = nameWhatIsLeftOut(); !named) {
                end(named);
                return;
            }
        }
        if (const Status known = meets(m_walks[index], page); !known) {
            end(known);
            return;
        }
        auto batch = std::make_shared<store::Batch>();
        m_windows.pageCame(index, shapeOf(page));
        m_progress.objects = m_windows.objects();
        m_progress.ended = m_windows.haveEnded();
        batch->receivedAtMs = page.receivedMs;
        batch->run = m_around.run;
        if (m_looked) {
            batch->newestEvents = newestIds(page);
        }
        batch->prepacked = std::move(page.prepacked);
        putInto<T>(*batch, std::move(page.objects));
        batch->progress = m_progress;
        batch->windows = m_windows.takeChanged();
        m_around.pages->add(std::move(batch), this, [this, index, hasEnded = m_progress.ended](const Status& applied, store::BatchPtr kept) {
            m_windows.pageStored(index);
            stored(applied, std::move(kept), hasEnded);
        });
    }

    void stored(const Status& applied, store::BatchPtr page, bool hasEnded)
    {
        // What a page leaves behind is let go of where it was made.
        (void)Worker::run<bool>(m_around.worker, this, [leaving = std::move(page)]() -> Result<bool> { return leaving->run != 0; });
        if (m_isOver) {
            return;
        }
        if (!applied) {
            end(applied);
            return;
        }
        const auto looked = std::exchange(m_looked, nullptr);
        m_stored();
        if (hasEnded) {
            end({});
        } else if (looked) {
            looked();
        } else {
            askMore();
        }
    }

    /// A window that was begun anew brings what it brought before.
    [[nodiscard]] Status meets(Walk& walk, const WholePage<T>& page) const
    {
        if (walk.pagesToMeet == 0) {
            return {};
        }
        const Result<bool> met = hasMet(page);
        if (!met) {
            return fail(met.error());
        }
        if (*met) {
            walk.pagesToMeet = 0;
        } else if (--walk.pagesToMeet == 0 || !page.hasMore) {
            return otherAccount(store::objectListName(m_progress.list));
        }
        return {};
    }

    [[nodiscard]] static WindowPage shapeOf(const WholePage<T>& page)
    {
        WindowPage shape;
        shape.objects = static_cast<qint64>(page.objects.size());
        shape.hasMore = page.hasMore;
        for (const auto& received : page.objects) {
            const bool isFirst = &received == &page.objects.front();
            shape.newest = isFirst ? received.object.created : std::max(shape.newest, received.object.created);
            shape.oldest = isFirst ? received.object.created : std::min(shape.oldest, received.object.created);
        }
        shape.lastId = page.objects.empty() ? QString() : page.objects.back().object.id;
        return shape;
    }

    [[nodiscard]] static QStringList newestIds(const WholePage<T>& page)
    {
        QStringList ids;
        const qint64 newest = shapeOf(page).newest;
        for (const auto& received : page.objects) {
            if (received.object.created == newest) {
                ids << received.object.id;
            }
        }
        return ids;
    }

    Windows m_windows;
    std::vector<Walk> m_walks;                   // one a window
    bool m_isNamed = false;
    std::function<void()> m_looked;
    std::function<void()> m_stored;
};

} // namespace

ListReader* readerOf(store::ObjectList list, const ListReader::Around& around, const store::ListProgress& progress,
                     const std::vector<store::WindowProgress>& kept, QObject* parent)
{
    switch (list) {
    case store::ObjectList::Products: return new ReaderOf<stripe::Product>(around, progress, kept, parent);
    case store::ObjectList::Prices: return new ReaderOf<stripe::Price>(around, progress, kept, parent);
    case store::ObjectList::Coupons: return new ReaderOf<stripe::Coupon>(around, progress, kept, parent);
    case store::ObjectList::Customers: return new ReaderOf<stripe::Customer>(around, progress, kept, parent);
    case store::ObjectList::Subscriptions: return new ReaderOf<stripe::Subscription>(around, progress, kept, parent);
    case store::ObjectList::Invoices: return new ReaderOf<stripe::Invoice>(around, progress, kept, parent);
    case store::ObjectList::PaymentIntents: return new ReaderOf<stripe::PaymentIntent>(around, progress, kept, parent);
    case store::ObjectList::Events: return new ReaderOf<stripe::Event>(around, progress, kept, parent);
    case store::ObjectList::SubscriptionSchedules: return new ReaderOf<stripe::SubscriptionSchedule>(around, progress, kept, parent);
    case store::ObjectList::Charges: return new ReaderOf<stripe::Charge>(around, progress, kept, parent);
    case store::ObjectList::Refunds: return new ReaderOf<stripe::Refund>(around, progress, kept, parent);
    case store::ObjectList::CreditNotes: return new ReaderOf<stripe::CreditNote>(around, progress, kept, parent);
    case store::ObjectList::InvoicePayments: return new ReaderOf<stripe::InvoicePayment>(around, progress, kept, parent);
    case store::ObjectList::BalanceTransactions: return new ReaderOf<stripe::BalanceTransaction>(around, progress, kept, parent);
    case store::ObjectList::PaymentMethods:
    case store::ObjectList::Discounts: break; // they come with others
    }
    return nullptr;
}

} // namespace ch::sync

// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync/ListReader.h"

#include "store/Text.h"

#include <utility>

namespace ch::sync {

namespace {

constexpr int kRestartsAtMost = 3;

/// One walk through a list; prices need two.
struct ReaderPass {
    stripe::Params query;
    stripe::Params extra = {};   ///< expansions that the key may lack the right to: asked for as long as they are not refused
};

template <typename T>
std::vector<ReaderPass> readerPasses()
{
    return {{}};
}

template <>
std::vector<ReaderPass> readerPasses<stripe::Price>()
{
    // Archived ones are listed only when asked for, and tiers are shown only when expanded.
    return {{{{QStringLiteral("active"), QStringLiteral("true")}, {QStringLiteral("expand[0]"), QStringLiteral("data.tiers")}}},
            {{{QStringLiteral("active"), QStringLiteral("false")}, {QStringLiteral("expand[0]"), QStringLiteral("data.tiers")}}}};
}

template <>
std::vector<ReaderPass> readerPasses<stripe::Coupon>()
{
    return {{{{QStringLiteral("expand[0]"), QStringLiteral("data.applies_to")}}}};
}

template <>
std::vector<ReaderPass> readerPasses<stripe::Customer>()
{
    return {{{{QStringLiteral("expand[0]"), QStringLiteral("data.discount.source.coupon")}},
             {{QStringLiteral("expand[1]"), QStringLiteral("data.invoice_settings.default_payment_method")}}}};
}

template <>
std::vector<ReaderPass> readerPasses<stripe::Invoice>()
{
    // Which coupon lowered a line can be asked of its discount alone, and that of a past one is nowhere else.
    return {{{}, {{QStringLiteral("expand[0]"), QStringLiteral("data.total_discount_amounts.discount")}}}};
}

template <>
std::vector<ReaderPass> readerPasses<stripe::Subscription>()
{
    // Four levels are the most that Stripe expands: the coupons of items' discounts are looked up by id.
    return {{{{QStringLiteral("status"), QStringLiteral("all")},
              {QStringLiteral("expand[0]"), QStringLiteral("data.discounts.source.coupon")},
              {QStringLiteral("expand[1]"), QStringLiteral("data.items.data.discounts")}},
             {{QStringLiteral("expand[2]"), QStringLiteral("data.default_payment_method")}}}};
}

template <typename T>
void readerPut(store::Batch& batch, std::vector<stripe::Received<T>>&& objects)
{
    if constexpr (std::is_same_v<T, stripe::Customer>) {
        batch.customers = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::Subscription>) {
        batch.subscriptions = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::Price>) {
        batch.prices = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::Product>) {
        batch.products = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::Coupon>) {
        batch.coupons = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::Invoice>) {
        batch.invoices = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::PaymentIntent>) {
        batch.paymentIntents = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::SubscriptionSchedule>) {
        batch.schedules = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::Charge>) {
        batch.charges = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::Refund>) {
        batch.refunds = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::CreditNote>) {
        batch.creditNotes = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::InvoicePayment>) {
        batch.invoicePayments = std::move(objects);
    } else if constexpr (std::is_same_v<T, stripe::BalanceTransaction>) {
        batch.balanceTransactions = std::move(objects);
    } else {
        static_assert(std::is_same_v<T, stripe::Event>);
        batch.events = std::move(objects);
    }
}

/// Whether a nested list of the object was cut.
template <typename T>
bool readerIsCut(const T& object)
{
    if constexpr (std::is_same_v<T, stripe::Subscription>) {
        return !object.itemsComplete;
    } else if constexpr (std::is_same_v<T, stripe::Invoice>) {
        return !object.linesComplete;
    } else {
        Q_UNUSED(object);
        return false;
    }
}

template <typename T>
class ReaderOf final : public ListReader {
public:
    using ListReader::ListReader;

    void start(std::function<void()> stored, Ended ended) override
    {
        m_stored = std::move(stored);
        m_ended = std::move(ended);
        takeCursor();
        ask();
    }

    void startHead(Ended ended) override
    {
        m_isHead = true;
        m_ended = std::move(ended);
        ask();
    }

private:
    /// With several passes the kept cursor is "PASS ID".
    void takeCursor()
    {
        m_cursor = m_progress.startingAfter;
        if (m_passes.size() > 1 && !m_cursor.isEmpty()) {
            m_pass = static_cast<size_t>(qBound(0, m_cursor.section(QLatin1Char(' '), 0, 0).toInt(), static_cast<int>(m_passes.size()) - 1));
            m_cursor = m_cursor.section(QLatin1Char(' '), 1);
        }
    }

    [[nodiscard]] QString keptCursor() const
    {
        return m_passes.size() > 1 ? QString::number(m_pass) + QLatin1Char(' ') + m_cursor : m_cursor;
    }

    void ask()
    {
        stripe::Params query = m_passes[m_pass].query;
        for (const auto& [key, value] : m_passes[m_pass].extra.pairs()) {
            if (!m_isPlain) {
                query.add(key, value);
            }
        }
        query.add(QStringLiteral("limit"), 100);
        if (!m_cursor.isEmpty()) {
            query.add(QStringLiteral("starting_after"), m_cursor);
            m_seen.insert(m_cursor);
        }
        stripe::listPage<T>(m_around.client, stripe::listPath<T>(), query, stripe::inBackground(), this)->onFinished(this, [this](const Result<stripe::Page<T>>& page) {
            if (page) {
                pageCame(*page);
            } else {
                refused(page.error());
            }
        });
    }

    void refused(const Error& error)
    {
        if (error.kind == ErrorKind::Permission && !m_isPlain && !m_passes[m_pass].extra.isEmpty()) {
            m_isPlain = true; // expanding asks for the right to read what is expanded
            ask();
            return;
        }
        if (error.kind == ErrorKind::Permission) {
            m_progress.notPermitted = true;
            m_ended(keep(m_progress));
            return;
        }
        // The object that the cursor names was deleted meanwhile.
        if (!m_cursor.isEmpty() && error.code == QLatin1String("resource_missing") && m_restarts < kRestartsAtMost) {
            ++m_restarts;
            m_cursor.clear();
            m_seen.clear();
            ask();
            return;
        }
        m_ended(fail(error));
    }

    [[nodiscard]] Status keep(const store::ListProgress& progress)
    {
        store::Batch batch;
        batch.receivedAtMs = m_around.clock.nowMs();
        batch.run = m_around.run;
        batch.progress = progress;
        return m_around.applier.apply(batch);
    }

    /// What is left out of this list's objects goes by its own name.
    [[nodiscard]] Status nameWhatIsLeftOut()
    {
        store::ListProgress progress;
        progress.list = std::is_same_v<T, stripe::Invoice> ? store::ObjectList::Discounts : store::ObjectList::PaymentMethods;
        progress.run = m_around.run;
        progress.notPermitted = true;
        return keep(progress);
    }

    [[nodiscard]] Status judge(const stripe::Page<T>& page) const
    {
        const QString name = store::objectListName(m_progress.list);
        if (page.hasMore && page.objects.empty()) {
            return fail(ErrorKind::Protocol, QStringLiteral("The server says that there are more %1, but gives none. What was stored is kept; sync again later.").arg(name));
        }
        for (const auto& received : page.objects) {
            if (m_seen.contains(received.object.id)) {
                return fail(ErrorKind::Protocol,
                            QStringLiteral("The server's list of %1 repeats itself and would never end. What was stored is kept; sync again later.").arg(name),
                            QStringLiteral("repeated: %1").arg(received.object.id));
            }
            if constexpr (requires { received.object.livemode; }) {
                if (received.object.livemode != (m_around.client.mode() == stripe::Mode::Live)) {
                    return fail(wrongMode(received.object.id));
                }
            }
        }
        return {};
    }

    void pageCame(const stripe::Page<T>& page)
    {
        const Status fine = judge(page);
        const Status named = fine && m_isPlain && !std::exchange(m_isNamed, true) ? nameWhatIsLeftOut() : fine;
        if (!named) {
            m_ended(named);
            return;
        }
        m_objects = page.objects;
        m_hasMore = page.hasMore;
        m_receivedMs = m_around.clock.nowMs();
        m_cut.clear();
        for (size_t i = 0; i < m_objects.size(); ++i) {
            if (readerIsCut(m_objects[i].object)) {
                m_cut.push_back(i);
            }
        }
        completeNext();
    }

    /// Reads the nested lists that were cut, one after the other, then stores the page.
    void completeNext()
    {
        if (m_cut.empty()) {
            storePage();
            return;
        }
        const size_t index = m_cut.back();
        m_cut.pop_back();
        if constexpr (std::is_same_v<T, stripe::Subscription>) {
            const QString path = QStringLiteral("/v1/subscription_items");
            readNested<stripe::SubscriptionItem>(index, "items", path,
                                                 {{QStringLiteral("subscription"), m_objects[index].object.id}, {QStringLiteral("expand[0]"), QStringLiteral("data.discounts")}});
        } else if constexpr (std::is_same_v<T, stripe::Invoice>) {
            const Result<QString> id = stripe::pathId(m_objects[index].object.id);
            readNested<stripe::InvoiceLine>(index, "lines", QStringLiteral("/v1/invoices/%1/lines").arg(id.value_or(QString())), {});
        }
    }

    template <typename Inner>
    void readNested(size_t index, const char* field, const QString& path, const stripe::Params& query)
    {
        const auto collected = std::make_shared<QByteArrayList>();
        auto* job = stripe::listAll<Inner>(m_around.client, path, query, stripe::inBackground(),
                                           [collected](const std::shared_ptr<const stripe::Page<Inner>>& page) {
                                               for (const auto& received : page->objects) {
                                                   collected->append(received.json);
                                               }
                                           },
                                           this);
        job->onFinished(this, [this, index, field, path, collected](const Result<stripe::ListEnd>& end) {
            if (!end) {
                m_ended(fail(end.error()));
                return;
            }
            const QByteArray whole = "{\"object\":\"list\",\"data\":[" + collected->join(',') + "],\"has_more\":false,\"url\":\"" + path.toUtf8() + "\"}";
            const Result<QByteArray> json = store::withJsonField(m_objects[index].json, field, whole);
            if (!json) {
                m_ended(fail(json.error()));
                return;
            }
            const Result<T> object = stripe::parseObject<T>(*json);
            if (!object) {
                m_ended(fail(object.error()));
                return;
            }
            m_objects[index] = {*object, *json};
            completeNext();
        });
    }

    void storeHeadPage()
    {
        bool reached = !m_hasMore;
        for (size_t i = 0; i < m_objects.size() && !reached; ++i) {
            const Result<bool> seen = m_around.applier.mirror().wasSeen(m_progress.list, m_objects[i].object.id, m_around.run);
            if (!seen) {
                m_ended(fail(seen.error()));
                return;
            }
            reached = *seen;
        }
        m_cursor = reached ? QString() : m_objects.back().object.id;
        store::Batch batch;
        batch.receivedAtMs = m_receivedMs;
        batch.run = m_around.run;
        readerPut<T>(batch, std::move(m_objects));
        m_objects.clear();
        const Status applied = m_around.applier.apply(batch);
        if (!applied || (reached && ++m_pass >= m_passes.size())) {
            m_ended(applied);
            return;
        }
        if (reached) {
            m_seen.clear();
        }
        ask();
    }

    void storePage()
    {
        if (m_isHead) {
            storeHeadPage();
            return;
        }
        store::Batch batch;
        batch.receivedAtMs = m_receivedMs;
        batch.run = m_around.run;
        store::ListProgress next = m_progress;
        next.objects += static_cast<qint64>(m_objects.size());
        if (m_hasMore) {
            m_cursor = m_objects.back().object.id;
        } else {
            m_cursor.clear();
            m_seen.clear();
            next.ended = m_pass + 1 >= m_passes.size();
            m_pass += next.ended ? 0 : 1;
        }
        next.startingAfter = next.ended ? QString() : keptCursor();
        readerPut<T>(batch, std::move(m_objects));
        m_objects.clear();
        batch.progress = next;
        if (const Status applied = m_around.applier.apply(batch); !applied) {
            m_ended(applied);
            return;
        }
        m_progress = next;
        m_stored();
        if (next.ended) {
            m_ended({});
            return;
        }
        ask();
    }

    const std::vector<ReaderPass> m_passes = readerPasses<T>();
    size_t m_pass = 0;
    QString m_cursor;
    QSet<QString> m_seen;                        // cursors of this pass
    std::vector<stripe::Received<T>> m_objects;  // of the page in hand
    std::vector<size_t> m_cut;
    bool m_hasMore = false;
    qint64 m_receivedMs = 0;
    int m_restarts = 0;
    bool m_isHead = false;
    bool m_isPlain = false;                      // without the extra expansions
    bool m_isNamed = false;
    std::function<void()> m_stored;
    Ended m_ended;
};

} // namespace

Error wrongMode(const QString& objectId)
{
    Error error;
    error.kind = ErrorKind::Safety;
    error.message = QStringLiteral("Stripe answered with an object of the other mode (test and live mixed up). Nothing of that answer was stored; check the key.");
    error.detail = objectId;
    return error;
}

ListReader* readerOf(store::ObjectList list, const ListReader::Around& around, const store::ListProgress& progress, QObject* parent)
{
    switch (list) {
    case store::ObjectList::Products: return new ReaderOf<stripe::Product>(around, progress, parent);
    case store::ObjectList::Prices: return new ReaderOf<stripe::Price>(around, progress, parent);
    case store::ObjectList::Coupons: return new ReaderOf<stripe::Coupon>(around, progress, parent);
    case store::ObjectList::Customers: return new ReaderOf<stripe::Customer>(around, progress, parent);
    case store::ObjectList::Subscriptions: return new ReaderOf<stripe::Subscription>(around, progress, parent);
    case store::ObjectList::Invoices: return new ReaderOf<stripe::Invoice>(around, progress, parent);
    case store::ObjectList::PaymentIntents: return new ReaderOf<stripe::PaymentIntent>(around, progress, parent);
    case store::ObjectList::Events: return new ReaderOf<stripe::Event>(around, progress, parent);
    case store::ObjectList::SubscriptionSchedules: return new ReaderOf<stripe::SubscriptionSchedule>(around, progress, parent);
    case store::ObjectList::Charges: return new ReaderOf<stripe::Charge>(around, progress, parent);
    case store::ObjectList::Refunds: return new ReaderOf<stripe::Refund>(around, progress, parent);
    case store::ObjectList::CreditNotes: return new ReaderOf<stripe::CreditNote>(around, progress, parent);
    case store::ObjectList::InvoicePayments: return new ReaderOf<stripe::InvoicePayment>(around, progress, parent);
    case store::ObjectList::BalanceTransactions: return new ReaderOf<stripe::BalanceTransaction>(around, progress, parent);
    case store::ObjectList::PaymentMethods:
    case store::ObjectList::Discounts: break; // they come with others
    }
    return nullptr;
}

} // namespace ch::sync

// SPDX-License-Identifier: GPL-3.0-or-later
// One page of a list, or one object by its id, with nested lists that were cut read to their end. judge looks at the objects before that.
#pragma once

#include "base/Worker.h"
#include "store/Text.h"
#include "stripe/Calls.h"
#include "sync/ListKinds.h"
#include "sync/ListReader.h"

namespace ch::sync {

template <typename T>
struct WholePage {
    std::vector<stripe::Received<T>> objects;
    bool hasMore = false;
    qint64 receivedMs = 0;
    store::Prepacked prepacked;
};

/// What takes the processor is done by worker, where there is one.
template <typename T>
class PageJob final : public ResultJob<std::shared_ptr<WholePage<T>>> {
public:
    using Whole = std::shared_ptr<WholePage<T>>;
    using Judge = std::function<Status(const WholePage<T>&)>;

    /// table: of the mirror, that the objects are rows of.
    PageJob(const ListReader::Around& around, const QString& table, Judge judge, QObject* parent)
        : ResultJob<Whole>(parent), m_client(around.client), m_worker(around.worker), m_table(table.toLatin1()), m_judge(std::move(judge))
    {
    }

    void askPage(const stripe::Params& query)
    {
        ask(stripe::listPath<T>(), query, &stripe::pageOf<T>);
    }

    void askObject(const QString& id, const stripe::Params& query)
    {
        const Result<QString> safe = stripe::pathId(id);
        if (!safe) {
            this->settle(fail(safe.error()));
            return;
        }
        ask(stripe::listPath<T>() + QLatin1Char('/') + *safe, query, &stripe::pageOfOne<T>);
    }

private:
    using Read = Result<stripe::Page<T>> (*)(const stripe::Answer& answer);

    void ask(const QString& path, const stripe::Params& query, Read read)
    {
        const auto page = std::make_shared<std::optional<Result<Whole>>>(); // of the answer that the job ends with
        stripe::CallOptions options = stripe::inBackground();
        options.beside = [page, read, table = m_table](const stripe::Answer& answer) { *page = prepared(read(answer), table, answer.receivedMs); };
        m_client.fetch(path, query, options, this)->onFinished(this, [this, page](const Result<stripe::Answer>& answer) {
            if (answer) {
                came(**page);
            } else {
                this->settle(fail(answer.error()));
            }
        });
    }

    [[nodiscard]] static Result<Whole> prepared(Result<stripe::Page<T>> page, const QByteArray& table, qint64 receivedMs)
    {
        if (!page) {
            return fail(page.error());
        }
        auto whole = std::make_shared<WholePage<T>>();
        whole->objects = std::move(page->objects);
        whole->hasMore = page->hasMore;
        whole->receivedMs = receivedMs;
        for (const auto& received : whole->objects) {
            if (!isCut(received.object)) {
                whole->prepacked.add(table.constData(), received.json);
            }
        }
        return whole;
    }

    void came(const Result<Whole>& page)
    {
        if (!page) {
            this->settle(fail(page.error()));
            return;
        }
        m_page = *page;
        if (const Status fine = m_judge(*m_page); !fine) {
            this->settle(fail(fine.error()));
            return;
        }
        std::vector<size_t> cut;
        for (size_t i = 0; i < m_page->objects.size(); ++i) {
            if (isCut(m_page->objects[i].object)) {
                cut.push_back(i);
            }
        }
        m_incomplete = cut.size();
        for (const size_t index : cut) {
            complete(index);
        }
        settleWhole();
    }

    void settleWhole()
    {
        if (m_incomplete == 0) {
            this->settle(m_page);
        }
    }

    /// Reads the nested list of an object that was cut; those of a page at the same time.
    void complete(size_t index)
    {
        const QString& id = m_page->objects[index].object.id;
        if constexpr (std::is_same_v<T, stripe::Subscription>) {
            readNested<stripe::SubscriptionItem>(index, "items", QStringLiteral("/v1/subscription_items"),
                                                 {{QStringLiteral("subscription"), id}, {QStringLiteral("expand[0]"), QStringLiteral("data.discounts")}});
        } else if constexpr (std::is_same_v<T, stripe::Invoice>) {
            readNested<stripe::InvoiceLine>(index, "lines", QStringLiteral("/v1/invoices/%1/lines").arg(stripe::pathId(id).value_or(QString())), {});
        }
    }

    template <typename Inner>
    void readNested(size_t index, const char* field, const QString& path, const stripe::Params& query)
    {
        const auto collected = std::make_shared<QByteArrayList>();
        auto* job = stripe::listAll<Inner>(m_client, path, query, stripe::inBackground(),
                                           [collected](const std::shared_ptr<const stripe::Page<Inner>>& page) {
                                               for (const auto& received : page->objects) {
                                                   collected->append(received.json);
                                               }
                                           },
                                           this);
        job->onFinished(this, [this, index, field, path, collected](const Result<stripe::ListEnd>& end) {
            if (!end) {
                this->settle(fail(end.error()));
                return;
            }
            // The worker does one after the other, and nobody else looks at the page until it is done.
            const auto work = [page = m_page, index, field, path, collected, table = m_table] { return withWholeList(*page, index, field, path, *collected, table); };
            Worker::run<bool>(m_worker, this, work)->onFinished(this, [this](const Result<bool>& done) {
                if (done) {
                    --m_incomplete;
                    settleWhole();
                } else {
                    this->settle(fail(done.error()));
                }
            });
        });
    }

    /// Puts the whole nested list into the object.
    [[nodiscard]] static Result<bool> withWholeList(WholePage<T>& page, size_t index, const char* field, const QString& path, const QByteArrayList& collected, const QByteArray& table)
    {
        const QByteArray list = "{\"object\":\"list\",\"data\":[" + collected.join(',') + "],\"has_more\":false,\"url\":\"" + path.toUtf8() + "\"}";
        Result<QByteArray> json = store::withJsonField(page.objects[index].json, field, list);
        Result<T> object = json ? stripe::parseObject<T>(*json) : Result<T>(fail(json.error()));
        if (!object) {
            return fail(object.error());
        }
        page.objects[index] = {*std::move(object), *std::move(json)};
        page.prepacked.add(table.constData(), page.objects[index].json);
        return true;
    }

    stripe::StripeClient& m_client;
    Worker* m_worker;
    QByteArray m_table;
    Judge m_judge;
    Whole m_page;
    size_t m_incomplete = 0;
};

} // namespace ch::sync

// SPDX-License-Identifier: GPL-3.0-or-later
// One page of a list, or one object by its id, with nested lists that were cut read to their end. judge looks at the objects before that.
#pragma once

#include "base/Clock.h"
#include "store/Text.h"
#include "stripe/Calls.h"
#include "sync/ListKinds.h"

namespace ch::sync {

template <typename T>
struct WholePage {
    std::vector<stripe::Received<T>> objects;
    bool hasMore = false;
    qint64 receivedMs = 0;
};

template <typename T>
class PageJob final : public ResultJob<WholePage<T>> {
public:
    using Judge = std::function<Status(const stripe::Page<T>&)>;

    PageJob(stripe::StripeClient& client, Clock& clock, Judge judge, QObject* parent)
        : ResultJob<WholePage<T>>(parent), m_client(client), m_clock(clock), m_judge(std::move(judge))
    {
    }

    void askPage(const stripe::Params& query)
    {
        stripe::listPage<T>(m_client, stripe::listPath<T>(), query, stripe::inBackground(), this)->onFinished(this, [this](const Result<stripe::Page<T>>& page) {
            came(page);
        });
    }

    void askObject(const QString& id, const stripe::Params& query)
    {
        stripe::retrieve<T>(m_client, id, query, stripe::inBackground(), this)->onFinished(this, [this](const Result<stripe::Answered<T>>& answered) {
            if (!answered) {
                came(fail(answered.error()));
                return;
            }
            stripe::Page<T> page;
            page.objects.push_back({answered->object, answered->answer.json});
            came(page);
        });
    }

private:
    void came(const Result<stripe::Page<T>>& page)
    {
        if (!page) {
            this->settle(fail(page.error()));
            return;
        }
        if (const Status fine = m_judge(*page); !fine) {
            this->settle(fail(fine.error()));
            return;
        }
        m_page = {page->objects, page->hasMore, m_clock.nowMs()};
        for (size_t i = 0; i < m_page.objects.size(); ++i) {
            if (isCut(m_page.objects[i].object)) {
                m_cut.push_back(i);
            }
        }
        completeNext();
    }

    /// Reads the nested lists that were cut, one after the other.
    void completeNext()
    {
        if (m_cut.empty()) {
            this->settle(std::move(m_page));
            return;
        }
        const size_t index = m_cut.back();
        m_cut.pop_back();
        const QString& id = m_page.objects[index].object.id;
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
            const QByteArray whole = "{\"object\":\"list\",\"data\":[" + collected->join(',') + "],\"has_more\":false,\"url\":\"" + path.toUtf8() + "\"}";
            const Result<QByteArray> json = store::withJsonField(m_page.objects[index].json, field, whole);
            const Result<T> object = json ? stripe::parseObject<T>(*json) : Result<T>(fail(json.error()));
            if (!object) {
                this->settle(fail(object.error()));
                return;
            }
            m_page.objects[index] = {*object, *json};
            completeNext();
        });
    }

    stripe::StripeClient& m_client;
    Clock& m_clock;
    Judge m_judge;
    WholePage<T> m_page;
    std::vector<size_t> m_cut;
};

} // namespace ch::sync

// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/Prices.h"

#include "business/Runner.h"
#include "stripe/Calls.h"

#include <QPointer>

namespace ch::business {

namespace prices {

constexpr int kFlatCents = 500;

int tierCents(const QString& type)
{
    static const QMap<QString, int> kTiers = {{QStringLiteral("saas"), 5000}, {QStringLiteral("ecommerce"), 3000}, {QStringLiteral("content"), 2000}, {QStringLiteral("api"), 1500}, {QStringLiteral("tool"), 1000}};
    return kTiers.value(type, kFlatCents);
}

class EnsureJob final : public ResultJob<QList<EnsuredPrice>> {
public:
    EnsureJob(stripe::StripeClient& client, const QString& account, bool tiers, QObject* parent)
        : ResultJob(parent), m_client(&client), m_account(account), m_tiers(tiers), m_left(businessTypes())
    {
        next();
    }

    void cancel() override
    {
        if (m_active) {
            m_active->cancel(); // its end says whether a write may have been done
        } else {
            ResultJob::cancel();
        }
    }

private:
    template <typename T>
    ResultJob<T>* follow(ResultJob<T>* job)
    {
        m_active = job;
        return job;
    }

    [[nodiscard]] int cents() const { return m_tiers ? tierCents(m_now.businessType) : kFlatCents; }
    [[nodiscard]] QString productId() const { return QStringLiteral("countinghouse_") + m_now.businessType; }
    [[nodiscard]] QByteArray key(const QStringList& parts) const
    {
        return derivedKey(QStringList{m_account, stripe::modeName(m_client->mode()), QStringLiteral("prices"), m_now.businessType} + parts);
    }

    void next()
    {
        if (m_left.isEmpty()) {
            settle(std::move(m_made));
            return;
        }
        m_now = {};
        m_now.businessType = m_left.takeFirst();
        m_now.lookupKey = lookupKeyOf(m_now.businessType);
        const stripe::Params query{{QStringLiteral("lookup_keys[0]"), m_now.lookupKey}, {QStringLiteral("limit"), QStringLiteral("1")}};
        follow(stripe::listPage<stripe::Price>(*m_client, stripe::listPath<stripe::Price>(), query, {}, this))->onFinished(this, [this](const auto& page) { found(page); });
    }

    void found(const Result<stripe::Page<stripe::Price>>& page)
    {
        if (!page) {
            settle(fail(page.error()));
            return;
        }
        m_archived.clear();
        if (!page->objects.empty()) {
            const stripe::Price& price = page->objects.front().object;
            if (price.active) {
                take(price, false);
                return;
            }
            m_archived = price.id; // it holds the lookup key, which the new one takes over
        }
        follow(stripe::retrieve<stripe::Product>(*m_client, productId(), {}, {}, this))->onFinished(this, [this](const auto& result) {
            if (result && !result->object.deleted) {
                makePrice();
            } else if (result || result.error().kind == ErrorKind::NotFound) {
                makeProduct();
            } else {
                settle(fail(result.error()));
            }
        });
    }

    void makeProduct()
    {
        stripe::Params body;
        body.add(QStringLiteral("id"), productId()).add(QStringLiteral("name"), QStringLiteral("Business subscription (%1)").arg(m_now.businessType));
        body.addMetadata({{QStringLiteral("business_type"), m_now.businessType}});
        follow(m_client->post(stripe::listPath<stripe::Product>(), body, key({QStringLiteral("product")}), {}, this))->onFinished(this, [this](const Result<stripe::Answer>& result) {
            if (result || result.error().code == QLatin1String("resource_already_exists")) {
                makePrice();
            } else {
                settle(fail(result.error()));
            }
        });
    }

    void makePrice()
    {
        stripe::Params body;
        body.add(QStringLiteral("product"), productId()).add(QStringLiteral("currency"), "usd").add(QStringLiteral("unit_amount"), cents());
        body.add(QStringLiteral("recurring[interval]"), "month").add(QStringLiteral("lookup_key"), m_now.lookupKey);
        body.add(QStringLiteral("nickname"), QStringLiteral("%1, monthly").arg(m_now.businessType));
        body.addMetadata({{QStringLiteral("business_type"), m_now.businessType}});
        if (!m_archived.isEmpty()) {
            body.add(QStringLiteral("transfer_lookup_key"), true);
        }
        follow(m_client->post(stripe::listPath<stripe::Price>(), body, key({QStringLiteral("price"), QString::number(cents()), m_archived}), {}, this))->onFinished(this, [this](const Result<stripe::Answer>& result) {
            const auto price = result ? stripe::parseObject<stripe::Price>(result->json) : Result<stripe::Price>(fail(result.error()));
            if (price) {
                take(*price, !result->replayed);
            } else {
                settle(fail(price.error()));
            }
        });
    }

    void take(const stripe::Price& price, bool created)
    {
        m_now.priceId = price.id;
        m_now.productId = price.productId;
        m_now.currency = price.currency;
        m_now.unitAmountDecimal = price.unitAmountDecimal;
        m_now.created = created;
        m_now.differs = price.unitAmountDecimal != QString::number(cents()) || price.currency != QLatin1String("usd") || price.interval != QLatin1String("month") || price.intervalCount != 1;
        m_made << m_now;
        next();
    }

    QPointer<stripe::StripeClient> m_client;
    QString m_account;
    bool m_tiers;
    QStringList m_left;
    EnsuredPrice m_now;
    QString m_archived;
    QList<EnsuredPrice> m_made;
    QPointer<Job> m_active;
};

} // namespace prices

const QStringList& businessTypes()
{
    static const QStringList kTypes = {QStringLiteral("saas"), QStringLiteral("ecommerce"), QStringLiteral("content"), QStringLiteral("api"), QStringLiteral("tool")};
    return kTypes;
}

QString lookupKeyOf(const QString& businessType)
{
    return QStringLiteral("countinghouse_%1_monthly").arg(businessType);
}

QString monthlyUsd(const stripe::Price& price)
{
    bool isWhole = false;
    const qint64 cents = price.unitAmountDecimal.toLongLong(&isWhole);
    if (!isWhole || cents < 0 || price.currency != QLatin1String("usd") || price.interval != QLatin1String("month") || price.intervalCount != 1) {
        return {};
    }
    return QStringLiteral("%1.%2").arg(cents / 100).arg(cents % 100, 2, 10, QLatin1Char('0'));
}

qint64 monthlyCents(const QString& businessType, bool tiers)
{
    return !businessTypes().contains(businessType) ? 0 : tiers ? prices::tierCents(businessType) : prices::kFlatCents;
}

ResultJob<QList<stripe::Price>>* readPrices(stripe::StripeClient& client, const QStringList& businessTypes, QObject* parent)
{
    auto* job = new SimpleJob<QList<stripe::Price>>(parent);
    stripe::Params query;
    QStringList keys;
    for (const QString& type : businessTypes) {
        keys << lookupKeyOf(type);
    }
    query.addList(QStringLiteral("lookup_keys"), keys).add(QStringLiteral("active"), true).add(QStringLiteral("limit"), QStringLiteral("100"));
    stripe::listPage<stripe::Price>(client, stripe::listPath<stripe::Price>(), query, {}, job)->onFinished(job, [job](const Result<stripe::Page<stripe::Price>>& page) {
        if (!page) {
            job->end(fail(page.error()));
            return;
        }
        QList<stripe::Price> found;
        for (const auto& received : page->objects) {
            found << received.object;
        }
        job->end(std::move(found));
    });
    return job;
}

ResultJob<QList<EnsuredPrice>>* ensurePrices(stripe::StripeClient& client, const QString& account, bool tiers, QObject* parent)
{
    return new prices::EnsureJob(client, account, tiers, parent);
}

} // namespace ch::business

// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/EvaluateHistory.h"

#include "revenue/AsOf.h"
#include "revenue/FactsMaker.h"
#include "stripe/Parse.h"

#include <QHash>
#include <QJsonDocument>

namespace ch::revenue {

namespace {

QByteArray compactText(const QJsonValue& value)
{
    return QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact);
}

template <typename T, typename Visit>
Status readAll(const QJsonObject& given, const char* field, Visit visit)
{
    for (const QJsonValue& value : given.value(QLatin1String(field)).toArray()) {
        const QByteArray json = compactText(value);
        const Result<T> read = stripe::parseObject<T>(json);
        if (!read) {
            return fail(ErrorKind::InvalidInput, QStringLiteral("%1: %2").arg(QLatin1String(field), read.error().message));
        }
        visit(*read, json);
    }
    return {};
}

void addInvoiceTo(FactsMaker* maker, const stripe::Invoice& invoice)
{
    if (invoice.status == QLatin1String("draft")) {
        return;
    }
    const std::string status = invoice.status.toStdString();
    const std::string id = invoice.id.toStdString();
    maker->addInvoice({invoice.subscriptionId.toStdString(), invoice.billingReason.toStdString(), status, invoice.created, invoice.paidAt.value_or(0), id,
        invoice.voidedAt.value_or(invoice.markedUncollectibleAt.value_or(0))});
    for (const stripe::InvoiceLine& line : invoice.lines) {
        const std::string lineId = line.id.toStdString();
        const std::string price = line.priceId.toStdString();
        const std::string subscription = line.subscriptionId.toStdString();
        const std::string item = line.subscriptionItemId.toStdString();
        maker->addLine({lineId, id, status, price, subscription, item, line.amount, line.quantity.value_or(1), line.periodStart, line.periodEnd, line.proration});
    }
}

} // namespace

Result<QJsonArray> historyOf(const QJsonObject& given, const stripe::Subscription& subscription, Surroundings surroundings, const Definition& definition, stripe::Seconds now)
{
    QHash<QString, stripe::Price> prices;
    Status read = readAll<stripe::Price>(given, "prices", [&prices](const stripe::Price& price, const QByteArray&) { prices.insert(price.id, price); });
    surroundings.price = [&prices](const QString& id) -> std::optional<stripe::Price> {
        const auto found = prices.constFind(id);
        return found == prices.constEnd() ? std::nullopt : std::optional<stripe::Price>(*found);
    };
    FactsMaker maker;
    maker.addSubscription(subscription, surroundings, {});
    if (read) {
        read = readAll<stripe::Invoice>(given, "invoices", [&maker](const stripe::Invoice& invoice, const QByteArray&) { addInvoiceTo(&maker, invoice); });
    }
    if (read) {
        read = readAll<stripe::Event>(given, "events", [&maker](const stripe::Event& event, const QByteArray& json) { maker.addEvent(event, json); });
    }
    if (!read) {
        return fail(read.error());
    }
    const Result<Ledger> ledger = buildLedger(std::make_shared<const Facts>(maker.finish(surroundings.price)), definition, now);
    if (!ledger) {
        return fail(ledger.error());
    }
    QJsonArray history;
    forEachChange(ledger->rows, 0, ledger->rows.size(), [](const Row& row) { return row.subscription; }, [&](const Row& row, qint64 delta) {
        if (delta != 0) {
            history.append(QJsonObject{{QStringLiteral("at"), row.at}, {QStringLiteral("item_id"), ledger->facts->ids.text(row.item)}, {QStringLiteral("delta_minor"), delta},
                {QStringLiteral("class"), movementClassName(row.movement)}, {QStringLiteral("cause"), QString::fromLatin1(causeName(row.cause))}, {QStringLiteral("earliest"), row.earliest},
                {QStringLiteral("latest"), row.latest}, {QStringLiteral("source"), QString::fromLatin1(sourceName(row.source))}});
        }
    });
    return history;
}

} // namespace ch::revenue

// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/TypedRows.h"

#include "store/MirrorWriter.h"
#include "store/RowSql.h"
#include "stripe/Parse.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace ch::store {

namespace {

constexpr int kOfAll = -1;

/// An object under way; every value is written as it is.
class TypedJson {
public:
    void raw(const char* key, const QByteArray& value)
    {
        m_text += (m_text.isEmpty() ? "{\"" : ",\"") + QByteArray(key) + "\":" + value;
    }
    void text(const char* key, const QString& value)
    {
        if (!value.isEmpty()) {
            raw(key, quoted(value));
        }
    }
    void number(const char* key, const std::optional<qint64>& value)
    {
        if (value) {
            raw(key, QByteArray::number(*value));
        }
    }
    [[nodiscard]] QByteArray done() const { return m_text.isEmpty() ? QByteArray("{}") : m_text + '}'; }

    [[nodiscard]] static QByteArray quoted(const QString& value)
    {
        const QByteArray array = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
        return array.mid(1, array.size() - 2);
    }

private:
    QByteArray m_text;
};

QByteArray typedTiers(const std::vector<stripe::PriceTier>& tiers)
{
    QByteArrayList all;
    for (const stripe::PriceTier& tier : tiers) {
        TypedJson json;
        json.raw("up_to", tier.upTo ? QByteArray::number(*tier.upTo) : QByteArray("null"));
        json.text("unit_amount_decimal", tier.unitAmountDecimal);
        json.text("flat_amount_decimal", tier.flatAmountDecimal);
        all << json.done();
    }
    return '[' + all.join(',') + ']';
}

QByteArray typedOptions(const stripe::Price& price)
{
    TypedJson options;
    for (auto option = price.currencyOptions.begin(); option != price.currencyOptions.end(); ++option) {
        TypedJson json;
        json.text("unit_amount_decimal", option->unitAmountDecimal);
        json.text("tax_behavior", option->taxBehavior);
        if (option->tiersKnown) {
            json.raw("tiers", typedTiers(option->tiers));
        }
        options.raw(option.key().toUtf8().constData(), json.done());
    }
    return options.done();
}

QString inclusiveRates(const stripe::SubscriptionItem& item, const stripe::Subscription& subscription)
{
    QStringList rates;
    for (const stripe::TaxRate& rate : item.taxRates.empty() ? subscription.defaultTaxRates : item.taxRates) {
        if (rate.inclusive) {
            rates << rate.percentage;
        }
    }
    return rates.join(QLatin1Char('+'));
}

/// The row of the coupon's terms, made where it is not there yet.
qint64 termsRow(Database& db, const stripe::Coupon& coupon)
{
    const QString text = QString::fromUtf8(couponTermsText(coupon));
    Query(db, "INSERT INTO terms(coupon) VALUES(?) ON CONFLICT(coupon) DO NOTHING").bind(text).run();
    Query query(db, "SELECT n FROM terms WHERE coupon = ?");
    query.bind(text);
    return query.next() ? query.integer(0) : 0;
}

void writeDiscountRows(Database& db, qint64 n, int item, const QList<stripe::Discount>& whole, const QStringList& ids)
{
    if (whole.isEmpty() && ids.isEmpty()) {
        return;
    }
    Query insert(db, "INSERT INTO subscription_discounts(subscription_n, item, place, id, start, end, coupon_id, terms_n) VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
    qint64 place = 0;
    for (const stripe::Discount& discount : whole) {
        insert.bind(n).bind(item).bind(place++).bind(discount.id).bind(discount.start).bind(discount.end).bind(discount.coupon ? discount.coupon->id : discount.couponId);
        if (discount.coupon) {
            insert.bind(termsRow(db, *discount.coupon)).run();
        } else {
            insert.bindNull().run();
        }
    }
    if (whole.size() < ids.size()) { // what some take off is not known: one row says so
        insert.bind(n).bind(item).bind(place).bind(QString()).bind(0).bindNull().bind(QString()).bindNull().run();
    }
}

void keepPrice(Database& db, const stripe::Price& price)
{
    const bool isStub = price.interval.isEmpty() && price.unitAmountDecimal.isEmpty() && price.billingScheme.isEmpty();
    if (price.id.isEmpty() || isStub) {
        return;
    }
    Query known(db, "SELECT 1 FROM prices WHERE id = ?1 UNION ALL SELECT 1 FROM known_prices WHERE id = ?1");
    known.bind(price.id);
    if (!known.next()) {
        Query(db, "INSERT INTO known_prices(id, price) VALUES(?, ?)").bind(price.id).bind(QString::fromUtf8(priceText(price))).run();
    }
}

} // namespace

int pauseNumber(const std::optional<stripe::PauseCollection>& pause)
{
    return !pause ? 0 : pause->behavior == QLatin1String("void") || pause->behavior == QLatin1String("mark_uncollectible") ? 2 : 1;
}

qint64 givenUpAt(const stripe::Invoice& invoice)
{
    return invoice.voidedAt.value_or(invoice.markedUncollectibleAt.value_or(0));
}

QByteArray couponTermsText(const stripe::Coupon& coupon)
{
    TypedJson json;
    json.text("id", coupon.id);
    if (!coupon.percentOff.isEmpty()) {
        json.raw("percent_off", coupon.percentOff.toUtf8());
    }
    json.number("amount_off", coupon.amountOff);
    json.text("currency", coupon.currency);
    if (!coupon.amountOffOptions.isEmpty()) {
        TypedJson options;
        for (auto option = coupon.amountOffOptions.begin(); option != coupon.amountOffOptions.end(); ++option) {
            options.raw(option.key().toUtf8().constData(), "{\"amount_off\":" + QByteArray::number(*option) + '}');
        }
        json.raw("currency_options", options.done());
    }
    json.text("duration", coupon.duration);
    json.number("duration_in_months", coupon.durationInMonths ? std::optional<qint64>(*coupon.durationInMonths) : std::nullopt);
    if (!coupon.appliesToProducts.isEmpty()) {
        QByteArrayList products;
        for (const QString& product : coupon.appliesToProducts) {
            products << TypedJson::quoted(product);
        }
        json.raw("applies_to", "{\"products\":[" + products.join(',') + "]}");
    }
    return json.done();
}

QByteArray priceText(const stripe::Price& price)
{
    TypedJson json;
    json.text("id", price.id);
    json.text("product", price.productId);
    json.text("currency", price.currency);
    json.text("type", price.type);
    json.text("billing_scheme", price.billingScheme);
    json.text("unit_amount_decimal", price.unitAmountDecimal);
    json.text("tiers_mode", price.tiersMode);
    if (price.tiersKnown) {
        json.raw("tiers", typedTiers(price.tiers));
    }
    if (!price.interval.isEmpty()) {
        TypedJson recurring;
        recurring.text("interval", price.interval);
        recurring.number("interval_count", price.intervalCount);
        recurring.text("usage_type", price.usageType);
        json.raw("recurring", recurring.done());
    }
    if (price.transformDivideBy) {
        json.raw("transform_quantity", "{\"divide_by\":" + QByteArray::number(*price.transformDivideBy) + ",\"round\":" + TypedJson::quoted(price.transformRound) + '}');
    }
    json.text("tax_behavior", price.taxBehavior);
    if (!price.currencyOptions.isEmpty()) {
        json.raw("currency_options", typedOptions(price));
    }
    return json.done();
}

void writeItemRows(Database& db, qint64 n, const stripe::Subscription& subscription, bool isNew)
{
    static const writing::PlacedSql sql =
        writing::placedSql("subscription_items", "subscription_n", {"id", "price_id", "quantity", "created", "period_start", "inclusive_rates"});
    if (!isNew) {
        Query(db, "DELETE FROM subscription_discounts WHERE subscription_n = ?").bind(n).run();
    }
    writeDiscountRows(db, n, kOfAll, subscription.discounts, subscription.discountIds);
    Query write(db, isNew ? sql.insert : sql.replace);
    int place = 0;
    for (const stripe::SubscriptionItem& item : subscription.items) {
        write.bind(n).bind(place).bind(item.id).bind(item.price.id).bind(item.quantity).bind(item.created).bind(item.currentPeriodStart).bind(inclusiveRates(item, subscription)).run();
        writeDiscountRows(db, n, place++, item.discounts, item.discountIds);
        keepPrice(db, item.price);
    }
    if (!isNew) {
        Query(db, sql.dropRest).bind(n).bind(place).run();
    }
}

void fillTypedRows(Database& db)
{
    std::vector<qint64> all;
    {
        Query query(db, "SELECT n FROM subscriptions WHERE raw IS NOT NULL ORDER BY n");
        while (query.next()) {
            all.push_back(query.integer(0));
        }
    }
    for (const qint64 n : all) {
        Query query(db, "SELECT raw FROM subscriptions WHERE n = ?");
        query.bind(n);
        const Result<stripe::Subscription> read = query.next() ? stripe::parseObject<stripe::Subscription>(unpackedJson(query.blob(0))) : Result<stripe::Subscription>(stripe::Subscription());
        if (!read) {
            continue;
        }
        Query(db, "UPDATE subscriptions SET start_date = ?, trial_start = ?, trial_end = ?, canceled_at = ?, pause = ?, by_invoice = ?, cancel_reason = ?, items_complete = ?, "
                  "discounts = ? WHERE n = ?")
            .bind(read->startDate).bind(read->trialStart.value_or(0)).bind(read->trialEnd.value_or(0)).bind(read->canceledAt.value_or(0)).bind(pauseNumber(read->pauseCollection))
            .bind(read->collectionMethod == QLatin1String("send_invoice")).bind(read->cancellationReason).bind(read->itemsComplete)
            .bind(!read->discounts.isEmpty() || !read->discountIds.isEmpty()).bind(n).run();
        writeItemRows(db, n, *read, false);
    }
    std::vector<qint64> invoices; // those of which the tables do not say enough
    {
        Query query(db, "SELECT invoice_n FROM invoice_lines WHERE tax_amount <> 0 UNION SELECT n FROM invoices WHERE status IN ('void', 'uncollectible')");
        while (query.next()) {
            invoices.push_back(query.integer(0));
        }
    }
    for (const qint64 n : invoices) {
        Query query(db, "SELECT raw FROM invoices WHERE n = ? AND raw IS NOT NULL");
        query.bind(n);
        const Result<stripe::Invoice> invoice = query.next() ? stripe::parseObject<stripe::Invoice>(unpackedJson(query.blob(0))) : Result<stripe::Invoice>(stripe::Invoice());
        if (invoice) {
            Query(db, "UPDATE invoices SET given_up_at = ? WHERE n = ?").bind(givenUpAt(*invoice)).bind(n).run();
        }
        for (size_t place = 0; invoice && place < invoice->lines.size(); ++place) {
            Query(db, "UPDATE invoice_lines SET inclusive_tax = ? WHERE invoice_n = ? AND place = ?").bind(invoice->lines[place].inclusiveTaxAmount).bind(n).bind(static_cast<qint64>(place)).run();
        }
    }
}

} // namespace ch::store

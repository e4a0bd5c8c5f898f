// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Render.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace ch::sandbox {

namespace render_detail {

QJsonObject changes(const QJsonObject& before, const QJsonObject& after)
{
    QJsonObject out;
    for (auto it = before.begin(); it != before.end(); ++it) {
        const QJsonValue now = after.value(it.key());
        if (now == it.value())
            continue;
        if (it.value().isObject() && now.isObject())
            out.insert(it.key(), changes(it.value().toObject(), now.toObject()));
        else
            out.insert(it.key(), it.value());
    }
    for (auto it = after.begin(); it != after.end(); ++it) {
        if (!before.contains(it.key()))
            out.insert(it.key(), QJsonValue::Null); // was not there before
    }
    return out;
}

} // namespace render_detail

QByteArray previousAttributes(const QByteArray& before, const QByteArray& after)
{
    const QJsonObject was = QJsonDocument::fromJson(before).object();
    const QJsonObject is = QJsonDocument::fromJson(after).object();
    return QJsonDocument(render_detail::changes(was, is)).toJson(QJsonDocument::Compact);
}

QByteArray Renderer::stub(const QByteArray& id, const char* object)
{
    Json json(96);
    json.object().text("id", id).text("object", object).boolean("deleted", true).endObject();
    return json.take();
}

void Renderer::nulls(Json& json, std::initializer_list<const char*> keys) const
{
    for (const char* key : keys)
        json.null(key);
}

void Renderer::metadata(Json& json, const char* key, const Metadata& metadata) const
{
    json.object(key);
    for (const auto& pair : metadata)
        json.member(pair.first, pair.second);
    json.endObject();
}

void Renderer::extra(Json& json, const char* key, const Extras& extras, const char* otherwise) const
{
    json.raw(key, extras.value(QByteArray::fromRawData(key, static_cast<qsizetype>(qstrlen(key))), otherwise));
}

void Renderer::nested(Json& json, const char* key, const QByteArray& url, size_t count, const std::function<void(size_t)>& one) const
{
    constexpr size_t kShown = 10;
    json.object(key).text("object", "list").array("data");
    for (size_t i = 0; i < std::min(count, kShown); ++i)
        one(i);
    json.endArray().boolean("has_more", count > kShown).number("total_count", static_cast<qint64>(count)).text("url", url).endObject();
}

void Renderer::reference(Json& json, const char* key, Kind kind, Index index, const Expand* expand) const
{
    if (index == kNone)
        json.null(key);
    else if (expand)
        json.raw(key, object(kind, index, expand));
    else
        json.text(key, s.id(kind, index));
}

QByteArray Renderer::object(Kind kind, Index index, const Expand* expand) const
{
    Json json(kind == Kind::Subscription || kind == Kind::Invoice ? 4096 : 1024);
    switch (kind) {
    case Kind::Customer:
        if (s.customers[index].deleted)
            return stub(s.id(kind, index), "customer");
        customer(json, nullptr, s.customers[index], expand);
        break;
    case Kind::Product:
        if (s.products[index].deleted)
            return stub(s.id(kind, index), "product");
        product(json, nullptr, s.products[index], expand);
        break;
    case Kind::Price: price(json, nullptr, s.prices[index], expand); break;
    case Kind::Subscription: subscription(json, nullptr, s.subscriptions[index], expand); break;
    case Kind::Item: item(json, nullptr, *s.item(index), s.subscriptionOfItem(index), expand); break;
    case Kind::Invoice:
        if (s.invoices[index].deleted)
            return stub(s.id(kind, index), "invoice");
        invoice(json, nullptr, s.invoices[index], expand);
        break;
    case Kind::InvoicePayment: invoicePayment(json, nullptr, s.invoices[index], expand); break;
    case Kind::Line: line(json, nullptr, index, expand); break;
    case Kind::PaymentIntent: paymentIntent(json, nullptr, s.intents[index], expand); break;
    case Kind::Coupon: coupon(json, nullptr, s.coupons[index], expand); break;
    case Kind::Discount: discount(json, nullptr, s.discounts[index], expand); break;
    case Kind::PaymentMethod: paymentMethod(json, nullptr, s.methods[index], expand); break;
    case Kind::TestClock:
        if (s.clocks[index].deleted)
            return stub(s.id(kind, index), "test_helpers.test_clock");
        testClock(json, nullptr, s.clocks[index]); break;
    case Kind::Charge: charge(json, nullptr, s.charges[index], expand); break;
    case Kind::CreditNote: creditNote(json, nullptr, s.creditNotes[index], expand); break;
    case Kind::CreditLine: creditLine(json, nullptr, s.creditNotes[index]); break;
    case Kind::Refund: refund(json, nullptr, s.refunds[index], expand); break;
    case Kind::BalanceEntry: balanceEntry(json, nullptr, s.entries[index], expand); break;
    case Kind::Meter: meter(json, nullptr, s.meters.rows[index]); break;
    case Kind::Event: return event(s.events[index]);
    case Kind::SetupIntent: setupIntent(json, nullptr, s.setups[index], expand); break;
    case Kind::Schedule: schedule(json, nullptr, s.schedules[index], expand); break;
    case Kind::CheckoutSession: checkoutSession(json, nullptr, s.sessions[index], expand); break;
    case Kind::PaymentLink: paymentLink(json, nullptr, s.links[index], expand); break;
    case Kind::PortalConfiguration: portalConfiguration(json, nullptr, s.portalConfigurations[index]); break;
    case Kind::PortalSession: portalSession(json, nullptr, s.portalSessions[index], expand); break;
    case Kind::PromotionCode: promotionCode(json, nullptr, s.promotions[index], expand); break;
    case Kind::CustomerEntry: customerEntry(json, nullptr, s.customerEntries[index], expand); break;
    case Kind::InvoiceItem:
        if (s.invoiceItems[index].deleted)
            return stub(s.id(kind, index), "invoiceitem");
        invoiceItem(json, nullptr, s.invoiceItems[index], expand);
        break;
    case Kind::Request:
    case Kind::MeterEvent:
    case Kind::MeterSummary: return "null";
    case Kind::WebhookEndpoint: webhookEndpoint(json, nullptr, s.webhooks[index], false); break;
    }
    return json.take();
}

QByteArray Renderer::snapshot(const Snapshot& snapshot, const char* type) const
{
    Json json(2048);
    if (qstrncmp(type, "plan.", 5) == 0) {
        plan(json, nullptr, std::get<Price>(snapshot), nullptr);
        return json.take();
    }
    if (qstrncmp(type, "invoice_payment.", 16) == 0) {
        invoicePayment(json, nullptr, std::get<Invoice>(snapshot), nullptr);
        return json.take();
    }
    struct Shape {
        const Renderer& r;
        Json& json;
        void operator()(const Customer& row) const { r.customer(json, nullptr, row, nullptr); }
        void operator()(const Product& row) const { r.product(json, nullptr, row, nullptr); }
        void operator()(const Price& row) const { r.price(json, nullptr, row, nullptr); }
        void operator()(const Coupon& row) const { r.coupon(json, nullptr, row, nullptr); }
        void operator()(const Subscription& row) const { r.subscription(json, nullptr, row, nullptr); }
        void operator()(const Invoice& row) const { r.invoice(json, nullptr, row, nullptr); }
        void operator()(const CreditNote& row) const { r.creditNote(json, nullptr, row, nullptr); }
        void operator()(const InvoiceItem& row) const { r.invoiceItem(json, nullptr, row, nullptr); }
        void operator()(const Charge& row) const { r.charge(json, nullptr, row, nullptr); }
        void operator()(const Refund& row) const { r.refund(json, nullptr, row, nullptr); }
        void operator()(const TestClock& row) const { r.testClock(json, nullptr, row); }
        void operator()(const PaymentIntent& row) const { r.paymentIntent(json, nullptr, row, nullptr); }
        void operator()(const PaymentMethod& row) const { r.paymentMethod(json, nullptr, row, nullptr); }
        void operator()(const SetupIntent& row) const { r.setupIntent(json, nullptr, row, nullptr); }
        void operator()(const CheckoutSession& row) const { r.checkoutSession(json, nullptr, row, nullptr); }
        void operator()(const PaymentLink& row) const { r.paymentLink(json, nullptr, row, nullptr); }
        void operator()(const PortalConfiguration& row) const { r.portalConfiguration(json, nullptr, row); }
        void operator()(const PortalSession& row) const { r.portalSession(json, nullptr, row, nullptr); }
        void operator()(const PromotionCode& row) const { r.promotionCode(json, nullptr, row, nullptr); }
        void operator()(const Schedule& row) const { r.schedule(json, nullptr, row, nullptr); }
        void operator()(const Meter& row) const { r.meter(json, nullptr, row); }
        void operator()(const Discount& row) const { r.discount(json, nullptr, row, nullptr); }
    };
    std::visit(Shape{*this, json}, snapshot);
    return json.take();
}

QByteArray Renderer::event(const Event& row) const
{
    Json json(4096);
    const QByteArray now = snapshot(*row.now, row.type);
    json.object().text("id", s.id(Kind::Event, row.self)).text("object", "event").text("api_version", kApiVersion);
    json.number("created", row.created).object("data").raw("object", now);
    if (row.before)
        json.raw("previous_attributes", previousAttributes(snapshot(*row.before, row.type), now));
    json.endObject().boolean("livemode", s.live).number("pending_webhooks", row.pendingWebhooks).object("request").textOrNull("id", row.requestId);
    json.textOrNull("idempotency_key", row.idempotencyKey).endObject().text("type", row.type).endObject();
    return json.take();
}

QByteArray Renderer::balance() const
{
    // What settled is paid out each week: what stays is the last week's takings after fees, and what has not settled yet.
    qint64 available = 0, pending = 0;
    const auto lately = [this](const BalanceEntry& row) { return row.created > s.now - 9 * kDay && !s.onTestClock(row.customer); };
    for (const bool later : {false, true}) {
        (later ? pending : available) = s.entries.sum(
            [&](const BalanceEntry& row) { return lately(row) && (row.availableOn > s.now) == later ? row.amount - row.fee : 0; });
    }
    Json json;
    json.object().text("object", "balance");
    for (const bool later : {false, true}) {
        const qint64 amount = later ? pending : available;
        json.array(later ? "pending" : "available").object().number("amount", amount).text("currency", kAccountCurrency);
        json.object("source_types").number("card", amount).endObject().endObject().endArray();
    }
    json.boolean("livemode", s.live).endObject();
    return json.take();
}

QByteArray Renderer::account() const
{
    Json json;
    json.object().text("id", accountId()).text("object", "account").object("business_profile").null("annual_revenue");
    json.null("estimated_worker_count").text("mcc", "5734").null("minority_owned_business_designation").text("name", s.accountName);
    nulls(json, {"product_description", "specified_commercial_transactions_act_url", "support_address"});
    json.text("support_email", "support@example.com").null("support_phone").null("support_url").text("url", "https://example.com").endObject();
    json.text("business_type", "company").object("capabilities").text("card_payments", "active").text("transfers", "active").endObject();
    json.boolean("charges_enabled", true).text("country", "US").number("created", s.accountCreated).text("default_currency", kAccountCurrency);
    json.boolean("details_submitted", true).text("email", "owner@example.com").object("metadata").endObject();
    json.boolean("payouts_enabled", true).object("settings").object("branding");
    nulls(json, {"icon", "logo", "primary_color", "secondary_color"});
    json.endObject().object("card_payments");
    nulls(json, {"statement_descriptor_prefix", "statement_descriptor_prefix_kana", "statement_descriptor_prefix_kanji"});
    json.endObject().object("dashboard").text("display_name", s.accountName).text("timezone", "Etc/UTC").endObject().object("payments");
    nulls(json, {"statement_descriptor", "statement_descriptor_kana", "statement_descriptor_kanji", "statement_descriptor_prefix_kana",
                 "statement_descriptor_prefix_kanji"});
    json.endObject().endObject().text("type", "standard").endObject();
    return json.take();
}

} // namespace ch::sandbox

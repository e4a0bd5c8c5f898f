// SPDX-License-Identifier: GPL-3.0-or-later
#include "stripe/Parse.h"

#include "base/Log.h"
#include "stripe/ParseJson.h"

#include <QRegularExpression>

namespace ch::stripe {

namespace {

using json::Document;
using json::Reader;
namespace od = json::od;

template <typename T> constexpr const char* kParsedName = nullptr;
template <> constexpr const char* kParsedName<Customer> = "customer";
template <> constexpr const char* kParsedName<Subscription> = "subscription";
template <> constexpr const char* kParsedName<SubscriptionItem> = "subscription item";
template <> constexpr const char* kParsedName<Price> = "price";
template <> constexpr const char* kParsedName<Product> = "product";
template <> constexpr const char* kParsedName<Invoice> = "invoice";
template <> constexpr const char* kParsedName<InvoiceLine> = "invoice line";
template <> constexpr const char* kParsedName<InvoiceItem> = "invoice item";
template <> constexpr const char* kParsedName<InvoicePayment> = "invoice payment";
template <> constexpr const char* kParsedName<PaymentIntent> = "payment intent";
template <> constexpr const char* kParsedName<Charge> = "charge";
template <> constexpr const char* kParsedName<Refund> = "refund";
template <> constexpr const char* kParsedName<CreditNote> = "credit note";
template <> constexpr const char* kParsedName<BalanceTransaction> = "balance transaction";
template <> constexpr const char* kParsedName<SubscriptionSchedule> = "subscription schedule";
template <> constexpr const char* kParsedName<PaymentMethod> = "payment method";
template <> constexpr const char* kParsedName<Event> = "event";
template <> constexpr const char* kParsedName<Balance> = "balance";
template <> constexpr const char* kParsedName<Account> = "account";
template <> constexpr const char* kParsedName<Coupon> = "coupon";
template <> constexpr const char* kParsedName<Discount> = "discount";

tl::unexpected<Error> unusable(const char* what, const QString& fault)
{
    return fail(ErrorKind::Protocol, QStringLiteral("The answer is not a %1 of Stripe's that can be used: %2.").arg(QLatin1String(what), fault));
}

/// The object itself; with a fault of its own where the id is missing.
template <typename T>
void readIdentified(Reader& reader, od::object object, T* out)
{
    json::read(reader, object, out);
    if constexpr (!std::is_same_v<T, Balance>) {
        if (reader.ok() && out->id.isEmpty()) {
            reader.refuse("id", "there");
        }
    }
}

template <typename T>
void readPageData(Reader& reader, od::value value, Page<T>* page)
{
    reader.array("data", value, [&](od::value element) {
        od::object object;
        std::string_view raw;
        if (!Reader::isObject(element) || element.get_object().get(object) != simdjson::SUCCESS || object.raw_json().get(raw) != simdjson::SUCCESS
            || object.reset().error() != simdjson::SUCCESS) {
            reader.refuse("data", "a list of objects");
            return;
        }
        page->objects.emplace_back();
        page->objects.back().json = QByteArray(raw.data(), static_cast<qsizetype>(raw.size()));
        readIdentified(reader, object, &page->objects.back().object);
    });
}

} // namespace

template <typename T>
Result<T> parseObject(QByteArrayView json, JsonText text)
{
    Result<Document> document = text == JsonText::Checked ? Document::readChecked(json) : Document::read(json);
    if (!document) {
        return fail(document.error());
    }
    Result<od::object> root = document->root();
    if (!root) {
        return fail(root.error());
    }
    Reader reader;
    T found;
    readIdentified(reader, *root, &found);
    if (!reader.ok()) {
        return unusable(kParsedName<T>, reader.fault());
    }
    return found;
}

template <typename T>
Result<Page<T>> parsePage(QByteArrayView json, JsonText text)
{
    Result<Document> document = text == JsonText::Checked ? Document::readChecked(json) : Document::read(json);
    if (!document) {
        return fail(document.error());
    }
    Result<od::object> root = document->root();
    if (!root) {
        return fail(root.error());
    }
    Reader reader;
    Page<T> page;
    bool isList = false;
    bool sawData = false;
    bool sawHasMore = false;
    reader.fields(*root, [&](std::string_view key, od::value value) {
        if (key == "object") {
            QString name;
            isList = reader.text("object", value, &name) && (name == QLatin1String("list") || name == QLatin1String("search_result"));
        } else if (key == "data") {
            sawData = true;
            readPageData(reader, value, &page);
        } else if (key == "has_more") {
            sawHasMore = reader.flag("has_more", value, &page.hasMore);
        } else if (key == "url") {
            reader.shownText(value, &page.url);
        }
    });
    // Taking a list without these for a short one would end a backfill early and call it complete.
    if (reader.ok() && !isList) {
        reader.refuse("object", "list");
    } else if (reader.ok() && !sawData) {
        reader.refuse("data", "there");
    } else if (reader.ok() && !sawHasMore) {
        reader.refuse("has_more", "there");
    }
    if (!reader.ok()) {
        return unusable("list", reader.fault());
    }
    return page;
}

namespace {

ErrorKind kindOfStatus(int httpStatus, const QString& type, const QString& code)
{
    if (type == QLatin1String("idempotency_error") && code != QLatin1String("idempotency_key_in_use")) {
        return ErrorKind::Idempotency;
    }
    if (code == QLatin1String("lock_timeout") || code == QLatin1String("idempotency_key_in_use")) {
        return ErrorKind::Conflict;
    }
    if (code == QLatin1String("rate_limit")) {
        return ErrorKind::RateLimited;
    }
    switch (httpStatus) {
    case 401:
        return ErrorKind::Authentication;
    case 402:
        return ErrorKind::CardDeclined;
    case 403:
        return ErrorKind::Permission;
    case 404:
        return ErrorKind::NotFound;
    case 409:
        return ErrorKind::Conflict;
    case 429:
        return ErrorKind::RateLimited;
    default:
        return httpStatus >= 500 ? ErrorKind::Server : ErrorKind::InvalidRequest;
    }
}

/// "Having the 'rak_customer_read' permission would allow this request to continue."
QString permissionIn(const QString& message)
{
    static const QRegularExpression name(QStringLiteral("\\brak_[a-z0-9_]+"));
    return name.match(message).captured();
}

void readErrorObject(QByteArrayView text, Error* error, QString* message)
{
    Result<Document> document = Document::read(text);
    Result<od::object> root = document ? document->root() : Result<od::object>(fail(document.error()));
    if (!root) {
        return;
    }
    Reader reader;
    reader.fields(*root, [&](std::string_view outer, od::value value) {
        if (outer != "error" || !Reader::isObject(value)) {
            return;
        }
        reader.object("error", value, [&](std::string_view key, od::value inner) {
            if (key == "type") {
                reader.shownText(inner, &error->stripeType);
            } else if (key == "code") {
                reader.shownText(inner, &error->code);
            } else if (key == "decline_code") {
                reader.shownText(inner, &error->declineCode);
            } else if (key == "param") {
                reader.shownText(inner, &error->param);
            } else if (key == "message") {
                reader.shownText(inner, message);
            }
        });
    });
}

} // namespace

Error parseError(int httpStatus, QByteArrayView text, const QString& requestId)
{
    Error error;
    QString message;
    readErrorObject(text, &error, &message);
    error.httpStatus = httpStatus;
    error.requestId = requestId;
    error.kind = kindOfStatus(httpStatus, error.stripeType, error.code);
    if (error.kind == ErrorKind::Permission) {
        error.permission = permissionIn(message);
    }
    // Stripe's message may quote the key or an address.
    error.message = message.isEmpty() ? QStringLiteral("Stripe answered with HTTP status %1 and no reason that could be read.").arg(httpStatus) : log::redacted(message);
    return error;
}

Result<QByteArray> eventObjectJson(QByteArrayView eventJson, JsonText text)
{
    Result<Document> document = text == JsonText::Checked ? Document::readChecked(eventJson) : Document::read(eventJson);
    if (!document) {
        return fail(document.error());
    }
    Result<od::object> root = document->root();
    if (!root) {
        return fail(root.error());
    }
    Reader reader;
    QByteArray found;
    reader.fields(*root, [&](std::string_view key, od::value value) {
        if (key == "object") {
            json::objectName(reader, value, "event");
        } else if (key == "data") {
            reader.object("data", value, [&](std::string_view inner, od::value field) {
                od::object object;
                std::string_view raw;
                if (inner == "object" && Reader::isObject(field) && field.get_object().get(object) == simdjson::SUCCESS
                    && object.raw_json().get(raw) == simdjson::SUCCESS) {
                    found = QByteArray(raw.data(), static_cast<qsizetype>(raw.size()));
                }
            });
        }
    });
    if (reader.ok() && found.isEmpty()) {
        reader.refuse("data.object", "there");
    }
    if (!reader.ok()) {
        return unusable("event", reader.fault());
    }
    return found;
}

std::optional<bool> livemodeOf(QByteArrayView text)
{
    Result<Document> document = Document::read(text);
    Result<od::object> root = document ? document->root() : Result<od::object>(fail(document.error()));
    if (!root) {
        return std::nullopt;
    }
    Reader reader;
    std::optional<bool> found;
    reader.fields(*root, [&](std::string_view key, od::value value) {
        bool live = false;
        if (key == "livemode" && reader.flag("livemode", value, &live)) {
            found = live;
        }
    });
    return found;
}

template Result<Customer> parseObject<Customer>(QByteArrayView, JsonText);
template Result<Subscription> parseObject<Subscription>(QByteArrayView, JsonText);
template Result<SubscriptionItem> parseObject<SubscriptionItem>(QByteArrayView, JsonText);
template Result<Price> parseObject<Price>(QByteArrayView, JsonText);
template Result<Product> parseObject<Product>(QByteArrayView, JsonText);
template Result<Invoice> parseObject<Invoice>(QByteArrayView, JsonText);
template Result<InvoiceLine> parseObject<InvoiceLine>(QByteArrayView, JsonText);
template Result<PaymentIntent> parseObject<PaymentIntent>(QByteArrayView, JsonText);
template Result<InvoiceItem> parseObject<InvoiceItem>(QByteArrayView, JsonText);
template Result<InvoicePayment> parseObject<InvoicePayment>(QByteArrayView, JsonText);
template Result<Charge> parseObject<Charge>(QByteArrayView, JsonText);
template Result<Refund> parseObject<Refund>(QByteArrayView, JsonText);
template Result<CreditNote> parseObject<CreditNote>(QByteArrayView, JsonText);
template Result<BalanceTransaction> parseObject<BalanceTransaction>(QByteArrayView, JsonText);
template Result<SubscriptionSchedule> parseObject<SubscriptionSchedule>(QByteArrayView, JsonText);
template Result<PaymentMethod> parseObject<PaymentMethod>(QByteArrayView, JsonText);
template Result<Event> parseObject<Event>(QByteArrayView, JsonText);
template Result<Balance> parseObject<Balance>(QByteArrayView, JsonText);
template Result<Account> parseObject<Account>(QByteArrayView, JsonText);
template Result<Coupon> parseObject<Coupon>(QByteArrayView, JsonText);
template Result<Discount> parseObject<Discount>(QByteArrayView, JsonText);

template Result<Page<Customer>> parsePage<Customer>(QByteArrayView, JsonText);
template Result<Page<Subscription>> parsePage<Subscription>(QByteArrayView, JsonText);
template Result<Page<SubscriptionItem>> parsePage<SubscriptionItem>(QByteArrayView, JsonText);
template Result<Page<Price>> parsePage<Price>(QByteArrayView, JsonText);
template Result<Page<Product>> parsePage<Product>(QByteArrayView, JsonText);
template Result<Page<Invoice>> parsePage<Invoice>(QByteArrayView, JsonText);
template Result<Page<InvoiceLine>> parsePage<InvoiceLine>(QByteArrayView, JsonText);
template Result<Page<PaymentIntent>> parsePage<PaymentIntent>(QByteArrayView, JsonText);
template Result<Page<InvoiceItem>> parsePage<InvoiceItem>(QByteArrayView, JsonText);
template Result<Page<InvoicePayment>> parsePage<InvoicePayment>(QByteArrayView, JsonText);
template Result<Page<Charge>> parsePage<Charge>(QByteArrayView, JsonText);
template Result<Page<Refund>> parsePage<Refund>(QByteArrayView, JsonText);
template Result<Page<CreditNote>> parsePage<CreditNote>(QByteArrayView, JsonText);
template Result<Page<BalanceTransaction>> parsePage<BalanceTransaction>(QByteArrayView, JsonText);
template Result<Page<SubscriptionSchedule>> parsePage<SubscriptionSchedule>(QByteArrayView, JsonText);
template Result<Page<PaymentMethod>> parsePage<PaymentMethod>(QByteArrayView, JsonText);
template Result<Page<Event>> parsePage<Event>(QByteArrayView, JsonText);
template Result<Page<Coupon>> parsePage<Coupon>(QByteArrayView, JsonText);
template Result<Page<Discount>> parsePage<Discount>(QByteArrayView, JsonText);

} // namespace ch::stripe

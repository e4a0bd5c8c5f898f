// SPDX-License-Identifier: GPL-3.0-or-later
// The layer between simdjson and Parse: a document that is checked whole before anything is read from it, and readers of single fields
// which keep the first fault. Private to Parse*.cpp: no other file includes it, nor simdjson.
//
// Two kinds of fields: those a figure or a decision rests on (ids, states, amounts, times) make the answer unusable when their type is
// wrong; those that are only shown keep their default. null and absent are the same. One thread an object; buffers are the thread's.
#pragma once

#include "base/Error.h"
#include "stripe/Objects.h"

#include <QByteArray>
#include <QByteArrayView>
#include <optional>
#include <simdjson.h>
#include <vector>
#include <string_view>

namespace ch::stripe::json {

namespace od = simdjson::ondemand;

/// A whole JSON text: valid to its last byte (else Protocol), without white space outside strings. Valid until the next one of its thread.
class Document {
public:
    [[nodiscard]] static Result<Document> read(QByteArrayView text);
    /// Of a text that read has made compact before.
    [[nodiscard]] static Result<Document> readChecked(QByteArrayView compact);

    /// The outermost object; Protocol when the text is something else. Once a document.
    [[nodiscard]] Result<od::object> root();
    [[nodiscard]] QByteArrayView compact() const { return m_compact; }

private:
    [[nodiscard]] static Result<Document> begin(od::parser& parser, const std::vector<char>& padded, size_t size);

    QByteArrayView m_compact;
    od::document m_document;
};

/// Reads fields. After a fault, further calls do nothing and fault() tells what was wrong.
class Reader {
public:
    [[nodiscard]] bool ok() const { return m_fault.isEmpty(); }
    [[nodiscard]] const QString& fault() const { return m_fault; }
    void refuse(std::string_view field, const char* expected);

    /// Calls visit(key, value) for each field of an object; not for null. Anything else: refused.
    template <typename Visit>
    void object(std::string_view field, od::value value, Visit visit)
    {
        od::json_type type = od::json_type::null;
        if (!ok() || value.type().get(type) != simdjson::SUCCESS || type == od::json_type::null) {
            return;
        }
        od::object found;
        if (type != od::json_type::object || value.get_object().get(found) != simdjson::SUCCESS) {
            refuse(field, "an object");
            return;
        }
        fields(found, visit);
    }

    template <typename Visit>
    void fields(od::object found, Visit visit)
    {
        for (auto next : found) {
            od::field entry;
            std::string_view key;
            if (!ok() || std::move(next).get(entry) != simdjson::SUCCESS || entry.unescaped_key().get(key) != simdjson::SUCCESS) {
                break;
            }
            visit(key, entry.value());
        }
    }

    /// Calls visit(value) for each element of an array; not for null. Anything else: refused.
    template <typename Visit>
    void array(std::string_view field, od::value value, Visit visit)
    {
        od::json_type type = od::json_type::null;
        if (!ok() || value.type().get(type) != simdjson::SUCCESS || type == od::json_type::null) {
            return;
        }
        od::array found;
        if (type != od::json_type::array || value.get_array().get(found) != simdjson::SUCCESS) {
            refuse(field, "an array");
            return;
        }
        for (auto next : found) {
            od::value element;
            if (!ok() || std::move(next).get(element) != simdjson::SUCCESS) {
                break;
            }
            visit(element);
        }
    }

    // Needed: a wrong type is a fault. They return false when the value is null, or after a fault.
    bool text(std::string_view field, od::value value, QString* out);
    bool integer(std::string_view field, od::value value, qint64* out);
    bool integer(std::string_view field, od::value value, std::optional<qint64>* out);
    bool smallInteger(std::string_view field, od::value value, int* out);
    bool flag(std::string_view field, od::value value, bool* out);
    /// A decimal, sent as a string or as a number: its text, unchanged.
    bool decimal(std::string_view field, od::value value, QString* out);
    /// An id, or the object that it stands for when it was expanded.
    bool id(std::string_view field, od::value value, QString* out);
    void currency(std::string_view field, od::value value, CurrencyCode* out);

    // Shown only: a wrong type leaves the default.
    void shownText(od::value value, QString* out);
    void shownFlag(od::value value, bool* out);
    void metadata(od::value value, Metadata* out);

    [[nodiscard]] static bool isString(od::value value);
    [[nodiscard]] static bool isObject(od::value value);

private:
    bool present(od::value value, od::json_type* type);
    QString m_fault;
};

[[nodiscard]] inline QString toText(std::string_view text) { return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())); }

// One reader a type, for Parse's templates. They read what the object holds and settle older shapes against newer ones.
void read(Reader& reader, od::object object, Customer* out);
void read(Reader& reader, od::object object, Subscription* out);
void read(Reader& reader, od::object object, SubscriptionItem* out);
void read(Reader& reader, od::object object, Price* out);
void read(Reader& reader, od::object object, Product* out);
void read(Reader& reader, od::object object, Invoice* out);
void read(Reader& reader, od::object object, InvoiceLine* out);
void read(Reader& reader, od::object object, PaymentIntent* out);
void read(Reader& reader, od::object object, InvoiceItem* out);
void read(Reader& reader, od::object object, InvoicePayment* out);
void read(Reader& reader, od::object object, Charge* out);
void read(Reader& reader, od::object object, Refund* out);
void read(Reader& reader, od::object object, CreditNote* out);
void read(Reader& reader, od::object object, BalanceTransaction* out);
void read(Reader& reader, od::object object, SubscriptionSchedule* out);
void read(Reader& reader, od::object object, PaymentMethod* out);
void read(Reader& reader, od::object object, Event* out);
void read(Reader& reader, od::object object, Balance* out);
void read(Reader& reader, od::object object, Account* out);
void read(Reader& reader, od::object object, Coupon* out);
void read(Reader& reader, od::object object, Discount* out);

/// The value of "object", which must be name where it is there.
void objectName(Reader& reader, od::value value, std::string_view name);

/// discounts (ids or objects) into both lists of an owner.
void readDiscounts(Reader& reader, od::value value, QList<Discount>* whole, QStringList* ids);
/// The single "discount" of older shapes, unless discounts held it already.
void addOlderDiscount(const std::optional<Discount>& older, QList<Discount>* whole, QStringList* ids);
void readTaxRates(Reader& reader, od::value value, std::vector<TaxRate>* out);

} // namespace ch::stripe::json

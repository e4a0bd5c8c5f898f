// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Prepacked.h"

#include "store/RawPack.h"
#include "store/Text.h"
#include "store/WriterPrivate.h"

namespace ch::store {

namespace {

constexpr char kMethodField[] = "default_payment_method";
constexpr char kMethodSettings[] = "invoice_settings"; // a customer has it there

std::optional<PartedJson> partedField(const QByteArray& owner)
{
    const std::optional<QByteArray> method = jsonField(owner, kMethodField);
    const std::optional<QByteArray> id = method && method->startsWith('{') ? jsonField(*method, "id") : std::nullopt;
    if (!id) {
        return std::nullopt;
    }
    return PartedJson{withJsonField(owner, kMethodField, *id).value_or(owner), *method};
}

} // namespace

std::optional<PartedJson> partedJson(const QByteArray& json)
{
    if (!json.contains("\"default_payment_method\":{")) {
        return std::nullopt; // of nearly all: by its id alone, or none
    }
    if (std::optional<PartedJson> parted = partedField(json)) {
        return parted;
    }
    const std::optional<QByteArray> settings = jsonField(json, kMethodSettings);
    std::optional<PartedJson> parted = settings && settings->startsWith('{') ? partedField(*settings) : std::nullopt;
    if (parted) {
        parted->owner = withJsonField(json, kMethodSettings, parted->owner).value_or(json);
    }
    return parted;
}

void Prepacked::add(const char* table, const QByteArray& json)
{
    try {
        QByteArray kept = json;
        if (qstrcmp(table, "subscriptions") == 0 || qstrcmp(table, "customers") == 0) {
            if (std::optional<PartedJson> parted = partedJson(json)) {
                kept = parted->owner;
                m_packed.insert(writing::digestOf(parted->paymentMethod), packedJson("payment_methods", parted->paymentMethod));
                m_parted.insert(writing::digestOf(json), *std::move(parted));
            }
        }
        m_packed.insert(writing::digestOf(kept), packedJson(table, kept));
    } catch (const SQLite::Exception&) {
        return; // of the size, and nothing else: it is refused where it would be written
    }
}

std::optional<PartedJson> Prepacked::parted(const QByteArray& digest) const
{
    const auto found = m_parted.constFind(digest);
    return found == m_parted.cend() ? std::nullopt : std::optional<PartedJson>(*found);
}

} // namespace ch::store

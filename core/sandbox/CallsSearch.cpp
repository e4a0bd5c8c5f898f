// SPDX-License-Identifier: GPL-3.0-or-later
// Searches walk a table newest first and see each row as it was before the indexing delay. Where a clause asks for a whole email or a whole
// metadata value, a hash made at the first such search names the rows to look at, and those that changed since are looked at too.
#include "sandbox/Calls.h"
#include "sandbox/SearchFields.h"
#include "sandbox/SearchQuery.h"

namespace ch::sandbox {

namespace calls_search {

using Op = Clause::Op;

QByteArray folded(const QByteArray& text)
{
    return QString::fromUtf8(text).toCaseFolded().toUtf8();
}

template <typename T>
struct Test {
    Clause clause;
    const SearchField<T>* field = nullptr; ///< none: metadata
    QByteArray text;                       ///< of the clause, folded
    qint64 number = 0;
};

std::optional<QByteArray> metadataOf(const Metadata& metadata, const QByteArray& key)
{
    for (const auto& pair : metadata) {
        if (pair.first == key)
            return pair.second;
    }
    return std::nullopt;
}

template <typename T>
bool passes(const State& s, const Test<T>& test, const T& row)
{
    const auto value = test.field ? test.field->value(s, row) : metadataOf(row.metadata, test.clause.key);
    const auto fits = [&] {
        if (test.clause.op == Op::Null || !value)
            return test.clause.op == Op::Null && !value;
        if (test.field && test.field->type == FieldType::Number) {
            const qint64 number = value->toLongLong();
            switch (test.clause.op) {
            case Op::Greater: return number > test.number;
            case Op::Less: return number < test.number;
            case Op::AtLeast: return number >= test.number;
            case Op::AtMost: return number <= test.number;
            case Op::Equal:
            case Op::Contains:
            case Op::Null: return number == test.number;
            }
        }
        return test.clause.op == Op::Contains ? folded(*value).contains(test.text) : folded(*value) == test.text;
    };
    return fits() != test.clause.negated;
}

Fault refused(const QByteArray& message)
{
    return invalid(message, "query");
}

template <typename T>
tl::expected<Test<T>, Fault> testOf(const Clause& clause, const char* resource)
{
    Test<T> test{clause, nullptr, folded(clause.value), 0};
    FieldType type = FieldType::Token;
    if (clause.field != "metadata") {
        for (const SearchField<T>& field : searchFields(static_cast<const T*>(nullptr))) {
            if (clause.field == field.name)
                test.field = &field;
        }
        if (!test.field)
            return tl::unexpected(refused("Field `" + clause.field + "` is an unsupported search field for resource `" + resource
                                          + "`. See http://stripe.com/docs/search#query-fields-for-" + QByteArray(resource).replace('_', '-')
                                          + " for a list of supported fields."));
        type = test.field->type;
    }
    const bool ordered = clause.op != Op::Equal && clause.op != Op::Null && clause.op != Op::Contains;
    if ((ordered && type != FieldType::Number) || (clause.op == Op::Contains && type != FieldType::Text))
        return tl::unexpected(refused("Field `" + clause.field + "` does not support the operator `" + (clause.op == Op::Contains ? "~" : "<, >, <= or >=") + "`."));
    if (clause.op == Op::Contains && QString::fromUtf8(clause.value).size() < 3)
        return tl::unexpected(refused("Substring matches need at least 3 characters, but the value for `" + clause.field + "` has fewer."));
    if (clause.op == Op::Null)
        return test;
    if (type == FieldType::Number) {
        const auto number = wholeNumber(clause.value);
        if (!number)
            return tl::unexpected(refused("Field `" + clause.field + "` takes numbers, not `" + clause.value + "`."));
        test.number = *number;
    } else if (type == FieldType::Boolean && test.text != "true" && test.text != "false") {
        return tl::unexpected(refused("Field `" + clause.field + "` takes true or false, not `" + clause.value + "`."));
    } else if (type != FieldType::Boolean && !clause.quoted) {
        return tl::unexpected(refused("Values of field `" + clause.field + "` must be in quotation marks."));
    }
    return test;
}

/// Whether a hash can name the rows: email, or a metadata value, as a whole.
template <typename T>
QByteArray hashName(const Test<T>& test)
{
    if (test.clause.op != Op::Equal || test.clause.negated)
        return {};
    return !test.field ? "metadata " + test.clause.key : test.clause.field == "email" ? QByteArray("email") : QByteArray();
}

template <typename T>
const std::vector<Index>* candidates(const State& s, const Table<T>& table, SearchHashes& hashes, const std::vector<Test<T>>& tests, std::vector<Index>* room)
{
    constexpr size_t kTouched = 20000; // then the hashes are made anew
    const auto hashed = std::find_if(tests.begin(), tests.end(), [](const Test<T>& test) { return !hashName(test).isEmpty(); });
    if (hashed == tests.end() || !table.past())
        return nullptr;
    if (table.past()->touched().size() > kTouched) {
        hashes.clear();
        table.past()->unwatch();
    }
    const QByteArray name = hashName(*hashed);
    if (hashes.isEmpty())
        table.past()->watch();
    auto hash = hashes.find(name);
    if (hash == hashes.end()) {
        hash = hashes.insert(name, {});
        const Candidates rows = table.order();
        for (size_t i = 0; i < rows.size(); ++i) {
            const Index index = rows[i];
            const auto value = hashed->field ? hashed->field->value(s, table[index]) : metadataOf(table[index].metadata, hashed->clause.key);
            if (value)
                (*hash)[folded(*value)].push_back(index);
        }
    }
    *room = hash->value(hashed->text);
    const std::vector<Index>& touched = table.past()->touched();
    room->insert(room->end(), touched.begin(), touched.end());
    std::sort(room->begin(), room->end(), [&table](Index a, Index b) { return table.before(a, b); });
    room->erase(std::unique(room->begin(), room->end()), room->end());
    return room;
}

bool hidden(const Customer& row) { return row.deleted; }
bool hidden(const Product& row) { return row.deleted; }
bool hidden(const Price& row) { return row.inlineMade; }
bool hidden(const Row&) { return false; }

/// Where the next page begins: after which row of which query.
QByteArray pageToken(const QByteArray& query, Index last)
{
    quint64 sum = 14695981039346656037ULL;
    for (const char c : query)
        sum = (sum ^ static_cast<quint8>(c)) * 1099511628211ULL;
    return (QByteArray::number(sum, 16).rightJustified(16, '0') + QByteArray::number(last)).toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

Index pageStart(const QByteArray& query, const QByteArray& token)
{
    bool whole = false;
    const Index index = QByteArray::fromBase64(token, QByteArray::Base64UrlEncoding).mid(16).toUInt(&whole);
    return whole && pageToken(query, index) == token ? index : kNone;
}

} // namespace calls_search

template <typename T>
Answer Calls::search(const Call& call, Kind kind, const Table<T>& table, const char* resource) const
{
    using namespace calls_search;
    const QByteArray text = call.params.text("query"), page = call.params.text("page");
    const auto query = SearchQuery::parse(text);
    if (!query)
        return tl::unexpected(refused(query.error()));
    std::vector<Test<T>> tests;
    for (const Clause& clause : query->clauses) {
        const auto test = testOf<T>(clause, resource);
        if (!test)
            return tl::unexpected(test.error());
        tests.push_back(*test);
    }
    const auto keep = [&](Index index) {
        const T* row = table.asOf(index, s.now - s.searchDelay);
        if (!row || hidden(*row) || hidden(table[index]))
            return false;
        const auto passed = [&](const Test<T>& test) { return passes(s, test, *row); };
        return query->any ? std::any_of(tests.begin(), tests.end(), passed) : std::all_of(tests.begin(), tests.end(), passed);
    };
    std::vector<Index> room;
    const std::vector<Index>* named = query->any && tests.size() > 1 ? nullptr : candidates(s, table, s.searchHashes[kind], tests, &room);
    const Candidates rows = named ? Candidates(*named) : table.order();
    size_t from = rows.size();
    if (!page.isEmpty()) {
        const Index last = pageStart(text, page);
        if (last == kNone || !table.holds(last))
            return tl::unexpected(invalid("Invalid page token: use the next_page of a search with the same query.", "page"));
        from = named ? static_cast<size_t>(std::lower_bound(room.begin(), room.end(), last, [&table](Index a, Index b) { return table.before(a, b); }) - room.begin())
                     : table.positions().position(last, table.created(last));
    }
    const auto limit = static_cast<size_t>(call.params.number("limit", 10));
    std::vector<Index> found;
    for (size_t i = call.otherMode ? 0 : from; i > 0 && found.size() <= limit; --i) {
        if (keep(rows[i - 1]))
            found.push_back(rows[i - 1]);
    }
    const bool more = found.size() > limit;
    if (more)
        found.pop_back();
    Json json(static_cast<int>(found.size()) * 2048 + 128);
    json.object().text("object", "search_result").array("data");
    for (const Index row : found)
        json.raw(nullptr, m_render.object(kind, row, call.each()));
    json.endArray().boolean("has_more", more).textOrNull("next_page", more ? pageToken(text, found.back()) : QByteArray());
    if (call.expand.child("total_count")) {
        qint64 count = 0;
        for (size_t i = 0; i < rows.size() && !call.otherMode; ++i)
            count += keep(rows[i]);
        json.number("total_count", count);
    }
    return json.text("url", call.path).endObject().take();
}

Answer Calls::searchCustomers(const Call& call) { return search(call, Kind::Customer, s.customers, "customers"); }
Answer Calls::searchSubscriptions(const Call& call) { return search(call, Kind::Subscription, s.subscriptions, "subscriptions"); }
Answer Calls::searchInvoices(const Call& call) { return search(call, Kind::Invoice, s.invoices, "invoices"); }
Answer Calls::searchPrices(const Call& call) { return search(call, Kind::Price, s.prices, "prices"); }
Answer Calls::searchProducts(const Call& call) { return search(call, Kind::Product, s.products, "products"); }
Answer Calls::searchCharges(const Call& call) { return search(call, Kind::Charge, s.charges, "charges"); }
Answer Calls::searchIntents(const Call& call) { return search(call, Kind::PaymentIntent, s.intents, "payment_intents"); }

} // namespace ch::sandbox

// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/TableFilters.h"

#include "store/TableColumns.h"
#include "store/TableOrders.h"
#include "store/Text.h"

#include <QtNumeric>
#include <algorithm>
#include <array>
#include <charconv>
#include <sqlite3.h>

namespace ch::store {

namespace {

constexpr char kMetadataPrefix[] = "metadata:";
constexpr size_t kWholeDigits = 15; ///< a longer run of digits is a name

std::string_view filterText(sqlite3_value* value)
{
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    return text == nullptr ? std::string_view() : std::string_view(text, static_cast<size_t>(sqlite3_value_bytes(value)));
}

void filterFold(sqlite3_context* context, int, sqlite3_value** values)
{
    const std::string_view text = filterText(values[0]);
    if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
        std::string lower(text);
        std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        sqlite3_result_text(context, lower.data(), static_cast<int>(lower.size()), SQLITE_TRANSIENT);
        return;
    }
    const QByteArray bytes = folded(QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()))).toUtf8();
    sqlite3_result_text(context, bytes.constData(), static_cast<int>(bytes.size()), SQLITE_TRANSIENT);
}

/// The value of the line "key=..." of a searched text (MirrorWriter's searchText), as a number where it is one.
void filterMetadata(sqlite3_context* context, int, sqlite3_value** values)
{
    const std::string_view all = filterText(values[0]);
    const std::string_view key = filterText(values[1]);
    for (size_t at = all.find(key); at != std::string_view::npos && !key.empty(); at = all.find(key, at + 1)) {
        const size_t after = at + key.size();
        if ((at != 0 && all[at - 1] != '\n') || after >= all.size() || all[after] != '=') {
            continue;
        }
        const std::string_view value = all.substr(after + 1, std::min(all.find('\n', after), all.size()) - after - 1);
        qint64 number = 0;
        const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), number);
        const bool isWhole = code == std::errc() && end == value.data() + value.size() && value.size() <= kWholeDigits && (value.size() == 1 || value.front() != '0');
        if (isWhole) {
            sqlite3_result_int64(context, number);
        } else {
            sqlite3_result_text(context, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
        }
        return;
    }
    sqlite3_result_null(context);
}

/// Digits after the point by a currency's code, remembered: a filter of a million rows asks for three of them.
class FilterExponents {
public:
    int of(std::string_view code)
    {
        const size_t at = code.size() == 3 ? (static_cast<size_t>(code[0]) * 31 + static_cast<size_t>(code[1]) * 7 + static_cast<size_t>(code[2])) % m_known.size() : 0;
        Known& known = m_known[at];
        if (known.exponent < 0 || known.code != code) {
            known = {std::string(code), currencyExponent(QString::fromLatin1(code.data(), static_cast<qsizetype>(code.size())))};
        }
        return known.exponent;
    }

private:
    struct Known {
        std::string code;
        int exponent = -1;
    };
    std::array<Known, 256> m_known;
};

void filterThousandths(sqlite3_context* context, int, sqlite3_value** values)
{
    if (sqlite3_value_type(values[0]) == SQLITE_NULL) {
        sqlite3_result_null(context);
        return;
    }
    const int exponent = static_cast<FilterExponents*>(sqlite3_user_data(context))->of(filterText(values[1]));
    const qint64 minor = sqlite3_value_int64(values[0]);
    qint64 thousandths = 0;
    if (qMulOverflow(minor, qint64(exponent == 0 ? 1000 : exponent == 2 ? 10 : 1), &thousandths)) {
        thousandths = minor > 0 ? std::numeric_limits<qint64>::max() : std::numeric_limits<qint64>::min();
    }
    sqlite3_result_int64(context, thousandths);
}

tl::unexpected<Error> filterUnfit(const QString& key)
{
    return fail(ErrorKind::InvalidInput, QStringLiteral("The column \"%1\" holds text: it cannot be filtered by a range.").arg(key));
}

/// A column in a condition: its SQL, and what that binds.
struct FilterValue {
    std::string sql;
    std::vector<TableBind> binds;
    CellKind kind = CellKind::Text;
    std::string currency;
    bool ofCustomer = false;
    bool isSearched = false;    ///< it is part of the searched text
    bool isMetadata = false;
    bool ofAnyRow = false;
};

FilterValue filterValue(Table table, const QString& key)
{
    if (const std::optional<QString> metadataKey = metadataKeyOf(key)) {
        return {*tableMetadataValue(table), {folded(*metadataKey)}, CellKind::Text, {}, false, true, true, false};
    }
    const TableColumn* column = tableColumn(table, key);
    FilterValue value{column->value, {}, column->spec.kind, {}, column->ofCustomer != nullptr, false, false, column->isIndexed};
    if (column->spec.currencyKey) {
        value.currency = tableColumn(table, QString::fromLatin1(column->spec.currencyKey))->value;
    }
    static const QStringList kSearched = {QStringLiteral("name"), QStringLiteral("email"), QStringLiteral("business_id"), QStringLiteral("customer_id"),
                                          QStringLiteral("subscription_id")};
    value.isSearched = kSearched.contains(key);
    return value;
}

std::string filterAsText(const FilterValue& value)
{
    return "coalesce(CAST(" + value.sql + " AS TEXT), '')";
}

TableCondition filterOneOf(const FilterValue& value, const QStringList& values)
{
    std::string marks;
    TableCondition condition{{}, value.binds, value.ofCustomer, value.ofAnyRow, {}};
    for (const QString& one : values) {
        marks += marks.empty() ? "?" : ", ?";
        condition.binds.emplace_back(value.isMetadata ? folded(one) : one);
    }
    condition.sql = filterAsText(value) + " IN (" + marks + ")";
    if (value.isSearched && values.size() == 1 && !values.first().isEmpty()) {
        condition.word = value.isMetadata ? std::get<QString>(value.binds.front()) + QLatin1Char('=') + folded(values.first()) : folded(values.first());
    }
    return condition;
}

TableCondition filterContains(const FilterValue& value, const QString& text)
{
    TableCondition condition{"instr(ch_fold(" + filterAsText(value) + "), ?) > 0", value.binds, value.ofCustomer, value.ofAnyRow, {}};
    condition.binds.emplace_back(folded(text));
    condition.word = value.isSearched ? folded(text) : QString();
    return condition;
}

std::optional<TableCondition> filterRange(const FilterValue& value, const ColumnFilter& filter)
{
    const bool isNumber = value.kind == CellKind::Time || value.kind == CellKind::Count || value.kind == CellKind::Amount || value.isMetadata;
    if (!isNumber) {
        return std::nullopt;
    }
    const std::string number = value.kind == CellKind::Amount ? "ch_thousandths(" + value.sql + ", " + value.currency + ")" : value.sql;
    TableCondition condition{{}, {}, value.ofCustomer, value.ofAnyRow, {}};
    const auto add = [&](const std::string& sql, const std::optional<qint64>& bound) {
        condition.sql += (condition.sql.empty() ? "" : " AND ") + sql;
        condition.binds.insert(condition.binds.end(), value.binds.begin(), value.binds.end());
        if (bound) {
            condition.binds.emplace_back(*bound);
        }
    };
    add(value.isMetadata ? "typeof(" + number + ") = 'integer'" : number + " IS NOT NULL", std::nullopt);
    if (filter.from) {
        add(number + " >= ?", filter.from);
    }
    if (filter.to) {
        add(number + " <= ?", filter.to);
    }
    return condition;
}

Result<TableCondition> filterCondition(Table table, const ColumnFilter& filter)
{
    if (const Status isThere = checkTableColumn(table, filter.columnKey); !isThere) {
        return fail(isThere.error());
    }
    const FilterValue value = filterValue(table, filter.columnKey);
    switch (filter.kind) {
    case ColumnFilter::Kind::Contains: return filterContains(value, filter.text);
    case ColumnFilter::Kind::OneOf: return filterOneOf(value, filter.values);
    case ColumnFilter::Kind::Missing: return TableCondition{filterAsText(value) + " = ''", value.binds, value.ofCustomer, value.ofAnyRow, {}};
    case ColumnFilter::Kind::Present: return TableCondition{filterAsText(value) + " <> ''", value.binds, value.ofCustomer, value.ofAnyRow, {}};
    case ColumnFilter::Kind::Range: break;
    }
    std::optional<TableCondition> range = filterRange(value, filter);
    return range ? Result<TableCondition>(*std::move(range)) : filterUnfit(filter.columnKey);
}

} // namespace

QString metadataColumn(const QString& metadataKey)
{
    return QLatin1String(kMetadataPrefix) + metadataKey;
}

std::optional<QString> metadataKeyOf(const QString& columnKey)
{
    const QLatin1String prefix(kMetadataPrefix);
    return columnKey.startsWith(prefix) ? std::optional<QString>(columnKey.mid(prefix.size())) : std::nullopt;
}

QStringList tableWords(const QString& text)
{
    return folded(text).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

std::optional<std::string> tableMetadataValue(Table table)
{
    if (table == Table::Invoices) {
        return std::nullopt;
    }
    return "ch_metadata(" + tableShape(table, false).searched.front() + ", ?)";
}

Result<std::vector<TableCondition>> tableConditions(Table table, const TableFilter& filter)
{
    std::vector<ColumnFilter> all = filter.columns;
    for (const auto& [key, value] : filter.equals) {
        all.push_back({key, ColumnFilter::Kind::OneOf, {}, {value}, {}, {}});
    }
    std::vector<TableCondition> conditions;
    for (const ColumnFilter& one : all) {
        Result<TableCondition> condition = filterCondition(table, one);
        if (!condition) {
            return fail(condition.error());
        }
        conditions.push_back(*std::move(condition));
    }
    return conditions;
}

Result<TableCondition> tableWhere(Table table, const TableShape& shape, const TableFilter& filter)
{
    TableCondition where{"(" + shape.where + ")", {}, false, false, {}};
    // Each word must be there, in whatever field: "acme past" finds what holds both.
    for (const QString& word : tableWords(filter.text)) {
        std::string any;
        for (const std::string& column : shape.searched) {
            any += (any.empty() ? "instr(" : " OR instr(") + column + ", ?) > 0";
            where.binds.emplace_back(word);
        }
        where.sql += " AND (" + any + ")";
    }
    const Result<std::vector<TableCondition>> conditions = tableConditions(table, filter);
    if (!conditions) {
        return fail(conditions.error());
    }
    for (const TableCondition& condition : *conditions) {
        where.sql += " AND (" + condition.sql + ")";
        where.binds.insert(where.binds.end(), condition.binds.begin(), condition.binds.end());
    }
    if (!filter.customerId.isEmpty() && table == Table::Businesses) {
        where.sql += " AND (t.customer_id = ? OR t.business_id = (SELECT nullif(business_id, '') FROM customers WHERE id = ?))";
        where.binds.insert(where.binds.end(), {filter.customerId, filter.customerId});
    } else if (!filter.customerId.isEmpty()) {
        where.sql += " AND " + shape.customer + " = ?";
        where.binds.emplace_back(filter.customerId);
    }
    return where;
}

void tableBind(Query& query, const std::vector<TableBind>& binds)
{
    for (const TableBind& bind : binds) {
        std::visit([&query](const auto& value) { query.bind(value); }, bind);
    }
}

void addTableFunctions(Database& db)
{
    sqlite3* handle = db.handle().getHandle();
    constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    sqlite3_create_function_v2(handle, "ch_fold", 1, kFlags, nullptr, &filterFold, nullptr, nullptr, nullptr);
    sqlite3_create_function_v2(handle, "ch_metadata", 2, kFlags, nullptr, &filterMetadata, nullptr, nullptr, nullptr);
    sqlite3_create_function_v2(handle, "ch_thousandths", 2, kFlags, new FilterExponents, &filterThousandths, nullptr, nullptr,
        [](void* exponents) { delete static_cast<FilterExponents*>(exponents); });
}

} // namespace ch::store

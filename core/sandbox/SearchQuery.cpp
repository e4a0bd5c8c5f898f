// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/SearchQuery.h"

#include <optional>

namespace ch::sandbox {

namespace search_query {

const char kUnreadable[] = "We were unable to parse your search query. Try using the format `metadata[\"key\"]:\"value\"` to query for metadata "
                           "or key:\"value\" to query for other fields.";
const char kMixed[] = "Search queries can combine clauses with AND or with OR, but not with both.";

class Reader {
public:
    explicit Reader(const QByteArray& text) : m_text(text) {}

    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    [[nodiscard]] char peek() const { return atEnd() ? '\0' : m_text.at(m_at); }
    [[nodiscard]] static bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

    bool skipBlanks()
    {
        const qsizetype from = m_at;
        while (blank(peek()))
            ++m_at;
        return m_at > from;
    }
    bool take(char c)
    {
        if (peek() != c || atEnd())
            return false;
        ++m_at;
        return true;
    }
    /// A word that ends at a blank or at the end.
    bool takeWord(const char* word)
    {
        const qsizetype size = qstrlen(word);
        const qsizetype end = m_at + size;
        if (m_text.mid(m_at, size).toUpper() != word || (end < m_text.size() && !blank(m_text.at(end))))
            return false;
        m_at = end;
        return true;
    }
    QByteArray name()
    {
        const qsizetype from = m_at;
        while ((peek() >= 'a' && peek() <= 'z') || (peek() >= 'A' && peek() <= 'Z') || (peek() >= '0' && peek() <= '9') || peek() == '_' || peek() == '.')
            ++m_at;
        return m_text.mid(from, m_at - from);
    }
    /// What stands between two quotes of one kind.
    std::optional<QByteArray> quoted()
    {
        const char quote = peek();
        if (quote != '"' && quote != '\'')
            return std::nullopt;
        QByteArray out;
        for (++m_at; !atEnd(); ++m_at) {
            if (peek() == quote) {
                ++m_at;
                return out;
            }
            if (peek() == '\\' && m_at + 1 < m_text.size())
                ++m_at;
            out += peek();
        }
        return std::nullopt;
    }
    QByteArray bare()
    {
        const qsizetype from = m_at;
        while (!atEnd() && !blank(peek()))
            ++m_at;
        return m_text.mid(from, m_at - from);
    }

private:
    QByteArray m_text;
    qsizetype m_at = 0;
};

bool readOperator(Reader& reader, Clause* clause)
{
    if (reader.take(':'))
        clause->op = Clause::Op::Equal;
    else if (reader.take('~'))
        clause->op = Clause::Op::Contains;
    else if (reader.take('>'))
        clause->op = reader.take('=') ? Clause::Op::AtLeast : Clause::Op::Greater;
    else if (reader.take('<'))
        clause->op = reader.take('=') ? Clause::Op::AtMost : Clause::Op::Less;
    else
        return false;
    return true;
}

std::optional<Clause> readClause(Reader& reader)
{
    Clause clause;
    clause.negated = reader.take('-');
    clause.field = reader.name();
    if (clause.field.isEmpty())
        return std::nullopt;
    if (reader.take('[')) {
        const auto key = reader.quoted();
        if (clause.field != "metadata" || !key || key->isEmpty() || !reader.take(']'))
            return std::nullopt;
        clause.key = *key;
    } else if (clause.field == "metadata") {
        return std::nullopt;
    }
    if (!readOperator(reader, &clause))
        return std::nullopt;
    if (const auto text = reader.quoted()) {
        clause.value = *text;
        clause.quoted = true;
    } else {
        clause.value = reader.bare();
        if (clause.value.isEmpty() || clause.value.contains('"') || clause.value.contains('\''))
            return std::nullopt;
        if (clause.op == Clause::Op::Equal && clause.value.toLower() == "null")
            clause.op = Clause::Op::Null;
    }
    return reader.atEnd() || Reader::blank(reader.peek()) ? std::optional(clause) : std::nullopt;
}

} // namespace search_query

tl::expected<SearchQuery, QByteArray> SearchQuery::parse(const QByteArray& text)
{
    using namespace search_query;
    Reader reader(text);
    SearchQuery query;
    bool all = false;
    for (;;) {
        reader.skipBlanks();
        const auto clause = readClause(reader);
        if (!clause)
            return tl::unexpected(QByteArray(kUnreadable));
        query.clauses.push_back(*clause);
        reader.skipBlanks();
        if (reader.atEnd())
            break;
        const bool either = reader.takeWord("OR");
        if (!either)
            reader.takeWord("AND"); // a blank says the same
        (either ? query.any : all) = true;
    }
    if (all && query.any)
        return tl::unexpected(QByteArray(kMixed));
    return query;
}

} // namespace ch::sandbox

// SPDX-License-Identifier: GPL-3.0-or-later
// Stripe's search query language (docs.stripe.com/search): clauses of field, operator and value, joined by AND (or a space) or by OR,
// never both; "-" negates; text in quotes, with \ before a quote inside; null asks whether there is nothing. Knows no fields. Any thread.
#pragma once

#include <QByteArray>
#include <tl/expected.hpp>
#include <vector>

namespace ch::sandbox {

struct Clause {
    enum class Op { Equal, Contains, Greater, Less, AtLeast, AtMost, Null };

    QByteArray field, key; ///< key: of metadata['key']
    QByteArray value;
    Op op = Op::Equal;
    bool negated = false, quoted = false;
};

struct SearchQuery {
    std::vector<Clause> clauses;
    bool any = false; ///< joined by OR

    /// The query, or the sentence that says why it is none.
    [[nodiscard]] static tl::expected<SearchQuery, QByteArray> parse(const QByteArray& text);
};

} // namespace ch::sandbox

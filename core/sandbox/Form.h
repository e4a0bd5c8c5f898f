// SPDX-License-Identifier: GPL-3.0-or-later
// Parameters as Stripe takes them: a[b][c]=v, a[0]=v, a[]=v, %-escapes, + as space; an empty value unsets. The tree keeps
// the order of arrival and the raw name of each value for error texts. Refuses names that clash (a=1&a[b]=2). One thread.
#pragma once

#include <QByteArray>
#include <QList>
#include <optional>

namespace ch::sandbox {

class Node {
public:
    QByteArray name;       ///< the last part of the name
    QByteArray path;       ///< the whole name as an error names it: items[0][price]
    QByteArray value;      ///< of a leaf
    bool leaf = false;
    QList<Node> children;

    [[nodiscard]] const Node* find(const char* childName) const;
    [[nodiscard]] bool has(const char* childName) const { return find(childName) != nullptr; }
    /// Text of a leaf child, empty when there is none.
    [[nodiscard]] QByteArray text(const char* childName) const;
    /// Whole number of a leaf child; fallback when absent. Validation has run before, so a number is one.
    [[nodiscard]] qint64 number(const char* childName, qint64 fallback = 0) const;
    [[nodiscard]] bool boolean(const char* childName, bool fallback = false) const;
    /// Present, and sent as "name=": unset it.
    [[nodiscard]] bool unsets(const char* childName) const;
    /// Values of an array of scalars.
    [[nodiscard]] QList<QByteArray> texts(const char* childName) const;
};

/// The whole name of a child, as an error names it.
[[nodiscard]] inline QByteArray inside(const Node& parent, const QByteArray& child)
{
    return parent.path.isEmpty() ? child : parent.path + '[' + child + ']';
}

/// The tree, or the name that clashes.
struct Form {
    Node root;
    QByteArray clash;
    bool tooMany = false; ///< more than kMostParams
    int count = 0;
};

/// Limits that keep a hostile body cheap: how many values, and how deep a name may nest (deeper: taken as a plain name).
inline constexpr int kMostParams = 2000;
inline constexpr int kDeepestName = 8;

[[nodiscard]] Form parseForm(const QByteArray& encoded);
/// Adds a second part (a body after a query) to the same tree.
void parseInto(Form& form, const QByteArray& encoded);

[[nodiscard]] std::optional<qint64> wholeNumber(const QByteArray& text);

} // namespace ch::sandbox

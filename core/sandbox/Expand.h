// SPDX-License-Identifier: GPL-3.0-or-later
// The "expand" parameter: which references an answer shows as whole objects. A table says what may be expanded in which
// object; a path outside it is refused as Stripe does, also when the list is empty. At most four levels. One thread.
#pragma once

#include <QByteArray>
#include <QList>
#include <optional>
#include <vector>

namespace ch::sandbox {

class Expand {
public:
    QByteArray name;
    std::vector<Expand> children;

    /// The wishes below a field, or nullptr when it stays an id. Safe to call on nullptr through at().
    [[nodiscard]] const Expand* child(const char* field) const;
};

[[nodiscard]] inline const Expand* below(const Expand* expand, const char* field)
{
    return expand ? expand->child(field) : nullptr;
}

struct ExpandError {
    QByteArray message;
};

/// root: the object that the endpoint returns ("subscription", "list:invoice").
[[nodiscard]] std::optional<ExpandError> parseExpand(const QList<QByteArray>& paths, const QByteArray& root, Expand* out);

} // namespace ch::sandbox

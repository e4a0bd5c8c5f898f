// SPDX-License-Identifier: GPL-3.0-or-later
// Links that show one object: countinghouse://business/ID, countinghouse://customer/ID, countinghouse://subscription/ID. They come from
// anywhere, a page on the web among others, so that they can do nothing but show: no other kind, no query, and the id is only looked up.
#pragma once

#include "base/Error.h"

#include <QString>

namespace ch::ui {

enum class LinkKind { Business, Customer, Subscription };

struct ObjectLink {
    LinkKind kind = LinkKind::Business;
    QString id;                 ///< 1 to 500 characters, none of them a control character
};

/// InvalidInput says what is wrong with it, in a sentence for people that repeats nothing of it; anything with the form of a key is refused.
[[nodiscard]] Result<ObjectLink> readObjectLink(const QString& text);
[[nodiscard]] QString objectLink(LinkKind kind, const QString& id);
/// Whether text is meant as such a link, well-formed or not.
[[nodiscard]] bool isObjectLink(const QString& text);

} // namespace ch::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// Text as the store searches, sorts and keeps it. Pure; any thread.
#pragma once

#include "base/Error.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QByteArrayView>
#include <QString>
#include <optional>

namespace ch::store {

/// The form in which text is searched and sorted: compatibility forms taken apart, marks dropped, case folded. "Ä", "ä" and "a" are equal.
[[nodiscard]] QString folded(const QString& text);

/// JSON with line breaks and two blanks a level; every token stays exactly as it was (numbers and order too).
[[nodiscard]] QByteArray indentedJson(QByteArrayView json);

/// The raw value of a field of the outermost object; nothing where there is none or json is not an object.
[[nodiscard]] std::optional<QByteArray> jsonField(const QByteArray& json, const char* key);

/// The objects of a JSON array, each as its raw text; empty when json is no array, or holds something else.
[[nodiscard]] QByteArrayList jsonObjects(const QByteArray& json);

/// json with the field of its outermost object set to rawValue (replaced, or put first). Protocol when json is not an object.
[[nodiscard]] Result<QByteArray> withJsonField(const QByteArray& json, const char* key, const QByteArray& rawValue);

} // namespace ch::store

// SPDX-License-Identifier: GPL-3.0-or-later
// The metadata keys by which a Stripe customer (or its subscription) says which business it is. The only place that names them.
#pragma once

#include "stripe/Objects.h"

namespace ch::store {

inline constexpr char kBusinessIdKey[] = "business_id";
inline constexpr char kBusinessTypeKey[] = "business_type";
inline constexpr char kBusinessNameKey[] = "business_name";
/// The type of what names none.
inline constexpr char kUnclassified[] = "unclassified";

struct BusinessTags {
    QString id;     ///< empty: a business of its own, named by its customer id
    QString type;
    QString name;
};

[[nodiscard]] inline BusinessTags businessTags(const stripe::Metadata& metadata)
{
    return {metadata.value(QLatin1String(kBusinessIdKey)).trimmed(), metadata.value(QLatin1String(kBusinessTypeKey)).trimmed(),
            metadata.value(QLatin1String(kBusinessNameKey)).trimmed()};
}

} // namespace ch::store

// SPDX-License-Identifier: GPL-3.0-or-later
// The words in which the endpoints' parameters are written down. Included by the Endpoints*.cpp, each of which holds the endpoints of
// one domain. The parameters are those of the official package (stripe 23.1.0, *Params in its .d.ts files). ignored(): taken without
// effect. refused(): Stripe takes it, we cannot do what it asks, and say so instead of pretending.
#pragma once

#include "sandbox/Endpoints.h"

namespace ch::sandbox::endpoint_table {

using Params = QList<Param>;

inline Param text(const char* name, qint64 most = 5000) { return Param{name, ParamType::Text}.within(0, most); }
inline Param number(const char* name) { return {name, ParamType::Integer}; }
inline Param instant(const char* name) { return {name, ParamType::Instant}; }
inline Param boolean(const char* name) { return {name, ParamType::Boolean}; }
/// Amounts in minor units end where Stripe's do, at eight digits.
inline Param decimal(const char* name) { return Param{name, ParamType::Decimal}.within(0, 99999999); }
inline Param currency() { return {"currency", ParamType::Currency}; }
inline Param range(const char* name) { return {name, ParamType::Range}; }
inline Param texts(const char* name) { return {name, ParamType::Texts}; }
inline Param metadata() { return {"metadata", ParamType::TextMap}; }

inline Param choice(const char* name, const QList<QByteArray>& values)
{
    Param param{name, ParamType::Choice};
    param.values = values;
    return param;
}

inline Param hash(const char* name, const Params& children)
{
    Param param{name, ParamType::Hash};
    param.children = children;
    return param;
}

inline Param hashes(const char* name, const Params& children)
{
    Param param{name, ParamType::Hashes};
    param.children = children;
    return param;
}

inline Params all(ParamType type, const QList<QByteArray>& names)
{
    Params out;
    for (const QByteArray& name : names)
        out.append({name, type});
    return out;
}

inline Params ignored(const QList<QByteArray>& names) { return all(ParamType::Ignored, names); }
inline Params refused(const QList<QByteArray>& names) { return all(ParamType::Refused, names); }

inline Params must(Params params, const QList<QByteArray>& names)
{
    for (Param& param : params)
        param.required = param.required || names.contains(param.name);
    return params;
}

inline Params listed(const Params& filters)
{
    return filters + Params{number("limit").within(1, 100), text("starting_after"), text("ending_before")};
}

/// The endpoints of a domain.
QList<Endpoint> subscriptionEndpoints();
QList<Endpoint> scheduleEndpoints();

} // namespace ch::sandbox::endpoint_table

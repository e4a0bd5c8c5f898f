// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Endpoints.h"

#include "sandbox/Json.h"

namespace ch::sandbox {

namespace endpoints_json {

const char* kindOf(const Param& param)
{
    return param.type == ParamType::Ignored ? "ignored" : param.type == ParamType::Refused ? "refused" : "implemented";
}

const char* typeOf(ParamType type)
{
    switch (type) {
    case ParamType::Text: return "text";
    case ParamType::Currency: return "currency";
    case ParamType::Integer: return "integer";
    case ParamType::Instant: return "instant";
    case ParamType::Boolean: return "boolean";
    case ParamType::Decimal: return "decimal";
    case ParamType::Choice: return "choice";
    case ParamType::Range: return "range";
    case ParamType::TextMap: return "map";
    case ParamType::Texts: return "texts";
    case ParamType::Hash: return "hash";
    case ParamType::Hashes: return "hashes";
    case ParamType::Ignored:
    case ParamType::Refused: break;
    }
    return "any";
}

void write(Json& json, const QList<Param>& params)
{
    json.array("params");
    for (const Param& param : params) {
        json.object().text("name", param.name).text("kind", kindOf(param)).text("type", typeOf(param.type)).boolean("required", param.required);
        if (!param.children.isEmpty())
            write(json, param.children);
        json.endObject();
    }
    json.endArray();
}

} // namespace endpoints_json

QByteArray endpointsJson()
{
    Json json(1 << 17);
    json.array();
    for (const Endpoint& endpoint : endpoints()) {
        json.object().text("method", endpoint.method).text("path", endpoint.path).text("permission", endpoint.permission).text("returns", endpoint.returns);
        endpoints_json::write(json, endpoint.params);
        json.endObject();
    }
    return json.endArray().take();
}

} // namespace ch::sandbox

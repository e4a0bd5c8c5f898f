// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/CallsList.h"

namespace ch::sandbox {

namespace calls_detail {

/// "customer.*" and "*" take everything below.
bool typeMatches(const QByteArray& type, const QByteArray& wanted)
{
    return wanted.endsWith('*') ? type.startsWith(wanted.chopped(1)) : type == wanted;
}

} // namespace calls_detail

Answer Calls::listEvents(const Call& call)
{
    const Node& params = call.params;
    QList<QByteArray> types = params.texts("types");
    if (params.has("type") && !types.isEmpty())
        return tl::unexpected(invalid("You may only specify one of these parameters: type, types.", "type", "parameters_exclusive"));
    if (types.size() > 20)
        return tl::unexpected(invalid("You can specify at most 20 types.", "types"));
    if (params.has("type"))
        types.append(params.text("type"));
    const bool asked = params.has("delivery_success"), delivered = params.boolean("delivery_success");
    return list(call, Kind::Event, s.events, s.events.order(), [&](const Event& row) {
        if ((asked && delivered != (row.pendingWebhooks == 0)) || row.created <= s.now - kEventDays || !inRange(params, "created", row.created))
            return false;
        return types.isEmpty() || std::any_of(types.begin(), types.end(), [&](const QByteArray& wanted) { return calls_detail::typeMatches(row.type, wanted); });
    });
}

Answer Calls::getEvent(const Call& call)
{
    const auto index = target(call, Kind::Event);
    if (index && s.events[*index].created <= s.now - kEventDays)
        return tl::unexpected(missingObject("event", call.id, "id", 404));
    return index ? Answer(m_render.object(Kind::Event, *index)) : Answer(tl::unexpected(index.error()));
}

Answer Calls::getBalance(const Call& call)
{
    QByteArray json = m_render.balance();
    if (call.otherMode)
        json = QByteArray("{\"object\":\"balance\",\"available\":[{\"amount\":0,\"currency\":\"usd\",\"source_types\":{\"card\":0}}],\"pending\":[")
            + "{\"amount\":0,\"currency\":\"usd\",\"source_types\":{\"card\":0}}],\"livemode\":" + (s.live ? "false" : "true") + '}';
    return json;
}

Answer Calls::getAccount(const Call&)
{
    return m_render.account();
}

} // namespace ch::sandbox

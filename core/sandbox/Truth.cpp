// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Truth.h"

#include "sandbox/Json.h"

namespace ch::sandbox {

namespace truth_detail {

void discounts(Json& json, const State& s, const std::vector<Index>& rows)
{
    json.array("discounts");
    for (const Index index : rows) {
        const Discount& row = s.discounts[index];
        json.object().text("id", s.id(Kind::Discount, index)).text("coupon", s.id(s.coupons[row.coupon]));
        json.number("start", row.start).instant("end", row.end).endObject();
    }
    json.endArray();
}

} // namespace truth_detail

void Truth::tell(const Subscription& row, const char* type, qint64 at)
{
    Json json(512);
    json.object().number("at", at).text("type", type).text("subscription", s.id(Kind::Subscription, row.self));
    json.text("customer", s.id(Kind::Customer, row.customer)).text("currency", row.currency).text("status", word(row.status));
    if (row.pause == Pause::None)
        json.null("pause");
    else
        json.text("pause", word(row.pause));
    json.number("created", row.created).number("start", row.start).instant("trial_start", row.trialStart).instant("trial_end", row.trialEnd);
    json.instant("cancel_at", row.cancelAt).instant("ended_at", row.endedAt).array("items");
    for (const Item& item : row.items) {
        json.object().text("id", s.id(Kind::Item, item.self)).text("price", s.id(Kind::Price, item.price)).number("quantity", item.quantity);
        json.number("created", item.created).number("period_start", item.periodStart);
        truth_detail::discounts(json, s, item.discounts);
        json.endObject();
    }
    json.endArray();
    truth_detail::discounts(json, s, row.discounts);
    m_lines.append(json.endObject().take());
}

void Truth::tell(const Discount& row, const char* type, qint64 at)
{
    if (row.customer == kNone || row.subscription != kNone || row.item != kNone || row.invoice != kNone || row.invoiceItem != kNone)
        return;
    Json json(256);
    json.object().number("at", at).text("type", type).text("customer", s.id(Kind::Customer, row.customer));
    truth_detail::discounts(json, s, {row.self});
    m_lines.append(json.endObject().take());
}

QByteArray Truth::lines(qsizetype from, qsizetype most) const
{
    QByteArray out;
    for (const QByteArray& line : m_lines.mid(std::clamp<qsizetype>(from, 0, m_lines.size()), most))
        out += line + '\n';
    return out;
}

} // namespace ch::sandbox

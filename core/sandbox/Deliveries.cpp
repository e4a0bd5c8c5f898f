// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Deliveries.h"

#include "serve/LoopbackUrl.h"

#include <QCryptographicHash>
#include <QMessageAuthenticationCode>

namespace ch::sandbox {

namespace deliveries_detail {

constexpr size_t kLogged = 1000;
constexpr qint64 kOvertakenWithinMs = 2000;
constexpr qint64 kTestWaits[] = {600, 3600, 7200};
constexpr qint64 kLiveFirstWait = 300;
constexpr qint64 kLiveLongest = 3 * kDay;

QByteArray hmac(const QByteArray& key, const QByteArray& text)
{
    return QMessageAuthenticationCode::hash(text, key, QCryptographicHash::Sha256).toHex();
}

} // namespace deliveries_detail

QByteArray Deliveries::signature(const QByteArray& body, qint64 seconds, const QList<QByteArray>& secrets, bool withV0)
{
    const QByteArray signedText = QByteArray::number(seconds) + '.' + body;
    QByteArray out = "t=" + QByteArray::number(seconds);
    for (const QByteArray& secret : secrets)
        out += ",v1=" + deliveries_detail::hmac(secret, signedText);
    if (withV0) // of no use to anyone: a scheme that receivers must pass over
        out += ",v0=" + deliveries_detail::hmac("v0", signedText);
    return out;
}

void Deliveries::setPlan(const WebhookPlan& plan)
{
    m_plan = plan;
    m_rolls = 0;
}

bool Deliveries::strikes(qint64 perMillion)
{
    return perMillion > 0 && static_cast<qint64>(mix64(m_plan.seed * 1'000'003 + ++m_rolls) % 1'000'000) < perMillion;
}

bool Deliveries::wants(const WebhookEndpoint& row, const char* type) const
{
    return !row.deleted && !row.disabled && (row.enabledEvents.contains(QByteArrayLiteral("*")) || row.enabledEvents.contains(QByteArray(type)));
}

bool Deliveries::anyone() const
{
    for (Index row = 0; row < s.webhooks.size(); ++row) {
        if (!s.webhooks[row].deleted && !s.webhooks[row].disabled)
            return true;
    }
    return false;
}

void Deliveries::takeIn(const std::vector<Index>& events)
{
    if (events.empty() || !anyone())
        return;
    for (const Index event : events) {
        std::vector<Index> wanted;
        for (Index row = 0; row < s.webhooks.size(); ++row) {
            if (wants(s.webhooks[row], s.events[event].type))
                wanted.push_back(row);
        }
        if (wanted.empty())
            continue;
        s.events.edit(event).pendingWebhooks = static_cast<quint16>(wanted.size());
        const QByteArray body = m_render.event(s.events[event]);
        for (const Index row : wanted)
            putIn(event, row, body);
    }
}

void Deliveries::putIn(Index event, Index endpoint, const QByteArray& body)
{
    Line& line = m_lines[endpoint];
    if (strikes(m_plan.lostPerMillion)) {
        ++line.lost;
        --s.events.edit(event).pendingWebhooks; // to Stripe it was delivered
        return;
    }
    m_owed.insert({event, endpoint});
    const qint64 span = m_plan.delayMostMs - m_plan.delayLeastMs + 1;
    const auto delay = [&] { return m_plan.delayLeastMs + (span > 1 ? static_cast<qint64>(mix64(m_plan.seed + 77 * ++m_rolls) % static_cast<quint64>(span)) : 0); };
    const Waiting first{++m_numbers, event, endpoint, 1, Why::First, body};
    const bool twice = strikes(m_plan.duplicatesPerMillion);
    if (!line.held && strikes(m_plan.reorderPerMillion))
        line.held = std::pair(m_clock.monotonicMs() + delay() + deliveries_detail::kOvertakenWithinMs, first);
    else
        enqueue(line, first, delay());
    if (twice)
        enqueue(line, {++m_numbers, event, endpoint, 1, Why::Duplicate, body}, delay());
}

void Deliveries::enqueue(Line& line, Waiting what, qint64 delayMs)
{
    const Due due{m_clock.monotonicMs() + delayMs, what.number};
    line.soon.emplace(due, std::move(what));
}

std::optional<Deliveries::Waiting> Deliveries::nextOf(Line& line)
{
    const qint64 nowMs = m_clock.monotonicMs();
    if (!line.soon.empty() && line.soon.begin()->first.first <= nowMs) {
        Waiting next = std::move(line.soon.extract(line.soon.begin()).mapped());
        if (line.held && next.event != line.held->second.event) { // it has been overtaken
            line.soon.emplace(Due{nowMs, 0}, std::move(line.held->second));
            line.held.reset();
        }
        return next;
    }
    if (line.held && line.held->first <= nowMs)
        return std::exchange(line.held, std::nullopt)->second;
    if (!line.later.empty() && line.later.begin()->first.first <= m_clock.nowSeconds())
        return std::move(line.later.extract(line.later.begin()).mapped());
    return std::nullopt;
}

std::vector<Delivery> Deliveries::take()
{
    std::vector<Delivery> out;
    for (auto& [endpoint, line] : m_lines) {
        while (!line.busy) {
            std::optional<Waiting> next = nextOf(line);
            if (!next)
                break;
            const WebhookEndpoint& row = s.webhooks[endpoint];
            // An endpoint that is off when an attempt comes due gets neither it nor those after it; nor one that has the event by now.
            const bool off = row.deleted || (row.disabled && next->why != Why::Resend);
            if (off || (next->why == Why::Retry && m_owed.count({next->event, endpoint}) == 0))
                continue;
            out.push_back(made(*next));
            line.busy = true;
            m_out.emplace(next->number, std::move(*next));
        }
    }
    return out;
}

Delivery Deliveries::made(const Waiting& what) const
{
    const WebhookEndpoint& row = s.webhooks[what.endpoint];
    const qint64 now = m_clock.nowSeconds();
    QList<QByteArray> secrets{row.secret};
    if (!row.oldSecret.isEmpty() && now < row.oldSecretUntil)
        secrets.append(row.oldSecret);
    return {what.number, row.url, what.body,
            {{"Content-Type", "application/json; charset=utf-8"}, {"User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)"}, {"Accept", "*/*; q=0.5, application/xml"},
             {"Cache-Control", "no-cache"}, {"Stripe-Signature", signature(what.body, now, secrets, !s.live)}}};
}

/// Seconds from a failed attempt to the next; 0: that was the last.
qint64 Deliveries::retryWait(int attempt) const
{
    using namespace deliveries_detail;
    if (!s.live)
        return attempt <= int(std::size(kTestWaits)) ? kTestWaits[attempt - 1] : 0;
    qint64 before = 0, wait = kLiveFirstWait;
    for (int i = 1; i < attempt && before < kLiveLongest; ++i, wait *= 2)
        before += wait;
    return std::max<qint64>(0, std::min(wait, kLiveLongest - before));
}

void Deliveries::end(quint64 number, int status)
{
    const auto out = m_out.find(number);
    if (out == m_out.end())
        return;
    Waiting what = std::move(m_out.extract(out).mapped());
    Line& line = m_lines[what.endpoint];
    line.busy = false;
    Attempt note{m_clock.nowSeconds(), 0, what.event, what.endpoint, what.attempt, status, what.why};
    if (status >= 200 && status < 300) {
        ++line.delivered;
        if (m_owed.erase({what.event, what.endpoint}) > 0)
            --s.events.edit(what.event).pendingWebhooks;
    } else {
        ++line.failed;
        const qint64 wait = what.why == Why::First || what.why == Why::Retry ? retryWait(what.attempt) : 0;
        if (wait > 0) {
            note.nextAt = note.at + wait;
            ++what.attempt;
            what.why = Why::Retry;
            line.later.emplace(Due{note.nextAt, what.number}, std::move(what));
        }
    }
    m_log.push_back(note);
    if (m_log.size() > deliveries_detail::kLogged)
        m_log.pop_front();
}

std::optional<qint64> Deliveries::nextInMs(qint64 speed) const
{
    std::optional<qint64> soonest;
    const auto offer = [&](qint64 ms) { soonest = std::max<qint64>(0, soonest ? std::min(*soonest, ms) : ms); };
    for (const auto& [endpoint, line] : m_lines) {
        if (line.busy)
            continue;
        if (!line.soon.empty())
            offer(line.soon.begin()->first.first - m_clock.monotonicMs());
        if (line.held)
            offer(line.held->first - m_clock.monotonicMs());
        if (!line.later.empty() && speed > 0)
            offer((line.later.begin()->first.first * 1000 - m_clock.nowMs() + speed - 1) / speed);
    }
    return soonest;
}

Index Deliveries::find(const QByteArray& endpoint) const
{
    const Index row = s.find(Kind::WebhookEndpoint, endpoint);
    return row == kNone || s.webhooks[row].deleted ? kNone : row;
}

Result<Index> Deliveries::add(const QByteArray& url, const QByteArray& secret)
{
    if (!serve::loopbackUrl(url))
        return fail(ErrorKind::InvalidInput, QStringLiteral("Webhooks go to http URLs of this computer only, not to \"%1\".").arg(QString::fromUtf8(url)));
    WebhookEndpoint made;
    made.created = s.now;
    made.url = url;
    made.enabledEvents = {"*"};
    made.secret = secret.isEmpty() ? s.newWebhookSecret() : secret;
    return s.webhooks.add(made).self;
}

Result<QByteArray> Deliveries::roll(const QByteArray& endpoint, qint64 overlapSeconds)
{
    const Index row = find(endpoint);
    if (row == kNone)
        return fail(ErrorKind::NotFound, QStringLiteral("There is no webhook endpoint \"%1\".").arg(QString::fromUtf8(endpoint)));
    WebhookEndpoint& edited = s.webhooks.edit(row);
    edited.oldSecret = edited.secret;
    edited.oldSecretUntil = m_clock.nowSeconds() + overlapSeconds;
    edited.secret = s.newWebhookSecret(edited.oldSecret);
    return edited.secret;
}

Status Deliveries::resend(const QByteArray& event, const QByteArray& endpoint)
{
    const Index what = s.find(Kind::Event, event);
    if (what == kNone || s.events[what].created <= s.now - kEventDays)
        return fail(ErrorKind::NotFound, QStringLiteral("There is no event \"%1\" of the last 30 days.").arg(QString::fromUtf8(event)));
    std::vector<Index> to;
    if (!endpoint.isEmpty())
        to.push_back(find(endpoint));
    for (Index row = 0; endpoint.isEmpty() && row < s.webhooks.size(); ++row) {
        if (wants(s.webhooks[row], s.events[what].type))
            to.push_back(row);
    }
    if (to.empty() || to.front() == kNone)
        return fail(ErrorKind::NotFound, QStringLiteral("There is no webhook endpoint \"%1\".").arg(QString::fromUtf8(endpoint)));
    for (const Index row : to)
        enqueue(m_lines[row], {++m_numbers, what, row, 1, Why::Resend, m_render.event(s.events[what])}, 0);
    return {};
}

QByteArray Deliveries::report() const
{
    static const char* const kWhy[] = {"first", "retry", "duplicate", "resend"};
    const auto rate = [](qint64 perMillion) {
        const QByteArray digits = QByteArray::number(perMillion).rightJustified(7, '0');
        return digits.first(1) + '.' + digits.sliced(1);
    };
    Json json(8192);
    json.object().object("settings").raw("duplicates", rate(m_plan.duplicatesPerMillion)).raw("reorder", rate(m_plan.reorderPerMillion)).raw("lost", rate(m_plan.lostPerMillion));
    json.array("delay").number(nullptr, m_plan.delayLeastMs).number(nullptr, m_plan.delayMostMs).endArray();
    json.raw("seed", QByteArray::number(m_plan.seed)).endObject().array("endpoints");
    for (Index row = 0; row < s.webhooks.size(); ++row) {
        const WebhookEndpoint& of = s.webhooks[row];
        if (of.deleted)
            continue;
        const auto at = m_lines.find(row);
        const Line* line = at == m_lines.end() ? nullptr : &at->second;
        json.object().text("id", s.id(Kind::WebhookEndpoint, row)).text("url", of.url).text("status", of.disabled ? "disabled" : "enabled");
        json.number("waiting", line ? qint64(line->soon.size() + line->later.size() + (line->held ? 1 : 0) + (line->busy ? 1 : 0)) : 0);
        json.number("retrying", line ? qint64(line->later.size()) : 0);
        json.number("delivered", line ? line->delivered : 0).number("failed", line ? line->failed : 0).number("lost", line ? line->lost : 0).endObject();
    }
    json.endArray().array("deliveries");
    for (const Attempt& one : m_log) {
        json.object().text("event", s.id(Kind::Event, one.event)).text("type", s.events[one.event].type);
        json.text("endpoint", s.id(Kind::WebhookEndpoint, one.endpoint)).text("why", kWhy[static_cast<int>(one.why)]).number("attempt", one.attempt);
        json.number("at", one.at);
        if (one.status == 0)
            json.null("status");
        else
            json.number("status", one.status);
        json.instant("next_attempt", one.nextAt).endObject();
    }
    json.endArray().endObject();
    return json.take();
}

} // namespace ch::sandbox

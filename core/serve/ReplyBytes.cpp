// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/ReplyBytes.h"

#include <QDateTime>
#include <QLocale>
#include <QTimeZone>
#include <algorithm>

namespace ch::serve {

namespace detail {

bool mayHaveBody(const Reply& reply)
{
    return reply.status >= 200 && reply.status != 204 && reply.status != 304;
}

bool sendsChunks(const Reply& reply, const AnswerForm& form)
{
    return reply.chunked && form.isHttp11 && mayHaveBody(reply);
}

bool isServersOwn(const QByteArray& name)
{
    for (const char* own : {"Content-Length", "Transfer-Encoding", "Connection", "Date"}) {
        if (name.compare(own, Qt::CaseInsensitive) == 0) {
            return true;
        }
    }
    return false;
}

QByteArray oneLine(QByteArray text)
{
    std::replace_if(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
    return text;
}

QByteArray httpDate(qint64 nowMs)
{
    return QLocale::c().toString(QDateTime::fromMSecsSinceEpoch(nowMs, Qt::UTC), QStringLiteral("ddd, dd MMM yyyy HH:mm:ss 'GMT'")).toLatin1();
}

QByteArray inChunks(const QByteArray& body)
{
    constexpr qsizetype kChunk = 16 << 10;
    QByteArray wire;
    for (qsizetype at = 0; at < body.size(); at += kChunk) {
        const qsizetype size = qMin(kChunk, body.size() - at);
        wire += QByteArray::number(size, 16) + "\r\n" + body.sliced(at, size) + "\r\n";
    }
    return wire;
}

} // namespace detail

QByteArray headBytes(const Reply& reply, const AnswerForm& form)
{
    QByteArray head = "HTTP/1.1 " + QByteArray::number(reply.status) + ' ' + reasonPhrase(reply.status) + "\r\n";
    head += "Date: " + detail::httpDate(form.nowMs) + "\r\n";
    for (const auto& [name, value] : reply.headers) {
        if (!detail::isServersOwn(name)) {
            head += detail::oneLine(name) + ": " + detail::oneLine(value) + "\r\n";
        }
    }
    if (detail::sendsChunks(reply, form)) {
        head += "Transfer-Encoding: chunked\r\n";
    } else if (detail::mayHaveBody(reply)) {
        head += "Content-Length: " + QByteArray::number(reply.body.size()) + "\r\n";
    }
    head += form.keepAlive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    return head;
}

QByteArray bodyBytes(const Reply& reply, const AnswerForm& form)
{
    if (form.isHead || !detail::mayHaveBody(reply)) {
        return {};
    }
    return detail::sendsChunks(reply, form) ? detail::inChunks(reply.body) + "0\r\n\r\n" : reply.body;
}

QByteArray cutBodyBytes(const Reply& reply, const AnswerForm& form, qsizetype count)
{
    if (form.isHead || !detail::mayHaveBody(reply)) {
        return {};
    }
    const QByteArray part = reply.body.first(qBound<qsizetype>(0, count, reply.body.size()));
    return detail::sendsChunks(reply, form) ? detail::inChunks(part) : part;
}

} // namespace ch::serve

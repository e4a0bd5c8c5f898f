// SPDX-License-Identifier: GPL-3.0-or-later
// Opens the pages of a simulated account and sends their forms as a browser would, without a socket.
#pragma once

#include "sandbox/Account.h"

#include <QUrl>

namespace ch::test {

using Fields = QList<QPair<QByteArray, QByteArray>>;

class Browser {
public:
    explicit Browser(Account& account) : m_account(account) {}

    struct Page {
        int status = 0;
        QByteArray url, body;
        sandbox::Headers headers;
        [[nodiscard]] bool shows(const QByteArray& text) const { return body.contains(text); }
        [[nodiscard]] QByteArray header(const QByteArray& name) const
        {
            for (const auto& [key, value] : headers) {
                if (key == name)
                    return value;
            }
            return {};
        }
        [[nodiscard]] QByteArray location() const { return header("Location"); }
        [[nodiscard]] QByteArray turn() const
        {
            const QByteArray before = "name=\"turn\" value=\"";
            const qsizetype at = body.indexOf(before);
            return at < 0 ? QByteArray() : body.mid(at + before.size(), 16);
        }
        [[nodiscard]] bool hasForm() const { return body.contains("<form"); }
    };

    Page open(const QByteArray& url) { return ask("GET", url, {}, {}); }
    /// Sends the page's form to it, or to another address.
    Page send(const Page& page, Fields fields, const QByteArray& to = {})
    {
        fields.append({QByteArray("turn"), page.turn()});
        return post(to.isEmpty() ? page.url : to, fields, {{"Origin", "http://127.0.0.1"}, {"Sec-Fetch-Site", "same-origin"}});
    }
    Page post(const QByteArray& url, const Fields& fields, sandbox::Headers headers)
    {
        QByteArray body;
        for (const auto& [name, value] : fields)
            body += (body.isEmpty() ? "" : "&") + name + '=' + value.toPercentEncoding();
        if (std::none_of(headers.begin(), headers.end(), [](const auto& one) { return one.first == "Content-Type"; }))
            headers.append({QByteArray("Content-Type"), QByteArray("application/x-www-form-urlencoded")});
        return ask("POST", url, body, headers);
    }
    /// Follows redirects within the account.
    Page follow(Page page)
    {
        for (int i = 0; i < 5 && page.status == 303 && page.location().startsWith("http://127.0.0.1/"); ++i)
            page = open(page.location());
        return page;
    }

private:
    Page ask(const QByteArray& method, const QByteArray& url, const QByteArray& body, sandbox::Headers headers)
    {
        if (std::none_of(headers.begin(), headers.end(), [](const auto& one) { return one.first == "Host"; }))
            headers.append({QByteArray("Host"), QByteArray("127.0.0.1")});
        const QByteArray target = url.startsWith("http://127.0.0.1/") ? url.mid(16) : url;
        const sandbox::Reply reply = m_account.engine.handle({method, target, headers, body});
        return {reply.status, url, reply.body, reply.headers};
    }

    Account& m_account;
};

} // namespace ch::test

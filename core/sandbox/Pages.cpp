// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Pages.h"

#include "sandbox/Cards.h"
#include "sandbox/Html.h"
#include "sandbox/Keyring.h"

#include <QUrl>

namespace ch::sandbox {

namespace pages_detail {

struct Door {
    const char* word;
    Kind kind;
};

// An address names its object by id, so a door may lead to two kinds.
constexpr Door kDoors[] = {{"pay", Kind::Invoice}, {"checkout", Kind::CheckoutSession}, {"link", Kind::PaymentLink}, {"portal", Kind::PortalSession},
                           {"authenticate", Kind::PaymentIntent}, {"authenticate", Kind::SetupIntent}};

bool isThisComputer(const QByteArray& hostAndPort)
{
    const qsizetype colon = hostAndPort.lastIndexOf(':');
    const QByteArray host = colon > hostAndPort.lastIndexOf(']') ? hostAndPort.left(colon) : hostAndPort;
    return host == "127.0.0.1" || host == "localhost" || host == "[::1]";
}

/// "https://shop.example" of a web address; empty where it is none.
QByteArray originOf(const QByteArray& url)
{
    const QUrl parsed(QString::fromUtf8(url));
    if (parsed.scheme() != QLatin1String("https") && parsed.scheme() != QLatin1String("http"))
        return {};
    const QByteArray host = parsed.host(QUrl::FullyEncoded).toLatin1();
    const bool plain = std::all_of(host.begin(), host.end(), [](char c) { return isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-'; });
    if (host.isEmpty() || !plain)
        return {};
    return parsed.scheme().toLatin1() + "://" + host + (parsed.port() > 0 ? ':' + QByteArray::number(parsed.port()) : QByteArray());
}

} // namespace pages_detail

bool Pages::owns(const QByteArray& path)
{
    return std::any_of(std::begin(pages_detail::kDoors), std::end(pages_detail::kDoors),
                       [&](const auto& door) { return path.startsWith('/' + QByteArray(door.word) + '/'); });
}

Reply Pages::shown(int status, const QByteArray& title, const QByteArray& body, const QByteArray& leadsTo) const
{
    // Browsers hold the answer to a form against form-action too, so a form that leads on names where to.
    const QByteArray on = pages_detail::originOf(leadsTo);
    const QByteArray policy = "default-src 'none'; style-src '" + html::styleDigest() + "'; form-action 'self'" + (on.isEmpty() ? QByteArray() : ' ' + on)
        + "; base-uri 'none'; frame-ancestors 'none'";
    return {status,
            {{"Content-Type", "text/html; charset=utf-8"}, {"Content-Security-Policy", policy}, {"Referrer-Policy", "same-origin"},
             {"X-Content-Type-Options", "nosniff"}, {"X-Frame-Options", "DENY"}, {"Cache-Control", "no-store"}},
            html::page(title, body)};
}

Reply Pages::led(const QByteArray& url)
{
    return {303, {{"Location", url}, {"Cache-Control", "no-store"}, {"Referrer-Policy", "same-origin"}}, {}};
}

Reply Pages::plain(int status, const QByteArray& title, const QByteArray& text) const
{
    return shown(status, title, heading(title) + "<p dir=\"auto\">" + html::escaped(text) + "</p>");
}

QByteArray Pages::heading(const QByteArray& title) const
{
    return "<p class=\"from\" dir=\"auto\">" + html::escaped(s.accountName) + "</p>\n<h1>" + html::escaped(title) + "</h1>\n";
}

std::optional<Reply> Pages::refused(const Request& request) const
{
    const QByteArray host = headerValue(request.headers, "Host").toLower();
    if (!host.isEmpty() && !pages_detail::isThisComputer(host))
        return plain(421, "Another computer's name", "These pages are for this computer only, under its own name.");
    if (request.method != "POST") // under one name, so that the forms are sent to where they come from
        return host.isEmpty() || "http://" + host == s.baseUrl ? std::nullopt : std::optional(led(s.baseUrl + request.target));
    const QByteArray origin = headerValue(request.headers, "Origin").toLower(), site = headerValue(request.headers, "Sec-Fetch-Site");
    if ((!origin.isEmpty() && origin != "http://" + host) || (!site.isEmpty() && site != "same-origin" && site != "none"))
        return plain(403, "A form of another page", "This form was not sent by a page of the simulated account, so nothing was done.");
    const QByteArray type = headerValue(request.headers, "Content-Type").split(';').constFirst().trimmed().toLower();
    if (type != "application/x-www-form-urlencoded")
        return plain(415, "Not a form", "Only forms are taken here (application/x-www-form-urlencoded).");
    return std::nullopt;
}

Reply Pages::handle(const Request& request)
{
    if (request.method != "GET" && request.method != "HEAD" && request.method != "POST") {
        Reply reply = plain(405, "No such way", "This page can be read, and its forms sent.");
        reply.headers.append({"Allow", QByteArray("GET, HEAD, POST")});
        return reply;
    }
    if (auto reply = refused(request))
        return *reply;
    const QList<QByteArray> parts = request.target.split('?').constFirst().split('/'); // "", word, id, secret, rest ...
    Visit visit;
    visit.word = parts.value(1);
    for (const auto& door : pages_detail::kDoors) {
        const Index index = visit.word == door.word ? s.find(door.kind, parts.value(2)) : kNone;
        if (index != kNone && parts.value(3) == s.pageSecret(door.kind, index)) {
            visit.kind = door.kind;
            visit.index = index;
        }
    }
    if (visit.index == kNone)
        return plain(404, "Nothing here", "There is no such page. The address may be cut off, or belong to another simulated account.");
    visit.self = s.pageUrl(visit.word.constData(), visit.kind, visit.index);
    visit.rest = parts.mid(4).join('/');
    visit.posts = request.method == "POST";
    Form form = parseForm(visit.posts ? request.body : QByteArray());
    if (!form.clash.isEmpty() || form.tooMany)
        return plain(400, "Not our form", "The form has fields that this page does not have, so nothing was done.");
    visit.form = form.root;
    if (request.method == "HEAD" && visit.word == "link")
        return shown(200, "Payment link", {}); // to look at a link's head makes no session
    if (visit.word == "pay")
        return invoice(visit);
    if (visit.word == "checkout")
        return checkout(visit);
    if (visit.word == "link")
        return openLink(visit);
    return visit.word == "portal" ? portal(visit) : authenticate(visit);
}

QByteArray Pages::turnNow(const Visit& visit) const
{
    return s.ids.filler((mix64(quint64(visit.kind) << 32 | visit.index) ^ 0x7475726eULL) + m_turns.value(visit.key()), 16);
}

QByteArray Pages::turn(const Visit& visit) const
{
    return html::hidden("turn", turnNow(visit));
}

bool Pages::takeTurn(const Visit& visit)
{
    if (visit.form.text("turn") != turnNow(visit))
        return false;
    ++m_turns[visit.key()];
    return true;
}

QByteArray Pages::refusal(const std::optional<Refusal>& refusal)
{
    return refusal ? html::notice(html::Tone::Danger, refusal->heading, refusal->text) : QByteArray();
}

QByteArray Pages::cardFields() const
{
    QByteArray out = "<label for=\"card\">Test card</label><select id=\"card\" name=\"card\">\n";
    const char* group = nullptr;
    for (const TestCard& card : testCards()) {
        const char* of = !card.decline ? "Pays" : card.decline == &kNeedsAuthentication ? "Asks for authentication" : "Is declined";
        if (!group || qstrcmp(group, of) != 0) {
            out += (group ? "</optgroup>\n" : "") + ("<optgroup label=\"" + QByteArray(of)) + "\">\n";
            group = of;
        }
        QByteArray number(card.number);
        for (qsizetype at = 12; at > 0; at -= 4)
            number.insert(at, ' ');
        out += "<option value=\"" + QByteArray(card.token) + "\">" + number + " \xC2\xB7 " + card.brand + ", " + card.hint + "</option>\n";
    }
    return out + "</optgroup></select>\n<label for=\"number\">Or the number of a test card</label>"
                 "<input id=\"number\" name=\"number\" inputmode=\"numeric\" autocomplete=\"off\" maxlength=\"24\" placeholder=\"4242 4242 4242 4242\" "
                 "aria-describedby=\"number-hint\">\n<p class=\"hint\" id=\"number-hint\">Never type the number of a real card: it would be declined.</p>\n";
}

tl::expected<const TestCard*, Pages::Refusal> Pages::cardOf(const Node& form) const
{
    QByteArray digits = form.text("number");
    digits.replace(' ', "").replace('-', "");
    const TestCard* card = digits.isEmpty() ? cardOfToken(form.text("card")) : cardOfNumber(digits);
    if (card)
        return card;
    if (digits.isEmpty())
        return tl::unexpected(Refusal{"No card was chosen", "Choose a test card, or type the number of one.", 400});
    return tl::unexpected(Refusal{"The card was declined", refusalOf(digits).message});
}

} // namespace ch::sandbox

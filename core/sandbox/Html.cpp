// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Html.h"

#include "sandbox/Amounts.h"

#include <QCryptographicHash>

namespace ch::sandbox::html {

namespace {

// Colours and distances of the window (core/README.md); a grid of 4 px.
constexpr char kStyle[] = R"css(
:root{color-scheme:light dark;--page:#fff;--panel:#f3f5f7;--text:#1b2127;--soft:#4a5560;--line:#d5dbe1;--edge:#7a8691;--accent:#0b5cad;--on:#fff;
--danger:#b3261e;--warning:#8a5200;--ok:#1b6e3c;--dangerBg:#fce9e7;--warningBg:#fff3d6;--okBg:#e3f4e9;--infoBg:#e5f0fb}
@media (prefers-color-scheme:dark){:root{--page:#16191d;--panel:#1e2227;--text:#e6e9ec;--soft:#aab4be;--line:#333b44;--edge:#6f7b87;--accent:#7ab8ff;--on:#10151b;
--danger:#ff8a80;--warning:#f2b84b;--ok:#6fcf97;--dangerBg:#3b1d1c;--warningBg:#3a2d10;--okBg:#16301f;--infoBg:#15293e}}
*{box-sizing:border-box}
body{margin:0;background:var(--panel);color:var(--text);font:16px/1.5 "Open Sans",system-ui,sans-serif;font-variant-numeric:tabular-nums}
.strip{margin:0;padding:6px 16px;background:#cfe3f1;color:#0e2a3d;border-bottom:2px dashed #0e2a3d;text-align:center;font-size:14px;line-height:20px}
main{max-width:640px;margin:24px auto;padding:24px;background:var(--page);border:1px solid var(--line);border-radius:4px;overflow-wrap:anywhere}
h1{font-size:20px;line-height:28px;font-weight:600;margin:0 0 4px}
h2{font-size:16px;line-height:24px;font-weight:600;margin:32px 0 8px}
p{margin:0 0 12px}
.from{color:var(--soft);margin:0 0 4px}
.sum{font-size:32px;line-height:40px;font-weight:600;margin:0}
.soft,.hint{color:var(--soft)}
.hint{font-size:14px;line-height:20px;margin:4px 0 0}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:4px 16px;margin:16px 0}
dt{color:var(--soft)}
dd{margin:0}
table{width:100%;border-collapse:collapse;margin:8px 0 0}
th{font-weight:400;font-size:14px;color:var(--soft);text-align:left}
th,td{padding:8px 0 8px 16px;border-bottom:1px solid var(--line);vertical-align:top}
th:first-child,td:first-child{padding-left:0;text-align:left}
.n{text-align:right;white-space:nowrap;overflow-wrap:normal}
tfoot th,tfoot td{border:0;padding-top:4px;padding-bottom:4px;font-size:16px}
tfoot tr:first-child>*{padding-top:12px}
tfoot .last>*{font-weight:600;color:var(--text)}
form{margin:24px 0 0}
label,legend{display:block;font-weight:600;margin:16px 0 4px}
input,select{width:100%;min-height:44px;padding:8px 12px;border:1px solid var(--edge);border-radius:4px;background:var(--page);color:var(--text);font:inherit}
button,.button{display:inline-block;min-height:44px;padding:9px 16px;border:1px solid var(--accent);border-radius:4px;background:var(--accent);color:var(--on);
font:inherit;font-weight:600;text-decoration:none;text-align:center;cursor:pointer}
button.wide{width:100%;margin:24px 0 0}
button.quiet,.button.quiet{background:transparent;color:var(--accent);border-color:var(--edge)}
button.danger{background:transparent;color:var(--danger);border-color:var(--danger)}
a{color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.note{margin:16px 0;padding:12px 16px;border-left:3px solid var(--tone);border-radius:4px;background:var(--tint)}
.note strong{color:var(--tone)}
.note p{margin:0}
.ok{--tone:var(--ok);--tint:var(--okBg)}
.warning{--tone:var(--warning);--tint:var(--warningBg)}
.bad{--tone:var(--danger);--tint:var(--dangerBg)}
.info{--tone:var(--accent);--tint:var(--infoBg)}
.row{display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center;margin:16px 0 0}
.row form{margin:0}
.item{padding:16px 0;border-bottom:1px solid var(--line)}
.item:last-of-type{border:0}
.item h3{font-size:16px;font-weight:600;margin:0}
.item p{margin:0}
.item .row{margin:12px 0 0}
.promo{display:flex;gap:8px}
.promo button{flex:none}
@media (max-width:480px){main{margin:0;border-width:0 0 1px;border-radius:0;padding:16px}dl{gap:4px 12px}th,td{padding-left:12px}}
@media print{.strip{color:#000;background:#fff}main{border:0;margin:0}}
)css";

} // namespace

QByteArray escaped(const QByteArray& text)
{
    QByteArray out;
    out.reserve(text.size() + text.size() / 8);
    for (const char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        default:
            if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t')
                out += c;
            else
                out += "\xEF\xBF\xBD"; // HTML knows no other control characters
        }
    }
    return out;
}

QByteArray amount(qint64 value, const QByteArray& currency)
{
    QByteArray shown = shownAmount(Wide(value < 0 ? -value : value) * kScale, currency);
    qsizetype first = 0; // of the digits, behind the sign of the currency
    while (first < shown.size() && (shown[first] < '0' || shown[first] > '9'))
        ++first;
    qsizetype end = first;
    while (end < shown.size() && shown[end] >= '0' && shown[end] <= '9')
        ++end;
    for (qsizetype at = end - 3; at > first; at -= 3)
        shown.insert(at, ',');
    return value < 0 ? "\xE2\x88\x92" + shown : shown;
}

QByteArray money(qint64 value, const QByteArray& currency)
{
    const QByteArray shown = amount(value, currency);
    const QByteArray code = currency.toUpper();
    return shown.endsWith(code) ? shown : shown + ' ' + code;
}

QByteArray styleDigest()
{
    return "sha256-" + QCryptographicHash::hash(QByteArray(kStyle), QCryptographicHash::Sha256).toBase64();
}

QByteArray page(const QByteArray& title, const QByteArray& body)
{
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
           "<meta name=\"robots\" content=\"noindex\">\n<title>SIMULATED \xC2\xB7 "
        + escaped(title) + "</title>\n<style>" + kStyle
        + "</style>\n</head>\n<body>\n<p class=\"strip\" role=\"note\"><strong>SIMULATED</strong> \xC2\xB7 no money moves</p>\n<main>\n" + body
        + "\n</main>\n</body>\n</html>\n";
}

QByteArray notice(Tone tone, const QByteArray& heading, const QByteArray& text)
{
    static const char* const kClasses[] = {"ok", "warning", "bad", "info"};
    const bool alarm = tone == Tone::Danger;
    return "<div class=\"note " + QByteArray(kClasses[static_cast<int>(tone)]) + "\" role=\"" + (alarm ? "alert" : "status") + "\"><strong>" + escaped(heading)
        + "</strong>" + (text.isEmpty() ? QByteArray() : "<p dir=\"auto\">" + escaped(text) + "</p>") + "</div>\n";
}

QByteArray facts(const QList<QPair<QByteArray, QByteArray>>& rows)
{
    QByteArray out = "<dl>\n";
    for (const auto& [name, value] : rows) {
        if (!value.isEmpty())
            out += "<dt>" + escaped(name) + "</dt><dd dir=\"auto\">" + escaped(value) + "</dd>\n";
    }
    return out + "</dl>\n";
}

QByteArray link(const QByteArray& url, const QByteArray& text, const char* style)
{
    return "<a" + (*style ? " class=\"" + QByteArray(style) + '"' : QByteArray()) + " href=\"" + escaped(url) + "\">" + escaped(text) + "</a>";
}

QByteArray hidden(const QByteArray& name, const QByteArray& value)
{
    return "<input type=\"hidden\" name=\"" + escaped(name) + "\" value=\"" + escaped(value) + "\">\n";
}

QByteArray field(const QByteArray& name, const QByteArray& label, const QByteArray& value, const char* more)
{
    return "<label for=\"" + name + "\">" + escaped(label) + "</label><input id=\"" + name + "\" name=\"" + name + "\" value=\"" + escaped(value) + "\" " + more + ">\n";
}

} // namespace ch::sandbox::html

// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the pages on which a person pays: HTML5 and a style sheet of its own, no script, nothing from elsewhere. What comes from the
// account or from a person goes through escaped(), which is also right inside a quoted attribute. UTF-8. Pure functions; any thread.
#pragma once

#include <QByteArray>
#include <QList>
#include <QPair>

namespace ch::sandbox::html {

[[nodiscard]] QByteArray escaped(const QByteArray& text);
/// "$1,234.50 USD", with a true minus sign; of a currency without cents "¥1,235 JPY".
[[nodiscard]] QByteArray money(qint64 amount, const QByteArray& currency);
/// The same without the code, for a column under a heading that names the currency.
[[nodiscard]] QByteArray amount(qint64 amount, const QByteArray& currency);

/// A whole page. The title is text, the body is HTML.
[[nodiscard]] QByteArray page(const QByteArray& title, const QByteArray& body);
/// The style sheet's digest, for the Content-Security-Policy.
[[nodiscard]] QByteArray styleDigest();

enum class Tone { Ok, Warning, Danger, Info };
/// A message with its heading; one that tells of a failure is announced by screen readers.
[[nodiscard]] QByteArray notice(Tone tone, const QByteArray& heading, const QByteArray& text);
/// Pairs of a name and a value, both text; pairs without a value are left out.
[[nodiscard]] QByteArray facts(const QList<QPair<QByteArray, QByteArray>>& rows);
[[nodiscard]] QByteArray link(const QByteArray& url, const QByteArray& text, const char* style = "");
[[nodiscard]] QByteArray hidden(const QByteArray& name, const QByteArray& value);
/// A labelled line to type in.
[[nodiscard]] QByteArray field(const QByteArray& name, const QByteArray& label, const QByteArray& value, const char* more = "");

} // namespace ch::sandbox::html

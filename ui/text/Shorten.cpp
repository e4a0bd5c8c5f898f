// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/Shorten.h"

namespace ch::ui {

QString shortenedId(const QString& id, int most)
{
    if (id.size() <= most) {
        return id;
    }
    constexpr int kTail = 4;
    return id.left(most - kTail - 1) + QChar(0x2026) + id.right(kTail);
}

QString withoutMnemonics(const QString& text)
{
    return QString(text).replace(u'&', QStringLiteral("&&"));
}

QString missingText()
{
    return QString(QChar(0x2013));
}

} // namespace ch::ui

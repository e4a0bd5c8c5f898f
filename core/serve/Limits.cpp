// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/Limits.h"

#include <algorithm>

namespace ch::serve {

bool isHostAllowed(const QByteArray& hostHeader, const QList<QByteArray>& hosts)
{
    const qsizetype bracket = hostHeader.lastIndexOf(']');
    const qsizetype colon = hostHeader.indexOf(':', qMax<qsizetype>(0, bracket));
    if (colon >= 0) {
        const QByteArray port = hostHeader.sliced(colon + 1);
        const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
        if (port.size() > 5 || !std::all_of(port.begin(), port.end(), isDigit)) {
            return false;
        }
    }
    return hosts.contains((colon < 0 ? hostHeader : hostHeader.first(colon)).toLower());
}

} // namespace ch::serve

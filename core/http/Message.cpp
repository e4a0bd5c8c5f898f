// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/Message.h"

namespace ch::http {

QByteArray Reply::header(QByteArrayView name) const
{
    for (const Header& candidate : headers) {
        if (candidate.name.compare(name, Qt::CaseInsensitive) == 0) {
            return candidate.value;
        }
    }
    return {};
}

} // namespace ch::http

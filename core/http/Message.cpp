// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/Message.h"

#include <QHostAddress>

namespace ch::http {

QString wordOf(Purpose purpose)
{
    switch (purpose) {
    case Purpose::Person: return QStringLiteral("person");
    case Purpose::Sync: return QStringLiteral("sync");
    case Purpose::Feed: return QStringLiteral("feed");
    case Purpose::Check: return QStringLiteral("check");
    }
    return {};
}

QByteArray Reply::header(QByteArrayView name) const
{
    for (const Header& candidate : headers) {
        if (candidate.name.compare(name, Qt::CaseInsensitive) == 0) {
            return candidate.value;
        }
    }
    return {};
}

bool isLoopbackHost(const QString& host)
{
    if (host.compare(QLatin1String("localhost"), Qt::CaseInsensitive) == 0) {
        return true;
    }
    const QHostAddress address(host);
    return !address.isNull() && address.isLoopback();
}

} // namespace ch::http

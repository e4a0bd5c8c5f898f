// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/LoopbackUrl.h"

#include <QStringList>
#include <QUrl>

namespace ch::serve {

namespace loopback_url {

// 127.x.y.z in four plain numbers; QUrl has written shorter forms out already.
bool isLoopback4(const QString& host)
{
    const QStringList parts = host.split(QLatin1Char('.'));
    if (parts.size() != 4 || parts.constFirst() != QLatin1String("127")) {
        return false;
    }
    for (const QString& part : parts) {
        bool ok = false;
        const int number = part.toInt(&ok);
        if (!ok || number < 0 || number > 255) {
            return false;
        }
    }
    return true;
}

} // namespace loopback_url

std::optional<LoopbackUrl> loopbackUrl(const QByteArray& url)
{
    const QUrl parsed = QUrl::fromEncoded(url, QUrl::StrictMode);
    const int port = parsed.port(80);
    if (!parsed.isValid() || parsed.scheme() != QLatin1String("http") || !parsed.userInfo().isEmpty() || port < 1) {
        return std::nullopt;
    }
    LoopbackUrl out;
    out.host = parsed.host();
    const bool six = out.host == QLatin1String("::1");
    out.hostHeader = six ? QByteArray("[::1]") : out.host.toLatin1();
    if (out.host == QLatin1String("localhost")) {
        out.host = QStringLiteral("127.0.0.1");
    } else if (!six && !loopback_url::isLoopback4(out.host)) {
        return std::nullopt;
    }
    out.port = static_cast<quint16>(port);
    if (parsed.port() > 0) {
        out.hostHeader += ':' + QByteArray::number(port);
    }
    const QByteArray path = parsed.path(QUrl::FullyEncoded).toLatin1();
    out.target = path.isEmpty() ? QByteArray("/") : path;
    if (parsed.hasQuery()) {
        out.target += '?' + parsed.query(QUrl::FullyEncoded).toLatin1();
    }
    return out;
}

} // namespace ch::serve

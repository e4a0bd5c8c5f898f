// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/UpdateCheck.h"

#include "http/QnamTransport.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QVersionNumber>

namespace ch::workspace {

namespace updates {

constexpr qint64 kMostBytes = 64 << 10;
constexpr qint64 kDeadlineMs = 30'000;

bool mayBeAsked(const QUrl& address)
{
    const bool isHere = address.host() == QLatin1String("127.0.0.1");
    return address.isValid() && !address.host().isEmpty() && (address.scheme() == QLatin1String("https") || (address.scheme() == QLatin1String("http") && isHere));
}

/// Three numbers and nothing behind them.
std::optional<QVersionNumber> versionOf(const QString& text)
{
    qsizetype end = 0;
    const QVersionNumber version = QVersionNumber::fromString(text, &end);
    return version.segmentCount() == 3 && end == text.size() ? std::optional(version) : std::nullopt;
}

} // namespace updates

Result<std::optional<NewerVersion>> readUpdateAnswer(const QByteArray& body, const QString& own)
{
    const QJsonObject answer = QJsonDocument::fromJson(body).object();
    const auto newest = updates::versionOf(answer.value(QStringLiteral("version")).toString());
    const auto present = updates::versionOf(own);
    if (!newest || !present) {
        return fail(ErrorKind::Protocol, QStringLiteral("The address for newer versions does not answer with a version."));
    }
    if (*newest <= *present) {
        return std::optional<NewerVersion>();
    }
    const QUrl page(answer.value(QStringLiteral("page")).toString(), QUrl::StrictMode);
    const bool isSafe = page.isValid() && page.scheme() == QLatin1String("https") && !page.host().isEmpty();
    return std::optional(NewerVersion{newest->toString(), isSafe ? page : QUrl()});
}

UpdateCheck::UpdateCheck(const QUrl& address, const QString& own, Clock& clock, QObject* parent, http::Transport* transport)
    : ResultJob(parent)
{
    if (!updates::mayBeAsked(address)) {
        settle(fail(ErrorKind::InvalidInput, QStringLiteral("The address for newer versions is not https.")));
        return;
    }
    if (transport == nullptr) {
        m_owned = std::make_unique<http::QnamTransport>(clock);
        transport = m_owned.get();
    }
    http::Request request;
    request.method = "GET";
    request.url = address;
    request.pathTemplate = QStringLiteral("newer version");
    request.deadlineMs = updates::kDeadlineMs;
    request.maxBytes = updates::kMostBytes;
    transport->send(request, this)->onFinished(this, [this, own](const Result<http::Reply>& reply) {
        if (!reply) {
            settle(fail(reply.error()));
        } else if (reply->status != 200) {
            settle(fail(ErrorKind::Protocol, QStringLiteral("The address for newer versions answers %1.").arg(reply->status)));
        } else {
            settle(readUpdateAnswer(reply->body, own));
        }
    });
}

UpdateCheck::~UpdateCheck() = default;

} // namespace ch::workspace

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/ObjectLink.h"

#include "access/Profiles.h"

#include <QCoreApplication>
#include <QUrl>
#include <algorithm>

namespace ch::ui {

namespace links {

const QString kScheme = QStringLiteral("countinghouse");
constexpr qsizetype kLongestId = 500;

struct Kind {
    LinkKind kind;
    const char* word;
};
constexpr Kind kKinds[] = {{LinkKind::Business, "business"}, {LinkKind::Customer, "customer"}, {LinkKind::Subscription, "subscription"}};

tl::unexpected<Error> wrong(const char* sentence)
{
    return fail(ErrorKind::InvalidInput, QCoreApplication::translate("ch::ui::ObjectLink", sentence));
}

} // namespace links

bool isObjectLink(const QString& text)
{
    return text.startsWith(links::kScheme + u':', Qt::CaseInsensitive);
}

Result<ObjectLink> readObjectLink(const QString& text)
{
    using namespace links;
    if (access::holdsKey(text)) {
        return wrong("It holds something with the form of a Stripe key, so it was not used. Treat that key as seen and roll it in Stripe's Dashboard.");
    }
    const QUrl url(text.trimmed(), QUrl::StrictMode);
    if (!url.isValid() || url.scheme() != kScheme || url.hasQuery() || url.hasFragment() || url.port() >= 0 || !url.userInfo().isEmpty()) {
        return wrong("Links have the form countinghouse://business/ID, countinghouse://customer/ID or countinghouse://subscription/ID, and nothing after the id.");
    }
    const auto* kind = std::find_if(std::begin(kKinds), std::end(kKinds), [&url](const Kind& known) { return url.host() == QLatin1String(known.word); });
    if (kind == std::end(kKinds)) {
        return wrong("A link shows a business, a customer or a subscription, nothing else.");
    }
    const QString id = url.path(QUrl::FullyDecoded).mid(1);
    const bool hasControl = std::any_of(id.begin(), id.end(), [](QChar letter) { return !letter.isPrint() && !letter.isSurrogate(); });
    if (id.trimmed().isEmpty() || id.size() > kLongestId || hasControl) {
        return wrong("The id in it is missing, too long, or no text.");
    }
    return ObjectLink{kind->kind, id};
}

QString objectLink(LinkKind kind, const QString& id)
{
    for (const links::Kind& known : links::kKinds) {
        if (known.kind == kind) {
            return links::kScheme + QStringLiteral("://") + QLatin1String(known.word) + u'/' + QString::fromLatin1(QUrl::toPercentEncoding(id));
        }
    }
    return {};
}

} // namespace ch::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "stripe/ParseJson.h"
#include "stripe/Refused.h"
#include "stripe/WebhookPayload.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

namespace ch::stripe {

namespace parse_webhook {

using json::Document;
using json::Reader;

constexpr qsizetype kLongestName = 255;
constexpr qsizetype kLongestPath = 500;

/// What the outermost object says of itself, of either kind.
struct Cover {
    QString object;
    QString id;
    QString type;
    QString account;
    QString createdText;
    QString relatedId;
    QString relatedType;
    QString relatedUrl;
    bool saysMode = false;
    bool livemode = false;
    bool hasData = false;
    bool hasRelated = false;
};

void readCover(Reader& reader, json::od::object root, Cover* cover)
{
    reader.fields(root, [&](std::string_view key, json::od::value value) {
        if (key == "object") {
            reader.text("object", value, &cover->object);
        } else if (key == "id") {
            reader.text("id", value, &cover->id);
        } else if (key == "type") {
            reader.text("type", value, &cover->type);
        } else if (key == "account" || key == "context") {
            reader.shownText(value, &cover->account);
        } else if (key == "livemode") {
            cover->saysMode = reader.flag("livemode", value, &cover->livemode);
        } else if (key == "created" && Reader::isString(value)) {
            reader.text("created", value, &cover->createdText);
        } else if (key == "data") {
            cover->hasData = Reader::isObject(value);
        } else if (key == "related_object") {
            reader.object("related_object", value, [&](std::string_view name, json::od::value inner) {
                cover->hasRelated = true;
                if (name == "id") {
                    reader.text("related_object.id", inner, &cover->relatedId);
                } else if (name == "type") {
                    reader.text("related_object.type", inner, &cover->relatedType);
                } else if (name == "url") {
                    reader.text("related_object.url", inner, &cover->relatedUrl);
                }
            });
        }
    });
}

/// An id or the name of a type: printable, without blanks, not endless.
bool isName(const QString& text)
{
    return !text.isEmpty() && text.size() <= kLongestName && std::all_of(text.begin(), text.end(), [](QChar c) { return c > u' ' && c < u'\x7f'; });
}

Result<WebhookPayload> thin(const Cover& cover)
{
    const QDateTime created = QDateTime::fromString(cover.createdText, Qt::ISODateWithMs);
    if (!created.isValid()) {
        return refused("not_an_event", QStringLiteral("The thin event does not say when it was created."));
    }
    if (cover.hasRelated && (!isName(cover.relatedId) || !isName(cover.relatedType))) {
        return refused("not_an_event", QStringLiteral("The thin event names an object without an id or a type."));
    }
    if (cover.hasRelated && (!isPlainPath(cover.relatedUrl) || !cover.relatedUrl.endsWith(u'/' + cover.relatedId))) {
        return refused("thin_url", QStringLiteral("The thin event leads to an object at something that is no plain path of Stripe's API. Nothing was read there."));
    }
    WebhookPayload made;
    made.isThin = true;
    made.objectPath = cover.relatedUrl;
    made.accountId = cover.account;
    Event& event = made.event.object;
    event.id = cover.id;
    event.type = cover.type.startsWith(QLatin1String("v1.")) ? cover.type.sliced(3) : cover.type;
    event.objectType = cover.relatedType;
    event.objectId = cover.relatedId;
    event.created = created.toSecsSinceEpoch();
    event.livemode = cover.livemode;
    const QJsonObject object{{QStringLiteral("id"), event.objectId}, {QStringLiteral("object"), event.objectType}};
    made.event.json = QJsonDocument(QJsonObject{{QStringLiteral("id"), event.id}, {QStringLiteral("object"), QStringLiteral("event")}, {QStringLiteral("type"), event.type},
                                        {QStringLiteral("created"), event.created}, {QStringLiteral("livemode"), event.livemode},
                                        {QStringLiteral("data"), QJsonObject{{QStringLiteral("object"), object}}}})
                          .toJson(QJsonDocument::Compact);
    return made;
}

} // namespace parse_webhook

bool isPlainPath(const QString& path)
{
    if (path.size() > parse_webhook::kLongestPath || !(path.startsWith(QLatin1String("/v1/")) || path.startsWith(QLatin1String("/v2/")))) {
        return false;
    }
    const QStringList segments = path.sliced(1).split(u'/');
    return std::all_of(segments.begin(), segments.end(), [](const QString& segment) {
        return !segment.isEmpty() && segment != QLatin1String(".") && segment != QLatin1String("..") && std::all_of(segment.begin(), segment.end(), [](QChar c) {
            return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9') || c == u'_' || c == u'-' || c == u'.';
        });
    });
}

Result<WebhookPayload> parseWebhook(QByteArrayView body)
{
    namespace pw = parse_webhook;
    pw::Cover cover;
    QByteArray compact;
    {
        Result<json::Document> document = json::Document::read(body);
        if (!document) {
            return refused("not_json", QStringLiteral("The body is signed, but it is not JSON in UTF-8 that can be read to its end."));
        }
        compact = document->compact().toByteArray();
        Result<json::od::object> root = document->root();
        if (!root) {
            return refused("not_an_event", QStringLiteral("The body is JSON, but not an event of Stripe's."));
        }
        json::Reader reader;
        pw::readCover(reader, *root, &cover);
        const bool isEvent = cover.object == QLatin1String("event") || cover.object == QLatin1String("v2.core.event");
        if (!reader.ok() || !isEvent || !pw::isName(cover.id) || !pw::isName(cover.type) || !cover.saysMode) {
            return refused("not_an_event", reader.ok() ? QStringLiteral("The body is JSON, but not an event of Stripe's with its id, type and mode.")
                                                           : QStringLiteral("The event cannot be used: %1.").arg(reader.fault()));
        }
    }
    if (cover.object == QLatin1String("v2.core.event")) {
        return pw::thin(cover);
    }
    auto event = parseObject<Event>(compact, JsonText::Checked);
    if (!event || !cover.hasData || event->created <= 0) {
        return refused("not_an_event", event ? QStringLiteral("The event lacks its time or its data.") : event.error().message);
    }
    WebhookPayload made;
    made.event = {*std::move(event), compact};
    made.accountId = cover.account;
    return made;
}

} // namespace ch::stripe

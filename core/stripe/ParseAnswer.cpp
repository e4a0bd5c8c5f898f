// SPDX-License-Identifier: GPL-3.0-or-later
#include "stripe/ParseAnswer.h"

#include "stripe/ParseJson.h"

namespace ch::stripe {

namespace {

void noteLivemode(json::od::value value, AnswerShape* shape)
{
    bool live = false;
    if (value.get_bool().get(live) == simdjson::SUCCESS) {
        shape->sawLive = shape->sawLive || live;
        shape->sawTest = shape->sawTest || !live;
    }
}

void noteLivemodeOfList(json::Reader& reader, json::od::value data, AnswerShape* shape)
{
    reader.array("data", data, [&](json::od::value element) {
        if (!json::Reader::isObject(element)) {
            return;
        }
        reader.object("data", element, [&](std::string_view key, json::od::value value) {
            if (key == "livemode") {
                noteLivemode(value, shape);
            }
        });
    });
}

} // namespace

Result<AnswerShape> shapeOfAnswer(const QByteArray& text)
{
    Result<json::Document> document = json::Document::read(text);
    if (!document) {
        return fail(document.error());
    }
    Result<json::od::object> root = document->root();
    if (!root) {
        return fail(root.error());
    }
    AnswerShape shape;
    shape.compact = document->compact().size() == text.size() ? text : document->compact().toByteArray();
    json::Reader reader;
    reader.fields(*root, [&](std::string_view key, json::od::value value) {
        json::od::json_type type = json::od::json_type::null;
        if (value.type().get(type) != simdjson::SUCCESS) {
            return;
        }
        if (key == "livemode") {
            noteLivemode(value, &shape);
        } else if (key == "error") {
            shape.isError = type == json::od::json_type::object;
        } else if (key == "data" && type == json::od::json_type::array) {
            noteLivemodeOfList(reader, value, &shape);
        }
    });
    return shape;
}

} // namespace ch::stripe

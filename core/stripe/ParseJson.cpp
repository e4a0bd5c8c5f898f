// SPDX-License-Identifier: GPL-3.0-or-later
#include "stripe/ParseJson.h"

#include "base/Fraction.h"

#include <algorithm>
#include <vector>

namespace ch::stripe::json {

namespace {

// A page has about 400 KB; buffers that an odd giant made grow are given back.
constexpr size_t kKeptBufferBytes = 8U * 1024U * 1024U;

struct ThreadParsers {
    simdjson::dom::parser whole;
    od::parser piecewise;
    std::vector<char> text;
    std::vector<char> compact;
};

ThreadParsers& threadParsers()
{
    thread_local std::unique_ptr<ThreadParsers> parsers;
    if (!parsers || std::max(parsers->text.size(), parsers->compact.size()) > kKeptBufferBytes) {
        parsers = std::make_unique<ThreadParsers>();
    }
    return *parsers;
}

QString beginningOf(QByteArrayView text)
{
    constexpr qsizetype kShown = 40;
    QString start = QString::fromUtf8(text.first(std::min(kShown, text.size())));
    for (QChar& c : start) {
        c = c.isPrint() ? c : QChar(QLatin1Char(' '));
    }
    return start.trimmed();
}

tl::unexpected<Error> notJson(QByteArrayView text, simdjson::error_code code)
{
    const QString technical = QStringLiteral("%1; %2 bytes").arg(QLatin1String(simdjson::error_message(code))).arg(text.size());
    const QString start = beginningOf(text);
    if (start.isEmpty()) {
        return fail(ErrorKind::Protocol, QStringLiteral("The answer is empty where JSON was expected. Try again; if it stays so, something between here and Stripe changes its answers: check the proxy and the address."), technical);
    }
    if (start.startsWith(QLatin1Char('<'))) {
        return fail(ErrorKind::Protocol,
            QStringLiteral("A web page came back instead of JSON. A proxy or a login page of the network may stand between this computer and Stripe."), technical);
    }
    if (start.startsWith(QLatin1Char('{')) || start.startsWith(QLatin1Char('['))) {
        return fail(ErrorKind::Protocol, QStringLiteral("The answer is cut off or damaged: it begins as JSON but cannot be read to its end. Try again; if it stays so, something between here and Stripe changes its answers: check the proxy and the address."), technical);
    }
    return fail(ErrorKind::Protocol, QStringLiteral("The answer is not JSON."), technical);
}

} // namespace

Result<Document> Document::read(QByteArrayView text)
{
    ThreadParsers& parsers = threadParsers();
    const auto size = static_cast<size_t>(text.size());
    parsers.text.assign(text.begin(), text.end());
    parsers.text.resize(size + simdjson::SIMDJSON_PADDING, '\0');
    parsers.compact.resize(size + simdjson::SIMDJSON_PADDING);

    // On Demand looks only at what is asked for. The DOM parser reads every byte, so it decides whether the text is JSON at all.
    simdjson::dom::element checked;
    if (const auto error = parsers.whole.parse(parsers.text.data(), size, false).get(checked)) {
        return notJson(text, error);
    }
    size_t compactSize = 0;
    if (const auto error = simdjson::minify(parsers.text.data(), size, parsers.compact.data(), compactSize)) {
        return notJson(text, error);
    }
    std::fill(parsers.compact.begin() + static_cast<std::ptrdiff_t>(compactSize), parsers.compact.end(), '\0');
    return begin(parsers.piecewise, parsers.compact, compactSize);
}

Result<Document> Document::readChecked(QByteArrayView compact)
{
    ThreadParsers& parsers = threadParsers();
    const auto size = static_cast<size_t>(compact.size());
    parsers.compact.assign(compact.begin(), compact.end());
    parsers.compact.resize(size + simdjson::SIMDJSON_PADDING, '\0');
    return begin(parsers.piecewise, parsers.compact, size);
}

Result<Document> Document::begin(od::parser& parser, const std::vector<char>& padded, size_t size)
{
    Document document;
    document.m_compact = QByteArrayView(padded.data(), static_cast<qsizetype>(size));
    if (const auto error = parser.iterate(padded.data(), size, padded.size()).get(document.m_document)) {
        return notJson(document.m_compact, error);
    }
    return document;
}

Result<od::object> Document::root()
{
    od::object object;
    if (m_document.get_object().get(object) != simdjson::SUCCESS) {
        return fail(ErrorKind::Protocol, QStringLiteral("The answer is JSON but not an object, as Stripe's always are. Try again; if it stays so, something between here and Stripe changes its answers: check the proxy and the address."));
    }
    return object;
}

void Reader::refuse(std::string_view field, const char* expected)
{
    if (m_fault.isEmpty()) {
        m_fault = QStringLiteral("\"%1\" should be %2").arg(toText(field), QLatin1String(expected));
    }
}

bool Reader::present(od::value value, od::json_type* type)
{
    return ok() && value.type().get(*type) == simdjson::SUCCESS && *type != od::json_type::null;
}

bool Reader::isString(od::value value)
{
    od::json_type type = od::json_type::null;
    return value.type().get(type) == simdjson::SUCCESS && type == od::json_type::string;
}

bool Reader::isObject(od::value value)
{
    od::json_type type = od::json_type::null;
    return value.type().get(type) == simdjson::SUCCESS && type == od::json_type::object;
}

bool Reader::text(std::string_view field, od::value value, QString* out)
{
    od::json_type type = od::json_type::null;
    if (!present(value, &type)) {
        return false;
    }
    std::string_view found;
    if (type != od::json_type::string || value.get_string().get(found) != simdjson::SUCCESS) {
        refuse(field, "text");
        return false;
    }
    *out = toText(found);
    return true;
}

bool Reader::integer(std::string_view field, od::value value, qint64* out)
{
    od::json_type type = od::json_type::null;
    if (!present(value, &type)) {
        return false;
    }
    if (type != od::json_type::number) {
        refuse(field, "a whole number");
        return false;
    }
    int64_t found = 0;
    if (value.get_int64().get(found) == simdjson::SUCCESS) {
        *out = found;
        return true;
    }
    // "5.0" is the whole number 5; 1e30 and 0.5 are none that fits.
    const Fraction exact = Fraction::fromDecimal(value.raw_json_token());
    const std::optional<qint64> whole = exact.isWhole() ? exact.roundHalfAwayFromZero() : std::nullopt;
    if (!whole) {
        refuse(field, "a whole number of at most 64 bits");
        return false;
    }
    *out = *whole;
    return true;
}

bool Reader::integer(std::string_view field, od::value value, std::optional<qint64>* out)
{
    qint64 found = 0;
    if (!integer(field, value, &found)) {
        return false;
    }
    *out = found;
    return true;
}

bool Reader::smallInteger(std::string_view field, od::value value, int* out)
{
    qint64 found = 0;
    if (!integer(field, value, &found)) {
        return false;
    }
    if (found < std::numeric_limits<int>::min() || found > std::numeric_limits<int>::max()) {
        refuse(field, "a small whole number");
        return false;
    }
    *out = static_cast<int>(found);
    return true;
}

bool Reader::flag(std::string_view field, od::value value, bool* out)
{
    od::json_type type = od::json_type::null;
    if (!present(value, &type)) {
        return false;
    }
    if (type != od::json_type::boolean || value.get_bool().get(*out) != simdjson::SUCCESS) {
        refuse(field, "true or false");
        return false;
    }
    return true;
}

bool Reader::decimal(std::string_view field, od::value value, QString* out)
{
    od::json_type type = od::json_type::null;
    if (!present(value, &type)) {
        return false;
    }
    if (type == od::json_type::string) {
        return text(field, value, out);
    }
    if (type != od::json_type::number) {
        refuse(field, "a decimal");
        return false;
    }
    *out = toText(value.raw_json_token()).trimmed();
    return true;
}

bool Reader::id(std::string_view field, od::value value, QString* out)
{
    if (!isObject(value)) {
        return text(field, value, out);
    }
    object(field, value, [&](std::string_view key, od::value inner) {
        if (key == "id") {
            text(field, inner, out);
        }
    });
    return ok() && !out->isEmpty();
}

void Reader::currency(std::string_view field, od::value value, CurrencyCode* out)
{
    if (text(field, value, out)) {
        *out = out->toLower();
    }
}

void Reader::shownText(od::value value, QString* out)
{
    if (isString(value)) {
        text({}, value, out);
    }
}

void Reader::shownFlag(od::value value, bool* out)
{
    od::json_type type = od::json_type::null;
    bool found = false;
    if (present(value, &type) && type == od::json_type::boolean && value.get_bool().get(found) == simdjson::SUCCESS) {
        *out = found;
    }
}

void Reader::metadata(od::value value, Metadata* out)
{
    if (!isObject(value)) {
        return;
    }
    object("metadata", value, [&](std::string_view key, od::value inner) {
        // The key lies in a buffer that the next read may move on from, so it is copied first.
        const QString name = toText(key);
        QString found;
        if (isString(inner) && text({}, inner, &found)) {
            out->insert(name, found);
        }
    });
}

void objectName(Reader& reader, od::value value, std::string_view name)
{
    QString found;
    if (reader.text("object", value, &found) && found != toText(name)) {
        reader.refuse("object", qPrintable(QStringLiteral("%1, but it is %2").arg(toText(name), found.left(40))));
    }
}

} // namespace ch::stripe::json

// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/RequestReader.h"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

namespace ch::serve {

namespace beast = boost::beast;
namespace bhttp = boost::beast::http;

// Beast finds the pieces; they are collected straight into Qt's types. Field names of trailers are told like those of headers, so
// collecting ends with the headers.
class RequestReader::Parser final : public bhttp::basic_parser<true> {
public:
    Request request;
    bool isHttp11 = false;
    bool headersWhole = false;
    bool headersChecked = false;
    qsizetype headerBytes = 0; // taken so far

private:
    static QByteArray bytes(beast::string_view text) { return {text.data(), static_cast<qsizetype>(text.size())}; }

    void on_request_impl(bhttp::verb, beast::string_view method, beast::string_view target, int version,
        beast::error_code&) override
    {
        isHttp11 = version >= 11;
        request.method = bytes(method);
        request.target = bytes(target);
    }
    void on_response_impl(int, beast::string_view, int, beast::error_code&) override {}
    void on_field_impl(bhttp::field, beast::string_view name, beast::string_view value, beast::error_code&) override
    {
        if (!headersWhole) {
            request.headers.append({bytes(name), bytes(value)});
        }
    }
    void on_header_impl(beast::error_code&) override { headersWhole = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
    std::size_t on_body_impl(beast::string_view body, beast::error_code&) override
    {
        request.body.append(body.data(), static_cast<qsizetype>(body.size()));
        return body.size();
    }
    void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, beast::error_code& error) override
    {
        return on_body_impl(body, error);
    }
    void on_finish_impl(beast::error_code&) override {}
};

RequestReader::RequestReader(const Limits& limits) : m_limits(limits) {}

RequestReader::~RequestReader() = default;

bool RequestReader::isInsideRequest() const
{
    return !m_pending.isEmpty() || (m_parser && !m_parser->is_done());
}

bool RequestReader::keepAlive() const
{
    return m_parser && m_parser->is_done() && m_parser->keep_alive();
}

bool RequestReader::isHttp11() const
{
    return m_parser && m_parser->isHttp11;
}

Request RequestReader::take()
{
    Request request = std::move(m_parser->request);
    m_parser.reset();
    return request;
}

RequestReader::Progress RequestReader::read()
{
    if (m_refused) {
        return Progress::Refused;
    }
    if (!m_parser) {
        skipBlankLines();
        if (m_pending.isEmpty() || m_pending == "\r") {
            return Progress::NeedMore;
        }
        m_parser = std::make_unique<Parser>();
        m_parser->header_limit(static_cast<std::uint32_t>(m_limits.headerBytes));
        m_parser->body_limit(static_cast<std::uint64_t>(m_limits.bodyBytes));
    }
    if (m_parser->is_done()) {
        return Progress::Whole;
    }
    return parseMore();
}

// RFC 9112, 2.2: empty lines before a request line are passed over (old clients end a body with one).
void RequestReader::skipBlankLines()
{
    qsizetype at = 0;
    while (m_pending.sliced(at).startsWith("\r\n")) {
        at += 2;
    }
    m_pending.remove(0, at);
}

RequestReader::Progress RequestReader::parseMore()
{
    // The shortest end of a chunked body is "0 CR LF CR LF". With fewer bytes there is nothing to decide, and Beast 1.74 asserts when
    // the last chunk drips in byte by byte.
    constexpr qsizetype kShortestChunkedEnd = 5;
    while (!m_parser->is_done()) {
        if (m_parser->headersWhole && m_parser->chunked() && m_pending.size() < kShortestChunkedEnd) {
            return Progress::NeedMore;
        }
        const bool inHeaders = !m_parser->headersWhole;
        beast::error_code error;
        const auto taken = static_cast<qsizetype>(
            m_parser->put({m_pending.constData(), static_cast<std::size_t>(m_pending.size())}, error));
        m_pending.remove(0, taken);
        if (inHeaders) {
            m_parser->headerBytes += taken;
        }
        if (error == bhttp::error::header_limit || m_parser->headerBytes > m_limits.headerBytes) {
            return refuse(431, "The request's headers are too large.");
        }
        if (error == bhttp::error::body_limit) {
            return refuse(413, "The request's body is too large.");
        }
        if (error && error != bhttp::error::need_more) {
            return refuse(400, "This is not a valid HTTP request.");
        }
        if (m_parser->headersWhole && !m_parser->headersChecked) {
            m_parser->headersChecked = true;
            m_parser->eager(true);
            if (checkHeaders() == Progress::Refused) {
                return Progress::Refused;
            }
            if (!m_parser->is_done() && m_pending.isEmpty() && !m_parser->request.header("Expect").isNull()) {
                return Progress::Expecting;
            }
            continue;
        }
        if (error == bhttp::error::need_more || m_pending.isEmpty()) {
            // What Beast leaves is one unfinished piece: a header line, the line before a chunk, trailers.
            if (m_parser->headerBytes + m_pending.size() > m_limits.headerBytes && inHeaders) {
                return refuse(431, "The request's headers are too large.");
            }
            if (m_pending.size() > m_limits.headerBytes) {
                return refuse(400, "The request's chunks have lines that are too long.");
            }
            break;
        }
    }
    return m_parser->is_done() ? Progress::Whole : Progress::NeedMore;
}

RequestReader::Progress RequestReader::checkHeaders()
{
    const Request& request = m_parser->request;
    QList<QByteArray> hosts;
    QList<QByteArray> codings;
    for (const auto& [name, value] : request.headers) {
        if (name.compare("Host", Qt::CaseInsensitive) == 0) {
            hosts.append(value);
        } else if (name.compare("Transfer-Encoding", Qt::CaseInsensitive) == 0) {
            codings.append(value.toLower());
        }
    }
    if (!request.target.startsWith('/') && !(request.method == "OPTIONS" && request.target == "*")) {
        return refuse(400, "The request's target must be a path.");
    }
    if (hosts.size() != 1) {
        return refuse(400, "The request must have one Host header.");
    }
    if (!isHostAllowed(hosts.first(), m_limits.hosts)) {
        return refuse(421, "This server does not answer for that host.");
    }
    if (!codings.isEmpty() && (codings != QList<QByteArray>{"chunked"} || !m_parser->isHttp11)) {
        return refuse(501, "The only transfer coding that is read is chunked.");
    }
    const QByteArray expectation = request.header("Expect");
    if (!expectation.isNull() && expectation.compare("100-continue", Qt::CaseInsensitive) != 0) {
        return refuse(417, "The only expectation that is met is 100-continue.");
    }
    return Progress::NeedMore;
}

RequestReader::Progress RequestReader::refuse(int status, const QByteArray& why)
{
    m_refused = true;
    m_refusal = textReply(status, why);
    m_pending.clear();
    return Progress::Refused;
}

} // namespace ch::serve

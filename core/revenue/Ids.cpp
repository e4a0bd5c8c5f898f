// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Ids.h"

#include <algorithm>
#include <cstring>

namespace ch::revenue {

namespace {
constexpr size_t kBlock = size_t(1) << 20;
}

std::string_view Ids::keep(std::string_view text)
{
    if (m_room - m_used < text.size()) {
        m_room = std::max(kBlock, text.size());
        m_used = 0;
        m_blocks.push_back(std::make_unique<char[]>(m_room));
    }
    char* place = m_blocks.back().get() + m_used;
    std::memcpy(place, text.data(), text.size());
    m_used += text.size();
    return {place, text.size()};
}

void Ids::expect(size_t lookedUp, size_t inAll)
{
    m_refs.reserve(qsizetype(lookedUp));
    m_views.reserve(inAll);
}

Ref Ids::of(std::string_view text)
{
    if (text.empty()) {
        return kNone;
    }
    if (const auto known = m_refs.constFind(QByteArrayView(text.data(), qsizetype(text.size()))); known != m_refs.constEnd()) {
        return *known;
    }
    const Ref ref = ofUnique(text);
    m_refs.insert(QByteArrayView(m_views[ref].data(), qsizetype(text.size())), ref);
    return ref;
}

Ref Ids::of(const QString& text)
{
    const QByteArray bytes = text.toUtf8();
    return of(std::string_view(bytes.constData(), static_cast<size_t>(bytes.size())));
}

Ref Ids::ofUnique(std::string_view text)
{
    if (text.empty()) {
        return kNone;
    }
    m_views.push_back(keep(text));
    return static_cast<Ref>(m_views.size() - 1);
}

Ref Ids::find(const QString& text) const
{
    const QByteArray bytes = text.toUtf8();
    return m_refs.value(QByteArrayView(bytes), kNone);
}

QString Ids::text(Ref ref) const
{
    const std::string_view bytes = view(ref);
    return QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

} // namespace ch::revenue

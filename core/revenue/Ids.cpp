// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Ids.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace ch::revenue {

namespace {

constexpr size_t kBlock = size_t(1) << 20;
constexpr size_t kFewSlots = 64;

quint32 hashOf(std::string_view text)
{
    return static_cast<quint32>(XXH3_64bits(text.data(), text.size()));
}

} // namespace

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
    grow(lookedUp + lookedUp / 3);
    m_views.reserve(inAll);
}

size_t Ids::slotOf(std::string_view text, quint32 hash) const
{
    const size_t mask = m_slots.size() - 1;
    size_t at = hash & mask;
    while (m_slots[at].ref != kNone && (m_slots[at].hash != hash || m_views[m_slots[at].ref] != text)) {
        at = (at + 1) & mask;
    }
    return at;
}

void Ids::grow(size_t slots)
{
    const std::vector<Slot> old = std::exchange(m_slots, std::vector<Slot>(std::bit_ceil(std::max({slots, m_slots.size(), kFewSlots}))));
    const size_t mask = m_slots.size() - 1;
    for (const Slot& slot : old) {
        size_t at = slot.hash & mask;
        while (slot.ref != kNone && m_slots[at].ref != kNone) {
            at = (at + 1) & mask;
        }
        m_slots[at] = slot.ref != kNone ? slot : m_slots[at];
    }
}

Ref Ids::of(std::string_view text)
{
    if (text.empty()) {
        return kNone;
    }
    if ((m_taken + 1) * 4 > m_slots.size() * 3) {
        grow(m_slots.size() * 2);
    }
    const quint32 hash = hashOf(text);
    Slot& slot = m_slots[slotOf(text, hash)];
    if (slot.ref == kNone) {
        slot = {hash, ofUnique(text)};
        ++m_taken;
    }
    return slot.ref;
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
    const std::string_view view(bytes.constData(), static_cast<size_t>(bytes.size()));
    return m_slots.empty() ? kNone : m_slots[slotOf(view, hashOf(view))].ref;
}

QString Ids::text(Ref ref) const
{
    const std::string_view bytes = view(ref);
    return QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

} // namespace ch::revenue

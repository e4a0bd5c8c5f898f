// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Secret.h"

namespace ch {

Secret::Secret(QByteArray bytes) : m_bytes(std::move(bytes))
{
    m_bytes.detach();
}

Secret::Secret(const Secret& other) : m_bytes(other.m_bytes.constData(), other.m_bytes.size()) {}

Secret::Secret(Secret&& other) noexcept : m_bytes(std::move(other.m_bytes)) {}

Secret& Secret::operator=(const Secret& other)
{
    if (this != &other) {
        wipe();
        m_bytes = QByteArray(other.m_bytes.constData(), other.m_bytes.size());
    }
    return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept
{
    if (this != &other) {
        wipe();
        m_bytes = std::move(other.m_bytes);
    }
    return *this;
}

Secret::~Secret()
{
    wipe();
}

void Secret::wipe()
{
    // Each Secret holds bytes of its own, so this overwrites them and nobody else's; volatile keeps the compiler from dropping it.
    volatile char* p = m_bytes.isEmpty() ? nullptr : m_bytes.data();
    for (qsizetype i = 0; i < m_bytes.size(); ++i) {
        p[i] = 0;
    }
    m_bytes.clear();
}

QString Secret::masked() const
{
    constexpr int kShortest = 16;
    if (m_bytes.size() < kShortest) {
        return QStringLiteral("\u2026");
    }
    const qsizetype first = m_bytes.indexOf('_');
    const qsizetype second = first < 0 ? -1 : m_bytes.indexOf('_', first + 1);
    const QByteArray prefix = second < 0 || second > 12 ? QByteArray() : m_bytes.left(second + 1);
    return QString::fromLatin1(prefix) + QStringLiteral("\u2026") + QString::fromLatin1(m_bytes.right(4));
}

bool Secret::equals(const Secret& other) const
{
    if (m_bytes.size() != other.m_bytes.size()) {
        return false;
    }
    unsigned char difference = 0;
    for (qsizetype i = 0; i < m_bytes.size(); ++i) {
        difference = static_cast<unsigned char>(difference | (m_bytes[i] ^ other.m_bytes[i]));
    }
    return difference == 0;
}

} // namespace ch

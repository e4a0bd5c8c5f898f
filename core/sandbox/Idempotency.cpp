// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Idempotency.h"

#include "sandbox/Rows.h"

#include <QCryptographicHash>
#include <algorithm>

namespace ch::sandbox {

namespace idempotency_detail {

void collect(const Node& node, QList<QByteArray>* values)
{
    if (node.leaf)
        values->append(QByteArray::number(node.path.size()) + ' ' + node.path + node.value);
    for (const Node& child : node.children)
        collect(child, values);
}

} // namespace idempotency_detail

const Idempotency::Kept* Idempotency::find(const QByteArray& key, qint64 now)
{
    while (!m_order.empty() && m_kept.constFind(m_order.front())->at <= now - kDay) {
        m_kept.remove(m_order.front());
        m_order.pop_front();
    }
    const auto it = m_kept.constFind(key);
    return it == m_kept.constEnd() ? nullptr : &*it;
}

void Idempotency::keep(const QByteArray& key, const Kept& answer)
{
    if (m_kept.contains(key))
        return;
    m_kept.insert(key, answer);
    m_order.push_back(key);
}

void Idempotency::replace(const QByteArray& key, int status, const QByteArray& body)
{
    const auto it = m_kept.find(key);
    if (it == m_kept.end())
        return;
    it->status = status;
    it->body = body;
}

QByteArray Idempotency::fingerprint(const Node& params)
{
    QList<QByteArray> values;
    idempotency_detail::collect(params, &values);
    std::sort(values.begin(), values.end());
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const QByteArray& value : values) {
        hash.addData(QByteArray::number(value.size()) + ' ');
        hash.addData(value);
    }
    return hash.result();
}

} // namespace ch::sandbox

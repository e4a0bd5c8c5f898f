// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/SaveFile.h"

namespace ch::sandbox {

void SaveWriter::metadata(const Metadata& value)
{
    plain(static_cast<qint64>(value.size()));
    for (const auto& pair : value) {
        text(pair.first);
        text(pair.second);
    }
}

void SaveWriter::texts(const QList<QByteArray>& values)
{
    plain(static_cast<qint64>(values.size()));
    for (const QByteArray& value : values)
        text(value);
}

void SaveWriter::extras(const Extras& value)
{
    plain(static_cast<qint64>(value.size()));
    for (auto it = value.begin(); it != value.end(); ++it) {
        text(it.key());
        text(it.value());
    }
}

void SaveWriter::decline(const Decline* value)
{
    plain(value != nullptr);
    if (value) {
        literal(value->code);
        literal(value->reason);
        literal(value->message);
    }
}

void SaveWriter::literal(const char* value)
{
    plain(value != nullptr);
    if (value)
        text(value);
}

void SaveWriter::snapshot(const std::shared_ptr<const Snapshot>& value)
{
    plain(value ? static_cast<qint32>(value->index()) : qint32(-1));
    if (value)
        std::visit([this](const auto& row) { visit(*this, row); }, *value);
}

void SaveReader::text(QByteArray& value)
{
    const auto size = this->value<qint64>();
    if (size < 0 || !holds(static_cast<size_t>(size))) {
        m_good = false;
        return;
    }
    value = m_bytes.mid(m_at, size);
    m_at += size;
}

void SaveReader::texts(QList<QByteArray>& values)
{
    values.clear();
    for (auto count = value<qint64>(); count > 0 && m_good; --count)
        text(values.emplaceBack());
}

void SaveReader::metadata(Metadata& value)
{
    value.clear();
    for (auto count = this->value<qint64>(); count > 0 && m_good; --count) {
        value.emplaceBack();
        text(value.last().first);
        text(value.last().second);
    }
}

void SaveReader::extras(Extras& value)
{
    value.clear();
    for (auto count = this->value<qint64>(); count > 0 && m_good; --count) {
        QByteArray key, json;
        text(key);
        text(json);
        value.insert(key, json);
    }
}

void SaveReader::literal(const char*& value)
{
    value = nullptr;
    if (!this->value<bool>())
        return;
    QByteArray read;
    text(read);
    value = m_texts->words.insert(read).first->constData();
}

void SaveReader::decline(const Decline*& value)
{
    value = nullptr;
    if (!this->value<bool>())
        return;
    Decline read{};
    literal(read.code);
    literal(read.reason);
    literal(read.message);
    const auto same = [&read](const Decline& one) {
        return qstrcmp(one.code, read.code) == 0 && qstrcmp(one.reason, read.reason) == 0 && qstrcmp(one.message, read.message) == 0;
    };
    for (const Decline* one : {&kGenericDecline, &kNeedsAuthentication}) { // those that are told by their address
        if (same(*one)) {
            value = one;
            return;
        }
    }
    const auto it = std::find_if(m_texts->declines.begin(), m_texts->declines.end(), same);
    value = it != m_texts->declines.end() ? &*it : &m_texts->declines.emplace_back(read);
}

namespace save_detail {

template <size_t N = 0>
Snapshot empty(size_t index)
{
    if constexpr (N < std::variant_size_v<Snapshot>)
        return index == N ? Snapshot(std::in_place_index<N>) : empty<N + 1>(index);
    else
        return {};
}

} // namespace save_detail

void SaveReader::snapshot(std::shared_ptr<const Snapshot>& value)
{
    value.reset();
    const auto index = this->value<qint32>();
    if (index < 0)
        return;
    Snapshot read = save_detail::empty(static_cast<size_t>(index));
    std::visit([this](auto& row) { visit(*this, row); }, read);
    value = std::make_shared<const Snapshot>(std::move(read));
}

} // namespace ch::sandbox

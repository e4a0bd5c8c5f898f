// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Copying.h"

namespace ch::sandbox {

QByteArray Copying::numbered(const QByteArray& text) const
{
    qsizetype digits = text.size();
    while (digits > 0 && text.at(digits - 1) >= '0' && text.at(digits - 1) <= '9')
        --digits;
    if (digits == text.size())
        return text;
    const qint64 number = text.mid(digits).toLongLong() + qint64(m_copy) * m_repeats.businesses;
    return text.left(digits) + QByteArray::number(number).rightJustified(text.size() - digits, '0');
}

// "Amber Anchor Cloud" is "Amber Anchor Cloud 3" in the third repetition.
void Copying::name(QByteArray& name) const
{
    constexpr qsizetype kLongest = 256; // of a customer's name
    if (m_copy == 0 || name.isEmpty())
        return;
    const QByteArray suffix = ' ' + QByteArray::number(m_copy + 1);
    name = (name.size() + suffix.size() > kLongest ? name.left(kLongest - suffix.size()) : name) + suffix;
}

// The number of the business stands before the @ (Generator::customer).
void Copying::email(QByteArray& email) const
{
    const qsizetype at = email.lastIndexOf('@');
    if (m_copy != 0 && at > 0)
        email = numbered(email.left(at)) + email.mid(at);
}

void Copying::metadata(Metadata& metadata) const
{
    if (m_copy == 0)
        return;
    for (auto& [key, value] : metadata) {
        if (key == "business_id")
            value = numbered(value);
        else if (key == "business_name")
            name(value);
    }
}

void Copying::snapshot(std::shared_ptr<const Snapshot>& snapshot) const
{
    if (!snapshot || m_copy == 0)
        return;
    Snapshot made = *snapshot;
    std::visit([this](auto& row) { visit(*this, row); }, made);
    snapshot = std::make_shared<const Snapshot>(std::move(made));
}

} // namespace ch::sandbox

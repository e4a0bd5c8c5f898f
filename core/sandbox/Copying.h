// SPDX-License-Identifier: GPL-3.0-or-later
// How a large account repeats the businesses that were made up: with the same life at the same instants, but objects, names, e-mail
// addresses and business ids of their own. Copying goes over a row's fields (RowVisit.h) and makes the copy out of its template.
#pragma once

#include "sandbox/RowVisit.h"

#include <array>

namespace ch::sandbox {

/// Whether rows of a kind belong to a business and are repeated with it. The catalog is there once.
[[nodiscard]] constexpr bool repeated(Kind kind)
{
    switch (kind) {
    case Kind::Customer:
    case Kind::Subscription:
    case Kind::Item:
    case Kind::Invoice:
    case Kind::InvoiceItem:
    case Kind::Line:
    case Kind::PaymentIntent:
    case Kind::Charge:
    case Kind::Refund:
    case Kind::BalanceEntry:
    case Kind::CreditNote:
    case Kind::CustomerEntry:
    case Kind::Discount:
    case Kind::PaymentMethod:
    case Kind::Event: return true;
    default: return false;
    }
}

struct Repeats {
    Index copies = 1;                ///< whole ones, the templates among them
    qint64 businesses = 0;           ///< numbers of businesses that a copy takes
    std::array<Index, 64> rows{};    ///< how many templates there are, by kind; none of the catalog
};

/// Makes copy number n (0: the template) of a row, in place.
class Copying {
public:
    Copying(const Repeats& repeats, Index copy) : m_repeats(repeats), m_copy(copy) {}

    template <typename T>
    void plain(T&) const {}
    void text(QByteArray&) const {}
    void texts(QList<QByteArray>&) const {}
    void extras(Extras&) const {}
    void decline(const Decline*&) const {}
    void literal(const char*&) const {}
    void reference(Kind kind, Index& index) const
    {
        if (index != kNone)
            index += m_copy * m_repeats.rows[static_cast<size_t>(kind)];
    }
    void name(QByteArray& name) const;
    void email(QByteArray& email) const;
    void metadata(Metadata& metadata) const;
    template <typename T, typename Each>
    void list(std::vector<T>& rows, Each each) const
    {
        for (T& row : rows)
            each(row);
    }
    void snapshot(std::shared_ptr<const Snapshot>& snapshot) const;

private:
    /// "biz_000012" to what it is in the copy; empty where the text does not end in a number.
    [[nodiscard]] QByteArray numbered(const QByteArray& text) const;

    const Repeats& m_repeats;
    Index m_copy;
};

} // namespace ch::sandbox

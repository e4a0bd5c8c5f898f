// SPDX-License-Identifier: GPL-3.0-or-later
// What can be made of objects before they are written: found by their JSON's digest, so that it is right whoever asks. The transaction makes
// itself what it does not find. It is filled in another thread than the mirror's, and then handed over.
#pragma once

#include <QByteArray>
#include <QHash>
#include <optional>

namespace ch::store {

/// The JSON of a customer or subscription without the payment method that was expanded in it.
struct PartedJson {
    QByteArray owner;         ///< with its id alone
    QByteArray paymentMethod;
};

/// Nothing where none is expanded.
[[nodiscard]] std::optional<PartedJson> partedJson(const QByteArray& json);

class Prepacked {
public:
    /// table: the one that the object will be a row of. What cannot be packed is left to the transaction, which says why.
    void add(const char* table, const QByteArray& json);

    [[nodiscard]] bool isEmpty() const { return m_packed.isEmpty(); }
    /// What packedJson makes of the JSON of that digest; empty: it was not packed.
    [[nodiscard]] QByteArray packed(const QByteArray& digest) const { return m_packed.value(digest); }
    /// What partedJson makes of it; nothing: it was not asked.
    [[nodiscard]] std::optional<PartedJson> parted(const QByteArray& digest) const;

private:
    QHash<QByteArray, QByteArray> m_packed;
    QHash<QByteArray, PartedJson> m_parted;
};

} // namespace ch::store

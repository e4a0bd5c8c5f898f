// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of a MirrorReader, shared by the .cpp files that implement it.
#pragma once

#include "store/Database.h"
#include "store/MirrorReader.h"
#include "store/Schema.h"
#include "store/TableOrders.h"

namespace ch::store {

class MirrorReader::Private {
public:
    std::unique_ptr<Database> owned;   ///< a reader of its own
    Database* db = nullptr;            ///< owned's, or the Mirror's
    QString dir;
    bool hasRecords = false;
    std::shared_ptr<TableCache> cache;
    StopFlag stop;
    bool hasFunctions = false;         ///< of TableFilters.h

    /// Attaches the records file once it is there; one of another version is left out (RecordsFile::open says why).
    void attachRecords();
    /// There are records to show beside the mirror's businesses.
    [[nodiscard]] bool anyRecords();
    /// What an order or a set of the table is read from.
    [[nodiscard]] TableGround ground(Table table);

    /// Events whose type begins with family, which ends with a dot.
    /// ofCustomer: the condition that keeps to customerId, where one is given.
    [[nodiscard]] Status visitEvents(const QString& family, const QString& customerId, const char* ofCustomer, const std::function<void(const stripe::Event&, const QByteArray&)>& visit);

    template <typename T>
    [[nodiscard]] Result<std::optional<T>> one(const char* table, const QString& id) const;
    template <typename T>
    [[nodiscard]] Result<std::vector<T>> ofCustomer(const char* table, const QString& customerId) const;
};

} // namespace ch::store

// SPDX-License-Identifier: GPL-3.0-or-later
// What Stripe's events say of a business and a person is to know: its last subscription has ended, so that it is to be taken down; a payment of its
// failed. At most one of a kind a business. In the records file. Part of a RecordsFile, in its thread.
#pragma once

#include "base/Error.h"
#include "store/EventLog.h"

#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

namespace ch::store {

class Database;

enum class MarkKind { TakeDown, AtRisk };
/// "take_down", "at_risk".
[[nodiscard]] QString wordOf(MarkKind kind);

struct Mark {
    QString businessId;            ///< or the id of a customer that is its own business
    MarkKind kind = MarkKind::TakeDown;
    QString customerId;
    QString objectId;              ///< the subscription that ended, the invoice that was not paid
    QString eventId;
    qint64 sinceMs = 0;            ///< UTC, when the event was created
    bool operator==(const Mark&) const = default;
};

class Marks {
public:
    Marks(const Marks&) = delete;
    Marks& operator=(const Marks&) = delete;

    /// Whether the business had none of that kind; one that it has stays as it is. effect: of the mark's event, written into the log in the same
    /// transaction. An event that has had an effect already marks nothing: a person may have left the mark since.
    [[nodiscard]] Result<bool> put(const Mark& mark, EventEffect effect = EventEffect::None);
    /// Whether there is one of that object.
    [[nodiscard]] Result<bool> holds(const QString& businessId, MarkKind kind, const QString& objectId) const;
    /// Takes the one of that object away and puts next in its place, where there is a next, in one transaction. Whether there was one.
    [[nodiscard]] Result<bool> replace(const QString& businessId, MarkKind kind, const QString& objectId, const std::optional<Mark>& next);
    /// Whether it had one. objectId: only where the mark is of that object; empty: in any case.
    [[nodiscard]] Result<bool> remove(const QString& businessId, MarkKind kind, const QString& objectId = {});
    /// Those of a customer that Stripe has no more. One for take-down stays where a record is left to close. Whether there was any.
    [[nodiscard]] Result<bool> removeOfDeleted(const QString& customerId);
    /// Whether an operation that takes one of these down is open.
    [[nodiscard]] Result<bool> isBeingTakenDown(const QStringList& businessIds) const;
    /// Oldest first. Without businesses whose record is closed, or on whose take-down somebody works or waits.
    [[nodiscard]] Result<std::vector<Mark>> open() const;

private:
    friend class RecordsFile;
    friend class JournalReader;
    explicit Marks(Database& db) : m_db(db) {}
    Database& m_db;
};

} // namespace ch::store

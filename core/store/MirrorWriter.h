// SPDX-License-Identifier: GPL-3.0-or-later
// Writes one batch into the mirror, within a transaction of its caller. Newest wins; an object whose JSON is unchanged costs one small
// update. For Mirror alone. Throws SQLite::Exception.
#pragma once

#include "store/Database.h"
#include "store/Mirror.h"
#include "store/Prepacked.h"
#include "store/RawPack.h"
#include "store/TableIndex.h"

#include <QHash>
#include <QSet>

namespace ch::store {

namespace writing {
struct RowSql;
}

class MirrorWriter {
public:
    MirrorWriter(Database& db, qint64 receivedMs, qint64 run) : m_db(db), m_receivedMs(receivedMs), m_run(run) {}

    /// With the batch's own time and run. refreshTouched comes after the last one.
    void write(const Batch& batch);
    /// Erases what is personal and keeps the id and the business id, here and in what else holds it.
    void deleteCustomer(const QString& id);
    /// Brings the derived columns of customers that were touched, and their businesses, up to date, and the full text: the last of a transaction.
    void refreshTouched();
    void touchCustomer(const QString& customerId) { m_touched.insert(customerId); }
    /// Something that tells the history of the customer's subscriptions has come: their rows of the ledger are to be made anew.
    void touchLedger(const QString& customerId) { m_touchedLedger.insert(customerId); }
    void touchBusiness(const QString& businessId);

    /// As it was written in this transaction, whole; null: it was not, or not whole. Of the batch, which has to be there still.
    [[nodiscard]] const stripe::Subscription* writtenSubscription(qint64 n) const { return m_writtenSubscriptions.value(n); }

    void noteChange() { m_changed = true; }
    [[nodiscard]] bool hasChanged() const { return m_changed; }
    /// A customer was erased: what stood in the file stands in its log still.
    [[nodiscard]] bool hasErased() const { return m_hasErased; }

private:
    /// Each once, in the order in which they came: rows that were written together lie together.
    class Touched {
    public:
        void insert(const QString& id)
        {
            if (!m_known.contains(id)) {
                m_known.insert(id);
                m_order.push_back(id);
            }
        }
        [[nodiscard]] const std::vector<QString>& inOrder() const { return m_order; }
        void clear()
        {
            m_known.clear();
            m_order.clear();
        }

    private:
        QSet<QString> m_known;
        std::vector<QString> m_order;
    };
    enum class Fate { Insert, Replace, Skip };
    struct Known {
        Fate fate = Fate::Insert;
        qint64 n = 0;
        QByteArray digest;
        QByteArray packed;       ///< of what is not skipped
    };
    Known look(const char* table, const QString& id, const QByteArray& json, bool canHide);
    [[nodiscard]] Known written(Known known, const char* table, const QByteArray& json);

    /// Binds the columns that a RowSql was made with: those that indexes have to the one, then the others to the other. The two may be the same.
    using BindColumns = std::function<void(Query& indexed, Query& others)>;
    /// Inserts or updates the row of an object.
    void writeRow(const writing::RowSql& sql, const QString& id, const Known& known, const BindColumns& bindColumns);

    void writeCustomer(const stripe::Received<stripe::Customer>& received);
    void writeSubscription(const stripe::Received<stripe::Subscription>& received);
    void writeRefs(qint64 n, const stripe::Subscription& subscription, bool isNew);
    void writeInvoice(const stripe::Received<stripe::Invoice>& received);
    void writeLines(qint64 n, const stripe::Invoice& invoice, bool isErased, bool isNew);
    void writePrice(const stripe::Received<stripe::Price>& received);
    void writeProduct(const stripe::Received<stripe::Product>& received);
    void writeCoupon(const stripe::Received<stripe::Coupon>& received);
    void writePaymentIntent(const stripe::Received<stripe::PaymentIntent>& received);
    void writeEvent(const stripe::Received<stripe::Event>& received);
    void writeSchedule(const stripe::Received<stripe::SubscriptionSchedule>& received);
    void writePhases(qint64 n, const stripe::SubscriptionSchedule& schedule);
    void writeCharge(const stripe::Received<stripe::Charge>& received);
    void writeRefund(const stripe::Received<stripe::Refund>& received);
    void writeCreditNote(const stripe::Received<stripe::CreditNote>& received);
    void writeInvoicePayment(const stripe::Received<stripe::InvoicePayment>& received);
    void writeBalanceTransaction(const stripe::Received<stripe::BalanceTransaction>& received);
    /// Keeps an expanded payment method of its owner (json: a customer or subscription) in its own table. Returns json with its id in its place.
    [[nodiscard]] QByteArray takePaymentMethod(const QByteArray& json, const QString& customerId);
    void writePaymentMethod(const QByteArray& json, const QString& customerId);
    /// Whose each is says the discount itself, else who holds it.
    void writeDiscounts(const QList<stripe::Discount>& discounts, const QString& customerId, const QString& subscriptionId, const QString& itemId);

    /// What other objects ask of the customer's row.
    struct Owner {
        bool isReceived = false; ///< not only named by another object
        bool isDeleted = false;
        bool isOfTestClock = false;
    };
    [[nodiscard]] Owner ownerOf(const QString& customerId);
    [[nodiscard]] bool isCustomerDeleted(const QString& customerId) { return ownerOf(customerId).isDeleted; }
    /// Whose object the event is about, as far as the mirror knows.
    [[nodiscard]] QString ownerCustomer(const stripe::Event& event);
    /// 2 when the customer belongs to a test clock, else 0.
    [[nodiscard]] int hiddenLike(const QString& customerId);
    void ensureCustomer(const stripe::Subscription& subscription);
    /// Where there is no ledger all of it is to be made, and nobody keeps who is dirty.
    [[nodiscard]] bool hasLedger();
    /// A page of a first backfill: subscriptions are valued when their list and what they name have ended, and their customers summed then.
    [[nodiscard]] bool isFilling();
    void markDirtyBy(const QString& ref);
    void markDirtyOf(const QString& customerId);
    void erasePersonalTraces(const QString& customerId);
    /// Of a deleted customer's invoice or payment intent: its events may have come before it.
    void eraseEventsOf(const QString& objectId);
    /// Of a deleted customer's charge or refund: what moved the balance may have come before it.
    void scrubTransactionsOf(const QString& sourceId);
    void scrubRows(const char* table, const std::string& where, const QString& parameter);
    /// Whose the charge or refund is.
    [[nodiscard]] QString ownerOfSource(const QString& sourceId);
    void refreshCustomer(const QString& id);
    void refreshBusiness(const QString& businessId);

    Database& m_db;
    qint64 m_receivedMs;
    qint64 m_run;
    Prepacked m_prepacked;              // of the batch
    bool m_changed = false;
    bool m_hasErased = false;
    std::optional<bool> m_hasLedger;
    std::optional<bool> m_isFilling;
    QHash<QString, Owner> m_owners;     // those that were asked for
    QHash<qint64, const stripe::Subscription*> m_writtenSubscriptions;
    Touched m_touched;                  // customers
    Touched m_touchedBusinesses;
    Touched m_touchedLedger;
    MetadataKeys m_metadataKeys;
};

} // namespace ch::store

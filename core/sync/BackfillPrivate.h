// SPDX-License-Identifier: GPL-3.0-or-later
// What the parts of Backfill share. For Backfill's .cpp files alone.
#pragma once

#include "sync/Backfill.h"
#include "sync/ListReader.h"
#include "sync/Pace.h"
#include "sync/SyncLock.h"

#include <QHash>
#include <QSet>
#include <array>

namespace ch::sync {

using store::ObjectList;

// What others refer to comes first.
inline constexpr std::array kReadOrder = {
    ObjectList::Products, ObjectList::Prices, ObjectList::Coupons, ObjectList::Customers, ObjectList::Subscriptions, ObjectList::Invoices, ObjectList::PaymentIntents,
    ObjectList::Events, ObjectList::SubscriptionSchedules, ObjectList::Charges, ObjectList::InvoicePayments, ObjectList::Refunds, ObjectList::CreditNotes,
    ObjectList::BalanceTransactions};

class Backfill::Private {
public:
    Private(Backfill* job, stripe::StripeClient& stripeClient, Applier& itsApplier, Clock& itsClock, const QString& itsDir, int itsPageSize)
        : q(job), client(stripeClient), applier(itsApplier), clock(itsClock), dir(itsDir), pageSize(itsPageSize)
    {
    }

    void begin();
    Status takeUp();
    void lookAtEvents();
    [[nodiscard]] ListReader* newReader(ObjectList list);
    [[nodiscard]] std::optional<qint64> objectsLeft() const;
    void startLists();
    void startList(ObjectList list);
    void listEnded(ObjectList list, const Status& status);
    void valueEarly(ObjectList list);
    void value(const std::function<void()>& then);
    void readHeads();
    void headEnded(const Status& status);
    void readChanged();
    void readNextChanged();
    void changedEnded(const store::ObjectRef& object, const Status& status);
    void beginFetches();
    void fetchNext();
    void fetchPrice(const QString& id);
    void fetchCoupon(const QString& id);
    void fetched(const QString& id, const Status& status);
    void finish();
    void finishValued();
    void end(Result<SyncSummary> result);
    void report(ObjectList list);

    Backfill* q;
    stripe::StripeClient& client;
    Applier& applier;
    Clock& clock;
    QString dir;
    int pageSize;
    std::unique_ptr<SyncLock> lock;
    std::unique_ptr<QObject> work = std::make_unique<QObject>(); // parent of everything under way: deleting it calls all of it off
    PageStore* pages = new PageStore(applier, clock, work.get());
    QHash<int, store::ListProgress> known;
    QHash<int, std::vector<store::WindowProgress>> windows; // as a former process left them
    QHash<int, ListReader*> readers;
    QHash<int, qint64> held;                                // by a complete sync before: what a list will hold, about
    Pace pace;
    std::vector<store::ObjectRef> changed;                  // while the lists were being read
    size_t nextList = 0;
    QList<ObjectList> waitedForByValues = {ObjectList::Prices, ObjectList::Coupons, ObjectList::Customers, ObjectList::Subscriptions};
    bool valuedEarly = false;
    int running = 0;
    QSet<int> listsEnded;
    QStringList prices;
    QStringList coupons;
    int fetching = 0;
    qint64 run = 0;
    qint64 startedMs = 0;
    qint64 sentBefore = 0;
    bool isOver = false;
};

} // namespace ch::sync

// SPDX-License-Identifier: GPL-3.0-or-later
// The job behind readTakedownPlan: from what mirror and records know of a business to what Stripe says of it now. Private to core/business.
#pragma once

#include "business/Find.h"
#include "business/RemaindersRead.h"
#include "business/Takedown.h"

#include <deque>

namespace ch::business {

/// MRR of each subscription of a customer, as the mirror values it.
[[nodiscard]] Result<QMap<QString, Money>> valuesOf(const store::MirrorReader& mirror, const QString& customerId);
/// Adds up what goes, by currency.
void sumLoss(TakedownPlan& plan);
/// What each subscription's unused time and pending items come to.
void sumRemainders(const std::vector<Remainder>& remainders, PlannedCancel& cancel);

class PlanRead : public ResultJob<TakedownPlan> {
    Q_OBJECT
public:
    PlanRead(stripe::StripeClient& client, sync::Applier& applier, store::RecordsFile& records, Clock& clock, const QString& businessId, bool deleteByDefault, PlanDepth depth, QObject* parent);
    void cancel() override;

private:
    void begin();
    void lookForNewCustomers();
    void readCustomers();
    void readNextCustomer();
    void customerRead(const QString& id, const Result<stripe::Answered<stripe::Customer>>& result);
    void chooseCustomer();
    void listNextCustomer();
    void readRest();
    void restRead(const QString& id, const Result<stripe::Answered<stripe::Subscription>>& result);
    void found(const stripe::Subscription& subscription);
    void readIntent();
    void readRemainders();
    void end();
    void refuse(const char* code, const QString& message);
    void apply(store::Batch batch);
    [[nodiscard]] bool stopsHere();

    template <typename T>
    ResultJob<T>* follow(ResultJob<T>* job)
    {
        m_active = job;
        return job;
    }

    QPointer<stripe::StripeClient> m_client;
    sync::Applier& m_applier;
    store::RecordsFile& m_records;
    Clock& m_clock;
    QString m_businessId;
    bool m_deleteByDefault;
    PlanDepth m_depth;
    TakedownPlan m_plan;
    std::optional<store::Record> m_record;
    std::deque<QString> m_toRead;
    std::deque<QString> m_toList;
    std::deque<QString> m_rest;
    QStringList m_seen;
    QStringList m_former;                 ///< customers of the business that are deleted, beside a living one
    std::vector<stripe::Subscription> m_living;
    QPointer<Job> m_active;
    bool m_stopping = false;
};

} // namespace ch::business

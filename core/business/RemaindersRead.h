// SPDX-License-Identifier: GPL-3.0-or-later
// Reads from Stripe what a cancel leaves open: invoices that are open or drafts, pending items, and what the time that is paid and not used
// was paid with. What the key may not read is named and left out. What is read goes into the mirror. Private to core/business.
#pragma once

#include "business/Find.h"
#include "business/Planned.h"
#include "sync/Applier.h"

#include <deque>

namespace ch::business {

struct FoundRemainders {
    std::vector<Remainder> remainders;
    QStringList notReadable;
};

/// The paid part of an invoice's lines that lies after now, in minor units; 0 where there is none. Rounded down, line by line.
[[nodiscard]] qint64 unusedOf(const std::vector<stripe::InvoiceLine>& lines, const QString& subscriptionId, qint64 nowSeconds);

/// An invoice that is open or a draft.
[[nodiscard]] Remainder remainderOf(const stripe::Invoice& invoice);

class RemaindersRead : public ResultJob<FoundRemainders> {
    Q_OBJECT
public:
    /// customerId: whose; onlySubscription: of that one alone, empty: of all. living: those whose unused time is asked for.
    RemaindersRead(stripe::StripeClient& client, sync::Applier& applier, Clock& clock, const QString& customerId, const QString& onlySubscription,
                   const std::vector<stripe::Subscription>& living, QObject* parent);
    void cancel() override;

private:
    void readInvoices(const QString& status);
    void readItems();
    void readPaid();
    void readLines();
    void readPayment();
    void readCharges(const QString& intentId);
    void done();
    /// True where the error only means that this may not be read.
    bool isLeftOut(const Error& error, const char* what);

    template <typename T>
    ResultJob<T>* follow(ResultJob<T>* job)
    {
        m_active = job;
        return job;
    }

    QPointer<stripe::StripeClient> m_client;
    sync::Applier& m_applier;
    Clock& m_clock;
    QString m_customerId;
    QString m_only;
    std::deque<stripe::Subscription> m_living;
    struct Paid {
        stripe::Invoice invoice;
        QString subscriptionId;
    };
    std::deque<Paid> m_paid;
    FoundRemainders m_found;
    QPointer<Job> m_active;
    bool m_stopping = false;
};

} // namespace ch::business

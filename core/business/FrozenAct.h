// SPDX-License-Identifier: GPL-3.0-or-later
// What the journal fixes when a take-down or a cancel begins: what was shown and what was chosen, without names. As JSON in the operation's
// inputs, which are blanked when it is settled. Private to core/business.
#pragma once

#include "business/Cancel.h"

#include <QByteArray>

namespace ch::business {

struct FrozenRemainder {
    Remainder remainder;                  ///< without its label and its other choices
    RemainderChoice choice = RemainderChoice::Leave;
};

struct FrozenAct {
    QString targetId;                     ///< as asked for: a business, customer or subscription id
    QString businessId;
    QString businessType;
    QString reason;
    bool deleteCustomer = false;
    bool atPeriodEnd = false;
    bool invoiceNow = false;
    bool prorate = false;
    bool isWhole = false;                 ///< it is about all customers of the business
    QStringList customerIds;
    QStringList deletedCustomerIds;
    QString newestSubscriptionId;         ///< empty: there never was one
    QString paymentIntentId;
    QString paymentIntentStatus;
    std::vector<PlannedCancel> cancels;   ///< id, status, customer, items, endsAlready
    std::vector<FrozenRemainder> remainders; ///< those with which something is to be done

    [[nodiscard]] QByteArray json() const;
    [[nodiscard]] static Result<FrozenAct> fromJson(const QByteArray& json);

    /// InvalidInput, code not_offered: a choice for something that was not shown, or that Stripe does not allow for it.
    [[nodiscard]] static Result<FrozenAct> of(const TakedownRequest& request, const TakedownPlan& plan);
    [[nodiscard]] static FrozenAct of(const CancelRequest& request, const CancelPlan& plan);
};

} // namespace ch::business

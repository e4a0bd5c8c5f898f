// SPDX-License-Identifier: GPL-3.0-or-later
// Everything the detail page shows of one business or customer, read in one question.
#pragma once

#include "store/MirrorReader.h"

#include <optional>

namespace ch::ui {

struct DetailValues {
    QString askedFor;                          ///< the id that was opened
    store::Business business;
    std::vector<stripe::Customer> customers;   ///< those that the mirror holds
    std::vector<store::Row> subscriptions;     ///< Table::Subscriptions
    std::vector<store::Row> invoices;          ///< Table::Invoices
    std::optional<stripe::PaymentIntent> paymentIntent;
};

/// objectId: a business id, a customer id or a subscription id. Nothing when neither mirror nor records know it. Runs in the reader's thread.
[[nodiscard]] Result<std::optional<DetailValues>> readDetail(const store::MirrorReader& reader, const QString& objectId);

} // namespace ch::ui

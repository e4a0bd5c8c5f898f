// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON contracts of countinghousectl, made from plain values. Fields may be added; none goes away. Absent ids and times are null.
#pragma once

#include "workspace/Workspace.h"

#include <QJsonArray>
#include <QJsonObject>

namespace ch::ctl {

[[nodiscard]] QJsonObject syncJson(const sync::SyncSummary& summary);
[[nodiscard]] QJsonObject businessJson(const store::Business& business);
[[nodiscard]] QJsonObject subscriptionJson(const stripe::Subscription& subscription, const Money& mrr, const QString& problem);
[[nodiscard]] QJsonObject takedownJson(const business::TakedownOutcome& outcome);
[[nodiscard]] QJsonObject cancelJson(const business::CancelOutcome& outcome);
[[nodiscard]] QJsonObject provisionJson(const business::ProvisionOutcome& outcome);
[[nodiscard]] QJsonObject priceJson(const business::EnsuredPrice& price);
[[nodiscard]] QJsonObject operationJson(const store::Operation& operation);
[[nodiscard]] QJsonObject auditCheckJson(const store::AuditCheck& check);
[[nodiscard]] QJsonObject gatesJson(const workspace::GatesState& gates);
[[nodiscard]] QJsonObject profileJson(const access::Profile& profile);

/// "1234.50 USD"
[[nodiscard]] QString moneyText(const Money& money);
/// Several currencies, "12.00 USD + 3.00 EUR"; "-" for none.
[[nodiscard]] QString moneyText(const std::vector<Money>& money);

} // namespace ch::ctl

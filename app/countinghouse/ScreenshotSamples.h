// SPDX-License-Identifier: GPL-3.0-or-later
// States that the demo account does not bring about by itself, as values: outcomes of a take-down, an error, a partial mirror, a live account.
#pragma once

#include "business/Cancel.h"
#include "business/Provision.h"
#include "workspace/Workspace.h"

#include <memory>

namespace ch {

[[nodiscard]] Error sampleError();
[[nodiscard]] business::TakedownOutcome sampleFailure(const QString& businessId);
[[nodiscard]] business::TakedownOutcome sampleUnknown(const QString& businessId);
[[nodiscard]] business::TakedownOutcome samplePartly(const QString& businessId);
/// A legacy record: a business known by its payment intent only.
[[nodiscard]] QByteArray sampleRecords();
[[nodiscard]] store::Completeness samplePartial(const store::Completeness& whole);
/// Half-way through a large account.
[[nodiscard]] sync::SyncProgress sampleProgress();
[[nodiscard]] workspace::AccountState sampleAccount(stripe::Mode mode);
/// Two profiles: one with its key in the keychain, one without.
[[nodiscard]] std::vector<access::Profile> sampleProfiles();
/// 257 characters: one more than Stripe takes.
[[nodiscard]] QString sampleLongName();
/// Written from right to left.
[[nodiscard]] QString sampleForeignName();
/// status: unknown or failed.
[[nodiscard]] business::ProvisionOutcome sampleProvision(const QString& status);
[[nodiscard]] business::CancelOutcome sampleCancel();
/// Operations as the terminal leaves them in the account's records: one failed, one unknown, one waiting, and one that runs while the file is
/// held.
[[nodiscard]] std::unique_ptr<store::RecordsFile> sampleOperations(const workspace::AccountState& account);
/// A plan of the same shape that the engine hands out, for the pictures of other modes.
[[nodiscard]] business::TakedownPlan samplePlan();
/// An endpoint of a profile that listens, with two secrets, and has refused a delivery.
[[nodiscard]] workspace::WebhookState sampleWebhooks();

} // namespace ch

// SPDX-License-Identifier: GPL-3.0-or-later
// States that the demo account does not bring about by itself, as values: outcomes of a take-down, an error, a partial mirror, a live account.
#pragma once

#include "business/Takedown.h"
#include "workspace/Workspace.h"

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
/// A plan of the same shape that the engine hands out, for the pictures of other modes.
[[nodiscard]] business::TakedownPlan samplePlan();

} // namespace ch

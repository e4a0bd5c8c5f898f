// SPDX-License-Identifier: GPL-3.0-or-later
// What a fault rule answers: errors in Stripe's forms, answers with something wrong in them, and bytes that are no proper answer at
// all. Plain functions; any thread.
#pragma once

#include "sandbox/FaultPlan.h"
#include "serve/Message.h"

namespace ch::sandbox {

/// The answer of the kinds that put a whole one together: made of the rule, or of the right answer with something wrong in it.
[[nodiscard]] serve::Reply faultReply(const FaultRule& fault, const serve::Reply& right, const QByteArray& requestId);

/// The bytes of the kinds whose head or framing is wrong, after which the connection ends; empty for the others.
[[nodiscard]] QByteArray faultBytes(const FaultRule& fault, const serve::Reply& right);

} // namespace ch::sandbox

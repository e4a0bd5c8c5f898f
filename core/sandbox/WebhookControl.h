// SPDX-License-Identifier: GPL-3.0-or-later
// The sandbox's own path for webhooks, which Stripe does not have (there it is the Dashboard's matter):
//   GET   settings, endpoints and the last attempts (Deliveries::report)
//   POST  one order a line:
//           duplicates=RATE, reorder=RATE, lost=RATE, delay=MS[-MS], seed=N   settings (WebhookPlan)
//           resend=EVENT[,ENDPOINT]                                once more, to one endpoint or to all that want it
//           roll=ENDPOINT[,SECONDS]                                a new secret; the old one signs beside it for so long (a day)
//         Answers as GET, with "secrets" beside it where some were rolled. 400 with a sentence for the first line that cannot be done; those
//         before it are done.
#pragma once

#include "sandbox/Deliveries.h"
#include "serve/Message.h"

namespace ch::sandbox {

[[nodiscard]] serve::Reply webhookControl(Deliveries& deliveries, const serve::Request& request);

} // namespace ch::sandbox

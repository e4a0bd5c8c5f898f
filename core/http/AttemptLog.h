// SPDX-License-Identifier: GPL-3.0-or-later
// The one line that the log gets for each request sent. Never a body, a key, a query or an id of an object. Any thread.
#pragma once

#include "http/Client.h"

namespace ch::http {

/// "GET /v1/customers/{id} 200 143 ms attempt 1 req_..."; without an answer the kind of error stands for the status.
[[nodiscard]] QString attemptLine(const AttemptReport& report);

/// Writes that line: info, or a warning for 401, 403, 409, 429, 5xx and for no answer. For Client::setObserver.
void logAttempt(const AttemptReport& report);

} // namespace ch::http

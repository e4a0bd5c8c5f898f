// SPDX-License-Identifier: GPL-3.0-or-later
// How what judges a webhook refuses it: InvalidInput with a short stable code, which the endpoint answers with, and a sentence for who reads that.
#pragma once

#include "base/Error.h"

namespace ch::stripe {

[[nodiscard]] inline tl::unexpected<Error> refused(const char* code, const QString& message)
{
    Error error;
    error.kind = ErrorKind::InvalidInput;
    error.code = QLatin1String(code);
    error.message = message;
    return fail(std::move(error));
}

} // namespace ch::stripe

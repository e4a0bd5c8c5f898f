// SPDX-License-Identifier: GPL-3.0-or-later
// What must hold for every answer before anything is read from it: one whole JSON object, to its last byte. And the two facts that
// StripeClient watches in all of them. Pure; any thread.
#pragma once

#include "base/Error.h"

#include <QByteArray>

namespace ch::stripe {

struct AnswerShape {
    QByteArray compact;     ///< the answer without white space outside strings
    bool sawLive = false;   ///< "livemode": true in the object, or in an object of a list
    bool sawTest = false;   ///< "livemode": false there
    bool isError = false;   ///< Stripe's {"error": {...}}
};

/// Protocol when the text is cut off, no JSON, or not an object.
[[nodiscard]] Result<AnswerShape> shapeOfAnswer(const QByteArray& json);

} // namespace ch::stripe

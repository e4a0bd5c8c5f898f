// SPDX-License-Identifier: GPL-3.0-or-later
#include "stripe/Objects.h"

namespace ch::stripe {

bool Subscription::isEnded() const
{
    return status == QLatin1String("canceled") || status == QLatin1String("incomplete_expired");
}

} // namespace ch::stripe

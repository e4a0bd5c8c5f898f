// SPDX-License-Identifier: GPL-3.0-or-later
// The types of events that a webhook endpoint can ask for, in Stripe's order: those of API version 2026-10-28.endive, as the official
// package lists them (stripe 23.1.0, WebhookEndpointCreateParams.EnabledEvent). Immutable; any thread.
#pragma once

#include <QByteArray>
#include <QList>

namespace ch::sandbox {

/// Without "*".
[[nodiscard]] const QList<QByteArray>& eventTypes();

} // namespace ch::sandbox

// SPDX-License-Identifier: GPL-3.0-or-later
// What the command line of stripe-sandbox asks for. Refuses what it does not know and numbers out of range. Plain values.
#pragma once

#include "base/Error.h"
#include "sandbox/Engine.h"
#include "sandbox/FaultPlan.h"
#include "sandbox/WebhookPlan.h"

#include <QStringList>

namespace ch::sandbox {

struct Arguments {
    enum class Wish { Serve, Help, Version, Endpoints };

    Wish wish = Wish::Serve;
    quint16 port = 0;           ///< 0: any free one
    Options account;
    qint64 latencyMs = 0;
    QString loadFile, saveFile; ///< empty: a made-up account; saved nowhere
    qint64 speed = 1;           ///< how fast the account's wall clock runs; 0: it stands still
    QList<QPair<QString, FaultRule>> faults; ///< as written, and as read
    struct Webhook {
        QByteArray url, secret; ///< an empty secret is made up and printed
    };
    QList<Webhook> webhooks;    ///< endpoints for all events from the start on
    WebhookPlan webhookPlan;    ///< its seed is the account's

    /// Reads the arguments, the program's name first. Fails with InvalidInput: a sentence about the first that cannot be used.
    [[nodiscard]] static Result<Arguments> parse(const QStringList& arguments);
};

/// The page that --help prints.
[[nodiscard]] QString usage();

} // namespace ch::sandbox

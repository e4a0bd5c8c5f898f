// SPDX-License-Identifier: GPL-3.0-or-later
// What the form of a key says, in a person's words, while it is being pasted; and the permissions that a restricted key needs. Pure.
#pragma once

#include "base/Secret.h"

#include <QList>
#include <QString>

namespace ch::ui {

struct KeyWords {
    bool usable = false;
    bool live = false;
    QString text;       ///< "Secret key, TEST" or why it cannot be used; empty while nothing was entered
};

[[nodiscard]] KeyWords keyWords(const Secret& key);

struct NeededPermission {
    QString resource;   ///< in Stripe's words
    QString level;      ///< Read or Write
    QString why;
};
[[nodiscard]] QList<NeededPermission> neededPermissions();

} // namespace ch::ui

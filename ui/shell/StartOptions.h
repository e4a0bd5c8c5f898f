// SPDX-License-Identifier: GPL-3.0-or-later
// What the command line and the package decided for the window. A plain value.
#pragma once

#include <QString>
#include <QUrl>

namespace ch::ui {

struct StartOptions {
    QString dataDir;
    QString profile;
    QUrl apiBase;
    bool demo = false;
    QString version;
    QUrl updateAddress;      ///< who is asked for newer versions, by whoever made the package; empty: nobody
};

} // namespace ch::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// Reads one list of the account to its end, page by page: a page is completed (nested lists that were cut), judged, and stored in one
// transaction with the cursor of the next. For Backfill alone, which owns it and outlives it.
#pragma once

#include "base/Clock.h"
#include "stripe/Calls.h"
#include "sync/Applier.h"

#include <QObject>
#include <QSet>
#include <memory>

namespace ch::sync {

class ListReader : public QObject {
public:
    struct Around {
        stripe::StripeClient& client;
        Applier& applier;
        Clock& clock;
        qint64 run = 0;
    };
    using Ended = std::function<void(const Status&)>;

    ListReader(const Around& around, const store::ListProgress& progress, QObject* parent) : QObject(parent), m_around(around), m_progress(progress) {}

    /// Goes on where the progress says. ended is called once, from the event loop; ended with a failure the progress is kept.
    virtual void start(std::function<void()> stored, Ended ended) = 0;
    /// Reads the list's head again, down to what this run has stored already: what was made while the lists were being read. Works on
    /// a reader that has ended or never started; the progress stays as it is.
    virtual void startHead(Ended ended) = 0;
    [[nodiscard]] const store::ListProgress& progress() const { return m_progress; }

protected:
    Around m_around;
    store::ListProgress m_progress;
};

/// The reader of that list.
[[nodiscard]] ListReader* readerOf(store::ObjectList list, const ListReader::Around& around, const store::ListProgress& progress, QObject* parent);

/// What an object of the other mode is called.
[[nodiscard]] Error wrongMode(const QString& objectId);

} // namespace ch::sync

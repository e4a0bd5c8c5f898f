// SPDX-License-Identifier: GPL-3.0-or-later
// Reads one list of the account to its end, several windows of "created" at once (Windows.h): a page is judged, completed (nested lists that
// were cut), and stored in one transaction with how far its windows came. For Backfill alone, which owns it and outlives it.
#pragma once

#include "base/Clock.h"
#include "stripe/StripeClient.h"
#include "sync/Applier.h"
#include "sync/PageStore.h"
#include "sync/Windows.h"

#include <QObject>

namespace ch {
class Worker;
}

namespace ch::sync {

class ListReader : public QObject {
public:
    struct Around {
        stripe::StripeClient& client;
        Applier& applier;
        Clock& clock;
        qint64 run = 0;
        int pageSize = 100;
        std::function<int()> windowsAtOnce;
        Worker* worker = nullptr;     ///< reads and packs pages; null: that is done here
        PageStore* pages = nullptr;   ///< of start and look
    };
    using Ended = std::function<void(const Status&)>;

    ListReader(const Around& around, const store::ListProgress& progress, QObject* parent) : QObject(parent), m_around(around), m_progress(progress) {}

    /// Goes on where the windows of the run stand. ended is called once, from the event loop; ended with a failure the progress is kept.
    virtual void start(std::function<void()> stored, Ended ended) = 0;
    /// Reads the first page alone and stores it with the names of its newest second's objects: the run's first look at the events. Then as
    /// start, after goOn(). looked is called once, ended instead when the list has ended with that page or failed.
    virtual void look(std::function<void()> looked, std::function<void()> stored, Ended ended) = 0;
    virtual void goOn() = 0;
    /// Reads the list's head again, down to what this run has stored already: what was made while the lists were being read. Works on
    /// a reader that has ended or never started; the progress stays as it is.
    virtual void startHead(Ended ended) = 0;
    /// Reads one object again. NotFound, or a code resource_missing, when Stripe has it no more.
    virtual void readAgain(const QString& id, Ended ended) = 0;

    [[nodiscard]] const store::ListProgress& progress() const { return m_progress; }
    /// Objects that the list still holds; nothing as long as that cannot be told.
    [[nodiscard]] virtual std::optional<qint64> left() const = 0;

protected:
    Around m_around;
    store::ListProgress m_progress;
};

/// The reader of that list. kept: its windows, where a former process left some.
[[nodiscard]] ListReader* readerOf(store::ObjectList list, const ListReader::Around& around, const store::ListProgress& progress,
                                   const std::vector<store::WindowProgress>& kept, QObject* parent);

} // namespace ch::sync

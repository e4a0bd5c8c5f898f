// SPDX-License-Identifier: GPL-3.0-or-later
// The event loop of a run, with a door at each event: who it is for is told before it is delivered. What the one told throws leaves the
// loop with the event undelivered: so ends a program that is killed between two events.
#pragma once

#include <QCoreApplication>
#include <QEvent>
#include <functional>

namespace ch::sim {

class Application final : public QCoreApplication {
public:
    using QCoreApplication::QCoreApplication;

    bool notify(QObject* receiver, QEvent* event) override
    {
        ++s_delivered;
        // Only what was queued: others are sent from within constructors and destructors.
        if (s_watch && event->type() == QEvent::MetaCall) {
            s_watch(receiver);
        }
        return QCoreApplication::notify(receiver, event);
    }

    static void watchEvents(std::function<void(QObject* receiver)> watch) { s_watch = std::move(watch); }

    /// Everything queued, and what that queues; deferred deletions too.
    static void deliver()
    {
        qint64 before = -1;
        while (before != s_delivered) { // a call delivers what was queued before it, not what that queues
            before = s_delivered;
            sendPostedEvents();
            sendPostedEvents(nullptr, QEvent::DeferredDelete);
        }
    }

private:
    static inline qint64 s_delivered = 0;
    static inline std::function<void(QObject*)> s_watch;
};

/// The parent of all that one program does: its number is found from any object below it.
class ProgramRoot final : public QObject {
public:
    explicit ProgramRoot(int programNumber) : number(programNumber) {}
    const int number;

    /// -1: not below one.
    static int numberOf(const QObject* object)
    {
        while (object && object->parent()) {
            object = object->parent();
        }
        const auto* root = dynamic_cast<const ProgramRoot*>(object);
        return root ? root->number : -1;
    }
};

/// Thrown where a program is killed: its work ends at that very place, as the operating system would end it.
struct Killed {
    int program = 0;
};

} // namespace ch::sim

// SPDX-License-Identifier: GPL-3.0-or-later
// What the account did, told out of band and without end: one JSON line for each change of a subscription and of a customer's discount, with the
// state from then on. The API tells of the last 30 days only, and of much that is older not at all; whoever rebuilds the past from the API can
// hold it against this. Written from the rows, not from answers or events. Kept only where asked for (Options::truth), and not saved.
// Owned by the engine; one thread.
#pragma once

#include "sandbox/State.h"

#include <QByteArrayList>

namespace ch::sandbox {

class Truth {
public:
    explicit Truth(const State& state) : s(state) {}

    void tell(const Subscription& row, const char* type, qint64 at);
    /// A customer's own discount comes or goes; those of subscriptions and items stand in the lines of their subscription.
    void tell(const Discount& row, const char* type, qint64 at);

    /// The lines from a number on, at most so many.
    [[nodiscard]] QByteArray lines(qsizetype from, qsizetype most) const;

private:
    const State& s;
    QByteArrayList m_lines;
};

} // namespace ch::sandbox

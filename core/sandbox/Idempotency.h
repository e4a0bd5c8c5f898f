// SPDX-License-Identifier: GPL-3.0-or-later
// The first answer to each idempotency key, for a day (docs.stripe.com/api/idempotent_requests). What is kept is the caller's matter: answers of
// requests whose execution began, whatever they say. Keys come with the mode in front, so that each mode has its own. Instants are seconds.
// One thread.
#pragma once

#include "sandbox/Form.h"

#include <QHash>
#include <deque>

namespace ch::sandbox {

inline constexpr qsizetype kLongestKey = 255;

class Idempotency {
public:
    struct Kept {
        QByteArray path, fingerprint, requestId, body;
        int status = 0;
        qint64 at = 0;
    };

    /// The answer, or nullptr. Forgets what is a day old.
    [[nodiscard]] const Kept* find(const QByteArray& key, qint64 now);
    void keep(const QByteArray& key, const Kept& answer);
    /// Another answer than the kept one has left. Passes over a key that has none.
    void replace(const QByteArray& key, int status, const QByteArray& body);

    /// The same for the same parameters, however they were encoded and in whatever order they came.
    [[nodiscard]] static QByteArray fingerprint(const Node& params);

    /// For saving: the keys, oldest first, and what is kept for one of them.
    [[nodiscard]] const std::deque<QByteArray>& keys() const { return m_order; }
    [[nodiscard]] const Kept& kept(const QByteArray& key) const { return *m_kept.constFind(key); }

private:
    QHash<QByteArray, Kept> m_kept;
    std::deque<QByteArray> m_order; ///< oldest first
};

} // namespace ch::sandbox

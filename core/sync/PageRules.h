// SPDX-License-Identifier: GPL-3.0-or-later
// What a page must be to be believed. Each refusal says what came and what to do; what was stored is kept, and the mirror stays partial.
#pragma once

#include "stripe/ApiKey.h"
#include "stripe/Parse.h"
#include "sync/Windows.h"

namespace ch::sync {

/// The largest single object that is taken. An invoice with 250 lines has some 500 KiB.
inline constexpr qint64 kObjectBytesAtMost = 8LL << 20;
/// Pages in a row that lead to nothing older. A second holds hundreds of objects where many are made at once, never these 30,000.
inline constexpr int kStillPagesAtMost = 300;

/// An object of the other mode.
[[nodiscard]] Error wrongMode(const QString& objectId);
[[nodiscard]] Status endless(const QString& list);
[[nodiscard]] Status repeats(const QString& list, const QString& objectId);
/// What a list that holds nothing any more of what it held is called; the run that read it is not to be gone on from.
inline constexpr char kOtherAccount[] = "other_account";
[[nodiscard]] Status otherAccount(const QString& list);
[[nodiscard]] Status tooLarge(const QString& objectId, qint64 bytes);

/// Whether a list that goes on like this can end.
[[nodiscard]] Status judgeCourse(const QString& list, const store::WindowProgress& window, int stillPages, bool hasMore, bool hasObjects);
/// Whether the object is of the time that was asked for.
[[nodiscard]] Status judgeTime(const QString& list, const store::WindowProgress& window, qint64 created, const QString& objectId);

template <typename T>
[[nodiscard]] Status judgeObjects(stripe::Mode mode, const std::vector<stripe::Received<T>>& objects)
{
    for (const auto& received : objects) {
        if (received.json.size() > kObjectBytesAtMost) {
            return tooLarge(received.object.id, received.json.size());
        }
        if constexpr (requires { received.object.livemode; }) {
            if constexpr (requires { received.object.deleted; }) {
                if (received.object.deleted) {
                    continue; // a stub says nothing of its mode
                }
            }
            if (received.object.livemode != (mode == stripe::Mode::Live)) {
                return fail(wrongMode(received.object.id));
            }
        }
    }
    return {};
}

} // namespace ch::sync

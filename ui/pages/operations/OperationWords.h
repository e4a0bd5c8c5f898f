// SPDX-License-Identifier: GPL-3.0-or-later
// Operations and their steps in a person's words: what they are, what stands against them, what to do. Pure.
#pragma once

#include "store/Journal.h"

namespace ch::ui {

[[nodiscard]] QString kindText(store::OperationKind kind);
/// Its word as statusLook knows it: a running one that nobody works on is "interrupted".
[[nodiscard]] QString stateWord(const store::Operation& operation);
/// "Make the customer"; a word that we do not know as it came.
[[nodiscard]] QString stepText(const QString& name);
/// What an error's code says, in a few words; empty for none.
[[nodiscard]] QString problemText(const QString& code);

struct OperationWords {
    QString headline;   ///< "New business · shop-1"
    QString sentence;   ///< how it stands and what that means
    QString advice;     ///< what to do; empty: nothing
    QString act;        ///< words of the button that goes on with it; empty: none
    bool again = false; ///< the button begins a new attempt, it does not go on
};
[[nodiscard]] OperationWords operationWords(const store::Operation& operation, bool live);

} // namespace ch::ui

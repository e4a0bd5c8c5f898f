// SPDX-License-Identifier: GPL-3.0-or-later
// An Error in a person's words: what happened, what it means, what to do. The one place where such text is made. Pure.
#pragma once

#include "base/Error.h"

namespace ch::ui {

struct ErrorWords {
    QString happened;   ///< a headline of a few words
    QString means;      ///< one or two sentences
    QString advice;     ///< what to do
    QString details;    ///< technical lines, folded away: kind, status, code, param, request id, detail
    QString requestId;  ///< to copy; may be empty
    bool isWarning = false; ///< nothing was lost and nothing need be done at once: shown in the warning tone
};

[[nodiscard]] ErrorWords errorWords(const Error& error);

} // namespace ch::ui

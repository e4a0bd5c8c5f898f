// SPDX-License-Identifier: GPL-3.0-or-later
// The commands and options of countinghousectl as two tables, from which the command line is read, checked and completed: a new option stands
// here, in Arguments with what is read of it, and in the help.
#pragma once

#include "Arguments.h"

#include <span>
#include <vector>

namespace ch::ctl {

struct CommandForm {
    const char* words;
    Command command;
    const char* operand;     ///< what must follow; nullptr: nothing may
    const char* options;     ///< those that only some commands take
};

/// The form that words begin with, and how many of them it takes; null: there is none.
[[nodiscard]] const CommandForm* findForm(const QStringList& words, qsizetype* used);

/// A command as it is typed, for completion.
struct CommandShape {
    QStringList words;      ///< one or two
    QString operand;        ///< what must follow, in words for people; empty: nothing may
    QStringList options;    ///< those that only some commands take, without dashes
};
[[nodiscard]] std::vector<CommandShape> commandShapes();

enum class OptionValue { None, Text, File, Folder };

struct OptionShape {
    const char* name;       ///< without dashes
    OptionValue value;      ///< what must follow
    bool isCommon;          ///< every command takes it
};
[[nodiscard]] std::span<const OptionShape> optionShapes();

} // namespace ch::ctl

// SPDX-License-Identifier: GPL-3.0-or-later
// What a saved account consists of: what it takes to make up its templates again (options, start), and what has changed since. The
// templates themselves are not saved; a sample of them tells whether this program makes the same ones. The bytes start with a mark, the
// number of the format, a length and a checksum of the rest, so that a file that is cut off, damaged, foreign or newer is refused.
#pragma once

#include "base/Error.h"
#include "sandbox/Engine.h"
#include "sandbox/SaveFile.h"
#include "sandbox/State.h"

namespace ch::sandbox {

/// Puts the mark and the checksum before what was written.
[[nodiscard]] QByteArray sealed(const QByteArray& payload);
/// What was sealed. Fails with InvalidInput and a sentence that says why it cannot be used.
[[nodiscard]] Result<QByteArray> unsealed(const QByteArray& file);

/// What the account is; not who may ask it and how often.
void writeOptions(SaveWriter& out, const Options& options);
void readOptions(SaveReader& in, Options* options);

void writeState(SaveWriter& out, const State& state);
/// Into a state whose templates have been made and repeated. Fails with InvalidInput where they are not those of the file.
[[nodiscard]] Status readState(SaveReader& in, State* state);

} // namespace ch::sandbox

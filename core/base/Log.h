// SPDX-License-Identifier: GPL-3.0-or-later
// The program's log: spdlog behind one redacting sink that every line passes and that has no off switch. Lines say what happened,
// never bodies, keys or personal data. The one thing of the process that is reached without being handed in, as spdlog's own
// registry is. Any thread.
#pragma once

#include "base/Error.h"

#include <QObject>
#include <QString>
#include <QStringList>

namespace ch::log {

enum class Level { Debug, Info, Warning, Error };

/// Writes to dir/countinghouse.log from now on (rotating: 5 files of 5 MiB, mode 0600), beside what is kept in memory. Without a
/// call lines are kept in memory only. Fails with Storage when the folder cannot be written; the program goes on without a file.
[[nodiscard]] Status startFile(const QString& dir);

/// Also writes to stderr (the terminal program's --verbose).
void startStderr();

void write(Level level, const QString& line);
inline void debug(const QString& line) { write(Level::Debug, line); }
inline void info(const QString& line) { write(Level::Info, line); }
inline void warning(const QString& line) { write(Level::Warning, line); }
inline void error(const QString& line) { write(Level::Error, line); }

/// The newest lines (at most 2,000), oldest first, as they stand in the file. For the viewer in the window.
[[nodiscard]] QStringList recentLines();

/// The file being written, or empty.
[[nodiscard]] QString filePath();

void flush();

/// Takes out what must never be written, whatever the line: API keys and webhook secrets of every known prefix, bearer and basic
/// credentials, client secrets, card numbers, e-mail addresses, and the query part of URLs.
[[nodiscard]] QString redacted(const QString& text);

} // namespace ch::log

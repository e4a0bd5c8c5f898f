// SPDX-License-Identifier: GPL-3.0-or-later
// What the terminal program says and where: results on standard output, messages and progress on standard error. The one place of its
// sentences about errors, and of its exit codes. Nothing with the form of a key leaves it.
#pragma once

#include "base/Error.h"
#include "base/Secret.h"

#include <QJsonDocument>
#include <QString>
#include <QStringList>

namespace ch::ctl {

enum ExitCode { Done = 0, Failed = 1, Usage = 2, KeyRefused = 3, NotReachable = 4, RefusedBySafety = 5, OutcomeUnknown = 6, DoneInPart = 7 };

[[nodiscard]] ExitCode exitCodeOf(const Error& error);

/// What happened and what to do, with Stripe's code and request id where there are any.
[[nodiscard]] QString sentenceOf(const Error& error);

class Terminal {
public:
    explicit Terminal(bool json) : m_json(json) {}

    /// Whether a person reads standard output: else a program does, and JSON is what it can read.
    [[nodiscard]] static bool isOutputATerminal();
    [[nodiscard]] bool wantsJson() const { return m_json; }
    void json(const QJsonDocument& document);
    void text(const QString& lines);
    void bytes(const QByteArray& raw);
    /// Rows under headings, each column as wide as its widest cell; columns named in right stand to the right.
    void table(const QStringList& headings, const QList<QStringList>& rows, const QList<int>& right = {});

    void say(const QString& message);
    void tell(const Error& error) { say(sentenceOf(error)); }
    /// Overwrites itself; only on a terminal.
    void progress(const QString& line);
    void endProgress();

    /// One line from standard input, unseen when it is a terminal. Storage when there is none.
    [[nodiscard]] static Result<Secret> readSecret(const QString& prompt);

    /// Whether a person can be asked: standard input and standard error are terminals.
    [[nodiscard]] static bool isInteractive();
    /// One line from standard input, trimmed; empty when there is none.
    [[nodiscard]] static QString readLine(const QString& prompt);

    /// False when standard output could not be written (a full disk, a closed pipe).
    [[nodiscard]] bool wasWritten() const { return m_written; }

private:
    bool m_json;
    bool m_progressShown = false;
    bool m_written = true;
};

/// "1 entry", "12 entries": one as it is, many with the number for its %1.
[[nodiscard]] QString counted(qint64 number, const char* one, const char* many);

/// "2026-11-01" or "-" for 0; seconds UTC.
[[nodiscard]] QString dateText(qint64 seconds);

} // namespace ch::ctl

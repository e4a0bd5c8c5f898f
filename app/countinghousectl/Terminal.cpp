// SPDX-License-Identifier: GPL-3.0-or-later
#include "Terminal.h"

#include "base/Log.h"

#include <QDateTime>
#include <QFile>
#include <QTimeZone>
#include <cstdio>

#ifdef Q_OS_UNIX
#include <termios.h>
#include <unistd.h>
#else
#include <io.h>
#endif

namespace ch::ctl {

namespace {

bool isTerminal(int descriptor)
{
#ifdef Q_OS_UNIX
    return isatty(descriptor) == 1;
#else
    return _isatty(descriptor) != 0;
#endif
}

/// Names and messages come from outside: what would steer the terminal (escape sequences and other controls) is taken out.
QString printable(QString text)
{
    text.removeIf([](QChar c) { return c.category() == QChar::Other_Control && c != QLatin1Char('\n') && c != QLatin1Char('\t'); });
    return text;
}

/// Turns the echo of the terminal off while it lives.
class Unseen {
public:
    Unseen()
    {
#ifdef Q_OS_UNIX
        m_changed = isTerminal(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &m_before) == 0;
        if (m_changed) {
            termios quiet = m_before;
            quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
        }
#endif
    }
    Unseen(const Unseen&) = delete;
    Unseen& operator=(const Unseen&) = delete;
    ~Unseen()
    {
#ifdef Q_OS_UNIX
        if (m_changed) {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &m_before);
            std::fputc('\n', stderr);
        }
#endif
    }

private:
#ifdef Q_OS_UNIX
    termios m_before{};
    bool m_changed = false;
#endif
};

} // namespace

ExitCode exitCodeOf(const Error& error)
{
    if (!error.outcomeKnown) {
        return OutcomeUnknown;
    }
    if (error.code == QLatin1String("key_refused")) {
        return KeyRefused;
    }
    switch (error.kind) {
    case ErrorKind::Authentication:
    case ErrorKind::Permission:
    case ErrorKind::Vault:
        return KeyRefused;
    case ErrorKind::Network:
    case ErrorKind::Timeout:
    case ErrorKind::Tls:
        return NotReachable;
    case ErrorKind::Safety:
        return RefusedBySafety;
    case ErrorKind::InvalidInput:
    case ErrorKind::NotFound:
    case ErrorKind::InvalidRequest:
    case ErrorKind::CardDeclined:
    case ErrorKind::Idempotency:
    case ErrorKind::Conflict:
    case ErrorKind::RateLimited:
    case ErrorKind::Server:
    case ErrorKind::Protocol:
    case ErrorKind::Cancelled:
    case ErrorKind::Storage:
    case ErrorKind::Damaged:
    case ErrorKind::NewerVersion:
    case ErrorKind::Busy:
    case ErrorKind::Internal:
        return Failed;
    }
    return Failed;
}

QString sentenceOf(const Error& error)
{
    QString sentence = error.message.isEmpty() ? QStringLiteral("It failed: %1.").arg(errorKindName(error.kind)) : error.message;
    switch (error.kind) {
    case ErrorKind::Authentication:
        if (error.httpStatus == 401) {
            sentence = QStringLiteral("Stripe refused the key: it is wrong, was rolled, or has expired. Take a valid one from Stripe's Dashboard (Developers, API keys). ") + sentence;
        }
        break;
    case ErrorKind::Permission:
        sentence += error.permission.isEmpty() ? QStringLiteral(" Give the key that permission in Stripe's Dashboard, or use another key.")
                                               : QStringLiteral(" Give the key the permission %1 in Stripe's Dashboard, or use another key.").arg(error.permission);
        break;
    case ErrorKind::Network:
    case ErrorKind::Timeout:
        sentence += QStringLiteral(" Check the network and try again.");
        break;
    case ErrorKind::RateLimited:
        sentence += QStringLiteral(" Wait a minute and try again.");
        break;
    case ErrorKind::InvalidInput:
    case ErrorKind::NotFound:
    case ErrorKind::InvalidRequest:
    case ErrorKind::CardDeclined:
    case ErrorKind::Idempotency:
    case ErrorKind::Conflict:
    case ErrorKind::Server:
    case ErrorKind::Tls:
    case ErrorKind::Protocol:
    case ErrorKind::Cancelled:
    case ErrorKind::Safety:
    case ErrorKind::Storage:
    case ErrorKind::Damaged:
    case ErrorKind::NewerVersion:
    case ErrorKind::Vault:
    case ErrorKind::Busy:
    case ErrorKind::Internal:
        break;
    }
    QStringList facts;
    if (error.httpStatus != 0) {
        facts << QStringLiteral("status %1").arg(error.httpStatus);
    }
    if (!error.code.isEmpty()) {
        facts << QStringLiteral("code %1").arg(error.code);
    }
    if (!error.requestId.isEmpty()) {
        facts << QStringLiteral("request %1").arg(error.requestId);
    }
    if (!facts.isEmpty()) {
        sentence += QStringLiteral(" (%1)").arg(facts.join(QStringLiteral(", ")));
    }
    if (!error.outcomeKnown) {
        sentence += QStringLiteral("\nWhether it was done is NOT known. Look in Stripe, or run the same command again: what is done already counts as done.");
    }
    return sentence;
}

void Terminal::bytes(const QByteArray& raw)
{
    m_written = std::fwrite(raw.constData(), 1, static_cast<size_t>(raw.size()), stdout) == static_cast<size_t>(raw.size()) && std::fflush(stdout) == 0 && m_written;
}

bool Terminal::isOutputATerminal()
{
    return isTerminal(1);
}

void Terminal::json(const QJsonDocument& document)
{
    endProgress();
    bytes(document.toJson(QJsonDocument::Indented));
}

void Terminal::text(const QString& lines)
{
    endProgress();
    bytes(printable(lines).toUtf8() + '\n');
}

void Terminal::table(const QStringList& headings, const QList<QStringList>& rows, const QList<int>& right)
{
    QList<qsizetype> widths;
    for (qsizetype column = 0; column < headings.size(); ++column) {
        qsizetype width = headings[column].size();
        for (const QStringList& row : rows) {
            width = qMax(width, row.value(column).size());
        }
        widths << width;
    }
    const auto line = [&](const QStringList& cells) {
        QStringList padded;
        for (qsizetype column = 0; column < headings.size(); ++column) {
            const QString cell = cells.value(column);
            padded << (right.contains(static_cast<int>(column)) ? cell.rightJustified(widths[column]) : cell.leftJustified(widths[column]));
        }
        QString joined = padded.join(QStringLiteral("  "));
        while (joined.endsWith(QLatin1Char(' '))) {
            joined.chop(1);
        }
        return joined;
    };
    QStringList lines{line(headings)};
    for (const QStringList& row : rows) {
        lines << line(row);
    }
    text(lines.join(QLatin1Char('\n')));
}

void Terminal::say(const QString& message)
{
    endProgress();
    QStringList lines;
    for (const QString& line : printable(message).split(QLatin1Char('\n'))) {
        // The log's rules: whatever a message holds, no key and no address of a person passes.
        lines << log::redacted(line);
    }
    const QByteArray out = lines.join(QLatin1Char('\n')).toUtf8() + '\n';
    std::fwrite(out.constData(), 1, static_cast<size_t>(out.size()), stderr);
    std::fflush(stderr);
}

void Terminal::progress(const QString& line)
{
    if (!isTerminal(2)) {
        return;
    }
    m_progressShown = true;
    std::fprintf(stderr, "\r\033[K%s", line.toUtf8().constData());
    std::fflush(stderr);
}

void Terminal::endProgress()
{
    if (m_progressShown) {
        std::fputs("\r\033[K", stderr);
        m_progressShown = false;
    }
}

Result<Secret> Terminal::readSecret(const QString& prompt)
{
    if (isTerminal(0)) {
        std::fprintf(stderr, "%s", prompt.toUtf8().constData());
        std::fflush(stderr);
    }
    const Unseen unseen;
    QFile input;
    constexpr qint64 kLongest = 1000;
    if (!input.open(stdin, QIODevice::ReadOnly)) {
        return fail(ErrorKind::Storage, QStringLiteral("Standard input cannot be read."));
    }
    QByteArray line = input.readLine(kLongest);
    Secret secret(line.trimmed());
    line.fill('\0');
    if (secret.isEmpty()) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("No key was given. Paste it when asked, or pipe it in."));
    }
    return secret;
}

bool Terminal::isInteractive()
{
    return isTerminal(0) && isTerminal(2);
}

QString Terminal::readLine(const QString& prompt)
{
    std::fprintf(stderr, "%s", printable(prompt).toUtf8().constData());
    std::fflush(stderr);
    QFile input;
    constexpr qint64 kLongest = 1000;
    return input.open(stdin, QIODevice::ReadOnly) ? QString::fromUtf8(input.readLine(kLongest)).trimmed() : QString();
}

QString counted(qint64 number, const char* one, const char* many)
{
    return number == 1 ? QString::fromLatin1(one) : QString::fromLatin1(many).arg(number);
}

QString dateText(qint64 seconds)
{
    return seconds == 0 ? QStringLiteral("-") : QDateTime::fromSecsSinceEpoch(seconds, Qt::UTC).toString(QStringLiteral("yyyy-MM-dd"));
}

} // namespace ch::ctl

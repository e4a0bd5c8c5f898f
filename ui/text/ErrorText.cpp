// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/ErrorText.h"

#include <QCoreApplication>

namespace ch::ui {

namespace {

QString errorTr(const char* text)
{
    return QCoreApplication::translate("ch::ui::ErrorText", text);
}

struct KindWords {
    const char* happened;
    const char* means;
    const char* advice;
};

// No default: a new kind must be given its words here.
KindWords wordsOfKind(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::InvalidInput:
        return {QT_TRANSLATE_NOOP("ch::ui::ErrorText", "This cannot be used"),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Nothing was sent to Stripe and nothing was changed."),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Correct what was entered and try again.")};
    case ErrorKind::Authentication:
        return {QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Stripe refused the key"),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "The key is wrong, was revoked or has expired. What was read before stays readable here."),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Connect with another key under Connections. Keys are made in Stripe's Dashboard, Developers, API keys.")};
    case ErrorKind::Permission:
        return {QT_TRANSLATE_NOOP("ch::ui::ErrorText", "The key may not do this"),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "The key is valid, but it lacks a permission."),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Edit the restricted key in Stripe's Dashboard, Developers, API keys, then synchronise again.")};
    case ErrorKind::NotFound:
        return {QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Stripe does not know this object"),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "It was deleted, or it belongs to another account or mode."),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Synchronise, and check the mode in the strip at the top.")};
    case ErrorKind::InvalidRequest:
        return {QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Stripe refused the request"),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Sending it again unchanged cannot help."),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Read what Stripe says under Details; support can find it by the request id.")};
    case ErrorKind::CardDeclined:
        return {QT_TRANSLATE_NOOP("ch::ui::ErrorText", "The payment was declined"),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "The request was right; the customer's bank said no."),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Ask the customer for another payment method.")};
    case ErrorKind::Idempotency:
        return {QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Stripe saw this act before, in another form"),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "A repeated request differed from the first one, so Stripe did nothing this time."),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Synchronise and look at the object before you act again.")};
    case ErrorKind::Conflict:
        return {QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Stripe was busy with the same object"),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Something else was changing it at the same moment."),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Wait a moment and try again.")};
    case ErrorKind::RateLimited:
        return {QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Stripe asked us to slow down"),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Too many requests reached the account, perhaps from other programs too."),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Wait a minute and try again.")};
    case ErrorKind::Server:
        return {QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Stripe had a fault"),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Stripe answered, but could not do its work."),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Try again in a few minutes; status.stripe.com tells of disturbances.")};
    case ErrorKind::Network:
        return {QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Stripe cannot be reached"),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "No answer came. What is shown is what was read last."),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Check the network and the proxy, then synchronise again.")};
    case ErrorKind::Timeout:
        return {QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Stripe did not answer in time"),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "The connection is slow or was cut. What is shown is what was read last."),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Try again.")};
    case ErrorKind::Tls:
        return {QT_TRANSLATE_NOOP("ch::ui::ErrorText", "The connection is not safe"),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "The server's certificate was not accepted, so nothing was sent."),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Check the computer's clock and any proxy that opens encrypted traffic.")};
    case ErrorKind::Protocol:
        return {QT_TRANSLATE_NOOP("ch::ui::ErrorText", "The answer was not Stripe's"),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "It was cut off or malformed, so none of it was used."),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "A proxy or log-in page may be in between. Check the network, then try again.")};
    case ErrorKind::Cancelled:
        return {QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Stopped"),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "The work ended before it was done. What was read so far is kept."),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Start it again to go on where it stopped.")};
    case ErrorKind::Safety:
        return {QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Refused by a safety rule"),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Countinghouse did not send this to Stripe."),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Check account and mode in the strip at the top before anything else.")};
    case ErrorKind::Storage:
        return {QT_TRANSLATE_NOOP("ch::ui::ErrorText", "The disk refused"),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "A file of Countinghouse could not be read or written."),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Check free space and the rights of the data folder, then try again.")};
    case ErrorKind::Damaged:
        return {QT_TRANSLATE_NOOP("ch::ui::ErrorText", "A file is damaged"),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "It was left as it is; nothing was overwritten."),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Put a backup in its place. Details name the file.")};
    case ErrorKind::NewerVersion:
        return {QT_TRANSLATE_NOOP("ch::ui::ErrorText", "A file is from a newer Countinghouse"),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "This version does not know its form and left it alone."),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Install the newer version, or choose another data folder.")};
    case ErrorKind::Vault:
        return {QT_TRANSLATE_NOOP("ch::ui::ErrorText", "The keychain did not help"),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "The system's keychain is missing, locked or refused. A key is never put into a file instead."),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Unlock the keychain, or use the key for this session only.")};
    case ErrorKind::Busy:
        return {QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Somebody else is at it"),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Another window or terminal is working on the same data folder."),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Wait until it has ended, then try again.")};
    case ErrorKind::Internal:
        return {QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Countinghouse made a mistake"),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "This is a defect of the program."),
            QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Please report it with the details below and the log (Help, Log).")};
    }
    Q_UNREACHABLE();
}

struct CodeWords {
    const char* code;
    const char* happened;
    const char* advice;
};

/// What a gate of ours refused: the message says why, this what to do.
constexpr CodeWords kGateWords[] = {
    {"payments_off", QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Payments are switched off"),
        QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Switch them on in Settings (Ctrl+,), or start the program without ENABLE_PAYMENTS=false.")},
    {"not_in_rollout", QT_TRANSLATE_NOOP("ch::ui::ErrorText", "The business is not in the roll-out yet"),
        QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Raise the roll-out in Settings (Ctrl+,), or wait until it is its turn.")},
    {"protected", QT_TRANSLATE_NOOP("ch::ui::ErrorText", "The business is protected"),
        QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Where it is meant all the same, take the protection off on its page first.")},
    {"type_the_id", QT_TRANSLATE_NOOP("ch::ui::ErrorText", "The id was not typed"),
        QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Type the id that is shown, then try again.")},
    {"live_not_meant", QT_TRANSLATE_NOOP("ch::ui::ErrorText", "It was not said that live mode is meant"),
        QT_TRANSLATE_NOOP("ch::ui::ErrorText", "Look at the mode in the strip at the top, then begin it again from its page.")},
};

QString technicalLines(const Error& error)
{
    QStringList lines;
    const auto add = [&lines](const QString& label, const QString& value) {
        if (!value.isEmpty()) {
            lines << label + QStringLiteral(": ") + value;
        }
    };
    add(errorTr("Kind"), errorKindName(error.kind));
    add(errorTr("HTTP status"), error.httpStatus > 0 ? QString::number(error.httpStatus) : QString());
    add(errorTr("Type"), error.stripeType);
    add(errorTr("Code"), error.code);
    add(errorTr("Decline code"), error.declineCode);
    add(errorTr("Parameter"), error.param);
    add(errorTr("Permission"), error.permission);
    add(errorTr("Request id"), error.requestId);
    add(errorTr("Detail"), error.detail);
    return lines.join(u'\n');
}

} // namespace

ErrorWords errorWords(const Error& error)
{
    const KindWords kind = wordsOfKind(error.kind);
    ErrorWords words;
    words.happened = errorTr(kind.happened);
    words.means = error.message.isEmpty() ? errorTr(kind.means) : error.message;
    words.advice = errorTr(kind.advice);
    if (error.kind == ErrorKind::Permission && !error.permission.isEmpty()) {
        words.means = errorTr("The key is valid, but it lacks the permission “%1”.").arg(error.permission);
    }
    for (const CodeWords& gate : kGateWords) {
        if (error.kind == ErrorKind::Safety && error.code == QLatin1String(gate.code)) {
            words.happened = errorTr(gate.happened);
            words.advice = errorTr(gate.advice);
        }
    }
    if (!error.outcomeKnown) {
        words.happened = errorTr("It is not known whether this was done");
        words.means = errorTr("The request was sent, but no answer came back. It may or may not have been done.");
        words.advice = errorTr("Synchronise and look at the object before you do anything again.");
    }
    words.details = technicalLines(error);
    words.requestId = error.requestId;
    words.isWarning = error.kind == ErrorKind::Cancelled || error.kind == ErrorKind::Busy || error.kind == ErrorKind::Vault;
    return words;
}

} // namespace ch::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/StatusText.h"

#include <QCoreApplication>
#include <array>

namespace ch::ui {

namespace {

struct StatusEntry {
    const char* status;
    const char* word;
    StatusShape shape;
    Tone tone;
    const char* meaning;
};

constexpr const char* kStatusContext = "ch::ui::Status";

const std::array kStatuses{
    StatusEntry{"active", QT_TRANSLATE_NOOP("ch::ui::Status", "Active"), StatusShape::Disc, Tone::Ok,
        QT_TRANSLATE_NOOP("ch::ui::Status", "The subscription is in good standing.")},
    StatusEntry{"trialing", QT_TRANSLATE_NOOP("ch::ui::Status", "Trialing"), StatusShape::HalfDisc, Tone::Info,
        QT_TRANSLATE_NOOP("ch::ui::Status", "In a trial: not paid yet and not counted in MRR.")},
    StatusEntry{"past_due", QT_TRANSLATE_NOOP("ch::ui::Status", "Past due"), StatusShape::Triangle, Tone::Warning,
        QT_TRANSLATE_NOOP("ch::ui::Status", "The latest invoice was not paid; Stripe may still be retrying.")},
    StatusEntry{"unpaid", QT_TRANSLATE_NOOP("ch::ui::Status", "Unpaid"), StatusShape::Diamond, Tone::Danger,
        QT_TRANSLATE_NOOP("ch::ui::Status", "Stripe gave up retrying; invoices stay open.")},
    StatusEntry{"paused", QT_TRANSLATE_NOOP("ch::ui::Status", "Paused"), StatusShape::Pause, Tone::Quiet,
        QT_TRANSLATE_NOOP("ch::ui::Status", "The trial ended without a payment method; no invoices are made.")},
    StatusEntry{"canceled", QT_TRANSLATE_NOOP("ch::ui::Status", "Canceled"), StatusShape::CrossedRing, Tone::Quiet,
        QT_TRANSLATE_NOOP("ch::ui::Status", "Over for good.")},
    StatusEntry{"incomplete", QT_TRANSLATE_NOOP("ch::ui::Status", "Incomplete"), StatusShape::DashedRing, Tone::Warning,
        QT_TRANSLATE_NOOP("ch::ui::Status", "The first payment is still missing.")},
    StatusEntry{"incomplete_expired", QT_TRANSLATE_NOOP("ch::ui::Status", "Incomplete, expired"), StatusShape::CrossedRing, Tone::Quiet,
        QT_TRANSLATE_NOOP("ch::ui::Status", "The first payment never came; over for good.")},
    StatusEntry{"legacy", QT_TRANSLATE_NOOP("ch::ui::Status", "Legacy"), StatusShape::Square, Tone::Info,
        QT_TRANSLATE_NOOP("ch::ui::Status", "Known by a payment intent only; there is no subscription.")},
    StatusEntry{"taken_down", QT_TRANSLATE_NOOP("ch::ui::Status", "Taken down"), StatusShape::CrossedSquare, Tone::Quiet,
        QT_TRANSLATE_NOOP("ch::ui::Status", "Taken down by us; the record is closed.")},
    StatusEntry{"none", QT_TRANSLATE_NOOP("ch::ui::Status", "No subscription"), StatusShape::Dash, Tone::Quiet,
        QT_TRANSLATE_NOOP("ch::ui::Status", "Stripe has no subscription for this customer.")},
    StatusEntry{"draft", QT_TRANSLATE_NOOP("ch::ui::Status", "Draft"), StatusShape::DashedRing, Tone::Quiet,
        QT_TRANSLATE_NOOP("ch::ui::Status", "Not final yet; it can still change.")},
    StatusEntry{"open", QT_TRANSLATE_NOOP("ch::ui::Status", "Open"), StatusShape::HalfDisc, Tone::Info,
        QT_TRANSLATE_NOOP("ch::ui::Status", "Final and waiting to be paid.")},
    StatusEntry{"paid", QT_TRANSLATE_NOOP("ch::ui::Status", "Paid"), StatusShape::Disc, Tone::Ok,
        QT_TRANSLATE_NOOP("ch::ui::Status", "Paid in full.")},
    StatusEntry{"uncollectible", QT_TRANSLATE_NOOP("ch::ui::Status", "Uncollectible"), StatusShape::Diamond, Tone::Danger,
        QT_TRANSLATE_NOOP("ch::ui::Status", "Written off: payment is not expected.")},
    StatusEntry{"running", QT_TRANSLATE_NOOP("ch::ui::Status", "Running"), StatusShape::HalfDisc, Tone::Info,
        QT_TRANSLATE_NOOP("ch::ui::Status", "Being worked on now.")},
    StatusEntry{"interrupted", QT_TRANSLATE_NOOP("ch::ui::Status", "Interrupted"), StatusShape::Pause, Tone::Warning,
        QT_TRANSLATE_NOOP("ch::ui::Status", "The program that worked on it has ended.")},
    StatusEntry{"waiting", QT_TRANSLATE_NOOP("ch::ui::Status", "Waiting"), StatusShape::Pause, Tone::Warning,
        QT_TRANSLATE_NOOP("ch::ui::Status", "It stopped before its end and waits for a person.")},
    StatusEntry{"unknown", QT_TRANSLATE_NOOP("ch::ui::Status", "Unknown"), StatusShape::Triangle, Tone::Warning,
        QT_TRANSLATE_NOOP("ch::ui::Status", "An answer was lost: it may or may not have been done.")},
    StatusEntry{"failed", QT_TRANSLATE_NOOP("ch::ui::Status", "Failed"), StatusShape::Diamond, Tone::Danger,
        QT_TRANSLATE_NOOP("ch::ui::Status", "It ended without being done.")},
    StatusEntry{"done", QT_TRANSLATE_NOOP("ch::ui::Status", "Done"), StatusShape::Disc, Tone::Ok, QT_TRANSLATE_NOOP("ch::ui::Status", "Done.")},
    StatusEntry{"partly", QT_TRANSLATE_NOOP("ch::ui::Status", "In part"), StatusShape::HalfDisc, Tone::Warning,
        QT_TRANSLATE_NOOP("ch::ui::Status", "A part is done and a part is not.")},
    StatusEntry{"refused", QT_TRANSLATE_NOOP("ch::ui::Status", "Refused"), StatusShape::Diamond, Tone::Warning,
        QT_TRANSLATE_NOOP("ch::ui::Status", "A rule stood against it; nothing was sent.")},
    StatusEntry{"skipped", QT_TRANSLATE_NOOP("ch::ui::Status", "Skipped"), StatusShape::Dash, Tone::Quiet,
        QT_TRANSLATE_NOOP("ch::ui::Status", "Payments were off or there was no key, and it was to be left out then; nothing was sent.")},
    StatusEntry{"queued", QT_TRANSLATE_NOOP("ch::ui::Status", "Queued"), StatusShape::Pause, Tone::Info,
        QT_TRANSLATE_NOOP("ch::ui::Status", "Payments were off or there was no key: it is kept under Operations until it can be done.")},
    StatusEntry{"step_intended", QT_TRANSLATE_NOOP("ch::ui::Status", "Intended"), StatusShape::DashedRing, Tone::Quiet,
        QT_TRANSLATE_NOOP("ch::ui::Status", "Written down, not sent yet.")},
    StatusEntry{"step_sent", QT_TRANSLATE_NOOP("ch::ui::Status", "Sent"), StatusShape::HalfDisc, Tone::Info,
        QT_TRANSLATE_NOOP("ch::ui::Status", "On its way, or was when the program ended.")},
    StatusEntry{"step_done", QT_TRANSLATE_NOOP("ch::ui::Status", "Done"), StatusShape::Disc, Tone::Ok, QT_TRANSLATE_NOOP("ch::ui::Status", "Done.")},
    StatusEntry{"step_failed", QT_TRANSLATE_NOOP("ch::ui::Status", "Failed"), StatusShape::Diamond, Tone::Danger,
        QT_TRANSLATE_NOOP("ch::ui::Status", "Stripe refused it, or could not do it.")},
    StatusEntry{"step_unknown", QT_TRANSLATE_NOOP("ch::ui::Status", "Unknown"), StatusShape::Triangle, Tone::Warning,
        QT_TRANSLATE_NOOP("ch::ui::Status", "The answer was lost: it may or may not have been done.")},
    StatusEntry{"step_skipped", QT_TRANSLATE_NOOP("ch::ui::Status", "Skipped"), StatusShape::Dash, Tone::Quiet,
        QT_TRANSLATE_NOOP("ch::ui::Status", "Nothing was done by it.")},
    StatusEntry{"event_waiting", QT_TRANSLATE_NOOP("ch::ui::Status", "Waiting"), StatusShape::Pause, Tone::Info,
        QT_TRANSLATE_NOOP("ch::ui::Status", "It stands in the log and is about to be applied.")},
    StatusEntry{"event_listed", QT_TRANSLATE_NOOP("ch::ui::Status", "Listed"), StatusShape::Disc, Tone::Quiet,
        QT_TRANSLATE_NOOP("ch::ui::Status", "It came with a synchronisation, which read the objects themselves.")},
    StatusEntry{"event_applied", QT_TRANSLATE_NOOP("ch::ui::Status", "Applied"), StatusShape::Disc, Tone::Ok,
        QT_TRANSLATE_NOOP("ch::ui::Status", "The local copy holds the object as the event brought it.")},
    StatusEntry{"event_read_again", QT_TRANSLATE_NOOP("ch::ui::Status", "Read again"), StatusShape::Disc, Tone::Ok,
        QT_TRANSLATE_NOOP("ch::ui::Status", "The object was read again at Stripe, since the event alone did not settle what holds.")},
    StatusEntry{"event_removed", QT_TRANSLATE_NOOP("ch::ui::Status", "Removed"), StatusShape::CrossedRing, Tone::Ok,
        QT_TRANSLATE_NOOP("ch::ui::Status", "The object is gone at Stripe, and here.")},
    StatusEntry{"event_older", QT_TRANSLATE_NOOP("ch::ui::Status", "Older"), StatusShape::Dash, Tone::Quiet,
        QT_TRANSLATE_NOOP("ch::ui::Status", "The local copy held something newer already; nothing was changed.")},
    StatusEntry{"event_nothing", QT_TRANSLATE_NOOP("ch::ui::Status", "Nothing to do"), StatusShape::Dash, Tone::Quiet,
        QT_TRANSLATE_NOOP("ch::ui::Status", "It concerns nothing that is kept here; it stays in the log.")},
    StatusEntry{"event_failed", QT_TRANSLATE_NOOP("ch::ui::Status", "Failed"), StatusShape::Diamond, Tone::Danger,
        QT_TRANSLATE_NOOP("ch::ui::Status", "It could not be applied. Replay it, or synchronise.")},
    StatusEntry{"void", QT_TRANSLATE_NOOP("ch::ui::Status", "Void"), StatusShape::CrossedRing, Tone::Quiet,
        QT_TRANSLATE_NOOP("ch::ui::Status", "Declared a mistake; nothing is owed.")},
};

} // namespace

StatusLook statusLook(const QString& status)
{
    for (const StatusEntry& entry : kStatuses) {
        if (status == QLatin1String(entry.status)) {
            return {QCoreApplication::translate(kStatusContext, entry.word), entry.shape, entry.tone,
                QCoreApplication::translate(kStatusContext, entry.meaning)};
        }
    }
    return {status, StatusShape::DashedRing, Tone::Quiet, {}};
}

QString businessTypeText(const QString& type)
{
    if (type == QLatin1String("saas")) {
        return QCoreApplication::translate("ch::ui::BusinessType", "SaaS");
    }
    if (type == QLatin1String("ecommerce")) {
        return QCoreApplication::translate("ch::ui::BusinessType", "E-commerce");
    }
    if (type == QLatin1String("content")) {
        return QCoreApplication::translate("ch::ui::BusinessType", "Content");
    }
    if (type == QLatin1String("api")) {
        return QCoreApplication::translate("ch::ui::BusinessType", "API");
    }
    if (type == QLatin1String("tool")) {
        return QCoreApplication::translate("ch::ui::BusinessType", "Tool");
    }
    if (type == QLatin1String("unclassified")) {
        return QCoreApplication::translate("ch::ui::BusinessType", "Unclassified");
    }
    return type;
}

} // namespace ch::ui

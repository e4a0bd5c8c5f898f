// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/EventsNotice.h"

#include "store/EventLog.h"
#include "ui/text/TimeText.h"

#include <QCoreApplication>

namespace ch::ui {

std::optional<Message> eventsNotice(qint64 throughMs, qint64 nowMs, const QTimeZone& zone)
{
    if (throughMs == 0 || nowMs - throughMs <= store::kEventsWarnAfterMs) {
        return std::nullopt;
    }
    const auto tr = [](const char* text) { return QCoreApplication::translate("ch::ui::EventsNotice", text); };
    const QString read = dateText(throughMs / 1000, zone);
    const QString until = dateText((throughMs + store::kEventsKeptMs) / 1000, zone);
    Message message;
    message.topic = QStringLiteral("events");
    message.sign = Sign::Warning;
    message.actionWords = tr("Synchronise now");
    if (nowMs - throughMs < store::kEventsKeptMs) {
        message.title = tr("Stripe forgets events from %1 on").arg(until);
        message.text = tr("The account's events were last read on %1, and Stripe keeps them for 30 days. Some changes of MRR are dated by nothing else: synchronise before then.").arg(read);
    } else {
        message.title = tr("Stripe has forgotten events since %1").arg(read);
        message.text = tr("The account's events were last read more than 30 days ago. Changes that only they dated are placed within a window, and marked so. Synchronise, so that it is no more of them.");
    }
    return message;
}

} // namespace ch::ui

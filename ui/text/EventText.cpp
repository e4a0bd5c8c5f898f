// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/EventText.h"

#include "endpoint/Delivery.h"
#include "ui/text/StatusText.h"

#include <QCoreApplication>

namespace ch::ui {

namespace {

QString eventTr(const char* text)
{
    return QCoreApplication::translate("ch::ui::Event", text);
}

QString effectSentence(store::EventEffect effect)
{
    switch (effect) {
    case store::EventEffect::None: return {};
    case store::EventEffect::MarkedForTakedown: return eventTr("Its business was marked for take-down.");
    case store::EventEffect::TakenDown: return eventTr("Its business was taken down, as the settings say.");
    case store::EventEffect::Notified: return eventTr("You were told of it.");
    }
    return {};
}

} // namespace

QString eventSourceText(store::EventSource source)
{
    switch (source) {
    case store::EventSource::Webhook: return eventTr("Webhook");
    case store::EventSource::Poll: return eventTr("Asked for");
    case store::EventSource::Backfill: return eventTr("Sync");
    case store::EventSource::Replay: return eventTr("Replayed");
    }
    return {};
}

QString eventStatus(store::EventDeed deed)
{
    return QStringLiteral("event_") + store::wordOf(deed);
}

QString eventSentence(const store::EventEntry& entry)
{
    QStringList sentences{entry.type == QLatin1String(endpoint::kTrialType) ? eventTr("A delivery of our own, to try the endpoint. It changes nothing.") : statusLook(eventStatus(entry.deed)).meaning,
        effectSentence(entry.effect), entry.why};
    sentences.removeAll(QString());
    return sentences.join(u' ');
}

QString eventTypeText(const QString& type)
{
    return type == QLatin1String(endpoint::kTrialType) ? eventTr("Trial of the endpoint") : type;
}

} // namespace ch::ui

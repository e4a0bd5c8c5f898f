// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/EventText.h"

#include "endpoint/Delivery.h"
#include "ui/text/StatusText.h"

#include <QCoreApplication>
#include <QHash>

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
    case store::EventEffect::Pending: return eventTr("What it means for its business could not be written down yet, and is tried again.");
    }
    return {};
}

/// Why the object was read again, where that is one of our short codes (sync/EventRules.cpp, EventApplier.cpp); else as it came.
QString whySentence(const QString& why)
{
    static const QHash<QString, const char*> sentences = {
        {QStringLiteral("same_time"), QT_TRANSLATE_NOOP("ch::ui::Event", "Another copy is about as old.")},
        {QStringLiteral("interrupted"), QT_TRANSLATE_NOOP("ch::ui::Event", "The program had ended before it was applied.")},
        {QStringLiteral("api_version"), QT_TRANSLATE_NOOP("ch::ui::Event", "The event shows it as another API version does, or only names it.")},
        {QStringLiteral("shape"), QT_TRANSLATE_NOOP("ch::ui::Event", "The event does not show it in a form that can be read.")},
        {QStringLiteral("items_cut"), QT_TRANSLATE_NOOP("ch::ui::Event", "The event shows the first of its items alone.")},
        {QStringLiteral("lines_cut"), QT_TRANSLATE_NOOP("ch::ui::Event", "The event shows the first of its lines alone.")},
        {QStringLiteral("discounts"), QT_TRANSLATE_NOOP("ch::ui::Event", "The event names its discounts without what they take off.")},
        {QStringLiteral("payment_method"), QT_TRANSLATE_NOOP("ch::ui::Event", "The event names a payment method that is not known here.")},
        {QStringLiteral("tiers"), QT_TRANSLATE_NOOP("ch::ui::Event", "The event leaves out the tiers of the price.")},
        {QStringLiteral("applies_to"), QT_TRANSLATE_NOOP("ch::ui::Event", "The event leaves out what the coupon applies to.")}};
    const auto known = sentences.constFind(why);
    return known == sentences.constEnd() ? why : eventTr(*known);
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
        effectSentence(entry.effect), whySentence(entry.why)};
    sentences.removeAll(QString());
    return sentences.join(u' ');
}

QString eventTypeText(const QString& type)
{
    return type == QLatin1String(endpoint::kTrialType) ? eventTr("Trial of the endpoint") : type;
}

} // namespace ch::ui

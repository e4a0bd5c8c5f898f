// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/connect/KeyWords.h"

#include "stripe/ApiKey.h"

#include <QCoreApplication>

namespace ch::ui {

namespace {

QString keyTr(const char* text)
{
    return QCoreApplication::translate("ch::ui::Key", text);
}

QString kindText(stripe::KeyKind kind)
{
    switch (kind) {
    case stripe::KeyKind::Secret: return keyTr("Secret key");
    case stripe::KeyKind::Restricted: return keyTr("Restricted key");
    case stripe::KeyKind::Claimable: return keyTr("Key of an unclaimed sandbox");
    case stripe::KeyKind::Organization: return keyTr("Organization key");
    case stripe::KeyKind::Unknown: return keyTr("Key of an unknown kind");
    }
    Q_UNREACHABLE();
}

} // namespace

KeyWords keyWords(const Secret& key)
{
    KeyWords words;
    if (key.isEmpty()) {
        return words;
    }
    const auto parsed = stripe::ApiKey::parse(key);
    if (!parsed) {
        words.text = parsed.error().message;
        return words;
    }
    words.usable = true;
    words.live = parsed->mode() == stripe::Mode::Live;
    if (!parsed->isModeCertain()) {
        words.text = keyTr("%1: its mode cannot be told, so it is treated as LIVE").arg(kindText(parsed->kind()));
    } else {
        words.text = words.live ? keyTr("%1, LIVE: real money").arg(kindText(parsed->kind())) : keyTr("%1, TEST").arg(kindText(parsed->kind()));
    }
    return words;
}

QList<NeededPermission> neededPermissions()
{
    return {
        {keyTr("Customers"), keyTr("Write"), keyTr("to read them, to make one with a business, and to delete one where you ask for it")},
        {keyTr("Subscriptions"), keyTr("Write"), keyTr("to read them, to make one with a business, and to cancel")},
        {keyTr("PaymentIntents"), keyTr("Write"), keyTr("to cancel a legacy one")},
        {keyTr("Products, Prices"), keyTr("Write"), keyTr("to value subscriptions, and to make the prices of the types of business")},
        {keyTr("Coupons"), keyTr("Read"), keyTr("to value subscriptions")},
        {keyTr("Invoices, Events"), keyTr("Read"), keyTr("for history and movements")},
        {keyTr("Balance"), keyTr("Read"), keyTr("to check the key and its mode")},
    };
}

} // namespace ch::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// What an event of Stripe's means for a business of ours, and the mark that is left of it. Nothing is done in Stripe here.
//
// customer.subscription.deleted: the business is marked for take-down where this was its last living subscription, nobody has closed it or is at
// work on it, and it is a business of ours (a business id in the customer's metadata, or a record): a plain customer who leaves is no take-down.
// invoice.payment_failed: the business is at risk, until that invoice is paid, void or given up and no other one is open that Stripe tried to collect;
// any customer's, since what it owes is owed whether or not it is a business of ours.
// customer.subscription.created: the business lives again, and is marked for take-down no more.
// customer.deleted: nothing is at risk any more, and nothing is left to take down but a record.
// Engine thread. Asked when the mirror holds what the event tells.
#pragma once

#include "store/EventLog.h"
#include "store/MirrorReader.h"
#include "store/RecordsFile.h"

namespace ch::business {

/// The types that mean something here.
[[nodiscard]] const QStringList& meaningfulEvents();

struct EventMeant {
    store::EventEffect effect = store::EventEffect::None;
    store::Mark mark;              ///< where there is an effect
    QString name;                  ///< of the business or its customer, for people; may be empty
    bool isNew = false;            ///< it was not marked so before, and this event has not marked it once already
};

/// The mark and the event's effect in the log are one transaction. Storage where it could not be written down: then nothing was. Asked again it
/// does nothing twice. See Meanings.h.
[[nodiscard]] Result<EventMeant> takeMeaning(const stripe::Event& event, const store::MirrorReader& mirror, store::RecordsFile& records);

} // namespace ch::business

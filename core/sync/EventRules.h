// SPDX-License-Identifier: GPL-3.0-or-later
// What an event is about, and whether the object that it shows can stand in the mirror as it is. Pure.
//
// An event shows its object as it was then, without what lists are asked to expand, in the shape of the API version that was in force
// when it was made, its nested lists cut. Such a copy is taken where it is whole; else the object is read again by its id.
#pragma once

#include "store/Mirror.h"

namespace ch::sync {

/// One object that an event speaks of.
struct EventAim {
    enum class How {
        Snapshot,    ///< the event shows it
        ReadAgain,   ///< the event tells that it changed, and shows something else
        Removed      ///< Stripe has it no more
    };
    store::ObjectRef object;
    How how = How::Snapshot;
};

/// Nothing: the event concerns nothing that the mirror holds, or its type is not known. The one rule, for events that come to the feed and for those
/// that came while a backfill ran.
[[nodiscard]] std::vector<EventAim> aimsOf(const stripe::Event& event, const QByteArray& json);
/// Types of objects that stand in no list of the mirror and change others: aimsOf asks what their events show. Of any other, id, type and object of
/// the event are enough, and json may be empty.
[[nodiscard]] const QStringList& aimedByJson();

/// Adds the event's object to the batch. Nothing is added, with a short reason, where it is no whole copy: another API version, a shape that does
/// not parse, a nested list that is cut, expansions that it would take away, or an object of another id than the event says. prices: those that the
/// object names are added; the mirror may lack them, since inline ones are in no list and no event.
[[nodiscard]] std::optional<QString> takeSnapshot(const stripe::Received<stripe::Event>& event, store::ObjectList list, const store::Mirror& mirror,
                                                  store::Batch* batch, QStringList* prices);

/// Whether it ended its subscription: Stripe stops collecting what that left unpaid (docs.stripe.com/api/subscriptions/cancel), and no event need tell.
[[nodiscard]] bool endsSubscription(const stripe::Event& event);
/// Whether its invoice was paid or given up: payments that were open may be so no more, and only one that was paid has an event.
[[nodiscard]] bool settlesInvoice(const stripe::Event& event);
/// Whether what moved the account's balance may have grown by this: no event shows it.
[[nodiscard]] bool movesBalance(const stripe::Event& event);
/// Whether the payments of its invoice may have changed: only one that was paid has an event.
[[nodiscard]] bool movesPayments(const stripe::Event& event);

} // namespace ch::sync

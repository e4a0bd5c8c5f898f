// SPDX-License-Identifier: GPL-3.0-or-later
// When subscriptions were past due, from the attempts to pay their renewals: Stripe makes a subscription past due when its newest invoice cannot
// be collected, and active again when its newest invoice is paid (docs.stripe.com/billing/subscriptions/overview, on statuses). First invoices
// that fail leave a subscription incomplete, and updates may be undone by a failure: of them nothing is said. One thread.
#pragma once

#include "revenue/FactsMaker.h"

#include <string>

namespace ch::revenue {

/// An attempt to pay an invoice; views are read during the call only.
struct AttemptSeen {
    std::string_view chargeId, invoiceId, subscriptionId, billingReason;
    Seconds at = 0;
    bool succeeded = false;
    bool atOnce = true;         ///< its outcome was known when it was made
};

class PastDue {
public:
    /// First all attempts, then the invoices.
    void addAttempt(const AttemptSeen& attempt);
    /// Of a subscription of which no attempt failed: passed over.
    void addInvoice(const InvoiceSeen& invoice);
    void tell(FactsMaker* maker) const;

private:
    enum class Kind : quint8 { Made, Failed, Paid };
    struct Happening {
        Seconds at = 0;
        Kind kind = Kind::Made;
        std::string invoice;
        std::string evidence;
        bool begins = false;    ///< a failure that makes it past due
        bool atOnce = true;
    };
    struct Story {
        bool failed = false;
        std::vector<Happening> happenings;
        std::unordered_map<std::string, std::string> paidBy;   ///< of an invoice: the charge
    };
    static void tellOf(const std::string& subscription, const Story& story, FactsMaker* maker);

    std::unordered_map<std::string, Story> m_stories;
};

} // namespace ch::revenue

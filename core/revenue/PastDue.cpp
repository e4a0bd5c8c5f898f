// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/PastDue.h"

#include <algorithm>

namespace ch::revenue {

void PastDue::addAttempt(const AttemptSeen& attempt)
{
    Story& story = m_stories[std::string(attempt.subscriptionId)];
    const std::string invoice(attempt.invoiceId);
    const std::string charge(attempt.chargeId);
    if (attempt.succeeded) {
        story.paidBy[invoice] = charge;
        return;
    }
    story.failed = true;
    story.happenings.push_back({attempt.at, Kind::Failed, invoice, charge, attempt.billingReason == "subscription_cycle", attempt.atOnce});
}

void PastDue::addInvoice(const InvoiceSeen& invoice)
{
    const auto found = m_stories.empty() ? m_stories.end() : m_stories.find(std::string(invoice.subscriptionId)); // few fail, and invoices are many
    if (found == m_stories.end() || invoice.billingReason == "manual") {
        return;
    }
    Story& story = found->second;
    const std::string id(invoice.id);
    story.happenings.push_back({invoice.created, Kind::Made, id, {}, false, true});
    if (invoice.paidAt != 0) {
        const auto charge = story.paidBy.find(id);
        story.happenings.push_back({invoice.paidAt, Kind::Paid, id, charge != story.paidBy.end() ? charge->second : id, false, true});
    }
}

void PastDue::tellOf(const std::string& subscription, const Story& story, FactsMaker* maker)
{
    std::vector<Happening> all = story.happenings;
    std::stable_sort(all.begin(), all.end(), [](const Happening& a, const Happening& b) { return a.at != b.at ? a.at < b.at : a.kind < b.kind; });
    std::string newest;
    const Happening* began = nullptr;
    Seconds latest = 0;
    const auto end = [&](Seconds until, const std::string& evidence) {
        PastDueFacts facts;
        facts.at = began->at;
        facts.latest = std::max(latest, began->at);
        facts.until = until;
        maker->addPastDue(subscription, facts, began->evidence, evidence);
        began = nullptr;
    };
    for (const Happening& one : all) {
        if (one.kind == Kind::Made) {
            newest = one.invoice;
        } else if (one.kind == Kind::Failed && one.invoice == newest && one.begins && began == nullptr) {
            began = &one;
            latest = one.atOnce ? one.at : kForever;
        } else if (one.kind == Kind::Paid && one.invoice == newest && began != nullptr) {
            latest = latest == kForever ? one.at : latest; // it had failed by the time that it was paid
            end(one.at, one.evidence);
        } else if (one.kind == Kind::Failed && began != nullptr && latest == kForever) {
            latest = one.at; // nobody tries again before it has failed
        }
    }
    if (began != nullptr) {
        end(kForever, {});
    }
}

void PastDue::tell(FactsMaker* maker) const
{
    for (const auto& [subscription, story] : m_stories) {
        if (story.failed) {
            tellOf(subscription, story, maker);
        }
    }
}

} // namespace ch::revenue

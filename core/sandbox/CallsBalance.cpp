// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/CallsList.h"

namespace ch::sandbox {

tl::expected<Index, Fault> Calls::entryOf(const Call& call) const
{
    const auto customer = target(call, Kind::Customer);
    if (!customer)
        return customer;
    const Index entry = s.find(Kind::CustomerEntry, call.second);
    if (entry == kNone || s.customerEntries[entry].customer != *customer)
        return tl::unexpected(missingObject("customer_balance_transaction", call.second, "id", 404));
    return entry;
}

Answer Calls::listCustomerEntries(const Call& call)
{
    const auto customer = target(call, Kind::Customer);
    const auto invoice = maybe(call, "invoice", Kind::Invoice);
    if (!customer || !invoice)
        return tl::unexpected(customer ? invoice.error() : customer.error());
    std::vector<Index> own = s.owned[*customer].entries;
    std::sort(own.begin(), own.end(), [this](Index a, Index b) { return s.customerEntries.before(a, b); });
    return list(call, Kind::CustomerEntry, s.customerEntries, own, [&](const CustomerEntry& row) {
        return (*invoice == kNone || row.invoice == *invoice) && inRange(call.params, "created", row.created);
    });
}

Answer Calls::createCustomerEntry(const Call& call)
{
    const Node& params = call.params;
    const auto customer = target(call, Kind::Customer);
    if (!customer || s.customers[*customer].deleted)
        return tl::unexpected(customer ? missingObject("customer", call.id, "id", 404) : customer.error());
    const QByteArray currency = params.text("currency").toLower(), own = s.customers[*customer].currency;
    if (!own.isEmpty() && own != currency)
        return tl::unexpected(invalid("The customer's balance is in `" + own + "`. This doesn't match the currency given: `" + currency + "`.", "currency"));
    if (params.number("amount") == 0)
        return tl::unexpected(invalid("The amount must not be 0.", "amount"));
    if (own.isEmpty())
        s.customers.edit(*customer).currency = currency;
    CustomerEntry why;
    why.currency = currency;
    why.description = params.text("description");
    writeMetadata(params, &why.metadata);
    return show(call, Kind::CustomerEntry, m_billing.moveBalance(*customer, params.number("amount"), std::move(why), s.timeOf(*customer)));
}

Answer Calls::getCustomerEntry(const Call& call)
{
    const auto index = entryOf(call);
    return index ? show(call, Kind::CustomerEntry, *index) : Answer(tl::unexpected(index.error()));
}

Answer Calls::updateCustomerEntry(const Call& call)
{
    const auto index = entryOf(call);
    if (!index)
        return tl::unexpected(index.error());
    CustomerEntry& row = s.customerEntries.edit(*index);
    writeText(call.params, "description", &row.description);
    writeMetadata(call.params, &row.metadata);
    return show(call, Kind::CustomerEntry, *index);
}

} // namespace ch::sandbox

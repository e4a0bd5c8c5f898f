// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/detail/DetailValues.h"

namespace ch::ui {

namespace {

Status appendRows(const store::MirrorReader& reader, store::Table table, const QString& customerId, std::vector<store::Row>* rows)
{
    store::TableFilter filter;
    filter.customerId = customerId;
    const auto ids = reader.rowIds(table, filter, {});
    if (!ids) {
        return fail(ids.error());
    }
    const auto found = reader.rows(table, *ids);
    if (!found) {
        return fail(found.error());
    }
    rows->insert(rows->end(), found->begin(), found->end());
    return {};
}

Result<QString> ownerOf(const store::MirrorReader& reader, const QString& objectId)
{
    const auto subscription = reader.subscription(objectId);
    if (!subscription) {
        return fail(subscription.error());
    }
    return *subscription ? (*subscription)->customerId : objectId;
}

} // namespace

Result<std::optional<DetailValues>> readDetail(const store::MirrorReader& reader, const QString& objectId)
{
    const auto owner = ownerOf(reader, objectId);
    if (!owner) {
        return fail(owner.error());
    }
    const auto business = reader.business(*owner);
    if (!business) {
        return fail(business.error());
    }
    if (!*business) {
        return std::optional<DetailValues>();
    }
    DetailValues values;
    values.askedFor = *owner;
    values.business = **business;
    for (const QString& customerId : values.business.customerIds) {
        const auto customer = reader.customer(customerId);
        if (!customer) {
            return fail(customer.error());
        }
        if (*customer) {
            values.customers.push_back(**customer);
        }
        for (const auto table : {store::Table::Subscriptions, store::Table::Invoices}) {
            const auto done = appendRows(reader, table, customerId,
                table == store::Table::Invoices ? &values.invoices : &values.subscriptions);
            if (!done) {
                return fail(done.error());
            }
        }
    }
    if (!values.business.paymentIntentId.isEmpty()) {
        const auto intent = reader.paymentIntent(values.business.paymentIntentId);
        if (intent) {
            values.paymentIntent = *intent;
        }
    }
    return std::optional<DetailValues>(std::move(values));
}

} // namespace ch::ui

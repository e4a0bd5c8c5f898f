// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/EndpointParams.h"

namespace ch::sandbox {

QList<Endpoint> searchEndpoints()
{
    using namespace endpoint_table;
    const Params params{text("query").must(), number("limit").within(1, 100), text("page")};
    return {
        {"GET", "/v1/charges/search", "charge_read", "search:charge", params, &Calls::searchCharges},
        {"GET", "/v1/customers/search", "customer_read", "search:customer", params, &Calls::searchCustomers},
        {"GET", "/v1/invoices/search", "invoice_read", "search:invoice", params, &Calls::searchInvoices},
        {"GET", "/v1/payment_intents/search", "payment_intent_read", "search:payment_intent", params, &Calls::searchIntents},
        {"GET", "/v1/prices/search", "plan_read", "search:price", params, &Calls::searchPrices},
        {"GET", "/v1/products/search", "product_read", "search:product", params, &Calls::searchProducts},
        {"GET", "/v1/subscriptions/search", "subscription_read", "search:subscription", params, &Calls::searchSubscriptions},
    };
}

} // namespace ch::sandbox

// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/EndpointParams.h"

namespace ch::sandbox {

namespace invoice_item_endpoints {

using namespace endpoint_table;

Params madeItemParams()
{
    return Params{number("amount").within(-99999999, 99999999), text("description").unset(), boolean("discountable"),
                  hashes("discounts", Params{text("coupon")} + refused({"discount", "promotion_code"})).unset(), metadata(),
                  hash("period", {instant("end").must(), instant("start").must()}),
                  hash("price_data", Params{currency().must(), text("product").must(), number("unit_amount").within(-99999999, 99999999),
                                            Param{"unit_amount_decimal", ParamType::Decimal}.within(-99999999, 99999999)} + ignored({"tax_behavior"})),
                  hash("pricing", {text("price")}), number("quantity").within(0, 999999999),
                  Param{"unit_amount_decimal", ParamType::Decimal}.within(-99999999, 99999999)}
        + ignored({"tax_behavior", "tax_code"}) + refused({"quantity_decimal", "tax_rates"});
}

} // namespace invoice_item_endpoints

QList<Endpoint> invoiceItemEndpoints()
{
    using namespace invoice_item_endpoints;
    return {
        {"GET", "/v1/invoiceitems", "invoice_read", "list:invoiceitem",
         listed(Params{range("created"), text("customer"), text("invoice"), boolean("pending")} + refused({"customer_account"})), &Calls::listInvoiceItems},
        {"POST", "/v1/invoiceitems", "invoice_write", "invoiceitem",
         madeItemParams() + Params{text("customer").must(), currency(), text("invoice"), text("subscription")} + refused({"customer_account"}), &Calls::createInvoiceItem},
        {"GET", "/v1/invoiceitems/{id}", "invoice_read", "invoiceitem", {}, &Calls::getInvoiceItem},
        {"POST", "/v1/invoiceitems/{id}", "invoice_write", "invoiceitem", madeItemParams() + refused({"invoicing_rules"}), &Calls::updateInvoiceItem},
        {"DELETE", "/v1/invoiceitems/{id}", "invoice_write", "", {}, &Calls::deleteInvoiceItem},
    };
}

} // namespace ch::sandbox

// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/EndpointParams.h"

namespace ch::sandbox {

namespace endpoint_table {

Param priceData(); // Endpoints.cpp

namespace schedule_params {

Param coupons()
{
    return hashes("discounts", Params{text("coupon")} + refused({"discount", "promotion_code"})).unset();
}

Param prorations() { return choice("proration_behavior", {"always_invoice", "create_prorations", "none"}); }
Param anchors() { return choice("billing_cycle_anchor", {"automatic", "phase_start"}); }

Params phase()
{
    const Param items = hashes("items", Params{text("price"), priceData(), number("quantity").within(0, 999999999), metadata(), coupons()}
                                            + refused({"billing_thresholds", "plan", "tax_rates"}));
    return Params{items.must(), coupons(), metadata(), instant("end_date"), prorations(), anchors(), boolean("trial"), instant("trial_end"), currency(),
                  hash("duration", {choice("interval", {"day", "week", "month", "year"}).must(), number("interval_count").within(1, 1095)})}
        + refused({"add_invoice_items", "application_fee_percent", "automatic_tax", "billing_thresholds", "collection_method", "default_payment_method",
                   "default_tax_rates", "description", "invoice_settings", "on_behalf_of", "transfer_data"});
}

Params settings()
{
    const Param invoices = hash("invoice_settings", Params{number("days_until_due").within(0, 730)}
                                                        + refused({"account_tax_ids", "custom_fields", "description", "footer", "issuer"}));
    return {hash("default_settings", Params{anchors(), choice("collection_method", {"charge_automatically", "send_invoice"}), text("default_payment_method"),
                                            text("description", 500).unset(), invoices}
                                         + refused({"application_fee_percent", "automatic_tax", "billing_thresholds", "on_behalf_of", "transfer_data"})),
            choice("end_behavior", {"cancel", "release"}), metadata(), {"pause_schedules", ParamType::Refused}};
}

} // namespace schedule_params

QList<Endpoint> scheduleEndpoints()
{
    using namespace schedule_params;
    const QByteArray root = "/v1/subscription_schedules", one = root + "/{id}", write = "subscription_write";
    return {
        {"GET", root, "subscription_read", "list:subscription_schedule",
         listed(Params{range("canceled_at"), range("completed_at"), range("created"), range("released_at"), text("customer"), boolean("scheduled")}
                + refused({"customer_account"})), &Calls::listSchedules},
        {"POST", root, write, "subscription_schedule",
         settings() + Params{text("customer"), text("from_subscription"), text("start_date"), hashes("phases", phase()),
                             hash("billing_mode", Params{choice("type", {"flexible"}).must()} + ignored({"flexible"}))}
             + refused({"customer_account"}), &Calls::createSchedule},
        {"GET", one, "subscription_read", "subscription_schedule", {}, &Calls::getSchedule},
        {"POST", one, write, "subscription_schedule", settings() + Params{prorations(), hashes("phases", phase() + Params{text("start_date")})}, &Calls::updateSchedule},
        {"POST", one + "/cancel", write, "subscription_schedule", {boolean("invoice_now"), boolean("prorate")}, &Calls::cancelSchedule},
        {"POST", one + "/release", write, "subscription_schedule", ignored({"preserve_cancel_date"}), &Calls::releaseSchedule},
    };
}

} // namespace endpoint_table

} // namespace ch::sandbox

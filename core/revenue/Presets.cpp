// SPDX-License-Identifier: GPL-3.0-or-later
// The presets of Definition.h. "assumed" marks what the named tool does not publish; it is then Stripe's choice or the exact constant.
#include "revenue/Definition.h"

namespace ch::revenue {

const std::vector<PresetChoice>& presetChoices()
{
    static const char* const kStripe = "docs.stripe.com/billing/subscriptions/analytics";
    static const char* const kExact = "assumed: the constant is not published; 52 weeks and 365 days of a year are the exact pair";
    static const char* const kAssumed = "assumed: not documented";
    static const std::vector<PresetChoice> all = {
        {"stripe", "discounts_subtracted", R"(["forever"])", kStripe}, // recurring and one-time discounts are toggles there, off here
        {"stripe", "days_in_month", R"("365/12")", kExact},
        {"stripe", "weeks_in_month", R"("52/12")", kExact},
        {"stripe", "past_due", R"("count")", kStripe},
        {"stripe", "trials", R"("exclude")", kStripe},
        {"stripe", "paused", R"("exclude")", "docs.stripe.com/billing/subscriptions/pause-payment says that a pause can affect MRR, not how"},
        {"stripe", "churn_at", R"("end")", "support.stripe.com/questions/metric-configurations: a setting there; its default is not documented"},
        {"stripe", "counts_from", R"("start")", kStripe},
        {"stripe", "grouping_minutes", "0", "docs.stripe.com/stripe-data/query-billing-data: every change is an event"},
        {"stripe", "lapse_days", "0", kStripe},
        {"stripe", "reactivation_days", "null", kStripe},
        {"stripe", "time_zone", R"("account")", "docs.stripe.com/stripe-data/query-billing-data: local_event_timestamp"},
        {"stripe", "bucket_edge", R"("start")", "docs.stripe.com/stripe-data/query-billing-data"},

        {"chartmogul", "discounts_subtracted", R"(["forever", "repeating", "once"])", "help.chartmogul.com 203299812: deducted as invoiced"},
        {"chartmogul", "days_in_month", R"("365/12")", kExact},
        {"chartmogul", "weeks_in_month", R"("52/12")", kExact},
        {"chartmogul", "past_due", R"("count")", "help.chartmogul.com 209161549: open invoices count unless set otherwise"},
        {"chartmogul", "trials", R"("exclude")", "help.chartmogul.com 203299812"},
        {"chartmogul", "paused", R"("count")", "help.chartmogul.com 203231962"},
        {"chartmogul", "churn_at", R"("end")", "help.chartmogul.com 242 and 15384089786524: a setting; when ended in the billing system is the default"},
        {"chartmogul", "counts_from", R"("start")", "help.chartmogul.com 209161549"},
        {"chartmogul", "grouping_minutes", "60", "help.chartmogul.com 4416682609426: smart grouping of activities"},
        {"chartmogul", "lapse_days", "0", kAssumed},
        {"chartmogul", "reactivation_days", "null", kAssumed},
        {"chartmogul", "time_zone", R"("account")", "help.chartmogul.com 294"},
        {"chartmogul", "bucket_edge", R"("start")", kAssumed},

        {"profitwell", "discounts_subtracted", R"(["forever", "repeating", "once"])", "learn.profitwell.com gf9qqkyplu: any discount or credit"},
        {"profitwell", "days_in_month", R"("365/12")", kExact},
        {"profitwell", "weeks_in_month", R"("52/12")", kExact},
        {"profitwell", "past_due", R"("count")", "ProfitWell's FAQ: until the dunning window ends"},
        {"profitwell", "trials", R"("exclude")", "learn.profitwell.com gf9qqkyplu"},
        {"profitwell", "paused", R"("exclude")", "learn.profitwell.com 3xteyrvof6 and b04f7czyr6"},
        {"profitwell", "churn_at", R"("end")", "learn.profitwell.com gf9qqkyplu: at the end of the billing cycle"},
        {"profitwell", "counts_from", R"("first_payment")", "learn.profitwell.com pnaejwan9k: from actual payments"},
        {"profitwell", "grouping_minutes", "0", kAssumed},
        {"profitwell", "lapse_days", "0", kAssumed},
        {"profitwell", "reactivation_days", "null", "learn.profitwell.com gf9qqkyplu: at any time"},
        {"profitwell", "time_zone", R"("account")", kAssumed},
        {"profitwell", "bucket_edge", R"("start")", kAssumed},

        {"paddle", "discounts_subtracted", "[]", "paddle.com/help: what is monthly recurring revenue; discounts are ignored"},
        {"paddle", "days_in_month", "30", "paddle.com/help: how is monthly recurring revenue calculated"},
        {"paddle", "weeks_in_month", R"("4.33")", "paddle.com/help: how is monthly recurring revenue calculated"},
        {"paddle", "past_due", R"("count")", kAssumed},
        {"paddle", "trials", R"("exclude")", "paddle.com/help: what is monthly recurring revenue"},
        {"paddle", "paused", R"("exclude")", kAssumed},
        {"paddle", "churn_at", R"("end")", kAssumed},
        {"paddle", "counts_from", R"("start")", kAssumed},
        {"paddle", "grouping_minutes", "0", kAssumed},
        {"paddle", "lapse_days", "0", kAssumed},
        {"paddle", "reactivation_days", "null", kAssumed},
        {"paddle", "time_zone", R"("account")", kAssumed},
        {"paddle", "bucket_edge", R"("start")", kAssumed},
    };
    return all;
}

} // namespace ch::revenue

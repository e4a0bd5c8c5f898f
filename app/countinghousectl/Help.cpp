// SPDX-License-Identifier: GPL-3.0-or-later
#include "Arguments.h"

namespace ch::ctl {

QString helpText()
{
    return QStringLiteral(R"(countinghousectl runs a subscription business on Stripe from the terminal.

  countinghousectl [OPTIONS] COMMAND

Commands
  sync                      reads the whole account into the local mirror; goes on where it was stopped
  businesses [--all]        every business; with --all customers without a business id too
  subscriptions             every subscription
  customer ID               one customer or business with its subscriptions and invoices
  mrr [--at TIME] [--group-by K] [--filter K=V]... [--in CURRENCY [--rates FILE]]
                            what the account brings in a month, in each currency, now or at any instant
  movements [--from DAY] [--to DAY] [--bucket day|week|month|quarter|year] [--view event|net] [--group-by K] [--filter K=V]...
            [--in CURRENCY [--rates FILE] [--constant-rate TIME]] [--without-takedowns]
                            what moved it, by class: each bucket opens, moves and closes, to the unit; and the rates of churn, where
                            wanted without what was taken down
  explain [--at TIME] [--customer ID] | --from TIME --to TIME
                            who makes up the figure, one customer's changes with what proves them, or why it changed
  bridge --from-definition A --to-definition B [--at TIME]
                            the difference between two definitions, setting by setting
  evaluate FILE [--definition D]
                            values the subscriptions of a JSON file by the same rule; needs no account (- reads standard input)
  takedown ID --reason TEXT [--delete-customer | --keep-customer] [--at-period-end] [--invoice-now] [--prorate]
                            [--invoices leave|void|uncollectible] [--drafts leave|delete] [--items leave|delete] [--refund-unused] --yes
                            cancels every subscription of a business (or its legacy payment), and does with what stays open what is
                            chosen; without --yes it only shows what would happen; in live mode it needs --live too
  cancel SUBSCRIPTION_ID [--reason TEXT] [--at-period-end] [--invoice-now] [--prorate] --yes
                            cancels one subscription and leaves its business as it is; likewise
  provision --business-id ID --name NAME --type TYPE [--email ADDRESS] [--cut-name] [--when-off skip|queue] [--live]
                            gives a business its customer and its subscription; run again it makes nothing twice. With payments off or
                            no key it is skipped, or queued to go on later; in live mode it needs --live
  prices ensure [--tiers]   makes the price of each type of business where there is none: 5.00 USD a month, or a tier for each type
  gates [--payments on|off] [--rollout 0|10|25|50|100]
                            how the gates stand, and sets them: payments as a whole, and which share of new businesses is provisioned
  protect ID, unprotect ID  a protected business is not provisioned, taken down or cancelled
  status [--reads N] [--when-ended ask|take_down]
                            how fresh the data is and how that is known, what of the month's reads is left, what is marked; and sets how many
                            reads Stripe allows, and what is done with a business whose last subscription has ended
  counters [--prometheus]   what monitoring reads: what was done, how long Stripe took, the MRR, how fresh
  serve [--port P] [--path PATH] [--future SECONDS|any]
                            keeps the mirror fresh without a window: takes webhooks at http://127.0.0.1:P/stripe/webhook (P: 4242), asks
                            Stripe where none come, and answers GET /health and /metrics; ends with Ctrl+C or SIGTERM
  operations                what was begun in Stripe, and how far it came
  operations resume         goes on with what was left open
  audit [--search TEXT] [--business ID] [--from DAY] [--to DAY] [--export FILE.csv|FILE.json]
                            the trail of what was done, newest first
  audit verify              looks whether the trail is whole
  records import FILE       takes in deployment records (JSON; - reads standard input)
  records export            writes them out in the same form
  profiles                  the accounts that are kept
  connect --profile NAME [--from-environment]
                            asks for a key and keeps it in the keychain under that name
  completion bash|zsh|fish  what that shell needs to complete these commands

Options
  --data-dir DIR            where data lies (default: the platform's data folder)
  --profile NAME            which account; without it the key of the environment, or the only profile there is
  --api-base URL            another address than https://api.stripe.com: https, or http on this computer
  --demo                    the demo account, made anew at each start
  --definition D            what MRR means: stripe (the default), chartmogul, profitwell, paddle, or a JSON file of one's own
  --before-definition D --changed-at TIME
                            movements, explain: by D until TIME, by --definition from then on; what the change did stands apart
  --in CURRENCY             one figure in that currency, instead of one for each currency
  --rates FILE              what they are worth in it: a CSV table of date,currency,rate
  --constant-rate TIME      all at the rates of that time: only the business moves the figure
  --zone Z                  the time zone of days and buckets (default: the account's)
                            K: business_type, currency, price, product, interval, customer, status, country
  --json                    JSON on standard output; so it is without the option where that is a pipe or a file
  --text                    tables for people, also into a pipe or a file
  --verbose                 the log on standard error too
  --version, --help

The key comes from the profile's place in the keychain, or from STRIPE_API_KEY, STRIPE_SECRET_KEY or STRIPE_TEST_KEY, the first that is
set. It is never an argument. Nor are the signing secrets of webhooks: they come from the profile's place in the keychain, or from
STRIPE_WEBHOOK_SECRET, several with commas between.

Exit codes: 0 done, 1 failed, 2 usage, 3 key refused or not permitted, 4 Stripe not reachable, 5 refused by a safety rule,
6 the outcome is not known, 7 done in part.
)");
}

} // namespace ch::ctl

// SPDX-License-Identifier: GPL-3.0-or-later
// The peer of tests/bench/backfill: Stripe's official package walks the subscriptions one page after the other and keeps nothing. Prints objects and ms.
import { createRequire } from 'node:module';

const Stripe = createRequire(new URL('../interop/main.mjs', import.meta.url))('stripe');
const stripe = new Stripe('sk_' + 'test_benchmark0001', { host: '127.0.0.1', port: process.argv[2], protocol: 'http', telemetry: false });
const query = { limit: 100, status: 'all', expand: ['data.discounts.source.coupon', 'data.items.data.discounts', 'data.default_payment_method'] };
const begun = process.hrtime.bigint();
const before = process.cpuUsage();
let objects = 0;
for await (const subscription of stripe.subscriptions.list(query)) {
    objects += subscription.id ? 1 : 0;
}
const used = process.cpuUsage(before);
console.log(JSON.stringify({ objects, ms: Number(process.hrtime.bigint() - begun) / 1e6, processor_s: (used.user + used.system) / 1e6 }));

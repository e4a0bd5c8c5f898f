// SPDX-License-Identifier: GPL-3.0-or-later
// Usage-based billing as the official package's users do it.
import assert from 'node:assert/strict';
import { check, errorOf } from './checks.mjs';
import { Types } from './schemas.mjs';

const DAY = 86400;
const START = Date.UTC(2026, 0, 1) / 1000;

export async function checkMeters(sandbox) {
    const stripe = sandbox.client();
    const types = new Types();
    let meter, clock, customer;
    await check('a meter is made, renamed, switched off and on, and listed', async () => {
        meter = await stripe.billing.meters.create({ display_name: 'Tokens', event_name: 'tokens', default_aggregation: { formula: 'sum' } });
        assert.equal((await stripe.billing.meters.update(meter.id, { display_name: 'All tokens' })).display_name, 'All tokens');
        assert.equal((await stripe.billing.meters.deactivate(meter.id)).status, 'inactive');
        assert.equal((await stripe.billing.meters.reactivate(meter.id)).status, 'active');
        assert.ok((await stripe.billing.meters.list({ status: 'active' })).data.some((row) => row.id === meter.id));
    });
    await check('a month of reports is billed in arrears, once for each identifier', async () => {
        clock = await stripe.testHelpers.testClocks.create({ frozen_time: START });
        customer = await stripe.customers.create({ test_clock: clock.id, payment_method: 'pm_card_visa', invoice_settings: { default_payment_method: 'pm_card_visa' } });
        const price = await stripe.prices.create({ currency: 'usd', unit_amount: 2, product_data: { name: 'Tokens' },
            recurring: { interval: 'month', usage_type: 'metered', meter: meter.id } });
        const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
        const report = (value, identifier) => stripe.billing.meterEvents.create({ event_name: 'tokens', identifier,
            payload: { stripe_customer_id: customer.id, value: String(value) } });
        const event = await report(30, 'first');
        assert.equal(event.timestamp, START);
        const again = await errorOf(report(30, 'first'));
        assert.equal(again.type, 'StripeInvalidRequestError');
        assert.match(again.message, /already exists with identifier first/);
        await report(12, 'second');
        await report(1000, 'mistake');
        const adjustment = await stripe.billing.meterEventAdjustments.create({ event_name: 'tokens', type: 'cancel', cancel: { identifier: 'mistake' } });
        const summaries = await stripe.billing.meters.listEventSummaries(meter.id, { customer: customer.id, start_time: START, end_time: START + DAY,
            value_grouping_window: 'hour', limit: 100 });
        assert.equal(summaries.data.length, 24);
        assert.equal(summaries.data.at(-1).aggregated_value, 42);
        types.check([meter, event, adjustment, summaries.data], 'meters');
        let now = await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: START + 32 * DAY });
        while (now.status === 'advancing') now = await stripe.testHelpers.testClocks.retrieve(clock.id);
        const [invoice] = (await stripe.invoices.list({ subscription: subscription.id })).data;
        assert.equal(invoice.total, 84);
        assert.equal(invoice.status, 'paid');
    });
    await check('meters, events, adjustments and summaries have the official shapes', () => {
        assert.deepEqual([...types.faults.entries()], []);
        assert.deepEqual([...types.seen.keys()].sort(), ['billing_meter', 'billing_meter_event', 'billing_meter_event_adjustment', 'billing_meter_event_summary']);
    });
    await check('a metered price without a meter, or with one that is none, is refused', async () => {
        const base = { currency: 'usd', unit_amount: 2, product_data: { name: 'Tokens' } };
        assert.equal((await errorOf(stripe.prices.create({ ...base, recurring: { interval: 'month', usage_type: 'metered' } }))).param, 'recurring[meter]');
        assert.equal((await errorOf(stripe.prices.create({ ...base, recurring: { interval: 'month', usage_type: 'metered', meter: 'mtr_x' } }))).code, 'resource_missing');
    });
}

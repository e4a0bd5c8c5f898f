// SPDX-License-Identifier: GPL-3.0-or-later
// A year on a test clock, as the official package's users live it.
import assert from 'node:assert/strict';
import { check } from './checks.mjs';

const DAY = 86400;
const START = Date.UTC(2025, 0, 31) / 1000;

export async function advance(stripe, clock, to) {
    let now = await stripe.testHelpers.testClocks.advance(clock, { frozen_time: to });
    assert.equal(now.status, 'advancing');
    while (now.status === 'advancing') now = await stripe.testHelpers.testClocks.retrieve(clock);
    assert.equal(now.status, 'ready');
    assert.equal(now.frozen_time, to);
}

async function all(list) {
    const rows = [];
    for await (const row of list) rows.push(row);
    return rows;
}

export async function checkClocks(sandbox) {
    const stripe = sandbox.client();
    const price = await stripe.prices.create({ currency: 'usd', unit_amount: 4900, recurring: { interval: 'month' }, product_data: { name: 'A year' } });
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: START, name: 'A year' });
    const customer = await stripe.customers.create({ name: 'On the clock', test_clock: clock.id, payment_method: 'pm_card_visa',
        invoice_settings: { default_payment_method: 'pm_card_visa' } });
    let subscription;
    await check('a subscription on a test clock is made in the clock\'s time and hidden from plain lists', async () => {
        subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }], trial_period_days: 14 });
        assert.equal(subscription.created, START);
        assert.equal(subscription.status, 'trialing');
        assert.ok((await all(stripe.subscriptions.list({ limit: 100 }))).every((row) => row.id !== subscription.id));
        assert.deepEqual((await stripe.subscriptions.list({ test_clock: clock.id })).data.map((row) => row.id), [subscription.id]);
    });
    await check('a year of renewals: thirteen invoices, each paid an hour after its draft', async () => {
        for (let day = 14; day <= 404; day += 30) await advance(stripe, clock.id, START + day * DAY + 7200);
        const invoices = await all(stripe.invoices.list({ subscription: subscription.id }));
        const cycles = invoices.filter((invoice) => invoice.billing_reason === 'subscription_cycle');
        assert.equal(cycles.length, 13);
        for (const invoice of cycles) {
            assert.equal(invoice.status, 'paid');
            assert.equal(invoice.amount_paid, 4900);
            assert.equal(invoice.status_transitions.paid_at, invoice.created + 3600);
            assert.equal(new Date(invoice.created * 1000).getUTCDate(), 14); // the trial's end
        }
    });
    await check('a card that starts to fail: past_due, three more attempts, canceled', async () => {
        const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customer.id });
        await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: bad.id } });
        const renewal = (await stripe.subscriptions.retrieve(subscription.id)).items.data[0].current_period_end;
        const seen = [];
        for (const [days, attempts] of [[0, 1], [3, 2], [8, 3], [15, 4]]) {
            await advance(stripe, clock.id, renewal + 3600 + days * DAY);
            const now = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
            assert.equal(now.latest_invoice.attempt_count, attempts);
            seen.push(now.status);
        }
        assert.deepEqual(seen, ['past_due', 'past_due', 'past_due', 'canceled']);
        assert.equal((await stripe.subscriptions.retrieve(subscription.id)).cancellation_details.reason, 'payment_failed');
    });
    await check('a deleted clock takes its customers along', async () => {
        assert.equal((await stripe.testHelpers.testClocks.del(clock.id)).deleted, true);
        assert.equal((await stripe.customers.retrieve(customer.id)).deleted, true);
    });
}

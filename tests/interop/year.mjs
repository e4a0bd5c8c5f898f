// SPDX-License-Identifier: GPL-3.0-or-later
// A year on one test clock, of three customers to whom things happen: discounts that end, a card that fails and is replaced, a change
// of quantity in the middle of a month. At its end the money adds up and the events replay to what the API says.
import assert from 'node:assert/strict';
import { check, errorOf } from './checks.mjs';
import { advance } from './clocks.mjs';

const DAY = 86400;
const START = Date.UTC(2025, 0, 15, 12) / 1000;

export async function checkYear(sandbox) {
    const stripe = sandbox.client();
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: START, name: 'Three customers' });
    const price = await stripe.prices.create({ currency: 'usd', unit_amount: 4000, recurring: { interval: 'month' }, product_data: { name: 'Twelve times' } });
    const customer = (name) => stripe.customers.create({ name, test_clock: clock.id, payment_method: 'pm_card_visa',
        invoice_settings: { default_payment_method: 'pm_card_visa' } });
    const paid = async (subscription) => (await stripe.invoices.list({ subscription, limit: 100 }).autoPagingToArray({ limit: 1000 })).reverse();
    const saver = await customer('Has a coupon');
    const failing = await customer('Has a bad month');
    const growing = await customer('Grows');
    const coupon = await stripe.coupons.create({ percent_off: 25, duration: 'repeating', duration_in_months: 3 });
    const welcome = await stripe.coupons.create({ amount_off: 1000, currency: 'usd', duration: 'once' });
    const subscribe = (who, more = {}) => stripe.subscriptions.create({ customer: who.id, items: [{ price: price.id }], ...more });
    const saving = await subscribe(saver, { discounts: [{ coupon: coupon.id }, { coupon: welcome.id }] });
    const broken = await subscribe(failing, { trial_period_days: 30 });
    const grown = await subscribe(growing);
    let now = START;
    const pass = async (days) => { now += days * DAY; await advance(stripe, clock.id, now); };

    await check('a clock takes three customers, goes forward only, and two intervals at most', async () => {
        assert.equal((await errorOf(customer('One too many'))).statusCode, 400);
        assert.equal((await errorOf(stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: START - 1 }))).statusCode, 400);
        assert.equal((await errorOf(stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: START + 63 * DAY }))).statusCode, 400);
        assert.equal((await stripe.testHelpers.testClocks.retrieve(clock.id)).frozen_time, START);
    });
    await check('the first month: the card of one begins to fail, another grows in the middle', async () => {
        await pass(10);
        const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: failing.id });
        await stripe.customers.update(failing.id, { invoice_settings: { default_payment_method: bad.id } });
        const item = (await stripe.subscriptions.retrieve(grown.id)).items.data[0];
        await stripe.subscriptions.update(grown.id, { items: [{ id: item.id, quantity: 4 }], proration_behavior: 'create_prorations' });
        await pass(22); // past its trial's end
        const late = await stripe.subscriptions.retrieve(broken.id, { expand: ['latest_invoice'] });
        assert.equal(late.status, 'past_due');
        assert.equal(late.latest_invoice.status, 'open');
        const error = await errorOf(stripe.invoices.pay(late.latest_invoice.id));
        assert.equal(error.code, 'card_declined');
        const good = await stripe.paymentMethods.attach('pm_card_mastercard', { customer: failing.id });
        await stripe.customers.update(failing.id, { invoice_settings: { default_payment_method: good.id } });
        assert.equal((await stripe.invoices.pay(late.latest_invoice.id)).status, 'paid');
        assert.equal((await stripe.subscriptions.retrieve(broken.id)).status, 'active');
    });
    await check('eleven months more', async () => {
        for (let i = 0; i < 6; i += 1) await pass(56);
        const totals = (await paid(saving.id)).map(({ total }) => total);
        assert.deepEqual(totals.slice(0, 5), [2000, 3000, 3000, 4000, 4000]); // 25 % of three, 10 off the first
        assert.equal(totals.length, 13);
        const change = (await paid(grown.id))[1];
        const used = 21 / 31; // of January 15th to February 15th, after ten days
        assert.equal(change.total, 4 * 4000 + Math.round(4 * 4000 * used) - Math.round(4000 * used));
        assert.deepEqual(change.lines.data.map(({ parent }) => parent.subscription_item_details?.proration ?? parent.invoice_item_details.proration).sort(),
            [false, true, true]);
        assert.deepEqual((await paid(grown.id)).slice(2).map(({ total }) => total), Array(11).fill(16000));
        assert.ok((await paid(broken.id)).every(({ status }) => status === 'paid'));
    });
    await check('what was paid is what was charged, for each customer and in the balance', async () => {
        for (const { id } of [saver, failing, growing]) {
            const invoices = await stripe.invoices.list({ customer: id, limit: 100 }).autoPagingToArray({ limit: 1000 });
            const charges = await stripe.charges.list({ customer: id, limit: 100, expand: ['data.balance_transaction'] }).autoPagingToArray({ limit: 1000 });
            const taken = charges.filter((charge) => charge.paid);
            assert.equal(invoices.reduce((sum, { amount_paid: amount }) => sum + amount, 0), taken.reduce((sum, { amount }) => sum + amount, 0));
            assert.ok(taken.every((charge) => charge.balance_transaction.amount === charge.amount));
            assert.equal(charges.length > taken.length, id === failing.id);
        }
    });
    await check('the events of each subscription replay to what it is: nothing changed in silence', async () => {
        await stripe.subscriptions.cancel(saving.id, { invoice_now: true, prorate: true });
        const events = await stripe.events.list({ types: ['customer.subscription.created', 'customer.subscription.updated', 'customer.subscription.deleted'], limit: 100 })
            .autoPagingToArray({ limit: 10000 });
        const plain = (value) => JSON.parse(JSON.stringify(value));
        for (const { id } of [saving, broken, grown]) {
            let state = null;
            for (const { data, type } of plain(events.filter((event) => event.data.object.id === id)).reverse()) {
                assert.equal(type.endsWith('created'), state === null);
                for (const [name, before] of Object.entries(data.previous_attributes ?? {})) {
                    if (before === null || typeof before !== 'object') assert.deepEqual(state[name] ?? null, before, `${id}: ${name} before ${type}`);
                }
                for (const name of Object.keys(data.object)) {
                    const same = state === null || JSON.stringify(state[name]) === JSON.stringify(data.object[name]);
                    assert.ok(same || type.endsWith('deleted') || name in data.previous_attributes, `${id}: ${name} changed in silence by ${type}`);
                }
                state = data.object;
            }
            assert.deepEqual(plain(await stripe.subscriptions.retrieve(id)), state);
        }
    });
    await stripe.testHelpers.testClocks.del(clock.id);
}

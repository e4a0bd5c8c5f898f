// SPDX-License-Identifier: GPL-3.0-or-later
// The rest of a subscription's life through the official package: pause and resume, updates that wait for payment, single items, schedules.
import assert from 'node:assert/strict';
import { check, errorOf } from './checks.mjs';

async function payer(stripe, card) {
    const customer = await stripe.customers.create({ name: 'Moves' });
    const method = await stripe.paymentMethods.attach(card, { customer: customer.id });
    await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
    return customer.id;
}

export async function checkSubscriptions(sandbox) {
    const stripe = sandbox.client();
    const price = async (amount) => (await stripe.prices.create({ currency: 'usd', unit_amount: amount, recurring: { interval: 'month' },
        product_data: { name: `For ${amount}` } })).id;
    const [small, large] = [await price(1000), await price(9000)];

    await check('pause, and resume on payment', async () => {
        const { id } = await stripe.subscriptions.create({ customer: await payer(stripe, 'pm_card_visa'), items: [{ price: small }] });
        const paused = await stripe.subscriptions.pause(id, { bill_for: { unused_time_from: { type: 'none' } } });
        assert.equal(paused.status, 'paused');
        assert.equal(paused.status_details.paused.subscription.type, 'pause_requested');
        const back = await stripe.subscriptions.resume(id, { payment_behavior: 'resume_on_payment_success', expand: ['latest_invoice'] });
        assert.equal(back.status, 'active');
        assert.equal(back.latest_invoice.amount_paid, 1000);
        const { data } = await stripe.events.list({ types: ['customer.subscription.paused', 'customer.subscription.resumed'], limit: 2 });
        assert.deepEqual(data.map((event) => event.type), ['customer.subscription.resumed', 'customer.subscription.paused']);
        assert.equal((await errorOf(stripe.subscriptions.migrate(id, { billing_mode: { type: 'flexible' } }))).type, 'StripeInvalidRequestError');
    });
    await check('an update waits for its payment and is applied by it', async () => {
        const customer = await payer(stripe, 'pm_card_visa');
        const made = await stripe.subscriptions.create({ customer, items: [{ price: small }] });
        const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
        await stripe.subscriptions.update(made.id, { default_payment_method: bad.id });
        const item = made.items.data[0].id;
        const wish = { items: [{ id: item, price: large }], proration_behavior: 'always_invoice' };
        assert.equal((await errorOf(stripe.subscriptions.update(made.id, { ...wish, payment_behavior: 'error_if_incomplete' }))).type, 'StripeCardError');
        const waits = await stripe.subscriptions.update(made.id, { ...wish, payment_behavior: 'pending_if_incomplete' });
        assert.equal(waits.status, 'active');
        assert.equal(waits.pending_update.subscription_items[0].price.id, large);
        assert.equal(waits.items.data[0].price.id, small);
        const good = (await stripe.paymentMethods.list({ customer, type: 'card' })).data.find((method) => method.id !== bad.id);
        await stripe.invoices.pay(waits.latest_invoice, { payment_method: good.id });
        const now = await stripe.subscriptions.retrieve(made.id);
        assert.equal(now.pending_update, null);
        assert.equal(now.items.data[0].price.id, large);
    });
    await check('items come, change and go one by one', async () => {
        const { id } = await stripe.subscriptions.create({ customer: await payer(stripe, 'pm_card_visa'), items: [{ price: small }] });
        const item = await stripe.subscriptionItems.create({ subscription: id, price: large, quantity: 2 });
        assert.equal((await stripe.subscriptionItems.update(item.id, { quantity: 3 })).quantity, 3);
        const gone = await stripe.subscriptionItems.del(item.id);
        assert.equal(gone.deleted, true);
        const [last] = (await stripe.subscriptionItems.list({ subscription: id })).data;
        assert.equal((await errorOf(stripe.subscriptionItems.del(last.id))).message, 'A subscription must have at least one active plan.');
    });
    await check('a schedule runs through its phases on a test clock', async () => {
        const start = Date.UTC(2025, 0, 31) / 1000;
        const clock = await stripe.testHelpers.testClocks.create({ frozen_time: start });
        const customer = await stripe.customers.create({ test_clock: clock.id, payment_method: 'pm_card_visa', invoice_settings: { default_payment_method: 'pm_card_visa' } });
        const made = await stripe.subscriptionSchedules.create({ customer: customer.id, start_date: 'now', end_behavior: 'cancel', phases: [
            { items: [{ price: small, quantity: 2 }], duration: { interval: 'month' } },
            { items: [{ price: large }], duration: { interval: 'month' }, metadata: { phase: 'two' } }] });
        assert.equal(made.status, 'active');
        let now = start;
        for (const seconds of [28 * 86400 + 7200, 31 * 86400]) {
            now += seconds;
            let state = await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: now });
            while (state.status !== 'ready') state = await stripe.testHelpers.testClocks.retrieve(clock.id);
            if (seconds === 31 * 86400) break;
            const subscription = await stripe.subscriptions.retrieve(made.subscription, { expand: ['schedule', 'latest_invoice'] });
            assert.equal(subscription.schedule.id, made.id);
            assert.equal(subscription.items.data[0].price.id, large);
            assert.equal(subscription.metadata.phase, 'two');
            assert.equal(subscription.latest_invoice.amount_paid, 9000);
        }
        assert.equal((await stripe.subscriptionSchedules.retrieve(made.id)).status, 'completed');
        assert.equal((await stripe.subscriptions.retrieve(made.subscription)).status, 'canceled');
        const other = await stripe.subscriptionSchedules.create({ from_subscription: (await stripe.subscriptions.create({
            customer: await payer(stripe, 'pm_card_visa'), items: [{ price: small }] })).id });
        assert.equal((await stripe.subscriptionSchedules.release(other.id)).status, 'released');
        await stripe.testHelpers.testClocks.del(clock.id);
    });
}

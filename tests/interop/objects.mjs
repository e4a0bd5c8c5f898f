// SPDX-License-Identifier: GPL-3.0-or-later
// Every object that the sandbox returns against Stripe's own types: thousands of a made-up account that has lived for two years, those
// that the other checks made, and the deleted ones.
import assert from 'node:assert/strict';
import { check } from './checks.mjs';
import { Types } from './schemas.mjs';

const LISTS = ['customers', 'products', 'prices', 'subscriptions?status=all', 'invoices', 'invoice_payments', 'payment_intents', 'coupons',
    'events', 'test_helpers/test_clocks', 'subscription_schedules', 'charges', 'refunds', 'balance_transactions',
    'credit_notes?expand[]=data.refunds.refund&expand[]=data.invoice',
    'charges?expand[]=data.balance_transaction&expand[]=data.refunds&expand[]=data.payment_intent&limit=50',
    'refunds?expand[]=data.charge&expand[]=data.balance_transaction.source', 'customers?expand[]=data.invoice_settings.default_payment_method',
    'subscriptions?expand[]=data.latest_invoice.payments&expand[]=data.customer&expand[]=data.items.data.price&limit=20',
    'subscriptions?expand[]=data.discounts&expand[]=data.default_payment_method',
    'invoices?expand[]=data.customer&expand[]=data.discounts&expand[]=data.lines.data.discounts&limit=20'];

// What must have been seen at least once. Those with deleted_ are made here.
const EXPECTED = ['account', 'balance', 'balance_transaction', 'charge', 'coupon', 'credit_note', 'credit_note_line_item', 'customer', 'discount', 'event', 'invoice', 'invoice_payment', 'line_item', 'payment_intent',
    'payment_method', 'price', 'product', 'refund', 'subscription', 'subscription_item', 'subscription_schedule', 'test_helpers_test_clock', 'deleted_coupon', 'deleted_customer',
    'deleted_product', 'deleted_test_helpers_test_clock'];

async function walk(sandbox, types, list, most) {
    let after = '';
    for (let seen = 0; seen < most;) {
        const limit = list.includes('limit=') ? '' : '&limit=100';
        const target = `/v1/${list}${list.includes('?') ? '' : '?'}${limit}${after ? `&starting_after=${after}` : ''}`;
        const { status, json } = await sandbox.raw(target);
        assert.equal(status, 200, `${target}: ${JSON.stringify(json)}`);
        assert.equal(json.object, 'list');
        types.check(json.data, target);
        seen += json.data.length;
        if (!json.has_more) return;
        after = json.data.at(-1).id;
    }
}

async function makeDeleted(sandbox, types) {
    const stripe = sandbox.client();
    const customer = await stripe.customers.create({ name: 'To go', payment_method: 'pm_card_visa' });
    const product = await stripe.products.create({ name: 'To go' });
    const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'once' });
    const price = (await stripe.prices.list({ limit: 1, type: 'recurring', active: true })).data[0];
    const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }], collection_method: 'send_invoice',
        days_until_due: 30, discounts: [{ coupon: coupon.id }] });
    const item = subscription.items.data[0].id;
    for (const target of [`customers/${customer.id}`, `customers/${customer.id}/payment_methods`, `products/${product.id}`, `coupons/${coupon.id}`,
        `subscriptions/${subscription.id}?expand[]=discounts&expand[]=items.data.price.product`, `subscription_items/${item}`, `subscription_items?subscription=${subscription.id}`,
        `invoices/${subscription.latest_invoice}?expand[]=discounts`, `invoices/${subscription.latest_invoice}/lines`]) {
        const { status, json } = await sandbox.raw(`/v1/${target}`);
        assert.equal(status, 200, `${target}: ${JSON.stringify(json)}`);
        types.check(json.object === 'list' ? json.data : json, target);
    }
    for (const target of [`customers/${customer.id}`, `products/${product.id}`, `coupons/${coupon.id}`]) {
        const { status, json } = await sandbox.raw(`/v1/${target}`, { method: 'DELETE' });
        assert.equal(status, 200, `DELETE ${target}: ${JSON.stringify(json)}`);
        types.check(json, `DELETE ${target}`);
    }
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: 1704067200 });
    types.check(await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: 1704067260 }), 'a clock on its way');
    types.check((await sandbox.raw(`/v1/test_helpers/test_clocks/${clock.id}`, { method: 'DELETE' })).json, 'a deleted clock');
    types.check((await sandbox.raw(`/v1/customers/${customer.id}`)).json, 'a deleted customer');
    types.check((await sandbox.raw(`/v1/events?limit=50`)).json.data, 'the events of that');
}

export async function checkObjects(sandbox) {
    let types;
    await check('JSON Schemas are made from the types of Stripe\'s package', () => { types = new Types(); });
    if (!types) return { objects: 0, types: 0 };
    await check('a known fault is found: the check can fail', () => {
        types.check({ id: 'cus_1', object: 'customer', deleted: true, extra: 1 }, 'probe');
        types.check({ id: 'price_1', object: 'price', livemode: 'no' }, 'probe');
        types.check({ id: 'x_1', object: 'unheard_of' }, 'probe');
        assert.equal(types.faults.size, 3, [...types.faults.keys()].join('; '));
        types.clear();
    });
    await check('walk the account', async () => {
        for (const list of LISTS) await walk(sandbox, types, list, 1500);
        for (const single of ['account', 'balance']) types.check((await sandbox.raw(`/v1/${single}`)).json, single);
    });
    await check('make, read and delete one of each', () => makeDeleted(sandbox, types));
    await check('every object has the fields and types that Stripe\'s package declares', () => {
        const faults = [...types.faults].map(([what, { count, example }]) => `${what} - ${count} times, e.g. ${example}`);
        assert.equal(faults.length, 0, `\n${faults.join('\n')}`);
    });
    await check('at least one of every type was seen', () => {
        assert.deepEqual(EXPECTED.filter((name) => !types.seen.has(name)), []);
    });
    const objects = [...types.seen.values()].reduce((sum, count) => sum + count, 0);
    await check('at least 5,000 objects were seen', () => assert.ok(objects >= 5000, `${objects}`));
    return { objects, types: types.seen.size };
}

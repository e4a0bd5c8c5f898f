// SPDX-License-Identifier: GPL-3.0-or-later
// Every object that any check receives against Stripe's own types (main.mjs hands each answer on): here what no other check asks for,
// thousands of a made-up account that has lived for two years, expanded ones and deleted ones, and the sum of it all.
import assert from 'node:assert/strict';
import { check } from './checks.mjs';
import { Types } from './schemas.mjs';

const LISTS = ['customers', 'products', 'prices', 'subscriptions?status=all', 'invoices', 'invoice_payments', 'payment_intents', 'coupons',
    'events', 'test_helpers/test_clocks', 'subscription_schedules', 'charges', 'refunds', 'balance_transactions', 'invoiceitems',
    'credit_notes?expand[]=data.refunds.refund&expand[]=data.invoice',
    'charges?expand[]=data.balance_transaction&expand[]=data.refunds&expand[]=data.payment_intent&limit=50',
    'refunds?expand[]=data.charge&expand[]=data.balance_transaction.source', 'customers?expand[]=data.invoice_settings.default_payment_method',
    'subscriptions?expand[]=data.latest_invoice.payments&expand[]=data.customer&expand[]=data.items.data.price&limit=20',
    'subscriptions?expand[]=data.discounts&expand[]=data.default_payment_method',
    'invoices?expand[]=data.customer&expand[]=data.discounts&expand[]=data.lines.data.discounts&limit=20'];

// What wire.cts names and the sandbox never answers, and why.
const UNSEEN = {
    deleted_price: 'prices are not deleted',
};

async function walk(sandbox, list, most) {
    let after = '';
    for (let seen = 0; seen < most;) {
        const limit = list.includes('limit=') ? '' : '&limit=100';
        const target = `/v1/${list}${list.includes('?') ? '' : '?'}${limit}${after ? `&starting_after=${after}` : ''}`;
        const { status, json } = await sandbox.raw(target);
        assert.equal(status, 200, `${target}: ${JSON.stringify(json)}`);
        assert.equal(json.object, 'list');
        seen += json.data.length;
        if (!json.has_more) return;
        after = json.data.at(-1).id;
    }
}

async function makeDeleted(sandbox) {
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
    }
    const kept = await stripe.coupons.create({ percent_off: 5, duration: 'forever' });
    await stripe.subscriptions.update(subscription.id, { discounts: [{ coupon: kept.id }] });
    assert.equal((await stripe.subscriptions.deleteDiscount(subscription.id)).deleted, true);
    for (const target of [`customers/${customer.id}`, `products/${product.id}`, `coupons/${coupon.id}`]) {
        const { status, json } = await sandbox.raw(`/v1/${target}`, { method: 'DELETE' });
        assert.equal(status, 200, `DELETE ${target}: ${JSON.stringify(json)}`);
    }
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: 1704067200 });
    await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: 1704067260 });
    await sandbox.raw(`/v1/test_helpers/test_clocks/${clock.id}`, { method: 'DELETE' });
    await sandbox.raw(`/v1/customers/${customer.id}`);
    await sandbox.raw(`/v1/events?limit=50`);
}

// First of all: the schemas, and that a fault is found.
export async function checkSchemas() {
    let types;
    await check('JSON Schemas are made from the types of Stripe\'s package', () => { types = new Types(); });
    await check('a known fault is found: the check can fail', () => {
        types.check({ id: 'cus_1', object: 'customer', deleted: true, extra: 1 }, 'probe'); // a field that is not Stripe's
        types.check({ id: 'price_1', object: 'price', livemode: 'no' }, 'probe'); // wrong type, and much is missing
        types.check({ id: 'x_1', object: 'unheard_of' }, 'probe');
        types.check({ object: 'list', data: [{ id: 'cus_1', object: 'customer', deleted: 1 }], url: '/v1/x', has_more: 'no' }, 'probe');
        types.checkAnswer('GET', '/v1/customers?limit=1', { object: 'list', data: [], url: '/v1/products', has_more: false });
        const fault = types.faults.size;
        assert.equal(fault, 6, [...types.faults.keys()].join('; '));
        types.clear();
    });
    return types;
}

// Makes, walks and deletes what no other check does.
export async function walkObjects(sandbox) {
    await check('walk the account', async () => {
        for (const list of LISTS) await walk(sandbox, list, 1500);
        for (const single of ['account', 'balance']) await sandbox.raw(`/v1/${single}`);
    });
    await check('make, read and delete one of each', () => makeDeleted(sandbox));
}

// After all other checks: what the types say to everything that any of them received. Returns how many objects there were.
export async function checkObjects(types) {
    const counts = [...types.seen].sort(([a], [b]) => a.localeCompare(b));
    console.log(`objects checked against the types of the package, by type:\n${counts.map(([name, count]) => `  ${String(count).padStart(6)} ${name}`).join('\n')}`);
    console.log(`  ${String(types.lists).padStart(6)} lists, ${types.searches} results of searches`);
    await check('every object has the fields and types that Stripe\'s package declares, and no others', () => {
        const faults = [...types.faults].map(([what, { count, example }]) => `${what} - ${count} times, e.g. ${example}`);
        assert.equal(faults.length, 0, `\n${faults.join('\n')}`);
    });
    await check('at least one of every type was seen', () => {
        assert.deepEqual(types.names().filter((name) => !types.seen.has(name) && !(name in UNSEEN)), []);
        assert.deepEqual(Object.keys(UNSEEN).filter((name) => types.seen.has(name)), [], 'seen, though it is said not to be');
    });
    const objects = counts.reduce((sum, [, count]) => sum + count, 0);
    await check('at least 5,000 objects were seen', () => assert.ok(objects >= 5000, `${objects}`));
    return objects;
}

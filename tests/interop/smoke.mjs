// SPDX-License-Identifier: GPL-3.0-or-later
// The official package at work on the sandbox, as its own users would.
import assert from 'node:assert/strict';
import Stripe from 'stripe';
import { check, errorOf } from './checks.mjs';

// Each list with the count that the sandbox gives for it.
const LISTS = [
    ['customers', (stripe) => stripe.customers.list({ limit: 100 })],
    ['products', (stripe) => stripe.products.list({ limit: 100 })],
    ['prices', (stripe) => stripe.prices.list({ limit: 100 })],
    ['subscriptions', (stripe) => stripe.subscriptions.list({ limit: 100, status: 'all' })],
    ['invoices', (stripe) => stripe.invoices.list({ limit: 100 })],
    ['payment_intents', (stripe) => stripe.paymentIntents.list({ limit: 100 })],
    ['charges', (stripe) => stripe.charges.list({ limit: 100 })],
    ['balance_transactions', (stripe) => stripe.balanceTransactions.list({ limit: 100 })],
    ['coupons', (stripe) => stripe.coupons.list({ limit: 100 })],
    ['events', (stripe) => stripe.events.list({ limit: 100 })],
];

export async function checkLists(sandbox) {
    const stripe = sandbox.client();
    for (const [name, list] of LISTS) {
        await check(`auto-pagination over all ${name} finds what the sandbox counts`, async () => {
            const ids = new Set();
            let last = Infinity;
            for await (const object of list(stripe)) {
                assert.ok(!ids.has(object.id), `${object.id} came twice`);
                assert.ok(object.created <= last, `${object.id} is newer than the one before it`);
                last = object.created;
                ids.add(object.id);
            }
            assert.equal(ids.size, (await sandbox.counts())[name]);
            assert.ok(ids.size > 0);
        });
    }
    await check('backwards through customers gives the same, the other way round', async () => {
        const forth = [];
        for await (const customer of stripe.customers.list({ limit: 50 })) forth.push(customer.id);
        const back = [];
        for await (const customer of stripe.customers.list({ limit: 50, ending_before: forth.at(-1) })) back.push(customer.id);
        assert.deepEqual(back.reverse(), forth.slice(0, -1));
    });
    await check('a list without status leaves out canceled subscriptions', async () => {
        let count = 0;
        for await (const subscription of stripe.subscriptions.list({ limit: 100 })) {
            assert.notEqual(subscription.status, 'canceled');
            count += 1;
        }
        assert.equal(count, (await sandbox.counts()).subscriptions_not_canceled);
    });
}

export async function checkLife(sandbox) {
    const stripe = sandbox.client();
    let product;
    let price;
    let customer;
    let subscription;

    await check('create a product and a price', async () => {
        product = await stripe.products.create({ name: 'Interop plan', metadata: { made_by: 'interop' } });
        price = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 2999, recurring: { interval: 'month' } });
        assert.match(product.id, /^prod_/);
        assert.match(price.id, /^price_/);
        assert.equal(price.unit_amount, 2999);
        assert.equal(price.unit_amount_decimal.toString(), '2999'); // the package reads a decimal: on the wire it is text
        assert.equal(price.livemode, false);
        assert.match(price.lastResponse.requestId, /^req_/);
    });
    await check('create a customer, with text that needs encoding', async () => {
        const name = 'Å & Söhne + Co = 100 % 東京 [x]';
        customer = await stripe.customers.create({ name, email: 'ops+a@example.com', metadata: { business_id: 'biz_interop', note: 'a=b&c' },
            payment_method: 'pm_card_visa', invoice_settings: { default_payment_method: 'pm_card_visa' } });
        assert.equal(customer.name, name);
        assert.deepEqual({ ...customer.metadata }, { business_id: 'biz_interop', note: 'a=b&c' });
    });
    await check('create a subscription by its price', async () => {
        subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id, quantity: 2 }],
            expand: ['latest_invoice.payments'] });
        assert.equal(subscription.status, 'active');
        assert.equal(subscription.items.data[0].price.id, price.id);
        assert.equal(subscription.items.data[0].quantity, 2);
        assert.equal(subscription.latest_invoice.status, 'paid');
        assert.equal(subscription.latest_invoice.total, 5998);
        assert.equal(subscription.latest_invoice.payments.data[0].status, 'paid');
    });
    await check('price_data with a product makes a subscription; with product_data it is refused', async () => {
        const data = { currency: 'usd', unit_amount: 500, recurring: { interval: 'month' } };
        const error = await errorOf(stripe.subscriptions.create({ customer: customer.id,
            items: [{ price_data: { ...data, product_data: { name: 'Inline' } } }] }));
        assert.ok(error instanceof Stripe.errors.StripeInvalidRequestError);
        assert.equal(error.code, 'parameter_unknown');
        assert.equal(error.param, 'items[0][price_data][product_data]');
        assert.match(error.message, /Did you mean product\?/);
        const inline = await stripe.subscriptions.create({ customer: customer.id, items: [{ price_data: { ...data, product: product.id } }] });
        assert.equal(inline.status, 'active');
        await stripe.subscriptions.cancel(inline.id);
    });
    await check('update a customer and a subscription; an empty value takes a field away', async () => {
        const updated = await stripe.customers.update(customer.id, { description: 'seen', metadata: { note: '', extra: '1' } });
        assert.deepEqual({ ...updated.metadata }, { business_id: 'biz_interop', extra: '1' });
        assert.equal((await stripe.customers.update(customer.id, { description: '' })).description, null);
        const more = await stripe.subscriptions.update(subscription.id, { items: [{ id: subscription.items.data[0].id, quantity: 3 }] });
        assert.equal(more.items.data[0].quantity, 3);
        assert.equal((await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true })).cancel_at_period_end, true);
        assert.equal((await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: false })).cancel_at, null);
    });
    await check('a repeated idempotency key replays, and makes nothing', async () => {
        const before = (await sandbox.counts()).customers;
        const options = { idempotencyKey: 'interop-replay' };
        const first = await stripe.customers.create({ name: 'Once' }, options);
        const second = await stripe.customers.create({ name: 'Once' }, options);
        assert.equal(second.id, first.id);
        assert.equal(second.lastResponse.headers['idempotent-replayed'], 'true');
        assert.equal(first.lastResponse.headers['idempotent-replayed'], undefined);
        assert.equal((await sandbox.counts()).customers, before + 1);
    });
    await check('an answer lost after the work: the package sends again, and there is one object', async () => {
        const before = (await sandbox.counts()).customers;
        await sandbox.fault('lost,method=POST,path=/v1/customers,nth=1');
        const made = await sandbox.client({ maxNetworkRetries: 2 }).customers.create({ name: 'Lost and found' });
        await sandbox.noFaults();
        assert.equal(made.lastResponse.headers['idempotent-replayed'], 'true');
        assert.equal((await sandbox.counts()).customers, before + 1);
    });
    await check('cancel; a second cancel is 404 while the subscription can still be read', async () => {
        const canceled = await stripe.subscriptions.cancel(subscription.id);
        assert.equal(canceled.status, 'canceled');
        assert.ok(canceled.canceled_at > 0 && canceled.ended_at > 0);
        const error = await errorOf(stripe.subscriptions.cancel(subscription.id));
        assert.ok(error instanceof Stripe.errors.StripeInvalidRequestError);
        assert.equal(error.statusCode, 404);
        assert.equal(error.code, 'resource_missing');
        assert.equal(error.message, `No such subscription: '${subscription.id}'`);
        assert.equal((await stripe.subscriptions.retrieve(subscription.id)).status, 'canceled');
    });
    await check('delete the customer: what was active is canceled, and it reads as deleted', async () => {
        const last = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
        assert.deepEqual({ ...(await stripe.customers.del(customer.id)) }, { id: customer.id, object: 'customer', deleted: true });
        const read = await stripe.customers.retrieve(customer.id);
        assert.deepEqual({ ...read }, { id: customer.id, object: 'customer', deleted: true });
        assert.equal((await stripe.subscriptions.retrieve(last.id)).status, 'canceled');
        assert.equal((await errorOf(stripe.customers.update(customer.id, { name: 'x' }))).statusCode, 404);
    });
    await check('all of it is in the list of events, with the keys of the requests', async () => {
        const types = new Map();
        for await (const event of stripe.events.list({ limit: 100 })) {
            const id = event.data.object.id;
            if ([product.id, price.id, customer.id, subscription.id].includes(id)) types.set(`${event.type} ${id}`, event);
        }
        for (const wanted of [`product.created ${product.id}`, `price.created ${price.id}`, `customer.created ${customer.id}`,
            `customer.subscription.created ${subscription.id}`, `customer.subscription.updated ${subscription.id}`,
            `customer.subscription.deleted ${subscription.id}`, `customer.deleted ${customer.id}`]) {
            assert.ok(types.has(wanted), `no event ${wanted}`);
        }
        const created = types.get(`customer.created ${customer.id}`);
        assert.match(created.request.id, /^req_/);
        assert.match(created.request.idempotency_key, /^stripe-node-retry-/);
        assert.equal((await stripe.events.retrieve(created.id)).id, created.id);
        const deleted = await stripe.events.list({ type: 'customer.subscription.deleted', limit: 3 });
        assert.ok(deleted.data.every((event) => event.type === 'customer.subscription.deleted'));
    });
}

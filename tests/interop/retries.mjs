// SPDX-License-Identifier: GPL-3.0-or-later
// Connections that break at each moment of a request, and the official package sending it again: there is one object, whatever the
// moment. Each way has a sandbox of its own, all at once, because the package waits half a second before it tries again.
import assert from 'node:assert/strict';
import Stripe from 'stripe';
import { check, errorOf } from './checks.mjs';
import { Sandbox } from './sandbox.mjs';

const { errors } = Stripe;

// The fault that strikes the first attempt, and whether the work was done before it: then the second attempt gets the first answer.
const RESENT = [['reset', false], ['close', false], ['hang', false], ['cut-head', true], ['reset,work=yes', true], ['lost', true],
    ['hang,work=yes', true], ['slow,bytes=40,ms=60000', true], ['500,should-retry=yes', false], ['500', false], ['500,status=503', false],
    ['error,status=409', false], ['error,status=409,code=idempotency_key_in_use', false],
    ['error,status=400,should-retry=yes', false], ['html,status=502', false]];
// The package does not send these again: once an answer has begun, or says no, it is for its user to do so, with the same key.
const LEFT = [['cut', true], ['cut-reset', true], ['cut-chunked', true], ['truncated-json', true],
    ['short-length', true], ['429,reason=lock_timeout', false], ['error,status=400', false]];
// And what broke in the middle of the work stays so for its key, as Stripe keeps it: the work is done, its answer is 500 for ever.
const KEPT = '500,should-retry=no,work=yes';

async function payer(stripe) {
    const customer = await stripe.customers.create({ name: 'Behind a bad line', payment_method: 'pm_card_visa', invoice_settings: { default_payment_method: 'pm_card_visa' } });
    const price = await stripe.prices.create({ currency: 'usd', unit_amount: 1500, recurring: { interval: 'month' }, product_data: { name: 'Once' } });
    return { customer: customer.id, items: [{ price: price.id }] };
}

// What one subscription by card leaves behind.
const NAMES = ['subscriptions', 'invoices', 'payment_intents', 'charges', 'balance_transactions'];
const traces = async (sandbox) => NAMES.map((name, i) => [name, i]).reduce(async (all, [name]) => ({ ...await all, [name]: (await sandbox.counts())[name] }), {});

async function breakOne(rule, worked, resent) {
    const sandbox = await Sandbox.start('--businesses', '1', '--months', '1', '--speed', '0');
    const stripe = sandbox.client({ maxNetworkRetries: 2, timeout: 1500 });
    const order = await payer(stripe);
    const before = await traces(sandbox);
    await sandbox.fault(`${rule},method=POST,path=/v1/subscriptions,nth=1`);
    const options = { idempotencyKey: `once-${rule}` };
    const attempt = stripe.subscriptions.create(order, options);
    let made;
    if (!resent) {
        await errorOf(attempt);
        assert.equal((await sandbox.requests())['POST /v1/subscriptions'], 1, `${rule}: it was sent again`);
        made = await stripe.subscriptions.create(order, options);
    } else {
        made = await attempt;
    }
    assert.equal((await sandbox.requests())['POST /v1/subscriptions'], 2, rule);
    assert.equal(made.status, 'active', rule);
    assert.equal(made.lastResponse.headers['idempotent-replayed'], worked ? 'true' : undefined, rule);
    for (const [name, count] of Object.entries(await traces(sandbox))) assert.equal(count, before[name] + 1, `${rule}: ${name}`);
    const events = (await stripe.events.list({ type: 'customer.subscription.created', limit: 100 })).data.filter(({ data }) => data.object.id === made.id);
    assert.deepEqual(events.map(({ request }) => request.idempotency_key), [`once-${rule}`], rule);
    await sandbox.stop();
}

export async function checkRetries(sandbox) {
    await check(`a subscription is made and paid once, whatever breaks on the way: ${RESENT.length + LEFT.length} ways`, async () => {
        await Promise.all([...RESENT.map((way) => breakOne(...way, true)), ...LEFT.map((way) => breakOne(...way, false))]);
    });
    await check('a request that ended in 500 after its work is replayed as that, and a list tells what came of it', async () => {
        const stripe = sandbox.client();
        const before = (await sandbox.counts()).products;
        await sandbox.fault(`${KEPT},method=POST,path=/v1/products,nth=1`);
        const made = { name: 'Made all the same', metadata: { intent: 'kept' } };
        for (let i = 0; i < 2; i += 1) {
            const error = await errorOf(stripe.products.create(made, { idempotencyKey: 'kept-500' }));
            assert.equal(error.statusCode, 500);
            assert.equal(error.headers['idempotent-replayed'], i === 0 ? undefined : 'true');
        }
        await sandbox.noFaults();
        assert.equal((await sandbox.counts()).products, before + 1);
        assert.equal((await stripe.products.list({ limit: 1 })).data[0].metadata.intent, 'kept');
    });
    await check('two of three attempts are cut off, the third comes through; with three it ends', async () => {
        const stripe = sandbox.client({ maxNetworkRetries: 2 });
        const before = (await sandbox.counts()).products;
        await sandbox.fault('lost,method=POST,path=/v1/products,times=2');
        assert.equal((await stripe.products.create({ name: 'Third time' })).lastResponse.headers['idempotent-replayed'], 'true');
        await sandbox.noFaults();
        await sandbox.fault('500,method=POST,path=/v1/products,times=3');
        const error = await errorOf(stripe.products.create({ name: 'Never' }));
        await sandbox.noFaults();
        assert.ok(error instanceof errors.StripeAPIError);
        assert.equal((await sandbox.counts()).products, before + 1);
    });
    await check('a deletion has no key: sent again after a lost answer it finds nothing left to delete', async () => {
        const stripe = sandbox.client({ maxNetworkRetries: 2 });
        const customer = await stripe.customers.create({ name: 'Gone at once' });
        await sandbox.fault('lost,method=DELETE,nth=1');
        const error = await errorOf(stripe.customers.del(customer.id));
        await sandbox.noFaults();
        assert.equal(error.statusCode, 404);
        assert.equal(error.code, 'resource_missing');
        assert.equal((await stripe.customers.retrieve(customer.id)).deleted, true);
    });
    await check('what keys keep: a refusal to pay is replayed, a refused parameter is not, another path is a conflict', async () => {
        const stripe = sandbox.client();
        const poor = { amount: 900, currency: 'usd', confirm: true, payment_method: 'pm_card_chargeCustomerFail',
            automatic_payment_methods: { enabled: true, allow_redirects: 'never' } };
        const first = await errorOf(stripe.paymentIntents.create(poor, { idempotencyKey: 'keep-402' }));
        const again = await errorOf(stripe.paymentIntents.create(poor, { idempotencyKey: 'keep-402' }));
        assert.ok(again instanceof errors.StripeCardError);
        assert.equal(again.payment_intent.id, first.payment_intent.id);
        assert.equal(again.headers['idempotent-replayed'], 'true');
        assert.equal(again.headers['original-request'], first.requestId);
        assert.notEqual(again.requestId, first.requestId);
        await errorOf(stripe.customers.create({ nmae: 'x' }, { idempotencyKey: 'keep-not' }));
        assert.equal((await stripe.customers.create({ name: 'x' }, { idempotencyKey: 'keep-not' })).name, 'x');
        const elsewhere = await errorOf(stripe.products.create({ name: 'x' }, { idempotencyKey: 'keep-not' }));
        assert.ok(elsewhere instanceof errors.StripeIdempotencyError);
    });
}

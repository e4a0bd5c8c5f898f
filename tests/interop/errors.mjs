// SPDX-License-Identifier: GPL-3.0-or-later
// The errors that the sandbox's own endpoints answer as Stripe does, each by its class. Those that it answers by rule only are in
// classes.mjs, connections that fail in faults.mjs.
import assert from 'node:assert/strict';
import Stripe from 'stripe';
import { check, errorOf } from './checks.mjs';
import { key } from './sandbox.mjs';

const { errors } = Stripe;
export const restricted = key('test', 'rk', 'Reader'.repeat(4));
export const expired = key('test', 'sk', 'Expired'.repeat(4));

export async function checkErrors(sandbox) {
    const stripe = sandbox.client();

    await check('StripeAuthenticationError: a key that is none, one that has expired', async () => {
        for (const secret of ['nonsense-of-some-length', expired]) {
            const error = await errorOf(sandbox.client({}, secret).balance.retrieve());
            assert.ok(error instanceof errors.StripeAuthenticationError, `${error.type}`);
            assert.equal(error.statusCode, 401);
            assert.ok(!error.message.includes(secret), 'the key is in the message');
        }
        assert.equal((await errorOf(sandbox.client({}, expired).balance.retrieve())).code, 'api_key_expired');
        const none = await sandbox.raw('/v1/balance', { headers: { Authorization: '' } });
        assert.equal(none.status, 401);
        assert.match(none.json.error.message, /You did not provide an API key/);
    });
    await check('StripePermissionError: a restricted key outside its permissions', async () => {
        const reader = sandbox.client({}, restricted);
        assert.ok((await reader.customers.list({ limit: 1 })).data.length <= 1);
        const error = await errorOf(reader.subscriptions.list({ limit: 1 }));
        assert.ok(error instanceof errors.StripePermissionError, `${error.type}`);
        assert.equal(error.statusCode, 403);
        assert.equal(error.rawType, 'invalid_request_error');
        assert.match(error.message, /Having the 'rak_subscription_read' permission would allow this request to continue\./);
        assert.ok((await errorOf(reader.customers.create({ name: 'x' }))) instanceof errors.StripePermissionError);
    });
    await check('StripeInvalidRequestError: unknown, missing and wrong parameters, missing objects', async () => {
        for (const [call, status, code, param] of [
            [() => stripe.customers.create({ nmae: 'x' }), 400, 'parameter_unknown', 'nmae'],
            [() => stripe.subscriptions.create({ items: [] }), 400, 'parameter_missing', 'customer'],
            [() => stripe.customers.list({ limit: 101 }), 400, undefined, 'limit'],
            [() => stripe.customers.list({ limit: 'many' }), 400, 'parameter_invalid_integer', 'limit'],
            [() => stripe.customers.retrieve('cus_missing'), 404, 'resource_missing', 'id'],
            [() => stripe.customers.list({ starting_after: 'cus_missing' }), 400, 'resource_missing', 'starting_after'],
        ]) {
            const error = await errorOf(call());
            assert.ok(error instanceof errors.StripeInvalidRequestError, `${error.type} ${error.message}`);
            assert.equal(error.statusCode, status, error.message);
            if (code) assert.equal(error.code, code, error.message);
            assert.equal(error.param, param, error.message);
            assert.match(error.requestId, /^req_/);
        }
        const path = await sandbox.raw('/v1/nowhere');
        assert.equal(path.status, 404);
        assert.match(path.json.error.message, /^Unrecognized request URL \(GET: \/v1\/nowhere\)/);
    });
    await check('StripeIdempotencyError: a key used again with other parameters', async () => {
        await stripe.customers.create({ name: 'One' }, { idempotencyKey: 'interop-conflict' });
        const error = await errorOf(stripe.customers.create({ name: 'Two' }, { idempotencyKey: 'interop-conflict' }));
        assert.ok(error instanceof errors.StripeIdempotencyError, `${error.type}`);
        assert.match(error.message, /^Keys for idempotent requests can only be used with the same parameters/);
    });
    await check('StripeCardError: a card that is declined', async () => {
        const customer = await stripe.customers.create({ name: 'Declined' });
        const error = await errorOf(stripe.paymentIntents.create({ amount: 1000, currency: 'usd', customer: customer.id, confirm: true,
            payment_method: 'pm_card_chargeCustomerFail', automatic_payment_methods: { enabled: true, allow_redirects: 'never' } }));
        assert.ok(error instanceof errors.StripeCardError, `${error.type}: ${error.message}`);
        assert.equal(error.statusCode, 402);
        assert.equal(error.code, 'card_declined');
    });
    await check('StripeRateLimitError: 429 with a reason and Retry-After', async () => {
        await sandbox.fault('429,reason=global-rate,retry-after=3,nth=1');
        const error = await errorOf(stripe.customers.list());
        assert.ok(error instanceof errors.StripeRateLimitError, `${error.type}`);
        assert.equal(error.headers['stripe-rate-limited-reason'], 'global-rate');
        assert.equal(error.headers['retry-after'], '3');
        await sandbox.noFaults();
    });
    await check('StripeAPIError: 500, retried only where Stripe-Should-Retry allows it', async () => {
        await sandbox.fault('500,should-retry=no');
        const before = (await sandbox.requests())['GET /v1/products'] ?? 0;
        const error = await errorOf(sandbox.client({ maxNetworkRetries: 2 }).products.list());
        assert.ok(error instanceof errors.StripeAPIError, `${error.type}`);
        assert.equal(error.statusCode, 500);
        assert.equal((await sandbox.requests())['GET /v1/products'], before + 1);
        await sandbox.noFaults();
        await sandbox.fault('500,should-retry=yes,times=1');
        assert.equal((await sandbox.client({ maxNetworkRetries: 1 }).products.list({ limit: 1 })).data.length, 1);
        await sandbox.noFaults();
    });
    await check('StripeSignatureVerificationError: the package itself, without a server', () => {
        const secret = ['whsec', 'interop'].join('_');
        const payload = JSON.stringify({ id: 'evt_1', object: 'event' });
        const header = stripe.webhooks.generateTestHeaderString({ payload, secret });
        assert.equal(stripe.webhooks.constructEvent(payload, header, secret).id, 'evt_1');
        assert.throws(() => stripe.webhooks.constructEvent(`${payload} `, header, secret), errors.StripeSignatureVerificationError);
    });
}

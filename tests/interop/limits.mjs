// SPDX-License-Identifier: GPL-3.0-or-later
// What the official package makes of requests that meet: a key in flight, a locked object, too many at once.
import assert from 'node:assert/strict';
import Stripe from 'stripe';
import { check, errorOf } from './checks.mjs';
import { Sandbox } from './sandbox.mjs';

const { errors } = Stripe;

export async function checkLimits() {
    const sandbox = await Sandbox.start('--businesses', '0', '--latency', '400', '--rate-limits', '--concurrency', '4,3');
    const stripe = sandbox.client();
    // Runs once the sandbox has the request that was just sent, and before it answers.
    const meanwhile = async (call, count, run) => {
        while (((await sandbox.requests())[call] ?? 0) < count);
        return run();
    };
    const { id } = await stripe.customers.create({ name: 'Met' });
    const path = 'POST /v1/customers/{id}';

    await check('409 idempotency_key_in_use while the first request is in flight; with retries the package gets its answer', async () => {
        const options = { idempotencyKey: 'interop-flight' };
        const first = stripe.customers.update(id, { name: 'One' }, options);
        const [error, second] = await meanwhile(path, 1, () => Promise.all([errorOf(stripe.customers.update(id, { name: 'One' }, options)),
            sandbox.client({ maxNetworkRetries: 2 }).customers.update(id, { name: 'One' }, options)]));
        assert.equal(error.statusCode, 409);
        assert.equal(error.code, 'idempotency_key_in_use');
        assert.deepEqual({ ...second }, { ...(await first) });
        assert.equal(second.lastResponse.headers['idempotent-replayed'], 'true');
    });
    await check('StripeRateLimitError: lock_timeout for a second write of one object', async () => {
        const before = (await sandbox.requests())[path];
        const first = stripe.customers.update(id, { name: 'First' });
        const error = await meanwhile(path, before + 1, () => errorOf(stripe.customers.update(id, { name: 'Second' })));
        assert.ok(error instanceof errors.StripeRateLimitError, `${error.type}`);
        assert.equal(error.code, 'lock_timeout');
        assert.equal(error.requestId, undefined);
        assert.equal(error.headers['stripe-rate-limited-reason'], undefined);
        assert.equal((await first).name, 'First');
    });
    await check('StripeRateLimitError: too many requests at once, of an endpoint and in all', async () => {
        const reasonOf = async (calls) => (await Promise.all(calls.map((call) => call().then(() => null, (error) => error)))).filter(Boolean)
            .map((error) => (error instanceof errors.StripeRateLimitError ? error.headers['stripe-rate-limited-reason'] : error.type));
        const lists = [() => stripe.customers.list(), () => stripe.products.list(), () => stripe.prices.list(), () => stripe.coupons.list(),
            () => stripe.invoices.list()];
        assert.deepEqual(await reasonOf([lists[0], lists[0], lists[0], lists[0]]), ['endpoint-concurrency']);
        assert.deepEqual(await reasonOf(lists), ['global-concurrency']);
    });
    await sandbox.stop();
}

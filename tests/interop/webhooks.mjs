// SPDX-License-Identifier: GPL-3.0-or-later
// Webhooks from the sandbox to a receiver as users write one: the raw body, the header, and the official package's constructEvent.
import assert from 'node:assert/strict';
import http from 'node:http';
import Stripe from 'stripe';
import { check, errorOf } from './checks.mjs';
import { Sandbox } from './sandbox.mjs';
import { Types } from './schemas.mjs';

// Keeps what it gets; next() waits for the one after the last that was asked for.
class Receiver {
    static async start() {
        const receiver = new Receiver();
        receiver.server = http.createServer((request, response) => {
            const chunks = [];
            request.on('data', (chunk) => chunks.push(chunk));
            request.on('end', () => {
                const status = receiver.statuses.shift() ?? 200;
                response.writeHead(status, { Location: '/elsewhere' }).end('noted');
                receiver.take({ path: request.url, headers: request.headers, body: Buffer.concat(chunks), status });
            });
        });
        await new Promise((resolve) => { receiver.server.listen(0, '127.0.0.1', resolve); });
        receiver.url = `http://127.0.0.1:${receiver.server.address().port}/hook`;
        return receiver;
    }
    statuses = []; // to answer with; then 200
    #got = [];
    #waiting = [];
    take(delivery) {
        if (this.#waiting.length > 0) this.#waiting.shift()(delivery);
        else this.#got.push(delivery);
    }
    next() { return this.#got.length > 0 ? this.#got.shift() : new Promise((resolve) => { this.#waiting.push(resolve); }); }
    stop() { this.server.closeAllConnections(); this.server.close(); }
}

const stamp = (delivery) => Number(/^t=(\d+),/.exec(delivery.headers['stripe-signature'])[1]);

export async function checkWebhooks() {
    const receiver = await Receiver.start();
    const sandbox = await Sandbox.start('--businesses', '0', '--months', '0', '--speed', '600'); // ten minutes a second
    const stripe = sandbox.client();
    const types = new Types();
    const orders = async (text) => (await fetch(`${sandbox.base}/_sandbox/webhooks`, text ? { method: 'POST', body: text } : {})).json();
    // The control path tells how a delivery ended only after the receiver has answered it.
    const report = async (count) => {
        for (;;) {
            const all = await orders();
            if (all.deliveries.length >= count) return all;
        }
    };
    let endpoint;
    let secret;

    await check('webhook endpoints: create, list, retrieve, update, delete, and what is refused', async () => {
        const made = await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['customer.created'], description: 'Interop', metadata: { a: 'b' } });
        assert.match(made.secret, /^whsec_[A-Za-z0-9]{32}$/);
        types.check({ ...made }, 'create');
        const read = await stripe.webhookEndpoints.retrieve(made.id);
        assert.equal(read.secret, undefined);
        types.check({ ...read }, 'retrieve');
        assert.equal((await stripe.webhookEndpoints.list()).data.length, 1);
        assert.equal((await stripe.webhookEndpoints.update(made.id, { disabled: true, enabled_events: ['*'] })).status, 'disabled');
        types.check({ ...(await stripe.webhookEndpoints.del(made.id)) }, 'delete');
        assert.equal((await errorOf(stripe.webhookEndpoints.retrieve(made.id))).code, 'resource_missing');
        const unknown = await errorOf(stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['customer.exploded'] }));
        assert.ok(unknown instanceof Stripe.errors.StripeInvalidRequestError);
        assert.match(unknown.message, /^Invalid enabled_events\[0\]: must be one of /);
        assert.equal((await errorOf(stripe.webhookEndpoints.create({ url: 'https://example.com/', enabled_events: ['*'] }))).param, 'url');
        assert.deepEqual([...types.faults.keys()], []);
    });
    await check('a delivery is verified by constructEvent over the raw body; a tampered one is not', async () => {
        ({ id: endpoint, secret } = await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['customer.created'] }));
        const customer = await stripe.customers.create({ name: 'Höök' }, { idempotencyKey: 'interop-hook' });
        const got = await receiver.next();
        const event = stripe.webhooks.constructEvent(got.body, got.headers['stripe-signature'], secret);
        assert.equal(event.data.object.id, customer.id);
        assert.equal(event.data.object.name, 'Höök');
        assert.equal(event.request.idempotency_key, 'interop-hook');
        assert.equal(event.pending_webhooks, 1);
        types.check(JSON.parse(got.body), 'webhook');
        assert.deepEqual([...types.faults.keys()], []);
        assert.equal(got.headers['content-type'], 'application/json; charset=utf-8');
        const tampered = Buffer.from(got.body);
        tampered[tampered.length >> 1] ^= 1;
        for (const [body, key] of [[tampered, secret], [got.body, `${secret}x`], [JSON.stringify(JSON.parse(got.body), null, 1), secret]]) {
            assert.throws(() => stripe.webhooks.constructEvent(body, got.headers['stripe-signature'], key), Stripe.errors.StripeSignatureVerificationError);
        }
        await report(1);
        assert.equal((await stripe.events.retrieve(event.id)).pending_webhooks, 0);
    });
    await check('a failed delivery comes again with a new time and signature; a redirect is a failure too', async () => {
        for (const status of [500, 302]) {
            receiver.statuses = [status];
            await stripe.customers.create({ name: `Again ${status}` });
            const [first, second] = [await receiver.next(), await receiver.next()];
            assert.equal(second.path, '/hook');
            assert.ok(stamp(second) >= stamp(first) + 600, `${stamp(first)} ${stamp(second)}`);
            const events = [first, second].map((one) => stripe.webhooks.constructEvent(one.body, one.headers['stripe-signature'], secret));
            assert.equal(events[0].id, events[1].id);
        }
    });
    await check('duplicates have the same event id; reordered ones arrive the other way round', async () => {
        await orders('duplicates=1');
        await stripe.customers.create({ name: 'Twice' });
        const twice = [await receiver.next(), await receiver.next()].map((one) => stripe.webhooks.constructEvent(one.body, one.headers['stripe-signature'], secret));
        assert.equal(twice[0].id, twice[1].id);
        await orders('duplicates=0\nreorder=1');
        for (const name of ['early', 'late']) await stripe.customers.create({ name });
        const names = [await receiver.next(), await receiver.next()].map((one) => JSON.parse(one.body).data.object.name);
        assert.deepEqual(names, ['late', 'early']);
        await orders('reorder=0');
    });
    await check('a rolled secret: both verify while they overlap; an event is sent again on demand', async () => {
        const fresh = (await orders(`roll=${endpoint}`)).secrets[endpoint];
        const [latest] = (await stripe.events.list({ limit: 1, type: 'customer.created' })).data;
        await orders(`resend=${latest.id},${endpoint}`);
        const got = await receiver.next();
        for (const key of [secret, fresh]) assert.equal(stripe.webhooks.constructEvent(got.body, got.headers['stripe-signature'], key).id, latest.id);
    });
    await sandbox.stop();

    await check('--webhook opens an endpoint and prints its secret once, or takes it from the environment', async () => {
        process.env.INTEROP_HOOK = ['whsec', 'f'.repeat(32)].join('_');
        const started = await Sandbox.start('--businesses', '0', '--webhook', `${receiver.url}/printed`, '--webhook', `${receiver.url}/given,secret-env=INTEROP_HOOK`);
        let text = started.line;
        started.child.stdout.on('data', (bytes) => { text += bytes; });
        await started.client().products.create({ name: 'Told' });
        const seen = new Map();
        for (let i = 0; i < 2; i += 1) {
            const got = await receiver.next();
            seen.set(got.path, got);
        }
        await started.stop();
        const printed = /is signed with (whsec_\w{32})\n/.exec(text)?.[1];
        assert.ok(printed, text);
        assert.ok(!text.includes(process.env.INTEROP_HOOK));
        for (const [path, key] of [['/hook/printed', printed], ['/hook/given', process.env.INTEROP_HOOK]]) {
            const { body, headers } = seen.get(path);
            assert.equal(started.client().webhooks.constructEvent(body, headers['stripe-signature'], key).type, 'product.created');
        }
    });
    receiver.stop();
}

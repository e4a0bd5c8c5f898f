// SPDX-License-Identifier: GPL-3.0-or-later
// What networks and broken servers do to a client, on demand: each kind of fault as the official package sees it, when it strikes, and
// the paths under /_sandbox/ that control it. Errors in Stripe's form are in errors.mjs and classes.mjs.
import assert from 'node:assert/strict';
import Stripe from 'stripe';
import { check, errorOf } from './checks.mjs';

const { errors } = Stripe;

// The kinds that end in a connection error, and those whose answer is not JSON.
const BROKEN = ['reset', 'close', 'lost', 'cut', 'cut-reset', 'cut-chunked', 'cut-head', 'not-http', 'long-header'];
const NOT_JSON = ['truncated-json', 'html', 'html,status=503', 'short-length', 'empty', 'empty,status=200',
    'redirect', 'redirect,status=307,location=http://127.0.0.1:9/'];
// Right for the package: it asks for no compressed answers and reads no Content-Encoding.
const RIGHT = ['not-gzip', 'early-hints', 'http10', 'stale', 'duplicate-keys', 'slow,bytes=500,ms=1', 'long-header,bytes=9000'];

async function kinds(sandbox) {
    const stripe = sandbox.client({ emitEventBodies: false }); // what is made wrong is not held against the types
    const list = () => stripe.products.list({ limit: 3 });
    await check(`StripeConnectionError: ${BROKEN.join(', ')}`, async () => {
        for (const rule of BROKEN) {
            await sandbox.fault(rule);
            const error = await errorOf(list());
            await sandbox.noFaults();
            assert.ok(error instanceof errors.StripeConnectionError, `${rule}: ${error.type} ${error.message}`);
        }
    });
    await check('StripeConnectionError: hang, and a drip that is slower than the time allowed', async () => {
        await sandbox.fault('hang');
        const error = await errorOf(sandbox.client({ timeout: 300 }).products.list());
        await sandbox.noFaults();
        assert.ok(error instanceof errors.StripeConnectionError);
        assert.match(error.message, /timeout being reached \(300ms\)/);
        await sandbox.fault('slow,bytes=20,ms=60000');
        assert.ok((await errorOf(sandbox.client({ timeout: 300 }).products.list())) instanceof errors.StripeConnectionError);
        await sandbox.noFaults();
    });
    await check('answers that are not JSON', async () => {
        for (const rule of NOT_JSON) {
            await sandbox.fault(rule);
            const error = await errorOf(list());
            await sandbox.noFaults();
            assert.ok(error instanceof errors.StripeAPIError, `${rule}: ${error.type} ${error.message}`);
            assert.match(error.message, /Invalid JSON received from the Stripe API/, rule);
        }
        assert.equal((await sandbox.requests())['GET /v1/redirected'], undefined, 'the package followed a redirect');
    });
    await check(`answers that are odd, but right: ${RIGHT.join('; ')}`, async () => {
        const right = (await list()).data.map(({ id }) => id);
        for (const rule of RIGHT) {
            await sandbox.fault(rule);
            for (let i = 0; i < 2; i += 1) {
                const { object, data } = await list();
                assert.equal(object, 'list', rule);
                assert.deepEqual(data.map(({ id }) => id), right, rule);
            }
            await sandbox.noFaults();
        }
    });
    await check('not-utf8: a byte that is none arrives as the sign for it', async () => {
        await sandbox.fault('not-utf8');
        assert.match(JSON.stringify(await list()), /\uFFFD/);
        await sandbox.noFaults();
    });
}

async function timing(sandbox) {
    const stripe = sandbox.client();
    const fates = async (rule, count, call = () => stripe.balance.retrieve()) => {
        await sandbox.fault(rule);
        let text = '';
        for (let i = 0; i < count; i += 1) text += await call().then(() => '.', () => 'x');
        await sandbox.noFaults();
        return text;
    };
    await check('by number, by rate, by path, by method, so often', async () => {
        assert.equal(await fates('500,nth=3', 5), '..x..');
        assert.equal(await fates('500,times=2', 4), 'xx..');
        assert.equal(await fates('500,path=/v1/customers', 2), '..');
        assert.equal(await fates('500,method=POST', 2), '..');
        assert.equal(await fates('500,path=/v1/bal,method=GET', 2), 'xx');
        const some = await fates('500,rate=0.3,seed=4', 60);
        assert.ok(some.includes('x') && some.includes('.'), some);
        assert.equal(await fates('500,rate=0.3,seed=4', 60), some, 'the same dice fall the same');
        assert.notEqual(await fates('500,rate=0.3,seed=5', 60), some);
    });
    await check('the control paths: add, read, refuse, take back; no key needed', async () => {
        const ask = (method, body, path = 'faults') => fetch(`${sandbox.base}/_sandbox/${path}`, { method, body });
        await ask('POST', 'hang,nth=9\n500,path=/v1/balance,times=1\n');
        await errorOf(stripe.balance.retrieve());
        await stripe.balance.retrieve();
        assert.deepEqual(await (await ask('GET')).json(), [{ rule: 'hang,nth=9', seen: 2, done: 0 }, { rule: '500,path=/v1/balance,times=1', seen: 2, done: 1 }]);
        const wrong = await ask('POST', 'close\nflood');
        assert.equal(wrong.status, 400);
        assert.match(await wrong.text(), /flood/);
        assert.equal((await (await ask('GET')).json()).length, 2, 'none of several is added when one is wrong');
        assert.equal((await ask('DELETE')).status, 200);
        assert.deepEqual(await (await ask('GET')).json(), []);
        assert.equal((await ask('PUT')).status, 405);
        assert.equal((await ask('GET', undefined, 'nothing')).status, 404);
        assert.equal((await sandbox.raw('/v1/_sandbox/faults')).status, 404);
    });
}

export async function checkFaults(sandbox) {
    await kinds(sandbox);
    await timing(sandbox);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// "countinghousectl serve" judged by the official package: what constructEvent takes is answered with 200, what it refuses with 400. The two
// part in the open: a time far ahead, which we refuse unless told otherwise, a time that is no number, and what is signed but no event.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { check } from './checks.mjs';
import { key, program, Sandbox } from './sandbox.mjs';

const whsec = (letter) => ['whsec', letter.repeat(32)].join('_');
const secret = whsec('a');
const rolled = whsec('b');

// A port that nobody has at this moment.
const freePort = () => new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
        const { port } = probe.address();
        probe.close(() => resolve(port));
    });
});

class Serve {
    static async start(sandbox, folder, port, ...args) {
        const child = spawn(path.join(path.dirname(program), 'countinghousectl'), ['--data-dir', folder, '--api-base', sandbox.base, '--json', 'serve', '--port', String(port), ...args],
            { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HOME: folder, STRIPE_API_KEY: key(), STRIPE_WEBHOOK_SECRET: `${rolled}, ${secret}`, DBUS_SESSION_BUS_ADDRESS: '' } });
        const serve = Object.assign(new Serve(), { child, said: '' });
        process.on('exit', () => child.kill('SIGKILL'));
        child.stderr.on('data', (text) => { serve.said += text; });
        serve.ended = new Promise((resolve) => child.on('close', resolve));
        const line = await new Promise((resolve, reject) => {
            let text = '';
            child.stdout.on('data', (bytes) => {
                text += bytes;
                try { resolve(JSON.parse(text)); } catch { /* not whole yet */ }
            });
            serve.ended.then((code) => reject(new Error(`serve ended with ${code}: ${serve.said}`)));
        });
        return Object.assign(serve, { hook: line.webhooks, health: line.health, line });
    }
    async post(body, header) {
        const response = await fetch(this.hook, { method: 'POST', body, headers: header === undefined ? {} : { 'Stripe-Signature': header } });
        return { status: response.status, json: await response.json() };
    }
    async stop() {
        this.child.kill('SIGTERM');
        return this.ended;
    }
}

// Headers of one body, by name; time: our present.
function headers(stripe, payload, time) {
    const sign = (options) => stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: time, ...options });
    const v1 = (options) => /v1=(\w+)/.exec(sign(options))[1];
    const right = v1();
    const wrong = v1({ secret: whsec('c') });
    return {
        'right': sign(), 'signed with the rolled secret': sign({ secret: rolled }), 'wrong secret': sign({ secret: whsec('c') }),
        'no header': undefined, 'garbled': 'garbled', 'only commas': ',,,', 'only an equals sign': '=', 'no t': `v1=${right}`, 'no v1': `t=${time}`,
        'v0 alone': sign({ scheme: 'v0' }), 'v2 alone': sign({ scheme: 'v2' }), 'V1': `t=${time},V1=${right}`, 'T': `T=${time},v1=${right}`,
        'v0 beside v1': `t=${time},v0=${wrong},v1=${right}`, 'right v0 beside wrong v1': `t=${time},v0=${right},v1=${wrong}`,
        'wrong before right': `t=${time},v1=${wrong},v1=${right}`, 'right before wrong': `t=${time},v1=${right},v1=${wrong}`, 'twice right': `t=${time},v1=${right},v1=${right}`,
        'twenty, one right': `t=${time},${Array(19).fill(`v1=${wrong}`).join(',')},v1=${right}`, 'v1 before t': `v1=${right},t=${time}`,
        'two times, the last right': `t=1,t=${time},v1=${right}`, 'two times, the first right': `t=${time},t=1,v1=${right}`,
        'a blank after the comma': `t=${time}, v1=${right}`, 'a blank after the time': `t=${time} ,v1=${right}`,
        'an equals sign more': `t=${time},v1=${right}=`, 'a tail after an equals sign': `t=${time},v1=${right}=x`, 'an unknown field': `t=${time},a=b,v1=${right},z`,
        'capitals': `t=${time},v1=${right.toUpperCase()}`, 'a digit less': `t=${time},v1=${right.slice(1)}`, 'a digit more': `t=${time},v1=${right}0`, 'empty v1': `t=${time},v1=`,
        'semicolons': `t=${time};v1=${right}`, 'a second off': `t=${time + 1},v1=${right}`, 'a zero before the time': `t=0${time},v1=${right}`, 'a word after the time': `t=${time}x,v1=${right}`,
        '299 s old': sign({ timestamp: time - 299 }), '330 s old': sign({ timestamp: time - 330 }), 'a day old': sign({ timestamp: time - 86400 }), 'of 1970': sign({ timestamp: 1 }),
        '200 s ahead': sign({ timestamp: time + 200 }),
    };
}

export async function checkEndpoint() {
    const folder = mkdtempSync(path.join(tmpdir(), 'countinghouse-'));
    const sandbox = await Sandbox.start('--businesses', '2', '--months', '2');
    const stripe = sandbox.client();
    let number = 0;
    const event = (more = {}) => JSON.stringify({ id: `evt_interop${number += 1}`, object: 'event', api_version: null, created: Math.floor(Date.now() / 1000), livemode: false, type: 'interop.tried',
        data: { object: { id: 'thing_1', object: 'thing', name: 'Höök' } }, ...more }, null, 2);
    // What the official package says, with either of our secrets.
    const judged = (body, header) => [rolled, secret].some((one) => {
        try {
            stripe.webhooks.constructEvent(body, header, one);
            return true;
        } catch { return false; }
    });
    let serve = await Serve.start(sandbox, folder, 0);

    await check('serve tells where it listens, and its health', async () => {
        assert.equal(serve.line.secrets, 2);
        assert.match(serve.line.forward, /^stripe listen --forward-to localhost:\d+\/stripe\/webhook$/);
        const health = await (await fetch(serve.health)).json();
        assert.deepEqual(Object.keys(health).sort(), ['data_through', 'mirror_complete', 'stripe_key_is_test', 'stripe_ready']);
        assert.equal(health.stripe_key_is_test, true);
    });
    await check('each header is judged as constructEvent judges it', async () => {
        let taken = 0;
        for (const name of Object.keys(headers(stripe, '', 1))) {
            const body = event();
            const header = headers(stripe, body, Math.floor(Date.now() / 1000))[name];
            const { status, json } = await serve.post(body, header);
            assert.equal(status, judged(body, header) ? 200 : 400, `${name}: ${JSON.stringify(json)}`);
            taken += status === 200;
        }
        assert.ok(taken >= 12, `${taken}`);
    });
    await check('each body is judged as constructEvent judges it, where it is an event', async () => {
        const body = Buffer.from(event());
        const flipped = Buffer.from(body);
        flipped[flipped.length >> 1] ^= 1;
        for (const sent of [body, flipped, Buffer.concat([body, Buffer.from('\n')]), body.subarray(1), Buffer.from(JSON.stringify(JSON.parse(body.toString()))), Buffer.from([])]) {
            const header = stripe.webhooks.generateTestHeaderString({ payload: body.toString(), secret });
            assert.equal((await serve.post(sent, header)).status, judged(sent, header) ? 200 : 400);
        }
    });
    await check('where we part from the package: far ahead, other mode, no event, a thin event that leads elsewhere', async () => {
        const sign = (payload, options = {}) => stripe.webhooks.generateTestHeaderString({ payload, secret, ...options });
        const now = Math.floor(Date.now() / 1000);
        for (const [code, body, options] of [['signature_future', event(), { timestamp: now + 3600 }], ['other_mode', event({ livemode: true }), {}], ['other_account', event({ account: 'acct_other' }), {}],
            ['not_an_event', '{"object":"customer"}', {}], ['not_an_event', '[]', {}]]) {
            const { status, json } = await serve.post(body, sign(body, options));
            assert.equal(status, 400);
            assert.equal(json.error.code, code);
            assert.ok(judged(body, sign(body, options)), code); // the package takes them
        }
        const thin = (url) => JSON.stringify({ id: `evt_thin${number += 1}`, object: 'v2.core.event', type: 'v1.interop.tried', livemode: false, created: new Date().toISOString(), context: null,
            related_object: { id: 'thing_1', type: 'thing', url } });
        for (const url of ['https://evil.example/v1/things/thing_1', '//evil.example/thing_1', '/v1/../thing_1', '/v1/things/thing_1?x']) {
            const body = thin(url);
            assert.equal((await serve.post(body, sign(body))).json.error.code, 'thin_url');
            if (!url.startsWith('/')) await assert.rejects(Promise.resolve().then(() => stripe.rawRequest('GET', url))); // nor does the package ask there
        }
        const body = thin('/v1/things/thing_1');
        assert.equal((await serve.post(body, sign(body))).status, 200);
        assert.throws(() => stripe.webhooks.constructEvent(body, sign(body), secret), /thin event notification/);
        stripe.parseEventNotification(body, sign(body), secret); // it is one of the package's too
    });
    await check('an event is taken once, also over a restart', async () => {
        const body = event();
        const send = () => serve.post(body, stripe.webhooks.generateTestHeaderString({ payload: body, secret }));
        assert.equal((await send()).json.duplicate, false);
        assert.equal((await send()).json.duplicate, true);
        assert.equal(await serve.stop(), 0, serve.said);
        serve = await Serve.start(sandbox, folder, 0);
        assert.equal((await send()).json.duplicate, true);
    });
    await check('with --future any the time ahead is taken too', async () => {
        assert.equal(await serve.stop(), 0, serve.said);
        serve = await Serve.start(sandbox, folder, await freePort(), '--future', 'any', '--path', '/hooks/stripe');
        const body = event();
        const header = stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: Math.floor(Date.now() / 1000) + 3600 });
        assert.match(serve.hook, /\/hooks\/stripe$/);
        assert.equal((await serve.post(body, header)).status, 200);
    });
    assert.equal(await serve.stop(), 0, serve.said);
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
}

// SPDX-License-Identifier: GPL-3.0-or-later
// stripe-sandbox as a person starts and ends it.
import assert from 'node:assert/strict';
import { check } from './checks.mjs';
import { Sandbox, key, runProgram } from './sandbox.mjs';

export async function checkProgram() {
    await check('--help and --version', async () => {
        const help = await runProgram('--help');
        assert.equal(help.code, 0);
        assert.match(help.out, /^Usage: stripe-sandbox /);
        const version = await runProgram('--version');
        assert.equal(version.code, 0);
        assert.match(version.out, /^stripe-sandbox \d+\.\d+\.\d+\n$/);
    });

    await check('what it does not understand is a usage error: 2, and says why', async () => {
        for (const [args, why] of [
            [['--port', '65536'], /--port must be a whole number from 0 to 65535, not "65536"/],
            [['--port', '80x'], /not "80x"/],
            [['--businesses=-1'], /--businesses must be/],
            [['--months'], /--months needs a value/],
            [['--frobnicate'], /Unknown option --frobnicate/],
            [['--speed', '-1'], /--speed must be a whole number from 0 to 31536000/],
            [['--after-retries', 'never'], /--after-retries must be canceled, unpaid or past_due, not "never"/],
            [['extra'], /Unexpected argument "extra"/],
            [['--fault', 'flood'], /its kind must be one of reset, close, lost/],
            [['--fault', 'reset,rate=2'], /rate must be from 0 to 1/],
        ]) {
            const { code, out, err } = await runProgram(...args);
            assert.equal(code, 2, args.join(' '));
            assert.equal(out, '');
            assert.match(err, why);
        }
    });

    await check('a port that is taken is said so', async () => {
        const first = await Sandbox.start('--businesses', '1', '--months', '1');
        const second = await runProgram('--port', String(first.port), '--businesses', '1');
        assert.equal(second.code, 1);
        assert.match(second.err, new RegExp(`Port ${first.port} of 127\\.0\\.0\\.1 is in use`));
        assert.equal(await first.stop(), 0);
    });

    for (const signal of ['SIGTERM', 'SIGINT']) {
        await check(`${signal} ends it cleanly, also while requests hang`, async () => {
            const sandbox = await Sandbox.start('--businesses', '1', '--months', '1', '--fault', 'hang,path=/v1/customers');
            const hanging = fetch(`${sandbox.base}/v1/customers`).catch((error) => error);
            while ((await sandbox.requests())['GET /v1/customers'] !== 1);
            assert.equal(await sandbox.stop(signal), 0);
            assert.ok((await hanging) instanceof Error);
        });
    }

    await check('--subscriptions makes at least so many, --seed makes the same account again', async () => {
        const counts = [];
        const firsts = [];
        for (let i = 0; i < 2; i += 1) {
            const sandbox = await Sandbox.start('--subscriptions', '700', '--months', '6', '--seed', '7');
            counts.push((await sandbox.counts()).subscriptions);
            firsts.push((await sandbox.client().customers.list({ limit: 1 })).data[0].id);
            await sandbox.stop();
        }
        assert.ok(counts[0] >= 700 && counts[0] < 900, `${counts[0]}`);
        assert.equal(counts[0], counts[1]);
        assert.equal(firsts[0], firsts[1]);
    });

    await check('--speed lives days while one looks', async () => {
        const sandbox = await Sandbox.start('--businesses', '20', '--months', '1', '--speed', String(10 * 86400));
        const stripe = sandbox.client();
        const renewed = async () => (await stripe.events.list({ type: 'invoice.paid' })).data.some((event) => event.request.id === null
            && event.data.object.billing_reason === 'subscription_cycle' && event.created > Date.now() / 1000 + 86400);
        while (!await renewed());
        await sandbox.stop();
    });

    await check('--live shows the account to live keys, and to test keys an empty one', async () => {
        const sandbox = await Sandbox.start('--live', '--businesses', '2', '--months', '1');
        const live = await sandbox.raw('/v1/customers', { secret: key('live') });
        assert.ok(live.json.data.length > 0 && live.json.data.every((customer) => customer.livemode === true));
        assert.deepEqual((await sandbox.raw('/v1/customers')).json.data, []);
        assert.equal((await sandbox.raw('/v1/balance')).json.livemode, false);
        await sandbox.stop();
    });

    await check('--rate-limits answers 429 with a reason', async () => {
        const sandbox = await Sandbox.start('--businesses', '1', '--months', '1', '--rate-limits');
        const answers = await Promise.all(Array.from({ length: 100 }, () => sandbox.raw('/v1/balance')));
        const refused = answers.filter(({ status }) => status === 429);
        assert.ok(refused.length > 0);
        for (const { json, headers } of refused) {
            assert.equal(json.error.code, 'rate_limit');
            assert.equal(headers.get('stripe-rate-limited-reason'), 'global-rate');
        }
        await sandbox.stop();
    });

    await check('--latency holds answers back', async () => {
        const sandbox = await Sandbox.start('--businesses', '1', '--months', '1', '--latency', '150');
        const start = performance.now();
        await sandbox.raw('/v1/balance');
        assert.ok(performance.now() - start >= 149);
        await sandbox.stop();
    });
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Search through the official package, on an account whose searches see changes at once and on one that lags as Stripe's do.
import assert from 'node:assert/strict';
import { check, errorOf } from './checks.mjs';
import { Sandbox } from './sandbox.mjs';

export async function checkSearch(sandbox) {
    const late = sandbox.client();
    await check('a search does not see what has just been written', async () => {
        await late.customers.create({ name: 'Just now', metadata: { found: 'late' } });
        assert.equal((await late.customers.search({ query: "metadata['found']:'late'" })).data.length, 0);
    });
    const prompt = await Sandbox.start('--businesses', '40', '--months', '6', '--search-delay', '0');
    const stripe = prompt.client();
    await check('auto-pagination walks a search to its end', async () => {
        const made = [];
        for (let i = 0; i < 25; ++i) made.push((await stripe.customers.create({ name: `Seeker ${i}`, metadata: { batch: 'one' } })).id);
        const found = [];
        for await (const row of stripe.customers.search({ query: "metadata['batch']:'one' AND name~'seek'", limit: 10 })) found.push(row.id);
        assert.deepEqual(found, made.reverse());
        const counted = await stripe.customers.search({ query: "metadata['batch']:'one'", expand: ['total_count'], limit: 1 });
        assert.equal(counted.total_count, 25);
        assert.equal(counted.object, 'search_result');
        assert.equal(counted.has_more, true);
    });
    await check('all seven resources can be searched', async () => {
        for (const [resource, query] of Object.entries({ charges: 'amount>0', customers: 'created>0', invoices: "status:'paid'", paymentIntents: "currency:'usd'",
            prices: "active:'true'", products: "name~'tea'", subscriptions: "-status:'canceled'" })) {
            const page = await stripe[resource].search({ query, limit: 3 });
            assert.equal(page.object, 'search_result', resource);
            assert.ok(page.data.length > 0, `${resource}: nothing for ${query}`);
        }
    });
    await check('a query that is none is refused in Stripe\'s words', async () => {
        assert.match((await errorOf(stripe.customers.search({ query: 'email' }))).message, /unable to parse your search query/);
        assert.match((await errorOf(stripe.prices.search({ query: "foo:'bar'" }))).message, /Field `foo` is an unsupported search field for resource `prices`/);
    });
    await prompt.stop();
}

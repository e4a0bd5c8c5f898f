// SPDX-License-Identifier: GPL-3.0-or-later
// Auto-pagination in each way that the official package has it, over lists, lists inside objects and ranges of time.
import assert from 'node:assert/strict';
import { check, errorOf } from './checks.mjs';

export async function checkPaging(sandbox) {
    const stripe = sandbox.client();
    const ids = (rows) => rows.map(({ id }) => id);
    const all = ids(await stripe.invoices.list({ limit: 100 }).autoPagingToArray({ limit: 10000 }));

    await check('autoPagingToArray, autoPagingEach and for await see the same, at any size of page', async () => {
        assert.equal(all.length, (await sandbox.counts()).invoices);
        const each = [];
        await stripe.invoices.list({ limit: 73 }).autoPagingEach((invoice) => { each.push(invoice.id); });
        assert.deepEqual(each, all);
        const some = [];
        for await (const invoice of stripe.invoices.list({ limit: 7 })) {
            some.push(invoice.id);
            if (some.length === 50) break;
        }
        assert.deepEqual(some, all.slice(0, 50));
    });
    await check('autoPagingToArray stops at its limit, autoPagingEach when told', async () => {
        assert.deepEqual(ids(await stripe.invoices.list({ limit: 10 }).autoPagingToArray({ limit: 25 })), all.slice(0, 25));
        const before = (await sandbox.requests())['GET /v1/invoices'];
        const each = [];
        await stripe.invoices.list({ limit: 10 }).autoPagingEach((invoice) => each.push(invoice.id) < 12);
        assert.deepEqual(each, all.slice(0, 12));
        assert.equal((await sandbox.requests())['GET /v1/invoices'], before + 2);
    });
    await check('backwards from the last, and a page before a place in the middle is the nearest one', async () => {
        const back = ids(await stripe.invoices.list({ limit: 60, ending_before: all.at(-1) }).autoPagingToArray({ limit: 10000 }));
        assert.deepEqual(back.reverse(), all.slice(0, -1));
        const page = await stripe.invoices.list({ limit: 5, ending_before: all[40] });
        assert.deepEqual(ids(page.data), all.slice(35, 40));
        assert.equal(page.has_more, true);
        assert.equal((await stripe.invoices.list({ limit: 50, ending_before: all[40] })).has_more, false);
        assert.equal((await errorOf(stripe.invoices.list({ ending_before: all[1], starting_after: all[2] }))).statusCode, 400);
    });
    await check('what comes in while one walks moves nothing', async () => {
        const first = await stripe.products.list({ limit: 5 });
        await stripe.products.create({ name: 'In between' });
        const next = await stripe.products.list({ limit: 5, starting_after: first.data.at(-1).id });
        const whole = ids(await stripe.products.list({ limit: 11 }).autoPagingToArray({ limit: 11 }));
        assert.deepEqual([...ids(first.data), ...ids(next.data)], whole.slice(1));
    });
    await check('a list inside an object goes on at its own url', async () => {
        const wide = (await stripe.subscriptions.list({ limit: 100, status: 'all' }).autoPagingToArray({ limit: 10000 }))
            .find(({ items }) => items.data.length > 10 || items.has_more);
        assert.ok(wide, 'no subscription with more than ten items');
        const items = await stripe.subscriptionItems.list({ subscription: wide.id, limit: 3 }).autoPagingToArray({ limit: 100 });
        assert.equal(items.length, wide.items.total_count);
        assert.deepEqual(ids(items).slice(0, wide.items.data.length), ids(wide.items.data));
        const invoice = await stripe.invoices.retrieve(wide.latest_invoice);
        const lines = await stripe.invoices.listLineItems(invoice.id, { limit: 2 }).autoPagingToArray({ limit: 100 });
        assert.equal(lines.length, invoice.lines.total_count ?? lines.length);
        assert.ok(lines.length > 10);
        assert.deepEqual(ids(lines).slice(0, invoice.lines.data.length), ids(invoice.lines.data));
    });
    await check('created by range: the parts are the whole', async () => {
        const rows = await stripe.customers.list({ limit: 100 }).autoPagingToArray({ limit: 10000 });
        const middle = rows[Math.floor(rows.length / 2)].created;
        const count = async (created) => (await stripe.customers.list({ limit: 100, created }).autoPagingToArray({ limit: 10000 })).length;
        assert.equal(await count({ lt: middle }) + await count({ gte: middle }), rows.length);
        assert.equal(await count({ lte: middle }) - await count({ lt: middle }), await count(middle));
        assert.equal(await count({ gt: middle, lt: middle }), 0);
    });
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Invoices by hand, invoice items, previews and the customer's balance, through the official package. Gives back what no list of the
// account shows, as it was on the wire, for the check against Stripe's types.
import assert from 'node:assert/strict';
import Stripe from 'stripe';
import { check, errorOf } from './checks.mjs';

export async function checkInvoices(sandbox) {
    const stripe = sandbox.client();
    const seen = [];
    const look = async (target, options) => {
        const { status, json } = await sandbox.raw(`/v1/${target}`, options);
        assert.equal(status, 200, `${target}: ${JSON.stringify(json)}`);
        seen.push(...(json.object === 'list' ? json.data : [json]));
        return json;
    };
    const customer = await stripe.customers.create({ name: 'By hand', email: 'hand@example.com', payment_method: 'pm_card_visa',
        invoice_settings: { default_payment_method: 'pm_card_visa' }, balance: -250 });
    await check('an invoice by hand: items, a draft, one more line, finalized and paid', async () => {
        const item = await stripe.invoiceItems.create({ customer: customer.id, amount: 1200, currency: 'usd', description: 'Work' });
        const draft = await stripe.invoices.create({ customer: customer.id, pending_invoice_items_behavior: 'include' });
        assert.equal(draft.amount_due, 950);
        const longer = await stripe.invoices.addLines(draft.id, { lines: [{ amount: 300, description: 'More' }] });
        assert.equal(longer.lines.data.length, 2);
        const line = await stripe.invoices.updateLineItem(draft.id, longer.lines.data[1].id, { amount: 400 });
        assert.equal(line.amount, 400);
        const open = await stripe.invoices.finalizeInvoice(draft.id, { auto_advance: false });
        assert.equal(open.status, 'open');
        const paid = await stripe.invoices.pay(draft.id);
        assert.equal(paid.amount_paid, 1350);
        assert.equal((await stripe.invoiceItems.retrieve(item.id)).invoice, draft.id);
        const late = await errorOf(stripe.invoices.update(draft.id, { description: 'Too late' }));
        assert.ok(late instanceof Stripe.errors.StripeInvalidRequestError);
        assert.equal(late.code, 'invoice_not_editable');
        await look(`invoiceitems?customer=${customer.id}&expand[]=data.invoice`);
        await look(`invoices/${draft.id}`);
    });
    await check('the balance tells each of its changes', async () => {
        await stripe.customers.createBalanceTransaction(customer.id, { amount: -100, currency: 'usd', description: 'Sorry' });
        const rows = await stripe.customers.listBalanceTransactions(customer.id);
        assert.deepEqual(rows.data.map((row) => row.type).sort(), ['adjustment', 'applied_to_invoice', 'initial']);
        assert.equal(rows.data.reduce((sum, row) => sum + row.amount, 0), (await stripe.customers.retrieve(customer.id)).balance);
        await look(`customers/${customer.id}/balance_transactions?expand[]=data.invoice`);
    });
    await check('a preview says what the change then costs', async () => {
        const price = await stripe.prices.create({ currency: 'usd', unit_amount: 3000, recurring: { interval: 'month' }, product_data: { name: 'Previewed' } });
        const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
        const change = { items: [{ id: subscription.items.data[0].id, quantity: 3 }], proration_behavior: 'always_invoice' };
        const said = await stripe.invoices.createPreview({ subscription: subscription.id, subscription_details: change });
        assert.ok(said.id.startsWith('upcoming_in'));
        const changed = await stripe.subscriptions.update(subscription.id, { ...change, expand: ['latest_invoice'] });
        assert.equal(changed.latest_invoice.total, said.total);
        await look('invoices/create_preview', { method: 'POST', body: `subscription=${subscription.id}` });
        const none = await errorOf(stripe.invoices.createPreview({ customer: (await stripe.customers.create({ name: 'Nothing' })).id }));
        assert.equal(none.code, 'invoice_upcoming_none');
    });
    await check('drafts and items that wait can be deleted', async () => {
        const item = await stripe.invoiceItems.create({ customer: customer.id, amount: 5, currency: 'usd' });
        await look(`invoiceitems/${item.id}`, { method: 'DELETE' });
        const draft = await stripe.invoices.create({ customer: customer.id, collection_method: 'send_invoice', days_until_due: 7 });
        await look(`invoices/${draft.id}`, { method: 'DELETE' });
        assert.equal((await errorOf(stripe.invoices.retrieve(draft.id))).code, 'resource_missing');
    });
    return seen;
}

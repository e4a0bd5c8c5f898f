// SPDX-License-Identifier: GPL-3.0-or-later
// Invoices made by hand, what waits for the next one, and previews, as the official package's users make them.
import assert from 'node:assert/strict';
import Stripe from 'stripe';
import { check, errorOf } from './checks.mjs';

export async function checkBilling(sandbox) {
    const stripe = sandbox.client();
    const customer = await stripe.customers.create({ name: 'By hand', email: 'hand@example.com', payment_method: 'pm_card_visa',
        invoice_settings: { default_payment_method: 'pm_card_visa' } });
    const item = (amount, more = {}) => stripe.invoiceItems.create({ customer: customer.id, amount, currency: 'usd', description: `For ${amount}`, ...more });
    let invoice;

    await check('what waits for the next invoice comes on it, and a draft can be changed', async () => {
        const waiting = await item(1200);
        assert.equal(waiting.invoice, null);
        assert.deepEqual((await stripe.invoiceItems.list({ customer: customer.id, pending: true })).data.map(({ id }) => id), [waiting.id]);
        invoice = await stripe.invoices.create({ customer: customer.id, collection_method: 'send_invoice', days_until_due: 30,
            pending_invoice_items_behavior: 'include', auto_advance: false });
        assert.equal(invoice.status, 'draft');
        assert.equal(invoice.billing_reason, 'manual');
        assert.equal(invoice.total, 1200);
        assert.equal((await stripe.invoiceItems.retrieve(waiting.id)).invoice, invoice.id);
        await item(300, { invoice: invoice.id });
        invoice = await stripe.invoices.update(invoice.id, { footer: 'Thank you.', metadata: { order: '7' } });
        assert.equal(invoice.total, 1500);
        assert.equal(invoice.lines.data.length, 2);
        assert.equal((await stripe.invoiceItems.list({ customer: customer.id, pending: true })).data.length, 0);
    });
    await check('finalize, send, pay by other means: a number, a page, a due date, and no charge', async () => {
        const charges = (await sandbox.counts()).charges;
        invoice = await stripe.invoices.finalizeInvoice(invoice.id);
        assert.equal(invoice.status, 'open');
        assert.match(invoice.number, /^[A-Z0-9]+-\d{4}$/);
        assert.match(invoice.hosted_invoice_url, /^http/);
        assert.equal(invoice.due_date - invoice.created, 30 * 86400);
        assert.equal((await stripe.invoices.sendInvoice(invoice.id)).status, 'open');
        const paid = await stripe.invoices.pay(invoice.id, { paid_out_of_band: true });
        assert.equal(paid.status, 'paid');
        assert.equal(paid.amount_paid, 1500);
        assert.equal((await sandbox.counts()).charges, charges);
    });
    await check('an open invoice keeps its lines; a paid one cannot be paid, voided or deleted', async () => {
        for (const call of [() => stripe.invoices.pay(invoice.id), () => stripe.invoices.voidInvoice(invoice.id), () => stripe.invoices.del(invoice.id),
            () => stripe.invoices.addLines(invoice.id, { lines: [{ amount: 5, description: 'Late' }] }), () => item(5, { invoice: invoice.id })]) {
            const error = await errorOf(call());
            assert.ok(error instanceof Stripe.errors.StripeInvalidRequestError, `${error.type}`);
            assert.equal(error.statusCode, 400);
        }
    });
    await check('an invoice by card is charged when it is paid; what is deleted says so', async () => {
        await item(2500);
        const byCard = await stripe.invoices.create({ customer: customer.id, pending_invoice_items_behavior: 'include' });
        const paid = await stripe.invoices.pay(byCard.id, { expand: ['payments.data.payment.payment_intent'] });
        assert.equal(paid.status, 'paid');
        assert.equal((await stripe.charges.retrieve(paid.payments.data[0].payment.payment_intent.latest_charge)).amount, 2500);
        const spare = await item(1);
        assert.deepEqual({ ...(await stripe.invoiceItems.del(spare.id)) }, { id: spare.id, object: 'invoiceitem', deleted: true });
        assert.equal((await errorOf(stripe.invoiceItems.retrieve(spare.id))).code, 'resource_missing');
        const draft = await stripe.invoices.create({ customer: customer.id });
        assert.deepEqual({ ...(await stripe.invoices.del(draft.id)) }, { id: draft.id, object: 'invoice', deleted: true });
        assert.equal((await errorOf(stripe.invoices.retrieve(draft.id))).code, 'resource_missing');
    });
    await check('a preview is what then happens, and changes nothing', async () => {
        const price = await stripe.prices.create({ currency: 'usd', unit_amount: 3000, recurring: { interval: 'month' }, product_data: { name: 'Seen first' } });
        const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
        const change = { items: [{ id: subscription.items.data[0].id, quantity: 3 }], proration_behavior: 'always_invoice',
            proration_date: subscription.items.data[0].current_period_start };
        const before = await sandbox.counts();
        const preview = await stripe.invoices.createPreview({ subscription: subscription.id, subscription_details: change });
        assert.deepEqual(await sandbox.counts(), before);
        const changed = await stripe.subscriptions.update(subscription.id, { ...change, expand: ['latest_invoice'] });
        assert.equal(changed.latest_invoice.total, preview.total);
        assert.deepEqual(changed.latest_invoice.lines.data.map(({ amount, description }) => [amount, description]),
            preview.lines.data.map(({ amount, description }) => [amount, description]));
    });
}

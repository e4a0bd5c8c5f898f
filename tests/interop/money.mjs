// SPDX-License-Identifier: GPL-3.0-or-later
// Charges, refunds and the balance, through the official package.
import assert from 'node:assert/strict';
import Stripe from 'stripe';
import { check, errorOf } from './checks.mjs';

export async function checkMoney(sandbox) {
    const stripe = sandbox.client();
    const customer = await stripe.customers.create({ name: 'Wants it back', payment_method: 'pm_card_visa',
        invoice_settings: { default_payment_method: 'pm_card_visa' } });
    const price = await stripe.prices.create({ currency: 'usd', unit_amount: 5000, recurring: { interval: 'month' }, product_data: { name: 'Refundable' } });
    let charge;
    await check('a paid invoice leads to its payment intent, charge and balance transaction', async () => {
        const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }],
            expand: ['latest_invoice.payments'] });
        const payment = subscription.latest_invoice.payments.data[0].payment;
        const intent = await stripe.paymentIntents.retrieve(payment.payment_intent, { expand: ['latest_charge.balance_transaction'] });
        charge = intent.latest_charge;
        assert.equal(charge.amount, 5000);
        assert.equal(charge.balance_transaction.fee, 175);
        assert.equal(charge.balance_transaction.net, 4825);
        assert.deepEqual((await stripe.invoicePayments.list({ payment: { type: 'payment_intent', payment_intent: intent.id } })).data[0].invoice,
            subscription.latest_invoice.id);
    });
    await check('refunds in two parts; a third is refused', async () => {
        const part = await stripe.refunds.create({ charge: charge.id, amount: 1200, reason: 'requested_by_customer' });
        assert.equal(part.status, 'succeeded');
        const rest = await stripe.refunds.create({ payment_intent: charge.payment_intent, expand: ['balance_transaction'] });
        assert.equal(rest.amount, 3800);
        assert.equal(rest.balance_transaction.amount, -3800);
        assert.equal(rest.balance_transaction.fee, 0);
        assert.equal((await stripe.charges.retrieve(charge.id)).refunded, true);
        const error = await errorOf(stripe.refunds.create({ charge: charge.id }));
        assert.ok(error instanceof Stripe.errors.StripeInvalidRequestError);
        assert.equal(error.code, 'charge_already_refunded');
    });
    await check('a credit note on a paid invoice refunds a part and credits the rest', async () => {
        const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
        const note = await stripe.creditNotes.create({ invoice: subscription.latest_invoice, amount: 5000, refund_amount: 2000, credit_amount: 3000 });
        assert.equal(note.type, 'post_payment');
        assert.equal(note.refunds[0].amount_refunded, 2000);
        assert.equal((await stripe.customers.retrieve(customer.id)).balance, -3000);
        assert.equal((await stripe.creditNotes.listLineItems(note.id)).data.length, 1);
    });
    await check('what the balance transactions of charges come to is what the charges come to', async () => {
        const sums = { charges: 0, entries: 0, fees: 0 };
        const options = { created: { gt: charge.created - 40 * 86400 }, limit: 100 };
        for await (const row of stripe.charges.list(options)) sums.charges += row.paid && row.currency === 'usd' ? row.amount : 0;
        for await (const row of stripe.balanceTransactions.list({ ...options, type: 'charge' })) {
            assert.equal(row.net, row.amount - row.fee);
            if (row.exchange_rate === null) {
                sums.entries += row.amount;
                assert.equal(row.fee, Math.floor((row.amount * 29 + 500) / 1000) + 30);
            }
        }
        assert.ok(sums.charges > 0);
        assert.equal(sums.entries, sums.charges);
    });
}

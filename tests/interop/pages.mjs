// SPDX-License-Identifier: GPL-3.0-or-later
// What a person pays by hand: objects made by the official package, pages opened and forms posted as a browser would.
import assert from 'node:assert/strict';
import { check, errorOf } from './checks.mjs';
import { Types } from './schemas.mjs';

// The page's own fields, for a form to be sent back.
const turnOf = (html) => /name="turn" value="([^"]+)"/.exec(html)?.[1] ?? '';

async function open(url) {
    const response = await fetch(url, { redirect: 'manual' });
    return { url, status: response.status, html: await response.text(), location: response.headers.get('location'), policy: response.headers.get('content-security-policy') };
}

async function send(page, fields, url = page.url) {
    const response = await fetch(url, { method: 'POST', redirect: 'manual', headers: { Origin: new URL(url).origin },
        body: new URLSearchParams({ turn: turnOf(page.html), ...fields }) });
    return { url, status: response.status, html: await response.text(), location: response.headers.get('location') };
}

export async function checkPages(sandbox) {
    const stripe = sandbox.client();
    const types = new Types();
    // As it was on the wire: the package makes numbers of decimal texts.
    const fits = (object, where) => types.check(JSON.parse(JSON.stringify(object)), where);
    const price = await stripe.prices.create({ currency: 'usd', unit_amount: 1500, recurring: { interval: 'month' }, product_data: { name: 'By hand' } });

    await check('an incomplete subscription is paid on its hosted invoice page', async () => {
        const customer = await stripe.customers.create({ name: 'Pays by hand' });
        const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }], payment_behavior: 'default_incomplete',
            expand: ['latest_invoice'] });
        assert.equal(subscription.status, 'incomplete');
        const page = await open(subscription.latest_invoice.hosted_invoice_url);
        assert.equal(page.status, 200);
        assert.ok(page.html.includes('$15.00 USD') && page.html.includes('SIMULATED'));
        assert.match(page.policy, /default-src 'none'/);
        const declined = await send(page, { card: 'pm_card_visa_chargeDeclinedInsufficientFunds' });
        assert.equal(declined.status, 402);
        assert.ok(declined.html.includes('Your card has insufficient funds.'));
        const paid = await send(declined, { card: 'pm_card_visa' });
        assert.equal(paid.status, 303);
        assert.equal((await stripe.subscriptions.retrieve(subscription.id)).status, 'active');
        assert.equal((await stripe.invoices.retrieve(subscription.latest_invoice.id)).status, 'paid');
        assert.equal((await fetch(`${page.url}`, { method: 'POST', headers: { Origin: 'https://evil.example' }, body: new URLSearchParams() })).status, 403);
    });
    await check('a setup session collects a card and leads to its success_url', async () => {
        const customer = await stripe.customers.create({ name: 'Saves a card' });
        const session = await stripe.checkout.sessions.create({ mode: 'setup', currency: 'usd', customer: customer.id, success_url: 'https://shop.example/?s={CHECKOUT_SESSION_ID}',
            setup_intent_data: { metadata: { subscription_id: 'sub_1' } } });
        fits(session, 'an open session');
        const done = await send(await open(session.url), { act: 'pay', card: 'pm_card_visa' });
        assert.equal(done.location, `https://shop.example/?s=${session.id}`);
        const after = await stripe.checkout.sessions.retrieve(session.id, { expand: ['setup_intent.payment_method', 'customer'] });
        assert.equal(after.status, 'complete');
        assert.equal(after.setup_intent.status, 'succeeded');
        assert.equal(after.setup_intent.payment_method.customer, customer.id);
        fits(after, 'a completed session');
    });
    await check('a link sells a subscription', async () => {
        const link = await stripe.paymentLinks.create({ line_items: [{ price: price.id, quantity: 2 }] });
        fits(link, 'a link');
        fits(await stripe.paymentLinks.update(link.id, { metadata: { a: 'b' } }), 'a changed link');
        fits((await stripe.paymentLinks.listLineItems(link.id)).data, 'its lines');
        const opened = await open(link.url);
        assert.equal(opened.status, 303);
        const done = await send(await open(opened.location), { act: 'pay', card: 'pm_card_visa', email: 'link@example.com', name: 'From a link' });
        assert.equal(done.status, 303);
        const session = (await stripe.checkout.sessions.list({ payment_link: link.id, expand: ['data.subscription', 'data.line_items', 'data.payment_link'] })).data[0];
        assert.equal(session.subscription.status, 'active');
        assert.equal(session.payment_status, 'paid');
        fits(session, 'a session of a link');
    });
    await check('the portal replaces a card and cancels', async () => {
        const customer = await stripe.customers.create({ payment_method: 'pm_card_visa', invoice_settings: { default_payment_method: 'pm_card_visa' } });
        const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
        const configuration = await stripe.billingPortal.configurations.create({ features: { subscription_cancel: { enabled: true }, payment_method_update: { enabled: true } } });
        fits(configuration, 'a configuration');
        fits((await stripe.billingPortal.configurations.list()).data, 'configurations');
        const portal = await stripe.billingPortal.sessions.create({ customer: customer.id, configuration: configuration.id, return_url: 'https://shop.example' });
        fits(portal, 'a portal session');
        assert.equal((await send(await open(`${portal.url}/card`), { card: 'pm_card_mastercard' })).status, 303);
        const saved = (await stripe.customers.retrieve(customer.id, { expand: ['invoice_settings.default_payment_method'] })).invoice_settings.default_payment_method;
        assert.equal(saved.card.last4, '4444');
        assert.equal((await send(await open(`${portal.url}/cancel/${subscription.id}`), {})).status, 303);
        assert.equal((await stripe.subscriptions.retrieve(subscription.id)).cancel_at_period_end, true);
        for (const flow of [{ type: 'payment_method_update' }, { type: 'payment_method_update', after_completion: { type: 'hosted_confirmation' } }])
            fits(await stripe.billingPortal.sessions.create({ customer: customer.id, configuration: configuration.id, flow_data: flow }), 'a portal flow');
    });
    await check('authentication leads through a page', async () => {
        const intent = await stripe.paymentIntents.create({ amount: 900, currency: 'eur', payment_method: 'pm_card_authenticationRequired', confirm: true,
            return_url: 'https://shop.example/back' });
        assert.equal(intent.status, 'requires_action');
        fits(intent, 'an intent that needs an action');
        const done = await send(await open(intent.next_action.redirect_to_url.url), { answer: 'yes' });
        assert.equal(done.location, `https://shop.example/back?payment_intent=${intent.id}&redirect_status=succeeded`);
        assert.equal((await stripe.paymentIntents.retrieve(intent.id)).status, 'succeeded');
        const setup = await stripe.setupIntents.create({ payment_method: 'pm_card_authenticationRequired', confirm: true });
        fits(setup, 'a setup that needs an action');
        await send(await open(setup.next_action.redirect_to_url.url), { answer: 'no' });
        const failed = await stripe.setupIntents.retrieve(setup.id);
        assert.equal(failed.last_setup_error.code, 'setup_intent_authentication_failure');
        fits(failed, 'a failed setup');
        fits(await stripe.setupIntents.cancel(setup.id), 'a canceled setup');
    });
    await check('an authorized amount is captured in part', async () => {
        const intent = await stripe.paymentIntents.create({ amount: 2000, currency: 'usd', payment_method: 'pm_card_visa', confirm: true, capture_method: 'manual' });
        assert.equal(intent.amount_capturable, 2000);
        const captured = await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 1200, expand: ['latest_charge'] });
        assert.equal(captured.amount_received, 1200);
        fits(captured, 'a captured intent');
    });
    await check('promotion codes on subscriptions and in checkout', async () => {
        const coupon = await stripe.coupons.create({ percent_off: 20, duration: 'forever' });
        const code = await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id }, code: `INTEROP${Date.now()}`, expand: ['promotion.coupon'] });
        fits(code, 'a promotion code');
        const customer = await stripe.customers.create({ payment_method: 'pm_card_visa', invoice_settings: { default_payment_method: 'pm_card_visa' } });
        const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }], discounts: [{ promotion_code: code.id }],
            expand: ['discounts.promotion_code', 'latest_invoice'] });
        assert.equal(subscription.discounts[0].promotion_code.id, code.id);
        assert.equal(subscription.latest_invoice.total, 1200);
        fits(subscription, 'a subscription with a promotion code');
        const session = await stripe.checkout.sessions.create({ mode: 'payment', success_url: 'https://shop.example', discounts: [{ promotion_code: code.id }],
            line_items: [{ price_data: { currency: 'eur', unit_amount: 1000, product_data: { name: 'Once' } }, quantity: 1 }], expand: ['line_items'] });
        assert.equal(session.amount_total, 800);
        fits(session, 'a session for a payment');
        fits(await stripe.checkout.sessions.expire(session.id), 'an expired session');
        const error = await errorOf(stripe.checkout.sessions.expire(session.id));
        assert.match(error.message, /status of expired/);
        await stripe.promotionCodes.update(code.id, { active: false });
    });
    await check('what is sold by hand has the fields and types that Stripe\'s package declares, its events too', async () => {
        for (const type of ['checkout.session.*', 'setup_intent.*', 'payment_link.*', 'billing_portal.*', 'promotion_code.*', 'charge.*', 'payment_intent.*'])
            fits((await stripe.events.list({ type, limit: 100 })).data, type);
        for (const list of ['setup_intents', 'checkout/sessions', 'payment_links', 'promotion_codes', 'billing_portal/configurations'])
            fits((await sandbox.raw(`/v1/${list}?limit=100`)).json.data, list);
        const faults = [...types.faults].map(([what, { count, example }]) => `${what} - ${count} times, e.g. ${example}`);
        assert.equal(faults.length, 0, `\n${faults.join('\n')}`);
        for (const name of ['setup_intent', 'checkout_session', 'item', 'payment_link', 'billing_portal_configuration', 'billing_portal_session', 'promotion_code'])
            assert.ok(types.seen.has(name), name);
    });
}

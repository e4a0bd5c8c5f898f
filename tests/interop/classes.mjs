// SPDX-License-Identifier: GPL-3.0-or-later
// Every class of error that the official package exports has been raised by an answer of the sandbox. What its endpoints do by
// themselves is in errors.mjs and the checks of each theme; here are those of paths that it does not have (OAuth, v2), which a fault
// rule answers, and the count of them all.
import assert from 'node:assert/strict';
import Stripe from 'stripe';
import { check, errorOf, raised } from './checks.mjs';

const { errors } = Stripe;

// The type on the wire, the class, and what else it reads.
const OAUTH = [
    ['invalid_grant', 'StripeInvalidGrantError'], ['invalid_client', 'StripeInvalidClientError'],
    ['invalid_request', 'StripeOAuthInvalidRequestError'], ['invalid_scope', 'StripeInvalidScopeError'],
    ['unsupported_grant_type', 'StripeUnsupportedGrantTypeError'], ['unsupported_response_type', 'StripeUnsupportedResponseTypeError'],
    ['access_denied', 'StripeOAuthError'],
];
const V2 = ['already_canceled', 'blocked_by_stripe', 'cannot_proceed', 'capability_not_enabled', 'controlled_by_alternate_resource',
    'feature_not_enabled', 'financial_account_not_open', 'fx_quote_needs_refresh', 'insufficient_funds', 'invalid_payment_method',
    'invalid_payout_method', 'invalid_vaulted_credential', 'not_cancelable', 'quota_exceeded', 'rate_limit', 'recipient_not_notifiable',
    'temporary_session_expired', 'verification_attempt_failed', 'verification_expired', 'verification_not_initiated'];

const className = (type) => `${type.replace(/(^|_)([a-z])/g, (_, gap, letter) => letter.toUpperCase())}Error`;

export async function checkClasses(sandbox) {
    const stripe = sandbox.client();
    await check('OAuth: each error of RFC 6749 on /oauth/token has its class', async () => {
        for (const [type, name] of OAUTH) {
            await sandbox.fault(`oauth-error,path=/oauth/token,type=${type},status=400,message=No%2C not this code`);
            const error = await errorOf(stripe.oauth.token({ grant_type: 'authorization_code', code: 'ac_of_somebody' }));
            await sandbox.noFaults();
            assert.equal(error.constructor, errors[name], `${type}: ${error.type}`);
            assert.equal(error.statusCode, 400);
            assert.equal(error.message, 'No, not this code');
        }
    });
    await check('v2: each type of error on /v2/ has its class', async () => {
        for (const type of V2) {
            const status = type === 'rate_limit' ? 429 : 400;
            await sandbox.fault(`error,path=/v2/,status=${status},type=${type},code=${type}`);
            const error = await errorOf(type === 'temporary_session_expired'
                ? stripe.v2.billing.meterEventSession.create() : stripe.rawRequest('POST', '/v2/money_management/outbound_payments', { amount: 1 }));
            await sandbox.noFaults();
            assert.equal(error.constructor, errors[className(type)], `${type}: ${error.type}`);
            assert.equal(error.statusCode, status);
            assert.equal(error.code, type);
        }
    });
    await check('v1: a rule answers any path with any error, and what it says arrives', async () => {
        const card = 'error,path=/v1/payment_intents,status=402,type=card_error,code=card_declined,decline-code=lost_card,param=payment_method';
        await sandbox.fault(card);
        const error = await errorOf(stripe.paymentIntents.create({ amount: 1000, currency: 'usd' }));
        await sandbox.noFaults();
        assert.equal(error.constructor, errors.StripeCardError);
        assert.deepEqual([error.code, error.decline_code, error.param, error.rawType], ['card_declined', 'lost_card', 'payment_method', 'card_error']);
        for (const [status, name] of [[400, 'StripeInvalidRequestError'], [401, 'StripeAuthenticationError'], [403, 'StripePermissionError'],
            [404, 'StripeInvalidRequestError'], [409, 'StripeAPIError'], [424, 'StripeAPIError'], [429, 'StripeRateLimitError'],
            [500, 'StripeAPIError'], [503, 'StripeAPIError']]) {
            await sandbox.fault(`error,status=${status}`);
            assert.equal((await errorOf(stripe.balance.retrieve())).constructor, errors[name], `${status}`);
            await sandbox.noFaults();
        }
    });
    await check('a body of the sandbox\'s own event, signed by somebody else, is no event', async () => {
        const event = JSON.stringify((await sandbox.raw('/v1/events?limit=1')).json.data[0]);
        const header = stripe.webhooks.generateTestHeaderString({ payload: event, secret: ['whsec', 'other'].join('_') });
        const error = await errorOf(stripe.webhooks.constructEventAsync(event, header, ['whsec', 'ours'].join('_')));
        assert.equal(error.constructor, errors.StripeSignatureVerificationError);
    });
}

// After all other checks: what has not been raised is named.
export async function checkAllClasses() {
    const all = Object.entries(errors).filter(([, made]) => typeof made === 'function' && made.prototype instanceof Error);
    await check(`every class of error that the package exports was raised: ${all.length}`, () => {
        assert.ok(all.length >= 37, `${all.length}`);
        // StripeError is raised as the base of each.
        const seen = new Set([...raised, ...[...raised].some((made) => made.prototype instanceof errors.StripeError) ? [errors.StripeError] : []]);
        assert.deepEqual(all.filter(([, made]) => !seen.has(made)).map(([name]) => name), []);
    });
    return all.length;
}

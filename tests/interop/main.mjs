// SPDX-License-Identifier: GPL-3.0-or-later
// All of tests/interop. The last line says how it went; the exit code is 0 only when nothing failed.
import Stripe from 'stripe';
import { checkBilling } from './billing.mjs';
import { summary } from './checks.mjs';
import { checkAllClasses, checkClasses } from './classes.mjs';
import { checkClocks } from './clocks.mjs';
import { checkEndpoint } from './endpoint.mjs';
import { checkErrors, expired, restricted } from './errors.mjs';
import { checkFaults } from './faults.mjs';
import { checkInvoices } from './invoices.mjs';
import { checkLimits } from './limits.mjs';
import { checkMeters } from './meters.mjs';
import { checkObjects, checkSchemas, walkObjects } from './objects.mjs';
import { checkParams } from './params.mjs';
import { checkMoney } from './money.mjs';
import { checkPages } from './pages.mjs';
import { checkPaging } from './paging.mjs';
import { checkProgram } from './program.mjs';
import { checkRetries } from './retries.mjs';
import { Sandbox, watchAnswers } from './sandbox.mjs';
import { checkSearch } from './search.mjs';
import { checkLife, checkLists } from './smoke.mjs';
import { checkSubscriptions } from './subscriptions.mjs';
import { checkWebhooks } from './webhooks.mjs';
import { checkYear } from './year.mjs';

process.on('uncaughtException', (error) => {
    console.log(`${error.stack}\ninterop FAILED: it did not come to its end`);
    process.exit(1);
});

console.log(`stripe ${Stripe.PACKAGE_VERSION}, node ${process.versions.node}`);
const types = await checkSchemas();
watchAnswers((method, target, json) => types.checkAnswer(method, target, json));
await checkProgram();
await checkWebhooks();
await checkEndpoint();
await checkLimits();
await checkParams();
const sandbox = await Sandbox.start('--businesses', '300', '--months', '24', '--seed', '1', '--speed', '0', '--expired-key', expired,
    '--restricted-key', `${restricted}=rak_customer_read`);
console.log(sandbox.line.trim());
await checkLists(sandbox);
await checkPaging(sandbox);
await checkLife(sandbox);
await checkRetries(sandbox);
await checkClocks(sandbox);
await checkYear(sandbox);
await checkMoney(sandbox);
await checkSubscriptions(sandbox);
await checkInvoices(sandbox);
await checkBilling(sandbox);
await checkPages(sandbox);
await checkMeters(sandbox);
await checkSearch(sandbox);
await checkErrors(sandbox);
await checkClasses(sandbox);
await checkFaults(sandbox);
await walkObjects(sandbox);
await sandbox.stop();
await checkAllClasses();
const objects = await checkObjects(types);

const { passed, failed } = summary();
console.log(`interop ${failed === 0 ? 'passed' : 'FAILED'}: ${passed} checks passed, ${failed} failed; ${objects} objects of `
    + `${types.seen.size} types against the types of stripe ${Stripe.PACKAGE_VERSION}`);
process.exit(failed === 0 ? 0 : 1);

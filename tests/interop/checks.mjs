// SPDX-License-Identifier: GPL-3.0-or-later
// Runs named checks one after the other and counts. A check that throws has failed; the others go on.
import assert from 'node:assert/strict';

let passed = 0;
const failed = [];

export async function check(name, run) {
    const start = performance.now();
    try {
        await run();
        passed += 1;
        console.log(`ok    ${name} (${Math.round(performance.now() - start)} ms)`);
    } catch (error) {
        failed.push(name);
        console.log(`FAIL  ${name}\n      ${String(error?.stack ?? error).split('\n').slice(0, 12).join('\n      ')}`);
    }
}

// The classes of the errors that calls ended with.
export const raised = new Set();

// The error that the call ends with; fails when it ends well.
export async function errorOf(promise) {
    let value;
    try {
        value = await promise;
    } catch (error) {
        raised.add(error.constructor);
        return error;
    }
    return assert.fail(`ended well, with ${JSON.stringify(value).slice(0, 200)}`);
}

export function summary() {
    failed.forEach((name) => console.log(`failed: ${name}`));
    return { passed, failed: failed.length };
}

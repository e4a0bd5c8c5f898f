// SPDX-License-Identifier: GPL-3.0-or-later
// stripe-sandbox as a child process, and clients of it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import Stripe from 'stripe';

export const program = process.argv[2];

// Put together at run time, so that nothing in the source looks like a key.
export const key = (mode = 'test', kind = 'sk', tail = 'x'.repeat(24)) => [kind, mode, tail].join('_');

// Runs the program to its end.
export function runProgram(...args) {
    return new Promise((resolve, reject) => {
        const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
        const result = { out: '', err: '' };
        child.stdout.on('data', (text) => { result.out += text; });
        child.stderr.on('data', (text) => { result.err += text; });
        child.on('error', reject);
        child.on('close', (code, signal) => resolve({ ...result, code, signal }));
    });
}

// Is told of the JSON of every good answer that a check receives, through the client or without it (main.mjs).
let watcher = () => {};
export const watchAnswers = (watch) => { watcher = watch; };

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export class Sandbox {
    static async start(...args) {
        const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
        running.add(child);
        const ended = new Promise((resolve) => child.on('close', (code) => { running.delete(child); resolve(code); }));
        const line = await new Promise((resolve, reject) => {
            let text = '';
            child.stdout.on('data', (bytes) => {
                text += bytes;
                if (text.includes('\n')) resolve(text);
            });
            child.on('error', reject);
            ended.then((code) => reject(new Error(`stripe-sandbox ended with ${code} before it listened`)));
        });
        const port = Number(/^stripe-sandbox listening on http:\/\/127\.0\.0\.1:(\d+) /.exec(line)?.[1]);
        assert.ok(port > 0, `unexpected greeting: ${line}`);
        return Object.assign(new Sandbox(), { child, ended, port, line, base: `http://127.0.0.1:${port}` });
    }

    async stop(signal = 'SIGTERM') {
        this.child.kill(signal);
        return this.ended;
    }

    // The official client, as its users make it.
    client(options = {}, secret = key()) {
        const stripe = new Stripe(secret, { host: '127.0.0.1', port: this.port, protocol: 'http', telemetry: false, maxNetworkRetries: 0,
            emitEventBodies: true, ...options });
        stripe.on('response', ({ method, path, status, body }) => { if (status === 200 && typeof body === 'object' && !body.error) watcher(method, path, body); });
        return stripe;
    }

    // The same wire without the client: status and JSON as they came.
    async raw(target, { method = 'GET', secret = key(), headers = {}, body } = {}) {
        const response = await fetch(this.base + target, { method, body, headers: { Authorization: `Bearer ${secret}`, 'Stripe-Version': Stripe.API_VERSION ?? '', ...headers } });
        const json = await response.json();
        if (response.status === 200 && target.startsWith('/v')) watcher(method, target, json);
        return { status: response.status, headers: response.headers, json };
    }

    async counts() { return (await this.raw('/_sandbox/counts')).json; }
    async requests() { return (await this.raw('/_sandbox/requests')).json; }

    async fault(rule) {
        const { status } = await fetch(`${this.base}/_sandbox/faults`, { method: 'POST', body: rule });
        assert.equal(status, 200);
    }
    async noFaults() { await fetch(`${this.base}/_sandbox/faults`, { method: 'DELETE' }); }
}

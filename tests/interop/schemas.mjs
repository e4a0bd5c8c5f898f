// SPDX-License-Identifier: GPL-3.0-or-later
// JSON Schemas made from the TypeScript types of Stripe's own package, and a validator for each object of wire.cts. Stricter than the
// types where the wire is: decimals are strings of digits, an enum has only the values that the package lists, and a field that
// the package does not know is a fault. Making them takes 15 seconds, so they are kept beside the installed packages.
import Ajv from 'ajv';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));

function generate() {
    const TJS = createRequire(import.meta.url)('typescript-json-schema');
    const program = TJS.getProgramFromFiles([path.join(here, 'wire.cts')],
        { strictNullChecks: true, module: 'nodenext', moduleResolution: 'nodenext', target: 'es2022', skipLibCheck: true }, here);
    const schema = TJS.generateSchema(program, 'Wire', { required: true, ref: true, topRef: true, noExtraProps: true, ignoreErrors: true });
    if (!schema) throw new Error('typescript-json-schema made nothing of wire.cts');
    return schema;
}

// Walks the schema once and makes it say what is on the wire.
function tighten(schema) {
    const { definitions } = schema;
    for (const [name, definition] of Object.entries(definitions)) {
        if (name === 'Decimal') definitions[name] = { type: 'string', pattern: '^-?[0-9]+(\\.[0-9]+)?$' };
        // The package adds "any other string" to each enum, so that a program is ready for new values.
        else if (name === 'OtherString') definitions[name] = { not: {} };
        // Stripe counts the entries of lists inside objects (docs.stripe.com/api examples); the package does not declare it.
        else if (name.startsWith('ApiList<')) definition.properties.total_count = { type: 'integer' };
    }
    dropVoid(schema);
    return schema;
}

// "deleted?: void" becomes a choice of nothing, which JSON Schema writes differently.
function dropVoid(node) {
    if (node === null || typeof node !== 'object') return;
    if (Array.isArray(node.anyOf) && node.anyOf.length === 0) {
        delete node.anyOf;
        node.not = {};
    }
    Object.values(node).forEach(dropVoid);
}

function load() {
    const hash = createHash('sha256');
    for (const file of ['package-lock.json', 'wire.cts', 'schemas.mjs']) hash.update(readFileSync(path.join(here, file)));
    const folder = path.join(here, 'node_modules', '.cache');
    const file = path.join(folder, `countinghouse-${hash.digest('hex').slice(0, 16)}.json`);
    if (!existsSync(file)) {
        mkdirSync(folder, { recursive: true });
        writeFileSync(file, JSON.stringify(tighten(generate())));
    }
    return JSON.parse(readFileSync(file, 'utf8'));
}

const wireName = (object) => (object.deleted === true ? 'deleted_' : '') + object.object.replace('.', '_');

const isUrl = (value) => typeof value === 'string' && value.startsWith('/v1/');
const isCount = (value) => value === undefined || Number.isInteger(value);
const isBoolean = (value) => typeof value === 'boolean';
const LISTS = {
    list: { object: (value) => value === 'list', data: Array.isArray, has_more: isBoolean, url: isUrl, total_count: isCount },
    search_result: { object: (value) => value === 'search_result', data: Array.isArray, has_more: isBoolean, url: isUrl,
        next_page: (value) => value === null || typeof value === 'string', total_count: isCount },
};

// How ids begin (docs.stripe.com/api, the example of each object). Not here: those that a caller may choose, and charges,
// which have two. Previews of invoices say upcoming_ before it.
const PREFIXES = {
    account: 'acct_', balance_transaction: 'txn_', 'billing.meter': 'mtr_', 'billing_portal.configuration': 'bpc_',
    'billing_portal.session': 'bps_', 'checkout.session': 'cs_', credit_note: 'cn_', credit_note_line_item: 'cnli_', customer: 'cus_',
    customer_balance_transaction: 'cbtxn_', discount: 'di_', event: 'evt_', invoice: 'in_', invoice_payment: 'inpay_', invoiceitem: 'ii_',
    item: 'li_', line_item: 'il_', payment_intent: 'pi_', payment_link: 'plink_', payment_method: 'pm_', price: 'price_',
    promotion_code: 'promo_', refund: 're_', setup_intent: 'seti_', subscription: 'sub_', subscription_item: 'si_',
    subscription_schedule: 'sub_sched_', 'test_helpers.test_clock': 'clock_', webhook_endpoint: 'we_',
};

export class Types {
    #schema = load();
    #ajv = new Ajv({ strict: false, allErrors: false, validateFormats: false, inlineRefs: false });
    #validators = new Map();
    lists = 0;
    searches = 0;
    seen = new Map();    // type to how many were checked
    faults = new Map();  // "type path: what is wrong" to how often and an example

    constructor() {
        this.#ajv.addSchema(this.#schema, 'wire');
    }

    // The types of wire.cts.
    names() { return Object.keys(this.#schema.definitions.Wire.properties); }

    // Forgets what was seen, not what was compiled.
    clear() {
        this.lists = 0;
        this.searches = 0;
        this.seen.clear();
        this.faults.clear();
    }

    // Checks an answer: what a list says of itself besides what is in it.
    checkAnswer(method, target, json) {
        const where = `${method} ${target}`;
        if (json.object === 'list' && json.url !== target.split('?')[0]) this.#note(`list: its url is ${json.url}`, where);
        if (typeof json.object !== 'string') this.#note('an answer without "object"', where);
        this.check(json, where);
    }

    // Checks an object and every object inside it, each against its own type, so that a fault is told where it is.
    check(object, where) {
        if (Array.isArray(object)) {
            object.forEach((one) => this.check(one, where));
        } else if (object !== null && typeof object === 'object') {
            if (LISTS[object.object]) this.#checkList(object, where);
            else if (typeof object.object === 'string') this.#checkOne(object, where);
            Object.values(object).forEach((value) => this.check(value, where));
        }
    }

    // The types of lists are generic, so this is what N:cjs/lib.d.ts and Stripe's pages on pagination say of them.
    #checkList(list, where) {
        const known = LISTS[list.object];
        for (const [name, is] of Object.entries(known)) {
            if (!is(list[name])) this.#note(`${list.object}.${name} is ${JSON.stringify(list[name])}`.slice(0, 100), where);
        }
        for (const name of Object.keys(list)) if (!known[name]) this.#note(`${list.object} has no ${name}`, where);
        if (list.object === 'list') this.lists += 1;
        else this.searches += 1;
    }

    #checkOne(object, where) {
        const name = wireName(object);
        this.seen.set(name, (this.seen.get(name) ?? 0) + 1);
        const prefix = PREFIXES[object.object];
        if (prefix && object.id !== undefined && !object.id.replace(/^upcoming_(?=in_)/, '').startsWith(prefix)) this.#note(`${name}: its id does not start with ${prefix}`, `${object.id} from ${where}`);
        const validate = this.#validator(name, object);
        if (!validate) return this.#note(`${name}: Stripe's package has no such object`, where);
        if (!validate(name === 'event' ? this.#withoutPrevious(object, where) : object)) {
            const error = validate.errors.toSorted((a, b) => b.instancePath.length - a.instancePath.length)[0];
            const path = error.instancePath.replace(/\/\d+/g, '[]').replaceAll('/', '.');
            const extra = error.params.additionalProperty ? ` (${error.params.additionalProperty})` : '';
            this.#note(`${name}${path}: ${error.message}${extra}`, `${object.id ?? ''} from ${where}`);
        }
    }

    // The types call previous_attributes a part of the object; on the wire a changed hash inside it holds the changed keys only, so
    // here the names of what changed are checked, and the rest is left out.
    #withoutPrevious(event, where) {
        const { previous_attributes: previous, ...data } = event.data;
        const known = this.#schema.definitions[this.#schema.definitions.Wire.properties[wireName(data.object)]?.$ref?.split('/').pop()];
        for (const name of Object.keys(previous ?? {})) {
            if (!known?.properties[name]) this.#note(`event.data.previous_attributes: ${data.object.object} has no ${name}`, `${event.id} from ${where}`);
        }
        return { ...event, data };
    }

    #validator(name, object) {
        const key = name === 'event' ? `event ${object.type}` : name;
        if (!this.#validators.has(key)) this.#validators.set(key, this.#compile(name, object));
        return this.#validators.get(key);
    }

    #compile(name, object) {
        const { definitions } = this.#schema;
        const root = definitions.Wire.properties[name];
        if (!root) return null;
        if (name !== 'event') return this.#ajv.compile({ $ref: `wire#/definitions/Wire/properties/${name}` });
        // An event is one of 250 types: the one that its own type names is what it must be.
        const event = definitions[root.$ref.split('/').pop()];
        const one = event.anyOf.map((choice) => choice.$ref.replace('#/definitions/', ''))
            .find((choice) => [definitions[decodeURIComponent(choice)]?.properties.type].flatMap((t) => [t?.const, ...(t?.enum ?? [])]).includes(object.type));
        return one ? this.#ajv.compile({ $ref: `wire#/definitions/${one}` }) : null;
    }

    #note(what, where) {
        const fault = this.faults.get(what) ?? { count: 0, example: where };
        fault.count += 1;
        this.faults.set(what, fault);
    }
}

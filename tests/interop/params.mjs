// SPDX-License-Identifier: GPL-3.0-or-later
// Every parameter that the official package's types know of an endpoint, nested ones too, must be in the sandbox's table: implemented,
// taken without effect, or refused. And the table in core/sandbox/README.md must be the one that the program has.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { check } from './checks.mjs';
import { endpointsOf, tableOfPaths } from './paths.mjs';
import { program as sandboxProgram } from './sandbox.mjs';

const require = createRequire(import.meta.url);
const ts = createRequire(require.resolve('typescript-json-schema'))('typescript');
const resources = path.join(path.dirname(fileURLToPath(import.meta.url)), 'node_modules', 'stripe', 'cjs', 'resources');

const placeless = (where) => where.replace(/\{[^}]*\}/g, '{}');

// "GET /v1/customers/{}" to the file and the method of the package that sends it.
function senders() {
    const found = new Map();
    for (const file of readdirSync(resources, { recursive: true }).filter((name) => name.endsWith('.js') && !name.startsWith('V2'))) {
        const text = readFileSync(path.join(resources, file), 'utf8');
        const method = /^ {4}(\w+)\([^)]*\) \{\n\s+return this\._makeRequest\('(\w+)', ['`]([^'`]+)['`]/gm;
        for (const [, name, verb, where] of text.matchAll(method)) {
            found.set(`${verb} ${placeless(where.replace(/\$\{[^}]*\}/g, '{}'))}`, { file: file.replace(/\.js$/, '.d.ts'), name });
        }
    }
    return found;
}

// What may be inside a parameter: the hash itself, or one of an array of them. Texts, numbers, dates and maps have no names inside.
function hashesIn(checker, type) {
    const parts = type.isUnion() ? type.types : [type];
    return parts.flatMap((part) => {
        if (checker.isArrayType(part)) return hashesIn(checker, checker.getTypeArguments(part)[0]);
        if (!(part.flags & ts.TypeFlags.Object) || checker.getIndexInfosOfType(part).length > 0) return [];
        const from = part.symbol?.declarations?.[0]?.getSourceFile().fileName ?? '';
        return from.includes(`${path.sep}stripe${path.sep}cjs${path.sep}resources`) || from.endsWith('shared.d.ts') ? [part] : [];
    });
}

// Adds to missing what of the type the table does not have.
function compare(checker, type, params, prefix, missing, place, seen = new Set()) {
    if (seen.has(type)) return;
    for (const property of checker.getPropertiesOfType(type)) {
        const name = prefix ? `${prefix}[${property.name}]` : property.name;
        const known = params.find((param) => param.name === property.name);
        if (!known) {
            missing.push(name);
        } else if (known.kind === 'implemented' && known.params) {
            const inner = checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(property, place));
            hashesIn(checker, inner).forEach((hash) => compare(checker, hash, known.params, name, missing, place, new Set([...seen, type])));
        }
    }
}

export function missingParams(endpoints) {
    const sent = senders();
    const wanted = endpoints.map((endpoint) => ({ endpoint, by: sent.get(`${endpoint.method} ${placeless(endpoint.path)}`) }));
    const files = [...new Set(wanted.filter(({ by }) => by).map(({ by }) => path.join(resources, by.file)))];
    const program = ts.createProgram(files, { strictNullChecks: true, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext,
        target: ts.ScriptTarget.ES2022, skipLibCheck: true });
    const checker = program.getTypeChecker();
    const faults = [];
    let compared = 0;
    for (const { endpoint, by } of wanted) {
        const title = `${endpoint.method} ${endpoint.path}`;
        if (!by) {
            faults.push(`${title}: Stripe's package has no such request`);
            continue;
        }
        const file = program.getSourceFile(path.join(resources, by.file));
        for (const statement of file.statements.filter((one) => ts.isClassDeclaration(one))) {
            for (const member of statement.members.filter((one) => one.name?.getText() === by.name)) {
                const params = member.parameters.find((one) => one.name.getText() === 'params');
                if (!params) continue;
                const missing = [];
                compare(checker, checker.getNonNullableType(checker.getTypeAtLocation(params)), endpoint.params, '', missing, member);
                compared += 1;
                if (missing.length) faults.push(`${title}: neither implemented, ignored nor refused: ${[...new Set(missing)].join(', ')}`);
            }
        }
    }
    return { faults, compared };
}

export async function checkParams() {
    await check('every parameter that the official types know is implemented, taken without effect or refused', () => {
        const endpoints = endpointsOf(sandboxProgram);
        const { faults, compared } = missingParams(endpoints);
        assert.ok(compared > endpoints.length * 0.8, `only ${compared} of ${endpoints.length} endpoints were found in the package`);
        assert.equal(faults.length, 0, `${faults.length} endpoints\n      ${faults.join('\n      ')}`);
    });
    await check('the table of paths in core/sandbox/README.md is that of the program', () => {
        const { text, wanted } = tableOfPaths(sandboxProgram);
        assert.ok(text === wanted, 'it is out of date: node tests/interop/paths.mjs PATH-OF-STRIPE-SANDBOX --write');
    });
}

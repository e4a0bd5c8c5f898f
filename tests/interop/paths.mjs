// SPDX-License-Identifier: GPL-3.0-or-later
// The table of paths and parameters in core/sandbox/README.md, made from the table that the program checks requests against.
// By hand, after a change of the table: node tests/interop/paths.mjs PATH-OF-STRIPE-SANDBOX --write
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const readme = path.join(here, '..', '..', 'core', 'sandbox', 'README.md');
const begin = '<!-- paths: made by tests/interop/paths.mjs -->\n';
const end = '<!-- end of paths -->\n';

export function endpointsOf(program) {
    return JSON.parse(execFileSync(program, ['--endpoints'], { encoding: 'utf8', maxBuffer: 1 << 26 }));
}

// a, b[c, d]: those of one kind, and what holds some of them.
function names(params, kind) {
    return params.flatMap((param) => {
        const inside = param.kind === 'implemented' && param.params ? names(param.params, kind) : '';
        if (inside) return [`${param.name}[${inside}]`];
        return param.kind === kind && !(kind === 'implemented' && param.params?.length) ? [param.name] : [];
    }).join(', ');
}

const everywhere = new Set(['expand', 'limit', 'starting_after', 'ending_before']);

function table(endpoints) {
    const rows = endpoints.map(({ method, path: where, permission, params }) => {
        const own = params.filter((param) => !everywhere.has(param.name));
        return `| ${method} ${where} | ${permission} | ${names(own, 'implemented')} | ${names(own, 'ignored')} | ${names(own, 'refused')} |\n`;
    });
    return `| request | needs \`rak_\` | takes | takes without effect | refuses |\n|---|---|---|---|---|\n${rows.join('')}`;
}

// The README as it is, and as it should be.
export function tableOfPaths(program) {
    const text = readFileSync(readme, 'utf8');
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`core/sandbox/README.md has no "${begin.trim()}" and "${end.trim()}"`);
    return { text, wanted: text.slice(0, from + begin.length) + table(endpointsOf(program)) + text.slice(to) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const [, , program, write] = process.argv;
    const { text, wanted } = tableOfPaths(program);
    if (write === '--write') writeFileSync(readme, wanted);
    else process.exitCode = text === wanted ? 0 : 1;
}

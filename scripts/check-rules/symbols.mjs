// Purity: what the libraries of floors 0 to 4, and the simulator's, link from outside, and the instructions they hold. An allow list of libc's
// pure functions: whatever else a library of floors 0 to 4 wants from the system (memory, clock, disk, randomness) is a
// violation, known to this list or not. Floating point is looked for in the machine code.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { floors_of } from './tree.mjs';

export const about = 'floors 0 to 4 link no memory, clock, disk or randomness and compute in integers; the simulator links memory at most';

const PURE = /^(mem(cpy|move|set|cmp|chr)|str(len|nlen|cmp|ncmp|chr|spn|cspn)|explicit_bzero|(v?snprintf|__v?snprintf_chk)|__(memcpy|memmove|memset|memcpy)_chk|__explicit_bzero_chk|__stack_chk_fail|bsearch|_GLOBAL_OFFSET_TABLE_)$/;
// Sanitisers and coverage are no part of a normal build, and hold no rule.
const MODULES = [
  // A programmer's fault prints where and what, then aborts.
  { object: /^base\/check\.c/, allow: /^(__)?fprintf(_chk)?$|^stderr$|^abort$/ },
  // The one door to the system's random numbers, for whoever drives the roles.
  { object: /^base\/rng\.c/, allow: /^(getrandom|getentropy|__errno_location)$/ },
  // What the processor can do, asked once by the compiler's own start-up code.
  { object: /^eth\/keccak_permute\.c/, allow: /^__cpu_(model|indicator_init)$/ },
  // Modelled chains grow.
  { object: /^sim\//, allow: /^(malloc|calloc|realloc|free)$/ },
  // Floor 1 wraps the libraries of cryptography; their names are theirs.
  { object: /^eth\//, allow: /^(secp256k1_|nettle_|_?nettle|HMAC|EVP_|OPENSSL_|SHA256|CRYPTO_memcmp)/ },
];
const FLOAT = /^\s*[0-9a-f]+:\s+(v?(add|sub|mul|div|sqrt|min|max|ucomi|comi|round)[sp][sd]|v?cvt\w+|f(ld|st|add|sub|mul|div|ild|ist)\w*)\s/;

function run(tool, args) {
  return execFileSync(tool, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] });
}

function undefined_symbols(library) {
  const found = [];
  let object = '';
  for (const line of run('nm', ['-u', library]).split('\n')) {
    const head = line.match(/^(\S+\.o):$/);
    const symbol = line.match(/^\s+[Uw]\s+(\S+)/);
    if (head) object = head[1];
    if (symbol) found.push({ object, symbol: symbol[1].replace(/@.*$/, '') });
  }
  return found;
}

function float_instructions(library) {
  const found = [];
  let object = '';
  let symbol = '';
  for (const line of run('objdump', ['-d', '--no-show-raw-insn', library]).split('\n')) {
    const head = line.match(/^(\S+\.o):\s+file format/);
    const name = line.match(/^[0-9a-f]+ <(\S+)>:/);
    if (head) object = head[1];
    if (name) symbol = name[1];
    if (FLOAT.test(line)) found.push({ object, symbol });
  }
  return found;
}

function library_violations(folder, floor, library) {
  const violations = [];
  for (const { object, symbol } of undefined_symbols(library)) {
    if (/^(mo|MO)_/.test(symbol) || PURE.test(symbol)) continue;
    if (MODULES.some((m) => m.object.test(`${folder}/${object}`) && m.allow.test(symbol))) continue;
    violations.push({ file: `src/${folder}/${object.replace(/\.o$/, '')}`, text: `floor ${floor} calls ${symbol}` });
  }
  const floats = new Map(float_instructions(library).map((f) => [`${f.object} ${f.symbol}`, f]));
  for (const { object, symbol } of floats.values()) {
    violations.push({ file: `src/${folder}/${object.replace(/\.o$/, '')}`, text: `${symbol} computes in floating point` });
  }
  return violations;
}

export function check({ root, build }) {
  const violations = [];
  let seen = 0;
  for (const [folder, { floor }] of floors_of(root)) {
    const has_source = fs.existsSync(path.join(root, 'src', folder))
      && fs.readdirSync(path.join(root, 'src', folder)).some((f) => f.endsWith('.c') && !f.startsWith('test_'));
    if ((floor > 4 && folder !== 'sim') || !has_source) continue;
    const library = path.join(build, `libmo_${folder}.a`);
    if (!fs.existsSync(library)) {
      violations.push({ file: `src/${folder}`, text: `is not built: ${path.relative(root, library)} is missing` });
      continue;
    }
    seen++;
    violations.push(...library_violations(folder, floor, library));
  }
  return { violations, seen: `${seen} libraries` };
}

const TABLE = '| floor | folder | holds | may use |\n|---|---|---|---|\n| 2 | src/rules | x | - |\n| 5 | src/chain | x | - |\n';
function compile(scratch) {
  fs.mkdirSync(path.join(scratch, 'build'));
  const object = path.join(scratch, 'build', 'a.c.o');
  run('cc', ['-O1', '-c', path.join(scratch, 'src/rules/a.c'), '-o', object]);
  run('ar', ['rcs', path.join(scratch, 'build', 'libmo_rules.a'), object]);
}
function plant(what, source, expect) {
  return { what, files: { 'docs/architecture.md': TABLE, 'src/rules/a.c': source }, prepare: compile, expect };
}
export const planted = [
  plant('malloc in floor 2', '#include <stdlib.h>\nvoid *mo_a(void) { return malloc(7); }\n', /rules\/a\.c: floor 2 calls malloc/),
  plant('the clock in floor 2', '#include <time.h>\nlong mo_a(void) { return time(0); }\n', /floor 2 calls time/),
  plant('disk in floor 2', '#include <stdio.h>\nvoid *mo_a(void) { return fopen("x", "r"); }\n', /floor 2 calls fopen/),
  plant('randomness in floor 2', '#include <stdlib.h>\nint mo_a(void) { return rand(); }\n', /floor 2 calls rand/),
  plant('floating point in floor 2', 'double mo_a(double x);\ndouble mo_a(double x) { return x * 2.5; }\n', /mo_a computes in floating point/),
  {
    what: 'a library that was not built',
    files: { 'docs/architecture.md': TABLE, 'src/rules/a.c': '\n' },
    expect: /src\/rules: is not built/,
  },
  plant('a pure function', '#include <string.h>\nvoid mo_a(char *x, int n) { memset(x, n, (unsigned)n); }\n', null),
];

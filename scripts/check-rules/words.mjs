// Words: names that say nothing, marks of unfinished work, paths of one machine, hosts that only one network knows.
import path from 'node:path';
import { code_of, files_of, lines_of } from './tree.mjs';

export const about = 'no empty names, no marks of unfinished work, no machine paths, no foreign hosts';

// Written in halves, so that this file does not violate itself.
const w = (...halves) => halves.join('');
const EMPTY = new Set([w('ut', 'ils'), w('ut', 'il'), w('hel', 'per'), w('hel', 'pers'), w('man', 'ager'), w('pro', 'cess'), w('da', 'ta'), w('hand', 'ler')]);
const MARKS = new RegExp(
  `\\b(${[w('TO', 'DO'), w('FIX', 'ME'), w('X', 'XX'), w('HA', 'CK'), w('st', 'ub'), w('not imple', 'mented'), w('place', 'holder'), w('for ', 'now'), w('in a ', 'real'), w('simpl', 'ified')].join('|')})\\b`,
  'i',
);
const SKIPS = new RegExp(`(^\\s+${w('sk', 'ip\\(')}|\\b${w('vm\\.sk', 'ip')}|\\b${w('it\\.sk', 'ip')}|\\b${w('test\\.sk', 'ip')}|\\b${w('DISA', 'BLED_')})`);
const PATHS = new RegExp(`(${[w('/wo', 'rk/'), w('/fa', 'rm/'), w('\\.\\./sha', 'red'), w('/ro', 'ot/'), w('/ho', 'me/')].join('|')})`);
// Foreign test vectors may lie beside the project: what runs them, and the pages that say so, name the place.
const VECTORS = w('../sha', 'red/vectors');
const VECTORS_IN = /^(scripts\/test|docs\/[\w-]+\.md|README\.md)$/;
const HOST = /\bhttps?:\/\/([A-Za-z0-9.-]+)/g;
const HOSTS = /^(127\.0\.0\.1|localhost|github\.com|eips\.ethereum\.org|json-schema\.org|www\.w3\.org)$/;
// A mutation brings an old behaviour back and says so; the lock file is npm's.
const TEXT = /^(?!package-lock\.json)(?!vectors\/).*\.(c|h|sol|mjs|js|sh|md|txt|cmake|json|toml|css|html)$|^(scripts|tests)\/[\w-]+$|^Makefile$/;

// Names that a C or Solidity file defines: functions, types, macros, contracts.
function defined_names(file, code) {
  const names = [];
  code.forEach((line, i) => {
    const patterns = file.endsWith('.sol')
      ? [/\b(?:function|contract|library|interface|struct|event|error|modifier|enum)\s+(\w+)/g]
      : [/^[A-Za-z_][\w\s*]*?\b(\w+)\s*\([^;]*$/g, /^(?:[\w\s*]*?)\b(mo_\w+)\s*\(/g, /\b(\w+_t);$/g, /^#\s*define\s+(\w+)/g, /\b(?:struct|enum|union)\s+(\w+)/g];
    for (const pattern of patterns) {
      for (const match of line.matchAll(pattern)) names.push({ name: match[1], line: i + 1 });
    }
  });
  return names;
}

const segments = (name) => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase().split(/[^a-z0-9]+/);

function name_violations(root, file) {
  const found = [];
  const bad_segment = segments(path.basename(file)).find((s) => EMPTY.has(s));
  if (bad_segment) found.push({ file, text: `file name with "${bad_segment}"` });
  // The names of tests are sentences.
  if (!/\.(c|h|sol)$/.test(file) || /(^|\/)test_|^contracts\/test\//.test(file)) return found;
  const told = new Set();
  for (const { name, line } of defined_names(file, code_of(root, file))) {
    const bad = segments(name).find((s) => EMPTY.has(s));
    if (bad && !told.has(name)) found.push({ file, line, text: `${name}: "${bad}" says nothing` });
    told.add(name);
  }
  return found;
}

function line_violations(root, file) {
  const found = [];
  lines_of(root, file).forEach((whole, i) => {
    const line = VECTORS_IN.test(file) ? whole.replaceAll(VECTORS, '') : whole;
    const at = (text) => found.push({ file, line: i + 1, text });
    const mark = line.match(MARKS);
    const place = line.match(PATHS);
    if (mark) at(`"${mark[0]}"`);
    if (SKIPS.test(line) && /\.(c|h|sol|mjs|js)$/.test(file)) at('a skipped test');
    if (place) at(`a path of one machine: ${place[0]}`);
    for (const host of line.matchAll(HOST)) {
      if (host[1].includes('.') && !HOSTS.test(host[1])) at(`a host that not every network knows: ${host[1]}`);
    }
  });
  return found;
}

export function check({ root }) {
  const violations = [];
  const files = files_of(root, TEXT);
  for (const file of files) violations.push(...name_violations(root, file), ...line_violations(root, file));
  return { violations, seen: `${files.length} files` };
}

const plant = (what, file, text, expect) => ({ what, files: { [file]: text }, expect });
export const planted = [
  plant('an empty word in a file name', `src/eth/rlp_${w('ut', 'ils')}.c`, '\n', /file name with/),
  plant('an empty word in a function name', 'src/eth/a.c', `int mo_eth_${w('hand', 'ler')}_run(int x)\n{\n    return x;\n}\n`, /says nothing/),
  plant('an empty word in a type', 'src/eth/a.h', `typedef struct {\n    int x;\n} mo_vote_${w('man', 'ager')}_t;\n`, /says nothing/),
  plant('an empty word in a contract', 'contracts/src/A.sol', `contract Vote${w('Man', 'ager')} {}\n`, /says nothing/),
  plant('a mark of unfinished work', 'src/eth/a.c', `/* ${w('TO', 'DO')}: more */\n`, /a\.c: "/),
  plant('a path of one machine', 'docs/a.md', `see ${w('/wo', 'rk/')}main\n`, /a path of one machine/),
  plant('another path beside the project', 'scripts/test', `${w('../sha', 'red/vectors')} ${w('../sha', 'red/other')}\n`, /a path of one machine/),
  plant('the vectors named where nothing runs them', 'src/eth/a.c', `/* ${w('../sha', 'red/vectors')} */\n`, /a path of one machine/),
  plant('the vectors named where they are run', 'scripts/test', `${w('../sha', 'red/vectors')}\n`, null),
  plant('a host of one network', 'scripts/a.sh', `curl ${'http'}://mirror.example.org/x\n`, /a host that not every network knows: mirror/),
  plant('a skipped test', 'src/eth/test_a.c', `    ${w('sk', 'ip(')});\n`, /a skipped test/),
  plant('innocent words', 'src/eth/a.c', '/* the process of data is described elsewhere */\nint mo_eth_stubborn(int x)\n{\n    return x;\n}\n', null),
];

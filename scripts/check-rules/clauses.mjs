// Clauses: a citation such as (2.8) or (gateway 7.4) names a clause that docs/protocol.md, docs/gateway.md or
// docs/interfaces.md (0.1 to 0.6) has.
import fs from 'node:fs';
import path from 'node:path';
import { files_of, lines_of } from './tree.mjs';

export const about = 'every clause that code or a test cites exists in the specification';

const CITATION = /\((?:gateway(?:\.md)? )?\d+\.\d+[^()]*(?:\([abc]\)[^()]*)?\)/g;
const SOURCES = /^(src|fuzz|contracts|tests)\/.*\.(c|h|sol|mjs|patch)$/;

const PAGES = [['docs/protocol.md', ''], ['docs/gateway.md', 'gateway '], ['docs/interfaces.md', '']];

// "2.8", "7.4", "0.2" of the three pages. A clause is "- 2.8 " or a heading "### 7.4 " or a table row "| 10.3 |".
export function clauses_of(root) {
  const all = new Map();
  for (const [file, page] of PAGES) {
    if (!fs.existsSync(path.join(root, file))) continue;
    for (const line of lines_of(root, file)) {
      const clause = line.match(/^(?:- |#+ |\| )(\d+\.\d+)\s/);
      if (clause) all.set(page + clause[1], line.replace(/^[-#| ]+/, '').slice(0, 60));
    }
  }
  return all;
}

// The clauses of one citation: "(1.4, 4.3)", "(gateway 7.4)", "(2.8, gateway 7.1)", "(4.4 (b))".
function cited(citation) {
  const found = [];
  let page = '';
  for (const part of citation.slice(1, -1).split(/[,;]\s*/)) {
    if (/gateway/.test(part)) page = 'gateway ';
    const number = part.match(/^(?:gateway(?:\.md)? )?(\d+\.\d+)(?![\d.%])(?:$|\s|\()/);
    if (number) found.push(page + number[1]);
  }
  return found;
}

// Clause 6 and 7 stand in gateway.md under either form.
const resolve = (clauses, name) => (clauses.has(name) ? name : clauses.has(`gateway ${name}`) ? `gateway ${name}` : null);

export function citations_of(root) {
  const found = [];
  for (const file of files_of(root, SOURCES)) {
    lines_of(root, file).forEach((line, i) => {
      const mutation = line.match(/^# clause: (.+)$/);
      if (mutation) found.push({ file, line: i + 1, name: mutation[1] });
      if (!/\/\/|\*|#|^\s+[A-Z]\w*\(|"/.test(line)) return;
      for (const match of line.matchAll(CITATION)) {
        for (const name of cited(match[0])) found.push({ file, line: i + 1, name });
      }
    });
  }
  return found;
}

export function check({ root }) {
  const clauses = clauses_of(root);
  const citations = citations_of(root);
  const violations = citations
    .filter(({ name }) => resolve(clauses, name) === null)
    .map(({ file, line, name }) => ({ file, line, text: `cites clause ${name}, which is in no page` }));
  if (clauses.size === 0) violations.push({ file: 'docs/protocol.md', text: 'holds no clause' });
  return { violations, seen: `${citations.length} citations of ${clauses.size} clauses` };
}

const is_test = (file) => /(^|\/)test_|^contracts\/test\/|^tests\/|^fuzz\//.test(file);

// The test that a citation belongs to: the function around it, or the next one when it stands in the comment above; the
// file when there is none.
const TEST = /^\s*(?:static void (\w+)\(void \*\*state\)|function (test\w*|invariant_\w*|testFuzz\w*)\()/;
export function test_at(lines, at) {
  const indent = (line) => line.match(/^ */)[0].length;
  for (let i = at; i >= 0; i--) {
    const test = lines[i].match(TEST);
    if (test) {
      const end = lines.findIndex((line, j) => j > i && line === ' '.repeat(indent(lines[i])) + '}');
      if (end >= at) return test[1] ?? test[2];
      break;
    }
  }
  for (let i = at; i < Math.min(at + 8, lines.length); i++) {
    const test = lines[i].match(TEST);
    if (test) return test[1] ?? test[2];
    if (/^\s*\}|^#include|^import/.test(lines[i])) break;
  }
  return null;
}

const NAMED = 6;
const short = (names) => {
  const all = [...new Set(names)].sort();
  const rest = all.length - NAMED;
  return all.slice(0, NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
};

// Who cites each clause: files of code, and tests by their names.
function traces(root) {
  const clauses = clauses_of(root);
  const rows = new Map([...clauses.keys()].map((name) => [name, { code: [], tests: [] }]));
  const texts = new Map();
  for (const { file, line, name } of citations_of(root)) {
    const row = rows.get(resolve(clauses, name));
    if (!row) continue;
    if (!is_test(file)) {
      row.code.push(path.basename(file));
      continue;
    }
    if (!texts.has(file)) texts.set(file, lines_of(root, file));
    row.tests.push(test_at(texts.get(file), line - 1) ?? path.basename(file));
  }
  return rows;
}

// docs/traceability.md: one row a clause.
export function table({ root }) {
  const rows = [
    '# Traceability',
    '',
    'Which code and which tests cite each clause of [protocol.md](protocol.md), [gateway.md](gateway.md) and',
    '[interfaces.md](interfaces.md). Made by `scripts/check clauses --table`; `scripts/check traces` demands both for every clause',
    'of sections 1 to 5.',
    '',
    '| clause | code | tests |',
    '|---|---|---|',
  ];
  for (const [name, { code, tests }] of traces(root)) rows.push(`| ${name} | ${short(code)} | ${short(tests)} |`);
  return rows.join('\n');
}

// Clauses of the consensus, 1 to 5, that no code or no test cites.
export function untraced(root) {
  const found = [];
  for (const [name, { code, tests }] of traces(root)) {
    if (!/^[1-5]\./.test(name)) continue;
    if (code.length === 0) found.push({ file: 'docs/protocol.md', text: `no code cites ${name}` });
    if (tests.length === 0) found.push({ file: 'docs/protocol.md', text: `no test cites ${name}` });
  }
  return found;
}

const PLANTED_PAGES = { 'docs/protocol.md': '- 2.8 Order.\n| 10.3 | x |\n', 'docs/gateway.md': '### 7.4 Table\n' };
export const planted = [
  { what: 'a clause that does not exist', files: { ...PLANTED_PAGES, 'src/eth/a.c': '/* as in (2.99) */\n' }, expect: /cites clause 2\.99/ },
  { what: 'a clause of the wrong page', files: { ...PLANTED_PAGES, 'src/eth/a.c': '/* (gateway 2.8) */\n' }, expect: /cites clause gateway 2\.8/ },
  { what: 'clauses that exist', files: { ...PLANTED_PAGES, 'src/eth/a.c': '/* (2.8, gateway 7.4), (10.3) */\n' }, expect: null },
];

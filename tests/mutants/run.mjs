#!/usr/bin/env node
// Mutation analysis of the consensus rules: of src/rules (C) and of contracts/src/{origin,auxiliary,lib} (Solidity). Each
// mutant is one small change of one place; the tests must notice it (operators.mjs lists the operators).
//
//   tests/mutants/run.mjs c|sol FIRST LAST [EVERY]   mutants FIRST to LAST, every EVERY-th; resumable: a later range goes on
//   tests/mutants/run.mjs c|sol --list [TEXT]        all of them with their numbers, or those that hold TEXT
//   tests/mutants/run.mjs c|sol --names FILE         those whose names stand in FILE, a line each
//
// A mutant that the compiler refuses, or of which it makes the same instructions, is none. One that no test can tell from
// the original stands with its reason in equivalent.txt. Survivors are printed, with file and line; the last line is
// `mutants: P passed, F failed`, P being those killed or equivalent.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { C } from './c.mjs';
import { mutants_of, name_of, OPERATORS } from './operators.mjs';
import { Solidity } from './solidity.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const MOST_EQUIVALENT = 5; // per cent

function equivalents() {
  const lines = fs.readFileSync(path.join(here, 'equivalent.txt'), 'utf8').split('\n');
  return new Map(lines.filter((l) => l && !l.startsWith('#')).map((l) => l.split(' :: ')).map(([name, reason]) => {
    if (!reason || reason.length < 20) throw new Error(`equivalent.txt: no reason for: ${name}`);
    return [name, reason];
  }));
}

function choose(all, words) {
  if (words[0] === '--names') {
    const names = new Set(fs.readFileSync(words[1], 'utf8').split('\n').map((l) => l.split(' :: ')[0]).filter(Boolean));
    return all.filter((m) => names.has(name_of(m)));
  }
  const [first, last, every] = [Number(words[0] ?? 1), Number(words[1] ?? all.length), Number(words[2] ?? 1)];
  if (![first, last, every].every((n) => Number.isInteger(n) && n > 0)) throw new Error('usage: run.mjs c|sol FIRST LAST [EVERY]');
  return all.filter((m) => m.number >= first && m.number <= last && (m.number - first) % every === 0);
}

function summary(kind, total, results, known) {
  const count = (test) => results.filter(test).length;
  const [none, killed] = [count((r) => /^(stillborn|same code)/.test(r.verdict)), count((r) => r.verdict.startsWith('killed'))];
  const survivors = results.filter((r) => r.verdict === 'survived');
  const [equal, open] = [survivors.filter((r) => known.has(r.name)), survivors.filter((r) => !known.has(r.name))];
  const judged = results.length - none;
  const share = (n) => (judged ? ((100 * n) / judged).toFixed(1) : '0.0');
  console.log(`mutants ${kind}: ${total} places, ${results.length} tried, ${none} refused by the compiler or the same code, ${judged} mutants: ` +
    `${killed} killed (${share(killed)} %), ${equal.length} equivalent (${share(equal.length)} %), ${open.length} survived (${share(open.length)} %)`);
  for (const operator of Object.keys(OPERATORS)) {
    const mine = results.filter((r) => r.operator === operator && !/^(stillborn|same code)/.test(r.verdict));
    const dead = mine.filter((r) => r.verdict.startsWith('killed')).length;
    if (mine.length) console.log(`  ${operator.padEnd(11)} ${String(dead).padStart(5)} of ${String(mine.length).padEnd(5)} ${OPERATORS[operator]}`);
  }
  for (const r of open) console.log(`survived ${r.file}:${r.line} #${r.number} ${r.name.split(' | ').slice(1).join(' | ')}`);
  const few = equal.length * 100 <= MOST_EQUIVALENT * judged || judged < 100;
  if (!few) console.log(`more than ${MOST_EQUIVALENT} % are called equivalent`);
  console.log(`mutants: ${killed + equal.length} passed, ${open.length + (few ? 0 : 1)} failed`);
  return open.length === 0 && few && judged > 0;
}

async function main([kind, ...words]) {
  if (!['c', 'sol'].includes(kind)) throw new Error('usage: run.mjs c|sol FIRST LAST [EVERY]');
  const tool = kind === 'c' ? new C(root) : new Solidity(root);
  const all = tool.files().flatMap((file) => mutants_of(file, fs.readFileSync(path.join(root, file), 'utf8')));
  all.forEach((m, i) => (m.number = i + 1));
  const known = equivalents();
  const stale = [...known.keys()].filter((name) => tool.files().includes(name.split(' | ')[0]) && !all.some((m) => name_of(m) === name));
  if (stale.length) throw new Error(`equivalent.txt names no mutant: ${stale[0]}`);
  if (words[0] === '--list') {
    for (const m of all) if (!words[1] || name_of(m).includes(words[1])) console.log(`${m.number} ${m.file}:${m.line} ${name_of(m)}`);
    return true;
  }
  const chosen = choose(all, words);
  await tool.prepare();
  const results = [];
  for (const m of chosen) {
    const result = { ...m, name: name_of(m), verdict: await tool.judge(m) };
    results.push(result);
    if (process.env.MOSAIC_MUTANTS_LOG) fs.appendFileSync(process.env.MOSAIC_MUTANTS_LOG, `${m.number}\t${result.verdict}\t${m.file}:${m.line}\t${result.name}\n`);
  }
  return summary(kind, all.length, results, known);
}

main(process.argv.slice(2)).then(
  (good) => (process.exitCode = good ? 0 : 1),
  (error) => {
    console.error(`mutants: ${error.message}`);
    process.exitCode = 2;
  },
);

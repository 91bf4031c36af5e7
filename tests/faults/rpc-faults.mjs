#!/usr/bin/env node
// Every daemon of a devnet behind bad RPC lines. usage: node tests/faults/rpc-faults.mjs MOSAIC SECONDS [SEED]
//
// For SECONDS each line changes its fault every second or two. Then all lines are good, and the daemons must have survived,
// signed nothing that offends, and finality must go on as if nothing had been.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Devnet, offences, sleep, until } from './devnet.mjs';
import { Line } from './proxy.mjs';

const [mosaic, seconds, seed = '1'] = process.argv.slice(2);
const ports = (process.env.MO_FAULTS_PORTS ?? '').split(' ').filter(Boolean).map(Number);
const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const validators = 4;
const MODES = ['drop', 'hang', 'slow', 'busy', 'late', 'forbidden', 'garbage', 'refuses', 'truncated', 'wrong', 'stale', 'proofs', 'pruned', 'batches'];
let passed = 0;
let failed = 0;

function check(holds, what) {
  if (holds) passed++;
  else failed++;
  console.log(`${holds ? 'ok' : 'not ok'} rpc-faults: ${what}`);
}

let state = Number(seed);
function random() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

// Another chain with the same chain id: what a lying endpoint serves.
async function liar(chain_id, port) {
  const args = ['--chain-id', chain_id, '--port', port, '--hardfork', 'prague', '--block-time', 1, '--silent'];
  const child = spawn(path.join(root, 'node_modules/.bin/anvil'), args.map(String), { stdio: 'ignore' });
  const line = await Line.open(ports.pop(), `http://127.0.0.1:${port}`);
  return { child, line };
}

const url = (line) => `http://127.0.0.1:${line.server.address().port}`;
const log = (net, role) => fs.readFileSync(net.log_of(role), 'utf8');

// Proofs in a validator's store.
function rows(net, role) {
  const file = path.join(net.state, role, 'validator.sqlite');
  return Number(spawnSync('sqlite3', ['-readonly', file, 'SELECT count(*) FROM proof'], { encoding: 'utf8' }).stdout);
}

// What a role has in flight can be read beside it, and not be cancelled.
function look_at_transactions(net, role) {
  const folder = path.join(net.state, role);
  const list = spawnSync(mosaic, ['tx', 'list', '--state', folder, '--json'], { encoding: 'utf8' });
  check(list.status === 0 && Array.isArray(JSON.parse(list.stdout).transactions), `tx list beside a running role: ${list.stderr}`);
  const args = ['--state', folder, '--config', path.join(folder, 'config.json'), '--key', path.join(net.state, 'keys', `${role}.key`)];
  const cancel = spawnSync(mosaic, ['tx', 'cancel', ...args, '--chain', 'origin', '--nonce', '0'], { encoding: 'utf8' });
  check(cancel.status === 3 && /in use/.test(cancel.stderr), `tx cancel beside a running role is refused: ${cancel.stderr.trim()}`);
}

async function suffer(net, lines) {
  const used = new Map();
  const end = Date.now() + 1000 * Number(seconds);
  let turns = 0;
  while (Date.now() < end) {
    for (const line of lines) {
      const mode = random() < 0.5 ? 'ok' : MODES[Math.floor(random() * MODES.length)];
      if (line.mode === 'hang') line.server.closeAllConnections();
      line.froze = undefined;
      line.mode = mode;
      used.set(mode, (used.get(mode) ?? 0) + 1);
    }
    turns++;
    await sleep(1000 + 1500 * random());
  }
  for (const line of lines) {
    if (line.mode === 'hang') line.server.closeAllConnections();
    line.mode = 'ok';
  }
  console.log(`# ${lines.reduce((sum, line) => sum + line.proofs, 0)} proofs changed`);
  console.log(`# ${turns} turns of ${lines.length} lines: ${[...used].map(([mode, count]) => `${mode} ${count}`).join(', ')}`);
  check(MODES.every((mode) => used.has(mode)), 'every fault was used');
}

async function run(net, scratch) {
  await net.ready();
  await until(90, () => /pair.*open|gateway.*open/i.test(fs.readFileSync(net.log, 'utf8')));
  const open = async (target) => Line.open(ports.pop(), target);
  const lines = [];
  const bad = async (chain) => {
    const line = await open(chain === 'origin' ? net.config.originRpc : net.config.auxiliaryRpc);
    lines.push(line);
    return url(line);
  };
  const lies = await liar(net.config.originChainId, ports.pop());
  const frozen = await open(net.config.auxiliaryRpc);
  frozen.mode = 'stale';
  const urls = [
    { originRpc: await bad('origin'), auxiliaryRpc: await bad('auxiliary') },
    { originRpc: [await bad('origin'), await bad('origin')], auxiliaryRpc: [await bad('auxiliary'), await bad('auxiliary')] },
    { originRpc: [url(lies.line), await bad('origin')], auxiliaryRpc: await bad('auxiliary') },
    { originRpc: await bad('origin'), auxiliaryRpc: [url(frozen), net.config.auxiliaryRpc] },
  ];
  const roles = ['validator-0', 'validator-1', 'validator-2', 'validator-3', 'facilitator'];
  for (const [i, role] of roles.entries()) {
    await net.end(role, 'SIGTERM');
    net.start(role, urls[i] ?? { originRpc: await bad('origin'), auxiliaryRpc: await bad('auxiliary') });
  }
  const before = [await net.height(0), await net.height(1)];
  try {
    await suffer(net, lines);
    const after = [await net.height(0), await net.height(1)];
    for (const role of roles) check(net.pid(role) !== 0, `${role} has not ended`);
    const good = Date.now();
    const on = await until(60, async () => (await net.height(0)) >= after[0] + 3 && (await net.height(1)) >= after[1] + 3);
    console.log(`# finalised ${before} before, ${after} after; three epochs more ${((Date.now() - good) / 1000).toFixed(1)} s after the last fault`);
    check(on, 'finality goes on once the lines are good');
    const sizes = roles.slice(0, 4).map((role) => fs.statSync(net.log_of(role)).size);
    const votes = await until(40, () => roles.slice(0, 4).every((role, i) => /vote-auxiliary.*block/.test(log(net, role).slice(sizes[i]))));
    check(votes, 'every validator votes again: the backlog is cleared');
    const kept = roles.slice(0, 4).map((role) => rows(net, role));
    look_at_transactions(net, 'validator-0');
    check(kept.every((count) => count > 0), `proofs were taken ahead and kept: ${kept}`);
    check(/genesis .* refused/.test(log(net, 'validator-2')), 'the endpoint with another genesis is refused and named');
    check(/set aside/.test(log(net, 'validator-3')), 'the endpoint that stays behind is set aside');
    const waits = roles.slice(0, 4).reduce((sum, role) => sum + (log(net, role).match(/speaks of block/g) ?? []).length, 0);
    console.log(`# a node of origin was seen to be behind ${waits} times`);
    check(net.alarms().length === 0, `no alarm: ${net.alarms().slice(0, 2).join('; ')}`);
    for (let i = 0; i < validators; i++) {
      const found = offences(net.votes(`validator-${i}`));
      check(found.length === 0, `validator-${i} signed nothing that offends ${JSON.stringify(found.slice(0, 1))}`);
    }
  } finally {
    lies.child.kill('SIGKILL');
    for (const line of [...lines, lies.line, frozen]) line.close();
  }
}

const scratch = fs.mkdtempSync(path.join(process.env.MO_FAULTS_DIR ?? os.tmpdir(), 'rpc-faults-'));
const net = new Devnet(mosaic, path.join(scratch, 'dev'), validators, ports.pop(), ports.pop());
try {
  await run(net, scratch);
} catch (error) {
  check(false, error.stack);
} finally {
  await net.stop();
  if (failed === 0) fs.rmSync(scratch, { recursive: true, force: true });
  else console.log(`# state kept in ${scratch}`);
}
console.log(`rpc-faults: ${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

#!/usr/bin/env node
// Validators that offend in each of the three ways, on real nodes, under the eyes of two watchers that act and of one that
// only looks.
// usage: node tests/watch/watch.mjs MOSAIC ORIGIN_PORT AUXILIARY_PORT
//
// Prints `not ok watch: what` for what does not hold and ends with `watch: N passed, M failed`.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ethers } from 'ethers';
import { Devnet, until } from '../faults/devnet.mjs';
import { Offender } from './offender.mjs';

const [mosaic, origin_port, aux_port] = process.argv.slice(2);
const validators = 10;
let passed = 0;
let failed = 0;

function check(holds, what) {
  if (holds) passed++;
  else {
    failed++;
    console.log(`not ok watch: ${what}`);
  }
  return holds;
}

const said = (text) => console.log(`# ${text}`);
// A watcher by hand: the devnet's own again, or one more with another's key.
function start_watcher(net, name, key) {
  fs.mkdirSync(path.join(net.state, name), { recursive: true });
  const out = fs.openSync(path.join(net.state, name, 'log-by-hand'), 'a');
  const args = ['watch', '--act', '--config', path.join(net.state, 'devnet.json'), '--key', path.join(net.state, 'keys', `${key}.key`), '--state', path.join(net.state, name)];
  const child = spawn(mosaic, args, { stdio: ['ignore', out, out] });
  net.daemons.set(name, child);
  return child;
}

// One without a key: what it finds comes as JSON, a line each.
function start_looker(net, name) {
  fs.mkdirSync(path.join(net.state, name), { recursive: true });
  const out = fs.openSync(path.join(net.state, name, 'found'), 'a');
  const args = ['watch', '--json', '--config', path.join(net.state, 'devnet.json'), '--state', path.join(net.state, name)];
  const child = spawn(mosaic, args, { stdio: ['ignore', out, fs.openSync(path.join(net.state, name, 'log-by-hand'), 'a')] });
  net.daemons.set(name, child);
  return child;
}

const FORM = {
  finding: (v) => typeof v === 'string' && v !== '',
  chain: (v) => v === 'origin' || v === 'auxiliary',
  block: Number.isSafeInteger,
  signer: (v) => /^0x[0-9a-f]{40}$/.test(v),
  condition: (v) => [0, 1, 2, 3].includes(v),
  subject: (v) => /^0x[0-9a-f]{64}$/.test(v),
  detail: Number.isSafeInteger,
};

function read_found(file) {
  const found = [];
  for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue;
    let object = {};
    try {
      object = JSON.parse(line);
    } catch {
      check(false, `a finding that is no JSON: ${line}`);
    }
    const good = Object.keys(object).join() === Object.keys(FORM).join() && Object.entries(FORM).every(([name, fits]) => fits(object[name]));
    if (check(good, `a finding of another form: ${line}`)) found.push(object);
  }
  return found;
}

async function heads(net) {
  return { origin: await net.origin.getBlockNumber(), auxiliary: await net.auxiliary.getBlockNumber() };
}

const CONDITIONS = { double: 1n, surround: 2n, transition: 3n };

async function offend(net, offender, way, meanwhile = async () => {}) {
  const start = Date.now();
  const receipt = await offender[way]();
  if (!check(receipt.status === 1, `${way}: the offending vote is on a chain`)) return;
  const seen = await heads(net);
  await meanwhile();
  const epochs = { origin: net.config.originEpoch, auxiliary: net.config.epoch };
  const logs = {};
  for (const chain of ['origin', 'auxiliary']) {
    await until(30, async () => (logs[chain] = await offender.slashed(chain)) !== undefined);
    if (!check(logs[chain], `${way}: ${offender.name} is slashed on ${chain}`)) continue;
    const blocks = logs[chain].blockNumber - seen[chain];
    said(`${way}: slashed on ${chain} ${blocks} blocks (${(blocks / epochs[chain]).toFixed(2)} epochs) after the vote was visible`);
    check(logs[chain].args.condition === CONDITIONS[way], `${way}: the condition proven on ${chain} is ${logs[chain].args.condition}`);
    check(way === 'surround' || blocks <= 2 * epochs[chain], `${way}: within two epochs of ${chain}: ${blocks} blocks`);
  }
  if (way === 'surround' && logs.origin && logs.auxiliary) {
    // The outer vote offends with none yet; visible is the first of the daemon's own that lies inside.
    const inner = (await offender.votes(offender.originId)).filter((v) => [logs.auxiliary.args.hashA, logs.auxiliary.args.hashB].includes(v.hash));
    const visible = Math.max(...inner.map((v) => v.block));
    // Both chains make a block in the same time, so many after `seen` was it.
    const later = Math.max(0, visible - seen.auxiliary);
    for (const [chain, log] of Object.entries(logs)) {
      const blocks = log.blockNumber - seen[chain] - later;
      check(blocks <= 2 * epochs[chain], `surround: within two epochs of ${chain}: ${blocks} blocks after the inner vote`);
      said(`surround: ${blocks} blocks of ${chain} after the inner vote`);
    }
  }
  check(await until(10, async () => (await offender.refusal()) === 'ValidatorSlashed'), `${way}: a vote of it is refused: ${await offender.refusal()}`);
  const account = await offender.registry.account(offender.address);
  check(account.state === 6n, `${way}: the registry's account is Slashed: ${account.state}`);
  said(`${way}: ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return logs.origin;
}

// Whoever is slashed says so in one line and ends, and does so again at every start (11.5).
async function ends_slashed(net, offender) {
  const { name } = offender;
  const words = /mosaic validator run: this validator was slashed on the (origin|auxiliary) chain by condition 1 \(2\.3\), transaction (0x[0-9a-f]{64})/g;
  const proofs = await Promise.all(['origin', 'auxiliary'].map(async (chain) => (await offender.slashed(chain))?.transactionHash));
  const told = (file) => [...fs.readFileSync(path.join(net.state, name, file), 'utf8').matchAll(words)];
  check(await until(20, () => net.pid(name) === 0), `${name} ends when it is slashed`);
  const [first] = told('log');
  check(told('log').length === 1 && proofs[first[1] === 'origin' ? 0 : 1] === first[2], `${name} names chain, condition and transaction in one line: ${first}`);
  const again = net.start(name);
  check(await until(20, () => again.exitCode === 3), `${name} ends with status 3 when it is started again: ${again.exitCode}`);
  check(told('log-by-hand').length === 1, `${name} says why`);
}

async function main() {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'watch-'));
  const net = new Devnet(mosaic, path.join(scratch, 'dev'), validators, origin_port, aux_port, ['--watch']);
  const began = Date.now();
  try {
    await net.ready();
    said(`first meta-block after ${((Date.now() - began) / 1000).toFixed(0)} s`);
    const [double, surround, transition] = [7, 8, 9].map((i) => new Offender(net, path.dirname(mosaic), `validator-${i}`));
    const second = start_watcher(net, 'second', 'deployer');
    const looker = start_looker(net, 'looker');
    process.kill(net.pid('validator-9'), 'SIGSTOP');
    const slashes = [await offend(net, double, 'double')];
    slashes.push(await offend(net, transition, 'transition'));
    // The first watcher dies as the third vote appears, and takes it up again from the chain and its store.
    slashes.push(await offend(net, surround, 'surround', async () => {
      await net.end('watcher');
      start_watcher(net, 'watcher', 'watcher');
    }));
    await ends_slashed(net, double);
    const paid = new Map();
    for (const log of slashes.filter(Boolean)) {
      const { reporter, reward, stake } = log.args;
      check(reward === stake / 20n && stake > 0n, `the reporter has 5 % of the stake: ${reward} of ${stake}`);
      paid.set(reporter, (paid.get(reporter) ?? 0n) + reward);
    }
    for (const [reporter, reward] of paid) check((await double.registry.credit(reporter)) === reward, `${reporter} can collect ${reward}`);
    const watchers = ['watcher', 'deployer'].map((name) => new ethers.Wallet(net.key(name)).address);
    check([...paid.keys()].every((reporter) => watchers.includes(reporter)), `the reporters are the watchers: ${[...paid.keys()]}`);
    const before = [await net.height(0), await net.height(1), Number(await double.core.openHeight())];
    const on = await until(90, async () => (await net.height(0)) >= before[0] + 2 && (await net.height(1)) >= before[1] + 2 && Number(await double.core.openHeight()) > before[2]);
    check(on, `the rest go on finalising and committing: ${before} -> ${[await net.height(0), await net.height(1), await double.core.openHeight()]}`);
    check((await double.core.status()) === 1n, 'the core is open: 3 of 10 are below a third');
    check(second.exitCode === null && looker.exitCode === null && net.daemons.get('watcher').exitCode === null, 'all watchers run');
    const told = ['watcher/log', 'watcher/log-by-hand', 'second/log-by-hand'].map((file) => fs.readFileSync(path.join(net.state, file), 'utf8')).join('');
    check(!/FOUND (escrow|supply|paid-out|contradiction|forgotten|unread)/.test(told), `no false finding: ${told.match(/FOUND (escrow|supply|paid-out|contradiction|forgotten|unread).*/)}`);
    const found = read_found(path.join(net.state, 'looker', 'found'));
    const same = (a, b) => a.toLowerCase() === b.toLowerCase();
    for (const [way, offender] of Object.entries({ double, surround, transition })) {
      check(new RegExp(`FOUND offence .*${offender.address}`, 'i').test(told), `${way}: the offence is told`);
      const of = (kind) => found.filter((f) => f.finding === kind && same(f.signer, offender.address));
      check(of('offence').length === 1 && of('offence')[0].condition === Number(CONDITIONS[way]), `${way}: who only looks finds it once: ${JSON.stringify(of('offence'))}`);
      check(['origin', 'auxiliary'].every((chain) => of('slashed').some((f) => f.chain === chain)), `${way}: and sees it slashed on both chains`);
    }
    check(found.every((f) => f.finding === 'offence' || f.finding === 'slashed'), `who only looks has no false finding: ${JSON.stringify(found)}`);
    said(`transactions of watchers that reverted: ${(told.match(/slash-\S+ +reverted/g) ?? []).length}; found done already: ${(told.match(/done already/g) ?? []).length}`);
  } catch (error) {
    check(false, error.stack);
  } finally {
    const stopped = net.pid('validator-9');
    if (stopped) process.kill(stopped, 'SIGCONT');
    await net.stop();
    if (failed === 0) fs.rmSync(scratch, { recursive: true, force: true });
    else said(`state kept in ${scratch}`);
  }
  said(`${((Date.now() - began) / 1000).toFixed(0)} s`);
  console.log(`watch: ${passed} passed, ${failed} failed`);
  return failed ? 1 : 0;
}

main().then((status) => process.exit(status));

#!/usr/bin/env node
// Two ways in which a core ends, on real nodes: nobody commits (4.4 c), and a third is slashed (4.5).
// usage: node tests/watch/halts.mjs MOSAIC ORIGIN_PORT AUXILIARY_PORT
//
// Origin's clock is put forward for the waiting, its blocks come as ever. Ends with `halts: N passed, M failed`.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ethers } from 'ethers';
import { Devnet, sleep, until } from '../faults/devnet.mjs';
import { Offender } from './offender.mjs';

const [mosaic, origin_port, aux_port] = process.argv.slice(2);
const validators = 4;
const names = [...Array(validators).keys()].map((i) => `validator-${i}`);
const HALT_AFTER = 300;
const HALT_WINDOW = 120;
let passed = 0;
let failed = 0;

function check(holds, what) {
  if (holds) passed++;
  else {
    failed++;
    console.log(`not ok halts: ${what}`);
  }
  return holds;
}

const said = (text) => console.log(`# ${text}`);
const told = (net, name) => fs.readFileSync(path.join(net.state, name, 'log'), 'utf8');
const signal = (net, name) => names.forEach((role) => process.kill(net.pid(role), name));
const later = (net, seconds) => net.origin.send('evm_increaseTime', [seconds]);

async function challenged(net, core, count) {
  return until(30, async () => (await core.queryFilter('HaltChallenged')).length === count);
}

// Silent, challenged, back: answered. Silent for good, challenged: halted.
async function silence(net) {
  const one = new Offender(net, path.dirname(mosaic), 'validator-0');
  const { core } = one;
  signal(net, 'SIGSTOP');
  await later(net, HALT_AFTER);
  check(await challenged(net, core, 1), 'the watcher challenges a silent core');
  signal(net, 'SIGCONT');
  check(await until(90, async () => (await core.queryFilter('HaltAnswered')).length === 1), 'a commit answers the challenge');
  const bond = await core.haltBond();
  const [answer] = await core.queryFilter('HaltAnswered');
  check(answer && (await core.credit(answer.args.committer)) >= bond, 'the bond is the credit of who committed');
  signal(net, 'SIGSTOP');
  await later(net, HALT_AFTER);
  check(await challenged(net, core, 2), 'the watcher challenges again');
  check((await core.status()) === 1n, 'the core is open while the window runs');
  await later(net, HALT_WINDOW + 1);
  check(await until(30, async () => (await core.status()) === 2n), 'the watcher halts the core when nobody answers');
  const [halted] = await core.queryFilter('CoreHalted');
  check(halted?.args.reason === 2n, `the reason is a halt challenge: ${halted?.args.reason}`);
  const challenger = (await core.queryFilter('HaltChallenged')).at(-1)?.args.challenger;
  check((await core.credit(challenger)) === bond, 'the bond is the challenger’s credit again');
  check(/FOUND silence/.test(told(net, 'watcher')) && /FOUND halted/.test(told(net, 'watcher')), 'silence and halt are told');
  signal(net, 'SIGCONT');
  const height = await core.openHeight();
  await sleep(8000);
  check((await core.openHeight()) === height, 'nothing is committed to a halted core');
  check(names.every((name) => net.pid(name) !== 0), 'the validators still run');
  const place = new ethers.Contract(net.config.pollingPlace, ['event VoteRecorded(bytes32 indexed linkHash, uint32 indexed index, uint64 forward, uint64 rear, bytes32 r, bytes32 vs)'], net.auxiliary);
  const recorded = (await place.queryFilter('*')).length;
  await sleep(8000);
  check((await place.queryFilter('*')).length === recorded, 'nothing is reported or voted for any more (11.5)');
  check(names.every((name) => told(net, name).match(/the core is halted/g)?.length === 1), 'each validator says so once');
  check(net.alarms().length === 0, `no alarm: ${net.alarms().join('; ')}`);
}

// The second of four that is slashed makes a third.
async function third(net) {
  const two = [0, 1].map((i) => new Offender(net, path.dirname(mosaic), `validator-${i}`));
  await two[0].double();
  check(await until(20, async () => (await two[0].slashed('origin')) && (await two[0].slashed('auxiliary'))), 'the first is slashed on both chains');
  check((await two[0].core.status()) === 1n, 'one of four is below a third: the core is open');
  await two[1].double();
  check(await until(20, async () => (await two[1].slashed('origin')) && (await two[1].slashed('auxiliary'))), 'the second is slashed on both chains');
  const [halted] = await two[0].core.queryFilter('CoreHalted');
  check((await two[0].core.status()) === 2n && halted?.args.reason === 3n, `two of four halt the core in the same transaction: ${halted?.args.reason}`);
  await sleep(5000);
  check(net.alarms().length === 0, `no alarm: ${net.alarms().join('; ')}`);
}

async function run(name, stage) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'halts-'));
  const began = Date.now();
  const before = failed;
  const net = new Devnet(mosaic, path.join(scratch, 'dev'), validators, origin_port, aux_port, ['--watch']);
  try {
    await net.ready();
    await stage(net);
  } catch (error) {
    check(false, error.stack);
  } finally {
    names.map((role) => net.pid(role)).filter(Boolean).forEach((pid) => process.kill(pid, 'SIGCONT'));
    await net.stop();
    if (failed === before) fs.rmSync(scratch, { recursive: true, force: true });
    else said(`state kept in ${scratch}`);
  }
  said(`${name}: ${((Date.now() - began) / 1000).toFixed(0)} s`);
}

await run('silence', silence);
await run('third', third);
console.log(`halts: ${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

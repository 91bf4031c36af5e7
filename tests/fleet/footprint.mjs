#!/usr/bin/env node
// What a validator takes of its machine. usage: node tests/fleet/footprint.mjs MOSAIC ORIGIN_PORT AUXILIARY_PORT BLOCKS SECONDS
//
// BLOCKS are mined on both chains as fast as four validators follow; then restarts from the last snapshot and from the root
// are timed; then both chains make a block a second for SECONDS. Memory is judged; times and shares of a core are printed,
// for they are the machine's too. Ends with `footprint: N passed, M failed`.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ethers } from 'ethers';
import { Devnet, POLL, sleep, until } from '../faults/devnet.mjs';

const [mosaic, origin_port, aux_port, blocks, seconds] = process.argv.slice(2);
const validators = 4;
const roles = [...Array(validators).keys()].map((i) => `validator-${i}`);
const MEMORY_MAX = 32; // MiB
const TICKS = 100; // of a CPU's second, as Linux tells them
const RESTARTS = 5;
let passed = 0;
let failed = 0;

function check(holds, what) {
  if (holds) passed++;
  else failed++;
  console.log(`${holds ? 'ok' : 'not ok'} footprint: ${what}`);
}

const said = (text) => console.log(`# ${text}`);
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

function resident(pid) {
  return Number(fs.readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) / 1024;
}

// Seconds of a CPU that a process has taken, its own and the kernel's for it.
function taken(pid) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

const head = async (provider) => Number(await provider.send('eth_blockNumber', []));

async function mine(net, count) {
  for (let i = 0; i < count; i++) await Promise.all([net.origin.send('evm_mine', []), net.auxiliary.send('evm_mine', [])]);
}

// The newest finalised block of the auxiliary chain, by the logs of late.
async function finalised(net) {
  const place = new ethers.Contract(net.config.pollingPlace, POLL, net.auxiliary);
  net.core_id ??= await place.CORE_ID();
  const recent = Math.max(0, (await head(net.auxiliary)) - 400);
  const logs = (await place.queryFilter('CheckpointFinalised', recent)).filter((log) => log.args.chain === net.core_id);
  return Number(logs.at(-1)?.args.height ?? 0) * Number(net.config.epoch);
}

// As fast as finality follows: a few epochs ahead of it at most.
async function mine_many(net, count) {
  const began = Date.now();
  const start = await head(net.auxiliary);
  const slack = 4 * Number(net.config.epoch);
  while ((await head(net.auxiliary)) < start + count) {
    const close = (await head(net.auxiliary)) - (await finalised(net)) < slack;
    await mine(net, close ? 8 : 1);
    if (!close) await sleep(20);
  }
  said(`${(await head(net.auxiliary)) - start} blocks of each chain in ${((Date.now() - began) / 1000).toFixed(0)} s`);
}

// Starts a validator again; seconds until it is in sync, and of CPU until then.
async function restart(net, role, before = () => {}) {
  await net.end(role, 'SIGTERM');
  before(path.join(net.state, role, 'validator.sqlite'));
  const file = path.join(net.state, role, 'log-by-hand');
  const size = fs.existsSync(file) ? fs.statSync(file).size : 0;
  const began = process.hrtime.bigint();
  const child = net.start(role);
  while (!/in sync at block/.test(fs.readFileSync(file, 'utf8').slice(size)) && child.exitCode === null) await sleep(2);
  const wall = Number(process.hrtime.bigint() - began) / 1e9;
  return { wall, cpu: taken(child.pid), text: fs.readFileSync(file, 'utf8').slice(size) };
}

function forget_snapshots(file) {
  const done = spawnSync('sqlite3', [file, 'PRAGMA foreign_keys = ON; DELETE FROM snapshot;'], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`sqlite3: ${done.stderr}`);
}

async function restarts(net) {
  const [quick, slow] = [[], []];
  for (let i = 0; i < RESTARTS; i++) quick.push(await restart(net, 'validator-1'));
  check(quick.every((one) => /taken up at block/.test(one.text)), 'a restart takes up a snapshot');
  said(`restart from a snapshot: in sync after ${median(quick.map((one) => one.wall)).toFixed(3)} s (median of ${quick.map((one) => one.wall.toFixed(3))})`);
  for (let i = 0; i < RESTARTS; i++) slow.push(await restart(net, 'validator-1', forget_snapshots));
  check(slow.every((one) => !/taken up at block/.test(one.text)), 'a restart without one replays from the root');
  const headers = (await head(net.origin)) + (await head(net.auxiliary));
  const cpu = median(slow.map((one) => one.cpu));
  said(`replay from the root: in sync after ${median(slow.map((one) => one.wall)).toFixed(1)} s, ${cpu.toFixed(2)} s of CPU for ${headers} headers and their logs: ${(headers / cpu).toFixed(0)} headers a second of our own (medians of ${RESTARTS})`);
}

// A block a second on both chains, in place of the devnet's own four.
async function idle_share(net) {
  const pids = roles.map((role) => net.pid(role));
  await sleep(3000);
  const before = pids.map(taken);
  const began = Date.now();
  for (let i = 0; i < Number(seconds); i++) {
    const next = began + 1000 * (i + 1);
    await mine(net, 1);
    await sleep(Math.max(0, next - Date.now()));
  }
  const share = pids.map((pid, i) => (100 * (taken(pid) - before[i])) / ((Date.now() - began) / 1000));
  said(`CPU at a block a second on both chains, ${seconds} s: median ${median(share).toFixed(2)} % of a core (${share.map((one) => one.toFixed(2))})`);
}

async function run(net) {
  await net.ready();
  await until(90, () => /pair.*open|gateway.*open/i.test(fs.readFileSync(net.log, 'utf8')));
  // From here on this program mines: the devnet's miners are threads of its own process.
  process.kill(net.child.pid, 'SIGSTOP');
  await mine_many(net, Number(blocks));
  const memory = roles.map((role) => resident(net.pid(role)));
  check(memory.every((one) => one < MEMORY_MAX), `resident after ${blocks} blocks below ${MEMORY_MAX} MiB: median ${median(memory).toFixed(1)} (${memory.map((one) => one.toFixed(1))})`);
  await restarts(net);
  await idle_share(net);
  check(net.alarms().length === 0, `no alarm: ${net.alarms().slice(0, 2)}`);
}

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'footprint-'));
const net = new Devnet(mosaic, path.join(scratch, 'dev'), validators, origin_port, aux_port);
try {
  await run(net);
} catch (error) {
  check(false, error.stack);
} finally {
  if (net.child.exitCode === null) process.kill(net.child.pid, 'SIGCONT');
  await net.stop();
  if (failed === 0) fs.rmSync(scratch, { recursive: true, force: true });
  else said(`state kept in ${scratch}`);
}
console.log(`footprint: ${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

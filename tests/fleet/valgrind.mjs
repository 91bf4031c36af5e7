#!/usr/bin/env node
// Daemons under memcheck, slow among others that are quick. usage: node tests/fleet/valgrind.mjs MOSAIC ORIGIN_PORT AUXILIARY_PORT
//
// Ends with `valgrind: N passed, M failed`.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ethers } from 'ethers';
import { Devnet, until } from '../faults/devnet.mjs';

const [mosaic, origin_port, aux_port] = process.argv.slice(2);
const ERRORS = 77;
const MEMCHECK = ['valgrind', '--quiet', '--leak-check=full', '--errors-for-leak-kinds=definite', `--error-exitcode=${ERRORS}`];
let passed = 0;
let failed = 0;

function check(holds, what) {
  if (holds) passed++;
  else failed++;
  console.log(`${holds ? 'ok' : 'not ok'} valgrind: ${what}`);
}

const log = (net, role) => fs.readFileSync(path.join(net.state, role, 'log-by-hand'), 'utf8');

// Ends it by TERM; memcheck then looks for what was not given back.
async function ends_clean(net, role) {
  const child = net.daemons.get(role);
  const size = log(net, role).length;
  child.kill('SIGTERM');
  await until(60, () => child.exitCode !== null);
  check(child.exitCode === 128 + 15, `${role} ends without an error of memory: ${child.exitCode} ${child.exitCode === ERRORS ? log(net, role).slice(size, size + 2000) : ''}`);
}

async function run(net) {
  await net.ready();
  net.wrap = MEMCHECK;
  const core = new ethers.Contract(net.config.core, ['function openHeight() view returns (uint64)'], net.origin);
  for (const role of ['validator-0', 'facilitator']) {
    await net.end(role, 'SIGTERM');
    net.start(role);
  }
  check(await until(120, () => /vote-auxiliary.*block/.test(log(net, 'validator-0'))), 'a validator votes under memcheck, replayed from what its store has');
  const height = await core.openHeight();
  check(await until(180, async () => (await core.openHeight()) > height), 'a meta-block is committed meanwhile');
  await ends_clean(net, 'validator-0');
  const size = log(net, 'validator-0').length;
  net.start('validator-0');
  check(await until(120, () => /vote-auxiliary.*block/.test(log(net, 'validator-0').slice(size))), 'it votes again after a restart');
  await ends_clean(net, 'validator-0');
  await ends_clean(net, 'facilitator');
  check(net.alarms().length === 0, `no alarm: ${net.alarms().slice(0, 2)}`);
}

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'valgrind-'));
const net = new Devnet(mosaic, path.join(scratch, 'dev'), 4, origin_port, aux_port);
try {
  await run(net);
} catch (error) {
  check(false, error.stack);
} finally {
  await net.stop();
  if (failed === 0) fs.rmSync(scratch, { recursive: true, force: true });
  else console.log(`# state kept in ${scratch}`);
}
console.log(`valgrind: ${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

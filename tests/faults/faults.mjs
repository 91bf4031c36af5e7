#!/usr/bin/env node
// Daemons under attack, on real nodes. usage: node tests/faults/faults.mjs MOSAIC [STAGE...]
//
// Prints `not ok faults: what` for what does not hold and ends with `faults: N passed, M failed`.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Devnet, offences, sleep, until } from './devnet.mjs';
import { Griefer, outcomes } from './griefer.mjs';
import { Line } from './proxy.mjs';
import { Sender } from './sender.mjs';

const [mosaic, ...wanted] = process.argv.slice(2);
const port = Number(process.env.MO_FAULTS_PORT ?? 29545);
const validators = 5;
let passed = 0;
let failed = 0;

function check(holds, what) {
  if (holds) passed++;
  else {
    failed++;
    console.log(`not ok faults: ${what}`);
  }
  return holds;
}

const said = (text) => console.log(`# ${text}`);

// The finalised height of the auxiliary chain (0) or of origin (1) rises by `steps`; the seconds it took.
async function goes_on(net, what, steps = 2, seconds = 40) {
  const before = [await net.height(0), await net.height(1)];
  const start = Date.now();
  const on = await until(seconds, async () => (await net.height(0)) >= before[0] + steps && (await net.height(1)) >= before[1] + steps);
  const now = [await net.height(0), await net.height(1)];
  check(on, `${what}: finality goes on (${before} -> ${now} in ${seconds} s)`);
  said(`${what}: ${before} -> ${now} after ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return on;
}

const lines_since = (file, size) => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8').slice(size) : '');
const size_of = (file) => (fs.existsSync(file) ? fs.statSync(file).size : 0);

async function catches_up(net, role, what) {
  const file = net.log_of(role);
  const size = size_of(file);
  const start = Date.now();
  const up = await until(20, () => /vote-auxiliary.*block/.test(lines_since(file, size)));
  check(up, `${what}: ${role} votes again within 20 s`);
  said(`${what}: ${role} votes again after ${((Date.now() - start) / 1000).toFixed(1)} s`);
}

const stages = {
  async killed(net) {
    for (let i = 0; i < 4; i++) {
      await net.end('validator-0');
      await sleep(Math.random() * 3000);
      net.start('validator-0');
      if (i < 3) await sleep(Math.random() * 1500);
    }
    await catches_up(net, 'validator-0', 'killed four times');
    const first = net.daemons.get('validator-0');
    const second = net.start('validator-0');
    net.daemons.set('validator-0', first);
    check(await until(5, () => second.exitCode === 1), 'a second validator with one state folder ends at once');
  },

  async silent(net) {
    const pid = net.pid('validator-1');
    process.kill(pid, 'SIGSTOP');
    await goes_on(net, 'one of five silent', 3);
    const other = net.pid('validator-2');
    process.kill(other, 'SIGSTOP');
    await sleep(6000);
    const before = await net.height();
    await sleep(6000);
    check((await net.height()) === before, 'three of five are not more than two thirds: nothing is finalised');
    process.kill(pid, 'SIGCONT');
    process.kill(other, 'SIGCONT');
    await goes_on(net, 'both back');
  },

  async reorganised(net) {
    for (const depth of [1, 2, 3, 4, 5, 6, 6, 5, 6]) {
      await sleep(Math.random() * 2000);
      await net.auxiliary.send('anvil_reorg', [depth, []]);
    }
    await goes_on(net, 'auxiliary reorganised nine times', 3);
    for (let depth = 1; depth <= 2; depth++) {
      await sleep(Math.random() * 2000);
      await net.origin.send('anvil_reorg', [depth, []]);
    }
    await goes_on(net, 'origin reorganised twice', 3);
    check(net.alarms().length === 0, `no alarm: ${net.alarms().join('; ')}`);
  },

  async lines(net) {
    const lines = [await Line.open(port + 10, net.config.originRpc), await Line.open(port + 11, net.config.auxiliaryRpc)];
    const urls = { originRpc: `http://127.0.0.1:${port + 10}`, auxiliaryRpc: `http://127.0.0.1:${port + 11}` };
    await net.end('validator-3');
    const child = net.start('validator-3', urls);
    await catches_up(net, 'validator-3', 'through a line');
    for (const line of lines) line.reset();
    await sleep(10000);
    said(`requests a second: origin ${lines[0].rate()}, auxiliary ${lines[1].rate()}; calls ${lines[0].calls} and ${lines[1].calls} in 10 s`);
    for (const mode of ['drop', 'busy', 'garbage', 'forbidden', 'refuses', 'mixed', 'slow', 'hang']) {
      const size = size_of(net.log_of('validator-3'));
      for (const line of lines) line.reset();
      for (const line of lines) line.mode = mode;
      await sleep(1500);
      said(`${mode}: ${lines.map((line) => line.requests)} requests, ${size_of(net.log_of('validator-3')) - size} bytes of log in 1.5 s`);
      for (const line of lines) line.mode = 'ok';
      if (mode === 'hang') for (const line of lines) line.server.closeAllConnections();
      for (const line of lines) line.reset();
      const again = await until(5, () => lines.every((line) => line.calls > 20));
      check(again && child.exitCode === null, `the validator goes on after ${mode}`);
    }
    await catches_up(net, 'validator-3', 'after bad lines');
    for (const line of lines) line.mode = 'drop';
    await net.end('validator-3');
    const waiting = net.start('validator-3', urls);
    await sleep(3000);
    check(waiting.exitCode === null, 'a validator waits for its nodes at the beginning');
    for (const line of lines) line.mode = 'ok';
    await catches_up(net, 'validator-3', 'started before its nodes');
    await net.end('validator-3');
    for (const line of lines) line.close();
    net.start('validator-3');
  },

  async forgetful(net) {
    await net.end('validator-4');
    const folder = path.join(net.state, 'validator-4');
    fs.mkdirSync(path.join(folder, 'away'));
    for (const name of fs.readdirSync(folder).filter((file) => file.startsWith('validator.sqlite')))
      fs.renameSync(path.join(folder, name), path.join(folder, 'away', name));
    net.start('validator-4');
    check(await until(10, () => /guard's store does not know/.test(lines_since(net.log_of('validator-4'), 0))), 'a lost guard is noticed');
    check(net.votes('validator-4').length === 0, 'a validator without its guard signs nothing');
    await net.end('validator-4');
    for (const name of fs.readdirSync(folder).filter((file) => file.startsWith('validator.sqlite'))) fs.rmSync(path.join(folder, name));
    for (const name of fs.readdirSync(path.join(folder, 'away')))
      fs.renameSync(path.join(folder, 'away', name), path.join(folder, name));
    net.start('validator-4');
    await catches_up(net, 'validator-4', 'guard restored');
  },

  async griefed(net) {
    const griefer = new Griefer(net, path.dirname(mosaic));
    const did = async (what, chain, sent) => said(`${what}: ${await outcomes(net[chain], sent)} succeeded`);
    await did('runs', 'auxiliary', await griefer.runs());
    await did('invented headers of origin', 'auxiliary', await griefer.origin_headers());
    await did('batches', 'auxiliary', await griefer.garbage());
    await goes_on(net, 'after runs, headers, batches', 3);
    const height = await griefer.core.openHeight();
    await did('proposals', 'origin', await griefer.proposals(270));
    const early = [];
    const end = Date.now() + 12000;
    while (Date.now() < end) {
      early.push(...(await griefer.early_origin()));
      await sleep(100);
    }
    await did('early reports of every other checkpoint of origin', 'auxiliary', early);
    await goes_on(net, 'origin reported early', 3);
    const on = await until(60, async () => (await griefer.core.openHeight()) >= height + 2n);
    await net.end('validator-0');
    net.start('validator-0');
    await catches_up(net, 'validator-0', 'made anew after all that');
    check(on, `meta-blocks commit behind 270 false proposals (open ${height} -> ${await griefer.core.openHeight()})`);
  },

  // The facilitator dies at every moment of three transfers; each is carried once, and no file is refused.
  async carried(net) {
    await until(60, () => /gateway pair is open|pair.*open/i.test(fs.readFileSync(net.log, 'utf8')));
    const sender = new Sender(net);
    await sender.allow();
    for (let i = 0; i < 3; i++) await sender.stake(i + 1);
    let kills = 0;
    const start = Date.now();
    const done = await until(100, async () => {
      await net.end('facilitator');
      net.start('facilitator');
      kills++;
      await sleep(700 + Math.random() * 2500);
      return (await sender.delivered()) === 3;
    });
    check(done, `three stakes arrive although the facilitator is killed all the time (${await sender.delivered()})`);
    said(`three stakes arrived after ${((Date.now() - start) / 1000).toFixed(0)} s and ${kills} kills`);
    const folder = (name) => fs.readdirSync(path.join(net.state, 'facilitator', name)).filter((file) => file.endsWith('.json')).length;
    await until(5, () => folder('declared') === 3);
    check(folder('declared') === 3 && folder('refused') === 0, `files: ${['inbox', 'declared', 'refused'].map(folder)}`);
  },

  // Deeper than the configuration allows: the role ends with status 3, stays ended, and goes on when it is told to.
  async lost(net) {
    await until(90, () => /gateway pair is open|pair.*open/i.test(fs.readFileSync(net.log, 'utf8')));
    await net.end('validator-2');
    let child = net.start('validator-2', { reorgDepth: 2 });
    await catches_up(net, 'validator-2', 'with a small reorgDepth');
    await net.auxiliary.send('anvil_reorg', [5, []]);
    check(await until(15, () => child.exitCode === 3), `a reorganisation of 5 blocks, 2 allowed: exit status ${child.exitCode}`);
    child = net.start('validator-2', { reorgDepth: 2 });
    check(await until(15, () => child.exitCode === 3), `the mark stays: exit status ${child.exitCode}`);
    check(/is gone, deeper than reorgDepth: name a node/.test(lines_since(net.log_of('validator-2'), 0)), 'one line names the mend');
    net.start('validator-2', { reorgDepth: 64 }, ['--accept-reorg']);
    await catches_up(net, 'validator-2', 'with --accept-reorg');
  },

  // Below the last finalised checkpoint, as nothing but a broken chain of producers does: every validator must stop.
  async broken(net) {
    const counts = () => [...Array(validators).keys()].map((i) => net.votes(`validator-${i}`).filter((v) => /00000000$/.test(v.chain) === false).length);
    const final = await net.height();
    const head = await net.auxiliary.getBlockNumber();
    await net.auxiliary.send('anvil_reorg', [head - final * net.config.epoch + 3, []]);
    const alarmed = await until(15, () => [...Array(validators).keys()].every((i) =>
      ['log', 'log-by-hand'].some((name) => /ALARM: our node's chain lacks/.test(lines_since(path.join(net.state, `validator-${i}`, name), 0)))));
    check(alarmed, 'all validators raise the alarm when their chain lacks what was final');
    const before = counts();
    await sleep(12000);
    check(String(counts()) === String(before), `nothing is signed about the auxiliary chain then: ${before} -> ${counts()}`);
    for (let i = 0; i < validators; i++) check(net.pid(`validator-${i}`) !== 0, `validator-${i} still runs`);
  },
};

async function main() {
  const scratch = fs.mkdtempSync(path.join(process.env.MO_FAULTS_DIR ?? os.tmpdir(), 'faults-'));
  const net = new Devnet(mosaic, path.join(scratch, 'dev'), validators, port, port + 1);
  try {
    await net.ready();
    for (const [name, stage] of Object.entries(stages)) {
      if (wanted.length && !wanted.includes(name)) continue;
      const start = Date.now();
      await stage(net);
      said(`stage ${name}: ${((Date.now() - start) / 1000).toFixed(0)} s`);
      const alarms = net.alarms().filter((line) => !/guard's store/.test(line) || name !== 'forgetful');
      if (name !== 'broken') check(alarms.length === 0, `no alarm: ${alarms.join('; ')}`);
    }
    for (let i = 0; i < validators; i++) {
      const found = offences(net.votes(`validator-${i}`));
      check(found.length === 0, `validator-${i} signed what offends: ${JSON.stringify(found.slice(0, 2))}`);
    }
  } catch (error) {
    check(false, error.stack);
  } finally {
    await net.stop();
    if (failed === 0) fs.rmSync(scratch, { recursive: true, force: true });
    else said(`state kept in ${scratch}`);
  }
  console.log(`faults: ${passed} passed, ${failed} failed`);
  return failed ? 1 : 0;
}

main().then((status) => process.exit(status));

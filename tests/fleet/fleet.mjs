#!/usr/bin/env node
// Seven validators over two live chains. usage: node tests/fleet/fleet.mjs MOSAIC ORIGIN_PORT AUXILIARY_PORT META_BLOCKS [SEED]
//
// While META_BLOCKS are committed one validator after the other is killed with -9 and started again; then two and three of
// the seven say nothing; then a branch with a checkpoint voted for is taken back. Whoever was killed comes back behind a line
// to a node of origin that has forgotten all states but those of its last blocks, as nodes do that prune. What must hold is read from the chains and
// from the validators' stores. Ends with `fleet: N passed, M failed`.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ethers } from 'ethers';
import { Devnet, offences, sleep, until } from '../faults/devnet.mjs';
import { Line } from '../faults/proxy.mjs';
import { Chains } from './chains.mjs';

const [mosaic, origin_port, aux_port, line_port, meta_blocks, seed = '1'] = process.argv.slice(2);
const validators = 7;
const STATES_KEPT = 8;
const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const roles = [...Array(validators).keys()].map((i) => `validator-${i}`);
let passed = 0;
let failed = 0;

function check(holds, what) {
  if (holds) passed++;
  else {
    failed++;
    console.log(`not ok fleet: ${what}`);
  }
  return holds;
}

const said = (text) => console.log(`# ${text}`);

let state = Number(seed);
function random() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

// Resident memory of a daemon, MiB.
function resident(net, role) {
  const text = fs.readFileSync(`/proc/${net.pid(role)}/status`, 'utf8');
  return Number(text.match(/VmRSS:\s+(\d+)/)[1]) / 1024;
}

// --- one killed every few seconds, while meta-blocks are committed ---------------------------------------------------

const committed = async (chains) => Number(await chains.core.openHeight()) - 1;

// The order of the first kills, so that every validator is soon behind the line; then any.
function next_victim(kills) {
  const order = roles.map((role, i) => [role, (i * 5 + Number(seed)) % validators]).sort((a, b) => a[1] - b[1]);
  return kills < validators ? order[kills][0] : roles[Math.floor(random() * validators)];
}

async function kill_while_committing(net, chains, urls) {
  // The last two are left to what comes after.
  const wanted = Number(meta_blocks) - 2;
  const deadline = Date.now() + 60000 + 60000 * meta_blocks;
  let kills = 0;
  let pruned_since;
  while ((kills < validators || (await committed(chains)) < wanted) && Date.now() < deadline) {
    const role = next_victim(kills);
    await net.end(role);
    await sleep(1000 * random());
    net.start(role, urls);
    kills++;
    if (kills === validators) pruned_since = await net.auxiliary.getBlockNumber();
    await sleep(1500 + 2500 * random());
  }
  check((await committed(chains)) >= wanted, `${wanted} meta-blocks are committed while validators are killed: ${await committed(chains)}`);
  said(`${await committed(chains)} meta-blocks, ${kills} kills`);
  return pruned_since;
}

// Whatever happened meanwhile.
async function all_are_committed(chains) {
  const on = await until(60 + 30 * meta_blocks, async () => (await committed(chains)) >= Number(meta_blocks));
  check(on, `${meta_blocks} meta-blocks are committed in all: ${await committed(chains)}`);
  const commits = await chains.commits();
  for (const { n, took, lowest } of commits) check(took === lowest, `B_${n} takes the lowest checkpoint that reached the gas target: ${took}, not ${lowest}`);
  said(`commits: ${commits.map(({ n, took }) => `B_${n} at ${took}`).join(', ')}`);
}

// A kernel is relayed by a proof that no node of the seven gives any more: it was taken when its block was new.
async function relayed_by_kept_proofs(net, chains, line, since) {
  const relays = async () => (await chains.relays()).filter((relay) => relay.block > since);
  const any = await until(60, async () => (await relays()).length > 0);
  const all = await relays();
  check(any, 'a kernel is relayed while every validator has a node that has pruned its states');
  check(all.every((relay) => relay.age > STATES_KEPT), `and of a block whose state is gone: ${all.map((relay) => relay.age)} blocks old, ${STATES_KEPT} are kept`);
  said(`relays under proofs of blocks ${all.map((relay) => relay.age)} blocks old; ${line.refused} of ${line.proved} questions for a proof refused`);
}

async function nothing_is_missed(chains, last) {
  for (const chain of ['auxiliary', 'origin']) {
    const upto = (list) => list.filter((c) => c.height <= last[chain]);
    const finalised = upto(await chains.checkpoints(chain, 'CheckpointFinalised'));
    const justified = upto(await chains.checkpoints(chain, 'CheckpointJustified'));
    const missing = [Chains.gaps(finalised), Chains.gaps(justified)];
    check(missing.flat().length === 0, `no checkpoint of the ${chain} chain is missed between ${finalised[0].height} and ${finalised.at(-1).height}: not finalised ${missing[0]}, not justified ${missing[1]}`);
    if (chain === 'auxiliary') check(finalised.every((c, i) => c.dynasty === finalised[0].dynasty + i), 'each finalised checkpoint begins a dynasty');
    said(`${chain}: checkpoints ${finalised[0].height} to ${finalised.at(-1).height} finalised`);
  }
}

// --- the guard's record and the chains' -------------------------------------------------------------------------------

function guard_rows(net, role) {
  const file = path.join(net.state, role, 'validator.sqlite');
  const text = 'SELECT lower(hex(struct_hash)), lower(hex(chain)), target_height, lower(hex(signature)) FROM vote';
  const answer = spawnSync('sqlite3', ['-readonly', file, text], { encoding: 'utf8' });
  if (answer.status !== 0) throw new Error(`sqlite3: ${answer.stderr}`);
  return answer.stdout.trim().split('\n').filter(Boolean).map((line) => {
    const [hash, chain, height, signature] = line.split('|');
    return { hash: `0x${hash}`, chain: `0x${chain}`, height: Number(height), signature: `0x${signature}` };
  });
}

// Votes up to the heights `last` that one side has and the other has not.
async function differences(net, chains, all, role, last) {
  const address = new ethers.Wallet(net.key(role)).address;
  const index = await chains.index(address);
  const within = (chain, height) => height <= (chain === chains.ids.origin ? last.origin : last.auxiliary);
  const guard = new Map(guard_rows(net, role).map((row) => [row.hash, row]));
  const votes = all.votes.filter((vote) => vote.index === index);
  const seals = all.sealed.filter((vote) => vote.index === index);
  const recorded = new Set(votes.map((vote) => vote.hash));
  return {
    address,
    foreign: [...votes, ...seals].filter((vote) => !guard.has(vote.hash)),
    other: [...votes, ...seals].filter((vote) => guard.has(vote.hash) && guard.get(vote.hash).signature !== vote.signature),
    unsent: [...guard.values()].filter((row) => within(row.chain, row.height) && !recorded.has(row.hash)),
    strange: [...votes, ...seals].filter((vote) => !chains.is_signed(vote, address)),
    count: votes.length,
    sealed: seals.length,
  };
}

async function records_agree(net, chains, last) {
  const all = { votes: await chains.votes(), sealed: await chains.sealed() };
  for (const role of roles) {
    const d = await differences(net, chains, all, role, last);
    check(d.foreign.length === 0, `${role}: every vote on the chains is in its guard's record: ${d.foreign.map((v) => v.hash)}`);
    check(d.other.length === 0 && d.strange.length === 0, `${role}: with the very signature of the record`);
    check(d.unsent.length === 0, `${role}: every vote of the record is on the chain: not ${d.unsent.map((v) => `${v.chain.slice(0, 10)} ${v.height}`)}`);
    const found = offences(net.votes(role));
    check(found.length === 0, `${role}: nothing signed twice: ${JSON.stringify(found.slice(0, 1))}`);
    said(`${role}: ${d.count} votes recorded, ${d.sealed} in seals`);
  }
}

// --- silence ----------------------------------------------------------------------------------------------------------

// Blocks of the auxiliary chain between a checkpoint and its justification.
async function lags(chains, from) {
  const justified = await chains.checkpoints('auxiliary', 'CheckpointJustified', from);
  return justified.map((c) => ({ height: c.height, lag: c.block - c.height * chains.epochs.auxiliary }));
}

async function silent(net, chains) {
  const epoch = chains.epochs.auxiliary;
  const usual = (await lags(chains, 0)).map((l) => l.lag).sort((a, b) => a - b);
  const median = usual[usual.length >> 1];
  const pids = roles.slice(0, 3).map((role) => net.pid(role));
  const began = await net.auxiliary.getBlockNumber();
  pids.slice(0, 2).forEach((pid) => process.kill(pid, 'SIGSTOP'));
  const next = Math.floor(began / epoch) + 1;
  await until(60, async () => (await lags(chains, began)).filter((l) => l.height >= next).length >= 3);
  const late = (await lags(chains, began)).filter((l) => l.height >= next);
  check(late.length >= 3 && late[0].height === next && late.every((l) => l.lag <= median + epoch),
    `with two of seven silent the rest go on within an epoch: ${late.map((l) => `${l.height} after ${l.lag} blocks`)}, usually ${median}`);
  said(`two of seven silent: justified ${late.map((l) => l.lag)} blocks after the checkpoint, usually ${median}`);
  process.kill(pids[2], 'SIGSTOP');
  const settled = (await net.auxiliary.getBlockNumber()) + 2;
  await until(30, async () => (await net.auxiliary.getBlockNumber()) >= settled);
  const before = [await net.height(0), await net.height(1)];
  const end = (await net.auxiliary.getBlockNumber()) + 2 * epoch;
  await until(60, async () => (await net.auxiliary.getBlockNumber()) >= end);
  const after = [await net.height(0), await net.height(1)];
  check(`${before}` === `${after}`, `with three of seven silent nothing is finalised: ${before} -> ${after}`);
  const returned = Date.now();
  process.kill(pids[0], 'SIGCONT');
  const on = await until(60, async () => (await net.height(0)) >= before[0] + 2 && (await net.height(1)) >= before[1] + 2);
  check(on, 'it resumes by itself when one returns');
  said(`three of seven silent, one returns: two more of each chain final after ${((Date.now() - returned) / 1000).toFixed(1)} s`);
  pids.forEach((pid) => process.kill(pid, 'SIGCONT'));
}

// --- a node of origin that stays behind -------------------------------------------------------------------------------

// One validator's node of origin names an old head, while the others finalise newer blocks of it.
async function behind(net, urls) {
  const role = roles[6];
  await net.end(role, 'SIGTERM');
  const own = await Line.open(0, net.config.originRpc);
  net.start(role, { originRpc: `http://127.0.0.1:${own.server.address().port}` });
  try {
    const size = fs.statSync(net.log_of(role)).size;
    const text = () => fs.readFileSync(net.log_of(role), 'utf8').slice(size);
    check(await until(20, () => /vote-origin.*block/.test(text())), `${role} votes about origin`);
    own.mode = 'stale';
    check(await until(30, () => /speaks of block \d+ of origin/.test(text())), `${role} sees that its node of origin is behind, and waits`);
    const told = text().length;
    own.mode = 'ok';
    check(await until(20, () => /vote-origin.*block/.test(text().slice(told))), `${role} votes again once its node is back`);
    check(!/ALARM/.test(text()), `${role} raises no alarm about a node that was behind`);
  } finally {
    await net.end(role, 'SIGTERM');
    net.start(role, urls);
    own.close();
  }
}

// --- a reorganisation across a checkpoint voted for -------------------------------------------------------------------

async function reorganised(net, chains) {
  const epoch = chains.epochs.auxiliary;
  let taken;
  await until(60, async () => {
    const final = await net.height(0);
    const recent = Math.max(0, (await net.auxiliary.getBlockNumber()) - epoch);
    const fresh = (await chains.place.queryFilter('LinkRegistered', recent)).filter((log) => log.args.link.chain === chains.ids.auxiliary).at(-1);
    const target = Number(fresh?.args.link.targetHeight ?? 0);
    const votes = fresh ? await chains.place.queryFilter(chains.place.filters.VoteRecorded(fresh.args.linkHash), recent) : [];
    // Its source is final by then, and stays; the target is not.
    if (target <= final || 3 * votes.length <= 2 * validators) return false;
    // Some more, for blocks that come before the node hears of it; the source lies an epoch below. Nobody may have voted
    // from the target yet: whoever has can sign no link from below it any more (2.3 (2)), and waits for that branch.
    const above = (await net.auxiliary.getBlockNumber()) - target * epoch;
    if (above > epoch / 2) return false;
    const depth = above + epoch / 4;
    const old = fresh.args.link.target;
    await net.auxiliary.send('anvil_reorg', [depth, []]);
    taken = { target, depth, old, now: (await net.auxiliary.getBlock(target * epoch)).hash };
    return true;
  });
  if (!check(taken !== undefined && taken.old !== taken.now, 'a checkpoint that more than two thirds voted for is taken back')) return;
  const before = [await net.height(0), await net.height(1)];
  const began = Date.now();
  const on = await until(60, async () => (await net.height(0)) >= before[0] + 3 && (await net.height(1)) >= before[1] + 2);
  check(on, `finality goes on after checkpoint ${taken.target} was taken back: ${before} -> ${[await net.height(0), await net.height(1)]}`);
  said(`checkpoint ${taken.target} taken back, ${taken.depth} blocks: three more are final after ${((Date.now() - began) / 1000).toFixed(1)} s`);
  for (const role of roles) {
    const found = offences(net.votes(role));
    check(found.length === 0, `${role}: no offence by the reorganisation: ${JSON.stringify(found.slice(0, 1))}`);
  }
}

// --- the end ----------------------------------------------------------------------------------------------------------

// By TERM, so that a sanitiser has its say about what was not given back.
async function all_end_well(net) {
  const children = roles.map((role) => net.daemons.get(role));
  children.forEach((child) => child.kill('SIGTERM'));
  await until(20, () => children.every((child) => child.exitCode !== null || child.signalCode !== null));
  check(children.every((child) => child.exitCode === 128 + 15), `every validator ends by itself at a TERM: ${children.map((child) => child.exitCode ?? child.signalCode)}`);
  const texts = roles.flatMap((role) => ['log', 'log-by-hand'].map((name) => fs.readFileSync(path.join(net.state, role, name), 'utf8')));
  const reports = texts.join('\n').match(/.*(Sanitizer|runtime error).*/g) ?? [];
  check(reports.length === 0, `no sanitiser reports anything: ${reports.slice(0, 2)}`);
}

async function run(net) {
  await net.ready();
  // Where contracts are compiled, also for a program of another build.
  const chains = new Chains(net, process.env.MO_TEST_BUILD ?? path.join(root, 'build'));
  const line = await Line.open(Number(line_port), net.config.originRpc);
  line.mode = 'forgets';
  line.states_kept = STATES_KEPT;
  try {
    await watch_over(net, chains, line);
  } finally {
    line.close();
  }
}

async function watch_over(net, chains, line) {
  const urls = { originRpc: `http://127.0.0.1:${line_port}` };
  const since = await kill_while_committing(net, chains, urls);
  // The newest votes have their time to be sent; what is compared lies below them.
  const last = { auxiliary: await net.height(0), origin: await net.height(1) };
  await until(40, async () => (await net.height(0)) >= last.auxiliary + 2 && (await net.height(1)) >= last.origin + 2);
  await nothing_is_missed(chains, last);
  await records_agree(net, chains, last);
  said(`resident: ${roles.map((role) => resident(net, role).toFixed(1)).join(', ')} MiB`);
  await silent(net, chains);
  await behind(net, urls);
  await relayed_by_kept_proofs(net, chains, line, since);
  await reorganised(net, chains);
  await all_are_committed(chains);
  check(net.alarms().length === 0, `no alarm: ${net.alarms().slice(0, 2).join('; ')}`);
  check(roles.every((role) => net.pid(role) !== 0), 'every validator runs');
  await all_end_well(net);
}

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'fleet-'));
const began = Date.now();
const net = new Devnet(mosaic, path.join(scratch, 'dev'), validators, origin_port, aux_port);
try {
  await run(net);
} catch (error) {
  check(false, error.stack);
} finally {
  roles.map((role) => net.pid(role)).filter(Boolean).forEach((pid) => process.kill(pid, 'SIGCONT'));
  await net.stop();
  if (failed === 0) fs.rmSync(scratch, { recursive: true, force: true });
  else said(`state kept in ${scratch}`);
}
said(`${((Date.now() - began) / 1000).toFixed(0)} s`);
console.log(`fleet: ${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

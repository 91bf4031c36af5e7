// Recovery after a halt on live chains, from an archive alone: balances, a stake that was not minted, a redeem that was not
// delivered; in the end the escrow is empty. usage: recovery.mjs MOSAIC
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawn, spawnSync } from 'node:child_process';
import { ethers } from 'ethers';
import { Devnet, sleep, until } from '../faults/devnet.mjs';
import { Tally } from './tally.mjs';

const mosaic = process.argv[2];
const validators = 4;
const HALT_AFTER = 300;
const HALT_WINDOW = 120;
const TOKEN = 10n ** 18n;
const t = new Tally('recovery');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'recovery-'));
const ports = spawnSync(path.join(path.dirname(new URL(import.meta.url).pathname), '..', 'free-ports'), ['2'], { encoding: 'utf8' });
const net = new Devnet(mosaic, path.join(scratch, 'dev'), validators, ...ports.stdout.trim().split('\n'), ['--watch']);
const config = path.join(net.state, 'devnet.json');
const dead = path.join(scratch, 'dead.json'); // the auxiliary node is a port where nothing listens
const archive = path.join(scratch, 'archive');

function run(words, key, file = config, more = []) {
  const args = [...words, '--config', file, '--key', path.join(net.state, 'keys', `${key}.key`), '--state', path.join(scratch, key), ...more];
  const done = spawnSync('timeout', ['90', mosaic, ...args, '--json'], { encoding: 'utf8' });
  try {
    done.told = JSON.parse(done.stdout);
  } catch {
    done.told = {};
  }
  return done;
}

async function halt(core) {
  const names = [...Array(validators).keys()].map((i) => `validator-${i}`);
  names.forEach((role) => process.kill(net.pid(role), 'SIGSTOP'));
  const stake = run(['stake', '--amount', '5'], 'holder');
  t.that('a stake is declared that nobody will mint', stake.status === 0, stake.stderr);
  await net.origin.send('evm_increaseTime', [HALT_AFTER]);
  t.that('the watcher challenges the silence', await until(30, async () => (await core.queryFilter('HaltChallenged')).length === 1));
  await net.origin.send('evm_increaseTime', [HALT_WINDOW + 1]);
  t.that('the core halts', await until(30, async () => (await core.status()) === 2n));
  return stake.told.id;
}

// A stake that its sender declared itself: revoked at once, and brought to its end on both chains by the verb alone.
async function revoke(token) {
  const holder = ethers.computeAddress(net.key('holder'));
  const before = await token.balanceOf(holder);
  const id = run(['stake', '--amount', '1'], 'holder').told.id;
  const other = run(['revoke', id, '--dry-run'], 'deployer');
  t.that('only its sender revokes a message', other.status === 2 && /only its sender/.test(other.stderr), other.stderr);
  const done = run(['revoke', id, '--wait'], 'holder');
  t.that('a revocation comes to its end', done.status === 0 && /revokeInbox/.test(done.stderr) && /revokeOutbox/.test(done.stderr), done.stderr);
  const list = spawnSync(mosaic, ['transfer', 'list', '--config', config], { encoding: 'utf8' }).stdout;
  t.that('both boxes are Revoked', new RegExp(`${id} .*outbox Revoked, inbox Revoked`).test(list), list);
  t.that('the sender has its tokens again, to the unit', (await token.balanceOf(holder)) === before, await token.balanceOf(holder));
}

const claims = (told) => (told.claims ?? []).map((c) => `${c.call}${c.paid ? '' : ' not paid'}`).sort().join(', ');

async function recover(token, gateway) {
  const escrow = () => token.balanceOf(gateway);
  const holder = ethers.computeAddress(net.key('holder'));
  const [before, held] = [await token.balanceOf(holder), await escrow()];
  const dry = run(['recover', '--dry-run'], 'holder', dead, ['--archive', archive]);
  t.that('a dry run tells three claims and sends nothing', dry.told.claims?.length === 3 && (await escrow()) === held, dry.stderr || dry.stdout);
  const paid = run(['recover'], 'holder', dead, ['--archive', archive]);
  t.that('balance, stake and redeem of the holder are paid with no auxiliary node', claims(paid.told) === 'deliver, recoverBalance, refundStake', paid.stderr || paid.stdout);
  const sum = (paid.told.claims ?? []).reduce((total, c) => total + BigInt(c.amount), 0n);
  t.that('what is paid is what is told, to the unit', (await token.balanceOf(holder)) - before === sum && sum > 0n, sum);
  const again = run(['recover'], 'holder', dead, ['--archive', archive]);
  t.that('nothing is paid twice', again.status === 0 && again.told.claims?.length === 0, again.stderr || again.stdout);
  t.that('the escrow holds what the facilitator has', (await escrow()) > 0n && (await escrow()) < TOKEN, await escrow());
  const rest = run(['recover'], 'facilitator', dead, ['--archive', archive]);
  t.that('the facilitator is paid its rewards', claims(rest.told) === 'recoverBalance', rest.stderr || rest.stdout);
  t.that('the escrow is empty, to the unit', (await escrow()) === 0n, await escrow());
}

// A byte of a proof changed, and a header of another block.
function lies(number) {
  const file = path.join(archive, `${number}.json`);
  const text = fs.readFileSync(file, 'utf8');
  const wrong = JSON.parse(text);
  const [holder, proof] = Object.entries(wrong.balances)[0];
  wrong.balances[holder] = proof.replace(/(0xf8[0-9a-f]{20})./, (all, head) => head + (all.endsWith('0') ? '1' : '0'));
  const judged = (what, content, names) => {
    fs.writeFileSync(file, content);
    const done = run(['recover', '--dry-run'], 'holder', dead, ['--archive', archive]);
    t.that(`an archive with ${what} is refused`, done.status !== 0 && names.test(done.stderr), done.stderr + done.stdout);
  };
  for (const name of Object.keys(wrong.balances)) wrong.balances[name] = wrong.balances[holder];
  judged('a changed proof', JSON.stringify(wrong), /proof|answer|malformed|verif/i);
  judged('another version', text.replace('"version": 1', '"version": 2'), /version/);
  fs.rmSync(file);
  judged_missing(file);
  fs.writeFileSync(file, text);
}

function judged_missing(file) {
  const done = run(['recover', '--dry-run'], 'holder', dead, ['--archive', archive]);
  t.that('an archive that is not there is named', done.status === 2 && done.stderr.includes(path.basename(file)), done.stderr);
}

let archiver;
try {
  await net.ready();
  const abi = ['function status() view returns (uint8)', 'function committed() view returns (uint64, uint64, uint64 sourceHeight, uint64)', 'event HaltChallenged(address indexed challenger, uint64 haltableAt)'];
  const core = new ethers.Contract(net.config.core, abi, net.origin);
  const token = new ethers.Contract(net.config.valueToken, ['function balanceOf(address) view returns (uint256)'], net.origin);
  t.that('the gateway opens', await until(120, () => /gateway: open/.test(fs.readFileSync(net.log, 'utf8'))));
  fs.writeFileSync(dead, JSON.stringify({ ...net.config, auxiliaryRpc: 'http://127.0.0.1:1' }));
  archiver = spawn(mosaic, ['archive', '--config', config, '--state', archive], { stdio: 'ignore' });
  const early = run(['recover', '--dry-run'], 'holder');
  t.that('nothing is recovered from a living core', early.status === 2 && /not halted/.test(early.stderr), early.stderr);
  const across = run(['stake', '--amount', '10', '--wait'], 'holder', config, ['--inbox', path.join(net.state, 'facilitator', 'inbox')]);
  t.that('ten tokens are minted', across.status === 0, across.stderr);
  await net.end('facilitator');
  const redeem = run(['redeem', '--amount', '2'], 'holder');
  t.that('a redeem is declared that nobody delivers', redeem.status === 0, redeem.stderr);
  const block = redeem.told.transactions?.at(-1)?.block;
  await revoke(token);
  const covered = await until(60, async () => Number((await core.committed()).sourceHeight) * net.config.epoch >= block);
  t.that('a meta-block shows the redeem', covered);
  const unminted = await halt(core);
  const number = Number((await core.committed()).sourceHeight) * net.config.epoch;
  const has = () => JSON.parse(fs.readFileSync(path.join(archive, `${number}.json`), 'utf8')).stakes[unminted];
  t.that('the archive of the last committed source has the stake that came after it', await until(30, has));
  archiver.kill('SIGKILL');
  lies(number);
  await recover(token, net.config.gateway);
} catch (error) {
  t.that('the run comes to its end', false, error.stack);
} finally {
  archiver?.kill('SIGKILL');
  for (let i = 0; i < validators; i++) if (net.pid(`validator-${i}`)) process.kill(net.pid(`validator-${i}`), 'SIGCONT');
  await net.stop();
  await sleep(200);
  if (t.failed === 0) fs.rmSync(scratch, { recursive: true, force: true });
  else console.log(`  logs in ${scratch}`);
}
t.end();

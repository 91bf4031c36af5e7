// A user without the papers: the commands of README.md's "Move tokens across and back", run as they stand there.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ethers } from 'ethers';
import { until } from '../faults/devnet.mjs';

// The indented command lines of the section, in order.
export function commands(readme) {
  const section = readme.split(/^## /m).find((part) => part.startsWith('Move tokens'));
  return section.split('\n').filter((line) => /^ {4}build\/mosaic /.test(line)).map((line) => line.trim());
}

function run(folder, line) {
  const started = Date.now();
  const done = spawnSync('bash', ['-c', `exec timeout 120 ${line}`], { cwd: folder, encoding: 'utf8' });
  return { ...done, seconds: (Date.now() - started) / 1000, told: /^message +(0x[0-9a-f]{64})$/m.exec(done.stdout)?.[1] };
}

const TOKEN = ['function balanceOf(address) view returns (uint256)'];
const ended = (out, id) => new RegExp(`${id} .*outbox Progressed, inbox Progressed`).test(out);

// Runs all of them on a devnet that is `ready`; its folder holds build and .mosaic.
export async function readme(t, devnet, folder, lines) {
  const [, stake, status, redeem, list, finish] = lines;
  const token = new ethers.Contract(devnet.config.valueToken, TOKEN, devnet.origin);
  const utility = new ethers.Contract(devnet.config.utilityToken, TOKEN, devnet.auxiliary);
  const holder = new ethers.Wallet(devnet.key('holder')).address;
  const before = await token.balanceOf(holder);

  const across = run(folder, stake);
  t.that(`readme: the stake crosses (${across.seconds.toFixed(1)} s)`, across.status === 0 && across.told, across.stderr);
  const minted = await utility.balanceOf(holder);
  t.that('readme: ten tokens less the reward are minted', minted > 99n * 10n ** 17n && minted <= 10n ** 19n, minted);
  const said = run(folder, status.replace('ID', across.told));
  t.that('readme: its status tells that it has ended', said.status === 0 && /it has ended/.test(said.stdout), said.stderr);
  const back = run(folder, redeem);
  t.that(`readme: the redeem comes back (${back.seconds.toFixed(1)} s)`, back.status === 0 && back.told, back.stderr);
  const returned = (await token.balanceOf(holder)) - before + 10n ** 19n;
  t.that('readme: four tokens less the reward are released', returned > 39n * 10n ** 17n && returned <= 4n * 10n ** 18n, returned);
  const all = run(folder, list);
  t.that('readme: the list tells both', ended(all.stdout, across.told) && ended(all.stdout, back.told), all.stdout + all.stderr);
  await without_facilitator(t, devnet, folder, { stake, status, finish, list });
}

// The facilitator is killed with a message declared and not carried; what the README says then finishes it.
async function without_facilitator(t, devnet, folder, { stake, status, finish, list }) {
  const third = run(folder, stake.replace(' --wait', ''));
  const id = third.told;
  t.that('readme: a stake is handed over', third.status === 0 && id, third.stderr);
  const declared = await until(30, () => run(folder, status.replace('ID', id)).status === 0);
  await devnet.end('facilitator');
  const now = run(folder, `${status.replace('ID', id)} --json`);
  const stands = now.status === 0 ? JSON.parse(now.stdout) : {};
  t.that('readme: its facilitator is dead before it is carried', declared && !stands.ended && devnet.pid('facilitator') === 0, now.stdout);
  t.that('readme: the status tells the command', stands.command?.startsWith(finish.replace(/^build\//, '').replace('ID', id).split(' --')[0]), stands.command);
  const done = run(folder, finish.replace('ID', id));
  t.that(`readme: transfer finish carries it to its end (${done.seconds.toFixed(1)} s)`, done.status === 0, done.stderr);
  t.that('readme: both boxes are Progressed', ended(run(folder, list).stdout, id));
  const again = run(folder, finish.replace('ID', id));
  t.that('readme: to finish it again is no error and sends nothing', again.status === 0 && !/gas/.test(again.stderr), again.stderr);
}

// A folder as README.md's reader has it: build/mosaic in it, and the devnet's .mosaic to come.
export function reader_folder(scratch, mosaic) {
  const folder = path.join(scratch, 'reader');
  fs.mkdirSync(path.join(folder, 'build'), { recursive: true });
  fs.symlinkSync(path.resolve(mosaic), path.join(folder, 'build', 'mosaic'));
  return folder;
}


// A user with the README alone, then many transfers by facilitators that compete and are killed.
// usage: transfers.mjs MOSAIC; MOSAIC_TRANSFERS each way (50), MOSAIC_TRANSFER_SEED (1)
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import { Devnet, until } from '../faults/devnet.mjs';
import { many } from './many.mjs';
import { commands, readme, reader_folder } from './readme.mjs';
import { Tally } from './tally.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const mosaic = process.argv[2];
const count = Number(process.env.MOSAIC_TRANSFERS ?? 50);
let seed = Number(process.env.MOSAIC_TRANSFER_SEED ?? 1);

// Mulberry32: the same run for the same seed, as far as two chains and a scheduler allow.
function random() {
  seed = (seed + 0x6d2b79f5) | 0;
  let x = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
  return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
}

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'transfers-'));
const [origin_port, aux_port] = spawnSync(path.join(here, '..', 'free-ports'), ['2'], { encoding: 'utf8' }).stdout.trim().split('\n');
const lines = commands(fs.readFileSync(path.join(here, '..', '..', 'README.md'), 'utf8'));
const folder = reader_folder(scratch, mosaic);
const t = new Tally('transfers');
const devnet = new Devnet(mosaic, path.join(folder, '.mosaic'), 4, origin_port, aux_port);
try {
  t.that('README.md has its six commands', lines.length === 6 && lines[0] === 'build/mosaic devnet', lines);
  await devnet.ready();
  const open = await until(120, () => /gateway: open/.test(fs.readFileSync(devnet.log, 'utf8')));
  if (t.that('the gateway opens', open, fs.readFileSync(devnet.log, 'utf8').slice(-400))) {
    await readme(t, devnet, folder, lines);
    await many(t, devnet, count, random);
  }
} catch (error) {
  t.that('the run comes to its end', false, error.stack);
} finally {
  await devnet.stop();
  if (t.failed === 0) fs.rmSync(scratch, { recursive: true, force: true });
  else console.log(`  logs in ${scratch}`);
}
t.end();

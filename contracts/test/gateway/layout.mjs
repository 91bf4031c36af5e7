#!/usr/bin/env node
// Compares the compiler's storage layout of the pair with the slots that are protocol (gateway 7.1, 7.5):
//   forge build && node contracts/test/gateway/layout.mjs
// Prints one line for each contract; exit status 1 if a slot differs.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const bus = [
  ['linkWord', 0, 'bytes32'],
  ['deactivation', 1, 'uint256'],
  ['outbox', 2, 'mapping(bytes32 => bytes32)'],
  ['inbox', 3, 'mapping(bytes32 => bytes32)'],
];
const expected = {
  Gateway: bus,
  CoGateway: bus,
};

let wrong = 0;
for (const [name, slots] of Object.entries(expected)) {
  const artifact = JSON.parse(readFileSync(join(root, `build/contracts/out/${name}.sol/${name}.json`), 'utf8'));
  const { storage, types } = artifact.storageLayout;
  for (const [label, slot, type] of slots) {
    const at = storage.filter((s) => Number(s.slot) === slot);
    const good = at.length === 1 && at[0].label === label && at[0].offset === 0 && types[at[0].type].label === type;
    if (good) continue;
    wrong += 1;
    const seen = at.map((s) => `${types[s.type].label} ${s.label}`).join(', ') || 'nothing';
    console.log(`${name}: slot ${slot} should hold ${type} ${label}, holds ${seen}`);
  }
  console.log(`${name}: ${slots.length} slots compared`);
}
process.exit(wrong === 0 ? 0 : 1);

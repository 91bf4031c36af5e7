// The table of `make bench`: the times that build/bench measured, and those of ethers and @ethereumjs on the same bytes in
// the same run. Writes all of it to build/bench.json.
import fs from 'node:fs';
import { SigningKey, decodeRlp, getBytes, keccak256, recoverAddress } from 'ethers';
import { RLP } from '@ethereumjs/rlp';
import { MerklePatriciaTrie, verifyMerkleProof } from '@ethereumjs/mpt';

const ROUNDS = 11;
const [file] = process.argv.slice(2);
const ours = JSON.parse(fs.readFileSync(file));
const { header, root, key, proof, thousand } = ours.inputs;

// Nanoseconds of one run, the median of the rounds.
async function median_of(times, operation) {
  const rounds = [];
  for (let i = 0; i < ROUNDS; i++) {
    const start = process.hrtime.bigint();
    for (let j = 0; j < times; j++) await operation();
    rounds.push(Number(process.hrtime.bigint() - start) / times);
  }
  return rounds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
}

function index_bytes(i) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(0, i, true);
  return bytes;
}

async function build_root(entries) {
  const trie = new MerklePatriciaTrie();
  for (const [k, v] of entries) await trie.put(k, v);
  return trie.root();
}

const entries = Array.from({ length: 1000 }, (_, i) => {
  const index = index_bytes(i);
  const value = new Uint8Array(40).fill(index[0] | 1);
  value.set(index);
  return [getBytes(keccak256(index)), value];
});
const header_bytes = getBytes(header);
const nodes = proof.map((node) => getBytes(node));
const signing = new SigningKey('0x' + '42'.repeat(32));
const digest = keccak256('0x' + '42'.repeat(32));
const signature = signing.sign(digest);

// The same answers first, or the times compare nothing.
const same = Buffer.from(await build_root(entries)).toString('hex') === thousand.slice(2);
const value = await verifyMerkleProof(getBytes(key), nodes, { root: getBytes(root) });
if (!same || value === null) throw new Error('bench: another library gives another answer');

const ethers = {
  'keccak of 32 bytes': await median_of(500, () => keccak256(header_bytes.subarray(0, 32))),
  'keccak of a header': await median_of(200, () => keccak256(header_bytes)),
  'decode a header': await median_of(500, () => decodeRlp(header_bytes)),
  sign: await median_of(20, () => signing.sign(digest)),
  recover: await median_of(20, () => recoverAddress(digest, signature)),
};
const ethereumjs = {
  'decode a header': await median_of(500, () => RLP.decode(header_bytes)),
  'verify a proof of 8 nodes': await median_of(20, () => verifyMerkleProof(getBytes(key), nodes, { root: getBytes(root) })),
  'root of 1,000 entries': await median_of(1, () => build_root(entries)),
};

const shown = (ns) => (ns === undefined ? '-' : ns < 1e4 ? `${ns.toFixed(0)} ns` : ns < 1e7 ? `${(ns / 1e3).toFixed(1)} us` : `${(ns / 1e6).toFixed(1)} ms`);
const row = (cells) => console.log(cells[0].padEnd(28) + cells.slice(1).map((c) => c.padStart(14)).join(''));
row(['', 'mosaic', 'a second', 'ethers', '@ethereumjs']);
for (const [name, ns] of Object.entries(ours.times)) {
  row([name, shown(ns), Math.round(1e9 / ns).toLocaleString('en'), shown(ethers[name]), shown(ethereumjs[name])]);
}
const ratio = ours.times['verify a proof of 8 nodes'] / ours.times['keccak of the 8 nodes'];
console.log(`a proof takes ${ratio.toFixed(2)} times the keccak of its nodes`);
fs.writeFileSync(file, JSON.stringify({ unit: 'ns', mosaic: ours.times, ethers, ethereumjs, proof_to_keccak: ratio }, null, 2) + '\n');

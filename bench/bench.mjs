// The table of `make bench`: the times that build/bench measured, and those of ethers and @ethereumjs on the same bytes in
// the same run. Writes all of it to build/bench.json.
import fs from 'node:fs';
import { SigningKey, decodeRlp, encodeRlp, getBytes, keccak256, recoverAddress, toBeArray } from 'ethers';
import { RLP } from '@ethereumjs/rlp';
import { MerklePatriciaTrie, verifyMerkleProof } from '@ethereumjs/mpt';
import { createBlockHeaderFromRPC } from '@ethereumjs/block';
import { Common, Mainnet } from '@ethereumjs/common';
import { createTx } from '@ethereumjs/tx';
import { bytesToHex } from '@ethereumjs/util';

const ROUNDS = 11;
const [file] = process.argv.slice(2);
const ours = JSON.parse(fs.readFileSync(file));
const { header, root, key, proof, thousand, all, chain } = ours.inputs;

// Nanoseconds of one run, the median of the rounds.
// Of the processor, as bench.c counts; what the collector's threads take is the library's too.
function cpu_ns() {
  const used = process.cpuUsage();
  return 1000 * (used.user + used.system);
}

async function median_of(times, operation) {
  const rounds = [];
  for (let i = 0; i < ROUNDS; i++) {
    const start = cpu_ns();
    for (let j = 0; j < times; j++) await operation();
    rounds.push((cpu_ns() - start) / times);
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

// Headers of Prague: the members in the order of their RLP; quantities lose their zeros, data keeps them.
const MEMBERS = ['parentHash', 'sha3Uncles', 'miner', 'stateRoot', 'transactionsRoot', 'receiptsRoot', 'logsBloom',
  'difficulty:', 'number:', 'gasLimit:', 'gasUsed:', 'timestamp:', 'extraData', 'mixHash', 'nonce', 'baseFeePerGas:',
  'withdrawalsRoot', 'blobGasUsed:', 'excessBlobGas:', 'parentBeaconBlockRoot', 'requestsHash'];
const item = (result, member) => (member.endsWith(':') ? toBeArray(result[member.slice(0, -1)]) : result[member]);
const hash_by_ethers = (result) => keccak256(encodeRlp(MEMBERS.map((member) => item(result, member))));
const common = new Common({ chain: Mainnet, hardfork: 'prague' });
const hash_by_ethereumjs = (result) => bytesToHex(createBlockHeaderFromRPC(result, { common, skipConsensusFormatValidation: true }).hash());
const common_keccak = new MerklePatriciaTrie()['_opts'].useKeyHashingFunction; // what @ethereumjs hashes with
function verify_chain(text, hash_of) {
  let parent = null;
  for (const { result } of JSON.parse(text)) {
    const hash = hash_of(result);
    if (hash !== result.hash || (parent !== null && parent !== result.parentHash)) throw new Error('bench: a header is wrong');
    parent = hash;
  }
}

const all_entries = Array.from({ length: 100000 }, (_, i) => {
  const index = index_bytes(i);
  const value = new Uint8Array(40).fill(index[0] | 1);
  value.set(index);
  return [getBytes(keccak256(index)), value];
});
const entries = all_entries.slice(0, 1000);
const text = JSON.stringify(chain);
const header_bytes = getBytes(header);
const nodes = proof.map((node) => getBytes(node));
const signing = new SigningKey('0x' + '42'.repeat(32));
const digest = keccak256('0x' + '42'.repeat(32));
const signature = signing.sign(digest);

// The same answers first, or the times compare nothing.
const is_root = async (of, expected) => Buffer.from(await build_root(of)).toString('hex') === expected.slice(2);
const started = cpu_ns();
const all_same = await is_root(all_entries, all); // seconds long, so that one run must do
const all_took = cpu_ns() - started;
const same = all_same && (await is_root(entries, thousand));
const value = await verifyMerkleProof(getBytes(key), nodes, { root: getBytes(root) });
if (!same || value === null) throw new Error('bench: another library gives another answer');

const secret = new Uint8Array(32).fill(0x42);
const unsigned = createTx({ type: 2, chainId: 1, to: '0x' + '11'.repeat(20) }, { common });
const signed = unsigned.sign(secret);

const ethers = {
  'keccak of 32 bytes': await median_of(500, () => keccak256(header_bytes.subarray(0, 32))),
  'keccak of a header': await median_of(200, () => keccak256(header_bytes)),
  'decode a header': await median_of(500, () => decodeRlp(header_bytes)),
  'verify 256 headers from JSON': await median_of(1, () => verify_chain(text, hash_by_ethers)),
  sign: await median_of(20, () => signing.sign(digest)),
  recover: await median_of(20, () => recoverAddress(digest, signature)),
};
const ethereumjs = {
  'decode a header': await median_of(500, () => RLP.decode(header_bytes)),
  'verify a proof of 8 nodes': await median_of(20, () => verifyMerkleProof(getBytes(key), nodes, { root: getBytes(root) })),
  'keccak of 32 bytes': await median_of(500, () => common_keccak(header_bytes.subarray(0, 32))),
  'keccak of a header': await median_of(200, () => common_keccak(header_bytes)),
  'verify 256 headers from JSON': await median_of(1, () => verify_chain(text, hash_by_ethereumjs)),
  'root of 100,000 entries': all_took,
  sign: await median_of(20, () => unsigned.sign(secret)),
  recover: await median_of(20, () => signed.getSenderAddress() && (signed.cache.senderPubKey = undefined)),
  'root of 1,000 entries': await median_of(1, () => build_root(entries)),
};

const shown = (ns) => (ns === undefined ? '-' : ns < 1e4 ? `${ns.toFixed(0)} ns` : ns < 1e7 ? `${(ns / 1e3).toFixed(1)} us` : `${(ns / 1e6).toFixed(1)} ms`);
const row = (cells) => console.log(cells[0].padEnd(30) + cells.slice(1).map((c) => c.padStart(14)).join(''));
row(['', 'mosaic', 'a second', 'ethers', '@ethereumjs']);
for (const [name, ns] of Object.entries(ours.times)) {
  row([name, shown(ns), Math.round(1e9 / ns).toLocaleString('en'), shown(ethers[name]), shown(ethereumjs[name])]);
}
const ratio = ours.times['verify a proof of 8 nodes'] / ours.times['keccak of the 8 nodes'];
const headers = chain.length * 1e9 / ours.times['verify 256 headers from JSON'];
const by_library = chain.length * 1e9 / ours.times['the same by the JSON library'];
console.log(`a proof takes ${ratio.toFixed(2)} times the keccak of its nodes, one after the other`);
console.log(`${Math.round(headers).toLocaleString('en')} headers a second from JSON; ${Math.round(by_library).toLocaleString('en')} by the JSON library`);
const report = { unit: 'ns', mosaic: ours.times, ethers, ethereumjs, proof_to_keccak: ratio, headers_a_second: headers, headers_a_second_by_library: by_library };
fs.writeFileSync(file, JSON.stringify(report, null, 2) + '\n');

// Vectors for the unit tests of src/eth, from ethers (an independent implementation) with a fixed seed.
//
//   node scripts/vectors.mjs           writes vectors/*.txt
//   node scripts/vectors.mjs --check   writes nothing; fails when a file differs
//
// What viem and @ethereumjs compute too (scripts/vectors-cross.mjs) must agree before anything is written.
//
// One case per line, fields parted by one space, "-" for a field that is absent, # begins a comment.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as ethers from 'ethers';
import { abi_value_rows } from './vectors-abi.mjs';
import { cross_check } from './vectors-cross.mjs';
import { keystore_rows, mnemonic_rows } from './vectors-keys.mjs';
import { transaction_type_rows } from './vectors-transaction.mjs';
import { list_rows, long_list_rows, root_rows, trie_rows } from './vectors-trie.mjs';
import { typed_rows } from './vectors-typed.mjs';
import { rng } from './vectors-rng.mjs';

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'vectors');
const hex = ethers.hexlify;
const word = (n) => ethers.toBeHex(n, 32);

function keccak_rows() {
  const r = rng('keccak');
  const sizes = [...Array(20).keys(), 55, 56, 63, 64, 65, 71, 72, 127, 128, 134, 135, 136, 137, 143, 144, 271, 272, 273, 408, 600, 1000];
  return sizes.map((n) => {
    const bytes = r.bytes(n);
    return [hex(bytes), ethers.keccak256(bytes), ethers.sha256(bytes)];
  });
}

function hmac_rows() {
  const r = rng('hmac');
  return [0, 1, 20, 32, 63, 64, 65, 131].map((n) => {
    const [key, text] = [r.bytes(n), r.bytes(r.below(150))];
    return [hex(key), hex(text), ethers.computeHmac('sha256', key, text)];
  });
}

// A tree as text: a string is its hex, a list is its items between [ and ].
const tree_text = (t) => (typeof t === 'string' ? t : ['[', ...t.map(tree_text), ']'].join(','));
function rlp_rows() {
  const r = rng('rlp');
  const string = () => hex(r.bytes(r.pick([0, 1, 1, 2, 20, 32, 54, 55, 56, 57, 255, 256])));
  const tree = (depth) => (depth === 0 || r.below(3) === 0 ? string() : Array.from({ length: r.below(6) }, () => tree(depth - 1)));
  const fixed = ['0x', '0x00', '0x7f', '0x80', '0xff', [], [[]], [[], [[]], [[], [[]]]]];
  return [...fixed, ...Array.from({ length: 40 }, () => tree(4))].map((t) => [tree_text(t), ethers.encodeRlp(t)]);
}

function u256_rows() {
  const r = rng('u256');
  const top = (1n << 256n) - 1n;
  const edges = [0n, 1n, 2n, (1n << 32n) - 1n, 1n << 32n, (1n << 64n) - 1n, 1n << 64n, 1n << 255n, top - 1n, top];
  const any = () => (r.below(4) === 0 ? r.pick(edges) : BigInt(hex(r.bytes(32))) >> BigInt(r.below(256)));
  const checked = (n) => (n >= 0n && n <= top ? word(n) : '-');
  const row = ([a, b, c, s]) => [
    word(a), word(b), word(c), String(s), checked(a + b), checked(a - b), checked(a * b), b ? word(a / b) : '-', b ? word(a % b) : '-',
    c ? checked((a * b) / c) : '-', word((a << BigInt(s)) & top), word(a >> BigInt(s)), a.toString(), '0x' + a.toString(16),
  ];
  const pairs = edges.flatMap((a) => edges.map((b) => [a, b, r.pick(edges), r.below(300)]));
  return [...pairs, ...Array.from({ length: 120 }, () => [any(), any(), any(), r.below(300)])].map(row);
}

// Words as the EVM's signed operations, bits and powers take them; a row of edges and one of numbers at random.
function u256_signed_rows() {
  const r = rng('u256-signed');
  const size = 1n << 256n;
  const edges = [0n, 1n, 2n, size - 1n, size - 2n, 1n << 255n, (1n << 255n) - 1n, (1n << 255n) + 1n, 0x80n, 0x7fn, 1n << 64n];
  const any = () => (r.below(4) === 0 ? r.pick(edges) : BigInt(hex(r.bytes(32))) >> BigInt(r.below(256)));
  const wrap = (n) => word(BigInt.asUintN(256, n));
  const signed = (n) => BigInt.asIntN(256, n);
  const power = (a, b) => {
    let out = 1n;
    for (const bit of b.toString(2)) out = BigInt.asUintN(256, out * out * (bit === '1' ? a : 1n));
    return out;
  };
  const row = ([a, b, c, s]) => [
    word(a), word(b), word(c), String(s), wrap(a * b), wrap(power(a, b)), c ? word((a + b) % c) : '-', c ? word((a * b) % c) : '-',
    signed(a) < signed(b) ? '1' : '0', b ? wrap(signed(a) / signed(b)) : '-', b ? wrap(signed(a) % signed(b)) : '-',
    wrap(signed(a) >> BigInt(s)), wrap(BigInt.asIntN(8 * ((s % 40) + 1), s % 40 < 32 ? a : signed(a))), word(a & b), word(a | b), word(a ^ b), wrap(~a),
  ];
  const pairs = edges.flatMap((a) => edges.map((b) => [a, b, r.pick(edges), r.below(300)]));
  return [...pairs, ...Array.from({ length: 120 }, () => [any(), any(), any(), r.below(300)])].map(row);
}

const wallet = (r) => new ethers.SigningKey(hex(r.bytes(32)));

function signature_rows() {
  const r = rng('secp');
  return Array.from({ length: 40 }, () => {
    const key = wallet(r);
    const digest = hex(r.bytes(32));
    const s = key.sign(digest);
    return [key.privateKey, digest, ethers.computeAddress(key), '0x' + key.publicKey.slice(4), s.r, s.yParityAndS];
  });
}

function address_rows() {
  const r = rng('address');
  return Array.from({ length: 30 }, (_, i) => {
    const from = ethers.getAddress(hex(r.bytes(20)));
    const nonce = [0, 1, 127, 128, 255, 256, 0xffffff][i] ?? r.below(1 << 30);
    const [salt, code] = [hex(r.bytes(32)), hex(r.bytes(32))];
    return [from, String(nonce), ethers.getCreateAddress({ from, nonce }), salt, code, ethers.getCreate2Address(from, salt, code)];
  });
}

// access list: address:slot:slot;address:slot
function transaction_rows() {
  const r = rng('transaction');
  const wei = () => BigInt(hex(r.bytes(1 + r.below(12)))) >> BigInt(r.below(20));
  return Array.from({ length: 30 }, (_, i) => {
    const key = wallet(r);
    const access = Array.from({ length: i % 3 }, () => [hex(r.bytes(20)), Array.from({ length: r.below(3) }, () => hex(r.bytes(32)))]);
    const fields = { chainId: 1 + r.below(1 << 30), nonce: r.below(300), tip: wei(), fee: wei(), gas: r.below(1 << 24), to: i % 5 === 4 ? null : hex(r.bytes(20)), value: i % 4 ? wei() : 0n, input: hex(r.bytes(r.pick([0, 1, 4, 36, 100, 300]))) };
    const tx = ethers.Transaction.from({ type: 2, chainId: fields.chainId, nonce: fields.nonce, maxPriorityFeePerGas: fields.tip, maxFeePerGas: fields.fee + fields.tip, gasLimit: fields.gas, to: fields.to, value: fields.value, data: fields.input, accessList: access });
    const unsigned = tx.unsignedSerialized;
    tx.signature = key.sign(tx.unsignedHash);
    const list = access.map(([a, slots]) => [a, ...slots].join(':')).join(';');
    return [key.privateKey, fields.chainId, fields.nonce, word(fields.tip), word(fields.fee + fields.tip), fields.gas, fields.to ?? '-', word(fields.value), fields.input, list || '-', unsigned, tx.serialized, tx.hash].map(String);
  });
}

const KERNEL = { Kernel: [{ name: 'height', type: 'uint64' }, { name: 'parent', type: 'bytes32' }, { name: 'updates', type: 'ValidatorUpdate[]' }, { name: 'gasTarget', type: 'uint256' }], ValidatorUpdate: [{ name: 'validator', type: 'address' }, { name: 'weight', type: 'uint96' }, { name: 'kind', type: 'uint8' }] };
const NOTE = { Note: [{ name: 'open', type: 'bool' }, { name: 'text', type: 'string' }, { name: 'raw', type: 'bytes' }, { name: 'hash', type: 'bytes32' }] };

// name version chainId contract salt | height parent validator weight kind gasTarget | open text raw | domain, both hashes, both digests
function eip712_rows() {
  const r = rng('eip712');
  return Array.from({ length: 32 }, (_, i) => {
    const domain = {};
    if (i & 1) domain.name = 'Mosaic' + i;
    if (i & 2) domain.version = String(i);
    if (i & 4) domain.chainId = BigInt(hex(r.bytes(12)));
    if (i & 8) domain.verifyingContract = hex(r.bytes(20));
    if (i & 16) domain.salt = hex(r.bytes(32));
    const update = { validator: hex(r.bytes(20)), weight: r.below(1 << 30), kind: i % 4 };
    const kernel = { height: i * 1000, parent: hex(r.bytes(32)), updates: Array(i % 3).fill(update), gasTarget: BigInt(hex(r.bytes(32))) };
    const note = { open: i % 2 === 1, text: 'text-' + 'x'.repeat(i), raw: hex(r.bytes(i)), hash: kernel.parent };
    const hashes = [KERNEL, NOTE].map((types, k) => [ethers.TypedDataEncoder.from(types).hash(k ? note : kernel), ethers.TypedDataEncoder.hash(domain, types, k ? note : kernel)]);
    return [
      domain.name ?? '-', domain.version ?? '-', domain.chainId === undefined ? '-' : word(domain.chainId), domain.verifyingContract ?? '-', domain.salt ?? '-',
      String(kernel.height), kernel.parent, String(kernel.updates.length), update.validator, String(update.weight), String(update.kind), word(kernel.gasTarget),
      note.open ? '1' : '0', note.text, note.raw, ethers.TypedDataEncoder.hashDomain(domain), ...hashes.flat(),
    ];
  });
}

// a: (bytes32, bytes[])   first count headers... encoding
// k: (uint64, (uint64,bytes32,(address,uint96,uint8)[],uint256), bool, bytes4)   values... encoding
// n: ((bytes,uint8)[], string, uint256[])   one pair repeated, text, numbers... encoding
function abi_rows() {
  const r = rng('abi');
  const coder = ethers.AbiCoder.defaultAbiCoder();
  const rows = [];
  for (let i = 0; i < 12; i++) {
    const first = hex(r.bytes(32));
    const headers = Array.from({ length: i % 5 }, () => hex(r.bytes(r.pick([0, 1, 31, 32, 33, 600]))));
    rows.push(['a', first, String(headers.length), ...headers, coder.encode(['bytes32', 'bytes[]'], [first, headers])]);
    const update = [hex(r.bytes(20)), r.below(1 << 30), r.below(256)];
    const kernel = [r.below(1 << 30), hex(r.bytes(32)), Array(i % 4).fill(update), BigInt(hex(r.bytes(32)))];
    const types = ['uint64', 'tuple(uint64,bytes32,tuple(address,uint96,uint8)[],uint256)', 'bool', 'bytes4'];
    const tag = hex(r.bytes(4));
    rows.push(['k', String(i), String(kernel[0]), kernel[1], String(kernel[2].length), ...update.map(String), word(kernel[3]), String(i % 2), tag, coder.encode(types, [i, kernel, i % 2 === 1, tag])]);
    const pair = [hex(r.bytes(i * 7)), i];
    const numbers = Array.from({ length: i % 3 }, () => BigInt(hex(r.bytes(32))));
    const text = 't'.repeat(i * 5) || '-';
    rows.push(['n', String(i % 4), pair[0], String(pair[1]), text, String(numbers.length), ...numbers.map(word), coder.encode(['tuple(bytes,uint8)[]', 'string', 'uint256[]'], [Array(i % 4).fill(pair), text === '-' ? '' : text, numbers])]);
  }
  return rows;
}

// fields of 15, 16, 17, 20, 21; then the encoding and its hash
function header_rows() {
  const r = rng('header');
  const integer = (max) => hex(r.bytes(r.below(max + 1))).replace(/^0x(00)+/, '0x');
  const hash = () => hex(r.bytes(32));
  return Array.from({ length: 25 }, (_, i) => {
    const all = [hash(), hash(), hex(r.bytes(20)), hash(), hash(), hash(), hex(r.bytes(256)), integer(32), integer(8), integer(8), integer(8), integer(8), hex(r.bytes(i === 0 ? 700 : r.below(33))), hash(), hex(r.bytes(8)), integer(32), hash(), integer(8), integer(8), hash(), hash()];
    const fields = all.slice(0, [15, 16, 17, 20, 21][i % 5]);
    const rlp = ethers.encodeRlp(fields);
    return [String(fields.length), ...fields, rlp, ethers.keccak256(rlp)];
  });
}

const FILES = {
  keccak: ['bytes keccak256 sha256', keccak_rows],
  hmac: ['key message hmac-sha256', hmac_rows],
  rlp: ['tree encoding', rlp_rows],
  u256: ['a b c s a+b a-b a*b a/b a%b a*b/c a<<s a>>s decimal quantity', u256_rows],
  'u256-signed': ['a b c s a*b a^b (a+b)%c (a*b)%c a<b a/b a%b a>>s extended a&b a|b a^b ~a', u256_signed_rows],
  secp: ['key digest address public-key r vs', signature_rows],
  address: ['creator nonce created salt init-code-hash created2', address_rows],
  transaction: ['key chain nonce tip fee gas to value input access unsigned signed hash', transaction_rows],
  'transaction-types': ['see scripts/vectors-transaction.mjs', transaction_type_rows],
  eip712: ['see scripts/vectors.mjs', eip712_rows],
  abi: ['see scripts/vectors.mjs', abi_rows],
  'abi-values': ['type tree encoding packed-or-dash', abi_value_rows],
  typed: ['json domain digest', typed_rows],
  mnemonic: ['words entropy passphrase seed path key address', mnemonic_rows],
  keystore: ['kdf n-or-rounds r p salt iv password key address ciphertext mac', keystore_rows],
  header: ['number-of-fields fields... encoding hash', header_rows],
  'trie-root': ['root then key value...', root_rows],
  list: ['root then items...', list_rows],
  'long-list': ['count root', long_list_rows],
  trie: ['fixed-keys root key value-or-dash nodes...', trie_rows],
};

const checking = process.argv.includes('--check');
let different = 0;
let confirmed = 0;
fs.mkdirSync(folder, { recursive: true });
for (const [name, [columns, rows]] of Object.entries(FILES)) {
  const made = rows();
  confirmed += await cross_check(name, made);
  const text = `# node scripts/vectors.mjs (ethers ${ethers.version})\n# ${columns}\n` + made.map((fields) => fields.join(' ') + '\n').join('');
  const file = path.join(folder, `${name}.txt`);
  const same = fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text;
  if (checking && !same) console.error(`vectors/${name}.txt differs from what scripts/vectors.mjs makes`);
  if (!checking && !same) fs.writeFileSync(file, text);
  different += same ? 0 : 1;
}
console.log(`vectors: ${Object.keys(FILES).length} files, ${different} ${checking ? 'differ' : 'written'}, ${confirmed} rows confirmed by viem and @ethereumjs`);
process.exit(checking && different ? 1 : 0);

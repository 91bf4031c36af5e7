// A second and a third opinion on the vectors: viem and @ethereumjs must give what ethers gave, or nothing is written.
import assert from 'node:assert/strict';
import { Common, Mainnet } from '@ethereumjs/common';
import { MerklePatriciaTrie, verifyMerkleProof } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { createTxFromRLP } from '@ethereumjs/tx';
import { bytesToHex, hexToBytes } from '@ethereumjs/util';
import * as viem from 'viem';
import { mnemonicToAccount, privateKeyToAccount, sign } from 'viem/accounts';

const lower = (text) => text.toLowerCase();

// "[,a,b,]" as nested lists.
function tree_of(text) {
  if (text[0] !== '[') return text;
  const stack = [[]];
  for (const part of text.split(',')) {
    if (part === '[') stack.push([]);
    else if (part === ']') stack.at(-2).push(stack.pop());
    else stack.at(-1).push(part);
  }
  return stack[0][0];
}

function check_keccak([bytes, hash, sha256]) {
  assert.equal(viem.keccak256(bytes), hash);
  assert.equal(viem.sha256(bytes), sha256);
}

function check_rlp([tree, encoding]) {
  assert.equal(viem.toRlp(tree_of(tree)), encoding);
  assert.deepEqual(viem.fromRlp(encoding), tree_of(tree));
  const raw = (t) => (typeof t === 'string' ? hexToBytes(t) : t.map(raw));
  assert.equal(bytesToHex(RLP.encode(raw(tree_of(tree)))), encoding);
}

async function check_signature([key, digest, address, , r, vs]) {
  const account = privateKeyToAccount(key);
  const s = await sign({ hash: digest, privateKey: key });
  assert.deepEqual([account.address, s.r], [address, r]);
  assert.equal(viem.toHex((BigInt(s.yParity) << 255n) | BigInt(s.s), { size: 32 }), vs);
}

function check_creation([from, nonce, created, salt, bytecodeHash, created2]) {
  assert.equal(viem.getContractAddress({ from, nonce: BigInt(nonce) }), created);
  assert.equal(viem.getContractAddress({ opcode: 'CREATE2', from, salt, bytecodeHash }), created2);
}

// Of every type: decoded, encoded again, hashed, and its sender recovered.
async function check_signed(serialized, hash, sender, chain) {
  assert.equal(viem.keccak256(serialized), hash);
  assert.equal(await viem.recoverTransactionAddress({ serializedTransaction: serialized }), viem.getAddress(sender));
  const { r, s, v, yParity, ...rest } = viem.parseTransaction(serialized);
  assert.equal(viem.serializeTransaction(rest, { r, s, v, yParity }), serialized);
  if (serialized.startsWith('0x03')) return; // @ethereumjs asks for a KZG library first, ours has no blobs to prove
  const common = new Common({ chain: { ...Mainnet, chainId: chain || 1 }, hardfork: 'prague' });
  const tx = createTxFromRLP(hexToBytes(serialized), { common });
  assert.equal(bytesToHex(tx.hash()), hash);
  assert.equal(lower(tx.getSenderAddress().toString()), lower(sender));
}

function check_header(row) {
  const fields = row.slice(1, -2);
  const [encoding, hash] = row.slice(-2);
  assert.equal(viem.toRlp(fields), encoding);
  assert.equal(bytesToHex(RLP.encode(fields.map((f) => hexToBytes(f)))), encoding);
  assert.equal(viem.keccak256(encoding), hash);
}

async function check_root([root, ...pairs]) {
  const trie = new MerklePatriciaTrie();
  for (let i = 0; i < pairs.length; i += 2) await trie.put(hexToBytes(pairs[i]), hexToBytes(pairs[i + 1]));
  assert.equal(bytesToHex(trie.root()), root);
}

async function check_proof([, root, key, value, ...nodes]) {
  const shown = await verifyMerkleProof(hexToBytes(key), nodes.map((n) => hexToBytes(n)), { root: hexToBytes(root) });
  assert.equal(shown === null ? '-' : bytesToHex(shown), value);
}

function check_typed([json, domain, digest]) {
  const { domain: named, types, primaryType, message } = JSON.parse(json);
  assert.equal(viem.domainSeparator({ domain: named }), domain);
  assert.equal(viem.hashTypedData({ domain: named, types, primaryType, message }), digest);
}

function check_words([words, , passphrase, , path, key, address]) {
  if (path === 'm') return; // viem derives from m/44' on
  const account = mnemonicToAccount(words.replaceAll('_', ' '), { path, ...(passphrase === '-' ? {} : { passphrase }) });
  assert.equal(account.address, address);
  assert.equal(viem.toHex(account.getHdKey().privateKey), key);
}

// By vector file; `typed` and `mnemonic` and transactions without a sender column are read by position.
export const CHECKS = {
  keccak: check_keccak,
  rlp: check_rlp,
  secp: check_signature,
  address: check_creation,
  transaction: (row) => check_signed(row.at(-2), row.at(-1), privateKeyToAccount(row[0]).address, Number(row[1])),
  'transaction-types': (row) => check_signed(row.at(-3), row.at(-2), row.at(-1), Number(row[2])),
  header: check_header,
  'trie-root': check_root,
  trie: check_proof,
  typed: check_typed,
  mnemonic: check_words,
};

// How many rows the others confirm; throws at the first difference.
export async function cross_check(name, rows) {
  const check = CHECKS[name];
  if (!check) return 0;
  for (const [i, row] of rows.entries()) {
    await Promise.resolve(row).then(check).catch((error) => {
      throw new Error(`vectors/${name}.txt row ${i}: viem or @ethereumjs differ: ${error.message}`);
    });
  }
  return rows.length;
}

// Merkle-Patricia tries and proofs, built the plain way: a trie is a nested object, a node is encoded when it is asked
// for. Made apart from the C code, so that neither can hide the other's mistake.
import { concat, encodeRlp, getBytes, hexlify, keccak256, toBeHex } from 'ethers';
import { rng } from './vectors-rng.mjs';

const nibbles = (key) => [...getBytes(key)].flatMap((b) => [b >> 4, b & 15]);

// The hex-prefix form of a path.
function hex_prefix(path, is_leaf) {
  const flags = (is_leaf ? 2 : 0) + (path.length % 2);
  const all = path.length % 2 ? [flags, ...path] : [flags, 0, ...path];
  return hexlify(Uint8Array.from({ length: all.length / 2 }, (_, i) => all[2 * i] * 16 + all[2 * i + 1]));
}

// The node of a set of entries [[path, value]...], all paths counted from here: as nested RLP items.
function build(entries) {
  if (entries.length === 1) return { items: [hex_prefix(entries[0][0], true), entries[0][1]], path: entries[0][0], leaf: true };
  let shared = 0;
  while (entries.every(([p]) => p.length > shared && p[shared] === entries[0][0][shared])) shared++;
  if (shared > 0) {
    const below = build(entries.map(([p, v]) => [p.slice(shared), v]));
    return { items: [hex_prefix(entries[0][0].slice(0, shared), false), reference(below)], path: entries[0][0].slice(0, shared), below };
  }
  const children = Array.from({ length: 16 }, (_, n) => {
    const under = entries.filter(([p]) => p[0] === n).map(([p, v]) => [p.slice(1), v]);
    return under.length ? build(under) : null;
  });
  const own = entries.find(([p]) => p.length === 0);
  return { items: [...children.map((c) => (c ? reference(c) : '0x')), own ? own[1] : '0x'], children };
}

const encoded = (node) => encodeRlp(node.items);

// A child of less than 32 bytes stands in its parent as it is.
function reference(node) {
  const bytes = encoded(node);
  return getBytes(bytes).length < 32 ? node.items : keccak256(bytes);
}

function prove(root, key) {
  const proof = [];
  let path = nibbles(key);
  for (let node = root; node; ) {
    if (proof.length === 0 || getBytes(encoded(node)).length >= 32) proof.push(encoded(node));
    if (node.children) {
      const next = path.length ? node.children[path[0]] : null;
      path = path.slice(1);
      node = next;
    } else if (node.below && node.path.every((n, i) => path[i] === n)) {
      path = path.slice(node.path.length);
      node = node.below;
    } else {
      node = null;
    }
  }
  return proof;
}

function rows_of(fixed, map, asked) {
  const root = build([...map].map(([k, v]) => [nibbles(k), v]));
  return asked.map((key) => [fixed ? '1' : '0', keccak256(encoded(root)), key, map.get(key) ?? '-', ...prove(root, key)]);
}

const account = (r) => encodeRlp([toBeHex(r.below(1000) + 1), toBeHex(r.below(1e9) + 1), hexlify(r.bytes(32)), hexlify(r.bytes(32))]);
const slot_value = (r) => encodeRlp(toBeHex(BigInt(hexlify(r.bytes(r.pick([1, 2, 8, 20, 31, 32])))) + 1n));

// Keys that share long prefixes make extensions; short keys with short values make embedded nodes.
const TRIES = [
  ['secure accounts', 1, 300, (r) => keccak256(r.bytes(20)), account],
  ['secure slots', 1, 40, (r) => keccak256(r.bytes(32)), slot_value],
  ['slots with shared prefixes', 1, 24, (r) => concat(['0x' + 'ab'.repeat(r.pick([10, 29, 31])), r.bytes(32)]).slice(0, 66), slot_value],
  ['one slot', 1, 1, (r) => keccak256(r.bytes(32)), slot_value],
  ['two slots', 1, 2, (r) => keccak256(r.bytes(32)), slot_value],
  ['indices', 0, 200, (r, i) => encodeRlp(i === 0 ? '0x' : toBeHex(i)), (r) => hexlify(r.bytes(40 + r.below(300)))],
  ['short keys, short values', 0, 60, (r) => hexlify(r.bytes(1 + r.below(3))), (r) => hexlify(r.bytes(1 + r.below(3)))],
  ['short keys of one length', 1, 30, (r) => hexlify(r.bytes(2)), (r) => hexlify(r.bytes(1 + r.below(2)))],
];

export function trie_rows() {
  return TRIES.flatMap(([name, fixed, count, make_key, make_value]) => {
    const r = rng(`trie ${name}`);
    const map = new Map();
    for (let i = 0; i < count; i++) map.set(make_key(r, i), make_value(r));
    const present = [...map.keys()].slice(0, 10);
    const absent = Array.from({ length: 10 }, (_, i) => make_key(r, count + i)).filter((k) => !map.has(k));
    return rows_of(fixed, map, [...present, ...absent]);
  });
}

// Whole tries, small enough for a line: the root and then keys and values in the order of their making.
export function root_rows() {
  const counts = [1, 2, 3, 5, 17, 31];
  return TRIES.flatMap(([name, , , make_key, make_value]) => counts.map((count) => {
    const r = rng(`root ${name} ${count}`);
    const map = new Map();
    for (let i = 0; i < count; i++) map.set(make_key(r, i), make_value(r));
    const root = build([...map].map(([k, v]) => [nibbles(k), v]));
    return [keccak256(encoded(root)), ...[...map].flat()];
  }));
}

// Lists by index: the root and then the items.
export function list_rows() {
  return [1, 2, 3, 16, 60].map((count) => {
    const r = rng(`list ${count}`);
    const items = Array.from({ length: count }, () => hexlify(r.bytes(r.pick([1, 20, 40, 110, 300]))));
    return [list_root(items), ...items];
  });
}

function list_root(items) {
  return keccak256(encoded(build(items.map((item, i) => [nibbles(encodeRlp(i === 0 ? '0x' : toBeHex(i))), item]))));
}

// Longer ones, past 127 and 255 where keys grow; item i is the two bytes of i. Count and root.
export function long_list_rows() {
  return [127, 128, 129, 255, 256, 257, 400].map((count) => [String(count), list_root(Array.from({ length: count }, (_, i) => toBeHex(i, 2)))]);
}

// Vectors of the generic ABI codec, from ethers: random types, values of them, their encodings.
import * as ethers from 'ethers';
import { rng } from './vectors-rng.mjs';

const hex = ethers.hexlify;
const coder = ethers.AbiCoder.defaultAbiCoder();
const word = (n) => ethers.toBeHex(n < 0n ? (1n << 256n) + n : n, 32);

// {text, value, shown}: a type, a value of it for ethers, and its tree as [ and ], words and bytes.
function random_leaf(r) {
  const bits = 8 * (1 + r.below(32));
  const size = 1 + r.below(32);
  return r.pick([
    () => { const v = BigInt(hex(r.bytes(bits / 8))); return { text: `uint${bits}`, value: v, shown: word(v) }; },
    () => { const v = ethers.fromTwos(BigInt(hex(r.bytes(bits / 8))), bits); return { text: `int${bits}`, value: v, shown: word(v) }; },
    () => { const v = hex(r.bytes(20)); return { text: 'address', value: v, shown: word(BigInt(v)) }; },
    () => { const v = r.below(2); return { text: 'bool', value: v === 1, shown: word(BigInt(v)) }; },
    () => { const v = hex(r.bytes(size)); return { text: `bytes${size}`, value: v, shown: v }; },
    () => { const v = hex(r.bytes(r.below(70))); return { text: 'bytes', value: v, shown: v }; },
    () => { const v = 'text '.repeat(r.below(14)); return { text: 'string', value: v, shown: hex(ethers.toUtf8Bytes(v)) }; },
  ])();
}

// Another value of the same type: the generator is asked again with the same choices of type.
function random_type(r, depth) {
  const kind = depth === 0 ? 0 : r.below(4);
  if (kind < 2) return { leaf: random_leaf(r).text };
  if (kind === 2) return { members: Array.from({ length: 1 + r.below(4) }, () => random_type(r, depth - 1)) };
  return { element: random_type(r, depth - 1), count: r.below(2) ? 1 + r.below(3) : null };
}
function type_text(t) {
  if (t.leaf) return t.leaf;
  return t.members ? `(${t.members.map(type_text).join(',')})` : `${type_text(t.element)}[${t.count ?? ''}]`;
}
function random_value(r, t) {
  if (t.leaf) {
    for (;;) {
      const leaf = random_leaf(r);
      if (leaf.text === t.leaf) return leaf;
      if (leaf.text.replace(/\d+$/, '') === t.leaf.replace(/\d+$/, '') && /\d$/.test(t.leaf) && /\d$/.test(leaf.text)) return sized_leaf(r, t.leaf);
    }
  }
  const inner = t.members ? t.members : Array(t.count ?? r.below(4)).fill(t.element);
  const values = inner.map((m) => random_value(r, m));
  return { value: values.map((v) => v.value), shown: ['[', ...values.map((v) => v.shown), ']'].join(',') };
}
function sized_leaf(r, text) {
  const [, name, number] = text.match(/^([a-z]+)(\d+)$/);
  if (name === 'bytes') { const v = hex(r.bytes(Number(number))); return { value: v, shown: v }; }
  const raw = BigInt(hex(r.bytes(Number(number) / 8)));
  const v = name === 'int' ? ethers.fromTwos(raw, Number(number)) : raw;
  return { value: v, shown: word(v) };
}
const ethers_text = (text) => text.replace(/\(/g, 'tuple(');

// type tree encoding packed-or-dash
export function abi_value_rows() {
  const r = rng('abi values');
  return Array.from({ length: 120 }, (_, i) => {
    const t = { members: Array.from({ length: i === 0 ? 0 : 1 + r.below(4) }, () => random_type(r, i % 5)) };
    const v = random_value(r, t);
    const types = t.members.map(type_text);
    const packable = types.every((text) => !/\(|(bytes|string)\[|\[\].*\[\]|\[\d+\]\[\]\[|\[\]\[/.test(text));
    const packed = packable ? ethers.solidityPacked(types, v.value) : '-';
    return [`(${types.join(',')})`, v.shown, coder.encode(types.map(ethers_text), v.value), packed];
  });
}

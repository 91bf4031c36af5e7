// Vectors of general EIP-712, from ethers: typed data as JSON without spaces, its domain separator, its digest.
import * as ethers from 'ethers';
import { rng } from './vectors-rng.mjs';

const hex = ethers.hexlify;

function leaf(r) {
  const bits = 8 * (1 + r.below(32));
  const size = 1 + r.below(32);
  return r.pick([
    ['address', () => ethers.getAddress(hex(r.bytes(20)))], ['bool', () => r.below(2) === 1], ['string', () => 'text_'.repeat(r.below(20))],
    ['bytes', () => hex(r.bytes(r.below(70)))], [`bytes${size}`, () => hex(r.bytes(size))], [`uint${bits}`, () => BigInt(hex(r.bytes(bits / 8))).toString()],
    [`int${bits}`, () => ethers.fromTwos(BigInt(hex(r.bytes(bits / 8))), bits).toString()],
  ]);
}

// A type and what makes a value of it: a leaf, an earlier struct, or an array of either.
function any(r, structs) {
  const [type, make] = structs.length && r.below(3) === 0 ? r.pick(structs) : leaf(r);
  const shape = r.below(5);
  if (shape === 0) return [`${type}[]`, () => Array.from({ length: r.below(4) }, make)];
  if (shape === 1) return [`${type}[2][]`, () => Array.from({ length: r.below(3) }, () => [make(), make()])];
  return [type, make];
}

export function typed_rows() {
  const r = rng('typed');
  return Array.from({ length: 40 }, (_, i) => {
    const types = {};
    const structs = [];
    for (let s = 0; s <= i % 5; s++) {
      const name = `${r.pick(['Zeta', 'Alpha', 'Mid'])}${s}`;
      const members = Array.from({ length: 1 + r.below(5) }, (_unused, m) => [`m${m}`, ...any(r, structs)]);
      types[name] = members.map(([n, type]) => ({ name: n, type }));
      structs.push([name, () => Object.fromEntries(members.map(([n, , make]) => [n, make()]))]);
    }
    const domain = { name: `Mosaic${i}`, chainId: i, verifyingContract: ethers.getAddress(hex(r.bytes(20))) };
    const [, make] = structs[structs.length - 1];
    const message = make();
    // ethers takes the one struct that no other refers to for the primary type.
    const used = (primary, set = new Set()) => {
      if (set.has(primary)) return set;
      set.add(primary);
      for (const m of types[primary]) if (types[m.type.split('[')[0]]) used(m.type.split('[')[0], set);
      return set;
    };
    const primaryType = structs[structs.length - 1][0];
    const needed = Object.fromEntries([...used(primaryType)].map((n) => [n, types[n]]));
    const payload = { types: { EIP712Domain: [{ name: 'name', type: 'string' }, { name: 'chainId', type: 'uint256' }, { name: 'verifyingContract', type: 'address' }], ...needed }, primaryType, domain, message };
    return [JSON.stringify(payload), ethers.TypedDataEncoder.hashDomain(domain), ethers.TypedDataEncoder.hash(domain, needed, message)];
  });
}

// A repeatable source of bytes: keccak256 of a name and a counter.
import { getBytes, keccak256, toUtf8Bytes } from 'ethers';

export function rng(name) {
  let counter = 0;
  let pool = [];
  const bytes = (n) => {
    while (pool.length < n) pool.push(...getBytes(keccak256(toUtf8Bytes(`${name} ${counter++}`))));
    return Uint8Array.from(pool.splice(0, n));
  };
  const below = (n) => Number(bytes(6).reduce((sum, b) => (sum * 256n + BigInt(b)), 0n) % BigInt(n));
  return { bytes, below, pick: (list) => list[below(list.length)] };
}

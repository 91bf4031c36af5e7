// Merkle-Patricia proofs of a secure trie, and RLP headers, read with ethers' RLP alone.
import { decodeRlp, encodeRlp, getBytes, hexlify, keccak256, stripZerosLeft, toBeHex, zeroPadValue } from 'ethers';

const nibbles_of = (hex) => [...hex.slice(2)].map((c) => parseInt(c, 16));

// The nibbles of a hex-prefixed path, and whether it ends in a leaf.
function compact(hex) {
  const [flag, ...rest] = nibbles_of(hex);
  if (flag > 3) throw new Error('hex prefix above 3');
  if (!(flag & 1) && rest[0] !== 0) throw new Error('padding is not zero');
  return { leaf: flag >= 2, path: flag & 1 ? rest : rest.slice(1) };
}

// The RLP value that the proof holds for the key under the root. Throws when it shows anything else.
export function proven(root, key, proof) {
  const path = nibbles_of(keccak256(key));
  let at = 0;
  let reference = root;
  let nodes = [...proof];
  for (;;) {
    let node;
    if (typeof reference === 'string') {
      const raw = nodes.shift();
      if (raw === undefined) throw new Error('the proof ends early');
      if (keccak256(raw) !== reference) throw new Error('a node has another hash');
      node = decodeRlp(raw);
    } else node = reference;
    if (node.length === 17) {
      reference = node[path[at++]];
    } else {
      const { leaf, path: part } = compact(node[0]);
      if (part.some((n, i) => n !== path[at + i])) throw new Error('the path leads elsewhere');
      at += part.length;
      if (leaf) {
        if (at !== path.length || nodes.length) throw new Error('the proof has a rest');
        return node[1];
      }
      reference = node[1];
    }
    if (reference === '0x') throw new Error('the key is absent');
  }
}

export function proven_account(state_root, address, proof) {
  const [nonce, balance, storageRoot, codeHash] = decodeRlp(proven(state_root, address, proof));
  return { nonce, balance, storageRoot, codeHash };
}

export function proven_slot(storage_root, slot, proof) {
  const value = decodeRlp(proven(storage_root, zeroPadValue(toBeHex(slot), 32), proof));
  if (getBytes(value).length > 32 || value.startsWith('0x00') || value === '0x') throw new Error('the leaf is no minimal integer');
  return zeroPadValue(value, 32);
}

const integer = (hex) => stripZerosLeft(hex === undefined ? '0x' : hexlify(toBeHex(BigInt(hex))));
const FIELDS = [
  ['parentHash'], ['sha3Uncles'], ['miner'], ['stateRoot'], ['transactionsRoot'], ['receiptsRoot'], ['logsBloom'],
  ['difficulty', integer], ['number', integer], ['gasLimit', integer], ['gasUsed', integer], ['timestamp', integer],
  ['extraData'], ['mixHash'], ['nonce'], ['baseFeePerGas', integer], ['withdrawalsRoot'], ['blobGasUsed', integer],
  ['excessBlobGas', integer], ['parentBeaconBlockRoot'], ['requestsHash'],
];

// The RLP of a block's header from its JSON; fields of later forks only as far as the block has them.
export function header_rlp(block) {
  const present = FIELDS.filter(([name]) => block[name] !== undefined && block[name] !== null);
  return encodeRlp(present.map(([name, encode]) => (encode ? (BigInt(block[name]) === 0n ? '0x' : encode(block[name])) : block[name])));
}

export const header_hash = (block) => keccak256(header_rlp(block));

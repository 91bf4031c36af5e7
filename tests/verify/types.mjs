// Everything that is signed or committed, hashed by ethers' TypedDataEncoder (docs/protocol.md 1.2, 1.3; docs/gateway.md 7.1).
import { AbiCoder, TypedDataEncoder, ethers, getAddress, keccak256 } from 'ethers';

const field = (text) => text.split(',').map((pair) => ({ type: pair.split(' ')[0], name: pair.split(' ')[1] }));
const UPDATE = field('address validator,uint96 weight,uint8 kind');
const TYPES = {
  Vote: { Vote: field('bytes32 chain,bytes32 transition,bytes32 source,bytes32 target,uint64 sourceHeight,uint64 targetHeight') },
  Transition: { Transition: field('uint64 dynasty,uint64 originNumber,bytes32 originHash,bytes32 transactionRoot,uint256 gas,bytes32 kernel') },
  Kernel: { Kernel: field('uint64 height,bytes32 parent,ValidatorUpdate[] updates,uint256 gasTarget'), ValidatorUpdate: UPDATE },
  MetaBlock: { MetaBlock: field('bytes32 kernel,bytes32 transition,bytes32 vote') },
};
const MESSAGE = (intent) => ({
  [`${intent}Message`]: field(`${intent} intent,uint256 nonce,uint256 gasPrice,uint256 gasLimit,uint64 deadline,address sender,address facilitator`),
  [intent]: field('uint256 amount,address beneficiary,address token'),
});

// A kernel as decoded from a log or a call, as the encoder wants it.
export const plain_kernel = (k) => ({ height: k.height, parent: k.parent, updates: [...k.updates].map((u) => u.toObject()), gasTarget: k.gasTarget });

export const struct_hash = (name, value) => TypedDataEncoder.hashStruct(name, TYPES[name], value);

export const origin_id = (chainId) => ethers.toBeHex(BigInt(chainId) << 160n, 32);
export const core_id = (chainId, core) => ethers.toBeHex((BigInt(chainId) << 160n) | BigInt(core), 32);

export const core_domain = (chainId, core) => ({ name: 'Mosaic', version: '1', chainId, verifyingContract: getAddress(core) });
export const vote_digest = (domain, vote) => TypedDataEncoder.hash(domain, TYPES.Vote, vote);

export function message_id(kind, { chainId, gateway, coreId }, message) {
  const domain = { name: 'Mosaic Gateway', version: '1', chainId, verifyingContract: getAddress(gateway), salt: coreId };
  return TypedDataEncoder.hash(domain, MESSAGE(kind === 'stake' ? 'Stake' : 'Redeem'), message);
}

export const encode = (types, values) => AbiCoder.defaultAbiCoder().encode(types, values);
export const lock_of = (id, facilitator, declaredAt, secretHash) =>
  keccak256(encode(['bytes32', 'address', 'uint64', 'bytes32'], [id, facilitator, declaredAt, secretHash]));
export const box_slot = (id, slot) => keccak256(encode(['bytes32', 'uint256'], [id, slot]));
// The lock with its low byte = status.
export const box_word = (lock, status) => ethers.toBeHex((BigInt(lock) & ~0xffn) | BigInt(status), 32);

export const STATUS = { undeclared: 0, declared: 1, progressed: 2 };

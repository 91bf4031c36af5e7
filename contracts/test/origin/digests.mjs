// Prints the constants of Digests.t.sol, made by ethers' own EIP-712 encoder from the type strings of 1.3:
//   node contracts/test/origin/digests.mjs
import { AbiCoder, TypedDataEncoder, keccak256 } from 'ethers';

const core = '0x00000000000000000000000000000000c0de0001';
const domain = { name: 'Mosaic', version: '1', chainId: 1337, verifyingContract: core };
const word = (byte) => '0x' + byte.repeat(32);
const address = (byte) => '0x' + byte.repeat(20);
const types = {
  Vote: 'bytes32 chain,bytes32 transition,bytes32 source,bytes32 target,uint64 sourceHeight,uint64 targetHeight',
  Transition: 'uint64 dynasty,uint64 originNumber,bytes32 originHash,bytes32 transactionRoot,uint256 gas,bytes32 kernel',
  ValidatorUpdate: 'address validator,uint96 weight,uint8 kind',
  Kernel: 'uint64 height,bytes32 parent,ValidatorUpdate[] updates,uint256 gasTarget',
  MetaBlock: 'bytes32 kernel,bytes32 transition,bytes32 vote',
  Deposit: 'address signer,address withdrawal,address depositor',
  Logout: 'address signer',
};
const fields = (name) => types[name].split(',').map((f) => ({ type: f.split(' ')[0], name: f.split(' ')[1] }));
const typed = (name) => ({ [name]: fields(name), ...(name === 'Kernel' ? { ValidatorUpdate: fields('ValidatorUpdate') } : {}) });

const values = {
  Vote: { chain: word('11'), transition: word('22'), source: word('33'), target: word('44'), sourceHeight: 5, targetHeight: 6 },
  Transition: { dynasty: 7, originNumber: 8, originHash: word('55'), transactionRoot: word('66'), gas: 9, kernel: word('77') },
  ValidatorUpdate: { validator: address('88'), weight: 10, kind: 1 },
  Kernel: {
    height: 11, parent: word('99'), gasTarget: 12,
    updates: [{ validator: address('aa'), weight: 13, kind: 0 }, { validator: address('bb'), weight: 0, kind: 2 }],
  },
  MetaBlock: { kernel: word('cc'), transition: word('dd'), vote: word('ee') },
  Deposit: { signer: address('a1'), withdrawal: address('a2'), depositor: address('a3') },
  Logout: { signer: address('a4') },
};

console.log('domain', TypedDataEncoder.hashDomain(domain));
for (const name of Object.keys(types)) {
  console.log(name, 'type  ', keccak256(new TextEncoder().encode(TypedDataEncoder.from(typed(name)).encodeType(name))));
  console.log(name, 'struct', TypedDataEncoder.hashStruct(name, typed(name), values[name]));
  console.log(name, 'digest', TypedDataEncoder.hash(domain, typed(name), values[name]));
}
console.log('Kernel without updates', TypedDataEncoder.hashStruct('Kernel', typed('Kernel'), { ...values.Kernel, updates: [] }));
const coder = AbiCoder.defaultAbiCoder();
console.log('roll 3', keccak256(coder.encode(['uint64', 'uint8', 'bytes'], [3, 0, '0x0000000000000002000000ff'])));
console.log('roll of none', keccak256(coder.encode(['uint64', 'uint8', 'bytes'], [3, 0, '0x'])));
console.log('proposal id', keccak256(coder.encode(['bytes32', 'uint64'], [word('dd'), 5])));

#!/usr/bin/env node
// Digests of one stake message, one redeem message and one link by ethers' TypedDataEncoder, as Solidity constants:
//   node contracts/test/gateway/vectors.mjs > contracts/test/gateway/Vectors.sol
import { AbiCoder, TypedDataEncoder, Wallet, concat, keccak256, toBeHex, zeroPadValue } from 'ethers';

const word = (n) => zeroPadValue(toBeHex(n), 32);
const account = (n) => zeroPadValue(toBeHex(n), 20);
const message = (kind) => ({
  [`${kind}Message`]: [
    { name: 'intent', type: kind },
    { name: 'nonce', type: 'uint256' },
    { name: 'gasPrice', type: 'uint256' },
    { name: 'gasLimit', type: 'uint256' },
    { name: 'deadline', type: 'uint64' },
    { name: 'sender', type: 'address' },
    { name: 'facilitator', type: 'address' },
  ],
  [kind]: [
    { name: 'amount', type: 'uint256' },
    { name: 'beneficiary', type: 'address' },
    { name: 'token', type: 'address' },
  ],
});
const link = {
  Link: [
    { name: 'coreId', type: 'bytes32' },
    { name: 'gateway', type: 'address' },
    { name: 'gatewayCodeHash', type: 'bytes32' },
    { name: 'coGateway', type: 'address' },
    { name: 'coGatewayCodeHash', type: 'bytes32' },
    { name: 'token', type: 'address' },
    { name: 'utilityToken', type: 'address' },
    { name: 'utilityCodeHash', type: 'bytes32' },
    { name: 'nameHash', type: 'bytes32' },
    { name: 'symbolHash', type: 'bytes32' },
    { name: 'decimals', type: 'uint8' },
    { name: 'busVersion', type: 'uint256' },
  ],
};

const coreId = concat([zeroPadValue(toBeHex(1), 12), account(0xc0de)]);
const domain = (chainId, verifyingContract) => ({
  name: 'Mosaic Gateway',
  version: '1',
  chainId,
  verifyingContract,
  salt: coreId,
});
const origin = domain(1, account(0x6a7e));
const auxiliary = domain(1410, account(0xc06a7e));
const wallet = new Wallet(word(0xa11ce));
const value = {
  intent: { amount: 10n ** 21n, beneficiary: account(0xbe4e), token: account(0x70ce4) },
  nonce: 2n ** 200n + 7n,
  gasPrice: 3n,
  gasLimit: 400000n,
  deadline: 1900000000n,
  sender: wallet.address,
  facilitator: account(0xfac1),
};
const linkValue = {
  coreId,
  gateway: account(0x6a7e),
  gatewayCodeHash: word(1),
  coGateway: account(0xc06a7e),
  coGatewayCodeHash: word(2),
  token: account(0x70ce4),
  utilityToken: account(0x0711),
  utilityCodeHash: word(3),
  nameHash: word(4),
  symbolHash: word(5),
  decimals: 18,
  busVersion: 1,
};

const stakeId = TypedDataEncoder.hash(origin, message('Stake'), value);
const secretHash = keccak256(AbiCoder.defaultAbiCoder().encode(['bytes32'], [word(0x5ec4e7)]));
const constants = {
  CORE_ID: coreId,
  ORIGIN_DOMAIN: TypedDataEncoder.hashDomain(origin),
  AUXILIARY_DOMAIN: TypedDataEncoder.hashDomain(auxiliary),
  STAKE_ID: stakeId,
  REDEEM_ID: TypedDataEncoder.hash(auxiliary, message('Redeem'), value),
  LINK_HASH: TypedDataEncoder.hash(origin, link, linkValue),
  SECRET_HASH: secretHash,
  LOCK: keccak256(
    AbiCoder.defaultAbiCoder().encode(
      ['bytes32', 'address', 'uint64', 'bytes32'],
      [stakeId, account(0xfac1), 1800000000n, secretHash],
    ),
  ),
  OUTBOX_KEY: keccak256(AbiCoder.defaultAbiCoder().encode(['bytes32', 'uint256'], [stakeId, 2])),
  INBOX_KEY: keccak256(AbiCoder.defaultAbiCoder().encode(['bytes32', 'uint256'], [stakeId, 3])),
};
const lines = Object.entries(constants).map(([name, hex]) => `    bytes32 internal constant ${name} = ${hex};`);
process.stdout.write(`// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @dev Made by vectors.mjs beside this file; do not edit.
library Vectors {
    address internal constant SENDER = ${wallet.address};
    uint256 internal constant SENDER_KEY = 0xa11ce;
${lines.join('\n')}
    bytes internal constant STAKE_SIGNATURE =
        hex"${wallet.signingKey.sign(stakeId).compactSerialized.slice(2)}";
}
`);

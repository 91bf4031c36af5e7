#!/usr/bin/env node
// Vectors of floor 2's hashes, made by ethers, for the C tests to compare with.
//
//   scripts/vectors-rules.mjs            writes src/rules/test_vectors.h and src/bus/test_vectors.h
//   scripts/vectors-rules.mjs --check    writes nothing; exit status 1 when a file is not what it would write
//
// Inputs come from a seeded generator (keccak256 of seed and counter), so the files are the same on every machine. The
// type strings below are typed from the specification (1.3, gateway 7.1, 7.5), not taken from the C or the contracts.
import fs from 'fs';
import path from 'path';
import { fileURLToPath } from 'url';
import { AbiCoder, Signature, SigningKey, TypedDataEncoder, computeAddress, concat, getAddress, keccak256, toBeHex }
  from 'ethers';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const coder = AbiCoder.defaultAbiCoder();
const U64 = (1n << 64n) - 1n;
const U256 = (1n << 256n) - 1n;

let counter = 0n;
const random = () => keccak256(toBeHex(counter++, 32));
const address = () => getAddress('0x' + random().slice(26));
const number = (bits) => BigInt(random()) >> BigInt(256 - bits);
const pick = (i, edges, otherwise) => (i < edges.length ? edges[i] : otherwise());

const field = (type) => (text) => text.split(' ').map((name) => ({ name, type }));
const bytes32 = field('bytes32');
const addresses = field('address');
const uint64 = field('uint64');
const uint256 = field('uint256');

const VOTE = { Vote: [...bytes32('chain transition source target'), ...uint64('sourceHeight targetHeight')] };
const TRANSITION = { Transition: [...uint64('dynasty originNumber'), ...bytes32('originHash transactionRoot'),
  ...uint256('gas'), ...bytes32('kernel')] };
const UPDATE = { ValidatorUpdate: [...addresses('validator'), ...field('uint96')('weight'), ...field('uint8')('kind')] };
const KERNEL = { Kernel: [...uint64('height'), ...bytes32('parent'), { name: 'updates', type: 'ValidatorUpdate[]' },
  ...uint256('gasTarget')], ...UPDATE };
const META_BLOCK = { MetaBlock: bytes32('kernel transition vote') };
const DEPOSIT = { Deposit: addresses('signer withdrawal depositor') };
const LOGOUT = { Logout: addresses('signer') };
const INTENT = [...uint256('amount'), ...addresses('beneficiary token')];
const MESSAGE = [...uint256('nonce gasPrice gasLimit'), ...uint64('deadline'), ...addresses('sender facilitator')];
const STAKE = { StakeMessage: [{ name: 'intent', type: 'Stake' }, ...MESSAGE], Stake: INTENT };
const REDEEM = { RedeemMessage: [{ name: 'intent', type: 'Redeem' }, ...MESSAGE], Redeem: INTENT };
const LINK = { Link: [...bytes32('coreId'), ...addresses('gateway'), ...bytes32('gatewayCodeHash'),
  ...addresses('coGateway'), ...bytes32('coGatewayCodeHash'), ...addresses('token utilityToken'),
  ...bytes32('utilityCodeHash nameHash symbolHash'), ...field('uint8')('decimals'), ...uint256('busVersion')] };

const REVOKE = { Revoke: bytes32('message') };
const RECOVER = { Recover: [...bytes32('claim'), ...addresses('recipient')] };

const hash_struct = (types, value) => TypedDataEncoder.hashStruct(Object.keys(types)[0], types, value);
const origin_id = (chainId) => toBeHex(chainId << 160n, 32);
const core_id = (chainId, core) => toBeHex((chainId << 160n) | BigInt(core), 32);
const core_domain = (chainId, core) => ({ name: 'Mosaic', version: '1', chainId, verifyingContract: core });
const gateway_domain = (d) => ({ name: 'Mosaic Gateway', version: '1', chainId: d.chainId,
  verifyingContract: d.gateway, salt: d.coreId });

// One C initialiser: strings and numbers in the order of the struct's members.
const c_value = (v) => {
  if (typeof v === 'bigint' || typeof v === 'number') return `UINT64_C(${v})`;
  return v.length <= 90 ? `"${v}"` : v.match(/.{1,90}/g).map((part) => `"${part}"`).join('\n     ');
};
const table = (name, members, rows) =>
  `static const struct {\n${members.map((m) => `    ${m};`).join('\n')}\n} ${name}[] = {\n` +
  rows.map((row) => `    {${row.map(c_value).join(',\n     ')}},`).join('\n') + '\n};\n';
const word = (value) => toBeHex(value, 32);
const text = (names) => names.split(' ').map((n) => `const char *${n}`);
const numbers = (names) => names.split(' ').map((n) => `uint64_t ${n}`);

function identities() {
  const chains = [0n, 1n, 31337n, 1n << 32n, U64];
  return chains.map((chainId) => {
    const core = address();
    return [chainId, core.toLowerCase(), origin_id(chainId), core_id(chainId, core),
      TypedDataEncoder.hashDomain(core_domain(chainId, core))];
  });
}

function votes() {
  return [...Array(8).keys()].map((i) => {
    const chainId = pick(i, [1n, 31337n], () => number(40));
    const core = address();
    const v = { chain: i % 2 ? origin_id(chainId) : core_id(chainId, core),
      transition: i % 2 ? word(0) : random(), source: random(), target: random(),
      sourceHeight: pick(i, [0n, 1n, U64 - 1n], () => number(40)),
      targetHeight: pick(i, [1n, 2n, U64], () => number(64)) };
    return [TypedDataEncoder.hashDomain(core_domain(chainId, core)), v.chain, v.transition, v.source, v.target,
      v.sourceHeight, v.targetHeight, hash_struct(VOTE, v), TypedDataEncoder.hash(core_domain(chainId, core), VOTE, v)];
  });
}

function transitions() {
  return [...Array(6).keys()].map((i) => {
    const t = { dynasty: pick(i, [0n, U64], () => number(64)), originNumber: pick(i, [U64, 0n], () => number(48)),
      originHash: random(), transactionRoot: random(), gas: pick(i, [0n, U256], () => number(96)), kernel: random() };
    const stated = pick(i, [0n, 1n, U64], () => number(40));
    const hash = hash_struct(TRANSITION, t);
    return [t.dynasty, t.originNumber, t.originHash, t.transactionRoot, word(t.gas), t.kernel, hash, stated,
      keccak256(coder.encode(['bytes32', 'uint64'], [hash, stated]))];
  });
}

function kernels() {
  return [0, 1, 2, 5, 64].map((count, i) => {
    const updates = [...Array(count).keys()].map((k) => ({ validator: address(), kind: (i + k) % 4,
      weight: (i + k) % 4 > 1 ? 0n : pick(k, [(1n << 32n) - 1n, 0n], () => number(32)) }));
    const k = { height: pick(i, [1n, U64], () => number(64)), parent: random(), updates,
      gasTarget: pick(i, [0n, U256], () => number(128)) };
    const packed = concat(updates.map((u) => concat([u.validator, toBeHex(u.weight, 8), toBeHex(u.kind, 1)])));
    return [k.height, k.parent, packed, word(k.gasTarget), hash_struct(KERNEL, k)];
  });
}

function meta_blocks() {
  return [0, 1, 2].map(() => {
    const b = { kernel: random(), transition: random(), vote: random() };
    return [b.kernel, b.transition, b.vote, hash_struct(META_BLOCK, b)];
  });
}

function deposits() {
  return [0, 1, 2].map(() => {
    const d = { signer: address(), withdrawal: address(), depositor: address() };
    return [d.signer.toLowerCase(), d.withdrawal.toLowerCase(), d.depositor.toLowerCase(), hash_struct(DEPOSIT, d),
      hash_struct(LOGOUT, { signer: d.signer })];
  });
}

// Seals with real signatures over one digest: digest, signers by position, seal, roll.
function seals() {
  return [0, 1, 4].map((count, i) => {
    const digest = random();
    const keys = [...Array(count).keys()].map(() => new SigningKey(random()));
    const indices = keys.map((_, k) => k * (i + 1));
    const records = keys.map((key, k) => {
      const s = Signature.from(key.sign(digest));
      return concat([toBeHex(indices[k], 4), s.r, s.yParityAndS]);
    });
    const list = concat(indices.map((index) => toBeHex(index, 4)));
    const height = pick(i, [1n, U64], () => number(40));
    return [digest, concat(keys.map((key) => computeAddress(key.publicKey))), BigInt(i + 1),
      concat(['0x00', ...records]), height,
      keccak256(coder.encode(['uint64', 'uint8', 'bytes'], [height, 0, list]))];
  });
}

function messages() {
  return [...Array(8).keys()].map((i) => {
    const kind = i % 2;
    const d = { chainId: pick(i, [1n, U64], () => number(32)), gateway: address(), coreId: random() };
    const m = { intent: { amount: pick(i, [U256, 1n], () => number(120)), beneficiary: address(), token: address() },
      nonce: pick(i, [0n, 0n, U256], () => number(256)), gasPrice: pick(i, [0n, U256], () => number(60)),
      gasLimit: pick(i, [U256, 0n], () => number(40)), deadline: pick(i, [U64, 0n], () => number(34)),
      sender: address(), facilitator: i % 3 ? address() : getAddress(word(0).slice(0, 42)) };
    const envelope = { facilitator: address(), declaredAt: pick(i, [0n, U64], () => number(34)),
      secretHash: i === 4 ? word(0) : random() };
    const types = kind ? REDEEM : STAKE;
    const id = TypedDataEncoder.hash(gateway_domain(d), types, m);
    const lock = keccak256(coder.encode(['bytes32', 'address', 'uint64', 'bytes32'],
      [id, envelope.facilitator, envelope.declaredAt, envelope.secretHash]));
    const slot = (box) => keccak256(coder.encode(['bytes32', 'uint256'], [id, box]));
    return [BigInt(kind), d.chainId, d.gateway.toLowerCase(), d.coreId, word(m.intent.amount),
      m.intent.beneficiary.toLowerCase(), m.intent.token.toLowerCase(), word(m.nonce), word(m.gasPrice),
      word(m.gasLimit), m.deadline, m.sender.toLowerCase(), m.facilitator.toLowerCase(),
      envelope.facilitator.toLowerCase(), envelope.declaredAt, envelope.secretHash,
      TypedDataEncoder.hashDomain(gateway_domain(d)), hash_struct(types, m), id, lock, slot(2), slot(3)];
  });
}

function secrets() {
  return [word(0), random(), random()].map((secret) => [secret, keccak256(coder.encode(['bytes32'], [secret]))]);
}

function links() {
  return [0, 1, 2].map((i) => {
    const d = { chainId: number(32), gateway: address(), coreId: random() };
    const l = { coreId: d.coreId, gateway: d.gateway, gatewayCodeHash: random(), coGateway: address(),
      coGatewayCodeHash: random(), token: address(), utilityToken: address(), utilityCodeHash: random(),
      nameHash: random(), symbolHash: random(), decimals: [0, 18, 255][i], busVersion: [0n, 1n, U256][i] };
    const declaredAt = pick(i, [0n, U64], () => number(34));
    const hash = TypedDataEncoder.hash(gateway_domain(d), LINK, l);
    return [d.chainId, l.coreId, l.gateway.toLowerCase(), l.gatewayCodeHash, l.coGateway.toLowerCase(),
      l.coGatewayCodeHash, l.token.toLowerCase(), l.utilityToken.toLowerCase(), l.utilityCodeHash, l.nameHash,
      l.symbolHash, BigInt(l.decimals), word(l.busVersion), hash, declaredAt,
      keccak256(coder.encode(['bytes32', 'uint64'], [hash, declaredAt]))];
  });
}

// What is signed beside messages: Revoke(id), and Recover(claim, recipient) of a balance, a stake and a redeem.
function permissions() {
  return [0, 1, 2].map((kind) => {
    const d = { chainId: number(32), gateway: address(), coreId: random() };
    const subject = kind === 0 ? word(BigInt(address())) : random();
    const recipient = address();
    const claim = keccak256(coder.encode(['uint256', 'bytes32'], [kind, subject]));
    const domain = gateway_domain(d);
    return [TypedDataEncoder.hashDomain(domain), subject, TypedDataEncoder.hash(domain, REVOKE, { message: subject }),
      BigInt(kind), recipient.toLowerCase(), TypedDataEncoder.hash(domain, RECOVER, { claim, recipient })];
  });
}

const file = (guard, about, tables) => `/* Made by scripts/vectors-rules.mjs with ethers; do not edit.
 *
 * ${about}
 * Numbers of 256 bits are 32 big-endian bytes.
 */
#ifndef ${guard}
#define ${guard}

#include <stdint.h>

/* clang-format off */

${tables.join('\n')}
/* clang-format on */

#endif
`;

const files = {
  'src/rules/test_vectors.h': file('MO_RULES_TEST_VECTORS_H',
    'Hashes of everything that is signed or committed under a core (1.3).', [
      table('identity_vectors', [...numbers('chain_id'), ...text('core origin_id core_id domain')], identities()),
      table('vote_vectors', [...text('domain chain transition source target'),
        ...numbers('source_height target_height'), ...text('hash digest')], votes()),
      '/* `id` = keccak256(abi.encode(hash, stated height)): a proposal of it. */\n' +
      table('transition_vectors', [...numbers('dynasty origin_number'), ...text('origin_hash transaction_root gas kernel hash'),
        ...numbers('stated_height'), ...text('id')], transitions()),
      '/* `updates`: validator 20 bytes, weight 8, kind 1, one after the other. */\n' +
      table('kernel_vectors', [...numbers('height'), ...text('parent updates gas_target hash')], kernels()),
      table('meta_block_vectors', text('kernel transition vote hash'), meta_blocks()),
      table('deposit_vectors', text('signer withdrawal depositor hash logout'), deposits()),
      '/* The signer of record k has index k * step. */\n' +
      table('seal_vectors', [...text('digest signers'), ...numbers('step'), ...text('seal'), ...numbers('height'),
        ...text('roll')], seals()),
    ]),
  'src/bus/test_vectors.h': file('MO_BUS_TEST_VECTORS_H', 'Hashes of the message bus (gateway 7.1, 7.5).', [
    '/* kind: 0 stake, 1 redeem. */\n' +
    table('message_vectors', [...numbers('kind chain_id'), ...text('gateway core_id amount beneficiary token nonce ' +
      'gas_price gas_limit'), ...numbers('deadline'), ...text('sender facilitator declarer'), ...numbers('declared_at'),
    ...text('secret_hash domain hash id lock outbox_slot inbox_slot')], messages()),
    table('secret_vectors', text('secret hash'), secrets()),
    table('link_vectors', [...numbers('chain_id'), ...text('core_id gateway gateway_code_hash co_gateway ' +
      'co_gateway_code_hash token utility_token utility_code_hash name_hash symbol_hash'), ...numbers('decimals'),
    ...text('bus_version hash'), ...numbers('declared_at'), ...text('word')], links()),
    '/* kind: 0 balance, 1 stake, 2 redeem; a balance\'s subject is its holder. */\n' +
    table('permission_vectors', [...text('domain subject revoke'), ...numbers('kind'), ...text('recipient recover')],
      permissions()),
  ]),
};

let stale = 0;
for (const [name, content] of Object.entries(files)) {
  const full = path.join(root, name);
  if (!process.argv.includes('--check')) {
    fs.writeFileSync(full, content);
  } else if (!fs.existsSync(full) || fs.readFileSync(full, 'utf8') !== content) {
    console.error(`${name} is not what scripts/vectors-rules.mjs writes: run it`);
    stale = 1;
  }
}
process.exitCode = stale;

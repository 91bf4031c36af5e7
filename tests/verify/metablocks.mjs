// Meta-blocks: the chain of parents from setupHash, every transition from the headers, every seal from its signatures.
import { Signature, computeAddress, dataSlice, ethers, getBytes, keccak256, recoverAddress } from 'ethers';
import { INTERFACES } from './chain.mjs';
import { core_domain, encode, plain_kernel, struct_hash, vote_digest } from './types.mjs';

const quorum = (weight, total) => weight > 0n && 3n * weight > 2n * total;

// F_v(k) for every kernel, from the kernels' updates alone (5.3): sets[k] = weights by index.
export function validator_sets(kernels) {
  const indices = new Map();
  const sets = [[]];
  kernels.forEach(({ args }, i) => {
    const weights = [...sets[i]];
    for (const { validator, weight, kind } of args.kernel.updates) {
      if (kind === 0n) indices.set(validator, indices.size);
      weights[indices.get(validator)] = weight;
    }
    sets.push(weights);
    // Founders: F_v(0) = F_v(1).
    if (i === 0) sets[0] = [...weights];
  });
  return { sets, signers: [...indices.keys()] };
}

// The records of a seal: 0x00, then index | r | yParityAndS (0.2).
export function seal_records(seal) {
  if (dataSlice(seal, 0, 1) !== '0x00') throw new Error('the seal is of another kind');
  const count = (getBytes(seal).length - 1) / 68;
  return Array.from({ length: count }, (_, i) => ({
    index: Number(dataSlice(seal, 1 + 68 * i, 5 + 68 * i)),
    signature: dataSlice(seal, 5 + 68 * i, 69 + 68 * i),
  }));
}

async function check_seal(t, context, n, commit) {
  const { sets, signers } = context.validators;
  const records = seal_records(commit.seal);
  const digest = vote_digest(context.domain, commit.link.toObject());
  let forward = 0n;
  let rear = 0n;
  records.forEach(({ index, signature }, i) => {
    t.that(`B_${n}: seal ascends at ${index}`, i === 0 || index > records[i - 1].index);
    t.same(`B_${n}: signer ${index}`, signers[index], recoverAddress(digest, Signature.from(signature)));
    forward += sets[n][index] ?? 0n;
    rear += sets[n - 1][index] ?? 0n;
  });
  const total = (weights) => weights.reduce((sum, w) => sum + (w ?? 0n), 0n);
  t.that(`B_${n}: forward weight ${forward} of ${total(sets[n])} is over 2/3`, quorum(forward, total(sets[n])));
  t.that(`B_${n}: rear weight ${rear} of ${total(sets[n - 1])} is over 2/3`, quorum(rear, total(sets[n - 1])));
  return records.map((r) => r.index);
}

// T(s) from headers and logs up to s (2.6): r and g walk every block from the root.
async function transition_of(context, number) {
  const { auxiliary, origin, config, finalised, enforced, kernels } = context;
  let root = (await auxiliary.block(Number(config.auxiliaryRootNumber))).transactionsRoot;
  let gas = BigInt((await auxiliary.block(Number(config.auxiliaryRootNumber))).gasUsed);
  let parent = (await auxiliary.block(Number(config.auxiliaryRootNumber))).hash;
  const numbers = Array.from({ length: number - Number(config.auxiliaryRootNumber) }, (_, i) => Number(config.auxiliaryRootNumber) + 1 + i);
  for (const block of await Promise.all(numbers.map((i) => auxiliary.block(i)))) {
    if (block.parentHash !== parent) throw new Error(`auxiliary block ${block.number} has another parent`);
    parent = block.hash;
    root = keccak256(encode(['bytes32', 'bytes32'], [root, block.transactionsRoot]));
    gas += BigInt(block.gasUsed);
  }
  const before = (list) => list.filter((e) => e.block <= number);
  // The roots are logged as finalised at construction and add no dynasty (2.2).
  const rootHeight = BigInt(config.auxiliaryRootNumber) / BigInt(config.epoch);
  const own = before(finalised.filter((e) => e.args.chain === context.coreId && e.args.height > rootHeight));
  const observed = before(finalised.filter((e) => e.args.chain === context.originId)).pop();
  const originNumber = observed ? observed.args.height * BigInt(config.originEpoch) : context.originRoot;
  const kernel = before(enforced).pop();
  return {
    dynasty: BigInt(own.length),
    originNumber,
    originHash: (await origin.block(Number(originNumber))).hash,
    transactionRoot: root,
    gas,
    // The history is seeded at the root: a source below the contracts' own block sees K_1.
    kernel: struct_hash('Kernel', plain_kernel(kernels[kernel ? Number(kernel.args.height) - 1 : 0].args.kernel)),
  };
}

async function check_parent(t, context, n, kernel) {
  if (n === 1) return t.same('K_1: its parent is the set-up hash', kernel.parent, context.setupHash);
  const { args } = context.commits[n - 2];
  const vote = struct_hash('Vote', args.link.toObject());
  const parent = struct_hash('MetaBlock', { kernel: args.kernelHash, transition: args.transitionHash, vote });
  const gas = context.proposed.get(args.transitionHash).gas;
  t.same(`K_${n}: its gas target`, kernel.gasTarget, gas + BigInt(context.core.gasStep));
  return t.same(`K_${n}: its parent is B_${n - 1}`, kernel.parent, parent);
}

async function check_one(t, context, n, told) {
  const { args, transaction } = context.commits[n - 1];
  const kernel = plain_kernel(context.kernels[n - 1].args.kernel);
  const link = args.link.toObject();
  t.same(`B_${n}: height`, args.height, n);
  t.same(`B_${n}: kernel hash`, args.kernelHash, struct_hash('Kernel', kernel));
  t.same(`B_${n}: kernel in the report`, told.kernel, args.kernelHash);
  await check_parent(t, context, n, kernel);

  const number = Number(link.sourceHeight) * Number(context.config.epoch);
  t.same(`B_${n}: source hash`, link.source, (await context.auxiliary.block(number)).hash);
  t.same(`B_${n}: target hash`, link.target, (await context.auxiliary.block(Number(link.targetHeight) * Number(context.config.epoch))).hash);
  t.same(`B_${n}: source in the report`, told.source, link.source);
  t.same(`B_${n}: link finalises`, link.targetHeight, link.sourceHeight + 1n);
  t.same(`B_${n}: link's chain`, link.chain, context.coreId);
  t.same(`B_${n}: link's transition`, link.transition, args.transitionHash);
  const transition = await transition_of(context, number);
  t.same(`B_${n}: transition recomputed from headers`, args.transitionHash, struct_hash('Transition', transition));
  t.same(`B_${n}: transition in the report`, told.transition, args.transitionHash);
  t.same(`B_${n}: dynasty in the report`, told.dynasty, transition.dynasty);
  t.same(`B_${n}: gas in the report`, told.gas, transition.gas);
  t.same(`B_${n}: observation in the report`, told.origin_number, transition.originNumber);
  t.same(`B_${n}: source height in the report`, told.source_height, link.sourceHeight);
  t.same(`B_${n}: source number in the report`, told.source_number, number);

  const input = (await context.origin.transaction(transaction)).input;
  const commit = INTERFACES.core.decodeFunctionData('commit', input);
  t.same(`B_${n}: what the transaction committed`, struct_hash('Vote', commit.link.toObject()), struct_hash('Vote', link));
  const indices = await check_seal(t, context, n, commit);
  const list = ethers.concat(indices.map((i) => ethers.toBeHex(i, 4)));
  t.same(`B_${n}: roll`, args.roll, keccak256(encode(['uint64', 'uint8', 'bytes'], [n, 0, list])));
  t.same(`B_${n}: signers in the report`, told.signers, indices.map((i) => context.validators.signers[i]));
  const receipt = await context.origin.receipt(transaction);
  t.same(`B_${n}: transaction of the commit`, told.commit_transaction, receipt.transactionHash);
  t.same(`B_${n}: block of the commit`, told.commit_block, BigInt(receipt.blockNumber));
  t.same(`B_${n}: gas of the commit`, told.commit_gas, BigInt(receipt.gasUsed));
  return indices;
}

export async function check_meta_blocks(t, context, report) {
  const count = context.commits.length;
  t.that(`at least three meta-blocks are committed (${count})`, count >= 3);
  t.same('meta-blocks in the report', report.meta_blocks.length, count);
  let signed = new Set();
  for (let n = 1; n <= count; n++) {
    const told = report.meta_blocks[n - 1];
    t.same(`B_${n}: height in the report`, told.height, n);
    const indices = await check_one(t, context, n, told);
    if (n >= 2) indices.forEach((i) => signed.add(i));
    const kept = await context.origin.call(context.config.core, 'core', 'source', [n]);
    t.same(`B_${n}: source in the core's ring`, kept, context.commits[n - 1].args.link.source);
  }
  const joined = context.kernels[1].args.kernel.updates.filter((u) => u.kind === 0n);
  t.that('K_2 carries the join of a fifth validator', joined.some((u) => context.validators.signers.indexOf(u.validator) === 4 && u.weight > 0n));
  t.that('the fifth validator signs a seal from B_2 on', signed.has(4));
}

export async function check_validators(t, context, report) {
  const deposits = await context.origin.events(context.config.registry, 'registry', 'Deposited');
  for (const { args } of deposits) {
    t.same('a deposit registers the signer\'s whole public key', args.signer, computeAddress(ethers.concat(['0x04', args.x, args.y])));
  }
  const { sets, signers } = context.validators;
  for (const [index, signer] of signers.entries()) {
    t.that(`validator ${index} has a deposit`, deposits.some((d) => d.args.signer === signer));
    const voter = await context.origin.call(context.config.registry, 'registry', 'voter', [index]);
    t.same(`validator ${index}: signer`, voter.signer, signer);
    t.same(`validator ${index}: weight`, voter.weight, sets[sets.length - 1][index]);
    const told = report.validators[index] ?? {};
    t.same(`validator ${index} in the report`, [told.index, told.signer, told.weight], [index, signer, voter.weight]);
  }
  t.same('validators in the report', report.validators.length, signers.length);
}

export async function meta_block_context(context) {
  const { origin, auxiliary, config } = context;
  const created = (await origin.events(config.core, 'core', 'CoreCreated'))[0];
  context.core = created.args.config;
  context.setupHash = created.args.setupHash;
  context.created = created.args;
  context.originRoot = (await origin.events(config.core, 'core', 'CoreOpened'))[0].args.originRootNumber;
  context.kernels = await origin.events(config.core, 'core', 'KernelOpened');
  context.commits = await origin.events(config.core, 'core', 'MetaBlockCommitted');
  const proposals = await origin.events(config.core, 'core', 'MetaBlockProposed');
  context.proposed = new Map(proposals.map(({ args }) => [args.transitionHash, args.transition]));
  context.finalised = await auxiliary.events(config.pollingPlace, 'poll', 'CheckpointFinalised');
  context.enforced = await auxiliary.events(config.pollingPlace, 'poll', 'KernelEnforced');
  context.validators = validator_sets(context.kernels);
  context.domain = core_domain(await origin.chain_id(), config.core);
}

// Kernels: the core's slot 0 as storage and as proof, every relay's proof under origin's own state root, and each kernel in
// force at d + 2 (5.6).
import { INTERFACES } from './chain.mjs';
import { plain_kernel, struct_hash } from './types.mjs';
import { header_hash, proven_account, proven_slot } from './trie.mjs';

async function check_slot(t, context) {
  const { origin, config, kernels } = context;
  const open = kernels[kernels.length - 1].args;
  t.same('slot 0 of the core is the open kernel', await origin.storage(config.core, '0x0'), struct_hash('Kernel', plain_kernel(open.kernel)));
  const head = await origin.send('eth_getBlockByNumber', ['latest', false]);
  t.same('origin\'s head has the hash of its header', head.hash, header_hash(head));
  const key = '0x' + '0'.repeat(64);
  const proof = await origin.send('eth_getProof', [config.core, [key], head.number]);
  const { storageRoot } = proven_account(head.stateRoot, config.core, proof.accountProof);
  t.same('slot 0 of the core by proof', proven_slot(storageRoot, 0n, proof.storageProof[0].proof), open.hash);
}

async function check_relay(t, context, { args, transaction, block }) {
  const { origin, auxiliary, config } = context;
  const n = Number(args.height);
  const call = INTERFACES.relay.decodeFunctionData('relay', (await auxiliary.transaction(transaction)).input);
  const seen = context.observed.find((o) => o.args.number === call.originNumber && o.block <= block);
  t.that(`K_${n}: relayed under a finalised observation of origin (${call.originNumber})`, seen);
  const header = await origin.block(Number(call.originNumber));
  t.same(`K_${n}: that observation`, seen.args.hash, header.hash);
  const { storageRoot } = proven_account(header.stateRoot, config.core, call.accountProof);
  const hash = struct_hash('Kernel', plain_kernel(call.kernel));
  t.same(`K_${n}: what the relay's storage proof holds`, proven_slot(storageRoot, 0n, call.slotProof), hash);
  t.same(`K_${n}: as origin opened it`, context.kernels[n - 1].args.hash, hash);
  t.same(`K_${n}: its parent`, call.kernel.parent, struct_hash('MetaBlock', call.parent.toObject()));
  t.same(`K_${n}: the parent's link`, call.parent.vote, struct_hash('Vote', call.link.toObject()));
}

// What the report says of the relay of the kernel that B_n opened.
async function check_told(t, context, n, told, relay, enforced) {
  const receipt = await context.auxiliary.receipt(relay.transaction);
  const call = INTERFACES.relay.decodeFunctionData('relay', (await context.auxiliary.transaction(relay.transaction)).input);
  t.same(`K_${n + 1}: transaction of the relay`, told.relay_transaction, relay.transaction);
  t.same(`K_${n + 1}: block of the relay`, told.relay_block, relay.block);
  t.same(`K_${n + 1}: gas of the relay`, told.relay_gas, BigInt(receipt.gasUsed));
  t.same(`K_${n + 1}: observation of the relay`, told.relay_origin_number, call.originNumber);
  if (!enforced) return;
  t.same(`K_${n + 1}: enforced in block`, told.enforced_block, enforced.block);
  t.same(`K_${n + 1}: enforced in dynasty`, told.enforced_dynasty, enforced.args.dynasty);
}

export async function check_kernels(t, context, report) {
  const { auxiliary, config } = context;
  await check_slot(t, context);
  const relayed = await auxiliary.events(config.kernelRelay, 'relay', 'KernelRelayed');
  const pending = await auxiliary.events(config.pollingPlace, 'poll', 'KernelPending');
  for (const relay of relayed) await check_relay(t, context, relay);
  for (const relay of relayed) {
    const n = Number(relay.args.height) - 1;
    const enforced = context.enforced.find((e) => e.args.height === relay.args.height);
    await check_told(t, context, n, report.meta_blocks[n - 1] ?? {}, relay, enforced);
  }
  // Every committed kernel but the first came by a relay; the first is in force from the root.
  for (let n = 2; n <= context.commits.length; n++) {
    t.that(`K_${n} was relayed`, relayed.some((r) => Number(r.args.height) === n));
    const waits = pending.find((p) => Number(p.args.height) === n);
    const enforced = context.enforced.find((e) => Number(e.args.height) === n);
    t.that(`K_${n} is in force`, waits && enforced);
    t.same(`K_${n} is in force at d + 2`, enforced.args.dynasty, waits.args.dynasty + 2n);
  }
}

export async function kernel_context(context) {
  const { auxiliary, config } = context;
  context.observed = await auxiliary.events(config.originBlockStore, 'observations', 'OriginBlockFinalised');
}

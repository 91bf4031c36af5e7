// Transfers: message ids, locks, box words on both chains, every proven root, the money, and the sum over the pair.
import { decodeRlp, keccak256 } from 'ethers';
import { STATUS, box_slot, box_word, lock_of, message_id } from './types.mjs';
import { proven_account, proven_slot } from './trie.mjs';

const OUTBOX = 2;
const INBOX = 3;

// The two sides of a message of this kind.
function sides(context, kind) {
  const o = { chain: context.origin, box: context.config.gateway, iface: 'gateway', name: 'origin' };
  const a = { chain: context.auxiliary, box: context.config.coGateway, iface: 'coGateway', name: 'auxiliary' };
  return kind === 'stake' ? { source: o, target: a } : { source: a, target: o };
}

// The state root that a number names on a side: a finalised observation, or a committed source's header.
async function foreign_root(context, side, number, header) {
  if (side.name === 'auxiliary') {
    if (!context.observed.some((o) => o.args.number === number)) throw new Error(`origin ${number} was not observed`);
    return (await context.origin.block(Number(number))).stateRoot;
  }
  const commit = context.commits[Number(number) - 1];
  if (!commit || keccak256(header) !== commit.args.link.source) throw new Error(`the header is not the source of B_${number}`);
  return decodeRlp(header)[3];
}

// PeerProven on one side: the account proof under the foreign root gives the storage root that the event names.
async function check_peers(t, context, side, peer) {
  const roots = new Map();
  for (const { args, transaction } of await side.chain.events(side.box, side.iface, 'PeerProven')) {
    const calls = await side.chain.calls(transaction, side.iface, 'provePeer');
    const call = calls.find((c) => c.rootNumber === args.rootNumber);
    if (!t.that(`${side.name}: PeerProven(${args.rootNumber}) comes from provePeer`, call)) continue;
    const root = await foreign_root(context, side, args.rootNumber, call.header);
    t.same(`${side.name}: storage root of the peer at ${args.rootNumber}`, args.storageRoot, proven_account(root, peer, call.accountProof).storageRoot);
    roots.set(args.rootNumber, args.storageRoot);
  }
  return roots;
}

// The storage proofs by which a message moved on its target: each shows the source's outbox word under a proven root.
async function check_slot_proofs(t, id, lock, side, roots, transactions) {
  let seen = 0;
  for (const name of ['confirm', 'deliver', 'progressInboxByProof']) {
    for (const hash of transactions) {
      for (const call of await side.chain.calls(hash, side.iface, name)) {
        if (lock_of(id, call.envelope.facilitator, call.envelope.declaredAt, call.envelope.secretHash) !== lock) continue;
        seen++;
        const word = proven_slot(roots.get(call.rootNumber), BigInt(box_slot(id, OUTBOX)), call.slotProof);
        t.that(`${id}: ${name} shows a declared outbox`, [1, 2].some((status) => word === box_word(lock, status)));
      }
    }
  }
  t.that(`${id}: moved by a storage proof`, seen > 0);
}

// Each state that the report tells: the log that made it, and the receipt of its transaction.
async function check_states(t, told, logs, { source, target }) {
  const names = { 'outbox Declared': logs.declared, 'inbox Declared': logs.confirmed, 'outbox Progressed': logs.revealed, 'inbox Progressed': logs.delivered };
  t.same(`${told.kind}: states in the report`, told.states.length, Object.values(names).filter(Boolean).length);
  for (const state of told.states) {
    const what = `${told.kind}: ${state.box} ${state.state}`;
    const side = state.box === 'outbox' ? source : target;
    const log = names[`${state.box} ${state.state}`];
    if (!t.that(`${what} happened`, log)) continue;
    const receipt = await side.chain.receipt(log.transaction);
    t.same(`${what}: chain`, state.chain, side.name);
    t.same(`${what}: transaction`, state.transaction, log.transaction);
    t.same(`${what}: block`, state.block, BigInt(receipt.blockNumber));
    t.same(`${what}: gas`, state.gas, BigInt(receipt.gasUsed));
    t.same(`${what}: status`, receipt.status, '0x1');
  }
}

// The token's own logs of the delivering transaction: amount less reward to the beneficiary, the reward to the payee.
async function check_paid(t, context, kind, target, delivered) {
  const token = target.name === 'origin' ? context.config.valueToken : context.config.utilityToken;
  const moves = (await target.chain.events(token, 'token', 'Transfer')).filter((e) => e.transaction === delivered.transaction);
  const paid = (to) => moves.filter((e) => e.args.to === to).reduce((sum, e) => sum + e.args.value, 0n);
  const { beneficiary, payee, amount, reward } = delivered.args;
  t.same(`${kind}: paid to the beneficiary`, paid(beneficiary), amount - reward);
  t.same(`${kind}: paid to the payee`, paid(payee), reward);
}

async function check_transfer(t, context, told, roots) {
  const { source, target } = sides(context, told.kind);
  const event = told.kind === 'stake' ? 'StakeDeclared' : 'RedeemDeclared';
  const declared = (await source.chain.events(source.box, source.iface, event)).find((e) => e.args.id === told.id);
  if (!t.that(`${told.kind}: declared as ${told.id}`, declared)) return;
  const { message, facilitator, declaredAt, secretHash, lock } = declared.args;
  const domain = { chainId: await source.chain.chain_id(), gateway: source.box, coreId: context.coreId };
  t.same(`${told.kind}: message id`, told.id, message_id(told.kind, domain, message.toObject(true)));
  t.same(`${told.kind}: lock`, lock, lock_of(told.id, facilitator, declaredAt, secretHash));
  t.same(`${told.kind}: amount`, told.amount, message.intent.amount);
  t.same(`${told.kind}: outbox word`, await source.chain.storage(source.box, box_slot(told.id, OUTBOX)), box_word(lock, STATUS.progressed));
  t.same(`${told.kind}: inbox word`, await target.chain.storage(target.box, box_slot(told.id, INBOX)), box_word(lock, STATUS.progressed));

  const revealed = (await source.chain.events(source.box, source.iface, 'OutboxProgressed')).find((e) => e.args.id === told.id);
  const delivered = (await target.chain.events(target.box, target.iface, 'Delivered')).find((e) => e.args.id === told.id);
  const confirmed = (await target.chain.events(target.box, target.iface, 'Confirmed')).filter((e) => e.args.id === told.id);
  t.that(`${told.kind}: by hash lock`, revealed.args.bySecret && BigInt(secretHash) !== 0n);
  t.same(`${told.kind}: the secret opens its hash`, secretHash, keccak256(revealed.args.secret));
  t.same(`${told.kind}: delivered to the beneficiary`, delivered.args.beneficiary, message.intent.beneficiary);
  t.same(`${told.kind}: amount delivered`, delivered.args.amount, message.intent.amount);
  await check_paid(t, context, told.kind, target, delivered);
  t.same(`${told.kind}: reward`, told.reward, delivered.args.reward);
  t.that(`${told.kind}: reward is within gasPrice * gasLimit`, delivered.args.reward <= message.gasPrice * message.gasLimit);
  await check_slot_proofs(t, told.id, lock, target, roots[target.name], [delivered, ...confirmed].map((e) => e.transaction));
  await check_states(t, told, { declared, confirmed: confirmed[0], revealed, delivered }, { source, target });
}

// What every declared message holds: escrow = supply + what is on its way (gateway 7.7 on a live pair).
async function check_sum(t, context) {
  const { origin, auxiliary, config } = context;
  const amounts = async (kind) => {
    const { source, target } = sides(context, kind);
    const all = await source.chain.events(source.box, source.iface, kind === 'stake' ? 'StakeDeclared' : 'RedeemDeclared');
    const done = new Set((await target.chain.events(target.box, target.iface, 'Delivered')).map((e) => e.args.id));
    return all.filter((e) => !done.has(e.args.id)).reduce((sum, e) => sum + e.args.message.intent.amount, 0n);
  };
  const token = await origin.call(config.gateway, 'gateway', 'TOKEN', []);
  const escrow = await origin.call(token, 'token', 'balanceOf', [config.gateway]);
  const supply = await auxiliary.call(config.utilityToken, 'token', 'totalSupply', []);
  t.same('escrow = supply + what is on its way', escrow, supply + (await amounts('stake')) + (await amounts('redeem')));
}

export async function check_transfers(t, context, report) {
  const kinds = report.transfers.map((m) => m.kind);
  t.that('one stake and mint, one redeem and unstake', kinds.includes('stake') && kinds.includes('redeem'));
  const o = sides(context, 'stake').source;
  const a = sides(context, 'stake').target;
  const roots = {
    origin: await check_peers(t, context, o, context.config.coGateway),
    auxiliary: await check_peers(t, context, a, context.config.gateway),
  };
  for (const told of report.transfers) await check_transfer(t, context, told, roots);
  await check_sum(t, context);
}

// Plain transfers in finalised blocks of the auxiliary chain, and who sent them.
export async function check_load(t, context, report) {
  const last = context.finalised.filter((e) => e.args.chain === context.coreId).pop();
  const number = Number(last.args.height) * Number(context.config.epoch);
  const blocks = await Promise.all(Array.from({ length: number + 1 }, (_, i) => context.auxiliary.block(i)));
  const senders = new Map();
  let all = 0;
  for (const block of blocks) {
    all += block.transactions.length;
    for (const { from, input, value } of block.transactions) {
      if (input === '0x' && BigInt(value) > 0n) senders.set(from, (senders.get(from) ?? 0) + 1);
    }
  }
  const loaders = [...senders.values()].filter((n) => n >= 100);
  const transfers = loaders.reduce((sum, n) => sum + n, 0);
  t.that(`at least 3,000 transfers in finalised blocks (${transfers})`, transfers >= 3000);
  t.that(`from at least 16 senders (${loaders.length})`, loaders.length >= 16);
  t.same('last finalised auxiliary block', report.aux_finalised_number, number);
  t.same('finalised auxiliary transactions', report.aux_transactions_finalised, all);
  t.same('finalised transfers of the load', report.load_transfers_finalised, transfers);
  t.same('senders of the load', report.load_senders, loaders.length);
  t.that('the demo says how long it took', Number(report.seconds) > 0);
}

// Many messages both ways, by two facilitators that see the same intents, at fixed prices, each killed at random moments.
import fs from 'node:fs';
import path from 'node:path';
import { ethers } from 'ethers';
import { sleep, until } from '../faults/devnet.mjs';

const GWEI = 10n ** 9n;
const TOKEN = 10n ** 18n;
const ZERO = ethers.ZeroAddress;
const ERC20 = [
  'event Transfer(address indexed from, address indexed to, uint256 value)',
  'function approve(address, uint256) returns (bool)',
  'function balanceOf(address) view returns (uint256)',
];
const BUS = [
  'event StakeDeclared(bytes32 indexed id, address indexed sender, address indexed facilitator, ((uint256 amount,address beneficiary,address token) intent,uint256 nonce,uint256 gasPrice,uint256 gasLimit,uint64 deadline,address sender,address facilitator) message, uint64 declaredAt, bytes32 secretHash, bytes32 lock)',
  'event RedeemDeclared(bytes32 indexed id, address indexed sender, address indexed facilitator, ((uint256 amount,address beneficiary,address token) intent,uint256 nonce,uint256 gasPrice,uint256 gasLimit,uint64 deadline,address sender,address facilitator) message, uint64 declaredAt, bytes32 secretHash, bytes32 lock)',
  'event OutboxProgressed(bytes32 indexed id, address indexed facilitator, bool bySecret, bytes32 secret)',
  'event OutboxRevoked(bytes32 indexed id, address indexed sender, uint256 amount, uint256 burnedCoin)',
  'event InboxRevoked(bytes32 indexed id, bytes32 lock)',
  'event Delivered(bytes32 indexed id, address indexed beneficiary, address indexed payee, uint256 amount, uint256 reward, bool bySecret, bytes32 secret)',
];

// A pair as its logs tell it.
export class Pair {
  constructor(devnet) {
    const { config, origin, auxiliary } = devnet;
    this.config = config;
    this.token = new ethers.Contract(config.valueToken, ERC20, origin);
    this.utility = new ethers.Contract(config.utilityToken, ERC20, auxiliary);
    this.gateway = new ethers.Contract(config.gateway, BUS, origin);
    this.co_gateway = new ethers.Contract(config.coGateway, BUS, auxiliary);
    this.devnet = devnet;
  }

  // The auxiliary chain is read first: what was delivered there was declared on origin before. A redeem that origin pays
  // was declared many blocks earlier.
  async logs() {
    const a = await this.devnet.auxiliary.getBlockNumber();
    const of = (contract, name, to) => contract.queryFilter(name, 0, to);
    const auxiliary = {
      declared: await of(this.co_gateway, 'RedeemDeclared', a), progressed: await of(this.co_gateway, 'OutboxProgressed', a),
      revoked: await of(this.co_gateway, 'OutboxRevoked', a), delivered: await of(this.co_gateway, 'Delivered', a),
      refused: await of(this.co_gateway, 'InboxRevoked', a), moved: await of(this.utility, 'Transfer', a),
    };
    const o = await this.devnet.origin.getBlockNumber();
    const origin = {
      declared: await of(this.gateway, 'StakeDeclared', o), progressed: await of(this.gateway, 'OutboxProgressed', o),
      revoked: await of(this.gateway, 'OutboxRevoked', o), delivered: await of(this.gateway, 'Delivered', o),
      refused: await of(this.gateway, 'InboxRevoked', o), moved: await of(this.token, 'Transfer', o),
    };
    return { origin, auxiliary };
  }

  // Escrow and circulation by the tokens' own Transfer logs; in flight: declared, and neither delivered nor returned.
  sums({ origin, auxiliary }) {
    const sum = (logs, of = (log) => log.args.value) => logs.reduce((total, log) => total + of(log), 0n);
    const gateway = this.config.gateway.toLowerCase();
    const is = (address, other) => address.toLowerCase() === other;
    const escrow = sum(origin.moved.filter((l) => is(l.args.to, gateway))) - sum(origin.moved.filter((l) => is(l.args.from, gateway)));
    const circulating = sum(auxiliary.moved.filter((l) => is(l.args.from, ZERO))) - sum(auxiliary.moved.filter((l) => is(l.args.to, ZERO)));
    const open = (source, target) => {
      const done = new Set([...target.delivered, ...source.revoked].map((l) => l.args.id));
      return sum(source.declared.filter((l) => !done.has(l.args.id)), (l) => l.args.message.intent.amount);
    };
    return { escrow, circulating, in_flight: open(origin, auxiliary) + open(auxiliary, origin) };
  }

  // How many of the ids have ended on both sides.
  ended({ origin, auxiliary }, ids) {
    const all = (...lists) => new Set(lists.flat().map((l) => l.args.id));
    const out = all(origin.progressed, origin.revoked, auxiliary.progressed, auxiliary.revoked);
    const into = all(origin.delivered, origin.refused, auxiliary.delivered, auxiliary.refused);
    return ids.filter((id) => out.has(id) && into.has(id)).length;
  }
}

const INTENT = [['amount', 'uint256'], ['beneficiary', 'address'], ['token', 'address']];
const fields = (list) => list.map(([name, type]) => ({ name, type }));

// Signs messages as ethers understands EIP-712, and hands them to every facilitator.
class Sender {
  constructor(devnet, wallet, core_id, gas_price) {
    Object.assign(this, { devnet, wallet, core_id, gas_price, nonce: 7_000_000n });
  }
  async sign(kind, amount) {
    const { config } = this.devnet;
    const stake = kind === 'stake';
    const [chain, gateway, token] = stake ? [this.devnet.origin, config.gateway, config.valueToken] : [this.devnet.auxiliary, config.coGateway, config.utilityToken];
    const domain = { name: 'Mosaic Gateway', version: '1', chainId: stake ? config.originChainId : config.auxiliaryChainId, verifyingContract: gateway, salt: this.core_id };
    const name = stake ? 'Stake' : 'Redeem';
    const types = {
      [name]: fields(INTENT),
      [`${name}Message`]: fields([['intent', name], ['nonce', 'uint256'], ['gasPrice', 'uint256'], ['gasLimit', 'uint256'], ['deadline', 'uint64'], ['sender', 'address'], ['facilitator', 'address']]),
    };
    const message = {
      intent: { amount, beneficiary: this.wallet.address, token }, nonce: this.nonce++, gasPrice: this.gas_price, gasLimit: 1_000_000n,
      deadline: BigInt((await chain.getBlock('latest')).timestamp) + 3600n, sender: this.wallet.address, facilitator: ZERO,
    };
    const signature = ethers.Signature.from(await this.wallet.signTypedData(domain, types, message)).compactSerialized;
    const id = ethers.TypedDataEncoder.hash(domain, types, message);
    const text = JSON.stringify({
      kind, amount: String(amount), beneficiary: this.wallet.address, token, nonce: String(message.nonce), gasPrice: String(this.gas_price),
      gasLimit: '1000000', deadline: Number(message.deadline), sender: this.wallet.address, facilitator: ZERO, signature,
    });
    return { id, text };
  }
}

function hand_over(devnet, roles, { id, text }) {
  for (const role of roles) {
    const inbox = path.join(devnet.state, role, 'inbox');
    fs.writeFileSync(path.join(inbox, `.${id}`), text);
    fs.renameSync(path.join(inbox, `.${id}`), path.join(inbox, `${id}.json`));
  }
}

async function equip(devnet, roles, holder) {
  const policy = path.join(devnet.state, 'policy.json');
  const wallets = {};
  fs.writeFileSync(policy, JSON.stringify({
    spreadMs: 4000, rescueMs: 8000, tokenPrice: String(TOKEN), coinPrice: String(TOKEN), originGasPrice: String(GWEI),
    auxiliaryGasPrice: String(GWEI), profitFloor: '0',
  }));
  for (const role of roles) {
    const key = path.join(devnet.state, 'keys', `${role}.key`);
    if (!fs.existsSync(key)) fs.writeFileSync(key, `${ethers.Wallet.createRandom().privateKey}\n`, { mode: 0o600 });
    fs.mkdirSync(path.join(devnet.state, role, 'inbox'), { recursive: true });
    wallets[role] = new ethers.Wallet(devnet.key(role));
    for (const chain of [devnet.origin, devnet.auxiliary])
      await (await holder.connect(chain).sendTransaction({ to: wallets[role].address, value: 20n * TOKEN })).wait();
  }
  return { wallets, start: (role) => devnet.start(role, {}, ['--policy', policy]) };
}

// All transactions of the facilitators since the run began: gas by sender, and how many reverted.
async function gas_of(chain, from, senders) {
  const spent = Object.fromEntries(senders.map((s) => [s, { gas: 0n, reverted: 0, sent: 0 }]));
  for (let n = from; n <= (await chain.getBlockNumber()); n++) {
    for (const receipt of await chain.send('eth_getBlockReceipts', [ethers.toQuantity(n)])) {
      const account = spent[ethers.getAddress(receipt.from)];
      if (!account) continue;
      account.gas += BigInt(receipt.gasUsed);
      account.sent++;
      account.reverted += receipt.status === '0x0' ? 1 : 0;
    }
  }
  return spent;
}

// N each way. `random` gives numbers in [0, 1).
export async function many(t, devnet, count, random) {
  const roles = ['facilitator', 'facilitator-b'];
  const pair = new Pair(devnet);
  const holder = new ethers.Wallet(devnet.key('holder'));
  const { wallets, start } = await equip(devnet, roles, holder);
  const began = [await devnet.origin.getBlockNumber(), await devnet.auxiliary.getBlockNumber()];
  await (await pair.token.connect(holder.connect(devnet.origin)).approve(devnet.config.gateway, BigInt(count) * 10n * TOKEN)).wait();
  const core = new ethers.Contract(devnet.config.core, ['function coreId() view returns (bytes32)'], devnet.origin);
  const sender = new Sender(devnet, holder, await core.coreId(), 4n * GWEI);
  const whole = (await pair.utility.balanceOf(holder.address)) / BigInt(count);
  const ids = [];
  for (let i = 0; i < count; i++)
    for (const [kind, most] of [['stake', 5n * TOKEN], ['redeem', whole]]) {
      const message = await sender.sign(kind, most / 2n + BigInt(Math.floor(random() * 1e9)) * (most / 2n) / 1_000_000_000n);
      hand_over(devnet, roles, message);
      ids.push(message.id);
    }
  roles.forEach((role) => start(role));
  const started = Date.now();
  const kills = { count: 0, stop: false };
  const killer = (async () => {
    while (!kills.stop) {
      await sleep(2000 + random() * 4000);
      if (kills.stop) break;
      const role = roles[Math.floor(random() * 2)];
      await devnet.end(role);
      kills.count++;
      await sleep(random() * 2000);
      start(role);
    }
  })();
  let unequal = 0;
  let samples = 0;
  let done = 0;
  const all = await until(60 + count * 2, async () => {
    const logs = await pair.logs();
    const { escrow, circulating, in_flight } = pair.sums(logs);
    samples++;
    unequal += escrow !== circulating + in_flight;
    done = pair.ended(logs, ids);
    await sleep(800);
    return done === ids.length;
  });
  kills.stop = true;
  await killer;
  const seconds = (Date.now() - started) / 1000;
  t.that(`many: ${ids.length} messages have ended (${seconds.toFixed(0)} s, ${kills.count} kills, ${(ids.length / seconds).toFixed(1)} a second)`, all, `${done} of ${ids.length}`);
  t.that('many: both facilitators were killed or lived to work', kills.count > 2, kills.count);
  t.that(`many: escrow = circulating + in flight in each of ${samples} looks`, samples > 5 && unequal === 0, unequal);
  await accounts(t, devnet, pair, { wallets, began, ids });
}

async function accounts(t, devnet, pair, { wallets, began, ids }) {
  const logs = await pair.logs();
  const { escrow, circulating, in_flight } = pair.sums(logs);
  t.that('many: at the end the escrow is what circulates', escrow === circulating && in_flight === 0n, [escrow, circulating, in_flight]);
  const senders = Object.values(wallets).map((w) => w.address);
  const spent = [await gas_of(devnet.origin, began[0] + 1, senders), await gas_of(devnet.auxiliary, began[1] + 1, senders)];
  const mine = new Set(ids);
  for (const [role, { address }] of Object.entries(wallets)) {
    const paid = [...logs.origin.delivered, ...logs.auxiliary.delivered].filter((l) => l.args.payee === address && mine.has(l.args.id));
    const earned = paid.reduce((sum, l) => sum + l.args.reward, 0n);
    const gas = spent[0][address].gas + spent[1][address].gas;
    const reverted = spent[0][address].reverted + spent[1][address].reverted;
    const sent = spent[0][address].sent + spent[1][address].sent;
    const profit = earned - gas * GWEI;
    t.that(`many: ${role} carried some, at no loss: ${paid.length} deliveries, profit ${ethers.formatEther(profit)} at fixed prices`, paid.length > 0 && profit >= 0n, profit);
    t.that(`many: ${role} spent gas in vain in few of ${sent} transactions (${reverted})`, reverted * 6 <= sent, reverted);
    const log = fs.readFileSync(devnet.log_of(role), 'utf8');
    t.that(`many: ${role} tells its accounts`, /accounts: \d+ carried, \d+ rescued; rewards/.test(log) && /accounts: at the policy's prices earned \d+, spent \d+ wei/.test(log));
  }
}

// A stranger with coin and stake tokens, who calls what is open to anyone (3.1, 3.3, 4.2, 2.7): runs that end at no
// checkpoint, invented headers of either chain, proposals that can never commit, batches of garbage.
import fs from 'node:fs';
import { ethers } from 'ethers';
import { header_hash, header_rlp } from '../verify/trie.mjs';

const abi = (root, name) => JSON.parse(fs.readFileSync(`${root}/contracts/out/${name}.sol/${name}.json`, 'utf8')).abi;
const hex = (number) => ethers.toQuantity(number);

export class Griefer {
  constructor(net, build) {
    const at = (chain, name, address) => new ethers.Contract(address, abi(build, name), this[chain]);
    this.net = net;
    for (const chain of ['origin', 'auxiliary']) this[chain] = new ethers.NonceManager(new ethers.Wallet(net.key('deployer'), net[chain]));
    this.core = at('origin', 'Core', net.config.core);
    this.token = at('origin', 'IERC20', net.config.stakeToken);
    this.store = at('auxiliary', 'AuxiliaryBlockStore', net.config.auxiliaryBlockStore);
    this.origins = at('auxiliary', 'OriginBlockStore', net.config.originBlockStore);
    this.place = at('auxiliary', 'PollingPlace', net.config.pollingPlace);
  }

  async runs() {
    const root = this.net.config.auxiliaryRootNumber;
    const blocks = [];
    for (let n = root + 1; n <= root + 40; n++) blocks.push(await this.net.auxiliary.send('eth_getBlockByNumber', [hex(n), false]));
    const sent = [];
    for (const length of [1, 5, 17, 40]) {
      const run = blocks.slice(0, length);
      sent.push(await this.store.report(run[0].parentHash, ethers.concat(run.map(header_rlp)), { gasLimit: 5000000n }));
    }
    let parent = blocks[0].parentHash; // a fork of headers that nobody mined
    for (let i = 0; i < 20; i++) {
      const made = { ...blocks[0], parentHash: parent, number: hex(root + 1 + i), extraData: ethers.toBeHex(i + 1, 8) };
      sent.push(await this.store.report(parent, header_rlp(made), { gasLimit: 1000000n }));
      parent = header_hash(made);
    }
    return sent;
  }

  // Invented checkpoints at future heights, and true ones, every other, before they are final.
  async origin_headers() {
    const epoch = this.net.config.originEpoch;
    const head = await this.net.origin.send('eth_getBlockByNumber', ['latest', false]);
    const next = (Math.floor(Number(head.number) / epoch) + 1) * epoch;
    const sent = [];
    for (let i = 0; i < 40; i++) {
      const made = { ...head, number: hex(next + i * epoch), extraData: ethers.toBeHex(i + 1, 8) };
      sent.push(await this.origins.report(header_rlp(made), { gasLimit: 1000000n }));
    }
    return sent;
  }

  async early_origin() {
    const epoch = this.net.config.originEpoch;
    const head = await this.net.origin.getBlockNumber();
    const number = Math.floor(head / epoch) * epoch;
    if ((number / epoch) % 2 || number === this.last) return [];
    this.last = number;
    return [await this.origins.report(header_rlp(await this.net.origin.send('eth_getBlockByNumber', [hex(number), false])), { gasLimit: 1000000n })];
  }

  // More proposals than anyone keeps a table for.
  async proposals(count) {
    const gas = (await this.core.committedGas()) + 1n;
    const kernel = await this.core.openKernel();
    const seen = (await this.core.queryFilter('MetaBlockProposed')).at(-1).args.transition.toObject();
    await (await this.token.approve(this.net.config.core, ethers.MaxUint256)).wait();
    const sent = [];
    for (let i = 0; i < count; i++) {
      const t = { ...seen, dynasty: seen.dynasty + 1000n + BigInt(i), gas, kernel };
      sent.push(await this.core.propose(t, 0, [], { gasLimit: 400000n }));
    }
    return sent;
  }

  async garbage() {
    const registered = (await this.place.queryFilter('LinkRegistered')).at(-1).args.link.toObject();
    const sent = [];
    for (const records of [ethers.randomBytes(68), ethers.randomBytes(680), new Uint8Array(68)])
      sent.push(await this.place.voteBatch(registered, records, { dynasty: 0, observation: 0 }, { gasLimit: 2000000n }));
    return sent;
  }
}

// How many of the transactions succeeded.
export async function outcomes(provider, sent) {
  let good = 0;
  for (const { hash } of sent) {
    const receipt = await provider.waitForTransaction(hash, 1, 20000);
    if (receipt.status === 1) good++;
  }
  return `${good} of ${sent.length}`;
}

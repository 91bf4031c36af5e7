// What no validator of ours does: votes that offend, made with a devnet's keys (docs/protocol.md 2.3). For tests alone.
import fs from 'node:fs';
import { ethers } from 'ethers';
import { header_hash, header_rlp } from '../verify/trie.mjs';
import { core_domain, core_id, origin_id, vote_digest } from '../verify/types.mjs';
import { until } from '../faults/devnet.mjs';

const abi = (build, name) => JSON.parse(fs.readFileSync(`${build}/contracts/out/${name}.sol/${name}.json`, 'utf8')).abi;
const no_hints = { dynasty: 0, observation: 0 };

export class Offender {
  constructor(net, build, name) {
    const { config } = net;
    net.origin.pollingInterval = net.auxiliary.pollingInterval = 100;
    this.net = net;
    this.name = name;
    this.key = new ethers.Wallet(net.key(name));
    this.place = new ethers.Contract(config.pollingPlace, abi(build, 'IPollingPlace'), net.auxiliary);
    this.origins = new ethers.Contract(config.originBlockStore, abi(build, 'OriginBlockStore'), net.auxiliary);
    this.registry = new ethers.Contract(config.registry, abi(build, 'IRegistry'), net.origin);
    this.core = new ethers.Contract(config.core, abi(build, 'ICore'), net.origin);
    // The daemon uses the same key: what it has in flight must not be in the way, so another pays.
    this.purse = { origin: new ethers.Wallet(net.key('holder'), net.origin), auxiliary: new ethers.Wallet(net.key('holder'), net.auxiliary) };
    this.coreId = core_id(config.originChainId, config.core);
    this.originId = origin_id(config.originChainId);
    this.domain = core_domain(config.originChainId, config.core);
  }

  get address() {
    return this.key.address;
  }

  async index() {
    this.number ??= (await this.registry.account(this.address)).index;
    return this.number;
  }

  // 64 bytes, EIP-2098.
  sign(vote) {
    return this.key.signingKey.sign(vote_digest(this.domain, vote)).compactSerialized;
  }

  async record(vote) {
    return ethers.concat([ethers.toBeHex(await this.index(), 4), this.sign(vote)]);
  }

  // This validator's recorded votes about a chain, the oldest first.
  async votes(chain, from = 0) {
    const links = new Map((await this.place.queryFilter('LinkRegistered', from)).map((log) => [log.args.linkHash, log.args.link]));
    const recorded = await this.place.queryFilter(this.place.filters.VoteRecorded(null, await this.index()), from);
    return recorded
      .map((log) => ({ hash: log.args.linkHash, block: log.blockNumber, ...links.get(log.args.linkHash)?.toObject() }))
      .filter((vote) => vote.chain === chain);
  }

  // A header of origin at this height that nobody mined, and what sends it to the auxiliary chain.
  async invent(height) {
    const head = await this.net.origin.send('eth_getBlockByNumber', ['latest', false]);
    const made = { ...head, number: ethers.toQuantity(height * BigInt(this.net.config.originEpoch)), extraData: ethers.hexlify(ethers.randomBytes(8)) };
    return [header_hash(made), header_rlp(made)];
  }

  // A vote about origin for such a header, made of this validator's newest by `other`. The link is open as long as its
  // source is not below what is final (2.2), an epoch or so: header and vote go into one block, and again when it is late.
  async invented(other) {
    let receipt;
    const done = await until(60, async () => {
      const { transition, source, sourceHeight, targetHeight } = await this.newest(this.originId);
      const height = other(targetHeight);
      const [target, header] = await this.invent(height);
      const vote = { chain: this.originId, transition, source, target, sourceHeight, targetHeight: height };
      const record = await this.record(vote);
      const payer = new ethers.NonceManager(this.purse.auxiliary);
      await this.origins.connect(payer).report(header, { gasLimit: 1000000n });
      receipt = await (await this.place.connect(payer).voteBatch(vote, record, no_hints, { gasLimit: 2000000n })).wait();
      return receipt.status === 1;
    });
    if (!done) throw new Error('no vote for an invented header within 60 s');
    return receipt;
  }

  async newest(chain) {
    let votes = [];
    const recent = Math.max(0, (await this.net.auxiliary.getBlockNumber()) - 200);
    if (!(await until(30, async () => (votes = await this.votes(chain, recent)).length > 0))) throw new Error(`${this.name} does not vote`);
    return votes.at(-1);
  }

  // (1): a second target at one height. The polling place passes it over; it stands in the batch.
  async double() {
    return this.invented((height) => height);
  }

  // (2): an outer link, recorded at once; the daemon's next votes lie inside.
  async surround() {
    return this.invented((height) => height + 5n);
  }

  // (3): another transition of one source. The polling place refuses it; it reaches origin as a sign of presence (5.5),
  // which asks for the committed target height alone. Of a validator that is silent there, so that (1) does not hold too.
  async transition() {
    const votes = await this.votes(this.coreId);
    const own = votes.at(-1);
    let committed;
    const silent = await until(60, async () => {
      committed = (await this.core.queryFilter('MetaBlockCommitted')).at(-1);
      return committed.args.link.targetHeight > own.targetHeight + 1n;
    });
    if (!silent) throw new Error('no commit above the last vote');
    const vote = {
      chain: this.coreId,
      transition: ethers.hexlify(ethers.randomBytes(32)),
      source: own.source,
      target: ethers.hexlify(ethers.randomBytes(32)),
      sourceHeight: own.sourceHeight,
      targetHeight: committed.args.link.targetHeight,
    };
    const record = await this.record(vote);
    return (await this.registry.connect(this.purse.origin).present(committed.args.height, [vote], record, { gasLimit: 1000000n })).wait();
  }

  async slashed(chain) {
    const [at, filter] = chain === 'origin' ? [this.registry, this.registry.filters.Slashed(this.address)] : [this.place, this.place.filters.Slashed(null, this.address)];
    return (await at.queryFilter(filter, 0))[0];
  }

  // How the polling place refuses a vote of this validator for a link that others vote for at present.
  async refusal() {
    const recent = Math.max(0, (await this.net.auxiliary.getBlockNumber()) - 40);
    const link = (await this.place.queryFilter('LinkRegistered', recent)).map((log) => log.args.link.toObject()).filter((l) => l.chain === this.originId).at(-1);
    const signature = this.sign(link);
    try {
      await this.place.vote.staticCall(link, await this.index(), ethers.dataSlice(signature, 0, 32), ethers.dataSlice(signature, 32), no_hints);
      return 'taken';
    } catch (error) {
      return error.revert?.name ?? error.shortMessage ?? String(error);
    }
  }
}

// What two chains say happened: read from logs and headers of the nodes alone, never from a daemon's word.
import fs from 'node:fs';
import { ethers } from 'ethers';
import { core_domain, core_id, origin_id, struct_hash, vote_digest } from '../verify/types.mjs';

const abi = (build, name) => JSON.parse(fs.readFileSync(`${build}/contracts/out/${name}.sol/${name}.json`, 'utf8')).abi;
const RECORD = 4 + 64; // index and signature in a seal, after its kind

export class Chains {
  constructor(net, build) {
    const { config } = net;
    this.net = net;
    this.config = config;
    this.place = new ethers.Contract(config.pollingPlace, abi(build, 'IPollingPlace'), net.auxiliary);
    this.registry = new ethers.Contract(config.registry, abi(build, 'IRegistry'), net.origin);
    this.core = new ethers.Contract(config.core, abi(build, 'ICore'), net.origin);
    this.relay = new ethers.Contract(config.kernelRelay, abi(build, 'IKernelRelay'), net.auxiliary);
    this.ids = { auxiliary: core_id(config.originChainId, config.core), origin: origin_id(config.originChainId) };
    this.epochs = { auxiliary: Number(config.epoch), origin: Number(config.originEpoch) };
    this.domain = core_domain(config.originChainId, config.core);
  }

  async index(address) {
    return Number((await this.registry.account(address)).index);
  }

  // Rising heights that were finalised, or justified, with the block of the auxiliary chain that did it.
  async checkpoints(chain, event, from = 0) {
    const logs = await this.place.queryFilter(event, from);
    return logs
      .filter((log) => log.args.chain === this.ids[chain])
      .map((log) => ({ height: Number(log.args.height), block: log.blockNumber, hash: log.args.hash, dynasty: Number(log.args.dynasty ?? 0) }));
  }

  // All recorded votes: the link, who, the signature.
  async votes() {
    const links = new Map((await this.place.queryFilter('LinkRegistered', 0)).map((log) => [log.args.linkHash, log.args.link]));
    return (await this.place.queryFilter('VoteRecorded', 0)).map((log) => ({
      hash: log.args.linkHash,
      link: links.get(log.args.linkHash),
      index: Number(log.args.index),
      signature: ethers.concat([log.args.r, log.args.vs]),
      block: log.blockNumber,
    }));
  }

  // The votes that commits carried to origin.
  async sealed() {
    const found = [];
    for (const log of await this.core.queryFilter('MetaBlockCommitted', 0)) {
      const { args } = this.core.interface.parseTransaction(await this.net.origin.getTransaction(log.transactionHash));
      const hash = struct_hash('Vote', log.args.link.toObject());
      for (let at = 4; at < args.seal.length; at += 2 * RECORD) {
        const record = `0x${args.seal.slice(at, at + 2 * RECORD)}`;
        found.push({ hash, link: log.args.link, index: Number(ethers.dataSlice(record, 0, 4)), signature: ethers.dataSlice(record, 4) });
      }
    }
    return found;
  }

  // Whether a signature of 64 bytes is `address`'s for a link.
  is_signed(vote, address) {
    return ethers.recoverAddress(vote_digest(this.domain, vote.link.toObject()), ethers.Signature.from(vote.signature)) === address;
  }

  // Relays of kernels: the block of the auxiliary chain, and how many blocks of origin the proof's was below the head then.
  async relays() {
    const found = [];
    for (const log of await this.place.queryFilter('KernelPending', 0)) {
      const { args } = this.relay.interface.parseTransaction(await this.net.auxiliary.getTransaction(log.transactionHash));
      const { timestamp } = await log.getBlock();
      let head = Number(args.originNumber);
      while ((await this.net.origin.getBlock(head + 1))?.timestamp < timestamp) head++;
      found.push({ block: log.blockNumber, age: head - Number(args.originNumber) });
    }
    return found;
  }

  // Checkpoints between the first and the last that are missing from a list of rising heights.
  static gaps(list) {
    const heights = new Set(list.map((c) => c.height));
    const missing = [];
    for (let h = list[0].height; h < list.at(-1).height; h++) if (!heights.has(h)) missing.push(h);
    return missing;
  }

  // Gas of the auxiliary chain's blocks above the root, added up, at each checkpoint.
  async gas_at_checkpoints(last) {
    const epoch = this.epochs.auxiliary;
    const root = Number(this.config.auxiliaryRootNumber);
    const sums = new Map([[root / epoch, 0n]]);
    let sum = 0n;
    for (let number = root + 1; number <= last * epoch; number++) {
      sum += (await this.net.auxiliary.getBlock(number)).gasUsed;
      if (number % epoch === 0) sums.set(number / epoch, sum);
    }
    return sums;
  }

  // For each committed meta-block the source height that it has, and the lowest that it could have had: finalised, at or
  // above the kernel's gas target, of the kernel in force, in a dynasty above the one before (4.2, 4.3, 4.4 b).
  async commits() {
    const committed = await this.core.queryFilter('MetaBlockCommitted', 0);
    const kernels = new Map((await this.core.queryFilter('KernelOpened', 0)).map((log) => [Number(log.args.height), log.args.kernel]));
    const finalised = await this.checkpoints('auxiliary', 'CheckpointFinalised');
    const enforced = (await this.place.queryFilter('KernelEnforced', 0)).map((log) => ({ height: Number(log.args.height), block: log.blockNumber }));
    const gas = await this.gas_at_checkpoints(Math.max(...finalised.map((c) => c.height)));
    const at = (list, block, first) => list.filter((entry) => entry.block <= block).at(-1) ?? first;
    let [height, dynasty] = [Number(this.config.auxiliaryRootNumber) / this.epochs.auxiliary, 0];
    return committed.map((log) => {
      const n = Number(log.args.height);
      const fits = (c) => {
        const block = c.height * this.epochs.auxiliary;
        const kernel = at(enforced, block, { height: 1 }).height;
        return c.height > height && gas.get(c.height) >= kernels.get(n).gasTarget && kernel === n && at(finalised, block, { dynasty: 0 }).dynasty > dynasty;
      };
      const lowest = finalised.filter(fits)[0];
      const took = Number(log.args.link.sourceHeight);
      [height, dynasty] = [took, at(finalised, took * this.epochs.auxiliary, { dynasty: 0 }).dynasty];
      return { n, took, lowest: lowest?.height };
    });
  }
}

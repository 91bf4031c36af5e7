// One node, read over JSON-RPC: logs of a contract, transactions, receipts, headers whose hash was recomputed.
import { Interface, JsonRpcProvider } from 'ethers';
import { header_hash } from './trie.mjs';

const VOTE = 'tuple(bytes32 chain,bytes32 transition,bytes32 source,bytes32 target,uint64 sourceHeight,uint64 targetHeight)';
const TRANSITION = 'tuple(uint64 dynasty,uint64 originNumber,bytes32 originHash,bytes32 transactionRoot,uint256 gas,bytes32 kernel)';
const KERNEL = 'tuple(uint64 height,bytes32 parent,tuple(address validator,uint96 weight,uint8 kind)[] updates,uint256 gasTarget)';
const META_BLOCK = 'tuple(bytes32 kernel,bytes32 transition,bytes32 vote)';
const MESSAGE = 'tuple(tuple(uint256 amount,address beneficiary,address token) intent,uint256 nonce,uint256 gasPrice,uint256 gasLimit,uint64 deadline,address sender,address facilitator)';
const ENVELOPE = `tuple(${MESSAGE} message,address facilitator,uint64 declaredAt,bytes32 secretHash)`;
const CORE_CONFIG = 'tuple(uint256 auxiliaryChainId,uint64 auxiliaryRootNumber,bytes32 auxiliaryRootHash,uint64 epoch,uint64 originEpoch,address pollingPlace,address history,address registry,address stakeToken,uint256 gasStep,uint64 challengePeriod,uint256 proposalBond,uint256 haltBond,uint64 haltAfter,uint64 haltWindow,uint64 setupGrace)';
const REGISTRY_CONFIG = 'tuple(uint64 depositPeriod,uint32 minValidators,uint256 minStakeTotal,uint128 minStake,uint128 weightUnit,uint32 maxUpdates,uint64 withdrawalDelay,uint64 leakFraction,uint64 missFraction,uint64 missCap,uint64 observationFraction,uint64 reporterShare,address reputation,uint64 reputationGas)';
const bus = (declared) => [
  `event ${declared}(bytes32 indexed id,address indexed sender,address indexed facilitator,${MESSAGE} message,uint64 declaredAt,bytes32 secretHash,bytes32 lock)`,
  'event OutboxProgressed(bytes32 indexed id,address indexed facilitator,bool bySecret,bytes32 secret)',
  'event Confirmed(bytes32 indexed id,bytes32 lock)',
  'event Delivered(bytes32 indexed id,address indexed beneficiary,address indexed payee,uint256 amount,uint256 reward,bool bySecret,bytes32 secret)',
  'event PeerProven(uint64 indexed rootNumber,bytes32 storageRoot)',
  `function confirm(${ENVELOPE} envelope,uint64 rootNumber,bytes[] slotProof)`,
  `function deliver(${ENVELOPE} envelope,bytes32 secret,uint64 rootNumber,bytes[] slotProof)`,
  `function progressInboxByProof(${ENVELOPE} envelope,uint64 rootNumber,bytes[] slotProof)`,
  `function progressOutboxByProof(${ENVELOPE} envelope,uint64 rootNumber,bytes[] slotProof)`,
  'function provePeer(uint64 rootNumber,bytes header,bytes[] accountProof)',
  'function batch(bytes[] calls)',
  'function TOKEN() view returns (address)',
];

export const INTERFACES = {
  core: new Interface([
    `event CoreCreated(bytes32 indexed setupHash,${CORE_CONFIG} config,${REGISTRY_CONFIG} registryConfig,bytes32 salt)`,
    'event CoreOpened(uint64 originRootNumber,bytes32 originRootHash)',
    `event KernelOpened(uint64 indexed height,bytes32 hash,${KERNEL} kernel)`,
    `event MetaBlockProposed(bytes32 indexed id,bytes32 transitionHash,uint64 indexed height,uint64 statedHeight,address proposer,uint64 readyAt,${TRANSITION} transition)`,
    `event MetaBlockCommitted(uint64 indexed height,bytes32 kernelHash,bytes32 transitionHash,${VOTE} link,bytes32 roll,address committer)`,
    `function commit(${TRANSITION} t,uint64 statedHeight,${VOTE} link,bytes seal)`,
    'function source(uint64 k) view returns (bytes32)',
  ]),
  registry: new Interface([
    'event Deposited(address indexed signer,address indexed withdrawal,uint256 amount,bytes32 x,bytes32 y)',
    'event UpdateCarried(uint64 indexed height,address indexed signer,uint8 kind,uint96 weight,uint32 index)',
    'function voter(uint32 index) view returns (tuple(address signer,uint32 weight,uint32 previous,uint32 changedAt))',
  ]),
  poll: new Interface([
    'event CheckpointFinalised(bytes32 indexed chain,bytes32 indexed hash,uint64 height,bytes32 transition,uint64 dynasty)',
    `event KernelPending(uint64 indexed height,bytes32 hash,uint64 dynasty,${KERNEL} kernel)`,
    'event KernelEnforced(uint64 indexed height,uint64 dynasty)',
    'event VoteRecorded(bytes32 indexed linkHash,uint32 indexed index,uint64 forward,uint64 rear,bytes32 r,bytes32 vs)',
    `event LinkRegistered(bytes32 indexed linkHash,${VOTE} link,uint32 kernel,uint64 forwardTotal,uint64 rearTotal)`,
    'function CORE_ID() view returns (bytes32)',
  ]),
  relay: new Interface([
    'event KernelRelayed(uint64 indexed height,bytes32 hash,address indexed relayer)',
    `function relay(uint64 originNumber,bytes[] accountProof,bytes[] slotProof,${KERNEL} kernel,${META_BLOCK} parent,${VOTE} link,tuple(uint32 dynasty,uint32 observation) hints)`,
  ]),
  observations: new Interface(['event OriginBlockFinalised(uint64 number,bytes32 indexed hash)']),
  gateway: new Interface(bus('StakeDeclared')),
  coGateway: new Interface(bus('RedeemDeclared')),
  token: new Interface(['event Transfer(address indexed from,address indexed to,uint256 value)', 'function balanceOf(address) view returns (uint256)', 'function totalSupply() view returns (uint256)']),
};

export class Chain {
  constructor(name, url) {
    this.name = name;
    this.provider = new JsonRpcProvider(url, undefined, { batchMaxCount: 50, polling: false });
    this.blocks = new Map();
    this.answers = new Map();
  }

  // The chain stands still while it is read: one question is asked once.
  send(method, params) {
    const question = JSON.stringify([method, params]);
    if (!this.answers.has(question)) this.answers.set(question, this.provider.send(method, params));
    return this.answers.get(question);
  }

  async chain_id() {
    return BigInt(await this.send('eth_chainId', []));
  }

  // Decoded logs of one event, oldest first, each with its block, transaction and arguments.
  async events(contract, iface, name) {
    const event = INTERFACES[iface].getEvent(name);
    const filter = { address: contract, topics: [event.topicHash], fromBlock: '0x0', toBlock: 'latest' };
    const logs = await this.send('eth_getLogs', [filter]);
    return logs.map((log) => ({
      block: Number(log.blockNumber),
      transaction: log.transactionHash,
      args: INTERFACES[iface].decodeEventLog(event, log.data, log.topics),
    }));
  }

  // A block with its transactions; its hash is recomputed from its header.
  async block(number) {
    if (!this.blocks.has(number)) {
      this.blocks.set(number, this.send('eth_getBlockByNumber', ['0x' + number.toString(16), true]).then((block) => {
        if (!block) throw new Error(`${this.name} has no block ${number}`);
        if (header_hash(block) !== block.hash) throw new Error(`${this.name} block ${number}: its header has another hash`);
        return block;
      }));
    }
    return this.blocks.get(number);
  }

  transaction(hash) {
    return this.send('eth_getTransactionByHash', [hash]);
  }

  receipt(hash) {
    return this.send('eth_getTransactionReceipt', [hash]);
  }

  storage(contract, slot) {
    return this.send('eth_getStorageAt', [contract, slot, 'latest']);
  }

  async call(contract, iface, name, args) {
    const data = INTERFACES[iface].encodeFunctionData(name, args);
    const result = await this.send('eth_call', [{ to: contract, data }, 'latest']);
    return INTERFACES[iface].decodeFunctionResult(name, result)[0];
  }

  // The calls of one of our functions in a transaction, seen through batch(bytes[]).
  async calls(hash, iface, name) {
    const { input } = await this.transaction(hash);
    const found = [];
    const look = (data) => {
      const call = INTERFACES[iface].parseTransaction({ data });
      if (call && call.name === 'batch') call.args.calls.forEach(look);
      if (call && call.name === name) found.push(call.args);
    };
    look(input);
    return found;
  }
}

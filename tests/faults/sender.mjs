// A holder of the value token who hands signed intents to the facilitator (gateway 7.1).
import fs from 'node:fs';
import path from 'node:path';
import { ethers } from 'ethers';
import { core_id, message_id } from '../verify/types.mjs';

export class Sender {
  constructor(net) {
    this.net = net;
    this.wallet = new ethers.Wallet(net.key('holder'), net.origin);
    this.facilitator = new ethers.Wallet(net.key('facilitator')).address;
  }

  async allow() {
    const token = new ethers.Contract(this.net.config.valueToken, ['function approve(address,uint256) returns (bool)'], this.wallet);
    await (await token.approve(this.net.config.gateway, ethers.MaxUint256)).wait();
  }

  async stake(nonce) {
    const { config } = this.net;
    const { timestamp } = await this.net.origin.getBlock('latest');
    const message = {
      intent: { amount: 10n ** 18n, beneficiary: this.wallet.address, token: config.valueToken },
      nonce: BigInt(nonce),
      gasPrice: 1000n,
      gasLimit: 500000n,
      deadline: BigInt(timestamp + 3600),
      sender: this.wallet.address,
      facilitator: this.facilitator,
    };
    const chainId = config.originChainId;
    const id = message_id('stake', { chainId, gateway: config.gateway, coreId: core_id(chainId, config.core) }, message);
    const text = JSON.stringify({
      kind: 'stake',
      amount: String(message.intent.amount),
      beneficiary: message.intent.beneficiary.toLowerCase(),
      token: config.valueToken,
      nonce: String(nonce),
      gasPrice: '1000',
      gasLimit: '500000',
      deadline: timestamp + 3600,
      sender: message.sender.toLowerCase(),
      facilitator: message.facilitator.toLowerCase(),
      signature: this.wallet.signingKey.sign(id).compactSerialized,
    });
    const file = path.join(this.net.state, 'facilitator', 'inbox', `${nonce}.json`);
    fs.writeFileSync(`${file}.part`, text);
    fs.renameSync(`${file}.part`, file);
  }

  async delivered() {
    const event = 'event Delivered(bytes32 indexed id, address indexed beneficiary, address indexed payee, uint256 amount, uint256 reward, bool bySecret, bytes32 secret)';
    const bus = new ethers.Contract(this.net.config.coGateway, [event], this.net.auxiliary);
    return (await bus.queryFilter('Delivered', 0)).length;
  }
}

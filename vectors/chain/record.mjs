#!/usr/bin/env node
// Records what a node answers, as vectors for src/chain/test_verify.c: a block, logs of three transfers, proofs of a token's
// account and of two of its slots (one absent). Run from the root after `forge build`:
//
//   node vectors/chain/record.mjs
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { ContractFactory, JsonRpcProvider, Wallet, keccak256, AbiCoder } from 'ethers';

const PORT = 24150;
const KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
const anvil = spawn('node_modules/.bin/anvil', ['--port', PORT, '--hardfork', 'prague', '--slots-in-an-epoch', '1', '--no-mining',
  '--timestamp', '1700000000', '--silent'], { stdio: 'ignore' });
try {
  const provider = new JsonRpcProvider(`http://127.0.0.1:${PORT}`, 31337, { staticNetwork: true, cacheTimeout: -1 });
  for (let i = 0; i < 100; i++) {
    if (await provider.send('eth_chainId', []).then(() => true, () => new Promise((done) => setTimeout(done, 50)))) break;
  }
  const wallet = new Wallet(KEY, provider);
  const mine = () => provider.send('evm_mine', []);
  await mine();
  const artifact = JSON.parse(fs.readFileSync('build/contracts/out/StakeToken.sol/StakeToken.json'));
  const factory = new ContractFactory(artifact.abi, artifact.bytecode.object, wallet);
  const token = await factory.deploy('Stake', 'STK', 1000, wallet.address, { nonce: 0 });
  await mine();
  for (let i = 1; i <= 3; i++) {
    await token.transfer('0x0000000000000000000000000000000000000b0b', i, { nonce: i });
    if (i !== 1) await mine();
  }
  const address = await token.getAddress();
  const head = await provider.send('eth_blockNumber', []);
  const balance = keccak256(AbiCoder.defaultAbiCoder().encode(['address', 'uint256'], [wallet.address, 0]));
  const absent = '0x' + '01'.repeat(32);
  const logs = await provider.send('eth_getLogs', [{ fromBlock: '0x0', toBlock: head, address }]);
  const answers = {
    address,
    slots: [balance, absent],
    block: await provider.send('eth_getBlockByNumber', [head, false]),
    logs,
    proof: await provider.send('eth_getProof', [address, [balance, absent], head]),
  };
  fs.writeFileSync('vectors/chain/answers.json', `${JSON.stringify(answers, null, 1)}\n`);
} finally {
  anvil.kill('SIGKILL');
}

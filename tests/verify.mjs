#!/usr/bin/env node
// Reads the demo's report on standard input while the two nodes are up, reads everything again from the nodes and
// recomputes every hash and sum in it, in another language and with another library than the project's own.
//
//     mosaic demo --json --verify 'node tests/verify.mjs'
//
// Then each value of the report is changed by a little, and the same checks must notice. Prints what does not hold, and at the end `verify: N passed, M failed`. Exit status 0 only when M is 0.
import fs from 'node:fs';
import { Chain } from './verify/chain.mjs';
import { check_kernels, kernel_context } from './verify/kernels.mjs';
import { check_lies } from './verify/lies.mjs';
import { Assertions } from './verify/ledger.mjs';
import { check_meta_blocks, check_validators, meta_block_context } from './verify/metablocks.mjs';
import { check_load, check_transfers } from './verify/transfers.mjs';
import { core_id, origin_id } from './verify/types.mjs';

async function open_context(report) {
  const config = report.config;
  const origin = new Chain('origin', config.originRpc);
  const auxiliary = new Chain('auxiliary', config.auxiliaryRpc);
  const chainId = await origin.chain_id();
  const context = { config, origin, auxiliary, originId: origin_id(chainId), coreId: core_id(chainId, config.core) };
  await meta_block_context(context);
  await kernel_context(context);
  return context;
}

async function main() {
  const report = JSON.parse(fs.readFileSync(0, 'utf8'));
  const t = new Assertions();
  let context;
  await t.part('the report and both chains', async () => {
    context = await open_context(report);
    t.same('chain id of origin', report.config.originChainId, await context.origin.chain_id());
    t.same('chain id of the auxiliary chain', report.config.auxiliaryChainId, await context.auxiliary.chain_id());
    t.same('core id', await context.auxiliary.call(report.config.pollingPlace, 'poll', 'CORE_ID', []), context.coreId);
  });
  if (context) {
    await t.part('meta-blocks', () => check_meta_blocks(t, context, report));
    await t.part('validators', () => check_validators(t, context, report));
    await t.part('kernels', () => check_kernels(t, context, report));
    await t.part('transfers', () => check_transfers(t, context, report));
    await t.part('load', () => check_load(t, context, report));
    const load = ['aux_finalised_number', 'aux_transactions_finalised', 'load_transfers_finalised', 'load_senders'];
    await t.part('lies', () => check_lies(t, context, report, {
      meta_blocks: [check_meta_blocks, check_kernels],
      validators: [check_validators],
      transfers: [check_transfers],
      ...Object.fromEntries(load.map((member) => [member, [check_load]])),
    }));
  }
  console.log(`verify: ${t.passed} passed, ${t.failed} failed`);
  return t.failed ? 1 : 0;
}

main().then(
  (status) => process.exit(status),
  (error) => {
    console.log(`verify: 0 passed, 1 failed\n${error.stack}`);
    process.exit(1);
  },
);

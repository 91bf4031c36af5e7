// Mutants of the consensus contracts: a copy of them, compiled once without the optimizer and with the tests linked to
// what they test at run time, so that a mutant costs the compilation of its own file. Tests of the folder that it is in
// run first, then the others; gas snapshots and the limit of code size are left out, since they would tell any change.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { run } from './c.mjs';

const FOLDERS = ['origin', 'auxiliary', 'lib'];
const NEAR = { origin: 'contracts/test/origin/*', auxiliary: 'contracts/test/{auxiliary/*,Seam.t.sol}', lib: 'contracts/test/{origin,auxiliary}/*' };
const FAR = { origin: 'contracts/test/{Seam.t.sol,auxiliary/*,gateway/TrieReader.t.sol}', auxiliary: 'contracts/test/origin/*', lib: 'contracts/test/{Seam.t.sol,gateway/*}' };
const NOT_RUN = '^test_the_code_leaves_4096_bytes|gas|snapshot';
const MINUTES = 8;

export class Solidity {
  constructor(root) {
    this.root = root;
    this.scratch = path.join(root, 'build/mutants/sol');
    this.forge = path.join(root, 'node_modules/.bin/forge');
  }

  files() {
    return FOLDERS.flatMap((folder) =>
      fs.readdirSync(path.join(this.root, 'contracts/src', folder)).filter((f) => f.endsWith('.sol')).sort().map((f) => `contracts/src/${folder}/${f}`));
  }

  test(where) {
    const env = { ...process.env, FORGE_SNAPSHOT_CHECK: 'false', FORGE_SNAPSHOT_EMIT: 'false', NO_COLOR: '1', FOUNDRY_FUZZ_RUNS: '32' };
    const args = ['test', '--fail-fast', '--match-path', where, '--no-match-path', '*/{Gas,Layout}.t.sol', '--no-match-test', NOT_RUN];
    return run(this.forge, args, { cwd: this.scratch, env, timeout: MINUTES * 60000 });
  }

  async prepare() {
    fs.rmSync(this.scratch, { recursive: true, force: true });
    fs.mkdirSync(path.join(this.scratch, 'scripts'), { recursive: true });
    fs.cpSync(path.join(this.root, 'contracts'), path.join(this.scratch, 'contracts'), { recursive: true });
    for (const folder of ['parity', 'invariant']) fs.rmSync(path.join(this.scratch, 'contracts/test', folder), { recursive: true, force: true });
    fs.copyFileSync(path.join(this.root, 'scripts/solc'), path.join(this.scratch, 'scripts/solc'));
    fs.symlinkSync(path.join(this.root, 'node_modules'), path.join(this.scratch, 'node_modules'));
    const settings = fs.readFileSync(path.join(this.root, 'foundry.toml'), 'utf8')
      .replace(/^optimizer = true/m, 'optimizer = false')
      .replace(/^extra_output.*$/m, '')
      .replace(/^isolate = true/m, 'isolate = false\ndynamic_test_linking = true\ncode_size_limit = 1000000');
    fs.writeFileSync(path.join(this.scratch, 'foundry.toml'), settings);
    for (const where of [...Object.values(NEAR), ...Object.values(FAR)]) {
      const base = await this.test(where);
      if (!base.good) throw new Error(`unmutated, ${where} fails: ${(base.stdout + base.stderr).split('\n').filter((l) => /FAIL|rror/.test(l))[0]}`);
    }
  }

  // 'stillborn', 'killed TEST' or 'survived'.
  async judge(mutant) {
    const folder = mutant.file.split('/')[2];
    const target = path.join(this.scratch, mutant.file);
    fs.writeFileSync(target, mutant.text());
    try {
      for (const where of [NEAR[folder], FAR[folder]]) {
        const ran = await this.test(where);
        const said = ran.stdout + ran.stderr;
        if (/Compiler run failed|Compilation failed/.test(said)) return 'stillborn';
        if (!ran.good) return `killed ${(said.match(/^\[FAIL[^\n]*\] (\w+)\(/m) || [])[1] ?? 'in time'}`;
      }
      return 'survived';
    } finally {
      execFileSync('cp', [path.join(this.root, mutant.file), target]);
    }
  }
}

// Mutants of the rules in C: one object compiled anew, the rules linked as a shared library, and the unit tests of the
// rules run on it, those of the mutated file's own name first. What passes them is given to build/parity: where its
// expectations differ from the unmutated rules', tests/parity/replay's test on the contracts decides.
import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const TEST_SECONDS = 60;
// Those of the parity stage of make test.
const SEEDS = 20;
const OPERATIONS = '250';

export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const settings = { encoding: 'utf8', maxBuffer: 1 << 26, killSignal: 'SIGKILL', ...options };
    execFile(command, args, settings, (error, stdout, stderr) => resolve({ good: !error, stdout, stderr }));
  });
}

export class C {
  constructor(root) {
    this.root = root;
    this.build = path.join(root, 'build');
    this.scratch = path.join(this.build, 'mutants/c');
    this.include = ['rules', 'base', 'eth'].map((floor) => `-I${path.join(this.build, 'floors', floor)}`);
    this.flags = ['-D_DEFAULT_SOURCE', '-D_POSIX_C_SOURCE=200809L', '-std=c17', '-O1', '-fPIC', '-w', ...this.include];
    this.libraries = ['-lsecp256k1', '-lnettle', '-lcrypto'];
  }

  files() {
    const folder = path.join(this.root, 'src/rules');
    return fs.readdirSync(folder).filter((f) => f.endsWith('.c') && !f.startsWith('test_')).map((f) => `src/rules/${f}`).sort();
  }

  object(file) {
    return path.join(this.scratch, `${path.basename(file, '.c')}.o`);
  }

  // Once: the floors below and the rules as position-independent objects, the tests linked against the shared rules.
  async prepare() {
    fs.rmSync(this.scratch, { recursive: true, force: true });
    fs.mkdirSync(this.scratch, { recursive: true });
    const floors = ['src/base', 'src/eth'].flatMap((folder) =>
      fs.readdirSync(path.join(this.root, folder)).filter((f) => f.endsWith('.c') && !f.startsWith('test_')).map((f) => `${folder}/${f}`));
    for (const file of [...this.files(), ...floors]) this.compile(file, this.object(file));
    this.below = floors.map((f) => this.object(f));
    this.library = path.join(this.scratch, 'libmutant.so');
    await this.link(null);
    const tests = fs.readdirSync(path.join(this.root, 'src/rules')).filter((f) => /^test_.*\.c$/.test(f));
    this.tests = [];
    for (const test of tests) {
      const binary = path.join(this.scratch, path.basename(test, '.c'));
      execFileSync('cc', [...this.flags, path.join(this.root, 'src/rules', test), '-o', binary, this.library, `-Wl,-rpath,${this.scratch}`, '-lcmocka', ...this.libraries]);
      const started = process.hrtime.bigint();
      const ran = await run(binary, [], { cwd: this.build, timeout: TEST_SECONDS * 1000 });
      if (!ran.good) throw new Error(`unmutated, ${test} fails: ${ran.stderr.slice(0, 300)}`);
      this.tests.push({ name: path.basename(test, '.c').slice(5), binary, nanoseconds: process.hrtime.bigint() - started });
    }
    const parity = fs.readdirSync(path.join(this.root, 'tests/parity')).filter((f) => f.endsWith('.c')).map((f) => path.join(this.root, 'tests/parity', f));
    this.parity = path.join(this.scratch, 'parity');
    const include = [path.join(this.root, 'tests'), ...['floors/bind', 'floors/bus', 'gen'].map((f) => path.join(this.build, f))].map((f) => `-I${f}`);
    const above = ['libmo_bind.a', 'libmo_bus.a'].map((f) => path.join(this.build, f));
    execFileSync('cc', [...this.flags, ...include, ...parity, '-o', this.parity, ...above, this.library, `-Wl,-rpath,${this.scratch}`, ...this.libraries], { stdio: 'pipe' });
    this.expected = [];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const said = await this.expectations(seed);
      if (said === null) throw new Error('unmutated, build/parity fails');
      this.expected[seed] = said;
    }
  }

  compile(file, object, source = path.join(this.root, file)) {
    execFileSync('cc', [...this.flags, '-c', source, '-o', object, `-I${path.dirname(path.join(this.root, file))}`], { stdio: 'pipe' });
  }

  async link(mutant) {
    const objects = this.files().map((f) => (mutant && f === mutant.file ? path.join(this.scratch, 'mutant.o') : this.object(f)));
    // In the place of the old one, which a test that is being killed may still hold.
    const fresh = `${this.library}.new`;
    execFileSync('cc', ['-shared', '-o', fresh, ...objects, ...this.below, ...this.libraries], { stdio: 'pipe' });
    fs.renameSync(fresh, this.library);
  }

  async expectations(seed) {
    const out = path.join(this.scratch, 'expectations');
    fs.rmSync(out, { force: true });
    const ran = await run(this.parity, ['--seed', String(seed), '--operations', OPERATIONS, '--out', out], { timeout: TEST_SECONDS * 1000 });
    return ran.good && fs.existsSync(out) ? fs.readFileSync(out, 'latin1') : null;
  }

  // Tests whose name the mutated file's begins with, or begins it, first; then the quick ones.
  order(file) {
    const name = path.basename(file, '.c');
    const near = (t) => (t.name === name ? 0 : name.startsWith(t.name) || t.name.startsWith(name.split('_')[0]) ? 1 : 2);
    return [...this.tests].sort((a, b) => near(a) - near(b) || Number(a.nanoseconds - b.nanoseconds));
  }

  // 'stillborn', 'killed TEST' or 'survived'.
  async judge(mutant) {
    const source = path.join(this.scratch, 'mutant.c');
    fs.writeFileSync(source, mutant.text());
    try {
      this.compile(mutant.file, path.join(this.scratch, 'mutant.o'), source);
      await this.link(mutant);
    } catch {
      return 'stillborn';
    }
    for (const test of this.order(mutant.file)) {
      const limit = Math.min(TEST_SECONDS * 1000, 5000 + 20 * Number(test.nanoseconds / 1000000n));
      const ran = await run(test.binary, [], { cwd: this.build, timeout: limit });
      if (!ran.good) return `killed ${test.name}`;
    }
    for (let seed = 1; seed <= SEEDS; seed++) {
      const now = await this.expectations(seed);
      if (now === null) return 'killed parity (no answer)';
      if (now !== this.expected[seed] && !(await this.replay())) return 'killed parity';
    }
    return this.same_code(mutant, source) ? 'same code' : 'survived';
  }

  // Whether the optimizer makes the same instructions of both: then no test can tell them apart.
  same_code(mutant, source) {
    const text = (from) => {
      const [object, sections] = ['optimized.o', 'optimized.bin'].map((f) => path.join(this.scratch, f));
      execFileSync('cc', [...this.flags, '-O2', '-c', from, '-o', object, `-I${path.dirname(path.join(this.root, mutant.file))}`]);
      execFileSync('objcopy', ['-O', 'binary', '-j', '.text', '-j', '.rodata', object, sections]);
      const calls = execFileSync('objdump', ['-r', object], { encoding: 'latin1' }).replace(/^.*file format.*$/m, '');
      return fs.readFileSync(sections, 'latin1') + calls;
    };
    this.plain ??= {};
    this.plain[mutant.file] ??= text(path.join(this.root, mutant.file));
    return text(source) === this.plain[mutant.file];
  }

  // The contracts' word on what the mutated rules expect.
  async replay() {
    const env = { ...process.env, FOUNDRY_PROFILE: 'parity', NO_COLOR: '1', MOSAIC_PARITY: 'build/parity-runs/mutant' };
    fs.mkdirSync(path.join(this.build, 'parity-runs'), { recursive: true });
    fs.copyFileSync(path.join(this.scratch, 'expectations'), path.join(this.build, 'parity-runs/mutant'));
    const ran = await run(path.join(this.root, 'node_modules/.bin/forge'), ['test'], { cwd: this.root, env, timeout: 580000 });
    return ran.good;
  }
}

// A devnet whose daemons the test takes over one by one: it kills them and starts them by hand, on its own terms.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ethers } from 'ethers';

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function until(seconds, holds) {
  for (const end = Date.now() + 1000 * seconds; Date.now() < end; await sleep(200)) {
    try {
      if (await holds()) return true;
    } catch {
      // a node that does not answer does not hold
    }
  }
  return false;
}

export class Devnet {
  constructor(mosaic, state, validators, origin_port, aux_port, flags = []) {
    // wrap: words before the program of a daemon started by hand
    Object.assign(this, { mosaic, state, validators, daemons: new Map(), wrap: [] });
    const args = ['devnet', '--validators', validators, '--origin-port', origin_port, '--aux-port', aux_port, ...flags];
    this.log = path.join(path.dirname(state), 'devnet.log');
    this.child = spawn(mosaic, [...args, '--state', state].map(String), { stdio: ['ignore', fs.openSync(this.log, 'w'), 2] });
  }

  async ready() {
    const up = await until(60, () => /B1 committed/.test(fs.readFileSync(this.log, 'utf8')));
    if (!up) throw new Error('no B1 within 60 s');
    this.config = JSON.parse(fs.readFileSync(path.join(this.state, 'devnet.json'), 'utf8'));
    const fixed = { staticNetwork: true, batchMaxCount: 1, cacheTimeout: -1 };
    this.origin = new ethers.JsonRpcProvider(this.config.originRpc, this.config.originChainId, fixed);
    this.auxiliary = new ethers.JsonRpcProvider(this.config.auxiliaryRpc, this.config.auxiliaryChainId, fixed);
  }

  // The pid of a daemon: of the devnet's own child, or of the one started here.
  pid(role) {
    const own = this.daemons.get(role);
    if (own) return own.exitCode === null && own.signalCode === null ? own.pid : 0;
    for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const words = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        if (words.includes('--state') && words.includes(path.join(this.state, role))) return Number(pid);
      } catch {
        // it ended meanwhile
      }
    }
    return 0;
  }

  log_of(role) {
    return path.join(this.state, role, this.daemons.has(role) ? 'log-by-hand' : 'log');
  }

  async end(role, signal = 'SIGKILL') {
    const pid = this.pid(role);
    if (pid) process.kill(pid, signal);
    await until(10, () => !fs.existsSync(`/proc/${pid}`) || this.pid(role) === 0);
  }

  // Starts a daemon by hand, with the devnet's arguments or with other URLs.
  start(role, urls = {}, more = []) {
    const config = path.join(this.state, role, 'config.json');
    fs.writeFileSync(config, JSON.stringify({ ...this.config, ...urls }));
    const verb = role.startsWith('validator') ? 'validator' : 'facilitator';
    const args = [verb, 'run', '--config', config, '--key', path.join(this.state, 'keys', `${role}.key`)];
    const out = fs.openSync(path.join(this.state, role, 'log-by-hand'), 'a');
    const [program, ...words] = [...this.wrap, this.mosaic, ...args, '--state', path.join(this.state, role), ...more];
    const child = spawn(program, words, { stdio: ['ignore', out, out] });
    this.daemons.set(role, child);
    return child;
  }

  key(role) {
    return fs.readFileSync(path.join(this.state, 'keys', `${role}.key`), 'utf8').trim();
  }

  async height(chain = 0) {
    const place = new ethers.Contract(this.config.pollingPlace, POLL, this.auxiliary);
    const logs = await place.queryFilter('CheckpointFinalised', 0);
    const ids = [await place.CORE_ID(), await place.ORIGIN_ID()];
    return Number(logs.filter((log) => log.args.chain === ids[chain]).at(-1)?.args.height ?? 0);
  }

  alarms() {
    const found = [];
    for (let i = 0; i < this.validators; i++)
      for (const name of ['log', 'log-by-hand']) {
        const file = path.join(this.state, `validator-${i}`, name);
        if (!fs.existsSync(file)) continue;
        for (const line of fs.readFileSync(file, 'utf8').split('\n'))
          if (/ALARM|^mosaic validator run: (?!this validator was slashed)/.test(line)) found.push(`validator-${i}: ${line}`);
      }
    return found;
  }

  votes(role) {
    const file = path.join(this.state, role, 'validator.sqlite');
    const text = 'SELECT hex(chain), hex(transition), hex(source), hex(target), source_height, target_height FROM vote';
    const answer = spawnSync('sqlite3', ['-readonly', file, text], { encoding: 'utf8' });
    if (answer.status !== 0) throw new Error(`sqlite3: ${answer.stderr}`);
    return answer.stdout.trim().split('\n').filter(Boolean).map((line) => {
      const [chain, transition, source, target, hs, ht] = line.split('|');
      return { chain, transition, source, target, hs: Number(hs), ht: Number(ht) };
    });
  }

  async stop() {
    for (const child of this.daemons.values()) child.kill('SIGKILL');
    this.child.kill('SIGTERM');
    await until(10, () => this.child.exitCode !== null || this.child.signalCode !== null);
  }
}

export const POLL = [
  'event CheckpointFinalised(bytes32 indexed chain, bytes32 indexed hash, uint64 height, bytes32 transition, uint64 dynasty)',
  'function CORE_ID() view returns (bytes32)',
  'function ORIGIN_ID() view returns (bytes32)',
];

// The three offences of 2.3 between any two votes of one signer.
export function offences(votes) {
  const found = [];
  for (let i = 0; i < votes.length; i++)
    for (let j = i + 1; j < votes.length; j++) {
      const [a, b] = [votes[i], votes[j]];
      if (a.chain !== b.chain) continue;
      if (a.ht === b.ht) found.push(['target', a, b]);
      if ((a.hs < b.hs && b.ht < a.ht) || (b.hs < a.hs && a.ht < b.ht)) found.push(['surround', a, b]);
      if (a.source === b.source && a.transition !== b.transition) found.push(['transition', a, b]);
    }
  return found;
}

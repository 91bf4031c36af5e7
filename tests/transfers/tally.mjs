// Assertions, counted as scripts/test counts them.
export class Tally {
  passed = 0;
  failed = 0;
  constructor(name) {
    this.name = name;
  }
  that(what, holds, saw = '') {
    const good = Boolean(holds);
    this[good ? 'passed' : 'failed']++;
    console.log(`${good ? 'ok' : 'not ok'} ${this.name}: ${what}${good ? '' : `: saw ${String(saw).trim().slice(0, 400)}`}`);
    return good;
  }
  // The last line, and the exit status.
  end() {
    console.log(`${this.name}: ${this.passed} passed, ${this.failed} failed`);
    process.exit(this.failed === 0 && this.passed > 0 ? 0 : 1);
  }
}

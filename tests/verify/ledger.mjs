// Counts assertions. A failed one is printed at once, with what was seen and what was recomputed.
export class Assertions {
  constructor(quiet = false) {
    this.passed = 0;
    this.failed = 0;
    this.print = quiet ? () => {} : console.log;
  }

  that(what, truth) {
    if (truth) this.passed++;
    else {
      this.failed++;
      this.print(`not ok ${what}`);
    }
    return Boolean(truth);
  }

  // Values are compared as text, hex without regard to case.
  same(what, seen, recomputed) {
    const text = (value) => String(value).toLowerCase();
    return this.that(`${what}: ${seen}, recomputed ${recomputed}`, text(seen) === text(recomputed));
  }

  // A part that throws is a failed assertion, and the parts after it still run.
  async part(name, body) {
    const before = this.passed;
    try {
      await body();
    } catch (error) {
      this.that(`${name}: ${error.stack}`, false);
    }
    this.print(`# ${name}: ${this.passed - before} assertions held`);
  }
}

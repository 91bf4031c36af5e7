// The table and the verdict of scripts/coverage, from what llvm-cov exports.
//
//   node scripts/coverage.mjs ROOT COVERAGE.json [--lines FILE]
import fs from 'node:fs';
import path from 'node:path';

const [root, exported, option, wanted] = process.argv.slice(2);
const FULL = /\/(rlp|trie\w*|u256)\.c$/;

// A compiler cache may have written the paths of sources relative to another folder.
const files = JSON.parse(fs.readFileSync(exported, 'utf8')).data[0].files
  .map((file) => ({ ...file, name: path.relative(path.join(root, 'src'), path.resolve(root, file.filename)) }))
  // Tests measure and are not measured; base/check.c ends the program.
  .filter(({ name }) => /^(base|eth)\/(?!test_|check\.c)\w+\.c$/.test(name));

function print_untaken({ name, branches }) {
  const lines = fs.readFileSync(path.join(root, 'src', name), 'utf8').split('\n');
  for (const [line, column, , , taken, passed] of branches) {
    if (taken && passed) continue;
    console.log(`src/${name}:${line}:${column}: never ${taken ? 'false' : passed ? 'true' : 'reached'}: ${lines[line - 1].trim()}`);
  }
}

if (option === '--lines') {
  const chosen = files.filter(({ name }) => !wanted || name === wanted);
  if (chosen.length === 0) {
    console.error(`coverage: no file "${wanted}" of floors 0 and 1`);
    process.exit(2);
  }
  chosen.forEach(print_untaken);
  process.exit(0);
}

let below = 0;
for (const file of files) {
  const { branches: b, lines: l } = file.summary;
  const mark = FULL.test(file.name) ? 100 : 95;
  const percent = b.count ? (100 * b.covered) / b.count : 100;
  below += percent < mark ? 1 : 0;
  console.log(`${`src/${file.name}`.padEnd(30)} ${String(b.covered).padStart(4)} of ${String(b.count).padStart(4)} branches ` +
    `${percent.toFixed(1).padStart(6)} %   lines ${l.percent.toFixed(1).padStart(5)} %${percent < mark ? `   below ${mark}` : ''}`);
}
console.log(`coverage: ${files.length - below} passed, ${below} failed`);
process.exit(below || files.length === 0 ? 1 : 0);

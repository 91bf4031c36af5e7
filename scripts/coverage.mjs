// The table and the verdict of scripts/coverage, from what llvm-cov exports.
//
//   node scripts/coverage.mjs ROOT COVERAGE.json [--lines [FILE]]
//
// A branch is counted once for each way out. Those inside MO_CHECK are not: its other way out ends the program
// (base/check.h). A source that no test links has no counters at all, which is no branch taken.
import fs from 'node:fs';
import path from 'node:path';

const [root, exported, option, wanted] = process.argv.slice(2);
const FULL = /\/(rlp|trie\w*|u256)\.c$/;
const MARK = 95;

const lines_of = (name) => fs.readFileSync(path.join(root, 'src', name), 'utf8').split('\n');

// Branches of a file: {line, column, taken, passed}, those of one place added up.
function branches_of(file, lines) {
  const places = new Map();
  const add = (line, column, [l, c, , , taken, passed]) => {
    const key = `${line}:${column}:${l}:${c}`;
    const place = places.get(key) || { line, column, taken: 0, passed: 0 };
    places.set(key, { ...place, taken: place.taken + taken, passed: place.passed + passed });
  };
  file.branches.forEach((branch) => add(branch[0], branch[1], branch));
  for (const { branches, source_region: [line, column] } of file.expansions) {
    if (lines[line - 1].slice(column - 1).startsWith('MO_CHECK(')) continue;
    // Branches of one expansion have one place, where the macro's own text stands: their file tells them apart.
    branches.forEach((branch) => add(line, column, [branch[6] * 1000000 + branch[0], branch[1], 0, 0, branch[4], branch[5]]));
  }
  return [...places.values()];
}

const has_code = (lines) => lines.some((line) => line === '}');
// A compiler cache may have written the paths of sources relative to another folder.
const measured = new Map(JSON.parse(fs.readFileSync(exported, 'utf8')).data[0].files
  .map((file) => [path.relative(path.join(root, 'src'), path.resolve(root, file.filename)), file]));
const names = ['base', 'eth'].flatMap((folder) => fs.readdirSync(path.join(root, 'src', folder))
  // Tests measure and are not measured; base/check.c ends the program.
  .filter((file) => /^(?!test_)\w+\.c$/.test(file)).map((file) => `${folder}/${file}`)).filter((name) => name !== 'base/check.c');

let below = 0;
let counted = 0;
for (const name of names.filter((n) => option !== '--lines' || !wanted || n === wanted)) {
  const lines = lines_of(name);
  if (!has_code(lines)) continue;
  const file = measured.get(name);
  const branches = file ? branches_of(file, lines) : [];
  counted++;
  if (option === '--lines') {
    for (const { line, column, taken, passed } of branches.filter((b) => !b.taken || !b.passed)) {
      // A case of a switch has one way: to be it.
      const never = taken ? 'false' : passed ? 'true' : 'reached';
      console.log(`src/${name}:${line}:${column}: never ${never}: ${lines[line - 1].trim()}`);
    }
    continue;
  }
  const all = 2 * branches.length;
  const got = branches.reduce((sum, b) => sum + (b.taken ? 1 : 0) + (b.passed ? 1 : 0), 0);
  const mark = FULL.test(name) ? 100 : MARK;
  const percent = !file ? 0 : all ? (100 * got) / all : 100;
  below += percent < mark ? 1 : 0;
  console.log(`${`src/${name}`.padEnd(30)} ${String(got).padStart(4)} of ${String(all).padStart(4)} branches ${percent.toFixed(1).padStart(6)} %` +
    `   lines ${(file ? file.summary.lines.percent : 0).toFixed(1).padStart(5)} %${percent < mark ? `   below ${mark}` : ''}`);
}
if (option === '--lines') process.exit(counted ? 0 : 2);
console.log(`coverage: ${counted - below} passed, ${below} failed`);
process.exit(below || !counted ? 1 : 0);

// Tests: every test of a C file runs, every test asserts. A cmocka test that no table names never runs; one without an
// assertion cannot fail; a unit test beside a module that the floors do not build is not run either.
import { code_of, files_of } from './tree.mjs';

export const about = 'every test function is in its table, every forge test can fail';

const TEST = /^static void (\w+)\(void \*\*(\w+)\)\s*$/;

function c_violations(root, file) {
  const code = code_of(root, file);
  const text = code.join('\n');
  const found = [];
  code.forEach((line, i) => {
    const test = line.match(TEST);
    if (!test) return;
    const named = text.match(new RegExp(`\\bcmocka_unit_test\\w*\\(\\s*${test[1]}\\b|\\b_?TEST\\w*\\(\\s*${test[1]}\\b|[(,{]\\s*${test[1]}\\s*[,)}]`));
    if (!named) found.push({ file, line: i + 1, text: `${test[1]} is in no table, so it never runs` });
  });
  if (!/cmocka_run_group_tests|cmocka_run_group/.test(text)) found.push({ file, text: 'runs no group of tests' });
  return found;
}

// Bodies of test functions of a Solidity file: "function test_x(...) ... {" to its closing brace.
function sol_violations(root, file) {
  const text = code_of(root, file).join('\n');
  const found = [];
  for (const match of text.matchAll(/function ((?:test|testFuzz|invariant)_?\w*)\([^)]*\)[^{;]*\{/g)) {
    let depth = 1;
    let at = match.index + match[0].length;
    const from = at;
    while (at < text.length && depth > 0) {
      if (text[at] === '{') depth++;
      if (text[at] === '}') depth--;
      at++;
    }
    const body = text.slice(from, at - 1);
    if (!/\w\s*\(/.test(body)) {
      const line = text.slice(0, match.index).split('\n').length;
      found.push({ file, line, text: `${match[1]} calls nothing, so it cannot fail` });
    }
  }
  return found;
}

export function check({ root }) {
  const c_files = files_of(root, /^src\/\w+\/test_\w+\.c$/);
  const sol_files = files_of(root, /^contracts\/test\/.*\.sol$/);
  const violations = [
    ...c_files.flatMap((file) => c_violations(root, file)),
    ...sol_files.flatMap((file) => sol_violations(root, file)),
  ];
  return { violations, seen: `${c_files.length} C files, ${sol_files.length} Solidity files` };
}

const group = (names) => `int main(void)\n{\n    const struct CMUnitTest tests[] = {${names.map((n) => `cmocka_unit_test(${n})`).join(', ')}};\n    return cmocka_run_group_tests(tests, NULL, NULL);\n}\n`;
const test = (name) => `static void ${name}(void **state)\n{\n    assert_true(1);\n}\n`;
export const planted = [
  { what: 'a C test in no table', files: { 'src/eth/test_a.c': test('one') + test('two') + group(['one']) }, expect: /two is in no table/ },
  { what: 'a C file that runs nothing', files: { 'src/eth/test_a.c': 'int main(void)\n{\n    return 0;\n}\n' }, expect: /runs no group/ },
  { what: 'a forge test that calls nothing', files: { 'contracts/test/A.t.sol': 'contract A {\n    function test_a() public {\n        uint256 x = 1;\n    }\n}\n' }, expect: /test_a calls nothing/ },
  { what: 'tests as they should be', files: { 'src/eth/test_a.c': test('one') + group(['one']) }, expect: null },
];

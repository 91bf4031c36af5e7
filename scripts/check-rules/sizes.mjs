// Sizes: functions of at most 70 lines, half of them under 15, nesting of at most 3, files under 600 lines. A C function
// starts at a line that is exactly `{` and ends at one that is exactly `}`: .clang-format's form. Tests are held to all
// but the median.
import { code_of, files_of, lines_of } from './tree.mjs';

export const about = 'functions of at most 70 lines (median under 15), nesting at most 3, files under 600 lines';

const FUNCTION_MAX = 70;
const MEDIAN_LIMIT = 15;
const NESTING_MAX = 3;
const FILE_LIMIT = 600;

// {name, line, lines, nesting} of each function of a C file.
export function c_functions(code) {
  const found = [];
  let start = -1;
  code.forEach((line, i) => {
    if (start < 0) {
      const one_line = line.match(/^[A-Za-z_].*?\b(\w+)\(.*\)\s*\{.*\}\s*$/);
      if (one_line) found.push({ name: one_line[1], line: i + 1, lines: 1, nesting: 0 });
      if (/^\{\s*$/.test(line) || /^[A-Za-z_][^=]*\)\s*\{\s*$/.test(line)) start = i;
    } else if (/^\}\s*$/.test(line)) {
      found.push(c_function(code, start, i));
      start = -1;
    }
  });
  return found;
}

function c_function(code, start, end) {
  let head = start;
  while (head > 0 && !/^[A-Za-z_].*\(/.test(code[head])) head--;
  const name = (code[head].match(/(\w+)\s*\(/) || [0, '?'])[1];
  return { name, line: head + 1, lines: end - start - 1, nesting: nesting_of(code.slice(start + 1, end)) };
}

// How deep control blocks lie in each other. A block is what follows if, else, for, while, do or switch.
function nesting_of(body) {
  const stack = [];
  let depth = 0;
  let deepest = 0;
  const text = body.join('\n');
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '{') {
      const control = /(\)|\belse|\bdo)\s*$/.test(text.slice(Math.max(0, i - 12), i)) && !/=\s*\([^()]*\)\s*$/.test(text.slice(0, i));
      const compound = /\(\s*(const\s+)?\w+(\[\w*\])?\s*\*?\s*\)\s*$/.test(text.slice(Math.max(0, i - 60), i)) && !/\b(if|for|while|switch)\s*\(\s*\w+\s*\)\s*$/.test(text.slice(Math.max(0, i - 60), i));
      stack.push(control && !compound);
      if (control && !compound) deepest = Math.max(deepest, ++depth);
    } else if (text[i] === '}' && stack.pop()) {
      depth--;
    }
  }
  return deepest;
}

// {name, line, lines, nesting: 0} of each function of a Solidity file, by its braces.
export function sol_functions(code) {
  const found = [];
  let open = null;
  let depth = 0;
  code.forEach((line, i) => {
    const head = line.match(/^\s*(?:function\s+(\w+)|(constructor|receive|fallback))\s*\(/);
    if (!open && head) open = { name: head[1] || head[2], line: i + 1, start: -1 };
    if (!open) return;
    for (const c of line) {
      if (c === ';' && open.start < 0 && depth === 0) return void (open = null);
      if (c === '{' && depth++ === 0) open.start = i;
      if (c === '}' && --depth === 0) {
        found.push({ name: open.name, line: open.line, lines: Math.max(1, i - open.start - 1), nesting: 0 });
        open = null;
        return;
      }
    }
  });
  return found;
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted.length ? sorted[Math.floor((sorted.length - 1) / 2)] : 0;
}

export function check({ root }) {
  const violations = [];
  const lengths = { C: [], Solidity: [] };
  const files = files_of(root, /^(src|fuzz|contracts|scripts|tests)\/.*\.(c|h|sol|mjs|js|sh)$|^scripts\/[\w-]+$|^tests\/[\w-]+$/);
  for (const file of files) {
    const count = lines_of(root, file).length - 1;
    if (count >= FILE_LIMIT) violations.push({ file, text: `has ${count} lines; files stay under ${FILE_LIMIT}` });
    // Vectors are data in the form of code.
    if (!/\.(c|h|sol)$/.test(file) || /Vectors\.sol$/.test(file)) continue;
    const language = file.endsWith('.sol') ? 'Solidity' : 'C';
    const functions = language === 'C' ? c_functions(code_of(root, file)) : sol_functions(code_of(root, file));
    for (const f of functions) {
      if (f.lines > FUNCTION_MAX) violations.push({ file, line: f.line, text: `${f.name} has ${f.lines} lines; ${FUNCTION_MAX} at most` });
      if (f.nesting > NESTING_MAX) violations.push({ file, line: f.line, text: `${f.name} nests ${f.nesting} deep; ${NESTING_MAX} at most` });
    }
    if (!/(^|\/)test_|^contracts\/test\/|^fuzz\/|^tests\//.test(file)) lengths[language].push(...functions.map((f) => f.lines));
  }
  for (const [language, all] of Object.entries(lengths)) {
    if (median(all) >= MEDIAN_LIMIT) violations.push({ file: language, text: `the median function has ${median(all)} lines; under ${MEDIAN_LIMIT}` });
  }
  const seen = Object.entries(lengths).map(([k, v]) => `${k}: ${v.length} functions, median ${median(v)}`);
  return { violations, seen: `${files.length} files; ${seen.join('; ')}` };
}

const long = (n) => `int mo_long(void)\n{\n${'    mo_call();\n'.repeat(n)}}\n`;
const deep = (n) => {
  let text = 'int mo_deep(int x)\n{\n';
  for (let i = 1; i <= n; i++) text += `${'    '.repeat(i)}if (x > ${i}) {\n`;
  for (let i = n; i >= 1; i--) text += `${'    '.repeat(i)}}\n`;
  return text + '    mo_pair_t pair = (mo_pair_t){1, 2};\n    return 0;\n}\n';
};
const short = 'int mo_a(void)\n{\n    return 0;\n}\n\n'.repeat(3);
export const planted = [
  { what: 'a C function of 71 lines', files: { 'src/eth/a.c': short + long(71) }, expect: /mo_long has 71 lines/ },
  { what: 'a C function of 70 lines is allowed', files: { 'src/eth/a.c': short + long(70) }, expect: null },
  { what: 'nesting of 4', files: { 'src/eth/a.c': deep(4) }, expect: /mo_deep nests 4 deep/ },
  { what: 'nesting of 3 is allowed', files: { 'src/eth/a.c': deep(3) }, expect: null },
  { what: 'a median of 15 lines', files: { 'src/eth/a.c': long(15) }, expect: /C: the median function has 15 lines/ },
  { what: 'a file of 600 lines', files: { 'src/eth/a.h': '\n'.repeat(600) }, expect: /a\.h: has 600 lines/ },
  {
    what: 'a Solidity function of 71 lines',
    files: { 'contracts/src/A.sol': 'contract A {\n' + '    function g() external {}\n'.repeat(3) + `    function f() external {\n${'        g();\n'.repeat(71)}    }\n}\n` },
    expect: /A\.sol: f has 71 lines/,
  },
];

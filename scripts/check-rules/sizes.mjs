// Sizes: functions of at most 70 lines, half of them under 15, nesting of at most 3, files under 600 lines. Tests
// are held to all but the median.
import { code_of, files_of, lines_of } from './tree.mjs';

export const about = 'functions of at most 70 lines (median under 15), nesting at most 3, files under 600 lines';

const FUNCTION_MAX = 70;
const MEDIAN_LIMIT = 15;
const NESTING_MAX = 3;
const FILE_LIMIT = 600;

// {name, line, lines, nesting} of each function of a C file: a block at the outermost level whose head ends in a
// parameter list.
export function c_functions(code) {
  const text = without_directives(code).join('\n');
  const line_at = (at) => text.slice(0, at).split('\n').length;
  const found = [];
  let depth = 0;
  let head = 0;
  let open = -1;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '{' && depth++ === 0) open = i;
    if (text[i] === '}' && --depth === 0) {
      const name = text.slice(head, open).match(/(\w+)\s*\([^{}]*\)\s*(?:__attribute__\s*\(\(.*\)\)\s*)?$/);
      const body = text.slice(open + 1, i).split('\n');
      if (name) found.push({ name: name[1], line: line_at(open), lines: Math.max(1, body.length - 2), nesting: nesting_of(body) });
      head = i + 1;
    }
    if (text[i] === ';' && depth === 0) head = i + 1;
  }
  return found;
}

function without_directives(code) {
  let continued = false;
  return code.map((line) => {
    const directive = continued || /^\s*#/.test(line);
    continued = directive && /\\\s*$/.test(line);
    return directive ? '' : line;
  });
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
  {
    what: 'a C function of 71 lines with its brace at the end of a long head',
    files: { 'src/eth/a.c': short + long(71).replace('(void)\n{', '(int x,\n            int y) {') },
    expect: /mo_long has 71 lines/,
  },
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

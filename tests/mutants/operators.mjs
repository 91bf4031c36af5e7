// Mutants of one C or Solidity source: the operators and the places where each applies. A text matcher over the source
// with its comments, strings and preprocessor lines blanked; what it makes of a place and does not compile is no mutant.

const CLOSING = { '(': ')', '[': ']', '{': '}' };

export const OPERATORS = {
  boundary: '< <-> <=, > <-> >=',
  equality: '== <-> !=',
  logic: '&& <-> ||',
  not: '! dropped',
  negated: 'if (c) -> if (!(c))',
  dropped: 'if (c) -> if (false && (c)): a check, its verdict or its revert removed',
  constant: 'n -> n + 1, and n -> n - 1 for n > 0; the ends of a range of indices are among them',
  arithmetic: '+ <-> -, += <-> -=, ++ <-> --',
  factor: '* <-> /',
  index: 'a[i] -> a[i + 1], i no literal',
  statement: 'an assignment, a call, an emit deleted',
};

// Blanks what is no code, every offset kept. MO_CHECK and static_assert state what a caller of this program's own owes:
// no input reaches the other side of them, so they are no rule.
function blank(text, language) {
  const same = (m) => m.replace(/[^\n]/g, ' ');
  let code = text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, same);
  if (language === 'c') code = code.replace(/^\s*#(?!\s*define).*$/gm, same).replace(/\b(MO_CHECK|static_assert)\([^;]*;/g, same);
  else code = code.replace(/^(pragma|import)[^;]*;/gm, same);
  return code;
}

function closing(code, open) {
  let depth = 0;
  for (let i = open; i < code.length; i++) {
    if (code[i] in CLOSING) depth++;
    else if (')]}'.includes(code[i]) && --depth === 0) return i;
  }
  return -1;
}

// Depth of braces before each offset, those of a Solidity contract not counted.
function depths(code, language) {
  const result = new Uint16Array(code.length + 1);
  let depth = 0;
  for (let i = 0; i < code.length; i++) {
    result[i] = depth;
    if (code[i] === '{') depth++;
    else if (code[i] === '}') depth--;
  }
  if (language === 'sol') result.forEach((d, i) => (result[i] = d > 0 ? d - 1 : 0));
  return result;
}

function* simple(code) {
  const swap = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };
  for (const m of code.matchAll(/(?<![<>=!-])(<=|>=|<|>)(?![<>=])/g)) yield ['boundary', m.index, m[0].length, swap[m[0]]];
  for (const m of code.matchAll(/==|!=/g)) yield ['equality', m.index, 2, m[0] === '==' ? '!=' : '=='];
  for (const m of code.matchAll(/&&|\|\|/g)) yield ['logic', m.index, 2, m[0] === '&&' ? '||' : '&&'];
  for (const m of code.matchAll(/!(?=[A-Za-z_(])/g)) yield ['not', m.index, 1, ''];
  const sign = { '+': '-', '-': '+', '+=': '-=', '-=': '+=', '++': '--', '--': '++' };
  for (const m of code.matchAll(/(?<= )[+-](?= )|\+=|-=|\+\+|--/g)) yield ['arithmetic', m.index, m[0].length, sign[m[0]]];
  for (const m of code.matchAll(/(?<= )[*/](?= )/g)) yield ['factor', m.index, 1, m[0] === '*' ? '/' : '*'];
}

function* constants(code) {
  for (const m of code.matchAll(/(?<![\w.])(\d[\d_]*)(?=[uUlL]*\b(?![\w.]))/g)) {
    // The size of an array in its declaration is room, not a rule.
    if (/\b[a-z]\w*\s+\w+\[$/.test(code.slice(Math.max(0, m.index - 80), m.index))) continue;
    const n = BigInt(m[1].replace(/_/g, ''));
    yield ['constant', m.index, m[1].length, String(n + 1n)];
    if (n > 0n) yield ['constant', m.index, m[1].length, String(n - 1n)];
  }
}

function* conditions(code, language) {
  const no = language === 'c' ? '0' : 'false';
  for (const m of code.matchAll(/\bif \(/g)) {
    const open = m.index + 3;
    const end = closing(code, open);
    yield ['negated', open, end + 1 - open, (old) => `(!${old})`];
    yield ['dropped', open, end + 1 - open, (old) => `(${no} && ${old})`];
  }
}

function* indices(code) {
  for (const m of code.matchAll(/(?<=[\w\])])\[/g)) {
    const end = closing(code, m.index);
    const inside = code.slice(m.index + 1, end);
    if (!inside.trim() || /^\s*\d+\s*$/.test(inside) || /\b[a-z]\w*\s+\w+$/.test(code.slice(Math.max(0, m.index - 80), m.index))) continue;
    yield ['index', m.index + 1, end - m.index - 1, (old) => `(${old}) + 1`];
  }
}

const NO_STATEMENT = /^(return|break|continue|goto|case|default|typedef|using|struct|enum|for|while|do|else|if|switch|revert|error|event|unchecked|assembly|let)\b/;
const DECLARATION = /^(const |static |unsigned )*[A-Za-z_][\w.]*(\[\])*\s+(\**|memory |storage |calldata |const )*\**[A-Za-z_]\w*\s*(=[^=]|;|\[|,|$)/;

function* statements(code, depth) {
  for (const m of code.matchAll(/(?<=[;{})]\s*|\belse\s+)[A-Za-z_*(+-][^;{}]*;/g)) {
    const text = m[0];
    const before = code.slice(0, m.index).trimEnd();
    if (NO_STATEMENT.test(text) || DECLARATION.test(text) || /^\([^)]*\b\w+\s+\w+[,)]/.test(text)) continue;
    // Behind a closing parenthesis only the body of an if or a loop; within a for's header nothing.
    if (before.endsWith(')') && !/\b(if|for|while) \([^]*$/.test(before.slice(before.lastIndexOf('\n')))) continue;
    if ((text.match(/\)/g) || []).length !== (text.match(/\(/g) || []).length) continue;
    if (depth[m.index] > 0) yield ['statement', m.index, text.length, '{}'];
  }
}

// All mutants of one file, in the order of their places.
export function mutants_of(file, text) {
  const language = file.endsWith('.c') ? 'c' : 'sol';
  const code = blank(text, language);
  const depth = depths(code, language);
  const found = [...simple(code), ...constants(code), ...conditions(code, language), ...indices(code), ...statements(code, depth)];
  const is_rule = (at) => {
    if (depth[at] > 0) return true;
    const line = code.slice(code.lastIndexOf('\n', at) + 1, code.indexOf('\n', at));
    return language === 'c' ? /^#\s*define/.test(line) : /\bconstant\b/.test(line);
  };
  const order = Object.keys(OPERATORS);
  return found
    .filter(([, at]) => is_rule(at))
    .sort((a, b) => a[1] - b[1] || order.indexOf(a[0]) - order.indexOf(b[0]))
    .map(([operator, at, length, to]) => {
      const old = text.slice(at, at + length);
      const start = text.lastIndexOf('\n', at) + 1;
      const source = text.slice(start, (text.indexOf('\n', at) + text.length + 1) % (text.length + 1));
      const replacement = typeof to === 'function' ? to(old) : to;
      return {
        file,
        line: text.slice(0, at).split('\n').length,
        operator,
        old,
        replacement,
        source: source.trim(),
        column: at - start - (source.length - source.trimStart().length),
        text: () => text.slice(0, at) + replacement + text.slice(at + length),
      };
    });
}

// What names a mutant when lines above it move: its file, its line's own text, the column in it, and what it does there.
export function name_of(m) {
  const flat = (s) => s.replace(/\s+/g, ' ');
  return `${m.file} | ${m.source} | ${m.operator}@${m.column} ${flat(m.old)} -> ${flat(m.replacement)}`;
}

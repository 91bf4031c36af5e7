// What every rule reads: the files of a tree. In a git work tree, what git tracks and what it would add; elsewhere (a
// planted tree) every file.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

function walk(root, folder, out) {
  for (const entry of fs.readdirSync(path.join(root, folder), { withFileTypes: true })) {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) walk(root, name, out);
    else out.push(name);
  }
  return out;
}

export function files_of(root, pattern) {
  const names = fs.existsSync(path.join(root, '.git'))
    ? execFileSync('git', ['-C', root, 'ls-files', '-co', '--exclude-standard'], { encoding: 'utf8', maxBuffer: 1 << 26 })
        .split('\n')
        .filter((name) => name && fs.existsSync(path.join(root, name)) && fs.statSync(path.join(root, name)).isFile())
    : walk(root, '.', []).map((name) => path.normalize(name));
  return names.filter((name) => pattern.test(name)).sort();
}

export function lines_of(root, file) {
  return fs.readFileSync(path.join(root, file), 'utf8').split('\n');
}

// The text with comments and the content of strings blanked, line for line.
export function code_of(root, file) {
  const text = fs.readFileSync(path.join(root, file), 'utf8');
  const blank = (match) => match.replace(/[^\n]/g, ' ');
  return text
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'/g, blank)
    .split('\n');
}

// The floors table of docs/architecture.md: folder -> {floor, may: set of folders}.
export function floors_of(root) {
  const floors = new Map();
  for (const line of lines_of(root, 'docs/architecture.md')) {
    const row = line.match(/^\|\s*(\d)\s*\|\s*src\/(\w+)\s*\|[^|]*\|\s*([\w\s-]*?)\s*\|$/);
    if (row) floors.set(row[2], { floor: Number(row[1]), may: new Set(row[3].split(/\s+/).filter((w) => w !== '-')) });
  }
  return floors;
}

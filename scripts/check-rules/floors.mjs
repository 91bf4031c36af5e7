// Floors: what a file of src includes lies in its own folder or in one that its row of docs/architecture.md allows.
import path from 'node:path';
import { files_of, floors_of, lines_of } from './tree.mjs';

export const about = 'a file includes only its own folder and what its floor may use';

function include_violation(floors, file, target) {
  const folder = file.split(path.sep)[1];
  const own = floors.get(folder);
  const [other] = target.split('/');
  if (!target.includes('/')) return `includes "${target}" without its folder`;
  if (other === folder) return null;
  // Generated bindings are part of src/bind.
  if (!floors.has(other)) return `includes "${target}", which is in no floor`;
  if (!own.may.has(other)) return `includes "${target}": src/${folder} (floor ${own.floor}) may not use src/${other}`;
  return null;
}

export function check({ root }) {
  const floors = floors_of(root);
  const folders = [...floors.keys()];
  const violations = [];
  for (const [folder, row] of floors) {
    for (const lower of row.may) {
      const below = floors.get(lower);
      if (!below || below.floor > row.floor || folders.indexOf(lower) >= folders.indexOf(folder))
        violations.push({ file: 'docs/architecture.md', text: `src/${folder} may not be allowed src/${lower}: not above it in the table` });
    }
  }
  const files = files_of(root, /^src\/.*\.[ch]$/);
  for (const file of files) {
    const folder = file.split(path.sep)[1];
    if (!floors.has(folder)) {
      violations.push({ file, text: `src/${folder} is not in the floors table` });
      continue;
    }
    lines_of(root, file).forEach((line, i) => {
      const include = line.match(/^\s*#\s*include\s*"([^"]+)"/);
      const text = include && include_violation(floors, file, include[1]);
      if (text) violations.push({ file, line: i + 1, text });
    });
  }
  if (floors.size === 0) violations.push({ file: 'docs/architecture.md', text: 'holds no floors table' });
  return { violations, seen: `${files.length} files, ${floors.size} folders` };
}

const TABLE = `| floor | folder | holds | may use |
|---|---|---|---|
| 0 | src/base | x | - |
| 2 | src/rules | x | base |
| 2 | src/bus | x | base |
`;
export const planted = [
  {
    what: 'rules includes bus, of its own floor',
    files: { 'docs/architecture.md': TABLE, 'src/rules/a.c': '#include "base/bytes.h"\n#include "bus/message.h"\n' },
    expect: /src\/rules\/a\.c: .*may not use src\/bus/,
  },
  {
    what: 'base includes a higher floor',
    files: { 'docs/architecture.md': TABLE, 'src/base/a.h': '#include "rules/vote.h"\n' },
    expect: /src\/base\/a\.h: .*may not use src\/rules/,
  },
  {
    what: 'a folder that no floor names',
    files: { 'docs/architecture.md': TABLE, 'src/base/a.h': '\n', 'src/other/a.c': '\n' },
    expect: /src\/other\/a\.c: src\/other is not in the floors table/,
  },
  {
    what: 'the table itself lets a folder use one that comes later',
    files: { 'docs/architecture.md': TABLE + '| 2 | src/more | x | base late |\n| 2 | src/late | x | base |\n', 'src/base/a.h': '\n' },
    expect: /src\/more may not be allowed src\/late/,
  },
  {
    what: 'a clean tree',
    files: { 'docs/architecture.md': TABLE, 'src/rules/a.c': '#include "base/bytes.h"\n#include "rules/vote.h"\n#include <string.h>\n' },
    expect: null,
  },
];

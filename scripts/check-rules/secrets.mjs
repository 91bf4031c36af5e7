// Secrets: the facilitator's secret is derived when it is needed and kept nowhere (gateway 7.11). So no record of a role or
// of the bus and no table of the store has a place for one, and outside of floor 1 one file alone derives it.
import { code_of, files_of, lines_of } from './tree.mjs';

export const about = 'no record and no table has a place for a secret, and one file derives it';

// A field that holds a secret, not one that borrows it or holds its hash.
const FIELD = /^\s+(?:mo_\w+_t|uint8_t|char|unsigned char)\s+(\w*secret\w*)(\[\w*\])?;/;
const COLUMN = /"[^"]*\b(\w*secret\w*)\s+(BLOB|TEXT|INTEGER)\b/i;
const DERIVES = /\bmo_hmac_sha256\s*\(/;

export function check({ root }) {
  const violations = [];
  const records = files_of(root, /^src\/(role|bus|store)\/(?!test_).*\.[ch]$/);
  for (const file of records) {
    const code = code_of(root, file);
    lines_of(root, file).forEach((line, i) => {
      const field = code[i].match(FIELD);
      const column = line.match(COLUMN);
      const name = (field || column || [])[1];
      if (name && !/hash/.test(name)) violations.push({ file, line: i + 1, text: `keeps ${name}` });
    });
  }
  const callers = files_of(root, /^src\/(?!eth\/)(?!\w+\/test_).*\.[ch]$/).filter((file) => DERIVES.test(code_of(root, file).join('\n')));
  callers.slice(1).forEach((file) => violations.push({ file, text: `derives a secret too, besides ${callers[0]}` }));
  return { violations, seen: `${records.length} files of records, derived in ${callers.join(', ') || 'none'}` };
}

export const planted = [
  { what: 'a record with a secret', files: { 'src/role/a.h': 'typedef struct {\n    mo_hash_t secret;\n} mo_a_t;\n' }, expect: /role\/a\.h: keeps secret/ },
  { what: 'a table with a secret', files: { 'src/store/a.c': '    "CREATE TABLE message (id BLOB, secret BLOB)"\n' }, expect: /store\/a\.c: keeps secret/ },
  {
    what: 'a second file that derives it',
    files: { 'src/node/a.c': '    s = mo_hmac_sha256(k, p, m);\n', 'src/store/b.c': '    s = mo_hmac_sha256(k, p, m);\n' },
    expect: /derives a secret too/,
  },
  { what: 'a borrowed secret and the hash of one', files: { 'src/bus/a.h': 'typedef struct {\n    const mo_hash_t *secret;\n    mo_hash_t secret_hash;\n} mo_a_t;\n' }, expect: null },
];

// Lies: every value of the report, changed by a little, must be noticed. So no value is in the report unread.
import { Assertions } from './ledger.mjs';

// The places of a value that are no objects: [['meta_blocks', 0, 'height'], ...].
function leaves(value, path = []) {
  if (value === null || typeof value !== 'object') return [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

function lie(value) {
  if (typeof value === 'number') return value + 1;
  const last = value[value.length - 1];
  return value.slice(0, -1) + (last === '1' ? '2' : '1');
}

function with_lie(report, path) {
  const copy = structuredClone(report);
  const parent = path.slice(0, -1).reduce((at, key) => at[key], copy);
  parent[path[path.length - 1]] = lie(parent[path[path.length - 1]]);
  return copy;
}

// parts: by the report's member, the checks that read it. Members that only say how to read on are left out.
export async function check_lies(t, context, report, parts) {
  for (const [member, checks] of Object.entries(parts)) {
    for (const path of leaves(report[member], [member])) {
      const quiet = new Assertions(true);
      const lying = with_lie(report, path);
      for (const check of checks) await quiet.part(member, () => check(quiet, context, lying));
      t.that(`another value at ${path.join('.')} goes unnoticed`, quiet.failed > 0);
    }
  }
}

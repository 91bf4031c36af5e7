// Traces: every clause of the consensus (1 to 5) is cited by code and by a test.
import { clauses_of, untraced } from './clauses.mjs';

export const about = 'every clause of sections 1 to 5 is cited by code and by a test';

export function check({ root }) {
  const count = [...clauses_of(root).keys()].filter((name) => /^[1-5]\./.test(name)).length;
  const violations = untraced(root);
  if (count === 0) violations.push({ file: 'docs/protocol.md', text: 'holds no clause' });
  return { violations, seen: `${count} clauses` };
}

const page = { 'docs/protocol.md': '- 2.8 Order.\n' };
const test = 'static void an_order_is_kept(void **state) {\n    /* (2.8) */\n}\n';
export const planted = [
  { what: 'a clause that no test cites', files: { ...page, 'src/eth/a.c': '/* (2.8) */\n' }, expect: /no test cites 2\.8/ },
  { what: 'a clause that no code cites', files: { ...page, 'src/eth/test_a.c': test }, expect: /no code cites 2\.8/ },
  { what: 'a clause cited by both', files: { ...page, 'src/eth/a.c': '/* (2.8) */\n', 'src/eth/test_a.c': test }, expect: null },
];

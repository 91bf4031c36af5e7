// The 2048 English words of BIP-39 as a C table, from the list that ethers brings.
//
//   node scripts/wordlist.mjs           writes src/eth/mnemonic_words.c
//   node scripts/wordlist.mjs --check   writes nothing; fails when the file differs
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { wordlists } from 'ethers';

const file = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'src', 'eth', 'mnemonic_words.c');
const words = Array.from({ length: 2048 }, (_, i) => wordlists.en.getWord(i));
const lines = Array.from({ length: 256 }, (_, i) => '    ' + words.slice(8 * i, 8 * i + 8).map((w) => `"${w}",`).join(' '));
const text = `/* node scripts/wordlist.mjs */
#include "eth/mnemonic.h"

/* clang-format off */
const char mo_mnemonic_words[MO_MNEMONIC_WORDS][MO_MNEMONIC_WORD_TEXT] = {
${lines.join('\n')}
};
`;
const same = fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text;
if (!process.argv.includes('--check')) fs.writeFileSync(file, text);
else if (!same) {
  console.error('src/eth/mnemonic_words.c differs from what scripts/wordlist.mjs makes');
  process.exit(1);
}

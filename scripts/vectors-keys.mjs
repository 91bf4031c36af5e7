// Vectors of mnemonics and keystores, from ethers.
import { createCipheriv } from 'node:crypto';
import * as ethers from 'ethers';
import { rng } from './vectors-rng.mjs';

const hex = ethers.hexlify;

// words (joined by _) entropy passphrase-or-dash seed index key address
export function mnemonic_rows() {
  const r = rng('mnemonic');
  return Array.from({ length: 15 }, (_, i) => {
    const entropy = hex(r.bytes(16 + 4 * (i % 5)));
    const passphrase = i % 3 ? `pass${i}` : '';
    const mnemonic = ethers.Mnemonic.fromEntropy(entropy, passphrase);
    const index = r.below(1000);
    const path = [`m/44'/60'/0'/0/${index}`, 'm', `m/${index}'`, `m/${index}/1/2147483647'`][i % 4];
    const node = ethers.HDNodeWallet.fromMnemonic(mnemonic, path);
    return [mnemonic.phrase.replaceAll(' ', '_'), entropy, passphrase || '-', mnemonic.computeSeed(), path, node.privateKey, node.address];
  });
}

// kdf n-or-rounds r p salt iv password key address ciphertext mac
export function keystore_rows() {
  const r = rng('keystore');
  return Array.from({ length: 8 }, (_, i) => {
    const key = hex(r.bytes(32));
    const [salt, iv, password] = [hex(r.bytes(i === 0 ? 1 : 32)), hex(r.bytes(16)), hex(r.bytes(i * 5))];
    const [n, rr, p] = [1 << (1 + 2 * (i % 5)), 1 + (i % 3), 1 + (i % 4)];
    const scrypt = i % 2 === 0;
    const derived = ethers.getBytes(scrypt ? ethers.scryptSync(ethers.getBytes(password), salt, n, rr, p, 32) : ethers.pbkdf2(ethers.getBytes(password), salt, 100 * i, 32, 'sha256'));
    const ciphertext = ctr(derived.slice(0, 16), ethers.getBytes(iv), ethers.getBytes(key));
    const mac = ethers.keccak256(ethers.concat([derived.slice(16), ciphertext]));
    return [scrypt ? 'scrypt' : 'pbkdf2', scrypt ? n : 100 * i, rr, p, salt, iv, password === '0x' ? '-' : password, key, ethers.computeAddress(key), ciphertext, mac].map(String);
  });
}

function ctr(key, iv, bytes) {
  return hex(createCipheriv('aes-128-ctr', key, iv).update(bytes));
}

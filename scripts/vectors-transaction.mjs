// Vectors of transactions of every type, from ethers: what the decoder must read and the encoder write.
import * as ethers from 'ethers';
import { rng } from './vectors-rng.mjs';

const hex = ethers.hexlify;
const word = (n) => ethers.toBeHex(n, 32);

// type key chain nonce price tip fee blob-fee gas to value data access-count blob-count authorization-count | unsigned digest signed hash sender
export function transaction_type_rows() {
  const r = rng('transaction types');
  const wei = () => BigInt(hex(r.bytes(1 + r.below(12)))) >> BigInt(r.below(20));
  return Array.from({ length: 50 }, (_, i) => {
    const type = i % 5;
    const key = new ethers.SigningKey(hex(r.bytes(32)));
    const priced = type < 2;
    const fields = {
      type, nonce: r.below(1 << 20), gasLimit: r.below(1 << 24), value: wei(), data: hex(r.bytes(r.pick([0, 1, 4, 36, 60, 300]))),
      chainId: type === 0 && i % 2 ? 0 : 1 + r.below(1 << 30),
      to: type < 3 && i % 3 === 0 ? null : hex(r.bytes(20)),
    };
    const [price, tip] = [wei(), wei()];
    if (priced) fields.gasPrice = price;
    else Object.assign(fields, { maxPriorityFeePerGas: tip, maxFeePerGas: tip + price });
    if (type > 0) fields.accessList = Array.from({ length: r.below(3) }, () => [hex(r.bytes(20)), Array.from({ length: r.below(3) }, () => hex(r.bytes(32)))]);
    if (type === 3) Object.assign(fields, { maxFeePerBlobGas: wei(), blobVersionedHashes: Array.from({ length: 1 + r.below(6) }, () => '0x01' + hex(r.bytes(31)).slice(2)) });
    if (type === 4) fields.authorizationList = Array.from({ length: 1 + r.below(3) }, () => {
      const signer = new ethers.SigningKey(hex(r.bytes(32)));
      const authorization = { address: ethers.getAddress(hex(r.bytes(20))), nonce: BigInt(r.below(300)), chainId: BigInt(r.below(3)) };
      return { ...authorization, signature: signer.sign(ethers.hashAuthorization(authorization)) };
    });
    const tx = ethers.Transaction.from(fields);
    const unsigned = tx.unsignedSerialized;
    const digest = tx.unsignedHash;
    tx.signature = key.sign(digest);
    return [
      type, key.privateKey, fields.chainId, fields.nonce, word(priced ? price : 0n), word(priced ? 0n : tip), word(priced ? 0n : tip + price), word(fields.maxFeePerBlobGas ?? 0n),
      fields.gasLimit, fields.to ?? '-', word(fields.value), fields.data, fields.accessList?.length ?? 0, fields.blobVersionedHashes?.length ?? 0, fields.authorizationList?.length ?? 0,
      unsigned, digest, tx.serialized, tx.hash, ethers.computeAddress(key),
    ].map(String);
  });
}

#include "vectors/forms.h"

#define ROW(name, path) {#name, path, mo_fits_##name, mo_judge_##name}

/* Of two forms with one path the first that fits judges. */
const mo_form_t mo_forms[] = {
    ROW(keccak, "*"),
    ROW(rlp, "*"),
    ROW(rlp_test, "*"),
    ROW(transaction_test, "*"),
    ROW(transaction_sign, "*"),
    ROW(abi, "*"),
    ROW(abi_test, "*"),
    ROW(abi_packed, "*"),
    ROW(trie_test, "*"),
    ROW(trie_ops, "*"),
    ROW(trie_index, "*"),
    ROW(trie_order, "*"),
    ROW(proof, "*"),
    ROW(path, "*"),
    ROW(node_path, "*"),
    ROW(block, ""),
    ROW(block, "*"),
    ROW(chain_block, "*.blocks.*"),
    ROW(recorded_block, "blocks.*"),
    ROW(recorded_proof, "proofs.*"),
    ROW(u256_row, "*"),
    ROW(u256_operation, "*.*"),
    ROW(quorum, "*"),
    ROW(vote_pair, "*"),
    ROW(account, "*"),
    ROW(create, "*"),
    ROW(rfc6979, "valid.*"),
    ROW(rfc6979, "invalid.sign.*"),
    ROW(ecrecover, "*"),
    ROW(wycheproof_ecdsa, "testGroups.*.tests.*"),
    ROW(first_key, "*"),
    ROW(genesis, ""),
    ROW(hex_prefix, "*"),
    ROW(eip712, "*"),
};
const size_t mo_form_count = sizeof mo_forms / sizeof mo_forms[0];

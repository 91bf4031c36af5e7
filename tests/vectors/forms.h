/* All forms that the library can judge. A form is a file form_NAME.c, its two functions here and a row in forms.c. */
#ifndef MO_VECTORS_FORMS_H
#define MO_VECTORS_FORMS_H

#include "vectors/case.h"

#define MO_FORM_FUNCTIONS(name)                                                                                        \
    bool mo_fits_##name(const mo_case_t *c);                                                                           \
    mo_result_t mo_judge_##name(mo_case_t *c);

MO_FORM_FUNCTIONS(keccak)
MO_FORM_FUNCTIONS(rlp)
MO_FORM_FUNCTIONS(rlp_test)
MO_FORM_FUNCTIONS(transaction_test)
MO_FORM_FUNCTIONS(transaction_sign)
MO_FORM_FUNCTIONS(abi)
MO_FORM_FUNCTIONS(abi_test)
MO_FORM_FUNCTIONS(abi_packed)
MO_FORM_FUNCTIONS(trie_test)
MO_FORM_FUNCTIONS(trie_ops)
MO_FORM_FUNCTIONS(trie_index)
MO_FORM_FUNCTIONS(trie_order)
MO_FORM_FUNCTIONS(proof)
MO_FORM_FUNCTIONS(path)
MO_FORM_FUNCTIONS(node_path)
MO_FORM_FUNCTIONS(block)
MO_FORM_FUNCTIONS(recorded_block)
MO_FORM_FUNCTIONS(chain_block)
MO_FORM_FUNCTIONS(recorded_proof)
MO_FORM_FUNCTIONS(u256_row)
MO_FORM_FUNCTIONS(u256_operation)
MO_FORM_FUNCTIONS(quorum)
MO_FORM_FUNCTIONS(vote_pair)
MO_FORM_FUNCTIONS(account)
MO_FORM_FUNCTIONS(create)
MO_FORM_FUNCTIONS(rfc6979)
MO_FORM_FUNCTIONS(ecrecover)
MO_FORM_FUNCTIONS(wycheproof_ecdsa)
MO_FORM_FUNCTIONS(first_key)
MO_FORM_FUNCTIONS(genesis)
MO_FORM_FUNCTIONS(hex_prefix)
MO_FORM_FUNCTIONS(eip712)
MO_FORM_FUNCTIONS(keystore_test)
MO_FORM_FUNCTIONS(keystore)
MO_FORM_FUNCTIONS(kdf)
MO_FORM_FUNCTIONS(hmac)
MO_FORM_FUNCTIONS(wycheproof_pbkdf2)
MO_FORM_FUNCTIONS(exchange)
MO_FORM_FUNCTIONS(protection)
MO_FORM_FUNCTIONS(legacy_signed)
MO_FORM_FUNCTIONS(apart)

extern const mo_form_t mo_forms[];
extern const size_t mo_form_count;

#endif

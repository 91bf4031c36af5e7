/* Accounts and storage slots, proven under a state root.
 *
 * Three tries hang together: the state root of a header is a trie from keccak256(address) to accounts; an
 * account holds the root of its storage, a trie from keccak256(slot) to words; both store RLP.
 *
 *     header.stateRoot --account proof--> {nonce, balance, storage_root, code_hash}
 *     storage_root     --slot proof-----> word, such as the open kernel's hash in slot 0 of the core (4.1, 5.6)
 *
 * The leaf decides, never the value that an RPC reports beside the proof. A word is stored as a minimal integer (`a0` and
 * 32 bytes, or less for small ones) and comes out left-padded to 32 bytes. A slot holding zero has no entry: its proof is
 * one of absence.
 *
 *     mo_state_slot_t slots[] = {{.slot = slot, .proof = {slot_nodes, 3}}};
 *     mo_state_answer_t answer = {address, {account_nodes, 8}, slots, 1};
 *     verdict = mo_state_answer(&header.state_root, &answer, &account, &why);       then slots[0].value
 *
 * Floor 1, pure. Clauses 5.6, gateway 7.4.
 */
#ifndef MO_ETH_STATE_H
#define MO_ETH_STATE_H

#include "eth/trie.h"
#include "eth/u256.h"

/* The trie's refusals, and those of its leaves. */
#define MO_STATE_VERDICTS(X)                                                                                 \
    X(MO_STATE_PRESENT, "StatePresent", "")                                                                  \
    X(MO_STATE_ABSENT, "StateAbsent", "")                                                                    \
    /* the proof is refused: `why` tells for what */                                                         \
    X(MO_STATE_PROOF, "StateProof", "5.6")                                                                   \
    /* an account leaf that is not the canonical list of nonce, balance, storage root, code hash */          \
    X(MO_STATE_ACCOUNT, "StateAccount", "5.6")                                                               \
    /* a slot leaf that is not the canonical string of a minimal integer of 1 to 32 bytes */                 \
    X(MO_STATE_WORD, "StateWord", "5.6")

typedef enum { MO_STATE_VERDICTS(MO_VERDICT_CODE) } mo_state_verdict_t;

const char *mo_state_verdict_name(mo_state_verdict_t verdict);

typedef struct {
    uint64_t nonce;
    mo_u256_t balance; /* wei */
    mo_hash_t storage_root;
    mo_hash_t code_hash;
} mo_account_t;

/* Nodes of one proof, borrowed and hostile: eth_getProof's accountProof or storageProof[i].proof. */
typedef struct {
    const mo_bytes_t *nodes;
    size_t count;
} mo_state_nodes_t;

/* keccak256(""): the code hash of an account without code. */
extern const mo_hash_t MO_STATE_EMPTY_CODE;

/* The account at `address` under a state root. `out` is zero unless MO_STATE_PRESENT. `why`, when not NULL,
 * is what the trie said. */
MO_MUST_USE mo_state_verdict_t mo_state_account(const mo_hash_t *state_root, const mo_address_t *address,
                                                mo_state_nodes_t proof, mo_account_t *out,
                                                mo_trie_verdict_t *why);

/* The word in `slot` under an account's storage root. `out` is zero unless MO_STATE_PRESENT, and then never
 * zero. */
MO_MUST_USE mo_state_verdict_t mo_state_word(const mo_hash_t *storage_root, const mo_hash_t *slot,
                                             mo_state_nodes_t proof, mo_hash_t *out, mo_trie_verdict_t *why);

/* One slot that is asked for: `value` comes back as the word it holds, zero for none. */
typedef struct {
    mo_hash_t slot;
    mo_state_nodes_t proof;
    mo_hash_t value;
} mo_state_slot_t;

/* An answer of eth_getProof: an account, and slots of it. */
typedef struct {
    mo_address_t address;
    mo_state_nodes_t account_proof;
    mo_state_slot_t *slots;
    size_t slot_count;
} mo_state_answer_t;

/* The whole answer, verified under a state root. MO_STATE_PRESENT: `account`, and every slot's value. Or
 * MO_STATE_ABSENT: no such account, so every slot is zero and none needs a proof (provers disagree on what to
 * give). Anything else refuses it all: account and values are zero, `why`, when not NULL, is what the trie said
 * last. What the RPC reports beside the proofs is not asked for. */
MO_MUST_USE mo_state_verdict_t mo_state_answer(const mo_hash_t *state_root, mo_state_answer_t *answer,
                                               mo_account_t *account, mo_trie_verdict_t *why);

/* The leaf of an account, decoded; false, and zero, when it is not canonical. */
MO_MUST_USE bool mo_state_account_decode(mo_bytes_t leaf, mo_account_t *out);

/* The leaf of a slot, decoded; false, and zero, when it is not canonical. */
MO_MUST_USE bool mo_state_word_decode(mo_bytes_t leaf, mo_hash_t *out);

/* The slot of `mapping[key]`, where the mapping stands in `base`: keccak256(key | base). A key that is no
 * bytes32 comes left-padded, as in an ABI word. */
mo_hash_t mo_state_mapping_slot(const mo_hash_t *key, const mo_hash_t *base);

#endif

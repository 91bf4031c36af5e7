/* One step of a parity run, as a line of a file that contracts/test/parity/Parity.t.sol replays.
 *
 *     rules (C)                          file                                contracts (Solidity)
 *     operation -> verdict, state  -->   call, sender, block, time    -->    address.call(...)
 *                                        expected error, state words  -->    compared
 *
 * A line is the hexadecimal ABI encoding of
 *
 *     Step(uint8 kind, address sender, address target, uint64 number, uint64 time, bytes32[] blocks, bytes32 focus,
 *          bytes input, bytes4 selector, bytes words, string name)
 *
 * `blocks` are the hashes of the blocks below `number`, the last of them that of number - 1. `selector` is zero when the
 * call is accepted. `words` are 32-byte words of the state after the step, whose order is that of the contract's side.
 */
#ifndef MO_PARITY_STEP_H
#define MO_PARITY_STEP_H

#include <stdio.h>

#include "base/bytes.h"
#include "eth/u256.h"

enum {
    PARITY_DEPLOY_ORIGIN = 0,
    PARITY_CALL_ORIGIN = 1,
    PARITY_DEPLOY_AUXILIARY = 2,
    PARITY_CALL_AUXILIARY = 3,
    PARITY_SNAPSHOT = 4,
    PARITY_RESTORE = 5,
};

enum { PARITY_BLOCKS_MAX = 64, PARITY_WORDS_MAX = 64, PARITY_INPUT_MAX = 1 << 17 };

typedef struct {
    uint8_t kind;
    mo_address_t sender;
    mo_address_t target;
    uint64_t number;
    uint64_t time;
    mo_hash_t blocks[PARITY_BLOCKS_MAX];
    size_t block_count;
    mo_hash_t focus;
    uint8_t input_memory[PARITY_INPUT_MAX];
    mo_buffer_t input;
    const char *error;   /* name of the custom error, NULL: accepted */
    const char *letters; /* its arguments' letters where two errors share a name, NULL else */
    mo_hash_t words[PARITY_WORDS_MAX];
    size_t word_count;
    size_t word_bytes; /* other than whole words, 0: they are words */
} parity_step_t;

/* An empty step of this kind. */
void parity_step_begin(parity_step_t *step, uint8_t kind);

/* Appends one word of expected state. */
void parity_word(parity_step_t *step, mo_hash_t word);
void parity_word_u64(parity_step_t *step, uint64_t value);
void parity_word_u256(parity_step_t *step, mo_u256_t value);
void parity_word_address(parity_step_t *step, const mo_address_t *value);

/* Writes the step as one line. Ends the program when it does not fit or cannot be written: a fault of the generator. */
void parity_step_write(const parity_step_t *step, FILE *out);

/* From now on steps expect another state than they were told, or what they were told. */
void parity_lie(bool lies);

/* Counts of verdicts per name over all steps written; prints them as "count  name". */
void parity_counts_print(FILE *out);

/* Steps written that are calls, and how many of them were accepted. */
void parity_totals(uint64_t *calls, uint64_t *accepted);

#endif

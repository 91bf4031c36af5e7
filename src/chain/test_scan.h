/* A text read by chain/scan.h and by the JSON library, and what the one says held against the other: for its test and its
 * fuzzer. */
#ifndef MO_CHAIN_TEST_SCAN_H
#define MO_CHAIN_TEST_SCAN_H

#include <jansson.h>

#include "base/check.h"
#include "chain/scan.h"
#include "chain/verify.h"

#define SCANNED_MAX 4

static mo_block_t scanned[SCANNED_MAX];
static mo_block_t parsed[SCANNED_MAX];

/* As chain/wire.c and chain/block.c do: answers sorted by id, each result a block. */
static inline bool parse_blocks(const json_t *root, uint64_t first_id, size_t count)
{
    bool taken[SCANNED_MAX] = {false};
    bool good = count == 1 ? json_is_object(root) : json_is_array(root) && json_array_size(root) == count;
    for (size_t i = 0; i < count && good; i++) {
        const json_t *one = count == 1 ? root : json_array_get(root, i);
        const json_t *id = json_object_get(one, "id");
        uint64_t at = (uint64_t)json_integer_value(id) - first_id;
        good = json_is_integer(id) && at < count && !taken[at] && json_object_get(one, "error") == NULL &&
               mo_verify_block(json_object_get(one, "result"), &parsed[at]) == NULL;
        if (good) {
            taken[at] = true;
        }
    }
    return good;
}

static inline bool same_block(const mo_block_t *a, const mo_block_t *b)
{
    return a->number == b->number && mo_hash_equal(&a->hash, &b->hash) && mo_hash_equal(&a->parent, &b->parent) &&
           mo_hash_equal(&a->state_root, &b->state_root) &&
           mo_hash_equal(&a->transactions_root, &b->transactions_root) && a->gas_used == b->gas_used &&
           a->timestamp == b->timestamp && a->base_fee == b->base_fee && mo_bytes_equal(mo_block_rlp(a), mo_block_rlp(b));
}

/* Whether the text is scanned; the program ends when the library does not read the same. */
static inline bool scan_and_compare(const char *text, size_t size, uint64_t first_id, size_t count)
{
    static mo_block_t *const to[SCANNED_MAX] = {&scanned[0], &scanned[1], &scanned[2], &scanned[3]};
    mo_scan_t scan = {.first_id = first_id, .blocks = to, .count = count};
    if (!mo_scan_blocks((mo_bytes_t){(const uint8_t *)text, size}, &scan)) {
        return false;
    }
    json_t *root = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    MO_CHECK(root != NULL && parse_blocks(root, first_id, count));
    for (size_t i = 0; i < count; i++) {
        MO_CHECK(same_block(&scanned[i], &parsed[i]));
    }
    json_decref(root);
    return true;
}

#endif

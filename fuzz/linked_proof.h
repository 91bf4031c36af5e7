/* Proofs out of bytes, for fuzzers: nodes leaf first, each with its length (2); where one has 32 bytes ee, the hash of the
 * node before it is put, since random bytes never hash to anything that is asked for. */
#ifndef MO_FUZZ_LINKED_PROOF_H
#define MO_FUZZ_LINKED_PROOF_H

#include <string.h>

#include "eth/keccak.h"

#define NODES_MAX 16

static uint8_t memory[1 << 15];
static size_t used;

static mo_bytes_t take(mo_bytes_t *input, size_t size)
{
    size = size < input->size ? size : input->size;
    mo_bytes_t taken = {input->data, size};
    *input = (mo_bytes_t){input->data + size, input->size - size};
    return taken;
}

static size_t take_byte(mo_bytes_t *input)
{
    mo_bytes_t byte = take(input, 1);
    return byte.size == 1 ? byte.data[0] : 0;
}

/* A copy of the node, in which `child` stands where the mark was. */
static mo_bytes_t link_node(mo_bytes_t node, const mo_hash_t *child)
{
    uint8_t mark[32];
    memset(mark, 0xee, sizeof mark);
    uint8_t *copy = memory + used;
    memcpy(copy, node.data, node.size);
    used += node.size;
    for (size_t i = 0; i + 32 <= node.size; i++) {
        if (memcmp(copy + i, mark, sizeof mark) == 0) {
            memcpy(copy + i, child->bytes, sizeof child->bytes);
            break;
        }
    }
    return (mo_bytes_t){copy, node.size};
}

/* The nodes, leaf first in the input, root first in the proof. Bytes of them stay in `memory` until `used` is set back. */
static size_t link_nodes(mo_bytes_t input, mo_bytes_t nodes[NODES_MAX], mo_hash_t *root)
{
    size_t count = 0;
    *root = (mo_hash_t){{0}};
    while (input.size > 0 && count < NODES_MAX) {
        size_t high = take_byte(&input);
        size_t length = (high << 8 | take_byte(&input)) % 600;
        mo_bytes_t node = link_node(take(&input, length), root);
        *root = mo_keccak256(node);
        memmove(nodes + 1, nodes, count * sizeof nodes[0]);
        nodes[0] = node;
        count++;
    }
    return count;
}

#endif

#include <string.h>

#include "base/check.h"
#include "base/endian.h"
#include "eth/keccak.h"
#include "eth/keccak_permute.h"

#define RATE_WORDS (MO_KECCAK_RATE / 8)

/* What one lane is at: an input, or none when none is left. */
typedef struct {
    bool busy;
    bool last;    /* the block absorbed is the input's last, so the digest is next */
    size_t input; /* its place among the inputs */
    size_t at;    /* bytes absorbed */
} lane_t;

/* Inputs on their way through lanes. A lane that is done takes the next input at once, so that inputs of different
 * lengths keep all lanes busy. */
typedef struct {
    _Alignas(MO_KECCAK_ALIGNMENT) uint64_t states[MO_KECCAK_WORDS * MO_KECCAK_LANES_MAX];
    const mo_keccak_kind_t *kind;
    const mo_bytes_t *inputs;
    size_t count;
    size_t next; /* the first input that no lane has taken */
    lane_t lane[MO_KECCAK_LANES_MAX];
} work_t;

static void take_input(work_t *work, unsigned index)
{
    work->lane[index] = (lane_t){.busy = work->next < work->count, .input = work->next};
    work->next += work->lane[index].busy;
    for (unsigned i = 0; i < MO_KECCAK_WORDS; i++) {
        work->states[i * work->kind->lanes + index] = 0;
    }
}

static void absorb_words(work_t *work, unsigned index, const uint8_t *block)
{
    uint64_t *word = work->states + index;
    for (unsigned i = 0; i < RATE_WORDS; i++) {
        *word ^= mo_load_le64(block + 8 * (size_t)i);
        word += work->kind->lanes;
    }
}

static void absorb_block(work_t *work, unsigned index)
{
    lane_t *lane = &work->lane[index];
    mo_bytes_t input = work->inputs[lane->input];
    size_t left = input.size - lane->at;
    lane->last = left < MO_KECCAK_RATE;
    if (!lane->last) {
        absorb_words(work, index, input.data + lane->at);
        lane->at += MO_KECCAK_RATE;
        return;
    }
    uint8_t block[MO_KECCAK_RATE] = {0};
    if (left > 0) {
        memcpy(block, input.data + lane->at, left);
    }
    block[left] = 0x01;
    block[MO_KECCAK_RATE - 1] |= 0x80;
    absorb_words(work, index, block);
}

static void store_hash(const work_t *work, unsigned index, mo_hash_t *hash)
{
    for (size_t i = 0; i < 4; i++) {
        mo_store_le64(work->states[i * work->kind->lanes + index], hash->bytes + 8 * i);
    }
}

void mo_keccak256_many_by(const mo_keccak_kind_t *kind, const mo_bytes_t *inputs, size_t count, mo_hash_t *hashes)
{
    MO_CHECK(kind->lanes <= MO_KECCAK_LANES_MAX);
    work_t work;
    work.kind = kind;
    work.inputs = inputs;
    work.count = count;
    work.next = 0;
    for (unsigned i = 0; i < kind->lanes; i++) {
        take_input(&work, i);
    }
    /* Lanes are filled from the first on, but lane 0 may be done before others are. */
    for (size_t done = 0; done < count;) {
        for (unsigned i = 0; i < kind->lanes; i++) {
            if (work.lane[i].busy) {
                absorb_block(&work, i);
            }
        }
        kind->permute(work.states);
        for (unsigned i = 0; i < kind->lanes; i++) {
            if (work.lane[i].busy && work.lane[i].last) {
                store_hash(&work, i, &hashes[work.lane[i].input]);
                take_input(&work, i);
                done++;
            }
        }
    }
}

const mo_keccak_kind_t *mo_keccak_widest(const mo_keccak_kind_t *kinds, size_t count)
{
    size_t best = count - 1;
    while (!kinds[best].is_usable()) {
        best--;
    }
    return &kinds[best];
}

void mo_keccak256_many(const mo_bytes_t *inputs, size_t count, mo_hash_t *hashes)
{
    if (count == 1) {
        hashes[0] = mo_keccak256(inputs[0]);
    } else {
        mo_keccak256_many_by(mo_keccak_widest(mo_keccak_kinds, mo_keccak_kind_count), inputs, count, hashes);
    }
}

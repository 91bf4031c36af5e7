#include "parity/step.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/hex.h"
#include "bind/revert.h"
#include "eth/abi.h"

enum { COUNTS_MAX = 256, LINE_MAX_BYTES = PARITY_INPUT_MAX + 16384 };

typedef struct {
    const char *name;
    uint64_t count;
} count_t;

static count_t counts[COUNTS_MAX];
static size_t count_of_counts;
static uint64_t calls_written;
static uint64_t calls_accepted;
static bool lying;

void parity_step_begin(parity_step_t *step, uint8_t kind) {
    memset(step, 0, offsetof(parity_step_t, input_memory));
    step->kind = kind;
    step->input = (mo_buffer_t){step->input_memory, 0, sizeof step->input_memory, false};
    step->error = NULL;
    step->letters = NULL;
    step->word_count = step->word_bytes = 0;
}

void parity_word(parity_step_t *step, mo_hash_t word) {
    MO_CHECK(step->word_count < PARITY_WORDS_MAX);
    step->words[step->word_count++] = word;
}

void parity_word_u64(parity_step_t *step, uint64_t value) {
    parity_word(step, mo_u256_to_hash(mo_u256_from_u64(value)));
}

void parity_word_u256(parity_step_t *step, mo_u256_t value) {
    parity_word(step, mo_u256_to_hash(value));
}

void parity_word_address(parity_step_t *step, const mo_address_t *value) {
    mo_hash_t word = {{0}};
    memcpy(word.bytes + 12, value->bytes, sizeof value->bytes);
    parity_word(step, word);
}

static void tally(const char *name) {
    size_t at = 0;
    while (at < count_of_counts && strcmp(counts[at].name, name) != 0) {
        at++;
    }
    MO_CHECK(at < COUNTS_MAX);
    if (at == count_of_counts) {
        counts[count_of_counts++].name = name;
    }
    counts[at].count++;
}

static const mo_bind_error_t *error_of(const parity_step_t *step) {
    for (size_t i = 0; i < mo_bind_error_count; i++) {
        const mo_bind_error_t *known = &mo_bind_errors[i];
        if (strcmp(known->name, step->error) == 0 &&
            (step->letters == NULL || strcmp(known->letters, step->letters) == 0)) {
            return known;
        }
    }
    fprintf(stderr, "parity: no contract has the error %s\n", step->error);
    abort();
}

static mo_bytes_t words_of(const parity_step_t *step) {
    size_t size = step->word_bytes != 0 ? step->word_bytes : step->word_count * sizeof step->words[0];
    return (mo_bytes_t){step->words[0].bytes, size};
}

static void put(const parity_step_t *step, mo_buffer_t *out) {
    static const uint8_t zeros[4];
    mo_bytes_t selector = {zeros, sizeof zeros};
    const char *name = "";
    if (step->error != NULL) {
        selector = (mo_bytes_t){error_of(step)->selector, sizeof zeros};
        name = step->error;
    }
    mo_abi_writer_t writer = mo_abi_writer(out, 1);
    mo_abi_open(&writer, 11);
    mo_abi_put_u64(&writer, step->kind);
    mo_abi_put_address(&writer, &step->sender);
    mo_abi_put_address(&writer, &step->target);
    mo_abi_put_u64(&writer, step->number);
    mo_abi_put_u64(&writer, step->time);
    mo_abi_open_array(&writer, step->block_count, 1);
    for (size_t i = 0; i < step->block_count; i++) {
        mo_abi_put_hash(&writer, &step->blocks[i]);
    }
    mo_abi_close(&writer);
    mo_abi_put_hash(&writer, &step->focus);
    mo_abi_put_bytes(&writer, mo_buffer_view(&step->input));
    mo_abi_put_fixed(&writer, selector);
    mo_abi_put_bytes(&writer, words_of(step));
    mo_abi_put_bytes(&writer, (mo_bytes_t){(const uint8_t *)name, strlen(name)});
    mo_abi_close(&writer);
    bool written = mo_abi_written(&writer);
    MO_CHECK(written && !step->input.overflown);
}

void parity_lie(bool lies) {
    lying = lies;
}

void parity_step_write(const parity_step_t *step, FILE *out) {
    static uint8_t memory[LINE_MAX_BYTES];
    static char text[2 * LINE_MAX_BYTES + 3];
    mo_buffer_t line = MO_BUFFER(memory);
    static parity_step_t told;
    told = *step;
    told.words[step->word_count > 0 ? step->word_count - 1 : 0].bytes[31] ^= lying ? 1 : 0;
    put(&told, &line);
    mo_hex_encode(mo_buffer_view(&line), MO_HEX_PREFIXED, text, sizeof text);
    if (fprintf(out, "%s\n", text) < 0) {
        perror("parity");
        exit(1);
    }
    bool call = step->kind == PARITY_CALL_ORIGIN || step->kind == PARITY_CALL_AUXILIARY;
    calls_written += call;
    calls_accepted += call && step->error == NULL;
    if (call) {
        tally(step->error == NULL ? "Accepted" : step->error);
    }
}

static int by_count(const void *a, const void *b) {
    const count_t *x = a;
    const count_t *y = b;
    return x->count < y->count ? 1 : x->count > y->count ? -1 : strcmp(x->name, y->name);
}

void parity_counts_print(FILE *out) {
    qsort(counts, count_of_counts, sizeof counts[0], by_count);
    for (size_t i = 0; i < count_of_counts; i++) {
        fprintf(out, "%9llu  %s\n", (unsigned long long)counts[i].count, counts[i].name);
    }
}

void parity_totals(uint64_t *calls, uint64_t *accepted) {
    *calls = calls_written;
    *accepted = calls_accepted;
}

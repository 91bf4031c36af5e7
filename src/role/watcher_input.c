#include <string.h>

#include "base/endian.h"
#include "eth/abi.h"
#include "role/watcher_parts.h"

/* Bytes of a selector, of a word. */
#define SELECTOR 4
#define WORD     32

/* Signatures recovered out of one input: twice what a direct call of 128 KiB can carry. An input that repeats selectors and
 * offsets to make more of itself is not followed any further. */
#define RECOVERIES_MAX 4096

typedef struct {
    mo_watcher_role_t *w;
    size_t recovered;
    uint64_t held; /* votes of validators, and proven evidence */
} reading_t;

/* --- arguments, read as the contracts' decoder reads them: by offsets, whatever stands between or behind. A stricter reader
 * would be blind to a call that the chain has carried out ----------------------------------------------------------- */

static bool word_at(mo_bytes_t in, size_t word, mo_bytes_t *out)
{
    if (in.size / WORD <= word) {
        return false;
    }
    *out = (mo_bytes_t){in.data + word * WORD, WORD};
    return true;
}

static bool hash_at(mo_bytes_t in, size_t word, mo_hash_t *out)
{
    mo_bytes_t bytes;
    if (!word_at(in, word, &bytes)) {
        return false;
    }
    memcpy(out->bytes, bytes.data, WORD);
    return true;
}

static bool number_at(mo_bytes_t in, size_t word, uint64_t *out)
{
    static const uint8_t zeros[WORD - 8];
    mo_bytes_t bytes;
    if (!word_at(in, word, &bytes) || memcmp(bytes.data, zeros, sizeof zeros) != 0) {
        return false;
    }
    *out = mo_load_be64(bytes.data + sizeof zeros);
    return true;
}

static bool vote_at(mo_bytes_t in, size_t word, mo_vote_t *vote)
{
    return hash_at(in, word, &vote->chain) && hash_at(in, word + 1, &vote->transition) &&
           hash_at(in, word + 2, &vote->source) && hash_at(in, word + 3, &vote->target) &&
           number_at(in, word + 4, &vote->source_height.value) &&
           number_at(in, word + 5, &vote->target_height.value);
}

/* What an offset in the head points at: its length, and what follows that. */
static bool tail_at(mo_bytes_t in, size_t word, uint64_t *length, mo_bytes_t *rest)
{
    uint64_t offset;
    if (!number_at(in, word, &offset) || offset > in.size) {
        return false;
    }
    mo_bytes_t tail = {in.data + offset, in.size - (size_t)offset};
    if (!number_at(tail, 0, length)) {
        return false;
    }
    *rest = (mo_bytes_t){tail.data + WORD, tail.size - WORD};
    return true;
}

static bool bytes_at(mo_bytes_t in, size_t word, mo_bytes_t *out)
{
    uint64_t length;
    if (!tail_at(in, word, &length, out) || length > out->size) {
        return false;
    }
    out->size = (size_t)length;
    return true;
}

static mo_signature_t signature_at(const uint8_t *bytes)
{
    mo_signature_t signature;
    memcpy(signature.r.bytes, bytes, 32);
    memcpy(signature.vs.bytes, bytes + 32, 32);
    return signature;
}

/* --- votes ---------------------------------------------------------------------------------------------------------- */

/* False when there were too many already. */
static bool hold(reading_t *reading, const mo_vote_t *vote, mo_signature_t signature)
{
    mo_held_vote_t held = {.vote = *vote, .signature = signature};
    if (reading->recovered++ >= RECOVERIES_MAX) {
        return false;
    }
    reading->held += mo_watcher_hold_unchecked(reading->w, &held);
    return true;
}

/* The records' indices do not matter: who signed is recovered. */
static bool hold_records(reading_t *reading, const mo_vote_t *link, mo_bytes_t records)
{
    bool all = true;
    for (size_t at = 0; all && at + MO_SEAL_RECORD_SIZE <= records.size; at += MO_SEAL_RECORD_SIZE) {
        all = hold(reading, link, signature_at(records.data + at + 4));
    }
    return all && records.size % MO_SEAL_RECORD_SIZE == 0;
}

static bool take_records(reading_t *reading, mo_bytes_t in, size_t link_at, size_t records_at)
{
    mo_vote_t link;
    mo_bytes_t records;
    return vote_at(in, link_at, &link) && bytes_at(in, records_at, &records) && hold_records(reading, &link, records);
}

static bool take_seal(reading_t *reading, mo_bytes_t in, size_t link_at, size_t seal_at)
{
    mo_vote_t link;
    mo_bytes_t seal;
    mo_seal_t parsed;
    return vote_at(in, link_at, &link) && bytes_at(in, seal_at, &seal) &&
           mo_rules_seal_split(seal, &parsed) == MO_SEAL_WELL_FORMED && hold_records(reading, &link, parsed.records);
}

/* index, r, vs follow the link. */
static bool take_single(reading_t *reading, mo_bytes_t in, size_t link_at, size_t index_at)
{
    mo_vote_t link;
    mo_signature_t signature;
    return vote_at(in, link_at, &link) && hash_at(in, index_at + 1, &signature.r) &&
           hash_at(in, index_at + 2, &signature.vs) && hold(reading, &link, signature);
}

static bool take_present(reading_t *reading, mo_bytes_t in, size_t links_at, size_t records_at)
{
    uint64_t count;
    mo_bytes_t links;
    mo_bytes_t records;
    mo_vote_t vote;
    if (!tail_at(in, links_at, &count, &links) || !bytes_at(in, records_at, &records) ||
        records.size % MO_SEAL_RECORD_SIZE != 0 || records.size / MO_SEAL_RECORD_SIZE != count) {
        return false;
    }
    bool all = true;
    for (size_t i = 0; all && i < count; i++) {
        all = vote_at(links, 6 * i, &vote) &&
              hold(reading, &vote, signature_at(records.data + i * MO_SEAL_RECORD_SIZE + 4));
    }
    return all;
}

static bool take_slash(reading_t *reading, mo_bytes_t in, size_t a_at, size_t b_at)
{
    mo_evidence_t evidence;
    mo_bytes_t first;
    mo_bytes_t second;
    if (!vote_at(in, a_at, &evidence.a) || !bytes_at(in, a_at + 6, &first) || first.size != 64 ||
        !vote_at(in, b_at, &evidence.b) || !bytes_at(in, b_at + 6, &second) || second.size != 64) {
        return false;
    }
    reading->recovered += 2;
    evidence.signature_a = signature_at(first.data);
    evidence.signature_b = signature_at(second.data);
    reading->held += mo_watcher_resume(reading->w, &evidence);
    return reading->recovered <= RECOVERIES_MAX;
}

/* --- calls ---------------------------------------------------------------------------------------------------------- */

#define LINK       "(bytes32,bytes32,bytes32,bytes32,uint64,uint64)"
#define TRANSITION "(uint64,uint64,bytes32,bytes32,uint256,bytes32)"

/* At which words of the arguments the two stand that `take` wants. */
static const struct {
    const char *function;
    bool (*take)(reading_t *reading, mo_bytes_t arguments, size_t first, size_t second);
    size_t first;
    size_t second;
} rows[] = {
    {"voteBatch(" LINK ",bytes,(uint32,uint32))", take_records, 0, 6},
    {"vote(" LINK ",uint32,bytes32,bytes32,(uint32,uint32))", take_single, 0, 6},
    {"commit(" TRANSITION ",uint64," LINK ",bytes)", take_seal, 7, 13},
    {"present(uint64," LINK "[],bytes)", take_present, 1, 2},
    {"slash(" LINK ",bytes," LINK ",bytes)", take_slash, 0, 7},
    {"challengeObservation(" TRANSITION ",uint64," LINK ",uint64,bytes)", take_seal, 7, 14},
    {"challengeGasTarget(bytes32,uint64," TRANSITION "," LINK ",bytes,bytes[])", take_seal, 8, 14},
};

#define ROWS (sizeof rows / sizeof rows[0])

typedef struct {
    mo_abi_selector_t of[ROWS];
} selectors_t;

static selectors_t selectors(void)
{
    selectors_t all;
    for (size_t i = 0; i < ROWS; i++) {
        all.of[i] = mo_abi_selector(rows[i].function);
    }
    return all;
}

/* The call that begins here, if one does. */
static bool take(reading_t *reading, const selectors_t *known, mo_bytes_t input)
{
    for (size_t i = 0; i < ROWS && input.size >= SELECTOR; i++) {
        if (memcmp(known->of[i].bytes, input.data, SELECTOR) == 0) {
            return rows[i].take(reading, (mo_bytes_t){input.data + SELECTOR, input.size - SELECTOR}, rows[i].first,
                                rows[i].second);
        }
    }
    return false;
}

/* Who calls through another contract passes the call on as it is, more often than not: it is looked for at every byte. */
static void search(reading_t *reading, const selectors_t *known, mo_bytes_t input)
{
    for (size_t at = 0; at + SELECTOR < input.size && reading->recovered < RECOVERIES_MAX; at++) {
        (void)take(reading, known, (mo_bytes_t){input.data + at, input.size - at});
    }
}

/* Whether all votes were found is certain of a direct call alone, so that any other is told of. */
void mo_watcher_input(mo_watcher_role_t *w, mo_chain_t chain, const mo_event_input_t *input)
{
    const mo_watcher_config_t *c = &w->config;
    bool direct = chain == MO_CHAIN_ORIGIN
                      ? mo_address_equal(&input->to, &c->core) || mo_address_equal(&input->to, &c->registry)
                      : mo_address_equal(&input->to, &c->polling_place);
    selectors_t known = selectors();
    reading_t reading = {.w = w};
    if (direct && take(&reading, &known, input->input)) {
        return;
    }
    search(&reading, &known, input->input);
    mo_watcher_find(w, chain,
                    &(mo_finding_t){
                        .kind = MO_FINDING_UNREAD, .subject = input->transaction, .detail = reading.held});
}

#include <string.h>

#include "bind/structs.h"
#include "eth/abi.h"
#include "role/watcher_parts.h"

/* Bytes of a selector. */
#define SELECTOR 4

/* Votes that one `present` may carry: what fits a transaction of 128 KiB, 192 bytes a vote and 68 a record. */
#define PRESENTED_MAX 512

/* What an input says: votes with a record of 68 bytes each, or one link with many. */
typedef struct {
    mo_vote_t links[PRESENTED_MAX];
    size_t link_count;
    mo_bytes_t records;
} votes_t;

static mo_signature_t signature_at(const uint8_t *bytes)
{
    mo_signature_t signature;
    memcpy(signature.r.bytes, bytes, 32);
    memcpy(signature.vs.bytes, bytes + 32, 32);
    return signature;
}

/* The record's index does not matter: who signed is recovered. */
static void hold_record(mo_watcher_role_t *w, const mo_vote_t *vote, const uint8_t *record)
{
    mo_held_vote_t held = {.vote = *vote, .signature = signature_at(record + 4)};
    mo_watcher_hold_unchecked(w, &held);
}

static bool hold_all(mo_watcher_role_t *w, const mo_vote_t *link, mo_bytes_t records)
{
    for (size_t at = 0; at + MO_SEAL_RECORD_SIZE <= records.size; at += MO_SEAL_RECORD_SIZE) {
        hold_record(w, link, records.data + at);
    }
    return records.size % MO_SEAL_RECORD_SIZE == 0;
}

static bool hold_seal(mo_watcher_role_t *w, const mo_vote_t *link, mo_bytes_t seal)
{
    mo_seal_t parsed;
    return mo_rules_seal_split(seal, &parsed) == MO_SEAL_WELL_FORMED && hold_all(w, link, parsed.records);
}

/* --- one function each: its arguments, in their order ------------------------------------------------------------- */

static bool take_vote_batch(mo_watcher_role_t *w, mo_bytes_t arguments)
{
    mo_abi_reader_t in = mo_abi_reader(arguments, 9);
    mo_vote_t link;
    mo_bind_hints_t hints;
    mo_bind_vote_read(&in, &link);
    mo_bytes_t records = mo_abi_read_bytes(&in);
    mo_bind_hints_read(&in, &hints);
    return mo_abi_finish(&in) == MO_ABI_OK && hold_all(w, &link, records);
}

static bool take_commit(mo_watcher_role_t *w, mo_bytes_t arguments)
{
    mo_abi_reader_t in = mo_abi_reader(arguments, 14);
    mo_transition_t transition;
    mo_vote_t link;
    mo_bind_transition_read(&in, &transition);
    (void)mo_abi_read_u64(&in);
    mo_bind_vote_read(&in, &link);
    mo_bytes_t seal = mo_abi_read_bytes(&in);
    return mo_abi_finish(&in) == MO_ABI_OK && hold_seal(w, &link, seal);
}

static bool take_challenge_observation(mo_watcher_role_t *w, mo_bytes_t arguments)
{
    mo_abi_reader_t in = mo_abi_reader(arguments, 15);
    mo_transition_t transition;
    mo_vote_t link;
    mo_bind_transition_read(&in, &transition);
    (void)mo_abi_read_u64(&in);
    mo_bind_vote_read(&in, &link);
    (void)mo_abi_read_u64(&in);
    mo_bytes_t seal = mo_abi_read_bytes(&in);
    return mo_abi_finish(&in) == MO_ABI_OK && hold_seal(w, &link, seal);
}

static bool take_challenge_gas_target(mo_watcher_role_t *w, mo_bytes_t arguments)
{
    mo_abi_reader_t in = mo_abi_reader(arguments, 16);
    mo_transition_t transition;
    mo_vote_t link;
    (void)mo_abi_read_hash(&in);
    (void)mo_abi_read_u64(&in);
    mo_bind_transition_read(&in, &transition);
    mo_bind_vote_read(&in, &link);
    mo_bytes_t seal = mo_abi_read_bytes(&in);
    size_t headers = mo_abi_enter_array(&in, 1, MO_RUN_HEADERS_MAX);
    for (size_t i = 0; i < headers; i++) {
        (void)mo_abi_read_bytes(&in);
    }
    mo_abi_leave(&in);
    return mo_abi_finish(&in) == MO_ABI_OK && hold_seal(w, &link, seal);
}

static bool take_present(mo_watcher_role_t *w, mo_bytes_t arguments)
{
    mo_abi_reader_t in = mo_abi_reader(arguments, 3);
    votes_t votes = {0};
    (void)mo_abi_read_u64(&in);
    votes.link_count = mo_abi_enter_array(&in, 6, PRESENTED_MAX);
    for (size_t i = 0; i < votes.link_count; i++) {
        mo_bind_vote_read(&in, &votes.links[i]);
    }
    mo_abi_leave(&in);
    votes.records = mo_abi_read_bytes(&in);
    if (mo_abi_finish(&in) != MO_ABI_OK || votes.records.size != votes.link_count * MO_SEAL_RECORD_SIZE) {
        return false;
    }
    for (size_t i = 0; i < votes.link_count; i++) {
        hold_record(w, &votes.links[i], votes.records.data + i * MO_SEAL_RECORD_SIZE);
    }
    return true;
}

static bool take_slash(mo_watcher_role_t *w, mo_bytes_t arguments)
{
    mo_abi_reader_t in = mo_abi_reader(arguments, 14);
    mo_held_vote_t a;
    mo_held_vote_t b;
    mo_bind_vote_read(&in, &a.vote);
    mo_bytes_t first = mo_abi_read_bytes(&in);
    mo_bind_vote_read(&in, &b.vote);
    mo_bytes_t second = mo_abi_read_bytes(&in);
    if (mo_abi_finish(&in) != MO_ABI_OK || first.size != 64 || second.size != 64) {
        return false;
    }
    mo_evidence_t evidence = {.a = a.vote,
                              .b = b.vote,
                              .signature_a = signature_at(first.data),
                              .signature_b = signature_at(second.data)};
    (void)mo_watcher_resume(w, &evidence);
    return true;
}

/* ------------------------------------------------------------------------------------------------------------------ */

#define LINK       "(bytes32,bytes32,bytes32,bytes32,uint64,uint64)"
#define TRANSITION "(uint64,uint64,bytes32,bytes32,uint256,bytes32)"

static const struct {
    const char *function;
    bool (*take)(mo_watcher_role_t *w, mo_bytes_t arguments);
} rows[] = {
    {"voteBatch(" LINK ",bytes,(uint32,uint32))", take_vote_batch},
    {"commit(" TRANSITION ",uint64," LINK ",bytes)", take_commit},
    {"present(uint64," LINK "[],bytes)", take_present},
    {"slash(" LINK ",bytes," LINK ",bytes)", take_slash},
    {"challengeObservation(" TRANSITION ",uint64," LINK ",uint64,bytes)", take_challenge_observation},
    {"challengeGasTarget(bytes32,uint64," TRANSITION "," LINK ",bytes,bytes[])", take_challenge_gas_target},
};

static bool take(mo_watcher_role_t *w, mo_bytes_t input)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && input.size >= SELECTOR; i++) {
        mo_abi_selector_t selector = mo_abi_selector(rows[i].function);
        if (memcmp(selector.bytes, input.data, SELECTOR) == 0) {
            return rows[i].take(w, (mo_bytes_t){input.data + SELECTOR, input.size - SELECTOR});
        }
    }
    return false;
}

/* Who calls through a contract of his own hides nothing that is recorded, but what is only in the input. */
void mo_watcher_input(mo_watcher_role_t *w, mo_chain_t chain, const mo_event_input_t *input)
{
    const mo_watcher_config_t *c = &w->config;
    bool direct = chain == MO_CHAIN_ORIGIN
                      ? mo_address_equal(&input->to, &c->core) || mo_address_equal(&input->to, &c->registry)
                      : mo_address_equal(&input->to, &c->polling_place);
    if (!direct || !take(w, input->input)) {
        mo_watcher_find(w, chain, &(mo_finding_t){.kind = MO_FINDING_UNREAD, .subject = input->transaction});
    }
}

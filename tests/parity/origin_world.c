#include "parity/origin_world.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/endian.h"
#include "bind/core.h"
#include "eth/abi.h"
#include "eth/address.h"
#include "eth/keccak.h"
#include "rules/identity.h"
#include "rules/kernel.h"

enum { WINDOW = 256, ORIGIN_EPOCH = 8, EPOCH = 16, ROOT_HEIGHT = 2 };

/* --- chance ---------------------------------------------------------------------------------------------- */

uint64_t draw(origin_world_t *w, uint64_t bound) {
    return mo_rng_below(&w->rng, bound);
}

bool chance(origin_world_t *w, unsigned percent) {
    return draw(w, 100) < percent;
}

mo_address_t actor(uint64_t i) {
    mo_address_t address = {{0}};
    address.bytes[18] = 0x30;
    address.bytes[19] = (uint8_t)(1 + i);
    return address;
}

mo_hash_t any_hash(origin_world_t *w) {
    mo_hash_t hash;
    mo_rng_fill(&w->rng, hash.bytes, sizeof hash.bytes);
    return hash;
}

/* --- blocks ---------------------------------------------------------------------------------------------- */

mo_hash_t origin_hash(uint64_t number) {
    mo_hash_t word = mo_u256_to_hash(mo_u256_from_u64(number));
    return mo_keccak256(mo_hash_view(&word));
}

static bool is_recorded(const origin_world_t *w, uint64_t number) {
    for (size_t i = 0; i < w->known_count; i++) {
        if (w->known[i] == number) {
            return true;
        }
    }
    return false;
}

bool origin_has(const origin_world_t *w, uint64_t number, const mo_hash_t *hash) {
    bool reached = number < w->number && number >= w->first_number && w->number - number <= WINDOW;
    mo_hash_t own = origin_hash(number);
    return (reached || is_recorded(w, number)) && mo_hash_equal(&own, hash);
}

mo_hash_t origin_known(const origin_world_t *w, uint64_t number) {
    return is_recorded(w, number) ? origin_hash(number) : (mo_hash_t){{0}};
}

void origin_record(origin_world_t *w, uint64_t number) {
    if (!is_recorded(w, number)) {
        MO_CHECK(w->known_count < KNOWN_MAX);
        w->known[w->known_count++] = number;
    }
}

/* The hashes of the blocks that are new to the contracts' chain. */
static void tell_blocks(origin_world_t *w, uint64_t count) {
    MO_CHECK(count <= PARITY_BLOCKS_MAX);
    w->step.block_count = count;
    for (uint64_t i = 0; i < count; i++) {
        w->step.blocks[i] = origin_hash(w->number - count + i);
    }
}

void origin_pass(origin_world_t *w, uint64_t seconds, uint64_t blocks) {
    w->time += seconds;
    w->number += blocks;
}

/* --- steps ----------------------------------------------------------------------------------------------- */

static uint64_t told_number;

void origin_call(origin_world_t *w, const mo_address_t *sender, const mo_address_t *target) {
    parity_step_begin(&w->step, PARITY_CALL_ORIGIN);
    w->step.sender = *sender;
    w->step.target = *target;
    w->step.number = w->number;
    w->step.time = w->time;
    tell_blocks(w, w->number - told_number);
    told_number = w->number;
}

static void put_core_words(origin_world_t *w) {
    parity_step_t *step = &w->step;
    const mo_origin_t *o = w->origin;
    const mo_core_t *core = &o->core;
    uint64_t n = core->kernel.height.value;
    parity_word(step, core->kernel_hash);
    parity_word_u64(step, core->status);
    parity_word_u64(step, n);
    parity_word_u64(step, o->last_commit_at);
    parity_word_u64(step, mo_rules_origin_haltable_at(o));
    parity_word_u64(step, core->committed.dynasty);
    parity_word_u64(step, core->committed.origin_number);
    parity_word_u64(step, core->committed.source_height.value);
    parity_word_u64(step, o->missed_from);
    parity_word_u256(step, core->committed.gas);
    mo_hash_t source;
    bool kept = n >= 2 && mo_rules_core_source(core, (mo_height_t){n - 1}, &source);
    parity_word(step, kept ? source : (mo_hash_t){{0}});
    parity_word_u256(step, mo_ledger_credit(&o->core_credit, &step->sender));
    parity_word_u256(step, w->core_balance);
}

static mo_hash_t waiting_hash(const mo_origin_t *origin) {
    static mo_update_t updates[MO_UPDATE_KINDS][KEYS];
    static uint8_t memory[MO_UPDATE_KINDS * (KEYS * 96 + 64) + 128];
    mo_buffer_t out = MO_BUFFER(memory);
    mo_abi_writer_t writer = mo_abi_writer(&out, MO_UPDATE_KINDS);
    for (size_t kind = 0; kind < MO_UPDATE_KINDS; kind++) {
        size_t count = mo_rules_registry_waiting(origin, (mo_update_kind_t)kind, updates[kind], KEYS);
        MO_CHECK(count <= KEYS);
        mo_abi_open_array(&writer, count, 3);
        for (size_t i = 0; i < count; i++) {
            mo_abi_put_address(&writer, &updates[kind][i].validator);
            mo_abi_put_u64(&writer, updates[kind][i].weight.value);
            mo_abi_put_u64(&writer, updates[kind][i].kind);
        }
        mo_abi_close(&writer);
    }
    bool written = mo_abi_written(&writer);
    MO_CHECK(written);
    return mo_keccak256(mo_buffer_view(&out));
}

static void put_registry_words(origin_world_t *w) {
    parity_step_t *step = &w->step;
    const mo_origin_t *o = w->origin;
    const mo_validators_t *set = &o->core.validators;
    uint64_t n = o->core.kernel.height.value;
    parity_word_u256(step, mo_ledger_credit(&o->registry_credit, &step->sender));
    parity_word_u256(step, w->registry_balance);
    parity_word_u256(step, o->burned);
    parity_word_u256(step, o->exposed);
    parity_word_u256(step, mo_loss_current(&o->losses));
    parity_word_u64(step, set->count);
    for (uint64_t k = n; n > 0 && k + 1 >= n; k--) {
        parity_word_u64(step, mo_rules_validators_total(set, (mo_height_t){k}).value);
        parity_word_u64(step, mo_rules_validators_slashed_sum(set, (mo_height_t){k}).value);
        if (k == 0) {
            break;
        }
    }
    parity_word(step, n > 0 ? o->rolls[(n - 1) % MO_REGISTRY_ROLLS_MAX] : (mo_hash_t){{0}});
    parity_word(step, waiting_hash(o));
}

static void put_account_words(origin_world_t *w, const mo_address_t *signer) {
    static const mo_validator_account_t none;
    parity_step_t *step = &w->step;
    const mo_validator_account_t *found = mo_rules_registry_account(w->origin, signer);
    const mo_validator_account_t *a = found == NULL ? &none : found;
    uint64_t n = w->origin->core.kernel.height.value;
    parity_word_u64(step, a->state);
    parity_word_u64(step, a->index);
    parity_word_u64(step, a->join_height);
    parity_word_u64(step, a->end_height);
    parity_word_u64(step, a->releasable_at);
    parity_word_u64(step, a->last_present);
    parity_word_u64(step, a->last_leak);
    parity_word_u64(step, a->waiting.kind);
    parity_word_address(step, &a->withdrawal);
    parity_word_u256(step, a->shares);
    parity_word_u256(step, mo_rules_registry_stake(w->origin, a));
    parity_word_u256(step, a->deposit);
    if (a->join_height != 0) {
        parity_word_u64(step, mo_rules_validators_weight(&w->origin->core.validators, a->index, (mo_height_t){n}).value);
        parity_word_u64(step,
                        mo_rules_validators_weight(&w->origin->core.validators, a->index, (mo_height_t){n - 1}).value);
    }
}

void origin_done(origin_world_t *w, const char *verdict, const mo_address_t *focus) {
    w->step.error = strcmp(verdict, "Accepted") == 0 ? NULL : verdict;
    /* lib/Signatures.sol's, not the polling place's of the same name. */
    w->step.letters = strcmp(verdict, "SignatureInvalid") == 0 ? "h" : NULL;
    memcpy(w->step.focus.bytes + 12, focus->bytes, sizeof focus->bytes);
    put_core_words(w);
    put_registry_words(w);
    put_account_words(w, focus);
    parity_step_write(&w->step, w->out);
}

/* --- keys ------------------------------------------------------------------------------------------------ */

const parity_key_t *key_of(const origin_world_t *w, const mo_address_t *signer) {
    for (size_t i = 0; i < KEYS; i++) {
        if (mo_address_equal(&w->keys[i].address, signer)) {
            return &w->keys[i];
        }
    }
    return NULL;
}

void spoil_signature(mo_signature_t *signature) {
    memset(signature->vs.bytes, 0xff, sizeof signature->vs.bytes);
}

mo_signature_t origin_sign(const origin_world_t *w, const parity_key_t *key, const mo_hash_t *hash) {
    mo_hash_t digest = mo_rules_digest(&w->origin->config.core.domain, hash);
    mo_signature_t signature;
    bool made = mo_secp_sign(&key->secret, &digest, &signature);
    MO_CHECK(made);
    return signature;
}

/* --- deployment ------------------------------------------------------------------------------------------ */

void origin_world_init(origin_world_t *w, uint64_t seed, FILE *out) {
    memset(w, 0, sizeof *w);
    w->rng = mo_rng(seed);
    w->out = out;
    w->time = 1700000000;
    w->number = 1000;
    for (size_t i = 0; i < KEYS; i++) {
        mo_store_be64(1000 + i, w->keys[i].secret.bytes + 24);
        bool made = mo_secp_public_key(&w->keys[i].secret, &w->keys[i].public_key);
        MO_CHECK(made);
        w->keys[i].address = mo_secp_public_key_address(&w->keys[i].public_key);
    }
    w->origin = malloc(mo_rules_origin_size(KEYS));
    MO_CHECK(w->origin != NULL);
}

static mo_u256_t tokens(uint64_t tenths) {
    mo_u256_t amount;
    bool fits = mo_u256_mul(mo_u256_from_u64(tenths), mo_u256_from_u64(MO_ONE / 10), &amount);
    MO_CHECK(fits);
    return amount;
}

static mo_bind_core_constructor_t draw_parameters(origin_world_t *w, const mo_address_t *reputation) {
    static const uint32_t max_updates[] = {2, 3, 4, 16};
    mo_address_t polling_place = {{0xaa}};
    return (mo_bind_core_constructor_t){
        .config = {.auxiliary_chain_id = mo_u256_from_u64(1338),
                   .auxiliary_root_number = (uint64_t)ROOT_HEIGHT * EPOCH,
                   .auxiliary_root_hash = origin_hash(1),
                   .epoch = EPOCH,
                   .origin_epoch = ORIGIN_EPOCH,
                   .polling_place = polling_place,
                   .history = w->history,
                   .registry = w->registry,
                   .stake_token = w->token,
                   .gas_step = mo_u256_from_u64(1000000),
                   .challenge_period = 3 + draw(w, 20),
                   .proposal_bond = tokens(50),
                   .halt_bond = tokens(100),
                   .halt_after = 300,
                   .halt_window = 120,
                   .setup_grace = 600},
        .registry_config = {.deposit_period = draw(w, 2) * 40,
                            .min_validators = (uint32_t)(1 + draw(w, 2)),
                            .min_stake_total = tokens(draw(w, 4) * 180),
                            .min_stake = tokens(100),
                            .weight_unit = tokens(1 + draw(w, 10)),
                            .max_updates = max_updates[draw(w, 4)],
                            .withdrawal_delay = draw(w, 3) * 50,
                            .leak_fraction = chance(w, 50) ? MO_ONE / 100 : MO_ONE / 3,
                            .miss_fraction = MO_ONE / 1000,
                            .miss_cap = MO_ONE / 10,
                            .observation_fraction = MO_ONE / 10 + draw(w, 1000),
                            .reporter_share = MO_ONE / 20 - draw(w, 1000),
                            .reputation = *reputation,
                            .reputation_gas = 50000},
    };
}

/* setupHash = keccak256(abi.encode("MosaicSetup", coreId, config, registryConfig, salt)) (1.3): the constructor's
 * arguments, of static types but for the text, behind its offset and the core's id. */
static mo_hash_t setup_hash_of(const mo_hash_t *core_id, mo_bytes_t arguments) {
    static const char text[] = "MosaicSetup";
    static uint8_t memory[4096];
    size_t words = arguments.size / MO_ABI_WORD;
    mo_buffer_t out = MO_BUFFER(memory);
    mo_abi_writer_t writer = mo_abi_writer(&out, 2 + words);
    mo_abi_put_bytes(&writer, (mo_bytes_t){(const uint8_t *)text, sizeof text - 1});
    mo_abi_put_hash(&writer, core_id);
    for (size_t i = 0; i < words; i++) {
        mo_abi_put_fixed(&writer, (mo_bytes_t){arguments.data + i * MO_ABI_WORD, MO_ABI_WORD});
    }
    bool written = mo_abi_written(&writer);
    MO_CHECK(written);
    return mo_keccak256(mo_buffer_view(&out));
}

static mo_origin_config_t config_of(origin_world_t *w, const mo_bind_core_constructor_t *p, mo_bytes_t arguments,
                                    mo_reputation_t reputation) {
    mo_hash_t core_id = mo_rules_core_id(ORIGIN_CHAIN, &w->core);
    return (mo_origin_config_t){
        .core = {.core_id = core_id,
                 .domain = mo_rules_domain(ORIGIN_CHAIN, &w->core),
                 .setup_hash = setup_hash_of(&core_id, arguments),
                 .gas_step = p->config.gas_step,
                 .root_height = {ROOT_HEIGHT}},
        .origin_id = mo_rules_origin_id(ORIGIN_CHAIN),
        .origin_epoch = p->config.origin_epoch,
        .challenge_period = p->config.challenge_period,
        .proposal_bond = p->config.proposal_bond,
        .halt_bond = p->config.halt_bond,
        .halt_after = p->config.halt_after,
        .halt_window = p->config.halt_window,
        .setup_grace = p->config.setup_grace,
        .deposits_until = w->time + p->registry_config.deposit_period,
        .min_validators = p->registry_config.min_validators,
        .min_stake_total = p->registry_config.min_stake_total,
        .min_stake = p->registry_config.min_stake,
        .weight_unit = p->registry_config.weight_unit,
        .max_updates = p->registry_config.max_updates,
        .withdrawal_delay = p->registry_config.withdrawal_delay,
        .leak_fraction = p->registry_config.leak_fraction,
        .observation_fraction = p->registry_config.observation_fraction,
        .reporter_share = p->registry_config.reporter_share,
        .miss_fraction = p->registry_config.miss_fraction,
        .miss_cap = p->registry_config.miss_cap,
        .reputation = reputation,
    };
}

/* In the order in which the replay creates them: token, history, reputation, core, registry. */
static mo_address_t predict(origin_world_t *w) {
    mo_address_t deployer = {{0}};
    deployer.bytes[19] = 0xd0;
    mo_address_t reputation = mo_address_created(&deployer, w->nonce + 2);
    w->token = mo_address_created(&deployer, w->nonce);
    w->history = mo_address_created(&deployer, w->nonce + 1);
    w->core = mo_address_created(&deployer, w->nonce + 3);
    w->registry = mo_address_created(&deployer, w->nonce + 4);
    w->nonce += 5;
    return reputation;
}

void origin_world_deploy(origin_world_t *w) {
    w->time += 1000;
    w->number += 20;
    w->first_number = w->number - 20;
    w->known_count = w->keys_used = w->plan_count = w->reclaimable_next = 0;
    w->passed = (passed_t){.missed_height = 0};
    w->steps_after_halt = 0;
    w->core_balance = w->registry_balance = MO_U256_ZERO;
    mo_address_t reputation_at = predict(w);
    mo_reputation_t reputation = {(mo_reputation_kind_t)draw(w, 3), 2 + draw(w, 4)};
    mo_bind_core_constructor_t p = draw_parameters(w, &reputation_at);
    parity_step_begin(&w->step, PARITY_DEPLOY_ORIGIN);
    bool fits = mo_bind_core_constructor_encode(&w->step.input, &p);
    MO_CHECK(fits);
    /* The replay has the creation code; what stands behind it are the arguments. */
    w->step.input.size -= mo_bind_core_code_size;
    memmove(w->step.input.data, w->step.input.data + mo_bind_core_code_size, w->step.input.size);
    mo_origin_config_t config = config_of(w, &p, mo_buffer_view(&w->step.input), reputation);
    mo_rules_origin_create(w->origin, &config, KEYS);
    mo_store_be64(reputation.kind, w->step.focus.bytes);
    mo_store_be64(reputation.heights, w->step.focus.bytes + 8);
    w->step.number = w->number;
    w->step.time = w->time;
    tell_blocks(w, 20);
    told_number = w->number;
    parity_step_write(&w->step, w->out);
}

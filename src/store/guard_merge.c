#include "store/guard_merge.h"

#include "eth/keccak.h"
#include "rules/identity.h"
#include "rules/vote.h"
#include "store/guard_rows.h"
#include "store/points.h"

#define VOTE_COLUMNS "signer, core, " MO_GUARD_COLUMNS

mo_hash_t mo_guard_core_id(const mo_guard_core_t *core)
{
    mo_keccak_t hash = mo_keccak();
    mo_keccak_put(&hash, mo_hash_view(&core->origin_genesis));
    mo_keccak_put(&hash, mo_address_view(&core->core));
    mo_keccak_put(&hash, mo_hash_view(&core->setup_hash));
    return mo_keccak_hash(&hash);
}

/* ---- Reading out ---- */

mo_err_t mo_guard_cores(mo_store_t *store, mo_guard_core_visit_t *visit, void *context)
{
    mo_sql_t sql = mo_sql_open(store, "SELECT chain_id, genesis, address, setup FROM core ORDER BY id");
    bool row;
    mo_err_t err = mo_sql_step(&sql, &row);
    while (!mo_failed(err) && row) {
        mo_guard_core_t core = {.origin_chain_id = mo_sql_get_number(&sql, 0),
                                .origin_genesis = mo_guard_row_hash(&sql, 1),
                                .core = mo_guard_row_address(&sql, 2),
                                .setup_hash = mo_guard_row_hash(&sql, 3)};
        err = mo_sql_error(&sql);
        if (!mo_failed(err)) {
            err = visit(context, &core);
        }
        if (!mo_failed(err)) {
            err = mo_sql_step(&sql, &row);
        }
    }
    mo_sql_close(&sql);
    return err;
}

static mo_guard_entry_t read_vote(mo_sql_t *sql)
{
    mo_guard_entry_t entry = {.is_vote = true,
                              .scope = {.signer = mo_guard_row_address(sql, 0), .core = mo_guard_row_hash(sql, 1)},
                              .record = mo_guard_row_read(sql, 2)};
    entry.scope.chain = entry.record.vote.chain;
    return entry;
}

static mo_guard_entry_t read_watermark(mo_sql_t *sql)
{
    return (mo_guard_entry_t){.scope = {.signer = mo_guard_row_address(sql, 0),
                                        .core = mo_guard_row_hash(sql, 1),
                                        .chain = mo_guard_row_hash(sql, 2)},
                              .watermark_source = {mo_sql_get_number(sql, 3)},
                              .watermark_target = {mo_sql_get_number(sql, 4)}};
}

static mo_err_t visit_rows(mo_sql_t *sql, mo_guard_entry_t (*read)(mo_sql_t *), mo_guard_visit_t *visit, void *context)
{
    bool row;
    mo_err_t err = mo_sql_step(sql, &row);
    while (!mo_failed(err) && row) {
        mo_guard_entry_t entry = read(sql);
        err = mo_sql_error(sql);
        if (!mo_failed(err)) {
            err = visit(context, &entry);
        }
        if (!mo_failed(err)) {
            err = mo_sql_step(sql, &row);
        }
    }
    mo_sql_close(sql);
    return err;
}

mo_err_t mo_guard_entries(mo_store_t *store, const mo_hash_t *core, mo_guard_visit_t *visit, void *context)
{
    mo_sql_t sql = mo_sql_open(store, "SELECT " VOTE_COLUMNS " FROM vote WHERE core = ?1"
                                      " ORDER BY signer, chain, target_height");
    mo_sql_bytes(&sql, 1, mo_hash_view(core));
    mo_err_t err = visit_rows(&sql, read_vote, visit, context);
    if (mo_failed(err)) {
        return err;
    }
    sql = mo_sql_open(store, "SELECT signer, core, chain, source_height, target_height FROM watermark WHERE core = ?1"
                             " ORDER BY signer, chain");
    mo_sql_bytes(&sql, 1, mo_hash_view(core));
    return visit_rows(&sql, read_watermark, visit, context);
}

static mo_err_t read_count(mo_sql_t *sql, uint64_t *count)
{
    bool row;
    mo_err_t err = mo_sql_step(sql, &row);
    *count = row ? mo_sql_get_number(sql, 0) : 0;
    mo_sql_close(sql);
    return err;
}

mo_err_t mo_guard_orphans(mo_store_t *store, uint64_t *count)
{
    mo_sql_t sql = mo_sql_open(store, "SELECT count(*) FROM vote WHERE core = zeroblob(32)");
    return read_count(&sql, count);
}

/* ---- Knowing a core ---- */

mo_err_t mo_guard_merge_core(mo_store_t *store, const mo_guard_core_t *core)
{
    mo_hash_t id = mo_guard_core_id(core);
    mo_sql_t sql = mo_sql_open(store, "INSERT OR IGNORE INTO core (id, chain_id, genesis, address, setup)"
                                      " VALUES (?1, ?2, ?3, ?4, ?5)");
    mo_sql_bytes(&sql, 1, mo_hash_view(&id));
    mo_sql_number(&sql, 2, core->origin_chain_id);
    mo_sql_bytes(&sql, 3, mo_hash_view(&core->origin_genesis));
    mo_sql_bytes(&sql, 4, mo_address_view(&core->core));
    mo_sql_bytes(&sql, 5, mo_hash_view(&core->setup_hash));
    return mo_sql_run(&sql);
}

typedef struct {
    mo_store_t *store;
    mo_hash_t core;
    mo_hash_t domain;
} adoption_t;

/* What was signed under a core's domain is that core's. */
static mo_err_t adopt(void *context, const mo_guard_entry_t *entry)
{
    const adoption_t *adoption = context;
    mo_hash_t digest = mo_rules_vote_digest(&adoption->domain, &entry->record.vote);
    if (!entry->is_vote || !mo_hash_equal(&digest, &entry->record.digest)) {
        return MO_SUCCESS;
    }
    mo_guard_scope_t scope = entry->scope;
    scope.core = adoption->core;
    mo_sql_t sql = mo_guard_row_open(adoption->store,
                                     "UPDATE vote SET core = ?3 WHERE signer = ?1 AND chain = ?2"
                                     " AND core = zeroblob(32) AND target_height = ?4",
                                     &scope);
    mo_sql_number(&sql, 4, entry->record.vote.target_height.value);
    return mo_sql_run(&sql);
}

static mo_err_t adopt_orphans(mo_store_t *store, const mo_guard_core_t *core)
{
    adoption_t adoption = {.store = store,
                           .core = mo_guard_core_id(core),
                           .domain = mo_rules_domain(core->origin_chain_id, &core->core)};
    uint64_t count;
    mo_err_t err = mo_guard_orphans(store, &count);
    mo_hash_t nobody = {{0}};
    return mo_failed(err) || count == 0 ? err : mo_guard_entries(store, &nobody, adopt, &adoption);
}

static mo_err_t find_stranger(mo_store_t *store, const mo_guard_core_t *core, const mo_address_t *signer, bool *stranger)
{
    mo_hash_t id = mo_guard_core_id(core);
    mo_sql_t sql = mo_sql_open(store, "SELECT count(*) FROM core WHERE chain_id = ?1 AND address = ?2 AND id <> ?3 AND ("
                                      " EXISTS (SELECT 1 FROM vote WHERE vote.core = core.id AND vote.signer = ?4) OR"
                                      " EXISTS (SELECT 1 FROM watermark AS w WHERE w.core = core.id AND w.signer = ?4))");
    mo_sql_number(&sql, 1, core->origin_chain_id);
    mo_sql_bytes(&sql, 2, mo_address_view(&core->core));
    mo_sql_bytes(&sql, 3, mo_hash_view(&id));
    mo_sql_bytes(&sql, 4, mo_address_view(signer));
    uint64_t count;
    mo_err_t err = read_count(&sql, &count);
    *stranger = count > 0;
    return err;
}

mo_err_t mo_guard_know(mo_store_t *store, const mo_guard_core_t *core, const mo_address_t *signer, bool *stranger)
{
    *stranger = false;
    mo_err_t err = mo_sql_exec(store, "BEGIN IMMEDIATE");
    if (mo_failed(err)) {
        return err;
    }
    err = mo_guard_merge_core(store, core);
    if (!mo_failed(err)) {
        err = adopt_orphans(store, core);
    }
    MO_STORE_POINT(CORE_WRITTEN);
    err = mo_sql_end(store, err);
    MO_STORE_POINT(CORE_COMMITTED);
    return mo_failed(err) ? err : find_stranger(store, core, signer, stranger);
}

/* ---- Merging ---- */

mo_err_t mo_guard_merge_begin(mo_store_t *store)
{
    return mo_sql_exec(store, "BEGIN IMMEDIATE");
}

mo_err_t mo_guard_merge_end(mo_store_t *store, mo_err_t err)
{
    err = mo_sql_end(store, err);
    MO_STORE_POINT(IMPORT_COMMITTED);
    return err;
}

mo_err_t mo_guard_merge_mark(mo_store_t *store, const mo_guard_entry_t *entry, mo_guard_merged_t *merged)
{
    mo_sql_t sql = mo_guard_row_open(store,
                                     "INSERT INTO watermark (signer, chain, core, source_height, target_height)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (signer, core, chain) DO UPDATE SET"
                                     " source_height = max(source_height, excluded.source_height),"
                                     " target_height = max(target_height, excluded.target_height)"
                                     " WHERE excluded.source_height > source_height"
                                     " OR excluded.target_height > target_height",
                                     &entry->scope);
    mo_sql_number(&sql, 4, entry->watermark_source.value);
    mo_sql_number(&sql, 5, entry->watermark_target.value);
    mo_err_t err = mo_sql_run(&sql);
    MO_STORE_POINT(IMPORT_MARK);
    merged->raised += mo_failed(err) ? 0 : (uint64_t)sqlite3_changes(store->db);
    return err;
}

/* Conditions 1 and 3 (2.3), and whether the vote is there already: of votes with its target height or its source. */
static mo_err_t compare_near(mo_store_t *store, const mo_guard_entry_t *entry, bool *known, bool *offends)
{
    const mo_vote_t *vote = &entry->record.vote;
    mo_sql_t sql = mo_guard_row_open(
        store, "SELECT " MO_GUARD_COLUMNS " FROM vote WHERE " MO_GUARD_SCOPE " AND (target_height = ?4 OR source = ?5)",
        &entry->scope);
    mo_sql_number(&sql, 4, vote->target_height.value);
    mo_sql_bytes(&sql, 5, mo_hash_view(&vote->source));
    bool row;
    mo_err_t err = mo_sql_step(&sql, &row);
    while (!mo_failed(err) && row) {
        mo_vote_t recorded = mo_guard_row_read(&sql, 0).vote;
        *known = *known || mo_rules_vote_equal(&recorded, vote);
        *offends = *offends || mo_rules_vote_offence(&recorded, vote) != MO_OFFENCE_NONE;
        err = mo_sql_step(&sql, &row);
    }
    mo_sql_close(&sql);
    return err;
}

/* Condition 2. */
static mo_err_t compare_spans(mo_store_t *store, const mo_guard_entry_t *entry, bool *offends)
{
    mo_sql_t sql = mo_guard_row_open(store,
                                     "SELECT count(*) FROM vote WHERE " MO_GUARD_SCOPE
                                     " AND (source_height < ?4 AND ?5 < target_height"
                                     " OR ?4 < source_height AND target_height < ?5)",
                                     &entry->scope);
    mo_sql_number(&sql, 4, entry->record.vote.source_height.value);
    mo_sql_number(&sql, 5, entry->record.vote.target_height.value);
    uint64_t count;
    mo_err_t err = read_count(&sql, &count);
    *offends = *offends || count > 0;
    return err;
}

static mo_err_t fold(mo_store_t *store, const mo_guard_entry_t *entry, mo_guard_merged_t *merged)
{
    mo_guard_entry_t mark = {.scope = entry->scope,
                             .watermark_source = entry->record.vote.source_height,
                             .watermark_target = entry->record.vote.target_height};
    merged->folded++;
    return mo_guard_merge_mark(store, &mark, merged);
}

static bool is_unsigned(const mo_guard_record_t *record)
{
    return mo_hash_is_zero(&record->signature.r) && mo_hash_is_zero(&record->signature.vs);
}

mo_err_t mo_guard_merge_vote(mo_store_t *store, const mo_guard_entry_t *entry, mo_guard_merged_t *merged)
{
    mo_address_t signer;
    bool has_signature = !is_unsigned(&entry->record);
    if (has_signature && (mo_secp_recover(&entry->record.signature, &entry->record.digest, &signer) != MO_SECP_OK ||
                          !mo_address_equal(&signer, &entry->scope.signer))) {
        return mo_err(MO_ERR_PERMANENT, "the vote for target height %llu is not signed by its signer: the file is damaged",
                      (unsigned long long)entry->record.vote.target_height.value);
    }
    bool known = false;
    bool offends = false;
    mo_err_t err = compare_near(store, entry, &known, &offends);
    if (!mo_failed(err)) {
        err = compare_spans(store, entry, &offends);
    }
    if (mo_failed(err) || known) {
        merged->known += known ? 1 : 0;
        return err;
    }
    bool is_link = entry->record.vote.target_height.value > entry->record.vote.source_height.value;
    if (offends || !has_signature || !is_link) {
        return fold(store, entry, merged);
    }
    err = mo_guard_row_write(store, &entry->scope, &entry->record);
    MO_STORE_POINT(IMPORT_VOTE);
    merged->added += mo_failed(err) ? 0 : 1;
    return err;
}

#include "store/guard.h"

#include <string.h>

#include "base/check.h"
#include "base/secret.h"
#include "rules/vote.h"
#include "store/sql.h"

#define COLUMNS                                                                                                        \
    "chain, transition, source, target, source_height, target_height, struct_hash, digest, signature"

const char *mo_guard_verdict_name(mo_guard_verdict_t verdict)
{
    switch (verdict) {
#define X(code, name, clause)                                                                                          \
    case MO_GUARD_##code: return name " (" clause ")";
        MO_GUARD_VERDICTS(X)
#undef X
    }
    MO_CHECK(false && "a verdict of the enum");
    return "";
}

bool mo_guard_key_signer(void *key, const mo_hash_t *digest, mo_signature_t *signature)
{
    return mo_secp_sign(key, digest, signature);
}

static mo_sql_t open_for(mo_store_t *store, const char *text, const mo_address_t *signer, const mo_hash_t *chain)
{
    mo_sql_t sql = mo_sql_open(store, text);
    mo_sql_bytes(&sql, 1, mo_address_view(signer));
    mo_sql_bytes(&sql, 2, mo_hash_view(chain));
    return sql;
}

static mo_hash_t get_hash(mo_sql_t *sql, int column)
{
    mo_hash_t hash;
    mo_sql_get_fixed(sql, column, hash.bytes, sizeof hash.bytes);
    return hash;
}

/* A row of COLUMNS. */
static mo_guard_record_t read_record(mo_sql_t *sql)
{
    mo_guard_record_t record = {
        .vote = {.chain = get_hash(sql, 0),
                 .transition = get_hash(sql, 1),
                 .source = get_hash(sql, 2),
                 .target = get_hash(sql, 3),
                 .source_height = {mo_sql_get_number(sql, 4)},
                 .target_height = {mo_sql_get_number(sql, 5)}},
        .struct_hash = get_hash(sql, 6),
        .digest = get_hash(sql, 7),
    };
    uint8_t signature[64];
    mo_sql_get_fixed(sql, 8, signature, sizeof signature);
    memcpy(record.signature.r.bytes, signature, 32);
    memcpy(record.signature.vs.bytes, signature + 32, 32);
    return record;
}

/* The first row that a statement yields, which it closes. */
static mo_err_t first_record(mo_sql_t *sql, mo_guard_record_t *record, bool *found)
{
    *record = (mo_guard_record_t){0};
    mo_err_t err = mo_sql_step(sql, found);
    if (*found) {
        *record = read_record(sql);
        err = mo_sql_error(sql);
    }
    mo_sql_close(sql);
    if (mo_failed(err)) {
        *record = (mo_guard_record_t){0};
        *found = false;
    }
    return err;
}

mo_err_t mo_guard_find(mo_store_t *store, const mo_address_t *signer, const mo_hash_t *chain, mo_height_t target,
                       mo_guard_record_t *record, bool *found)
{
    mo_sql_t sql = open_for(store,
                            "SELECT " COLUMNS " FROM vote WHERE signer = ?1 AND chain = ?2 AND target_height = ?3",
                            signer, chain);
    mo_sql_number(&sql, 3, target.value);
    return first_record(&sql, record, found);
}

mo_err_t mo_guard_mark(mo_store_t *store, const mo_address_t *signer, const mo_hash_t *chain, mo_guard_mark_t *mark)
{
    *mark = (mo_guard_mark_t){0};
    mo_sql_t sql = open_for(store,
                            "SELECT count(*), ifnull(max(target_height), 0), ifnull(max(source_height), 0) FROM vote"
                            " WHERE signer = ?1 AND chain = ?2",
                            signer, chain);
    bool row;
    mo_err_t err = mo_sql_step(&sql, &row);
    if (row) {
        mark->any = mo_sql_get_number(&sql, 0) > 0;
        mark->target.value = mo_sql_get_number(&sql, 1);
        mark->source.value = mo_sql_get_number(&sql, 2);
    }
    mo_sql_close(&sql);
    return err;
}

static mo_guard_verdict_t verdict_of_sign(mo_sign_verdict_t verdict)
{
    switch (verdict) {
    case MO_SIGN_ALLOWED: return MO_GUARD_SIGNED;
    case MO_SIGN_TARGET_NOT_ABOVE_SOURCE: return MO_GUARD_NO_LINK;
    case MO_SIGN_TARGET_NOT_ABOVE_EARLIER: return MO_GUARD_TARGET_NOT_ABOVE;
    case MO_SIGN_SOURCE_BELOW_EARLIER: return MO_GUARD_SOURCE_BELOW;
    case MO_SIGN_OTHER_CHAIN: /* the mark is of the vote's own chain: the query says so */
    case MO_SIGN_OTHER_SOURCE: return MO_GUARD_OTHER_SOURCE;
    case MO_SIGN_OTHER_TRANSITION: return MO_GUARD_OTHER_TRANSITION;
    }
    MO_CHECK(false && "a verdict of the enum");
    return MO_GUARD_NO_LINK;
}

static mo_guard_verdict_t verdict_of_offence(mo_offence_t offence)
{
    switch (offence) {
    case MO_OFFENCE_NONE: return MO_GUARD_SIGNED;
    case MO_OFFENCE_TARGET: return MO_GUARD_OFFENCE_TARGET;
    case MO_OFFENCE_SURROUND: return MO_GUARD_OFFENCE_SURROUND;
    case MO_OFFENCE_TRANSITION: return MO_GUARD_OFFENCE_TRANSITION;
    }
    MO_CHECK(false && "an offence of the enum");
    return MO_GUARD_OFFENCE_TARGET;
}

/* The signer's rule (2.7), against the vote with the highest target and, should the record ever break the rule that
 * makes them one, against the one with the highest source. */
static mo_err_t check_rule(mo_store_t *store, const mo_guard_request_t *request, mo_guard_verdict_t *verdict)
{
    static const char *const highest[] = {
        "SELECT " COLUMNS " FROM vote WHERE signer = ?1 AND chain = ?2 ORDER BY target_height DESC LIMIT 1",
        "SELECT " COLUMNS " FROM vote WHERE signer = ?1 AND chain = ?2 ORDER BY source_height DESC, target_height DESC"
        " LIMIT 1",
    };
    mo_err_t err = MO_SUCCESS;
    *verdict = MO_GUARD_SIGNED;
    for (size_t i = 0; i < 2 && !mo_failed(err) && *verdict == MO_GUARD_SIGNED; i++) {
        mo_sql_t sql = open_for(store, highest[i], &request->signer, &request->vote.chain);
        mo_guard_record_t last;
        mo_vote_mark_t mark = {0};
        err = first_record(&sql, &last, &mark.signed_any);
        mark.last = last.vote;
        *verdict = verdict_of_sign(mo_rules_vote_may_sign(&mark, &request->vote));
    }
    return err;
}

/* The three offences (2.3), against every recorded vote that could form one: a target at or below this source and
 * another source leave no room for any. */
static mo_err_t check_offences(mo_store_t *store, const mo_guard_request_t *request, mo_guard_verdict_t *verdict)
{
    *verdict = MO_GUARD_SIGNED;
    mo_sql_t sql = open_for(store,
                            "SELECT " COLUMNS " FROM vote WHERE signer = ?1 AND chain = ?2"
                            " AND (target_height > ?3 OR source = ?4)",
                            &request->signer, &request->vote.chain);
    mo_sql_number(&sql, 3, request->vote.source_height.value);
    mo_sql_bytes(&sql, 4, mo_hash_view(&request->vote.source));
    bool row;
    mo_err_t err = mo_sql_step(&sql, &row);
    while (!mo_failed(err) && row && *verdict == MO_GUARD_SIGNED) {
        mo_guard_record_t earlier = read_record(&sql);
        *verdict = verdict_of_offence(mo_rules_vote_offence(&earlier.vote, &request->vote));
        err = mo_sql_step(&sql, &row);
    }
    mo_sql_close(&sql);
    return err;
}

static mo_err_t write_record(mo_store_t *store, const mo_address_t *signer, const mo_guard_record_t *record)
{
    mo_sql_t sql = open_for(store,
                            "INSERT INTO vote (signer, " COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                            signer, &record->vote.chain);
    uint8_t signature[64];
    memcpy(signature, record->signature.r.bytes, 32);
    memcpy(signature + 32, record->signature.vs.bytes, 32);
    mo_sql_bytes(&sql, 3, mo_hash_view(&record->vote.transition));
    mo_sql_bytes(&sql, 4, mo_hash_view(&record->vote.source));
    mo_sql_bytes(&sql, 5, mo_hash_view(&record->vote.target));
    mo_sql_number(&sql, 6, record->vote.source_height.value);
    mo_sql_number(&sql, 7, record->vote.target_height.value);
    mo_sql_bytes(&sql, 8, mo_hash_view(&record->struct_hash));
    mo_sql_bytes(&sql, 9, mo_hash_view(&record->digest));
    mo_sql_bytes(&sql, 10, MO_BYTES(signature));
    return mo_sql_run(&sql);
}

static mo_err_t sign_and_write(mo_store_t *store, const mo_guard_request_t *request, mo_guard_signer_t *sign,
                               void *context, mo_guard_record_t *record)
{
    *record = (mo_guard_record_t){
        .vote = request->vote,
        .struct_hash = mo_rules_vote_hash(&request->vote),
        .digest = mo_rules_vote_digest(&request->domain, &request->vote),
    };
    mo_address_t signer;
    if (!sign(context, &record->digest, &record->signature)) {
        return mo_err(MO_ERR_PERMANENT, "store %s: the signer gave no signature: check the key", store->path);
    }
    /* A record under the wrong name would guard nobody. */
    if (mo_secp_recover(&record->signature, &record->digest, &signer) != MO_SECP_OK ||
        !mo_address_equal(&signer, &request->signer)) {
        return mo_err(MO_ERR_PERMANENT, "store %s: the signature is not the signer's: check the key", store->path);
    }
    return write_record(store, &request->signer, record);
}

/* Inside the transaction: what is the verdict, and the record that belongs to it. */
static mo_err_t decide(mo_store_t *store, const mo_guard_request_t *request, mo_guard_signer_t *sign, void *context,
                       mo_guard_verdict_t *verdict, mo_guard_record_t *record)
{
    bool found;
    mo_err_t err = mo_guard_find(store, &request->signer, &request->vote.chain, request->vote.target_height, record,
                                 &found);
    if (mo_failed(err)) {
        return err;
    }
    mo_hash_t digest = mo_rules_vote_digest(&request->domain, &request->vote);
    if (found && mo_hash_equal(&record->digest, &digest)) {
        *verdict = MO_GUARD_SIGNED_BEFORE;
        return MO_SUCCESS;
    }
    err = check_rule(store, request, verdict);
    if (!mo_failed(err) && *verdict == MO_GUARD_SIGNED) {
        err = check_offences(store, request, verdict);
    }
    if (mo_failed(err) || *verdict != MO_GUARD_SIGNED) {
        return err;
    }
    return sign_and_write(store, request, sign, context, record);
}

mo_err_t mo_guard_sign(mo_store_t *store, const mo_guard_request_t *request, mo_guard_signer_t *sign, void *context,
                       mo_guard_verdict_t *verdict, mo_guard_record_t *record)
{
    *verdict = MO_GUARD_NO_LINK;
    *record = (mo_guard_record_t){0};
    mo_err_t err = mo_sql_exec(store, "BEGIN IMMEDIATE");
    if (mo_failed(err)) {
        return err;
    }
    err = mo_sql_end(store, decide(store, request, sign, context, verdict, record));
    bool signature_out = *verdict == MO_GUARD_SIGNED || *verdict == MO_GUARD_SIGNED_BEFORE;
    /* A signature whose record is not on disk does not leave. */
    if (mo_failed(err) || !signature_out) {
        mo_secret_wipe(record, sizeof *record);
    }
    if (mo_failed(err)) {
        *verdict = MO_GUARD_NO_LINK;
    }
    return err;
}

#include "store/guard.h"

#include <string.h>

#include "base/check.h"
#include "base/secret.h"
#include "rules/vote.h"
#include "store/guard_rows.h"
#include "store/points.h"

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

static mo_guard_scope_t scope_of(const mo_guard_request_t *request)
{
    return (mo_guard_scope_t){.signer = request->signer, .core = request->core, .chain = request->vote.chain};
}

mo_err_t mo_guard_find(mo_store_t *store, const mo_guard_scope_t *scope, mo_height_t target, mo_guard_record_t *record,
                       bool *found)
{
    mo_sql_t sql = mo_guard_row_open(
        store, "SELECT " MO_GUARD_COLUMNS " FROM vote WHERE " MO_GUARD_SCOPE " AND target_height = ?4", scope);
    mo_sql_number(&sql, 4, target.value);
    return mo_guard_row_first(&sql, record, found);
}

/* Three numbers of one row: how many, the highest target and the highest source. */
static mo_err_t read_heights(mo_sql_t *sql, bool *any, mo_height_t *target, mo_height_t *source)
{
    bool row;
    mo_err_t err = mo_sql_step(sql, &row);
    if (row) {
        *any = mo_sql_get_number(sql, 0) > 0;
        target->value = mo_sql_get_number(sql, 1);
        source->value = mo_sql_get_number(sql, 2);
        err = mo_sql_error(sql);
    }
    mo_sql_close(sql);
    return err;
}

mo_err_t mo_guard_mark(mo_store_t *store, const mo_guard_scope_t *scope, mo_guard_mark_t *mark)
{
#define HEIGHTS "SELECT count(*), ifnull(max(target_height), 0), ifnull(max(source_height), 0) FROM "
    *mark = (mo_guard_mark_t){0};
    mo_sql_t sql = mo_guard_row_open(store, HEIGHTS "vote WHERE " MO_GUARD_SCOPE, scope);
    mo_err_t err = read_heights(&sql, &mark->any, &mark->target, &mark->source);
    if (!mo_failed(err)) {
        sql = mo_guard_row_open(store, HEIGHTS "watermark WHERE " MO_GUARD_SCOPE, scope);
        err = read_heights(&sql, &mark->watermark, &mark->watermark_target, &mark->watermark_source);
    }
#undef HEIGHTS
    if (mo_failed(err)) {
        *mark = (mo_guard_mark_t){0};
    }
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
        "SELECT " MO_GUARD_COLUMNS " FROM vote WHERE " MO_GUARD_SCOPE " ORDER BY target_height DESC LIMIT 1",
        "SELECT " MO_GUARD_COLUMNS " FROM vote WHERE " MO_GUARD_SCOPE " ORDER BY source_height DESC,"
        " target_height DESC LIMIT 1",
    };
    mo_guard_scope_t scope = scope_of(request);
    mo_err_t err = MO_SUCCESS;
    *verdict = MO_GUARD_SIGNED;
    for (size_t i = 0; i < 2 && !mo_failed(err) && *verdict == MO_GUARD_SIGNED; i++) {
        mo_sql_t sql = mo_guard_row_open(store, highest[i], &scope);
        mo_guard_record_t last;
        mo_vote_mark_t mark = {0};
        err = mo_guard_row_first(&sql, &last, &mark.signed_any);
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
    mo_guard_scope_t scope = scope_of(request);
    mo_sql_t sql = mo_guard_row_open(store,
                                     "SELECT " MO_GUARD_COLUMNS " FROM vote WHERE " MO_GUARD_SCOPE
                                     " AND (target_height > ?4 OR source = ?5)",
                                     &scope);
    mo_sql_number(&sql, 4, request->vote.source_height.value);
    mo_sql_bytes(&sql, 5, mo_hash_view(&request->vote.source));
    bool row;
    mo_err_t err = mo_sql_step(&sql, &row);
    while (!mo_failed(err) && row && *verdict == MO_GUARD_SIGNED) {
        mo_guard_record_t earlier = mo_guard_row_read(&sql, 0);
        *verdict = verdict_of_offence(mo_rules_vote_offence(&earlier.vote, &request->vote));
        err = mo_sql_step(&sql, &row);
    }
    mo_sql_close(&sql);
    return err;
}

/* Votes of which only the heights are known (2.7). */
static mo_err_t check_watermark(mo_store_t *store, const mo_guard_request_t *request, mo_guard_verdict_t *verdict)
{
    mo_guard_mark_t mark;
    mo_guard_scope_t scope = scope_of(request);
    mo_err_t err = mo_guard_mark(store, &scope, &mark);
    *verdict = MO_GUARD_SIGNED;
    if (mark.watermark && request->vote.target_height.value <= mark.watermark_target.value) {
        *verdict = MO_GUARD_TARGET_BELOW_WATERMARK;
    } else if (mark.watermark && request->vote.source_height.value <= mark.watermark_source.value) {
        *verdict = MO_GUARD_SOURCE_BELOW_WATERMARK;
    }
    return err;
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
    MO_STORE_POINT(VOTE_ALLOWED);
    if (!sign(context, &record->digest, &record->signature)) {
        return mo_err(MO_ERR_PERMANENT, "store %s: the signer gave no signature: check the key", store->path);
    }
    /* A record under the wrong name would guard nobody. */
    if (mo_secp_recover(&record->signature, &record->digest, &signer) != MO_SECP_OK ||
        !mo_address_equal(&signer, &request->signer)) {
        return mo_err(MO_ERR_PERMANENT, "store %s: the signature is not the signer's: check the key", store->path);
    }
    MO_STORE_POINT(VOTE_SIGNED);
    mo_guard_scope_t scope = scope_of(request);
    mo_err_t err = mo_guard_row_write(store, &scope, record);
    MO_STORE_POINT(VOTE_WRITTEN);
    return err;
}

/* Inside the transaction: what is the verdict, and the record that belongs to it. */
static mo_err_t decide(mo_store_t *store, const mo_guard_request_t *request, mo_guard_signer_t *sign, void *context,
                       mo_guard_verdict_t *verdict, mo_guard_record_t *record)
{
    bool found;
    mo_guard_scope_t scope = scope_of(request);
    mo_err_t err = mo_guard_find(store, &scope, request->vote.target_height, record, &found);
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
    if (!mo_failed(err) && *verdict == MO_GUARD_SIGNED) {
        err = check_watermark(store, request, verdict);
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
    MO_STORE_POINT(VOTE_COMMITTED);
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

#include "store/audit.h"

#include "eth/keccak.h"
#include "rules/vote.h"
#include "store/guard_rows.h"

static mo_err_t damaged(const mo_store_t *store, const char *what, uint64_t which)
{
    return mo_err(MO_ERR_PERMANENT, "store %s: damaged: %s (%llu): restore it from a backup, sign nothing with it",
                  mo_store_path(store), what, (unsigned long long)which);
}

/* ---- Counting: what must be zero, and the census ---- */

static mo_err_t count(mo_store_t *store, const char *text, uint64_t *number)
{
    mo_sql_t sql = mo_sql_open(store, text);
    bool row;
    mo_err_t err = mo_sql_step(&sql, &row);
    *number = row ? mo_sql_get_number(&sql, 0) : 0;
    mo_sql_close(&sql);
    return err;
}

/* Pairs of recorded votes, a before b by target. */
#define PAIRS                                                                                                          \
    "SELECT count(*) FROM vote AS a JOIN vote AS b ON a.signer = b.signer AND a.chain = b.chain AND (a.core = b.core"  \
    " OR a.core = zeroblob(32)) AND "

static const struct {
    const char *text;
    const char *words;
} never[] = {
    {"SELECT count(*) FROM pragma_foreign_key_check", "bids of no transaction"},
    {PAIRS "a.target_height = b.target_height AND a.struct_hash <> b.struct_hash", "two votes for one target height (2.3 (1))"},
    {PAIRS "a.source = b.source AND a.transition < b.transition", "two transitions for one source (2.3 (3))"},
    {"SELECT count(*) FROM (SELECT source_height AS own, max(source_height) OVER (PARTITION BY signer, core, chain"
     " ORDER BY target_height) AS highest FROM vote) WHERE own < highest",
     "votes whose sources do not rise with their targets (2.7)"},
    {"SELECT count(*) FROM vote WHERE target_height <= source_height", "votes whose target is not above their source"},
    {"SELECT count(*) FROM vote WHERE core <> zeroblob(32) AND core NOT IN (SELECT id FROM core)",
     "votes of an unknown core"},
    {"SELECT count(*) FROM flight WHERE nonce IS NULL AND id IN (SELECT flight FROM attempt)",
     "transactions with bids and no nonce"},
    {"SELECT count(*) FROM flight WHERE nonce IS NOT NULL AND id NOT IN (SELECT flight FROM attempt)",
     "transactions with a nonce and no bid"},
};

static mo_err_t check_never(mo_store_t *store)
{
    mo_err_t err = MO_SUCCESS;
    for (size_t i = 0; i < sizeof never / sizeof never[0] && !mo_failed(err); i++) {
        uint64_t number;
        err = count(store, never[i].text, &number);
        if (!mo_failed(err) && number > 0) {
            err = damaged(store, never[i].words, number);
        }
    }
    return err;
}

static mo_err_t take_census(mo_store_t *store, mo_store_census_t *census)
{
    const struct {
        const char *text;
        uint64_t *number;
    } counts[] = {
        {"SELECT count(*) FROM core", &census->cores},
        {"SELECT count(*) FROM vote", &census->votes},
        {"SELECT count(*) FROM watermark", &census->watermarks},
        {"SELECT count(*) FROM flight WHERE ended = 0", &census->flights},
        {"SELECT count(*) FROM attempt", &census->bids},
        {"SELECT count(*) FROM state", &census->states},
    };
    mo_err_t err = MO_SUCCESS;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0] && !mo_failed(err); i++) {
        err = count(store, counts[i].text, counts[i].number);
    }
    return err;
}

/* ---- What only hashes tell ---- */

static mo_err_t check_vote(const mo_store_t *store, mo_sql_t *sql)
{
    mo_address_t signer = mo_guard_row_address(sql, 0);
    mo_guard_record_t record = mo_guard_row_read(sql, 1);
    mo_err_t err = mo_sql_error(sql);
    if (mo_failed(err)) {
        return err;
    }
    mo_hash_t hash = mo_rules_vote_hash(&record.vote);
    mo_address_t recovered;
    if (!mo_hash_equal(&hash, &record.struct_hash)) {
        return damaged(store, "a vote with another hash, at target height", record.vote.target_height.value);
    }
    bool signs = mo_secp_recover(&record.signature, &record.digest, &recovered) == MO_SECP_OK &&
                 mo_address_equal(&recovered, &signer);
    return signs ? MO_SUCCESS
                 : damaged(store, "a vote with a stranger's signature, at target height",
                           record.vote.target_height.value);
}

static mo_err_t check_bid(const mo_store_t *store, mo_sql_t *sql)
{
    mo_hash_t hash = mo_guard_row_hash(sql, 0);
    mo_hash_t own = mo_keccak256(mo_sql_get_bytes(sql, 1));
    mo_err_t err = mo_sql_error(sql);
    if (mo_failed(err) || mo_hash_equal(&hash, &own)) {
        return err;
    }
    return damaged(store, "a bid with another hash, of transaction", mo_sql_get_number(sql, 2));
}

static mo_err_t check_rows(mo_store_t *store, const char *text, mo_err_t (*check)(const mo_store_t *, mo_sql_t *))
{
    mo_sql_t sql = mo_sql_open(store, text);
    bool row;
    mo_err_t err = mo_sql_step(&sql, &row);
    while (!mo_failed(err) && row) {
        err = check(store, &sql);
        if (!mo_failed(err)) {
            err = mo_sql_step(&sql, &row);
        }
    }
    mo_sql_close(&sql);
    return err;
}

mo_err_t mo_store_audit(mo_store_t *store, mo_store_census_t *census)
{
    *census = (mo_store_census_t){0};
    mo_err_t err = mo_store_check(store);
    if (!mo_failed(err)) {
        err = check_rows(store, "SELECT signer, " MO_GUARD_COLUMNS " FROM vote", check_vote);
    }
    if (!mo_failed(err)) {
        err = check_rows(store, "SELECT hash, raw, flight FROM attempt", check_bid);
    }
    if (!mo_failed(err)) {
        err = check_never(store);
    }
    return mo_failed(err) ? err : take_census(store, census);
}

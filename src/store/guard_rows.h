/* Rows of the guard's tables, for the modules of the guard. Inside src/store only. Floor 5. */
#ifndef MO_STORE_GUARD_ROWS_H
#define MO_STORE_GUARD_ROWS_H

#include "store/guard.h"
#include "store/sql.h"

/* The columns of a recorded vote, as mo_guard_row_read takes them. */
#define MO_GUARD_COLUMNS                                                                                               \
    "chain, transition, source, target, source_height, target_height, struct_hash, digest, signature"

/* Whose votes a statement is about; votes of no known core count for every core. */
#define MO_GUARD_SCOPE "signer = ?1 AND chain = ?2 AND core IN (?3, zeroblob(32))"

/* A statement whose first three parameters are those of MO_GUARD_SCOPE. */
mo_sql_t mo_guard_row_open(mo_store_t *store, const char *text, const mo_guard_scope_t *scope);

/* The vote in the columns from `column` on. */
mo_guard_record_t mo_guard_row_read(mo_sql_t *sql, int column);

mo_hash_t mo_guard_row_hash(mo_sql_t *sql, int column);
mo_address_t mo_guard_row_address(mo_sql_t *sql, int column);

/* The first row that a statement yields, which it closes. */
MO_MUST_USE mo_err_t mo_guard_row_first(mo_sql_t *sql, mo_guard_record_t *record, bool *found);

/* Writes a vote; refused by the database when it offends with another. */
MO_MUST_USE mo_err_t mo_guard_row_write(mo_store_t *store, const mo_guard_scope_t *scope,
                                        const mo_guard_record_t *record);

#endif

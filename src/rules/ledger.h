/* What a contract owes to whom, until it is collected: the mapping `credit` of Core and of Registry (4.1, 2.3).
 *
 *     credit[a] += amount     ->  one row of the table; a row that was collected is free again
 *     collect                 ->  the whole row
 *
 * All payments are pulled (4.1), so that nobody's refusal to be paid stands in the way of a commit or a slash. Amounts
 * are in the smallest unit of the stake token. MO_LEDGER_MAX accounts are owed something at a time; an operation that
 * would owe to one more asks mo_ledger_has_room first and is refused with FULL before it changes anything.
 *
 * Holds no pointers: a copy is a snapshot. Floor 2. Pure.
 */
#ifndef MO_RULES_LEDGER_H
#define MO_RULES_LEDGER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "eth/u256.h"
#include "rules/limits.h"

/* `amount` zero: the row is free. */
typedef struct {
    mo_address_t account;
    mo_u256_t amount;
} mo_ledger_row_t;

typedef struct {
    mo_ledger_row_t rows[MO_LEDGER_MAX];
} mo_ledger_t;

/* What `account` is owed. */
mo_u256_t mo_ledger_credit(const mo_ledger_t *ledger, const mo_address_t *account);

/* Whether `account` could be owed something more. */
bool mo_ledger_has_room(const mo_ledger_t *ledger, const mo_address_t *account);

/* Adds to what `account` is owed. There must be room, and no sum may leave 256 bits: all of it is stake that a token's
 * uint256 supply holds (MO_CHECK). */
void mo_ledger_add(mo_ledger_t *ledger, const mo_address_t *account, mo_u256_t amount);

/* Takes all that `account` is owed; zero when that is nothing. */
mo_u256_t mo_ledger_take(mo_ledger_t *ledger, const mo_address_t *account);

#endif

#include "rules/ledger.h"

#include "base/check.h"

static size_t row_of(const mo_ledger_t *ledger, const mo_address_t *account) {
    size_t at = 0;
    while (at < MO_LEDGER_MAX && (mo_u256_is_zero(ledger->rows[at].amount) ||
                                  !mo_address_equal(&ledger->rows[at].account, account))) {
        at++;
    }
    return at;
}

static size_t free_row(const mo_ledger_t *ledger) {
    size_t at = 0;
    while (at < MO_LEDGER_MAX && !mo_u256_is_zero(ledger->rows[at].amount)) {
        at++;
    }
    return at;
}

mo_u256_t mo_ledger_credit(const mo_ledger_t *ledger, const mo_address_t *account) {
    size_t at = row_of(ledger, account);
    return at < MO_LEDGER_MAX ? ledger->rows[at].amount : MO_U256_ZERO;
}

bool mo_ledger_has_room(const mo_ledger_t *ledger, const mo_address_t *account) {
    return row_of(ledger, account) < MO_LEDGER_MAX || free_row(ledger) < MO_LEDGER_MAX;
}

void mo_ledger_add(mo_ledger_t *ledger, const mo_address_t *account, mo_u256_t amount) {
    size_t at = row_of(ledger, account);
    if (at == MO_LEDGER_MAX) {
        at = free_row(ledger);
        MO_CHECK(at < MO_LEDGER_MAX);
        ledger->rows[at] = (mo_ledger_row_t){.account = *account};
    }
    bool fits = mo_u256_add(ledger->rows[at].amount, amount, &ledger->rows[at].amount);
    MO_CHECK(fits);
}

mo_u256_t mo_ledger_take(mo_ledger_t *ledger, const mo_address_t *account) {
    size_t at = row_of(ledger, account);
    if (at == MO_LEDGER_MAX) {
        return MO_U256_ZERO;
    }
    mo_u256_t amount = ledger->rows[at].amount;
    ledger->rows[at] = (mo_ledger_row_t){0};
    return amount;
}

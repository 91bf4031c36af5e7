/* Proofs kept on disk: found as they were, by block, account and slot; gone after their use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/proof.h"

static char folder[] = "/tmp/mosaic-proof-XXXXXX";
static char path[64];
static mo_store_t *store;

static int start(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/proof.sqlite", folder);
    return mo_failed(mo_store_open(&store, path, MO_STORE_CREATE)) ? -1 : 0;
}

static int stop(void **state)
{
    (void)state;
    char lock[80];
    mo_store_close(store);
    (void)snprintf(lock, sizeof lock, "%s.lock", path);
    (void)unlink(lock);
    (void)unlink(path);
    return rmdir(folder);
}

static mo_bytes_t text(const char *words)
{
    return (mo_bytes_t){(const uint8_t *)words, strlen(words)};
}

static bool finds(const mo_proof_key_t *key, const char *words)
{
    uint8_t memory[16];
    mo_buffer_t out = MO_BUFFER(memory);
    bool found;
    assert_int_equal(mo_proof_find(store, key, &out, &found).kind, MO_OK);
    return found && out.size == strlen(words) && memcmp(memory, words, out.size) == 0;
}

static void a_proof_is_found_by_block_account_and_slot_until_it_is_pruned(void **state)
{
    (void)state;
    mo_hash_t slot = {{9}};
    mo_proof_key_t account = {.chain_id = 1, .number = 64, .address = {{1}}};
    mo_proof_key_t one = {.chain_id = 1, .number = 64, .address = {{1}}, .slot = &slot};
    mo_proof_key_t later = {.chain_id = 1, .number = 128, .address = {{1}}};
    mo_proof_key_t other = {.chain_id = 2, .number = 64, .address = {{1}}};
    assert_int_equal(mo_proof_keep(store, &account, text("account")).kind, MO_OK);
    assert_int_equal(mo_proof_keep(store, &one, text("slot")).kind, MO_OK);
    assert_int_equal(mo_proof_keep(store, &later, text("later")).kind, MO_OK);
    assert_true(finds(&account, "account"));
    assert_true(finds(&one, "slot"));
    assert_false(finds(&other, "account"));
    assert_int_equal(mo_proof_keep(store, &one, text("again")).kind, MO_OK);
    assert_true(finds(&one, "again"));
    assert_int_equal(mo_proof_prune(store, 1, 128).kind, MO_OK);
    assert_false(finds(&account, "account"));
    assert_false(finds(&one, "again"));
    assert_true(finds(&later, "later"));
}

static void a_proof_that_does_not_fit_is_an_error(void **state)
{
    (void)state;
    mo_proof_key_t key = {.chain_id = 3, .number = 1};
    uint8_t memory[4];
    mo_buffer_t out = MO_BUFFER(memory);
    bool found;
    assert_int_equal(mo_proof_keep(store, &key, text("longer")).kind, MO_OK);
    assert_int_equal(mo_proof_find(store, &key, &out, &found).kind, MO_ERR_PERMANENT);
    assert_false(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proof_is_found_by_block_account_and_slot_until_it_is_pruned),
        cmocka_unit_test(a_proof_that_does_not_fit_is_an_error),
    };
    return cmocka_run_group_tests(tests, start, stop);
}

/* Keys in files, and the guard's record in one: what goes in comes out, what is open to others does not go in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/guard_file.h"
#include "node/key_file.h"
#include "node/stake.h"
#include "rules/identity.h"
#include "rules/vote.h"

static char folder[40];
static char path[MO_KEY_PATH_MAX];

static void assert_ok(mo_err_t err)
{
    if (mo_failed(err)) {
        fail_msg("%s", err.text);
    }
}

static int enter(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/mosaic-keys-XXXXXX");
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int leave(void **state)
{
    (void)state;
    char command[64];
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static const char *in_folder(const char *name)
{
    static char text[80];
    (void)snprintf(text, sizeof text, "%s/%s", folder, name);
    return text;
}

static void a_new_key_comes_back_by_its_password_and_by_no_other(void **state)
{
    (void)state;
    mo_secp_key_t key;
    mo_secp_key_t back;
    mo_address_t address;
    mo_address_t named;
    bool keystore;
    struct stat status;
    const mo_key_line_t password = {"correct horse"};
    const mo_key_line_t other = {"battery"};
    assert_ok(mo_key_make(&key));
    assert_ok(mo_key_file_write(in_folder("keys"), &key, &password, path));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(stat(in_folder("keys"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    assert_ok(mo_key_file_is_keystore(path, &keystore));
    assert_true(keystore);
    assert_ok(mo_key_file_unlock(path, &password, &back));
    assert_memory_equal(&key, &back, sizeof key);
    assert_true(mo_secp_address(&key, &address));
    assert_ok(mo_key_file_address(path, &named));
    assert_true(mo_address_equal(&address, &named));
    const mo_err_t err = mo_key_file_unlock(path, &other, &back);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_null(strstr(err.text, other.text));
    static const mo_secp_key_t nothing;
    assert_memory_equal(&back, &nothing, sizeof back);
    assert_int_equal(chmod(path, 0640), 0);
    assert_non_null(strstr(mo_key_file_unlock(path, &password, &back).text, "chmod 600"));
}

static void two_new_keys_differ(void **state)
{
    (void)state;
    mo_secp_key_t a;
    mo_secp_key_t b;
    assert_ok(mo_key_make(&a));
    assert_ok(mo_key_make(&b));
    assert_memory_not_equal(&a, &b, sizeof a);
}

static void an_amount_is_read_to_its_last_unit(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned decimals;
        const char *units; /* NULL: refused */
    } rows[] = {
        {"1", 18, "1000000000000000000"}, {"0.5", 18, "500000000000000000"}, {"1000.25", 2, "100025"},
        {"0", 18, "0"},                   {"7", 0, "7"},                     {"007", 0, "7"},
        {"0.000000000000000001", 18, "1"}, {"", 18, NULL},                    {".5", 18, NULL},
        {"1.", 18, NULL},                 {"1.5", 0, NULL},                  {"1.125", 2, NULL},
        {"-1", 18, NULL},                 {"1e3", 18, NULL},                 {"1.2.3", 18, NULL},
        {"115792089237316195423570985008687907853269984665640564039458", 18, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mo_u256_t amount;
        char text[MO_U256_DECIMAL_TEXT];
        const bool read = mo_stake_amount_parse(rows[i].text, rows[i].decimals, &amount);
        assert_int_equal(read, rows[i].units != NULL);
        mo_u256_print_decimal(amount, text);
        assert_string_equal(text, read ? rows[i].units : "0");
    }
}

/* ---- The guard's record ---- */

static mo_store_t *open_store(const char *name)
{
    mo_store_t *store;
    assert_ok(mo_store_open(&store, in_folder(name), MO_STORE_CREATE));
    return store;
}

static void sign(mo_store_t *store, const mo_guard_core_t *core, uint8_t secret, uint64_t target)
{
    mo_secp_key_t key = {{0}};
    key.bytes[31] = secret;
    mo_guard_request_t request = {.core = mo_guard_core_id(core),
                                  .domain = mo_rules_domain(core->origin_chain_id, &core->core),
                                  .vote = {.chain = mo_rules_origin_id(core->origin_chain_id),
                                           .source = {{(uint8_t)(target - 1)}},
                                           .target = {{(uint8_t)target}},
                                           .source_height = {target - 1},
                                           .target_height = {target}}};
    bool stranger;
    mo_guard_verdict_t verdict;
    mo_guard_record_t record;
    assert_true(mo_secp_address(&key, &request.signer));
    assert_ok(mo_guard_know(store, core, &request.signer, &stranger));
    assert_ok(mo_guard_sign(store, &request, mo_guard_key_signer, &key, &verdict, &record));
    assert_int_equal(verdict, MO_GUARD_SIGNED);
}

static void a_record_goes_through_a_file_and_comes_out_the_same(void **state)
{
    (void)state;
    const mo_guard_core_t cores[2] = {{.origin_chain_id = 1, .core = {{5}}, .setup_hash = {{1}}},
                                      {.origin_chain_id = 1, .core = {{6}}, .setup_hash = {{1}}}};
    char first[96];
    char second[96];
    mo_guard_file_count_t count;
    mo_guard_merged_t merged;
    mo_store_t *store = open_store("a.sqlite");
    for (uint64_t target = 2; target < 7; target++) {
        sign(store, &cores[target % 2], (uint8_t)(7 + target % 3), target);
    }
    (void)snprintf(first, sizeof first, "%s", in_folder("first.json"));
    (void)snprintf(second, sizeof second, "%s", in_folder("second.json"));
    assert_ok(mo_guard_file_write(store, first, &count));
    assert_int_equal(count.votes, 5);
    assert_int_equal(count.records, 5);
    mo_store_close(store);
    store = open_store("b.sqlite");
    assert_ok(mo_guard_file_read(store, first, &merged));
    assert_int_equal(merged.added, 5);
    assert_ok(mo_guard_file_read(store, first, &merged));
    assert_int_equal(merged.known, 5);
    assert_ok(mo_guard_file_write(store, second, &count));
    mo_store_close(store);
    static char texts[2][32768];
    assert_ok(mo_key_text_read(first, true, texts[0], sizeof texts[0]));
    assert_ok(mo_key_text_read(second, true, texts[1], sizeof texts[1]));
    assert_string_equal(texts[0], texts[1]);
}

static void a_minimal_file_makes_a_watermark(void **state)
{
    (void)state;
    char name[96];
    mo_guard_merged_t merged;
    mo_guard_file_count_t count;
    (void)snprintf(name, sizeof name, "%s", in_folder("minimal.json"));
    static const char text[] =
        "{\"metadata\":{\"interchange_format\":\"mosaic-guard\",\"interchange_format_version\":\"1\"},\"data\":["
        "{\"origin_chain_id\":\"1\",\"origin_genesis_hash\":"
        "\"0x0000000000000000000000000000000000000000000000000000000000000001\",\"core\":"
        "\"0x0000000000000000000000000000000000000002\",\"setup_hash\":"
        "\"0x0000000000000000000000000000000000000000000000000000000000000003\",\"signer\":"
        "\"0x0000000000000000000000000000000000000004\",\"signed_votes\":[],\"watermarks\":[{\"chain\":"
        "\"0x0000000000000000000000000000000000000000000000000000000000000005\",\"source_height\":\"6\","
        "\"target_height\":\"18446744073709551616\"}]}]}";
    static char good[sizeof text];
    memcpy(good, text, sizeof text);
    assert_ok(mo_key_text_write(name, text));
    mo_store_t *store = open_store("c.sqlite");
    assert_int_equal(mo_guard_file_read(store, name, &merged).kind, MO_ERR_PERMANENT);
    (void)strcpy(strstr(good, "18446744073709551616"), "9\"}]}]}");
    assert_int_equal(unlink(name), 0);
    assert_ok(mo_key_text_write(name, good));
    assert_ok(mo_guard_file_read(store, name, &merged));
    assert_int_equal(merged.raised, 1);
    assert_ok(mo_guard_file_write(store, in_folder("again.json"), &count));
    assert_int_equal(count.watermarks, 1);
    mo_store_close(store);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)
    const struct CMUnitTest tests[] = {
        TEST(a_new_key_comes_back_by_its_password_and_by_no_other),
        TEST(two_new_keys_differ),
        TEST(an_amount_is_read_to_its_last_unit),
        TEST(a_record_goes_through_a_file_and_comes_out_the_same),
        TEST(a_minimal_file_makes_a_watermark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

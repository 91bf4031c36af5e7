/* Blocks from text: what the scanner reads is what the JSON library reads; what it does not know, it leaves. */
#include "chain/test_scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hex.h"
#include "eth/header.h"

#define FIRST_ID   7
#define ANSWER_MAX 4096 /* the recorded block takes below 2 KiB */

static json_t *recorded; /* vectors/chain/answers.json */
static json_t *block;    /* a copy of its block, to be spoilt */

static int load(void **state)
{
    (void)state;
    recorded = json_load_file(MO_SOURCE_DIR "/vectors/chain/answers.json", 0, NULL);
    assert_non_null(recorded);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    json_decref(recorded);
    return 0;
}

static int copy(void **state)
{
    (void)state;
    block = json_deep_copy(json_object_get(recorded, "block"));
    return 0;
}

static int drop(void **state)
{
    (void)state;
    json_decref(block);
    return 0;
}

/* One answer with the block, as text. */
static char *answer_text(uint64_t id)
{
    json_t *answer = json_pack("{s:s, s:I, s:O}", "jsonrpc", "2.0", "id", (json_int_t)id, "result", block);
    char *text = json_dumps(answer, JSON_COMPACT);
    assert_non_null(text);
    json_decref(answer);
    return text;
}

static bool scans(const char *text, size_t count)
{
    return scan_and_compare(text, strlen(text), FIRST_ID, count);
}

/* Whether the block, as it now is, is scanned. */
static bool scans_block(void)
{
    char *text = answer_text(FIRST_ID);
    bool yes = scans(text, 1);
    free(text);
    return yes;
}

static void a_block_as_the_node_gave_it_is_scanned(void **state)
{
    (void)state;
    assert_true(scans_block());
    assert_int_equal(scanned[0].number, 4);
}

/* Hashes of headers of all forks, made by the library from the block without its last members. */
static void headers_of_every_fork_are_scanned(void **state)
{
    (void)state;
    static const struct {
        mo_header_fork_t fork;
        const char *gone[3];
    } rows[] = {{MO_HEADER_PRAGUE, {NULL}},
                {MO_HEADER_CANCUN, {"requestsHash"}},
                {MO_HEADER_SHANGHAI, {"parentBeaconBlockRoot", "excessBlobGas", "blobGasUsed"}},
                {MO_HEADER_LONDON, {"withdrawalsRoot"}},
                {MO_HEADER_FRONTIER, {"baseFeePerGas"}}};
    mo_block_t whole;
    mo_header_t header;
    assert_null(mo_verify_block(block, &whole));
    assert_int_equal(mo_header_decode(mo_block_rlp(&whole), &header), MO_HEADER_OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t k = 0; k < 3 && rows[i].gone[k] != NULL; k++) {
            /* null and not there are the same */
            if (k % 2 == 0) {
                json_object_set_new(block, rows[i].gone[k], json_null());
            } else {
                json_object_del(block, rows[i].gone[k]);
            }
        }
        header.fork = rows[i].fork;
        mo_hash_t hash;
        char text[MO_HEX_TEXT(32)];
        assert_true(mo_header_hash(&header, &hash));
        mo_hex_encode(mo_hash_view(&hash), MO_HEX_PREFIXED, text, sizeof text);
        json_object_set_new(block, "hash", json_string(text));
        assert_true(scans_block());
        assert_true(mo_hash_equal(&scanned[0].hash, &hash));
    }
}

static void answers_come_in_any_order_and_each_once(void **state)
{
    (void)state;
    static const struct {
        uint64_t ids[3];
        bool scanned;
    } rows[] = {{{7, 8, 9}, true},  {{9, 7, 8}, true},  {{7, 8, 8}, false},
                {{7, 8, 10}, false}, {{6, 7, 8}, false}, {{0, 1, 2}, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *one = answer_text(rows[i].ids[0]);
        char *two = answer_text(rows[i].ids[1]);
        char *three = answer_text(rows[i].ids[2]);
        char text[3 * ANSWER_MAX];
        assert_true((size_t)snprintf(text, sizeof text, " [%s ,\n%s,\t%s ] ", one, two, three) < sizeof text);
        assert_int_equal(scans(text, 3), rows[i].scanned);
        assert_false(scans(text, 2));
        assert_false(scans(text, 4));
        assert_false(scans(text, 1));
        free(one);
        free(two);
        free(three);
    }
}

static void no_truncation_and_no_text_behind_is_scanned(void **state)
{
    (void)state;
    char *text = answer_text(FIRST_ID);
    size_t size = strlen(text);
    for (size_t left = 0; left < size; left++) {
        assert_false(scan_and_compare(text, left, FIRST_ID, 1));
    }
    text[size] = '}'; /* where the zero stood */
    assert_false(scan_and_compare(text, size + 1, FIRST_ID, 1));
    text[size] = '\0';
    assert_false(scan_and_compare(text, size + 1, FIRST_ID, 1));
    free(text);
}

/* A bit may turn a letter's case, or lie in what is not read; then the library reads the same. */
static void with_any_bit_changed_the_library_reads_the_same_or_it_is_left(void **state)
{
    (void)state;
    char *text = answer_text(FIRST_ID);
    size_t size = strlen(text);
    size_t still = 0;
    for (size_t bit = 0; bit < 8 * size; bit++) {
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
        still += scan_and_compare(text, size, FIRST_ID, 1) ? 1 : 0;
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
    }
    assert_true(still > 0 && still < size);
    free(text);
}

/* `name` with a value in any text, put before the block's first member. */
static bool scans_with(const char *member)
{
    char *text = answer_text(FIRST_ID);
    char *rest = strstr(text, "\"result\":{") + strlen("\"result\":{");
    char longer[ANSWER_MAX];
    assert_true((size_t)snprintf(longer, sizeof longer, "%.*s%s,%s", (int)(rest - text), text, member, rest) < sizeof longer);
    bool yes = scans(longer, 1);
    free(text);
    return yes;
}

static void what_is_of_another_form_is_left_to_the_library(void **state)
{
    (void)state;
    static const char *const names[] = {"size", "uncles", "withdrawals", "transactions", "totalDifficulty"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        json_object_del(block, names[i]);
    }
    static const struct {
        const char *member;
        bool scanned;
    } rows[] = {
        {"\"size\":\"0x1\"", true},
        {"\"size\":null", true},
        {"\"size\" : true", true},
        {"\"uncles\":[]", true},
        {"\"uncles\":[ \"a\" , [ ] ]", true},
        {"\"withdrawals\":[{\"index\":\"0x1\",\"amount\":\"0x2\"},{}]", true},
        {"\"withdrawals\":[{\"index\":\"0x1\",\"index\":\"0x1\"}]", false},
        {"\"withdrawals\":[{\"a\":\"\",\"b\":\"\",\"c\":\"\",\"d\":\"\",\"e\":\"\",\"f\":\"\",\"g\":\"\",\"h\":\"\",\"i\":\"\"}]", false},
        {"\"uncles\":[[[[[]]]]]", false},
        {"\"uncles\":[\"a\",]", false},
        {"\"uncles\":[\"a\" \"b\"]", false},
        {"\"uncles\":[", false},
        {"\"uncles\":{\"a\"}", false},
        {"\"size\":1", false},
        {"\"size\":nul", false},
        {"\"size\":\"\\u0030\"", false},
        {"\"size\":\"\xc3\xa9\"", false},
        {"\"size\":\"\x01\"", false},
        {"\"size\":\"a\",\"size\":\"a\"", false},
        {"\"other\":\"0x1\"", false},
        {"\"number\":\"0x4\"", false}, /* twice */
        {"size:\"0x1\"", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (scans_with(rows[i].member) != rows[i].scanned) {
            fail_msg("%s", rows[i].member);
        }
    }
}

static void a_member_that_is_missing_null_or_malformed_is_not_scanned(void **state)
{
    (void)state;
    static const char *const members[] = {"hash",      "parentHash",       "sha3Uncles",   "miner",     "number",
                                          "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom", "difficulty",
                                          "gasLimit",  "gasUsed",          "timestamp",    "extraData", "mixHash",
                                          "nonce"};
    static const char *const bad[] = {"", "0x", "0", "0x0", "0x00", "0xg", "0X1", "0x00000000000000001", "0x1 "};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        json_t *good = json_incref(json_object_get(block, members[i]));
        assert_non_null(good);
        for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
            json_object_set_new(block, members[i], json_string(bad[k]));
            bool same = strcmp(bad[k], json_string_value(good)) == 0;
            assert_int_equal(scans_block(), same);
        }
        json_object_set_new(block, members[i], json_null());
        assert_false(scans_block());
        json_object_del(block, members[i]);
        assert_false(scans_block());
        json_object_set_new(block, members[i], good);
        assert_true(scans_block());
    }
}

static void answers_that_are_no_block_are_left_to_the_library(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "{}",
        "[]",
        "null",
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":null}",
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32000,\"message\":\"no\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":07}",
        "{\"jsonrpc\":\"2.0\",\"id\":1234567890123456789}",
        "{\"jsonrpc\":\"2.0\",\"id\":-7}",
        "{\"id\":7,\"id\":7}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_false(scans(texts[i], 1));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_block_as_the_node_gave_it_is_scanned, copy, drop),
        cmocka_unit_test_setup_teardown(headers_of_every_fork_are_scanned, copy, drop),
        cmocka_unit_test_setup_teardown(answers_come_in_any_order_and_each_once, copy, drop),
        cmocka_unit_test_setup_teardown(no_truncation_and_no_text_behind_is_scanned, copy, drop),
        cmocka_unit_test_setup_teardown(with_any_bit_changed_the_library_reads_the_same_or_it_is_left, copy, drop),
        cmocka_unit_test_setup_teardown(what_is_of_another_form_is_left_to_the_library, copy, drop),
        cmocka_unit_test_setup_teardown(a_member_that_is_missing_null_or_malformed_is_not_scanned, copy, drop),
        cmocka_unit_test(answers_that_are_no_block_are_left_to_the_library),
    };
    return cmocka_run_group_tests_name("scan", tests, load, unload);
}

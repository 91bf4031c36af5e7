/* Intent files: what goes in comes out, and what is wrong is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/intent.h"

static char folder[] = "/tmp/mosaic-test-XXXXXX";
static char file[64];

static int folder_make(void **state)
{
    (void)state;
    (void)snprintf(file, sizeof file, "%s/intent.json", mkdtemp(folder) != NULL ? folder : "");
    return file[0] == '/' ? 0 : -1;
}

static int folder_remove(void **state)
{
    (void)state;
    (void)unlink(file);
    return rmdir(folder);
}

static mo_node_intent_t sample(mo_message_kind_t kind)
{
    mo_node_intent_t intent = {.kind = kind};
    intent.message.intent.amount = MO_U256_MAX;
    intent.message.nonce = mo_u256_from_u64(7);
    intent.message.gas_price = mo_u256_from_u64(1000);
    intent.message.gas_limit = mo_u256_from_u64(500000);
    intent.message.deadline = 1790000000;
    memset(intent.message.intent.beneficiary.bytes, 1, 20);
    memset(intent.message.intent.token.bytes, 2, 20);
    memset(intent.message.sender.bytes, 3, 20);
    memset(intent.signature.r.bytes, 4, 32);
    memset(intent.signature.vs.bytes, 5, 32);
    return intent;
}

static void assert_refused(const char *from, const char *to, const char *words)
{
    char text[4096];
    char changed[4096];
    const mo_node_intent_t intent = sample(MO_MESSAGE_STAKE);
    const mo_node_intent_t zero = {0};
    mo_node_intent_t back;
    assert_false(mo_failed(mo_node_intent_write(file, &intent)));
    FILE *stream = fopen(file, "r");
    assert_non_null(stream);
    text[fread(text, 1, sizeof text - 1, stream)] = '\0';
    (void)fclose(stream);
    const char *const at = strstr(text, from);
    assert_non_null(at);
    (void)snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    stream = fopen(file, "w");
    assert_non_null(stream);
    (void)fputs(changed, stream);
    (void)fclose(stream);
    memset(&back, 0xff, sizeof back);
    const mo_err_t err = mo_node_intent_read(file, &back);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_non_null(strstr(err.text, words));
    assert_memory_equal(&back, &zero, sizeof zero);
}

static void an_intent_of_each_kind_comes_back_as_it_was_written(void **state)
{
    (void)state;
    static const mo_message_kind_t KINDS[] = {MO_MESSAGE_STAKE, MO_MESSAGE_REDEEM};
    for (size_t i = 0; i < 2; ++i) {
        const mo_node_intent_t intent = sample(KINDS[i]);
        mo_node_intent_t back;
        assert_false(mo_failed(mo_node_intent_write(file, &intent)));
        assert_false(mo_failed(mo_node_intent_read(file, &back)));
        assert_memory_equal(&intent, &back, sizeof intent);
    }
}

static void an_unknown_kind_is_refused(void **state)
{
    (void)state;
    assert_refused("\"stake\"", "\"steak\"", "field kind must be \"stake\" or \"redeem\"");
}

static void an_amount_is_a_decimal_text_below_two_to_the_256(void **state)
{
    (void)state;
    assert_refused("\"amount\": \"1", "\"amount\": \"91", "field amount must be an amount");
    assert_refused("\"nonce\": \"7\"", "\"nonce\": 7", "field nonce must be an amount");
    assert_refused("\"nonce\": \"7\"", "\"nonce\": \"0x7\"", "field nonce must be an amount");
}

static void a_signature_has_64_bytes(void **state)
{
    (void)state;
    assert_refused("\"signature\": \"0x", "\"signature\": \"0x05", "field signature must be 0x and 128");
}

static void an_unknown_and_a_missing_field_are_named(void **state)
{
    (void)state;
    assert_refused("\"sender\"", "\"sander\"", "field sander is unknown");
    assert_refused("\"deadline\": 1790000000,", "", "field deadline is missing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_intent_of_each_kind_comes_back_as_it_was_written),
        cmocka_unit_test(an_unknown_kind_is_refused),
        cmocka_unit_test(an_amount_is_a_decimal_text_below_two_to_the_256),
        cmocka_unit_test(a_signature_has_64_bytes),
        cmocka_unit_test(an_unknown_and_a_missing_field_are_named),
    };
    return cmocka_run_group_tests_name("node/intent", tests, folder_make, folder_remove);
}

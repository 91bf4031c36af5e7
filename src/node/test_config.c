/* The configuration file and key files: what they take and what they refuse, and in which words. */
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

#include "node/config.h"

static char folder[] = "/tmp/mosaic-test-XXXXXX";
static char file[64];

static int folder_make(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    (void)snprintf(file, sizeof file, "%s/file", folder);
    return 0;
}

static int folder_remove(void **state)
{
    (void)state;
    (void)unlink(file);
    return rmdir(folder);
}

/* A configuration with another value in every field. */
static mo_node_config_t sample(void)
{
    mo_node_config_t config = {0};
    uint8_t next = 1;
    (void)snprintf(config.origin_rpc.text, sizeof config.origin_rpc.text, "http://127.0.0.1:25001");
    (void)snprintf(config.auxiliary_rpc.text, sizeof config.auxiliary_rpc.text, "http://127.0.0.1:25002");
#define FILL_url(member)     (void)config.member
#define FILL_number(member)  config.member = 1000U + next++
#define FILL_address(member) memset(config.member.bytes, next++, sizeof config.member.bytes)
#define FILL_hash(member)    memset(config.member.bytes, next++, sizeof config.member.bytes)
#define X(type, member, name) FILL_##type(member);
    MO_NODE_CONFIG_FIELDS(X)
#undef X
    return config;
}

static void text_read(char *text, size_t size)
{
    FILE *const in = fopen(file, "r");
    assert_non_null(in);
    text[fread(text, 1, size - 1, in)] = '\0';
    assert_int_equal(fclose(in), 0);
}

static void text_write(const char *text, mode_t mode)
{
    FILE *const out = fopen(file, "w");
    assert_non_null(out);
    assert_int_equal(fputs(text, out) < 0, 0);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(chmod(file, mode), 0);
}

/* Writes the sample with its first `from` replaced by `to`, reads it, and compares the error's text. */
static void assert_refused(const char *from, const char *to, const char *words)
{
    static char text[8192];
    static char changed[8192];
    const mo_node_config_t config = sample();
    assert_false(mo_failed(mo_node_config_write(file, &config)));
    text_read(text, sizeof text);
    char *const at = strstr(text, from);
    assert_non_null(at);
    (void)snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    text_write(changed, 0644);
    mo_node_config_t back;
    memset(&back, 0xff, sizeof back);
    const mo_err_t err = mo_node_config_read(file, &back);
    const mo_node_config_t zero = {0};
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_non_null(strstr(err.text, words));
    assert_non_null(strstr(err.text, file));
    assert_memory_equal(&back, &zero, sizeof zero);
}

static void a_configuration_comes_back_as_it_was_written(void **state)
{
    (void)state;
    const mo_node_config_t config = sample();
    mo_node_config_t back;
    assert_false(mo_failed(mo_node_config_write(file, &config)));
    assert_false(mo_failed(mo_node_config_read(file, &back)));
    assert_memory_equal(&config, &back, sizeof config);
}

static void an_unknown_field_is_named(void **state)
{
    (void)state;
    assert_refused("\"core\"", "\"colour\": 1, \"core\"", "field colour is unknown");
}

static void every_missing_field_is_named(void **state)
{
    (void)state;
    static const char *const NAMES[] = {
#define X(type, member, name) name,
        MO_NODE_CONFIG_FIELDS(X)
#undef X
    };
    static char text[8192];
    const mo_node_config_t config = sample();
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; ++i) {
        char quoted[64];
        char words[96];
        assert_false(mo_failed(mo_node_config_write(file, &config)));
        text_read(text, sizeof text);
        (void)snprintf(quoted, sizeof quoted, "  \"%s\": ", NAMES[i]);
        char *const from = strstr(text, quoted);
        assert_non_null(from);
        char *const end = from + strcspn(from, "\n");
        const bool last = end[-1] != ',';
        memmove(from, end, strlen(end) + 1);
        if (last) {
            *strrchr(text, ',') = ' ';
        }
        text_write(text, 0644);
        mo_node_config_t back;
        const mo_err_t err = mo_node_config_read(file, &back);
        (void)snprintf(words, sizeof words, "field %s is missing", NAMES[i]);
        assert_int_equal(err.kind, MO_ERR_PERMANENT);
        assert_non_null(strstr(err.text, words));
    }
}

static void a_field_given_twice_is_refused(void **state)
{
    (void)state;
    assert_refused("\"epoch\"", "\"epoch\": 3, \"epoch\"", "duplicate object key");
}

static void a_value_of_the_wrong_form_is_refused_with_its_field(void **state)
{
    (void)state;
    assert_refused("\"epoch\": ", "\"epoch\": -", "field epoch must be a whole number");
    assert_refused("\"core\": \"0x", "\"core\": \"0x0", "field core must be 0x and 40");
    assert_refused("\"auxiliaryRootHash\": \"0x", "\"auxiliaryRootHash\": \"", "field auxiliaryRootHash must be 0x and 64");
    assert_refused("\"http://127.0.0.1:25001\"", "7", "field originRpc must be");
}

static void what_is_no_json_is_refused_with_its_line(void **state)
{
    (void)state;
    assert_refused("{", "", "line 2");
}

static void a_missing_file_is_named(void **state)
{
    (void)state;
    mo_node_config_t back;
    const mo_err_t err = mo_node_config_read("/tmp/mosaic-test-none/devnet.json", &back);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_non_null(strstr(err.text, "/tmp/mosaic-test-none/devnet.json"));
}

static void a_key_comes_back_and_only_its_owner_may_read_it(void **state)
{
    (void)state;
    uint8_t secret[32];
    uint8_t back[32];
    struct stat status;
    memset(secret, 0x5a, sizeof secret);
    (void)unlink(file);
    assert_false(mo_failed(mo_node_key_write(file, secret)));
    assert_int_equal(stat(file, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_false(mo_failed(mo_node_key_read(file, back)));
    assert_memory_equal(secret, back, sizeof secret);
    assert_int_equal(chmod(file, 0640), 0);
    const mo_err_t err = mo_node_key_read(file, back);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_non_null(strstr(err.text, "chmod 600"));
}

static void a_malformed_key_is_refused_and_never_printed(void **state)
{
    (void)state;
    static const char *const LINES[] = {
        "",
        "0x5a",
        "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a\n",
        "0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5g\n",
        "0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a\n0",
        "0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
    };
    const uint8_t zero[32] = {0};
    uint8_t back[32];
    static const char ZERO[] = "0x0000000000000000000000000000000000000000000000000000000000000000\n";
    text_write(ZERO, 0600);
    assert_int_equal(mo_node_key_read(file, back).kind, MO_ERR_PERMANENT);
    for (size_t i = 0; i < sizeof LINES / sizeof LINES[0]; ++i) {
        text_write(LINES[i], 0600);
        memset(back, 0xff, sizeof back);
        const mo_err_t err = mo_node_key_read(file, back);
        assert_int_equal(err.kind, MO_ERR_PERMANENT);
        assert_null(strstr(err.text, "5a5a"));
        assert_memory_equal(back, zero, sizeof zero);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_configuration_comes_back_as_it_was_written),
        cmocka_unit_test(an_unknown_field_is_named),
        cmocka_unit_test(every_missing_field_is_named),
        cmocka_unit_test(a_field_given_twice_is_refused),
        cmocka_unit_test(a_value_of_the_wrong_form_is_refused_with_its_field),
        cmocka_unit_test(what_is_no_json_is_refused_with_its_line),
        cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test(a_key_comes_back_and_only_its_owner_may_read_it),
        cmocka_unit_test(a_malformed_key_is_refused_and_never_printed),
    };
    return cmocka_run_group_tests_name("node/config", tests, folder_make, folder_remove);
}

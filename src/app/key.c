#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/password.h"
#include "app/print.h"
#include "app/run.h"
#include "base/secret.h"
#include "eth/mnemonic.h"
#include "node/config.h"

/* ---- new, import ---- */

static mo_err_t words_load(const mo_app_options_t *options, mo_secp_key_t *key)
{
    mo_key_line_t words;
    mo_err_t err = mo_app_secret_ask(options->words, "words", "--words-file", &words);
    if (!mo_failed(err)) {
        const char *const path = options->path != NULL ? options->path : MO_MNEMONIC_PATH;
        const mo_mnemonic_verdict_t verdict = mo_mnemonic_key(words.text, "", path, key);
        err = verdict == MO_MNEMONIC_OK
                  ? MO_SUCCESS
                  : mo_err(MO_ERR_PERMANENT, "the words give no key at %.60s: %s: check them against what was written down",
                           path, mo_mnemonic_verdict_name(verdict));
    }
    mo_secret_wipe(&words, sizeof words);
    return err;
}

static mo_err_t foreign_load(const mo_app_options_t *options, mo_secp_key_t *key)
{
    const bool words = options->words != NULL || options->prompt_words;
    if (words + (options->hex != NULL) + (options->keystore != NULL) != 1) {
        return mo_err(MO_ERR_PERMANENT, "name one source: --words, --words-file, --hex-file or --keystore");
    }
    if (words) {
        return words_load(options, key);
    }
    if (options->hex != NULL) {
        return mo_node_key_read(options->hex, key->bytes);
    }
    mo_key_line_t password;
    mo_err_t err = mo_app_secret_ask(options->old_password_file, "its password", "--old-password-file", &password);
    if (!mo_failed(err)) {
        err = mo_key_file_unlock(options->keystore, &password, key);
    }
    mo_secret_wipe(&password, sizeof password);
    return err;
}

static json_t *key_json(const mo_address_t *address, const char *path)
{
    return json_pack("{s:s, s:s}", "address", mo_app_hex(mo_address_view(address)).text, "file", path);
}

static bool key_print(const mo_app_options_t *options, const mo_address_t *address, const char *path)
{
    if (options->json) {
        return mo_app_json_print(key_json(address, path));
    }
    return printf("%s  %s\n", mo_app_hex(mo_address_view(address)).text, path) > 0;
}

static mo_err_t key_add(const mo_app_options_t *options)
{
    mo_secp_key_t key = {{0}};
    mo_key_line_t password = {{0}};
    mo_address_t address;
    char path[MO_KEY_PATH_MAX];
    mo_err_t err = options->verb == MO_APP_VERB_KEY_NEW ? mo_key_make(&key) : foreign_load(options, &key);
    if (!mo_failed(err)) {
        err = mo_app_password_choose(options->password_file, &password);
    }
    if (!mo_failed(err)) {
        err = mo_key_file_write(options->keys, &key, &password, path);
    }
    const bool known = !mo_failed(err) && mo_secp_address(&key, &address);
    mo_secret_wipe(&key, sizeof key);
    mo_secret_wipe(&password, sizeof password);
    if (known && !key_print(options, &address, path)) {
        err = mo_err(MO_ERR_PERMANENT, "cannot write the answer; the key is in %.140s", path);
    }
    return err;
}

/* ---- list ---- */

static int is_keystore_name(const struct dirent *entry)
{
    const size_t length = strlen(entry->d_name);
    return length > 5 && strcmp(entry->d_name + length - 5, ".json") == 0;
}

/* A file that is no keystore is told of, and does not hide the others. */
static mo_err_t list_one(const mo_app_options_t *options, const char *name, json_t *list)
{
    char path[MO_KEY_PATH_MAX];
    mo_address_t address;
    (void)snprintf(path, sizeof path, "%.3800s/%.250s", options->keys, name);
    const mo_err_t err = mo_key_file_address(path, &address);
    if (mo_failed(err)) {
        (void)fprintf(stderr, "mosaic key list: %s\n", err.text);
    } else if (options->json) {
        (void)json_array_append_new(list, key_json(&address, path));
    } else {
        (void)key_print(options, &address, path);
    }
    return err;
}

static mo_err_t key_list(const mo_app_options_t *options)
{
    struct dirent **names;
    const int count = scandir(options->keys, &names, is_keystore_name, alphasort);
    if (count < 0) {
        return mo_err(MO_ERR_PERMANENT, "cannot read %.140s: %s: name the folder with --keys", options->keys,
                      strerror(errno));
    }
    json_t *const list = json_array();
    mo_err_t first = MO_SUCCESS;
    for (int i = 0; i < count; i++) {
        const mo_err_t err = list_one(options, names[i]->d_name, list);
        first = mo_failed(first) ? first : err;
        free(names[i]);
    }
    free(names);
    if (options->json) {
        (void)mo_app_json_print(json_pack("{s:o}", "keys", list));
    } else {
        json_decref(list);
    }
    return mo_failed(first) ? mo_err(MO_ERR_PERMANENT, "a file above is no keystore: mend it or move it away") : first;
}

/* ---- export ---- */

static mo_err_t reveal(const mo_app_options_t *options, const char *path)
{
    mo_secp_key_t key;
    mo_err_t err = mo_app_key_load(path, options->password_file, &key);
    if (!mo_failed(err)) {
        char line[MO_HEX_TEXT(32) + 1];
        mo_hex_encode_secret((mo_bytes_t){key.bytes, sizeof key.bytes}, MO_HEX_PREFIXED, line, sizeof line);
        line[strlen(line) + 1] = '\0';
        line[strlen(line)] = '\n';
        err = mo_key_text_write(options->file, line);
        mo_secret_wipe(line, sizeof line);
    }
    mo_secret_wipe(&key, sizeof key);
    return err;
}

static mo_err_t copy(const mo_app_options_t *options, const char *path)
{
    static char text[65536];
    const mo_err_t err = mo_key_text_read(path, true, text, sizeof text);
    return mo_failed(err) ? err : mo_key_text_write(options->file, text);
}

static mo_err_t key_export(const mo_app_options_t *options)
{
    mo_address_t address;
    char path[MO_KEY_PATH_MAX];
    mo_err_t err = mo_app_address_read("--address", options->address, &address);
    if (mo_failed(err)) {
        return err;
    }
    mo_key_file_path(options->keys, &address, path);
    err = options->reveal ? reveal(options, path) : copy(options, path);
    if (!mo_failed(err) && !key_print(options, &address, options->file)) {
        err = mo_err(MO_ERR_PERMANENT, "cannot write the answer; the key is in %.140s", options->file);
    }
    return err;
}

int mo_app_key_run(const mo_app_options_t *options)
{
    const mo_err_t err = options->verb == MO_APP_VERB_KEY_LIST     ? key_list(options)
                         : options->verb == MO_APP_VERB_KEY_EXPORT ? key_export(options)
                                                                   : key_add(options);
    return mo_failed(err) ? mo_app_complain(options->verb, err, MO_APP_MEND) : MO_APP_DONE;
}

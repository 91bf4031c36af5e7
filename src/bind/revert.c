#include "bind/revert.h"

#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "eth/abi.h"
#include "eth/address.h"

/* Bytes of one argument that are shown. */
#define SHOWN_BYTES 32

/* The two that solc itself makes. */
static const mo_bind_error_t solidity_errors[] = {
    {{0x08, 0xc3, 0x79, 0xa0}, "Error", "t", ""},
    {{0x4e, 0x48, 0x7b, 0x71}, "Panic", "u", ""},
};

typedef struct {
    char *out;
    size_t size;
} text_t;

static void put_text(text_t *text, const char *words)
{
    while (*words != '\0' && text->size + 1 < MO_BIND_REVERT_TEXT) {
        text->out[text->size] = *words;
        text->size++;
        words++;
    }
    text->out[text->size] = '\0';
}

static const mo_bind_error_t *find_error(mo_bytes_t revert)
{
    if (revert.size < 4) {
        return NULL;
    }
    for (size_t i = 0; i < 2; i++) {
        if (memcmp(solidity_errors[i].selector, revert.data, 4) == 0) {
            return &solidity_errors[i];
        }
    }
    size_t low = 0;
    size_t high = mo_bind_error_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(mo_bind_errors[middle].selector, revert.data, 4);
        if (order == 0) {
            return &mo_bind_errors[middle];
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return NULL;
}

static void put_hex(text_t *text, mo_bytes_t bytes)
{
    char hex[MO_HEX_TEXT(SHOWN_BYTES)];
    mo_bytes_t shown = {bytes.data, bytes.size < SHOWN_BYTES ? bytes.size : SHOWN_BYTES};
    mo_hex_encode(shown, MO_HEX_PREFIXED, hex, sizeof hex);
    put_text(text, hex);
    put_text(text, shown.size < bytes.size ? ".." : "");
}

/* A contract's text goes to a terminal: only what prints is shown. */
static void put_quoted(text_t *text, mo_bytes_t bytes)
{
    put_text(text, "\"");
    for (size_t i = 0; i < bytes.size; i++) {
        char letter[2] = {bytes.data[i] >= 0x20 && bytes.data[i] < 0x7f ? (char)bytes.data[i] : '?', '\0'};
        put_text(text, letter);
    }
    put_text(text, "\"");
}

static void put_integer(text_t *text, mo_u256_t value)
{
    char decimal[MO_U256_DECIMAL_TEXT];
    mo_u256_print_decimal(value, decimal);
    put_text(text, decimal);
}

static void put_address(text_t *text, mo_address_t address)
{
    char words[MO_ADDRESS_TEXT];
    mo_address_print(&address, words);
    put_text(text, words);
}

static void put_argument(text_t *text, char letter, mo_abi_reader_t *reader)
{
    switch (letter) {
    case 'u': put_integer(text, mo_abi_read_u256(reader)); break;
    case 'a': put_address(text, mo_abi_read_address(reader)); break;
    case 'h': {
        mo_hash_t hash = mo_abi_read_hash(reader);
        put_hex(text, mo_hash_view(&hash));
        break;
    }
    case 'b': put_text(text, mo_abi_read_bool(reader) ? "true" : "false"); break;
    case 's': put_hex(text, mo_abi_read_bytes(reader)); break;
    case 't': put_quoted(text, mo_abi_read_bytes(reader)); break;
    default: break;
    }
}

/* The next of the names, with a space after it; nothing when there are no more. */
static const char *put_name(text_t *text, const char *names)
{
    size_t size = strcspn(names, " ");
    for (size_t i = 0; i < size; i++) {
        char letter[2] = {names[i], '\0'};
        put_text(text, letter);
    }
    put_text(text, size > 0 ? " " : "");
    return names[size] == ' ' ? names + size + 1 : names + size;
}

/* Writes "(name value, ...)"; takes it back when the arguments do not decode. */
static void put_arguments(text_t *text, const mo_bind_error_t *error, mo_bytes_t arguments)
{
    text_t before = *text;
    const char *names = error->names;
    mo_abi_reader_t reader = mo_abi_reader(arguments, strlen(error->letters));
    put_text(text, "(");
    for (const char *letter = error->letters; *letter != '\0'; letter++) {
        put_text(text, letter == error->letters ? "" : ", ");
        names = put_name(text, names);
        put_argument(text, *letter, &reader);
    }
    put_text(text, ")");
    if (mo_abi_finish(&reader) != MO_ABI_OK) {
        *text = before;
        text->out[text->size] = '\0';
    }
}

const char *mo_bind_error_name(mo_bytes_t revert)
{
    const mo_bind_error_t *error = find_error(revert);
    return error == NULL ? NULL : error->name;
}

void mo_bind_revert_print(mo_bytes_t revert, char out[MO_BIND_REVERT_TEXT])
{
    text_t text = {out, 0};
    put_text(&text, revert.size == 0 ? "no reason given" : "");
    if (revert.size == 0) {
        return;
    }
    const mo_bind_error_t *error = find_error(revert);
    if (error == NULL) {
        put_hex(&text, revert);
        return;
    }
    put_text(&text, error->name);
    if (strchr(error->letters, '?') == NULL) {
        put_arguments(&text, error, (mo_bytes_t){revert.data + 4, revert.size - 4});
    }
}

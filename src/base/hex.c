#include "base/hex.h"

#include <string.h>

#include "base/check.h"
#include "base/secret.h"

static const char digits[] = "0123456789abcdef";

/* The value of a hexadecimal digit, or -1; without a branch, which digits at random would mispredict half the time. */
static int nibble(char digit)
{
    unsigned number = (unsigned)(unsigned char)digit - '0';
    unsigned letter = ((unsigned)(unsigned char)digit | 0x20) - 'a';
    int is_number = -(int)(number < 10);
    int is_letter = -(int)(letter < 6);
    return ((int)number & is_number) | ((int)(letter + 10) & is_letter) | ~(is_number | is_letter);
}

static bool has_prefix(const char *text)
{
    return text[0] == '0' && text[1] == 'x';
}

/* Where the digits begin, or NULL when the text is not of the form. */
static const char *after_prefix(const char *text, mo_hex_form_t form)
{
    if (form == MO_HEX_BARE) {
        return text;
    }
    return has_prefix(text) ? text + 2 : NULL;
}

static bool all_digits(const char *text)
{
    for (; *text != '\0'; text++) {
        if (nibble(*text) < 0) {
            return false;
        }
    }
    return true;
}

bool mo_hex_decode(const char *text, mo_hex_form_t form, mo_buffer_t *out)
{
    const char *at = after_prefix(text, form);
    size_t length = at == NULL ? 1 : strlen(at);
    if (length % 2 != 0 || out->overflown || length / 2 > out->capacity - out->size) {
        return false;
    }
    int faults = 0; /* negative once a digit is none */
    for (size_t i = 0; i < length / 2; i++) {
        int high = nibble(at[2 * i]);
        int low = nibble(at[2 * i + 1]);
        faults |= high | low;
        out->data[out->size + i] = (uint8_t)((unsigned)high << 4 | (unsigned)low);
    }
    out->size += faults < 0 ? 0 : length / 2;
    return faults >= 0;
}

bool mo_hex_decode_exact(const char *text, mo_hex_form_t form, uint8_t *out, size_t size)
{
    mo_buffer_t buffer = {out, 0, size, false};
    if (mo_hex_decode(text, form, &buffer) && buffer.size == size) {
        return true;
    }
    if (size > 0) {
        memset(out, 0, size);
    }
    return false;
}

void mo_hex_encode(mo_bytes_t bytes, mo_hex_form_t form, char *out, size_t capacity)
{
    size_t prefix = form == MO_HEX_PREFIXED ? 2 : 0;
    MO_CHECK(capacity > prefix && (capacity - prefix - 1) / 2 >= bytes.size);
    memcpy(out, "0x", prefix);
    out += prefix;
    for (size_t i = 0; i < bytes.size; i++) {
        out[2 * i] = digits[bytes.data[i] >> 4];
        out[2 * i + 1] = digits[bytes.data[i] & 15];
    }
    out[2 * bytes.size] = '\0';
}

bool mo_hex_decode_secret(mo_bytes_t text, mo_hex_form_t form, uint8_t *out, size_t size)
{
    size_t prefix = form == MO_HEX_PREFIXED ? 2 : 0;
    if (text.size != prefix + 2 * size) {
        memset(out, 0, size);
        return false;
    }
    unsigned faults = prefix == 0 ? 0 : (text.data[0] ^ (unsigned)'0') | (text.data[1] ^ (unsigned)'x');
    for (size_t i = 0; i < size; i++) {
        unsigned high = (unsigned)nibble((char)text.data[prefix + 2 * i]);
        unsigned low = (unsigned)nibble((char)text.data[prefix + 2 * i + 1]);
        faults |= (high | low) >> 4;
        out[i] = (uint8_t)(high << 4 | low);
    }
    mo_secret_declassify(&faults, sizeof faults);
    if (faults != 0) {
        mo_secret_wipe(out, size);
    }
    return faults == 0;
}

/* '0' and on, or 'a' and on from 10, without a look into a table at a place that is secret. */
static char secret_digit(unsigned value)
{
    unsigned is_letter = (9 - value) >> 8 & 0xff;
    return (char)('0' + value + (is_letter & ('a' - '0' - 10)));
}

void mo_hex_encode_secret(mo_bytes_t bytes, mo_hex_form_t form, char *out, size_t capacity)
{
    size_t prefix = form == MO_HEX_PREFIXED ? 2 : 0;
    MO_CHECK(capacity > prefix && (capacity - prefix - 1) / 2 >= bytes.size);
    memcpy(out, "0x", prefix);
    for (size_t i = 0; i < bytes.size; i++) {
        out[prefix + 2 * i] = secret_digit(bytes.data[i] >> 4);
        out[prefix + 2 * i + 1] = secret_digit(bytes.data[i] & 15);
    }
    out[prefix + 2 * bytes.size] = '\0';
}

bool mo_hex_quantity_parse(const char *text, uint64_t *out)
{
    *out = 0;
    if (!has_prefix(text) || !all_digits(text + 2)) {
        return false;
    }
    const char *at = text + 2;
    size_t length = strlen(at);
    if (length == 0 || length > 16 || (length > 1 && at[0] == '0')) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        *out = *out << 4 | (uint64_t)nibble(at[i]);
    }
    return true;
}

void mo_hex_quantity_print(uint64_t value, char out[MO_HEX_QUANTITY_TEXT])
{
    unsigned length = 1;
    while (length < 16 && value >> (4 * length) != 0) {
        length++;
    }
    memcpy(out, "0x", 2);
    for (unsigned i = 0; i < length; i++) {
        out[2 + i] = digits[value >> (4 * (length - 1 - i)) & 15];
    }
    out[2 + length] = '\0';
}

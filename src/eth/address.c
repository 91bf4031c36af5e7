#include "eth/address.h"

#include <string.h>

#include "base/hex.h"
#include "eth/keccak.h"
#include "eth/rlp.h"

#define DIGITS 40

const char *mo_address_verdict_name(mo_address_verdict_t verdict)
{
    switch (verdict) {
        MO_ADDRESS_VERDICTS(MO_VERDICT_NAME)
    }
    return "";
}

/* The last 20 bytes of a hash. */
static mo_address_t address_of(mo_hash_t hash)
{
    mo_address_t address;
    memcpy(address.bytes, hash.bytes + sizeof hash.bytes - sizeof address.bytes, sizeof address.bytes);
    return address;
}

void mo_address_print(const mo_address_t *address, char out[MO_ADDRESS_TEXT])
{
    mo_hex_encode(mo_address_view(address), MO_HEX_PREFIXED, out, MO_ADDRESS_TEXT);
    char *digits = out + 2;
    mo_hash_t hash = mo_keccak256((mo_bytes_t){(const uint8_t *)digits, DIGITS});
    for (unsigned i = 0; i < DIGITS; i++) {
        uint8_t nibble = i % 2 == 0 ? hash.bytes[i / 2] >> 4 : hash.bytes[i / 2] & 15;
        if (nibble >= 8 && digits[i] >= 'a') {
            digits[i] = (char)(digits[i] - 'a' + 'A');
        }
    }
}

static bool has_both_cases(const char *digits)
{
    bool lower = false;
    bool upper = false;
    for (; *digits != '\0'; digits++) {
        lower |= *digits >= 'a';
        upper |= *digits >= 'A' && *digits <= 'F';
    }
    return lower && upper;
}

mo_address_verdict_t mo_address_parse(const char *text, mo_address_t *out)
{
    if (!mo_hex_decode_exact(text, MO_HEX_PREFIXED, out->bytes, sizeof out->bytes)) {
        return MO_ADDRESS_FORM;
    }
    char right[MO_ADDRESS_TEXT];
    mo_address_print(out, right);
    if (has_both_cases(text + 2) && strcmp(text, right) != 0) {
        *out = (mo_address_t){{0}};
        return MO_ADDRESS_CHECKSUM;
    }
    return MO_ADDRESS_OK;
}

mo_address_t mo_address_created(const mo_address_t *creator, uint64_t nonce)
{
    uint8_t memory[1 + 21 + 9]; /* the list's prefix, an address, a nonce */
    mo_buffer_t encoded = MO_BUFFER(memory);
    mo_rlp_writer_t writer = mo_rlp_writer(&encoded);
    mo_rlp_open_list(&writer);
    mo_rlp_put_bytes(&writer, mo_address_view(creator));
    mo_rlp_put_u64(&writer, nonce);
    mo_rlp_close_list(&writer);
    return address_of(mo_keccak256(mo_buffer_view(&encoded)));
}

mo_address_t mo_address_created2(const mo_address_t *creator, const mo_hash_t *salt,
                                 const mo_hash_t *init_code_hash)
{
    static const uint8_t marker[] = {0xff};
    mo_keccak_t keccak = mo_keccak();
    mo_keccak_put(&keccak, MO_BYTES(marker));
    mo_keccak_put(&keccak, mo_address_view(creator));
    mo_keccak_put(&keccak, mo_hash_view(salt));
    mo_keccak_put(&keccak, mo_hash_view(init_code_hash));
    return address_of(mo_keccak_hash(&keccak));
}

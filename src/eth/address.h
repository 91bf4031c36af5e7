/* Addresses as text, and where contracts come to lie.
 *
 * EIP-55 hides a checksum in the case of the digits: 0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359. Reading is
 * strict: "0x" and 40 digits, either all of one case (no checksum) or with the right one.
 *
 *     mo_address_t address;
 *     char text[MO_ADDRESS_TEXT];
 *     if (mo_address_parse("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", &address) == MO_ADDRESS_OK) ...
 *     mo_address_print(&address, text);
 *
 * Floor 1, pure.
 */
#ifndef MO_ETH_ADDRESS_H
#define MO_ETH_ADDRESS_H

#include "base/bytes.h"
#include "base/verdict.h"

/* "0x", 40 digits and the closing zero. */
#define MO_ADDRESS_TEXT 43

#define MO_ADDRESS_VERDICTS(X)                                                                               \
    X(MO_ADDRESS_OK, "Ok", "")                                                                               \
    /* not "0x" and 40 hexadecimal digits */                                                                 \
    X(MO_ADDRESS_FORM, "AddressForm", "")                                                                    \
    /* digits of both cases, and not those of the checksum: a mistyped address */                            \
    X(MO_ADDRESS_CHECKSUM, "AddressChecksum", "")

typedef enum { MO_ADDRESS_VERDICTS(MO_VERDICT_CODE) } mo_address_verdict_t;

const char *mo_address_verdict_name(mo_address_verdict_t verdict);

/* Writes the address with its checksum and a closing zero. */
void mo_address_print(const mo_address_t *address, char out[MO_ADDRESS_TEXT]);

/* Reads an address; zero on a refusal. */
MO_MUST_USE mo_address_verdict_t mo_address_parse(const char *text, mo_address_t *out);

/* Where CREATE puts the contract that `creator` makes with its nonce `nonce`: keccak256(rlp([creator,
 * nonce])). */
mo_address_t mo_address_created(const mo_address_t *creator, uint64_t nonce);

/* Where CREATE2 puts it: keccak256(ff | creator | salt | keccak256(init code)). */
mo_address_t mo_address_created2(const mo_address_t *creator, const mo_hash_t *salt,
                                 const mo_hash_t *init_code_hash);

#endif

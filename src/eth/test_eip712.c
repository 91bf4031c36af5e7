#include "eth/eip712.h"
#include "eth/test_rows.h"

enum {
    NAME,
    VERSION,
    CHAIN,
    CONTRACT,
    SALT,
    HEIGHT,
    PARENT,
    COUNT,
    VALIDATOR,
    WEIGHT,
    KIND,
    GAS_TARGET,
    OPEN,
    TEXT,
    RAW,
    DOMAIN,
    KERNEL_HASH,
    KERNEL_DIGEST,
    NOTE_HASH,
    NOTE_DIGEST
};

static uint8_t memory[MO_ROWS_LINE_MAX / 2];

/* A domain with the memory it points into. */
typedef struct {
    mo_u256_t chain_id;
    mo_address_t contract;
    mo_hash_t salt;
} domain_memory_t;

static mo_hash_t domain_of(const char *const *field)
{
    domain_memory_t own;
    mo_eip712_domain_t domain = {0};
    if (!mo_rows_absent(field[NAME])) {
        domain.name = field[NAME];
    }
    if (!mo_rows_absent(field[VERSION])) {
        domain.version = field[VERSION];
    }
    if (!mo_rows_absent(field[CHAIN])) {
        own.chain_id = mo_rows_u256(field[CHAIN]);
        domain.chain_id = &own.chain_id;
    }
    if (!mo_rows_absent(field[CONTRACT])) {
        own.contract = mo_rows_address(field[CONTRACT]);
        domain.verifying_contract = &own.contract;
    }
    if (!mo_rows_absent(field[SALT])) {
        own.salt = mo_rows_hash(field[SALT]);
        domain.salt = &own.salt;
    }
    return mo_eip712_domain(&domain);
}

/* A kernel (1.3): a struct with an array of structs. */
static mo_hash_t kernel_hash(const char *const *field)
{
    static const char update_type[] = "ValidatorUpdate(address validator,uint96 weight,uint8 kind)";
    static const char kernel_type[] =
        "Kernel(uint64 height,bytes32 parent,ValidatorUpdate[] updates,uint256 gasTarget)"
        "ValidatorUpdate(address validator,uint96 weight,uint8 kind)";
    mo_address_t validator = mo_rows_address(field[VALIDATOR]);
    mo_hash_t parent = mo_rows_hash(field[PARENT]);
    mo_eip712_t list = mo_eip712_array();
    for (uint64_t i = 0; i < mo_rows_u64(field[COUNT]); i++) {
        mo_eip712_t update = mo_eip712_struct(update_type);
        mo_eip712_put_address(&update, &validator);
        mo_eip712_put_u64(&update, mo_rows_u64(field[WEIGHT]));
        mo_eip712_put_u64(&update, mo_rows_u64(field[KIND]));
        mo_hash_t hash = mo_eip712_hash(&update);
        mo_eip712_put_hash(&list, &hash);
    }
    mo_hash_t updates = mo_eip712_hash(&list);
    mo_eip712_t kernel = mo_eip712_struct(kernel_type);
    mo_eip712_put_u64(&kernel, mo_rows_u64(field[HEIGHT]));
    mo_eip712_put_hash(&kernel, &parent);
    mo_eip712_put_hash(&kernel, &updates);
    mo_eip712_put_u256(&kernel, mo_rows_u256(field[GAS_TARGET]));
    return mo_eip712_hash(&kernel);
}

static mo_hash_t note_hash(const char *const *field)
{
    mo_hash_t type = mo_eip712_type_hash("Note(bool open,string text,bytes raw,bytes32 hash)");
    mo_hash_t hash = mo_rows_hash(field[PARENT]);
    mo_eip712_t note = mo_eip712_struct_of(&type);
    mo_eip712_put_bool(&note, field[OPEN][0] == '1');
    mo_eip712_put_bytes(&note, (mo_bytes_t){(const uint8_t *)field[TEXT], strlen(field[TEXT])});
    mo_eip712_put_bytes(&note, mo_rows_bytes(field[RAW], memory));
    mo_eip712_put_hash(&note, &hash);
    return mo_eip712_hash(&note);
}

static void domains_structs_and_digests_are_those_of_ethers(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "eip712");
    while (mo_rows_next(&rows)) {
        mo_hash_t domain = domain_of(rows.field);
        mo_hash_t kernel = kernel_hash(rows.field);
        mo_hash_t note = note_hash(rows.field);
        mo_assert_hash(domain, mo_rows_hash(rows.field[DOMAIN]));
        mo_assert_hash(kernel, mo_rows_hash(rows.field[KERNEL_HASH]));
        mo_assert_hash(note, mo_rows_hash(rows.field[NOTE_HASH]));
        mo_assert_hash(mo_eip712_digest(&domain, &kernel), mo_rows_hash(rows.field[KERNEL_DIGEST]));
        mo_assert_hash(mo_eip712_digest(&domain, &note), mo_rows_hash(rows.field[NOTE_DIGEST]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(domains_structs_and_digests_are_those_of_ethers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

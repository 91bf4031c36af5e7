/* Headers: what decodes encodes back, hashes to its bytes, and has the facts that the protocol reads; what is
 * refused leaves zeros. */
#include <stdlib.h>
#include <string.h>

#include "eth/header.h"
#include "eth/keccak.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_decoded(mo_bytes_t rlp, const mo_header_t *header)
{
    uint8_t memory[MO_HEADER_BYTES_MAX];
    mo_buffer_t buffer = MO_BUFFER(memory);
    require(mo_header_encode(header, &buffer));
    require(mo_bytes_equal(mo_buffer_view(&buffer), rlp));
    mo_hash_t hash;
    mo_hash_t expected = mo_keccak256(rlp);
    require(mo_header_hash(header, &hash) && mo_hash_equal(&hash, &expected));
    mo_header_facts_t facts;
    require(mo_header_facts(rlp, &facts) == MO_HEADER_OK);
    require(mo_hash_equal(&facts.hash, &hash) && mo_hash_equal(&facts.parent_hash, &header->parent_hash));
    require(facts.number == header->number && facts.gas_used == header->gas_used);
}

static void read_run(mo_bytes_t run)
{
    mo_header_facts_t facts;
    size_t before = run.size;
    while (run.size > 0 && mo_header_facts_next(&run, &facts) == MO_HEADER_OK) {
        require(run.size < before);
        before = run.size;
    }
    static const mo_header_facts_t none;
    require(run.size == 0 || memcmp(&facts, &none, sizeof none) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const mo_header_t none;
    mo_bytes_t rlp = {data, size};
    mo_header_t header;
    if (mo_header_decode(rlp, &header) == MO_HEADER_OK) {
        check_decoded(rlp, &header);
    } else {
        require(memcmp(&header, &none, sizeof none) == 0);
    }
    read_run(rlp);
    return 0;
}

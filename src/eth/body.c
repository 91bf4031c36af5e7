#include "eth/body.h"

#include "base/check.h"
#include "eth/hmac.h"
#include "eth/keccak.h"
#include "eth/rlp.h"

/* Types are one byte and ascend, so there is at most one request of each. */
#define REQUESTS_MAX 256

const char *mo_body_verdict_name(mo_body_verdict_t verdict)
{
    switch (verdict) {
        MO_BODY_VERDICTS(MO_VERDICT_NAME)
    }
    return "";
}

/* rlp(index) in `memory`. */
static mo_bytes_t write_key(size_t index, uint8_t memory[MO_BODY_KEY_BYTES])
{
    mo_buffer_t key = {memory, 0, MO_BODY_KEY_BYTES, false};
    mo_rlp_writer_t out = mo_rlp_writer(&key);
    mo_rlp_put_u64(&out, index);
    MO_CHECK(mo_rlp_written(&out));
    return mo_buffer_view(&key);
}

mo_body_verdict_t mo_body_root(mo_body_list_t list, const mo_body_room_t *room, mo_hash_t *root)
{
    *root = (mo_hash_t){{0}};
    if (list.count > room->capacity) {
        return MO_BODY_TOO_MANY;
    }
    for (size_t i = 0; i < list.count; i++) {
        room->entries[i] = (mo_trie_entry_t){write_key(i, room->keys[i]), list.items[i]};
    }
    /* Keys differ and are short, so an empty item is all that can be wrong. */
    mo_trie_entries_t trie = {room->entries, list.count};
    return mo_trie_root(trie, root) == MO_TRIE_BUILD_OK ? MO_BODY_OK : MO_BODY_ITEM_EMPTY;
}

mo_hash_t mo_body_ommers_hash(mo_body_list_t headers)
{
    size_t size = 0;
    for (size_t i = 0; i < headers.count; i++) {
        size += headers.items[i].size;
    }
    uint8_t prefix[MO_RLP_PREFIX_BYTES_MAX];
    mo_keccak_t keccak = mo_keccak();
    mo_keccak_put(&keccak, (mo_bytes_t){prefix, mo_rlp_prefix(MO_RLP_LIST, size, prefix)});
    for (size_t i = 0; i < headers.count; i++) {
        mo_keccak_put(&keccak, headers.items[i]);
    }
    return mo_keccak_hash(&keccak);
}

mo_body_verdict_t mo_body_requests_hash(mo_body_list_t requests, mo_hash_t *hash)
{
    uint8_t memory[REQUESTS_MAX * sizeof hash->bytes];
    mo_buffer_t hashes = MO_BUFFER(memory);
    *hash = (mo_hash_t){{0}};
    for (size_t i = 0; i < requests.count; i++) {
        mo_bytes_t request = requests.items[i];
        if (request.size == 0) {
            return MO_BODY_ITEM_EMPTY;
        }
        if (i > 0 && request.data[0] <= requests.items[i - 1].data[0]) {
            return MO_BODY_REQUESTS;
        }
        if (request.size > 1) {
            mo_hash_t inner = mo_sha256(request);
            mo_buffer_put(&hashes, mo_hash_view(&inner));
        }
    }
    MO_CHECK(!hashes.overflown);
    *hash = mo_sha256(mo_buffer_view(&hashes));
    return MO_BODY_OK;
}

/* Whether the requests are those of the header. */
static mo_body_verdict_t check_requests(const mo_header_t *header, mo_body_list_t requests)
{
    mo_hash_t hash;
    mo_body_verdict_t verdict = mo_body_requests_hash(requests, &hash);
    if (verdict != MO_BODY_OK) {
        return verdict;
    }
    bool same = header->fork >= MO_HEADER_PRAGUE && mo_hash_equal(&hash, &header->requests_hash);
    return same ? MO_BODY_OK : MO_BODY_REQUESTS;
}

/* Whether the list has this root; `otherwise` when it has another. */
static mo_body_verdict_t check_list(mo_body_list_t list, const mo_hash_t *expected, const mo_body_room_t *room,
                                    mo_body_verdict_t otherwise)
{
    mo_hash_t root;
    mo_body_verdict_t verdict = mo_body_root(list, room, &root);
    if (verdict != MO_BODY_OK) {
        return verdict;
    }
    return mo_hash_equal(&root, expected) ? MO_BODY_OK : otherwise;
}

mo_body_verdict_t mo_body_check(const mo_header_t *header, const mo_body_t *body, const mo_body_room_t *room)
{
    if (body->has_withdrawals != (header->fork >= MO_HEADER_SHANGHAI)) {
        return MO_BODY_WITHDRAWALS_FORK;
    }
    mo_body_verdict_t verdict =
        check_list(body->transactions, &header->transactions_root, room, MO_BODY_TRANSACTIONS);
    if (verdict == MO_BODY_OK) {
        mo_hash_t ommers = mo_body_ommers_hash(body->ommers);
        verdict = mo_hash_equal(&ommers, &header->ommers_hash) ? MO_BODY_OK : MO_BODY_OMMERS;
    }
    if (verdict == MO_BODY_OK && body->has_withdrawals) {
        verdict = check_list(body->withdrawals, &header->withdrawals_root, room, MO_BODY_WITHDRAWALS);
    }
    if (verdict == MO_BODY_OK && body->has_receipts) {
        verdict = check_list(body->receipts, &header->receipts_root, room, MO_BODY_RECEIPTS);
    }
    if (verdict == MO_BODY_OK && body->has_requests) {
        verdict = check_requests(header, body->requests);
    }
    return verdict;
}

bool mo_withdrawal_encode(const mo_withdrawal_t *withdrawal, mo_buffer_t *out)
{
    mo_rlp_writer_t writer = mo_rlp_writer(out);
    mo_rlp_open_list(&writer);
    mo_rlp_put_u64(&writer, withdrawal->index);
    mo_rlp_put_u64(&writer, withdrawal->validator);
    mo_rlp_put_bytes(&writer, mo_address_view(&withdrawal->address));
    mo_rlp_put_u64(&writer, withdrawal->amount);
    mo_rlp_close_list(&writer);
    return mo_rlp_written(&writer);
}

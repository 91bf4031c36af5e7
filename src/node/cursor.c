#include "node/cursor.h"

#include <stdio.h>
#include <string.h>

#include "base/endian.h"
#include "base/hex.h"
#include "eth/keccak.h"
#include "rules/identity.h"

typedef char cursor_key_t[MO_STORE_KEY_MAX + 1];

/* "anchor <name of the core on its chains> origin": chain ids and addresses repeat from one devnet to the next. */
static void write_key(const mo_node_config_t *c, mo_chain_t chain, const char *what, cursor_key_t key)
{
    char text[2 * 32 + 1];
    mo_hash_t core_id = mo_rules_core_id(c->origin_chain_id, &c->core);
    mo_hash_t name = mo_keccak256_pair(&core_id, &c->auxiliary_root_hash);
    mo_hex_encode(mo_hash_view(&name), MO_HEX_BARE, text, sizeof text);
    (void)snprintf(key, sizeof(cursor_key_t), "%s %s %s", what, text, chain == MO_CHAIN_ORIGIN ? "origin" : "auxiliary");
}

static mo_err_t read_cursor(mo_node_station_t *s, const char *key, mo_node_cursor_t *cursor)
{
    uint8_t value[8 + 32];
    mo_buffer_t out = MO_BUFFER(value);
    bool found;
    *cursor = (mo_node_cursor_t){0};
    mo_err_t err = mo_store_get(s->store, key, &out, &found);
    if (mo_failed(err) || !found) {
        return err;
    }
    if (out.size != sizeof value) {
        return mo_err(MO_ERR_PERMANENT, "store %s: %s: %zu bytes, not %zu: restore it from a backup",
                      mo_store_path(s->store), key, out.size, sizeof value);
    }
    cursor->number = mo_load_be64(value);
    memcpy(cursor->hash.bytes, value + 8, 32);
    return MO_SUCCESS;
}

static mo_err_t write_cursor(mo_node_station_t *s, const char *key, const mo_node_cursor_t *cursor)
{
    uint8_t value[8 + 32];
    mo_store_be64(cursor->number, value);
    memcpy(value + 8, cursor->hash.bytes, 32);
    return mo_store_put(s->store, key, MO_BYTES(value));
}

static mo_err_t refusal(mo_chain_t chain, const mo_node_cursor_t *gone)
{
    char text[MO_HEX_TEXT(32)];
    mo_hex_encode(mo_hash_view(&gone->hash), MO_HEX_PREFIXED, text, sizeof text);
    return mo_err(MO_ERR_REFUSED,
                  "%s: block %llu (%.18s...) is gone, deeper than reorgDepth: name a node that has it, or, if the chain "
                  "gave it up for good, start once with --accept-reorg",
                  chain == MO_CHAIN_ORIGIN ? "origin" : "auxiliary", (unsigned long long)gone->number, text);
}

/* Forgets the mark, and the anchor with it: the chain is believed anew. */
static mo_err_t accept(mo_node_station_t *s, mo_chain_t chain)
{
    cursor_key_t key;
    write_key(s->config, chain, "anchor", key);
    mo_err_t err = mo_store_delete(s->store, key);
    write_key(s->config, chain, "lost", key);
    return mo_failed(err) ? err : mo_store_delete(s->store, key);
}

mo_err_t mo_node_cursor_open(mo_node_station_t *s, mo_chain_t chain, mo_node_cursor_t *cursor)
{
    cursor_key_t key;
    mo_node_cursor_t gone;
    *cursor = (mo_node_cursor_t){0};
    write_key(s->config, chain, "lost", key);
    mo_err_t err = read_cursor(s, key, &gone);
    if (!mo_failed(err) && !mo_hash_is_zero(&gone.hash)) {
        bool back = false;
        err = s->run->accept_reorg ? accept(s, chain) : mo_rpc_anyone_has(s->rpcs[chain], gone.number, &gone.hash, &back);
        if (!mo_failed(err) && !s->run->accept_reorg) {
            err = back ? mo_store_delete(s->store, key) : refusal(chain, &gone);
        }
    }
    if (mo_failed(err)) {
        return err;
    }
    write_key(s->config, chain, "anchor", key);
    return read_cursor(s, key, cursor);
}

mo_err_t mo_node_cursor_keep(mo_node_station_t *s, mo_chain_t chain, const mo_follow_t *follow, mo_node_cursor_t *cursor)
{
    uint64_t depth = s->config->reorg_depth;
    depth = depth == 0 || depth >= MO_FOLLOW_DEPTH ? MO_FOLLOW_DEPTH - 1 : depth;
    uint64_t head = mo_follow_head(follow);
    mo_node_cursor_t next = {.number = head > depth ? head - depth : 0};
    /* A write to disk now and then, not with every block. */
    if (next.number <= cursor->number + depth / 4 || !mo_follow_hash(follow, next.number, &next.hash)) {
        return MO_SUCCESS;
    }
    cursor_key_t key;
    write_key(s->config, chain, "anchor", key);
    mo_err_t err = write_cursor(s, key, &next);
    *cursor = mo_failed(err) ? *cursor : next;
    return err;
}

mo_err_t mo_node_cursor_lose(mo_node_station_t *s, mo_chain_t chain, const mo_node_cursor_t *gone)
{
    bool has;
    mo_err_t err = mo_rpc_anyone_has(s->rpcs[chain], gone->number, &gone->hash, &has);
    if (mo_failed(err) || has) {
        return err;
    }
    cursor_key_t key;
    write_key(s->config, chain, "lost", key);
    err = write_cursor(s, key, gone);
    return mo_failed(err) ? err : refusal(chain, gone);
}

#include "node/snapshot.h"

#include <elf.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/clear.h"
#include "base/endian.h"
#include "eth/keccak.h"
#include "rules/identity.h"
#include "store/snapshot.h"

/* --- the maker ---------------------------------------------------------------------------------------------------- */

#define BUILD_ID_MAX 64

/* The first byte of this program in memory, where its ELF header stands; of the linker. */
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

static size_t aligned(size_t size)
{
    return (size + 3) & ~(size_t)3;
}

/* The note of the linker that names this very build; empty when there is none. */
static mo_bytes_t find_build_id(const uint8_t *notes, size_t size)
{
    ElfW(Nhdr) note;
    for (size_t at = 0; at + sizeof note <= size;) {
        memcpy(&note, notes + at, sizeof note);
        size_t name = at + sizeof note;
        size_t text = name + aligned(note.n_namesz);
        if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && memcmp(notes + name, "GNU", 4) == 0) {
            return (mo_bytes_t){notes + text, note.n_descsz};
        }
        at = text + aligned(note.n_descsz);
    }
    return (mo_bytes_t){0};
}

static mo_bytes_t build_id(void)
{
    const uint8_t *program = (const uint8_t *)&__ehdr_start;
    mo_bytes_t id = {0};
    for (size_t i = 0; i < __ehdr_start.e_phnum && id.size == 0; i++) {
        ElfW(Phdr) part;
        memcpy(&part, program + __ehdr_start.e_phoff + i * __ehdr_start.e_phentsize, sizeof part);
        if (part.p_type == PT_NOTE) {
            id = find_build_id(program + part.p_offset, part.p_filesz);
        }
    }
    return id.size <= BUILD_ID_MAX ? id : (mo_bytes_t){0};
}

/* False: the program has no name, and nobody could tell its snapshots from another's. */
static bool name_maker(const mo_node_station_t *s, const mo_node_role_t *kind, mo_hash_t *maker)
{
    uint8_t text[BUILD_ID_MAX + 8 + 64 + 64];
    mo_buffer_t out = MO_BUFFER(text);
    uint8_t size[8];
    mo_bytes_t build = build_id();
    mo_hash_t core_id = mo_rules_core_id(s->config->origin_chain_id, &s->config->core);
    mo_hash_t core = mo_keccak256_pair(&core_id, &s->config->auxiliary_root_hash);
    mo_store_be64(kind->size, size);
    mo_buffer_put(&out, build);
    mo_buffer_put(&out, MO_BYTES(size));
    mo_buffer_put(&out, mo_hash_view(&core));
    mo_buffer_put(&out, (mo_bytes_t){(const uint8_t *)kind->name, strlen(kind->name)});
    MO_CHECK(!out.overflown);
    *maker = mo_keccak256(mo_buffer_view(&out));
    return build.size > 0;
}

/* --- places -------------------------------------------------------------------------------------------------------- */

#define PLACE_SIZE (MO_SNAPSHOT_PLACES / MO_CHAIN_COUNT)

static void write_places(const mo_node_place_t places[MO_CHAIN_COUNT], uint8_t *out)
{
    for (int chain = 0; chain < MO_CHAIN_COUNT; chain++, out += PLACE_SIZE) {
        mo_store_be64(places[chain].number, out);
        mo_store_be64(places[chain].timestamp, out + 8);
        memcpy(out + 16, places[chain].hash.bytes, 32);
    }
}

static void read_places(const uint8_t *bytes, mo_node_place_t places[MO_CHAIN_COUNT])
{
    for (int chain = 0; chain < MO_CHAIN_COUNT; chain++, bytes += PLACE_SIZE) {
        places[chain].number = mo_load_be64(bytes);
        places[chain].timestamp = mo_load_be64(bytes + 8);
        memcpy(places[chain].hash.bytes, bytes + 16, 32);
    }
}

/* Whether both chains have the blocks. */
static mo_err_t ask_places(mo_node_station_t *s, const mo_node_place_t places[MO_CHAIN_COUNT], bool *stand)
{
    mo_block_t *block = malloc(sizeof *block);
    MO_CHECK(block != NULL);
    mo_err_t err = MO_SUCCESS;
    *stand = true;
    for (int chain = 0; chain < MO_CHAIN_COUNT && !mo_failed(err) && *stand; chain++) {
        uint64_t head;
        err = mo_rpc_number(s->rpcs[chain], &head);
        *stand = !mo_failed(err) && head >= places[chain].number;
        if (*stand) {
            err = mo_rpc_block(s->rpcs[chain], MO_AT(places[chain].number), block);
            *stand = !mo_failed(err) && mo_hash_equal(&block->hash, &places[chain].hash);
        }
    }
    free(block);
    /* What a node says now it may say otherwise in a moment. */
    if (err.kind == MO_ERR_PERMANENT) {
        err.kind = MO_ERR_TRANSIENT;
    }
    return err;
}

/* ------------------------------------------------------------------------------------------------------------------- */

static mo_err_t take_one(mo_node_station_t *s, const mo_node_role_t *kind, void *role, const mo_snapshot_t *snapshot,
                         bool *resumed)
{
    mo_node_place_t places[MO_CHAIN_COUNT];
    bool usable = false;
    read_places(snapshot->places, places);
    mo_err_t err = ask_places(s, places, &usable);
    if (!mo_failed(err) && usable) {
        mo_clear(role, kind->size);
        err = mo_snapshot_read(s->store, snapshot, role, &usable);
    }
    if (!mo_failed(err) && usable) {
        err = kind->resume(s, role, resumed);
    }
    return err;
}

mo_err_t mo_node_snapshot_take(mo_node_station_t *s, const mo_node_role_t *kind, void *role,
                               mo_node_place_t places[MO_CHAIN_COUNT], bool *resumed)
{
    mo_hash_t maker;
    mo_snapshot_t snapshot = {.id = INT64_MAX};
    bool found = name_maker(s, kind, &maker);
    mo_err_t err = MO_SUCCESS;
    *resumed = false;
    memset(places, 0, MO_CHAIN_COUNT * sizeof places[0]);
    while (!mo_failed(err) && found && !*resumed) {
        err = mo_snapshot_newest(s->store, snapshot.id, &snapshot, &found);
        if (!mo_failed(err) && found && mo_hash_equal(&snapshot.maker, &maker) && snapshot.size == kind->size) {
            err = take_one(s, kind, role, &snapshot, resumed);
        }
    }
    if (!mo_failed(err) && *resumed) {
        read_places(snapshot.places, places);
    }
    return err;
}

mo_err_t mo_node_snapshot_keep(mo_node_station_t *s, const mo_node_role_t *kind, const void *role,
                               const mo_node_place_t places[MO_CHAIN_COUNT])
{
    mo_snapshot_t snapshot = {.size = kind->size};
    if (!name_maker(s, kind, &snapshot.maker)) {
        return MO_SUCCESS;
    }
    write_places(places, snapshot.places);
    return mo_snapshot_put(s->store, &snapshot, role);
}

/* Times of floor 1, as JSON on standard output: {"unit": "ns", "times": {name: median}, "inputs": {...}}. The inputs let
 * bench.mjs measure other libraries on the same bytes.
 *
 * Each number is the median of ROUNDS rounds of one operation, each round long enough for the clock: the processor's time, of
 * which programs beside this one take none.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "base/hex.h"
#include "eth/header.h"
#include "eth/keccak.h"
#include "eth/secp.h"
#include "eth/state.h"
#include "eth/trie_build.h"
#include "header_chain.h"

#define ROUNDS       11
#define HEADER_BYTES 612
#define ENTRIES_MAX  100000
#define PROOF_NODES  8
#define PROOF_WAYS   16

typedef struct {
    uint8_t header_bytes[MO_HEADER_BYTES_MAX];
    mo_bytes_t header;
    mo_hash_t key[ENTRIES_MAX];
    uint8_t value[ENTRIES_MAX][40];
    mo_trie_entry_t entry[ENTRIES_MAX];
    uint8_t node_bytes[PROOF_NODES * 600];
    mo_bytes_t node[PROOF_NODES];
    mo_trie_proof_t proof;
    mo_secp_key_t secret;
    mo_hash_t digest;
    mo_signature_t signature;
} inputs_t;

static inputs_t in;
static volatile uint8_t sunk; /* keeps results from being optimised away */

static double now(void)
{
    struct timespec t;
    MO_CHECK(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) == 0);
    return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_of(void (*operation)(void), unsigned times)
{
    double round[ROUNDS];
    for (unsigned i = 0; i < ROUNDS; i++) {
        double start = now();
        for (unsigned j = 0; j < times; j++) {
            operation();
        }
        round[i] = (now() - start) / times;
    }
    qsort(round, ROUNDS, sizeof round[0], compare);
    return round[ROUNDS / 2];
}

/* ---- Inputs ---- */

/* Extra data fills the header up to its size. */
static void make_header(void)
{
    static const uint8_t extra[200];
    mo_header_t header = {.fork = MO_HEADER_CANCUN, .number = 22431084, .gas_limit = 36000000, .gas_used = 10325859,
                          .timestamp = 1746612311, .base_fee_per_gas = mo_u256_from_u64(1418171859),
                          .blob_gas_used = 1179648, .excess_blob_gas = 50462720};
    memset(header.logs_bloom.bytes, 0x5a, sizeof header.logs_bloom.bytes);
    for (size_t size = 0; in.header.size != HEADER_BYTES; size++) {
        MO_CHECK(size < sizeof extra);
        header.extra_data = (mo_bytes_t){extra, size};
        mo_buffer_t out = MO_BUFFER(in.header_bytes);
        MO_CHECK(mo_header_encode(&header, &out));
        in.header = mo_buffer_view(&out);
    }
}

static void make_entries(void)
{
    for (size_t i = 0; i < ENTRIES_MAX; i++) {
        uint8_t index[8];
        for (unsigned j = 0; j < 8; j++) {
            index[j] = (uint8_t)(i >> (8 * j));
        }
        in.key[i] = mo_keccak256(MO_BYTES(index));
        memset(in.value[i], index[0] | 1, sizeof in.value[i]);
        memcpy(in.value[i], index, sizeof index);
    }
}

/* A key below seven full branches, as main net's accounts lie: at each depth fifteen others leave its way. */
static void make_proof(void)
{
    static mo_hash_t key[PROOF_NODES * PROOF_WAYS];
    static mo_trie_entry_t entry[PROOF_NODES * PROOF_WAYS];
    static uint8_t account[110];
    memset(account, 0x11, sizeof account);
    size_t count = 1;
    for (size_t depth = 0; depth + 1 < PROOF_NODES; depth++) {
        for (uint8_t way = 1; way < PROOF_WAYS; way++) {
            key[count].bytes[depth / 2] = (uint8_t)(depth % 2 == 0 ? way << 4 : way);
            key[count++].bytes[31] = way;
        }
    }
    for (size_t i = 0; i < count; i++) {
        entry[i] = (mo_trie_entry_t){mo_hash_view(&key[i]), MO_BYTES(account)};
    }
    mo_trie_entry_t asked = entry[0];
    mo_buffer_t bytes = MO_BUFFER(in.node_bytes);
    mo_trie_nodes_t out = {&bytes, in.node, PROOF_NODES, 0};
    mo_trie_entries_t trie = {entry, count};
    in.proof = (mo_trie_proof_t){.key = asked.key, .fixed_keys = true, .nodes = in.node, .count = PROOF_NODES};
    MO_CHECK(mo_trie_prove(trie, (mo_trie_entries_t){&asked, 1}, &out, &in.proof.root) == MO_TRIE_BUILD_OK);
    MO_CHECK(out.count == PROOF_NODES);
}

static void make_signature(void)
{
    memset(in.secret.bytes, 0x42, sizeof in.secret.bytes);
    in.digest = mo_keccak256(MO_BYTES(in.secret.bytes));
    MO_CHECK(mo_secp_sign(&in.secret, &in.digest, &in.signature));
}

/* ---- Operations ---- */

static void hash_block(void)
{
    mo_hash_t hash = mo_keccak256((mo_bytes_t){in.header_bytes, 32});
    sunk = hash.bytes[0];
}

static void hash_header(void)
{
    mo_hash_t hash = mo_keccak256(in.header);
    sunk = hash.bytes[0];
}

static void decode_header(void)
{
    mo_header_t header;
    MO_CHECK(mo_header_decode(in.header, &header) == MO_HEADER_OK);
    sunk = (uint8_t)header.number;
}

static mo_hash_t build_root(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        in.entry[i] = (mo_trie_entry_t){mo_hash_view(&in.key[i]), MO_BYTES(in.value[i])};
    }
    mo_hash_t root;
    MO_CHECK(mo_trie_root((mo_trie_entries_t){in.entry, count}, &root) == MO_TRIE_BUILD_OK);
    return root;
}

static void build_thousand(void)
{
    sunk = build_root(1000).bytes[0];
}

static void build_all(void)
{
    sunk = build_root(ENTRIES_MAX).bytes[0];
}

static void verify_proof(void)
{
    mo_bytes_t value;
    MO_CHECK(mo_trie_lookup(&in.proof, &value) == MO_TRIE_PRESENT);
    sunk = value.data[0];
}

/* What verifying cannot do without: the hash of each node. */
static void hash_proof(void)
{
    for (size_t i = 0; i < PROOF_NODES; i++) {
        mo_hash_t hash = mo_keccak256(in.node[i]);
        sunk = hash.bytes[0];
    }
}

static void sign(void)
{
    mo_signature_t signature;
    MO_CHECK(mo_secp_sign(&in.secret, &in.digest, &signature));
    sunk = signature.r.bytes[0];
}

static void recover(void)
{
    mo_address_t signer;
    MO_CHECK(mo_secp_recover(&in.signature, &in.digest, &signer) == MO_SECP_OK);
    sunk = signer.bytes[0];
}

/* ---- Output ---- */

static void print_hex(const char *before, mo_bytes_t bytes, const char *after)
{
    char text[MO_HEX_TEXT(MO_HEADER_BYTES_MAX)];
    mo_hex_encode(bytes, MO_HEX_PREFIXED, text, sizeof text);
    printf("%s\"%s\"%s", before, text, after);
}

static void print_inputs(void)
{
    print_hex("  \"inputs\": {\n    \"header\": ", in.header, ",\n");
    print_hex("    \"root\": ", mo_hash_view(&in.proof.root), ",\n");
    print_hex("    \"key\": ", in.proof.key, ",\n    \"proof\": [");
    for (size_t i = 0; i < PROOF_NODES; i++) {
        print_hex(i == 0 ? "" : ", ", in.node[i], "");
    }
    printf("],\n    \"chain\": %s", mo_bench_chain_text());
    mo_hash_t root = build_root(1000);
    print_hex(",\n    \"thousand\": ", mo_hash_view(&root), "");
    root = build_root(ENTRIES_MAX);
    print_hex(",\n    \"all\": ", mo_hash_view(&root), "\n  }\n}\n");
}

int main(void)
{
    static const struct {
        const char *name;
        void (*operation)(void);
        unsigned times;
    } rows[] = {
        {"keccak of 32 bytes", hash_block, 20000},
        {"keccak of a header", hash_header, 5000},
        {"decode a header", decode_header, 20000},
        {"verify 256 headers from JSON", mo_bench_scan_chain, 16},
        {"the same by the JSON library", mo_bench_verify_chain, 4},
        {"of that, parsing", mo_bench_parse_chain, 4},
        {"keccak of the 256 headers", mo_bench_hash_chain, 4},
        {"verify a proof of 8 nodes", verify_proof, 2000},
        {"keccak of the 8 nodes", hash_proof, 2000},
        {"sign", sign, 500},
        {"recover", recover, 500},
        {"root of 100,000 entries", build_all, 1},
        {"root of 1,000 entries", build_thousand, 10},
    };
    make_header();
    make_entries();
    make_proof();
    make_signature();
    mo_bench_make_chain();
    printf("{\n  \"unit\": \"ns\",\n  \"times\": {\n");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        printf("    \"%s\": %.1f%s\n", rows[i].name, median_of(rows[i].operation, rows[i].times),
               i + 1 < sizeof rows / sizeof rows[0] ? "," : "");
    }
    printf("  },\n");
    print_inputs();
    return 0;
}

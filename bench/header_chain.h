/* A header chain as a node tells it: the JSON of a batch of eth_getBlockByNumber answers, and the time to verify it. */
#ifndef MO_BENCH_HEADER_CHAIN_H
#define MO_BENCH_HEADER_CHAIN_H

#include "base/bytes.h"

/* Headers in the batch. */
#define MO_BENCH_HEADERS 256

/* Makes a chain of headers as long as main net's, and its JSON. */
void mo_bench_make_chain(void);

/* The batch, as text. */
const char *mo_bench_chain_text(void);

/* Reads the batch as src/chain does (chain/scan.h), hashes each header, and compares hash and parent; the program ends when
 * one is wrong. */
void mo_bench_scan_chain(void);

/* The same by way of the JSON library, which has the verdict on what is of another form. */
void mo_bench_verify_chain(void);

/* The parsing alone, and the hashing alone: where the time goes. */
void mo_bench_parse_chain(void);
void mo_bench_hash_chain(void);

#endif

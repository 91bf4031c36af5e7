/* An archive: what recovery (gateway 7.7) needs of one state of the auxiliary chain, in a file (docs/archive.md).
 *
 *     header of the block      hashes to what the core keeps of its source (4.1)
 *       +- co-gateway          account proof; a storage proof of each stake's inbox, of each redeem's outbox
 *       +- utility token       account proof; a storage proof of each holder's balance
 *
 * Proofs are kept as the node's own answers, verified when they are taken and again whenever they are used: an archive
 * cannot lie, only lack something. What it may lack: a stake that was declared after it was written, when no auxiliary node
 * answers any more. Floor 6.
 */
#ifndef MO_NODE_ARCHIVE_H
#define MO_NODE_ARCHIVE_H

#include <jansson.h>

#include "node/transfer.h"

#define MO_ARCHIVE_PATH_MAX 4096

typedef struct {
    json_t *object;
    mo_block_t block;
} mo_archive_t;

/* Takes one of the state after block `number`, from the auxiliary node: of one account's claims, or of all (NULL). */
MO_MUST_USE mo_err_t mo_archive_take(mo_transfer_desk_t *desk, uint64_t number, const mo_address_t *only, mo_archive_t *archive);

/* Reads DIR/NUMBER.json; the header must have the hash. Errors: permanent, naming the file. */
MO_MUST_USE mo_err_t mo_archive_read(const char *folder, uint64_t number, mo_archive_t *archive);

/* Writes it as DIR/NUMBER.json, whole or not at all. */
MO_MUST_USE mo_err_t mo_archive_write(const char *folder, const mo_archive_t *archive);

void mo_archive_close(mo_archive_t *archive);

/* How many stakes it has a proof of. */
size_t mo_archive_stakes(const mo_archive_t *archive);

typedef enum {
    MO_ARCHIVE_ACCOUNTS, /* name: "coGateway", "utilityToken" */
    MO_ARCHIVE_BALANCES, /* name: a holder's address */
    MO_ARCHIVE_STAKES,   /* name: a message's id; of the co-gateway's inbox */
    MO_ARCHIVE_REDEEMS,  /* the same; of its outbox */
} mo_archive_part_t;

/* The proof of that name, verified; *found false when there is none. Views lie in `memory`. */
MO_MUST_USE mo_err_t mo_archive_prove(const mo_transfer_desk_t *desk, const mo_archive_t *archive, mo_archive_part_t part,
                                      mo_bytes_t name, mo_buffer_t *memory, mo_proof_t *proof, bool *found);

/* The redeems of a sender that it holds, one after the other: *at counts up from 0; false when there is no more. */
bool mo_archive_redeem(const mo_archive_t *archive, size_t *at, mo_transfer_found_t *found);

/* The slot of an account's balance in the utility token (ERC-7201 of "openzeppelin.storage.ERC20"). */
mo_hash_t mo_archive_balance_slot(const mo_address_t *holder);

#endif

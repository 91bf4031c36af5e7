/* Recovery (gateway 7.7): what one key is owed on origin once its core halted, and the calls that pay it.
 *
 *     recovery root fixed?  no --> fixRecoveryRoot, of the last committed source, by two account proofs
 *     balance at Z          > 0, not paid yet --> recoverBalance, signed by the holder
 *     each stake            by the table of 7.7 (bus/recovery.h) --> refundStake
 *     each redeem           by its other table: CLAIM --> recoverRedeem, DELIVER --> row 8 or 10
 *
 * All proofs come out of an archive (node/archive.h): of files, or taken from the auxiliary node now. Floor 6.
 */
#ifndef MO_NODE_RECOVER_H
#define MO_NODE_RECOVER_H

#include "bus/recovery.h"
#include "node/archive.h"
#include "node/transfer_send.h"

/* Claims of one key that are told of; more are paid when the order is given again. */
#define MO_RECOVER_MAX 256

typedef struct {
    const char *name; /* of the function that pays it */
    mo_transfer_found_t found; /* the message; zero: the balance */
    unsigned row;              /* DELIVER: 8 or 10 */
    mo_u256_t amount; /* smallest units */
    mo_recovery_t what;
    bool paid;
    mo_txq_outcome_t outcome;
} mo_recover_claim_t;

typedef struct {
    mo_address_t holder;
    mo_address_t recipient;
    uint64_t root_number; /* height of the meta-block whose source is Z */
    uint64_t block;       /* of the auxiliary chain */
    bool fixed;           /* the root was fixed before */
    size_t missing;       /* stakes of which the archive has no proof */
    mo_recover_claim_t claims[MO_RECOVER_MAX];
    size_t count;
} mo_recover_t;

/* Finds what is owed at the recovery root, or at that which would be fixed. In: folder of archives, NULL: the auxiliary node
 * is asked. Permanent when the core is not halted. Out: *archive, the caller's to close. */
MO_MUST_USE mo_err_t mo_recover_look(mo_transfer_desk_t *desk, const mo_secp_key_t *key, const char *folder,
                                     mo_recover_t *recover, mo_archive_t *archive);

/* Fixes the root when that is left to do, then pays each claim that a call of recovery pays. recover->recipient is who. */
MO_MUST_USE mo_err_t mo_recover_pay(mo_transfer_sender_t *sender, const mo_archive_t *archive, mo_recover_t *recover);

#endif

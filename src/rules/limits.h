/* Named maxima of floor 2's consensus rules, with their arithmetic.
 *
 * Two kinds: limits of the protocol (a contract enforces them too, so nothing larger can reach us) and limits
 * of this library's tables (the chain may grow past them; then the oldest entries are forgotten or the
 * operation is refused with a verdict, and the header of the table says why that is safe).
 *
 * Floor 2.
 */
#ifndef MO_RULES_LIMITS_H
#define MO_RULES_LIMITS_H

/* Protocol: updates that one kernel carries, MAX_UPDATES is 1..64 (interfaces 0.5). */
#define MO_UPDATES_MAX 64

/* Protocol: one validator's weight is below 2^32 (5.2). */
#define MO_WEIGHT_MAX 4294967295u

/* Table: validators that ever had an index. Indices are never reused (5.1), so this counts joins over a
 * core's life: 255 sitting validators, each place refilled 16 times, is 4,080. Memory: 48 bytes each, 192
 * KiB. The sum of all weights is below 4,096 * 2^32 = 2^44, so that no sum of weights overflows 64 bits. */
#define MO_VALIDATORS_MAX 4096

/* Protocol: bytes of one record of a seal: index 4, r 32, yParityAndS 32 (interfaces 0.2). */
#define MO_SEAL_RECORD_SIZE 68

/* Table: signers of one seal. 255 is the largest set that costs are stated for; four times that leaves room.
 */
#define MO_SEAL_SIGNERS_MAX 1024

/* One byte of scheme, then the records: 1 + 1,024 * 68 = 69,633 bytes. */
#define MO_SEAL_SIZE_MAX (1 + MO_SEAL_SIGNERS_MAX * MO_SEAL_RECORD_SIZE)

/* Protocol: headers of one run that AuxiliaryBlockStore.report takes (3.1). */
#define MO_RUN_HEADERS_MAX 256

/* Table: records of reported blocks of the auxiliary chain. One a checkpoint in the usual case: 4,096 * 64
 * blocks * 12 s is 36 days without a finalised checkpoint, more than any core lives through (4.4 c). 152 bytes
 * each, 608 KiB. */
#define MO_POLL_RECORDS_MAX 4096

/* Table: reported checkpoints of origin, false ones included, which anyone can report. Of true
 * ones 4,096 * 32 blocks * 12 s is 18 days without finality. 88 bytes each, 352 KiB. */
#define MO_POLL_ORIGINS_MAX 4096

/* Protocol: the ring of finalised origin state roots that proofs are taken against (3.3). */
#define MO_POLL_ROOTS_MAX 32

/* Table: links with at least one vote. Honest validators make one a dynasty and chain, so this is
 * 1,024 dynasties; while nothing is finalised one a checkpoint: 2,048 * 32 blocks of origin * 12 s is nine
 * days. 240 bytes each, 480 KiB. */
#define MO_POLL_LINKS_MAX 2048

/* Table: signatures kept for seals. 255 validators * 2 chains * 64 dynasties = 32,640; a seal is needed from
 * finality to commit, one challenge period: 4 h are 19 dynasties of 64 blocks of 12 s. 80 bytes each, 2.5
 * MiB. */
#define MO_POLL_SIGNATURES_MAX 32768

/* Table: target heights above the last finalised one that have votes, both chains together; as many as
 * checkpoints. One bit a validator: 528 bytes each, 2.1 MiB. */
#define MO_POLL_BALLOTS_MAX 4096

/* Table: entries of each history (2.6). T(s) is asked of sources not below the last finalised one; entries
 * younger than such a source are made by finalisations while it is the last, so 1,024 is far above what votes
 * can do in the blocks between a checkpoint and its own finality. */
#define MO_POLL_HISTORY_MAX 1024

/* Protocol: source block hashes of committed meta-blocks that the core keeps (4.1). */
#define MO_CORE_SOURCES_MAX 8

/* Table: proposals for the open kernel that are kept; each costs its proposer a bond (4.2). 224 bytes each,
 * 56 KiB.
 */
#define MO_CORE_PROPOSALS_MAX 256

/* Table: proposals whose bond is not settled, over all kernels; each costs its proposer a bond (4.2). Settled ones make
 * room. 72 bytes each, 72 KiB. */
#define MO_ORIGIN_BONDS_MAX 1024

/* Table: accounts that are owed something by one contract at a time (4.1). 56 bytes each, 14 KiB. */
#define MO_LEDGER_MAX 256

/* Table: kernels' heights at which everybody lost (4.6). Each needs a proof of a missed checkpoint: at most one a
 * meta-block, and a core that misses a tenth of its 10,000 is past help. 40 bytes each, 40 KiB. */
#define MO_LOSSES_MAX 1024

/* Table: gateways that were vetoed (gateway 7.5); each costs a validator 1 % of its stake. 20 bytes each. */
#define MO_VETOES_MAX 256

/* Protocol: rolls of committed seals that the registry keeps (5.5). */
#define MO_REGISTRY_ROLLS_MAX 8

#endif

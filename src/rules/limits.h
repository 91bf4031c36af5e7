/* Named maxima of floor 2's consensus rules, with their arithmetic.
 *
 * Two kinds: limits of the protocol (a contract enforces them too, so nothing larger can reach us) and limits of this
 * library's tables (the chain may grow past them; then the oldest entries are forgotten or the operation is refused
 * with a verdict, and the header of the table says why that is safe).
 *
 * Floor 2.
 */
#ifndef MO_RULES_LIMITS_H
#define MO_RULES_LIMITS_H

/* Protocol: updates that one kernel carries, MAX_UPDATES is 1..64 (interfaces 0.5). */
#define MO_UPDATES_MAX 64

/* Protocol: one validator's weight is below 2^32 (5.2). */
#define MO_WEIGHT_MAX 4294967295u

/* Table: validators that ever had an index. Indices are never reused (5.1), so this counts joins over a core's life:
 * 255 sitting validators, each place refilled 16 times, is 4,080. Memory: 48 bytes each, 192 KiB. The sum of all
 * weights is below 4,096 * 2^32 = 2^44, so that no sum of weights can overflow 64 bits. */
#define MO_VALIDATORS_MAX 4096

/* Protocol: bytes of one record of a seal: index 4, r 32, yParityAndS 32 (interfaces 0.2). */
#define MO_SEAL_RECORD_SIZE 68

/* Table: signers of one seal. 255 is the largest set that costs are stated for; four times that leaves room. */
#define MO_SEAL_SIGNERS_MAX 1024

/* One byte of scheme, then the records: 1 + 1,024 * 68 = 69,633 bytes. */
#define MO_SEAL_SIZE_MAX (1 + MO_SEAL_SIGNERS_MAX * MO_SEAL_RECORD_SIZE)

/* Protocol: headers of one run that AuxiliaryBlockStore.report takes (3.1). */
#define MO_RUN_HEADERS_MAX 256

#endif

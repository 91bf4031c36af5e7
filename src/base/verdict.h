/* Verdicts: how hostile input is refused.
 *
 * Each module that judges input from outside lists its verdicts once, in the order of its checks, as an
 * X-macro of (code, name, clause); the enum and the texts come from that one list, so that they cannot drift
 * apart:
 *
 *     #define MO_RLP_VERDICTS(X)                                \
 *         X(MO_RLP_OK, "Ok", "")                                \
 *         X(MO_RLP_TRUNCATED, "RlpTruncated", "3.1")
 *
 *     typedef enum { MO_RLP_VERDICTS(MO_VERDICT_CODE) } mo_rlp_verdict_t;      in the header
 *
 *     switch (verdict) { MO_RLP_VERDICTS(MO_VERDICT_NAME) }                    in the source
 *
 * The first code is always the good one and has the value 0. Names are those of the contracts' custom errors
 * where a contract makes the same check. A clause is a number of docs/protocol.md, or of docs/gateway.md when
 * it begins with "gateway"; it is empty for what is not Mosaic's own rule.
 *
 * Floor 0.
 */
#ifndef MO_BASE_VERDICT_H
#define MO_BASE_VERDICT_H

#define MO_VERDICT_CODE(code, name, clause) code,
#define MO_VERDICT_NAME(code, name, clause)                                                                  \
    case code:                                                                                               \
        return name;
#define MO_VERDICT_CLAUSE(code, name, clause)                                                                \
    case code:                                                                                               \
        return clause;

#endif

#include "chain/fault.h"

#include <stddef.h>
#include <string.h>

/* In the order in which they are looked for: what is more special comes first. */
static const struct {
    const char *words;
    mo_fault_t fault;
} table[] = {
    /* of eth_sendRawTransaction */
    {"already known", MO_FAULT_KNOWN},
    {"alreadyknown", MO_FAULT_KNOWN},
    {"already imported", MO_FAULT_KNOWN},
    {"already_exists", MO_FAULT_KNOWN},
    {"known transaction", MO_FAULT_KNOWN},
    {"tx with same hash", MO_FAULT_KNOWN},
    {"nonce too low", MO_FAULT_NONCE_LOW},
    {"nonce is too low", MO_FAULT_NONCE_LOW},
    {"nonce below", MO_FAULT_NONCE_LOW},
    {"oldnonce", MO_FAULT_NONCE_LOW},
    {"old nonce", MO_FAULT_NONCE_LOW},
    {"underpriced", MO_FAULT_UNDERPRICED},
    {"fee too low", MO_FAULT_UNDERPRICED},
    {"feetoolow", MO_FAULT_UNDERPRICED},
    {"replacementnotallowed", MO_FAULT_UNDERPRICED},
    {"less than block base fee", MO_FAULT_UNDERPRICED},
    {"below current base fee", MO_FAULT_UNDERPRICED},
    {"below configured minimum gas price", MO_FAULT_UNDERPRICED},
    {"insufficient funds", MO_FAULT_NO_FUNDS},
    {"insufficientfunds", MO_FAULT_NO_FUNDS},
    {"upfront cost exceeds account balance", MO_FAULT_NO_FUNDS},
    {"overshot", MO_FAULT_NO_FUNDS},
    /* room may come */
    {"txpool is full", MO_FAULT_LATER},
    {"nonce too high", MO_FAULT_LATER},
    {"nonce too far", MO_FAULT_LATER},
    {"nonce is too distant", MO_FAULT_LATER},
    {"nonce gap", MO_FAULT_LATER},
    /* never: before the words for sizes, which they resemble */
    {"out of gas", MO_FAULT_LASTING},
    {"gas required exceeds", MO_FAULT_LASTING},
    {"intrinsic gas", MO_FAULT_LASTING},
    {"invalid opcode", MO_FAULT_LASTING},
    {"exceeds block gas limit", MO_FAULT_LASTING},
    {"exceeds the configured cap", MO_FAULT_LASTING},
    {"gaslimitexceeded", MO_FAULT_LASTING},
    {"gas limit too high", MO_FAULT_LASTING},
    {"gas limit is too high", MO_FAULT_LASTING},
    {"max code size", MO_FAULT_LASTING},
    {"max initcode size", MO_FAULT_LASTING},
    {"oversized", MO_FAULT_LASTING},
    {"invalid sender", MO_FAULT_LASTING},
    {"invalid signature", MO_FAULT_LASTING},
    {"invalid chain id", MO_FAULT_LASTING},
    {"transaction type not supported", MO_FAULT_LASTING},
    {"revert", MO_FAULT_REVERT},
    /* slower */
    {"rate limit", MO_FAULT_RATE},
    {"too many requests", MO_FAULT_RATE},
    {"request limit", MO_FAULT_RATE},
    {"requests per second", MO_FAULT_RATE},
    {"compute units per second", MO_FAULT_RATE},
    {"daily request count", MO_FAULT_RATE},
    /* states that are gone: reth's window of proofs before the words for ranges */
    {"missing trie node", MO_FAULT_STATE},
    {"historical state", MO_FAULT_STATE},
    {"state is not available", MO_FAULT_STATE},
    {"no state available", MO_FAULT_STATE},
    {"world state unavailable", MO_FAULT_STATE},
    {"is pruned", MO_FAULT_STATE},
    {"proof window", MO_FAULT_STATE},
    {"header not found", MO_FAULT_STATE},
    {"block not found", MO_FAULT_STATE},
    {"unknown block", MO_FAULT_STATE},
    {"blockoutofrange", MO_FAULT_STATE},
    /* smaller */
    {"too large", MO_FAULT_SIZE},
    {"too big", MO_FAULT_SIZE},
    {"too wide", MO_FAULT_SIZE},
    {"too many logs", MO_FAULT_SIZE},
    {"too many blocks", MO_FAULT_SIZE},
    {"too many results", MO_FAULT_SIZE},
    {"block range", MO_FAULT_SIZE},
    {"range limit", MO_FAULT_SIZE},
    {"exceeds limit of", MO_FAULT_SIZE},
    {"exceeds the limit", MO_FAULT_SIZE},
    {"max results", MO_FAULT_SIZE},
    {"results", MO_FAULT_SIZE},
    {"response size", MO_FAULT_SIZE},
    {"size exceeded", MO_FAULT_SIZE},
    {"is limited to", MO_FAULT_SIZE},
    {"limited to", MO_FAULT_SIZE},
    {"query timeout", MO_FAULT_SIZE},
    {"batch", MO_FAULT_SIZE},
};

static bool contains(const char *text, const char *part)
{
    size_t size = strlen(part);
    for (; *text != '\0'; text++) {
        if (strncasecmp(text, part, size) == 0) {
            return true;
        }
    }
    return false;
}

static mo_fault_t fault_of_code(int64_t code)
{
    switch (code) {
    case 3:
        return MO_FAULT_REVERT;
    case -32005:
        return MO_FAULT_SIZE;
    case 429:
    case -32097:
        return MO_FAULT_RATE;
    case -32600:
    case -32601:
    case -32602:
        return MO_FAULT_METHOD;
    default:
        return MO_FAULT_OTHER;
    }
}

mo_fault_t mo_fault_of(int64_t code, const char *message)
{
    /* Executed: whatever the contract's own words are. */
    if (code == 3) {
        return MO_FAULT_REVERT;
    }
    for (size_t i = 0; message != NULL && i < sizeof table / sizeof table[0]; i++) {
        if (contains(message, table[i].words)) {
            return table[i].fault;
        }
    }
    return fault_of_code(code);
}

mo_fault_t mo_fault_of_status(long status)
{
    if (status == 413) {
        return MO_FAULT_SIZE;
    }
    if (status == 429 || status == 420) {
        return MO_FAULT_RATE;
    }
    /* 408 and 425 ask for another try; every other 3xx and 4xx finds fault with the request: its URL, its key. */
    bool refused = status >= 300 && status < 500 && status != 408 && status != 425;
    return refused ? MO_FAULT_METHOD : MO_FAULT_OTHER;
}

mo_err_kind_t mo_fault_kind(mo_fault_t fault)
{
    static const mo_err_kind_t kinds[] = {
#define X(code, kind) [MO_FAULT_##code] = kind,
        MO_FAULTS(X)
#undef X
    };
    return kinds[fault];
}

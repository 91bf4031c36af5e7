/* The command line: verbs and flags as two tables, and the reader that turns arguments into options.
 *
 *     mosaic demo --validators 4 --json
 *            ^^^^ ^^^^^^^^^^^^^^ ^^^^^^
 *            verb flag, value    switch
 *
 * A verb is one word or two ("validator run"). A flag belongs to the verbs whose bit it carries; `--flag value` and
 * `--flag=value` mean the same. `--help` after any verb shows that verb's page. Whatever is wrong is told in one line
 * that names the mend.
 *
 * Floor 7.
 */
#ifndef MO_APP_OPTIONS_H
#define MO_APP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"

/* X(enumerator, words, summary) */
#define MO_APP_VERBS(X)                                                                                                \
    X(DEVNET, "devnet", "two chains, a core, its validators and a facilitator; stays up")                              \
    X(DEMO, "demo", "the same, scripted: meta-blocks commit, value crosses; ends by itself")                           \
    X(VALIDATOR_RUN, "validator run", "one validator of a core")                                                       \
    X(VALIDATOR_DEPOSIT, "validator deposit", "stakes for a validator; the next kernel but one takes it in")           \
    X(VALIDATOR_CANCEL, "validator cancel", "takes a deposit back before a kernel carries it")                         \
    X(VALIDATOR_LOGOUT, "validator logout", "asks to leave")                                                           \
    X(VALIDATOR_RELEASE, "validator release", "starts a leaver's withdrawal delay")                                    \
    X(VALIDATOR_WITHDRAW, "validator withdraw", "pays a released stake out")                                           \
    X(VALIDATOR_REFRESH, "validator refresh", "samples a validator's weight anew")                                     \
    X(VALIDATOR_STATUS, "validator status", "state, weight, stake, and what its guard has signed")                     \
    X(SIGNER, "signer", "the key of votes and its guard in a process of their own")                                    \
    X(KEY_NEW, "key new", "a new key in a keystore file")                                                              \
    X(KEY_IMPORT, "key import", "a key of words, hex or another keystore into a keystore file")                        \
    X(KEY_LIST, "key list", "the keystore files of a folder and their addresses")                                      \
    X(KEY_EXPORT, "key export", "a copy of a keystore file, or with --reveal its bare key")                            \
    X(GUARD_EXPORT, "guard export", "the guard's record of votes as JSON")                                             \
    X(GUARD_IMPORT, "guard import", "merges such a record; it only ever adds")                                         \
    X(DB_CHECK, "db check", "whether a store's file is sound and makes sense")                                         \
    X(FACILITATOR_RUN, "facilitator run", "one facilitator of a core's gateways")                                      \
    X(STAKE, "stake", "moves tokens from origin to the auxiliary chain")                                               \
    X(REDEEM, "redeem", "moves them back")                                                                             \
    X(REVOKE, "revoke", "takes a message back that nobody carries, for a penalty")                                     \
    X(RECOVER, "recover", "after a halt: pays on origin what a key had on the auxiliary chain")                        \
    X(ARCHIVE, "archive", "keeps what recovery needs of each checkpoint, for when no auxiliary node is left")          \
    X(TRANSFER_STATUS, "transfer status", "one message: both chains, what it waits for, who can act, and how")          \
    X(TRANSFER_LIST, "transfer list", "the messages of a pair, or of one sender")                                       \
    X(TRANSFER_FINISH, "transfer finish", "takes whatever step of a message is possible now; no facilitator needed")    \
    X(PROOF, "proof", "the proof of a message that the other chain takes, as JSON")                                    \
    X(TX_LIST, "tx list", "transactions that a role has in flight")                                                    \
    X(TX_CANCEL, "tx cancel", "replace one of them by nothing")                                                        \
    X(WATCH, "watch", "looks for offences on both chains; with --act it proves them")                                  \
    X(SIMULATE, "simulate", "validators under virtual time on modelled chains, with faults; one seed or many")          \
    X(VERSION, "version", "print the version")                                                                         \
    X(HELP, "help", "this page, or a verb's own: mosaic help demo")

typedef enum {
#define X(enumerator, words, summary) MO_APP_VERB_##enumerator,
    MO_APP_VERBS(X)
#undef X
        MO_APP_VERB_COUNT,
} mo_app_verb_t;

#define MO_APP_VALIDATORS_MIN     4
#define MO_APP_VALIDATORS_MAX     12
#define MO_APP_VALIDATORS_DEFAULT 4
#define MO_APP_ORIGIN_PORT        8545
#define MO_APP_AUXILIARY_PORT     9545

/* No account counts so far (EIP-2681). */
#define MO_APP_NONCE_NONE UINT64_MAX

#define MO_APP_PRICE_NONE     UINT64_MAX
#define MO_APP_GAS_LIMIT      1000000
#define MO_APP_INTENT_SECONDS 3600

/* What the arguments asked for. Texts borrow from argv. */
typedef struct {
    mo_app_verb_t verb;
    bool help;          /* --help: show the verb's page instead of running it */
    mo_app_verb_t page; /* help VERB: which page; MO_APP_VERB_COUNT for the first */
    uint64_t validators;
    uint64_t origin_port;
    uint64_t auxiliary_port;
    const char *state;  /* NULL: the verb's default */
    const char *seed;   /* NULL: the same for every devnet */
    const char *config; /* of every verb that speaks to the chains */
    const char *key;
    const char *password_file;     /* NULL: asked for on the terminal */
    const char *old_password_file; /* of the keystore that is imported */
    const char *signer;            /* a signer's socket; NULL: votes are signed in this process */
    const char *socket;
    const char *keys; /* the folder of keystore files */
    const char *words;
    const char *hex;
    const char *keystore;
    const char *path; /* of a key of words; NULL: account 0 */
    const char *address;
    const char *file;
    const char *amount;
    const char *archive;     /* recover: a folder of archives; NULL: the auxiliary node is asked */
    bool once;               /* archive */
    const char *policy;      /* facilitator run; NULL: the default */
    const char *id;          /* of a message: the one word that is no flag */
    const char *to;          /* stake, redeem: the beneficiary; NULL: the sender */
    const char *facilitator; /* who may declare; NULL: anyone */
    const char *inbox;       /* a facilitator's; NULL: declared oneself */
    const char *sender;      /* transfer list */
    uint64_t gas_price;      /* MO_APP_PRICE_NONE: not named */
    uint64_t gas_limit;
    uint64_t seconds;
    bool wait;
    const char *withdrawal;
    const char *validator;
    bool reveal;
    bool dry_run;
    bool prompt_words;
    const char *verify; /* NULL: none */
    const char *trace;  /* simulate: NULL: none */
    uint64_t first_seed;
    uint64_t seeds;
    uint64_t founders; /* 0: by the seed */
    uint64_t minutes;
    uint64_t hours; /* 0: minutes */
    bool json;
    bool accept_reorg; /* validator run, facilitator run */
    const char *chain; /* tx cancel: "origin" or "auxiliary" */
    uint64_t nonce;    /* tx cancel; MO_APP_NONCE_NONE: not named */
    bool act; /* watch */
    bool public_good;
    bool watch; /* devnet: start a watcher too */
} mo_app_options_t;

/* Reads the arguments after the program's name. Errors: MO_ERR_PERMANENT, one line that names the mend. */
MO_MUST_USE mo_err_t mo_app_options_read(int count, char *const *arguments, mo_app_options_t *options);

/* The verb's words, as typed. */
const char *mo_app_verb_words(mo_app_verb_t verb);

/* A line on what the verb does. */
const char *mo_app_verb_summary(mo_app_verb_t verb);

/* One line per flag of a verb; used by the help page. */
void mo_app_flags_print(mo_app_verb_t verb);

#endif

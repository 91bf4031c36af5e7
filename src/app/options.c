#include "app/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/sim.h"

#define BIT(verb) (UINT64_C(1) << MO_APP_VERB_##verb)
#define DEVNETS   (BIT(DEVNET) | BIT(DEMO))
#define ROLES     (BIT(VALIDATOR_RUN) | BIT(FACILITATOR_RUN))
/* Verbs that send a transaction to the registry, and those among them that name whose. */
#define NAMED    (BIT(VALIDATOR_CANCEL) | BIT(VALIDATOR_LOGOUT) | BIT(VALIDATOR_RELEASE) | BIT(VALIDATOR_WITHDRAW) | \
                  BIT(VALIDATOR_REFRESH))
#define SENDING  (NAMED | BIT(VALIDATOR_DEPOSIT))
#define STATUS   BIT(VALIDATOR_STATUS)
#define KEYS     (BIT(KEY_NEW) | BIT(KEY_IMPORT) | BIT(KEY_LIST) | BIT(KEY_EXPORT))
#define GUARDS   (BIT(GUARD_EXPORT) | BIT(GUARD_IMPORT))
#define SIGNING  BIT(SIGNER)
#define UNLOCKED (ROLES | BIT(WATCH) | SENDING | SIGNING | KEYS | MOVING | BIT(TX_CANCEL))
/* Verbs about messages: those that begin one, those that name one, those that send. */
#define BEGINS   (BIT(STAKE) | BIT(REDEEM))
#define OF_ONE   (BIT(REVOKE) | BIT(TRANSFER_STATUS) | BIT(TRANSFER_FINISH) | BIT(PROOF))
#define MOVING   (BEGINS | BIT(REVOKE) | BIT(RECOVER) | BIT(TRANSFER_FINISH))
#define MESSAGES (BEGINS | OF_ONE | BIT(TRANSFER_LIST) | BIT(RECOVER) | BIT(ARCHIVE))
#define EVERY    ((UINT64_C(1) << MO_APP_VERB_COUNT) - 1)

#define TXS      (BIT(TX_LIST) | BIT(TX_CANCEL))

_Static_assert(MO_APP_VERB_COUNT < 64, "a verb is a bit of a uint64_t");

typedef enum {
    KIND_SWITCH,
    KIND_NUMBER,
    KIND_TEXT,
} flag_kind_t;

typedef struct {
    const char *name;
    const char *value; /* how the value is called on the help page; NULL for a switch */
    flag_kind_t kind;
    size_t member; /* where in mo_app_options_t */
    uint64_t least;
    uint64_t most;
    uint64_t verbs;
    const char *text;
    uint64_t wanted; /* verbs that do not go without it */
} flag_t;

#define MEMBER(name) offsetof(mo_app_options_t, name)

static const flag_t FLAGS[] = {
    {"--seed", "S", KIND_NUMBER, MEMBER(first_seed), 0, UINT64_MAX / 2, BIT(SIMULATE), "the seed, or the first of many (1)", 0},
    {"--seeds", "N", KIND_NUMBER, MEMBER(seeds), 1, 1000000, BIT(SIMULATE), "how many seeds, one after the other (1)", 0},
    {"--validators", "N", KIND_NUMBER, MEMBER(founders), MO_SIM_FOUNDERS_MIN, MO_SIM_FOUNDERS_MAX, BIT(SIMULATE),
     "validators that found the core, 4 to 10 (by the seed)", 0},
    {"--minutes", "M", KIND_NUMBER, MEMBER(minutes), 1, 59, BIT(SIMULATE), "virtual minutes with faults (6)", 0},
    {"--hours", "H", KIND_NUMBER, MEMBER(hours), 1, 24, BIT(SIMULATE), "virtual hours with faults instead, 1 to 24", 0},
    {"--trace", "FILE", KIND_TEXT, MEMBER(trace), 0, 0, BIT(SIMULATE), "every line that the trace's hash is over", 0},
    {"--validators", "N", KIND_NUMBER, MEMBER(validators), MO_APP_VALIDATORS_MIN, MO_APP_VALIDATORS_MAX, DEVNETS,
     "validators that found the core, 4 to 12 (4)", 0},
    {"--origin-port", "P", KIND_NUMBER, MEMBER(origin_port), 1, 65535, DEVNETS,
     "port of the origin chain's node (8545)", 0},
    {"--aux-port", "P", KIND_NUMBER, MEMBER(auxiliary_port), 1, 65535, DEVNETS,
     "port of the auxiliary chain's node (9545)", 0},
    {"--state", "DIR", KIND_TEXT, MEMBER(state), 0, 0, BIT(DEVNET),
     "where keys, logs and devnet.json go (.mosaic); made anew at every start", 0},
    {"--state", "DIR", KIND_TEXT, MEMBER(state), 0, 0, BIT(DEMO),
     "where keys, logs and devnet.json go; kept (a temporary one, removed)", 0},
    {"--seed", "TEXT", KIND_TEXT, MEMBER(seed), 0, 0, DEVNETS,
     "derive other keys, hence other addresses, than every devnet's", 0},
    {"--json", NULL, KIND_SWITCH, MEMBER(json), 0, 0, BIT(DEMO),
     "end with one report object on standard output, progress on standard error", 0},
    {"--json", NULL, KIND_SWITCH, MEMBER(json), 0, 0, BIT(SIMULATE), "one object a seed, then one of totals", 0},
    {"--verify", "CMD", KIND_TEXT, MEMBER(verify), 0, 0, BIT(DEMO),
     "run CMD by the shell, the report on its standard input, before the nodes go down;\n"
     "                       the demo fails when CMD does", 0},
    {"--config", "FILE", KIND_TEXT, MEMBER(config), 0, 0, ROLES | SENDING | STATUS,
     "the core's configuration: a devnet.json", ROLES | SENDING | STATUS},
    {"--key", "FILE", KIND_TEXT, MEMBER(key), 0, 0, ROLES | SENDING | SIGNING,
     "the secret key: a keystore, or 0x and 64 hex digits; mode 0600", ROLES | SENDING | SIGNING},
    {"--state", "DIR", KIND_TEXT, MEMBER(state), 0, 0, ROLES, "where this role keeps what it must never forget", ROLES},
    {"--state", "DIR", KIND_TEXT, MEMBER(state), 0, 0, SENDING,
     "where transactions in flight are kept: of the daemon that has this key, which must be\n"
     "                       down meanwhile, or a new one", 0},
    {"--state", "DIR", KIND_TEXT, MEMBER(state), 0, 0, STATUS, "of the daemon or signer: tell what its guard has signed", 0},
    {"--state", "DIR", KIND_TEXT, MEMBER(state), 0, 0, SIGNING | GUARDS | BIT(DB_CHECK),
     "where the store lies", SIGNING | GUARDS | BIT(DB_CHECK)},
    {"--password-file", "FILE", KIND_TEXT, MEMBER(password_file), 0, 0, UNLOCKED & ~BIT(KEY_LIST),
     "the keystore's password, one line; else it is asked for on the terminal", 0},
    {"--signer", "PATH", KIND_TEXT, MEMBER(signer), 0, 0, BIT(VALIDATOR_RUN),
     "votes are signed by 'mosaic signer' at this socket; --key sends transactions only", 0},
    {"--policy", "FILE", KIND_TEXT, MEMBER(policy), 0, 0, BIT(FACILITATOR_RUN),
     "prices, profit floor, allow and deny lists, patience with others (docs/gateway.md 7.10)", 0},
    {"--socket", "PATH", KIND_TEXT, MEMBER(socket), 0, 0, SIGNING, "where to listen, made with mode 0600", SIGNING},
    {"--keys", "DIR", KIND_TEXT, MEMBER(keys), 0, 0, KEYS, "the folder of keystore files, mode 0700", KEYS},
    {"--words-file", "FILE", KIND_TEXT, MEMBER(words), 0, 0, BIT(KEY_IMPORT), "12 to 24 words (BIP-39), one line", 0},
    {"--words", NULL, KIND_SWITCH, MEMBER(prompt_words), 0, 0, BIT(KEY_IMPORT), "ask for the words on the terminal", 0},
    {"--path", "PATH", KIND_TEXT, MEMBER(path), 0, 0, BIT(KEY_IMPORT), "which key of the words (m/44'/60'/0'/0/0)", 0},
    {"--hex-file", "FILE", KIND_TEXT, MEMBER(hex), 0, 0, BIT(KEY_IMPORT), "0x and 64 hex digits, mode 0600", 0},
    {"--keystore", "FILE", KIND_TEXT, MEMBER(keystore), 0, 0, BIT(KEY_IMPORT), "another keystore v3", 0},
    {"--old-password-file", "FILE", KIND_TEXT, MEMBER(old_password_file), 0, 0, BIT(KEY_IMPORT),
     "that keystore's password", 0},
    {"--address", "ADDR", KIND_TEXT, MEMBER(address), 0, 0, BIT(KEY_EXPORT), "which key", BIT(KEY_EXPORT)},
    {"--file", "FILE", KIND_TEXT, MEMBER(file), 0, 0, BIT(KEY_EXPORT) | BIT(GUARD_EXPORT),
     "where to write; nothing may be there", BIT(KEY_EXPORT) | BIT(GUARD_EXPORT)},
    {"--file", "FILE", KIND_TEXT, MEMBER(file), 0, 0, BIT(GUARD_IMPORT), "what to read", BIT(GUARD_IMPORT)},
    {"--reveal", NULL, KIND_SWITCH, MEMBER(reveal), 0, 0, BIT(KEY_EXPORT), "write the bare key, locked by nothing", 0},
    {"--amount", "TOKENS", KIND_TEXT, MEMBER(amount), 0, 0, BIT(VALIDATOR_DEPOSIT),
     "stake, in whole tokens or with a decimal point", BIT(VALIDATOR_DEPOSIT)},
    {"--withdrawal", "ADDR", KIND_TEXT, MEMBER(withdrawal), 0, 0, BIT(VALIDATOR_DEPOSIT),
     "where the stake is ever paid to; cannot be changed", BIT(VALIDATOR_DEPOSIT)},
    {"--validator", "ADDR", KIND_TEXT, MEMBER(validator), 0, 0, NAMED, "whose: its signing address (that of --key)", 0},
    {"--validator", "ADDR", KIND_TEXT, MEMBER(validator), 0, 0, STATUS, "whose: its signing address", STATUS},
    {"--dry-run", NULL, KIND_SWITCH, MEMBER(dry_run), 0, 0, SENDING, "tell what would be sent and its gas; send nothing", 0},
    {"--json", NULL, KIND_SWITCH, MEMBER(json), 0, 0, SENDING | STATUS | KEYS | GUARDS | BIT(DB_CHECK),
     "one object on standard output", 0},
    {"--config", "FILE", KIND_TEXT, MEMBER(config), 0, 0, MESSAGES, "the core's configuration: a devnet.json", MESSAGES},
    {"--key", "FILE", KIND_TEXT, MEMBER(key), 0, 0, MOVING,
     "the key that signs and pays gas: a keystore, or 0x and 64 hex digits; mode 0600", MOVING},
    {"--state", "DIR", KIND_TEXT, MEMBER(state), 0, 0, MOVING,
     "where transactions in flight are kept; wanted unless --dry-run", 0},
    {"--amount", "TOKENS", KIND_TEXT, MEMBER(amount), 0, 0, BEGINS, "in whole tokens or with a decimal point", BEGINS},
    {"--state", "DIR", KIND_TEXT, MEMBER(state), 0, 0, BIT(ARCHIVE), "where the archives go, a file a checkpoint", BIT(ARCHIVE)},
    {"--once", NULL, KIND_SWITCH, MEMBER(once), 0, 0, BIT(ARCHIVE), "write what is there now and end", 0},
    {"--archive", "DIR", KIND_TEXT, MEMBER(archive), 0, 0, BIT(RECOVER),
     "take proofs from there; no auxiliary node is asked", 0},
    {"--to", "ADDR", KIND_TEXT, MEMBER(to), 0, 0, BIT(RECOVER), "who is paid on origin (the key's own address)", 0},
    {"--to", "ADDR", KIND_TEXT, MEMBER(to), 0, 0, BEGINS, "who gets them on the other chain (the key's own address)", 0},
    {"--inbox", "DIR", KIND_TEXT, MEMBER(inbox), 0, 0, BEGINS,
     "a facilitator's inbox: it declares and carries the message, for the reward; without it\n"
     "                       you declare it yourself, with the bounty as your own deposit", 0},
    {"--facilitator", "ADDR", KIND_TEXT, MEMBER(facilitator), 0, 0, BEGINS, "with --inbox: the only one who may declare it (anyone)", 0},
    {"--gas-price", "N", KIND_NUMBER, MEMBER(gas_price), 0, UINT64_MAX - 1, BEGINS,
     "reward: the token's smallest units per gas (with --inbox 1000000000, else 0)", 0},
    {"--gas-limit", "N", KIND_NUMBER, MEMBER(gas_limit), 0, UINT64_MAX, BEGINS, "gas that the reward counts at most (1000000)", 0},
    {"--seconds", "N", KIND_NUMBER, MEMBER(seconds), 1, UINT32_MAX, BEGINS, "within which it must be declared (3600)", 0},
    {"--sender", "ADDR", KIND_TEXT, MEMBER(sender), 0, 0, BIT(TRANSFER_LIST), "only this sender's", 0},
    {"--file", "FILE", KIND_TEXT, MEMBER(file), 0, 0, BIT(PROOF), "where to write (standard output)", 0},
    {"--dry-run", NULL, KIND_SWITCH, MEMBER(dry_run), 0, 0, MOVING, "tell what it costs and what would be sent; send nothing", 0},
    {"--wait", NULL, KIND_SWITCH, MEMBER(wait), 0, 0, (MOVING & ~BIT(RECOVER)) | BIT(TRANSFER_STATUS),
     "until the message has ended, a line on standard error at each step", 0},
    {"--json", NULL, KIND_SWITCH, MEMBER(json), 0, 0, MESSAGES & ~(BIT(PROOF) | BIT(ARCHIVE)), "one object on standard output", 0},
    {"--state", "DIR", KIND_TEXT, MEMBER(state), 0, 0, TXS, "the state folder of the role", TXS},
    {"--config", "FILE", KIND_TEXT, MEMBER(config), 0, 0, BIT(TX_CANCEL), "the core's configuration: a devnet.json", 0},
    {"--key", "FILE", KIND_TEXT, MEMBER(key), 0, 0, BIT(TX_CANCEL), "the secret key of the role", 0},
    {"--chain", "NAME", KIND_TEXT, MEMBER(chain), 0, 0, BIT(TX_CANCEL), "origin or auxiliary", 0},
    {"--nonce", "N", KIND_NUMBER, MEMBER(nonce), 0, UINT64_MAX - 1, BIT(TX_CANCEL), "of the transaction, as tx list shows it", 0},
    {"--json", NULL, KIND_SWITCH, MEMBER(json), 0, 0, TXS, "one object on standard output", 0},
    {"--accept-reorg", NULL, KIND_SWITCH, MEMBER(accept_reorg), 0, 0, ROLES | BIT(WATCH),
     "go on although blocks deeper than the configuration's reorgDepth were replaced", 0},
    {"--config", "FILE", KIND_TEXT, MEMBER(config), 0, 0, BIT(WATCH), "the core's configuration: a devnet.json", 0},
    {"--state", "DIR", KIND_TEXT, MEMBER(state), 0, 0, BIT(WATCH), "where evidence is kept until both chains have it", 0},
    {"--json", NULL, KIND_SWITCH, MEMBER(json), 0, 0, BIT(WATCH), "findings as JSON objects, a line each", 0},
    {"--act", NULL, KIND_SWITCH, MEMBER(act), 0, 0, BIT(WATCH), "prove offences on both chains; wants --key", 0},
    {"--key", "FILE", KIND_TEXT, MEMBER(key), 0, 0, BIT(WATCH),
     "the key that pays for it and has the rewards: a keystore, or 0x and 64 hex digits; mode 0600", 0},
    {"--public-good", NULL, KIND_SWITCH, MEMBER(public_good), 0, 0, BIT(WATCH),
     "with --act: raise challenges too, which cost gas or lock a bond", 0},
    {"--watch", NULL, KIND_SWITCH, MEMBER(watch), 0, 0, BIT(DEVNET), "start a watcher that acts, too", 0},
    {"--help", NULL, KIND_SWITCH, MEMBER(help), 0, 0, EVERY, "this page", 0},
};

#define FLAG_COUNT (sizeof FLAGS / sizeof FLAGS[0])

static const char *const WORDS[] = {
#define X(enumerator, words, summary) words,
    MO_APP_VERBS(X)
#undef X
};

static const char *const SUMMARIES[] = {
#define X(enumerator, words, summary) summary,
    MO_APP_VERBS(X)
#undef X
};

const char *mo_app_verb_words(mo_app_verb_t verb)
{
    return verb < MO_APP_VERB_COUNT ? WORDS[verb] : "";
}

const char *mo_app_verb_summary(mo_app_verb_t verb)
{
    return verb < MO_APP_VERB_COUNT ? SUMMARIES[verb] : "";
}

static int word_count(const char *words)
{
    return strchr(words, ' ') == NULL ? 1 : 2;
}

/* Whether the arguments begin with the verb's words. */
static bool verb_matches(const char *words, int count, char *const *arguments)
{
    if (count < word_count(words)) {
        return false;
    }
    char typed[64];
    const int length = word_count(words) == 1 ? snprintf(typed, sizeof typed, "%s", arguments[0])
                                              : snprintf(typed, sizeof typed, "%s %s", arguments[0], arguments[1]);
    return length > 0 && (size_t)length < sizeof typed && strcmp(typed, words) == 0;
}

/* The verb at the head of the arguments, MO_APP_VERB_COUNT for none. */
static mo_app_verb_t verb_find(int count, char *const *arguments)
{
    int verb = 0;
    while (verb < MO_APP_VERB_COUNT && !verb_matches(WORDS[verb], count, arguments)) {
        ++verb;
    }
    return (mo_app_verb_t)verb;
}

static mo_err_t verb_unknown(int count, char *const *arguments)
{
    for (int verb = 0; verb < MO_APP_VERB_COUNT; ++verb) {
        const size_t head = strcspn(WORDS[verb], " ");
        if (word_count(WORDS[verb]) == 2 && strlen(arguments[0]) == head &&
            strncmp(WORDS[verb], arguments[0], head) == 0) {
            return mo_err(MO_ERR_PERMANENT, "'%s%s%.40s' is no verb: it is 'mosaic %s'", arguments[0],
                          count > 1 ? " " : "", count > 1 ? arguments[1] : "", WORDS[verb]);
        }
    }
    return mo_err(MO_ERR_PERMANENT, "'%.60s' is no verb: 'mosaic help' lists them", arguments[0]);
}

static const flag_t *flag_find(mo_app_verb_t verb, const char *name, size_t length)
{
    for (size_t i = 0; i < FLAG_COUNT; ++i) {
        if ((FLAGS[i].verbs & (UINT64_C(1) << verb)) != 0 && strlen(FLAGS[i].name) == length &&
            strncmp(FLAGS[i].name, name, length) == 0) {
            return &FLAGS[i];
        }
    }
    return NULL;
}

static mo_err_t number_read(const flag_t *flag, const char *text, uint64_t *number)
{
    char *end = NULL;
    errno = 0;
    const unsigned long long value = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || value < flag->least || value > flag->most) {
        return mo_err(MO_ERR_PERMANENT, "%s takes a number from %llu to %llu, not '%.40s'", flag->name,
                      (unsigned long long)flag->least, (unsigned long long)flag->most, text);
    }
    *number = value;
    return MO_SUCCESS;
}

/* Stores a flag's value where its row says. `text` is NULL for a switch. */
static mo_err_t flag_store(const flag_t *flag, const char *text, mo_app_options_t *options)
{
    char *const member = (char *)options + flag->member;
    switch (flag->kind) {
    case KIND_SWITCH:
        *(bool *)(void *)member = true;
        return MO_SUCCESS;
    case KIND_TEXT:
        *(const char **)(void *)member = text;
        return MO_SUCCESS;
    case KIND_NUMBER:
        return number_read(flag, text, (uint64_t *)(void *)member);
    }
    return mo_err(MO_ERR_PERMANENT, "%s is of no kind", flag->name);
}

/* Reads the flag at arguments[0] and its value; `taken` is how many arguments that were. */
static mo_err_t flag_read(int count, char *const *arguments, mo_app_options_t *options, int *taken)
{
    const char *const verb = WORDS[options->verb];
    const size_t length = strcspn(arguments[0], "=");
    const char *const inlined = arguments[0][length] == '=' ? arguments[0] + length + 1 : NULL;
    const flag_t *const flag = flag_find(options->verb, arguments[0], length);
    *taken = 1;
    if (flag == NULL) {
        return mo_err(MO_ERR_PERMANENT, "'%.60s' is no flag of 'mosaic %s': 'mosaic help %s' lists them", arguments[0],
                      verb, verb);
    }
    if (flag->kind == KIND_SWITCH) {
        return inlined == NULL ? flag_store(flag, NULL, options)
                               : mo_err(MO_ERR_PERMANENT, "%s takes no value: write it alone", flag->name);
    }
    const char *const text = inlined != NULL ? inlined : count > 1 ? arguments[1] : NULL;
    *taken = inlined != NULL ? 1 : 2;
    if (text == NULL || text[0] == '\0') {
        return mo_err(MO_ERR_PERMANENT, "%s wants a value: %s %s", flag->name, flag->name, flag->value);
    }
    return flag_store(flag, text, options);
}

static mo_err_t transactions_check(const mo_app_options_t *options)
{
    const bool cancel = options->verb == MO_APP_VERB_TX_CANCEL;
    const char *const missing = options->state == NULL                              ? "--state DIR"
                                : !cancel                                           ? NULL
                                : options->config == NULL                           ? "--config FILE"
                                : options->key == NULL                              ? "--key FILE"
                                : options->chain == NULL                            ? "--chain NAME"
                                : options->nonce == MO_APP_NONCE_NONE               ? "--nonce N"
                                                                                    : NULL;
    if (missing != NULL) {
        return mo_err(MO_ERR_PERMANENT, "'mosaic %s' wants %s: 'mosaic help %s' tells more", WORDS[options->verb], missing,
                      WORDS[options->verb]);
    }
    if (cancel && strcmp(options->chain, "origin") != 0 && strcmp(options->chain, "auxiliary") != 0) {
        return mo_err(MO_ERR_PERMANENT, "--chain takes origin or auxiliary, not '%.40s'", options->chain);
    }
    return MO_SUCCESS;
}

static mo_err_t watch_check(const mo_app_options_t *options)
{
    if (options->config == NULL || options->state == NULL) {
        return mo_err(MO_ERR_PERMANENT, "'mosaic watch' wants %s: 'mosaic help watch' tells more",
                      options->config == NULL ? "--config FILE" : "--state DIR");
    }
    if (options->act != (options->key != NULL)) {
        return mo_err(MO_ERR_PERMANENT, "--act and --key FILE go together: without --act nothing is signed");
    }
    if (options->public_good && !options->act) {
        return mo_err(MO_ERR_PERMANENT, "--public-good says what to raise with --act: give both");
    }
    return MO_SUCCESS;
}

/* The first flag that the verb does not go without and that is not there; NULL for none. */
static const flag_t *flag_missing(const mo_app_options_t *options)
{
    for (size_t i = 0; i < FLAG_COUNT; ++i) {
        const char *const member = (const char *)options + FLAGS[i].member;
        if ((FLAGS[i].wanted & (UINT64_C(1) << options->verb)) != 0 && *(const char *const *)(const void *)member == NULL) {
            return &FLAGS[i];
        }
    }
    return NULL;
}

static mo_err_t messages_check(const mo_app_options_t *options)
{
    const uint64_t bit = UINT64_C(1) << options->verb;
    if ((bit & OF_ONE) != 0 && options->id == NULL) {
        return mo_err(MO_ERR_PERMANENT, "'mosaic %s' wants the ID of a message: 'mosaic transfer list' tells them",
                      WORDS[options->verb]);
    }
    if ((bit & MOVING) != 0 && options->state == NULL && !options->dry_run) {
        return mo_err(MO_ERR_PERMANENT, "'mosaic %s' wants --state DIR, or --dry-run", WORDS[options->verb]);
    }
    if (options->facilitator != NULL && options->inbox == NULL) {
        return mo_err(MO_ERR_PERMANENT, "--facilitator names who may declare what --inbox hands over: give both");
    }
    return MO_SUCCESS;
}

/* What must be named and what must not agree. */
static mo_err_t options_check(const mo_app_options_t *options)
{
    const uint64_t bit = UINT64_C(1) << options->verb;
    if (options->help) {
        return MO_SUCCESS;
    }
    const flag_t *const missing = flag_missing(options);
    if (missing != NULL) {
        return mo_err(MO_ERR_PERMANENT, "'mosaic %s' wants %s %s: 'mosaic help %s' tells more", WORDS[options->verb],
                      missing->name, missing->value, WORDS[options->verb]);
    }
    if ((bit & MESSAGES) != 0) {
        return messages_check(options);
    }
    if ((bit & TXS) != 0) {
        return transactions_check(options);
    }
    if (options->verb == MO_APP_VERB_WATCH) {
        return watch_check(options);
    }
    if ((bit & DEVNETS) != 0 && options->origin_port == options->auxiliary_port) {
        return mo_err(MO_ERR_PERMANENT,
                      "both chains would listen on port %llu: give --origin-port and --aux-port different values",
                      (unsigned long long)options->origin_port);
    }
    return MO_SUCCESS;
}

static mo_err_t help_read(int count, char *const *arguments, mo_app_options_t *options)
{
    if (count == 0) {
        return MO_SUCCESS;
    }
    options->page = verb_find(count, arguments);
    const bool known = options->page < MO_APP_VERB_COUNT && word_count(WORDS[options->page]) == count;
    return known ? MO_SUCCESS : verb_unknown(count, arguments);
}

static mo_err_t flags_read(int count, char *const *arguments, mo_app_options_t *options)
{
    for (int at = 0, taken = 1; at < count; at += taken) {
        if (strcmp(arguments[at], "-h") == 0) {
            options->help = true;
            taken = 1;
            continue;
        }
        if (arguments[at][0] != '-' && options->id == NULL && (OF_ONE & (UINT64_C(1) << options->verb)) != 0) {
            options->id = arguments[at];
            taken = 1;
            continue;
        }
        if (arguments[at][0] != '-') {
            return mo_err(MO_ERR_PERMANENT, "'mosaic %s' takes flags only, not '%.60s': 'mosaic help %s' lists them",
                          WORDS[options->verb], arguments[at], WORDS[options->verb]);
        }
        const mo_err_t err = flag_read(count - at, arguments + at, options, &taken);
        if (mo_failed(err)) {
            return err;
        }
    }
    return options_check(options);
}

mo_err_t mo_app_options_read(int count, char *const *arguments, mo_app_options_t *options)
{
    *options = (mo_app_options_t){.verb = MO_APP_VERB_HELP,
                                  .page = MO_APP_VERB_COUNT,
                                  .validators = MO_APP_VALIDATORS_DEFAULT,
                                  .first_seed = 1,
                                  .seeds = 1,
                                  .minutes = MO_SIM_MINUTES_DEFAULT,
                                  .origin_port = MO_APP_ORIGIN_PORT,
                                  .auxiliary_port = MO_APP_AUXILIARY_PORT,
                                  .nonce = MO_APP_NONCE_NONE,
                                  .gas_price = MO_APP_PRICE_NONE,
                                  .gas_limit = MO_APP_GAS_LIMIT,
                                  .seconds = MO_APP_INTENT_SECONDS};
    if (count == 0 || strcmp(arguments[0], "--help") == 0 || strcmp(arguments[0], "-h") == 0) {
        return MO_SUCCESS;
    }
    if (strcmp(arguments[0], "--version") == 0 && count == 1) {
        options->verb = MO_APP_VERB_VERSION;
        return MO_SUCCESS;
    }
    options->verb = verb_find(count, arguments);
    if (options->verb == MO_APP_VERB_COUNT) {
        return verb_unknown(count, arguments);
    }
    const int words = word_count(WORDS[options->verb]);
    const mo_err_t err = options->verb == MO_APP_VERB_HELP ? help_read(count - words, arguments + words, options)
                                                           : flags_read(count - words, arguments + words, options);
    if (!mo_failed(err) && options->help) {
        options->page = options->verb;
        options->verb = MO_APP_VERB_HELP;
    }
    return err;
}

void mo_app_flags_print(mo_app_verb_t verb)
{
    for (size_t i = 0; i < FLAG_COUNT; ++i) {
        if ((FLAGS[i].verbs & (UINT64_C(1) << verb)) == 0) {
            continue;
        }
        char head[40];
        (void)snprintf(head, sizeof head, "%s %s", FLAGS[i].name, FLAGS[i].value == NULL ? "" : FLAGS[i].value);
        printf("    %-19s%s\n", head, FLAGS[i].text);
    }
}

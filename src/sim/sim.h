/* The simulator: the validators' own object code under virtual time, over two modelled chains, with every fault that an
 * operator fears, and independent checkers that look on after each step.
 *
 *      seed ---> rng ----+------------+--------------+---------------+
 *                        v            v              v               v
 *                   fault.c      adversary.c     chain.c          node.c
 *                 forks, crashes  votes, calls   block trees      one driver per validator
 *                 silence, RPC    of bad faith   two lanes each   (as node/drive.h drives a real one)
 *                        |            |              ^  |             |      ^
 *                        |            |              |  | headers,    |      | guard, bound: a crash at a
 *                        |            |              |  | logs        v      | write point loses what is
 *                        |            |              |  +-------> src/role   | not synced
 *                        |            |              |                |      v
 *                        |            +-- calls ---> mempools <-------+   store.c
 *                        |                           |  delay, loss, order
 *                        v                           v
 *                    world.c: time          auxiliary.c, origin.c, registry.c: the contracts, by src/rules (the same rules)
 *                    owner.c: stakes               |
 *                                                    |
 *                                                    v  every signature, vote, finality, commit, relay
 *                                  check*.c: the protocol once more, from its text and not from the rules' code
 *                                                    |
 *                                                    v
 *                                  trace.c: one line a fact, one hash over all: same seed, same bytes
 *
 * A run has two phases. In the first faults come as the seed's world has them; no checker may ever find a violation. Then
 * they stop (the chains agree again, whoever was down starts, lost calls arrive), and the honest must go on: a higher
 * checkpoint final, a meta-block committed, within MO_SIM_HEALED_EPOCHS epochs.
 *
 * Modelled: a chain is a tree of blocks with real headers and hashes and up to two living branches (lanes); each
 * validator sees the tip of its own endpoint's lane with a delay. Signatures and their checks are real. A state root is
 * a hash of what the block holds, and a proof under it is replaced by the value that the root stands for: who relays is
 * believed exactly when that value is right. The producers of the auxiliary chain keep to clause 2.9, and to the highest
 * justified checkpoint; origin never takes back what its node calls final.
 *
 * Validators come and go as their owners wish (5.1): founders and later ones deposit, log out, release and withdraw;
 * kernels carry what waits in the registry's queues, and whoever has its stake released may switch off. Owners ask for
 * nothing that would leave traitors and the silent a third: that is the assumption, not a finding.
 *
 * A watcher (role/watcher.h) is a node too: who is proven guilty by votes that it was shown is slashed on both chains
 * within two epochs. Senders, three facilitators (role/facilitator.h) and a stranger move messages through both gateways
 * (pair.h): facilitators race and vanish, the stranger is greedy and knows every secret, senders revoke. After each block
 * the escrow is what circulates and is in flight; and from a halt at that block recovery pays the escrow out, to the unit.
 *
 * Assumed, since the protocol does not survive it (2.9, 4.4 b): where there are traitors, producers of the auxiliary chain
 * never drop a recorded justification, for a signer slashed meanwhile would be missing when its vote is recorded again, and
 * only 4.4 (c) leads on; nobody proves a missed checkpoint that a slash left without a seal.
 *
 * What it does not do: nonces and fees (src/chain), SQLite (src/store), senders' signatures, challenges (4.4), losses of
 * everybody (4.6), presence, vetoes, deactivation, base-token pairs; the watcher does not crash. No input or output, no
 * clock, no threads: lines go to the caller's `say`. Memory: about 12 MiB a validator, 40 for the watcher, 30 for the
 * chains. Floor 6.
 */
#ifndef MO_SIM_SIM_H
#define MO_SIM_SIM_H

#include "base/bytes.h"

/* Validators that found the core, by config or by seed; those that join later come on top. */
#define MO_SIM_FOUNDERS_MIN 4
#define MO_SIM_FOUNDERS_MAX 10

/* Length of the first phase when nothing else is asked for; short, so that two hundred seeds fit into `make test`. */
#define MO_SIM_MINUTES_DEFAULT 6

/* Epochs of the auxiliary chain in which the healed world must finalise and commit. */
#define MO_SIM_HEALED_EPOCHS 40

/* The worlds; a seed lives in world seed % MO_SIM_WORLDS. X(code, name) */
#define MO_SIM_WORLD_LIST(X)                                                                                 \
    X(CALM, "calm")               /* no faults: counts what work is done twice */                            \
    X(CRASHES, "crashes")         /* kill at write points, restarts, lost calls, endpoints in trouble */      \
    X(REORGANISED, "reorganised") /* both chains take blocks back, within what is final */                   \
    X(SPLIT, "split")             /* two branches of the auxiliary chain live side by side for a while */     \
    X(SILENT, "silent")           /* some never speak; the set of validators changes all the time */         \
    X(BYZANTINE, "byzantine")     /* below a third votes in bad faith and calls what it must not */          \
    X(STORM, "storm")             /* all of it */                                                            \
    X(TRAITORS, "traitors")       /* a third or more votes on both branches: safety may go, evidence may not */

typedef enum {
#define X(code, name) MO_SIM_WORLD_##code,
    MO_SIM_WORLD_LIST(X)
#undef X
        MO_SIM_WORLDS
} mo_sim_world_kind_t;

const char *mo_sim_world_name(mo_sim_world_kind_t kind);

#define MO_SIM_LINE_MAX 240

/* Of the table of messages (gateway 7.4). */
#define MO_SIM_ROWS 11

typedef struct {
    uint64_t seed;
    uint64_t validators; /* founders; 0: by the seed */
    uint64_t minutes;    /* of virtual time in the first phase; 0: MO_SIM_MINUTES_DEFAULT */
    void (*say)(void *context, const char *line); /* each line of the trace; NULL: nobody listens */
    void *context;
} mo_sim_config_t;

/* Write points of a validator's store, each hit before and after it is durable. */
typedef enum {
    MO_SIM_WRITE_GUARD,  /* a signature */
    MO_SIM_WRITE_BOUND,  /* what was final (2.9) */
    MO_SIM_WRITE_FLIGHT, /* a call, before it is sent */
    MO_SIM_WRITES,
} mo_sim_write_t;

/* What is done with a stake (5.1, 5.2, 5.5). X(code, name) */
#define MO_SIM_VERB_LIST(X)                                                                                  \
    X(DEPOSIT, "deposit")                                                                                    \
    X(CANCEL, "cancel")                                                                                      \
    X(LOGOUT, "logout")                                                                                      \
    X(RELEASE, "release")                                                                                    \
    X(WITHDRAW, "withdraw")                                                                                  \
    X(REFRESH, "refresh")                                                                                    \
    X(LEAK, "leak")                                                                                          \
    X(COLLECT, "collect")

typedef enum {
#define X(code, name) MO_SIM_VERB_##code,
    MO_SIM_VERB_LIST(X)
#undef X
        MO_SIM_VERBS
} mo_sim_verb_t;

typedef struct {
    bool violated;
    char violation[MO_SIM_LINE_MAX]; /* what, where, clause; empty when none */
    mo_sim_world_kind_t world;
    uint64_t validators;  /* that founded the core */
    uint64_t virtual_ms;
    uint64_t blocks;      /* of both chains, on all branches */
    uint64_t signatures;  /* that left an honest validator */
    uint64_t finalised;   /* checkpoints of the auxiliary chain, on all branches */
    uint64_t committed;   /* meta-blocks on origin's last branch */
    uint64_t enforced;    /* kernels that came into force */
    uint64_t forks;
    uint64_t restarts;    /* after a crash */
    uint64_t replays;     /* of roles, for whatever reason */
    uint64_t slashed;
    uint64_t findings;    /* of the watcher */
    uint64_t calls;       /* mined for validators */
    uint64_t wasted;      /* of those, reverted */
    uint64_t rows[MO_SIM_ROWS];   /* of gateway 7.4, carried out, by number less 1 */
    uint64_t recovered;           /* halts, at each block of origin, from which recovery paid the whole escrow */
    uint64_t verbs[MO_SIM_VERBS]; /* that a stake's owners, or others, carried out */
    uint64_t conflicts;   /* pairs of finalised checkpoints that exclude each other; only among traitors */
    uint64_t crashes[MO_SIM_WRITES][2]; /* at a write point: before, after it was durable */
    mo_hash_t trace;      /* over every line */
} mo_sim_report_t;

typedef struct mo_sim mo_sim_t;

/* Memory for runs, one after the other; NULL when there is none. */
mo_sim_t *mo_sim_open(void);

/* One run from its seed. It ends at the first violation. */
void mo_sim_run(mo_sim_t *sim, const mo_sim_config_t *config, mo_sim_report_t *report);

void mo_sim_close(mo_sim_t *sim);

#endif

#include "app/help.h"

#include <stdio.h>

static const char FIRST_HEAD[] =
    "Mosaic: one chain's finality for another. Validators with stake on the origin chain vote blocks of an\n"
    "auxiliary chain final, and seal them back into the origin chain, one meta-block after the other.\n"
    "\n"
    "    auxiliary   ...-[ ]-[ ]-[ ]-[ ]-[ ]-[ ]-[ ]-[ ]-[ ]-[ ]-[ ]-...   many cheap blocks\n"
    "                        \\ votes /       \\ votes /       \\ votes /\n"
    "    origin      .......[ B1 ]..........[ B2 ]..........[ B3 ].......   few meta-blocks\n"
    "\n"
    "Try it (two real chains on this machine; nothing leaves it):\n"
    "\n"
    "    mosaic demo                 under three minutes, from nothing to three committed meta-blocks\n"
    "    mosaic devnet               the same chains to build on; stays up until Ctrl-C\n"
    "\n"
    "Verbs:\n"
    "\n";

static const char FIRST_TAIL[] =
    "\n"
    "Environment:\n"
    "\n"
    "    MOSAIC_ANVIL        the anvil binary to run (else node_modules/.bin/anvil, else PATH)\n"
    "    TMPDIR              where a demo keeps its temporary state (/tmp)\n"
    "    NO_COLOR            when set, the live picture has no colours\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 something must be mended first, 3 refused for safety, 130 Ctrl-C.\n";

/* What each verb's page says below its flags. */
static const char *const PAGES[] = {
    [MO_APP_VERB_DEVNET] =
        "Starts two anvil chains, deploys everything, deposits for N validators, opens the core and runs each\n"
        "validator and a facilitator as a process of its own. When the first meta-block is committed it links the\n"
        "gateway pair. Prints addresses, ports and where the keys lie. Ctrl-C ends all of it.\n"
        "\n"
        "    DIR/devnet.json          chain ids, URLs, addresses: what `mosaic validator run --config` reads\n"
        "    DIR/keys/*.key           the secret keys, each named after its role\n"
        "    DIR/validator-0/log      what a validator did; likewise facilitator, origin, auxiliary\n"
        "    DIR/facilitator/inbox    put a signed intent here and the facilitator declares it\n",
    [MO_APP_VERB_DEMO] =
        "A devnet that plays its part and ends: a fifth validator joins, 16 senders make 3,000 transfers on the\n"
        "auxiliary chain, a stake is minted and a redeem is unstaked by hash lock, and meta-blocks commit until\n"
        "three are on the origin chain and their kernels are in force. On a terminal it shows a live picture,\n"
        "elsewhere plain lines with the time since the start.\n"
        "\n"
        "The report holds what was read from the chains, and all that is needed to read it again: URLs, chain\n"
        "ids, addresses, transaction hashes. A verifier that wants the live chains goes in by --verify:\n"
        "\n"
        "    mosaic demo --json --verify 'node tests/reread.mjs'\n",
    [MO_APP_VERB_VALIDATOR_RUN] =
        "Watches both chains, reports headers, recomputes transitions, votes, proposes, commits and relays\n"
        "kernels until Ctrl-C. DIR holds its record of votes: never run two with one key, never delete it.\n",
    [MO_APP_VERB_VALIDATOR_DEPOSIT] =
        "--key is the validator's signing key; it holds the stake tokens and pays the gas. Two transactions: the\n"
        "registry may pull the stake, then the deposit. The withdrawal address is for ever.\n",
    [MO_APP_VERB_VALIDATOR_CANCEL] = "--key is that of the withdrawal address. The signing key cannot come back.\n",
    [MO_APP_VERB_VALIDATOR_LOGOUT] =
        "--key is the validator's own, or that of its withdrawal address. Keep the validator running until its\n"
        "hand-over is committed: 'mosaic validator status' tells.\n",
    [MO_APP_VERB_VALIDATOR_RELEASE] = "Anyone may, once the hand-over is committed or the core is halted.\n",
    [MO_APP_VERB_VALIDATOR_WITHDRAW] = "Anyone may, after the delay; the withdrawal address is paid.\n",
    [MO_APP_VERB_VALIDATOR_REFRESH] = "Anyone may; queued when the reputation gives another weight than before.\n",
    [MO_APP_VERB_VALIDATOR_STATUS] = "Reads the registry and, with --state, the guard's record. Sends nothing.\n",
    [MO_APP_VERB_SIGNER] =
        "Listens on a Unix socket for 'mosaic validator run --signer PATH' of the same user, until Ctrl-C. DIR holds\n"
        "its record of votes: never run two with one key, never delete it (docs/guard.md).\n",
    [MO_APP_VERB_KEY_NEW] = "Writes DIR/ADDRESS.json (keystore v3, scrypt), mode 0600.\n",
    [MO_APP_VERB_KEY_IMPORT] = "From one of --words, --words-file, --hex-file and --keystore.\n",
    [MO_APP_VERB_KEY_LIST] = "One line a key: its address and its file.\n",
    [MO_APP_VERB_KEY_EXPORT] = "A keystore is copied as it is, still locked. Files are of mode 0600.\n",
    [MO_APP_VERB_GUARD_EXPORT] = "With the daemon or signer down, so that nothing is signed after it (docs/guard.md).\n",
    [MO_APP_VERB_GUARD_IMPORT] = "Into the store in DIR, made when it is not there (docs/guard.md).\n",
    [MO_APP_VERB_DB_CHECK] = "May run beside the daemon. Exit status 1 when a store is damaged.\n",
    [MO_APP_VERB_FACILITATOR_RUN] =
        "Declares the signed intents that it finds in DIR/inbox, and carries every message of its own to its end on\n"
        "both chains until Ctrl-C; another's message that stays undelivered it delivers by proof, for the reward.\n"
        "Says what it earned and spent, at the policy's prices.\n",
    [MO_APP_VERB_STAKE] =
        "Locks tokens at the gateway; as many utility tokens are minted on the auxiliary chain, less the reward of\n"
        "whoever carries the message. With --inbox a facilitator carries it; it pulls what you have approved (one\n"
        "transaction of yours). Without, you declare it yourself (approve, a deposit of the bounty, declare) and\n"
        "--wait carries it across, at no reward.\n"
        "\n"
        "    mosaic stake --amount 10 --config devnet.json --key me.key --state me --inbox DIR/inbox --wait\n",
    [MO_APP_VERB_REDEEM] =
        "Burns utility tokens on the auxiliary chain; as many of the staked ones are released on origin, less the\n"
        "reward. --inbox, --wait and the rest are those of 'mosaic stake'.\n",
    [MO_APP_VERB_REVOKE] =
        "--key is the sender's. Pays the penalty (one and a half bounties) into its ledger; not before the delay of\n"
        "the gateway, unless the sender declared it. It cannot be withdrawn: with --wait both boxes are brought to\n"
        "their end, Revoked, or Progressed when the delivery was faster (the penalty comes back then).\n",
    [MO_APP_VERB_RECOVER] =
        "After a halt of the core. Fixes the recovery root if nobody did; then pays the balance that --key held at it,\n"
        "refunds its stakes that were not minted by then, and pays its redeems whose revocation was declared. What\n"
        "redeems deliver, 'mosaic transfer finish' does. With --archive no auxiliary node is needed. Each claim is\n"
        "paid once; the verb may be given again. Balances of contracts cannot be recovered (docs/gateway.md 7.7).\n",
    [MO_APP_VERB_ARCHIVE] =
        "Writes DIR/NUMBER.json for each checkpoint of the auxiliary chain from the last committed one on, until\n"
        "Ctrl-C (docs/archive.md). Sends nothing and needs no key.\n",
    [MO_APP_VERB_TRANSFER_STATUS] =
        "Asks both chains: the boxes' states, the newest root that each knows of the other and what it shows, which\n"
        "row of the table (docs/gateway.md 7.4) is possible now or what it waits for, and the command to act oneself.\n"
        "Sends nothing. Exit status 1: no such message is declared.\n",
    [MO_APP_VERB_TRANSFER_LIST] = "One line a message, oldest first by chain: id, kind, amount, both states. Sends nothing.\n",
    [MO_APP_VERB_TRANSFER_FINISH] =
        "By a secret, when --key declared the message or the secret was shown on a chain; else by proof, with the\n"
        "newest roots alone. Whoever delivers by proof gets the reward. With --wait until both boxes have ended;\n"
        "without, the steps that are possible now: exit status 1 when there is none, and why.\n",
    [MO_APP_VERB_PROOF] =
        "Header, account proof and slot proof of the box that the next step rests on, verified, under the newest root\n"
        "that the other chain knows: what provePeer, deliver and the others take.\n",
    [MO_APP_VERB_TX_LIST] =
        "Reads the store of a role, which may be running: what it has sent and not seen mined, what it bids in wei\n"
        "per gas, and for how long.\n",
    [MO_APP_VERB_TX_CANCEL] =
        "Replaces a transaction in flight by an empty transfer of the key to itself, at an eighth more. The role\n"
        "must not be running (exit status 3); it goes on bidding for the empty transfer when it is started again,\n"
        "and repeats the cancelled work if it still finds it due.\n",
    [MO_APP_VERB_SIMULATE] =
        "Runs the validators' own object code under virtual time on two modelled chains, with crashes, forks,\n"
        "silence and bad faith as the seed has them; then everything heals and they must go on. Checkers that\n"
        "know the protocol look on. The same seed gives the same trace, byte by byte. Exit status 1: a violation.\n"
        "\n"
        "    mosaic simulate --seed 1 --seeds 200\n"
        "    mosaic simulate --seed 17 --trace 17.txt\n",
    [MO_APP_VERB_VERSION] = "Prints the version on one line.\n",
    [MO_APP_VERB_HELP] = "Prints the first page, or a verb's own page.\n",
};

static void first_print(void)
{
    fputs(FIRST_HEAD, stdout);
    for (int verb = 0; verb < MO_APP_VERB_COUNT; ++verb) {
        printf("    %-20s%s\n", mo_app_verb_words((mo_app_verb_t)verb), mo_app_verb_summary((mo_app_verb_t)verb));
    }
    fputs(FIRST_TAIL, stdout);
}

void mo_app_help_print(mo_app_verb_t page)
{
    if (page >= MO_APP_VERB_COUNT) {
        first_print();
        return;
    }
    printf("mosaic %s: %s\n\n", mo_app_verb_words(page), mo_app_verb_summary(page));
    mo_app_flags_print(page);
    printf("\n%s", PAGES[page]);
}

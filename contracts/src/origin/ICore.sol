// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Kernel, Transition, Vote} from "../lib/Types.sol";
import {RegistryConfig} from "./IRegistry.sol";

/// All parameters of a core; all immutable, all in its setupHash (interfaces 0.5). Times in seconds, amounts in the
/// stake token's smallest unit, gas as accumulated header `gasUsed`.
struct CoreConfig {
    uint256 auxiliaryChainId;
    uint64 auxiliaryRootNumber;
    bytes32 auxiliaryRootHash;
    uint64 epoch;
    uint64 originEpoch;
    address pollingPlace;
    address history;
    address registry;
    address stakeToken;
    uint256 gasStep;
    uint64 challengePeriod;
    uint256 proposalBond;
    uint256 haltBond;
    uint64 haltAfter;
    uint64 haltWindow;
    uint64 setupGrace;
}

enum CoreStatus {
    Created,
    Open,
    Halted
}

enum ProposalState {
    None,
    Live,
    Struck,
    Forfeit,
    Reclaimed
}

/// What the last meta-block committed (4.1); before B_1 the initial values of 2.1.
struct Committed {
    uint64 dynasty;
    uint64 originNumber;
    /// height of the source checkpoint
    uint64 sourceHeight;
    /// lowest height proven missed for the last meta-block, 0 none (4.4 b)
    uint64 missedFrom;
}

/// A proposed transition, one storage slot.
struct Proposal {
    /// who paid its bond; 0 when a seal stood for it (4.4 b)
    address proposer;
    /// from when on it may be committed
    uint40 readyAt;
    /// height of the kernel that it was proposed for
    uint40 height;
    ProposalState state;
}

/// Shows that the committed B_{n-1} passed over a lower finalised checkpoint that reached the gas target (4.4 b), K_n the
/// open kernel. The first part opens the open kernel's hash down to T_{n-2} and its link; what the core has in storage is
/// not in it. Before B_2 the last three members are not read: there is no meta-block before.
///
///     openKernel = K_n --parent--> B_{n-1} --kernel--> K_{n-1} --parent--> B_{n-2} --> T_{n-2}, link of B_{n-2}
struct MissedEvidence {
    /// hash of K_n's updates: the keccak256 of their concatenated struct hashes
    bytes32 updates;
    /// hash of T_{n-1}
    bytes32 transition;
    /// hash of the link of B_{n-1}
    bytes32 vote;
    /// hash of K_{n-1}'s updates
    bytes32 kernelUpdates;
    /// T' of the missed checkpoint
    Transition missed;
    /// its height h'
    uint64 missedHeight;
    /// header of the committed source block of B_{n-1}
    bytes header;
    /// of the polling place, under that header's state root
    bytes[] accountProof;
    /// of `finalised[h']`, under its storage root
    bytes[] slotProof;
    /// hash of K_{n-2}
    bytes32 previousKernel;
    /// T_{n-2}
    Transition previous;
    /// the link of B_{n-2}
    Vote previousLink;
}

/// @title A core: the chain of meta-blocks of one auxiliary chain, on its origin chain (4)
/// @notice Anyone may open, propose and commit. Signatures of the validators decide, nobody's key else.
///
///     open()          propose(T_1)    commit(T_1, S_1)      propose(T_2)   commit(T_2, S_2)
///     Created --> K_1 open ......... B_1, K_2 open ........................ B_2, K_3 open ...
///
/// Storage slot 0 holds the hash of the open kernel and that is protocol: the auxiliary chain proves it (5.6).
interface ICore {
    // Errors, in the order of the checks of the constructor and of each function.

    /// @notice A parameter is outside its bounds (interfaces 0.5).
    error ParameterInvalid(bytes32 name, uint256 value);
    /// @notice The core is not in the status that this needs.
    error StatusInvalid(CoreStatus status);
    /// @notice The transition is of another kernel than the open one.
    error KernelNotOpen(bytes32 kernel, bytes32 openKernel);
    /// @notice The dynasty is not above the committed one.
    error DynastyNotAbove(uint64 dynasty, uint64 committed);
    /// @notice The accumulated gas is not above the committed one.
    error GasNotAbove(uint256 gas, uint256 committed);
    /// @notice The observation is older than the committed one.
    error OriginNumberBelow(uint64 originNumber, uint64 committed);
    /// @notice From the gas target on the source's height is stated, above the committed one; below it is 0 (4.2).
    error StatedHeightInvalid(uint64 statedHeight, uint64 committed, uint256 gas, uint256 gasTarget);
    /// @notice The observation is not a known block of this chain (3.4).
    error ObservationUnknown(uint64 originNumber, bytes32 originHash);
    /// @notice This transition was proposed before with this stated height.
    error ProposalKnown(bytes32 id);
    /// @notice No live proposal of the open kernel has this transition and stated height.
    error ProposalNotLive(bytes32 id, ProposalState state);
    /// @notice The challenge period is not over.
    error ProposalNotReady(bytes32 id, uint64 readyAt);
    /// @notice The link is about another chain.
    error ChainMismatch(bytes32 chain, bytes32 coreId);
    /// @notice The link is of another transition.
    error TransitionMismatch(bytes32 transition, bytes32 expected);
    /// @notice The link does not finalise its source: the target is not the next height.
    error LinkNotFinalising(uint64 sourceHeight, uint64 targetHeight);
    /// @notice The source's height is not above the committed one.
    error SourceHeightNotAbove(uint64 sourceHeight, uint64 committed);
    /// @notice The source's height is not the stated one.
    error StatedHeightMismatch(uint64 sourceHeight, uint64 statedHeight);
    /// @notice The seal has no +2/3 in one of the sets.
    error QuorumMissing(uint64 forward, uint64 forwardTotal, uint64 rear, uint64 rearTotal);
    /// @notice The link's source lies above the proposal's observation (4.4 a).
    error ObservationNotReached(uint256 number, uint64 originNumber);
    /// @notice The history has no record of the link's source's number: `record` or `extend` it first (3.4).
    error CheckpointNotRecorded(uint64 number);
    /// @notice This chain's block is the one that the link finalises.
    error ObservationRight(uint64 number, bytes32 hash);
    /// @notice The proposal states no height, so it is below the gas target and nothing strikes it (4.4 b).
    error NothingStated(bytes32 id);
    /// @notice The gas does not reach the gas target.
    error GasBelowTarget(uint256 gas, uint256 gasTarget);
    /// @notice The source is not below the one that the challenged proposal states.
    error SourceHeightNotBelow(uint64 sourceHeight, uint64 statedHeight);
    /// @notice No meta-block is committed yet, so none passed over anything.
    error NothingCommitted();
    /// @notice The evidence does not open the hash of the open kernel.
    error EvidenceMismatch(bytes32 kernel, bytes32 openKernel);
    /// @notice The height is not above that of the meta-block before.
    error MissedHeightNotAbove(uint64 missedHeight, uint64 previous);
    /// @notice The height is not below that of the committed source, or not below one that was proven before.
    error MissedHeightNotBelow(uint64 missedHeight, uint64 limit);
    /// @notice The missed transition is of another kernel than the committed one.
    error MissedKernelMismatch(bytes32 kernel, bytes32 expected);
    /// @notice The header is not that of the committed source block.
    error HeaderNotSource(bytes32 hash, bytes32 source);
    /// @notice The polling place finalised another transition at this height.
    error FinalisedMismatch(uint64 height, bytes32 finalised, bytes32 transition);
    /// @notice The bond is not to be had: the proposal is unknown, still live, forfeit, had none, or was reclaimed.
    error BondNotReclaimable(bytes32 id, ProposalState state);
    /// @notice A halt challenge is pending; halt() is possible from `haltableAt` on.
    error HaltChallengePending(uint64 haltableAt);
    /// @notice A halt challenge is admissible from this time on.
    error HaltChallengeTooEarly(uint256 from);
    /// @notice No halt challenge is pending.
    error HaltChallengeMissing();
    /// @notice The validators still have time to answer the halt challenge with a commit.
    error HaltWindowRunning(uint64 haltableAt);
    /// @notice The caller has no credit.
    error NoCredit(address account);
    /// @notice Only the sources of the last 8 meta-blocks are kept.
    error SourceNotKept(uint64 height, uint64 openHeight);

    /// @notice Only the registry calls this.
    error NotRegistry(address caller);

    // Events: enough to rebuild all state.

    event CoreCreated(bytes32 indexed setupHash, CoreConfig config, RegistryConfig registryConfig, bytes32 salt);
    event CoreOpened(uint64 originRootNumber, bytes32 originRootHash);
    event KernelOpened(uint64 indexed height, bytes32 hash, Kernel kernel);
    event MetaBlockProposed(
        bytes32 indexed id,
        bytes32 transitionHash,
        uint64 indexed height,
        uint64 statedHeight,
        address proposer,
        uint64 readyAt,
        Transition transition
    );
    event MetaBlockCommitted(
        uint64 indexed height, bytes32 kernelHash, bytes32 transitionHash, Vote link, bytes32 roll, address committer
    );
    /// @notice `link` finalised a block that this chain does not have. The proposal is forfeit: its bond, if it had one,
    /// is the challenger's credit. The core halts and the signers are penalised in the same transaction (4.4 a).
    event ObservationChallenged(bytes32 indexed id, Vote link, address indexed challenger);
    /// @notice A proposal was struck: a lower finalised checkpoint reached the gas target (4.4 b). Its bond can be
    /// reclaimed. If the lower one was not proposed yet its MetaBlockProposed follows, with proposer 0: no bond.
    event ProposalStruck(bytes32 indexed id, address indexed challenger);
    /// @notice B_{height} passed over the finalised checkpoint of `missedHeight`, which had reached the gas target. The
    /// registry's LossApplied precedes it in the same transaction (4.4 b, 4.6).
    event CheckpointMissProven(uint64 indexed height, uint64 missedHeight, address indexed prover);
    /// @notice A halt challenge began; halt() is possible from `haltableAt` on.
    event HaltChallenged(address indexed challenger, uint64 haltableAt);
    /// @notice A commit answered the halt challenge; its bond is the committer's credit.
    event HaltAnswered(address indexed committer, uint256 amount);
    /// @notice The core halted, for ever. reason 1 observation (4.4 a), 2 halt challenge (4.4 c), 3 slashed weight (4.5).
    /// The bond of a pending halt challenge is its challenger's credit.
    event CoreHalted(uint8 reason);
    event BondReclaimed(bytes32 indexed id, address indexed proposer, uint256 amount);
    event Collected(address indexed account, address indexed to, uint256 amount);

    // Actions

    /// @notice Opens K_1 with the founders (4.3, 7.9) and records O's root (2.1).
    /// Checks, in order: Created; deposit period over; minimums of the registry.
    function open() external;

    /// @notice Proposes a transition for the open kernel, with a bond (4.2).
    /// Checks, in order: Open; kernel; dynasty; gas; origin number; stated height; observation; not known; bond.
    /// @param statedHeight height of the source if t.gas reaches the gas target, else 0
    /// @param headers a run that leads down to the observation (3.4), empty if the history knows it
    function propose(Transition calldata t, uint64 statedHeight, bytes[] calldata headers) external;

    /// @notice Commits a proposed transition with the seal of its finalising link, and opens the next kernel (4.3).
    /// Checks, in order: Open; kernel; live; ready; chain; transition; finalising; source height; stated height;
    /// seal; +2/3 in both sets. Answers a pending halt challenge: its bond is the caller's credit (4.4 c).
    /// @param seal signatures over `link` (interfaces 0.2)
    function commit(Transition calldata t, uint64 statedHeight, Vote calldata link, bytes calldata seal) external;

    /// @notice Halts the core when +2/3 finalised a block of this chain that this chain does not have, against a proposal
    /// that observes this chain at that number or later (4.4 a). Each signer loses OBSERVATION_FRACTION of its stake, the
    /// caller gets REPORTER_SHARE of that and the proposal's bond.
    /// Checks, in order: Open; kernel; live; set height; chain; transition; finalising; not above the observation;
    /// recorded in the history; different; seal; +2/3 in both sets.
    /// @param b transition of the proposal
    /// @param link about the origin id, finalising its source
    /// @param m height of the set that sealed it: the open height or the one before
    function challengeObservation(
        Transition calldata b,
        uint64 statedHeight,
        Vote calldata link,
        uint64 m,
        bytes calldata seal
    ) external;

    /// @notice Strikes a proposal when a lower finalised checkpoint reached the gas target: that one must be committed
    /// (4.4 b). The lower one becomes a live proposal by the same call if it is not known yet.
    /// Checks, in order: Open; struck one live; it states a height; kernel; dynasty; gas; origin number; observation; gas
    /// target; chain; transition; finalising; source height above the committed, below the stated one; seal; +2/3 in both
    /// sets of the open height.
    /// @param struckHash hash of the transition of the proposal to be struck
    /// @param struckHeight the height that it states
    /// @param t transition of the lower checkpoint
    /// @param link finalises the lower checkpoint
    /// @param headers as in `propose`, for t's observation
    function challengeGasTarget(
        bytes32 struckHash,
        uint64 struckHeight,
        Transition calldata t,
        Vote calldata link,
        bytes calldata seal,
        bytes[] calldata headers
    ) external;

    /// @notice Proves that the meta-block committed last passed over a lower finalised checkpoint that had reached the gas
    /// target (4.4 b), until the next one commits or the core halts: a loss for everybody that its kernel holds, less the
    /// deeper the missed one lay already proven (4.6). The caller is credited REPORTER_SHARE of it by the registry.
    /// What counts is what the polling place had finalised in the state of the committed source block: votes that were
    /// kept back prove nothing.
    /// Checks, in order: Open; a meta-block is committed; the evidence opens the open kernel; height above the one before,
    /// below the committed one and those proven; kernel; gas target; dynasty; header canonical, of the committed source;
    /// account proof; slot proof; hash of T'.
    function proveMissedCheckpoint(MissedEvidence calldata e) external;

    /// @notice Asks for a commit, with a bond, when none came for HALT_AFTER, or none at all for SETUP_GRACE (4.4 c).
    /// Checks, in order: Open; none pending; time; bond.
    function challengeHalt() external;

    /// @notice Halts the core for ever when no commit answered the halt challenge in HALT_WINDOW; the bond is the
    /// challenger's credit again (4.4 c). Checks, in order: Open; pending; time.
    function halt() external;

    /// @notice Halts for ever: a third of the forward or the rear set is slashed (4.5). Only the registry, after a slash;
    /// when a kernel opens the core asks the registry itself.
    /// Checks, in order: caller; Open.
    function haltForSlashing() external;

    /// @notice Credits a proposer with its bond when the proposal committed or died with its kernel, was struck, or
    /// the core halted (4.2). Anyone may call.
    function reclaim(bytes32 transitionHash, uint64 statedHeight) external;

    /// @notice Pays the caller's whole credit out.
    function collect(address to) external;

    // Views

    /// @notice Hash of the open kernel K_n; 0 before opening. Storage slot 0.
    function openKernel() external view returns (bytes32);
    function status() external view returns (CoreStatus);
    /// @notice n; 0 before opening.
    function openHeight() external view returns (uint64);
    /// @notice When the last meta-block was committed; before B_1 when the core was opened.
    function lastCommitAt() external view returns (uint64);
    /// @notice When halt() becomes possible if no commit comes before; 0 while no halt challenge is pending.
    function haltableAt() external view returns (uint64);
    function committed() external view returns (Committed memory);
    function committedGas() external view returns (uint256);
    /// @notice Gas target of the open kernel: absolute accumulated gas (4.6).
    function gasTarget() external view returns (uint256);
    /// @notice Number of O's root; 0 before opening.
    function originRootNumber() external view returns (uint64);
    /// @notice Hash of the source block of B_k, for the last 8 committed heights.
    function source(uint64 k) external view returns (bytes32);
    function proposal(bytes32 id) external view returns (Proposal memory);
    /// @notice keccak256(abi.encode(hash of T, stated height)).
    function proposalId(bytes32 transitionHash, uint64 statedHeight) external pure returns (bytes32);
    function credit(address account) external view returns (uint256);
    function gasStep() external view returns (uint256);
    function challengePeriod() external view returns (uint64);
    function haltBond() external view returns (uint256);
    function proposalBond() external view returns (uint256);
    /// @notice keccak256(abi.encode(registry's config)), which the registry compares with its own.
    function registryConfigHash() external view returns (bytes32);
    function registry() external view returns (address);
    function history() external view returns (address);
    function stakeToken() external view returns (address);
    function setupHash() external view returns (bytes32);
    function coreId() external view returns (bytes32);
    function originId() external view returns (bytes32);
    /// @notice EIP-712 domain of everything that is signed under this core (1.2).
    function domainSeparator() external view returns (bytes32);
}

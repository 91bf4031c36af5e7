// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Kernel, Transition, Vote} from "../lib/Types.sol";

/// What a polling place is made from. The auxiliary root is in the block store, the origin root in its own; both are
/// repeated here and compared (2.1).
/// @param originChainId chain id of origin, below 2^96
/// @param core the core's address on origin
/// @param epoch E, blocks of one height of the auxiliary chain
/// @param originEpoch E_o, blocks of one height of origin
/// @param auxiliaryRootHash hash of the auxiliary root
/// @param auxiliaryRootNumber its block number, a multiple of `epoch`
/// @param originRootNumber block number of origin's root, a multiple of `originEpoch`
/// @param originRootHash its hash
/// @param blockStore AuxiliaryBlockStore
/// @param originBlockStore OriginBlockStore
/// @param kernelRelay KernelRelay
struct AuxiliaryConfig {
    uint256 originChainId;
    address core;
    uint64 epoch;
    uint64 originEpoch;
    bytes32 auxiliaryRootHash;
    uint64 auxiliaryRootNumber;
    uint64 originRootNumber;
    bytes32 originRootHash;
    address blockStore;
    address originBlockStore;
    address kernelRelay;
}

/// Where a transition's two histories are to be read (2.6): the newest entries whose block is not above the source's.
/// @param dynasty index of an entry of the dynasty history
/// @param observation index of an entry of the observation history
struct Hints {
    uint32 dynasty;
    uint32 observation;
}

/// The polling place's present state.
/// @param finalisedAuxiliary height of the last finalised checkpoint of the auxiliary chain
/// @param finalisedOrigin height of the last finalised checkpoint of origin
/// @param dynasty finalised checkpoints of the auxiliary chain since the root
/// @param kernel height of the kernel in force
/// @param pendingKernel height of the kernel that waits, 0 for none
/// @param pendingDynasty dynasty in which the waiting kernel was relayed; it is in force from this + 2
struct Head {
    uint64 finalisedAuxiliary;
    uint64 finalisedOrigin;
    uint64 dynasty;
    uint32 kernel;
    uint32 pendingKernel;
    uint64 pendingDynasty;
}

/// An entry of the dynasty history: what held from `number` on.
/// @param number block in which it changed; the root's number for entry 0
/// @param dynasty the dynasty
/// @param kernel height of the kernel in force
/// @param finalised height of the last finalised checkpoint of the auxiliary chain
struct DynastyEntry {
    uint64 number;
    uint64 dynasty;
    uint32 kernel;
    uint64 finalised;
}

/// An entry of the observation history.
/// @param number block in which it changed; the auxiliary root's number for entry 0
/// @param height height of the finalised checkpoint of origin
struct ObservationEntry {
    uint64 number;
    uint64 height;
}

/// A registered link's tallies; one slot. Sums of weights of at most 2^24 validators below 2^32 each.
/// @param kernel height m of the kernel that counts it: forward F(m), rear F(m-1) (5.3)
/// @param flags bit 0 registered, bit 1 justified its target
/// @param forward weight recorded of the forward set
/// @param forwardTotal the forward set's total
/// @param rear weight recorded of the rear set
/// @param rearTotal the rear set's total
struct Link {
    uint24 kernel;
    uint8 flags;
    uint56 forward;
    uint56 forwardTotal;
    uint56 rear;
    uint56 rearTotal;
}

/// One validator's votes' weight, one slot: F(k) = weight if changedAt <= k, else previous.
struct Voting {
    address signer;
    uint32 weight;
    uint32 previous;
    uint32 changedAt;
}

/// What is known of a signer.
/// @param key index + 1; 0 for an unknown signer
/// @param slashed theta = 0, for ever
/// @param nominal of a slashed signer: its weight in the newest totals, until a kernel carries the slash
struct Signer {
    uint32 key;
    bool slashed;
    uint32 nominal;
}

/// @title Votes of the validators on links between checkpoints, of the auxiliary chain and of origin (2, 5.3, 5.4)
/// @notice A link that +2/3 of both its sets vote for justifies its target; when the target is the source's next
/// height, the source is finalised too. On the auxiliary chain that raises the dynasty, and puts a kernel in force
/// that was relayed two dynasties before; on origin it opens a state root to the chain.
///
///     height    5      6      7                 link 5 -> 6 justifies 6 and finalises 5
///               o----->o------------->o  9      link 6 -> 9 justifies 9 and finalises nothing
///
/// `finalised` is at storage slot 0 and that is protocol (4.4 b). No owner, no upgrade.
interface IPollingPlace {
    /// @notice The first event of the contract: all it was made from. Both roots, the founders and K_1 follow.
    event PollingPlaceOpened(AuxiliaryConfig config, bytes32 kernelHash, Kernel kernel);
    /// @notice A vote was recorded. forward and rear are the link's tallies after it; r and vs the signature, so that
    /// anyone builds a seal from the log alone.
    event VoteRecorded(
        bytes32 indexed linkHash, uint32 indexed index, uint64 forward, uint64 rear, bytes32 r, bytes32 vs
    );
    /// @notice A link got its first vote; the kernel and the totals that count it are fixed.
    event LinkRegistered(bytes32 indexed linkHash, Vote link, uint32 kernel, uint64 forwardTotal, uint64 rearTotal);
    /// @notice A record of a batch, signed by the validator that it names, was passed over. `reason` is a {SkipReason}.
    /// Vote and signature stand here in full, for whoever holds votes against each other (2.3): the call's data may be
    /// another contract's, in whatever form.
    event VoteSkipped(uint32 indexed index, uint8 reason, Vote link, bytes32 r, bytes32 vs);
    /// @notice A checkpoint was justified, for the first time. Both roots are at construction.
    event CheckpointJustified(bytes32 indexed chain, bytes32 indexed hash, uint64 height);
    /// @notice A checkpoint was finalised. `transition` is zero for one of origin and for the roots; `dynasty` is the
    /// one that holds afterwards.
    event CheckpointFinalised(
        bytes32 indexed chain, bytes32 indexed hash, uint64 height, bytes32 transition, uint64 dynasty
    );
    /// @notice A kernel was relayed; it comes into force at `dynasty` + 2.
    event KernelPending(uint64 indexed height, bytes32 hash, uint64 dynasty, Kernel kernel);
    /// @notice A kernel came into force.
    event KernelEnforced(uint64 indexed height, uint64 dynasty);
    /// @notice A validator got its key index, the same as on origin.
    event ValidatorJoined(uint32 indexed index, address indexed signer, uint96 weight);

    /// @notice Two signed votes ended a validator (2.3): theta is 0 for ever. condition 1, 2 or 3; the hashes are the
    /// votes' struct hashes.
    event Slashed(
        uint32 indexed index,
        address indexed signer,
        uint8 condition,
        bytes32 hashA,
        bytes32 hashB,
        address indexed reporter
    );

    /// Why a record of a batch was passed over; the order of the checks of a record.
    enum SkipReason {
        None,
        ValidatorUnknown,
        SignatureInvalid,
        ValidatorSlashed,
        VoteAlreadyRecorded,
        WeightZero
    }

    // Construction.

    /// @notice A part that the configuration names was made for other values, or cannot be: 0 an epoch (E below 8, E_o
    /// not in 1..256), the core's address, a root that is not below this block; 1 auxiliary block store; 2 origin
    /// block store; 3 kernel relay.
    error ConfigMismatch(uint8 part);

    // A kernel (constructor and adopt).

    /// @notice Only the kernel relay hands kernels over.
    error CallerNotKernelRelay(address caller, address kernelRelay);
    /// @notice The kernel is not the one after the one in force.
    error KernelHeightMismatch(uint64 expected, uint64 height);
    /// @notice A kernel is waiting already.
    error KernelAlreadyPending(uint64 height);
    /// @notice More updates than a kernel carries.
    error TooManyUpdates(uint256 updates, uint256 maximum);
    /// @notice Update `position` has a kind that does not exist, or that K_1 may not have.
    error UpdateKindInvalid(uint256 position, uint8 kind);
    /// @notice Update `position` has a weight of 2^32 or more, or one that its kind may not have.
    error UpdateWeightInvalid(uint256 position, uint96 weight);
    /// @notice A join of a signer that has an index, or of the zero address.
    error SignerInvalid(uint256 position, address signer);
    /// @notice A change of a signer that has no index.
    error SignerUnknown(uint256 position, address signer);

    // A link (2.8).

    /// @notice Neither the core id nor the origin id.
    error ChainUnknown(bytes32 chain);
    /// @notice The target is not above the source.
    error HeightsNotAscending(uint64 sourceHeight, uint64 targetHeight);
    /// @notice The source is not justified, or not with this height.
    error SourceNotJustified(bytes32 source, uint64 height);
    /// @notice The source is below the chain's last finalised height.
    error SourceBelowFinalised(uint64 sourceHeight, uint64 finalised);
    /// @notice The target, a block of the auxiliary chain, is not anchored.
    error TargetNotAnchored(bytes32 target);
    /// @notice The target, a block of origin, is not reported.
    error TargetNotReported(bytes32 target);
    /// @notice The target's own block number is not the height's.
    error TargetHeightMismatch(bytes32 target, uint64 number, uint64 height);
    /// @notice The link's transition is not that of its source: T(source), or 0 for origin (2.4, 2.6).
    error TransitionMismatch(bytes32 expected, bytes32 transition);
    /// @notice The kernel that counts the link is older than the newest written but one (2.5).
    error LinkTooOld(uint32 kernel, uint32 written);
    /// @notice The source of a transition is not anchored.
    error SourceNotAnchored(bytes32 source);
    /// @notice The hinted entry of the dynasty history is not the newest one up to the source.
    error DynastyHintWrong(uint32 entry, uint64 number);
    /// @notice The hinted entry of the observation history is not the newest one up to the source.
    error ObservationHintWrong(uint32 entry, uint64 number);

    // A record of a vote (2.8), in the order of {SkipReason}.

    /// @notice No validator has this index.
    error ValidatorUnknown(uint32 index);
    /// @notice The signature is not the validator's: not low-s, not recoverable, or another's (1.4).
    error SignatureInvalid(uint32 index, address signer);
    /// @notice The validator was slashed.
    error ValidatorSlashed(uint32 index);
    /// @notice A vote of this validator is recorded at (chain, target height) (2.7).
    error VoteAlreadyRecorded(uint32 index, bytes32 chain, uint64 targetHeight);
    /// @notice The validator has no weight in either set of the link.
    error WeightZero(uint32 index, uint32 kernel);
    /// @notice The records of a batch are 1 to MAX_BATCH times 68 bytes.
    error RecordsLengthInvalid(uint256 length, uint256 maximum);

    // Offences (2.3), after those of lib/Offence; then {ValidatorSlashed}.

    /// @notice The votes' signer has no index here: no kernel that carries its join was relayed.
    error OffenderUnknown(address signer);

    /// @notice Records one validator's vote. Open to anyone with the signature.
    /// @dev Checks, in this order (2.8): ChainUnknown; HeightsNotAscending; SourceNotJustified; SourceBelowFinalised;
    /// TargetNotAnchored or TargetNotReported; TargetHeightMismatch; SourceNotAnchored, DynastyHintWrong,
    /// ObservationHintWrong, TransitionMismatch; LinkTooOld; ValidatorUnknown; SignatureInvalid; ValidatorSlashed;
    /// VoteAlreadyRecorded; WeightZero. What cannot change once a link is registered is not checked again.
    /// @param link what was signed
    /// @param index the validator's key index
    /// @param r first word of the EIP-2098 signature
    /// @param vs second word, yParity in the top bit
    /// @param hints for T(source) of a link about the auxiliary chain; ignored when it is cached, and for origin
    function vote(Vote calldata link, uint32 index, bytes32 r, bytes32 vs, Hints calldata hints) external;

    /// @notice Records many validators' votes on one link. A link that fails its checks reverts; a record that fails
    /// its own is passed over, with {VoteSkipped} if it is signed by the validator that it names.
    /// @param records 68 bytes each, in any order: index big-endian uint32, r, vs
    function voteBatch(Vote calldata link, bytes calldata records, Hints calldata hints) external;

    /// @notice Ends a validator that signed two votes that offend together (2.3). Open to anyone, from the kernel that
    /// carries the validator on. Its votes count no more; recorded tallies stay, and so do the totals until a kernel
    /// carries the slash (5.3).
    /// @dev Checks: those of lib/Offence; OffenderUnknown; ValidatorSlashed.
    /// @param signatureA over `a`, 64 bytes (1.4); `signatureB` likewise
    function slash(Vote calldata a, bytes calldata signatureA, Vote calldata b, bytes calldata signatureB) external;

    /// @notice Takes over the next kernel, which the kernel relay has proven (5.6).
    /// @dev Checks: CallerNotKernelRelay; KernelHeightMismatch; KernelAlreadyPending; TooManyUpdates; per update
    /// UpdateKindInvalid, UpdateWeightInvalid, SignerInvalid, SignerUnknown.
    function adopt(Kernel calldata kernel) external;

    /// @notice T(source): the auxiliary chain up to and including an anchored block (2.6). It does not depend on
    /// anything that happened after that block.
    /// @dev Checks: SourceNotAnchored; DynastyHintWrong; ObservationHintWrong.
    function transition(bytes32 source, Hints calldata hints) external view returns (Transition memory);

    /// @notice Hash of T(source): the cached one, or that of {transition}.
    function transitionHash(bytes32 source, Hints calldata hints) external view returns (bytes32);

    /// @notice The hints for an anchored source, found by binary search; for calls from outside.
    /// @dev Checks: SourceNotAnchored.
    function hints(bytes32 source) external view returns (Hints memory);

    /// @notice Hash of T(s) of the checkpoint of the auxiliary chain finalised at a height; zero for the root and for
    /// heights that were passed over. At slot 0.
    function finalised(uint64 height) external view returns (bytes32);

    /// @notice The present state.
    function head() external view returns (Head memory);

    /// @notice The configuration, as given at construction.
    function config() external view returns (AuxiliaryConfig memory);

    /// @notice Entries of the dynasty history.
    function dynastyCount() external view returns (uint32);

    /// @notice An entry of the dynasty history; zeros beyond the count.
    function dynastyEntry(uint32 entry) external view returns (DynastyEntry memory);

    /// @notice Entries of the observation history.
    function observationCount() external view returns (uint32);

    /// @notice An entry of the observation history; zeros beyond the count.
    function observationEntry(uint32 entry) external view returns (ObservationEntry memory);

    /// @notice Hash of origin's finalised checkpoint at a height; zero for heights that were passed over.
    function observed(uint64 height) external view returns (bytes32);

    /// @notice Struct hash of K_n, relayed or in force; zero for others.
    function kernelHash(uint64 height) external view returns (bytes32);

    /// @notice Whether a checkpoint is justified, and its height.
    function justified(bytes32 chain, bytes32 hash) external view returns (bool yes, uint64 height);

    /// @notice The cached hash of T(source); zero when no link from it was registered.
    function transitionOf(bytes32 source) external view returns (bytes32);

    /// @notice A link's tallies by its struct hash; zeros when it has no vote.
    function link(bytes32 linkHash) external view returns (Link memory);

    /// @notice Whether a vote of a validator is recorded at (chain, target height).
    function recorded(bytes32 chain, uint64 targetHeight, uint32 index) external view returns (bool);

    /// @notice A validator's voting slot; zeros beyond the count.
    function validator(uint32 index) external view returns (Voting memory);

    /// @notice What is known of a signer.
    function signer(address who) external view returns (Signer memory);

    /// @notice Validators that ever got an index.
    function validatorCount() external view returns (uint32);

    /// @notice Sum of F(k). Kept for the newest written kernel and the three before it; zero for others.
    function total(uint64 height) external view returns (uint64);

    /// @notice Id of votes about the auxiliary chain (1.1).
    function CORE_ID() external view returns (bytes32);

    /// @notice Id of votes about origin (1.1).
    function ORIGIN_ID() external view returns (bytes32);

    /// @notice The EIP-712 domain of everything signed (1.2).
    function DOMAIN_SEPARATOR() external view returns (bytes32);

    /// @notice The most records of one batch.
    function MAX_BATCH() external view returns (uint256);
}

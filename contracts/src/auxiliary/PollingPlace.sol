// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {MosaicHash} from "../lib/MosaicHash.sol";
import {Offence} from "../lib/Offence.sol";
import {Quorum} from "../lib/Quorum.sol";
import {Seal} from "../lib/Seal.sol";
import {Signatures} from "../lib/Signatures.sol";
import {Kernel, Transition, ValidatorUpdate, Vote} from "../lib/Types.sol";
import {IAuxiliaryBlockStore} from "./IAuxiliaryBlockStore.sol";
import {IKernelRelay} from "./IKernelRelay.sol";
import {IOriginBlockStore} from "./IOriginBlockStore.sol";
import {AuxiliaryConfig, DynastyEntry, Head, Hints, IPollingPlace} from "./IPollingPlace.sol";
import {Link, ObservationEntry, Signer, Voting} from "./IPollingPlace.sol";

/// @title Polling place (2, 5.3, 5.4)
/// @dev A call about a link has three steps: {_open} checks the link and loads its tallies into memory, {_count} adds
/// one record, {_close} writes the tallies back and draws the consequences. The one external call that changes
/// anything, to the origin block store, is the last act.
contract PollingPlace is IPollingPlace {
    /// @dev A link while its votes are counted. `fresh`: it has no vote yet.
    struct Tally {
        bytes32 hash;
        bytes32 digest;
        bool fresh;
        bool justified;
        uint32 kernel;
        uint64 forward;
        uint64 forwardTotal;
        uint64 rear;
        uint64 rearTotal;
    }

    /// @dev `mark` is the height + 1 of a justified checkpoint, 0 for others. `kernel` is the height of the kernel in
    /// force as of the checkpoint, 0 while T(checkpoint) is not cached.
    struct Justification {
        uint64 mark;
        uint32 kernel;
    }

    uint256 public constant override MAX_BATCH = 256;
    /// @dev MAX_UPDATES of the registry is at most this (interfaces 0.5).
    uint256 internal constant MAX_UPDATES = 64;
    /// @dev Reporting and voting take about 4 blocks of an epoch.
    uint64 internal constant MIN_EPOCH = 8;
    /// @dev BLOCKHASH on origin reaches the checkpoint before (2.1).
    uint64 internal constant MAX_ORIGIN_EPOCH = 256;
    uint256 internal constant REGISTERED = 1;
    uint256 internal constant JUSTIFIED = 2;
    uint8 internal constant JOIN = 0;
    uint8 internal constant LOGOUT = 2;
    uint8 internal constant SLASH = 3;

    bytes32 public immutable override CORE_ID;
    bytes32 public immutable override ORIGIN_ID;
    bytes32 public immutable override DOMAIN_SEPARATOR;
    uint256 internal immutable ORIGIN_CHAIN_ID;
    address internal immutable CORE;
    uint64 internal immutable EPOCH;
    uint64 internal immutable ORIGIN_EPOCH;
    bytes32 internal immutable AUXILIARY_ROOT;
    uint64 internal immutable AUXILIARY_ROOT_NUMBER;
    bytes32 internal immutable ORIGIN_ROOT;
    uint64 internal immutable ORIGIN_ROOT_NUMBER;
    IAuxiliaryBlockStore internal immutable BLOCK_STORE;
    IOriginBlockStore internal immutable ORIGIN_BLOCK_STORE;
    address internal immutable KERNEL_RELAY;

    // Slot 0 is protocol: origin proves `finalised[height]` (4.4 b).
    mapping(uint64 height => bytes32 transitionHash) public override finalised;
    // Slot 1.
    uint64 private _finalisedAuxiliary;
    uint64 private _finalisedOrigin;
    uint64 private _dynasty;
    uint32 private _kernel;
    uint32 private _pendingKernel;
    // Slot 2.
    uint64 private _pendingDynasty;
    uint32 public override dynastyCount;
    uint32 public override observationCount;
    uint32 public override validatorCount;
    // Slot 3: sums of F(k) at k % 4.
    uint64[4] private _totals;

    mapping(uint32 entry => DynastyEntry) private _dynasties;
    mapping(uint32 entry => ObservationEntry) private _observations;
    mapping(uint64 height => bytes32) public override observed;
    mapping(uint64 height => bytes32) public override kernelHash;
    mapping(bytes32 chain => mapping(bytes32 hash => Justification)) private _justifications;
    mapping(bytes32 source => bytes32) public override transitionOf;
    mapping(bytes32 linkHash => Link) private _links;
    mapping(bytes32 chain => mapping(uint64 targetHeight => mapping(uint256 word => uint256))) private _recorded;
    mapping(uint32 index => Voting) private _voting;
    mapping(address => Signer) private _signers;

    /// @param c what it is made from; every part is compared with what that part says of itself
    /// @param k1 the first kernel: height 1, joins only; in force from the root on (4.3)
    constructor(AuxiliaryConfig memory c, Kernel memory k1) {
        _checkConfig(c);
        CORE_ID = MosaicHash.coreId(c.originChainId, c.core);
        ORIGIN_ID = MosaicHash.originId(c.originChainId);
        DOMAIN_SEPARATOR = MosaicHash.domain(c.originChainId, c.core);
        ORIGIN_CHAIN_ID = c.originChainId;
        CORE = c.core;
        EPOCH = c.epoch;
        ORIGIN_EPOCH = c.originEpoch;
        AUXILIARY_ROOT = c.auxiliaryRootHash;
        AUXILIARY_ROOT_NUMBER = c.auxiliaryRootNumber;
        ORIGIN_ROOT = c.originRootHash;
        ORIGIN_ROOT_NUMBER = c.originRootNumber;
        BLOCK_STORE = IAuxiliaryBlockStore(c.blockStore);
        ORIGIN_BLOCK_STORE = IOriginBlockStore(c.originBlockStore);
        KERNEL_RELAY = c.kernelRelay;
        bytes32 hash = MosaicHash.hash(k1);
        emit PollingPlaceOpened(c, hash, k1);
        _seedRoots(c);
        _seedKernel(k1, hash);
    }

    /// @inheritdoc IPollingPlace
    function vote(Vote calldata cast, uint32 index, bytes32 r, bytes32 vs, Hints calldata at) external override {
        Tally memory tally = _open(cast, at);
        (SkipReason reason, address recovered) = _count(tally, cast, index, r, vs);
        if (reason == SkipReason.ValidatorUnknown) revert ValidatorUnknown(index);
        if (reason == SkipReason.SignatureInvalid) revert SignatureInvalid(index, recovered);
        if (reason == SkipReason.ValidatorSlashed) revert ValidatorSlashed(index);
        if (reason == SkipReason.VoteAlreadyRecorded) {
            revert VoteAlreadyRecorded(index, cast.chain, cast.targetHeight);
        }
        if (reason == SkipReason.WeightZero) revert WeightZero(index, tally.kernel);
        _close(tally, cast);
    }

    /// @inheritdoc IPollingPlace
    function voteBatch(Vote calldata cast, bytes calldata records, Hints calldata at) external override {
        uint256 length = records.length;
        if (length == 0 || length % Seal.RECORD != 0 || length > MAX_BATCH * Seal.RECORD) {
            revert RecordsLengthInvalid(length, MAX_BATCH * Seal.RECORD);
        }
        Tally memory tally = _open(cast, at);
        for (uint256 offset = 0; offset < length; offset += Seal.RECORD) {
            (uint32 index, bytes32 r, bytes32 vs) = Seal.record(records, offset);
            (SkipReason reason,) = _count(tally, cast, index, r, vs);
            // What nobody signed costs nothing to make up: a log of each could fill a block with more than is followed.
            if (reason > SkipReason.SignatureInvalid) emit VoteSkipped(index, uint8(reason), cast, r, vs);
        }
        if (!tally.fresh) _close(tally, cast);
    }

    /// @inheritdoc IPollingPlace
    function slash(Vote calldata a, bytes calldata signatureA, Vote calldata b, bytes calldata signatureB)
        external
        override
    {
        Offence.Scope memory scope = Offence.Scope(CORE_ID, ORIGIN_ID, DOMAIN_SEPARATOR);
        Offence.Proven memory proven = Offence.prove(scope, a, signatureA, b, signatureB);
        Signer memory s = _signers[proven.signer];
        if (s.key == 0) revert OffenderUnknown(proven.signer);
        uint32 index = s.key - 1;
        if (s.slashed) revert ValidatorSlashed(index);
        Voting storage v = _voting[index];
        _signers[proven.signer] = Signer(s.key, true, v.weight);
        (v.weight, v.previous) = (0, 0);
        emit Slashed(index, proven.signer, proven.condition, proven.hashA, proven.hashB, msg.sender);
    }

    /// @inheritdoc IPollingPlace
    function adopt(Kernel calldata k) external override {
        if (msg.sender != KERNEL_RELAY) revert CallerNotKernelRelay(msg.sender, KERNEL_RELAY);
        uint64 expected = uint64(_kernel) + 1;
        if (k.height != expected) revert KernelHeightMismatch(expected, k.height);
        if (_pendingKernel != 0) revert KernelAlreadyPending(_pendingKernel);
        bytes32 hash = MosaicHash.hash(k);
        // A link keeps its kernel in 24 bits.
        _pendingKernel = SafeCast.toUint24(k.height);
        _pendingDynasty = _dynasty;
        kernelHash[k.height] = hash;
        emit KernelPending(k.height, hash, _dynasty, k);
        _totals[k.height % 4] = _carry(k, _totals[(k.height - 1) % 4]);
    }

    /// @inheritdoc IPollingPlace
    function transition(bytes32 source, Hints calldata at) external view override returns (Transition memory t) {
        (t,) = _transition(source, at);
    }

    /// @inheritdoc IPollingPlace
    function transitionHash(bytes32 source, Hints calldata at) external view override returns (bytes32 hash) {
        hash = transitionOf[source];
        if (hash == 0) {
            (Transition memory t,) = _transition(source, at);
            hash = MosaicHash.hash(t);
        }
    }

    /// @inheritdoc IPollingPlace
    function hints(bytes32 source) external view override returns (Hints memory) {
        (uint64 number, bool anchored) = BLOCK_STORE.position(source);
        if (!anchored) revert SourceNotAnchored(source);
        return Hints(_dynastyAt(number), _observationAt(number));
    }

    /// @inheritdoc IPollingPlace
    function head() external view override returns (Head memory) {
        return Head(_finalisedAuxiliary, _finalisedOrigin, _dynasty, _kernel, _pendingKernel, _pendingDynasty);
    }

    /// @inheritdoc IPollingPlace
    function config() external view override returns (AuxiliaryConfig memory) {
        return AuxiliaryConfig(
            ORIGIN_CHAIN_ID,
            CORE,
            EPOCH,
            ORIGIN_EPOCH,
            AUXILIARY_ROOT,
            AUXILIARY_ROOT_NUMBER,
            ORIGIN_ROOT_NUMBER,
            ORIGIN_ROOT,
            address(BLOCK_STORE),
            address(ORIGIN_BLOCK_STORE),
            KERNEL_RELAY
        );
    }

    /// @inheritdoc IPollingPlace
    function dynastyEntry(uint32 entry) external view override returns (DynastyEntry memory) {
        return _dynasties[entry];
    }

    /// @inheritdoc IPollingPlace
    function observationEntry(uint32 entry) external view override returns (ObservationEntry memory) {
        return _observations[entry];
    }

    /// @inheritdoc IPollingPlace
    function justified(bytes32 chain, bytes32 hash) external view override returns (bool yes, uint64 height) {
        uint64 mark = _justifications[chain][hash].mark;
        return mark == 0 ? (false, 0) : (true, mark - 1);
    }

    /// @inheritdoc IPollingPlace
    function link(bytes32 linkHash) external view override returns (Link memory) {
        return _links[linkHash];
    }

    /// @inheritdoc IPollingPlace
    function recorded(bytes32 chain, uint64 targetHeight, uint32 index) external view override returns (bool) {
        return _recorded[chain][targetHeight][index / 256] & (1 << (index % 256)) != 0;
    }

    /// @inheritdoc IPollingPlace
    function validator(uint32 index) external view override returns (Voting memory) {
        return _voting[index];
    }

    /// @inheritdoc IPollingPlace
    function signer(address who) external view override returns (Signer memory) {
        return _signers[who];
    }

    /// @inheritdoc IPollingPlace
    function total(uint64 height) external view override returns (uint64) {
        uint64 written = _written();
        return height > written || written - height > 3 ? 0 : _totals[height % 4];
    }

    // Counting.

    /// @dev The checks of a link (2.8). A registered link has passed those that do not change: its heights, a
    /// justified source, an anchored or reported target, its transition, its kernel.
    function _open(Vote calldata cast, Hints calldata at) private view returns (Tally memory tally) {
        bool origin = cast.chain == ORIGIN_ID;
        if (!origin && cast.chain != CORE_ID) revert ChainUnknown(cast.chain);
        tally.hash = MosaicHash.hash(cast);
        tally.digest = MosaicHash.digest(DOMAIN_SEPARATOR, tally.hash);
        uint256 known = _linkWord(_links[tally.hash]);
        tally.fresh = known == 0;
        if (tally.fresh) _checkSource(cast);
        uint64 last = origin ? _finalisedOrigin : _finalisedAuxiliary;
        if (cast.sourceHeight < last) revert SourceBelowFinalised(cast.sourceHeight, last);
        if (tally.fresh) {
            _checkTarget(cast, origin);
            tally.kernel = origin ? _kernelForOrigin(cast) : _kernelForAuxiliary(cast, at);
            tally.forwardTotal = _totals[tally.kernel % 4];
            tally.rearTotal = _totals[(tally.kernel - 1) % 4];
        } else {
            tally.kernel = uint24(known);
            tally.justified = (known >> 24) & JUSTIFIED != 0;
            (tally.forward, tally.forwardTotal) = (uint56(known >> 32), uint56(known >> 88));
            (tally.rear, tally.rearTotal) = (uint56(known >> 144), uint56(known >> 200));
        }
        // A voting slot tells F for the newest written kernel and the one before it, hence this bound (5.3).
        uint32 written = _written();
        if (tally.kernel + 1 < written) revert LinkTooOld(tally.kernel, written);
    }

    function _checkSource(Vote calldata cast) private view {
        if (cast.targetHeight <= cast.sourceHeight) {
            revert HeightsNotAscending(cast.sourceHeight, cast.targetHeight);
        }
        uint256 mark = _justifications[cast.chain][cast.source].mark;
        if (mark != uint256(cast.sourceHeight) + 1) revert SourceNotJustified(cast.source, cast.sourceHeight);
    }

    /// @dev The height that was signed is compared with the block's own number (2.2).
    function _checkTarget(Vote calldata cast, bool origin) private view {
        uint64 number;
        bool known;
        if (origin) {
            (number, known) = ORIGIN_BLOCK_STORE.position(cast.target);
            if (!known) revert TargetNotReported(cast.target);
        } else {
            (number, known) = BLOCK_STORE.position(cast.target);
            if (!known) revert TargetNotAnchored(cast.target);
        }
        if (number != uint256(cast.targetHeight) * (origin ? ORIGIN_EPOCH : EPOCH)) {
            revert TargetHeightMismatch(cast.target, number, cast.targetHeight);
        }
    }

    function _kernelForOrigin(Vote calldata cast) private view returns (uint32) {
        if (cast.transition != 0) revert TransitionMismatch(0, cast.transition);
        return _kernel;
    }

    function _kernelForAuxiliary(Vote calldata cast, Hints calldata at) private view returns (uint32 kernel) {
        kernel = _justifications[cast.chain][cast.source].kernel;
        bytes32 expected;
        if (kernel != 0) {
            expected = transitionOf[cast.source];
        } else {
            Transition memory t;
            (t, kernel) = _transition(cast.source, at);
            expected = MosaicHash.hash(t);
        }
        if (cast.transition != expected) revert TransitionMismatch(expected, cast.transition);
    }

    /// @dev Checks one record and adds its weight; the reason says which check failed, `recovered` who signed.
    function _count(Tally memory tally, Vote calldata cast, uint32 index, bytes32 r, bytes32 vs)
        private
        returns (SkipReason, address recovered)
    {
        uint256 v = _votingWord(index);
        if (v == 0) return (SkipReason.ValidatorUnknown, recovered);
        recovered = Signatures.tryRecover(tally.digest, r, vs);
        if (recovered != address(uint160(v))) return (SkipReason.SignatureInvalid, recovered);
        (uint32 forward, uint32 rear) = (uint32(v >> 160), uint32(v >> 192));
        // A slash zeroes both weights, so a validator with weight needs no look at its mark.
        if (forward | rear == 0 && _signers[recovered].slashed) return (SkipReason.ValidatorSlashed, recovered);
        mapping(uint256 word => uint256) storage bitmap = _recorded[cast.chain][cast.targetHeight];
        uint256 word = bitmap[index / 256];
        if (word & (1 << (index % 256)) != 0) return (SkipReason.VoteAlreadyRecorded, recovered);
        // From here on `forward` is F(kernel), `rear` F(kernel - 1).
        if (v >> 224 > tally.kernel) forward = rear;
        else if (v >> 224 < tally.kernel) rear = forward;
        // Founders are in both sets of K_1: their weights were seeded alike, with changedAt 0.
        if (forward | rear == 0) return (SkipReason.WeightZero, recovered);
        bitmap[index / 256] = word | (1 << (index % 256));
        if (tally.fresh) _register(tally, cast);
        tally.forward += forward;
        tally.rear += rear;
        emit VoteRecorded(tally.hash, index, tally.forward, tally.rear, r, vs);
        return (SkipReason.None, recovered);
    }

    /// @dev The one slot of a validator: changedAt 32 | previous 32 | weight 32 | signer 160.
    function _votingWord(uint32 index) private view returns (uint256 word) {
        Voting storage slot = _voting[index];
        assembly ("memory-safe") {
            word := sload(slot.slot)
        }
    }

    function _register(Tally memory tally, Vote calldata cast) private {
        tally.fresh = false;
        emit LinkRegistered(tally.hash, cast, tally.kernel, tally.forwardTotal, tally.rearTotal);
        if (cast.chain == CORE_ID && _justifications[cast.chain][cast.source].kernel == 0) {
            _justifications[cast.chain][cast.source].kernel = tally.kernel;
            transitionOf[cast.source] = cast.transition;
        }
    }

    function _close(Tally memory tally, Vote calldata cast) private {
        bool reached = !tally.justified && Quorum.reached(tally.forward, tally.forwardTotal)
            && Quorum.reached(tally.rear, tally.rearTotal);
        uint256 word = tally.kernel | (reached || tally.justified ? REGISTERED | JUSTIFIED : REGISTERED) << 24;
        word |= uint256(tally.forward) << 32 | uint256(tally.forwardTotal) << 88;
        word |= uint256(tally.rear) << 144 | uint256(tally.rearTotal) << 200;
        Link storage slot = _links[tally.hash];
        assembly ("memory-safe") {
            sstore(slot.slot, word)
        }
        if (reached) _justify(cast);
    }

    /// @dev The one slot of a link, 0 of one that has no vote yet. A struct in memory costs a read and a write for each
    /// of its fields. Kernels are below 2^24; sums of at most 2^24 weights below 2^32 fit 56 bits ({_join}).
    ///
    ///     rearTotal 56 | rear 56 | forwardTotal 56 | forward 56 | flags 8 | kernel 24
    function _linkWord(Link storage slot) private view returns (uint256 word) {
        assembly ("memory-safe") {
            word := sload(slot.slot)
        }
    }

    function _justify(Vote calldata cast) private {
        Justification storage target = _justifications[cast.chain][cast.target];
        if (target.mark == 0) {
            target.mark = cast.targetHeight + 1;
            emit CheckpointJustified(cast.chain, cast.target, cast.targetHeight);
        }
        if (cast.targetHeight != cast.sourceHeight + 1) return;
        if (cast.chain == ORIGIN_ID) {
            if (cast.sourceHeight > _finalisedOrigin) _finaliseOrigin(cast);
        } else if (cast.sourceHeight > _finalisedAuxiliary) {
            _finaliseAuxiliary(cast);
        }
    }

    /// @dev The dynasty grows by one; the increment that reaches d + 2 puts the waiting kernel in force in the same
    /// history entry, so that T(s) never depends on who called when (5.6).
    function _finaliseAuxiliary(Vote calldata cast) private {
        finalised[cast.sourceHeight] = cast.transition;
        _finalisedAuxiliary = cast.sourceHeight;
        uint64 dynasty = ++_dynasty;
        uint32 pending = _pendingKernel;
        bool enforced = pending != 0 && dynasty >= _pendingDynasty + 2;
        if (enforced) (_kernel, _pendingKernel) = (pending, 0);
        uint32 entry = dynastyCount;
        if (_dynasties[entry - 1].number == block.number) --entry;
        else dynastyCount = entry + 1;
        _dynasties[entry] = DynastyEntry(uint64(block.number), dynasty, _kernel, cast.sourceHeight);
        emit CheckpointFinalised(cast.chain, cast.source, cast.sourceHeight, cast.transition, dynasty);
        if (enforced) emit KernelEnforced(pending, dynasty);
    }

    function _finaliseOrigin(Vote calldata cast) private {
        _finalisedOrigin = cast.sourceHeight;
        observed[cast.sourceHeight] = cast.source;
        uint32 entry = observationCount;
        if (_observations[entry - 1].number == block.number) --entry;
        else observationCount = entry + 1;
        _observations[entry] = ObservationEntry(uint64(block.number), cast.sourceHeight);
        emit CheckpointFinalised(cast.chain, cast.source, cast.sourceHeight, 0, _dynasty);
        ORIGIN_BLOCK_STORE.finalise(cast.source);
    }

    // T(s).

    /// @dev T(source) from the histories' entries at the hints, and the height of the kernel in force as of it (2.6).
    /// A source is anchored, so its number is below the present block's and no entry up to it can still be written.
    function _transition(bytes32 source, Hints calldata at) private view returns (Transition memory t, uint32 kernel) {
        uint64 number;
        bool anchored;
        (number, anchored, t.gas, t.transactionRoot) = BLOCK_STORE.accumulated(source);
        if (!anchored) revert SourceNotAnchored(source);
        DynastyEntry memory d = _dynasties[at.dynasty];
        if (
            at.dynasty >= dynastyCount || d.number > number
                || (at.dynasty + 1 < dynastyCount && _dynasties[at.dynasty + 1].number <= number)
        ) revert DynastyHintWrong(at.dynasty, number);
        ObservationEntry memory o = _observations[at.observation];
        if (
            at.observation >= observationCount || o.number > number
                || (at.observation + 1 < observationCount && _observations[at.observation + 1].number <= number)
        ) revert ObservationHintWrong(at.observation, number);
        kernel = d.kernel;
        (t.dynasty, t.originNumber) = (d.dynasty, o.height * ORIGIN_EPOCH);
        (t.originHash, t.kernel) = (observed[o.height], kernelHash[kernel]);
    }

    /// @dev The newest entry whose block is not above `number`; entry 0 is at the root, below every recorded block.
    function _dynastyAt(uint64 number) private view returns (uint32 low) {
        uint32 high = dynastyCount;
        while (high - low > 1) {
            uint32 middle = low + (high - low) / 2;
            if (_dynasties[middle].number <= number) low = middle;
            else high = middle;
        }
    }

    function _observationAt(uint64 number) private view returns (uint32 low) {
        uint32 high = observationCount;
        while (high - low > 1) {
            uint32 middle = low + (high - low) / 2;
            if (_observations[middle].number <= number) low = middle;
            else high = middle;
        }
    }

    // Kernels.

    /// @dev Height of the newest written kernel: the waiting one, else the one in force.
    function _written() private view returns (uint32) {
        return _pendingKernel != 0 ? _pendingKernel : _kernel;
    }

    /// @dev Writes F(k) of every validator that `k` names and returns its sum, from that of F(k - 1) (5.3).
    function _carry(Kernel memory k, uint64 sum) private returns (uint64) {
        uint256 count = k.updates.length;
        if (count > MAX_UPDATES) revert TooManyUpdates(count, MAX_UPDATES);
        for (uint256 i = 0; i < count; ++i) {
            ValidatorUpdate memory u = k.updates[i];
            if (u.kind > SLASH) revert UpdateKindInvalid(i, u.kind);
            if (u.weight > (u.kind < LOGOUT ? type(uint32).max : 0)) revert UpdateWeightInvalid(i, u.weight);
            if (u.kind == JOIN) {
                _join(i, u, uint32(k.height));
                sum += uint64(u.weight);
            } else {
                sum = sum - _change(i, u, uint32(k.height)) + uint64(u.weight);
            }
        }
        return sum;
    }

    /// @dev Gives the next index. A founder's F(0) equals its F(1).
    function _join(uint256 i, ValidatorUpdate memory u, uint32 height) private {
        if (u.validator == address(0) || _signers[u.validator].key != 0) revert SignerInvalid(i, u.validator);
        uint32 index = validatorCount;
        validatorCount = SafeCast.toUint24(index + 1);
        _signers[u.validator].key = index + 1;
        uint32 weight = uint32(u.weight);
        _voting[index] = height == 1 ? Voting(u.validator, weight, weight, 0) : Voting(u.validator, weight, 0, height);
        emit ValidatorJoined(index, u.validator, u.weight);
    }

    /// @dev Sets F(height) and returns F(height - 1) as the totals hold it. Changes of one validator are two heights
    /// apart (5.4), a slash excepted, which leaves no weight at any height. A validator that is slashed here keeps
    /// voting weights 0 whatever a kernel says; what the totals still hold of it is its nominal weight.
    function _change(uint256 i, ValidatorUpdate memory u, uint32 height) private returns (uint64 before) {
        Signer memory s = _signers[u.validator];
        if (s.key == 0) revert SignerUnknown(i, u.validator);
        Voting storage v = _voting[s.key - 1];
        before = s.slashed ? s.nominal : v.weight;
        if (u.kind == SLASH || s.slashed) {
            (v.weight, v.previous, v.changedAt) = (0, 0, height);
            _signers[u.validator] = Signer(s.key, true, uint32(u.weight));
        } else {
            (v.weight, v.previous, v.changedAt) = (uint32(u.weight), v.weight, height);
        }
    }

    // Construction.

    function _checkConfig(AuxiliaryConfig memory c) private view {
        if (
            c.epoch < MIN_EPOCH || c.originEpoch == 0 || c.originEpoch > MAX_ORIGIN_EPOCH || c.core == address(0)
                || c.auxiliaryRootNumber >= block.number
        ) revert ConfigMismatch(0);
        IAuxiliaryBlockStore store = IAuxiliaryBlockStore(c.blockStore);
        (uint64 number,) = store.position(c.auxiliaryRootHash);
        if (store.EPOCH() != c.epoch || store.ROOT() != c.auxiliaryRootHash || number != c.auxiliaryRootNumber) {
            revert ConfigMismatch(1);
        }
        IOriginBlockStore origin = IOriginBlockStore(c.originBlockStore);
        if (
            origin.ORIGIN_EPOCH() != c.originEpoch || origin.ROOT() != c.originRootHash
                || origin.ROOT_NUMBER() != c.originRootNumber || origin.POLLING_PLACE() != address(this)
        ) revert ConfigMismatch(2);
        IKernelRelay relay = IKernelRelay(c.kernelRelay);
        if (
            relay.CORE_ID() != MosaicHash.coreId(c.originChainId, c.core) || relay.POLLING_PLACE() != address(this)
                || relay.ORIGIN_BLOCK_STORE() != c.originBlockStore
        ) revert ConfigMismatch(3);
    }

    /// @dev Both roots are justified and finalised by definition (2.1). finalised[] of the auxiliary root stays zero:
    /// nothing is ever proven of it.
    function _seedRoots(AuxiliaryConfig memory c) private {
        uint64 height = c.auxiliaryRootNumber / c.epoch;
        uint64 originHeight = c.originRootNumber / c.originEpoch;
        (_finalisedAuxiliary, _finalisedOrigin) = (height, originHeight);
        _justifications[CORE_ID][c.auxiliaryRootHash].mark = height + 1;
        _justifications[ORIGIN_ID][c.originRootHash].mark = originHeight + 1;
        _dynasties[0] = DynastyEntry(c.auxiliaryRootNumber, 0, 1, height);
        _observations[0] = ObservationEntry(c.auxiliaryRootNumber, originHeight);
        (dynastyCount, observationCount) = (1, 1);
        observed[originHeight] = c.originRootHash;
        emit CheckpointJustified(CORE_ID, c.auxiliaryRootHash, height);
        emit CheckpointFinalised(CORE_ID, c.auxiliaryRootHash, height, 0, 0);
        emit CheckpointJustified(ORIGIN_ID, c.originRootHash, originHeight);
        emit CheckpointFinalised(ORIGIN_ID, c.originRootHash, originHeight, 0, 0);
    }

    function _seedKernel(Kernel memory k1, bytes32 hash) private {
        if (k1.height != 1) revert KernelHeightMismatch(1, k1.height);
        for (uint256 i = 0; i < k1.updates.length; ++i) {
            if (k1.updates[i].kind != JOIN) revert UpdateKindInvalid(i, k1.updates[i].kind);
        }
        _kernel = 1;
        kernelHash[1] = hash;
        uint64 sum = _carry(k1, 0);
        (_totals[0], _totals[1]) = (sum, sum);
        emit KernelEnforced(1, 0);
    }
}

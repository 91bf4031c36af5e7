// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {BlockHeader, Header} from "../lib/BlockHeader.sol";
import {ExactToken} from "../lib/ExactToken.sol";
import {MosaicHash} from "../lib/MosaicHash.sol";
import {Quorum} from "../lib/Quorum.sol";
import {TrieReader} from "../lib/TrieReader.sol";
import {Kernel, MetaBlock, Transition, ValidatorUpdate, Vote} from "../lib/Types.sol";
import {Committed, CoreConfig, CoreStatus, ICore, MissedEvidence, Proposal, ProposalState} from "./ICore.sol";
import {IOriginHistory} from "./IOriginHistory.sol";
import {IRegistry, RegistryConfig, Tally} from "./IRegistry.sol";

/// @title A core: the chain of meta-blocks of one auxiliary chain (4); described in ICore
/// @dev Storage layout. Slot 0 is protocol: the auxiliary chain proves it (5.6).
///
///      0 open kernel   1 progress   2 committed   3 committed gas   4 halt challenger (4.4 c)
///      5 origin root number   6..13 sources of B_k at 6 + k % 8   14 proposals   15 credit
contract Core is ICore {
    using ExactToken for IERC20;

    /// Why a core halted, as CoreHalted tells: an observation that this chain contradicts (4.4 a); no commit answered a
    /// halt challenge (4.4 c); slashed weight (4.5).
    uint8 private constant HALT_OBSERVATION = 1;
    uint8 private constant HALT_UNANSWERED = 2;
    uint8 private constant HALT_SLASHED = 3;

    /// The polling place's slot of `finalised`: protocol.
    uint256 private constant FINALISED_SLOT = 0;

    /// Slot 1. `haltChallengedAt` is when a halt challenge began, 0 none (4.4 c).
    struct Progress {
        CoreStatus status;
        uint64 openHeight;
        uint64 lastCommitAt;
        uint64 haltChallengedAt;
    }

    /// @inheritdoc ICore
    bytes32 public openKernel;
    Progress private _progress;
    Committed private _committed;
    /// @inheritdoc ICore
    uint256 public committedGas;
    address private _haltChallenger;
    uint256 private _originRootNumber;
    bytes32[8] private _sources;
    mapping(bytes32 id => Proposal) private _proposals;
    /// @inheritdoc ICore
    mapping(address account => uint256) public credit;

    /// @inheritdoc ICore
    bytes32 public immutable setupHash;
    /// @inheritdoc ICore
    bytes32 public immutable coreId;
    /// @inheritdoc ICore
    bytes32 public immutable originId;
    /// @inheritdoc ICore
    bytes32 public immutable domainSeparator;
    /// @inheritdoc ICore
    bytes32 public immutable registryConfigHash;
    /// @inheritdoc ICore
    address public immutable registry;
    /// @inheritdoc ICore
    address public immutable history;
    /// @inheritdoc ICore
    address public immutable stakeToken;
    /// @inheritdoc ICore
    uint256 public immutable gasStep;
    /// @inheritdoc ICore
    uint64 public immutable challengePeriod;
    /// @inheritdoc ICore
    uint256 public immutable proposalBond;
    /// @inheritdoc ICore
    uint256 public immutable haltBond;
    address private immutable _pollingPlace;
    uint64 private immutable _originEpoch;
    uint64 private immutable _rootHeight;
    uint256 private immutable _haltAfter;
    uint256 private immutable _haltWindow;
    uint256 private immutable _setupGrace;

    /// @param config this core's parameters; `config.registry` is the predicted address of the registry, deployed next
    /// @param registryConfig the registry's parameters; it compares their hash when it is deployed
    /// @param salt of the creator
    constructor(CoreConfig memory config, RegistryConfig memory registryConfig, bytes32 salt) {
        _requireBounds(config);
        originId = MosaicHash.originId(block.chainid);
        coreId = MosaicHash.coreId(block.chainid, address(this));
        domainSeparator = MosaicHash.domain(block.chainid, address(this));
        registryConfigHash = keccak256(abi.encode(registryConfig));
        setupHash = keccak256(abi.encode("MosaicSetup", coreId, config, registryConfig, salt));
        registry = config.registry;
        history = config.history;
        stakeToken = config.stakeToken;
        gasStep = config.gasStep;
        challengePeriod = config.challengePeriod;
        proposalBond = config.proposalBond;
        haltBond = config.haltBond;
        _haltAfter = config.haltAfter;
        _haltWindow = config.haltWindow;
        _setupGrace = config.setupGrace;
        _pollingPlace = config.pollingPlace;
        _originEpoch = config.originEpoch;
        _rootHeight = config.auxiliaryRootNumber / config.epoch;
        emit CoreCreated(setupHash, config, registryConfig, salt);
    }

    /// @inheritdoc ICore
    function open() external {
        if (_progress.status != CoreStatus.Created) revert StatusInvalid(_progress.status);
        uint64 rootNumber = (uint64(block.number) - 1) / _originEpoch * _originEpoch;
        _originRootNumber = rootNumber;
        _committed = Committed({dynasty: 0, originNumber: rootNumber, sourceHeight: _rootHeight, missedFrom: 0});
        _progress.status = CoreStatus.Open;
        ValidatorUpdate[] memory updates = IRegistry(registry).found();
        emit CoreOpened(rootNumber, IOriginHistory(history).record(rootNumber));
        _openKernel(1, setupHash, updates);
    }

    /// @inheritdoc ICore
    function propose(Transition calldata t, uint64 statedHeight, bytes[] calldata headers) external {
        _requireOpenKernel(t.kernel);
        _requireRise(t);
        _requireStated(t, statedHeight);
        _requireObservation(t, headers);
        bytes32 transitionHash = MosaicHash.hash(t);
        bytes32 id = proposalId(transitionHash, statedHeight);
        if (_proposals[id].state != ProposalState.None) revert ProposalKnown(id);
        _live(id, transitionHash, statedHeight, msg.sender, t);
        IERC20(stakeToken).pull(msg.sender, proposalBond);
    }

    /// Makes a proposal live. `proposer` is who pays a bond for it, 0 when a seal stands for it (4.4 b).
    function _live(bytes32 id, bytes32 transitionHash, uint64 statedHeight, address proposer, Transition calldata t)
        private
    {
        uint64 readyAt = uint64(block.timestamp) + challengePeriod;
        uint64 height = _progress.openHeight;
        _proposals[id] = Proposal({
            proposer: proposer,
            readyAt: uint40(readyAt),
            height: uint40(height),
            state: ProposalState.Live
        });
        emit MetaBlockProposed(id, transitionHash, height, statedHeight, proposer, readyAt, t);
    }

    /// @inheritdoc ICore
    function commit(Transition calldata t, uint64 statedHeight, Vote calldata link, bytes calldata seal) external {
        _requireOpenKernel(t.kernel);
        bytes32 transitionHash = MosaicHash.hash(t);
        _requireReady(proposalId(transitionHash, statedHeight));
        _requireFinalising(link, transitionHash, statedHeight);
        bytes32 voteHash = MosaicHash.hash(link);
        bytes32 roll = _requireQuorum(_progress.openHeight, voteHash, seal);
        bytes32 parent =
            MosaicHash.hash(MetaBlock({kernel: t.kernel, transition: transitionHash, vote: voteHash}));
        uint64 height = _progress.openHeight;
        _sources[height % 8] = link.source;
        _committed = Committed({
            dynasty: t.dynasty,
            originNumber: t.originNumber,
            sourceHeight: link.sourceHeight,
            missedFrom: 0
        });
        committedGas = t.gas;
        emit MetaBlockCommitted(height, t.kernel, transitionHash, link, roll, msg.sender);
        _answerHaltChallenge();
        _openKernel(height + 1, parent, IRegistry(registry).advance(height + 1, roll));
    }

    /// @inheritdoc ICore
    function reclaim(bytes32 transitionHash, uint64 statedHeight) external {
        bytes32 id = proposalId(transitionHash, statedHeight);
        Proposal memory found = _proposals[id];
        bool over = found.state == ProposalState.Live
            && (found.height < _progress.openHeight || _progress.status == CoreStatus.Halted);
        if (!over && found.state != ProposalState.Struck) revert BondNotReclaimable(id, found.state);
        if (found.proposer == address(0)) revert BondNotReclaimable(id, found.state);
        _proposals[id].state = ProposalState.Reclaimed;
        credit[found.proposer] += proposalBond;
        emit BondReclaimed(id, found.proposer, proposalBond);
    }

    /// @inheritdoc ICore
    function collect(address to) external {
        uint256 amount = credit[msg.sender];
        if (amount == 0) revert NoCredit(msg.sender);
        credit[msg.sender] = 0;
        emit Collected(msg.sender, to, amount);
        IERC20(stakeToken).send(to, amount);
    }

    // Challenges of a proposal (4.4 a, b)

    /// @inheritdoc ICore
    function challengeObservation(
        Transition calldata b,
        uint64 statedHeight,
        Vote calldata link,
        uint64 m,
        bytes calldata seal
    ) external {
        _requireOpenKernel(b.kernel);
        bytes32 id = proposalId(MosaicHash.hash(b), statedHeight);
        Proposal memory struck = _requireLive(id);
        uint64 height = _progress.openHeight;
        if (m == 0 || m > height || m + 1 < height) revert IRegistry.HeightNotTallied(m, height);
        _requireContradicted(link, b.originNumber);
        _requireQuorum(m, MosaicHash.hash(link), seal);
        _proposals[id].state = ProposalState.Forfeit;
        if (struck.proposer != address(0)) credit[msg.sender] += proposalBond;
        emit ObservationChallenged(id, link, msg.sender);
        _halt(HALT_OBSERVATION);
        IRegistry(registry).penalise(seal, msg.sender);
    }

    /// @inheritdoc ICore
    function challengeGasTarget(
        bytes32 struckHash,
        uint64 struckHeight,
        Transition calldata t,
        Vote calldata link,
        bytes calldata seal,
        bytes[] calldata headers
    ) external {
        _requireOpen();
        bytes32 struck = proposalId(struckHash, struckHeight);
        _requireLive(struck);
        if (struckHeight == 0) revert NothingStated(struck);
        _requireOpenKernel(t.kernel);
        _requireRise(t);
        _requireObservation(t, headers);
        if (t.gas < gasTarget()) revert GasBelowTarget(t.gas, gasTarget());
        bytes32 transitionHash = MosaicHash.hash(t);
        _requireFinalising(link, transitionHash, 0);
        if (link.sourceHeight >= struckHeight) revert SourceHeightNotBelow(link.sourceHeight, struckHeight);
        _requireQuorum(_progress.openHeight, MosaicHash.hash(link), seal);
        _proposals[struck].state = ProposalState.Struck;
        emit ProposalStruck(struck, msg.sender);
        bytes32 id = proposalId(transitionHash, link.sourceHeight);
        if (_proposals[id].state == ProposalState.None) {
            _live(id, transitionHash, link.sourceHeight, address(0), t);
        }
    }

    // What a commit passed over (4.4 b, after it)

    /// @inheritdoc ICore
    function proveMissedCheckpoint(MissedEvidence calldata e) external {
        _requireOpen();
        uint64 height = _progress.openHeight;
        if (height < 2) revert NothingCommitted();
        Committed memory last = _committed;
        _requireMissed(e, height, last);
        _requireFinalisedThen(e, _sources[(height - 1) % 8]);
        _committed.missedFrom = e.missedHeight;
        IRegistry(registry).lose(height - 1, last.sourceHeight - e.missedHeight, msg.sender);
        emit CheckpointMissProven(height - 1, e.missedHeight, msg.sender);
    }

    /// The missed checkpoint could have been committed in place of the last one, as far as B_{n-2} and K_{n-1} say.
    function _requireMissed(MissedEvidence calldata e, uint64 height, Committed memory last) private view {
        (bytes32 kernel, uint256 target) = _openKernels(e, height);
        (uint64 above, uint64 dynasty) =
            height == 2 ? (_rootHeight, 0) : (e.previousLink.sourceHeight, e.previous.dynasty);
        if (e.missedHeight <= above) revert MissedHeightNotAbove(e.missedHeight, above);
        uint64 below = last.missedFrom == 0 ? last.sourceHeight : last.missedFrom;
        if (e.missedHeight >= below) revert MissedHeightNotBelow(e.missedHeight, below);
        if (e.missed.kernel != kernel) revert MissedKernelMismatch(e.missed.kernel, kernel);
        if (e.missed.gas < target) revert GasBelowTarget(e.missed.gas, target);
        if (e.missed.dynasty <= dynasty) revert DynastyNotAbove(e.missed.dynasty, dynasty);
    }

    /// Opens the open kernel K_n down to B_{n-2}, and gives the hash and the gas target of K_{n-1}. One comparison holds
    /// every part of the evidence, since each lies in the hash of the next.
    function _openKernels(MissedEvidence calldata e, uint64 height)
        private
        view
        returns (bytes32 kernel, uint256 target)
    {
        bytes32 parent = setupHash;
        target = gasStep;
        if (height > 2) {
            bytes32 previous = MosaicHash.hash(e.previous);
            bytes32 link = MosaicHash.hash(e.previousLink);
            parent = MosaicHash.hash(MetaBlock({kernel: e.previousKernel, transition: previous, vote: link}));
            target += e.previous.gas;
        }
        kernel = MosaicHash.kernelHash(height - 1, parent, e.kernelUpdates, target);
        parent = MosaicHash.hash(MetaBlock({kernel: kernel, transition: e.transition, vote: e.vote}));
        bytes32 opened = MosaicHash.kernelHash(height, parent, e.updates, gasTarget());
        if (opened != openKernel) revert EvidenceMismatch(opened, openKernel);
    }

    /// In the state of the committed source block the polling place had finalised T' at h'.
    function _requireFinalisedThen(MissedEvidence calldata e, bytes32 source_) private view {
        Header memory header = BlockHeader.parse(e.header);
        if (header.hash != source_) revert HeaderNotSource(header.hash, source_);
        (bytes32 storageRoot,) = TrieReader.account(header.stateRoot, _pollingPlace, e.accountProof);
        bytes32 slot = keccak256(abi.encode(uint256(e.missedHeight), FINALISED_SLOT));
        bytes32 finalised = TrieReader.slot(storageRoot, slot, e.slotProof);
        bytes32 expected = MosaicHash.hash(e.missed);
        if (finalised != expected) revert FinalisedMismatch(e.missedHeight, finalised, expected);
    }

    // Halting (4.4 c, 4.5)

    /// @inheritdoc ICore
    function challengeHalt() external {
        _requireOpen();
        Progress memory progress = _progress;
        if (progress.haltChallengedAt != 0) revert HaltChallengePending(haltableAt());
        uint256 from = progress.lastCommitAt + (progress.openHeight == 1 ? _setupGrace : _haltAfter);
        if (block.timestamp < from) revert HaltChallengeTooEarly(from);
        _progress.haltChallengedAt = uint64(block.timestamp);
        _haltChallenger = msg.sender;
        emit HaltChallenged(msg.sender, haltableAt());
        IERC20(stakeToken).pull(msg.sender, haltBond);
    }

    /// @inheritdoc ICore
    function halt() external {
        _requireOpen();
        uint64 from = haltableAt();
        if (from == 0) revert HaltChallengeMissing();
        if (block.timestamp < from) revert HaltWindowRunning(from);
        _halt(HALT_UNANSWERED);
    }

    /// @inheritdoc ICore
    function haltForSlashing() external {
        if (msg.sender != registry) revert NotRegistry(msg.sender);
        _requireOpen();
        _halt(HALT_SLASHED);
    }

    /// A commit answers the challenge that is pending, and takes its bond.
    function _answerHaltChallenge() private {
        if (_progress.haltChallengedAt == 0) return;
        _endHaltChallenge(msg.sender);
        emit HaltAnswered(msg.sender, haltBond);
    }

    /// Final. Whatever halts the core, a pending challenge asked for it: its bond returns.
    function _halt(uint8 reason) private {
        _progress.status = CoreStatus.Halted;
        if (_progress.haltChallengedAt != 0) _endHaltChallenge(_haltChallenger);
        emit CoreHalted(reason);
    }

    function _endHaltChallenge(address beneficiary) private {
        _progress.haltChallengedAt = 0;
        _haltChallenger = address(0);
        credit[beneficiary] += haltBond;
    }

    /// Opens K_height: the one place that writes the open kernel, its height and the time.
    function _openKernel(uint64 height, bytes32 parent, ValidatorUpdate[] memory updates) private {
        Kernel memory kernel = Kernel({height: height, parent: parent, updates: updates, gasTarget: gasTarget()});
        bytes32 kernelHash = MosaicHash.hash(kernel);
        openKernel = kernelHash;
        _progress.openHeight = height;
        _progress.lastCommitAt = uint64(block.timestamp);
        emit KernelOpened(height, kernelHash, kernel);
        if (IRegistry(registry).slashedThird(height)) _halt(HALT_SLASHED);
    }

    // Checks

    function _requireOpen() private view {
        if (_progress.status != CoreStatus.Open) revert StatusInvalid(_progress.status);
    }

    function _requireOpenKernel(bytes32 kernel) private view {
        _requireOpen();
        if (kernel != openKernel) revert KernelNotOpen(kernel, openKernel);
    }

    /// The link finalises a checkpoint of this chain, not above `originNumber`, that this chain does not have (4.4 a).
    function _requireContradicted(Vote calldata link, uint64 originNumber) private view {
        if (link.chain != originId) revert ChainMismatch(link.chain, originId);
        if (link.transition != 0) revert TransitionMismatch(link.transition, 0);
        if (link.targetHeight == 0 || link.targetHeight - 1 != link.sourceHeight) {
            revert LinkNotFinalising(link.sourceHeight, link.targetHeight);
        }
        uint256 number = uint256(link.sourceHeight) * _originEpoch;
        if (number > originNumber) revert ObservationNotReached(number, originNumber);
        bytes32 known = IOriginHistory(history).known(uint64(number));
        if (known == 0) revert CheckpointNotRecorded(uint64(number));
        if (known == link.source) revert ObservationRight(uint64(number), known);
    }

    /// What a transition must add to the committed one (4.2).
    function _requireRise(Transition calldata t) private view {
        Committed memory last = _committed;
        if (t.dynasty <= last.dynasty) revert DynastyNotAbove(t.dynasty, last.dynasty);
        if (t.gas <= committedGas) revert GasNotAbove(t.gas, committedGas);
        if (t.originNumber < last.originNumber) revert OriginNumberBelow(t.originNumber, last.originNumber);
    }

    function _requireStated(Transition calldata t, uint64 statedHeight) private view {
        uint64 last = _committed.sourceHeight;
        bool stated = t.gas >= gasTarget();
        if (stated ? statedHeight <= last : statedHeight != 0) {
            revert StatedHeightInvalid(statedHeight, last, t.gas, gasTarget());
        }
    }

    function _requireObservation(Transition calldata t, bytes[] calldata headers) private view {
        if (!IOriginHistory(history).contains(t.originNumber, t.originHash, headers)) {
            revert ObservationUnknown(t.originNumber, t.originHash);
        }
    }

    /// Live, and of the open kernel: an older one died with its kernel, though nobody marked it.
    function _requireLive(bytes32 id) private view returns (Proposal memory found) {
        found = _proposals[id];
        if (found.state != ProposalState.Live || found.height != _progress.openHeight) {
            revert ProposalNotLive(id, found.state);
        }
    }

    function _requireReady(bytes32 id) private view {
        Proposal memory found = _requireLive(id);
        if (block.timestamp < found.readyAt) revert ProposalNotReady(id, found.readyAt);
    }

    /// The link must finalise a source above the committed one, under this transition (4.3).
    function _requireFinalising(Vote calldata link, bytes32 transitionHash, uint64 statedHeight) private view {
        if (link.chain != coreId) revert ChainMismatch(link.chain, coreId);
        if (link.transition != transitionHash) revert TransitionMismatch(link.transition, transitionHash);
        if (link.targetHeight == 0 || link.targetHeight - 1 != link.sourceHeight) {
            revert LinkNotFinalising(link.sourceHeight, link.targetHeight);
        }
        if (link.sourceHeight <= _committed.sourceHeight) {
            revert SourceHeightNotAbove(link.sourceHeight, _committed.sourceHeight);
        }
        if (statedHeight != 0 && link.sourceHeight != statedHeight) {
            revert StatedHeightMismatch(link.sourceHeight, statedHeight);
        }
    }

    /// +2/3 of V_m in both of its sets.
    function _requireQuorum(uint64 m, bytes32 voteHash, bytes calldata seal) private view returns (bytes32 roll) {
        bytes32 digest = MosaicHash.digest(domainSeparator, voteHash);
        Tally memory tally = IRegistry(registry).tally(m, digest, seal);
        if (!Quorum.reached(tally.forward, tally.forwardTotal) || !Quorum.reached(tally.rear, tally.rearTotal)) {
            revert QuorumMissing(tally.forward, tally.forwardTotal, tally.rear, tally.rearTotal);
        }
        return tally.roll;
    }

    function _requireBounds(CoreConfig memory c) private view {
        if (c.auxiliaryChainId == 0 || c.auxiliaryChainId == block.chainid || c.auxiliaryChainId >= 1 << 96) {
            revert ParameterInvalid("auxiliaryChainId", c.auxiliaryChainId);
        }
        if (c.epoch < 8) revert ParameterInvalid("epoch", c.epoch);
        if (c.auxiliaryRootNumber < c.epoch || c.auxiliaryRootNumber % c.epoch != 0) {
            revert ParameterInvalid("auxiliaryRootNumber", c.auxiliaryRootNumber);
        }
        if (c.auxiliaryRootHash == 0) revert ParameterInvalid("auxiliaryRootHash", 0);
        if (c.originEpoch == 0 || c.originEpoch > 256) revert ParameterInvalid("originEpoch", c.originEpoch);
        if (c.pollingPlace == address(0)) revert ParameterInvalid("pollingPlace", 0);
        if (c.history == address(0)) revert ParameterInvalid("history", 0);
        if (c.registry == address(0)) revert ParameterInvalid("registry", 0);
        if (c.stakeToken == address(0)) revert ParameterInvalid("stakeToken", 0);
        if (c.gasStep == 0) revert ParameterInvalid("gasStep", 0);
        if (c.challengePeriod == 0 || c.challengePeriod > type(uint32).max) {
            revert ParameterInvalid("challengePeriod", c.challengePeriod);
        }
        if (c.proposalBond == 0) revert ParameterInvalid("proposalBond", 0);
        if (c.haltBond == 0) revert ParameterInvalid("haltBond", 0);
        if (c.haltWindow <= 2 * c.challengePeriod || c.haltWindow > type(uint32).max) {
            revert ParameterInvalid("haltWindow", c.haltWindow);
        }
        if (c.haltAfter > type(uint32).max) revert ParameterInvalid("haltAfter", c.haltAfter);
        if (c.setupGrace > type(uint32).max) revert ParameterInvalid("setupGrace", c.setupGrace);
    }

    // Views

    /// @inheritdoc ICore
    function status() external view returns (CoreStatus) {
        return _progress.status;
    }

    /// @inheritdoc ICore
    function openHeight() external view returns (uint64) {
        return _progress.openHeight;
    }

    /// @inheritdoc ICore
    function lastCommitAt() external view returns (uint64) {
        return _progress.lastCommitAt;
    }

    /// @inheritdoc ICore
    function haltableAt() public view returns (uint64) {
        uint64 since = _progress.haltChallengedAt;
        return since == 0 ? 0 : since + uint64(_haltWindow);
    }

    /// @inheritdoc ICore
    function committed() external view returns (Committed memory) {
        return _committed;
    }

    /// @inheritdoc ICore
    function gasTarget() public view returns (uint256) {
        return committedGas + gasStep;
    }

    /// @inheritdoc ICore
    function originRootNumber() external view returns (uint64) {
        return uint64(_originRootNumber);
    }

    /// @inheritdoc ICore
    function source(uint64 k) external view returns (bytes32) {
        uint64 height = _progress.openHeight;
        if (k == 0 || k >= height || k + 8 < height) revert SourceNotKept(k, height);
        return _sources[k % 8];
    }

    /// @inheritdoc ICore
    function proposal(bytes32 id) external view returns (Proposal memory) {
        return _proposals[id];
    }

    /// @inheritdoc ICore
    function proposalId(bytes32 transitionHash, uint64 statedHeight) public pure returns (bytes32) {
        return keccak256(abi.encode(transitionHash, statedHeight));
    }
}

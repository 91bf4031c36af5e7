// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Hints, IPollingPlace, Link, Signer} from "../../src/auxiliary/IPollingPlace.sol";
import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {MetaBlock, Transition, ValidatorUpdate, Vote} from "../../src/lib/Types.sol";
import {CoreStatus} from "../../src/origin/ICore.sol";
import {ValidatorState} from "../../src/origin/IRegistry.sol";
import {Vm} from "../Base.sol";
import {Tries} from "../auxiliary/Tries.sol";
import {SeamWorld} from "./SeamWorld.sol";

/// @dev Steps of both chains together: blocks, votes on either, commits from seals that the polling place's votes make,
/// kernels relayed, validators that join, leave, weigh less and are slashed on one side or on both; and what must hold.
contract SeamSteps is SeamWorld {
    uint256 private constant MOST = 10;

    /// A link that got a vote: its signers, and their weights as kernels say.
    struct Counted {
        Vote link;
        uint32 kernel;
        uint256 forward;
        uint256 rear;
        bool fromA;
    }

    bytes32[] private links;
    mapping(bytes32 linkHash => Counted) private counted;
    mapping(bytes32 linkHash => mapping(uint32 index => bytes)) private recordOf;
    mapping(bytes32 chain => mapping(uint64 target => mapping(uint32 index => uint256))) private votes;
    mapping(uint32 index => bool) private slashedHere;
    mapping(uint256 who => bool) private slashedThere;
    uint256 private doubled;

    // Finality, from events.
    uint64[] private justified;
    uint64 private originHeight;
    bytes32 private originTip;
    mapping(bytes32 chain => uint64) private lastFinal;
    uint256 private finals;
    uint256 private notRising;
    uint64[] private originFinal;
    uint64 private reportedTo;

    // Meta-blocks.
    MetaBlock private parent;
    Vote private committedLink;
    bool private committed;

    error Broken(string invariant, uint256 actual, uint256 expected);

    modifier follows() {
        vm.roll(tip + 1);
        vm.recordLogs();
        _;
        _read();
    }

    function start() external {
        justified.push(ROOT / E);
        lastFinal[coreId] = ROOT / E;
        (originHeight, originTip) = (core.originRootNumber() / E_O, hashAt[core.originRootNumber()]);
        lastFinal[originId] = originHeight;
        _present();
        store.report(hashAt[ROOT], _run(ROOT, tip));
        reportedTo = tip;
    }

    function _log(Vm.Log memory log) internal override {
        bytes32 topic = log.topics[0];
        if (topic == IPollingPlace.VoteRecorded.selector) {
            Vote memory link = counted[log.topics[1]].link;
            uint32 index = uint32(uint256(log.topics[2]));
            if (++votes[link.chain][link.targetHeight][index] > 1) ++doubled;
        } else if (topic == IPollingPlace.CheckpointFinalised.selector) {
            (bytes32 chain, uint64 height) = _finalised(log);
            if (height <= lastFinal[chain]) ++notRising;
            lastFinal[chain] = height;
            if (chain == coreId) ++finals;
            else originFinal.push(height * E_O);
        } else if (topic == IPollingPlace.CheckpointJustified.selector && log.topics[1] == coreId) {
            (uint64 height) = abi.decode(log.data, (uint64));
            justified.push(height);
        }
    }

    function _finalised(Vm.Log memory log) private pure returns (bytes32 chain, uint64 height) {
        chain = log.topics[1];
        (height,,) = abi.decode(log.data, (uint64, bytes32, uint64));
    }

    // Blocks and votes

    /// Not far ahead of the votes on either chain.
    function mine(uint256 seed) external follows {
        bool near = tip / E <= justified[justified.length - 1] + 2 && tip / E_O <= originHeight + 6;
        vm.assume(near || seed % 8 == 0);
        _mine((tip / E + 1) * E);
        history.record(tip);
        history.record(tip - E_O);
        store.report(hashAt[reportedTo], _run(reportedTo, tip));
        reportedTo = tip;
    }

    function _hints(Vote memory link) private view returns (Hints memory at) {
        if (link.chain == coreId) at = place.hints(link.source);
    }

    /// Those of the mask vote, some of whom voted, weigh nothing or are slashed: they are passed over.
    function _cast(Vote memory link, uint256 mask) private {
        bytes32 hash = MosaicHash.hash(link);
        bytes32 digest = MosaicHash.digest(core.domainSeparator(), hash);
        Counted storage c = counted[hash];
        bool known = c.kernel != 0;
        c.link = link;
        bytes memory records;
        uint32 kernel = known ? c.kernel : _kernelOf(link);
        for (uint32 i = 0; i < place.validatorCount(); ++i) {
            if (mask >> i & 1 == 0) continue;
            bytes memory record = abi.encodePacked(i, sign(keyOf[place.validator(i).signer], digest));
            records = bytes.concat(records, record);
            uint256 weights = weightAt[i][kernel] + weightAt[i][kernel - 1];
            if (slashedHere[i] || weights == 0 || votes[link.chain][link.targetHeight][i] != 0) continue;
            if (c.kernel == 0) links.push(hash);
            c.kernel = kernel;
            c.forward += weightAt[i][kernel];
            c.rear += weightAt[i][kernel - 1];
            recordOf[hash][i] = record;
        }
        vm.assume(c.kernel != 0 && records.length != 0);
        place.voteBatch(link, records, _hints(link));
    }

    /// The kernel in force as of the source, told by T(s); for a link about O the one in force now.
    function _kernelOf(Vote memory link) private view returns (uint32) {
        if (link.chain == originId) return place.head().kernel;
        bytes32 hash = place.transition(link.source, _hints(link)).kernel;
        for (uint256 i = kernels.length; i > 0; --i) {
            if (MosaicHash.hash(kernels[i - 1]) == hash) return uint32(kernels[i - 1].height);
        }
        revert Broken("T(s) names a kernel of the core", uint256(hash), 0);
    }

    function _newest(uint32 kernel) private view returns (bool) {
        uint32 pending = place.head().pendingKernel;
        return kernel + 1 >= (pending != 0 ? pending : place.head().kernel);
    }

    function _mask(uint256 seed) private pure returns (uint256) {
        return seed % 3 == 0 ? seed >> 16 : type(uint256).max;
    }

    /// A link from one of the last two justified checkpoints to the newest block that is one, or to one below it.
    function vote(uint256 seed) external follows {
        uint256 back = seed % 5 == 0 && justified.length > 1 ? 1 : 0;
        uint64 from = justified[justified.length - 1 - back];
        uint64 to = reportedTo / E;
        vm.assume(to > from && from >= place.head().finalisedAuxiliary);
        if ((seed >> 8) % 4 != 0) to = from + 1;
        bytes32 source = hashAt[from * E];
        bytes32 t = place.transitionHash(source, place.hints(source));
        Vote memory link = Vote(coreId, t, source, hashAt[to * E], from, to);
        vm.assume(_newest(_kernelOf(link)));
        _cast(link, _mask(seed >> 16));
    }

    function vote_origin(uint256 seed) external follows {
        uint64 next = originHeight + 1;
        vm.assume(next * E_O <= tip);
        // Past a checkpoint that split the voters.
        if (seed % 4 == 3) next = tip / E_O;
        bytes32 target = hashAt[next * E_O];
        (, bool known) = origin.position(target);
        if (!known) origin.report(headerAt[next * E_O]);
        Vote memory link = Vote(originId, 0, originTip, target, originHeight, next);
        uint32 kernel = counted[MosaicHash.hash(link)].kernel;
        vm.assume(kernel == 0 || _newest(kernel));
        _cast(link, _mask(seed >> 8));
        (bool yes,) = place.justified(originId, target);
        if (yes) (originHeight, originTip) = (next, target);
    }

    // Meta-blocks

    /// The lowest link that finalises a source above the committed one and that origin will take.
    function commit(uint256) external follows {
        vm.assume(core.status() == CoreStatus.Open);
        for (uint256 i = 0; i < links.length; ++i) {
            Counted memory c = counted[links[i]];
            if (!_commits(c, links[i])) continue;
            Transition memory t = place.transition(c.link.source, _hints(c.link));
            uint64 stated = t.gas >= core.gasTarget() ? c.link.sourceHeight : 0;
            core.propose(t, stated, new bytes[](0));
            vm.warp(block.timestamp + 3);
            parent = MetaBlock(core.openKernel(), c.link.transition, links[i]);
            committedLink = c.link;
            committed = true;
            core.commit(t, stated, c.link, _sealOf(links[i]));
            return;
        }
        vm.assume(false);
    }

    function _commits(Counted memory c, bytes32 hash) private view returns (bool) {
        bool finalising = c.link.chain == coreId && c.link.targetHeight == c.link.sourceHeight + 1;
        if (!finalising || c.kernel != core.openHeight()) return false;
        if (c.link.sourceHeight <= core.committed().sourceHeight) return false;
        Transition memory t = place.transition(c.link.source, _hints(c.link));
        if (t.dynasty <= core.committed().dynasty) return false;
        uint256 forward;
        uint256 rear;
        for (uint32 index = 0; index < indices; ++index) {
            if (recordOf[hash][index].length == 0 || slashedThere[whoOf[registry.voter(index).signer]]) continue;
            forward += weightAt[index][c.kernel];
            rear += weightAt[index][c.kernel - 1];
        }
        return 3 * forward > 2 * registry.total(c.kernel) && 3 * rear > 2 * registry.total(c.kernel - 1);
    }

    /// All who voted for a link, whenever that was.
    function _sealOf(bytes32 hash) private view returns (bytes memory seal) {
        seal = hex"00";
        for (uint32 index = 0; index < indices; ++index) {
            seal = bytes.concat(seal, recordOf[hash][index]);
        }
    }

    /// Under any final block of origin whose state holds the open kernel.
    function relay_kernel(uint256) external follows {
        vm.assume(committed && place.head().pendingKernel == 0 && place.head().kernel + 1 == core.openHeight());
        vm.assume(place.head().finalisedAuxiliary >= committedLink.sourceHeight);
        bytes32 open = core.openKernel();
        for (uint256 i = originFinal.length; i > 0 && originFinal.length - i < 32; --i) {
            uint64 number = originFinal[i - 1];
            if (kernelIn[number] != open) continue;
            (, bytes[] memory account, bytes[] memory slot) = Tries.world(address(core), 0, open);
            relay.relay(
                number, account, slot, kernels[kernels.length - 1], parent, committedLink, _hints(committedLink)
            );
            _endVoting(kernels[kernels.length - 1].updates);
            return;
        }
        vm.assume(false);
    }

    /// A slash that a kernel carries counts here from the relay on, for links of older kernels too (5.6).
    function _endVoting(ValidatorUpdate[] storage updates) private {
        for (uint256 u = 0; u < updates.length; ++u) {
            if (updates[u].kind == 3) slashedHere[indexOf[updates[u].validator]] = true;
        }
    }

    // Validators

    function deposit(uint256 seed) external follows {
        vm.assume(core.status() == CoreStatus.Open && count < MOST && seed % 3 == 0);
        _enter(10 ether + (seed >> 8) % 50 ether);
    }

    function logout(uint256 seed) external follows {
        uint256 who = (seed >> 8) % count;
        vm.assume(core.status() == CoreStatus.Open && seed % 6 == 0 && _state(who) == ValidatorState.Active);
        _logout(who);
    }

    function refresh(uint256 seed) external follows {
        uint256 who = (seed >> 8) % count;
        vm.assume(seed % 2 == 0 && _state(who) == ValidatorState.Active && registry.account(_signer(who)).queued == 0);
        factors.set(_signer(who), ((seed >> 16) % 4 + 1) * 25e16);
        uint256 weight = registry.stakeOf(_signer(who)) * (1e18 - factors.missing(_signer(who))) / 1e18 / UNIT;
        vm.assume(weight != registry.voter(registry.account(_signer(who)).index).weight);
        registry.refresh(_signer(who));
    }

    /// Two votes about origin that no honest validator signs, brought to this chain, to origin, or to both. At most one
    /// validator in a run, so that neither chain loses a third.
    function slash(uint256 seed) external follows {
        uint256 who = (seed >> 8) % count;
        vm.assume(seed % 8 == 0 && anySlashed == 0 && _state(who) == ValidatorState.Active && _small(who));
        Signer memory s = place.signer(_signer(who));
        vm.assume(s.key != 0);
        Vote memory a = Vote(originId, 0, keccak256("source"), keccak256("a"), 3, 4);
        Vote memory b = Vote(originId, 0, keccak256("source"), keccak256("b"), 3, 4);
        (bytes memory one, bytes memory other) = (sign(_key(who), _digest(a)), sign(_key(who), _digest(b)));
        anySlashed = 1;
        if ((seed >> 16) % 3 != 0) {
            place.slash(a, one, b, other);
            slashedHere[s.key - 1] = true;
        }
        if ((seed >> 16) % 3 != 1) {
            registry.slash(a, one, b, other);
            slashedThere[who] = true;
        }
    }

    uint256 private anySlashed;

    /// Less than a quarter of every sum that counts.
    function _small(uint256 who) private view returns (bool) {
        uint32 index = indexOf[_signer(who)];
        uint64 n = core.openHeight();
        for (uint64 k = n > 2 ? n - 3 : 0; k <= n; ++k) {
            uint256 sum;
            for (uint32 i = 0; i < indices; ++i) {
                sum += weightAt[i][k];
            }
            if (4 * weightAt[index][k] >= sum) return false;
        }
        return true;
    }

    // The invariants

    function _holds(string memory invariant, uint256 actual, uint256 expected) private pure {
        if (actual != expected) revert Broken(invariant, actual, expected);
    }

    /// One vote per validator, chain and target height, and every tally is the sum of its voters' weights (2.7, 5.3).
    function no_vote_counts_twice() public view {
        _holds("votes recorded twice", doubled, 0);
        uint256 first = links.length > 12 ? links.length - 12 : 0;
        for (uint256 i = first; i < links.length; ++i) {
            Link memory link = place.link(links[i]);
            Counted memory c = counted[links[i]];
            _holds("a link's kernel", link.kernel, c.kernel);
            _holds("a link's forward tally", link.forward, c.forward);
            _holds("a link's rear tally", link.rear, c.rear);
        }
    }

    /// Forward(n) = rear(n + 1) in totals, links of neighbouring kernels held against each other (5.3).
    function links_are_stitched() public view {
        uint256 first = links.length > 12 ? links.length - 12 : 0;
        for (uint256 i = first; i < links.length; ++i) {
            Link memory link = place.link(links[i]);
            (uint256 forward, uint256 rear) = _sums(link.kernel);
            _holds("sum of F(n) on A", link.forwardTotal, forward);
            _holds("sum of F(n - 1) on A", link.rearTotal, rear);
        }
    }

    function _sums(uint64 kernel) private view returns (uint256 forward, uint256 rear) {
        for (uint32 i = 0; i < indices; ++i) {
            forward += weightAt[i][kernel];
            rear += weightAt[i][kernel - 1];
        }
    }

    /// Dynasties are finalised checkpoints counted, heights only rise (2.2).
    function finality_only_rises() public view {
        _holds("finalised heights that did not rise", notRising, 0);
        _holds("dynasty", place.head().dynasty, finals);
        _holds("last finalised height of A", place.head().finalisedAuxiliary, lastFinal[coreId]);
        _holds("last finalised height of O", place.head().finalisedOrigin, lastFinal[originId]);
    }

    /// Kernels on A are the core's, and its newest is never ahead (5.6). What a meta-block committed is final on A.
    function kernels_follow_the_core() public view {
        uint32 pending = place.head().pendingKernel;
        uint32 written = pending != 0 ? pending : place.head().kernel;
        if (written > core.openHeight()) revert Broken("newest kernel on A", written, core.openHeight());
        bytes32 hash = MosaicHash.hash(kernels[written - 1]);
        _holds("hash of the newest kernel on A", uint256(place.kernelHash(written)), uint256(hash));
        uint64 n = core.openHeight();
        for (uint64 k = written - 1; k <= written; ++k) {
            if (k + 1 < n) continue;
            _holds("sum of F(k) on both chains", place.total(k), registry.total(k));
        }
        if (!committed || place.head().finalisedAuxiliary < committedLink.sourceHeight) return;
        bytes32 final_ = place.finalised(committedLink.sourceHeight);
        _holds("finalised[h_s] of the last meta-block", uint256(final_), uint256(committedLink.transition));
    }
}

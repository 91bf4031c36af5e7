// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAuxiliaryBlockStore} from "../../src/auxiliary/IAuxiliaryBlockStore.sol";
import {Head, IPollingPlace, Link, Voting} from "../../src/auxiliary/IPollingPlace.sol";
import {IOriginBlockStore} from "../../src/auxiliary/IOriginBlockStore.sol";
import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Kernel, MetaBlock, Transition, ValidatorUpdate, Vote} from "../../src/lib/Types.sol";
import {Vm} from "../Base.sol";
import {World} from "./World.sol";

/// @dev The whole way on the auxiliary chain: headers, votes, dynasties, an observation of origin, a kernel with a join
/// relayed by proof and in force two dynasties later, the joiner's votes, a second kernel with a logout. And that the
/// events alone tell all of it.
contract HonestPathTest is World {
    // What a reader of the logs knows.
    mapping(bytes32 chain => mapping(bytes32 hash => uint64 mark)) internal justifiedMark;
    mapping(uint64 height => bytes32) internal finalisedAt;
    mapping(bytes32 linkHash => Link) internal linkAt;
    mapping(uint32 index => Voting) internal votingAt;
    mapping(address => uint32 key) internal keyAt;
    mapping(bytes32 hash => bool) internal anchoredAt;
    mapping(uint64 number => bytes32 hash) internal originAt;
    mapping(bytes32 hash => bytes32 stateRoot) internal originStateOf;
    mapping(uint64 height => uint64) internal totalAt;
    bytes32[] internal linkHashes;
    uint32 internal indices;
    Head internal known;

    function test_a_kernel_with_a_join_is_relayed_and_in_force_two_dynasties_later() public {
        _walk();
        Head memory head = place.head();
        assertEq(head.kernel, 3);
        assertEq(head.pendingKernel, 0);
        assertEq(place.total(2), 50);
        assertEq(place.total(3), 40);
        assertEq(place.validator(4).signer, signerOf(4));
        assertEq(place.validator(0).weight, 0);
        assertTrue(place.recorded(coreId, height, 4));
    }

    function test_the_transitions_bind_dynasty_observation_gas_and_kernel() public {
        _walk();
        uint64 rises = 0;
        Transition memory before = place.transition(checkpoint(3), place.hints(checkpoint(3)));
        for (uint64 h = 4; h <= height; ++h) {
            Transition memory t = place.transition(checkpoint(h), place.hints(checkpoint(h)));
            check(t.gas > before.gas && t.transactionRoot != before.transactionRoot, "gas and root grow");
            check(t.dynasty >= before.dynasty && t.originNumber >= before.originNumber, "nothing falls");
            if (t.originNumber > before.originNumber) ++rises;
            before = t;
        }
        assertEq(before.kernel, place.kernelHash(3));
        check(rises >= 2, "observations reached the transitions");
    }

    function test_the_logs_alone_rebuild_the_state() public {
        vm.recordLogs();
        _walk();
        _read(vm.getRecordedLogs());
        assertEq(abi.encode(place.head()), abi.encode(known));
        for (uint64 h = 0; h <= height; ++h) {
            assertEq(place.finalised(h), finalisedAt[h]);
            (bool yes, uint64 at) = place.justified(coreId, checkpoint(h));
            assertEq(yes ? at + 1 : 0, justifiedMark[coreId][checkpoint(h)]);
            (, bool anchored) = store.position(checkpoint(h));
            check(anchored == anchoredAt[checkpoint(h)], "anchored");
        }
        for (uint256 i = 0; i < linkHashes.length; ++i) {
            Link memory l = linkAt[linkHashes[i]];
            Link memory own = place.link(linkHashes[i]);
            own.flags = 0;
            assertEq(abi.encode(own), abi.encode(l));
        }
        assertEq(place.validatorCount(), indices);
        for (uint32 i = 0; i < indices; ++i) {
            assertEq(abi.encode(place.validator(i)), abi.encode(votingAt[i]));
        }
        for (uint64 k = 0; k <= 3; ++k) {
            assertEq(place.total(k), totalAt[k]);
        }
        for (uint64 h = ORIGIN_ROOT_HEIGHT + 1; h < originHeight; ++h) {
            if (place.observed(h) == 0) continue;
            assertEq(originAt[h * E_O], place.observed(h));
            assertEq(origin.finalisedRoot(h * E_O), originStateOf[place.observed(h)]);
        }
    }

    /// @dev Two kernels, from deployment on.
    function _walk() internal {
        build(four());
        advance();
        Vote memory committed = advance();
        (Kernel memory k, MetaBlock memory parent) = kernelAfter(committed, update(4, 10, JOIN));
        relayKernel(k, parent, committed);
        uint64 relayedIn = place.head().dynasty;
        advance();
        assertEq(place.head().kernel, 1, "d + 1 is too early");
        advance();
        assertEq(place.head().kernel, 2);
        assertEq(place.head().dynasty, relayedIn + 2);
        advance();
        // The first source that K_2 counts is committed in B_2; its meta-block carries a logout.
        committed = advance();
        committed = advance();
        assertEq(place.link(MosaicHash.hash(committed)).kernel, 2);
        assertEq(place.link(MosaicHash.hash(committed)).forward, 50);
        assertEq(place.link(MosaicHash.hash(committed)).rear, 40);
        (k, parent) = kernelAfter(committed, update(0, 0, LOGOUT));
        relayKernel(k, parent, committed);
        for (uint256 i = 0; i < 4; ++i) {
            committed = advance();
        }
    }

    // A reader of logs.

    function _read(Vm.Log[] memory logs) internal {
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter == address(place)) _readPlace(logs[i].topics, logs[i].data);
            else if (logs[i].emitter == address(store)) _readStore(logs[i].topics);
            else if (logs[i].emitter == address(origin)) _readOrigin(logs[i].topics, logs[i].data);
        }
    }

    function _readStore(bytes32[] memory topics) internal {
        bool root = topics[0] == IAuxiliaryBlockStore.AuxiliaryRootRecorded.selector;
        if (root || topics[0] == IAuxiliaryBlockStore.BlockAnchored.selector) anchoredAt[topics[1]] = true;
    }

    function _readOrigin(bytes32[] memory topics, bytes memory data) internal {
        if (topics[0] == IOriginBlockStore.OriginBlockReported.selector) {
            (, originStateOf[topics[1]]) = abi.decode(data, (uint64, bytes32));
        } else if (topics[0] == IOriginBlockStore.OriginBlockFinalised.selector) {
            originAt[abi.decode(data, (uint64))] = topics[1];
        }
    }

    function _readPlace(bytes32[] memory topics, bytes memory data) internal {
        bytes32 what = topics[0];
        if (what == IPollingPlace.CheckpointJustified.selector) {
            justifiedMark[topics[1]][topics[2]] = abi.decode(data, (uint64)) + 1;
        } else if (what == IPollingPlace.CheckpointFinalised.selector) {
            _readFinalised(topics[1], data);
        } else if (what == IPollingPlace.LinkRegistered.selector) {
            (, uint32 kernel, uint64 forward, uint64 rear) = abi.decode(data, (Vote, uint32, uint64, uint64));
            linkAt[topics[1]] = Link(uint24(kernel), 0, 0, uint56(forward), 0, uint56(rear));
            linkHashes.push(topics[1]);
        } else if (what == IPollingPlace.VoteRecorded.selector) {
            (uint64 forward, uint64 rear,,) = abi.decode(data, (uint64, uint64, bytes32, bytes32));
            (linkAt[topics[1]].forward, linkAt[topics[1]].rear) = (uint56(forward), uint56(rear));
        } else if (what == IPollingPlace.KernelPending.selector) {
            _readPending(data);
        } else if (what == IPollingPlace.KernelEnforced.selector) {
            (known.kernel, known.pendingKernel) = (uint32(uint256(topics[1])), 0);
        } else if (what == IPollingPlace.ValidatorJoined.selector) {
            _readJoined(uint32(uint256(topics[1])), address(uint160(uint256(topics[2]))), abi.decode(data, (uint32)));
        } else if (
            // The founders are joins that follow the first event; a record passed over changes nothing.
            what != IPollingPlace.PollingPlaceOpened.selector && what != IPollingPlace.VoteSkipped.selector
        ) {
            revert AssertionFailed("an event that the reader does not know");
        }
    }

    function _readFinalised(bytes32 chain, bytes memory data) internal {
        (uint64 h, bytes32 t, uint64 dynasty) = abi.decode(data, (uint64, bytes32, uint64));
        if (chain == originId) {
            known.finalisedOrigin = h;
        } else {
            (known.finalisedAuxiliary, known.dynasty, finalisedAt[h]) = (h, dynasty, t);
        }
    }

    function _readPending(bytes memory data) internal {
        (, uint64 dynasty, Kernel memory k) = abi.decode(data, (bytes32, uint64, Kernel));
        (known.pendingKernel, known.pendingDynasty) = (uint32(k.height), dynasty);
        totalAt[k.height] += totalAt[k.height - 1];
        for (uint256 i = 0; i < k.updates.length; ++i) {
            ValidatorUpdate memory u = k.updates[i];
            if (u.kind == JOIN) continue;
            Voting storage v = votingAt[keyAt[u.validator] - 1];
            totalAt[k.height] = totalAt[k.height] - v.weight + uint64(u.weight);
            (v.previous, v.weight, v.changedAt) = (v.weight, uint32(u.weight), uint32(k.height));
        }
    }

    function _readJoined(uint32 index, address who, uint32 weight) internal {
        uint32 k = known.pendingKernel;
        votingAt[index] = k == 0 ? Voting(who, weight, weight, 0) : Voting(who, weight, 0, k);
        keyAt[who] = index + 1;
        indices = index + 1;
        totalAt[k] += weight;
        if (k == 0) totalAt[1] += weight;
    }
}

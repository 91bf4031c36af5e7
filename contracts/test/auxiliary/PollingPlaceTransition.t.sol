// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Record} from "../../src/auxiliary/IAuxiliaryBlockStore.sol";
import {Hints, IPollingPlace} from "../../src/auxiliary/IPollingPlace.sol";
import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Transition, Vote} from "../../src/lib/Types.sol";
import {World} from "./World.sol";

/// @dev T(s) is a function of the state after block s (2.6).
contract PollingPlaceTransitionTest is World {
    function setUp() public {
        build(four());
        reach(3);
    }

    function test_the_roots_transition_is_what_both_sides_were_given() public view {
        Transition memory t = place.transition(checkpoint(2), Hints(0, 0));
        assertEq(t.dynasty, 0);
        assertEq(t.originNumber, 40);
        assertEq(t.originHash, ORIGIN_ROOT);
        assertEq(t.transactionRoot, keccak256(abi.encode("tx", uint64(16))));
        assertEq(t.gas, 21_016);
        assertEq(t.kernel, MosaicHash.hash(newest));
    }

    function test_gas_and_transaction_root_come_from_the_reported_headers_up_to_the_source() public view {
        bytes32 r = keccak256(abi.encode("tx", uint64(16)));
        uint256 gas = 21_016;
        for (uint64 n = 17; n <= 24; ++n) {
            r = keccak256(abi.encodePacked(r, keccak256(abi.encode("tx", n))));
            gas += 21_000 + n;
        }
        Transition memory t = place.transition(checkpoint(3), place.hints(checkpoint(3)));
        assertEq(t.transactionRoot, r);
        assertEq(t.gas, gas);
    }

    function test_a_transition_never_depends_on_what_happens_after_its_source() public {
        advance();
        finaliseOrigin(keccak256("first"));
        advance();
        adopt(update(4, 10, JOIN));
        advance();
        uint64 last = height;
        bytes32[] memory before = new bytes32[](last + 1);
        for (uint64 h = ROOT_HEIGHT; h <= last; ++h) {
            before[h] = _hash(h);
        }
        // Everything that T is made of changes, in later blocks.
        finaliseOrigin(keccak256("second"));
        for (uint256 i = 0; i < 4; ++i) {
            advance();
        }
        assertEq(place.head().kernel, 2);
        adopt(update(5, 10, JOIN));
        for (uint64 h = ROOT_HEIGHT; h <= last; ++h) {
            assertEq(_hash(h), before[h], "T(s)");
        }
        check(_hash(height) != before[last], "the newest one differs");
    }

    function test_events_of_the_sources_own_block_are_in_its_transition_and_later_ones_are_not() public {
        advance();
        mineTo(31);
        // The EVM stands in block 32, the checkpoint: what happens now is in its state.
        finaliseOrigin(keccak256("in block 32"));
        reach(4);
        finaliseOrigin(keccak256("in block 33"));
        Transition memory t = place.transition(checkpoint(4), place.hints(checkpoint(4)));
        assertEq(t.originNumber, 44);
        assertEq(place.head().finalisedOrigin, 13);
    }

    function test_entries_of_one_block_overwrite() public {
        finaliseOrigin(keccak256("a"));
        finaliseOrigin(keccak256("b"));
        assertEq(place.observationCount(), 2);
        assertEq(place.observationEntry(1).height, 13);
        assertEq(place.observationEntry(1).number, block.number);
        mineTo(26);
        finaliseOrigin(keccak256("c"));
        assertEq(place.observationCount(), 3);
        // Two dynasties in one block.
        reach(7);
        for (uint64 h = 2; h < 6; ++h) {
            castAll(linkOf(h, h + 1));
        }
        assertEq(place.head().dynasty, 3);
        assertEq(place.dynastyCount(), 2);
        assertEq(place.dynastyEntry(1).dynasty, 3);
        assertEq(place.dynastyEntry(1).finalised, 5);
    }

    function test_the_hints_are_the_newest_entries_up_to_the_source() public {
        for (uint256 i = 0; i < 9; ++i) {
            if (i % 2 == 0) finaliseOrigin(bytes32(i + 1));
            advance();
        }
        for (uint64 h = ROOT_HEIGHT; h <= height; ++h) {
            Hints memory at = place.hints(checkpoint(h));
            uint32 d = place.dynastyCount() - 1;
            while (place.dynastyEntry(d).number > h * E) --d;
            uint32 o = place.observationCount() - 1;
            while (place.observationEntry(o).number > h * E) --o;
            assertEq(at.dynasty, d, "dynasty");
            assertEq(at.observation, o, "observation");
        }
    }

    function test_a_hint_that_is_too_old_too_new_or_beyond_the_end_is_refused() public {
        for (uint256 i = 0; i < 5; ++i) {
            finaliseOrigin(bytes32(i + 1));
            advance();
        }
        bytes32 source = checkpoint(5);
        Hints memory right = place.hints(source);
        for (uint32 d = 0; d < place.dynastyCount() + 2; ++d) {
            if (d == right.dynasty) continue;
            _refuseDynasty(source, Hints(d, right.observation));
        }
        _refuseDynasty(source, Hints(type(uint32).max, right.observation));
        for (uint32 o = 0; o < place.observationCount() + 2; ++o) {
            if (o == right.observation) continue;
            _refuseObservation(source, Hints(right.dynasty, o));
        }
        _refuseObservation(source, Hints(right.dynasty, type(uint32).max));
        place.transition(source, right);
    }

    function test_the_newest_entry_serves_sources_after_it() public {
        advance();
        advance();
        reach(9);
        Hints memory last = place.hints(checkpoint(9));
        assertEq(last.dynasty, place.dynastyCount() - 1);
        place.transition(checkpoint(9), last);
    }

    function test_a_vote_with_a_wrong_hint_is_refused_and_once_cached_hints_are_ignored() public {
        advance();
        finaliseOrigin(keccak256("a"));
        advance();
        finaliseOrigin(keccak256("b"));
        reach(5);
        Vote memory link = linkOf(4, 5);
        (bytes32 r, bytes32 vs) = signed(0, link);
        Hints memory right = hintsOf(link);
        vm.expectRevert(abi.encodeWithSelector(IPollingPlace.DynastyHintWrong.selector, 9, uint64(32)));
        place.vote(link, 0, r, vs, Hints(9, right.observation));
        vm.expectRevert(abi.encodeWithSelector(IPollingPlace.ObservationHintWrong.selector, 9, uint64(32)));
        place.vote(link, 0, r, vs, Hints(right.dynasty, 9));
        place.vote(link, 0, r, vs, right);
        (r, vs) = signed(1, link);
        place.vote(link, 1, r, vs, Hints(9, 9));
        // Another link of the same source needs no hints either.
        reach(6);
        Vote memory further = linkOf(4, 6);
        (r, vs) = signed(0, further);
        place.vote(further, 0, r, vs, Hints(9, 9));
        assertEq(place.link(MosaicHash.hash(further)).kernel, place.link(MosaicHash.hash(link)).kernel);
        assertEq(place.transitionHash(link.source, Hints(9, 9)), link.transition);
    }

    function test_a_source_that_is_not_anchored_has_no_transition() public {
        mineTo(32);
        vm.setBlockhash(32, keccak256("another block"));
        store.report(hashAt[24], run(24, 32));
        bytes32 source = hashAt[32];
        Record memory r = store.record(source);
        check(r.number == 32 && !r.anchored, "recorded, not anchored");
        bytes memory why = abi.encodeWithSelector(IPollingPlace.SourceNotAnchored.selector, source);
        vm.expectRevert(why);
        place.transition(source, Hints(0, 0));
        vm.expectRevert(why);
        place.transitionHash(source, Hints(0, 0));
        vm.expectRevert(why);
        place.hints(source);
    }

    function test_the_link_is_counted_by_the_kernel_in_force_as_of_its_source() public {
        advance();
        adopt(update(4, 10, JOIN));
        advance();
        // The link that puts K_2 in force, from 4 to 5, is counted by K_1; so is the next one, whose source lies in
        // block 40, before the votes of block 41; a source in block 48 is counted by K_2.
        for (uint64 h = 4; h <= 6; ++h) {
            Vote memory link = advance();
            assertEq(link.sourceHeight, h);
            assertEq(place.head().kernel, 2);
            uint24 kernel = h < 6 ? 1 : 2;
            assertEq(place.link(MosaicHash.hash(link)).kernel, kernel);
            assertEq(place.transition(link.source, place.hints(link.source)).kernel, place.kernelHash(kernel));
        }
        assertEq(place.dynastyEntry(2).number, 41);
    }

    function _hash(uint64 h) internal view returns (bytes32) {
        bytes32 source = checkpoint(h);
        return MosaicHash.hash(place.transition(source, place.hints(source)));
    }

    function _refuseDynasty(bytes32 source, Hints memory at) internal {
        vm.expectRevert(abi.encodeWithSelector(IPollingPlace.DynastyHintWrong.selector, at.dynasty, uint64(40)));
        place.transition(source, at);
    }

    function _refuseObservation(bytes32 source, Hints memory at) internal {
        vm.expectRevert(abi.encodeWithSelector(IPollingPlace.ObservationHintWrong.selector, at.observation, uint64(40)));
        place.transition(source, at);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Hints, IPollingPlace, Link} from "../../src/auxiliary/IPollingPlace.sol";
import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Signatures} from "../../src/lib/Signatures.sol";
import {Vote} from "../../src/lib/Types.sol";
import {World} from "./World.sol";

/// @dev The checks of a vote in the order of 2.8, one after another, and what a recorded vote does.
contract PollingPlaceVoteTest is World {
    function setUp() public {
        build(four());
        reach(3);
    }

    // 1. The chain is known.

    function test_a_vote_about_an_unknown_chain_is_refused() public {
        Vote memory link = linkOf(2, 3);
        link.chain = MosaicHash.coreId(ORIGIN_CHAIN, address(0xBAD));
        refuse(0, link, abi.encodeWithSelector(IPollingPlace.ChainUnknown.selector, link.chain));
        link.chain = 0;
        refuse(0, link, abi.encodeWithSelector(IPollingPlace.ChainUnknown.selector, link.chain));
    }

    // 2. The target is above the source.

    function test_a_target_not_above_its_source_is_refused() public {
        Vote memory link = linkOf(2, 3);
        (link.sourceHeight, link.targetHeight) = (2, 2);
        refuse(0, link, abi.encodeWithSelector(IPollingPlace.HeightsNotAscending.selector, 2, 2));
        (link.sourceHeight, link.targetHeight) = (3, 2);
        refuse(0, link, abi.encodeWithSelector(IPollingPlace.HeightsNotAscending.selector, 3, 2));
    }

    // 3. The source is justified, with its height.

    function test_a_source_that_is_not_justified_is_refused() public {
        reach(4);
        Vote memory link = linkOf(3, 4);
        refuse(0, link, abi.encodeWithSelector(IPollingPlace.SourceNotJustified.selector, link.source, 3));
    }

    function test_a_source_height_that_is_not_the_justified_one_is_refused() public {
        advance();
        reach(4);
        Vote memory link = linkOf(3, 4);
        link.sourceHeight = 2;
        refuse(0, link, abi.encodeWithSelector(IPollingPlace.SourceNotJustified.selector, link.source, 2));
        link.sourceHeight = type(uint64).max - 1;
        link.targetHeight = type(uint64).max;
        refuse(
            0, link, abi.encodeWithSelector(IPollingPlace.SourceNotJustified.selector, link.source, link.sourceHeight)
        );
    }

    function test_a_source_justified_on_one_chain_is_none_on_the_other() public {
        Vote memory link = linkOf(2, 3);
        link.chain = originId;
        link.transition = 0;
        refuse(0, link, abi.encodeWithSelector(IPollingPlace.SourceNotJustified.selector, link.source, 2));
    }

    // 4. The source is not below the last finalised height.

    function test_a_vote_below_the_last_finalised_height_is_refused() public {
        for (uint256 i = 0; i < 3; ++i) {
            advance();
        }
        reach(6);
        assertEq(place.head().finalisedAuxiliary, 4);
        Vote memory link = linkOf(3, 6);
        refuse(0, link, abi.encodeWithSelector(IPollingPlace.SourceBelowFinalised.selector, 3, 4));
        cast(0, linkOf(4, 6));
    }

    function test_a_registered_link_is_closed_when_its_source_falls_below_the_last_finalised_height() public {
        advance();
        reach(6);
        Vote memory old = linkOf(3, 6);
        cast(0, old);
        for (uint256 i = 0; i < 2; ++i) {
            advance();
        }
        refuse(1, old, abi.encodeWithSelector(IPollingPlace.SourceBelowFinalised.selector, 3, 4));
    }

    function test_the_last_finalised_heights_of_the_two_chains_are_apart() public {
        advanceOrigin(0);
        advanceOrigin(0);
        advanceOrigin(0);
        assertEq(place.head().finalisedOrigin, 12);
        assertEq(place.head().finalisedAuxiliary, 2);
        cast(0, linkOf(2, 3));
    }

    function test_a_vote_about_origin_below_its_last_finalised_height_is_refused() public {
        Vote memory first = advanceOrigin(0);
        advanceOrigin(0);
        advanceOrigin(0);
        Vote memory link = originLink(0);
        (link.source, link.sourceHeight) = (first.target, 11);
        refuse(0, link, abi.encodeWithSelector(IPollingPlace.SourceBelowFinalised.selector, 11, 12));
    }

    // 5. The target is anchored or reported, with its height.

    function test_a_target_without_a_record_is_refused() public {
        Vote memory link = linkOf(2, 3);
        link.target = keccak256("nowhere");
        refuse(0, link, abi.encodeWithSelector(IPollingPlace.TargetNotAnchored.selector, link.target));
        link = originLink(0);
        link.target = keccak256("nowhere");
        refuse(0, link, abi.encodeWithSelector(IPollingPlace.TargetNotReported.selector, link.target));
    }

    function test_a_recorded_target_that_is_not_anchored_is_refused() public {
        mineTo(4 * E);
        bytes32 own = hashAt[4 * E];
        vm.setBlockhash(4 * E, keccak256("another block"));
        store.report(hashAt[3 * E], run(3 * E, 4 * E));
        Vote memory link = linkOf(2, 3);
        (link.target, link.targetHeight) = (own, 4);
        refuse(0, link, abi.encodeWithSelector(IPollingPlace.TargetNotAnchored.selector, own));
        vm.setBlockhash(4 * E, own);
        store.anchor(own);
        cast(0, link);
    }

    function test_a_target_height_that_is_not_the_blocks_own_is_refused() public {
        Vote memory link = linkOf(2, 3);
        link.targetHeight = 4;
        refuse(0, link, abi.encodeWithSelector(IPollingPlace.TargetHeightMismatch.selector, link.target, uint64(24), 4));
        // 2^61 * 8 wraps to 0 in 64 bits.
        link.targetHeight = (1 << 61) + 3;
        refuse(
            0,
            link,
            abi.encodeWithSelector(
                IPollingPlace.TargetHeightMismatch.selector, link.target, uint64(24), link.targetHeight
            )
        );
    }

    function test_a_target_between_two_checkpoints_is_refused() public {
        mineTo(28);
        store.report(hashAt[24], run(24, 28));
        Vote memory link = linkOf(2, 3);
        link.target = hashAt[28];
        refuse(0, link, abi.encodeWithSelector(IPollingPlace.TargetHeightMismatch.selector, link.target, uint64(28), 3));
    }

    function test_a_target_height_of_origin_that_is_not_the_blocks_own_is_refused() public {
        Vote memory link = originLink(0);
        link.targetHeight = 12;
        refuse(
            0, link, abi.encodeWithSelector(IPollingPlace.TargetHeightMismatch.selector, link.target, uint64(44), 12)
        );
    }

    // 6. The transition is T(s), or 0.

    function test_a_transition_that_is_not_that_of_the_source_is_refused() public {
        Vote memory link = linkOf(2, 3);
        bytes32 own = link.transition;
        link.transition = keccak256("another history");
        refuse(0, link, abi.encodeWithSelector(IPollingPlace.TransitionMismatch.selector, own, link.transition));
        link.transition = 0;
        refuse(0, link, abi.encodeWithSelector(IPollingPlace.TransitionMismatch.selector, own, bytes32(0)));
        // The same once it is cached.
        link.transition = own;
        cast(0, link);
        link.transition = keccak256("another history");
        refuse(1, link, abi.encodeWithSelector(IPollingPlace.TransitionMismatch.selector, own, link.transition));
    }

    function test_a_vote_about_origin_carries_no_transition() public {
        Vote memory link = originLink(0);
        link.transition = keccak256("a transition");
        refuse(0, link, abi.encodeWithSelector(IPollingPlace.TransitionMismatch.selector, bytes32(0), link.transition));
    }

    // 7. The kernel.

    function test_a_link_about_origin_closes_when_two_younger_kernels_are_written() public {
        Vote memory link = originLink(0);
        cast(0, link);
        adopt(update(4, 10, JOIN));
        cast(1, link);
        advance();
        advance();
        advance();
        assertEq(place.head().kernel, 2);
        adopt(update(5, 10, JOIN));
        assertEq(place.link(MosaicHash.hash(link)).kernel, 1);
        refuse(2, link, abi.encodeWithSelector(IPollingPlace.LinkTooOld.selector, 1, 3));
    }

    // 8. to 10. The record.

    function test_an_index_that_nobody_has_is_refused() public {
        Vote memory link = linkOf(2, 3);
        refuse(4, link, abi.encodeWithSelector(IPollingPlace.ValidatorUnknown.selector, 4));
        refuse(
            type(uint32).max, link, abi.encodeWithSelector(IPollingPlace.ValidatorUnknown.selector, type(uint32).max)
        );
    }

    function test_a_signature_of_another_validator_is_refused() public {
        Vote memory link = linkOf(2, 3);
        (bytes32 r, bytes32 vs) = signed(1, link);
        Hints memory hints = hintsOf(link);
        vm.expectRevert(abi.encodeWithSelector(IPollingPlace.SignatureInvalid.selector, 0, signerOf(1)));
        place.vote(link, 0, r, vs, hints);
    }

    function test_a_signature_with_high_s_or_of_no_key_is_refused() public {
        Vote memory link = linkOf(2, 3);
        Hints memory hints = hintsOf(link);
        (bytes32 r, bytes32 vs) = signed(0, link);
        bytes32 high = bytes32(Signatures.HALF_ORDER + 1);
        vm.expectRevert(abi.encodeWithSelector(IPollingPlace.SignatureInvalid.selector, 0, address(0)));
        place.vote(link, 0, r, high, hints);
        vm.expectRevert(abi.encodeWithSelector(IPollingPlace.SignatureInvalid.selector, 0, address(0)));
        place.vote(link, 0, 0, vs, hints);
        vm.expectRevert(abi.encodeWithSelector(IPollingPlace.SignatureInvalid.selector, 0, address(0)));
        place.vote(link, 0, r, bytes32(type(uint256).max), hints);
    }

    function test_a_signature_under_another_cores_domain_is_refused() public {
        Vote memory link = linkOf(2, 3);
        Hints memory hints = hintsOf(link);
        bytes32 other = MosaicHash.domain(ORIGIN_CHAIN, address(0xBAD));
        (bytes32 r, bytes32 vs) = signWords(keyOf(0), MosaicHash.digest(other, MosaicHash.hash(link)));
        vm.expectPartialRevert(IPollingPlace.SignatureInvalid.selector);
        place.vote(link, 0, r, vs, hints);
    }

    function test_a_slashed_validator_votes_no_more() public {
        Vote memory link = linkOf(2, 3);
        cast(0, link);
        adopt(update(0, 0, SLASH));
        reach(4);
        Vote memory next = linkOf(2, 4);
        refuse(0, next, abi.encodeWithSelector(IPollingPlace.ValidatorSlashed.selector, 0));
        // Slashed comes before recorded.
        refuse(0, link, abi.encodeWithSelector(IPollingPlace.ValidatorSlashed.selector, 0));
        // What it voted before stays in the tally.
        cast(1, link);
        assertEq(place.link(MosaicHash.hash(link)).forward, 20);
    }

    function test_a_validator_is_recorded_once_at_a_chain_and_target_height() public {
        reach(4);
        Vote memory link = linkOf(2, 4);
        cast(0, link);
        bytes memory already = abi.encodeWithSelector(IPollingPlace.VoteAlreadyRecorded.selector, 0, coreId, 4);
        refuse(0, link, already);
        cast(1, linkOf(2, 3));
        cast(2, linkOf(2, 3));
        cast(3, linkOf(2, 3));
        // Another link to the same height is the same height.
        refuse(0, linkOf(3, 4), already);
        assertTrue(place.recorded(coreId, 4, 0));
        assertFalse(place.recorded(coreId, 4, 1));
        assertFalse(place.recorded(originId, 4, 0));
    }

    function test_votes_are_recorded_in_any_order_of_heights() public {
        reach(5);
        cast(0, linkOf(2, 5));
        cast(0, linkOf(2, 3));
        cast(0, linkOf(2, 4));
    }

    function test_a_validator_without_weight_in_either_set_is_refused() public {
        adopt(update(4, 10, JOIN));
        // Its weight begins with K_2; the link is counted by K_1.
        Vote memory link = linkOf(2, 3);
        refuse(4, link, abi.encodeWithSelector(IPollingPlace.WeightZero.selector, 4, 1));
    }

    // The order.

    function test_the_checks_come_in_the_order_of_2_8() public {
        for (uint256 i = 0; i < 3; ++i) {
            advance();
        }
        reach(6);
        adopt(update(0, 0, SLASH));
        Vote memory good = linkOf(4, 6);
        // Everything is wrong; each step mends what was complained of.
        Vote memory link = Vote(keccak256("chain"), 0, checkpoint(2), keccak256("target"), 3, 3);
        refuse(9, link, abi.encodeWithSelector(IPollingPlace.ChainUnknown.selector, link.chain));
        link.chain = coreId;
        refuse(9, link, abi.encodeWithSelector(IPollingPlace.HeightsNotAscending.selector, 3, 3));
        link.targetHeight = 7;
        refuse(9, link, abi.encodeWithSelector(IPollingPlace.SourceNotJustified.selector, link.source, 3));
        link.sourceHeight = 2;
        refuse(9, link, abi.encodeWithSelector(IPollingPlace.SourceBelowFinalised.selector, 2, 4));
        (link.source, link.sourceHeight) = (good.source, 4);
        refuse(9, link, abi.encodeWithSelector(IPollingPlace.TargetNotAnchored.selector, link.target));
        link.target = good.target;
        refuse(9, link, abi.encodeWithSelector(IPollingPlace.TargetHeightMismatch.selector, link.target, uint64(48), 7));
        link.targetHeight = 6;
        refuse(9, link, abi.encodeWithSelector(IPollingPlace.TransitionMismatch.selector, good.transition, 0));
        link.transition = good.transition;
        refuse(9, link, abi.encodeWithSelector(IPollingPlace.ValidatorUnknown.selector, 9));
        (bytes32 r, bytes32 vs) = signed(1, link);
        Hints memory hints = hintsOf(link);
        vm.expectRevert(abi.encodeWithSelector(IPollingPlace.SignatureInvalid.selector, 0, signerOf(1)));
        place.vote(link, 0, r, vs, hints);
        refuse(0, link, abi.encodeWithSelector(IPollingPlace.ValidatorSlashed.selector, 0));
        cast(1, link);
        refuse(1, link, abi.encodeWithSelector(IPollingPlace.VoteAlreadyRecorded.selector, 1, coreId, 6));
    }

    // What a recorded vote does.

    function test_the_first_vote_registers_the_link_and_each_logs_its_signature_and_the_tallies() public {
        Vote memory link = linkOf(2, 3);
        bytes32 hash = MosaicHash.hash(link);
        Hints memory hints = hintsOf(link);
        (bytes32 r, bytes32 vs) = signed(2, link);
        vm.expectEmit(address(place));
        emit IPollingPlace.LinkRegistered(hash, link, 1, 40, 40);
        vm.expectEmit(address(place));
        emit IPollingPlace.VoteRecorded(hash, 2, 10, 10, r, vs);
        place.vote(link, 2, r, vs, hints);
        assertEq(place.transitionOf(link.source), link.transition);
        (r, vs) = signed(0, link);
        vm.expectEmit(address(place));
        emit IPollingPlace.VoteRecorded(hash, 0, 20, 20, r, vs);
        place.vote(link, 0, r, vs, hints);
        Link memory l = place.link(hash);
        assertEq(l.forward, 20);
        assertEq(l.rearTotal, 40);
        assertEq(l.flags, 1);
    }

    function test_the_vote_that_makes_two_thirds_justifies_and_the_later_ones_are_still_recorded() public {
        Vote memory link = linkOf(2, 3);
        cast(0, link);
        cast(1, link);
        (bool yes,) = place.justified(coreId, link.target);
        assertFalse(yes);
        (bytes32 r, bytes32 vs) = signed(2, link);
        Hints memory hints = hintsOf(link);
        vm.expectEmit(address(place));
        emit IPollingPlace.CheckpointJustified(coreId, link.target, 3);
        place.vote(link, 2, r, vs, hints);
        uint64 h;
        (yes, h) = place.justified(coreId, link.target);
        assertTrue(yes);
        assertEq(h, 3);
        assertEq(place.head().dynasty, 0, "the root's own link adds no dynasty");
        cast(3, link);
        assertEq(place.link(MosaicHash.hash(link)).forward, 40);
    }

    function test_a_link_to_the_next_height_finalises_its_source() public {
        advance();
        reach(4);
        Vote memory link = linkOf(3, 4);
        cast(0, link);
        cast(1, link);
        (bytes32 r, bytes32 vs) = signed(2, link);
        Hints memory hints = hintsOf(link);
        vm.expectEmit(address(place));
        emit IPollingPlace.CheckpointJustified(coreId, link.target, 4);
        vm.expectEmit(address(place));
        emit IPollingPlace.CheckpointFinalised(coreId, link.source, 3, link.transition, 1);
        place.vote(link, 2, r, vs, hints);
        assertEq(place.finalised(3), link.transition);
        assertEq(place.head().finalisedAuxiliary, 3);
        assertEq(place.head().dynasty, 1);
    }

    function test_a_link_over_several_heights_justifies_and_finalises_nothing() public {
        advance();
        reach(5);
        Vote memory link = linkOf(3, 5);
        castAll(link);
        (bool yes,) = place.justified(coreId, link.target);
        assertTrue(yes);
        assertEq(place.head().finalisedAuxiliary, 2);
        assertEq(place.finalised(3), 0);
        assertEq(place.head().dynasty, 0);
    }

    function test_finalised_is_at_storage_slot_0() public {
        advance();
        advance();
        bytes32 slot = keccak256(abi.encode(uint64(3), uint256(0)));
        assertEq(vm.load(address(place), slot), place.finalised(3));
        check(place.finalised(3) != 0, "a checkpoint was finalised");
    }

    function test_origins_source_is_finalised_into_the_ring() public {
        Vote memory first = advanceOrigin(keccak256("root of 11"));
        Vote memory link = originLink(0);
        cast(0, link);
        cast(1, link);
        (bytes32 r, bytes32 vs) = signed(2, link);
        vm.expectEmit(address(place));
        emit IPollingPlace.CheckpointFinalised(originId, first.target, 11, 0, 0);
        place.vote(link, 2, r, vs, Hints(0, 0));
        assertEq(origin.finalisedRoot(44), keccak256("root of 11"));
        assertEq(place.observed(11), first.target);
        assertEq(place.head().finalisedOrigin, 11);
        assertEq(place.head().dynasty, 0, "a dynasty counts the auxiliary chain alone");
    }

    function test_origins_root_is_never_put_into_the_ring() public {
        advanceOrigin(0);
        assertEq(origin.finalisedCount(), 0);
        assertEq(place.observationCount(), 1);
    }
}

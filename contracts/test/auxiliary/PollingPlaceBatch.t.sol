// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Hints, IPollingPlace, Link} from "../../src/auxiliary/IPollingPlace.sol";
import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Vote} from "../../src/lib/Types.sol";
import {World} from "./World.sol";

/// @dev Batches of votes (2.7): a bad link reverts, a bad record is passed over. And the quorum, by small tables (5.3).
contract PollingPlaceBatchTest is World {
    function setUp() public {
        build(four());
        reach(3);
    }

    function test_a_batch_records_what_single_votes_record() public {
        Vote memory link = linkOf(2, 3);
        bytes32 hash = MosaicHash.hash(link);
        uint256 id = vm.snapshotState();
        for (uint32 i = 0; i < 4; ++i) {
            cast(i, link);
        }
        bytes memory single = abi.encode(place.link(hash), place.head(), place.transitionOf(link.source));
        vm.revertToState(id);
        castAll(link);
        bytes memory batch = abi.encode(place.link(hash), place.head(), place.transitionOf(link.source));
        assertEq(batch, single);
        for (uint32 i = 0; i < 4; ++i) {
            assertTrue(place.recorded(coreId, 3, i));
        }
    }

    function test_a_record_that_fails_is_passed_over_with_its_reason() public {
        adopt(update(4, 10, JOIN)); // index 4 has no weight in K_1
        Vote memory link = linkOf(2, 3);
        cast(1, link);
        (bytes32 r, bytes32 vs) = signed(0, link);
        bytes memory all = bytes.concat(
            recordOf(9, link),
            abi.encodePacked(uint32(2), r, vs),
            recordOf(1, link),
            recordOf(4, link),
            recordOf(0, link)
        );
        _expectSkip(1, IPollingPlace.SkipReason.VoteAlreadyRecorded, link);
        _expectSkip(4, IPollingPlace.SkipReason.WeightZero, link);
        vm.expectEmit(address(place));
        emit IPollingPlace.VoteRecorded(MosaicHash.hash(link), 0, 20, 20, r, vs);
        place.voteBatch(link, all, Hints(0, 0));
        assertEq(place.link(MosaicHash.hash(link)).forward, 20);
    }

    /// The second of two votes that offend together is recorded nowhere: the log alone shows it, whoever carried it here
    /// and in whatever form (2.3).
    function test_a_second_vote_at_one_height_stands_in_the_log_with_its_signature() public {
        reach(4);
        castAll(linkOf(2, 3));
        cast(1, linkOf(2, 4));
        Vote memory second = linkOf(3, 4);
        bytes memory one = recordOf(1, second);
        Hints memory hints = hintsOf(second);
        _expectSkip(1, IPollingPlace.SkipReason.VoteAlreadyRecorded, second);
        place.voteBatch(second, one, hints);
    }

    /// Who follows the logs reads all of a block's: what anybody can make up by thousands must not be among them.
    function test_records_that_no_validator_signed_leave_no_log() public {
        Vote memory link = linkOf(2, 3);
        (bytes32 r, bytes32 vs) = signed(0, link);
        bytes memory all = bytes.concat(
            recordOf(9, link),
            abi.encodePacked(uint32(2), r, vs),
            abi.encodePacked(uint32(2), r, type(uint256).max),
            new bytes(68)
        );
        vm.recordLogs();
        place.voteBatch(link, all, Hints(0, 0));
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_a_slashed_validators_record_is_passed_over() public {
        adopt(update(3, 0, SLASH));
        Vote memory link = linkOf(2, 3);
        bytes memory all = records(2, 4, link);
        // Index 2 is recorded first, index 3 is passed over.
        place.voteBatch(link, all, Hints(0, 0));
        assertEq(place.link(MosaicHash.hash(link)).forward, 10);
        assertFalse(place.recorded(coreId, 3, 3));
        bytes memory one = recordOf(3, link);
        _expectSkip(3, IPollingPlace.SkipReason.ValidatorSlashed, link);
        place.voteBatch(link, one, Hints(0, 0));
    }

    function test_the_same_record_twice_in_a_batch_counts_once() public {
        Vote memory link = linkOf(2, 3);
        place.voteBatch(link, bytes.concat(recordOf(0, link), recordOf(0, link)), Hints(0, 0));
        assertEq(place.link(MosaicHash.hash(link)).forward, 10);
    }

    function test_a_batch_of_nothing_but_bad_records_registers_no_link() public {
        Vote memory link = linkOf(2, 3);
        place.voteBatch(link, recordOf(9, link), Hints(0, 0));
        assertEq(place.link(MosaicHash.hash(link)).flags, 0);
        assertEq(place.transitionOf(link.source), 0);
    }

    function test_a_bad_link_reverts_the_batch() public {
        Vote memory link = linkOf(2, 3);
        link.target = keccak256("nowhere");
        bytes memory all = records(0, 4, link);
        vm.expectRevert(abi.encodeWithSelector(IPollingPlace.TargetNotAnchored.selector, link.target));
        place.voteBatch(link, all, Hints(0, 0));
    }

    function test_records_of_a_wrong_length_are_refused() public {
        Vote memory link = linkOf(2, 3);
        bytes memory all = records(0, 2, link);
        uint256 most = 256 * 68;
        vm.expectRevert(abi.encodeWithSelector(IPollingPlace.RecordsLengthInvalid.selector, 0, most));
        place.voteBatch(link, "", Hints(0, 0));
        vm.expectRevert(abi.encodeWithSelector(IPollingPlace.RecordsLengthInvalid.selector, 137, most));
        place.voteBatch(link, bytes.concat(all, hex"00"), Hints(0, 0));
        vm.expectRevert(abi.encodeWithSelector(IPollingPlace.RecordsLengthInvalid.selector, 257 * 68, most));
        place.voteBatch(link, new bytes(257 * 68), Hints(0, 0));
        place.voteBatch(link, new bytes(256 * 68), Hints(0, 0));
    }

    function test_a_batch_that_finalises_records_the_votes_after_the_quorum_too() public {
        advance();
        advance();
        Vote memory link = linkOf(3, 4);
        assertEq(place.link(MosaicHash.hash(link)).forward, 40);
        assertEq(place.head().finalisedAuxiliary, 3);
    }

    // The quorum.

    function test_the_number_of_equal_validators_that_justifies_is_more_than_two_thirds() public {
        for (uint256 count = 1; count <= 7; ++count) {
            build(same(count, 7));
            reach(3);
            Vote memory link = linkOf(2, 3);
            for (uint32 i = 0; i < count; ++i) {
                cast(i, link);
                (bool yes,) = place.justified(coreId, link.target);
                check(yes == (3 * (uint256(i) + 1) > 2 * count), "quorum");
            }
        }
    }

    function test_three_of_five_do_not_justify_though_rounded_division_passes_them() public {
        build(same(5, 1));
        reach(3);
        Vote memory link = linkOf(2, 3);
        place.voteBatch(link, records(0, 3, link), Hints(0, 0));
        (bool yes,) = place.justified(coreId, link.target);
        assertFalse(yes);
        cast(3, link);
        (yes,) = place.justified(coreId, link.target);
        assertTrue(yes);
    }

    function test_weights_count_and_not_heads() public {
        uint32[] memory weights = same(4, 1);
        weights[2] = 7;
        build(weights);
        reach(3);
        Vote memory link = linkOf(2, 3);
        cast(0, link);
        cast(1, link);
        cast(3, link);
        (bool yes,) = place.justified(coreId, link.target);
        assertFalse(yes);
        cast(2, link);
        (yes,) = place.justified(coreId, link.target);
        assertTrue(yes);
    }

    function test_the_greatest_weights_do_not_overflow_the_tally() public {
        build(same(64, type(uint32).max));
        reach(3);
        Vote memory link = linkOf(2, 3);
        castAll(link);
        Link memory l = place.link(MosaicHash.hash(link));
        assertEq(l.forward, 64 * uint256(type(uint32).max));
        assertEq(l.forwardTotal, l.forward);
        assertEq(l.flags, 3);
    }

    function test_both_sets_need_two_thirds_each() public {
        // Two founders of 10 and four joiners of 10 each: F(1) = 20, F(2) = 60.
        build(same(2, 10));
        reach(3);
        advance();
        adoptMany(2, 4);
        for (uint256 i = 0; i < 3; ++i) {
            advance();
        }
        reach(height + 1);
        Vote memory link = linkOf(height, height + 1);
        // All joiners and one founder: 50 of 60 forward, 10 of 20 rear.
        place.voteBatch(link, records(1, 6, link), hintsOf(link));
        Link memory l = place.link(MosaicHash.hash(link));
        assertEq(l.kernel, 2);
        assertEq(l.forward, 50);
        assertEq(l.forwardTotal, 60);
        assertEq(l.rear, 10);
        assertEq(l.rearTotal, 20);
        (bool yes,) = place.justified(coreId, link.target);
        assertFalse(yes);
        cast(0, link);
        (yes,) = place.justified(coreId, link.target);
        assertTrue(yes);
    }

    function test_the_rear_set_alone_justifies_nothing() public {
        build(same(2, 10));
        reach(3);
        advance();
        adoptMany(2, 4);
        for (uint256 i = 0; i < 3; ++i) {
            advance();
        }
        reach(height + 1);
        Vote memory link = linkOf(height, height + 1);
        // Both founders: 20 of 60 forward, 20 of 20 rear.
        place.voteBatch(link, records(0, 2, link), hintsOf(link));
        Link memory l = place.link(MosaicHash.hash(link));
        assertEq(l.rear, l.rearTotal);
        assertEq(l.kernel, 2);
        (bool yes,) = place.justified(coreId, link.target);
        assertFalse(yes);
    }

    function _expectSkip(uint32 index, IPollingPlace.SkipReason reason, Vote memory link) internal {
        (bytes32 r, bytes32 vs) = signed(index, link);
        vm.expectEmit(address(place));
        emit IPollingPlace.VoteSkipped(index, uint8(reason), link, r, vs);
    }
}

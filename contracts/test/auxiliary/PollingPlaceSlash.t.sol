// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IPollingPlace, Link, Signer, Voting} from "../../src/auxiliary/IPollingPlace.sol";
import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Offence} from "../../src/lib/Offence.sol";
import {Signatures} from "../../src/lib/Signatures.sol";
import {ValidatorUpdate, Vote} from "../../src/lib/Types.sol";
import {World} from "./World.sol";

/// @dev Slashing on the auxiliary chain (2.3): the checks in their order, theta at once, totals unchanged until a kernel
/// carries the slash (5.3).
contract PollingPlaceSlashTest is World {
    function setUp() public {
        build(four());
        reach(3);
    }

    /// A vote that need not be valid where votes are recorded: evidence is two signed votes alone.
    function _vote(uint64 sourceHeight, uint64 targetHeight) private view returns (Vote memory) {
        return Vote(
            coreId,
            keccak256(abi.encode("T", sourceHeight)),
            keccak256(abi.encode("block", sourceHeight)),
            keccak256(abi.encode("block", targetHeight)),
            sourceHeight,
            targetHeight
        );
    }

    function _signature(uint256 i, Vote memory cast_) private view returns (bytes memory) {
        return sign(keyOf(i), MosaicHash.digest(domain, MosaicHash.hash(cast_)));
    }

    function _slashFor(uint256 i, Vote memory a, Vote memory b) private {
        (bytes memory signatureA, bytes memory signatureB) = (_signature(i, a), _signature(i, b));
        place.slash(a, signatureA, b, signatureB);
    }

    function _slash(uint256 i) private {
        _slashFor(i, _vote(3, 6), _vote(4, 6));
    }

    function _refuse(uint256 i, Vote memory a, Vote memory b, bytes memory why) private {
        (bytes memory signatureA, bytes memory signatureB) = (_signature(i, a), _signature(i, b));
        vm.expectRevert(why);
        place.slash(a, signatureA, b, signatureB);
    }

    function _expectSlashed(uint32 i, Vote memory a, Vote memory b, uint8 condition) private {
        vm.expectEmit(address(place));
        emit IPollingPlace.Slashed(
            i, signerOf(i), condition, MosaicHash.hash(a), MosaicHash.hash(b), address(this)
        );
    }

    function _isSlashed(uint256 i) private view returns (bool) {
        return place.signer(signerOf(i)).slashed;
    }

    // The checks, in order.

    function test_votes_about_two_chains_never_offend_together() public {
        (Vote memory a, Vote memory b) = (_vote(3, 6), _vote(4, 6));
        b.chain = originId;
        _refuse(0, a, b, abi.encodeWithSelector(Offence.ChainsDiffer.selector, coreId, originId));
    }

    function test_votes_about_a_chain_of_another_core_are_no_offence_here() public {
        (Vote memory a, Vote memory b) = (_vote(3, 6), _vote(4, 6));
        a.chain = b.chain = MosaicHash.coreId(ORIGIN_CHAIN, address(0xBEEF));
        _refuse(0, a, b, abi.encodeWithSelector(Offence.ChainForeign.selector, a.chain));
        a.chain = b.chain = 0;
        _refuse(0, a, b, abi.encodeWithSelector(Offence.ChainForeign.selector, bytes32(0)));
    }

    function test_one_vote_signed_twice_is_no_offence() public {
        Vote memory a = _vote(3, 6);
        _refuse(0, a, a, abi.encodeWithSelector(Offence.VotesEqual.selector, MosaicHash.hash(a)));
    }

    function test_votes_that_break_no_condition_are_no_offence() public {
        (Vote memory a, Vote memory b) = (_vote(3, 6), _vote(4, 7));
        _refuse(
            0, a, b, abi.encodeWithSelector(Offence.NoOffence.selector, MosaicHash.hash(a), MosaicHash.hash(b))
        );
    }

    function test_a_signature_of_another_length_or_with_a_high_s_is_refused() public {
        (Vote memory a, Vote memory b) = (_vote(3, 6), _vote(4, 6));
        bytes memory good = _signature(0, a);
        vm.expectRevert(abi.encodeWithSelector(Signatures.SignatureLengthInvalid.selector, 63));
        place.slash(a, good, b, new bytes(63));
        bytes memory high = abi.encodePacked(bytes32(uint256(1)), Signatures.HALF_ORDER + 1);
        bytes32 digest = MosaicHash.digest(domain, MosaicHash.hash(b));
        vm.expectRevert(abi.encodeWithSelector(Signatures.SignatureInvalid.selector, digest));
        place.slash(a, good, b, high);
    }

    function test_votes_of_two_validators_are_no_offence() public {
        (Vote memory a, Vote memory b) = (_vote(3, 6), _vote(4, 6));
        (bytes memory signatureA, bytes memory signatureB) = (_signature(0, a), _signature(1, b));
        vm.expectRevert(abi.encodeWithSelector(Offence.SignersDiffer.selector, signerOf(0), signerOf(1)));
        place.slash(a, signatureA, b, signatureB);
    }

    function test_a_signer_is_unknown_until_a_kernel_carries_its_join() public {
        (Vote memory a, Vote memory b) = (_vote(3, 6), _vote(4, 6));
        _refuse(4, a, b, abi.encodeWithSelector(IPollingPlace.OffenderUnknown.selector, signerOf(4)));
        adopt(update(4, 10, JOIN));
        _expectSlashed(4, a, b, 1);
        _slashFor(4, a, b);
        check(_isSlashed(4), "from the kernel that carries it, in force or not");
    }

    function test_theta_is_taken_once() public {
        _slash(0);
        (Vote memory a, Vote memory b) = (_vote(3, 9), _vote(4, 8));
        _refuse(0, a, b, abi.encodeWithSelector(IPollingPlace.ValidatorSlashed.selector, 0));
    }

    function test_a_validator_that_a_kernel_slashed_is_not_slashed_again() public {
        adopt(update(1, 0, SLASH));
        (Vote memory a, Vote memory b) = (_vote(3, 6), _vote(4, 6));
        _refuse(1, a, b, abi.encodeWithSelector(IPollingPlace.ValidatorSlashed.selector, 1));
    }

    // The three conditions, about both chains, in both orders.

    function test_each_condition_is_proven_in_either_order() public {
        Vote[2][3] memory pairs = [[_vote(3, 6), _vote(4, 6)], [_vote(3, 8), _vote(4, 7)], [_vote(3, 5), _vote(3, 6)]];
        pairs[2][1].transition = keccak256("another transition");
        for (uint8 c = 0; c < 3; ++c) {
            uint256 before = vm.snapshotState();
            _expectSlashed(0, pairs[c][0], pairs[c][1], c + 1);
            _slashFor(0, pairs[c][0], pairs[c][1]);
            _expectSlashed(1, pairs[c][1], pairs[c][0], c + 1);
            _slashFor(1, pairs[c][1], pairs[c][0]);
            check(vm.revertToState(before), "state");
        }
    }

    function test_votes_about_origin_offend_too() public {
        (Vote memory a, Vote memory b) = (_vote(3, 6), _vote(4, 6));
        a.chain = b.chain = originId;
        a.transition = b.transition = 0;
        _slashFor(2, a, b);
        check(_isSlashed(2), "slashed");
    }

    // Theta and the weights.

    function test_no_vote_of_a_slashed_validator_is_recorded() public {
        _slash(0);
        refuse(0, linkOf(2, 3), abi.encodeWithSelector(IPollingPlace.ValidatorSlashed.selector, 0));
        Vote memory link = originLink("root");
        refuse(0, link, abi.encodeWithSelector(IPollingPlace.ValidatorSlashed.selector, 0));
    }

    function test_in_a_batch_a_slashed_validator_is_passed_over() public {
        _slash(2);
        Vote memory link = linkOf(2, 3);
        bytes memory all = records(0, 4, link);
        (bytes32 r, bytes32 vs) = signed(2, link);
        vm.expectEmit(address(place));
        emit IPollingPlace.VoteSkipped(2, uint8(IPollingPlace.SkipReason.ValidatorSlashed), link, r, vs);
        place.voteBatch(link, all, hintsOf(link));
        Link memory counted = place.link(MosaicHash.hash(link));
        assertEq(counted.forward, 30);
        assertEq(counted.rear, 30);
        assertEq(counted.forwardTotal, 40, "the totals stay");
        (bool yes,) = place.justified(coreId, link.target);
        check(yes, "30 of 40 is +2/3");
    }

    function test_recorded_tallies_are_never_unwound() public {
        Vote memory link = linkOf(2, 3);
        cast(0, link);
        cast(1, link);
        _slash(0);
        assertEq(place.link(MosaicHash.hash(link)).forward, 20);
        cast(2, link);
        (bool yes,) = place.justified(coreId, link.target);
        check(yes, "the vote of the slashed one was recorded before");
    }

    function test_a_slash_leaves_the_totals_until_a_kernel_carries_it() public {
        _slash(3);
        Voting memory v = place.validator(3);
        assertEq(v.weight, 0);
        assertEq(v.previous, 0);
        Signer memory s = place.signer(signerOf(3));
        assertEq(s.nominal, 10, "what the newest total holds");
        assertEq(s.key, 4);
        assertEq(place.total(1), 40);
        adopt(update(3, 0, SLASH));
        assertEq(place.total(2), 30, "forward follows");
        assertEq(place.total(1), 40, "rear is what forward was");
        assertEq(place.signer(signerOf(3)).nominal, 0);
    }

    function test_a_slash_between_a_change_of_weight_and_its_force_counts_the_newest_total() public {
        adopt(update(3, 25, WEIGHT));
        assertEq(place.total(2), 55);
        _slash(3);
        assertEq(place.signer(signerOf(3)).nominal, 25);
        advance();
        advance();
        advance();
        assertEq(place.head().kernel, 2);
        adopt(update(3, 0, SLASH));
        assertEq(place.total(3), 30);
        assertEq(place.total(2), 55);
    }

    /// A logout of a validator that was slashed here alone: origin has not seen the evidence.
    function test_a_kernel_that_does_not_know_of_the_slash_gives_no_weight_back() public {
        _slash(3);
        adopt(update(3, 20, WEIGHT));
        assertEq(place.total(2), 50, "the totals are origin's");
        assertEq(place.validator(3).weight, 0);
        check(_isSlashed(3), "for ever");
        advance();
        advance();
        advance();
        adopt(update(3, 0, LOGOUT));
        assertEq(place.total(3), 30);
    }

    function test_a_leaver_is_slashable_after_its_logout() public {
        adopt(update(3, 0, LOGOUT));
        _slash(3);
        assertEq(place.validator(3).previous, 0, "it sealed the rear set until now");
        refuse(3, linkOf(2, 3), abi.encodeWithSelector(IPollingPlace.ValidatorSlashed.selector, 3));
    }
}

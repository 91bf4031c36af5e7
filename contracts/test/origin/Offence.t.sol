// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Offence} from "../../src/lib/Offence.sol";
import {Signatures} from "../../src/lib/Signatures.sol";
import {Vote} from "../../src/lib/Types.sol";
import {IRegistry, ValidatorState} from "../../src/origin/IRegistry.sol";
import {SlashFixture} from "./SlashFixture.sol";

/// @dev What two signed votes prove (2.3), in the order of the checks of lib/Offence, through Registry.slash.
contract OffenceTest is SlashFixture {
    function setUp() public override {
        super.setUp();
        _open(7);
    }

    function _hash(Vote memory cast) private pure returns (bytes32) {
        return MosaicHash.hash(cast);
    }

    function _noOffence(Vote memory a, Vote memory b) private {
        _refuse(0, a, b, abi.encodeWithSelector(Offence.NoOffence.selector, _hash(a), _hash(b)));
        _refuse(0, b, a, abi.encodeWithSelector(Offence.NoOffence.selector, _hash(b), _hash(a)));
    }

    /// Both orders of the two votes prove the same, here against two validators who signed the same pair.
    function _proves(uint256 i, Vote memory a, Vote memory b, uint8 condition) private {
        _expectSlashed(i, a, b, condition);
        _slashFor(i, a, b);
        _expectSlashed(i + 1, b, a, condition);
        _slashFor(i + 1, b, a);
    }

    function _expectSlashed(uint256 i, Vote memory a, Vote memory b, uint8 condition) private {
        vm.expectEmit(address(registry));
        emit IRegistry.Slashed(_signer(i), condition, _hash(a), _hash(b), address(this), STAKE, STAKE / 20);
    }

    // The checks, in order.

    function test_votes_about_the_two_chains_never_offend_together() public {
        (Vote memory a, Vote memory b) = _double();
        b.chain = core.originId();
        _refuse(0, a, b, abi.encodeWithSelector(Offence.ChainsDiffer.selector, core.coreId(), core.originId()));
        _refuse(0, b, a, abi.encodeWithSelector(Offence.ChainsDiffer.selector, core.originId(), core.coreId()));
    }

    function test_votes_about_a_chain_of_another_core_are_no_offence_here() public {
        (Vote memory a, Vote memory b) = _double();
        a.chain = b.chain = MosaicHash.coreId(block.chainid, address(0xBEEF));
        _refuse(0, a, b, abi.encodeWithSelector(Offence.ChainForeign.selector, a.chain));
        a.chain = b.chain = MosaicHash.originId(block.chainid + 1);
        _refuse(0, a, b, abi.encodeWithSelector(Offence.ChainForeign.selector, a.chain));
        a.chain = b.chain = 0;
        _refuse(0, a, b, abi.encodeWithSelector(Offence.ChainForeign.selector, bytes32(0)));
    }

    function test_one_vote_signed_twice_is_no_offence() public {
        Vote memory a = _vote(3, 6);
        _refuse(0, a, a, abi.encodeWithSelector(Offence.VotesEqual.selector, _hash(a)));
    }

    /// A second signature by the same key that is just as good: r, s from another nonce.
    function test_one_vote_signed_twice_with_another_nonce_is_no_offence() public {
        Vote memory a = _vote(3, 6);
        bytes memory first = _signed(0, a);
        bytes memory second = _signWith(_key(0), _digest(a), 77);
        check(keccak256(first) != keccak256(second), "another signature");
        check(this.recover(_digest(a), second) == _signer(0), "and a good one");
        vm.expectRevert(abi.encodeWithSelector(Offence.VotesEqual.selector, _hash(a)));
        registry.slash(a, first, a, second);
        // The other nonce is as good as any where the votes differ.
        Vote memory b = _vote(4, 6);
        registry.slash(a, second, b, _signed(0, b));
        check(_state(0) == ValidatorState.Slashed, "slashed");
    }

    function recover(bytes32 digest, bytes calldata signature) external pure returns (address) {
        return Signatures.recover(digest, signature);
    }

    /// ECDSA by hand, for the nonce's sake: s = (digest + r * key) / nonce, taken low.
    function _signWith(uint256 key, bytes32 digest, uint256 nonce) private returns (bytes memory) {
        uint256 r = vm.createWallet(nonce).publicKeyX;
        uint256 parity = vm.createWallet(nonce).publicKeyY & 1;
        (bool done, bytes memory inverse) =
            address(5).staticcall(abi.encode(32, 32, 32, nonce, ORDER - 2, ORDER));
        check(done, "modular exponentiation");
        uint256 s = mulmod(
            abi.decode(inverse, (uint256)), addmod(uint256(digest), mulmod(r, key, ORDER), ORDER), ORDER
        );
        if (s > Signatures.HALF_ORDER) (s, parity) = (ORDER - s, 1 - parity);
        return abi.encodePacked(r, (parity << 255) | s);
    }

    function test_links_that_follow_or_overlap_are_no_offence() public {
        _noOffence(_vote(3, 4), _vote(4, 5));
        _noOffence(_vote(3, 5), _vote(4, 6));
        _noOffence(_vote(3, 4), _vote(7, 9));
        _noOffence(_vote(3, 4), _vote(3, 6));
    }

    function test_a_link_within_another_offends_only_strictly_within() public {
        // One source height, or heights that are no link.
        Vote memory outer = _vote(3, 7);
        _noOffence(outer, _vote(3, 6));
        Vote memory a = _vote(5, 5);
        _noOffence(outer, a);
        a = _vote(6, 4);
        _noOffence(outer, a);
    }

    function test_one_source_height_of_two_blocks_under_two_transitions_is_no_offence() public {
        (Vote memory a, Vote memory b) = (_vote(3, 5), _vote(3, 6));
        b.source = keccak256("another block");
        b.transition = keccak256("another transition");
        _noOffence(a, b);
    }

    function test_a_signature_that_is_not_64_bytes_is_refused() public {
        (Vote memory a, Vote memory b) = _double();
        (bytes memory good, bytes memory other) = (_signed(0, a), _signed(0, b));
        bytes memory long = bytes.concat(good, hex"00");
        vm.expectRevert(abi.encodeWithSelector(Signatures.SignatureLengthInvalid.selector, 65));
        registry.slash(a, long, b, other);
        vm.expectRevert(abi.encodeWithSelector(Signatures.SignatureLengthInvalid.selector, 0));
        registry.slash(a, good, b, "");
    }

    function test_a_high_s_or_a_signature_of_nobody_is_refused() public {
        (Vote memory a, Vote memory b) = _double();
        (bytes memory good, bytes memory other) = (_signed(0, a), _signed(0, b));
        bytes memory high = abi.encodePacked(bytes32(uint256(1)), Signatures.HALF_ORDER + 1);
        vm.expectRevert(abi.encodeWithSelector(Signatures.SignatureInvalid.selector, _digest(a)));
        registry.slash(a, high, b, other);
        vm.expectRevert(abi.encodeWithSelector(Signatures.SignatureInvalid.selector, _digest(b)));
        registry.slash(a, good, b, high);
        vm.expectRevert(abi.encodeWithSelector(Signatures.SignatureInvalid.selector, _digest(b)));
        registry.slash(a, good, b, new bytes(64));
    }

    function test_votes_of_two_validators_are_no_offence() public {
        (Vote memory a, Vote memory b) = _double();
        (bytes memory signatureA, bytes memory signatureB) = (_signed(0, a), _signed(1, b));
        vm.expectRevert(abi.encodeWithSelector(Offence.SignersDiffer.selector, _signer(0), _signer(1)));
        registry.slash(a, signatureA, b, signatureB);
    }

    /// The same two votes, signed under the domain of a core at another address or of another chain.
    function test_signatures_under_another_domain_slash_nobody() public {
        (Vote memory a, Vote memory b) = _double();
        bytes32[2] memory domains = [
            MosaicHash.domain(block.chainid, address(0xBEEF)), MosaicHash.domain(block.chainid + 1, address(core))
        ];
        for (uint256 i = 0; i < domains.length; ++i) {
            bytes memory signatureA = sign(_key(0), MosaicHash.digest(domains[i], _hash(a)));
            bytes memory signatureB = sign(_key(0), MosaicHash.digest(domains[i], _hash(b)));
            vm.expectPartialRevert(Offence.SignersDiffer.selector);
            registry.slash(a, signatureA, b, signatureB);
        }
        check(_state(0) == ValidatorState.Active, "untouched");
    }

    function test_a_signer_that_never_deposited_has_nothing_to_lose() public {
        (Vote memory a, Vote memory b) = _double();
        _refuse(50, a, b, abi.encodeWithSelector(IRegistry.StateInvalid.selector, _signer(50), ValidatorState.None));
    }

    // The three conditions.

    function test_two_votes_for_one_target_height_offend() public {
        _proves(0, _vote(3, 6), _vote(4, 6), 1);
    }

    function test_two_targets_of_one_height_offend_whatever_their_sources() public {
        (Vote memory a, Vote memory b) = (_vote(3, 6), _vote(3, 6));
        b.target = keccak256("the same height of a fork");
        _proves(0, a, b, 1);
    }

    function test_a_link_that_surrounds_another_offends() public {
        _proves(0, _vote(3, 8), _vote(4, 7), 2);
    }

    function test_one_source_under_two_transitions_offends() public {
        (Vote memory a, Vote memory b) = (_vote(3, 5), _vote(3, 6));
        b.transition = keccak256("another transition");
        _proves(0, a, b, 3);
    }

    function test_votes_that_break_several_conditions_prove_the_first() public {
        (Vote memory a, Vote memory b) = (_vote(3, 6), _vote(3, 6));
        b.transition = keccak256("another transition");
        _expectSlashed(0, a, b, 1);
        _slashFor(0, a, b);
        // One block under two heights, of which one is a lie.
        (a, b) = (_vote(3, 8), _vote(4, 7));
        b.source = a.source;
        _expectSlashed(1, a, b, 2);
        _slashFor(1, a, b);
    }

    function test_votes_about_origin_offend_as_those_about_the_auxiliary_chain() public {
        (Vote memory a, Vote memory b) = (_vote(3, 8), _vote(4, 7));
        a.chain = b.chain = core.originId();
        a.transition = b.transition = 0;
        _proves(0, a, b, 2);
    }

    /// Against a second way of saying the conditions, over all pairs of heights of a small world.
    function test_every_pair_of_links_over_five_heights_offends_as_the_conditions_say() public {
        uint256 offences;
        for (uint64 code = 0; code < 625; ++code) {
            uint64[4] memory h = [code % 5, code / 5 % 5, code / 25 % 5, code / 125];
            if (h[0] == h[2] && h[1] == h[3]) continue;
            bool target = h[1] == h[3];
            bool surround = (h[0] < h[2] && h[2] < h[3] && h[3] < h[1]) || (h[2] < h[0] && h[0] < h[1] && h[1] < h[3]);
            uint8 expected = target ? 1 : surround ? 2 : 0;
            assertEq(this.conditionOf(_vote(h[0], h[1]), _vote(h[2], h[3])), expected);
            if (expected != 0) ++offences;
        }
        assertEq(offences, 110, "100 of one target height, 10 that surround");
    }

    function conditionOf(Vote calldata a, Vote calldata b) external pure returns (uint8) {
        return Offence.condition(a, b);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Seal} from "../../src/lib/Seal.sol";
import {ValidatorUpdate, Vote} from "../../src/lib/Types.sol";
import {IRegistry, RollPreimage, ValidatorState} from "../../src/origin/IRegistry.sol";
import {IReputation} from "../../src/origin/IReputation.sol";
import {SlashFixture} from "./SlashFixture.sol";

/// @dev The inactivity leak (5.5): of four validators 3 is silent, while 0, 1 and 2 seal every meta-block.
contract LeakTest is SlashFixture {
    uint32 private constant SILENT = 3;

    function setUp() public override {
        super.setUp();
        _open(4);
    }

    function _commitWithout(uint256 count) private {
        for (uint256 i = 0; i < count; ++i) {
            _commitBy(_first(3));
        }
    }

    function _packed(uint32 count) private pure returns (bytes memory indices) {
        for (uint32 i = 0; i < count; ++i) {
            indices = bytes.concat(indices, abi.encodePacked(i));
        }
    }

    /// Rolls that 0, 1 and 2 signed.
    function _rolls() private pure returns (RollPreimage[] memory preimages) {
        preimages = new RollPreimage[](4);
        for (uint256 i = 0; i < 4; ++i) {
            preimages[i] = RollPreimage({kind: 0, indices: _packed(3)});
        }
    }

    function _leak() private {
        registry.leak(_signer(SILENT), _rolls());
    }

    function _refused(bytes memory reason) private {
        address signer = _signer(SILENT);
        RollPreimage[] memory preimages = _rolls();
        vm.expectRevert(reason);
        registry.leak(signer, preimages);
    }

    /// A vote with the committed target height, from whatever source.
    function _lateVote() private view returns (Vote memory) {
        uint64 source = core.committed().sourceHeight;
        return _vote(source - 1, source + 1);
    }

    function _presentOne(uint64 height, uint32 index, Vote memory cast) private {
        Vote[] memory votes = new Vote[](1);
        votes[0] = cast;
        registry.present(height, votes, _record(index, _digest(cast)));
    }

    function _presentRefused(uint64 height, uint32 index, Vote memory cast, bytes memory reason) private {
        Vote[] memory votes = new Vote[](1);
        votes[0] = cast;
        bytes memory record = _record(index, _digest(cast));
        vm.expectRevert(reason);
        registry.present(height, votes, record);
    }

    function test_a_validator_absent_from_four_seals_leaks() public {
        _commitWithout(5);
        vm.expectEmit(address(registry));
        emit IRegistry.Leaked(_signer(SILENT), 4, 1 ether);
        vm.expectEmit(address(registry));
        emit IRegistry.UpdateQueued(_signer(SILENT), 1, 99);
        _leak();
        assertEq(registry.account(_signer(SILENT)).shares, 99 ether);
        assertEq(registry.account(_signer(SILENT)).lastLeak, 4);
        assertEq(registry.burned(), 1 ether);
        _commitWithout(1);
        assertEq(registry.voter(SILENT).weight, 99);
        assertEq(registry.total(7), 399);
    }

    function test_one_absence_leaks_once() public {
        _commitWithout(5);
        _leak();
        _refused(abi.encodeWithSelector(IRegistry.LeakedSince.selector, _signer(SILENT), 4, 6));
        _commitWithout(3);
        _refused(abi.encodeWithSelector(IRegistry.LeakedSince.selector, _signer(SILENT), 4, 9));
        _commitWithout(1);
        _leak();
        assertEq(registry.account(_signer(SILENT)).shares, 98.01 ether);
        assertEq(registry.account(_signer(SILENT)).lastLeak, 8);
    }

    function test_who_joined_less_than_five_heights_ago_does_not_leak() public {
        _commitWithout(4);
        _refused(abi.encodeWithSelector(IRegistry.JoinedTooLate.selector, _signer(SILENT), 1, 5));
    }

    function test_who_signed_one_of_the_four_does_not_leak() public {
        for (uint256 signed = 0; signed < 5; ++signed) {
            uint256 snapshot = vm.snapshotState();
            _commitWithout(signed);
            _commitBy(_all());
            _commitWithout(4 - signed);
            RollPreimage[] memory preimages = _rolls();
            if (signed < 4) preimages[signed].indices = _packed(4);
            address signer = _signer(SILENT);
            if (signed < 4) {
                vm.expectRevert(abi.encodeWithSelector(IRegistry.SignedThen.selector, signed + 1, SILENT));
            }
            registry.leak(signer, preimages);
            vm.revertToState(snapshot);
        }
    }

    function test_every_signer_of_a_roll_is_found_in_it() public {
        _commitWithout(5);
        RollPreimage[] memory preimages = _rolls();
        for (uint32 i = 0; i < 3; ++i) {
            address signer = _signer(i);
            vm.expectRevert(abi.encodeWithSelector(IRegistry.SignedThen.selector, 1, i));
            registry.leak(signer, preimages);
        }
    }

    function test_a_list_that_is_not_the_rolls_is_refused() public {
        _commitWithout(5);
        RollPreimage[] memory preimages = _rolls();
        preimages[2].indices = _packed(2);
        address signer = _signer(SILENT);
        bytes32 actual = Seal.roll(3, 0, _packed(2));
        bytes32 expected = registry.roll(3);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.RollMismatch.selector, 3, expected, actual));
        registry.leak(signer, preimages);
        preimages = _rolls();
        preimages[0].kind = 1;
        vm.expectPartialRevert(IRegistry.RollMismatch.selector);
        registry.leak(signer, preimages);
    }

    function test_four_absences_are_shown_no_fewer_and_no_more() public {
        _commitWithout(5);
        address signer = _signer(SILENT);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.PreimageCountInvalid.selector, 3));
        registry.leak(signer, new RollPreimage[](3));
        vm.expectRevert(abi.encodeWithSelector(IRegistry.PreimageCountInvalid.selector, 5));
        registry.leak(signer, new RollPreimage[](5));
    }

    /// A committer cannot leak others by leaving them out (5.5).
    function test_a_validator_left_out_of_a_seal_shows_that_it_was_present() public {
        _commitWithout(3);
        uint32[] memory indices = new uint32[](1);
        indices[0] = SILENT;
        vm.expectEmit(address(registry));
        emit IRegistry.Presented(3, indices);
        _presentOne(3, SILENT, _lateVote());
        assertEq(registry.account(_signer(SILENT)).lastPresent, 3);
        _commitWithout(2);
        _refused(abi.encodeWithSelector(IRegistry.PresentSince.selector, _signer(SILENT), 3, 6));
        _commitWithout(2);
        _refused(abi.encodeWithSelector(IRegistry.PresentSince.selector, _signer(SILENT), 3, 8));
        _commitWithout(1);
        _leak();
    }

    function test_presence_is_shown_for_the_last_committed_height_alone() public {
        Vote memory cast = _vote(1, 3);
        _presentRefused(0, SILENT, cast, abi.encodeWithSelector(IRegistry.HeightNotCommittedLast.selector, 0, 1));
        _presentRefused(1, SILENT, cast, abi.encodeWithSelector(IRegistry.HeightNotCommittedLast.selector, 1, 1));
        _commitWithout(2);
        cast = _lateVote();
        _presentRefused(1, SILENT, cast, abi.encodeWithSelector(IRegistry.HeightNotCommittedLast.selector, 1, 3));
        _presentRefused(3, SILENT, cast, abi.encodeWithSelector(IRegistry.HeightNotCommittedLast.selector, 3, 3));
    }

    function test_presence_needs_one_record_for_each_vote() public {
        _commitWithout(1);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.RecordsLengthInvalid.selector, 0, 0));
        registry.present(1, new Vote[](0), "");
        Vote[] memory votes = new Vote[](2);
        (votes[0], votes[1]) = (_lateVote(), _lateVote());
        bytes memory one = _record(SILENT, _digest(votes[0]));
        vm.expectRevert(abi.encodeWithSelector(IRegistry.RecordsLengthInvalid.selector, 2, 68));
        registry.present(1, votes, one);
    }

    function test_presence_needs_a_vote_about_this_core_with_the_committed_target() public {
        _commitWithout(1);
        Vote memory cast = _lateVote();
        cast.chain = core.originId();
        _presentRefused(
            1, SILENT, cast, abi.encodeWithSelector(IRegistry.VoteChainMismatch.selector, cast.chain, core.coreId())
        );
        cast = _vote(3, 5);
        _presentRefused(1, SILENT, cast, abi.encodeWithSelector(IRegistry.VoteTargetMismatch.selector, 5, 4));
    }

    function test_presence_needs_the_validators_own_signature() public {
        _commitWithout(1);
        Vote[] memory votes = new Vote[](1);
        votes[0] = _lateVote();
        bytes memory foreign = abi.encodePacked(SILENT, sign(_key(0), _digest(votes[0])));
        vm.expectRevert(
            abi.encodeWithSelector(IRegistry.SealSignatureInvalid.selector, SILENT, _signer(SILENT), _signer(0))
        );
        registry.present(1, votes, foreign);
        bytes memory nobody = abi.encodePacked(uint32(9), sign(_key(0), _digest(votes[0])));
        vm.expectRevert(abi.encodeWithSelector(IRegistry.IndexUnassigned.selector, 9));
        registry.present(1, votes, nobody);
    }

    /// The joiner of K_2 weighs nothing in V_1, and something in V_2's forward set.
    function test_presence_needs_weight_in_the_sets_of_the_height() public {
        _deposit(4, STAKE);
        _commitWithout(1);
        _presentRefused(1, 4, _lateVote(), abi.encodeWithSelector(IRegistry.Weightless.selector, _signer(4)));
        _commitBy(_first(4));
        _presentOne(2, 4, _lateVote());
        assertEq(registry.account(_signer(4)).lastPresent, 2);
    }

    function test_a_slashed_validator_neither_shows_presence_nor_leaks() public {
        _commitWithout(5);
        _slash(SILENT);
        _presentRefused(5, SILENT, _lateVote(), abi.encodeWithSelector(IRegistry.Weightless.selector, _signer(SILENT)));
        _refused(
            abi.encodeWithSelector(IRegistry.StateInvalid.selector, _signer(SILENT), ValidatorState.Slashed)
        );
    }

    function test_a_halted_core_leaks_nobody() public {
        _commitWithout(5);
        _halt();
        _refused(abi.encodeWithSelector(IRegistry.CoreNotOpen.selector, 2));
    }

    /// Who weighs nothing owes no vote.
    function test_a_validator_that_warms_up_does_not_leak() public {
        vm.mockCall(
            registryConfig.reputation, abi.encodeWithSelector(IReputation.reputation.selector), abi.encode(0)
        );
        _deposit(4, STAKE);
        vm.clearMockedCalls();
        _commitWithout(6);
        address signer = _signer(4);
        RollPreimage[] memory preimages = _rolls();
        vm.expectRevert(abi.encodeWithSelector(IRegistry.Weightless.selector, signer));
        registry.leak(signer, preimages);
    }

    function test_a_leak_replaces_a_weight_that_waited() public {
        _commitWithout(5);
        vm.mockCall(
            registryConfig.reputation, abi.encodeWithSelector(IReputation.reputation.selector), abi.encode(5e17)
        );
        registry.refresh(_signer(SILENT));
        vm.clearMockedCalls();
        _leak();
        ValidatorUpdate[] memory weights = registry.waiting(1);
        assertEq(weights.length, 1);
        assertEq(weights[0].weight, 99);
    }

    function test_below_the_minimum_a_leak_logs_its_validator_out() public {
        _deposit(4, 10 ether);
        _commitWithout(6);
        address signer = _signer(4);
        vm.expectEmit(address(registry));
        emit IRegistry.LogoutRequested(signer);
        vm.expectEmit(address(registry));
        emit IRegistry.UpdateQueued(signer, 2, 0);
        registry.leak(signer, _rolls());
        assertTrue(_state(4) == ValidatorState.Leaving);
        assertEq(registry.account(signer).shares, 9.9 ether);
        _commitWithout(3);
        registry.release(signer);
        vm.warp(block.timestamp + 60);
        registry.withdraw(signer);
        assertEq(token.balanceOf(_withdrawal(4)), 9.9 ether);
    }
}

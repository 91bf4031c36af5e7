// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IRegistry, RollPreimage, ValidatorState} from "../../src/origin/IRegistry.sol";
import {Penalties} from "../../src/origin/Penalties.sol";
import {SlashFixture} from "./SlashFixture.sol";

/// @dev Losses by index (4.6): the core's word for them is taken here from the core's address. MISS_FRACTION 0.1 % a
/// height, MISS_CAP 10 %; four founders of 100 tokens.
contract LossesTest is SlashFixture {
    address private constant PROVER = address(0xcafe);

    function setUp() public override {
        super.setUp();
        _open(4);
        _commitNext();
    }

    function _lose(uint64 missed) private {
        uint64 faultHeight = core.openHeight() - 1;
        vm.prank(address(core));
        registry.lose(faultHeight, missed, PROVER);
    }

    function _stake(uint256 i) private view returns (uint256) {
        return registry.stakeOf(_signer(i));
    }

    function test_only_the_core_declares_a_loss() public {
        vm.expectRevert(abi.encodeWithSelector(IRegistry.NotCore.selector, address(this)));
        registry.lose(1, 5, PROVER);
    }

    function test_losses_of_several_heights_multiply() public {
        assertEq(registry.lossIndex(), 1e36, "no loss yet");
        _lose(100);
        _commitNext();
        _lose(50);
        assertEq(registry.lossIndex(), 0.855e36);
        assertEq(registry.lossIndexBefore(1), 1e36);
        assertEq(registry.lossIndexBefore(2), 0.9e36);
        assertEq(registry.lossIndexBefore(3), 0.855e36);
        assertEq(_stake(0), 85.5 ether);
        assertEq(registry.account(_signer(0)).shares, STAKE, "shares do not move");
    }

    function test_at_one_height_the_deepest_miss_counts_whatever_the_order() public {
        _lose(20);
        _lose(60);
        assertEq(_stake(0), 94 ether);
        _lose(20);
        assertEq(_stake(0), 94 ether, "a smaller one changes nothing");
        assertEq(registry.credit(PROVER) + registry.burned(), 24 ether);
        assertEq(registry.credit(PROVER), 1.2 ether);
    }

    function test_who_joins_after_a_loss_has_its_whole_deposit() public {
        _lose(100);
        _deposit(4, STAKE);
        assertEq(_stake(4), STAKE, "queued");
        _commitNext();
        assertEq(_stake(4), STAKE, "carried by K_3");
        // The fault is B_2's: K_3's joiners were not in its set.
        _lose(100);
        assertEq(_stake(4), STAKE);
        assertEq(_stake(0), 81 ether);
        _commitNext();
        _lose(100);
        assertEq(_stake(4), 90 ether);
        assertEq(_stake(0), 72.9 ether);
    }

    function test_who_left_before_the_fault_loses_nothing_more() public {
        _lose(100);
        _logout(3);
        _commitNext();
        assertEq(registry.account(_signer(3)).endHeight, 3);
        // B_2 was still theirs: n_e = 3.
        _lose(100);
        assertEq(_stake(3), 81 ether);
        _commitNext();
        _lose(100);
        assertEq(_stake(3), 81 ether);
        assertEq(_stake(0), 72.9 ether);
        _commitNext();
        registry.release(_signer(3));
        vm.warp(block.timestamp + 60);
        vm.expectEmit(address(registry));
        emit IRegistry.Withdrawn(_signer(3), _withdrawal(3), 81 ether);
        registry.withdraw(_signer(3));
        assertEq(token.balanceOf(_withdrawal(3)), 81 ether);
        assertEq(_stake(3), 0);
    }

    function test_the_exposed_stake_follows_joins_and_logouts_by_one_height() public {
        assertEq(registry.exposedStake(), 400 ether);
        _deposit(4, STAKE);
        _logout(0);
        _commitNext();
        assertEq(registry.exposedStake(), 400 ether, "K_3 moves, B_2 was theirs who were there before");
        _commitNext();
        assertEq(registry.exposedStake(), 400 ether, "one in, one out");
        _slash(1);
        assertEq(registry.exposedStake(), 300 ether);
    }

    /// Both in the height in which a kernel joined one and logged the other out.
    function test_a_slash_of_who_has_just_joined_or_left_takes_it_out_of_what_moves() public {
        _deposit(4, STAKE);
        _deposit(5, STAKE);
        _deposit(6, STAKE);
        _commitNext();
        _commitNext();
        _commitNext();
        _logout(3);
        _deposit(7, STAKE);
        _commitNext();
        _slash(3);
        assertEq(registry.exposedStake(), 600 ether, "seven less one");
        _slash(7);
        assertEq(registry.exposedStake(), 600 ether);
        _commitNext();
        assertEq(registry.exposedStake(), 600 ether, "nothing moves twice");
    }

    function test_a_slash_takes_what_is_left_of_the_stake() public {
        _lose(100);
        _slash(2);
        assertEq(registry.credit(address(this)), 4.5 ether);
        assertEq(registry.burned() + registry.credit(PROVER), 40 ether + 85.5 ether);
        assertEq(registry.exposedStake(), 270 ether);
    }

    function test_a_weight_follows_the_loss_when_it_is_refreshed() public {
        _lose(100);
        assertEq(registry.voter(0).weight, 100);
        registry.refresh(_signer(0));
        assertEq(registry.waiting(1)[0].weight, 90);
    }

    function _absent() private pure returns (RollPreimage[] memory preimages) {
        preimages = new RollPreimage[](4);
        for (uint256 i = 0; i < 4; ++i) {
            preimages[i] = RollPreimage({kind: 0, indices: hex"000000000000000100000002"});
        }
    }

    function test_a_leak_takes_its_fraction_of_what_is_left_and_the_minimum_is_measured_by_that() public {
        _deposit(4, 11 ether);
        _commitNext();
        _lose(100);
        for (uint256 i = 0; i < 7; ++i) {
            _commitBy(_first(3));
        }
        vm.expectEmit(address(registry));
        emit IRegistry.Leaked(_signer(3), 8, 0.9 ether);
        registry.leak(_signer(3), _absent());
        assertEq(_stake(3), 89.1 ether);
        _lose(100);
        assertEq(_stake(4), 9.9 ether, "11 less a tenth");
        vm.expectEmit(address(registry));
        emit IRegistry.LogoutRequested(_signer(4));
        registry.leak(_signer(4), _absent());
        assertTrue(_state(4) == ValidatorState.Leaving);
    }

    /// 10 % a height: after 400 heights nothing but the floor is left, and joins go on.
    function test_the_index_has_a_floor_and_nothing_is_divided_by_zero() public {
        uint64 fault = core.openHeight();
        for (uint64 i = 0; i < 400; ++i) {
            vm.prank(address(core));
            registry.lose(fault + i, 100, PROVER);
        }
        assertEq(registry.lossIndex(), 1e18, "the floor");
        assertEq(_stake(0), 100, "10^-18 of a hundred tokens");
        uint256 gone = registry.burned() + registry.credit(PROVER);
        vm.prank(address(core));
        registry.lose(fault + 400, 100, PROVER);
        assertEq(registry.burned() + registry.credit(PROVER), gone, "no further loss below it");
    }

    /// The registry's other half by itself is code without validators, tokens or a core that knows it.
    function test_the_other_half_called_by_itself_has_nothing_to_take() public {
        Penalties alone = Penalties(registry.penalties());
        address signer = _signer(0);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.StateInvalid.selector, signer, ValidatorState.None));
        alone.leak(signer, _absent());
        vm.expectRevert(abi.encodeWithSelector(IRegistry.NotCore.selector, address(this)));
        alone.penalise(hex"00", address(this));
        vm.expectRevert(abi.encodeWithSelector(IRegistry.NotCore.selector, address(this)));
        alone.lose(1, 1, address(this));
        assertEq(token.balanceOf(address(alone)), 0);
    }

    function test_the_two_halves_of_the_code_hold_the_same_parameters() public view {
        check(registry.penalties().code.length > 0, "there is code");
        assertEq(registry.penalties(), vm.computeCreateAddress(address(registry), 1), "its first creation");
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Kernel, Transition, ValidatorUpdate, Vote} from "../../src/lib/Types.sol";
import {CoreStatus, ICore} from "../../src/origin/ICore.sol";
import {IRegistry, Tally, ValidatorState, Voter} from "../../src/origin/IRegistry.sol";
import {IReputation} from "../../src/origin/IReputation.sol";
import {Vm} from "../Base.sol";
import {SlashFixture} from "./SlashFixture.sol";

/// @dev What a slash does to stake, weights and queues (2.3, 5.3, 5.4).
contract SlashTest is SlashFixture {
    address private constant REPORTER = address(0x4E9);

    function setUp() public override {
        super.setUp();
        _open(7);
    }

    function _slashBy(address reporter, uint256 i) private {
        (Vote memory a, Vote memory b) = _double();
        (bytes memory signatureA, bytes memory signatureB) = (_signed(i, a), _signed(i, b));
        vm.prank(reporter);
        registry.slash(a, signatureA, b, signatureB);
    }

    function _refuseInState(uint256 i, ValidatorState state) private {
        (Vote memory a, Vote memory b) = _double();
        _refuse(i, a, b, abi.encodeWithSelector(IRegistry.StateInvalid.selector, _signer(i), state));
    }

    // Stake.

    function test_a_slash_takes_the_whole_stake_and_credits_the_reporter_with_a_twentieth() public {
        _slashBy(REPORTER, 2);
        check(_state(2) == ValidatorState.Slashed, "terminal");
        assertEq(registry.account(_signer(2)).shares, 0, "stake");
        assertEq(registry.credit(REPORTER), STAKE / 20, "reward");
        assertEq(registry.burned(), STAKE - STAKE / 20, "burned");
        assertEq(token.balanceOf(address(registry)), 7 * STAKE, "nothing moves before it is collected");
        vm.prank(REPORTER);
        registry.collect(address(0x4EA));
        assertEq(token.balanceOf(address(0x4EA)), STAKE / 20);
        assertEq(token.balanceOf(address(registry)), 6 * STAKE + registry.burned());
    }

    function test_the_reward_is_rounded_down_and_the_rest_is_burned() public {
        _deposit(20, 10 ether + 19);
        _slashBy(REPORTER, 20);
        assertEq(registry.credit(REPORTER), 0.5 ether);
        assertEq(registry.burned(), 9.5 ether + 19);
    }

    function test_a_credit_is_paid_once_and_only_to_its_creditor() public {
        vm.expectRevert(abi.encodeWithSelector(IRegistry.NoCredit.selector, address(this)));
        registry.collect(address(this));
        _slashBy(REPORTER, 0);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.NoCredit.selector, address(this)));
        registry.collect(address(this));
        vm.expectEmit(address(registry));
        emit IRegistry.Collected(REPORTER, REPORTER, STAKE / 20);
        vm.prank(REPORTER);
        registry.collect(REPORTER);
        vm.prank(REPORTER);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.NoCredit.selector, REPORTER));
        registry.collect(REPORTER);
    }

    function test_rewards_of_one_reporter_add_up() public {
        _slashBy(REPORTER, 0);
        _slashBy(REPORTER, 1);
        assertEq(registry.credit(REPORTER), STAKE / 10);
        assertEq(registry.burned(), 2 * STAKE - STAKE / 10);
    }

    function test_slashing_oneself_does_not_refund() public {
        _logout(3);
        _slashBy(_withdrawal(3), 3);
        vm.prank(_withdrawal(3));
        registry.collect(_withdrawal(3));
        assertEq(token.balanceOf(_withdrawal(3)), STAKE / 20, "at most a twentieth comes back");
        vm.expectRevert(
            abi.encodeWithSelector(IRegistry.HandOverPending.selector, _signer(3), 0, core.openHeight())
        );
        registry.release(_signer(3));
        _halt();
        address signer = _signer(3);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.StateInvalid.selector, signer, ValidatorState.Slashed));
        registry.release(signer);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.StateInvalid.selector, signer, ValidatorState.Slashed));
        registry.withdraw(signer);
    }

    function test_a_second_offence_brings_no_second_reward() public {
        _slashBy(REPORTER, 2);
        _refuseInState(2, ValidatorState.Slashed);
        (Vote memory a, Vote memory b) = (_vote(10, 12), _vote(11, 12));
        _refuse(2, a, b, abi.encodeWithSelector(IRegistry.StateInvalid.selector, _signer(2), ValidatorState.Slashed));
        assertEq(registry.credit(REPORTER), STAKE / 20);
        assertEq(registry.slashedSum(1), 100, "counted once");
    }

    function test_a_slashed_signer_cannot_come_back() public {
        _slash(2);
        _try(2, abi.encodeWithSelector(IRegistry.SignerKnown.selector, _signer(2), ValidatorState.Slashed));
        address signer = _signer(2);
        vm.prank(_withdrawal(2));
        vm.expectRevert(abi.encodeWithSelector(IRegistry.StateInvalid.selector, signer, ValidatorState.Slashed));
        registry.logout(signer, "");
        vm.expectRevert(abi.encodeWithSelector(IRegistry.StateInvalid.selector, signer, ValidatorState.Slashed));
        registry.refresh(signer);
    }

    function _try(uint256 i, bytes memory why) private {
        bytes memory signature = _depositSignature(i);
        (bytes32 x, bytes32 y) = (registry.account(_signer(i)).x, registry.account(_signer(i)).y);
        vm.expectRevert(why);
        registry.deposit(STAKE, x, y, _withdrawal(i), signature);
    }

    // Weights.

    function test_a_slash_takes_the_weight_at_every_height_at_once_and_leaves_the_totals() public {
        _commitNext();
        vm.expectEmit(address(registry));
        emit IRegistry.UpdateQueued(_signer(2), 3, 100);
        _slash(2);
        Voter memory voter = registry.voter(2);
        assertEq(voter.weight, 0);
        assertEq(voter.previous, 0);
        assertEq(voter.signer, _signer(2));
        assertEq(registry.total(2), 700, "F(n)");
        assertEq(registry.total(1), 700, "F(n - 1)");
        assertEq(registry.slashedSum(2), 100, "D(n)");
        assertEq(registry.slashedSum(1), 100, "D(n - 1)");
        Vote memory link = _vote(3, 4);
        for (uint64 m = 1; m <= 2; ++m) {
            Tally memory tally = registry.tally(m, _digest(link), _seal(link, _all()));
            assertEq(tally.forward, 600, "forward");
            assertEq(tally.rear, 600, "rear");
            assertEq(tally.forwardTotal, 700);
        }
    }

    function test_the_next_kernel_carries_the_slash_and_the_totals_follow() public {
        _slash(2);
        Ready memory ready = _sealedNext();
        vm.expectEmit(address(registry));
        emit IRegistry.UpdateCarried(2, _signer(2), 3, 0, 2);
        _commit(ready);
        assertEq(registry.waiting(3).length, 0);
        assertEq(registry.account(_signer(2)).queued, 0);
        assertEq(registry.total(2), 600, "forward follows");
        assertEq(registry.total(1), 700, "rear is what forward was");
        assertEq(registry.slashedSum(2), 0);
        assertEq(registry.slashedSum(1), 100, "still counts in the rear set");
        _commitNext();
        assertEq(registry.total(2), 600);
        assertEq(registry.slashedSum(2), 0, "and in none after");
    }

    function test_slashes_are_carried_before_everything_else() public {
        _commitNext();
        _logout(0);
        _deposit(9, STAKE);
        _slash(5);
        vm.recordLogs();
        _commitNext();
        ValidatorUpdate[] memory updates = _lastKernel().updates;
        assertEq(updates.length, 3);
        assertEq(updates[0].kind, 3);
        assertEq(updates[0].validator, _signer(5));
        assertEq(updates[0].weight, 0);
        assertEq(updates[1].kind, 2);
        assertEq(updates[2].kind, 0);
    }

    function _lastKernel() private returns (Kernel memory kernel) {
        bytes32 topic = ICore.KernelOpened.selector;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        bytes memory last;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] == topic) last = logs[i].data;
        }
        (, kernel) = abi.decode(last, (bytes32, Kernel));
    }

    function test_a_waiting_weight_update_is_dropped() public {
        _commitNext();
        vm.mockCall(
            registryConfig.reputation, abi.encodeWithSelector(IReputation.reputation.selector), abi.encode(5e17)
        );
        registry.refresh(_signer(1));
        registry.refresh(_signer(2));
        _slash(1);
        assertEq(registry.waiting(1).length, 1);
        assertEq(registry.waiting(1)[0].validator, _signer(2));
        assertEq(registry.waiting(3).length, 1);
        _commitNext();
        assertEq(registry.voter(1).weight, 0, "no weight comes back");
        assertEq(registry.total(3), 550, "100 less, and validator 2 is worth half");
    }

    function test_a_change_of_weight_counts_as_each_kernel_carried_it() public {
        _commitNext();
        vm.mockCall(
            registryConfig.reputation, abi.encodeWithSelector(IReputation.reputation.selector), abi.encode(5e17)
        );
        registry.refresh(_signer(1));
        _commitNext();
        assertEq(registry.voter(1).weight, 50);
        _slash(1);
        assertEq(registry.slashedSum(3), 50, "F_v(n)");
        assertEq(registry.slashedSum(2), 100, "F_v(n - 1)");
    }

    // States.

    function test_a_queued_joiner_loses_its_stake_and_never_joins() public {
        _deposit(9, STAKE);
        _slashBy(REPORTER, 9);
        check(_state(9) == ValidatorState.Slashed, "slashed");
        assertEq(registry.waiting(0).length, 0, "its join left the queue");
        assertEq(registry.waiting(3).length, 0, "there is no weight to take");
        assertEq(registry.slashedSum(1), 0);
        assertEq(registry.voter(0).weight, 100, "index 0, which its account holds, is a founder's");
        assertEq(registry.credit(REPORTER), STAKE / 20);
        _commitNext();
        assertEq(registry.indexCount(), 7);
        address signer = _signer(9);
        vm.prank(_withdrawal(9));
        vm.expectRevert(abi.encodeWithSelector(IRegistry.StateInvalid.selector, signer, ValidatorState.Slashed));
        registry.cancel(signer);
    }

    function test_a_new_validator_has_no_weight_in_the_rear_set_to_lose() public {
        _deposit(9, STAKE);
        _commitNext();
        _slash(9);
        assertEq(registry.slashedSum(2), 100);
        assertEq(registry.slashedSum(1), 0);
    }

    function test_a_leaver_is_slashed_before_a_kernel_carries_its_logout() public {
        _commitNext();
        _logout(4);
        _slash(4);
        assertEq(registry.waiting(2).length, 0, "its logout left the queue");
        assertEq(registry.waiting(3).length, 1);
        _commitNext();
        assertEq(registry.account(_signer(4)).endHeight, 0);
        assertEq(registry.total(3), 600);
    }

    function test_a_leaver_whose_logout_was_carried_counts_in_the_rear_set_alone() public {
        _commitNext();
        _logout(4);
        _commitNext();
        _slash(4);
        assertEq(registry.slashedSum(3), 0, "F_v(n) = 0");
        assertEq(registry.slashedSum(2), 100, "F_v(n - 1)");
        assertEq(registry.waiting(3).length, 0, "no total holds anything that a kernel could take");
    }

    function test_a_released_validator_is_slashable_until_it_withdrew() public {
        _leave(4);
        _leave(5);
        vm.warp(block.timestamp + 60);
        _slash(4);
        check(_state(4) == ValidatorState.Slashed, "the delay was over, the stake still there");
        assertEq(registry.slashedSum(core.openHeight()), 0);
        registry.withdraw(_signer(5));
        _refuseInState(5, ValidatorState.Withdrawn);
        address signer = _signer(4);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.StateInvalid.selector, signer, ValidatorState.Slashed));
        registry.withdraw(signer);
    }

    function _leave(uint256 i) private {
        if (core.openHeight() == 1) _commitNext();
        _logout(i);
        _commitNext();
        _commitNext();
        _commitNext();
        registry.release(_signer(i));
    }

    function test_a_cancelled_joiner_has_nothing_to_lose() public {
        _deposit(9, STAKE);
        vm.prank(_withdrawal(9));
        registry.cancel(_signer(9));
        _refuseInState(9, ValidatorState.Cancelled);
    }

    function test_validators_are_slashable_after_a_halt_also_when_released() public {
        _commitNext();
        _halt();
        registry.release(_signer(1));
        _slash(0);
        _slash(1);
        check(_state(0) == ValidatorState.Slashed && _state(1) == ValidatorState.Slashed, "both");
        assertEq(registry.burned(), 2 * STAKE - STAKE / 10);
    }

    // What it means for seals.

    function test_the_others_commit_without_the_slashed_one() public {
        _slash(0);
        _commitBy(_from(1, 5));
        assertEq(core.openHeight(), 2);
    }

    function test_a_seal_that_needs_the_slashed_one_has_no_quorum() public {
        _slash(0);
        Ready memory ready = _sealedNext();
        ready.seal = _seal(ready.link, _first(5));
        vm.expectRevert(abi.encodeWithSelector(ICore.QuorumMissing.selector, 400, 700, 400, 700));
        _commit(ready);
    }
}

/// @dev Halting by slashed weight (4.5), over small worlds of equal and skewed weights.
contract SlashHaltTest is SlashFixture {
    function test_below_a_third_the_core_goes_on() public {
        _open(4);
        _slash(0);
        check(!_isHalted(), "1 of 4");
        check(!registry.slashedThird(1), "no third");
        _commitNext();
        assertEq(core.openHeight(), 2);
    }

    function test_half_of_four_equal_validators_halts_at_once() public {
        _open(4);
        _slash(0);
        _expectHalt();
        _slash(1);
        check(_isHalted(), "2 of 4");
    }

    function test_exactly_a_third_halts_for_the_core_could_not_commit_any_more() public {
        _open(3);
        Ready memory ready = _sealedNext();
        _expectHalt();
        _slash(2);
        check(registry.slashedThird(1), "1 of 3");
        vm.expectRevert(abi.encodeWithSelector(ICore.StatusInvalid.selector, CoreStatus.Halted));
        _commit(ready);
    }

    function test_of_skewed_weights_a_third_halts_and_one_less_does_not() public {
        _openWith(_weights(33, 40, 27));
        _slash(0);
        check(!_isHalted(), "99 < 100");
        _deploy();
        _openWith(_weights(34, 40, 26));
        _expectHalt();
        _slash(0);
    }

    function test_a_heavy_validator_halts_alone_and_light_ones_do_not() public {
        uint256[] memory weights = new uint256[](4);
        (weights[0], weights[1], weights[2], weights[3]) = (70, 11, 11, 11);
        _openWith(weights);
        _slash(1);
        _slash(2);
        check(!_isHalted(), "22 of 103");
        _slash(0);
        check(_isHalted(), "92 of 103");
    }

    /// v0 while K_1 is open, v1 while K_2 is: of the forward set F(2) that is 1 of 5, of the rear set F(1) 2 of 6.
    function test_evidence_split_over_two_heights_adds_up() public {
        _open(6);
        _slash(0);
        _commitNext();
        assertEq(registry.total(2), 500);
        _expectHalt();
        _slash(1);
        assertEq(registry.slashedSum(2), 100, "forward");
        assertEq(registry.slashedSum(1), 200, "rear");
    }

    function test_evidence_two_heights_apart_does_not() public {
        _open(6);
        _slash(0);
        _commitNext();
        _commitNext();
        _slash(1);
        assertEq(registry.slashedSum(3), 100, "forward, of 500");
        assertEq(registry.slashedSum(2), 100, "rear, of 500");
        check(!_isHalted(), "1 of 5 in both");
    }

    function test_a_leaver_counts_in_the_rear_set_that_it_still_seals() public {
        _open(4);
        _commitNext();
        _logout(0);
        _commitNext();
        assertEq(registry.total(3), 300);
        _slash(0);
        check(!_isHalted(), "0 of 300 and 100 of 400");
        _expectHalt();
        _slash(1);
        assertEq(registry.slashedSum(3), 100, "of 300");
    }

    /// A kernel of at most 2 updates: two founders, the others join two by two.
    function test_a_slash_that_waits_for_room_in_a_kernel_goes_on_counting() public {
        registryConfig.maxUpdates = 2;
        _deploy();
        _open(12);
        while (registry.indexCount() < 12) {
            _commitNext();
        }
        _commitNext();
        uint64 n = core.openHeight();
        _slash(0);
        _slash(1);
        _slash(2);
        check(!_isHalted(), "3 of 12");
        _commitNext();
        assertEq(registry.waiting(3).length, 1, "one waits");
        assertEq(registry.total(n + 1), 1000);
        assertEq(registry.slashedSum(n + 1), 100, "D_f");
        assertEq(registry.slashedSum(n), 300, "D_r");
        _expectHalt();
        _slash(3);
        assertEq(registry.slashedSum(n), 400, "400 of 1,200");
    }

    /// Slashes are carried before anything that lowers a total, so no sequence of calls opens a kernel with a third
    /// slashed; the sums are set in storage here, to see that the core asks.
    function test_opening_a_kernel_with_a_third_slashed_halts() public {
        _open(4);
        Ready memory ready = _sealedNext();
        // D(1), which is D_r with K_2 open, at 64 bits from the second place of slot 3.
        vm.store(address(registry), bytes32(uint256(3)), bytes32(uint256(134) << 64));
        vm.expectEmit(address(core));
        emit ICore.CoreHalted(3);
        _commit(ready);
        assertEq(core.openHeight(), 2, "B_1 stands");
        check(_isHalted(), "402 >= 400");
    }

    function test_before_opening_a_slash_halts_nothing() public {
        _deposit(0, STAKE);
        _deposit(1, STAKE);
        _slash(0);
        check(core.status() == CoreStatus.Created, "created");
        core.open();
        assertEq(registry.indexCount(), 1, "the slashed one founds nothing");
        check(!_isHalted(), "open");
    }

    function test_a_halted_core_halts_once() public {
        _open(4);
        _slash(0);
        _slash(1);
        vm.recordLogs();
        _slash(2);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        check(logs.length > 0, "the registry speaks");
        for (uint256 i = 0; i < logs.length; ++i) {
            check(logs[i].emitter != address(core), "the core says nothing more");
        }
    }

    // Who halts.

    function test_nobody_but_the_registry_halts_for_slashing() public {
        _open(4);
        vm.expectRevert(abi.encodeWithSelector(ICore.NotRegistry.selector, address(this)));
        core.haltForSlashing();
    }

    function test_only_an_open_core_halts() public {
        vm.prank(address(registry));
        vm.expectRevert(abi.encodeWithSelector(ICore.StatusInvalid.selector, CoreStatus.Created));
        core.haltForSlashing();
        _open(3);
        _slash(0);
        vm.prank(address(registry));
        vm.expectRevert(abi.encodeWithSelector(ICore.StatusInvalid.selector, CoreStatus.Halted));
        core.haltForSlashing();
    }

    // What a halt closes, and what stays open.

    function test_a_halt_by_slashing_closes_proposals_commits_deposits_and_logouts() public {
        _open(3);
        Ready memory ready = _sealedNext();
        Transition memory t = _transition();
        t.gas += 1;
        _slash(0);
        vm.expectRevert(abi.encodeWithSelector(ICore.StatusInvalid.selector, CoreStatus.Halted));
        core.propose(t, 9, new bytes[](0));
        vm.expectRevert(abi.encodeWithSelector(ICore.StatusInvalid.selector, CoreStatus.Halted));
        _commit(ready);
        vm.expectRevert(abi.encodeWithSelector(ICore.StatusInvalid.selector, CoreStatus.Halted));
        core.open();
        address signer = _signer(1);
        vm.prank(_withdrawal(1));
        vm.expectRevert(abi.encodeWithSelector(IRegistry.CoreNotOpen.selector, 2));
        registry.logout(signer, "");
        bytes memory signature = _depositSignature(9);
        uint256 x = vm.createWallet(_key(9)).publicKeyX;
        uint256 y = vm.createWallet(_key(9)).publicKeyY;
        vm.expectRevert(abi.encodeWithSelector(IRegistry.CoreIsHalted.selector));
        registry.deposit(STAKE, bytes32(x), bytes32(y), _withdrawal(9), signature);
    }

    function test_after_a_halt_by_slashing_bonds_rewards_and_stakes_come_out() public {
        _open(3);
        _commitNext();
        Ready memory ready = _sealedNext();
        _deposit(9, STAKE);
        _slash(0);
        core.reclaim(ready.link.transition, ready.statedHeight);
        core.collect(address(0xB0));
        assertEq(token.balanceOf(address(0xB0)), BOND);
        registry.collect(address(0xB1));
        assertEq(token.balanceOf(address(0xB1)), STAKE / 20);
        vm.prank(_withdrawal(9));
        registry.cancel(_signer(9));
        assertEq(token.balanceOf(_withdrawal(9)), STAKE);
        registry.release(_signer(1));
        vm.warp(block.timestamp + 60);
        registry.withdraw(_signer(1));
        assertEq(token.balanceOf(_withdrawal(1)), STAKE);
        assertEq(token.balanceOf(address(registry)), STAKE + registry.burned(), "validator 2's, and what is burned");
    }

    function test_a_core_that_slashing_halts_before_its_first_meta_block_releases_without_delay() public {
        _open(3);
        _slash(0);
        registry.release(_signer(1));
        registry.withdraw(_signer(1));
        assertEq(token.balanceOf(_withdrawal(1)), STAKE);
    }
}

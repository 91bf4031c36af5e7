// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Seal} from "../../src/lib/Seal.sol";
import {Signatures} from "../../src/lib/Signatures.sol";
import {ValidatorUpdate, Vote} from "../../src/lib/Types.sol";
import {Account, IRegistry, RegistryConfig, Tally, ValidatorState, Voter} from "../../src/origin/IRegistry.sol";
import {IReputation} from "../../src/origin/IReputation.sol";
import {Registry} from "../../src/origin/Registry.sol";
import {Vm} from "../Base.sol";
import {OriginFixture} from "./OriginFixture.sol";

/// @dev Bounds of the registry's parameters (interfaces 0.5).
contract RegistrySetupTest is OriginFixture {
    function _refuse(bytes32 name, uint256 value, RegistryConfig memory config) private {
        vm.expectRevert(abi.encodeWithSelector(IRegistry.ParameterInvalid.selector, name, value));
        new Registry(address(core), config);
    }

    function test_every_bound_of_stakes_and_sets_is_checked() public {
        RegistryConfig memory c = registryConfig;
        c.depositPeriod = 1 << 32;
        _refuse("depositPeriod", 1 << 32, c);
        c.depositPeriod = 0;
        c.weightUnit = 0;
        _refuse("weightUnit", 0, c);
        c.weightUnit = 2;
        c.minStake = 1;
        _refuse("minStake", 1, c);
        c.minStake = 2;
        c.maxUpdates = 0;
        _refuse("maxUpdates", 0, c);
        c.maxUpdates = 65;
        _refuse("maxUpdates", 65, c);
        c.maxUpdates = 4;
        c.minValidators = 5;
        _refuse("minValidators", 5, c);
        c.minValidators = 4;
        c.withdrawalDelay = 1 << 32;
        _refuse("withdrawalDelay", 1 << 32, c);
    }

    function test_every_bound_of_fractions_and_reputation_is_checked() public {
        RegistryConfig memory c = registryConfig;
        c.leakFraction = 1e18 + 1;
        _refuse("leakFraction", 1e18 + 1, c);
        c.leakFraction = 1e18;
        c.missCap = 1e18;
        _refuse("missCap", 1e18, c);
        c.missCap = 1e17;
        c.missFraction = 1e17 + 1;
        _refuse("missFraction", 1e17 + 1, c);
        c.missFraction = 1e17;
        c.observationFraction = 1e18 + 1;
        _refuse("observationFraction", 1e18 + 1, c);
        c.observationFraction = 1e18;
        c.reporterShare = 5e16 + 1;
        _refuse("reporterShare", 5e16 + 1, c);
        c.reporterShare = 5e16;
        c.reputation = address(0);
        _refuse("reputation", 0, c);
        c.reputation = address(1);
        c.reputationGas = 0;
        _refuse("reputationGas", 0, c);
    }
}

/// @dev Deposits and their cancellation (1.3, 5.1).
contract RegistryDepositTest is OriginFixture {
    function test_a_deposit_registers_key_stake_and_join() public {
        Vm.Wallet memory wallet = vm.createWallet(_key(0));
        (bytes32 x, bytes32 y) = (bytes32(wallet.publicKeyX), bytes32(wallet.publicKeyY));
        bytes memory signature = _depositSignature(0);
        vm.expectEmit(address(registry));
        emit IRegistry.Deposited(wallet.addr, _withdrawal(0), STAKE, x, y);
        vm.expectEmit(address(registry));
        emit IRegistry.UpdateQueued(wallet.addr, 0, 100);
        registry.deposit(STAKE, x, y, _withdrawal(0), signature);
        Account memory a = registry.account(wallet.addr);
        assertTrue(a.state == ValidatorState.Queued);
        assertEq(a.withdrawal, _withdrawal(0));
        assertEq(a.shares, STAKE);
        assertEq(a.deposit, STAKE);
        assertEq(a.x, x);
        assertEq(a.y, y);
        assertEq(a.queued, 1);
        assertEq(token.balanceOf(address(registry)), STAKE);
        ValidatorUpdate[] memory joins = registry.waiting(0);
        assertEq(joins.length, 1);
        assertEq(joins[0].validator, wallet.addr);
        assertEq(joins[0].weight, 100);
    }

    function _try(uint256 i, uint256 amount, address withdrawal, bytes memory signature, bytes memory reason) private {
        Vm.Wallet memory wallet = vm.createWallet(_key(i));
        vm.expectRevert(reason);
        registry.deposit(
            amount, bytes32(wallet.publicKeyX), bytes32(wallet.publicKeyY), withdrawal, signature
        );
    }

    function test_a_halted_core_takes_no_deposit() public {
        _halt();
        _try(0, STAKE, _withdrawal(0), _depositSignature(0), abi.encodeWithSelector(IRegistry.CoreIsHalted.selector));
    }

    function test_a_point_beside_the_curve_is_refused() public {
        bytes memory signature = _depositSignature(0);
        vm.expectRevert(
            abi.encodeWithSelector(IRegistry.KeyNotOnCurve.selector, bytes32(uint256(1)), bytes32(uint256(2)))
        );
        registry.deposit(STAKE, bytes32(uint256(1)), bytes32(uint256(2)), _withdrawal(0), signature);
    }

    function test_a_signer_registers_once_for_ever() public {
        _deposit(0, STAKE);
        bytes memory signature = _depositSignature(0);
        _try(
            0,
            STAKE,
            _withdrawal(0),
            signature,
            abi.encodeWithSelector(IRegistry.SignerKnown.selector, _signer(0), ValidatorState.Queued)
        );
        vm.prank(_withdrawal(0));
        registry.cancel(_signer(0));
        _try(
            0,
            STAKE,
            _withdrawal(0),
            signature,
            abi.encodeWithSelector(IRegistry.SignerKnown.selector, _signer(0), ValidatorState.Cancelled)
        );
    }

    function test_a_deposit_needs_a_withdrawal_address() public {
        bytes memory signature = sign(_key(0), registry.depositDigest(_signer(0), address(0), address(this)));
        _try(0, STAKE, address(0), signature, abi.encodeWithSelector(IRegistry.WithdrawalAddressZero.selector));
    }

    function test_the_stake_has_a_minimum_and_a_maximum() public {
        _try(
            0,
            10 ether - 1,
            _withdrawal(0),
            _depositSignature(0),
            abi.encodeWithSelector(IRegistry.StakeTooSmall.selector, 10 ether - 1, 10 ether)
        );
        uint256 most = (1 << 32) * UNIT - 1;
        _try(
            0,
            most + 1,
            _withdrawal(0),
            _depositSignature(0),
            abi.encodeWithSelector(IRegistry.StakeTooLarge.selector, most + 1, most)
        );
        // The supply is below this; what stops it now is the balance, not the bound.
        Vm.Wallet memory wallet = vm.createWallet(_key(0));
        bytes memory signature = _depositSignature(0);
        vm.expectPartialRevert(bytes4(keccak256("ERC20InsufficientBalance(address,uint256,uint256)")));
        registry.deposit(most, bytes32(wallet.publicKeyX), bytes32(wallet.publicKeyY), _withdrawal(0), signature);
        _deposit(1, 10 ether);
        assertEq(registry.waiting(0)[0].weight, 10);
    }

    function test_the_weight_is_rounded_down() public {
        _deposit(0, 11 ether - 1);
        assertEq(registry.waiting(0)[0].weight, 10);
    }

    function test_the_signature_must_be_the_keys_own() public {
        bytes memory signature = sign(_key(1), registry.depositDigest(_signer(0), _withdrawal(0), address(this)));
        _try(
            0,
            STAKE,
            _withdrawal(0),
            signature,
            abi.encodeWithSelector(IRegistry.SignerMismatch.selector, _signer(0), _signer(1))
        );
    }

    function test_the_signature_binds_withdrawal_address_and_depositor() public {
        Vm.Wallet memory wallet = vm.createWallet(_key(0));
        bytes memory signature = _depositSignature(0);
        vm.expectPartialRevert(IRegistry.SignerMismatch.selector);
        registry.deposit(
            STAKE, bytes32(wallet.publicKeyX), bytes32(wallet.publicKeyY), address(0xbad), signature
        );
        vm.prank(address(0xbad));
        vm.expectPartialRevert(IRegistry.SignerMismatch.selector);
        registry.deposit(
            STAKE, bytes32(wallet.publicKeyX), bytes32(wallet.publicKeyY), _withdrawal(0), signature
        );
    }

    function test_a_signature_of_another_length_is_refused() public {
        _try(
            0,
            STAKE,
            _withdrawal(0),
            new bytes(65),
            abi.encodeWithSelector(Signatures.SignatureLengthInvalid.selector, 65)
        );
    }

    function test_a_cancelled_deposit_is_refunded_at_once_and_leaves_the_queue() public {
        _deposit(0, STAKE);
        _deposit(1, STAKE);
        _deposit(2, STAKE);
        vm.expectEmit(address(registry));
        emit IRegistry.DepositCancelled(_signer(1), _withdrawal(1), STAKE);
        vm.prank(_withdrawal(1));
        registry.cancel(_signer(1));
        assertEq(token.balanceOf(_withdrawal(1)), STAKE);
        assertTrue(_state(1) == ValidatorState.Cancelled);
        assertEq(registry.account(_signer(1)).shares, 0);
        assertEq(registry.waiting(0).length, 2);
        core.open();
        assertEq(registry.voter(0).signer, _signer(0));
        assertEq(registry.voter(1).signer, _signer(2));
        assertEq(registry.indexCount(), 2);
    }

    function test_only_the_withdrawal_address_cancels() public {
        _deposit(0, STAKE);
        address signer = _signer(0);
        vm.expectRevert(
            abi.encodeWithSelector(IRegistry.NotWithdrawalAddress.selector, address(this), _withdrawal(0))
        );
        registry.cancel(signer);
    }

    function test_a_carried_deposit_cannot_be_cancelled() public {
        _open(1);
        address signer = _signer(0);
        vm.prank(_withdrawal(0));
        vm.expectRevert(abi.encodeWithSelector(IRegistry.StateInvalid.selector, signer, ValidatorState.Active));
        registry.cancel(signer);
    }

    function test_a_waiting_deposit_can_be_cancelled_after_a_halt() public {
        _open(1);
        _deposit(1, STAKE);
        _halt();
        vm.prank(_withdrawal(1));
        registry.cancel(_signer(1));
        assertEq(token.balanceOf(_withdrawal(1)), STAKE);
    }
}

/// @dev Logout, release, withdrawal (5.1).
contract RegistryLeaveTest is OriginFixture {
    function setUp() public override {
        super.setUp();
        _open(4);
    }

    /// An earlier registry reverted on every logout.
    function test_the_withdrawal_address_logs_its_validator_out() public {
        vm.expectEmit(address(registry));
        emit IRegistry.LogoutRequested(_signer(0));
        vm.expectEmit(address(registry));
        emit IRegistry.UpdateQueued(_signer(0), 2, 0);
        _logout(0);
        assertTrue(_state(0) == ValidatorState.Leaving);
        assertEq(registry.account(_signer(0)).queued, 3);
    }

    function test_anyone_logs_a_validator_out_with_its_signature() public {
        bytes memory signature = sign(_key(2), registry.logoutDigest(_signer(2)));
        vm.prank(address(0xbeef));
        registry.logout(_signer(2), signature);
        assertTrue(_state(2) == ValidatorState.Leaving);
    }

    function test_nobody_logs_a_validator_out_without_its_signature() public {
        bytes memory foreign = sign(_key(1), registry.logoutDigest(_signer(0)));
        address signer = _signer(0);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.SignerMismatch.selector, signer, _signer(1)));
        registry.logout(signer, foreign);
        vm.expectRevert(abi.encodeWithSelector(Signatures.SignatureLengthInvalid.selector, 0));
        registry.logout(signer, "");
    }

    function test_only_an_active_validator_logs_out() public {
        _logout(0);
        address signer = _signer(0);
        vm.prank(_withdrawal(0));
        vm.expectRevert(abi.encodeWithSelector(IRegistry.StateInvalid.selector, signer, ValidatorState.Leaving));
        registry.logout(signer, "");
    }

    function test_nobody_logs_out_of_a_halted_core() public {
        _halt();
        address signer = _signer(0);
        vm.prank(_withdrawal(0));
        vm.expectRevert(abi.encodeWithSelector(IRegistry.CoreNotOpen.selector, 2));
        registry.logout(signer, "");
    }

    function test_a_logout_drops_a_waiting_weight_update() public {
        vm.mockCall(
            registryConfig.reputation, abi.encodeWithSelector(IReputation.reputation.selector), abi.encode(5e17)
        );
        registry.refresh(_signer(0));
        registry.refresh(_signer(1));
        assertEq(registry.waiting(1).length, 2);
        _logout(0);
        ValidatorUpdate[] memory weights = registry.waiting(1);
        assertEq(weights.length, 1);
        assertEq(weights[0].validator, _signer(1));
        assertEq(registry.waiting(2).length, 1);
    }

    /// K_3 is the first that can carry a logout of a founder; B_4 proves the hand-over.
    function _leave(uint256 i) private {
        _logout(i);
        while (registry.account(_signer(i)).endHeight == 0) {
            _commitNext();
        }
        assertEq(registry.account(_signer(i)).endHeight, 3);
    }

    function test_a_leaver_is_released_once_the_meta_block_after_its_logout_committed() public {
        _leave(0);
        address signer = _signer(0);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.HandOverPending.selector, signer, 3, 3));
        registry.release(signer);
        _commitNext();
        vm.expectRevert(abi.encodeWithSelector(IRegistry.HandOverPending.selector, signer, 3, 4));
        registry.release(signer);
        _commitNext();
        vm.expectEmit(address(registry));
        emit IRegistry.ReleaseStarted(signer, uint64(block.timestamp) + 60);
        registry.release(signer);
        assertTrue(_state(0) == ValidatorState.Released);
    }

    function test_a_validator_whose_logout_no_kernel_carried_is_not_released() public {
        _logout(0);
        address signer = _signer(0);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.HandOverPending.selector, signer, 0, 1));
        registry.release(signer);
    }

    function test_nobody_is_released_twice() public {
        _leave(0);
        _commitNext();
        _commitNext();
        address signer = _signer(0);
        registry.release(signer);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.StateInvalid.selector, signer, ValidatorState.Released));
        registry.release(signer);
    }

    function test_the_stake_is_paid_to_the_withdrawal_address_after_the_delay() public {
        _leave(0);
        _commitNext();
        _commitNext();
        address signer = _signer(0);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.StateInvalid.selector, signer, ValidatorState.Leaving));
        registry.withdraw(signer);
        registry.release(signer);
        uint64 releasableAt = registry.account(signer).releasableAt;
        vm.warp(releasableAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.WithdrawalDelayed.selector, signer, releasableAt));
        registry.withdraw(signer);
        vm.warp(releasableAt);
        vm.expectEmit(address(registry));
        emit IRegistry.Withdrawn(signer, _withdrawal(0), STAKE);
        registry.withdraw(signer);
        assertEq(token.balanceOf(_withdrawal(0)), STAKE);
        assertTrue(_state(0) == ValidatorState.Withdrawn);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.StateInvalid.selector, signer, ValidatorState.Withdrawn));
        registry.withdraw(signer);
    }

    function test_a_halted_core_releases_active_and_leaving_validators() public {
        _commitNext();
        _logout(1);
        _halt();
        registry.release(_signer(0));
        registry.release(_signer(1));
        assertEq(registry.account(_signer(0)).releasableAt, block.timestamp + 60);
        assertEq(registry.account(_signer(1)).releasableAt, block.timestamp + 60);
        assertEq(registry.waiting(2).length, 0);
    }

    function test_a_core_halted_before_its_first_meta_block_releases_without_delay() public {
        _deposit(9, STAKE);
        _halt();
        registry.release(_signer(0));
        registry.withdraw(_signer(0));
        assertEq(token.balanceOf(_withdrawal(0)), STAKE);
        address queued = _signer(9);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.StateInvalid.selector, queued, ValidatorState.Queued));
        registry.release(queued);
    }
}

/// @dev Weights sampled from the reputation contract (5.2).
contract RegistryReputationTest is OriginFixture {
    function setUp() public override {
        super.setUp();
        _open(2);
    }

    function _answer(bytes memory data) private {
        vm.mockCall(registryConfig.reputation, abi.encodeWithSelector(IReputation.reputation.selector), data);
    }

    function test_a_changed_weight_is_queued() public {
        _answer(abi.encode(5e17));
        vm.expectEmit(address(registry));
        emit IRegistry.UpdateQueued(_signer(0), 1, 50);
        registry.refresh(_signer(0));
    }

    function test_an_unchanged_weight_is_refused() public {
        address signer = _signer(0);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.WeightUnchanged.selector, signer, 100));
        registry.refresh(signer);
    }

    function test_only_an_active_validator_is_refreshed() public {
        _deposit(5, STAKE);
        address signer = _signer(5);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.StateInvalid.selector, signer, ValidatorState.Queued));
        registry.refresh(signer);
    }

    function test_a_second_update_of_one_kind_is_refused() public {
        _answer(abi.encode(5e17));
        address signer = _signer(0);
        registry.refresh(signer);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.UpdateWaiting.selector, signer, 1));
        registry.refresh(signer);
    }

    function test_a_reputation_above_one_counts_as_one() public {
        _answer(abi.encode(type(uint256).max));
        _deposit(5, STAKE);
        assertEq(registry.waiting(0)[0].weight, 100);
    }

    function test_a_short_answer_counts_as_nothing() public {
        _answer(hex"01");
        _deposit(5, STAKE);
        assertEq(registry.waiting(0)[0].weight, 0);
    }

    function test_a_failure_counts_as_nothing() public {
        vm.mockCallRevert(
            registryConfig.reputation, abi.encodeWithSelector(IReputation.reputation.selector), abi.encode(1e18)
        );
        _deposit(5, STAKE);
        assertEq(registry.waiting(0)[0].weight, 0);
    }

    function test_a_contract_that_burns_its_gas_counts_as_nothing() public {
        // JUMPDEST, PUSH0, JUMP: an endless loop.
        vm.etch(registryConfig.reputation, hex"5b5f56");
        _deposit(5, STAKE);
        assertEq(registry.waiting(0)[0].weight, 0);
    }

    function test_a_caller_cannot_starve_the_reputation_contract() public {
        _answer(abi.encode(5e17));
        address signer = _signer(0);
        try registry.refresh{gas: 60_000}(signer) {
            revert AssertionFailed("a starved refresh");
        } catch (bytes memory reason) {
            assertEq(uint256(uint32(bytes4(reason))), uint256(uint32(IRegistry.GasTooLow.selector)));
        }
    }

    function test_the_reputation_contract_is_asked_for_the_next_kernel() public {
        address signer = _signer(0);
        vm.expectCall(registryConfig.reputation, abi.encodeCall(IReputation.reputation, (signer, 2, 1)));
        vm.expectRevert(abi.encodeWithSelector(IRegistry.WeightUnchanged.selector, signer, 100));
        registry.refresh(signer);
    }
}

/// @dev What a seal weighs (4.3, 5.3), and who may move the set.
contract RegistryTallyTest is OriginFixture {
    bytes32 private constant DIGEST = keccak256("digest");

    function setUp() public override {
        super.setUp();
        _open(4);
    }

    function _sealOf(uint32 a, uint32 b) private view returns (bytes memory) {
        return bytes.concat(hex"00", _record(a, DIGEST), _record(b, DIGEST));
    }

    function test_a_seal_weighs_its_signers_in_both_sets() public {
        _deposit(4, 2 * STAKE);
        _commitNext();
        Tally memory t = registry.tally(2, DIGEST, _sealOf(1, 4));
        assertEq(t.forward, 300);
        assertEq(t.forwardTotal, 600);
        assertEq(t.rear, 100);
        assertEq(t.rearTotal, 400);
        assertEq(t.roll, Seal.roll(2, 0, hex"0000000100000004"));
    }

    function test_the_set_of_the_height_before_is_tallied_too() public {
        _deposit(4, 2 * STAKE);
        _commitNext();
        Tally memory t = registry.tally(1, DIGEST, _sealOf(1, 4));
        assertEq(t.forward, 100);
        assertEq(t.forwardTotal, 400);
        assertEq(t.rear, 100);
        assertEq(t.rearTotal, 400);
    }

    function test_other_heights_are_not_tallied() public {
        bytes memory seal = _sealOf(0, 1);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.HeightNotTallied.selector, 0, 1));
        registry.tally(0, DIGEST, seal);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.HeightNotTallied.selector, 2, 1));
        registry.tally(2, DIGEST, seal);
        _commitNext();
        _commitNext();
        vm.expectRevert(abi.encodeWithSelector(IRegistry.HeightNotTallied.selector, 1, 3));
        registry.tally(1, DIGEST, seal);
    }

    function test_an_unknown_scheme_and_a_wrong_length_are_refused() public {
        vm.expectRevert(abi.encodeWithSelector(Seal.SealSchemeUnknown.selector, 1));
        registry.tally(1, DIGEST, hex"01");
        vm.expectRevert(abi.encodeWithSelector(Seal.SealLengthInvalid.selector, 2));
        registry.tally(1, DIGEST, hex"0000");
    }

    function test_signers_must_ascend_so_nobody_counts_twice() public {
        bytes memory twice = _sealOf(1, 1);
        vm.expectRevert(abi.encodeWithSelector(Seal.SealNotAscending.selector, 1, 1));
        registry.tally(1, DIGEST, twice);
        bytes memory back = _sealOf(2, 1);
        vm.expectRevert(abi.encodeWithSelector(Seal.SealNotAscending.selector, 2, 1));
        registry.tally(1, DIGEST, back);
        bytes memory zeroTwice = _sealOf(0, 0);
        vm.expectRevert(abi.encodeWithSelector(Seal.SealNotAscending.selector, 0, 0));
        registry.tally(1, DIGEST, zeroTwice);
    }

    function test_an_index_that_nobody_has_is_refused() public {
        bytes memory seal = bytes.concat(hex"00", abi.encodePacked(uint32(4), new bytes(64)));
        vm.expectRevert(abi.encodeWithSelector(IRegistry.IndexUnassigned.selector, 4));
        registry.tally(1, DIGEST, seal);
    }

    function test_a_signature_of_another_validator_is_refused() public {
        bytes memory seal = bytes.concat(hex"00", abi.encodePacked(uint32(1), sign(_key(0), DIGEST)));
        vm.expectRevert(
            abi.encodeWithSelector(IRegistry.SealSignatureInvalid.selector, 1, _signer(1), _signer(0))
        );
        registry.tally(1, DIGEST, seal);
    }

    function test_a_signature_that_recovers_nobody_is_refused() public {
        bytes memory seal = bytes.concat(hex"00", abi.encodePacked(uint32(1), new bytes(64)));
        vm.expectRevert(abi.encodeWithSelector(IRegistry.SealSignatureInvalid.selector, 1, _signer(1), address(0)));
        registry.tally(1, DIGEST, seal);
    }

    function test_only_the_core_moves_the_set() public {
        vm.expectRevert(abi.encodeWithSelector(IRegistry.NotCore.selector, address(this)));
        registry.found();
        vm.expectRevert(abi.encodeWithSelector(IRegistry.NotCore.selector, address(this)));
        registry.advance(2, 0);
    }

    function test_founders_weigh_the_same_at_height_0() public view {
        Voter memory v = registry.voter(3);
        assertEq(v.signer, _signer(3));
        assertEq(v.weight, 100);
        assertEq(v.previous, 100);
        assertEq(v.changedAt, 1);
        assertEq(registry.total(0), 400);
        assertEq(registry.total(1), 400);
    }
}

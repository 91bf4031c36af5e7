// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BlockHeader} from "../../src/lib/BlockHeader.sol";
import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {TrieReader} from "../../src/lib/TrieReader.sol";
import {Transition} from "../../src/lib/Types.sol";
import {CoreStatus, ICore, MissedEvidence} from "../../src/origin/ICore.sol";
import {IRegistry} from "../../src/origin/IRegistry.sol";
import {MissedFixture} from "./MissedFixture.sol";

/// @dev What a commit passed over, proven after it (4.4 b): B_1 and B_2 are committed, each over two finalised lower
/// checkpoints that had reached the gas target, 5 and 7 below the committed one. 0.1 % a height, at most 10 % (4.6).
contract MissedCheckpointTest is MissedFixture {
    address private constant PROVER = address(0xcafe);
    uint64 private constant COMMITTED = ROOT_HEIGHT + 2 * STEP;
    uint64 private constant FIVE_BELOW = COMMITTED - 5;
    uint64 private constant SEVEN_BELOW = COMMITTED - 7;

    /// What the state says of the checkpoint at this height instead, for refusals that lie behind the proofs.
    uint64 private odd;
    uint256 private oddField;

    function setUp() public override {
        super.setUp();
        _openRecorded(4);
        _commitOver();
        _commitOver();
    }

    function _finalised(uint64 height) internal view override returns (Transition memory t) {
        t = super._finalised(height);
        if (height != odd || odd == 0) return t;
        if (oddField == 0) t.kernel = keccak256("another kernel");
        if (oddField == 1) t.gas = core.gasTarget() - 1;
        if (oddField == 3) t.gas = core.gasTarget();
        if (oddField == 2) t.dynasty = core.committed().dynasty;
    }

    function _prove(MissedEvidence memory e) private {
        vm.prank(PROVER);
        core.proveMissedCheckpoint(e);
    }

    function _refused(MissedEvidence memory e, bytes memory reason) private {
        vm.expectRevert(reason);
        core.proveMissedCheckpoint(e);
    }

    function _mismatch(MissedEvidence memory e) private {
        vm.expectPartialRevert(ICore.EvidenceMismatch.selector);
        core.proveMissedCheckpoint(e);
    }

    function test_a_checkpoint_passed_over_costs_everybody_by_its_depth() public {
        MissedEvidence memory e = _missed(FIVE_BELOW);
        vm.expectEmit(address(registry));
        emit IRegistry.LossApplied(2, 5e15, 0.995e36, PROVER, 2 ether, 0.1 ether);
        vm.expectEmit(address(core));
        emit ICore.CheckpointMissProven(2, FIVE_BELOW, PROVER);
        _prove(e);
        for (uint256 i = 0; i < 4; ++i) {
            assertEq(registry.stakeOf(_signer(i)), 99.5 ether);
        }
        assertEq(registry.credit(PROVER), 0.1 ether, "a twentieth");
        assertEq(registry.burned(), 1.9 ether);
        assertEq(registry.exposedStake(), 398 ether);
        assertEq(core.committed().missedFrom, FIVE_BELOW);
    }

    function test_a_lower_one_takes_the_difference_and_no_more() public {
        _prove(_missed(FIVE_BELOW));
        MissedEvidence memory e = _missed(SEVEN_BELOW);
        vm.expectEmit(address(registry));
        emit IRegistry.LossApplied(2, 7e15, 0.993e36, PROVER, 0.8 ether, 0.04 ether);
        _prove(e);
        assertEq(registry.stakeOf(_signer(0)), 99.3 ether);
        assertEq(core.committed().missedFrom, SEVEN_BELOW);
    }

    function test_the_same_or_a_higher_one_is_refused_once_a_lower_one_is_proven() public {
        _prove(_missed(SEVEN_BELOW));
        _refused(
            _missed(FIVE_BELOW),
            abi.encodeWithSelector(ICore.MissedHeightNotBelow.selector, FIVE_BELOW, SEVEN_BELOW)
        );
        _refused(
            _missed(SEVEN_BELOW),
            abi.encodeWithSelector(ICore.MissedHeightNotBelow.selector, SEVEN_BELOW, SEVEN_BELOW)
        );
    }

    function test_the_first_meta_block_is_measured_from_the_auxiliary_root() public {
        _deploy();
        _openRecorded(4);
        _commitOver();
        _prove(_missed(ROOT_HEIGHT + 3));
        assertEq(registry.stakeOf(_signer(3)), 99.3 ether);
        assertEq(core.committed().missedFrom, ROOT_HEIGHT + 3);
    }

    function test_the_loss_has_a_cap() public {
        registryConfig.missFraction = 2e16;
        _deploy();
        _openRecorded(4);
        _commitOver();
        _prove(_missed(ROOT_HEIGHT + 5));
        assertEq(registry.stakeOf(_signer(0)), 90 ether, "5 * 2 %");
        MissedEvidence memory e = _missed(ROOT_HEIGHT + 3);
        vm.expectEmit(address(registry));
        emit IRegistry.LossApplied(1, 1e17, 0.9e36, PROVER, 0, 0);
        _prove(e);
        assertEq(registry.stakeOf(_signer(0)), 90 ether, "the cap");
    }

    function test_the_next_commit_ends_the_time_in_which_it_can_be_proven() public {
        _prove(_missed(FIVE_BELOW));
        MissedEvidence memory e = _missed(SEVEN_BELOW);
        _commitOver();
        assertEq(core.committed().missedFrom, 0);
        _mismatch(e);
    }

    /// Votes kept back and shown after the commit finalise a checkpoint only in later states: the state of the committed
    /// source block has nothing at its height (4.4 b).
    function test_votes_withheld_and_shown_after_the_commit_prove_nothing() public {
        uint64 height = COMMITTED - 4;
        MissedEvidence memory e = _missed(FIVE_BELOW);
        e.missedHeight = height;
        e.missed = _finalised(height);
        e.missed.kernel = kernelAt[2];
        (,, e.slotProof) = _proofs(height);
        vm.expectRevert();
        core.proveMissedCheckpoint(e);
        // The same slot in a later state: proven, but not under the committed source's header.
        finalisedHeights.push(height);
        finalisedAt[height] = e.missed;
        bytes32 source = keccak256(sourceHeader);
        bytes32 later;
        (later, e.accountProof, e.slotProof) = _proofs(height);
        check(e.slotProof.length > 0, "proven later");
        vm.expectPartialRevert(TrieReader.TrieHash.selector);
        core.proveMissedCheckpoint(e);
        e.header = _headerOf(later);
        _refused(e, abi.encodeWithSelector(ICore.HeaderNotSource.selector, keccak256(e.header), source));
    }

    function _headerOf(bytes32 stateRoot) private view returns (bytes memory header) {
        header = sourceHeader;
        // The state root lies behind three prefixes, parent, ommers and miner.
        for (uint256 i = 0; i < 32; ++i) {
            header[3 + 33 + 33 + 21 + 1 + i] = stateRoot[i];
        }
    }

    // Each check, in its order.

    function test_only_an_open_core_takes_the_proof() public {
        MissedEvidence memory e = _missed(FIVE_BELOW);
        _halt();
        _refused(e, abi.encodeWithSelector(ICore.StatusInvalid.selector, CoreStatus.Halted));
        _deploy();
        _refused(e, abi.encodeWithSelector(ICore.StatusInvalid.selector, CoreStatus.Created));
    }

    function test_before_the_first_commit_nothing_was_passed_over() public {
        MissedEvidence memory e = _missed(FIVE_BELOW);
        _deploy();
        _open(4);
        _refused(e, abi.encodeWithSelector(ICore.NothingCommitted.selector));
    }

    function test_every_part_of_the_chain_of_kernels_is_bound() public {
        bytes32 wrong = keccak256("wrong");
        MissedEvidence memory e = _missed(FIVE_BELOW);
        e.updates = wrong;
        _mismatch(e);
        e = _missed(FIVE_BELOW);
        e.transition = wrong;
        _mismatch(e);
        e = _missed(FIVE_BELOW);
        e.vote = wrong;
        _mismatch(e);
        e = _missed(FIVE_BELOW);
        e.kernelUpdates = wrong;
        _mismatch(e);
        e = _missed(FIVE_BELOW);
        e.previousKernel = wrong;
        _mismatch(e);
        e = _missed(FIVE_BELOW);
        e.previous.dynasty = 0;
        _mismatch(e);
        e = _missed(FIVE_BELOW);
        e.previous.gas -= 1;
        _mismatch(e);
        e = _missed(FIVE_BELOW);
        e.previousLink.sourceHeight -= 1;
        _mismatch(e);
    }

    function test_the_height_lies_between_the_two_committed_ones() public {
        MissedEvidence memory e = _missed(FIVE_BELOW);
        e.missedHeight = ROOT_HEIGHT + STEP;
        _refused(
            e, abi.encodeWithSelector(ICore.MissedHeightNotAbove.selector, ROOT_HEIGHT + STEP, ROOT_HEIGHT + STEP)
        );
        e.missedHeight = 0;
        _refused(e, abi.encodeWithSelector(ICore.MissedHeightNotAbove.selector, 0, ROOT_HEIGHT + STEP));
        e.missedHeight = COMMITTED;
        _refused(e, abi.encodeWithSelector(ICore.MissedHeightNotBelow.selector, COMMITTED, COMMITTED));
    }

    /// A state in which the polling place finalised what could not have been committed.
    function _odd(uint256 what) private returns (MissedEvidence memory) {
        (odd, oddField) = (COMMITTED + 5, what);
        _commitOver();
        return _missed(odd);
    }

    function test_the_missed_transition_is_of_the_committed_kernel() public {
        MissedEvidence memory e = _odd(0);
        _refused(
            e,
            abi.encodeWithSelector(ICore.MissedKernelMismatch.selector, keccak256("another kernel"), kernelAt[3])
        );
    }

    function test_the_missed_transition_reached_the_gas_target_of_its_kernel() public {
        uint256 target = core.gasTarget();
        MissedEvidence memory e = _odd(1);
        _refused(e, abi.encodeWithSelector(ICore.GasBelowTarget.selector, target - 1, target));
    }

    function test_the_gas_target_itself_was_passed_over() public {
        MissedEvidence memory e = _odd(3);
        check(e.missed.gas == 3 * GAS_STEP + ROOT_HEIGHT + 2 * STEP + ROOT_HEIGHT + STEP, "the target of K_3");
        _prove(e);
        assertEq(core.committed().missedFrom, odd);
    }

    function test_the_missed_transition_has_a_dynasty_above_the_one_before() public {
        uint64 dynasty = core.committed().dynasty;
        MissedEvidence memory e = _odd(2);
        _refused(e, abi.encodeWithSelector(ICore.DynastyNotAbove.selector, dynasty, dynasty));
    }

    function test_the_header_is_canonical_and_that_of_the_committed_source() public {
        MissedEvidence memory e = _missed(FIVE_BELOW);
        e.header = bytes.concat(sourceHeader, hex"00");
        _refused(
            e,
            abi.encodeWithSelector(
                BlockHeader.HeaderTrailingBytes.selector, sourceHeader.length, sourceHeader.length + 1
            )
        );
        e.header = "";
        _refused(e, abi.encodeWithSelector(BlockHeader.HeaderMalformed.selector, 0));
        e.header = sourceHeader;
        e.header[e.header.length - 1] ^= 0x01;
        _refused(
            e,
            abi.encodeWithSelector(ICore.HeaderNotSource.selector, keccak256(e.header), keccak256(sourceHeader))
        );
    }

    function test_the_proofs_are_of_the_polling_place_and_of_the_slot_of_that_height() public {
        MissedEvidence memory e = _missed(FIVE_BELOW);
        bytes[] memory saved = e.accountProof;
        e.accountProof = new bytes[](0);
        _refused(e, abi.encodeWithSelector(TrieReader.TrieTruncated.selector, 0));
        e.accountProof = saved;
        e.slotProof = new bytes[](0);
        _refused(e, abi.encodeWithSelector(TrieReader.TrieTruncated.selector, 0));
        (,, e.slotProof) = _proofs(SEVEN_BELOW);
        vm.expectRevert();
        core.proveMissedCheckpoint(e);
    }

    function test_what_the_polling_place_finalised_is_the_given_transition() public {
        MissedEvidence memory e = _missed(FIVE_BELOW);
        bytes32 proven = MosaicHash.hash(e.missed);
        e.missed.transactionRoot = keccak256("another");
        _refused(
            e,
            abi.encodeWithSelector(
                ICore.FinalisedMismatch.selector, FIVE_BELOW, proven, MosaicHash.hash(e.missed)
            )
        );
    }

    /// Joins of K_3 were not there yet, logouts of K_2 were gone already; both others bear it (4.6).
    function test_the_loss_falls_on_those_whom_the_missed_kernel_held() public {
        _deploy();
        _openRecorded(5);
        _commitOver();
        _logout(4);
        _deposit(5, STAKE);
        _commitOver();
        _deposit(6, STAKE);
        _commitOver();
        assertEq(registry.account(_signer(5)).joinHeight, 3);
        assertEq(registry.account(_signer(4)).endHeight, 3);
        assertEq(registry.account(_signer(6)).joinHeight, 4);
        uint64 height = core.committed().sourceHeight - 5;
        _prove(_missed(height));
        assertEq(registry.stakeOf(_signer(0)), 99.5 ether, "a founder");
        assertEq(registry.stakeOf(_signer(5)), 99.5 ether, "joined by K_3");
        assertEq(registry.stakeOf(_signer(4)), STAKE, "logged out by K_3");
        assertEq(registry.stakeOf(_signer(6)), STAKE, "joined by K_4");
    }
}

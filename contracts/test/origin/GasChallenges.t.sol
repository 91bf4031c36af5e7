// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Transition, Vote} from "../../src/lib/Types.sol";
import {CoreStatus, MissedEvidence, ProposalState} from "../../src/origin/ICore.sol";
import {RollPreimage} from "../../src/origin/IRegistry.sol";
import {MissedFixture} from "./MissedFixture.sol";

/// @dev What challenges, presence and leak cost as transactions of their own (4.4, 5.5), and that nothing but the
/// signers' part of a commit grows with the set.
contract GasChallengesTest is MissedFixture {
    string private constant GROUP = "Origin";

    function setUp() public override {
        super.setUp();
        registryConfig.maxUpdates = 64;
        _deploy();
    }

    function _sealedFalse() private view returns (Vote memory link, bytes memory seal) {
        link = Vote(core.originId(), 0, keccak256("no block of origin"), keccak256("its child"), 124, 125);
        seal = _seal(link, _first(registry.indexCount()));
    }

    function _observation(uint256 count, string memory name) private {
        _open(count);
        Transition memory b = _transition();
        core.propose(b, _statedHeight(), new bytes[](0));
        (Vote memory link, bytes memory seal) = _sealedFalse();
        core.challengeObservation(b, _statedHeight(), link, 1, seal);
        vm.snapshotGasLastCall(GROUP, name);
        assertTrue(core.status() == CoreStatus.Halted);
    }

    function test_gas_of_the_observation_challenge() public {
        _observation(4, "challengeObservation, 4 signers");
        _deploy();
        _observation(25, "challengeObservation, 25 signers");
    }

    function test_gas_of_the_gas_target_challenge() public {
        _open(4);
        Transition memory late = _finalised(9);
        core.propose(late, 9, new bytes[](0));
        Transition memory lower = _finalised(5);
        Vote memory link = _link(lower, 5);
        bytes memory seal = _seal(link, _all());
        core.challengeGasTarget(MosaicHash.hash(late), 9, lower, link, seal, new bytes[](0));
        vm.snapshotGasLastCall(GROUP, "challengeGasTarget, 4 signers");
        assertTrue(core.proposal(_id(late, 9)).state == ProposalState.Struck);
    }

    function _missedIn(uint256 count, string memory name) private returns (uint256 gas) {
        _openRecorded(count);
        _commitOver();
        _commitOver();
        MissedEvidence memory e = _missed(core.committed().sourceHeight - 5);
        core.proveMissedCheckpoint(e);
        gas = vm.snapshotGasLastCall(GROUP, name);
        check(core.committed().missedFrom != 0, "proven");
    }

    function test_gas_of_a_missed_checkpoint_does_not_grow_with_the_set() public {
        uint256 four = _missedIn(4, "proveMissedCheckpoint, 4 validators");
        _deploy();
        uint256 many = _missedIn(60, "proveMissedCheckpoint, 60 validators");
        // Another set's hashes have other zero bytes, which cost less as call data.
        check(many < four + 500 && four < many + 500, "no term grows with the set");
    }

    function test_gas_of_the_halt_challenge() public {
        _open(4);
        vm.warp(block.timestamp + 600);
        core.challengeHalt();
        vm.snapshotGasLastCall(GROUP, "challengeHalt");
        vm.warp(block.timestamp + 120);
        core.halt();
        vm.snapshotGasLastCall(GROUP, "halt");
        assertTrue(core.status() == CoreStatus.Halted);
    }

    function test_gas_of_presence_leak_and_veto() public {
        _open(4);
        for (uint256 i = 0; i < 5; ++i) {
            _commitBy(_first(3));
        }
        uint64 source = core.committed().sourceHeight;
        Vote[] memory votes = new Vote[](1);
        votes[0] = _vote(source, source + 1);
        registry.present(5, votes, _record(0, _digest(votes[0])));
        vm.snapshotGasLastCall(GROUP, "present, 1 vote");
        RollPreimage[] memory rolls = new RollPreimage[](4);
        for (uint256 i = 0; i < 4; ++i) {
            rolls[i] = RollPreimage({kind: 0, indices: hex"000000000000000100000002"});
        }
        registry.leak(_signer(3), rolls);
        vm.snapshotGasLastCall(GROUP, "leak, rolls of 3 signers");
        vm.prank(_withdrawal(1));
        registry.veto(address(0x6a7e), _signer(1), "");
        vm.snapshotGasLastCall(GROUP, "veto");
        assertTrue(registry.vetoed(address(0x6a7e)));
    }

    function _commitOf(uint256 signers) private {
        _open(signers);
        for (uint256 i = 0; i < 9; ++i) {
            _commitNext();
        }
        assertEq(registry.indexCount(), signers);
        Ready memory ready = _sealedNext();
        _commit(ready);
        uint256 gas = vm.snapshotGasLastCall(GROUP, string.concat("commit, ", vm.toString(signers), " signers"));
        check(gas <= 110_000 + 6700 * signers, "the fixed part, and 6,700 for each signer");
    }

    function test_a_commit_of_4_signers_costs_at_most_the_fixed_part_and_6700_each() public {
        _commitOf(4);
    }

    function test_a_commit_of_25_signers_costs_at_most_the_fixed_part_and_6700_each() public {
        _commitOf(25);
    }

    function test_a_commit_of_100_signers_costs_at_most_the_fixed_part_and_6700_each() public {
        _commitOf(100);
    }

    function test_a_commit_of_255_signers_costs_at_most_the_fixed_part_and_6700_each() public {
        _commitOf(255);
    }
}

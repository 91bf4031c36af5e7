// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Kernel, MetaBlock, Vote} from "../../src/lib/Types.sol";
import {ICore} from "../../src/origin/ICore.sol";
import {IRegistry, ValidatorState} from "../../src/origin/IRegistry.sol";
import {Vm} from "../Base.sol";
import {OriginFixture} from "./OriginFixture.sol";

/// @dev A core from its deposits to its seventh meta-block, with joins, a logout, a release and a withdrawal; then its
/// whole history is rebuilt from events alone.
contract HonestPathTest is OriginFixture {
    /// What an observer knows who reads nothing but events.
    struct Observer {
        uint64 height;
        bytes32 kernel;
        bytes32 parent;
        uint256 gasTarget;
        uint256 updates;
    }

    function _run() private {
        _open(4);
        _deposit(4, 3 * STAKE);
        _commitNext();
        _deposit(5, STAKE);
        _logout(0);
        _commitNext();
        _commitNext();
        _commitNext();
        registry.release(_signer(0));
        vm.warp(block.timestamp + 60);
        registry.withdraw(_signer(0));
        for (uint256 i = 0; i < 3; ++i) {
            _commitNext();
        }
    }

    function test_an_honest_core_commits_while_validators_join_and_leave() public {
        _run();
        assertEq(core.openHeight(), 8);
        assertEq(core.committed().dynasty, 7);
        assertEq(core.committedGas(), 7 * GAS_STEP);
        assertEq(registry.account(_signer(4)).joinHeight, 2);
        assertEq(registry.account(_signer(5)).joinHeight, 3);
        assertEq(registry.account(_signer(0)).endHeight, 3);
        assertTrue(_state(0) == ValidatorState.Withdrawn);
        assertEq(registry.total(8), 3 * 100 + 300 + 100);
        assertEq(token.balanceOf(_withdrawal(0)), STAKE);
        assertEq(token.balanceOf(address(registry)), 7 * STAKE);
        assertEq(token.balanceOf(address(core)), 7 * BOND);
    }

    function test_every_bond_of_the_path_comes_back() public {
        _open(4);
        bytes32[] memory hashes = new bytes32[](5);
        for (uint256 i = 0; i < 5; ++i) {
            Ready memory ready = _sealedNext();
            hashes[i] = ready.link.transition;
            _commit(ready);
        }
        for (uint256 i = 0; i < 5; ++i) {
            core.reclaim(hashes[i], uint64(ROOT_HEIGHT + 1 + i));
        }
        core.collect(address(0xcafe));
        assertEq(token.balanceOf(address(0xcafe)), 5 * BOND);
        assertEq(token.balanceOf(address(core)), 0);
    }

    function test_the_chain_of_meta_blocks_can_be_rebuilt_from_events_alone() public {
        vm.recordLogs();
        _run();
        Vm.Log[] memory logs = vm.getRecordedLogs();
        Observer memory seen;
        uint256 carried;
        for (uint256 i = 0; i < logs.length; ++i) {
            bytes32 topic = logs[i].topics[0];
            if (topic == ICore.KernelOpened.selector) _observeKernel(seen, logs[i]);
            else if (topic == ICore.MetaBlockCommitted.selector) _observeCommit(seen, logs[i]);
            else if (topic == IRegistry.UpdateCarried.selector) ++carried;
        }
        assertEq(seen.height, core.openHeight());
        assertEq(seen.kernel, core.openKernel());
        assertEq(seen.gasTarget, core.gasTarget());
        assertEq(seen.updates, 7, "four founders, two joins, a logout");
        assertEq(carried, 7);
    }

    function _observeKernel(Observer memory seen, Vm.Log memory log) private view {
        (bytes32 hash, Kernel memory kernel) = abi.decode(log.data, (bytes32, Kernel));
        assertEq(hash, MosaicHash.hash(kernel), "the kernel hashes to what is opened");
        assertEq(kernel.height, seen.height + 1, "heights follow");
        assertEq(kernel.parent, seen.height == 0 ? core.setupHash() : seen.parent, "parents follow");
        seen.height = kernel.height;
        seen.kernel = hash;
        seen.gasTarget = kernel.gasTarget;
        seen.updates += kernel.updates.length;
    }

    function _observeCommit(Observer memory seen, Vm.Log memory log) private pure {
        (bytes32 kernelHash, bytes32 transitionHash, Vote memory link,,) =
            abi.decode(log.data, (bytes32, bytes32, Vote, bytes32, address));
        assertEq(kernelHash, seen.kernel, "it commits the open kernel");
        assertEq(link.transition, transitionHash);
        seen.parent = MosaicHash.hash(
            MetaBlock({kernel: kernelHash, transition: transitionHash, vote: MosaicHash.hash(link)})
        );
    }

    /// forge-config: default.fuzz.runs = 32
    function testFuzz_a_seal_commits_exactly_when_two_thirds_of_both_sets_signed(uint256 seed) public {
        uint256 founders = 1 + seed % 7;
        for (uint256 i = 0; i < founders; ++i) {
            _deposit(i, (10 + uint256(keccak256(abi.encode(seed, i))) % 90) * 1 ether);
        }
        core.open();
        for (uint256 i = founders; i < founders + (seed >> 8) % 4; ++i) {
            _deposit(i, (10 + uint256(keccak256(abi.encode(seed, i))) % 90) * 1 ether);
        }
        _commitNext();
        Ready memory ready = _sealedNext();
        (uint32[] memory indices, uint256 forward, uint256 rear) = _draw(seed >> 16);
        ready.seal = _seal(ready.link, indices);
        bool expected = 3 * forward > 2 * uint256(registry.total(2)) && 3 * rear > 2 * uint256(registry.total(1));
        try core.commit(ready.t, ready.statedHeight, ready.link, ready.seal) {
            check(expected, "committed without a quorum");
        } catch (bytes memory reason) {
            check(!expected && bytes4(reason) == ICore.QuorumMissing.selector, "refused with a quorum");
        }
    }

    function _draw(uint256 seed) private view returns (uint32[] memory indices, uint256 forward, uint256 rear) {
        uint32 count = registry.indexCount();
        indices = new uint32[](count);
        uint256 drawn;
        for (uint32 i = 0; i < count; ++i) {
            if (uint256(keccak256(abi.encode(seed, i))) % 4 == 0) continue;
            indices[drawn++] = i;
            forward += registry.voter(i).weight;
            rear += registry.voter(i).previous == 0 ? 0 : registry.voter(i).weight;
        }
        assembly ("memory-safe") {
            mstore(indices, drawn)
        }
    }
}

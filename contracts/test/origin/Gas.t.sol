// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SlashFixture} from "./SlashFixture.sol";

/// @dev What each call costs as a transaction of its own, in contracts/snapshots/Origin.json. Commits are measured once
/// the rings of sources and rolls are written round, as all commits but the first eight are.
contract GasTest is SlashFixture {
    string private constant GROUP = "Origin";

    function setUp() public override {
        super.setUp();
        registryConfig.maxUpdates = 64;
        _deploy();
    }

    function _commits(uint256 count) private {
        for (uint256 i = 0; i < count; ++i) {
            _commitNext();
        }
    }

    function _measureCommit(uint32 signers, string memory name) private {
        Ready memory ready = _sealedNext();
        ready.seal = _seal(ready.link, _first(signers));
        _commit(ready);
        vm.snapshotGasLastCall(GROUP, name);
    }

    function test_gas_of_a_deposit_and_of_a_departure() public {
        _deposit(0, STAKE);
        _deposit(1, STAKE);
        vm.snapshotGasLastCall(GROUP, "deposit");
        _deposit(2, STAKE);
        vm.prank(_withdrawal(1));
        registry.cancel(_signer(1));
        vm.snapshotGasLastCall(GROUP, "cancel");
        _deposit(3, STAKE);
        _deposit(4, STAKE);
        core.open();
        vm.snapshotGasLastCall(GROUP, "open with 4 founders");
        _commits(1);
        _logout(0);
        vm.snapshotGasLastCall(GROUP, "logout by the withdrawal address");
        _commits(3);
        registry.release(_signer(0));
        vm.snapshotGasLastCall(GROUP, "release");
        vm.warp(block.timestamp + 60);
        registry.withdraw(_signer(0));
        vm.snapshotGasLastCall(GROUP, "withdraw");
    }

    function test_gas_of_a_proposal_and_of_its_bond() public {
        _open(4);
        Ready memory ready = _sealedNext();
        _commit(ready);
        vm.snapshotGasLastCall(GROUP, "commit, 4 signers, first");
        core.propose(_transition(), _statedHeight(), new bytes[](0));
        vm.snapshotGasLastCall(GROUP, "propose");
        core.reclaim(ready.link.transition, ready.statedHeight);
        vm.snapshotGasLastCall(GROUP, "reclaim");
        core.collect(address(this));
        vm.snapshotGasLastCall(GROUP, "collect");
    }

    function test_gas_of_a_commit_that_carries_updates() public {
        _open(4);
        _commits(9);
        _deposit(4, STAKE);
        _measureCommit(4, "commit, 4 signers, 1 join");
        for (uint256 i = 5; i < 15; ++i) {
            _deposit(i, STAKE);
        }
        _measureCommit(5, "commit, 5 signers, 10 joins");
        _commits(1);
        _logout(0);
        _logout(1);
        _measureCommit(15, "commit, 15 signers, 2 logouts");
    }

    function test_gas_of_a_slash() public {
        _open(4);
        _commits(1);
        _slash(0);
        vm.snapshotGasLastCall(GROUP, "slash, 4 validators");
        _slash(1);
        vm.snapshotGasLastCall(GROUP, "slash that halts, 4 validators");
        registry.collect(address(this));
        vm.snapshotGasLastCall(GROUP, "collect of a reward");
        _deploy();
        _open(100);
        _commits(2);
        assertEq(registry.indexCount(), 100);
        _slash(0);
        vm.snapshotGasLastCall(GROUP, "slash, 100 validators");
    }

    function test_gas_of_a_tally_of_100_signers() public {
        _open(100);
        _commits(2);
        Ready memory ready = _sealedNext();
        registry.tally(core.openHeight(), _digest(ready.link), ready.seal);
        vm.snapshotGasLastCall(GROUP, "tally, 100 signers");
    }
}

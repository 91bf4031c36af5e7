// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Transition} from "../../src/lib/Types.sol";
import {CoreStatus, Proposal, ProposalState} from "../../src/origin/ICore.sol";
import {ValidatorState} from "../../src/origin/IRegistry.sol";
import {OriginFixture} from "./OriginFixture.sol";

/// @dev Storage as the interfaces give it. Slot 0 of both contracts is protocol: another chain proves it (5.6, 6.2).
contract LayoutTest is OriginFixture {
    function setUp() public override {
        super.setUp();
        _open(4);
        _commitNext();
        _commitNext();
    }

    function _core(uint256 slot) private view returns (uint256) {
        return uint256(vm.load(address(core), bytes32(slot)));
    }

    function _registry(uint256 slot) private view returns (uint256) {
        return uint256(vm.load(address(registry), bytes32(slot)));
    }

    function _mapped(bytes32 key, uint256 slot) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(key, slot)));
    }

    // (4.1)
    function test_slot_0_of_the_core_is_the_open_kernel() public view {
        assertEq(bytes32(_core(0)), core.openKernel());
        check(core.openKernel() != 0, "open");
    }

    function test_slots_1_to_5_of_the_core_are_status_and_committed_values() public view {
        assertEq(_core(1) & 0xff, uint256(CoreStatus.Open));
        assertEq((_core(1) >> 8) & type(uint64).max, 3, "open height");
        assertEq((_core(1) >> 72) & type(uint64).max, core.lastCommitAt(), "last commit");
        assertEq(_core(1) >> 136, 0, "no halt challenge");
        assertEq(_core(2) & type(uint64).max, 2, "dynasty");
        assertEq((_core(2) >> 64) & type(uint64).max, 992, "origin number");
        assertEq((_core(2) >> 128) & type(uint64).max, ROOT_HEIGHT + 2, "source height");
        assertEq(_core(2) >> 192, 0, "nothing missed");
        assertEq(_core(3), core.committedGas(), "gas");
        assertEq(_core(4), 0, "no halt challenger");
        assertEq(_core(5), 992, "origin root");
    }

    // (4.1)
    function test_slots_6_to_13_of_the_core_are_the_sources() public {
        assertEq(bytes32(_core(7)), core.source(1));
        assertEq(bytes32(_core(8)), core.source(2));
        for (uint256 i = 0; i < 7; ++i) {
            _commitNext();
        }
        for (uint64 k = 2; k <= 9; ++k) {
            assertEq(bytes32(_core(6 + k % 8)), core.source(k));
        }
    }

    function test_slots_14_and_15_of_the_core_are_proposals_and_credit() public {
        (Transition memory t, uint64 statedHeight) = (_transition(), 9);
        core.propose(t, statedHeight, new bytes[](0));
        bytes32 id = _id(t, statedHeight);
        bytes32 hash = MosaicHash.hash(t);
        uint256 word = _core(_mapped(id, 14));
        Proposal memory p = core.proposal(id);
        assertEq(address(uint160(word)), address(this));
        assertEq((word >> 160) & type(uint40).max, p.readyAt);
        assertEq((word >> 200) & type(uint40).max, 3);
        assertEq(word >> 240, uint256(ProposalState.Live));
        _commitNext();
        core.reclaim(hash, statedHeight);
        assertEq(_core(_mapped(id, 14)) >> 240, uint256(ProposalState.Reclaimed));
        assertEq(_core(_mapped(bytes32(uint256(uint160(address(this)))), 15)), BOND, "credit");
    }

    function _word(uint256 i) private view returns (uint256) {
        return _registry(_mapped(bytes32(uint256(uint160(_signer(i)))), 0));
    }

    /// Validator 4 waits, joins with K_4, asks to leave, is carried out by K_6 and released.
    function test_slot_0_of_the_registry_maps_signers_to_accounts() public {
        _deposit(4, STAKE);
        assertEq((_word(4) >> 32) & 0xff, uint256(ValidatorState.Queued), "state");
        assertEq((_word(4) >> 208) & 0xff, 1, "a join waits");
        assertEq(_word(4) >> 216, 5, "the fifth entry of all");
        _commitNext();
        _logout(4);
        while (registry.account(_signer(4)).endHeight == 0) {
            _commitNext();
        }
        _commitNext();
        _commitNext();
        registry.release(_signer(4));
        uint256 word = _word(4);
        assertEq(word & type(uint32).max, 4, "index");
        assertEq((word >> 32) & 0xff, uint256(ValidatorState.Released), "state");
        assertEq((word >> 40) & type(uint32).max, 4, "n_0");
        assertEq((word >> 72) & type(uint32).max, 6, "n_e");
        assertEq((word >> 104) & type(uint40).max, block.timestamp + 60, "releasable");
        assertEq(word >> 144, 0, "no presence, no leak, nothing waits");
    }

    function test_the_words_of_an_account_behind_the_first_are_address_stake_and_key() public view {
        uint256 slot = _mapped(bytes32(uint256(uint160(_signer(1)))), 0);
        assertEq(_registry(slot + 1), uint160(_withdrawal(1)));
        assertEq(_registry(slot + 2), (STAKE << 128) | STAKE);
        assertEq(bytes32(_registry(slot + 3)), registry.account(_signer(1)).x);
        assertEq(bytes32(_registry(slot + 4)), registry.account(_signer(1)).y);
    }

    function test_a_voter_and_all_totals_are_one_slot_each() public view {
        uint256 word = _registry(_mapped(bytes32(uint256(2)), 1));
        assertEq(address(uint160(word)), _signer(2));
        assertEq((word >> 160) & type(uint32).max, 100, "weight");
        assertEq((word >> 192) & type(uint32).max, 100, "previous");
        assertEq(word >> 224, 1, "changed at");
        // Heights 0 to 3, the last of which is open.
        for (uint256 k = 0; k < 4; ++k) {
            assertEq((_registry(2) >> (64 * k)) & type(uint64).max, 400, "total");
        }
        assertEq(_registry(3), 0, "nobody was slashed");
        assertEq(_registry(4), 4, "indices");
        assertEq(bytes32(_registry(9 + 2)), registry.roll(2));
        assertEq(_registry(8), 0, "no loss");
        assertEq(_registry(20), registry.exposedStake(), "exposed");
        assertEq(_registry(21), 0, "nobody joins or leaves");
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    AuxiliaryConfig,
    DynastyEntry,
    Head,
    IPollingPlace,
    Link,
    Signer,
    Voting
} from "../../src/auxiliary/IPollingPlace.sol";
import {KernelRelay} from "../../src/auxiliary/KernelRelay.sol";
import {OriginBlockStore} from "../../src/auxiliary/OriginBlockStore.sol";
import {PollingPlace} from "../../src/auxiliary/PollingPlace.sol";
import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Kernel, ValidatorUpdate, Vote} from "../../src/lib/Types.sol";
import {World} from "./World.sol";

/// @dev Kernels at the polling place: what adopting one checks and writes, when it comes into force, what each kind of
/// update does to the two sets (5.3), and the construction.
contract PollingPlaceKernelTest is World {
    function setUp() public {
        build(four());
        reach(3);
    }

    // The checks of adopt.

    function test_only_the_kernel_relay_hands_kernels_over() public {
        Kernel memory k = _kernel(2, update(4, 10, JOIN));
        vm.expectRevert(
            abi.encodeWithSelector(IPollingPlace.CallerNotKernelRelay.selector, address(this), address(relay))
        );
        place.adopt(k);
    }

    function test_a_kernel_that_is_not_the_next_one_is_refused() public {
        _refuse(
            _kernel(1, update(4, 10, JOIN)), abi.encodeWithSelector(IPollingPlace.KernelHeightMismatch.selector, 2, 1)
        );
        _refuse(
            _kernel(3, update(4, 10, JOIN)), abi.encodeWithSelector(IPollingPlace.KernelHeightMismatch.selector, 2, 3)
        );
    }

    function test_a_second_kernel_waits_until_the_first_is_in_force() public {
        adopt(update(4, 10, JOIN));
        _refuse(
            _kernel(3, update(5, 10, JOIN)), abi.encodeWithSelector(IPollingPlace.KernelHeightMismatch.selector, 2, 3)
        );
        _refuse(_kernel(2, update(5, 10, JOIN)), abi.encodeWithSelector(IPollingPlace.KernelAlreadyPending.selector, 2));
    }

    function test_more_updates_than_a_kernel_carries_are_refused() public {
        ValidatorUpdate[] memory updates = new ValidatorUpdate[](65);
        _refuse(_kernel(2, updates), abi.encodeWithSelector(IPollingPlace.TooManyUpdates.selector, 65, 64));
    }

    function test_an_update_of_an_unknown_kind_is_refused() public {
        _refuse(_kernel(2, update(0, 0, 4)), abi.encodeWithSelector(IPollingPlace.UpdateKindInvalid.selector, 0, 4));
        _refuse(_kernel(2, update(0, 0, 255)), abi.encodeWithSelector(IPollingPlace.UpdateKindInvalid.selector, 0, 255));
    }

    function test_a_weight_of_2_to_the_32_or_one_that_its_kind_may_not_have_is_refused() public {
        uint96 large = uint96(1 << 32);
        _refuse(_kernel(2, update(4, large, JOIN)), _weightInvalid(large));
        _refuse(_kernel(2, update(0, large, WEIGHT)), _weightInvalid(large));
        _refuse(_kernel(2, update(0, 1, LOGOUT)), _weightInvalid(1));
        _refuse(_kernel(2, update(0, 1, SLASH)), _weightInvalid(1));
    }

    function test_a_join_of_a_known_signer_or_of_nobody_is_refused() public {
        _refuse(
            _kernel(2, update(0, 1, JOIN)), abi.encodeWithSelector(IPollingPlace.SignerInvalid.selector, 0, signerOf(0))
        );
        ValidatorUpdate[] memory updates = update(4, 1, JOIN);
        updates[0].validator = address(0);
        _refuse(_kernel(2, updates), abi.encodeWithSelector(IPollingPlace.SignerInvalid.selector, 0, address(0)));
        updates = new ValidatorUpdate[](2);
        updates[0] = updates[1] = ValidatorUpdate(signerOf(4), 1, JOIN);
        _refuse(_kernel(2, updates), abi.encodeWithSelector(IPollingPlace.SignerInvalid.selector, 1, signerOf(4)));
    }

    function test_a_change_of_an_unknown_signer_is_refused() public {
        for (uint8 kind = WEIGHT; kind <= SLASH; ++kind) {
            _refuse(
                _kernel(2, update(4, 0, kind)),
                abi.encodeWithSelector(IPollingPlace.SignerUnknown.selector, 0, signerOf(4))
            );
        }
    }

    // When it comes into force.

    function test_an_adopted_kernel_waits_and_is_in_force_two_dynasties_later() public {
        advance();
        advance();
        assertEq(place.head().dynasty, 1);
        Kernel memory k = _kernel(2, update(4, 10, JOIN));
        vm.expectEmit(address(place));
        emit IPollingPlace.KernelPending(2, MosaicHash.hash(k), 1, k);
        vm.expectEmit(address(place));
        emit IPollingPlace.ValidatorJoined(4, signerOf(4), 10);
        vm.prank(address(relay));
        place.adopt(k);
        assertEq(place.kernelHash(2), MosaicHash.hash(k));
        _expectKernels(1, 2, 1);
        advance();
        _expectKernels(1, 2, 2);
        reach(height + 1);
        Vote memory link = linkOf(height, height + 1);
        cast(0, link);
        cast(1, link);
        (bytes32 r, bytes32 vs) = signed(2, link);
        vm.expectEmit(address(place));
        emit IPollingPlace.CheckpointFinalised(coreId, link.source, 5, link.transition, 3);
        vm.expectEmit(address(place));
        emit IPollingPlace.KernelEnforced(2, 3);
        place.vote(link, 2, r, vs, hintsOf(link));
        _expectKernels(2, 0, 3);
        DynastyEntry memory entry = place.dynastyEntry(place.dynastyCount() - 1);
        assertEq(entry.dynasty, 3, "the increment and the kernel are one entry");
        assertEq(entry.kernel, 2);
        assertEq(entry.number, block.number);
        assertEq(entry.finalised, 5);
    }

    // The two sets.

    function test_a_joiner_is_in_the_forward_set_alone_and_then_in_both() public {
        adopt(update(4, 12, JOIN));
        _expectSets(1, 4, 0, 0);
        _expectSets(2, 4, 12, 0);
        _force();
        adopt(update(5, 1, JOIN));
        _expectSets(3, 4, 12, 12);
        assertEq(place.total(1), 40);
        assertEq(place.total(2), 52);
        assertEq(place.total(3), 53);
    }

    function test_a_change_of_weight_counts_forward_first_and_rear_after() public {
        adopt(update(1, 25, WEIGHT));
        _expectSets(1, 1, 10, 10);
        _expectSets(2, 1, 25, 10);
        assertEq(place.total(2), 55);
        _force();
        adopt(update(5, 1, JOIN));
        _expectSets(3, 1, 25, 25);
    }

    function test_a_leaver_is_in_the_rear_set_alone_and_then_in_none() public {
        adopt(update(1, 0, LOGOUT));
        _expectSets(1, 1, 10, 10);
        _expectSets(2, 1, 0, 10);
        assertEq(place.total(2), 30);
        _force();
        adopt(update(5, 1, JOIN));
        _expectSets(3, 1, 0, 0);
        assertEq(place.total(3), 31);
    }

    function test_a_slashed_validator_is_in_no_set_at_once_and_the_older_totals_stay() public {
        adopt(update(1, 0, SLASH));
        _expectSets(1, 1, 0, 0);
        _expectSets(2, 1, 0, 0);
        assertEq(place.total(1), 40);
        assertEq(place.total(2), 30);
        Signer memory s = place.signer(signerOf(1));
        assertTrue(s.slashed);
        assertEq(s.key, 2);
    }

    function test_an_update_after_a_slash_gives_no_weight_back() public {
        adopt(update(1, 0, SLASH));
        _force();
        adopt(update(1, 10, WEIGHT));
        _expectSets(2, 1, 0, 0);
        _expectSets(3, 1, 0, 0);
        assertEq(place.total(3), 40, "the totals follow the kernels");
        assertEq(place.signer(signerOf(1)).nominal, 10);
        _force();
        adopt(update(1, 0, LOGOUT));
        assertEq(place.total(4), 30);
        assertEq(place.signer(signerOf(1)).nominal, 0);
        assertTrue(place.signer(signerOf(1)).slashed);
    }

    function test_forward_of_a_kernel_is_rear_of_the_next_for_every_kind_of_update() public {
        ValidatorUpdate[] memory updates = new ValidatorUpdate[](4);
        updates[0] = ValidatorUpdate(signerOf(4), 7, JOIN);
        updates[1] = ValidatorUpdate(signerOf(0), 3, WEIGHT);
        updates[2] = ValidatorUpdate(signerOf(1), 0, LOGOUT);
        updates[3] = ValidatorUpdate(signerOf(2), 0, SLASH);
        adopt(updates);
        uint32[5] memory forward;
        uint64 sum;
        for (uint32 i = 0; i < 5; ++i) {
            forward[i] = _weightAt(2, i);
            sum += forward[i];
        }
        assertEq(place.total(2), sum);
        _force();
        adopt(update(5, 1, JOIN));
        for (uint32 i = 0; i < 5; ++i) {
            assertEq(_weightAt(2, i), forward[i]);
        }
        assertEq(place.total(2), sum);
    }

    function test_a_join_with_weight_zero_gets_an_index_and_votes_once_it_has_weight() public {
        adopt(update(4, 0, JOIN));
        assertEq(place.validatorCount(), 5);
        _force();
        adopt(update(5, 1, JOIN));
        _force();
        adopt(update(4, 9, WEIGHT));
        _expectSets(4, 4, 9, 0);
    }

    function test_indices_are_given_in_the_order_of_the_updates_and_never_again() public {
        adoptMany(4, 3);
        for (uint32 i = 0; i < 7; ++i) {
            assertEq(place.validator(i).signer, signerOf(i));
            assertEq(place.signer(signerOf(i)).key, i + 1);
        }
        _force();
        adopt(update(1, 0, LOGOUT));
        _force();
        adopt(update(7, 10, JOIN));
        assertEq(place.validator(7).signer, signerOf(7));
        assertEq(place.validator(1).signer, signerOf(1));
    }

    function test_a_link_keeps_the_totals_it_was_registered_with() public {
        Vote memory link = linkOf(2, 3);
        cast(0, link);
        adopt(update(4, 1000, JOIN));
        cast(1, link);
        cast(2, link);
        Link memory l = place.link(MosaicHash.hash(link));
        assertEq(l.forwardTotal, 40);
        assertEq(l.kernel, 1);
        assertEq(l.flags, 3);
    }

    function test_totals_are_known_for_four_kernels_and_no_further() public {
        for (uint256 i = 4; i < 8; ++i) {
            adopt(update(i, 1, JOIN));
            _force();
        }
        assertEq(place.head().kernel, 5);
        assertEq(place.total(5), 44);
        assertEq(place.total(2), 41);
        assertEq(place.total(1), 0);
        assertEq(place.total(6), 0);
        assertEq(place.total(type(uint64).max), 0);
    }

    // Construction.

    function test_the_founders_and_both_roots_are_there_from_the_start() public view {
        Head memory head = place.head();
        assertEq(head.kernel, 1);
        assertEq(head.finalisedAuxiliary, 2);
        assertEq(head.finalisedOrigin, 10);
        assertEq(place.total(0), 40);
        assertEq(place.total(1), 40);
        assertEq(place.kernelHash(1), MosaicHash.hash(newest));
        assertEq(place.observed(10), ORIGIN_ROOT);
        for (uint32 i = 0; i < 4; ++i) {
            Voting memory v = place.validator(i);
            assertEq(v.signer, signerOf(i));
            assertEq(v.weight, 10);
            assertEq(v.previous, 10);
            assertEq(v.changedAt, 0);
        }
        (bool yes, uint64 h) = place.justified(coreId, checkpoint(2));
        assertTrue(yes);
        assertEq(h, 2);
        (yes, h) = place.justified(originId, ORIGIN_ROOT);
        assertTrue(yes);
        assertEq(h, 10);
        DynastyEntry memory entry = place.dynastyEntry(0);
        assertEq(entry.number, 16);
        assertEq(entry.kernel, 1);
        assertEq(place.observationEntry(0).height, 10);
        assertEq(place.CORE_ID(), MosaicHash.coreId(ORIGIN_CHAIN, CORE));
        assertEq(place.DOMAIN_SEPARATOR(), MosaicHash.domain(ORIGIN_CHAIN, CORE));
        assertEq(abi.encode(place.config()), abi.encode(config()));
    }

    function test_what_a_log_reader_needs_is_logged_at_construction() public {
        AuxiliaryConfig memory c = _fresh();
        Kernel memory k = newest;
        vm.expectEmit();
        emit IPollingPlace.PollingPlaceOpened(c, MosaicHash.hash(k), k);
        vm.expectEmit();
        emit IPollingPlace.CheckpointJustified(coreId, c.auxiliaryRootHash, 2);
        vm.expectEmit();
        emit IPollingPlace.CheckpointFinalised(coreId, c.auxiliaryRootHash, 2, 0, 0);
        vm.expectEmit();
        emit IPollingPlace.CheckpointJustified(originId, ORIGIN_ROOT, 10);
        vm.expectEmit();
        emit IPollingPlace.CheckpointFinalised(originId, ORIGIN_ROOT, 10, 0, 0);
        vm.expectEmit();
        emit IPollingPlace.ValidatorJoined(0, signerOf(0), 10);
        vm.expectEmit();
        emit IPollingPlace.ValidatorJoined(1, signerOf(1), 10);
        vm.expectEmit();
        emit IPollingPlace.ValidatorJoined(2, signerOf(2), 10);
        vm.expectEmit();
        emit IPollingPlace.ValidatorJoined(3, signerOf(3), 10);
        vm.expectEmit();
        emit IPollingPlace.KernelEnforced(1, 0);
        new PollingPlace(c, k);
    }

    function test_a_first_kernel_that_is_not_the_first_or_holds_other_than_joins_is_refused() public {
        AuxiliaryConfig memory c = _fresh();
        Kernel memory k = newest;
        k.height = 2;
        vm.expectRevert(abi.encodeWithSelector(IPollingPlace.KernelHeightMismatch.selector, 1, 2));
        new PollingPlace(c, k);
        c = _fresh();
        k.height = 1;
        k.updates[3].kind = WEIGHT;
        vm.expectRevert(abi.encodeWithSelector(IPollingPlace.UpdateKindInvalid.selector, 3, WEIGHT));
        new PollingPlace(c, k);
    }

    function test_epochs_core_and_root_that_cannot_be_are_refused() public {
        AuxiliaryConfig memory c = _fresh();
        c.epoch = 7;
        _refuseConfig(c, 0);
        c = _fresh();
        c.originEpoch = 0;
        _refuseConfig(c, 0);
        c = _fresh();
        c.originEpoch = 257;
        _refuseConfig(c, 0);
        c = _fresh();
        c.core = address(0);
        _refuseConfig(c, 0);
        c = _fresh();
        c.auxiliaryRootNumber = uint64(block.number);
        _refuseConfig(c, 0);
    }

    function test_a_block_store_of_another_root_or_epoch_is_refused() public {
        AuxiliaryConfig memory c = _fresh();
        c.epoch = 16;
        _refuseConfig(c, 1);
        c = _fresh();
        c.auxiliaryRootHash = hashAt[24];
        _refuseConfig(c, 1);
        c = _fresh();
        c.auxiliaryRootNumber = 8;
        _refuseConfig(c, 1);
    }

    function test_an_origin_store_of_another_root_epoch_or_polling_place_is_refused() public {
        AuxiliaryConfig memory c = _fresh();
        c.originEpoch = 5;
        _refuseConfig(c, 2);
        c = _fresh();
        c.originRootHash = keccak256("another");
        _refuseConfig(c, 2);
        c = _fresh();
        c.originRootNumber = 44;
        _refuseConfig(c, 2);
        c = _fresh();
        c.originBlockStore = address(origin);
        _refuseConfig(c, 2);
    }

    function test_a_relay_of_another_core_store_or_polling_place_is_refused() public {
        AuxiliaryConfig memory c = _fresh();
        c.core = address(0xBAD);
        _refuseConfig(c, 3);
        c = _fresh();
        c.originChainId = 1;
        _refuseConfig(c, 3);
        c = _fresh();
        c.kernelRelay = address(relay);
        _refuseConfig(c, 3);
    }

    function test_the_code_leaves_4096_bytes_below_the_limit_of_eip_170() public view {
        assertLt(address(place).code.length, 24_576 - 4096 + 1);
    }

    // What the tests are made of.

    /// @dev A configuration with stores and relay made for the address of the next contract made here.
    function _fresh() internal returns (AuxiliaryConfig memory c) {
        c = config();
        address predicted = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 2);
        c.originBlockStore = address(new OriginBlockStore(ORIGIN_ROOT_HEIGHT * E_O, ORIGIN_ROOT, E_O, predicted));
        c.kernelRelay = address(new KernelRelay(ORIGIN_CHAIN, CORE, c.originBlockStore, predicted));
    }

    function _refuseConfig(AuxiliaryConfig memory c, uint8 part) internal {
        Kernel memory k = newest;
        vm.expectRevert(abi.encodeWithSelector(IPollingPlace.ConfigMismatch.selector, part));
        new PollingPlace(c, k);
    }

    function _kernel(uint64 h, ValidatorUpdate[] memory updates) internal pure returns (Kernel memory) {
        return Kernel(h, keccak256("parent"), updates, 2e6);
    }

    function _refuse(Kernel memory k, bytes memory why) internal {
        vm.prank(address(relay));
        vm.expectRevert(why);
        place.adopt(k);
    }

    function _weightInvalid(uint96 weight) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IPollingPlace.UpdateWeightInvalid.selector, 0, weight);
    }

    /// @dev Finalises until the waiting kernel is in force and a source that it counts is final: no kernel follows
    /// before that (5.6).
    function _force() internal {
        while (place.head().pendingKernel != 0) {
            advance();
        }
        advance();
        advance();
    }

    function _expectKernels(uint32 inForce, uint32 pending, uint64 dynasty) internal view {
        Head memory head = place.head();
        assertEq(head.kernel, inForce, "in force");
        assertEq(head.pendingKernel, pending, "pending");
        assertEq(head.dynasty, dynasty, "dynasty");
    }

    function _weightAt(uint64 k, uint32 index) internal view returns (uint32) {
        Voting memory v = place.validator(index);
        return v.changedAt <= k ? v.weight : v.previous;
    }

    function _expectSets(uint64 k, uint32 index, uint32 forward, uint32 rear) internal view {
        assertEq(_weightAt(k, index), forward, "forward");
        assertEq(_weightAt(k - 1, index), rear, "rear");
    }
}

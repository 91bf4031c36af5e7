// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IOriginBlockStore} from "../../src/auxiliary/IOriginBlockStore.sol";
import {OriginBlockStore} from "../../src/auxiliary/OriginBlockStore.sol";
import {BlockHeader} from "../../src/lib/BlockHeader.sol";
import {Base} from "../Base.sol";
import {Headers} from "./Headers.sol";

/// @dev Origin's checkpoints on the auxiliary chain (3.3).
contract OriginBlockStoreTest is Base {
    address internal constant PLACE = address(0x9A11);
    bytes32 internal constant ROOT = keccak256("origin root");

    OriginBlockStore internal store;

    function setUp() public {
        store = new OriginBlockStore(40, ROOT, 4, PLACE);
    }

    function test_the_root_is_recorded_from_the_start_and_is_not_in_the_ring() public {
        vm.expectEmit();
        emit IOriginBlockStore.OriginRootRecorded(ROOT, 40, 4);
        OriginBlockStore fresh = new OriginBlockStore(40, ROOT, 4, PLACE);
        (uint64 number, bool reported) = fresh.position(ROOT);
        assertEq(number, 40);
        assertTrue(reported);
        assertEq(fresh.stateRoot(ROOT), 0);
        _refuseRoot(fresh, 40);
        _refuseRoot(fresh, 0);
    }

    function test_a_root_that_is_no_checkpoint_is_refused() public {
        vm.expectRevert(abi.encodeWithSelector(IOriginBlockStore.NumberNotCheckpoint.selector, 41, 4));
        new OriginBlockStore(41, ROOT, 4, PLACE);
        vm.expectRevert(abi.encodeWithSelector(IOriginBlockStore.NumberNotCheckpoint.selector, 40, 0));
        new OriginBlockStore(40, ROOT, 0, PLACE);
    }

    function test_a_reported_checkpoint_has_its_number_and_state_root() public {
        bytes memory header = _header(44, "state");
        vm.expectEmit(address(store));
        emit IOriginBlockStore.OriginBlockReported(44, keccak256(header), keccak256("state"));
        store.report(header);
        (uint64 number, bool reported) = store.position(keccak256(header));
        assertEq(number, 44);
        assertTrue(reported);
        assertEq(store.stateRoot(keccak256(header)), keccak256("state"));
        (number, reported) = store.position(keccak256("nothing"));
        assertEq(number, 0);
        assertFalse(reported);
    }

    function test_bytes_that_are_not_exactly_one_header_are_refused() public {
        bytes memory header = _header(44, "state");
        vm.expectRevert(
            abi.encodeWithSelector(BlockHeader.HeaderTrailingBytes.selector, header.length, header.length + 1)
        );
        store.report(bytes.concat(header, hex"00"));
        vm.expectRevert(abi.encodeWithSelector(BlockHeader.HeaderMalformed.selector, 0));
        store.report("");
    }

    function test_a_block_that_is_no_checkpoint_is_refused() public {
        vm.expectRevert(abi.encodeWithSelector(IOriginBlockStore.NumberNotCheckpoint.selector, 45, 4));
        store.report(_header(45, "state"));
    }

    function test_a_checkpoint_not_above_the_root_is_refused() public {
        vm.expectRevert(abi.encodeWithSelector(IOriginBlockStore.NumberNotAboveRoot.selector, 40, 40));
        store.report(_header(40, "state"));
        vm.expectRevert(abi.encodeWithSelector(IOriginBlockStore.NumberNotAboveRoot.selector, 0, 40));
        store.report(_header(0, "state"));
    }

    function test_a_checkpoint_is_reported_once_and_two_of_one_number_both() public {
        bytes memory header = _header(44, "state");
        store.report(header);
        vm.expectRevert(abi.encodeWithSelector(IOriginBlockStore.BlockAlreadyReported.selector, keccak256(header)));
        store.report(header);
        store.report(_header(44, "another fork"));
    }

    function test_no_owner_key_writes_a_root_only_the_polling_place_finalises() public {
        bytes memory header = _header(44, "state");
        store.report(header);
        address[4] memory callers = [address(this), address(store), address(0), tx.origin];
        for (uint256 i = 0; i < callers.length; ++i) {
            vm.prank(callers[i], callers[i]);
            vm.expectRevert(abi.encodeWithSelector(IOriginBlockStore.CallerNotPollingPlace.selector, callers[i], PLACE));
            store.finalise(keccak256(header));
        }
        _refuseRoot(store, 44);
    }

    function test_a_reported_root_is_no_finalised_root() public {
        store.report(_header(44, "state"));
        _refuseRoot(store, 44);
    }

    function test_a_finalised_checkpoint_opens_its_state_root() public {
        bytes32 hash = _finalise(44);
        assertEq(store.finalisedRoot(44), keccak256(abi.encode("state", uint64(44))));
        assertEq(store.finalisedCount(), 1);
        (uint64 number, bytes32 entry) = store.finalised(0);
        assertEq(number, 44);
        assertEq(entry, hash);
        _refuseRoot(store, 48);
        _refuseRoot(store, 0);
    }

    function test_the_ring_holds_the_last_32() public {
        for (uint64 n = 44; n < 44 + 4 * 70; n += 4) {
            _finalise(n);
            uint64 count = store.finalisedCount();
            uint64 oldest = n - 4 * (count < 32 ? count - 1 : 31);
            for (uint64 m = oldest; m <= n; m += 4) {
                assertEq(store.finalisedRoot(m), keccak256(abi.encode("state", m)));
            }
            _refuseRoot(store, oldest - 4);
        }
    }

    function _finalise(uint64 number) internal returns (bytes32 hash) {
        bytes memory header = Headers.make(ROOT, keccak256(abi.encode("state", number)), 0, number, 0);
        hash = keccak256(header);
        store.report(header);
        vm.expectEmit(address(store));
        emit IOriginBlockStore.OriginBlockFinalised(number, hash);
        vm.prank(PLACE);
        store.finalise(hash);
    }

    function _header(uint64 number, string memory state) internal pure returns (bytes memory) {
        return Headers.make(ROOT, keccak256(bytes(state)), 0, number, 0);
    }

    function _refuseRoot(OriginBlockStore at, uint64 number) internal {
        vm.expectRevert(abi.encodeWithSelector(IOriginBlockStore.RootNotInRing.selector, number));
        at.finalisedRoot(number);
    }
}

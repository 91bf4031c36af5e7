// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AuxiliaryBlockStore} from "../../src/auxiliary/AuxiliaryBlockStore.sol";
import {IAuxiliaryBlockStore, Record} from "../../src/auxiliary/IAuxiliaryBlockStore.sol";
import {BlockHeader} from "../../src/lib/BlockHeader.sol";
import {ChainBlocks} from "../../src/lib/ChainBlocks.sol";
import {Headers} from "./Headers.sol";
import {World} from "./World.sol";

/// @dev Reporting the own chain's headers and anchoring them (3.1, 3.2, 2.1).
contract AuxiliaryBlockStoreTest is World {
    bytes internal constant HISTORY_CODE =
        hex"3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500";

    function setUp() public {
        build(four());
        mineTo(40);
    }

    // Construction.

    function test_the_root_is_recorded_and_anchored_from_the_start() public {
        vm.expectEmit();
        emit IAuxiliaryBlockStore.AuxiliaryRootRecorded(
            hashAt[16], 16, keccak256(abi.encode("tx", uint64(16))), 21_016, E
        );
        AuxiliaryBlockStore fresh = new AuxiliaryBlockStore(headerAt[16], E);
        Record memory r = fresh.record(hashAt[16]);
        assertEq(r.number, 16);
        assertTrue(r.anchored);
        assertEq(r.gas, 21_016);
        assertEq(r.transactionRoot, keccak256(abi.encode("tx", uint64(16))));
        assertEq(fresh.ROOT(), hashAt[16]);
        assertEq(fresh.EPOCH(), E);
    }

    function test_a_root_that_is_no_checkpoint_is_refused() public {
        vm.expectRevert(abi.encodeWithSelector(IAuxiliaryBlockStore.RootNotCheckpoint.selector, 17, 8));
        new AuxiliaryBlockStore(headerAt[17], 8);
        vm.expectRevert(abi.encodeWithSelector(IAuxiliaryBlockStore.RootNotCheckpoint.selector, 16, 0));
        new AuxiliaryBlockStore(headerAt[16], 0);
        // Block 0 of some nodes has a wrong state root; a root has contracts' history before it.
        vm.expectRevert(abi.encodeWithSelector(IAuxiliaryBlockStore.RootNotCheckpoint.selector, 0, 8));
        new AuxiliaryBlockStore(Headers.make(0, 0, 0, 0, 0), 8);
    }

    function test_a_root_header_of_too_few_fields_is_refused() public {
        vm.expectRevert(IAuxiliaryBlockStore.RootHeaderMalformed.selector);
        new AuxiliaryBlockStore(hex"c3010203", E);
    }

    // Reporting.

    function test_a_run_makes_one_record_at_its_end() public {
        bytes32 r = _rootsTo(24);
        vm.expectEmit(address(store));
        emit IAuxiliaryBlockStore.BlocksReported(hashAt[16], hashAt[24], 24, r, _gasTo(24));
        vm.expectEmit(address(store));
        emit IAuxiliaryBlockStore.BlockAnchored(hashAt[24]);
        store.report(hashAt[16], run(16, 24));
        Record memory record = store.record(hashAt[24]);
        assertEq(record.number, 24);
        assertEq(record.gas, _gasTo(24));
        assertEq(record.transactionRoot, r);
        assertTrue(record.anchored);
        for (uint64 n = 17; n < 24; ++n) {
            assertEq(store.record(hashAt[n]).number, 0);
        }
    }

    function test_the_sums_do_not_depend_on_where_runs_are_cut(uint256 cut) public {
        uint64 middle = uint64(bound(cut, 17, 39));
        store.report(hashAt[16], run(16, middle));
        store.report(hashAt[middle], run(middle, 40));
        Record memory record = store.record(hashAt[40]);
        assertEq(record.transactionRoot, _rootsTo(40));
        assertEq(record.gas, _gasTo(40));
    }

    function test_a_run_from_an_unknown_block_is_refused() public {
        vm.expectRevert(abi.encodeWithSelector(IAuxiliaryBlockStore.BlockNotRecorded.selector, hashAt[17]));
        store.report(hashAt[17], run(17, 24));
        vm.expectRevert(abi.encodeWithSelector(IAuxiliaryBlockStore.BlockNotRecorded.selector, bytes32(0)));
        store.report(0, run(16, 24));
    }

    function test_a_run_of_no_header_or_too_many_is_refused() public {
        vm.expectRevert(abi.encodeWithSelector(IAuxiliaryBlockStore.RunLengthInvalid.selector, 0, 256));
        store.report(hashAt[16], "");
        mineTo(16 + 257);
        bytes memory most = run(16, 16 + 256);
        vm.expectRevert(abi.encodeWithSelector(IAuxiliaryBlockStore.RunLengthInvalid.selector, 257, 256));
        store.report(hashAt[16], bytes.concat(most, headerAt[16 + 257]));
        store.report(hashAt[16], most);
        assertEq(store.record(hashAt[16 + 256]).number, 16 + 256);
    }

    function test_a_header_that_is_no_child_of_the_one_before_is_refused() public {
        vm.expectRevert(abi.encodeWithSelector(IAuxiliaryBlockStore.ParentMismatch.selector, 0, hashAt[16], hashAt[17]));
        store.report(hashAt[16], run(17, 24));
        bytes memory gap = bytes.concat(run(16, 18), run(19, 24));
        vm.expectRevert(abi.encodeWithSelector(IAuxiliaryBlockStore.ParentMismatch.selector, 2, hashAt[18], hashAt[19]));
        store.report(hashAt[16], gap);
    }

    function test_a_header_whose_number_is_not_the_next_is_refused() public {
        bytes memory skipping = Headers.make(hashAt[16], 0, 0, 18, 0);
        vm.expectRevert(abi.encodeWithSelector(IAuxiliaryBlockStore.NumberMismatch.selector, 0, 17, 18));
        store.report(hashAt[16], skipping);
        bytes memory same = Headers.make(hashAt[17], 0, 0, 17, 0);
        vm.expectRevert(abi.encodeWithSelector(IAuxiliaryBlockStore.NumberMismatch.selector, 1, 18, 17));
        store.report(hashAt[16], bytes.concat(headerAt[17], same));
    }

    function test_bytes_that_are_no_header_are_refused() public {
        bytes memory good = run(16, 24);
        vm.expectRevert(abi.encodeWithSelector(BlockHeader.HeaderMalformed.selector, good.length));
        store.report(hashAt[16], bytes.concat(good, hex"00"));
        vm.expectRevert(abi.encodeWithSelector(BlockHeader.HeaderMalformed.selector, 1));
        store.report(hashAt[16], hex"c3010203");
    }

    function test_a_block_reported_twice_keeps_its_first_record() public {
        store.report(hashAt[16], run(16, 20));
        store.report(hashAt[16], run(16, 24));
        vm.recordLogs();
        store.report(hashAt[20], run(20, 24));
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(store.record(hashAt[24]).number, 24);
    }

    // Anchoring.

    function test_a_forks_blocks_are_recorded_and_not_anchored() public {
        bytes memory header = Headers.make(hashAt[16], 0, keccak256("fork"), 17, 1);
        bytes32 hash = keccak256(header);
        store.report(hashAt[16], header);
        (uint64 number, bool anchored) = store.position(hash);
        assertEq(number, 17);
        assertFalse(anchored);
        vm.expectRevert(abi.encodeWithSelector(IAuxiliaryBlockStore.BlockNotOwn.selector, hash, 17, hashAt[17]));
        store.anchor(hash);
    }

    /// A run of a fork leads from an own block to one that is not: it anchors nothing.
    function test_only_a_run_to_an_anchored_block_anchors_where_it_begins() public {
        mineTo(320);
        store.report(hashAt[16], run(16, 24));
        bytes memory fork = Headers.make(hashAt[24], 0, keccak256("fork"), 25, 1);
        bytes memory why = abi.encodeWithSelector(IAuxiliaryBlockStore.BlockNotAnchored.selector, keccak256(fork));
        vm.expectRevert(why);
        store.anchorParent(hashAt[24], fork);
        store.report(hashAt[24], fork);
        vm.expectRevert(why);
        store.anchorParent(hashAt[24], fork);
        // The other way round: from a fork's record to an anchored block no header leads.
        store.report(hashAt[24], run(24, 88));
        assertTrue(store.record(hashAt[88]).anchored);
        bytes memory own = run(25, 88);
        vm.expectRevert(
            abi.encodeWithSelector(IAuxiliaryBlockStore.ParentMismatch.selector, 0, keccak256(fork), hashAt[25])
        );
        store.anchorParent(keccak256(fork), own);
        assertFalse(store.record(keccak256(fork)).anchored);
    }

    function test_a_block_without_a_record_is_not_anchored() public {
        bytes memory why = abi.encodeWithSelector(IAuxiliaryBlockStore.BlockNotRecorded.selector, hashAt[24]);
        vm.expectRevert(why);
        store.anchor(hashAt[24]);
        bytes memory headers = run(24, 32);
        vm.expectRevert(why);
        store.anchorParent(hashAt[24], headers);
    }

    function test_a_run_of_no_header_anchors_nothing() public {
        uint256 maximum = store.MAX_RUN();
        vm.expectRevert(abi.encodeWithSelector(IAuxiliaryBlockStore.RunLengthInvalid.selector, 0, maximum));
        store.anchorParent(hashAt[16], "");
    }

    function test_a_block_that_blockhash_no_longer_reaches_is_anchored_from_its_descendants() public {
        mineTo(320);
        store.report(hashAt[16], run(16, 24));
        store.report(hashAt[24], run(24, 32));
        assertFalse(store.record(hashAt[32]).anchored);
        vm.expectRevert(abi.encodeWithSelector(IAuxiliaryBlockStore.BlockNotOwn.selector, hashAt[32], 32, bytes32(0)));
        store.anchor(hashAt[32]);
        // The run that ends within the window is anchored at once; being late was not fatal.
        store.report(hashAt[32], run(32, 88));
        assertTrue(store.record(hashAt[88]).anchored);
        vm.expectEmit(address(store));
        emit IAuxiliaryBlockStore.BlockAnchored(hashAt[32]);
        store.anchorParent(hashAt[32], run(32, 88));
        store.anchorParent(hashAt[24], run(24, 32));
        assertTrue(store.record(hashAt[32]).anchored);
        assertTrue(store.record(hashAt[24]).anchored);
    }

    function test_anchoring_again_changes_nothing() public {
        store.report(hashAt[16], run(16, 24));
        store.report(hashAt[24], run(24, 32));
        vm.recordLogs();
        store.anchor(hashAt[24]);
        store.anchorParent(hashAt[24], run(24, 32));
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_the_history_contract_reaches_further_than_blockhash() public {
        mineTo(320);
        vm.etch(ChainBlocks.HISTORY, HISTORY_CODE);
        vm.store(ChainBlocks.HISTORY, bytes32(uint256(24)), hashAt[24]);
        store.report(hashAt[16], run(16, 24));
        assertTrue(store.record(hashAt[24]).anchored);
    }

    function test_other_code_at_the_history_address_is_not_believed() public {
        mineTo(320);
        store.report(hashAt[16], run(16, 24));
        // Code that answers any question with the hash that is wanted.
        vm.etch(ChainBlocks.HISTORY, bytes.concat(hex"7f", hashAt[24], hex"5f5260205ff3"));
        vm.expectRevert(abi.encodeWithSelector(IAuxiliaryBlockStore.BlockNotOwn.selector, hashAt[24], 24, bytes32(0)));
        store.anchor(hashAt[24]);
    }

    function _rootsTo(uint64 last) internal pure returns (bytes32 r) {
        r = keccak256(abi.encode("tx", uint64(16)));
        for (uint64 n = 17; n <= last; ++n) {
            r = keccak256(abi.encodePacked(r, keccak256(abi.encode("tx", n))));
        }
    }

    function _gasTo(uint64 last) internal pure returns (uint256 gas) {
        for (uint64 n = 16; n <= last; ++n) {
            gas += 21_000 + n;
        }
    }
}

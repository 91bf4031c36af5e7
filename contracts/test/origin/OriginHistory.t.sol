// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BlockHeader, Header} from "../../src/lib/BlockHeader.sol";
import {IOriginHistory} from "../../src/origin/IOriginHistory.sol";
import {OriginHistory} from "../../src/origin/OriginHistory.sol";
import {Base} from "../Base.sol";
import {HeaderVectors} from "./HeaderVectors.sol";

/// @dev Blocks 25 to 28 of a real chain lie behind the present block 29 (3.4).
contract OriginHistoryTest is Base {
    OriginHistory private history;
    bytes32[4] private hashes;
    /// headers 28, 27, 26, 25
    bytes[] private falling;
    bytes32 private parentOf25;

    function setUp() public {
        history = new OriginHistory();
        hashes = HeaderVectors.londonHashes();
        bytes memory run = HeaderVectors.london();
        uint256[5] memory offsets = _offsets(run);
        for (uint256 i = 4; i > 0; --i) {
            falling.push(_slice(run, offsets[i - 1], offsets[i]));
        }
        parentOf25 = this.parse(falling[3]).parentHash;
        vm.roll(29);
        vm.setBlockhash(28, hashes[3]);
    }

    function parse(bytes calldata rlp) external pure returns (Header memory) {
        return BlockHeader.parse(rlp);
    }

    function next(bytes calldata run, uint256 offset) external pure returns (Header memory, uint256) {
        return BlockHeader.next(run, offset);
    }

    function _offsets(bytes memory run) private view returns (uint256[5] memory offsets) {
        for (uint256 i = 0; i < 4; ++i) {
            (, offsets[i + 1]) = this.next(run, offsets[i]);
        }
    }

    function _slice(bytes memory whole, uint256 start, uint256 end) private pure returns (bytes memory part) {
        part = new bytes(end - start);
        for (uint256 i = start; i < end; ++i) {
            part[i - start] = whole[i];
        }
    }

    function _falling(uint256 count) private view returns (bytes[] memory headers) {
        headers = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) {
            headers[i] = falling[i];
        }
    }

    function test_a_block_in_the_window_is_recorded() public {
        vm.expectEmit(address(history));
        emit IOriginHistory.BlockRecorded(28, hashes[3]);
        assertEq(history.record(28), hashes[3]);
        assertEq(history.known(28), hashes[3]);
    }

    function test_a_recorded_block_stays_known_when_the_window_has_passed() public {
        history.record(28);
        vm.roll(100_000);
        assertEq(history.record(28), hashes[3]);
        assertTrue(history.contains(28, hashes[3], new bytes[](0)));
    }

    function test_a_block_that_is_not_past_is_refused() public {
        vm.expectRevert(abi.encodeWithSelector(IOriginHistory.BlockNotPast.selector, 29, 29));
        history.record(29);
    }

    function test_a_block_out_of_reach_is_refused() public {
        vm.roll(100_000);
        vm.expectRevert(abi.encodeWithSelector(IOriginHistory.BlockOutOfReach.selector, 28));
        history.record(28);
    }

    function test_a_run_of_headers_records_the_block_below_it() public {
        vm.expectEmit(address(history));
        emit IOriginHistory.BlockRecorded(24, parentOf25);
        history.extend(28, _falling(4));
        assertEq(history.known(24), parentOf25);
        assertEq(history.known(25), 0, "blocks within the run are not recorded");
    }

    function test_a_run_goes_on_below_a_recorded_block_after_the_window_has_passed() public {
        history.extend(28, _falling(2));
        assertEq(history.known(26), hashes[1]);
        vm.roll(100_000);
        bytes[] memory rest = new bytes[](2);
        (rest[0], rest[1]) = (falling[2], falling[3]);
        history.extend(26, rest);
        assertEq(history.known(24), parentOf25);
    }

    function test_a_run_without_headers_or_with_more_than_256_is_refused() public {
        vm.expectRevert(abi.encodeWithSelector(IOriginHistory.RunLengthInvalid.selector, 0));
        history.extend(28, new bytes[](0));
        vm.expectRevert(abi.encodeWithSelector(IOriginHistory.RunLengthInvalid.selector, 257));
        history.extend(28, new bytes[](257));
    }

    function test_a_run_from_an_unknown_block_is_refused() public {
        vm.roll(100_000);
        vm.expectRevert(abi.encodeWithSelector(IOriginHistory.BlockUnknown.selector, 28));
        history.extend(28, _falling(1));
    }

    function test_a_header_with_another_hash_is_refused() public {
        bytes[] memory headers = _falling(4);
        headers[2] = headers[3];
        vm.expectRevert(
            abi.encodeWithSelector(IOriginHistory.HeaderHashMismatch.selector, 2, hashes[1], hashes[0])
        );
        history.extend(28, headers);
    }

    function test_a_header_with_another_number_is_refused() public {
        // The chain gives block 27 the hash of a header that says 28.
        vm.setBlockhash(27, hashes[3]);
        vm.expectRevert(abi.encodeWithSelector(IOriginHistory.HeaderNumberMismatch.selector, 0, 27, 28));
        history.extend(27, _falling(1));
    }

    function test_a_malformed_header_is_refused() public {
        bytes[] memory headers = _falling(2);
        headers[1] = bytes.concat(headers[1], hex"00");
        vm.expectPartialRevert(BlockHeader.HeaderTrailingBytes.selector);
        history.extend(28, headers);
    }

    function test_nothing_lies_below_genesis() public {
        bytes[] memory headers = new bytes[](1);
        headers[0] = _genesis();
        vm.setBlockhash(0, keccak256(headers[0]));
        vm.expectRevert(IOriginHistory.NothingBelowGenesis.selector);
        history.extend(0, headers);
    }

    /// A header with number 0: 15 fields of zeros.
    function _genesis() private pure returns (bytes memory) {
        bytes memory payload;
        for (uint256 i = 0; i < 15; ++i) {
            payload = bytes.concat(payload, i < 6 ? abi.encodePacked(hex"a0", bytes32(0)) : bytes(hex"80"));
        }
        return abi.encodePacked(hex"f8", uint8(payload.length), payload);
    }

    function test_a_block_is_contained_by_record_by_window_and_by_a_run() public {
        bytes[] memory none = new bytes[](0);
        assertTrue(history.contains(28, hashes[3], none));
        assertFalse(history.contains(24, parentOf25, none));
        assertTrue(history.contains(24, parentOf25, _falling(4)));
        history.extend(28, _falling(4));
        assertTrue(history.contains(24, parentOf25, none));
        assertFalse(history.contains(24, hashes[0], none));
    }

    function test_a_run_that_leads_elsewhere_contains_nothing() public view {
        check(!history.contains(24, parentOf25, _falling(3)), "the run ends above");
        check(!history.contains(25, parentOf25, _falling(4)), "another number");
        check(!history.contains(24, hashes[0], _falling(4)), "another hash");
        check(!history.contains(29, 0, new bytes[](0)), "the zero hash of a block to come");
    }

    function test_a_faulty_run_is_named() public {
        bytes[] memory headers = _falling(4);
        headers[1] = headers[2];
        vm.expectRevert(
            abi.encodeWithSelector(IOriginHistory.HeaderHashMismatch.selector, 1, hashes[2], hashes[1])
        );
        history.contains(24, parentOf25, headers);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BlockHeader, Header} from "../../src/lib/BlockHeader.sol";
import {Base} from "../Base.sol";
import {HeaderVectors} from "./HeaderVectors.sol";

/// @dev The library behind a call, as contracts meet it: the bytes lie in calldata.
contract HeaderReader {
    function parse(bytes calldata rlp) external pure returns (Header memory) {
        return BlockHeader.parse(rlp);
    }

    function next(bytes calldata run, uint256 offset) external pure returns (Header memory, uint256) {
        return BlockHeader.next(run, offset);
    }
}

/// @dev RLP of byte strings and lists, canonical, so that one fault can be planted at a time.
library Rlp {
    function text(bytes memory payload) internal pure returns (bytes memory) {
        if (payload.length == 1 && uint8(payload[0]) < 0x80) return payload;
        return bytes.concat(_prefix(payload.length, 0x80), payload);
    }

    function list(bytes memory payload) internal pure returns (bytes memory) {
        return bytes.concat(_prefix(payload.length, 0xc0), payload);
    }

    function _prefix(uint256 length, uint8 base) private pure returns (bytes memory) {
        if (length < 56) return abi.encodePacked(base + uint8(length));
        if (length < 256) return abi.encodePacked(base + 56, uint8(length));
        return abi.encodePacked(base + 57, uint16(length));
    }
}

contract BlockHeaderTest is Base {
    HeaderReader private reader = new HeaderReader();

    // Real headers

    function test_headers_of_every_fork_are_read_from_a_run() public view {
        bytes32[4] memory early = HeaderVectors.londonHashes();
        bytes32[9] memory late = HeaderVectors.pragueHashes();
        bytes32[] memory hashes = new bytes32[](4);
        for (uint256 i = 0; i < 4; ++i) {
            hashes[i] = early[i];
        }
        _readRun(HeaderVectors.london(), hashes, 25);
        hashes = new bytes32[](9);
        for (uint256 i = 0; i < 9; ++i) {
            hashes[i] = late[i];
        }
        _readRun(HeaderVectors.prague(), hashes, 38);
    }

    function _readRun(bytes memory run, bytes32[] memory hashes, uint64 number) private view {
        uint256 offset;
        for (uint256 i = 0; i < hashes.length; ++i) {
            Header memory header;
            (header, offset) = reader.next(run, offset);
            assertEq(header.hash, hashes[i], "hash");
            assertEq(header.number, number + i, "number");
            if (i > 0) assertEq(header.parentHash, hashes[i - 1], "parent");
        }
        assertEq(offset, run.length, "end of the run");
    }

    function test_all_fields_of_a_main_net_header_are_read() public view {
        Header memory header = reader.parse(HeaderVectors.mainnet14764013());
        assertEq(header.hash, 0x720704f3aa11c53cf344ea069db95cecb81ad7453c8f276b2a1062979611f09c);
        assertEq(header.parentHash, 0x2c58e3212c085178dbb1277e2f3c24b3f451267a75a234945c1581af639f4a7a);
        assertEq(header.stateRoot, 0x67a9fb631f4579f9015ef3c6f1f3830dfa2dc08afe156f750e90022134b9ebf6);
        assertEq(header.transactionsRoot, 0x18a2978fc62cd1a23e90de920af68c0c3af3330327927cda4c005faccefb5ce7);
        assertEq(header.number, 14764013);
        assertEq(header.gasUsed, 0x140db1);
    }

    function test_a_prague_header_of_main_net_is_read() public view {
        Header memory header = reader.parse(HeaderVectors.mainnet22431084());
        assertEq(header.hash, 0x50c8cab760b2948349c590461b166773c45d8f4858cccf5a43025ab2960152e8);
        assertEq(header.stateRoot, 0x49d29cd525c7a9f4a33c1e2debc7529f24757c81f689b7276b70018333761b53);
        assertEq(header.transactionsRoot, 0x6522a2eba58778c64f0facee1378ddcdb1b5927285f461f9a8314c1b5fe1e5b1);
        assertEq(header.number, 22431084);
        assertEq(header.gasUsed, 0x9d8f63);
    }

    function test_every_truncation_of_a_header_is_refused() public view {
        bytes memory whole = HeaderVectors.mainnet22431084();
        for (uint256 length = 0; length < whole.length; ++length) {
            bytes memory part = _slice(whole, length);
            try reader.parse(part) {
                revert AssertionFailed("a truncated header was read");
            } catch (bytes memory reason) {
                check(_malformed(reason), "truncation");
            }
        }
    }

    function test_every_bit_flip_is_refused_or_read_as_another_header() public view {
        bytes memory rlp = HeaderVectors.mainnet14764013();
        for (uint256 i = 0; i < rlp.length; ++i) {
            for (uint256 bit = 0; bit < 8; ++bit) {
                rlp[i] = bytes1(uint8(rlp[i]) ^ uint8(1 << bit));
                try reader.parse(rlp) returns (Header memory header) {
                    assertEq(header.hash, keccak256(rlp), "hash of what was read");
                } catch {}
                rlp[i] = bytes1(uint8(rlp[i]) ^ uint8(1 << bit));
            }
        }
    }

    function test_a_flip_in_a_length_prefix_is_always_refused() public view {
        bytes memory rlp = HeaderVectors.mainnet14764013();
        for (uint256 i = 0; i < 4; ++i) {
            for (uint256 bit = 0; bit < 8; ++bit) {
                rlp[i] = bytes1(uint8(rlp[i]) ^ uint8(1 << bit));
                try reader.parse(rlp) {
                    revert AssertionFailed("a wrong length was read");
                } catch {}
                rlp[i] = bytes1(uint8(rlp[i]) ^ uint8(1 << bit));
            }
        }
    }

    // Made headers

    function test_a_made_header_is_read() public view {
        bytes memory rlp = _header(_fields(15));
        Header memory header = reader.parse(rlp);
        assertEq(header.hash, keccak256(rlp));
        assertEq(header.parentHash, bytes32(uint256(1)));
        assertEq(header.stateRoot, bytes32(uint256(4)));
        assertEq(header.transactionsRoot, bytes32(uint256(5)));
        assertEq(header.number, 0x0809);
        assertEq(header.gasUsed, type(uint64).max);
    }

    function test_number_and_gas_may_be_zero() public view {
        bytes[] memory fields = _fields(15);
        fields[8] = hex"80";
        fields[10] = hex"80";
        Header memory header = reader.parse(_header(fields));
        assertEq(header.number, 0);
        assertEq(header.gasUsed, 0);
    }

    function test_fewer_than_15_fields_are_refused() public {
        for (uint256 count = 2; count < 15; ++count) {
            bytes memory rlp = _header(_fields(count));
            vm.expectRevert(abi.encodeWithSelector(BlockHeader.HeaderFieldsMissing.selector, 0, count));
            reader.parse(rlp);
        }
        assertEq(reader.parse(_header(_fields(25))).number, 0x0809);
    }

    function test_an_empty_list_is_no_header() public {
        vm.expectRevert(abi.encodeWithSelector(BlockHeader.HeaderFieldsMissing.selector, 0, 0));
        reader.parse(hex"c0");
    }

    function test_a_byte_string_is_no_header() public {
        vm.expectRevert(abi.encodeWithSelector(BlockHeader.HeaderMalformed.selector, 0));
        reader.parse(Rlp.text(new bytes(540)));
    }

    function test_bytes_behind_the_only_header_are_refused() public {
        bytes memory rlp = _header(_fields(15));
        vm.expectRevert(
            abi.encodeWithSelector(BlockHeader.HeaderTrailingBytes.selector, rlp.length, rlp.length + 1)
        );
        reader.parse(bytes.concat(rlp, hex"00"));
    }

    function test_an_offset_at_the_end_of_a_run_is_refused() public {
        bytes memory rlp = _header(_fields(15));
        vm.expectRevert(abi.encodeWithSelector(BlockHeader.HeaderMalformed.selector, rlp.length));
        reader.next(rlp, rlp.length);
        vm.expectRevert(abi.encodeWithSelector(BlockHeader.HeaderMalformed.selector, type(uint256).max));
        reader.next(rlp, type(uint256).max);
    }

    function test_a_header_of_the_greatest_length_is_read_and_one_byte_more_is_not() public {
        bytes[] memory fields = _fields(15);
        fields[12] = Rlp.text(new bytes(256));
        uint256 rest = _header(fields).length - 259;
        fields[12] = Rlp.text(new bytes(BlockHeader.MAX_HEADER - rest - 3));
        bytes memory longest = _header(fields);
        assertEq(longest.length, BlockHeader.MAX_HEADER);
        assertEq(reader.parse(longest).number, 0x0809);
        fields[12] = Rlp.text(new bytes(BlockHeader.MAX_HEADER - rest - 2));
        bytes memory rlp = _header(fields);
        vm.expectRevert(
            abi.encodeWithSelector(BlockHeader.HeaderTooLong.selector, 0, BlockHeader.MAX_HEADER + 1)
        );
        reader.parse(rlp);
    }

    function test_a_field_that_is_no_canonical_string_is_refused() public {
        // Field 12 is not read; it must be canonical all the same.
        _refuseField(12, hex"8105", "a single byte below 0x80 with a prefix");
        _refuseField(12, hex"b80105", "long form of one byte");
        _refuseField(12, bytes.concat(hex"b837", new bytes(55)), "long form of 55 bytes");
        _refuseField(12, bytes.concat(hex"b90038", new bytes(56)), "length with a leading zero");
        _refuseField(12, bytes.concat(hex"b900ff", new bytes(255)), "two bytes of length for 255");
        _refuseField(12, bytes.concat(hex"ba000100", new bytes(256)), "three bytes of length");
        _refuseField(12, hex"bfffffffffffffffff", "a length near 2^64");
        _refuseField(12, hex"c0", "an empty list");
        _refuseField(12, hex"c20102", "a list");
        _refuseField(12, bytes.concat(hex"f838", new bytes(56)), "a long list");
    }

    function test_canonical_fields_of_every_form_are_read() public view {
        bytes[] memory fields = _fields(15);
        bytes[6] memory forms = [
            bytes(hex"80"),
            hex"00",
            hex"7f",
            hex"8180",
            Rlp.text(new bytes(55)),
            Rlp.text(new bytes(56))
        ];
        for (uint256 i = 0; i < forms.length; ++i) {
            fields[12] = forms[i];
            assertEq(reader.parse(_header(fields)).number, 0x0809);
        }
        fields[12] = Rlp.text(new bytes(256));
        assertEq(reader.parse(_header(fields)).number, 0x0809);
    }

    function test_a_hash_that_has_not_32_bytes_is_refused() public {
        uint8[3] memory positions = [0, 3, 4];
        for (uint256 i = 0; i < 3; ++i) {
            _refuseField(positions[i], Rlp.text(new bytes(31)), "31 bytes");
            _refuseField(positions[i], Rlp.text(new bytes(33)), "33 bytes");
            _refuseField(positions[i], hex"80", "no bytes");
        }
    }

    function test_an_integer_that_is_not_minimal_or_too_long_is_refused() public {
        uint8[2] memory positions = [8, 10];
        for (uint256 i = 0; i < 2; ++i) {
            _refuseField(positions[i], hex"00", "zero as a byte");
            _refuseField(positions[i], hex"820005", "a leading zero");
            _refuseField(positions[i], hex"89010000000000000000", "9 bytes");
            _refuseField(positions[i], hex"8105", "a prefix on a single byte");
        }
    }

    function test_a_last_field_that_runs_over_the_list_is_refused() public {
        bytes[] memory fields = _fields(15);
        fields[14] = hex"88";
        bytes memory rlp = bytes.concat(_header(fields), new bytes(8));
        vm.expectPartialRevert(BlockHeader.HeaderMalformed.selector);
        reader.next(rlp, 0);
    }

    function test_a_list_whose_length_is_not_shortest_is_refused() public {
        bytes memory payload = _join(_fields(15));
        bytes[3] memory forms = [
            abi.encodePacked(hex"fa00", uint16(payload.length), payload),
            abi.encodePacked(hex"f900", uint8(200), payload),
            abi.encodePacked(hex"f837", payload)
        ];
        for (uint256 i = 0; i < forms.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(BlockHeader.HeaderMalformed.selector, 0));
            reader.parse(forms[i]);
        }
    }

    function testFuzz_bytes_that_are_read_as_a_header_re_encode_to_it(bytes memory noise) public view {
        try reader.next(noise, 0) returns (Header memory header, uint256 end) {
            assertEq(header.hash, keccak256(_slice(noise, end)));
        } catch (bytes memory reason) {
            check(_malformed(reason), "a named error");
        }
    }

    /// 15 and more fields: hashes count from 1, the number is 0x0809, the gas 2^64 - 1, others are a few bytes.
    function _fields(uint256 count) private pure returns (bytes[] memory fields) {
        fields = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) {
            fields[i] = i < 6 ? Rlp.text(abi.encode(i + 1)) : Rlp.text(abi.encodePacked(uint8(i), uint8(i + 1)));
        }
        if (count > 10) fields[10] = Rlp.text(abi.encodePacked(type(uint64).max));
    }

    function _join(bytes[] memory fields) private pure returns (bytes memory payload) {
        for (uint256 i = 0; i < fields.length; ++i) {
            payload = bytes.concat(payload, fields[i]);
        }
    }

    function _header(bytes[] memory fields) private pure returns (bytes memory) {
        return Rlp.list(_join(fields));
    }

    function _refuseField(uint256 position, bytes memory encoded, string memory what) private view {
        bytes[] memory fields = _fields(15);
        fields[position] = encoded;
        try reader.parse(_header(fields)) {
            revert AssertionFailed(what);
        } catch (bytes memory reason) {
            check(bytes4(reason) == BlockHeader.HeaderMalformed.selector, what);
        }
    }

    function _malformed(bytes memory reason) private pure returns (bool) {
        bytes4 selector = bytes4(reason);
        return selector == BlockHeader.HeaderMalformed.selector || selector == BlockHeader.HeaderTooLong.selector
            || selector == BlockHeader.HeaderFieldsMissing.selector;
    }

    function _slice(bytes memory whole, uint256 length) private pure returns (bytes memory part) {
        part = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            part[i] = whole[i];
        }
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BlockHeader, Header} from "../../src/lib/BlockHeader.sol";
import {Seal} from "../../src/lib/Seal.sol";
import {Signatures} from "../../src/lib/Signatures.sol";
import {IRegistry, Tally, Voter} from "../../src/origin/IRegistry.sol";
import {Voters, ValidatorSet} from "../../src/origin/ValidatorSet.sol";
import {Base} from "../Base.sol";

/// @dev What assembly must not rely on: memory behind the free pointer and the scratch space are full of ones, and a
/// guard lies where it may not write.
abstract contract Dirty {
    error GuardBroken();

    function _soil() internal pure returns (bytes memory guard) {
        guard = new bytes(320);
        for (uint256 i = 0; i < guard.length; ++i) {
            guard[i] = 0xa5;
        }
        assembly ("memory-safe") {
            mstore(0x00, not(0))
            mstore(0x20, not(0))
            let free := mload(0x40)
            for { let i := 0 } lt(i, 8192) { i := add(i, 32) } { mstore(add(free, i), not(0)) }
        }
    }

    function _requireWhole(bytes memory guard) internal pure {
        for (uint256 i = 0; i < guard.length; ++i) {
            if (guard[i] != 0xa5) revert GuardBroken();
        }
        uint256 zero;
        assembly ("memory-safe") {
            zero := mload(0x60)
        }
        if (zero != 0) revert GuardBroken();
    }
}

/// @dev The assembly of the tally, and the same in plain words.
contract TallyHarness is Dirty {
    using ValidatorSet for Voters;

    Voters private _set;

    function put(uint32 index, Voter calldata voter) external {
        _set.voters[index] = voter;
    }

    function putTotals(uint64[4] calldata totals) external {
        _set.totals = totals;
    }

    function tally(uint64 m, bytes32 digest, bytes calldata seal) external view returns (Tally memory result) {
        bytes memory guard = _soil();
        result = _set.tally(m, digest, seal);
        _requireWhole(guard);
    }

    function plain(uint64 m, bytes32 digest, bytes calldata seal) external view returns (Tally memory result) {
        uint256 count = Seal.count(seal);
        bytes memory indices;
        uint32 before;
        for (uint256 i = 0; i < count; ++i) {
            (uint32 index, bytes32 r, bytes32 vs) = Seal.at(seal, i);
            if (i != 0 && index <= before) revert Seal.SealNotAscending(before, index);
            before = index;
            Voter memory voter = _set.voters[index];
            if (voter.signer == address(0)) revert IRegistry.IndexUnassigned(index);
            address signer = Signatures.tryRecover(digest, r, vs);
            if (signer != voter.signer) revert IRegistry.SealSignatureInvalid(index, voter.signer, signer);
            result.forward += voter.changedAt <= m ? voter.weight : voter.previous;
            result.rear += voter.changedAt <= m - 1 ? voter.weight : voter.previous;
            indices = bytes.concat(indices, bytes4(index));
        }
        result.forwardTotal = _set.totals[m % 4];
        result.rearTotal = _set.totals[(m - 1) % 4];
        result.roll = keccak256(abi.encode(m, uint8(0), indices));
    }
}

/// @dev The assembly of the header reader, and the same in plain words.
contract HeaderHarness is Dirty {
    function read(bytes calldata run, uint256 offset) external pure returns (Header memory header, uint256 end) {
        bytes memory guard = _soil();
        (header, end) = BlockHeader.next(run, offset);
        _requireWhole(guard);
    }

    /// Reads into a header that holds the one before.
    function again(bytes calldata run, uint256 offset) external pure returns (Header memory header, uint256 end) {
        header = Header(~bytes32(0), ~bytes32(0), ~bytes32(0), ~bytes32(0), type(uint64).max, type(uint64).max);
        bytes memory guard = _soil();
        end = BlockHeader.read(header, run, offset);
        _requireWhole(guard);
    }

    function plain(bytes calldata run, uint256 offset) external pure returns (Header memory header, uint256 end) {
        if (offset >= run.length) revert BlockHeader.HeaderMalformed(offset);
        (uint256 position, uint256 stop, bool list) = _item(run, offset, run.length);
        if (!list) revert BlockHeader.HeaderMalformed(offset);
        if (stop - offset > BlockHeader.MAX_HEADER) revert BlockHeader.HeaderTooLong(offset, stop - offset);
        header.hash = keccak256(run[offset:stop]);
        uint256 fields;
        for (; position < stop; ++fields) {
            (uint256 from, uint256 to, bool inner) = _item(run, position, stop);
            if (inner) revert BlockHeader.HeaderMalformed(position);
            bytes calldata payload = run[from:to];
            bool hash = fields == 0 || fields == 3 || fields == 4;
            bool integer = fields == 8 || fields == 10;
            if (hash && payload.length != 32) revert BlockHeader.HeaderMalformed(from);
            if (integer && (payload.length > 8 || (payload.length > 0 && payload[0] == 0))) {
                revert BlockHeader.HeaderMalformed(from);
            }
            uint256 value;
            for (uint256 i = 0; (hash || integer) && i < payload.length; ++i) {
                value = value << 8 | uint8(payload[i]);
            }
            if (fields == 0) header.parentHash = bytes32(value);
            if (fields == 3) header.stateRoot = bytes32(value);
            if (fields == 4) header.transactionsRoot = bytes32(value);
            if (fields == 8) header.number = uint64(value);
            if (fields == 10) header.gasUsed = uint64(value);
            position = to;
        }
        if (fields < 15) revert BlockHeader.HeaderFieldsMissing(offset, fields);
        return (header, stop);
    }

    function _item(bytes calldata run, uint256 at, uint256 limit)
        private
        pure
        returns (uint256 from, uint256 to, bool list)
    {
        uint256 prefix = uint8(run[at]);
        list = prefix >= 0xc0;
        if (prefix < 0x80) return (at, at + 1, false);
        uint256 size = prefix - (list ? 0xc0 : 0x80);
        from = at + 1;
        if (size > 55) {
            uint256 width = size - 55;
            if (width > 2) revert BlockHeader.HeaderMalformed(at);
            size = 0;
            for (uint256 i = 0; i < width; ++i) {
                size = size << 8 | (from < run.length ? uint8(run[from]) : 0);
                ++from;
            }
            if (size < (width == 1 ? 56 : 256)) revert BlockHeader.HeaderMalformed(at);
        }
        to = from + size;
        if (to > limit) revert BlockHeader.HeaderMalformed(at);
        if (prefix == 0x81 && uint8(run[from]) < 0x80) revert BlockHeader.HeaderMalformed(at);
    }
}

/// @dev Assembly against plain models: equal answers and equal refusals, whatever lies in memory.
contract AdversaryAssemblyTest is Base {
    uint256 private constant ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    TallyHarness private tallies = new TallyHarness();
    HeaderHarness private headers = new HeaderHarness();

    function _compare(address target, bytes memory question, bytes memory model) private view {
        (bool done, bytes memory answer) = target.staticcall(question);
        (bool expected, bytes memory wanted) = target.staticcall(model);
        check(done == expected, "accepted by one alone");
        assertEq(answer, wanted);
    }

    // (5.3, 4.3)
    function testFuzz_the_tally_is_that_of_a_plain_loop(uint256 seed) public {
        uint64 m = uint64(1 + seed % 7);
        uint256 count = (seed >> 8) % 9;
        bytes32 digest = keccak256(abi.encode(seed, "digest"));
        tallies.putTotals([uint64(seed), uint64(seed >> 64), uint64(seed >> 128), uint64(seed >> 192)]);
        bytes memory seal = hex"00";
        uint256 spoiled = (seed >> 16) % 20;
        uint32 index;
        for (uint256 i = 0; i < count; ++i) {
            uint256 dice = uint256(keccak256(abi.encode(seed, i)));
            uint256 key = 1 + (dice >> 32) % 1e9;
            index += uint32(i == 0 ? dice % 3 : 1 + dice % (1 << 28));
            tallies.put(
                index, Voter(vm.addr(key), _weight(dice >> 64), _weight(dice >> 96), uint32((dice >> 128) % 10))
            );
            (bytes32 r, bytes32 vs) = signWords(key, digest);
            seal = bytes.concat(seal, i == spoiled ? _spoil(dice, index, r, vs) : abi.encodePacked(index, r, vs));
        }
        if (spoiled == 18) seal = bytes.concat(seal, hex"00");
        if (spoiled == 19) seal[0] = 0x01;
        _compare(
            address(tallies),
            abi.encodeCall(tallies.tally, (m, digest, seal)),
            abi.encodeCall(tallies.plain, (m, digest, seal))
        );
    }

    function _weight(uint256 dice) private pure returns (uint32) {
        return dice % 4 == 0 ? 0 : dice % 4 == 1 ? type(uint32).max : uint32(dice >> 2);
    }

    /// One record with one fault: another index, a high s, another parity, bits of r or s, zeros, ones.
    function _spoil(uint256 dice, uint32 index, bytes32 r, bytes32 vs) private pure returns (bytes memory) {
        uint256 kind = (dice >> 160) % 8;
        if (kind == 0) return abi.encodePacked(index + 1, r, vs);
        if (kind == 1) return abi.encodePacked(uint32(0), r, vs);
        if (kind == 2) {
            uint256 s = ORDER - (uint256(vs) & (type(uint256).max >> 1));
            return abi.encodePacked(index, r, s | ((uint256(vs) >> 255) ^ 1) << 255);
        }
        if (kind == 3) return abi.encodePacked(index, r, uint256(vs) ^ 1 << 255);
        if (kind == 4) return abi.encodePacked(index, uint256(r) ^ 1, vs);
        if (kind == 5) return abi.encodePacked(index, bytes32(0), vs);
        if (kind == 6) return abi.encodePacked(index, r, bytes32(0));
        return abi.encodePacked(index, ~bytes32(0), ~bytes32(0));
    }

    // (3.1)
    function testFuzz_a_header_is_read_as_by_a_plain_reader(uint256 seed) public view {
        bytes memory payload;
        uint256 fields = 13 + seed % 10;
        for (uint256 i = 0; i < fields; ++i) {
            uint256 dice = uint256(keccak256(abi.encode(seed, i)));
            payload = bytes.concat(payload, seed >> 40 & 3 != 0 && i < 7 ? _usual(dice, i) : _field(dice, i));
        }
        bytes memory run = bytes.concat(new bytes((seed >> 16) % 3), _prefixed(payload, 0xc0), hex"ff00");
        uint256 offset = (seed >> 16) % 3;
        uint256 flips = (seed >> 24) % 3;
        for (uint256 i = 0; i < flips; ++i) {
            uint256 dice = uint256(keccak256(abi.encode(seed, "flip", i)));
            run[dice % run.length] = bytes1(uint8(dice >> 32));
        }
        bytes memory model = abi.encodeCall(headers.plain, (run, offset));
        _compare(address(headers), abi.encodeCall(headers.read, (run, offset)), model);
        (bool done,) = address(headers).staticcall(model);
        // Every field that is read is written anew. A refusal leaves the whole call without effect.
        if (done) _compare(address(headers), abi.encodeCall(headers.again, (run, offset)), model);
    }

    /// The first seven fields as the chains in use make them.
    function _usual(uint256 dice, uint256 i) private pure returns (bytes memory) {
        if (i == 6) return abi.encodePacked(hex"b90100", dice, new bytes(224));
        return i == 2 ? abi.encodePacked(hex"94", address(uint160(dice))) : abi.encodePacked(hex"a0", dice);
    }

    /// A field that mostly has its type; others in all encodings, now and then one that is not canonical.
    function _field(uint256 dice, uint256 i) private pure returns (bytes memory) {
        uint256 odd = dice % 100;
        if (odd == 0) return abi.encodePacked(hex"81", uint8(dice >> 8));
        if (odd == 1) return abi.encodePacked(hex"b8", uint8((dice >> 8) % 64), new bytes((dice >> 8) % 64));
        if (odd == 2) return abi.encodePacked(hex"b9", uint16((dice >> 8) % 400), new bytes((dice >> 8) % 400));
        if (odd == 3) return hex"c0";
        if (odd == 4) return hex"ba000100";
        if (odd > 5 && (i == 0 || i == 3 || i == 4)) return abi.encodePacked(hex"a0", dice);
        uint256 size = (dice >> 16) % 9;
        if ((i == 8 || i == 10) && odd > 5) return _prefixed(_bytes(dice | 1 << (248 + dice / 100 % 8), size), 0x80);
        if (dice >> 32 & 7 == 0) size = (dice >> 40) % 300;
        return _prefixed(_bytes(dice, size), 0x80);
    }

    function _bytes(uint256 dice, uint256 size) private pure returns (bytes memory out) {
        out = new bytes(size);
        for (uint256 i = 0; i < size; ++i) {
            out[i] = bytes1(uint8(dice >> (248 - 8 * (i % 32))));
        }
    }

    function _prefixed(bytes memory payload, uint8 base) private pure returns (bytes memory) {
        uint256 size = payload.length;
        if (base == 0x80 && size == 1 && uint8(payload[0]) < 0x80) return payload;
        if (size < 56) return abi.encodePacked(uint8(base + size), payload);
        if (size < 256) return abi.encodePacked(uint8(base + 56), uint8(size), payload);
        return abi.encodePacked(uint8(base + 57), uint16(size), payload);
    }
}

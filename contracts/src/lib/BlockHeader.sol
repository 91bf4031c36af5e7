// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// What Mosaic reads of a block header (3.1): the hash of its bytes and fields 0, 3, 4, 8 and 10.
struct Header {
    bytes32 hash;
    bytes32 parentHash;
    bytes32 stateRoot;
    bytes32 transactionsRoot;
    uint64 number;
    uint64 gasUsed;
}

/// @title A strict reader of RLP block headers (3.1)
/// @notice A header is one RLP list of at least 15 byte strings. All of it must be canonical, also the fields that are
/// not read: shortest length prefixes, single bytes below 0x80 without prefix, nothing left over. The five fields must
/// have their types: three 32-byte hashes, two minimal integers of at most 8 bytes.
///
///     run:    | header 5 | header 6 | header 7 |        consecutive headers, concatenated
///             ^ offset 0 ^ end = next offset
///
/// It does not know which fork a header belongs to, and gives no meaning to any other field: the hash of a header that
/// a chain accepted fixes them all.
library BlockHeader {
    /// @notice Bytes of one header. Today's longest on main net is under 750: 21 fields, of which the bloom takes 259
    /// and 32 bytes of extra data 33. The rest is room for chains that keep seals in the extra data.
    uint256 internal constant MAX_HEADER = 2048;

    /// @notice Fields of the oldest header form; later forks only append.
    uint256 internal constant MIN_FIELDS = 15;

    /// Added to a position, so far behind any end that no sum of lengths comes back.
    uint256 private constant AWAY = 0x100000000000000000000000000000000;

    /// @notice The header at `offset` of its bytes is longer than MAX_HEADER.
    error HeaderTooLong(uint256 offset, uint256 length);
    /// @notice At this offset the bytes are no canonical RLP of a header.
    error HeaderMalformed(uint256 offset);
    /// @notice A header has at least 15 fields.
    error HeaderFieldsMissing(uint256 offset, uint256 fields);
    /// @notice Bytes follow the only header.
    error HeaderTrailingBytes(uint256 end, uint256 length);

    /// @notice Reads exactly one header.
    function parse(bytes calldata rlp) internal pure returns (Header memory header) {
        uint256 end;
        (header, end) = next(rlp, 0);
        if (end != rlp.length) revert HeaderTrailingBytes(end, rlp.length);
    }

    /// @notice Reads the header that begins at `offset` of a run; `end` is the offset behind it.
    function next(bytes calldata run, uint256 offset) internal pure returns (Header memory header, uint256 end) {
        end = read(header, run, offset);
    }

    /// @notice As {next}, into a header that is there already: a run needs the memory of one.
    function read(Header memory header, bytes calldata run, uint256 offset) internal pure returns (uint256 end) {
        if (offset >= run.length) revert HeaderMalformed(offset);
        uint256 base;
        assembly ("memory-safe") {
            base := run.offset
        }
        unchecked {
            uint256 position;
            (position, end) = _list(base, base + offset, base + run.length);
            if (end - (base + offset) > MAX_HEADER) revert HeaderTooLong(offset, end - (base + offset));
            header.hash = _keccak(base + offset, end);
            if (!_usual(header, position, end)) {
                uint256 fields = _fields(header, base, position, end);
                if (fields < MIN_FIELDS) revert HeaderFieldsMissing(offset, fields);
            }
            end -= base;
        }
    }

    /// Reads a header as the chains in use make it, or gives up: then {_fields}, which makes the same checks one by one,
    /// reads other forms and says what is wrong. A reported block costs little more than its bytes, so this is written
    /// by hand: the prefixes of the first seven fields are compared, the others walked.
    ///
    ///     0        33       66          87      120          153        186          445
    ///     a0 parent a0 ommers 94 coinbase a0 state a0 transactions a0 receipts b90100 bloom  difficulty, number, ...
    ///
    /// What reaches beyond `end` never comes back to it, so one comparison at the end sees it.
    function _usual(Header memory header, uint256 position, uint256 end) private pure returns (bool usual) {
        assembly ("memory-safe") {
            function skip(at) -> behind { // a canonical byte string of any length
                let word := calldataload(at)
                let prefix := byte(0, word)
                behind := add(at, 1)
                // 0x82 to 0xb7: this and what follows. Up to 0x80: this byte alone.
                let size := sub(prefix, 0x80)
                if lt(sub(prefix, 0x82), 0x36) {
                    behind := add(behind, size)
                    leave
                }
                if gt(prefix, 0x80) {
                    let next_ := byte(1, word)
                    // Two bytes of length from 256 on, one from 56 on, one byte that is no item by itself.
                    switch prefix
                    case 0xb9 { behind := add(add(at, 3), add(shr(240, shl(8, word)), mul(iszero(next_), AWAY))) }
                    case 0xb8 { behind := add(add(at, 2), add(next_, mul(lt(next_, 56), AWAY))) }
                    case 0x81 { behind := add(add(at, 2), mul(lt(next_, 0x80), AWAY)) }
                    default { behind := add(at, AWAY) }
                }
            }
            function integer(at) -> value, behind { // minimal, of at most 8 bytes
                let word := calldataload(at)
                let prefix := byte(0, word)
                behind := add(at, 1)
                switch gt(prefix, 0x80)
                case 0 {
                    value := mul(prefix, lt(prefix, 0x80))
                    if iszero(prefix) { behind := add(at, AWAY) }
                }
                default {
                    let size := sub(prefix, 0x80)
                    let least := 1
                    if eq(size, 1) { least := 0x80 }
                    behind := add(add(behind, size), mul(or(gt(size, 8), lt(byte(1, word), least)), AWAY))
                    value := shr(sub(256, shl(3, size)), shl(8, word))
                }
            }
            let other := xor(byte(0, calldataload(position)), 0xa0)
            other := or(other, xor(byte(0, calldataload(add(position, 33))), 0xa0))
            other := or(other, xor(byte(0, calldataload(add(position, 66))), 0x94))
            other := or(other, xor(byte(0, calldataload(add(position, 87))), 0xa0))
            other := or(other, xor(byte(0, calldataload(add(position, 120))), 0xa0))
            other := or(other, xor(byte(0, calldataload(add(position, 153))), 0xa0))
            other := or(other, xor(shr(232, calldataload(add(position, 186))), 0xb90100))
            if iszero(other) {
                mstore(add(header, 0x20), calldataload(add(position, 1)))
                mstore(add(header, 0x40), calldataload(add(position, 88)))
                mstore(add(header, 0x60), calldataload(add(position, 121)))
                position := skip(add(position, 445))
                let value
                value, position := integer(position)
                mstore(add(header, 0x80), value)
                value, position := integer(skip(position))
                mstore(add(header, 0xa0), value)
                // Fields 11 to 14, which every header has, so the others need not be counted: as `skip`, without a call.
                position := skip(skip(skip(skip(position))))
                for {} lt(position, end) {} {
                    let size := sub(byte(0, calldataload(position)), 0x82)
                    position := add(position, 1)
                    if lt(size, 0x36) {
                        position := add(position, add(size, 2))
                        continue
                    }
                    if gt(add(size, 0x82), 0x80) { position := skip(sub(position, 1)) }
                }
                usual := eq(position, end)
            }
        }
    }

    /// Walks all fields from `position` to `end` (both positions in calldata) and returns their count.
    function _fields(Header memory header, uint256 base, uint256 position, uint256 end)
        private
        pure
        returns (uint256 fields)
    {
        unchecked {
            while (position < end) {
                uint256 start;
                uint256 stop;
                (start, stop) = _string(base, position, end);
                if (fields < 11) {
                    if (fields == 0) header.parentHash = _word(base, start, stop);
                    else if (fields == 3) header.stateRoot = _word(base, start, stop);
                    else if (fields == 4) header.transactionsRoot = _word(base, start, stop);
                    else if (fields == 8) header.number = _integer(base, start, stop);
                    else if (fields == 10) header.gasUsed = _integer(base, start, stop);
                }
                ++fields;
                position = stop;
            }
        }
    }

    /// The payload of the list at `position`: a long list (a header's payload is never below 56 bytes).
    function _list(uint256 base, uint256 position, uint256 limit) private pure returns (uint256 start, uint256 end) {
        unchecked {
            uint256 word = _load(position);
            uint256 prefix = word >> 248;
            if (prefix == 0xf9 && word >> 240 != 0xf900) {
                // Nearly all headers have 256 bytes or more.
                start = position + 3;
                end = start + (word << 8 >> 240);
            } else if (prefix < 0xc0) {
                revert HeaderMalformed(position - base);
            } else if (prefix < 0xf8) {
                start = position + 1;
                end = start + prefix - 0xc0;
            } else {
                uint256 length = _length(base, position, word, prefix - 0xf7);
                start = position + prefix - 0xf6;
                end = start + length;
            }
            if (end > limit) revert HeaderMalformed(position - base);
        }
    }

    /// The payload of the byte string at `position`; `stop` is the position of the next item.
    function _string(uint256 base, uint256 position, uint256 limit) private pure returns (uint256 start, uint256 stop) {
        unchecked {
            uint256 word = _load(position);
            uint256 prefix = word >> 248;
            if (prefix < 0x80) {
                start = position;
                stop = position + 1;
            } else if (prefix < 0xb8) {
                start = position + 1;
                stop = start + prefix - 0x80;
                if (prefix == 0x81 && (word << 8) >> 248 < 0x80) revert HeaderMalformed(position - base);
            } else if (prefix < 0xc0) {
                uint256 length = _length(base, position, word, prefix - 0xb7);
                start = position + prefix - 0xb6;
                stop = start + length;
            } else {
                revert HeaderMalformed(position - base);
            }
            if (stop > limit) revert HeaderMalformed(position - base);
        }
    }

    /// A long form's length of `size` bytes behind the prefix in `word`: shortest, and only where the short form ends.
    /// Two bytes suffice for anything within MAX_HEADER, so sums with it cannot overflow.
    function _length(uint256 base, uint256 position, uint256 word, uint256 size)
        private
        pure
        returns (uint256 length)
    {
        unchecked {
            if (size > 2) revert HeaderMalformed(position - base);
            length = (word << 8) >> (256 - 8 * size);
            if (length < (size == 1 ? 56 : 256)) revert HeaderMalformed(position - base);
        }
    }

    function _word(uint256 base, uint256 start, uint256 stop) private pure returns (bytes32) {
        unchecked {
            if (stop - start != 32) revert HeaderMalformed(start - base);
            return bytes32(_load(start));
        }
    }

    /// A minimal big-endian integer: no leading zero byte, zero itself is the empty string.
    function _integer(uint256 base, uint256 start, uint256 stop) private pure returns (uint64) {
        unchecked {
            uint256 size = stop - start;
            if (size == 0) return 0;
            uint256 word = _load(start);
            if (size > 8 || word >> 248 == 0) revert HeaderMalformed(start - base);
            return uint64(word >> (256 - 8 * size));
        }
    }

    function _load(uint256 position) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(position)
        }
    }

    function _keccak(uint256 start, uint256 end) private pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, start, sub(end, start))
            digest := keccak256(free, sub(end, start))
        }
    }
}

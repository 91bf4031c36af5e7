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
            uint256 fields = _fields(header, base, position, end);
            if (fields < MIN_FIELDS) revert HeaderFieldsMissing(offset, fields);
            end -= base;
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
            if (prefix < 0xc0) revert HeaderMalformed(position - base);
            if (prefix < 0xf8) {
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

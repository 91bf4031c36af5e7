// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Storage roots that need no proof: of no slot at all, and of slot 0 alone (gateway 7.5)
/// @notice A trie of one entry is one leaf, [path, value], and its root is the leaf's hash:
///
///     list | 0xa1 0x20 keccak256(slot 0) | value, itself RLP and wrapped as a byte string
///            ^    ^ leaf flag, even path
///            string of 33 bytes
library SingleSlotTrie {
    /// @notice keccak256 of the RLP empty string: the root of an empty trie.
    bytes32 internal constant EMPTY_ROOT = 0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421;

    /// @notice The storage root of an account whose only non-zero slot is slot 0.
    /// @param word what slot 0 holds; zero gives the empty root
    function root(bytes32 word) internal pure returns (bytes32) {
        if (word == 0) return EMPTY_ROOT;
        bytes memory value = _integer(uint256(word));
        // The value is at most 33 bytes long, so its wrapping has one length byte. A single byte below 0x80 is its
        // own encoding, and its wrapping too.
        if (value.length > 1) value = abi.encodePacked(uint8(0x80 + value.length), value);
        bytes memory payload = abi.encodePacked(hex"a120", keccak256(abi.encode(uint256(0))), value);
        if (payload.length < 56) return keccak256(abi.encodePacked(uint8(0xc0 + payload.length), payload));
        return keccak256(abi.encodePacked(hex"f8", uint8(payload.length), payload));
    }

    /// The RLP of a non-zero integer: its bytes without leading zeros, with a length byte unless it is below 0x80.
    function _integer(uint256 value) private pure returns (bytes memory) {
        if (value < 0x80) return abi.encodePacked(uint8(value));
        uint256 size = 32;
        while (value >> 248 == 0) {
            value <<= 8;
            --size;
        }
        bytes memory encoded = abi.encodePacked(uint8(0x80 + size), value);
        assembly ("memory-safe") {
            mstore(encoded, add(size, 1))
        }
        return encoded;
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Seals: the signatures of many validators over one digest, as bytes
/// @notice The first byte names the scheme. 0x00: records of 68 bytes, strictly ascending by index. 0x01 is kept for
/// an aggregate and refused here.
///
///     00 | index 4 | r 32 | yParityAndS 32 | index 4 | r 32 | yParityAndS 32 | ...
///
/// A list of records without the first byte (a batch of votes) is read with `record` alone.
library Seal {
    /// @notice The scheme of single ECDSA signatures.
    uint8 internal constant ECDSA = 0;

    /// @notice Bytes of one record: index, r, yParityAndS.
    uint256 internal constant RECORD = 68;

    /// @notice Signers of one seal: a commit of 1,024 costs about 7 M gas, and no larger set can be sealed.
    uint256 internal constant MAX_SIGNERS = 1024;

    /// @notice The first byte names no scheme that this contract reads.
    error SealSchemeUnknown(uint8 scheme);
    /// @notice The seal is empty, longer than MAX_SIGNERS records, or its length is not 1 + 68 * signers.
    error SealLengthInvalid(uint256 length);
    /// @notice The indices are not strictly ascending.
    error SealNotAscending(uint32 before, uint32 index);

    /// @notice The number of records of a seal, after a check of scheme and length.
    function count(bytes calldata seal) internal pure returns (uint256 signers) {
        if (seal.length == 0) revert SealLengthInvalid(0);
        if (uint8(seal[0]) != ECDSA) revert SealSchemeUnknown(uint8(seal[0]));
        signers = (seal.length - 1) / RECORD;
        if (signers * RECORD != seal.length - 1 || signers > MAX_SIGNERS) revert SealLengthInvalid(seal.length);
    }

    /// @notice The record of a seal at `position`, which the caller keeps below `count`.
    function at(bytes calldata seal, uint256 position)
        internal
        pure
        returns (uint32 index, bytes32 r, bytes32 vs)
    {
        unchecked {
            return _read(seal, 1 + position * RECORD);
        }
    }

    /// @notice The record that begins at byte `offset` of any list of records; it must lie within the list.
    function record(bytes calldata records, uint256 offset)
        internal
        pure
        returns (uint32 index, bytes32 r, bytes32 vs)
    {
        if (offset + RECORD > records.length) revert SealLengthInvalid(records.length);
        return _read(records, offset);
    }

    function _read(bytes calldata records, uint256 offset)
        private
        pure
        returns (uint32 index, bytes32 r, bytes32 vs)
    {
        assembly ("memory-safe") {
            let start := add(records.offset, offset)
            index := shr(224, calldataload(start))
            r := calldataload(add(start, 4))
            vs := calldataload(add(start, 36))
        }
    }

    /// @notice Refuses an index that does not follow the one before. `position` 0 has none before it.
    function requireAscending(uint256 position, uint32 before, uint32 index) internal pure {
        if (position != 0 && index <= before) revert SealNotAscending(before, index);
    }

    /// @notice The word that remembers who signed (5.5): kind 0x00 with the packed 4-byte indices of the signers.
    function roll(uint64 height, uint8 kind, bytes memory indices) internal pure returns (bytes32) {
        return keccak256(abi.encode(height, kind, indices));
    }
}

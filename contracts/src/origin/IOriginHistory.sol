// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title History of the origin chain's own block hashes (3.4)
/// @notice No owner and no core: one per chain is enough for all cores. A number is only ever recorded with the hash
/// that the chain itself gives it, or that headers lead down to from such a hash.
///
///     known[90] <-- header 91 <-- header 92 <-- header 93 <-- the chain's own hash of 93
///                   `extend(93, [93, 92, 91])` records number 90
interface IOriginHistory {
    /// @notice The block is not in the past.
    error BlockNotPast(uint64 number, uint256 current);
    /// @notice Neither BLOCKHASH nor the EIP-2935 history contract gives this block's hash.
    error BlockOutOfReach(uint64 number);
    /// @notice A run has 1 to MAX_RUN headers.
    error RunLengthInvalid(uint256 length);
    /// @notice The block at which a run begins is neither recorded nor in reach.
    error BlockUnknown(uint64 number);
    /// @notice A header of the run does not have the hash that the one before names as its parent's.
    error HeaderHashMismatch(uint256 position, bytes32 expected, bytes32 actual);
    /// @notice A header of the run does not have the number that follows downwards.
    error HeaderNumberMismatch(uint256 position, uint64 expected, uint64 actual);
    /// @notice The run ends at block 0, below which there is nothing to record.
    error NothingBelowGenesis();

    /// @notice Block `number` of this chain is known to have this hash.
    event BlockRecorded(uint64 indexed number, bytes32 hash);

    /// @notice The recorded hash of a block, 0 if there is none.
    function known(uint64 number) external view returns (bytes32);

    /// @notice Headers that one run may have.
    function MAX_RUN() external view returns (uint256);

    /// @notice Records a block whose hash the chain gives: BLOCKHASH for 256 blocks, EIP-2935 for 8,191 where it is.
    /// @return hash the block's hash
    function record(uint64 number) external returns (bytes32 hash);

    /// @notice Walks parents down from block `number`, which is recorded or in reach, and records the parent of the
    /// last header.
    /// @param headers RLP headers in falling order of number; the first is that of block `number`
    function extend(uint64 number, bytes[] calldata headers) external;

    /// @notice Whether block `number` has hash `hash`: recorded, in reach, or shown by one run of headers, which must
    /// begin at a block that is recorded or in reach and end just above `number`.
    /// @param headers the run, empty if none is needed; a faulty run reverts as in `extend`
    function contains(uint64 number, bytes32 hash, bytes[] calldata headers) external view returns (bool);
}

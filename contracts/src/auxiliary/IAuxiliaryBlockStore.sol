// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// What the store keeps of the last block of a reported run, two slots. `number` is never 0 in a record that exists.
/// @param number the block's number
/// @param anchored the block is known to be this chain's own (3.2)
/// @param gas g: header `gasUsed` summed from the root up to and including this block
/// @param transactionRoot r: r_i = keccak256(r_{i-1} | transactionsRoot_i), from the root's transactionsRoot on
struct Record {
    uint64 number;
    bool anchored;
    uint184 gas;
    bytes32 transactionRoot;
}

/// @title The auxiliary chain's own headers, as far as they were reported (3.1, 3.2)
/// @notice Every block from the root on is walked over once, in runs of consecutive headers; only the last block of a
/// run gets a record, so a checkpoint can be source or target of a link only if a run ends at it.
///
///     root ----run----> a ----run----> b        records: root, a, b
///
/// A record says what a block's history is, not that the block is on this chain: a fork's headers can be reported as
/// well. `anchored` says that: set when the block's hash is the chain's own, or when a descendant's is.
/// No owner. What it knows is headers only: no vote, no kernel.
interface IAuxiliaryBlockStore {
    /// @notice The root's record was made; the first event of the contract (2.1).
    /// @param hash the root
    /// @param number its number, a multiple of `epoch`
    /// @param transactionRoot its transactionsRoot
    /// @param gas its gasUsed
    /// @param epoch the auxiliary chain's epoch length E
    event AuxiliaryRootRecorded(
        bytes32 indexed hash, uint64 number, bytes32 transactionRoot, uint256 gas, uint64 epoch
    );
    /// @notice A run from the record `first` to the block `last` was reported; `last` has a record now.
    event BlocksReported(
        bytes32 indexed first, bytes32 indexed last, uint64 number, bytes32 transactionRoot, uint256 gas
    );
    /// @notice A recorded block is known to be this chain's own.
    event BlockAnchored(bytes32 indexed hash);

    /// @notice The epoch length is zero, or the root's number is no multiple of it, or is zero (2.1).
    error RootNotCheckpoint(uint64 number, uint64 epoch);
    /// @notice The root's header is no list of at least 15 fields.
    error RootHeaderMalformed();
    /// @notice There is no record of this block.
    error BlockNotRecorded(bytes32 hash);
    /// @notice A run has 1 to MAX_RUN headers.
    error RunLengthInvalid(uint256 headers, uint256 maximum);
    /// @notice Header `index` of the run is not the child of the block before it.
    error ParentMismatch(uint256 index, bytes32 expected, bytes32 parentHash);
    /// @notice The number of header `index` of the run is not its parent's plus one.
    error NumberMismatch(uint256 index, uint64 expected, uint64 number);
    /// @notice The chain's hash at the block's number is another one, or out of reach (`own` zero).
    error BlockNotOwn(bytes32 hash, uint64 number, bytes32 own);
    /// @notice The block is not known to be this chain's own.
    error BlockNotAnchored(bytes32 hash);

    /// @notice Reports a run of consecutive headers, each the child of the one before, the first one the child of the
    /// record `first` (3.1). The last block gets a record, unless it has one, and is anchored when its hash is the
    /// chain's own. Open to anyone.
    /// @dev Checks: BlockNotRecorded; RunLengthInvalid; per header those of BlockHeader, ParentMismatch,
    /// NumberMismatch.
    /// @param first hash of a recorded block
    /// @param headers 1 to MAX_RUN headers in canonical RLP, one after another
    function report(bytes32 first, bytes calldata headers) external;

    /// @notice Marks a recorded block as this chain's own, by BLOCKHASH or EIP-2935 (3.2). Nothing happens when it is
    /// marked already. Open to anyone.
    /// @dev Checks: BlockNotRecorded; BlockNotOwn.
    function anchor(bytes32 hash) external;

    /// @notice Marks the record `first` as this chain's own because a run leads from it to an anchored block (3.2): an
    /// ancestor of an own block is own. Nothing happens when it is marked already. Open to anyone; this is how late
    /// reporters anchor what BLOCKHASH no longer reaches. Where a run began is not kept: it would cost each report a
    /// slot, and those who are late give the headers once more.
    /// @dev Checks: BlockNotRecorded; those of {report}'s headers; BlockNotAnchored of the last one.
    /// @param first hash of a recorded block
    /// @param headers as in {report}
    function anchorParent(bytes32 first, bytes calldata headers) external;

    /// @notice The record of a block; all zero when there is none.
    function record(bytes32 hash) external view returns (Record memory);

    /// @notice Number and mark alone, one slot read; (0, false) when there is no record.
    function position(bytes32 hash) external view returns (uint64 number, bool anchored);

    /// @notice What T(s) takes of a record, in one call; all zero when there is none.
    function accumulated(bytes32 hash)
        external
        view
        returns (uint64 number, bool anchored, uint256 gas, bytes32 transactionRoot);

    /// @notice The auxiliary chain's epoch length E, in blocks.
    function EPOCH() external view returns (uint64);

    /// @notice Hash of the root.
    function ROOT() external view returns (bytes32);

    /// @notice The most headers of one run.
    function MAX_RUN() external view returns (uint256);
}

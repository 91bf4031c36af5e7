// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Origin's checkpoints on the auxiliary chain (3.3)
/// @notice Anyone reports a checkpoint's header; the polling place alone finalises one. A ring of the last RING
/// finalised ones is what kernels and messages from origin are proven against:
///
///     report(header) --> recorded, with its state root
///     +2/3 of the validators on a link over it --> finalise(hash) --> finalisedRoot(number)
///
/// No owner and no key writes a root. Ancestry between checkpoints is not checked here: validators vote only for
/// blocks that are final on origin.
interface IOriginBlockStore {
    /// @notice Origin's root was recorded; the first event of the contract (2.1).
    event OriginRootRecorded(bytes32 indexed hash, uint64 number, uint64 originEpoch);
    /// @notice The header of a checkpoint of origin was reported.
    event OriginBlockReported(uint64 number, bytes32 indexed hash, bytes32 stateRoot);
    /// @notice A checkpoint of origin was finalised by the polling place; its state root is in the ring.
    event OriginBlockFinalised(uint64 number, bytes32 indexed hash);

    /// @notice The epoch length is zero, or the number is no multiple of it.
    error NumberNotCheckpoint(uint64 number, uint64 originEpoch);
    /// @notice The block is not above origin's root.
    error NumberNotAboveRoot(uint64 number, uint64 rootNumber);
    /// @notice The block is recorded already.
    error BlockAlreadyReported(bytes32 hash);
    /// @notice Only the polling place finalises.
    error CallerNotPollingPlace(address caller, address pollingPlace);
    /// @notice No block of this number is among the last RING finalised ones.
    error RootNotInRing(uint64 number);

    /// @notice Records a checkpoint of origin from its header. Open to anyone.
    /// @dev Checks: those of BlockHeader; NumberNotCheckpoint; NumberNotAboveRoot; BlockAlreadyReported.
    /// @param header one header in canonical RLP
    function report(bytes calldata header) external;

    /// @notice Puts a recorded checkpoint into the ring. The polling place calls it with rising numbers.
    /// @dev Checks: CallerNotPollingPlace.
    function finalise(bytes32 hash) external;

    /// @notice The state root of a finalised checkpoint by its block number.
    /// @dev Checks: RootNotInRing. Reads from the newest entry back: 2 slots for one of the last four.
    function finalisedRoot(uint64 number) external view returns (bytes32 stateRoot);

    /// @notice Whether a block is recorded, and its number. The root is, without a state root.
    function position(bytes32 hash) external view returns (uint64 number, bool reported);

    /// @notice The state root of a reported block, zero when there is none.
    function stateRoot(bytes32 hash) external view returns (bytes32);

    /// @notice How many checkpoints were finalised so far; the newest is entry (count - 1) % RING.
    function finalisedCount() external view returns (uint64);

    /// @notice An entry of the ring: block number and hash; zeros when it was never written.
    function finalised(uint256 entry) external view returns (uint64 number, bytes32 hash);

    /// @notice Origin's epoch length E_o, in blocks.
    function ORIGIN_EPOCH() external view returns (uint64);

    /// @notice Number of origin's root.
    function ROOT_NUMBER() external view returns (uint64);

    /// @notice Hash of origin's root.
    function ROOT() external view returns (bytes32);

    /// @notice The one contract that may finalise.
    function POLLING_PLACE() external view returns (address);

    /// @notice Entries of the ring.
    function RING() external view returns (uint256);
}

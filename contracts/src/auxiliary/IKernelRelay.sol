// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Kernel, MetaBlock, Vote} from "../lib/Types.sol";
import {Hints} from "./IPollingPlace.sol";

/// @title The way of a kernel from the core on origin to the polling place (5.6)
/// @notice A kernel is believed for one reason: its hash lies in slot 0 of the core, under the state root of a
/// finalised checkpoint of origin. It is adopted for a second one: the meta-block that it grows from committed a block
/// of THIS chain, so a fork of the chain that lost cannot adopt it.
///
///     finalised state root --account proof--> core's storage root --slot proof--> hash(K_{n+1})
///     K_{n+1}.parent = hash(B_n),  B_n = (hash(K_n), hash(T_n), hash(link)),  T_n = T(link.source) as computed here
///
/// Holds no state. Open to anyone.
interface IKernelRelay {
    /// @notice A kernel was proven and handed to the polling place.
    event KernelRelayed(uint64 indexed height, bytes32 hash, address indexed relayer);

    /// @notice The core's slot holds another kernel's hash.
    error KernelHashMismatch(bytes32 proven, bytes32 kernel);
    /// @notice The kernel is not the one after the one in force.
    error KernelHeightMismatch(uint64 expected, uint64 height);
    /// @notice A kernel is waiting already.
    error KernelAlreadyPending(uint64 height);
    /// @notice The kernel's parent is not the given meta-block.
    error ParentMismatch(bytes32 expected, bytes32 parent);
    /// @notice The meta-block's kernel is not the one in force.
    error ParentKernelMismatch(bytes32 expected, bytes32 kernel);
    /// @notice The meta-block's vote is not the given link.
    error ParentVoteMismatch(bytes32 expected, bytes32 vote);
    /// @notice The link is not about this core.
    error LinkChainMismatch(bytes32 expected, bytes32 chain);
    /// @notice Link and meta-block name different transitions.
    error LinkTransitionMismatch(bytes32 expected, bytes32 transition);
    /// @notice The source's transition on this chain is another one.
    error SourceTransitionMismatch(bytes32 expected, bytes32 transition);
    /// @notice The last finalised height here is below the committed source's: record the seal's votes first.
    error SourceNotFinalised(uint64 sourceHeight, uint64 finalised);

    /// @notice Proves the core's open kernel and hands it to the polling place.
    /// @dev Checks, in this order: RootNotInRing (origin block store); those of StateProof; KernelHashMismatch;
    /// KernelHeightMismatch; KernelAlreadyPending; ParentMismatch; ParentKernelMismatch; ParentVoteMismatch;
    /// LinkChainMismatch; LinkTransitionMismatch; SourceNotAnchored and the hints' own (polling place);
    /// SourceTransitionMismatch; SourceNotFinalised.
    /// @param originNumber block number of a finalised checkpoint of origin that is in the ring
    /// @param accountProof nodes from its state root to the core's account
    /// @param slotProof nodes from the core's storage root to slot 0
    /// @param kernel K_{n+1}, n being the kernel in force here
    /// @param parent B_n
    /// @param link the link that B_n was committed with
    /// @param hints for T(link.source); ignored when it is cached
    function relay(
        uint64 originNumber,
        bytes[] calldata accountProof,
        bytes[] calldata slotProof,
        Kernel calldata kernel,
        MetaBlock calldata parent,
        Vote calldata link,
        Hints calldata hints
    ) external;

    /// @notice The core's address on origin.
    function CORE() external view returns (address);

    /// @notice The core's id.
    function CORE_ID() external view returns (bytes32);

    /// @notice Where finalised state roots of origin are.
    function ORIGIN_BLOCK_STORE() external view returns (address);

    /// @notice Where kernels go.
    function POLLING_PLACE() external view returns (address);
}

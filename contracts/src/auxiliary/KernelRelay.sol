// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MosaicHash} from "../lib/MosaicHash.sol";
import {TrieReader} from "../lib/TrieReader.sol";
import {Kernel, MetaBlock, Vote} from "../lib/Types.sol";
import {IKernelRelay} from "./IKernelRelay.sol";
import {IOriginBlockStore} from "./IOriginBlockStore.sol";
import {Head, Hints, IPollingPlace} from "./IPollingPlace.sol";

/// @title Relay of kernels from origin (5.6)
contract KernelRelay is IKernelRelay {
    /// @notice The core's slot of the open kernel's hash (5.6).
    bytes32 internal constant OPEN_KERNEL_SLOT = 0;

    address public immutable override CORE;
    bytes32 public immutable override CORE_ID;
    address public immutable override ORIGIN_BLOCK_STORE;
    address public immutable override POLLING_PLACE;

    /// @param originChainId chain id of origin
    /// @param core the core's address there
    /// @param originBlockStore finalised state roots of origin
    /// @param pollingPlace where kernels go
    constructor(uint256 originChainId, address core, address originBlockStore, address pollingPlace) {
        CORE = core;
        CORE_ID = MosaicHash.coreId(originChainId, core);
        ORIGIN_BLOCK_STORE = originBlockStore;
        POLLING_PLACE = pollingPlace;
    }

    /// @inheritdoc IKernelRelay
    function relay(
        uint64 originNumber,
        bytes[] calldata accountProof,
        bytes[] calldata slotProof,
        Kernel calldata kernel,
        MetaBlock calldata parent,
        Vote calldata link,
        Hints calldata hints
    ) external override {
        bytes32 hash = MosaicHash.hash(kernel);
        bytes32 proven = _openKernel(originNumber, accountProof, slotProof);
        if (proven != hash) revert KernelHashMismatch(proven, hash);
        _checkSuccession(kernel, parent);
        _checkCommit(parent, link, hints);
        IPollingPlace(POLLING_PLACE).adopt(kernel);
        emit KernelRelayed(kernel.height, hash, msg.sender);
    }

    function _openKernel(uint64 originNumber, bytes[] calldata accountProof, bytes[] calldata slotProof)
        private
        view
        returns (bytes32)
    {
        bytes32 stateRoot = IOriginBlockStore(ORIGIN_BLOCK_STORE).finalisedRoot(originNumber);
        (bytes32 storageRoot,) = TrieReader.account(stateRoot, CORE, accountProof);
        return TrieReader.slot(storageRoot, OPEN_KERNEL_SLOT, slotProof);
    }

    /// @dev The kernel follows the one in force here, by height and by hash.
    function _checkSuccession(Kernel calldata kernel, MetaBlock calldata parent) private view {
        Head memory head = IPollingPlace(POLLING_PLACE).head();
        if (kernel.height != uint64(head.kernel) + 1) {
            revert KernelHeightMismatch(uint64(head.kernel) + 1, kernel.height);
        }
        if (head.pendingKernel != 0) revert KernelAlreadyPending(head.pendingKernel);
        bytes32 parentHash = MosaicHash.hash(parent);
        if (kernel.parent != parentHash) revert ParentMismatch(kernel.parent, parentHash);
        bytes32 inForce = IPollingPlace(POLLING_PLACE).kernelHash(head.kernel);
        if (parent.kernel != inForce) revert ParentKernelMismatch(inForce, parent.kernel);
    }

    /// @dev What the parent committed is a block of this chain, and nothing below it can be finalised here any more.
    function _checkCommit(MetaBlock calldata parent, Vote calldata link, Hints calldata hints) private view {
        bytes32 linkHash = MosaicHash.hash(link);
        if (parent.vote != linkHash) revert ParentVoteMismatch(parent.vote, linkHash);
        if (link.chain != CORE_ID) revert LinkChainMismatch(CORE_ID, link.chain);
        if (link.transition != parent.transition) revert LinkTransitionMismatch(parent.transition, link.transition);
        bytes32 own = IPollingPlace(POLLING_PLACE).transitionHash(link.source, hints);
        if (own != link.transition) revert SourceTransitionMismatch(own, link.transition);
        uint64 finalised = IPollingPlace(POLLING_PLACE).head().finalisedAuxiliary;
        if (finalised < link.sourceHeight) revert SourceNotFinalised(link.sourceHeight, finalised);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Kernel, MetaBlock, Transition, ValidatorUpdate, Vote} from "./Types.sol";

/// @title EIP-712 of everything that is signed or committed under a core
/// @notice The domain names the origin chain and the core on BOTH chains (1.2): auxiliary contracts hold the two as
/// immutables, where a library that binds the local chain id and contract would not do.
library MosaicHash {
    bytes32 internal constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 internal constant VOTE_TYPEHASH = keccak256(
        "Vote(bytes32 chain,bytes32 transition,bytes32 source,bytes32 target,uint64 sourceHeight,uint64 targetHeight)"
    );
    bytes32 internal constant TRANSITION_TYPEHASH = keccak256(
        "Transition(uint64 dynasty,uint64 originNumber,bytes32 originHash,bytes32 transactionRoot,uint256 gas,bytes32 kernel)"
    );
    bytes32 internal constant UPDATE_TYPEHASH =
        keccak256("ValidatorUpdate(address validator,uint96 weight,uint8 kind)");
    bytes32 internal constant KERNEL_TYPEHASH = keccak256(
        "Kernel(uint64 height,bytes32 parent,ValidatorUpdate[] updates,uint256 gasTarget)ValidatorUpdate(address validator,uint96 weight,uint8 kind)"
    );
    bytes32 internal constant META_BLOCK_TYPEHASH =
        keccak256("MetaBlock(bytes32 kernel,bytes32 transition,bytes32 vote)");
    bytes32 internal constant DEPOSIT_TYPEHASH =
        keccak256("Deposit(address signer,address withdrawal,address depositor)");
    bytes32 internal constant LOGOUT_TYPEHASH = keccak256("Logout(address signer)");
    bytes32 internal constant VETO_TYPEHASH = keccak256("Veto(address gateway)");
    bytes32 internal constant DEACTIVATE_TYPEHASH = keccak256("Deactivate(address gateway)");

    /// @notice A chain id does not fit 96 bits, so it has no origin id (1.1).
    error ChainIdTooLarge(uint256 chainId);

    /// @notice The origin id: the chain id in the first 12 bytes, 20 zero bytes (1.1).
    function originId(uint256 chainId) internal pure returns (bytes32) {
        if (chainId >= 1 << 96) revert ChainIdTooLarge(chainId);
        return bytes32(chainId << 160);
    }

    /// @notice The core id: the origin id with the core's address in the last 20 bytes (1.1).
    function coreId(uint256 chainId, address core) internal pure returns (bytes32) {
        return originId(chainId) | bytes32(uint256(uint160(core)));
    }

    /// @notice The domain separator {"Mosaic", "1", origin chain id, core} (1.2).
    function domain(uint256 originChainId, address core) internal pure returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPEHASH, keccak256("Mosaic"), keccak256("1"), originChainId, core));
    }

    /// @notice What is signed: 0x1901 | domain | struct hash.
    function digest(bytes32 separator, bytes32 structHash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", separator, structHash));
    }

    function hash(Vote memory v) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(VOTE_TYPEHASH, v.chain, v.transition, v.source, v.target, v.sourceHeight, v.targetHeight)
        );
    }

    function hash(Transition memory t) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                TRANSITION_TYPEHASH, t.dynasty, t.originNumber, t.originHash, t.transactionRoot, t.gas, t.kernel
            )
        );
    }

    function hash(ValidatorUpdate memory u) internal pure returns (bytes32) {
        return keccak256(abi.encode(UPDATE_TYPEHASH, u.validator, u.weight, u.kind));
    }

    /// @notice The array is hashed as EIP-712 says: the concatenation of the members' struct hashes.
    function hash(Kernel memory k) internal pure returns (bytes32) {
        bytes32[] memory updates = new bytes32[](k.updates.length);
        for (uint256 i = 0; i < updates.length; ++i) {
            updates[i] = hash(k.updates[i]);
        }
        return kernelHash(k.height, k.parent, keccak256(abi.encodePacked(updates)), k.gasTarget);
    }

    /// @notice A kernel's hash from the hash of its updates: what opens a kernel whose updates matter to nobody.
    function kernelHash(uint64 height, bytes32 parent, bytes32 updates, uint256 gasTarget)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(KERNEL_TYPEHASH, height, parent, updates, gasTarget));
    }

    function hash(MetaBlock memory b) internal pure returns (bytes32) {
        return keccak256(abi.encode(META_BLOCK_TYPEHASH, b.kernel, b.transition, b.vote));
    }

    function depositHash(address signer, address withdrawal, address depositor) internal pure returns (bytes32) {
        return keccak256(abi.encode(DEPOSIT_TYPEHASH, signer, withdrawal, depositor));
    }

    function vetoHash(address gateway) internal pure returns (bytes32) {
        return keccak256(abi.encode(VETO_TYPEHASH, gateway));
    }

    function deactivateHash(address gateway) internal pure returns (bytes32) {
        return keccak256(abi.encode(DEACTIVATE_TYPEHASH, gateway));
    }

    function logoutHash(address signer) internal pure returns (bytes32) {
        return keccak256(abi.encode(LOGOUT_TYPEHASH, signer));
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";

/// @dev The smallest tries: one leaf, which is the root. What a leaf's value holds is the caller's choice, so that
/// malformed ones can be proven as well.
library Tries {
    /// @dev Root and proof of a secure trie with one key.
    function lone(bytes memory key, bytes memory value) internal pure returns (bytes32 root, bytes[] memory proof) {
        return single(leaf(bytes.concat(hex"20", keccak256(key)), value));
    }

    /// @dev A trie whose root is the given node.
    function single(bytes memory node) internal pure returns (bytes32 root, bytes[] memory proof) {
        proof = new bytes[](1);
        proof[0] = node;
        root = keccak256(node);
    }

    /// @dev A node of two items: a hex-prefixed path and a value.
    function leaf(bytes memory path, bytes memory value) internal pure returns (bytes memory) {
        bytes[] memory items = new bytes[](2);
        items[0] = RLP.encode(path);
        items[1] = RLP.encode(value);
        return RLP.encode(items);
    }

    /// @dev An account's leaf value from four encoded fields.
    function account(bytes memory nonce, bytes memory balance, bytes memory storageRoot, bytes memory codeHash)
        internal
        pure
        returns (bytes memory)
    {
        bytes[] memory items = new bytes[](4);
        (items[0], items[1], items[2], items[3]) = (nonce, balance, storageRoot, codeHash);
        return RLP.encode(items);
    }

    /// @dev State root and both proofs of a world with one account that holds one slot.
    function world(address who, bytes32 slot, bytes32 value)
        internal
        pure
        returns (bytes32 stateRoot, bytes[] memory accountProof, bytes[] memory slotProof)
    {
        bytes32 storageRoot;
        (storageRoot, slotProof) = lone(abi.encode(slot), RLP.encode(uint256(value)));
        bytes memory state = account(
            RLP.encode(uint256(1)), RLP.encode(uint256(0)), RLP.encode(storageRoot), RLP.encode(keccak256("code"))
        );
        (stateRoot, accountProof) = lone(abi.encodePacked(who), state);
    }
}

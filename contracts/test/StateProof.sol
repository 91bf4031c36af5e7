// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Memory} from "@openzeppelin/contracts/utils/Memory.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {TrieProof} from "@openzeppelin/contracts/utils/cryptography/TrieProof.sol";

/// What the state trie holds of one account.
struct AccountState {
    uint64 nonce;
    uint256 balance;
    bytes32 storageRoot;
    bytes32 codeHash;
}

/// @title A second reader of inclusion proofs, to hold TrieReader against: OpenZeppelin's walk, and a strict leaf
/// @notice Account first, slot second: the account proof opens a state root to a storage root, the slot proof opens
/// that to a value. Prove an account once per root and keep its storage root: it is the dearer of the two.
///
///     stateRoot --account(address)--> {nonce, balance, storageRoot, codeHash}
///     storageRoot --slot(key)-------> value
///
/// @dev Both tries are "secure": the path is the keccak256 of the key, so it has 64 nibbles and no value lies in a
/// branch. The walk (branch, extension and leaf nodes; nodes under 32 bytes embedded in their parent) is
/// OpenZeppelin's TrieProof; what this library adds is the bound on a proof and the strict decoding of the leaf: an
/// integer is minimal, a hash has 32 bytes, nothing trails, and an even path has no padding.
/// Limits: inclusion only. A truncated proof is an error, and absence is never shown here, so a slot's value is never
/// zero. The root is taken as given: it must be one that a chain of checks has led to.
library StateProof {
    using Memory for bytes;
    using Memory for Memory.Slice;
    using RLP for Memory.Slice;

    /// @dev 64 nibbles of path, one node each at most, and the leaf under them.
    uint256 internal constant MAX_NODES = 65;
    /// @dev A branch of 16 hashes: 16 * 33 + 1 (empty value) + 3 (list prefix). No leaf of an account (33 bytes of
    /// path, 112 of account, prefixes) is longer.
    uint256 internal constant MAX_NODE_SIZE = 532;
    /// @dev The longest slot value: one prefix byte and 32 bytes.
    uint256 internal constant MAX_VALUE_SIZE = 33;

    /// @notice A proof of no node, or of more than a path can have.
    error ProofLengthInvalid(uint256 nodes, uint256 maximum);
    /// @notice A node longer than any node of a secure trie.
    error ProofNodeTooLong(uint256 node, uint256 size, uint256 maximum);
    /// @notice The path of a leaf or extension of even length begins with a nibble that is not zero.
    error ProofPathPadded(uint256 node);
    /// @notice The leaf is not the list [nonce, balance, storageRoot, codeHash] in its one encoding.
    error AccountMalformed(bytes leaf);
    /// @notice The leaf is not an integer of 1 to 32 bytes in its one encoding.
    error SlotValueMalformed(bytes leaf);
    /// @notice The leaf is the encoding of zero, which no storage trie holds.
    error SlotValueZero();

    /// @notice Opens a state root to an account that it holds.
    /// @param stateRoot the state root of a block, from its header
    /// @param who the account
    /// @param proof the nodes from the root down to the leaf
    function account(bytes32 stateRoot, address who, bytes[] calldata proof)
        internal
        pure
        returns (AccountState memory state)
    {
        bytes memory leaf = _leaf(stateRoot, keccak256(abi.encodePacked(who)), proof);
        Memory.Slice[] memory fields = leaf.asSlice().readList();
        if (fields.length != 4 || fields[2].length() != 33 || fields[3].length() != 33) revert AccountMalformed(leaf);
        if (!_isMinimal(fields[0]) || !_isMinimal(fields[1])) revert AccountMalformed(leaf);
        uint256 nonce = fields[0].readUint256();
        if (nonce > type(uint64).max) revert AccountMalformed(leaf);
        state = AccountState(uint64(nonce), fields[1].readUint256(), fields[2].readBytes32(), fields[3].readBytes32());
    }

    /// @notice Opens a storage root to the value of a slot that it holds.
    /// @param storageRoot the storage root of an account, from {account}
    /// @param slotKey the slot as the EVM addresses it, before hashing
    /// @param proof the nodes from the root down to the leaf
    /// @return value the slot's 32 bytes, never zero
    function slot(bytes32 storageRoot, bytes32 slotKey, bytes[] calldata proof) internal pure returns (bytes32 value) {
        bytes memory leaf = _leaf(storageRoot, keccak256(abi.encodePacked(slotKey)), proof);
        if (leaf.length > MAX_VALUE_SIZE) revert SlotValueMalformed(leaf);
        Memory.Slice item = leaf.asSlice();
        if (!_isMinimal(item)) revert SlotValueMalformed(leaf);
        value = item.readBytes32();
        if (value == 0) revert SlotValueZero();
    }

    function _leaf(bytes32 root, bytes32 path, bytes[] calldata proof) private pure returns (bytes memory leaf) {
        if (proof.length == 0 || proof.length > MAX_NODES) revert ProofLengthInvalid(proof.length, MAX_NODES);
        for (uint256 i = 0; i < proof.length; ++i) {
            if (proof[i].length > MAX_NODE_SIZE) revert ProofNodeTooLong(i, proof[i].length, MAX_NODE_SIZE);
        }
        leaf = TrieProof.traverse(root, abi.encodePacked(path), proof);
        for (uint256 i = 0; i < proof.length; ++i) {
            if (_isPadded(proof[i])) revert ProofPathPadded(i);
        }
    }

    /// @dev Whether a node that the walk has read is a leaf or extension whose path of even length does not begin with
    /// a zero nibble, which the walk passes over. Of a branch the first two items never fill the list.
    function _isPadded(bytes calldata node) private pure returns (bool) {
        uint256 position = uint8(node[0]) < 0xf8 ? 1 : uint8(node[0]) - 0xf6;
        uint256 prefix = uint8(node[position]);
        if (prefix > 0xb7) return false;
        uint256 next = prefix < 0x80 ? position + 1 : position + prefix - 0x7f;
        uint256 last = uint8(node[next]);
        if (last < 0x80) last = next + 1;
        else if (last < 0xb8) last = next + last - 0x7f;
        else if (last < 0xc0) last = node.length;
        else last = next + last - 0xbf;
        if (last != node.length) return false;
        uint8 first = uint8(node[prefix < 0x80 ? position : position + 1]);
        return first & 0x10 == 0 && first & 0x0f != 0;
    }

    /// @dev OpenZeppelin's reader takes leading zeros, a bare zero byte and what trails the item: only one encoding of
    /// an integer is a leaf of a real trie.
    function _isMinimal(Memory.Slice item) private pure returns (bool) {
        uint8 prefix = uint8(bytes1(item.load(0)));
        if (prefix < 0x80) return prefix != 0 && item.length() == 1;
        if (prefix == 0x80) return item.length() == 1;
        if (prefix > 0xa0 || item.length() != uint256(prefix) - 0x7f) return false;
        uint8 first = uint8(bytes1(item.load(1)));
        return prefix == 0x81 ? first >= 0x80 : first != 0;
    }
}

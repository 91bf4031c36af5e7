// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Inclusion proofs of an account and of a storage slot, read in place from calldata
/// @notice The same statements as StateProof's, for the contracts whose code size and whose cost per message count:
/// no node is copied but for hashing, no list is built.
///
///     root --keccak--> proof[0] --branch: item of the next nibble--------> hash of proof[1], or a node in place
///                               --extension: its nibbles are the path's--> hash of proof[1], or a node in place
///                               --leaf: its nibbles are all the rest-----> value; no node follows
///
/// @dev Both tries are secure: a path is the keccak256 of a key, 64 nibbles, and no value lies in a branch. Nodes are
/// bound by their hashes to a root that the caller vouches for; besides, every item that is walked must be in its one
/// RLP encoding and every node must end where its list does.
/// Inclusion only: a proof that ends early, or leads elsewhere, is an error and never "absent".
library TrieReader {
    /// @dev 64 nibbles of path, one node each at most, and the leaf under them.
    uint256 internal constant MAX_NODES = 65;
    /// @dev A branch of 16 hashes: 16 * 33 + 1 (no value) + 3 (list prefix).
    uint256 internal constant MAX_NODE_SIZE = 532;
    /// @dev Nibbles of a path.
    uint256 private constant PATH = 64;

    /// @notice A proof of no node, or of more than a path can have.
    error ProofLengthInvalid(uint256 nodes, uint256 maximum);
    /// @notice The node is not the one that its parent, or the root, names.
    error NodeHashWrong(uint256 node, bytes32 expected, bytes32 actual);
    /// @notice The node is no branch, extension or leaf of a secure trie.
    error NodeMalformed(uint256 node);
    /// @notice An item is not in its one RLP encoding, or reaches beyond its list.
    error ItemMalformed();
    /// @notice The node leads to other keys than this one.
    error PathNotHere(uint256 node);
    /// @notice The proof ends above the leaf, or goes on below it.
    error LeafNotLast(uint256 leaf, uint256 nodes);
    /// @notice The leaf is not the list [nonce, balance, storageRoot, codeHash].
    error AccountMalformed();
    /// @notice The leaf is not a non-zero integer of at most 32 bytes in its one encoding.
    error SlotMalformed();

    /// @notice Opens a state root to an account.
    /// @param stateRoot the state root of a block, from its header
    /// @param proof the nodes from the root down to the leaf
    function account(bytes32 stateRoot, address who, bytes[] calldata proof)
        internal
        pure
        returns (bytes32 storageRoot, bytes32 codeHash)
    {
        (uint256 start, uint256 end) = leaf(stateRoot, keccak256(abi.encodePacked(who)), proof);
        (uint256 position, uint256 stop, bool list) = _item(start, end);
        if (!list || stop != end) revert AccountMalformed();
        position = _skipInteger(position, end, 8);
        position = _skipInteger(position, end, 32);
        (storageRoot, position) = _hash(position, end);
        (codeHash, position) = _hash(position, end);
        if (position != end) revert AccountMalformed();
    }

    /// @notice Opens a storage root to the value of a slot.
    /// @param storageRoot the storage root of an account, from {account}
    /// @param key the slot as the EVM addresses it, before hashing
    /// @return value never zero
    function slot(bytes32 storageRoot, bytes32 key, bytes[] calldata proof) internal pure returns (bytes32 value) {
        (uint256 start, uint256 end) = leaf(storageRoot, keccak256(abi.encodePacked(key)), proof);
        (uint256 position, uint256 stop, bool list) = _item(start, end);
        uint256 size = stop - position;
        if (list || stop != end || size == 0 || size > 32) revert SlotMalformed();
        value = bytes32(_load(position) >> (256 - 8 * size));
        if (_load(position) >> 248 == 0) revert SlotMalformed();
    }

    /// @notice Opens a root to the leaf under a path.
    /// @return start where in calldata the leaf's value begins
    /// @return end where it ends
    function leaf(bytes32 root, bytes32 path, bytes[] calldata proof)
        internal
        pure
        returns (uint256 start, uint256 end)
    {
        uint256 nodes = proof.length;
        if (nodes == 0 || nodes > MAX_NODES) revert ProofLengthInvalid(nodes, MAX_NODES);
        bytes32 expected = root;
        uint256 depth;
        for (uint256 i = 0; i < nodes; ++i) {
            (start, end) = _open(proof[i], i, expected);
            do {
                (start, end, depth) = _descend(start, end, path, depth, i);
                if (depth > PATH) {
                    if (i + 1 != nodes) revert LeafNotLast(i, nodes);
                    bool list;
                    (start, end, list) = _item(start, end);
                    if (list) revert NodeMalformed(i);
                    return (start, end);
                }
                if (!_isInPlace(start, end, i)) break;
                if (i + 1 < nodes && _repeats(proof[i + 1], start, end)) ++i;
            } while (true);
            expected = bytes32(_load(start + 1));
        }
        revert LeafNotLast(nodes, nodes);
    }

    /// Whether a child lies in its parent, being shorter than a hash; else it is the hash of the next node.
    function _isInPlace(uint256 start, uint256 end, uint256 node) private pure returns (bool) {
        uint256 prefix = _load(start) >> 248;
        uint256 size = end - start;
        if (prefix == 0xa0) return false;
        if (prefix >= 0xc0 && size < 32) return true;
        if (size == 1 && prefix == 0x80) revert PathNotHere(node);
        revert NodeMalformed(node);
    }

    /// Some nodes' `eth_getProof` lists a node that lies in its parent once more, as an element of its own. Elements that
    /// a hash names are never that short, so this takes none of those.
    function _repeats(bytes calldata element, uint256 start, uint256 end) private pure returns (bool) {
        uint256 size = end - start;
        uint256 position;
        assembly ("memory-safe") {
            position := element.offset
        }
        return element.length == size && (_load(position) ^ _load(start)) >> (256 - 8 * size) == 0;
    }

    function _open(bytes calldata node, uint256 i, bytes32 expected)
        private
        pure
        returns (uint256 start, uint256 end)
    {
        if (node.length > MAX_NODE_SIZE) revert NodeMalformed(i);
        bytes32 actual;
        assembly ("memory-safe") {
            start := node.offset
            end := add(start, node.length)
            let free := mload(0x40)
            calldatacopy(free, start, node.length)
            actual := keccak256(free, node.length)
        }
        if (actual != expected) revert NodeHashWrong(i, expected, actual);
    }

    /// One step down from the node at [position, end): to a child's item, or to a leaf's value with a depth above PATH.
    function _descend(uint256 position, uint256 end, bytes32 path, uint256 depth, uint256 node)
        private
        pure
        returns (uint256 start, uint256 stop, uint256 below)
    {
        uint256 wanted = depth < PATH ? (uint256(path) >> (252 - 4 * depth)) & 0xf : PATH;
        uint256 count;
        uint256 first;
        (count, first, start, stop) = _items(position, end, wanted);
        if (count == 17 && wanted < PATH) return (start, stop, depth + 1);
        if (count != 2) revert NodeMalformed(node);
        (, start,) = _item(first, end);
        return (start, end, _follow(first, start, path, depth, node));
    }

    /// How many items the list at [position, end) has, where the first begins, and where the wanted one lies.
    function _items(uint256 position, uint256 end, uint256 wanted)
        private
        pure
        returns (uint256 count, uint256 first, uint256 start, uint256 stop)
    {
        bool list;
        (first, stop, list) = _item(position, end);
        if (!list || stop != end) revert ItemMalformed();
        for (position = first; position < end; ++count) {
            (, uint256 next,) = _item(position, end);
            if (count == wanted) (start, stop) = (position, next);
            position = next;
        }
    }

    /// The depth below an extension, or PATH + 1 for a leaf, whose compact nibbles are the item at [start, stop).
    function _follow(uint256 start, uint256 stop, bytes32 path, uint256 depth, uint256 node)
        private
        pure
        returns (uint256)
    {
        unchecked {
            (uint256 position,, bool list) = _item(start, stop);
            uint256 flag = _load(position) >> 252;
            uint256 size = stop - position;
            if (list || size == 0 || flag > 3) revert NodeMalformed(node);
            uint256 odd = flag & 1;
            if (odd == 0 && (_load(position) >> 248) & 0xf != 0) revert NodeMalformed(node);
            uint256 nibbles = 2 * (size - 1) + odd;
            bool isLeaf = flag > 1;
            uint256 left = PATH - depth;
            if (isLeaf ? nibbles != left : nibbles == 0 || nibbles >= left) revert NodeMalformed(node);
            uint256 word = odd == 1 ? _load(position) << 4 : _load(position + 1);
            uint256 differing = word ^ (uint256(path) << (4 * depth));
            if (nibbles > 0 && differing >> (256 - 4 * nibbles) != 0) revert PathNotHere(node);
            return isLeaf ? PATH + 1 : depth + nibbles;
        }
    }

    /// The item at `position`: where its payload begins and ends, and whether it is a list.
    function _item(uint256 position, uint256 limit) private pure returns (uint256 start, uint256 end, bool list) {
        unchecked {
            uint256 word = _load(position);
            uint256 prefix = word >> 248;
            if (position >= limit) revert ItemMalformed();
            if (prefix < 0x80) return (position, position + 1, false);
            list = prefix >= 0xc0;
            uint256 size = prefix - (list ? 0xc0 : 0x80);
            start = position + 1;
            if (size > 55) {
                uint256 bytes_ = size - 55;
                size = (word << 8) >> (256 - 8 * bytes_);
                start += bytes_;
                if (bytes_ > 2 || size < (bytes_ == 1 ? 56 : 256)) revert ItemMalformed();
            } else if (prefix == 0x81 && (word << 8) >> 255 == 0) {
                revert ItemMalformed();
            }
            end = start + size;
            if (end > limit) revert ItemMalformed();
        }
    }

    function _skipInteger(uint256 position, uint256 limit, uint256 size) private pure returns (uint256) {
        (uint256 start, uint256 end, bool list) = _item(position, limit);
        if (list || end - start > size || (end > start && _load(start) >> 248 == 0)) revert AccountMalformed();
        return end;
    }

    function _hash(uint256 position, uint256 limit) private pure returns (bytes32, uint256) {
        (uint256 start, uint256 end, bool list) = _item(position, limit);
        if (list || end - start != 32) revert AccountMalformed();
        return (bytes32(_load(start)), end);
    }

    function _load(uint256 position) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(position)
        }
    }
}

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
/// bound by their hashes to a root that the caller vouches for; besides, every node is judged whole, also where the way
/// does not pass: it must be in its one RLP encoding, and of a form that a trie writes. So of one fact there is one proof.
/// A proof that ends early is an error and never "absent". Absence is an error of its own for all but {slotOrAbsent}, which
/// recovery alone asks (gateway 7.7).
///
/// An element for every node that is named by its hash, and none for a node that lies in its parent: some nodes'
/// `eth_getProof` lists those once more, and whoever passes such an answer on leaves out what is shorter than 32 bytes and
/// not the first.
///
/// Errors are those of src/eth/trie.h, in its names, and of one proof both give the same (tests/proofs).
library TrieReader {
    /// @dev 64 nibbles of path, one node each at most, and the leaf under them.
    uint256 internal constant MAX_NODES = 65;
    /// @dev A branch of 16 hashes: 16 * 33 + 1 (no value) + 3 (list prefix).
    uint256 internal constant MAX_NODE_SIZE = 532;
    /// @dev Lists within lists, as many as src/eth/rlp.h takes (MO_RLP_DEPTH_MAX).
    uint256 private constant MAX_DEPTH = 32;
    /// @dev Nibbles of a path.
    uint256 private constant PATH = 64;
    /// @dev keccak256(80), the one root that speaks without a node.
    bytes32 private constant EMPTY_ROOT = 0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421;
    /// @dev How far a walk is: nibbles of the path behind it, or one of the two ends.
    uint256 private constant PRESENT = 65;
    uint256 private constant ABSENT = 66;
    /// @dev Set beside the nibbles: an extension was passed, so a branch must follow.
    uint256 private constant MUST_BRANCH = 128;
    /// @dev What {_survey} says of a list's items: their number, how many are children, and which are none.
    uint256 private constant ITEM = 1;
    uint256 private constant CHILD = 1 << 16;
    uint256 private constant NO_CHILD = 32;

    /// @notice The root holds nothing under this key.
    error TrieAbsent(uint256 node);
    /// @notice More nodes than a path can have.
    error TrieTooLong(uint256 nodes, uint256 maximum);
    /// @notice The way leads on by hash and there is no further node.
    error TrieTruncated(uint256 nodes);
    /// @notice A node longer than any of these tries.
    error TrieNodeTooLong(uint256 node);
    /// @notice The node is not the one that its parent, or the root, names.
    error TrieHash(uint256 node, bytes32 expected, bytes32 actual);
    /// @notice A node below the root that is named by hash though it has less than 32 bytes.
    error TrieNodeShort(uint256 node);
    /// @notice The node is not one canonical RLP item.
    error TrieNotCanonical(uint256 node);
    /// @notice The node is no list of 2 or 17 items, or its path or value is a list.
    error TrieNodeShape(uint256 node);
    /// @notice A child is neither empty, nor a hash, nor a node of less than 32 bytes.
    error TrieChild(uint256 node);
    /// @notice A path without its flag nibble, with a flag above 3, or with padding that is not zero.
    error TriePath(uint256 node);
    /// @notice An extension without nibbles or without child, or one that leads to another extension or a leaf.
    error TrieExtension(uint256 node);
    /// @notice A branch with less than two of its 17 places taken.
    error TrieBranch(uint256 node);
    /// @notice A leaf without value.
    error TrieValueEmpty(uint256 node);
    /// @notice A way that is shorter or longer than a path.
    error TrieKeyLength(uint256 node);
    /// @notice Nodes follow the one that gives the answer.
    error TrieLeftover(uint256 node, uint256 nodes);
    /// @notice The leaf is not the list [nonce, balance, storageRoot, codeHash].
    error StateAccount();
    /// @notice The leaf is not a non-zero integer of at most 32 bytes in its one encoding.
    error StateWord();

    /// @notice Opens a state root to an account.
    /// @param stateRoot the state root of a block, from its header
    /// @param proof the nodes from the root down to the leaf
    function account(bytes32 stateRoot, address who, bytes[] calldata proof)
        internal
        pure
        returns (bytes32 storageRoot, bytes32 codeHash)
    {
        (uint256 start, uint256 end) = leaf(stateRoot, keccak256(abi.encodePacked(who)), proof);
        return accountIn(start, end);
    }

    /// @notice Opens a storage root to the value of a slot.
    /// @param storageRoot the storage root of an account, from {account}
    /// @param key the slot as the EVM addresses it, before hashing
    /// @return value never zero
    function slot(bytes32 storageRoot, bytes32 key, bytes[] calldata proof) internal pure returns (bytes32 value) {
        (uint256 start, uint256 end) = leaf(storageRoot, keccak256(abi.encodePacked(key)), proof);
        return wordIn(start, end);
    }

    /// @notice Opens a storage root to the value of a slot, or to its absence.
    /// @return value zero if the proof shows that there is none
    function slotOrAbsent(bytes32 storageRoot, bytes32 key, bytes[] calldata proof)
        internal
        pure
        returns (bytes32 value)
    {
        (uint256 start, uint256 end,) = _walk(storageRoot, keccak256(abi.encodePacked(key)), proof);
        return end == 0 ? bytes32(0) : wordIn(start, end);
    }

    /// @notice Decodes the leaf of an account at [start, end) in calldata.
    function accountIn(uint256 start, uint256 end) internal pure returns (bytes32 storageRoot, bytes32 codeHash) {
        (uint256 position, uint256 stop, bool list) = _item(start, end);
        if (!list || stop != end) revert StateAccount();
        position = _skipInteger(position, end, 8);
        position = _skipInteger(position, end, 32);
        (storageRoot, position) = _hash(position, end);
        (codeHash, position) = _hash(position, end);
        if (position != end) revert StateAccount();
    }

    /// @notice Decodes the leaf of a slot at [start, end) in calldata.
    function wordIn(uint256 start, uint256 end) internal pure returns (bytes32 value) {
        (uint256 position, uint256 stop, bool list) = _item(start, end);
        uint256 size = stop - position;
        if (list || stop != end || size == 0 || size > 32) revert StateWord();
        value = bytes32(_load(position) >> (256 - 8 * size));
        if (_load(position) >> 248 == 0) revert StateWord();
    }

    /// @notice Opens a root to the leaf under a path.
    /// @return start where in calldata the leaf's value begins
    /// @return end where it ends
    function leaf(bytes32 root, bytes32 path, bytes[] calldata proof)
        internal
        pure
        returns (uint256 start, uint256 end)
    {
        uint256 node;
        (start, end, node) = _walk(root, path, proof);
        if (end == 0) revert TrieAbsent(node);
    }

    /// To the leaf's value at [start, end), or to end zero and the node that shows that there is none.
    function _walk(bytes32 root, bytes32 path, bytes[] calldata proof)
        private
        pure
        returns (uint256 start, uint256 end, uint256 i)
    {
        uint256 nodes = proof.length;
        if (nodes > MAX_NODES) revert TrieTooLong(nodes, MAX_NODES);
        if (nodes == 0 && root == EMPTY_ROOT) return (0, 0, 0);
        uint256 depth;
        for (; i < nodes; ++i) {
            (start, end) = _open(proof[i], i, root);
            do {
                (start, end, depth) = _descend(start, end, path, depth, i);
                if (depth == PRESENT || depth == ABSENT) {
                    if (i + 1 != nodes) revert TrieLeftover(i, nodes);
                    return (start, end, i);
                }
                // A child: the hash of the next node, or a list of less than 32 bytes.
                uint256 prefix = _prefix(start);
                if (prefix == 0xa0) break;
                end = start + prefix - 0xbf;
            } while (true);
            root = bytes32(_load(start + 1));
        }
        revert TrieTruncated(nodes);
    }

    function _open(bytes calldata node, uint256 i, bytes32 expected)
        private
        pure
        returns (uint256 start, uint256 end)
    {
        if (node.length > MAX_NODE_SIZE) revert TrieNodeTooLong(i);
        bytes32 actual;
        assembly ("memory-safe") {
            start := node.offset
            end := add(start, node.length)
            let free := mload(0x40)
            calldatacopy(free, start, node.length)
            actual := keccak256(free, node.length)
        }
        if (actual != expected) revert TrieHash(i, expected, actual);
        if (i > 0 && node.length < 32) revert TrieNodeShort(i);
    }

    /// One step down from the node at [position, end): to a child's item (of which only the start is told), to a leaf's
    /// value, or to nothing.
    function _descend(uint256 position, uint256 end, bytes32 path, uint256 depth, uint256 node)
        private
        pure
        returns (uint256 start, uint256 stop, uint256 below)
    {
        unchecked {
            bool list;
            (start, stop, list) = _item(position, end);
            if (stop != end) revert TrieNotCanonical(node);
            if (!list) {
                // The empty trie's one node, 80; the hash of another root, or of a child, does not lead to it.
                if (start != end) revert TrieNodeShape(node);
                return (0, 0, ABSENT);
            }
            uint256 items;
            uint256 last;
            (items, position, last) = _survey(start, end, (uint256(path) << (4 * (depth & 127))) >> 252, node);
            if (items & 0xffff == 17) return _branch(items, position, last, depth & 127, node);
            if (items & 0xffff != 2) revert TrieNodeShape(node);
            if (depth >= MUST_BRANCH) revert TrieExtension(node);
            if (_prefix(start) >= 0xc0) revert TrieNodeShape(node);
            (start,,) = _item(start, last);
            return _follow(items, start, last, path, depth, node);
        }
    }

    /// Judges the items of the node's list at [position, end) as RLP, and says of them: how many there are, how many are
    /// children, which are neither children nor empty; where the wanted one begins, and where the last one.
    function _survey(uint256 position, uint256 end, uint256 wanted, uint256 node)
        private
        pure
        returns (uint256 items, uint256 chosen, uint256 last)
    {
        unchecked {
            while (position < end) {
                last = position;
                uint256 prefix = _prefix(position);
                if (items & 0xffff == wanted) chosen = position;
                if (prefix == 0x80) {
                    ++position;
                } else if (prefix == 0xa0) {
                    position += 33;
                    items += CHILD;
                } else {
                    bool list;
                    (prefix, position, list) = _item(position, end);
                    if (list) _check(prefix, position, 1, node);
                    if (list && position - last < 32) items += CHILD;
                    else items |= 1 << (NO_CHILD + (items & 0xffff));
                }
                if (position == 0) revert TrieNotCanonical(node);
                items += ITEM;
            }
            if (position != end) revert TrieNotCanonical(node);
        }
    }

    /// Judges the items at [position, end), which lie in `depth` lists, down to the innermost.
    function _check(uint256 position, uint256 end, uint256 depth, uint256 node) private pure {
        if (depth == MAX_DEPTH) revert TrieNotCanonical(node);
        while (position < end) {
            (uint256 start, uint256 stop, bool list) = _item(position, end);
            if (stop == 0) revert TrieNotCanonical(node);
            if (list) _check(start, stop, depth + 1, node);
            position = stop;
        }
    }

    /// The child of a branch that the path picks, at `chosen`; the value is at `value`.
    function _branch(uint256 items, uint256 chosen, uint256 value, uint256 depth, uint256 node)
        private
        pure
        returns (uint256 start, uint256 stop, uint256 below)
    {
        unchecked {
            uint256 prefix = _prefix(value);
            if ((items >> NO_CHILD) & 0xffff != 0) revert TrieChild(node);
            if (prefix >= 0xc0) revert TrieNodeShape(node);
            // A value counts too, which is a child by its form or none.
            if (((items / CHILD) & 0xffff) + ((items >> (NO_CHILD + 16)) & 1) < 2) revert TrieBranch(node);
            if (prefix != 0x80 || depth == PATH) revert TrieKeyLength(node);
            return _prefix(chosen) == 0x80 ? (0, 0, ABSENT) : (chosen, 0, depth + 1);
        }
    }

    /// Below an extension, or at a leaf, whose compact nibbles are at [start, stop) and whose other item is at `stop`.
    function _follow(uint256 items, uint256 start, uint256 stop, bytes32 path, uint256 depth, uint256 node)
        private
        pure
        returns (uint256, uint256, uint256)
    {
        unchecked {
            uint256 word = _load(start);
            uint256 nibbles = 2 * (stop - start);
            uint256 flag = word >> 252;
            if (nibbles == 0 || flag > 3 || (flag & 1 == 0 && (word >> 248) & 0xf != 0)) revert TriePath(node);
            nibbles -= 2 - (flag & 1);
            uint256 prefix = _prefix(stop);
            if (flag > 1) {
                if (prefix >= 0xc0) revert TrieNodeShape(node);
                if (prefix == 0x80) revert TrieValueEmpty(node);
                if (depth + nibbles != PATH) revert TrieKeyLength(node);
            } else {
                if (items >> (NO_CHILD + 1) != 0) revert TrieChild(node);
                if (nibbles == 0 || prefix == 0x80) revert TrieExtension(node);
                if (depth + nibbles >= PATH) revert TrieKeyLength(node);
            }
            word = flag & 1 == 1 ? word << 4 : _load(start + 1);
            if (nibbles > 0 && (word ^ (uint256(path) << (4 * depth))) >> (256 - 4 * nibbles) != 0) {
                return (0, 0, ABSENT);
            }
            if (flag < 2) return (stop, 0, (depth + nibbles) | MUST_BRANCH);
            (start, stop,) = _item(stop, type(uint256).max);
            return (start, stop, PRESENT);
        }
    }

    /// The item at `position`: where its payload begins and ends, and whether it is a list. All zero when it is not in its
    /// one encoding, or reaches beyond `limit`.
    function _item(uint256 position, uint256 limit) private pure returns (uint256 start, uint256 end, bool list) {
        unchecked {
            uint256 word = _load(position);
            uint256 prefix = word >> 248;
            if (position >= limit) return (0, 0, false);
            if (prefix < 0x80) return (position, position + 1, false);
            list = prefix >= 0xc0;
            uint256 size = prefix - (list ? 0xc0 : 0x80);
            start = position + 1;
            if (size > 55) {
                uint256 bytes_ = size - 55;
                size = (word << 8) >> (256 - 8 * bytes_);
                start += bytes_;
                if (bytes_ > 2 || size < (bytes_ == 1 ? 56 : 256)) return (0, 0, false);
            } else if (prefix == 0x81 && (word << 8) >> 255 == 0) {
                return (0, 0, false);
            }
            end = start + size;
            if (end > limit) return (0, 0, false);
        }
    }

    function _skipInteger(uint256 position, uint256 limit, uint256 size) private pure returns (uint256) {
        (uint256 start, uint256 end, bool list) = _item(position, limit);
        if (end == 0 || list || end - start > size || (end > start && _load(start) >> 248 == 0)) revert StateAccount();
        return end;
    }

    function _hash(uint256 position, uint256 limit) private pure returns (bytes32, uint256) {
        (uint256 start, uint256 end, bool list) = _item(position, limit);
        if (list || end - start != 32) revert StateAccount();
        return (bytes32(_load(start)), end);
    }

    function _prefix(uint256 position) private pure returns (uint256) {
        return _load(position) >> 248;
    }

    function _load(uint256 position) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(position)
        }
    }
}

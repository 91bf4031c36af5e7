// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";

/// @dev A key of a secure trie (already hashed) and the RLP of its value.
struct Entry {
    bytes32 path;
    bytes value;
}

/// @title Builds small secure Merkle-Patricia tries and their proofs
/// @dev All keys are 32-byte hashes, so every node is at least 32 bytes long: no node is embedded.
library Trie {
    using RLP for *;

    struct Walk {
        bytes32 target;
        bytes[] nodes;
        uint256 count;
    }

    error EmptyTrie();
    error NodeEmbedded();

    function root(Entry[] memory entries) internal pure returns (bytes32) {
        if (entries.length == 0) return keccak256(hex"80");
        Walk memory walk = Walk(0, new bytes[](65), 65);
        return keccak256(_node(entries, 0, walk, false));
    }

    /// @dev The nodes from the root down towards `target`.
    function prove(Entry[] memory entries, bytes32 target) internal pure returns (bytes[] memory proof) {
        if (entries.length == 0) revert EmptyTrie();
        Walk memory walk = Walk(target, new bytes[](65), 0);
        _node(entries, 0, walk, true);
        proof = new bytes[](walk.count);
        for (uint256 i = 0; i < walk.count; ++i) {
            proof[i] = walk.nodes[i];
        }
    }

    function nibble(bytes32 path, uint256 depth) internal pure returns (uint256) {
        return (uint256(path) >> (252 - 4 * depth)) & 0xf;
    }

    function _node(Entry[] memory entries, uint256 depth, Walk memory walk, bool onPath)
        private
        pure
        returns (bytes memory node)
    {
        uint256 place = walk.count;
        if (onPath) walk.count = place + 1;
        uint256 shared = _shared(entries, depth);
        if (entries.length == 1) {
            node = pair(compact(entries[0].path, depth, 64, true), entries[0].value.encode());
        } else if (shared > depth) {
            bool same = onPath && _prefix(entries[0].path, walk.target, depth, shared);
            bytes memory child = _node(entries, shared, walk, same);
            node = pair(compact(entries[0].path, depth, shared, false), hashOf(child));
        } else {
            node = _branch(entries, depth, walk, onPath);
        }
        if (node.length < 32) revert NodeEmbedded();
        if (onPath) walk.nodes[place] = node;
    }

    function _branch(Entry[] memory entries, uint256 depth, Walk memory walk, bool onPath)
        private
        pure
        returns (bytes memory)
    {
        bytes[] memory items = new bytes[](17);
        for (uint256 n = 0; n < 16; ++n) {
            Entry[] memory below = _below(entries, depth, n);
            items[n] = hex"80";
            if (below.length == 0) continue;
            bool next = onPath && nibble(walk.target, depth) == n;
            items[n] = hashOf(_node(below, depth + 1, walk, next));
        }
        items[16] = hex"80";
        return RLP.encode(items);
    }

    function _below(Entry[] memory entries, uint256 depth, uint256 n) private pure returns (Entry[] memory below) {
        uint256 count;
        for (uint256 i = 0; i < entries.length; ++i) {
            if (nibble(entries[i].path, depth) == n) ++count;
        }
        below = new Entry[](count);
        count = 0;
        for (uint256 i = 0; i < entries.length; ++i) {
            if (nibble(entries[i].path, depth) == n) below[count++] = entries[i];
        }
    }

    /// The depth down to which all entries share their path.
    function _shared(Entry[] memory entries, uint256 depth) private pure returns (uint256 shared) {
        shared = 64;
        for (uint256 i = 1; i < entries.length; ++i) {
            uint256 at = depth;
            while (at < shared && nibble(entries[i].path, at) == nibble(entries[0].path, at)) ++at;
            shared = at;
        }
    }

    function _prefix(bytes32 a, bytes32 b, uint256 from, uint256 to) private pure returns (bool) {
        for (uint256 i = from; i < to; ++i) {
            if (nibble(a, i) != nibble(b, i)) return false;
        }
        return true;
    }

    function compact(bytes32 path, uint256 from, uint256 to, bool leaf) internal pure returns (bytes memory hp) {
        uint256 length = to - from;
        bool odd = length % 2 == 1;
        hp = new bytes(length / 2 + 1);
        uint256 flag = (leaf ? 0x20 : 0) + (odd ? 0x10 + nibble(path, from) : 0);
        hp[0] = bytes1(uint8(flag));
        uint256 at = odd ? from + 1 : from;
        for (uint256 i = 1; i < hp.length; ++i) {
            hp[i] = bytes1(uint8(nibble(path, at) * 16 + nibble(path, at + 1)));
            at += 2;
        }
    }

    function hashOf(bytes memory node) internal pure returns (bytes memory) {
        return abi.encodePacked(hex"a0", keccak256(node));
    }

    /// A list of a byte string, still to be encoded, and of an item that is encoded already.
    function pair(bytes memory first, bytes memory second) internal pure returns (bytes memory) {
        bytes[] memory items = new bytes[](2);
        items[0] = first.encode();
        items[1] = second;
        return RLP.encode(items);
    }
}

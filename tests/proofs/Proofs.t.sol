// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Base} from "../../contracts/test/Base.sol";
import {TrieReader} from "../../contracts/src/lib/TrieReader.sol";

interface Files {
    function readFileBinary(string calldata path) external view returns (bytes memory);
}

/// @dev What the contracts' reader says of the proofs that tests/proofs/generate.c wrote, against what the C library said.
contract ProofsTest is Base {
    /// One of the library's verdicts (src/eth/trie.h), in their order.
    enum Verdict {
        Present,
        Absent,
        TooLong,
        Truncated,
        NodeTooLong,
        Hash,
        NodeShort,
        NotCanonical,
        NodeShape,
        Child,
        Path,
        Extension,
        Branch,
        ValueEmpty,
        KeyLength,
        Leftover
    }

    event Judged(uint256 proofs, uint256 shown, uint256 aside);

    error Disagreement(uint256 number, Verdict library_, bytes answer);

    function leaf(bytes32 root, bytes32 key, bytes[] calldata nodes) external pure returns (bytes memory) {
        (uint256 start, uint256 end) = TrieReader.leaf(root, key, nodes);
        bytes memory value = new bytes(end - start);
        assembly ("memory-safe") {
            calldatacopy(add(value, 32), start, sub(end, start))
        }
        return value;
    }

    /// Of one proof: whether the contracts take it, and whether the library refuses it for what lies off its way.
    function judge(bytes calldata one, uint256 number) external view returns (bool ok, bool aside) {
        Verdict verdict = Verdict(uint8(one[64]));
        (bytes calldata value, uint256 at) = _sized(one, 65);
        bytes[] memory nodes = new bytes[](uint8(one[at++]));
        for (uint256 i = 0; i < nodes.length; ++i) {
            bytes calldata node;
            (node, at) = _sized(one, at);
            nodes[i] = node;
        }
        bytes memory question = abi.encodeCall(this.leaf, (bytes32(one[:32]), bytes32(one[32:64]), nodes));
        bytes memory answer;
        (ok, answer) = address(this).staticcall(question);
        aside = ok && _may_lie_aside(verdict);
        if (!aside && !_agree(verdict, value, ok, answer)) revert Disagreement(number, verdict, answer);
    }

    /// Of all proofs: how many there are, how many the contracts take, and how many of those the library does not.
    function judge_all(bytes calldata all) external view returns (uint256 number, uint256 shown, uint256 aside) {
        uint256 at;
        for (; at < all.length; ++number) {
            uint256 size = uint32(bytes4(all[at:at + 4]));
            (bool ok, bool lies_aside) = this.judge(all[at + 4:at + 4 + size], number);
            shown += ok ? 1 : 0;
            aside += lies_aside ? 1 : 0;
            at += 4 + size;
        }
    }

    function test_the_contracts_say_of_every_proof_what_the_library_says() external {
        bytes memory all = Files(address(vm)).readFileBinary("build/proofs-run/proofs.bin");
        (uint256 number, uint256 shown, uint256 aside) = this.judge_all(all);
        emit Judged(number, shown, aside);
        // Proofs of both kinds were there, and the one difference is rare.
        assertTrue(shown > 0 && shown < number);
        assertTrue(aside * 50 < number);
    }

    /// The one difference: the library judges a node whole, a branch's other children and its value among it, the contracts
    /// only what the way passes. Under the root of a real trie there is no such node, as it does not hash to what names it.
    function _may_lie_aside(Verdict verdict) private pure returns (bool) {
        return verdict == Verdict.Child || verdict == Verdict.NotCanonical || verdict == Verdict.NodeShape
            || verdict == Verdict.KeyLength;
    }

    /// Whether value, or error, are those that the library's verdict stands for. What is wrong within a node has one name in
    /// the contracts where it has eight in the library, and they look at the items of the way before they look further.
    function _agree(Verdict verdict, bytes calldata value, bool ok, bytes memory answer) private pure returns (bool) {
        if (verdict == Verdict.Present) return ok && keccak256(abi.decode(answer, (bytes))) == keccak256(value);
        if (ok) return false;
        bytes4 error_ = bytes4(answer);
        if (verdict == Verdict.Absent) {
            return error_ == TrieReader.PathNotHere.selector || error_ == TrieReader.ProofLengthInvalid.selector;
        }
        if (verdict == Verdict.Truncated) {
            return error_ == TrieReader.LeafNotLast.selector || error_ == TrieReader.ProofLengthInvalid.selector;
        }
        if (verdict == Verdict.Leftover) {
            return error_ == TrieReader.LeafNotLast.selector || error_ == TrieReader.PathNotHere.selector;
        }
        if (verdict == Verdict.TooLong) return error_ == TrieReader.ProofLengthInvalid.selector;
        if (verdict == Verdict.Hash) return error_ == TrieReader.NodeHashWrong.selector;
        // The library looks at all sizes first, the contracts at each when they come to it.
        if (verdict == Verdict.NodeTooLong) return true;
        return error_ == TrieReader.NodeMalformed.selector || error_ == TrieReader.ItemMalformed.selector
            || error_ == TrieReader.PathNotHere.selector || error_ == TrieReader.LeafNotLast.selector;
    }

    function _sized(bytes calldata all, uint256 at) private pure returns (bytes calldata, uint256) {
        uint256 size = uint16(bytes2(all[at:at + 2]));
        return (all[at + 2:at + 2 + size], at + 2 + size);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Base} from "../../contracts/test/Base.sol";
import {TrieReader} from "../../contracts/src/lib/TrieReader.sol";

interface Files {
    function readFileBinary(string calldata path) external view returns (bytes memory);
}

/// @dev What the contracts' reader says of the proofs that tests/proofs/generate.c wrote, against what the C library said:
/// one error for one verdict, one value for one value.
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

    event Judged(uint256 proofs, uint256 shown);

    error Disagreement(uint256 number, Verdict library_, bytes answer);

    /// Of each verdict, the one error that stands for it. Present has none.
    bytes4[16] private errors = [
        bytes4(0),
        TrieReader.TrieAbsent.selector,
        TrieReader.TrieTooLong.selector,
        TrieReader.TrieTruncated.selector,
        TrieReader.TrieNodeTooLong.selector,
        TrieReader.TrieHash.selector,
        TrieReader.TrieNodeShort.selector,
        TrieReader.TrieNotCanonical.selector,
        TrieReader.TrieNodeShape.selector,
        TrieReader.TrieChild.selector,
        TrieReader.TriePath.selector,
        TrieReader.TrieExtension.selector,
        TrieReader.TrieBranch.selector,
        TrieReader.TrieValueEmpty.selector,
        TrieReader.TrieKeyLength.selector,
        TrieReader.TrieLeftover.selector
    ];

    function leaf(bytes32 root, bytes32 key, bytes[] calldata nodes) external pure returns (bytes memory) {
        (uint256 start, uint256 end) = TrieReader.leaf(root, key, nodes);
        bytes memory value = new bytes(end - start);
        assembly ("memory-safe") {
            calldatacopy(add(value, 32), start, sub(end, start))
        }
        return value;
    }

    function account(bytes32 root, bytes32 key, bytes[] calldata nodes) external pure {
        (uint256 start, uint256 end) = TrieReader.leaf(root, key, nodes);
        TrieReader.accountIn(start, end);
    }

    function word(bytes32 root, bytes32 key, bytes[] calldata nodes) external pure {
        (uint256 start, uint256 end) = TrieReader.leaf(root, key, nodes);
        TrieReader.wordIn(start, end);
    }

    /// Of one proof: whether the contracts take it. What they say must be what the library says.
    function judge(bytes calldata one, uint256 number) external view returns (bool ok) {
        Verdict verdict = Verdict(uint8(one[64]));
        (bytes calldata value, uint256 at) = _sized(one, 66);
        bytes[] memory nodes = new bytes[](uint8(one[at++]));
        for (uint256 i = 0; i < nodes.length; ++i) {
            bytes calldata node;
            (node, at) = _sized(one, at);
            nodes[i] = node;
        }
        bytes memory answer;
        (ok, answer) = _ask(this.leaf.selector, one, nodes);
        bool same = ok
            ? verdict == Verdict.Present && keccak256(abi.decode(answer, (bytes))) == keccak256(value)
            : verdict != Verdict.Present && bytes4(answer) == errors[uint256(verdict)];
        if (!same) revert Disagreement(number, verdict, answer);
        if (ok) _judge_leaf(one, nodes, number);
    }

    /// Whether a leaf is an account, and whether it is a word: the byte behind the verdict says what the library thinks.
    function _judge_leaf(bytes calldata one, bytes[] memory nodes, uint256 number) private view {
        (bool is_account, bytes memory answer) = _ask(this.account.selector, one, nodes);
        bool same = is_account == (uint8(one[65]) & 1 == 1);
        if (!same || !(is_account || bytes4(answer) == TrieReader.StateAccount.selector)) {
            revert Disagreement(number, Verdict.Present, answer);
        }
        bool is_word;
        (is_word, answer) = _ask(this.word.selector, one, nodes);
        same = is_word == (uint8(one[65]) & 2 == 2);
        if (!same || !(is_word || bytes4(answer) == TrieReader.StateWord.selector)) {
            revert Disagreement(number, Verdict.Present, answer);
        }
    }

    function _ask(bytes4 how, bytes calldata one, bytes[] memory nodes) private view returns (bool, bytes memory) {
        return address(this).staticcall(abi.encodeWithSelector(how, bytes32(one[:32]), bytes32(one[32:64]), nodes));
    }

    /// Of all proofs: how many there are, and how many the contracts take.
    function judge_all(bytes calldata all) external view returns (uint256 number, uint256 shown) {
        uint256 at;
        for (; at < all.length; ++number) {
            uint256 size = uint32(bytes4(all[at:at + 4]));
            shown += this.judge(all[at + 4:at + 4 + size], number) ? 1 : 0;
            at += 4 + size;
        }
    }

    function test_the_contracts_say_of_every_proof_what_the_library_says() external {
        bytes memory all = Files(address(vm)).readFileBinary("build/proofs-run/proofs.bin");
        (uint256 number, uint256 shown) = this.judge_all(all);
        emit Judged(number, shown);
        assertTrue(shown > 0 && shown < number);
    }

    function _sized(bytes calldata all, uint256 at) private pure returns (bytes calldata, uint256) {
        uint256 size = uint16(bytes2(all[at:at + 2]));
        return (all[at + 2:at + 2 + size], at + 2 + size);
    }
}

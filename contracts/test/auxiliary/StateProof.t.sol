// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {TrieReader} from "../../src/lib/TrieReader.sol";
import {Base} from "../Base.sol";
import {Tries} from "./Tries.sol";

/// @dev The library behind an address, so that its reverts can be caught.
contract Prover {
    function account(bytes32 root, address who, bytes[] calldata proof) external pure returns (bytes32, bytes32) {
        return TrieReader.account(root, who, proof);
    }

    function slot(bytes32 root, bytes32 key, bytes[] calldata proof) external pure returns (bytes32) {
        return TrieReader.slot(root, key, proof);
    }
}

/// @dev Proofs recorded from anvil 1.7.1 (fixtures/record.mjs), and tries of one leaf made here for what no real trie
/// holds (5.6; gateway 7.1).
contract StateProofTest is Base {
    string internal constant FILE = "contracts/test/auxiliary/fixtures/proofs.json";
    uint256 internal constant MANY = 0;
    uint256 internal constant LONE = 1;
    uint256 internal constant EVEN = 2;
    uint256 internal constant ODD = 3;
    uint256 internal constant EMBEDDED = 4;
    uint256 internal constant SENDER = 5;
    bytes32 internal constant KEY = bytes32(uint256(7));
    address internal constant WHO = address(0xC0DE);

    Prover internal prover = new Prover();
    string internal json = vm.readFile(FILE);

    // Recorded proofs.

    function test_every_recorded_account_is_opened_to_its_storage_root_and_code() public view {
        for (uint256 i = 0; i <= SENDER; ++i) {
            (bytes32 storageRoot, bytes32 codeHash) = prover.account(_root(), _account(i), _accountProof(i));
            assertEq(storageRoot, vm.parseJsonBytes32(json, _case(i, "storageRoot")), "storageRoot");
            assertEq(codeHash, vm.parseJsonBytes32(json, _case(i, "codeHash")), "codeHash");
        }
    }

    function test_every_recorded_slot_is_opened_to_its_value() public view {
        _checkSlots(MANY, 6);
        _checkSlots(LONE, 1);
        _checkSlots(EVEN, 2);
        _checkSlots(ODD, 2);
        _checkSlots(EMBEDDED, 2);
    }

    function test_a_kernel_hash_is_compared_with_the_decoded_leaf_not_with_32_raw_bytes() public view {
        // A full word's leaf is 33 bytes, 0xa0 before the word; comparing raw bytes failed every real proof.
        bytes32 value = _value(MANY, 0);
        check(uint256(value) >> 248 != 0, "a full word");
        assertEq(prover.slot(_storageRoot(MANY), _key(MANY, 0), _slotProof(MANY, 0)), value);
    }

    function test_extension_nodes_of_even_and_odd_length_are_walked() public view {
        check(_flag(_slotProof(EVEN, 0)[0]) == 0, "the root is an extension of even length");
        check(_flag(_slotProof(ODD, 0)[0]) == 1, "the root is an extension of odd length");
        assertEq(prover.slot(_storageRoot(EVEN), _key(EVEN, 0), _slotProof(EVEN, 0)), _value(EVEN, 0));
        assertEq(prover.slot(_storageRoot(ODD), _key(ODD, 1), _slotProof(ODD, 1)), _value(ODD, 1));
    }

    function test_a_value_with_leading_zeros_is_padded_on_the_left() public view {
        bytes32 value = _value(LONE, 0);
        check(uint256(value) >> 240 == 0 && value != 0, "begins with two zero bytes");
        assertEq(prover.slot(_storageRoot(LONE), _key(LONE, 0), _slotProof(LONE, 0)), value);
    }

    function test_an_embedded_leaf_is_read_inside_its_branch_and_refused_as_an_element() public {
        bytes[] memory proof = _slotProof(EMBEDDED, 0);
        assertEq(prover.slot(_storageRoot(EMBEDDED), _key(EMBEDDED, 0), proof), _value(EMBEDDED, 0));
        bytes[] memory repeated = _recordedSlotProof(EMBEDDED, 0);
        assertEq(repeated.length, proof.length + 1, "anvil lists the leaf once more");
        vm.expectRevert(abi.encodeWithSelector(TrieReader.TrieLeftover.selector, proof.length - 1, repeated.length));
        prover.slot(_storageRoot(EMBEDDED), _key(EMBEDDED, 0), repeated);
    }

    function test_a_truncated_proof_is_an_error_and_never_absence() public view {
        _refuseTruncations(MANY, 1, 4);
        _refuseTruncations(LONE, 0, 1);
        _refuseTruncations(EVEN, 0, 3);
        _refuseTruncations(ODD, 1, 3);
        _refuseTruncations(EMBEDDED, 0, 2);
        for (uint256 i = 0; i <= SENDER; ++i) {
            bytes[] memory proof = _accountProof(i);
            for (uint256 n = 0; n < proof.length; ++n) {
                _refuseAccount(_root(), _account(i), _head(proof, n));
            }
        }
    }

    function test_a_proof_truncated_by_a_byte_at_any_node_is_refused() public view {
        for (uint256 i = MANY; i <= EMBEDDED; ++i) {
            bytes[] memory proof = _slotProof(i, 0);
            for (uint256 n = 0; n < proof.length; ++n) {
                bytes memory node = proof[n];
                proof[n] = _cut(node, node.length - 1);
                _refuseSlot(_storageRoot(i), _key(i, 0), proof);
                proof[n] = bytes.concat(node, hex"00");
                _refuseSlot(_storageRoot(i), _key(i, 0), proof);
                proof[n] = node;
            }
        }
    }

    function test_a_proof_with_any_byte_changed_is_refused() public view {
        bytes[] memory proof = _slotProof(ODD, 0);
        for (uint256 n = 0; n < proof.length; ++n) {
            for (uint256 b = 0; b < proof[n].length; ++b) {
                bytes1 saved = proof[n][b];
                proof[n][b] = saved ^ bytes1(uint8(1 << (b % 8)));
                _refuseSlot(_storageRoot(ODD), _key(ODD, 0), proof);
                proof[n][b] = saved;
            }
        }
    }

    function test_nodes_left_out_repeated_or_appended_are_refused() public view {
        bytes[] memory proof = _slotProof(MANY, 1);
        bytes32 root = _storageRoot(MANY);
        for (uint256 n = 0; n < proof.length; ++n) {
            bytes[] memory without = new bytes[](proof.length - 1);
            bytes[] memory twice = new bytes[](proof.length + 1);
            for (uint256 k = 0; k < proof.length; ++k) {
                if (k < n) without[k] = proof[k];
                if (k > n) without[k - 1] = proof[k];
                twice[k <= n ? k : k + 1] = proof[k];
            }
            twice[n + 1] = proof[n];
            _refuseSlot(root, _key(MANY, 1), without);
            _refuseSlot(root, _key(MANY, 1), twice);
        }
    }

    function test_a_proof_of_another_slot_account_or_root_is_refused() public view {
        _refuseSlot(_storageRoot(EVEN), _key(EVEN, 1), _slotProof(EVEN, 0));
        _refuseSlot(_storageRoot(MANY), _key(MANY, 0), _slotProof(MANY, 1));
        _refuseSlot(_storageRoot(ODD), _key(EVEN, 0), _slotProof(EVEN, 0));
        _refuseAccount(_root(), _account(MANY), _accountProof(LONE));
        _refuseAccount(bytes32(uint256(_root()) ^ 1), _account(MANY), _accountProof(MANY));
        _refuseAccount(0, _account(MANY), _accountProof(MANY));
    }

    // Leaves that no real trie holds.

    function test_a_slot_value_of_every_size_is_decoded() public view {
        for (uint256 size = 1; size <= 32; ++size) {
            bytes32 value = bytes32(type(uint256).max >> (8 * (32 - size)));
            (bytes32 root, bytes[] memory proof) = Tries.lone(abi.encode(KEY), RLP.encode(uint256(value)));
            assertEq(prover.slot(root, KEY, proof), value);
            value = bytes32(uint256(1) << (8 * (size - 1)));
            (root, proof) = Tries.lone(abi.encode(KEY), RLP.encode(uint256(value)));
            assertEq(prover.slot(root, KEY, proof), value);
        }
    }

    function test_a_zero_slot_is_refused() public {
        (bytes32 root, bytes[] memory proof) = Tries.lone(abi.encode(KEY), hex"80");
        vm.expectRevert(TrieReader.StateWord.selector);
        prover.slot(root, KEY, proof);
    }

    function test_slot_values_that_are_not_minimal_integers_are_refused() public {
        bytes4 malformed = TrieReader.StateWord.selector;
        _refuseValue(hex"00", malformed); // zero as a byte
        _refuseValue(hex"8105", malformed); // a small byte with a prefix
        _refuseValue(hex"820005", malformed); // a leading zero
        _refuseValue(bytes.concat(hex"a0", bytes32(uint256(5))), malformed); // 31 leading zeros
        _refuseValue(hex"0505", malformed); // something trails
        _refuseValue(hex"8000", malformed); // something trails zero
        _refuseValue(hex"82ff", malformed); // shorter than it says
        _refuseValue(hex"c105", malformed); // a list
        _refuseValue(hex"c0", malformed); // an empty list
        _refuseValue(bytes.concat(hex"b7", new bytes(31)), malformed); // 55 bytes that are not there
        _refuseValue(hex"b801ff", malformed); // a long form
    }

    function test_a_slot_value_of_33_bytes_is_refused() public {
        _refuseValue(bytes.concat(hex"a1ff", bytes32(type(uint256).max)), TrieReader.StateWord.selector);
        _refuseValue(bytes.concat(hex"b821ff", bytes32(type(uint256).max)), TrieReader.StateWord.selector);
    }

    function test_an_empty_leaf_is_refused() public {
        (bytes32 root, bytes[] memory proof) = Tries.lone(abi.encode(KEY), "");
        vm.expectRevert(abi.encodeWithSelector(TrieReader.TrieValueEmpty.selector, 0));
        prover.slot(root, KEY, proof);
    }

    function test_accounts_that_are_not_four_strict_fields_are_refused() public {
        bytes memory one = RLP.encode(uint256(1));
        bytes memory hash = RLP.encode(keccak256("hash"));
        bytes memory short = bytes.concat(hex"9f", bytes31(keccak256("hash")));
        _refuseState(Tries.account(hex"00", one, hash, hash)); // zero as a byte
        _refuseState(Tries.account(hex"820001", one, hash, hash)); // a leading zero
        _refuseState(Tries.account(hex"89010000000000000000", one, hash, hash)); // 2^64
        _refuseState(Tries.account(one, hex"820001", hash, hash));
        _refuseState(Tries.account(one, bytes.concat(hex"a101", bytes32(0)), hash, hash)); // 2^256
        _refuseState(Tries.account(one, hex"c0", hash, hash));
        _refuseState(Tries.account(one, one, short, hash));
        _refuseState(Tries.account(one, one, hash, short));
        _refuseState(Tries.account(one, one, hash, bytes.concat(one, hash))); // five fields
        _refuseState(Tries.account(one, "", hash, hash)); // three fields
    }

    function test_an_account_leaf_that_is_no_list_or_has_more_behind_it_is_refused() public {
        bytes memory hash = RLP.encode(keccak256("hash"));
        bytes memory good = Tries.account(hex"80", hex"80", hash, hash);
        (bytes32 root, bytes[] memory proof) = Tries.lone(abi.encodePacked(WHO), good);
        (, bytes32 codeHash) = prover.account(root, WHO, proof);
        assertEq(codeHash, keccak256("hash"));
        (root, proof) = Tries.lone(abi.encodePacked(WHO), bytes.concat(good, hex"00"));
        vm.expectRevert(TrieReader.StateAccount.selector);
        prover.account(root, WHO, proof);
        (root, proof) = Tries.lone(abi.encodePacked(WHO), hash);
        vm.expectRevert(TrieReader.StateAccount.selector);
        prover.account(root, WHO, proof);
    }

    function test_paths_shorter_or_longer_than_the_key_are_refused() public {
        bytes32 path = keccak256(abi.encode(KEY));
        (bytes32 root, bytes[] memory proof) = Tries.single(Tries.leaf(bytes.concat(hex"20", path, hex"00"), hex"05"));
        vm.expectRevert(abi.encodeWithSelector(TrieReader.TrieKeyLength.selector, 0));
        prover.slot(root, KEY, proof);
        (root, proof) = Tries.single(Tries.leaf(bytes.concat(hex"20", bytes31(path)), hex"05"));
        vm.expectRevert(abi.encodeWithSelector(TrieReader.TrieKeyLength.selector, 0));
        prover.slot(root, KEY, proof);
        (root, proof) = Tries.single(Tries.leaf(hex"20", hex"05"));
        vm.expectRevert(abi.encodeWithSelector(TrieReader.TrieKeyLength.selector, 0));
        prover.slot(root, KEY, proof);
    }

    function test_hex_prefix_flags_above_three_are_refused() public {
        bytes32 path = keccak256(abi.encode(KEY));
        for (uint8 flag = 4; flag < 16; flag += 2) {
            (bytes32 root, bytes[] memory proof) =
                Tries.single(Tries.leaf(bytes.concat(bytes1(flag << 4), path), hex"05"));
            vm.expectRevert(abi.encodeWithSelector(TrieReader.TriePath.selector, 0));
            prover.slot(root, KEY, proof);
        }
    }

    function test_a_padding_nibble_that_is_not_zero_is_refused() public {
        bytes32 path = keccak256(abi.encode(KEY));
        for (uint8 nibble = 1; nibble < 16; ++nibble) {
            bytes memory node = Tries.leaf(bytes.concat(bytes1(0x20 | nibble), path), hex"05");
            (bytes32 root, bytes[] memory proof) = Tries.single(node);
            vm.expectRevert(abi.encodeWithSelector(TrieReader.TriePath.selector, 0));
            prover.slot(root, KEY, proof);
        }
        // The same at a leaf long enough for the list's long form, and at an extension over a branch.
        bytes memory account =
            Tries.account(hex"80", hex"80", RLP.encode(keccak256("root")), RLP.encode(keccak256("code")));
        bytes32 who = keccak256(abi.encodePacked(WHO));
        (bytes32 stateRoot, bytes[] memory accountProof) = Tries.single(Tries.leaf(bytes.concat(hex"21", who), account));
        vm.expectRevert(abi.encodeWithSelector(TrieReader.TriePath.selector, 0));
        prover.account(stateRoot, WHO, accountProof);
        bytes[] memory even = _slotProof(EVEN, 0);
        check(uint8(even[0][1]) == 0x83 && even[0][2] == 0, "an extension's path of three bytes");
        even[0][2] = 0x07;
        vm.expectRevert(abi.encodeWithSelector(TrieReader.TriePath.selector, 0));
        prover.slot(keccak256(even[0]), _key(EVEN, 0), even);
    }

    function test_an_extension_is_no_leaf_and_leads_to_a_node() public {
        bytes32 path = keccak256(abi.encode(KEY));
        (bytes32 root, bytes[] memory proof) = Tries.single(Tries.leaf(bytes.concat(hex"00", path), hex"05"));
        vm.expectRevert();
        prover.slot(root, KEY, proof);
    }

    function test_proofs_of_no_node_or_too_many_are_refused() public {
        vm.expectRevert(abi.encodeWithSelector(TrieReader.TrieTruncated.selector, 0));
        prover.slot(bytes32(uint256(1)), KEY, new bytes[](0));
        vm.expectRevert(abi.encodeWithSelector(TrieReader.TrieTooLong.selector, 66, 65));
        prover.account(bytes32(uint256(1)), WHO, new bytes[](66));
    }

    function test_a_node_longer_than_any_branch_is_refused() public {
        (bytes32 root, bytes[] memory proof) = Tries.lone(abi.encode(KEY), new bytes(500));
        vm.expectRevert(abi.encodeWithSelector(TrieReader.TrieNodeTooLong.selector, 0));
        prover.slot(root, KEY, proof);
    }

    // What the tests are made of.

    function _checkSlots(uint256 i, uint256 slots) internal view {
        for (uint256 k = 0; k < slots; ++k) {
            assertEq(prover.slot(_storageRoot(i), _key(i, k), _slotProof(i, k)), _value(i, k));
        }
    }

    function _refuseTruncations(uint256 i, uint256 k, uint256 below) internal view {
        bytes[] memory proof = _slotProof(i, k);
        check(proof.length >= below, "the proof has that many nodes");
        for (uint256 n = 0; n < below; ++n) {
            _refuseSlot(_storageRoot(i), _key(i, k), _head(proof, n));
        }
    }

    function _refuseSlot(bytes32 root, bytes32 key, bytes[] memory proof) internal view {
        try prover.slot(root, key, proof) returns (bytes32 value) {
            revert NotEqualBytes32("accepted", value, 0);
        } catch {}
    }

    function _refuseAccount(bytes32 root, address who, bytes[] memory proof) internal view {
        try prover.account(root, who, proof) {
            revert AssertionFailed("accepted");
        } catch {}
    }

    function _refuseValue(bytes memory leaf, bytes4 reason) internal {
        (bytes32 root, bytes[] memory proof) = Tries.lone(abi.encode(KEY), leaf);
        vm.expectRevert(reason);
        prover.slot(root, KEY, proof);
    }

    function _refuseState(bytes memory leaf) internal {
        _refuseState(leaf, TrieReader.StateAccount.selector);
    }

    function _refuseState(bytes memory leaf, bytes4 reason) internal {
        (bytes32 root, bytes[] memory proof) = Tries.lone(abi.encodePacked(WHO), leaf);
        vm.expectRevert(reason);
        prover.account(root, WHO, proof);
    }

    function _head(bytes[] memory proof, uint256 count) internal pure returns (bytes[] memory head) {
        head = new bytes[](count);
        for (uint256 n = 0; n < count; ++n) {
            head[n] = proof[n];
        }
    }

    function _cut(bytes memory node, uint256 length) internal pure returns (bytes memory cut) {
        cut = new bytes(length);
        for (uint256 b = 0; b < length; ++b) {
            cut[b] = node[b];
        }
    }

    /// @dev The hex-prefix flag of a two-item node with a short list prefix: list, string or byte, then the path.
    function _flag(bytes memory node) internal pure returns (uint8) {
        uint8 first = uint8(node[1]);
        return (first < 0x80 ? first : uint8(node[2])) >> 4;
    }

    function _case(uint256 i, string memory field) internal pure returns (string memory) {
        return string.concat(".cases[", vm.toString(i), "].", field);
    }

    function _slot(uint256 i, uint256 k, string memory field) internal pure returns (string memory) {
        return _case(i, string.concat("slots[", vm.toString(k), "].", field));
    }

    function _root() internal view returns (bytes32) {
        return vm.parseJsonBytes32(json, ".stateRoot");
    }

    function _account(uint256 i) internal view returns (address) {
        return vm.parseJsonAddress(json, _case(i, "account"));
    }

    function _accountProof(uint256 i) internal view returns (bytes[] memory) {
        return vm.parseJsonBytesArray(json, _case(i, "accountProof"));
    }

    function _storageRoot(uint256 i) internal view returns (bytes32) {
        return vm.parseJsonBytes32(json, _case(i, "storageRoot"));
    }

    function _key(uint256 i, uint256 k) internal view returns (bytes32) {
        return vm.parseJsonBytes32(json, _slot(i, k, "key"));
    }

    function _value(uint256 i, uint256 k) internal view returns (bytes32) {
        return vm.parseJsonBytes32(json, _slot(i, k, "value"));
    }

    function _recordedSlotProof(uint256 i, uint256 k) internal view returns (bytes[] memory) {
        return vm.parseJsonBytesArray(json, _slot(i, k, "proof"));
    }

    /// Without the elements that lie in the node before them, which anvil lists once more.
    function _slotProof(uint256 i, uint256 k) internal view returns (bytes[] memory) {
        bytes[] memory recorded = _recordedSlotProof(i, k);
        uint256 count = 1;
        while (count < recorded.length && recorded[count].length > 31) ++count;
        return _head(recorded, count);
    }
}

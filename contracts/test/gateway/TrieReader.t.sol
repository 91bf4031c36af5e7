// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {TrieReader} from "../../src/lib/TrieReader.sol";
import {AccountState, StateProof} from "../StateProof.sol";
import {Base} from "../Base.sol";
import {Entry, Trie} from "./Trie.sol";

/// @dev Both readers behind an address, so that their reverts can be caught and compared.
contract Readers {
    function account(bytes32 root, address who, bytes[] calldata proof) external pure returns (bytes32, bytes32) {
        return TrieReader.account(root, who, proof);
    }

    function slot(bytes32 root, bytes32 key, bytes[] calldata proof) external pure returns (bytes32) {
        return TrieReader.slot(root, key, proof);
    }

    function leaf(bytes32 root, bytes32 path, bytes[] calldata proof) external pure returns (bytes memory value) {
        (uint256 start, uint256 end) = TrieReader.leaf(root, path, proof);
        value = new bytes(end - start);
        assembly ("memory-safe") {
            calldatacopy(add(value, 0x20), start, sub(end, start))
        }
    }

    function otherAccount(bytes32 root, address who, bytes[] calldata proof)
        external
        pure
        returns (AccountState memory)
    {
        return StateProof.account(root, who, proof);
    }

    function otherSlot(bytes32 root, bytes32 key, bytes[] calldata proof) external pure returns (bytes32) {
        return StateProof.slot(root, key, proof);
    }
}

/// @dev The one reader of proofs against foreign vectors (fixtures/tries.mjs), against proofs recorded from anvil
/// (contracts/test/auxiliary/fixtures), and against the reader over OpenZeppelin's TrieProof.
contract TrieReaderTest is Base {
    using RLP for *;

    Readers private readers = new Readers();

    function field(string memory list, uint256 i, string memory name) private pure returns (string memory) {
        return string.concat(".", list, "[", vm.toString(i), "].", name);
    }

    function test_every_foreign_inclusion_is_read() public view {
        string memory json = vm.readFile("contracts/test/gateway/fixtures/tries.json");
        uint256 count = vm.parseJsonUint(json, ".takenCount");
        check(count >= 17, "the vectors are there");
        for (uint256 i = 0; i < count; ++i) {
            bytes memory value = readers.leaf(
                vm.parseJsonBytes32(json, field("taken", i, "root")),
                vm.parseJsonBytes32(json, field("taken", i, "path")),
                vm.parseJsonBytesArray(json, field("taken", i, "proof"))
            );
            assertEq(value, vm.parseJsonBytes(json, field("taken", i, "value")));
        }
    }

    function test_no_foreign_false_proof_and_no_absence_is_read() public view {
        string memory json = vm.readFile("contracts/test/gateway/fixtures/tries.json");
        uint256 count = vm.parseJsonUint(json, ".refusedCount");
        check(count >= 80, "the vectors are there");
        for (uint256 i = 0; i < count; ++i) {
            try readers.leaf(
                vm.parseJsonBytes32(json, field("refused", i, "root")),
                vm.parseJsonBytes32(json, field("refused", i, "path")),
                vm.parseJsonBytesArray(json, field("refused", i, "proof"))
            ) {
                check(false, string.concat("taken: refused[", vm.toString(i), "]"));
            } catch {}
        }
    }

    function test_every_proof_recorded_from_anvil_is_read() public view {
        string memory json = vm.readFile("contracts/test/auxiliary/fixtures/proofs.json");
        bytes32 root = vm.parseJsonBytes32(json, ".stateRoot");
        uint256[5] memory slots = [uint256(6), 1, 2, 2, 2];
        for (uint256 i = 0; i < slots.length; ++i) {
            bytes32 storageRoot = vm.parseJsonBytes32(json, field("cases", i, "storageRoot"));
            (bytes32 readRoot, bytes32 readHash) = readers.account(
                root,
                vm.parseJsonAddress(json, field("cases", i, "account")),
                vm.parseJsonBytesArray(json, field("cases", i, "accountProof"))
            );
            assertEq(readRoot, storageRoot, "storage root");
            assertEq(readHash, vm.parseJsonBytes32(json, field("cases", i, "codeHash")), "code hash");
            for (uint256 k = 0; k < slots[i]; ++k) {
                recordedSlot(json, storageRoot, string.concat(field("cases", i, "slots["), vm.toString(k), "]."));
            }
        }
    }

    function test_a_node_within_its_parent_is_read_there_and_refused_as_an_element() public {
        string memory json = vm.readFile("contracts/test/auxiliary/fixtures/proofs.json");
        bytes32 root = vm.parseJsonBytes32(json, ".cases[4].storageRoot");
        bytes32 key = vm.parseJsonBytes32(json, ".cases[4].slots[0].key");
        bytes[] memory proof = vm.parseJsonBytesArray(json, ".cases[4].slots[0].proof");
        uint256 last = proof.length - 1;
        assertLt(proof[last].length, 32, "the last element lies in its parent");
        bytes32 value = vm.parseJsonBytes32(json, ".cases[4].slots[0].value");
        assertEq(readers.slot(root, key, own(proof)), value);
        vm.expectRevert(abi.encodeWithSelector(TrieReader.TrieLeftover.selector, last - 1, last + 1));
        readers.slot(root, key, proof);
    }

    function recordedSlot(string memory json, bytes32 storageRoot, string memory at) private view {
        bytes[] memory proof = own(vm.parseJsonBytesArray(json, string.concat(at, "proof")));
        bytes32 value = readers.slot(storageRoot, vm.parseJsonBytes32(json, string.concat(at, "key")), proof);
        assertEq(value, vm.parseJsonBytes32(json, string.concat(at, "value")), "value");
    }

    /// Anvil's answers without the elements that lie in the node before them.
    function own(bytes[] memory recorded) private pure returns (bytes[] memory proof) {
        uint256 count = 1;
        for (uint256 i = 1; i < recorded.length; ++i) {
            if (recorded[i].length > 31) recorded[count++] = recorded[i];
        }
        proof = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) {
            proof[i] = recorded[i];
        }
    }

    /// A branch over a leaf that the path picks, with `other` beside it.
    function besides(bytes memory other, uint256 seed)
        private
        pure
        returns (bytes32 root, bytes32 path, bytes[] memory proof)
    {
        path = bytes32((uint256(keccak256(abi.encode(seed))) >> 4) | (1 << 252));
        bytes memory leaf = bytes.concat(hex"e2a0", bytes32(uint256(path) & ((1 << 252) - 1) | (3 << 252)), hex"05");
        proof = new bytes[](2);
        proof[0] = bytes.concat(other, hex"a0", keccak256(leaf), hex"808080808080808080808080808080");
        proof[0] = bytes.concat(bytes1(uint8(0xc0 + proof[0].length)), proof[0]);
        proof[1] = leaf;
        root = keccak256(proof[0]);
    }

    function test_a_node_is_judged_where_the_way_does_not_pass_too() public {
        bytes[5] memory bad = [bytes(hex"05"), hex"8405050505", hex"c28105", hex"c3c28105", hex"c482200580"];
        bytes4[5] memory why = [
            TrieReader.TrieChild.selector,
            TrieReader.TrieChild.selector,
            TrieReader.TrieNotCanonical.selector,
            TrieReader.TrieNotCanonical.selector,
            bytes4(0)
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            (bytes32 root, bytes32 path, bytes[] memory proof) = besides(bad[i], i);
            if (why[i] != 0) vm.expectRevert(abi.encodeWithSelector(why[i], 0));
            assertEq(readers.leaf(root, path, proof), why[i] == 0 ? bytes(hex"05") : bytes(""));
        }
    }

    /// forge-config: default.fuzz.runs = 64
    function test_fuzz_both_readers_agree_on_slots_and_on_every_damage(uint256 seed) public view {
        uint256 count = 1 + seed % 24;
        Entry[] memory entries = new Entry[](count);
        for (uint256 i = 0; i < count; ++i) {
            bytes32 key = keccak256(abi.encode(seed, i));
            uint256 value = uint256(keccak256(abi.encode(key))) >> ((seed >> 8) % 220);
            entries[i] = Entry(keccak256(abi.encode(key)), (value == 0 ? 1 : value).encode());
        }
        bytes32 wanted = keccak256(abi.encode(seed, (seed >> 16) % count));
        bytes32 root = Trie.root(entries);
        bytes[] memory proof = Trie.prove(entries, keccak256(abi.encode(wanted)));
        assertEq(readers.slot(root, wanted, proof), readers.otherSlot(root, wanted, proof), "value");
        refusedSlot(root, keccak256(abi.encode(seed, count)), proof);
        refusedSlot(bytes32(0), wanted, proof);
        damage(root, wanted, proof, seed);
    }

    function damage(bytes32 root, bytes32 wanted, bytes[] memory proof, uint256 seed) private view {
        uint256 node = (seed >> 32) % proof.length;
        bytes memory good = proof[node];
        for (uint256 i = 0; i < 24; ++i) {
            bytes memory bad = bytes.concat(good);
            uint256 at = uint256(keccak256(abi.encode(seed, "at", i))) % bad.length;
            bad[at] ^= bytes1(uint8(1 << (i % 8)));
            proof[node] = bad;
            refusedSlot(root, wanted, proof);
            // With the damaged node as the root, its shape alone decides: both readers must decide alike.
            sameVerdict(bad, wanted, proof, node);
        }
        proof[node] = good;
    }

    function sameVerdict(bytes memory first, bytes32 wanted, bytes[] memory proof, uint256 node) private view {
        if (node != 0) return;
        bytes32 root = keccak256(first);
        try readers.slot(root, wanted, proof) returns (bytes32 value) {
            assertEq(readers.otherSlot(root, wanted, proof), value, "taken by one reader only");
        } catch (bytes memory why) {
            try readers.otherSlot(root, wanted, proof) {
                check(judgesWhole(bytes4(why)), "refused by this reader only");
            } catch {}
        }
    }

    /// OpenZeppelin's reader looks only at the items on its way; this one judges all of a node.
    function judgesWhole(bytes4 why) private pure returns (bool) {
        return why == TrieReader.TrieNotCanonical.selector || why == TrieReader.TrieNodeShape.selector
            || why == TrieReader.TrieChild.selector || why == TrieReader.TrieBranch.selector
            || why == TrieReader.TrieKeyLength.selector;
    }

    /// forge-config: default.fuzz.runs = 32
    function test_fuzz_both_readers_agree_on_accounts(uint256 seed) public view {
        uint256 count = 1 + seed % 12;
        Entry[] memory entries = new Entry[](count);
        for (uint256 i = 0; i < count; ++i) {
            bytes[] memory fields = new bytes[](4);
            fields[0] = uint256(uint64(seed >> i)).encode();
            fields[1] = (uint256(keccak256(abi.encode(seed, i))) >> (i * 20)).encode();
            fields[2] = keccak256(abi.encode("storage", seed, i)).encode();
            fields[3] = keccak256(abi.encode("code", seed, i)).encode();
            entries[i] = Entry(keccak256(abi.encodePacked(address(uint160(seed + i)))), RLP.encode(fields));
        }
        address who = address(uint160(seed + (seed >> 170) % count));
        bytes32 root = Trie.root(entries);
        bytes[] memory proof = Trie.prove(entries, keccak256(abi.encodePacked(who)));
        (bytes32 storageRoot, bytes32 codeHash) = readers.account(root, who, proof);
        AccountState memory other = readers.otherAccount(root, who, proof);
        assertEq(storageRoot, other.storageRoot, "storage root");
        assertEq(codeHash, other.codeHash, "code hash");
    }

    // Leaves that no real trie holds, under a root of one leaf.

    function leafOf(bytes memory value) private pure returns (bytes32 root, bytes32 key, bytes[] memory proof) {
        key = bytes32(uint256(7));
        Entry[] memory entries = new Entry[](1);
        entries[0] = Entry(keccak256(abi.encode(key)), value);
        root = Trie.root(entries);
        proof = Trie.prove(entries, entries[0].path);
    }

    function test_a_slot_is_a_minimal_integer_that_is_not_zero() public {
        bytes[8] memory bad = [
            bytes(hex"80"),
            hex"00",
            hex"8100",
            hex"820001",
            hex"8101",
            hex"a1010101010101010101010101010101010101010101010101010101010101010101",
            hex"c101",
            hex"820100ff"
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            (bytes32 root, bytes32 key, bytes[] memory proof) = leafOf(bad[i]);
            vm.expectRevert();
            readers.slot(root, key, proof);
        }
        (bytes32 good, bytes32 at, bytes[] memory nodes) = leafOf(hex"820100");
        assertEq(uint256(readers.slot(good, at, nodes)), 256, "left-padded");
        (good, at, nodes) = leafOf(hex"01");
        assertEq(uint256(readers.slot(good, at, nodes)), 1, "a single byte");
    }

    function test_a_node_over_532_bytes_or_a_proof_over_65_nodes_is_refused() public {
        bytes[] memory proof = new bytes[](1);
        proof[0] = new bytes(533);
        vm.expectRevert(abi.encodeWithSelector(TrieReader.TrieNodeTooLong.selector, 0));
        readers.slot(keccak256(proof[0]), bytes32(0), proof);
        vm.expectRevert(abi.encodeWithSelector(TrieReader.TrieTooLong.selector, 66, 65));
        readers.slot(bytes32(0), bytes32(0), new bytes[](66));
        vm.expectRevert(abi.encodeWithSelector(TrieReader.TrieTruncated.selector, 0));
        readers.slot(bytes32(0), bytes32(0), new bytes[](0));
    }

    function refusedSlot(bytes32 root, bytes32 key, bytes[] memory proof) private view {
        try readers.slot(root, key, proof) {
            check(false, "a false proof was taken");
        } catch {}
    }
}

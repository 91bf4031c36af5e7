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
                string memory at = string.concat(field("cases", i, "slots["), vm.toString(k), "].");
                bytes32 value = readers.slot(
                    storageRoot,
                    vm.parseJsonBytes32(json, string.concat(at, "key")),
                    vm.parseJsonBytesArray(json, string.concat(at, "proof"))
                );
                assertEq(value, vm.parseJsonBytes32(json, string.concat(at, "value")), "value");
            }
        }
    }

    function test_a_node_within_its_parent_is_read_there_and_as_an_element() public view {
        string memory json = vm.readFile("contracts/test/auxiliary/fixtures/proofs.json");
        bytes32 root = vm.parseJsonBytes32(json, ".cases[4].storageRoot");
        bytes32 key = vm.parseJsonBytes32(json, ".cases[4].slots[0].key");
        bytes[] memory proof = vm.parseJsonBytesArray(json, ".cases[4].slots[0].proof");
        assertLt(proof[proof.length - 1].length, 32, "the last element lies in its parent");
        bytes32 value = readers.slot(root, key, proof);
        bytes[] memory shorter = new bytes[](proof.length - 1);
        for (uint256 i = 0; i < shorter.length; ++i) {
            shorter[i] = proof[i];
        }
        assertEq(readers.slot(root, key, shorter), value, "without the repetition");
        proof[proof.length - 1][0] ^= 0x01;
        refusedSlot(root, key, proof);
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
        } catch {
            try readers.otherSlot(root, wanted, proof) {
                check(isStricter(first), "refused by this reader only");
            } catch {}
        }
    }

    /// OpenZeppelin's reader looks only at the items on its way; this one demands that all of a node be sound RLP.
    function isStricter(bytes memory node) private view returns (bool) {
        try this.items(node) returns (uint256 count) {
            return count != 17 && count != 2;
        } catch {
            return true;
        }
    }

    /// Items of a node whose every item is in its one encoding.
    function items(bytes memory node) external pure returns (uint256 count) {
        (uint256 at, uint256 end) = item(node, 0);
        require(end == node.length && uint8(node[0]) >= 0xc0, "list");
        for (; at < end; ++count) {
            (, at) = item(node, at);
        }
        require(at == end, "items");
    }

    function item(bytes memory node, uint256 at) private pure returns (uint256 start, uint256 end) {
        uint256 prefix = uint8(node[at]);
        if (prefix < 0x80) return (at, at + 1);
        uint256 size = prefix < 0xc0 ? prefix - 0x80 : prefix - 0xc0;
        start = at + 1;
        if (size > 55) {
            uint256 length = size - 55;
            require(length <= 2, "long");
            size = 0;
            for (uint256 i = 0; i < length; ++i) {
                size = size * 256 + uint8(node[start + i]);
            }
            require(size >= (length == 1 ? 56 : 256), "shortest");
            start += length;
        } else if (prefix == 0x81) {
            require(uint8(node[start]) >= 0x80, "shortest");
        }
        end = start + size;
        require(end <= node.length, "bounds");
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
        vm.expectRevert(abi.encodeWithSelector(TrieReader.NodeMalformed.selector, 0));
        readers.slot(keccak256(proof[0]), bytes32(0), proof);
        vm.expectRevert(abi.encodeWithSelector(TrieReader.ProofLengthInvalid.selector, 66, 65));
        readers.slot(bytes32(0), bytes32(0), new bytes[](66));
        vm.expectRevert(abi.encodeWithSelector(TrieReader.ProofLengthInvalid.selector, 0, 65));
        readers.slot(bytes32(0), bytes32(0), new bytes[](0));
    }

    function refusedSlot(bytes32 root, bytes32 key, bytes[] memory proof) private view {
        try readers.slot(root, key, proof) {
            check(false, "a false proof was taken");
        } catch {}
    }
}

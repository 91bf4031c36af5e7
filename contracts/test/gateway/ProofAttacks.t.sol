// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {IOriginBlockStore} from "../../src/auxiliary/IOriginBlockStore.sol";
import {BoxState} from "../../src/gateway/BoxState.sol";
import {BusHash} from "../../src/gateway/BusHash.sol";
import {Gateway} from "../../src/gateway/Gateway.sol";
import {IGateway} from "../../src/gateway/IGateway.sol";
import {Envelope, IMessageBus, Message, Status} from "../../src/gateway/IMessageBus.sol";
import {TrieReader} from "../../src/lib/TrieReader.sol";
import {CoreDouble, Pair} from "./Pair.sol";
import {Entry, Trie} from "./Trie.sol";

/// @dev Every way to show the bus something that is not so, through the bus's own functions, each with its own error. A
/// root under number 777 is planted where the protocol would vouch for it, so that only the proof decides.
contract ProofAttacksTest is Pair {
    using RLP for *;

    uint256 private constant AMOUNT = 1e24;
    uint64 private constant PLANTED = 777;

    bytes32 private id;
    bytes32 private path;
    bytes private word;

    function setUp() public {
        setUpPair();
        stakeForAlice(1000, 10 * AMOUNT);
    }

    /// A stake that is declared, and where its word lies in the gateway's storage.
    function declared() private returns (Envelope memory e) {
        (id, e) = declareOn(gateway, 1, AMOUNT);
        path = keccak256(abi.encode(BusHash.slot(id, BoxState.OUTBOX_SLOT)));
        word = uint256(gateway.outbox(id)).encode();
    }

    function leaf(bytes32 at, uint256 from, bytes memory value) private pure returns (bytes memory) {
        return Trie.pair(Trie.compact(at, from, 64, true), value.encode());
    }

    function extension(bytes32 at, uint256 from, uint256 to, bytes memory child) private pure returns (bytes memory) {
        return Trie.pair(Trie.compact(at, from, to, false), child);
    }

    /// A branch of two children: `child` where the path goes on, something else beside it.
    function branch(bytes32 at, uint256 depth, bytes memory child) private pure returns (bytes memory) {
        bytes[] memory items = new bytes[](17);
        for (uint256 i = 0; i < 17; ++i) {
            items[i] = hex"80";
        }
        uint256 nibble = Trie.nibble(at, depth);
        items[nibble] = child;
        items[(nibble + 1) & 0xf] = Trie.hashOf("something else");
        return RLP.encode(items);
    }

    function list(bytes memory a) private pure returns (bytes[] memory nodes) {
        nodes = new bytes[](1);
        nodes[0] = a;
    }

    function list(bytes memory a, bytes memory b) private pure returns (bytes[] memory nodes) {
        nodes = new bytes[](2);
        (nodes[0], nodes[1]) = (a, b);
    }

    function list(bytes memory a, bytes memory b, bytes memory c) private pure returns (bytes[] memory nodes) {
        nodes = new bytes[](3);
        (nodes[0], nodes[1], nodes[2]) = (a, b, c);
    }

    /// Confirms by these nodes under the root that is the first one's hash, and expects what is said.
    function attack(Envelope memory e, bytes[] memory nodes, bytes memory reason) private {
        plantPeerRoot(coGateway, PLANTED, keccak256(nodes[0]));
        onAuxiliary();
        vm.expectRevert(reason);
        coGateway.confirm(e, PLANTED, nodes);
    }

    function by(bytes4 selector, uint256 node) private pure returns (bytes memory) {
        return abi.encodeWithSelector(selector, node);
    }

    // ------------------------------------------------------------------------------------------------ forms of nodes

    function test_extension_nodes_are_followed_on_the_path_and_nowhere_else() public {
        Envelope memory e = declared();
        bytes memory last = leaf(path, 11, word);
        bytes memory fork = branch(path, 10, Trie.hashOf(last));
        bytes32 beside = path ^ bytes32(uint256(1) << 252);
        attack(e, list(extension(beside, 0, 10, Trie.hashOf(fork))), by(TrieReader.TrieAbsent.selector, 0));
        bytes memory second = extension(path, 10, 12, Trie.hashOf(last));
        bytes memory first = extension(path, 0, 10, Trie.hashOf(second));
        attack(e, list(first, second, last), by(TrieReader.TrieExtension.selector, 1));
        attack(
            e, list(extension(path, 0, 0, Trie.hashOf(fork)), fork, last), by(TrieReader.TrieExtension.selector, 0)
        );
        bytes[] memory right = list(extension(path, 0, 10, Trie.hashOf(fork)), fork, last);
        plantPeerRoot(coGateway, PLANTED, keccak256(right[0]));
        coGateway.confirm(e, PLANTED, right);
        assertStatus(inboxStatus(coGateway, id), Status.Declared, "an honest extension is taken");
    }

    /// A leaf within its parent is too short for a lock: it is read, and no lock is like it. Listed once more it is one node
    /// too many.
    function test_embedded_nodes_are_read_in_place_and_show_no_lock() public {
        Envelope memory e = declared();
        bytes memory small = leaf(path, 62, hex"01");
        check(small.length < 32, "embedded");
        bytes memory fork = branch(path, 61, small);
        bytes memory top = extension(path, 0, 61, Trie.hashOf(fork));
        bytes32 lock = keccak256(abi.encode(id, e.facilitator, e.declaredAt, e.secretHash));
        attack(
            e,
            list(top, fork),
            abi.encodeWithSelector(IMessageBus.LockWrong.selector, id, lock, bytes32(uint256(1)))
        );
        attack(e, list(top, fork, small), abi.encodeWithSelector(TrieReader.TrieLeftover.selector, 1, 3));
    }

    function test_keys_shorter_and_longer_than_the_path_are_refused() public {
        Envelope memory e = declared();
        attack(e, list(leaf(path, 2, word)), by(TrieReader.TrieKeyLength.selector, 0));
        bytes memory long = bytes.concat(Trie.compact(path, 0, 64, true), hex"00");
        attack(e, list(Trie.pair(long, word.encode())), by(TrieReader.TrieKeyLength.selector, 0));
        bytes memory last = leaf(path, 2, word);
        attack(
            e, list(branch(path, 0, Trie.hashOf(last)), last), by(TrieReader.TrieKeyLength.selector, 1)
        );
        attack(e, list(extension(path, 0, 64, Trie.hashOf(last)), last), by(TrieReader.TrieKeyLength.selector, 0));
    }

    function test_an_oversized_leaf_is_no_word() public {
        Envelope memory e = declared();
        bytes memory large = abi.encodePacked(uint8(0xa1), uint8(1), gateway.outbox(id));
        attack(e, list(leaf(path, 0, large)), abi.encodeWithSelector(TrieReader.StateWord.selector));
    }

    function test_rlp_that_is_not_canonical_is_refused() public {
        Envelope memory e = declared();
        bytes memory reason = abi.encodeWithSelector(TrieReader.StateWord.selector);
        attack(e, list(leaf(path, 0, abi.encodePacked(uint8(0xa0), bytes32(uint256(1))))), reason);
        attack(e, list(leaf(path, 0, hex"8101")), reason);
        attack(e, list(leaf(path, 0, hex"80")), reason);
        attack(e, list(leaf(path, 0, abi.encodePacked(word, uint8(0)))), reason);
        bytes memory good = leaf(path, 0, word);
        bytes memory notCanonical = by(TrieReader.TrieNotCanonical.selector, 0);
        attack(e, list(abi.encodePacked(good, uint8(0))), notCanonical);
        // The list's length in two bytes where one does.
        bytes memory longer = abi.encodePacked(uint8(0xf9), uint8(0), uint8(good[1]), tail(good, 2));
        attack(e, list(longer), notCanonical);
    }

    function tail(bytes memory whole, uint256 from) private pure returns (bytes memory rest) {
        rest = new bytes(whole.length - from);
        for (uint256 i = 0; i < rest.length; ++i) {
            rest[i] = whole[from + i];
        }
    }

    // ------------------------------------------------------------------------------------- roots, accounts and slots

    /// Commits a header with this state root and proves the peer by these nodes.
    function provePeerUnder(bytes32 stateRoot, bytes[] memory nodes, bytes memory reason) private {
        bytes memory header_ = header(1, stateRoot);
        uint64 k = core.commit(keccak256(header_));
        onOrigin();
        vm.expectRevert(reason);
        gateway.provePeer(k, header_, nodes);
    }

    function test_the_proof_of_a_wrong_account_is_refused() public {
        Entry[] memory others = new Entry[](1);
        others[0] = accountEntry(address(utility));
        bytes[] memory proof = Trie.prove(others, others[0].path);
        provePeerUnder(Trie.root(others), proof, by(TrieReader.TrieAbsent.selector, 0));
        // A value in the account's place that is no account.
        others[0] = Entry(keccak256(abi.encodePacked(address(coGateway))), uint256(7).encode());
        proof = Trie.prove(others, others[0].path);
        provePeerUnder(Trie.root(others), proof, abi.encodeWithSelector(TrieReader.StateAccount.selector));
    }

    function test_the_proof_of_a_wrong_slot_is_refused() public {
        Envelope memory e = declared();
        bytes32 inboxPath = keccak256(abi.encode(BusHash.slot(id, BoxState.INBOX_SLOT)));
        attack(e, list(leaf(inboxPath, 0, word)), by(TrieReader.TrieAbsent.selector, 0));
        attack(e, list(leaf(keccak256(abi.encode(0)), 0, word)), by(TrieReader.TrieAbsent.selector, 0));
        // The slot itself instead of its hash.
        attack(e, list(leaf(BusHash.slot(id, BoxState.OUTBOX_SLOT), 0, word)), by(TrieReader.TrieAbsent.selector, 0));
    }

    function test_an_old_root_that_left_the_ring_is_refused_on_both_sides() public {
        uint64 k = commit();
        bytes memory header_ = lastHeader;
        bytes[] memory proof = auxiliaryProof(address(coGateway));
        for (uint256 i = 0; i < 8; ++i) {
            commit();
        }
        onOrigin();
        vm.expectRevert(abi.encodeWithSelector(CoreDouble.SourceNotKept.selector, k, k + 9));
        gateway.provePeer(k, header_, proof);

        uint64 number = observe();
        proof = originProof(address(gateway));
        for (uint256 i = 0; i < 32; ++i) {
            observe();
        }
        onAuxiliary();
        vm.expectPartialRevert(IOriginBlockStore.RootNotInRing.selector);
        coGateway.provePeer(number, "", proof);
    }

    function test_a_zero_root_opens_nothing() public {
        Envelope memory e = declared();
        uint64 k = core.commit(bytes32(0));
        bytes[] memory none = new bytes[](0);
        bytes[] memory some = list(leaf(path, 0, word));
        onOrigin();
        vm.expectRevert(abi.encodeWithSelector(IGateway.SourceNotInRing.selector, k));
        gateway.provePeer(k, "", none);
        provePeerUnder(0, none, by(TrieReader.TrieTruncated.selector, 0));
        provePeerUnder(
            0, some, abi.encodeWithSelector(TrieReader.TrieHash.selector, 0, bytes32(0), keccak256(some[0]))
        );
        onAuxiliary();
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.PeerNotProven.selector, PLANTED));
        coGateway.confirm(e, PLANTED, some);
    }

    function test_another_cores_root_is_refused() public {
        CoreDouble other = new CoreDouble();
        bytes memory header_ = header(7, keccak256("a state of another chain"));
        other.commit(keccak256(header_));
        uint64 k = commit();
        bytes32 ours = keccak256(lastHeader);
        bytes[] memory proof = auxiliaryProof(address(coGateway));
        onOrigin();
        vm.expectRevert(abi.encodeWithSelector(IGateway.SourceHeaderWrong.selector, ours, keccak256(header_)));
        gateway.provePeer(k, header_, proof);
    }

    function test_an_exclusion_shown_as_an_inclusion_is_refused() public {
        Envelope memory e = envelopeOf(messageOn(gateway, 5, AMOUNT), facilitator, secretHashOf(SECRET));
        bytes32 never = gateway.quote(e.message).id;
        uint64 number = prove(gateway);
        bytes[] memory exclusion = outboxProof(gateway, never);
        onAuxiliary();
        vm.expectPartialRevert(TrieReader.TrieAbsent.selector);
        coGateway.deliver(e, SECRET, number, exclusion);
        plantPeerRoot(coGateway, PLANTED, keccak256(hex"80"));
        vm.expectRevert(by(TrieReader.TrieAbsent.selector, 0));
        coGateway.confirm(e, PLANTED, new bytes[](0));
        vm.expectRevert(by(TrieReader.TrieAbsent.selector, 0));
        coGateway.confirm(e, PLANTED, list(hex"80"));
    }

    // -------------------------------------------------------------------------------------- locks, nonces and replays

    function test_a_swapped_hash_lock_is_refused_by_both_boxes() public {
        Envelope memory e = declared();
        bytes32 proven = gateway.outbox(id);
        e.secretHash = secretHashOf("of the thief");
        e.facilitator = rival;
        bytes32 lock = keccak256(abi.encode(id, rival, e.declaredAt, e.secretHash));
        attack(
            e, list(leaf(path, 0, word)), abi.encodeWithSelector(IMessageBus.LockWrong.selector, id, lock, proven)
        );
        onOrigin();
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.LockWrong.selector, id, lock, proven));
        gateway.progressOutbox(e, "of the thief");
    }

    function test_a_nonce_is_not_used_twice_by_another_message_nor_after_its_end() public {
        Envelope memory e = declared();
        gateway.progressOutbox(e, SECRET);
        e.message.intent.amount = AMOUNT / 2;
        e.message.gasPrice = 0;
        bytes memory signature = sign(ALICE_KEY, gateway.quote(e.message).id);
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.NonceUsed.selector, alice, 1));
        vm.prank(facilitator);
        gateway.declare(e.message, 0, signature, noPermit());
    }

    /// A second pair of the same core and token: neither what was signed for the first nor what was proven of it moves it.
    function test_nothing_of_a_pair_is_replayed_on_a_second_pair() public {
        Envelope memory e = declared();
        onOrigin();
        Gateway second = new Gateway(gatewayConfig());
        vm.store(address(second), bytes32(uint256(14)), bytes32(block.timestamp));
        assertEq(second.openedAt(), block.timestamp, "open");
        Message memory m = messageOn(gateway, 2, AMOUNT);
        bytes memory signature = sign(ALICE_KEY, gateway.quote(m).id);
        vm.expectPartialRevert(IMessageBus.SignatureWrong.selector);
        vm.prank(facilitator);
        second.declare(m, 0, signature, noPermit());
        vm.expectRevert(
            abi.encodeWithSelector(
                IMessageBus.StatusRefused.selector, second.quote(e.message).id, Status.Undeclared, Status.Progressed
            )
        );
        second.progressOutbox(e, SECRET);

        // Of a redeem through the same co-gateway the id is the same: each gateway is its own co-gateway's, by the link.
        bytes memory revoke = sign(ALICE_KEY, gateway.revokeDigest(id));
        assertTrue(second.revokeDigest(id) != gateway.revokeDigest(id));
        vm.expectPartialRevert(IMessageBus.StatusRefused.selector);
        second.declareRevocation(e, revoke);
    }
}

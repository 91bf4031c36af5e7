// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {BoxState} from "../../src/gateway/BoxState.sol";
import {BusHash} from "../../src/gateway/BusHash.sol";
import {Envelope, Status} from "../../src/gateway/IMessageBus.sol";
import {MessageBus} from "../../src/gateway/MessageBus.sol";
import {RecoveryPair} from "./RecoveryPair.sol";
import {Trie} from "./Trie.sol";

/// @dev What the steps cost with proofs as deep as on Ethereum's main net: an account under 7 full branches (8 nodes, 3.8
/// KB), a slot under 6 (7 nodes, 3.3 KB), in synthetic tries. The second column of docs/gas.md.
contract DeepGasTest is RecoveryPair {
    using RLP for *;

    uint256 private constant AMOUNT = 1e24;
    uint256 private constant ACCOUNT_BRANCHES = 7;
    uint256 private constant SLOT_BRANCHES = 6;
    string private constant GROUP = "gateway";

    function setUp() public {
        setUpPair();
        stakeForAlice(1000, 10 * AMOUNT);
    }

    /// Nodes down to `value` under full branches at depths `from` to `branches` - 1; an empty value leaves the last branch
    /// without that child, which shows absence.
    function chain(bytes32 path, uint256 from, uint256 branches, bytes memory value)
        private
        pure
        returns (bytes[] memory nodes)
    {
        uint256 count = branches - from + (value.length > 0 ? 1 : 0);
        nodes = new bytes[](count);
        bytes memory child = hex"80";
        if (value.length > 0) {
            nodes[count - 1] = Trie.pair(Trie.compact(path, branches, 64, true), value.encode());
            child = Trie.hashOf(nodes[count - 1]);
        }
        for (uint256 depth = branches; depth > from; --depth) {
            nodes[depth - 1 - from] = full(path, depth - 1, child);
            child = Trie.hashOf(nodes[depth - 1 - from]);
        }
    }

    /// A branch of 16 children of which the one on the path is `child`.
    function full(bytes32 path, uint256 depth, bytes memory child) private pure returns (bytes memory) {
        bytes[] memory items = new bytes[](17);
        for (uint256 i = 0; i < 16; ++i) {
            items[i] = Trie.hashOf(abi.encode(path, depth, i));
        }
        items[Trie.nibble(path, depth)] = child;
        items[16] = hex"80";
        return RLP.encode(items);
    }

    function accountValue(address who, bytes32 storageRoot) private view returns (bytes memory) {
        bytes[] memory fields = new bytes[](4);
        fields[0] = uint256(1).encode();
        fields[1] = uint256(1e18).encode();
        fields[2] = storageRoot.encode();
        fields[3] = who.codehash.encode();
        return RLP.encode(fields);
    }

    /// The word of a box of `bus`, deep in its storage.
    function deepWord(MessageBus bus, bytes32 id, uint256 box) private view returns (bytes[] memory) {
        bytes32 word = box == BoxState.OUTBOX_SLOT ? bus.outbox(id) : bus.inbox(id);
        return deepSlot(BusHash.slot(id, box), word);
    }

    function deepSlot(bytes32 slot, bytes32 word) private pure returns (bytes[] memory) {
        bytes memory value = word == 0 ? bytes("") : uint256(word).encode();
        return chain(keccak256(abi.encode(slot)), 0, SLOT_BRANCHES, value);
    }

    /// Makes the storage whose root these nodes begin with known to the peer of `bus`, by a deep account proof.
    function provePeerDeep(MessageBus bus, bytes[] memory nodes, string memory chainName)
        private
        returns (uint64 number)
    {
        bytes32 path = keccak256(abi.encodePacked(address(bus)));
        bytes[] memory account = chain(path, 0, ACCOUNT_BRANCHES, accountValue(address(bus), keccak256(nodes[0])));
        assertEq(account.length, 8, "nodes of the account");
        bytes memory header_;
        if (address(bus) == address(gateway)) {
            originNumber += E_O;
            header_ = header(originNumber, keccak256(account[0]));
            store.report(header_);
            store.finalise(keccak256(header_));
            number = originNumber;
            onAuxiliary();
            coGateway.provePeer(number, "", account);
        } else {
            header_ = header(uint64(block.number), keccak256(account[0]));
            number = core.commit(keccak256(header_));
            onOrigin();
            gateway.provePeer(number, header_, account);
        }
        vm.snapshotGasLastCall(GROUP, string.concat("deep, ", chainName, "provePeer"));
    }

    function test_gas_of_a_stakes_steps_by_deep_proofs() public {
        steps(gateway, "origin: ", "auxiliary: ");
    }

    function test_gas_of_a_redeems_steps_by_deep_proofs() public {
        steps(coGateway, "auxiliary: ", "origin: ");
    }

    function steps(MessageBus bus, string memory here, string memory there) private {
        MessageBus peer = peerOf(bus);
        (bytes32 id, Envelope memory e) = declareOn(bus, 1, AMOUNT);
        bytes[] memory nodes = deepWord(bus, id, BoxState.OUTBOX_SLOT);
        assertEq(nodes.length, 7, "nodes of the slot");
        uint64 number = provePeerDeep(bus, nodes, there);
        peer.confirm(e, number, nodes);
        vm.snapshotGasLastCall(GROUP, string.concat("deep, ", there, "confirm"));
        deliverDeep(bus, there);

        nodes = deepWord(peer, id, BoxState.INBOX_SLOT);
        number = provePeerDeep(peer, nodes, here);
        bus.progressOutboxByProof(e, number, nodes);
        vm.snapshotGasLastCall(GROUP, string.concat("deep, ", here, "progressOutboxByProof"));
        revokeDeep(bus, here, there);
    }

    function deliverDeep(MessageBus bus, string memory there) private {
        (bytes32 id, Envelope memory e) = declareOn(bus, 2, AMOUNT);
        bytes[] memory nodes = deepWord(bus, id, BoxState.OUTBOX_SLOT);
        plantPeerRoot(peerOf(bus), 777, keccak256(nodes[0]));
        on(peerOf(bus));
        peerOf(bus).deliver(e, SECRET, 777, nodes);
        vm.snapshotGasLastCall(GROUP, string.concat("deep, ", there, "deliver, to new accounts"));
    }

    function revokeDeep(MessageBus bus, string memory here, string memory there) private {
        (bytes32 id, Envelope memory e) = declareOn(bus, 3, AMOUNT);
        vm.warp(block.timestamp + 1 days);
        revoke(e);
        bytes[] memory nodes = deepWord(bus, id, BoxState.OUTBOX_SLOT);
        plantPeerRoot(peerOf(bus), 778, keccak256(nodes[0]));
        on(peerOf(bus));
        peerOf(bus).revokeInbox(e, 778, nodes);
        vm.snapshotGasLastCall(GROUP, string.concat("deep, ", there, "revokeInbox"));
        nodes = deepWord(peerOf(bus), id, BoxState.INBOX_SLOT);
        plantPeerRoot(bus, 778, keccak256(nodes[0]));
        on(bus);
        bus.revokeOutbox(e, 778, nodes);
        vm.snapshotGasLastCall(GROUP, string.concat("deep, ", here, "revokeOutbox"));
    }

    /// One state with both accounts deep in it: they part at the root.
    function fixDeep(bytes32 coGatewayRoot, bytes32 tokenRoot) private {
        bytes32 a = keccak256(abi.encodePacked(address(coGateway)));
        bytes32 b = keccak256(abi.encodePacked(address(utility)));
        check(Trie.nibble(a, 0) != Trie.nibble(b, 0), "the accounts part at the root");
        bytes[] memory first = chain(a, 1, ACCOUNT_BRANCHES, accountValue(address(coGateway), coGatewayRoot));
        bytes[] memory second = chain(b, 1, ACCOUNT_BRANCHES, accountValue(address(utility), tokenRoot));
        bytes[] memory items = new bytes[](17);
        for (uint256 i = 0; i < 16; ++i) {
            items[i] = Trie.hashOf(abi.encode(i));
        }
        items[Trie.nibble(a, 0)] = Trie.hashOf(first[0]);
        items[Trie.nibble(b, 0)] = Trie.hashOf(second[0]);
        items[16] = hex"80";
        bytes memory root = RLP.encode(items);
        bytes memory header_ = header(uint64(block.number), keccak256(root));
        uint64 k = core.commit(keccak256(header_));
        core.halt();
        onOrigin();
        gateway.fixRecoveryRoot(k, header_, under(root, first), under(root, second), new bytes[](0));
        vm.snapshotGasLastCall(GROUP, "deep, origin: fixRecoveryRoot");
    }

    function under(bytes memory root, bytes[] memory below) private pure returns (bytes[] memory nodes) {
        nodes = new bytes[](below.length + 1);
        nodes[0] = root;
        for (uint256 i = 0; i < below.length; ++i) {
            nodes[i + 1] = below[i];
        }
    }

    function test_gas_of_a_refund_by_a_deep_absence() public {
        (bytes32 id, Envelope memory e) = declareOn(gateway, 1, AMOUNT);
        bytes[] memory nodes = deepWord(coGateway, id, BoxState.INBOX_SLOT);
        fixDeep(keccak256(nodes[0]), keccak256("token"));
        gateway.refundStake(e, nodes);
        vm.snapshotGasLastCall(GROUP, "deep, origin: refundStake");
        assertStatus(outboxStatus(gateway, id), Status.Recovered, "refunded");
    }

    function test_gas_of_a_balance_and_of_a_claim_by_deep_proofs() public {
        (bytes32 id, Envelope memory e) = declareOn(coGateway, 1, AMOUNT);
        vm.warp(block.timestamp + 1 days);
        revoke(e);
        bytes[] memory word = deepWord(coGateway, id, BoxState.OUTBOX_SLOT);
        bytes[] memory balance = deepSlot(balanceSlot(alice), bytes32(utility.balanceOf(alice)));
        fixDeep(keccak256(word[0]), keccak256(balance[0]));
        bytes memory signature = balanceSignature(ALICE_KEY, alice, rival);
        gateway.recoverBalance(alice, rival, signature, balance);
        vm.snapshotGasLastCall(GROUP, "deep, origin: recoverBalance, to a new account");
        signature = sign(ALICE_KEY, gateway.recoveryDigest(2, id, rival));
        gateway.recoverRedeem(e, rival, signature, word);
        vm.snapshotGasLastCall(GROUP, "deep, origin: recoverRedeem, to a known account");
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Envelope, Message} from "../../src/gateway/IMessageBus.sol";
import {MessageBus} from "../../src/gateway/MessageBus.sol";
import {Pair} from "./Pair.sol";

/// @dev What each step costs as a transaction of its own (contracts/snapshots/gateway.json). Proofs are of small
/// tries: an account's of 2 nodes, a slot's of 1 to 3.
contract GasTest is Pair {
    uint256 private constant AMOUNT = 1e24;
    string private constant GROUP = "gateway";

    function setUp() public {
        setUpPair();
        stakeForAlice(1000, 10 * AMOUNT);
    }

    function declared(MessageBus bus, uint256 nonce) private returns (bytes32 id, Envelope memory e) {
        (id, e) = declareOn(bus, nonce, AMOUNT);
    }

    function test_gas_of_declare() public {
        Message memory m = messageOn(gateway, 1, AMOUNT);
        bytes memory signature = sign(ALICE_KEY, gateway.quote(m).id);
        onOrigin();
        vm.prank(facilitator);
        gateway.declare(m, secretHashOf(SECRET), signature, noPermit());
        vm.snapshotGasLastCall(GROUP, "origin: declare, a stake");
        m = messageOn(gateway, 2, AMOUNT);
        signature = sign(ALICE_KEY, gateway.quote(m).id);
        vm.prank(facilitator);
        gateway.declare(m, secretHashOf(SECRET), signature, noPermit());
        vm.snapshotGasLastCall(GROUP, "origin: declare, a later stake");
        m = messageOn(coGateway, 1, AMOUNT);
        signature = sign(ALICE_KEY, coGateway.quote(m).id);
        onAuxiliary();
        vm.prank(facilitator);
        coGateway.declare(m, secretHashOf(SECRET), signature, noPermit());
        vm.snapshotGasLastCall(GROUP, "auxiliary: declare, a redeem");
    }

    function test_gas_of_the_steps_of_a_stake() public {
        steps(gateway, "origin: ", "auxiliary: ");
    }

    function test_gas_of_the_steps_of_a_redeem() public {
        steps(coGateway, "auxiliary: ", "origin: ");
    }

    function steps(MessageBus bus, string memory here, string memory there) private {
        MessageBus peer = peerOf(bus);
        (bytes32 id, Envelope memory e) = declared(bus, 1);
        (bytes32 second, Envelope memory other) = declared(bus, 2);
        on(bus);
        bus.progressOutbox(e, SECRET);
        vm.snapshotGasLastCall(GROUP, string.concat(here, "progressOutbox"));
        uint64 number = prove(bus);
        vm.snapshotGasLastCall(GROUP, string.concat(there, "provePeer"));
        bytes[] memory proof = outboxProof(bus, id);
        on(peer);
        peer.confirm(e, number, proof);
        vm.snapshotGasLastCall(GROUP, string.concat(there, "confirm"));
        peer.progressInbox(e, SECRET);
        vm.snapshotGasLastCall(GROUP, string.concat(there, "progressInbox, to new accounts"));
        proof = outboxProof(bus, second);
        peer.deliver(other, SECRET, number, proof);
        vm.snapshotGasLastCall(GROUP, string.concat(there, "deliver, to known accounts"));
        number = prove(peer);
        proof = inboxProof(peer, second);
        on(bus);
        bus.progressOutboxByProof(other, number, proof);
        vm.snapshotGasLastCall(GROUP, string.concat(here, "progressOutboxByProof"));
    }

    function test_gas_of_a_batch_of_twenty_deliveries() public {
        bytes[] memory calls = new bytes[](20);
        bytes32[] memory ids = new bytes32[](20);
        Envelope[] memory es = new Envelope[](20);
        for (uint256 i = 0; i < 20; ++i) {
            (ids[i], es[i]) = declared(gateway, 100 + i);
        }
        uint64 number = prove(gateway);
        for (uint256 i = 0; i < 20; ++i) {
            calls[i] = abi.encodeCall(gateway.deliver, (es[i], SECRET, number, outboxProof(gateway, ids[i])));
        }
        onAuxiliary();
        bool[] memory succeeded = coGateway.batch(calls);
        vm.snapshotGasLastCall(GROUP, "auxiliary: batch of 20 deliveries");
        for (uint256 i = 0; i < 20; ++i) {
            check(succeeded[i], "delivered");
        }
    }
}

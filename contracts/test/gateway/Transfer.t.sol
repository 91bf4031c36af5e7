// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {BoxState} from "../../src/gateway/BoxState.sol";
import {Envelope, IMessageBus, Message, Status} from "../../src/gateway/IMessageBus.sol";
import {MessageBus} from "../../src/gateway/MessageBus.sol";
import {Vm} from "../Base.sol";
import {Pair} from "./Pair.sol";

/// @dev Stake and mint, redeem and unstake, end to end between two contracts with proofs of their whole storage.
contract TransferTest is Pair {
    uint256 private constant AMOUNT = 1e24;

    function setUp() public {
        setUpPair();
        stakeForAlice(1000, 10 * AMOUNT);
    }

    function balance(MessageBus bus, address who) private view returns (uint256) {
        return IERC20(bus.TOKEN()).balanceOf(who);
    }

    /// One message on its secret: declare, reveal on the source, confirm, progress on the target.
    function bySecret(MessageBus bus) private {
        MessageBus peer = peerOf(bus);
        uint256 coin = bus.ledger(facilitator);
        (bytes32 id, Envelope memory e) = declareOn(bus, 1, AMOUNT);
        assertStatus(outboxStatus(bus, id), Status.Declared, "outbox declared");
        assertEq(bus.ledger(facilitator), coin - BOUNTY, "bounty taken");

        uint64 number = prove(bus);
        bytes[] memory proof = outboxProof(bus, id);
        on(peer);
        peer.confirm(e, number, proof);
        assertStatus(inboxStatus(peer, id), Status.Declared, "inbox declared");
        assertEq(balance(peer, bob), 0, "nothing paid by confirming");

        on(bus);
        vm.prank(rival);
        bus.progressOutbox(e, SECRET);
        assertStatus(outboxStatus(bus, id), Status.Progressed, "outbox progressed");
        assertEq(bus.ledger(facilitator), coin, "bounty returned to the recorded facilitator");

        on(peer);
        vm.prank(rival);
        peer.progressInbox(e, SECRET);
        finished(peer, id, facilitator);
    }

    /// One message without a secret: proofs move it at every step.
    function byProofs(MessageBus bus) private {
        MessageBus peer = peerOf(bus);
        uint256 coin = bus.ledger(facilitator);
        (bytes32 id, Envelope memory e) = declareOn(bus, messageOn(bus, 2, AMOUNT), facilitator, 0);
        uint64 number = prove(bus);
        bytes[] memory proof = outboxProof(bus, id);
        on(peer);
        peer.confirm(e, number, proof);
        vm.prank(rival);
        peer.progressInboxByProof(e, number, proof);
        finished(peer, id, rival);

        number = prove(peer);
        proof = inboxProof(peer, id);
        on(bus);
        vm.prank(rival);
        bus.progressOutboxByProof(e, number, proof);
        assertStatus(outboxStatus(bus, id), Status.Progressed, "outbox progressed");
        assertEq(bus.ledger(facilitator), coin, "bounty returned");
    }

    function finished(MessageBus peer, bytes32 id, address payee) private view {
        assertStatus(inboxStatus(peer, id), Status.Progressed, "inbox progressed");
        uint256 reward = balance(peer, payee);
        check(reward > 0 && reward <= 600_000, "a reward within gasPrice * gasLimit");
        assertEq(balance(peer, bob) + reward, AMOUNT, "beneficiary and payee share the amount");
    }

    function test_a_stake_is_minted_by_its_secret() public {
        uint256 escrow = balance(gateway, address(gateway));
        bySecret(gateway);
        assertEq(balance(gateway, address(gateway)), escrow + AMOUNT, "escrow");
        assertEq(utility.totalSupply(), 11 * AMOUNT, "minted");
    }

    function test_a_redeem_is_unstaked_by_its_secret() public {
        bySecret(coGateway);
        assertEq(balance(gateway, address(gateway)), 9 * AMOUNT, "escrow");
        assertEq(utility.totalSupply(), 9 * AMOUNT, "burned");
        assertEq(balance(coGateway, address(coGateway)), 0, "the co-gateway holds no tokens");
    }

    function test_a_stake_without_a_secret_is_minted_by_proofs_alone() public {
        byProofs(gateway);
        assertEq(utility.totalSupply(), 11 * AMOUNT, "minted");
    }

    function test_a_redeem_without_a_secret_is_unstaked_by_proofs_alone() public {
        byProofs(coGateway);
        assertEq(balance(gateway, address(gateway)), 9 * AMOUNT, "escrow");
    }

    function test_deliver_confirms_and_progresses_with_one_proof() public {
        MessageBus[2] memory sides = [MessageBus(gateway), MessageBus(coGateway)];
        for (uint256 i = 0; i < 2; ++i) {
            (bytes32 id, Envelope memory e) = declareOn(sides[i], 3, AMOUNT);
            uint64 number = prove(sides[i]);
            bytes[] memory proof = outboxProof(sides[i], id);
            MessageBus peer = peerOf(sides[i]);
            on(peer);
            vm.prank(rival);
            peer.deliver(e, SECRET, number, proof);
            finished(peer, id, facilitator);
        }
    }

    function test_deliver_without_the_secret_pays_the_caller() public {
        (bytes32 id, Envelope memory e) = declareOn(gateway, 3, AMOUNT);
        uint64 number = prove(gateway);
        bytes[] memory proof = outboxProof(gateway, id);
        onAuxiliary();
        vm.prank(rival);
        coGateway.deliver(e, 0, number, proof);
        finished(coGateway, id, rival);
        assertEq(utility.balanceOf(facilitator), 0, "nothing for who did nothing");
    }

    function test_a_progressed_outbox_still_delivers() public {
        (bytes32 id, Envelope memory e) = declareOn(gateway, 3, AMOUNT);
        gateway.progressOutbox(e, SECRET);
        uint64 number = prove(gateway);
        bytes[] memory proof = outboxProof(gateway, id);
        onAuxiliary();
        coGateway.deliver(e, SECRET, number, proof);
        finished(coGateway, id, facilitator);
    }

    function test_a_confirmed_message_gives_the_bounty_back_by_proof() public {
        (bytes32 id, Envelope memory e) = declareOn(gateway, 3, AMOUNT);
        uint64 number = prove(gateway);
        bytes[] memory proof = outboxProof(gateway, id);
        onAuxiliary();
        coGateway.confirm(e, number, proof);
        number = prove(coGateway);
        proof = inboxProof(coGateway, id);
        onOrigin();
        gateway.progressOutboxByProof(e, number, proof);
        assertStatus(outboxStatus(gateway, id), Status.Progressed, "outbox progressed while the inbox is Declared");
        assertEq(gateway.ledger(facilitator), 50 ether, "bounty");
    }

    function test_the_copied_secret_earns_nothing() public {
        (bytes32 id, Envelope memory e) = declareOn(gateway, 3, AMOUNT);
        uint64 number = prove(gateway);
        bytes[] memory proof = outboxProof(gateway, id);
        onAuxiliary();
        vm.prank(rival);
        coGateway.deliver(e, SECRET, number, proof);
        onOrigin();
        vm.prank(rival);
        gateway.progressOutbox(e, SECRET);
        assertEq(utility.balanceOf(rival), 0, "no reward");
        assertEq(gateway.ledger(rival), 50 ether, "no bounty");
        check(utility.balanceOf(facilitator) > 0, "the facilitator is paid");
    }

    function test_the_bounty_goes_to_the_recorded_facilitator_not_to_who_shows_the_secret_first() public {
        (, Envelope memory e) = declareOn(gateway, 3, AMOUNT);
        uint256 before = gateway.ledger(facilitator);
        vm.prank(rival);
        gateway.progressOutbox(e, SECRET);
        assertEq(gateway.ledger(facilitator), before + BOUNTY, "recorded facilitator");
        assertEq(gateway.ledger(rival), 50 ether, "who showed it");
    }

    function test_an_envelope_that_names_another_facilitator_is_refused() public {
        (bytes32 id, Envelope memory e) = declareOn(gateway, 3, AMOUNT);
        bytes32 word = gateway.outbox(id);
        Envelope memory forged = e;
        forged.facilitator = rival;
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.LockWrong.selector, id, lockOf(id, forged), word));
        vm.prank(rival);
        gateway.progressOutbox(forged, SECRET);
    }

    function test_facilitators_race_and_only_the_first_declaration_counts() public {
        Message memory message = messageOn(gateway, 3, AMOUNT);
        (bytes32 id,) = declareOn(gateway, message, facilitator, secretHashOf(SECRET));
        bytes memory signature = sign(ALICE_KEY, id);
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.NonceUsed.selector, alice, 3));
        vm.prank(rival);
        gateway.declare(message, secretHashOf("rival"), signature, noPermit());
        assertEq(gateway.ledger(rival), 50 ether, "the loser keeps its coin");
    }

    function test_a_sender_is_not_blocked_by_one_stuck_message() public {
        (bytes32 stuck,) = declareOn(gateway, messageOn(gateway, 1, AMOUNT), facilitator, secretHashOf("lost"));
        uint256[3] memory nonces = [uint256(7), 2, type(uint256).max];
        for (uint256 i = 0; i < 3; ++i) {
            (bytes32 id, Envelope memory e) = declareOn(gateway, nonces[i], AMOUNT);
            gateway.progressOutbox(e, SECRET);
            uint64 number = prove(gateway);
            bytes[] memory proof = outboxProof(gateway, id);
            onAuxiliary();
            coGateway.deliver(e, SECRET, number, proof);
            assertStatus(inboxStatus(coGateway, id), Status.Progressed, "later message");
        }
        assertStatus(outboxStatus(gateway, stuck), Status.Declared, "the stuck one waits");
    }

    function test_a_sender_may_be_its_own_facilitator() public {
        onOrigin();
        Message memory message = messageOn(gateway, 3, AMOUNT);
        vm.prank(alice);
        bytes32 id = gateway.declare(message, 0, "", noPermit());
        Envelope memory e = envelopeOf(message, alice, 0);
        uint64 number = prove(gateway);
        bytes[] memory proof = outboxProof(gateway, id);
        onAuxiliary();
        coGateway.deliver(e, 0, number, proof);
        assertStatus(inboxStatus(coGateway, id), Status.Progressed, "delivered");
    }

    function test_an_old_root_moves_a_message_after_newer_ones_came() public {
        (bytes32 id, Envelope memory e) = declareOn(gateway, 3, AMOUNT);
        uint64 number = prove(gateway);
        bytes[] memory proof = outboxProof(gateway, id);
        declareOn(gateway, 4, AMOUNT);
        for (uint256 i = 0; i < 33; ++i) {
            observe();
        }
        onAuxiliary();
        coGateway.deliver(e, SECRET, number, proof);
        finished(coGateway, id, facilitator);
    }

    function test_several_messages_go_in_one_batch_and_a_failing_one_is_reported() public {
        uint256 count = 4;
        bytes[] memory calls = new bytes[](count + 1);
        Envelope[] memory es = new Envelope[](count);
        bytes32[] memory ids = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            (ids[i], es[i]) = declareOn(gateway, 10 + i, AMOUNT);
        }
        uint64 number = prove(gateway);
        for (uint256 i = 0; i < count; ++i) {
            calls[i] =
                abi.encodeCall(IMessageBus.deliver, (es[i], SECRET, number, outboxProof(gateway, ids[i])));
        }
        calls[count] = calls[0];
        onAuxiliary();
        vm.recordLogs();
        bool[] memory succeeded = coGateway.batch(calls);
        for (uint256 i = 0; i < count; ++i) {
            check(succeeded[i], "each first delivery");
            assertStatus(inboxStatus(coGateway, ids[i]), Status.Progressed, "delivered");
        }
        check(!succeeded[count], "the repeated one");
        bytes memory reason = abi.encodeWithSelector(
            IMessageBus.StatusRefused.selector, ids[0], Status.Progressed, Status.Progressed
        );
        bool seen;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != IMessageBus.CallFailed.selector) continue;
            assertEq(uint256(logs[i].topics[1]), count, "index");
            assertEq(abi.decode(logs[i].data, (bytes)), reason);
            seen = true;
        }
        check(seen, "CallFailed");
    }

    function lockOf(bytes32 id, Envelope memory e) private pure returns (bytes32) {
        return keccak256(abi.encode(id, e.facilitator, e.declaredAt, e.secretHash));
    }
}

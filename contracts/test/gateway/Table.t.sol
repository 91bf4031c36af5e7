// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BoxState} from "../../src/gateway/BoxState.sol";
import {BusHash} from "../../src/gateway/BusHash.sol";
import {Envelope, IMessageBus, Message, Status} from "../../src/gateway/IMessageBus.sol";
import {MessageBus} from "../../src/gateway/MessageBus.sol";
import {Pair} from "./Pair.sol";

/// @dev The table of 7.4, whole: every step from every status of the own box, by every status of the peer's box, on
/// both sides. What the table does not list is refused (row 12).
contract TableTest is Pair {
    uint256 private constant AMOUNT = 1e24;

    /// A step of a live message; `outbox`: which box it moves.
    enum Step {
        ProgressOutbox,
        ProgressOutboxByProof,
        Confirm,
        Deliver,
        DeliverBySecret,
        ProgressInbox,
        ProgressInboxByProof
    }

    struct Row {
        Step step;
        bool outbox;
        Status from;
        Status to;
        bool needsPeer;
    }

    MessageBus[2] private sides;

    function setUp() public {
        setUpPair();
        stakeForAlice(1000, 10 * AMOUNT);
        sides = [MessageBus(gateway), MessageBus(coGateway)];
        onOrigin();
        vm.deal(address(this), 1 ether);
    }

    function rows() private pure returns (Row[7] memory) {
        return [
            Row(Step.ProgressOutbox, true, Status.Declared, Status.Progressed, false), // 2
            Row(Step.ProgressOutboxByProof, true, Status.Declared, Status.Progressed, true), // 3
            Row(Step.Confirm, false, Status.Undeclared, Status.Declared, true), // 7
            Row(Step.Deliver, false, Status.Undeclared, Status.Progressed, true), // 8
            Row(Step.DeliverBySecret, false, Status.Undeclared, Status.Progressed, true), // 8
            Row(Step.ProgressInbox, false, Status.Declared, Status.Progressed, false), // 9
            Row(Step.ProgressInboxByProof, false, Status.Declared, Status.Progressed, true) // 10
        ];
    }

    function run(MessageBus bus, Step step, Envelope memory e, uint64 number, bytes[] memory proof) private {
        on(bus);
        vm.prank(rival);
        if (step == Step.ProgressOutbox) bus.progressOutbox(e, SECRET);
        else if (step == Step.ProgressOutboxByProof) bus.progressOutboxByProof(e, number, proof);
        else if (step == Step.Confirm) bus.confirm(e, number, proof);
        else if (step == Step.Deliver) bus.deliver(e, 0, number, proof);
        else if (step == Step.DeliverBySecret) bus.deliver(e, SECRET, number, proof);
        else if (step == Step.ProgressInbox) bus.progressInbox(e, SECRET);
        else bus.progressInboxByProof(e, number, proof);
    }

    function idOn(MessageBus bus, bool outbox, Message memory m) private view returns (bytes32) {
        return outbox ? bus.quote(m).id : bus.peerMessageId(m);
    }

    function forceBox(MessageBus bus, bool outbox, bytes32 id, bytes32 word_) private {
        if (outbox) forceOutbox(bus, id, word_);
        else forceInbox(bus, id, word_);
    }

    function word(Envelope memory e, bytes32 id, Status status) private pure returns (bytes32) {
        if (status == Status.Undeclared) return 0;
        return BoxState.word(keccak256(abi.encode(id, e.facilitator, e.declaredAt, e.secretHash)), status);
    }

    function test_every_step_leaves_from_its_own_statuses_only() public {
        for (uint256 side = 0; side < 2; ++side) {
            for (uint256 r = 0; r < 7; ++r) {
                for (uint256 from = 0; from <= uint256(Status.Recovered); ++from) {
                    stepFrom(sides[side], rows()[r], Status(from));
                }
            }
        }
    }

    /// A message whose peer box is Declared, shown the step from a forced status.
    function stepFrom(MessageBus bus, Row memory row, Status from) private {
        uint256 snapshot = vm.snapshotState();
        MessageBus source = row.outbox ? bus : peerOf(bus);
        Envelope memory e = envelopeOf(messageOn(source, 1, AMOUNT), facilitator, secretHashOf(SECRET));
        bytes32 id = idOn(bus, row.outbox, e.message);
        forceBox(peerOf(bus), !row.outbox, id, word(e, id, Status.Declared));
        forceBox(bus, row.outbox, id, word(e, id, from));
        (uint64 number, bytes[] memory proof) = shown(bus, row.outbox, id);
        if (from != row.from) {
            Status to = row.to;
            vm.expectRevert(abi.encodeWithSelector(IMessageBus.StatusRefused.selector, id, from, to));
        }
        run(bus, row.step, e, number, proof);
        Status now_ = row.outbox ? outboxStatus(bus, id) : inboxStatus(bus, id);
        assertStatus(now_, from == row.from ? row.to : from, "status after the step");
        vm.revertToState(snapshot);
    }

    /// The peer's storage with the message's word, as a root known to `bus` and a proof under it.
    function shown(MessageBus bus, bool outbox, bytes32 id) private returns (uint64 number, bytes[] memory proof) {
        MessageBus peer = peerOf(bus);
        number = prove(peer);
        proof = outbox ? inboxProof(peer, id) : outboxProof(peer, id);
    }

    function test_a_proof_moves_a_box_only_by_a_peer_that_is_declared_or_progressed() public {
        for (uint256 side = 0; side < 2; ++side) {
            for (uint256 r = 0; r < 7; ++r) {
                Row memory row = rows()[r];
                if (!row.needsPeer) continue;
                for (uint256 peer = 1; peer <= 7; ++peer) {
                    stepByPeer(sides[side], row, peer);
                }
            }
        }
    }

    /// The step from its own status, shown a peer's word with this status byte; 0 here stands for a bare lock (7).
    function stepByPeer(MessageBus bus, Row memory row, uint256 peer) private {
        uint256 snapshot = vm.snapshotState();
        MessageBus source = row.outbox ? bus : peerOf(bus);
        Envelope memory e = envelopeOf(messageOn(source, 1, AMOUNT), facilitator, secretHashOf(SECRET));
        bytes32 id = idOn(bus, row.outbox, e.message);
        bytes32 peerWord = word(e, id, Status.Declared);
        uint256 statusByte = peer == 7 ? 0 : peer;
        peerWord = bytes32((uint256(peerWord) & ~uint256(0xff)) | statusByte);
        forceBox(peerOf(bus), !row.outbox, id, peerWord);
        forceBox(bus, row.outbox, id, word(e, id, row.from));
        (uint64 number, bytes[] memory proof) = shown(bus, row.outbox, id);
        bool allowed = peer == 1 || peer == 2;
        if (!allowed) vm.expectRevert(refusal(row, id, peerWord, statusByte));
        run(bus, row.step, e, number, proof);
        Status now_ = row.outbox ? outboxStatus(bus, id) : inboxStatus(bus, id);
        assertStatus(now_, allowed ? row.to : row.from, "status after the step");
        vm.revertToState(snapshot);
    }

    function refusal(Row memory row, bytes32 id, bytes32 peerWord, uint256 statusByte)
        private
        pure
        returns (bytes memory)
    {
        if (statusByte == 0 || statusByte > 4) {
            return abi.encodeWithSelector(IMessageBus.PeerWordMalformed.selector, id, peerWord);
        }
        return abi.encodeWithSelector(
            IMessageBus.PeerStatusRefused.selector, id, row.from, row.to, Status(statusByte)
        );
    }

    function test_the_status_numbers_are_those_of_the_protocol() public pure {
        assertEq(uint256(Status.Undeclared), 0);
        assertEq(uint256(Status.Declared), 1);
        assertEq(uint256(Status.Progressed), 2);
        assertEq(uint256(Status.RevocationDeclared), 3);
        assertEq(uint256(Status.Revoked), 4);
        assertEq(uint256(Status.Recovered), 5);
    }

    function test_a_wrong_secret_moves_nothing() public {
        for (uint256 side = 0; side < 2; ++side) {
            MessageBus bus = sides[side];
            MessageBus peer = peerOf(bus);
            (bytes32 id, Envelope memory e) = declareOn(bus, 1, AMOUNT);
            bytes memory reason = abi.encodeWithSelector(
                IMessageBus.SecretWrong.selector, id, secretHashOf(SECRET), secretHashOf("wrong")
            );
            vm.expectRevert(reason);
            bus.progressOutbox(e, "wrong");

            uint64 number = prove(bus);
            bytes[] memory proof = outboxProof(bus, id);
            on(peer);
            vm.expectRevert(reason);
            peer.deliver(e, "wrong", number, proof);
            peer.confirm(e, number, proof);
            vm.expectRevert(reason);
            peer.progressInbox(e, "wrong");
        }
    }

    function test_no_secret_moves_a_message_without_a_secret_hash() public {
        bytes32[2] memory secrets = [bytes32(0), SECRET];
        for (uint256 i = 0; i < 2; ++i) {
            (bytes32 id, Envelope memory e) =
                declareOn(gateway, messageOn(gateway, 1 + i, AMOUNT), facilitator, bytes32(0));
            vm.expectRevert(
                abi.encodeWithSelector(
                    IMessageBus.SecretWrong.selector, id, bytes32(0), keccak256(abi.encode(secrets[i]))
                )
            );
            gateway.progressOutbox(e, secrets[i]);
        }
    }

    function test_the_target_refuses_an_envelope_that_the_proven_lock_is_not_of() public {
        (bytes32 id, Envelope memory e) = declareOn(gateway, 1, AMOUNT);
        bytes32 proven = gateway.outbox(id);
        uint64 number = prove(gateway);
        bytes[] memory proof = outboxProof(gateway, id);
        onAuxiliary();
        for (uint256 i = 0; i < 3; ++i) {
            Envelope memory forged = Envelope(e.message, e.facilitator, e.declaredAt, e.secretHash);
            if (i == 0) forged.facilitator = rival;
            if (i == 1) forged.declaredAt += 1;
            if (i == 2) forged.secretHash = secretHashOf("rival");
            bytes32 lock = keccak256(abi.encode(id, forged.facilitator, forged.declaredAt, forged.secretHash));
            bytes memory reason = abi.encodeWithSelector(IMessageBus.LockWrong.selector, id, lock, proven);
            vm.expectRevert(reason);
            coGateway.confirm(forged, number, proof);
            vm.expectRevert(reason);
            coGateway.deliver(forged, 0, number, proof);
        }
        coGateway.confirm(e, number, proof);
        assertEq(coGateway.inbox(id), proven, "the lock comes from the proof");
    }

    function test_a_confirmed_message_refuses_another_envelope() public {
        (bytes32 id, Envelope memory e) = declareOn(gateway, 1, AMOUNT);
        uint64 number = prove(gateway);
        bytes[] memory proof = outboxProof(gateway, id);
        onAuxiliary();
        coGateway.confirm(e, number, proof);
        Envelope memory forged = Envelope(e.message, rival, e.declaredAt, secretHashOf("rival"));
        bytes32 lock = keccak256(abi.encode(id, rival, e.declaredAt, secretHashOf("rival")));
        bytes32 word_ = coGateway.inbox(id);
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.LockWrong.selector, id, lock, word_));
        vm.prank(rival);
        coGateway.progressInbox(forged, "rival");
    }

    function test_the_source_refuses_a_peer_word_of_another_lock() public {
        (bytes32 id, Envelope memory e) = declareOn(gateway, 1, AMOUNT);
        bytes32 other = BoxState.word(keccak256("another lock"), Status.Progressed);
        forceInbox(coGateway, id, other);
        (uint64 number, bytes[] memory proof) = shown(gateway, true, id);
        bytes32 lock = keccak256(abi.encode(id, e.facilitator, e.declaredAt, e.secretHash));
        onOrigin();
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.LockWrong.selector, id, lock, other));
        gateway.progressOutboxByProof(e, number, proof);
    }

    function test_a_proof_of_another_message_or_box_is_refused() public {
        (bytes32 id, Envelope memory e) = declareOn(gateway, 1, AMOUNT);
        (bytes32 other,) = declareOn(gateway, 2, AMOUNT);
        uint64 number = prove(gateway);
        bytes[] memory proof = outboxProof(gateway, other);
        bytes[] memory linkProof = slotProof(address(gateway), bytes32(0));
        bytes[] memory right = outboxProof(gateway, id);
        onAuxiliary();
        vm.expectRevert();
        coGateway.confirm(e, number, proof);
        vm.expectRevert();
        coGateway.confirm(e, number, linkProof);
        vm.expectRevert();
        coGateway.confirm(e, number, new bytes[](0));
        coGateway.confirm(e, number, right);
    }

    function test_a_message_under_an_unknown_root_is_refused() public {
        (bytes32 id, Envelope memory e) = declareOn(gateway, 1, AMOUNT);
        bytes[] memory proof = outboxProof(gateway, id);
        onAuxiliary();
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.PeerNotProven.selector, uint64(777)));
        coGateway.confirm(e, 777, proof);
    }

    /// A message that was proven here belongs to this pair alone: the same words under another domain have other ids.
    function test_a_stake_is_no_redeem_and_a_redeem_no_stake() public {
        (bytes32 id, Envelope memory e) = declareOn(gateway, 1, AMOUNT);
        check(id != gateway.peerMessageId(e.message), "id by direction");
        check(id == coGateway.peerMessageId(e.message), "the target computes the source's id");
        vm.expectRevert(
            abi.encodeWithSelector(
                IMessageBus.StatusRefused.selector,
                coGateway.quote(e.message).id,
                Status.Undeclared,
                Status.Progressed
            )
        );
        coGateway.progressOutbox(e, SECRET);
    }
}

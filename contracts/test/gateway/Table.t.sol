// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BoxState} from "../../src/gateway/BoxState.sol";
import {BusHash} from "../../src/gateway/BusHash.sol";
import {Envelope, IMessageBus, Message, Status} from "../../src/gateway/IMessageBus.sol";
import {MessageBus} from "../../src/gateway/MessageBus.sol";
import {Pair} from "./Pair.sol";

/// @dev The table of 7.4, whole: every step, on both sides, from every status of the own box, by every word that the peer's
/// box can hold. What `rowOf` does not list is refused, naming both statuses (row 12).
contract TableTest is Pair {
    uint256 private constant AMOUNT = 1e24;
    uint256 private constant STATUSES = 6;

    /// A step of a message: what is called.
    enum Step {
        Declare,
        ProgressOutbox,
        ProgressOutboxByProof,
        DeclareRevocation,
        RevokeOutbox,
        Confirm,
        Deliver,
        DeliverBySecret,
        ProgressInbox,
        ProgressInboxByProof,
        RevokeInbox
    }

    uint256 private constant STEPS = 11;

    /// One row: `peers` is the set of peer statuses (bit i: status i) that it needs, zero if it needs no proof.
    struct Row {
        uint256 number;
        uint256 peers;
    }

    /// What a step is shown: the peer's word with this low byte, proven.
    struct Shown {
        Envelope envelope;
        bytes32 id;
        uint256 low;
        bytes32 word;
        bytes[] proof;
    }

    MessageBus[2] private sides;

    function setUp() public {
        setUpPair();
        stakeForAlice(1000, 10 * AMOUNT);
        sides = [MessageBus(gateway), MessageBus(coGateway)];
        onOrigin();
        vm.deal(address(this), 1 ether);
    }

    function isOutbox(Step step) private pure returns (bool) {
        return step <= Step.RevokeOutbox;
    }

    function byProof(Step step) private pure returns (bool) {
        return step == Step.ProgressOutboxByProof || step == Step.RevokeOutbox || step == Step.RevokeInbox
            || (step >= Step.Confirm && step <= Step.DeliverBySecret) || step == Step.ProgressInboxByProof;
    }

    function target(Step step) private pure returns (Status) {
        if (step == Step.Declare || step == Step.Confirm) return Status.Declared;
        if (step == Step.DeclareRevocation) return Status.RevocationDeclared;
        if (step == Step.RevokeOutbox || step == Step.RevokeInbox) return Status.Revoked;
        return Status.Progressed;
    }

    /// The table, as 7.4 prints it: the row by which this step leaves this status, number 0 for none.
    function rowOf(Step step, Status from) private pure returns (Row memory) {
        uint256 d = 1 << uint256(Status.Declared);
        uint256 p = 1 << uint256(Status.Progressed);
        uint256 r = 1 << uint256(Status.RevocationDeclared);
        uint256 v = 1 << uint256(Status.Revoked);
        if (from == Status.Undeclared) {
            if (step == Step.Declare) return Row(1, 0);
            if (step == Step.Confirm) return Row(7, d | p);
            if (step == Step.Deliver || step == Step.DeliverBySecret) return Row(8, d | p);
            if (step == Step.RevokeInbox) return Row(11, r);
        }
        if (from == Status.Declared) {
            if (step == Step.ProgressOutbox) return Row(2, 0);
            if (step == Step.ProgressOutboxByProof) return Row(3, d | p);
            if (step == Step.DeclareRevocation) return Row(4, 0);
            if (step == Step.ProgressInbox) return Row(9, 0);
            if (step == Step.ProgressInboxByProof) return Row(10, d | p);
            if (step == Step.RevokeInbox) return Row(11, r);
        }
        if (from == Status.RevocationDeclared) {
            if (step == Step.ProgressOutboxByProof) return Row(5, p);
            if (step == Step.RevokeOutbox) return Row(6, v);
        }
        return Row(0, 0);
    }

    function run(MessageBus bus, Step step, Shown memory s, bytes memory signature) private {
        Envelope memory e = s.envelope;
        on(bus);
        vm.prank(facilitator);
        if (step == Step.Declare) bus.declare(e.message, e.secretHash, signature, noPermit());
        else if (step == Step.ProgressOutbox) bus.progressOutbox(e, SECRET);
        else if (step == Step.ProgressOutboxByProof) bus.progressOutboxByProof(e, 777, s.proof);
        else if (step == Step.DeclareRevocation) bus.declareRevocation(e, signature);
        else if (step == Step.RevokeOutbox) bus.revokeOutbox(e, 777, s.proof);
        else if (step == Step.Confirm) bus.confirm(e, 777, s.proof);
        else if (step == Step.Deliver) bus.deliver(e, 0, 777, s.proof);
        else if (step == Step.DeliverBySecret) bus.deliver(e, SECRET, 777, s.proof);
        else if (step == Step.ProgressInbox) bus.progressInbox(e, SECRET);
        else if (step == Step.ProgressInboxByProof) bus.progressInboxByProof(e, 777, s.proof);
        else bus.revokeInbox(e, 777, s.proof);
    }

    function idOn(MessageBus bus, bool outbox, Message memory m) private view returns (bytes32) {
        return outbox ? bus.quote(m).id : bus.peerMessageId(m);
    }

    function forceBox(MessageBus bus, bool outbox, bytes32 id, bytes32 word_) private {
        if (outbox) forceOutbox(bus, id, word_);
        else forceInbox(bus, id, word_);
    }

    function word(Envelope memory e, bytes32 id, uint256 low) private pure returns (bytes32) {
        bytes32 lock = keccak256(abi.encode(id, e.facilitator, e.declaredAt, e.secretHash));
        return bytes32((uint256(lock) & ~uint256(0xff)) | low);
    }

    /// One message for each low byte that the peer's word may have, 0 to 6, all proven under number 777.
    function show(MessageBus bus, bool outbox) private returns (Shown[7] memory shown) {
        MessageBus peer = peerOf(bus);
        MessageBus source = outbox ? bus : peer;
        for (uint256 low = 0; low < 7; ++low) {
            Shown memory s = shown[low];
            s.envelope = envelopeOf(messageOn(source, 1 + low, AMOUNT), facilitator, secretHashOf(SECRET));
            s.envelope.message.deadline += 2 days;
            s.id = idOn(bus, outbox, s.envelope.message);
            s.low = low;
            s.word = word(s.envelope, s.id, low);
            forceBox(peer, !outbox, s.id, s.word);
        }
        plantPeerRoot(bus, 777, peer);
        for (uint256 low = 0; low < 7; ++low) {
            shown[low].proof = outbox ? inboxProof(peer, shown[low].id) : outboxProof(peer, shown[low].id);
        }
        vm.warp(block.timestamp + 1 days);
    }

    function test_every_cell_of_the_table_on_origin() public {
        check(cells(sides[0]) == STEPS * STATUSES * 7, "all cells");
    }

    function test_every_cell_of_the_table_on_the_auxiliary_chain() public {
        check(cells(sides[1]) == STEPS * STATUSES * 7, "all cells");
    }

    function cells(MessageBus bus) private returns (uint256 count) {
        for (uint256 box = 0; box < 2; ++box) {
            uint256 before = vm.snapshotState();
            Shown[7] memory shown = show(bus, box == 0);
            for (uint256 step = 0; step < STEPS; ++step) {
                if (isOutbox(Step(step)) != (box == 0)) continue;
                for (uint256 cell = 0; cell < STATUSES * 7; ++cell) {
                    tryCell(bus, Step(step), Status(cell / 7), shown[cell % 7]);
                    ++count;
                }
            }
            vm.revertToState(before);
        }
    }

    /// The step from a forced status of the own box, shown one peer's word.
    function tryCell(MessageBus bus, Step step, Status from, Shown memory s) private {
        uint256 snapshot = vm.snapshotState();
        bool outbox = isOutbox(step);
        Row memory row = rowOf(step, from);
        forceBox(bus, outbox, s.id, from == Status.Undeclared ? bytes32(0) : word(s.envelope, s.id, uint256(from)));
        bytes memory signature = sign(ALICE_KEY, step == Step.Declare ? s.id : bus.revokeDigest(s.id));
        bytes memory refused = refusal(step, from, row, s);
        if (refused.length > 0) vm.expectRevert(refused);
        run(bus, step, s, signature);
        Status now_ = outbox ? outboxStatus(bus, s.id) : inboxStatus(bus, s.id);
        assertStatus(now_, refused.length > 0 ? from : target(step), "status after the step");
        vm.revertToState(snapshot);
    }

    /// Why a cell is refused; nothing if it is a row.
    function refusal(Step step, Status from, Row memory row, Shown memory s) private pure returns (bytes memory) {
        Status to = target(step);
        if (row.number == 0) return abi.encodeWithSelector(IMessageBus.StatusRefused.selector, s.id, from, to);
        if (!byProof(step)) return "";
        if (s.low == 0 || s.low > 4) {
            return abi.encodeWithSelector(IMessageBus.PeerWordMalformed.selector, s.id, s.word);
        }
        if ((row.peers >> s.low) & 1 == 1) return "";
        return abi.encodeWithSelector(IMessageBus.PeerStatusRefused.selector, s.id, from, to, Status(s.low));
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
        uint64 number = prove(coGateway);
        bytes[] memory proof = inboxProof(coGateway, id);
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

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Envelope, IMessageBus, Message, Status} from "../../src/gateway/IMessageBus.sol";
import {MessageBus} from "../../src/gateway/MessageBus.sol";
import {Oddity, OddToken} from "./OddToken.sol";
import {RecoveryPair} from "./RecoveryPair.sol";

/// @dev Rows 4, 5, 6 and 11 (gateway 7.4) with their money (7.3), both ways.
contract RevocationTest is RecoveryPair {
    uint256 private constant AMOUNT = 1e24;
    uint256 private constant PENALTY = 1.5 ether;

    MessageBus[2] private sides;

    function setUp() public {
        setUpPair();
        stakeForAlice(1000, 10 * AMOUNT);
        sides = [MessageBus(gateway), MessageBus(coGateway)];
    }

    function makeToken() internal override returns (address) {
        OddToken made = new OddToken();
        made.mint(alice, SUPPLY);
        return address(made);
    }

    /// A message whose revocation is declared, after the delay.
    function revoking(MessageBus bus, uint256 nonce) private returns (bytes32 id, Envelope memory e) {
        (id, e) = declareOn(bus, nonce, AMOUNT);
        vm.warp(block.timestamp + bus.REVOKE_DELAY());
        revoke(e);
    }

    /// The target revokes by a proof of the source.
    function revokeInboxOf(MessageBus source, bytes32 id, Envelope memory e) private {
        uint64 number = prove(source);
        bytes[] memory proof = outboxProof(source, id);
        MessageBus target = peerOf(source);
        on(target);
        vm.expectEmit(address(target));
        emit IMessageBus.InboxRevoked(id, source.outbox(id));
        target.revokeInbox(e, number, proof);
    }

    function test_a_revoked_message_gives_the_amount_back_and_burns_bounty_and_penalty() public {
        for (uint256 i = 0; i < 2; ++i) {
            MessageBus bus = sides[i];
            uint256 before = IERC20(bus.TOKEN()).balanceOf(alice);
            (bytes32 id, Envelope memory e) = revoking(bus, 1);
            assertStatus(outboxStatus(bus, id), Status.RevocationDeclared, "declared");
            assertEq(bus.ledger(alice), 50 ether - PENALTY, "the penalty is taken from the sender");
            revokeInboxOf(bus, id, e);
            uint64 number = prove(peerOf(bus));
            bytes[] memory proof = inboxProof(peerOf(bus), id);
            on(bus);
            vm.expectEmit(address(bus));
            emit IMessageBus.OutboxRevoked(id, alice, AMOUNT, BOUNTY + PENALTY);
            vm.prank(rival);
            bus.revokeOutbox(e, number, proof);
            assertStatus(outboxStatus(bus, id), Status.Revoked, "revoked");
            assertEq(IERC20(bus.TOKEN()).balanceOf(alice), before, "the amount is back");
            assertEq(bus.burned(), BOUNTY + PENALTY, "burned");
            assertEq(bus.ledger(alice), 50 ether - PENALTY, "no penalty back");
            assertEq(bus.ledger(facilitator), 50 ether - BOUNTY - (i == 0 ? 0 : 0), "no bounty back");
            assertEq(
                address(bus).balance,
                bus.ledger(alice) + bus.ledger(facilitator) + bus.ledger(rival) + bus.burned(),
                "what is burned stays here"
            );
        }
    }

    function test_a_message_that_was_delivered_before_its_revocation_arrived_returns_bounty_and_penalty() public {
        for (uint256 i = 0; i < 2; ++i) {
            MessageBus bus = sides[i];
            MessageBus peer = peerOf(bus);
            (bytes32 id, Envelope memory e) = declareOn(bus, 1, AMOUNT);
            uint64 number = prove(bus);
            bytes[] memory proof = outboxProof(bus, id);
            vm.warp(block.timestamp + bus.REVOKE_DELAY());
            revoke(e);
            on(peer);
            peer.deliver(e, SECRET, number, proof);
            number = prove(peer);
            proof = inboxProof(peer, id);
            on(bus);
            bus.progressOutboxByProof(e, number, proof);
            assertStatus(outboxStatus(bus, id), Status.Progressed, "progressed");
            assertEq(bus.ledger(alice), 50 ether, "the penalty is back");
            assertEq(bus.ledger(facilitator), 50 ether, "the bounty is back");
            assertEq(bus.burned(), 0, "nothing burned");
        }
    }

    /// A confirmed message can still be revoked by its sender; what was only confirmed goes to Revoked.
    function test_a_confirmed_message_is_revoked_on_both_sides() public {
        for (uint256 i = 0; i < 2; ++i) {
            MessageBus bus = sides[i];
            (bytes32 id, Envelope memory e) = declareOn(bus, 1, AMOUNT);
            uint64 number = prove(bus);
            bytes[] memory proof = outboxProof(bus, id);
            on(peerOf(bus));
            peerOf(bus).confirm(e, number, proof);
            vm.warp(block.timestamp + bus.REVOKE_DELAY());
            revoke(e);
            revokeInboxOf(bus, id, e);
            assertStatus(inboxStatus(peerOf(bus), id), Status.Revoked, "revoked");
        }
    }

    function test_a_revocation_waits_for_the_delay_unless_the_sender_declared_itself() public {
        for (uint256 i = 0; i < 2; ++i) {
            MessageBus bus = sides[i];
            (bytes32 id, Envelope memory e) = declareOn(bus, 1, AMOUNT);
            uint256 from = uint256(e.declaredAt) + bus.REVOKE_DELAY();
            vm.warp(from - 1);
            vm.expectRevert(abi.encodeWithSelector(IMessageBus.RevocationTooEarly.selector, id, from, from - 1));
            vm.prank(alice);
            bus.declareRevocation(e, "");
            vm.warp(from);
            revoke(e);
            (id, e) = declareOn(bus, messageOn(bus, 2, AMOUNT), alice, secretHashOf(SECRET));
            vm.expectEmit(address(bus));
            emit IMessageBus.RevocationDeclared(id, alice, alice);
            revoke(e);
        }
    }

    function test_anyone_revokes_with_the_senders_signature_and_nobody_without() public {
        for (uint256 i = 0; i < 2; ++i) {
            MessageBus bus = sides[i];
            (bytes32 other,) = declareOn(bus, 2, AMOUNT);
            (bytes32 id, Envelope memory e) = declareOn(bus, 1, AMOUNT);
            vm.warp(block.timestamp + bus.REVOKE_DELAY());
            wrongRevoke(bus, e, "", address(0));
            wrongRevoke(bus, e, sign(RIVAL_KEY, bus.revokeDigest(id)), rival);
            wrongRevoke(bus, e, bytes.concat(sign(ALICE_KEY, bus.revokeDigest(id)), hex"00"), address(0));
            bytes memory ofOther = sign(ALICE_KEY, bus.revokeDigest(other));
            vm.expectPartialRevert(IMessageBus.SignatureWrong.selector);
            bus.declareRevocation(e, ofOther);
            bytes memory ofPeer = sign(ALICE_KEY, peerOf(bus).revokeDigest(id));
            vm.expectPartialRevert(IMessageBus.SignatureWrong.selector);
            bus.declareRevocation(e, ofPeer);

            bytes memory right = sign(ALICE_KEY, bus.revokeDigest(id));
            uint256 chain = block.chainid;
            vm.chainId(99);
            vm.expectRevert(abi.encodeWithSelector(IMessageBus.ChainIdWrong.selector, chain, 99));
            bus.declareRevocation(e, right);
            vm.chainId(chain);
            vm.expectEmit(address(bus));
            emit IMessageBus.RevocationDeclared(id, alice, rival);
            vm.prank(rival);
            bus.declareRevocation(e, right);
            assertEq(bus.ledger(rival), 50 ether, "who brings it pays nothing");
        }
    }

    function wrongRevoke(MessageBus bus, Envelope memory e, bytes memory signature, address recovered) private {
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.SignatureWrong.selector, alice, recovered));
        vm.prank(rival);
        bus.declareRevocation(e, signature);
    }

    function test_a_sender_without_the_penalty_in_its_ledger_cannot_revoke() public {
        for (uint256 i = 0; i < 2; ++i) {
            MessageBus bus = sides[i];
            (, Envelope memory e) = declareOn(bus, 1, AMOUNT);
            vm.warp(block.timestamp + bus.REVOKE_DELAY());
            vm.prank(alice);
            bus.withdrawLedger(50 ether - PENALTY + 1);
            vm.expectRevert(
                abi.encodeWithSelector(IMessageBus.LedgerTooLow.selector, alice, PENALTY - 1, PENALTY)
            );
            vm.prank(alice);
            bus.declareRevocation(e, "");
        }
    }

    function test_another_envelope_revokes_nothing() public {
        (bytes32 id, Envelope memory e) = declareOn(gateway, 1, AMOUNT);
        vm.warp(block.timestamp + 1 days);
        e.declaredAt -= 1;
        bytes32 lock = keccak256(abi.encode(id, e.facilitator, e.declaredAt, e.secretHash));
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.LockWrong.selector, id, lock, gateway.outbox(id)));
        vm.prank(alice);
        gateway.declareRevocation(e, "");
    }

    /// The penalty is half as much again as the bounty, rounded down.
    function test_the_penalty_is_three_halves_of_the_bounty() public view {
        assertEq(gateway.PENALTY(), PENALTY);
        assertEq(coGateway.PENALTY(), PENALTY);
        assertEq(gateway.quote(messageOn(gateway, 1, AMOUNT)).penalty, PENALTY);
    }

    function revokedOnBothSides() private returns (bytes32 id, Envelope memory e, uint64 number, bytes[] memory proof) {
        (id, e) = revoking(gateway, 1);
        revokeInboxOf(gateway, id, e);
        number = prove(coGateway);
        proof = inboxProof(coGateway, id);
        onOrigin();
    }

    function test_a_sender_that_the_token_blocks_is_credited_its_revoked_stake() public {
        (, Envelope memory e, uint64 number, bytes[] memory proof) = revokedOnBothSides();
        OddToken(token).become(Oddity.BlocksByBurningGas, alice);
        gateway.revokeOutbox{gas: 2_000_000}(e, number, proof);
        assertEq(gateway.tokenLedger(alice), AMOUNT, "credited");
        OddToken(token).become(Oddity.None, alice);
        uint256 before = OddToken(token).balanceOf(alice);
        vm.prank(alice);
        gateway.withdrawTokens();
        assertEq(OddToken(token).balanceOf(alice), before + AMOUNT, "drawn");
    }

    /// Whatever gas a caller gives, the sender is paid or nothing happened; a credit would need a token that refuses.
    function test_no_amount_of_gas_turns_a_revoked_stake_into_a_credit() public {
        (bytes32 id, Envelope memory e, uint64 number, bytes[] memory proof) = revokedOnBothSides();
        OddToken(token).become(Oddity.NeedsMuchGas, address(0));
        bytes memory call = abi.encodeCall(IMessageBus.revokeOutbox, (e, number, proof));
        uint256 refused;
        for (uint256 gas = 30_000; gas < 600_000; gas += 3_001) {
            (bool done,) = address(gateway).call{gas: gas}(call);
            assertEq(gateway.tokenLedger(alice), 0, "never a credit");
            if (done) break;
            ++refused;
            assertStatus(outboxStatus(gateway, id), Status.RevocationDeclared, "all or nothing");
        }
        check(refused > 50, "many were refused");
        assertStatus(outboxStatus(gateway, id), Status.Revoked, "one went through");
    }

    function test_a_halt_closes_rows_1_4_and_6_on_origin_alone() public {
        (bytes32 id, Envelope memory e) = declareOn(gateway, 1, AMOUNT);
        (, Envelope memory revokedE, uint64 number, bytes[] memory proof) = revokedNumber2();
        (bytes32 redeemId, Envelope memory redeem) = declareOn(coGateway, 3, AMOUNT);
        core.halt();
        onOrigin();
        Message memory m = messageOn(gateway, 9, AMOUNT);
        bytes memory reason = abi.encodeWithSelector(IMessageBus.CoreHalted.selector);
        vm.expectRevert(reason);
        vm.prank(alice);
        gateway.declare(m, 0, "", noPermit());
        vm.expectRevert(reason);
        vm.prank(alice);
        gateway.declareRevocation(e, "");
        vm.expectRevert(reason);
        gateway.revokeOutbox(revokedE, number, proof);
        gateway.progressOutbox(e, SECRET);
        assertStatus(outboxStatus(gateway, id), Status.Progressed, "row 2 is open");

        // The auxiliary chain knows of no halt.
        revokeOnAuxiliary(redeemId, redeem);
    }

    function revokedNumber2()
        private
        returns (bytes32 id, Envelope memory e, uint64 number, bytes[] memory proof)
    {
        (id, e) = revoking(gateway, 2);
        revokeInboxOf(gateway, id, e);
        number = prove(coGateway);
        proof = inboxProof(coGateway, id);
    }

    function revokeOnAuxiliary(bytes32 id, Envelope memory e) private {
        vm.warp(block.timestamp + 1 days);
        revoke(e);
        forceInbox(gateway, id, bytes32((uint256(coGateway.outbox(id)) & ~uint256(0xff)) | uint256(Status.Revoked)));
        uint64 number = prove(gateway);
        bytes[] memory proof = inboxProof(gateway, id);
        onAuxiliary();
        coGateway.revokeOutbox(e, number, proof);
        assertStatus(outboxStatus(coGateway, id), Status.Revoked, "minted back");
    }
}

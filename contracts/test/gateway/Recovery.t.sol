// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TrieReader} from "../../src/lib/TrieReader.sol";
import {BoxState} from "../../src/gateway/BoxState.sol";
import {IGateway, RecoveryRoot} from "../../src/gateway/IGateway.sol";
import {Envelope, IMessageBus, Status} from "../../src/gateway/IMessageBus.sol";
import {Recovery} from "../../src/gateway/Recovery.sol";
import {Oddity, OddToken} from "./OddToken.sol";
import {RecoveryPair} from "./RecoveryPair.sol";

/// @dev Recovery on origin (gateway 7.7): its root, both tables cell by cell, its money, each claim once.
contract RecoveryTest is RecoveryPair {
    uint256 private constant AMOUNT = 1e24;
    uint256 private constant PENALTY = 1.5 ether;

    function setUp() public {
        setUpPair();
        stakeForAlice(1000, 10 * AMOUNT);
        onOrigin();
    }

    function makeToken() internal override returns (address) {
        OddToken made = new OddToken();
        made.mint(alice, SUPPLY);
        return address(made);
    }

    // ---------------------------------------------------------------------------------------------------------- root

    function test_after_a_halt_the_root_is_that_of_the_newest_source() public {
        keep();
        (uint64 older, bytes memory olderHeader) = (keptNumber, keptHeader);
        uint64 k = keep();
        core.halt();
        (keptNumber, keptHeader) = (older, olderHeader);
        vm.expectRevert(abi.encodeWithSelector(IGateway.SourceNotNewest.selector, older, k));
        fixRoot();
        (keptNumber, keptHeader) = (k, lastHeader);
        vm.expectEmit(true, false, false, false, address(gateway));
        emit IGateway.RecoveryRootFixed(k, 0, 0, 0);
        fixRoot();
        RecoveryRoot memory z = gateway.recoveryRoot();
        assertEq(z.rootNumber, k, "number");
        assertEq(gateway.peerRoot(k), z.coGatewayRoot, "the open rows may rest on it");
        vm.expectRevert(abi.encodeWithSelector(IGateway.RecoveryRootFixedBefore.selector, k));
        fixRoot();
    }

    function test_a_live_core_and_an_unfrozen_pair_have_no_recovery_root() public {
        keep();
        vm.expectPartialRevert(TrieReader.TrieAbsent.selector);
        fixRoot();
        tryFix(
            keptHeader,
            address(coGateway),
            address(utility),
            abi.encodeWithSelector(TrieReader.TrieTruncated.selector, 0)
        );
    }

    /// Fixes without a proof of the frozen flag.
    function tryFix(bytes memory header_, address first, address second, bytes memory reason) private {
        bytes[] memory firstProof = accountAtZ(first);
        bytes[] memory secondProof = accountAtZ(second);
        vm.expectRevert(reason);
        gateway.fixRecoveryRoot(keptNumber, header_, firstProof, secondProof, new bytes[](0));
    }

    function test_a_frozen_pairs_root_is_any_that_shows_the_flag() public {
        freezePair();
        keep();
        commit();
        commit();
        fixRoot();
        assertEq(gateway.recoveryRoot().rootNumber, keptNumber, "an older one in the ring");
        recoverBalance(ALICE_KEY, alice);
        assertEq(OddToken(token).balanceOf(alice), SUPPLY, "all back");
    }

    function test_a_root_needs_the_sources_header_and_the_pairs_accounts() public {
        keep();
        core.halt();
        onOrigin();
        bytes memory wrong = header(1, keccak256("another state"));
        tryFix(
            wrong,
            address(coGateway),
            address(utility),
            abi.encodeWithSelector(IGateway.SourceHeaderWrong.selector, keccak256(keptHeader), keccak256(wrong))
        );
        bytes[] memory ofToken = accountAtZ(address(utility));
        bytes[] memory ofCoGateway = accountAtZ(address(coGateway));
        vm.expectPartialRevert(TrieReader.TrieHash.selector);
        gateway.fixRecoveryRoot(keptNumber, keptHeader, ofToken, ofCoGateway, ofToken);
        vm.expectPartialRevert(TrieReader.TrieHash.selector);
        gateway.fixRecoveryRoot(keptNumber, keptHeader, ofCoGateway, ofCoGateway, ofToken);
    }

    function test_nothing_is_recovered_before_the_root_is_fixed() public {
        (bytes32 id, Envelope memory stake) = declareOn(gateway, 1, AMOUNT);
        (bytes32 redeemId, Envelope memory redeem) = declareOn(coGateway, 2, AMOUNT);
        keep();
        core.halt();
        bytes memory reason = abi.encodeWithSelector(IGateway.RecoveryRootNotFixed.selector);
        vm.expectRevert(reason);
        refundStake(id, stake);
        bytes memory signature = balanceSignature(ALICE_KEY, alice, alice);
        bytes[] memory proof = balanceAtZ(alice);
        vm.expectRevert(reason);
        gateway.recoverBalance(alice, alice, signature, proof);
        signature = sign(ALICE_KEY, gateway.recoveryDigest(2, redeemId, alice));
        proof = outboxAtZ(redeemId);
        vm.expectRevert(reason);
        gateway.recoverRedeem(redeem, alice, signature, proof);
    }

    function test_an_unopened_gateway_has_nothing_to_recover() public {
        deployPair();
        core.halt();
        onOrigin();
        bytes[] memory none = new bytes[](0);
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.PairNotOpen.selector));
        gateway.fixRecoveryRoot(1, "", none, none, none);
    }

    /// The recovery code at its own address has no pair behind it, so nothing to pay and nobody's tokens to pay it from.
    function test_the_recovery_code_does_nothing_at_its_own_address() public {
        assertEq(gateway.RECOVERY().codehash, gateway.RECOVERY_CODE_HASH(), "code");
        assertEq(gateway.RECOVERY_CODE_HASH(), keccak256(type(Recovery).runtimeCode), "the same in every pair");
        Recovery code = Recovery(gateway.RECOVERY());
        bytes[] memory none = new bytes[](0);
        vm.expectRevert();
        code.fixRecoveryRoot(1, "", none, none, none);
        vm.expectRevert(abi.encodeWithSelector(IGateway.RecoveryRootNotFixed.selector));
        code.recoverBalance(alice, alice, "", none);
    }

    function test_other_recovery_code_than_the_gateway_was_made_with_is_never_run() public {
        keep();
        core.halt();
        bytes32 expected = gateway.RECOVERY_CODE_HASH();
        vm.etch(gateway.RECOVERY(), address(core).code);
        bytes32 actual = gateway.RECOVERY().codehash;
        vm.expectRevert(abi.encodeWithSelector(IGateway.RecoveryCodeWrong.selector, expected, actual));
        fixRoot();
    }

    // -------------------------------------------------------------------------------------------------------- tables

    /// What src/bus/recovery.h prints: rows by the outbox now, columns by the inbox at Z. f refund, . none here.
    function stakeTable() private pure returns (string[6] memory) {
        //       UDPRVX
        return ["......", "ff....", "ff....", "ff..f.", "......", "......"];
    }

    /// Rows by the outbox at Z, columns by the inbox now. c claim.
    function redeemTable() private pure returns (string[6] memory) {
        //       UDPRVX
        return ["......", "......", "......", "cc..c.", "......", "......"];
    }

    function word(bytes32 id, Envelope memory e, uint256 status) private pure returns (bytes32) {
        if (status == 0) return 0;
        bytes32 lock = keccak256(abi.encode(id, e.facilitator, e.declaredAt, e.secretHash));
        return BoxState.word(lock, Status(status));
    }

    function test_every_cell_of_the_stake_table_is_refunded_or_refused() public {
        Envelope[6] memory es;
        bytes32[6] memory ids;
        for (uint256 peer = 0; peer < 6; ++peer) {
            es[peer] = envelopeOf(messageOn(gateway, 1 + peer, AMOUNT), facilitator, secretHashOf(SECRET));
            ids[peer] = gateway.quote(es[peer].message).id;
            if (peer != 0) forceInbox(coGateway, ids[peer], word(ids[peer], es[peer], peer));
        }
        haltAndFix();
        uint256 refunds;
        for (uint256 cell = 0; cell < 36; ++cell) {
            if (tryRefund(cell / 6, cell % 6, ids[cell % 6], es[cell % 6])) ++refunds;
        }
        assertEq(refunds, 7, "as many as the table has");
    }

    function tryRefund(uint256 from, uint256 peer, bytes32 id, Envelope memory e) private returns (bool owed) {
        uint256 snapshot = vm.snapshotState();
        forceOutbox(gateway, id, word(id, e, from));
        owed = bytes(stakeTable()[from])[peer] == "f";
        if (!owed) vm.expectRevert(stakeRefusal(from, peer, id, e));
        refundStake(id, e);
        assertEq(uint256(outboxStatus(gateway, id)), owed ? 5 : from, "status");
        vm.revertToState(snapshot);
    }

    function stakeRefusal(uint256 from, uint256 peer, bytes32 id, Envelope memory e)
        private
        pure
        returns (bytes memory)
    {
        if (from == 0 || from > 3) {
            return abi.encodeWithSelector(IMessageBus.StatusRefused.selector, id, Status(from), Status.Recovered);
        }
        if (peer == 5) {
            return abi.encodeWithSelector(IMessageBus.PeerWordMalformed.selector, id, word(id, e, peer));
        }
        return abi.encodeWithSelector(
            IMessageBus.PeerStatusRefused.selector, id, Status(from), Status.Recovered, Status(peer)
        );
    }

    function test_every_cell_of_the_redeem_table_is_paid_or_refused() public {
        Envelope[6] memory es;
        bytes32[6] memory ids;
        for (uint256 peer = 0; peer < 6; ++peer) {
            es[peer] = envelopeOf(messageOn(coGateway, 1 + peer, AMOUNT), facilitator, secretHashOf(SECRET));
            ids[peer] = coGateway.quote(es[peer].message).id;
            if (peer != 0) forceOutbox(coGateway, ids[peer], word(ids[peer], es[peer], peer));
        }
        haltAndFix();
        uint256 claims;
        for (uint256 cell = 0; cell < 36; ++cell) {
            if (tryClaim(cell / 6, cell % 6, ids[cell / 6], es[cell / 6])) ++claims;
        }
        assertEq(claims, 3, "as many as the table has");
    }

    function tryClaim(uint256 peer, uint256 from, bytes32 id, Envelope memory e) private returns (bool owed) {
        uint256 snapshot = vm.snapshotState();
        forceInbox(gateway, id, word(id, e, from));
        owed = bytes(redeemTable()[peer])[from] == "c";
        bytes memory signature = sign(ALICE_KEY, gateway.recoveryDigest(2, id, bob));
        bytes[] memory proof = outboxAtZ(id);
        if (!owed) {
            if (peer == 0 && from != 2 && from != 3 && from != 5) vm.expectPartialRevert(TrieReader.TrieAbsent.selector);
            else vm.expectRevert(redeemRefusal(peer, from, id, e));
        }
        gateway.recoverRedeem(e, bob, signature, proof);
        assertEq(uint256(inboxStatus(gateway, id)), owed ? 5 : from, "status");
        vm.revertToState(snapshot);
    }

    function redeemRefusal(uint256 peer, uint256 from, bytes32 id, Envelope memory e)
        private
        pure
        returns (bytes memory)
    {
        if (from == 2 || from == 3 || from == 5) {
            return abi.encodeWithSelector(IMessageBus.StatusRefused.selector, id, Status(from), Status.Recovered);
        }
        if (peer == 5) {
            return abi.encodeWithSelector(IMessageBus.PeerWordMalformed.selector, id, word(id, e, peer));
        }
        return abi.encodeWithSelector(
            IMessageBus.PeerStatusRefused.selector, id, Status(from), Status.Recovered, Status(peer)
        );
    }

    // --------------------------------------------------------------------------------------------------------- money

    /// @dev Declared, then as far as `status`; the inbox stays undeclared.
    function staked(uint256 nonce, Status status) private returns (bytes32 id, Envelope memory e) {
        (id, e) = declareOn(gateway, nonce, AMOUNT);
        if (status == Status.Progressed) gateway.progressOutbox(e, SECRET);
        if (status == Status.RevocationDeclared) {
            vm.warp(block.timestamp + 1 days);
            revoke(e);
        }
    }

    function refunded(Status status, uint256 bounty, uint256 penalty) private {
        uint256 before = OddToken(token).balanceOf(alice);
        (bytes32 id, Envelope memory e) = staked(1, status);
        haltAndFix();
        (uint256 coinOfFacilitator, uint256 coinOfAlice) = (gateway.ledger(facilitator), gateway.ledger(alice));
        vm.expectEmit(address(gateway));
        emit IGateway.StakeRefunded(id, alice, facilitator, AMOUNT, bounty, penalty);
        vm.prank(rival);
        refundStake(id, e);
        assertEq(OddToken(token).balanceOf(alice), before, "the amount is back");
        assertEq(gateway.ledger(facilitator), coinOfFacilitator + bounty, "bounty");
        assertEq(gateway.ledger(alice), coinOfAlice + penalty, "penalty");
        assertEq(gateway.ledger(facilitator), 50 ether, "the bounty once, and once only");
        assertEq(gateway.ledger(alice), 50 ether, "the penalty once, and once only");
        vm.expectRevert(
            abi.encodeWithSelector(IMessageBus.StatusRefused.selector, id, Status.Recovered, Status.Recovered)
        );
        refundStake(id, e);
        // Nothing leads out of Recovered, so no bounty comes a second time.
        vm.expectRevert(
            abi.encodeWithSelector(IMessageBus.StatusRefused.selector, id, Status.Recovered, Status.Progressed)
        );
        gateway.progressOutbox(e, SECRET);
    }

    function test_a_declared_stake_is_refunded_with_its_bounty() public {
        refunded(Status.Declared, BOUNTY, 0);
    }

    function test_a_progressed_stake_is_refunded_without_a_second_bounty() public {
        refunded(Status.Progressed, 0, 0);
    }

    function test_a_revoking_stake_is_refunded_with_bounty_and_penalty() public {
        refunded(Status.RevocationDeclared, BOUNTY, PENALTY);
    }

    /// The secret shows itself after the root was fixed: row 2 pays the bounty, the refund must not pay it again.
    function test_a_stake_that_progresses_after_the_root_was_fixed_pays_its_bounty_once() public {
        (bytes32 id, Envelope memory e) = staked(1, Status.Declared);
        haltAndFix();
        gateway.progressOutbox(e, SECRET);
        assertEq(gateway.ledger(facilitator), 50 ether, "by the secret");
        refundStake(id, e);
        assertEq(gateway.ledger(facilitator), 50 ether, "not again");
    }

    function test_a_minted_stake_is_a_balance_and_its_bounty_returns_by_the_roots_proof() public {
        (bytes32 id, Envelope memory e) = staked(1, Status.Declared);
        uint64 number = prove(gateway);
        bytes[] memory proof = outboxProof(gateway, id);
        onAuxiliary();
        coGateway.deliver(e, SECRET, number, proof);
        haltAndFix();
        vm.expectPartialRevert(IMessageBus.PeerStatusRefused.selector);
        refundStake(id, e);
        bytes[] memory atZ = inboxAtZ(id);
        gateway.progressOutboxByProof(e, keptNumber, atZ);
        assertEq(gateway.ledger(facilitator), 50 ether, "row 3");
        uint256 minted = utility.balanceOf(bob);
        recoverBalance(BOB_KEY, rival);
        assertEq(OddToken(token).balanceOf(rival), minted, "paid where bob said");
    }

    function test_a_balance_is_recovered_once_by_its_holders_signature_alone() public {
        haltAndFix();
        bytes memory forged = balanceSignature(RIVAL_KEY, alice, rival);
        bytes[] memory proof = balanceAtZ(alice);
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.SignatureWrong.selector, alice, rival));
        gateway.recoverBalance(alice, rival, forged, proof);
        bytes memory signature = balanceSignature(ALICE_KEY, alice, rival);
        vm.expectPartialRevert(IMessageBus.SignatureWrong.selector);
        gateway.recoverBalance(alice, bob, signature, proof);
        // Even the holder signs: the same address here may belong to somebody else (7.7).
        vm.expectPartialRevert(IMessageBus.SignatureWrong.selector);
        vm.prank(alice);
        gateway.recoverBalance(alice, bob, "", proof);
        vm.chainId(99);
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.ChainIdWrong.selector, ORIGIN, 99));
        gateway.recoverBalance(alice, rival, signature, proof);
        onOrigin();

        vm.expectEmit(address(gateway));
        emit IGateway.BalanceRecovered(alice, rival, 10 * AMOUNT);
        gateway.recoverBalance(alice, rival, signature, proof);
        check(gateway.isBalanceRecovered(alice), "marked");
        assertEq(OddToken(token).balanceOf(rival), 10 * AMOUNT, "paid");
        vm.expectRevert(abi.encodeWithSelector(IGateway.BalanceRecoveredBefore.selector, alice));
        gateway.recoverBalance(alice, rival, signature, proof);
        assertEq(OddToken(token).balanceOf(address(gateway)), 0, "the whole escrow");
    }

    function test_what_is_no_holder_or_no_recipient_is_refused() public {
        haltAndFix();
        bytes[] memory none = new bytes[](0);
        address[3] memory holders = [address(0), address(coGateway), address(utility)];
        for (uint256 i = 0; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IGateway.HolderRefused.selector, holders[i]));
            gateway.recoverBalance(holders[i], alice, "", none);
        }
        address[3] memory recipients = [address(0), address(gateway), token];
        for (uint256 i = 0; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IMessageBus.BeneficiaryRefused.selector, recipients[i]));
            gateway.recoverBalance(alice, recipients[i], "", none);
        }
    }

    function test_a_holder_of_nothing_recovers_nothing() public {
        haltAndFix();
        bytes memory signature = balanceSignature(RIVAL_KEY, rival, rival);
        bytes[] memory proof = balanceAtZ(rival);
        vm.expectPartialRevert(TrieReader.TrieAbsent.selector);
        gateway.recoverBalance(rival, rival, signature, proof);
        bytes[] memory others = balanceAtZ(alice);
        vm.expectPartialRevert(TrieReader.TrieAbsent.selector);
        gateway.recoverBalance(rival, rival, signature, others);
    }

    function revokedRedeem(uint256 nonce) private returns (bytes32 id, Envelope memory e) {
        (id, e) = declareOn(coGateway, nonce, AMOUNT);
        vm.warp(block.timestamp + 1 days);
        revoke(e);
    }

    function test_a_revoked_redeem_is_claimed_once_by_its_sender() public {
        (bytes32 id, Envelope memory e) = revokedRedeem(1);
        haltAndFix();
        bytes memory forged = sign(BOB_KEY, gateway.recoveryDigest(2, id, bob));
        bytes[] memory proof = outboxAtZ(id);
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.SignatureWrong.selector, alice, bob));
        gateway.recoverRedeem(e, bob, forged, proof);
        bytes memory ofBalance = sign(ALICE_KEY, gateway.recoveryDigest(0, id, bob));
        vm.expectPartialRevert(IMessageBus.SignatureWrong.selector);
        gateway.recoverRedeem(e, bob, ofBalance, proof);
        vm.expectEmit(address(gateway));
        emit IGateway.RedeemRecovered(id, alice, rival, AMOUNT);
        recoverRedeem(id, e, rival);
        assertEq(OddToken(token).balanceOf(rival), AMOUNT, "paid");
        bytes memory signature = sign(ALICE_KEY, gateway.recoveryDigest(2, id, rival));
        vm.expectRevert(
            abi.encodeWithSelector(IMessageBus.StatusRefused.selector, id, Status.Recovered, Status.Recovered)
        );
        gateway.recoverRedeem(e, rival, signature, proof);
    }

    /// An older root of the ring still shows the redeem declared: who delivers by it first has paid it, and a claim is refused.
    function test_a_revoked_redeem_that_an_older_root_delivered_cannot_be_claimed() public {
        (bytes32 id, Envelope memory e) = declareOn(coGateway, 1, AMOUNT);
        uint64 number = prove(coGateway);
        bytes[] memory proof = outboxProof(coGateway, id);
        vm.warp(block.timestamp + 1 days);
        revoke(e);
        haltAndFix();
        gateway.deliver(e, SECRET, number, proof);
        bytes memory signature = sign(ALICE_KEY, gateway.recoveryDigest(2, id, alice));
        proof = outboxAtZ(id);
        vm.expectRevert(
            abi.encodeWithSelector(IMessageBus.StatusRefused.selector, id, Status.Progressed, Status.Recovered)
        );
        gateway.recoverRedeem(e, alice, signature, proof);
        uint256 rewardAndRest = OddToken(token).balanceOf(bob) + OddToken(token).balanceOf(facilitator);
        assertEq(rewardAndRest, AMOUNT, "paid once");
    }

    function test_after_a_halt_redeems_declared_by_then_are_delivered_by_the_recovery_root() public {
        (bytes32 id, Envelope memory e) = declareOn(coGateway, 1, AMOUNT);
        haltAndFix();
        bytes[] memory proof = outboxAtZ(id);
        gateway.deliver(e, 0, keptNumber, proof);
        assertStatus(inboxStatus(gateway, id), Status.Progressed, "rows 7 to 10 are open");
    }

    /// What the auxiliary chain does after the last commit is nobody's gain here.
    function test_what_happened_after_the_root_counts_for_nothing() public {
        (bytes32 id, Envelope memory e) = staked(1, Status.Declared);
        uint64 number = prove(gateway);
        bytes[] memory proof = outboxProof(gateway, id);
        keep();
        core.halt();
        onAuxiliary();
        coGateway.deliver(e, SECRET, number, proof);
        vm.prank(alice);
        utility.transfer(bob, AMOUNT);
        fixRoot();
        refundStake(id, e);
        recoverBalance(ALICE_KEY, alice);
        assertEq(OddToken(token).balanceOf(alice), SUPPLY, "as at the root");
        bytes memory signature = balanceSignature(BOB_KEY, bob, bob);
        bytes[] memory atZ = balanceAtZ(bob);
        vm.expectPartialRevert(TrieReader.TrieAbsent.selector);
        gateway.recoverBalance(bob, bob, signature, atZ);
    }

    // ------------------------------------------------------------------------------------------------ proofs, starving

    function test_a_truncated_proof_is_never_an_absence() public {
        (bytes32 id, Envelope memory e) = staked(1, Status.Declared);
        uint64 number = prove(gateway);
        bytes[] memory proof = outboxProof(gateway, id);
        onAuxiliary();
        coGateway.deliver(e, SECRET, number, proof);
        haltAndFix();
        bytes[] memory whole = inboxAtZ(id);
        check(whole.length > 1, "some to cut");
        for (uint256 length = 1; length < whole.length; ++length) {
            bytes[] memory cut = new bytes[](length);
            for (uint256 i = 0; i < length; ++i) {
                cut[i] = whole[i];
            }
            vm.expectRevert(abi.encodeWithSelector(TrieReader.TrieTruncated.selector, length));
            gateway.refundStake(e, cut);
        }
        bytes[] memory none = new bytes[](0);
        vm.expectRevert(abi.encodeWithSelector(TrieReader.TrieTruncated.selector, 0));
        gateway.refundStake(e, none);
        bytes[] memory longer = new bytes[](whole.length + 1);
        for (uint256 i = 0; i < whole.length; ++i) {
            longer[i] = whole[i];
        }
        vm.expectRevert(abi.encodeWithSelector(TrieReader.TrieLeftover.selector, whole.length - 1, longer.length));
        gateway.refundStake(e, longer);
    }

    function test_the_absence_of_another_message_is_not_this_ones() public {
        (bytes32 id, Envelope memory e) = staked(1, Status.Declared);
        uint64 number = prove(gateway);
        bytes[] memory proof = outboxProof(gateway, id);
        onAuxiliary();
        coGateway.deliver(e, SECRET, number, proof);
        haltAndFix();
        for (uint256 i = 0; i < 16; ++i) {
            bytes[] memory other = inboxAtZ(keccak256(abi.encode("never declared", i)));
            (bool done,) = address(gateway).call(abi.encodeCall(IGateway.refundStake, (e, other)));
            check(!done, "refunded by the absence of another");
        }
    }

    function test_no_amount_of_gas_turns_a_recovered_balance_into_a_credit() public {
        haltAndFix();
        OddToken(token).become(Oddity.NeedsMuchGas, address(0));
        bytes memory signature = balanceSignature(ALICE_KEY, alice, alice);
        bytes memory call =
            abi.encodeCall(IGateway.recoverBalance, (alice, alice, signature, balanceAtZ(alice)));
        uint256 refused;
        for (uint256 gas = 30_000; gas < 700_000; gas += 3_001) {
            (bool done,) = address(gateway).call{gas: gas}(call);
            assertEq(gateway.tokenLedger(alice), 0, "never a credit");
            if (done) break;
            ++refused;
            check(!gateway.isBalanceRecovered(alice), "all or nothing");
        }
        check(refused > 50 && gateway.isBalanceRecovered(alice), "refused, then paid");
    }

    function test_a_recipient_that_the_token_blocks_is_credited() public {
        haltAndFix();
        OddToken(token).become(Oddity.BlocksByBurningGas, bob);
        bytes memory signature = balanceSignature(ALICE_KEY, alice, bob);
        bytes[] memory proof = balanceAtZ(alice);
        gateway.recoverBalance{gas: 2_000_000}(alice, bob, signature, proof);
        assertEq(gateway.tokenLedger(bob), 10 * AMOUNT, "credited");
        OddToken(token).become(Oddity.None, bob);
        vm.prank(bob);
        gateway.withdrawTokens();
        assertEq(OddToken(token).balanceOf(bob), 10 * AMOUNT, "drawn after the halt");
    }

    function test_ledgers_stay_open_after_a_halt() public {
        haltAndFix();
        vm.prank(facilitator);
        gateway.withdrawLedger(50 ether);
        assertEq(gateway.ledger(facilitator), 0, "drawn");
    }

    /// A token that calls back while it is paid out finds every function of recovery locked.
    function test_a_token_that_reenters_recovers_nothing_twice() public {
        (bytes32 id, Envelope memory e) = staked(1, Status.Declared);
        haltAndFix();
        bytes memory signature = balanceSignature(ALICE_KEY, alice, rival);
        OddToken(token).reenter(
            address(gateway), abi.encodeCall(IGateway.recoverBalance, (alice, rival, signature, balanceAtZ(alice)))
        );
        refundStake(id, e);
        check(!OddToken(token).reentered(), "re-entered");
        check(!gateway.isBalanceRecovered(alice), "not recovered");
    }
}

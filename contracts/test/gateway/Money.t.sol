// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BoxState} from "../../src/gateway/BoxState.sol";
import {Envelope, IMessageBus, Message, Status} from "../../src/gateway/IMessageBus.sol";
import {MessageBus} from "../../src/gateway/MessageBus.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Oddity, OddToken} from "./OddToken.sol";
import {Pair} from "./Pair.sol";

/// @dev An account that takes no coin.
contract Refuser {
    function deposit(MessageBus bus) external payable {
        bus.depositLedger{value: msg.value}();
    }

    function withdraw(MessageBus bus, uint256 amount) external {
        bus.withdrawLedger(amount);
    }
}

/// @dev An account that calls back when it is paid coin.
contract Returner {
    MessageBus private bus;
    bytes public reason;

    function deposit(MessageBus bus_) external payable {
        bus = bus_;
        bus_.depositLedger{value: msg.value}();
    }

    function withdraw(uint256 amount) external {
        bus.withdrawLedger(amount);
    }

    receive() external payable {
        (, reason) = address(bus).call(abi.encodeCall(IMessageBus.withdrawLedger, (1)));
    }
}

/// @dev Money (7.3): the token zoo, credits, starving, rewards, ledgers.
contract MoneyTest is Pair {
    uint256 private constant AMOUNT = 1e24;

    OddToken private odd;

    function setUp() public {
        setUpPair();
        odd = OddToken(token);
        stakeForAlice(1000, 10 * AMOUNT);
    }

    function makeToken() internal override returns (address) {
        OddToken made = new OddToken();
        made.mint(alice, SUPPLY);
        return address(made);
    }

    /// A redeem of alice's, shown to the gateway, ready to be delivered there.
    function redeemed(uint256 nonce, uint256 gasPrice)
        private
        returns (bytes32 id, Envelope memory e, uint64 number, bytes[] memory proof)
    {
        Message memory m = messageOn(coGateway, nonce, AMOUNT);
        m.gasPrice = gasPrice;
        (id, e) = declareOn(coGateway, m, facilitator, secretHashOf(SECRET));
        number = prove(coGateway);
        proof = outboxProof(coGateway, id);
        onOrigin();
    }

    function stakeRefused(Oddity oddity, bytes memory reason) private {
        odd.become(oddity, address(0));
        Message memory m = messageOn(gateway, 1, AMOUNT);
        bytes memory signature = sign(ALICE_KEY, gateway.quote(m).id);
        onOrigin();
        uint256 escrow = odd.balanceOf(address(gateway));
        vm.expectRevert(reason);
        vm.prank(facilitator);
        gateway.declare(m, 0, signature, noPermit());
        assertEq(odd.balanceOf(address(gateway)), escrow, "escrow");
        check(!gateway.isNonceUsed(alice, 1), "nothing stays of a refused stake");
    }

    // --------------------------------------------------------------------------------------------------- the way in

    function test_a_token_that_returns_nothing_is_staked() public {
        odd.become(Oddity.ReturnsNothing, address(0));
        (bytes32 id,) = declareOn(gateway, 1, AMOUNT);
        assertStatus(outboxStatus(gateway, id), Status.Declared, "declared");
        assertEq(odd.balanceOf(address(gateway)), 11 * AMOUNT, "escrow");
    }

    function test_a_pull_that_returns_false_is_refused() public {
        stakeRefused(
            Oddity.ReturnsFalse, abi.encodeWithSelector(IMessageBus.PullFailed.selector, token, alice, AMOUNT)
        );
    }

    function test_a_pull_that_returns_true_and_moves_nothing_is_refused() public {
        stakeRefused(
            Oddity.ReturnsTrueButMovesNothing,
            abi.encodeWithSelector(IMessageBus.TransferInexact.selector, token, AMOUNT, 0)
        );
    }

    function test_a_token_that_takes_a_fee_is_refused() public {
        stakeRefused(
            Oddity.TakesFee,
            abi.encodeWithSelector(IMessageBus.TransferInexact.selector, token, AMOUNT, AMOUNT - AMOUNT / 100)
        );
    }

    /// Every entry point is behind one lock, from the token's call back into whichever of them.
    function test_a_token_that_reenters_finds_every_entry_locked() public {
        Envelope memory e = envelopeOf(messageOn(gateway, 1, AMOUNT), facilitator, 0);
        bytes[] memory proof = new bytes[](0);
        bytes[22] memory calls = [
            abi.encodeCall(IMessageBus.declare, (e.message, 0, "", noPermit())),
            abi.encodeCall(IMessageBus.progressOutbox, (e, SECRET)),
            abi.encodeCall(IMessageBus.progressOutboxByProof, (e, 1, proof)),
            abi.encodeCall(IMessageBus.confirm, (e, 1, proof)),
            abi.encodeCall(IMessageBus.deliver, (e, SECRET, 1, proof)),
            abi.encodeCall(IMessageBus.progressInbox, (e, SECRET)),
            abi.encodeCall(IMessageBus.progressInboxByProof, (e, 1, proof)),
            abi.encodeCall(IMessageBus.provePeer, (1, "", proof)),
            abi.encodeCall(IMessageBus.cancelNonce, (1)),
            abi.encodeCall(IMessageBus.depositLedger, ()),
            abi.encodeCall(IMessageBus.withdrawLedger, (1)),
            abi.encodeCall(IMessageBus.withdrawTokens, ()),
            abi.encodeCall(gateway.declareLink, (1, "", proof, proof)),
            abi.encodeCall(gateway.open, (1, "", proof, proof, 1)),
            abi.encodeCall(IMessageBus.declareRevocation, (e, "")),
            abi.encodeCall(IMessageBus.revokeOutbox, (e, 1, proof)),
            abi.encodeCall(IMessageBus.revokeInbox, (e, 1, proof)),
            abi.encodeCall(gateway.deactivate, ("")),
            abi.encodeCall(gateway.fixRecoveryRoot, (1, "", proof, proof, proof)),
            abi.encodeCall(gateway.recoverBalance, (alice, bob, "", proof)),
            abi.encodeCall(gateway.refundStake, (e, proof)),
            abi.encodeCall(gateway.recoverRedeem, (e, bob, "", proof))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            odd.reenter(address(gateway), calls[i]);
            declareOn(gateway, 10 + i, AMOUNT);
            check(!odd.reentered(), "re-entered");
            assertEq(
                odd.reason(),
                abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
            );
        }
    }

    // -------------------------------------------------------------------------------------------------- the way out

    function credited(Oddity oddity) private {
        (bytes32 id, Envelope memory e, uint64 number, bytes[] memory proof) = redeemed(1, 0);
        odd.become(oddity, bob);
        vm.expectEmit(address(gateway));
        emit IMessageBus.TokenLedgerChanged(bob, AMOUNT);
        gateway.deliver{gas: 2_000_000}(e, SECRET, number, proof);
        assertStatus(inboxStatus(gateway, id), Status.Progressed, "delivered");
        assertEq(odd.balanceOf(bob), 0, "not paid");
        assertEq(gateway.tokenLedger(bob), AMOUNT, "credited");

        vm.expectRevert(abi.encodeWithSelector(IMessageBus.ReleaseFailed.selector, token, bob, AMOUNT));
        vm.prank(bob);
        gateway.withdrawTokens();

        odd.become(Oddity.None, address(0));
        vm.prank(bob);
        gateway.withdrawTokens();
        assertEq(odd.balanceOf(bob), AMOUNT, "drawn");
        assertEq(gateway.tokenLedger(bob), 0, "credit gone");
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.CreditZero.selector, bob));
        vm.prank(bob);
        gateway.withdrawTokens();
    }

    function test_a_release_to_a_blocked_recipient_becomes_a_credit() public {
        credited(Oddity.BlocksByRevert);
    }

    function test_a_release_that_returns_false_becomes_a_credit() public {
        credited(Oddity.ReturnsFalse);
    }

    /// With all gas handed on, a blocked recipient's INVALID would leave too little for the second payment.
    function test_a_release_that_burns_all_its_gas_becomes_a_credit() public {
        credited(Oddity.BlocksByBurningGas);
    }

    function test_a_blocked_facilitator_does_not_stop_the_beneficiary() public {
        (, Envelope memory e, uint64 number, bytes[] memory proof) = redeemed(1, 2);
        odd.become(Oddity.BlocksByBurningGas, facilitator);
        gateway.deliver{gas: 2_000_000}(e, SECRET, number, proof);
        uint256 reward = gateway.tokenLedger(facilitator);
        check(reward > 0, "the reward waits");
        assertEq(odd.balanceOf(bob), AMOUNT - reward, "the beneficiary is paid");
    }

    function releaseRefused(Oddity oddity, uint256 expected, uint256 actual) private {
        (bytes32 id, Envelope memory e, uint64 number, bytes[] memory proof) = redeemed(1, 0);
        odd.become(oddity, bob);
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.TransferInexact.selector, token, expected, actual));
        gateway.deliver(e, SECRET, number, proof);
        assertStatus(inboxStatus(gateway, id), Status.Undeclared, "nothing happened");
        odd.become(Oddity.None, address(0));
        gateway.deliver(e, SECRET, number, proof);
        assertEq(odd.balanceOf(bob), AMOUNT, "paid once the token behaves");
    }

    function test_a_release_that_returns_true_and_moves_nothing_is_refused() public {
        releaseRefused(Oddity.ReturnsTrueButMovesNothing, AMOUNT, 0);
    }

    function test_a_release_that_returns_false_and_moves_is_refused() public {
        releaseRefused(Oddity.ReturnsFalseButMoves, 0, AMOUNT);
    }

    function test_a_release_by_a_token_that_returns_nothing_pays() public {
        (, Envelope memory e, uint64 number, bytes[] memory proof) = redeemed(1, 0);
        odd.become(Oddity.ReturnsNothing, address(0));
        gateway.deliver(e, SECRET, number, proof);
        assertEq(odd.balanceOf(bob), AMOUNT, "paid");
    }

    function test_a_token_that_returns_much_costs_the_bus_nothing() public {
        (, Envelope memory e, uint64 number, bytes[] memory proof) = redeemed(1, 0);
        odd.become(Oddity.ReturnsTooMuch, address(0));
        gateway.deliver(e, SECRET, number, proof);
        assertEq(odd.balanceOf(bob), AMOUNT, "paid");
    }

    /// Earlier contracts ignored what `transfer` returned, so a failed release looked like a paid one (protocol 10).
    function test_a_failed_transfer_is_never_taken_for_a_payment() public {
        (, Envelope memory e, uint64 number, bytes[] memory proof) = redeemed(1, 0);
        odd.become(Oddity.ReturnsFalse, address(0));
        gateway.deliver(e, SECRET, number, proof);
        assertEq(odd.balanceOf(bob) + gateway.tokenLedger(bob), AMOUNT, "paid or owed");
        assertEq(gateway.tokenLedger(bob), AMOUNT, "owed");
    }

    // ----------------------------------------------------------------------------------------------------- starving

    /// Whatever gas a caller leaves, a payment is made or the step reverts; it never becomes a credit.
    function test_no_amount_of_gas_turns_a_payment_into_a_credit() public {
        (bytes32 id, Envelope memory e, uint64 number, bytes[] memory proof) = redeemed(1, 2);
        odd.become(Oddity.NeedsMuchGas, address(0));
        bytes memory call = abi.encodeCall(IMessageBus.deliver, (e, SECRET, number, proof));
        uint256 snapshot = vm.snapshotState();
        uint256 starved;
        uint256 paid;
        for (uint256 gas_ = 60_000; gas_ < 900_000; gas_ += 7_919) {
            (bool done,) = address(gateway).call{gas: gas_}(call);
            if (done) {
                ++paid;
                assertStatus(inboxStatus(gateway, id), Status.Progressed, "delivered");
                assertEq(gateway.tokenLedger(bob) + gateway.tokenLedger(facilitator), 0, "no credit");
                assertEq(odd.balanceOf(bob) + odd.balanceOf(facilitator), AMOUNT, "all paid");
                vm.revertToState(snapshot);
                snapshot = vm.snapshotState();
            } else {
                ++starved;
                assertStatus(inboxStatus(gateway, id), Status.Undeclared, "nothing happened");
            }
        }
        check(starved > 10 && paid > 10, "both ends of the range were met");
    }

    function test_a_payment_with_too_little_gas_left_names_what_it_needs() public {
        (, Envelope memory e, uint64 number, bytes[] memory proof) = redeemed(1, 2);
        bool named;
        for (uint256 gas_ = 150_000; gas_ < 500_000 && !named; gas_ += 5_000) {
            (bool done, bytes memory reason) =
                address(gateway).call{gas: gas_}(abi.encodeCall(IMessageBus.deliver, (e, SECRET, number, proof)));
            named = !done && bytes4(reason) == IMessageBus.GasTooLow.selector;
        }
        check(named, "GasTooLow");
    }

    // ------------------------------------------------------------------------------------------------------ rewards

    function test_the_reward_is_capped_by_the_gas_limit() public {
        Message memory m = messageOn(coGateway, 1, AMOUNT);
        m.gasPrice = 1e15;
        m.gasLimit = 1_000;
        (bytes32 id, Envelope memory e) = declareOn(coGateway, m, facilitator, secretHashOf(SECRET));
        uint64 number = prove(coGateway);
        bytes[] memory proof = outboxProof(coGateway, id);
        onOrigin();
        gateway.deliver(e, SECRET, number, proof);
        assertEq(odd.balanceOf(facilitator), 1e18, "gasPrice * gasLimit");
        assertEq(odd.balanceOf(bob), AMOUNT - 1e18, "the rest");
    }

    function test_a_reward_may_take_the_whole_amount_and_no_more() public {
        Message memory m = messageOn(coGateway, 1, 100_000);
        m.gasPrice = 1;
        m.gasLimit = 100_000;
        (bytes32 id, Envelope memory e) = declareOn(coGateway, m, facilitator, secretHashOf(SECRET));
        uint64 number = prove(coGateway);
        bytes[] memory proof = outboxProof(coGateway, id);
        onOrigin();
        gateway.deliver(e, SECRET, number, proof);
        assertEq(odd.balanceOf(facilitator), 100_000, "all of it");
        assertEq(odd.balanceOf(bob), 0, "nothing is left");
    }

    /// The measured gas counts: a dearer token earns more, and a confirmation made before is counted.
    function test_the_reward_counts_a_confirmation_made_before() public {
        (bytes32 id, Envelope memory e, uint64 number, bytes[] memory proof) = redeemed(1, 1);
        uint256 snapshot = vm.snapshotState();
        gateway.deliver(e, SECRET, number, proof);
        uint256 delivered = odd.balanceOf(facilitator);
        vm.revertToState(snapshot);
        gateway.confirm(e, number, proof);
        gateway.progressInbox(e, SECRET);
        uint256 progressed = odd.balanceOf(facilitator);
        check(delivered > 90_000 + 20_000 && delivered < 168_000, "overhead and the proof that was measured");
        check(progressed > 168_000 && progressed < 190_000, "overhead, confirmation and what was measured");
        assertStatus(inboxStatus(gateway, id), Status.Progressed, "progressed");
    }

    // ------------------------------------------------------------------------------------------------------ ledgers

    function test_coin_goes_into_a_ledger_and_out_again() public {
        MessageBus[2] memory sides = [MessageBus(gateway), MessageBus(coGateway)];
        for (uint256 i = 0; i < 2; ++i) {
            on(sides[i]);
            uint256 had = rival.balance;
            vm.expectEmit(address(sides[i]));
            emit IMessageBus.LedgerChanged(rival, 51 ether);
            vm.prank(rival);
            sides[i].depositLedger{value: 1 ether}();
            vm.expectEmit(address(sides[i]));
            emit IMessageBus.LedgerChanged(rival, 0);
            vm.prank(rival);
            sides[i].withdrawLedger(51 ether);
            assertEq(rival.balance, had + 50 ether, "coin");
            vm.expectRevert(abi.encodeWithSelector(IMessageBus.LedgerTooLow.selector, rival, 0, 1));
            vm.prank(rival);
            sides[i].withdrawLedger(1);
            vm.expectRevert(IMessageBus.DepositZero.selector);
            vm.prank(rival);
            sides[i].depositLedger();
        }
    }

    function test_an_account_that_refuses_coin_keeps_its_ledger() public {
        onOrigin();
        Refuser refuser = new Refuser();
        refuser.deposit{value: 1 ether}(gateway);
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.CoinRefused.selector, address(refuser), 1 ether));
        refuser.withdraw(gateway, 1 ether);
        assertEq(gateway.ledger(address(refuser)), 1 ether, "ledger");
    }

    function test_an_account_that_reenters_when_paid_draws_once() public {
        onOrigin();
        Returner returner = new Returner();
        returner.deposit{value: 2 ether}(gateway);
        returner.withdraw(1 ether);
        assertEq(address(returner).balance, 1 ether, "drawn once");
        assertEq(
            returner.reason(),
            abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
    }

    function test_a_batch_takes_no_coin_and_a_bounded_number_of_calls() public {
        onOrigin();
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(IMessageBus.depositLedger, ());
        calls[1] = calls[0];
        vm.deal(rival, 1 ether);
        vm.prank(rival);
        (bool done,) = address(gateway).call{value: 1 ether}(abi.encodeCall(IMessageBus.batch, (calls)));
        check(!done, "a batch with coin");
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.BatchTooLong.selector, 65, 64));
        gateway.batch(new bytes[](65));
    }

    /// Bounties in flight are no one's to draw: what is in the contract is the ledgers and the bounties.
    function test_the_bounty_of_a_message_in_flight_cannot_be_drawn() public {
        uint256 before = address(gateway).balance;
        declareOn(gateway, 1, AMOUNT);
        assertEq(gateway.ledger(facilitator), 49 ether, "ledger");
        assertEq(address(gateway).balance, before, "the coin stays");
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.LedgerTooLow.selector, facilitator, 49 ether, 50 ether));
        vm.prank(facilitator);
        gateway.withdrawLedger(50 ether);
    }
}

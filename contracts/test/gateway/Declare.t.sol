// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {BoxState} from "../../src/gateway/BoxState.sol";
import {BusHash} from "../../src/gateway/BusHash.sol";
import {IGateway} from "../../src/gateway/IGateway.sol";
import {Envelope, IMessageBus, Message, Permit, Quote, Status} from "../../src/gateway/IMessageBus.sol";
import {MessageBus} from "../../src/gateway/MessageBus.sol";
import {Signatures} from "../../src/lib/Signatures.sol";
import {PlainToken} from "./OddToken.sol";
import {Pair} from "./Pair.sol";

/// @dev Row 1: every check of declare, on both sides, in the order in which they are made.
contract DeclareTest is Pair {
    uint256 private constant AMOUNT = 1e24;
    bytes32 private constant PERMIT_TYPEHASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    MessageBus[2] private sides;

    function setUp() public {
        setUpPair();
        stakeForAlice(1000, 10 * AMOUNT);
        sides = [MessageBus(gateway), MessageBus(coGateway)];
    }

    /// @dev Declares as `by` with alice's signature over this very message, and expects a refusal.
    function refuse(MessageBus bus, Message memory message, address by, bytes memory reason) private {
        on(bus);
        bytes memory signature = sign(ALICE_KEY, peerOf(bus).peerMessageId(message));
        vm.expectRevert(reason);
        vm.prank(by);
        bus.declare(message, 0, signature, noPermit());
    }

    function test_a_deactivated_gateway_takes_no_stakes_and_still_redeems() public {
        vm.store(address(gateway), bytes32(uint256(1)), bytes32(uint256(77)));
        refuse(
            gateway,
            messageOn(gateway, 1, AMOUNT),
            facilitator,
            abi.encodeWithSelector(IMessageBus.StakingDeactivated.selector, 77)
        );
        declareOn(coGateway, 1, AMOUNT);
    }

    function test_a_halted_core_takes_no_stakes() public {
        core.halt();
        refuse(
            gateway, messageOn(gateway, 1, AMOUNT), facilitator, abi.encodeWithSelector(IMessageBus.CoreHalted.selector)
        );
    }

    function test_signatures_are_refused_on_a_forked_chain_id() public {
        for (uint256 i = 0; i < 2; ++i) {
            MessageBus bus = sides[i];
            Message memory m = messageOn(bus, 1, AMOUNT);
            bytes memory signature = sign(ALICE_KEY, bus.quote(m).id);
            uint256 own = i == 0 ? ORIGIN : AUXILIARY;
            vm.chainId(99);
            vm.expectRevert(abi.encodeWithSelector(IMessageBus.ChainIdWrong.selector, own, 99));
            vm.prank(facilitator);
            bus.declare(m, 0, signature, noPermit());
        }
    }

    function test_only_the_pairs_own_token_moves() public {
        onOrigin();
        PlainToken other = new PlainToken("Other", "OTH");
        address[2] memory wrong = [address(other), address(0)];
        for (uint256 i = 0; i < 2; ++i) {
            for (uint256 j = 0; j < 2; ++j) {
                Message memory m = messageOn(sides[i], 1, AMOUNT);
                m.intent.token = wrong[j];
                bytes memory reason =
                    abi.encodeWithSelector(IMessageBus.TokenWrong.selector, sides[i].TOKEN(), wrong[j]);
                refuse(sides[i], m, facilitator, reason);
            }
        }
    }

    /// An earlier gateway released whatever token contract the redeemer named, so the escrow could be drained by a
    /// worthless one (protocol 10).
    function test_a_redeem_that_names_another_utility_token_takes_nothing_out_of_escrow() public {
        onAuxiliary();
        PlainToken worthless = new PlainToken("Worthless", "W");
        worthless.mint(alice, AMOUNT);
        Message memory m = messageOn(coGateway, 1, AMOUNT);
        m.intent.token = address(worthless);
        uint256 escrow = IERC20(token).balanceOf(address(gateway));
        refuse(
            coGateway,
            m,
            facilitator,
            abi.encodeWithSelector(IMessageBus.TokenWrong.selector, address(utility), address(worthless))
        );
        assertEq(IERC20(token).balanceOf(address(gateway)), escrow, "escrow");
    }

    function test_an_amount_of_zero_is_refused() public {
        for (uint256 i = 0; i < 2; ++i) {
            Message memory m = messageOn(sides[i], 1, 0);
            refuse(sides[i], m, facilitator, abi.encodeWithSelector(IMessageBus.AmountZero.selector));
        }
    }

    function test_zero_tokens_and_gateways_are_no_beneficiaries() public {
        address[5] memory wrong =
            [address(0), token, address(utility), address(gateway), address(coGateway)];
        for (uint256 i = 0; i < 10; ++i) {
            MessageBus bus = sides[i % 2];
            Message memory m = messageOn(bus, 1, AMOUNT);
            m.intent.beneficiary = wrong[i / 2];
            refuse(bus, m, facilitator, abi.encodeWithSelector(IMessageBus.BeneficiaryRefused.selector, wrong[i / 2]));
        }
    }

    function test_a_gas_limit_of_2_to_the_40_is_refused() public {
        for (uint256 i = 0; i < 2; ++i) {
            Message memory m = messageOn(sides[i], 1, AMOUNT);
            m.gasLimit = 1 << 40;
            m.gasPrice = 0;
            refuse(
                sides[i],
                m,
                facilitator,
                abi.encodeWithSelector(IMessageBus.GasLimitTooLarge.selector, uint256(1) << 40, uint256(1) << 40)
            );
            m.gasLimit = (1 << 40) - 1;
            declareOn(sides[i], m, facilitator, 0);
        }
    }

    function test_a_reward_that_could_exceed_the_amount_is_refused() public {
        uint256[3] memory prices = [uint256(11), 2 ** 250, type(uint256).max];
        for (uint256 i = 0; i < 6; ++i) {
            Message memory m = messageOn(sides[i % 2], 1, 1_000_000);
            m.gasLimit = 100_000;
            m.gasPrice = prices[i / 2];
            refuse(
                sides[i % 2],
                m,
                facilitator,
                abi.encodeWithSelector(IMessageBus.RewardAboveAmount.selector, m.gasPrice, 100_000, 1_000_000)
            );
        }
        Message memory exact = messageOn(gateway, 1, 1_000_000);
        exact.gasLimit = 100_000;
        exact.gasPrice = 10;
        declareOn(gateway, exact, facilitator, 0);
    }

    function test_a_message_is_refused_after_its_deadline_and_taken_at_it() public {
        for (uint256 i = 0; i < 2; ++i) {
            Message memory m = messageOn(sides[i], 1, AMOUNT);
            m.deadline = uint64(block.timestamp - 1);
            refuse(
                sides[i],
                m,
                facilitator,
                abi.encodeWithSelector(IMessageBus.DeadlinePassed.selector, m.deadline, block.timestamp)
            );
            m.deadline = uint64(block.timestamp);
            declareOn(sides[i], m, facilitator, 0);
        }
    }

    function test_a_nonce_is_used_once_and_any_other_is_free() public {
        uint256[5] memory nonces = [uint256(0), 255, 256, 2 ** 255 + 1, type(uint256).max];
        for (uint256 i = 0; i < 2; ++i) {
            for (uint256 j = 0; j < 5; ++j) {
                declareOn(sides[i], nonces[j], AMOUNT / 100);
                check(sides[i].isNonceUsed(alice, nonces[j]), "used");
                check(!sides[i].isNonceUsed(alice, nonces[j] ^ 2), "its neighbour is not");
                refuse(
                    sides[i],
                    messageOn(sides[i], nonces[j], AMOUNT),
                    facilitator,
                    abi.encodeWithSelector(IMessageBus.NonceUsed.selector, alice, nonces[j])
                );
            }
        }
    }

    function test_nonces_are_counted_by_sender_and_not_by_caller() public {
        for (uint256 i = 0; i < 2; ++i) {
            declareOn(sides[i], messageOn(sides[i], 5, AMOUNT), facilitator, 0);
            check(sides[i].isNonceUsed(alice, 5), "the sender's");
            check(!sides[i].isNonceUsed(facilitator, 5), "not the caller's");
            Message memory again = messageOn(sides[i], 5, AMOUNT);
            bytes memory reason = abi.encodeWithSelector(IMessageBus.NonceUsed.selector, alice, 5);
            refuse(sides[i], again, rival, reason);
        }
    }

    function test_a_cancelled_nonce_is_never_declared() public {
        for (uint256 i = 0; i < 2; ++i) {
            on(sides[i]);
            vm.expectEmit(address(sides[i]));
            emit IMessageBus.NonceCancelled(alice, 9);
            vm.prank(alice);
            sides[i].cancelNonce(9);
            bytes memory reason = abi.encodeWithSelector(IMessageBus.NonceUsed.selector, alice, 9);
            refuse(sides[i], messageOn(sides[i], 9, AMOUNT), facilitator, reason);
            vm.expectRevert(reason);
            vm.prank(alice);
            sides[i].cancelNonce(9);
        }
    }

    function test_another_facilitator_than_the_signed_one_is_refused() public {
        for (uint256 i = 0; i < 2; ++i) {
            Message memory m = messageOn(sides[i], 1, AMOUNT);
            m.facilitator = facilitator;
            bytes memory reason =
                abi.encodeWithSelector(IMessageBus.FacilitatorWrong.selector, facilitator, rival);
            refuse(sides[i], m, rival, reason);
            declareOn(sides[i], m, facilitator, 0);
        }
    }

    function test_only_the_senders_signature_counts() public {
        for (uint256 i = 0; i < 2; ++i) {
            MessageBus bus = sides[i];
            on(bus);
            Message memory m = messageOn(bus, 1, AMOUNT);
            bytes32 id = bus.quote(m).id;
            bytes memory good = sign(ALICE_KEY, id);
            (bytes32 r, bytes32 vs) = signWords(ALICE_KEY, id);
            signatureRefused(bus, m, sign(0xbad, id), vm.addr(0xbad));
            signatureRefused(bus, m, "", address(0));
            signatureRefused(bus, m, abi.encodePacked(good, uint8(0)), address(0));
            signatureRefused(bus, m, abi.encodePacked(bytes32(0), vs), address(0));
            signatureRefused(bus, m, abi.encodePacked(r, Signatures.HALF_ORDER + 1), address(0));
            m.sender = address(0);
            signatureRefused(bus, m, "", address(0));
        }
    }

    function signatureRefused(MessageBus bus, Message memory m, bytes memory signature, address recovered) private {
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.SignatureWrong.selector, m.sender, recovered));
        vm.prank(facilitator);
        bus.declare(m, 0, signature, noPermit());
    }

    function test_a_signature_for_one_pair_means_nothing_to_another() public {
        Message memory m = messageOn(gateway, 1, AMOUNT);
        bytes32 foreign = this.stakeIdUnder(BusHash.domain(ORIGIN, address(0xdead), core.coreId()), m);
        onOrigin();
        bytes memory signature = sign(ALICE_KEY, foreign);
        vm.expectPartialRevert(IMessageBus.SignatureWrong.selector);
        vm.prank(facilitator);
        gateway.declare(m, 0, signature, noPermit());
    }

    function stakeIdUnder(bytes32 domain, Message calldata m) external pure returns (bytes32) {
        return BusHash.stakeId(domain, m);
    }

    /// Row 1 leaves from Undeclared only, also where the nonce would not stop it.
    function test_a_declared_message_cannot_be_declared_whatever_its_status() public {
        for (uint256 i = 0; i < 2; ++i) {
            for (uint256 status = 1; status <= 5; ++status) {
                Message memory m = messageOn(sides[i], 40 + status, AMOUNT);
                bytes32 id = sides[i].quote(m).id;
                forceOutbox(sides[i], id, BoxState.word(keccak256("lock"), Status(status)));
                refuse(
                    sides[i],
                    m,
                    facilitator,
                    abi.encodeWithSelector(
                        IMessageBus.StatusRefused.selector, id, Status(status), Status.Declared
                    )
                );
            }
        }
    }

    function test_a_facilitator_without_the_bounty_in_its_ledger_is_refused() public {
        for (uint256 i = 0; i < 2; ++i) {
            on(sides[i]);
            vm.prank(facilitator);
            sides[i].withdrawLedger(50 ether - BOUNTY + 1);
            refuse(
                sides[i],
                messageOn(sides[i], 1, AMOUNT),
                facilitator,
                abi.encodeWithSelector(IMessageBus.LedgerTooLow.selector, facilitator, BOUNTY - 1, BOUNTY)
            );
        }
    }

    function test_a_sender_without_the_tokens_is_refused() public {
        Message memory m = messageOn(gateway, 1, SUPPLY);
        refuse(
            gateway,
            m,
            facilitator,
            abi.encodeWithSelector(IMessageBus.PullFailed.selector, token, alice, SUPPLY)
        );
        m = messageOn(coGateway, 1, 11 * AMOUNT);
        refuse(
            coGateway,
            m,
            facilitator,
            abi.encodeWithSelector(IMessageBus.PullFailed.selector, address(utility), alice, 11 * AMOUNT)
        );
    }

    function test_declaring_pulls_a_stake_burns_a_redeem_and_tells_everything() public {
        Message memory m = messageOn(gateway, 1, AMOUNT);
        bytes32 id = gateway.quote(m).id;
        bytes32 lock = keccak256(abi.encode(id, facilitator, uint64(block.timestamp), secretHashOf(SECRET)));
        bytes memory signature = sign(ALICE_KEY, id);
        uint256 had = IERC20(token).balanceOf(alice);
        onOrigin();
        vm.expectEmit(address(gateway));
        emit IGateway.StakeDeclared(
            id, alice, facilitator, m, uint64(block.timestamp), secretHashOf(SECRET), lock
        );
        vm.prank(facilitator);
        gateway.declare(m, secretHashOf(SECRET), signature, noPermit());
        assertEq(gateway.outbox(id), BoxState.word(lock, Status.Declared), "word");
        assertEq(IERC20(token).balanceOf(alice), had - AMOUNT, "pulled");

        declareOn(coGateway, 1, AMOUNT);
        assertEq(utility.balanceOf(alice), 9 * AMOUNT, "burned");
        assertEq(utility.totalSupply(), 9 * AMOUNT, "supply");
    }

    function permitOf(uint256 key, uint256 value, uint256 deadline) private view returns (Permit memory) {
        PlainToken plain = PlainToken(token);
        bytes32 structHash = keccak256(
            abi.encode(PERMIT_TYPEHASH, vm.addr(key), address(gateway), value, plain.nonces(vm.addr(key)), deadline)
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", plain.DOMAIN_SEPARATOR(), structHash));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return Permit(value, deadline, v, r, s);
    }

    function withoutAllowance() private returns (Message memory m, bytes memory signature) {
        onOrigin();
        vm.prank(alice);
        IERC20(token).approve(address(gateway), 0);
        m = messageOn(gateway, 1, AMOUNT);
        signature = sign(ALICE_KEY, gateway.quote(m).id);
    }

    function test_a_permit_replaces_an_approval() public {
        (Message memory m, bytes memory signature) = withoutAllowance();
        Permit memory permit = permitOf(ALICE_KEY, AMOUNT, block.timestamp);
        vm.prank(facilitator);
        bytes32 id = gateway.declare(m, 0, signature, permit);
        assertStatus(outboxStatus(gateway, id), Status.Declared, "declared");
    }

    function test_a_permit_that_was_used_before_does_not_stop_the_message() public {
        (Message memory m, bytes memory signature) = withoutAllowance();
        Permit memory permit = permitOf(ALICE_KEY, AMOUNT, block.timestamp);
        PlainToken(token).permit(alice, address(gateway), AMOUNT, permit.deadline, permit.v, permit.r, permit.s);
        vm.prank(facilitator);
        bytes32 id = gateway.declare(m, 0, signature, permit);
        assertStatus(outboxStatus(gateway, id), Status.Declared, "declared");
    }

    function test_a_worthless_permit_pulls_nothing() public {
        (Message memory m, bytes memory signature) = withoutAllowance();
        Permit memory permit = permitOf(0xbad, AMOUNT, block.timestamp);
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.PullFailed.selector, token, alice, AMOUNT));
        vm.prank(facilitator);
        gateway.declare(m, 0, signature, permit);
    }

    function test_a_quote_of_a_message_that_cannot_be_declared_says_so() public {
        Message memory m = messageOn(gateway, 1, AMOUNT);
        m.gasPrice = type(uint256).max;
        vm.expectRevert(
            abi.encodeWithSelector(IMessageBus.RewardAboveAmount.selector, m.gasPrice, m.gasLimit, AMOUNT)
        );
        gateway.quote(m);
    }

    function test_the_quote_shows_the_worst_case() public view {
        for (uint256 i = 0; i < 2; ++i) {
            Message memory m = messageOn(sides[i], 1, AMOUNT);
            Quote memory q = sides[i].quote(m);
            assertEq(q.id, peerOf(sides[i]).peerMessageId(m), "both sides agree on the id");
            assertEq(q.reward, 600_000, "gasPrice * gasLimit");
            assertEq(q.bounty, BOUNTY, "bounty");
            assertEq(q.penalty, BOUNTY * 3 / 2, "penalty");
        }
    }
}

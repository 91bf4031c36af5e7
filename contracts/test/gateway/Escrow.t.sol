// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Vm} from "../Base.sol";
import {BoxState} from "../../src/gateway/BoxState.sol";
import {Envelope, IMessageBus, Message, Status} from "../../src/gateway/IMessageBus.sol";
import {MessageBus} from "../../src/gateway/MessageBus.sol";
import {Oddity, OddToken} from "./OddToken.sol";
import {Pair} from "./Pair.sol";

/// @title The escrow equation for the rows that exist (gateway 7.7)
/// @dev Random steps of random messages both ways, with roots of any age, tokens that refuse a recipient and secrets
/// that everybody knows. After every step, with what is owed counted as paid:
///
///     escrow = circulating + stakes declared and not yet minted + redeems burned and not yet released
///            = S[amount of stakes declared] - S[amount of redeems with inbox Progressed]
///
/// to the last unit, and the coin in each gateway is its ledgers plus one bounty for each outbox in Declared.
contract EscrowTest is Pair {
    struct Sent {
        bytes32 id;
        bool stake;
        uint256 amount;
        Envelope envelope;
    }

    uint256 private constant MESSAGES = 12;

    Sent[] private sent;
    OddToken private odd;
    uint256 private refused;
    uint256 private done;

    function setUp() public {
        setUpPair();
        odd = OddToken(token);
        stakeForAlice(1000, 1e25);
        sent.push();
        sent[0].stake = true;
        sent[0].amount = 1e25;
        sent[0].envelope.message.intent.amount = 1e25;
    }

    function makeToken() internal override returns (address) {
        OddToken made = new OddToken();
        made.mint(alice, SUPPLY);
        return address(made);
    }

    /// forge-config: default.fuzz.runs = 12
    function test_fuzz_escrow_is_circulation_and_what_is_in_flight(uint256 seed) public {
        run(seed, 24);
    }

    /// One long history, so that messages come to every end: no step is refused for a reason that is not its own.
    function test_a_long_history_keeps_the_escrow_equation() public {
        run(20_201_120, 80);
        check(done > 30, "many steps went through");
        check(refused > 10, "and some were refused");
    }

    function run(uint256 seed, uint256 steps) private {
        for (uint256 i = 0; i < steps; ++i) {
            seed = uint256(keccak256(abi.encode(seed, i)));
            if (step(seed)) ++done;
            else ++refused;
            equation();
        }
    }

    function step(uint256 seed) private returns (bool) {
        uint256 kind = seed % 8;
        if (kind < 2 && sent.length <= MESSAGES) return declareOne(seed >> 8);
        if (kind == 2) {
            odd.become(seed & 256 == 0 ? Oddity.BlocksByRevert : Oddity.None, bob);
            return true;
        }
        if (sent.length == 1) return false;
        return moveOne(seed >> 8, sent[1 + (seed >> 200) % (sent.length - 1)]);
    }

    function declareOne(uint256 seed) private returns (bool) {
        bool stake = seed & 1 == 0;
        MessageBus bus = stake ? MessageBus(gateway) : MessageBus(coGateway);
        uint256 amount = bound(seed >> 1, 600_000, 1e24);
        Message memory m = messageOn(bus, sent.length, amount);
        (bytes32 id, Envelope memory e) =
            declareOn(bus, m, facilitator, seed & 2 == 0 ? secretHashOf(SECRET) : bytes32(0));
        Sent storage s = sent.push();
        s.id = id;
        s.stake = stake;
        s.amount = amount;
        s.envelope = e;
        return true;
    }

    /// Any step of a message, whatever its status: shown the newest roots, or none.
    function moveOne(uint256 seed, Sent storage s) private returns (bool moved) {
        MessageBus source = s.stake ? MessageBus(gateway) : MessageBus(coGateway);
        MessageBus target = peerOf(source);
        Envelope memory e = s.envelope;
        uint256 kind = seed % 7;
        MessageBus bus = kind < 2 ? source : target;
        bytes memory call;
        if (kind == 0) call = abi.encodeCall(IMessageBus.progressOutbox, (e, SECRET));
        if (kind == 6) call = abi.encodeCall(IMessageBus.progressInbox, (e, SECRET));
        if (kind == 1) {
            if (target.inbox(s.id) == 0) return false;
            uint64 number = prove(target);
            call = abi.encodeCall(IMessageBus.progressOutboxByProof, (e, number, inboxProof(target, s.id)));
        }
        if (kind > 1 && kind < 6) {
            uint64 number = prove(source);
            bytes[] memory proof = outboxProof(source, s.id);
            if (kind == 2) call = abi.encodeCall(IMessageBus.confirm, (e, number, proof));
            if (kind == 3) call = abi.encodeCall(IMessageBus.deliver, (e, SECRET, number, proof));
            if (kind == 4) call = abi.encodeCall(IMessageBus.deliver, (e, 0, number, proof));
            if (kind == 5) call = abi.encodeCall(IMessageBus.progressInboxByProof, (e, number, proof));
        }
        on(bus);
        vm.prank(rival);
        (moved,) = address(bus).call(call);
    }

    function equation() private view {
        uint256 staked;
        uint256 released;
        uint256 unminted;
        uint256 unreleased;
        uint256 bountiesOnOrigin;
        uint256 bountiesOnAuxiliary;
        for (uint256 i = 0; i < sent.length; ++i) {
            Sent storage s = sent[i];
            MessageBus source = s.stake ? MessageBus(gateway) : MessageBus(coGateway);
            bool arrived = i == 0 || inboxStatus(peerOf(source), s.id) == Status.Progressed;
            if (s.stake) staked += s.amount;
            if (s.stake && !arrived) unminted += s.amount;
            if (!s.stake && arrived) released += s.amount;
            if (!s.stake && !arrived) unreleased += s.amount;
            bool held = i > 0 && outboxStatus(source, s.id) == Status.Declared;
            if (held && s.stake) bountiesOnOrigin += BOUNTY;
            if (held && !s.stake) bountiesOnAuxiliary += BOUNTY;
        }
        uint256 owed = gateway.tokenLedger(bob) + gateway.tokenLedger(facilitator) + gateway.tokenLedger(rival);
        uint256 escrow = odd.balanceOf(address(gateway)) - owed;
        assertEq(escrow, staked - released, "escrow by the boxes");
        assertEq(escrow, utility.totalSupply() + unminted + unreleased, "escrow by circulation");
        assertEq(utility.balanceOf(address(coGateway)), 0, "the co-gateway holds nothing");
        assertEq(address(gateway).balance, coins(gateway) + bountiesOnOrigin, "coin on origin");
        assertEq(address(coGateway).balance, coins(coGateway) + bountiesOnAuxiliary, "coin on the auxiliary chain");
    }

    function coins(MessageBus bus) private view returns (uint256) {
        return bus.ledger(facilitator) + bus.ledger(rival) + bus.ledger(alice);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Vm} from "../Base.sol";
import {IGateway} from "../../src/gateway/IGateway.sol";
import {Envelope, IMessageBus, Message, Status} from "../../src/gateway/IMessageBus.sol";
import {MessageBus} from "../../src/gateway/MessageBus.sol";
import {Oddity, OddToken} from "./OddToken.sol";
import {RecoveryPair} from "./RecoveryPair.sol";

/// @title The escrow equation (gateway 7.7), from Transfer logs and from what stands in the boxes
/// @dev Random steps of random messages both ways, by every row, with roots of any age, tokens that refuse a recipient and
/// secrets that everybody knows; then a halt or a freeze, steps after it, and recovery in any order. After every step, with what is owed
/// to a blocked recipient counted as paid:
///
///     live:    escrow = circulating + stakes not minted + redeems not paid
///     always:  escrow = balances at Z not recovered + refunds + claims + deliveries, Z being the last commit
///
/// to the last unit. Escrow and circulation are sums of Transfer logs; no counter of the contracts is asked. The coin in each
/// gateway is its ledgers, what is burned, and a bounty and a penalty for each outbox that holds one.
contract EscrowTest is RecoveryPair {
    struct Sent {
        bytes32 id;
        bool stake;
        uint256 amount;
        Envelope envelope;
        Status inZ;
        Status outZ;
    }

    struct Proven {
        uint64 number;
        bytes[] proof;
    }

    uint256 private constant MESSAGES = 12;
    uint256 private constant PENALTY = 1.5 ether;
    bytes32 private constant TRANSFER = keccak256("Transfer(address,address,uint256)");

    Sent[] private sent;
    OddToken private odd;
    uint256[4] private keys = [ALICE_KEY, BOB_KEY, FACILITATOR_KEY, RIVAL_KEY];
    uint256[4] private balanceZ;
    bool[4] private recovered;
    mapping(bytes32 word => Proven) private older;
    uint256 private escrow;
    uint256 private circulating;
    bool private halted;
    uint256 private done;
    uint256 private refused;

    function setUp() public {
        vm.recordLogs();
        setUpPair();
        odd = OddToken(token);
        stakeForAlice(1000, 1e25);
        tally();
        keepAll();
    }

    function makeToken() internal override returns (address) {
        OddToken made = new OddToken();
        made.mint(alice, SUPPLY);
        return address(made);
    }

    /// forge-config: default.fuzz.runs = 20
    /// forge-config: escrow.fuzz.runs = 200
    function test_fuzz_escrow_is_what_circulates_and_what_is_in_flight_and_recovery_pays_it_out(uint256 seed) public {
        live(seed, 32);
        end(seed, 12);
        drain();
    }

    /// One long history, so that messages come to every end.
    function test_a_long_history_keeps_the_escrow_equation() public {
        live(20_201_120, 120);
        check(done > 45, "many steps went through");
        check(refused > 15, "and some were refused");
        uint256 ends;
        for (uint256 i = 0; i < sent.length; ++i) {
            ends |= 1 << uint256(outboxStatus(sourceOf(sent[i]), sent[i].id));
        }
        check(ends & 4 != 0 && ends & 16 != 0, "some progressed, some were revoked");
        this.finish(20_201_122, 20);
    }

    /// A call of its own, as oneStep.
    function finish(uint256 seed, uint256 steps) external {
        end(seed, steps);
        drain();
    }

    // ---------------------------------------------------------------------------------------------------------- runs

    function live(uint256 seed, uint256 steps) private {
        vm.recordLogs();
        for (uint256 i = 0; i < steps; ++i) {
            seed = uint256(keccak256(abi.encode(seed, i)));
            this.oneStep(seed);
        }
    }

    /// A call of its own, so that what it took of memory is free again.
    function oneStep(uint256 seed) external {
        count(step(seed));
        equations();
    }

    /// A halt, or a freeze on a live core; what still happens on both chains, and recovery in any order.
    function end(uint256 seed, uint256 steps) private {
        if (seed & 2 == 0) freezePair();
        if (seed & 3 != 3) keepAll();
        if (seed & 2 != 0) core.halt();
        halted = true;
        for (uint256 i = 0; i < 3; ++i) {
            count(move(uint256(keccak256(abi.encode(seed, "before", i)))));
            equations();
        }
        fixRoot();
        for (uint256 i = 0; i < steps; ++i) {
            uint256 next = uint256(keccak256(abi.encode(seed, "after", i)));
            if (next % 3 == 0) count(move(next >> 8));
            else if (next % 3 == 1) count(tryRecover((next >> 8) % 4));
            else count(tryClaim((next >> 8) % sent.length));
            equations();
        }
    }

    /// Everything that is owed, then everything again: nothing is paid twice.
    function drain() private {
        odd.become(Oddity.None, bob);
        for (uint256 i = 0; i < sent.length; ++i) {
            tryClaim(i);
            finishByRoot(sent[i]);
            equations();
        }
        for (uint256 i = 0; i < 4; ++i) {
            tryRecover(i);
        }
        equations();
        assertEq(escrow, credits(), "the whole escrow is paid out");
        for (uint256 i = 0; i < sent.length; ++i) {
            check(!tryClaim(i), "claimed twice");
            finishByRoot(sent[i]);
            Status at = sent[i].stake ? outboxStatus(gateway, sent[i].id) : inboxStatus(gateway, sent[i].id);
            check(at != Status.Declared && at != Status.RevocationDeclared, "a box of origin is left open");
        }
        for (uint256 i = 0; i < 4; ++i) {
            check(!tryRecover(i), "recovered twice");
        }
        drawCredits();
        assertEq(odd.balanceOf(address(gateway)), 0, "nothing is left");
    }

    function drawCredits() private {
        for (uint256 i = 0; i < 4; ++i) {
            address who = vm.addr(keys[i]);
            if (gateway.tokenLedger(who) == 0) continue;
            vm.prank(who);
            gateway.withdrawTokens();
        }
    }

    function count(bool went) private {
        if (went) ++done;
        else ++refused;
    }

    // --------------------------------------------------------------------------------------------------------- steps

    function step(uint256 seed) private returns (bool) {
        uint256 kind = seed % 12;
        if (kind < 3 && sent.length < MESSAGES) return declareOne(seed >> 8);
        if (kind == 3) {
            odd.become(seed & 256 == 0 ? Oddity.BlocksByRevert : Oddity.None, seed & 512 == 0 ? bob : alice);
            return true;
        }
        if (kind == 4) {
            vm.warp(block.timestamp + 12 hours);
            return true;
        }
        if (kind == 5) {
            keepAll();
            return true;
        }
        if (kind == 6) return transferOne(seed >> 8);
        return move(seed >> 8);
    }

    function transferOne(uint256 seed) private returns (bool went) {
        address from = vm.addr(keys[seed % 4]);
        uint256 amount = bound(seed >> 8, 0, utility.balanceOf(from));
        address to = vm.addr(keys[(seed >> 2) % 4]);
        onAuxiliary();
        vm.prank(from);
        (went,) = address(utility).call(abi.encodeCall(utility.transfer, (to, amount)));
    }

    function declareOne(uint256 seed) private returns (bool) {
        bool stake = seed & 1 == 0;
        if (!stake && utility.balanceOf(alice) < 1e24) return false;
        MessageBus bus = stake ? MessageBus(gateway) : MessageBus(coGateway);
        uint256 amount = bound(seed >> 1, 600_000, 1e24);
        Message memory m = messageOn(bus, sent.length, amount);
        address by = seed & 4 == 0 ? facilitator : alice;
        (bytes32 id, Envelope memory e) = declareOn(bus, m, by, seed & 2 == 0 ? secretHashOf(SECRET) : bytes32(0));
        Sent storage s = sent.push();
        (s.id, s.stake, s.amount, s.envelope) = (id, stake, amount, e);
        return true;
    }

    function sourceOf(Sent storage s) private view returns (MessageBus) {
        return s.stake ? MessageBus(gateway) : MessageBus(coGateway);
    }

    /// Any row of any message, whatever its status, by the newest root or by an older one.
    function move(uint256 seed) private returns (bool moved) {
        if (sent.length == 0) return false;
        Sent storage s = sent[(seed >> 200) % sent.length];
        Envelope memory e = s.envelope;
        uint256 kind = pick(seed, outboxStatus(sourceOf(s), s.id));
        MessageBus bus = kind < 4 ? sourceOf(s) : peerOf(sourceOf(s));
        bytes memory call;
        if (kind == 0) call = abi.encodeCall(IMessageBus.progressOutbox, (e, SECRET));
        else if (kind == 2) call = abi.encodeCall(IMessageBus.declareRevocation, (e, consent(bus, s.id)));
        else if (kind == 8) call = abi.encodeCall(IMessageBus.progressInbox, (e, SECRET));
        else call = byProof(kind, e, provenWord(peerOf(bus), s.id, kind > 3, seed & 1024 == 0));
        on(bus);
        vm.prank(rival);
        (moved,) = address(bus).call(call);
    }

    /// Any row, but oftener one that a message in this status may take.
    function pick(uint256 seed, Status out) private pure returns (uint256 kind) {
        kind = seed % 10;
        if ((seed >> 16) % 4 == 0) return kind;
        if (out == Status.RevocationDeclared) return uint8(bytes("\x01\x03\x03\x09\x09\x09\x05\x09\x03\x07")[kind]);
        if (out == Status.Progressed) return 4 + kind % 5;
    }

    function consent(MessageBus bus, bytes32 id) private view returns (bytes memory) {
        return sign(ALICE_KEY, bus.revokeDigest(id));
    }

    function byProof(uint256 kind, Envelope memory e, Proven memory p) private pure returns (bytes memory) {
        if (kind == 1) return abi.encodeCall(IMessageBus.progressOutboxByProof, (e, p.number, p.proof));
        if (kind == 3) return abi.encodeCall(IMessageBus.revokeOutbox, (e, p.number, p.proof));
        if (kind == 4) return abi.encodeCall(IMessageBus.confirm, (e, p.number, p.proof));
        if (kind == 5) return abi.encodeCall(IMessageBus.deliver, (e, SECRET, p.number, p.proof));
        if (kind == 6) return abi.encodeCall(IMessageBus.deliver, (e, 0, p.number, p.proof));
        if (kind == 7) return abi.encodeCall(IMessageBus.progressInboxByProof, (e, p.number, p.proof));
        return abi.encodeCall(IMessageBus.revokeInbox, (e, p.number, p.proof));
    }

    /// A word of `bus` as its peer may prove it: now, or as it was when it was proven last. After a halt nothing newer than
    /// the last commit is proven of the auxiliary side.
    function provenWord(MessageBus bus, bytes32 id, bool outbox, bool newest) private returns (Proven memory p) {
        Proven storage old = older[keccak256(abi.encode(bus, id, outbox))];
        bool auxiliary = address(bus) == address(coGateway);
        if ((!newest || (auxiliary && halted)) && old.number != 0) return old;
        if (auxiliary && halted) {
            return Proven(keptNumber, outbox ? outboxAtZ(id) : inboxAtZ(id));
        }
        if (auxiliary) p.number = keepAll();
        else p.number = prove(bus);
        p.proof = outbox ? outboxProof(bus, id) : inboxProof(bus, id);
        (old.number, old.proof) = (p.number, p.proof);
    }

    /// Commits, makes the root known to the gateway, and remembers what stands at it.
    function keepAll() private returns (uint64 k) {
        k = keep();
        onOrigin();
        gateway.provePeer(k, keptHeader, accountAtZ(address(coGateway)));
        for (uint256 i = 0; i < sent.length; ++i) {
            sent[i].inZ = inboxStatus(coGateway, sent[i].id);
            sent[i].outZ = outboxStatus(coGateway, sent[i].id);
        }
        for (uint256 i = 0; i < 4; ++i) {
            balanceZ[i] = utility.balanceOf(vm.addr(keys[i]));
        }
    }

    // ------------------------------------------------------------------------------------------------------ recovery

    function tryRecover(uint256 i) private returns (bool went) {
        address holder = vm.addr(keys[i]);
        bytes memory signature = balanceSignature(keys[i], holder, rival);
        onOrigin();
        (went,) = address(gateway).call(
            abi.encodeCall(IGateway.recoverBalance, (holder, rival, signature, balanceAtZ(holder)))
        );
        check(!went || !recovered[i], "a balance twice");
        if (went) recovered[i] = true;
    }

    function tryClaim(uint256 i) private returns (bool went) {
        if (i >= sent.length) return false;
        Sent storage s = sent[i];
        onOrigin();
        bytes memory call;
        if (s.stake) {
            call = abi.encodeCall(IGateway.refundStake, (s.envelope, inboxAtZ(s.id)));
        } else {
            bytes memory signature = sign(ALICE_KEY, gateway.recoveryDigest(2, s.id, rival));
            call = abi.encodeCall(IGateway.recoverRedeem, (s.envelope, rival, signature, outboxAtZ(s.id)));
        }
        (went,) = address(gateway).call(call);
    }

    /// Rows 3, 5, 8 and 10 by the recovery root.
    function finishByRoot(Sent storage s) private {
        onOrigin();
        if (s.stake) {
            tryCall(abi.encodeCall(IMessageBus.progressOutboxByProof, (s.envelope, keptNumber, inboxAtZ(s.id))));
            return;
        }
        tryCall(abi.encodeCall(IMessageBus.deliver, (s.envelope, 0, keptNumber, outboxAtZ(s.id))));
        tryCall(abi.encodeCall(IMessageBus.progressInboxByProof, (s.envelope, keptNumber, outboxAtZ(s.id))));
    }

    function tryCall(bytes memory call) private {
        (bool went,) = address(gateway).call(call);
        count(went);
    }

    // ----------------------------------------------------------------------------------------------------- equations

    /// Adds up the Transfer logs since the last time.
    function tally() private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != TRANSFER) continue;
            address from = address(uint160(uint256(logs[i].topics[1])));
            address to = address(uint160(uint256(logs[i].topics[2])));
            uint256 amount = abi.decode(logs[i].data, (uint256));
            if (logs[i].emitter == token) {
                if (to == address(gateway)) escrow += amount;
                if (from == address(gateway)) escrow -= amount;
            } else if (logs[i].emitter == address(utility)) {
                if (from == address(0)) circulating += amount;
                if (to == address(0)) circulating -= amount;
            }
        }
    }

    function equations() private {
        tally();
        uint256 inFlight;
        uint256 owedAtZ;
        for (uint256 i = 0; i < sent.length; ++i) {
            inFlight += isInFlight(sent[i]) ? sent[i].amount : 0;
            owedAtZ += isOwedAtZ(sent[i]) ? sent[i].amount : 0;
        }
        for (uint256 i = 0; i < 4; ++i) {
            if (!recovered[i]) owedAtZ += balanceZ[i];
        }
        uint256 held = escrow - credits();
        if (!halted) assertEq(held, circulating + inFlight, "what circulates and what is in flight");
        assertEq(held, owedAtZ, "what recovery would pay");
        assertEq(odd.balanceOf(address(gateway)), escrow, "the logs are the balance");
        assertEq(utility.balanceOf(address(coGateway)), 0, "the co-gateway holds nothing");
        coin(gateway);
        coin(coGateway);
    }

    function credits() private view returns (uint256 sum) {
        for (uint256 i = 0; i < 4; ++i) {
            sum += gateway.tokenLedger(vm.addr(keys[i]));
        }
    }

    function isGone(Status out) private pure returns (bool) {
        return out == Status.Declared || out == Status.Progressed || out == Status.RevocationDeclared;
    }

    function isInFlight(Sent storage s) private view returns (bool) {
        MessageBus source = sourceOf(s);
        return isGone(outboxStatus(source, s.id)) && inboxStatus(peerOf(source), s.id) != Status.Progressed;
    }

    /// The refunds, claims and deliveries of the tables of 7.7.
    function isOwedAtZ(Sent storage s) private view returns (bool) {
        Status out = s.stake ? outboxStatus(gateway, s.id) : s.outZ;
        Status into = s.stake ? s.inZ : inboxStatus(gateway, s.id);
        bool open = into == Status.Undeclared || into == Status.Declared;
        return isGone(out) && (open || (out == Status.RevocationDeclared && into == Status.Revoked));
    }

    function coin(MessageBus bus) private view {
        uint256 sum = bus.burned();
        for (uint256 i = 0; i < 4; ++i) {
            sum += bus.ledger(vm.addr(keys[i]));
        }
        for (uint256 i = 0; i < sent.length; ++i) {
            if (address(sourceOf(sent[i])) != address(bus)) continue;
            Status out = outboxStatus(bus, sent[i].id);
            if (out == Status.Declared || out == Status.RevocationDeclared) sum += BOUNTY;
            if (out == Status.RevocationDeclared) sum += PENALTY;
        }
        assertEq(address(bus).balance, sum, "coin");
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Envelope, IMessageBus, Message} from "../../src/gateway/IMessageBus.sol";
import {MessageBus} from "../../src/gateway/MessageBus.sol";
import {RecoveryPair} from "./RecoveryPair.sol";

/// @dev What the last call took, as the snapshots count it.
interface VmGas {
    struct Gas {
        uint64 gasLimit;
        uint64 gasTotalUsed;
        uint64 gasMemoryUsed;
        int64 gasRefunded;
        uint64 gasRemaining;
    }

    function lastCallGas() external view returns (Gas memory gas);
}

/// @dev What each step costs as a transaction of its own (contracts/snapshots/gateway.json). Proofs are of small
/// tries: an account's of 2 nodes, a slot's of 1 to 3, as on anvil. Deep ones: GasDeep.t.sol; read together: docs/gas.md.
contract GasTest is RecoveryPair {
    uint256 private constant AMOUNT = 1e24;
    string private constant GROUP = "gateway";

    function setUp() public {
        setUpPair();
        stakeForAlice(1000, 10 * AMOUNT);
    }

    function gasOfLastCall() private view returns (uint256) {
        return VmGas(address(vm)).lastCallGas().gasTotalUsed;
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

    /// The goals of a stake and mint, all steps, with its root proven for this one message.
    function test_gas_of_a_whole_stake_and_mint() public {
        (uint256 origin, uint256 auxiliary) = transfer(gateway, 1, "stake and mint, a sender's first");
        assertLt(origin + auxiliary, 450_000, "all steps");
        (origin, auxiliary) = transfer(gateway, 2, "stake and mint, later");
        assertLt(origin + auxiliary, 450_000, "all steps");
        assertLt(origin, 150_000, "origin's part");
    }

    function test_gas_of_a_whole_redeem_and_unstake() public {
        transfer(coGateway, 1, "redeem and unstake, a sender's first");
        (uint256 auxiliary, uint256 origin) = transfer(coGateway, 2, "redeem and unstake, later");
        assertLt(origin + auxiliary, 450_000, "all steps");
    }

    /// Declare, reveal, prove the root, deliver: gas of the source side, and of the target side.
    function transfer(MessageBus bus, uint256 nonce, string memory name)
        private
        returns (uint256 here, uint256 there)
    {
        Message memory m = messageOn(bus, nonce, AMOUNT);
        on(bus);
        bytes memory signature = sign(ALICE_KEY, bus.quote(m).id);
        Envelope memory e = envelopeOf(m, facilitator, secretHashOf(SECRET));
        vm.prank(facilitator);
        bytes32 id = bus.declare(m, e.secretHash, signature, noPermit());
        here = gasOfLastCall();
        uint64 number = prove(bus);
        there = gasOfLastCall();
        bytes[] memory proof = outboxProof(bus, id);
        on(bus);
        bus.progressOutbox(e, SECRET);
        here += gasOfLastCall();
        on(peerOf(bus));
        peerOf(bus).deliver(e, SECRET, number, proof);
        there += gasOfLastCall();
        vm.snapshotValue(GROUP, string.concat(name, ": source"), here);
        vm.snapshotValue(GROUP, string.concat(name, ": target"), there);
    }

    function test_gas_of_a_revocation() public {
        revocation(gateway, "origin: ", "auxiliary: ");
        revocation(coGateway, "auxiliary: ", "origin: ");
    }

    function revocation(MessageBus bus, string memory here, string memory there) private {
        MessageBus peer = peerOf(bus);
        (bytes32 id, Envelope memory e) = declared(bus, 1);
        (bytes32 second, Envelope memory other) = declared(bus, 2);
        vm.warp(block.timestamp + 1 days);
        uint64 early = prove(bus);
        bytes[] memory proof = outboxProof(bus, second);
        on(peer);
        peer.deliver(other, SECRET, early, proof);
        revoke(e);
        vm.snapshotGasLastCall(GROUP, string.concat(here, "declareRevocation"));
        revoke(other);
        uint64 number = prove(bus);
        proof = outboxProof(bus, id);
        on(peer);
        peer.revokeInbox(e, number, proof);
        vm.snapshotGasLastCall(GROUP, string.concat(there, "revokeInbox"));
        number = prove(peer);
        proof = inboxProof(peer, id);
        on(bus);
        bus.revokeOutbox(e, number, proof);
        vm.snapshotGasLastCall(GROUP, string.concat(here, "revokeOutbox"));
        proof = inboxProof(peer, second);
        bus.progressOutboxByProof(other, number, proof);
        vm.snapshotGasLastCall(GROUP, string.concat(here, "progressOutboxByProof, a revocation declared"));
    }

    function test_gas_of_the_end_of_a_pair() public {
        deactivateGateway();
        vm.snapshotGasLastCall(GROUP, "origin: deactivate, without the tally");
        vm.warp(block.timestamp + coGateway.DEACTIVATION_GRACE());
        uint64 number = prove(gateway);
        bytes[] memory proof = slotProof(address(gateway), bytes32(uint256(1)));
        onAuxiliary();
        coGateway.freeze(number, proof);
        vm.snapshotGasLastCall(GROUP, "auxiliary: freeze");
    }

    function test_gas_of_recovery() public {
        (bytes32 stake, Envelope memory staked) = declared(gateway, 1);
        (bytes32 redeem, Envelope memory redeemed) = declared(coGateway, 1);
        vm.warp(block.timestamp + 1 days);
        revoke(redeemed);
        haltAndFix();
        vm.snapshotGasLastCall(GROUP, "origin: fixRecoveryRoot");
        refundStake(stake, staked);
        vm.snapshotGasLastCall(GROUP, "origin: refundStake");
        recoverBalance(ALICE_KEY, rival);
        vm.snapshotGasLastCall(GROUP, "origin: recoverBalance, to a new account");
        recoverRedeem(redeem, redeemed, rival);
        vm.snapshotGasLastCall(GROUP, "origin: recoverRedeem, to a known account");
    }

    /// Twenty messages of one facilitator, each step of all in one transaction.
    function test_gas_of_batches_of_twenty() public {
        bytes[] memory calls = new bytes[](20);
        Envelope[] memory es = new Envelope[](20);
        onOrigin();
        for (uint256 i = 0; i < 20; ++i) {
            Message memory m = messageOn(gateway, 100 + i, AMOUNT);
            es[i] = envelopeOf(m, facilitator, secretHashOf(SECRET));
            bytes memory signature = sign(ALICE_KEY, gateway.quote(m).id);
            calls[i] = abi.encodeCall(IMessageBus.declare, (m, es[i].secretHash, signature, noPermit()));
        }
        uint256 gas = batchOf(gateway, calls, "origin: batch of 20 stakes declared");
        uint64 number = prove(gateway);
        gas += gasOfLastCall();
        for (uint256 i = 0; i < 20; ++i) {
            bytes[] memory proof = outboxProof(gateway, gateway.quote(es[i].message).id);
            calls[i] = abi.encodeCall(IMessageBus.deliver, (es[i], SECRET, number, proof));
        }
        gas += batchOf(coGateway, calls, "auxiliary: batch of 20 deliveries");
        for (uint256 i = 0; i < 20; ++i) {
            calls[i] = abi.encodeCall(IMessageBus.progressOutbox, (es[i], SECRET));
        }
        gas += batchOf(gateway, calls, "origin: batch of 20 secrets");
        vm.snapshotValue(GROUP, "stake and mint, one of 20 in batches: both sides", gas / 20);
        assertLt(gas / 20, 250_000, "each");
    }

    function batchOf(MessageBus bus, bytes[] memory calls, string memory name) private returns (uint256 gas) {
        on(bus);
        vm.prank(facilitator);
        bool[] memory succeeded = bus.batch(calls);
        gas = vm.snapshotGasLastCall(GROUP, name);
        for (uint256 i = 0; i < calls.length; ++i) {
            check(succeeded[i], "went through");
        }
    }
}

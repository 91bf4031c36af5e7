// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TrieReader} from "../../src/lib/TrieReader.sol";
import {ICoGateway} from "../../src/gateway/ICoGateway.sol";
import {IGateway} from "../../src/gateway/IGateway.sol";
import {Envelope, IMessageBus, Message, Status} from "../../src/gateway/IMessageBus.sol";
import {IUtilityToken} from "../../src/gateway/IUtilityToken.sol";
import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {RecoveryPair} from "./RecoveryPair.sol";

/// @dev How a pair ends while its core lives (gateway 7.6): staking stops by a seal, everything stops 30 days later.
contract DeactivationTest is RecoveryPair {
    uint256 private constant AMOUNT = 1e24;
    bytes32 private constant SLOT = bytes32(uint256(1));

    function setUp() public {
        setUpPair();
        stakeForAlice(1000, 10 * AMOUNT);
        onOrigin();
    }

    function test_what_is_signed_is_deactivate_of_this_gateway_in_the_cores_domain() public view {
        bytes32 structHash =
            keccak256(abi.encode(keccak256("Deactivate(address gateway)"), address(gateway)));
        bytes32 expected = MosaicHash.digest(MosaicHash.domain(block.chainid, address(core)), structHash);
        assertEq(gateway.deactivationDigest(), expected);
    }

    function test_two_thirds_in_both_sets_deactivate_for_ever() public {
        uint256 at = block.timestamp;
        bytes memory seal = sealOf(3, 4, 5, 7, gateway.deactivationDigest());
        vm.expectEmit(address(gateway));
        emit IGateway.GatewayDeactivated(uint64(at));
        vm.prank(rival);
        gateway.deactivate(seal);
        assertEq(gateway.deactivation(), at, "when");
        assertEq(uint256(vm.load(address(gateway), SLOT)), at, "at slot 1");
        vm.warp(at + 1);
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.StakingDeactivated.selector, at));
        gateway.deactivate(seal);
    }

    function refusedSeal(uint8 forward, uint8 forwardTotal, uint8 rear, uint8 rearTotal) private {
        bytes memory seal = sealOf(forward, forwardTotal, rear, rearTotal, gateway.deactivationDigest());
        vm.expectRevert(
            abi.encodeWithSelector(IGateway.QuorumMissing.selector, forward, forwardTotal, rear, rearTotal)
        );
        gateway.deactivate(seal);
    }

    function test_two_thirds_in_one_set_alone_deactivate_nothing() public {
        refusedSeal(2, 3, 3, 3);
        refusedSeal(3, 3, 2, 3);
        refusedSeal(0, 0, 0, 0);
        bytes memory other = sealOf(3, 3, 3, 3, keccak256("something else"));
        vm.expectRevert(abi.encodeWithSelector(IGateway.QuorumMissing.selector, 0, 0, 0, 0));
        gateway.deactivate(other);
        assertEq(gateway.deactivation(), 0, "nothing happened");
    }

    function test_a_deactivated_gateway_takes_no_stakes_and_does_everything_else() public {
        (bytes32 id, Envelope memory e) = declareOn(gateway, 1, AMOUNT);
        (, Envelope memory revoked) = declareOn(gateway, 2, AMOUNT);
        deactivateGateway();
        Message memory m = messageOn(gateway, 3, AMOUNT);
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.StakingDeactivated.selector, block.timestamp));
        vm.prank(alice);
        gateway.declare(m, 0, "", noPermit());

        gateway.progressOutbox(e, SECRET);
        uint64 number = prove(gateway);
        bytes[] memory proof = outboxProof(gateway, id);
        onAuxiliary();
        coGateway.deliver(e, SECRET, number, proof);
        vm.warp(block.timestamp + 1 days);
        revoke(revoked);
        (id, e) = declareOn(coGateway, 4, AMOUNT);
        number = prove(coGateway);
        proof = outboxProof(coGateway, id);
        onOrigin();
        gateway.deliver(e, SECRET, number, proof);
        assertStatus(inboxStatus(gateway, id), Status.Progressed, "a redeem is paid");
    }

    function test_the_co_gateway_freezes_by_proof_after_the_grace_and_not_before() public {
        bytes[] memory proof = slotProofOrLink();
        uint64 number = prove(gateway);
        onAuxiliary();
        vm.expectPartialRevert(TrieReader.TrieAbsent.selector);
        coGateway.freeze(number, proof);

        uint256 at = block.timestamp;
        deactivateGateway();
        number = prove(gateway);
        proof = slotProof(address(gateway), SLOT);
        uint256 until = at + coGateway.DEACTIVATION_GRACE();
        onAuxiliary();
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.PeerNotProven.selector, number + 1));
        coGateway.freeze(number + 1, proof);
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(ICoGateway.GraceRunning.selector, until, until - 1));
        coGateway.freeze(number, proof);
        vm.warp(until);
        vm.expectEmit(address(coGateway));
        emit ICoGateway.Frozen(at);
        coGateway.freeze(number, proof);
        assertEq(uint256(vm.load(address(coGateway), SLOT)), 1, "the flag is at slot 1");
        check(utility.isFrozen(), "the token too");
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.PairFrozen.selector));
        coGateway.freeze(number, proof);
    }

    /// Nodes towards slot 1 of a gateway that never wrote it.
    function slotProofOrLink() private returns (bytes[] memory) {
        return slotProof(address(gateway), SLOT);
    }

    function test_redeeming_goes_on_until_the_freeze() public {
        deactivateGateway();
        vm.warp(block.timestamp + 40 days);
        (bytes32 id,) = declareOn(coGateway, 1, AMOUNT);
        assertStatus(outboxStatus(coGateway, id), Status.Declared, "declared");
    }

    function test_a_frozen_pair_moves_no_box() public {
        (bytes32 id, Envelope memory stake) = declareOn(gateway, 1, AMOUNT);
        (, Envelope memory redeem) = declareOn(coGateway, 2, AMOUNT);
        freezePair();
        uint64 number = prove(gateway);
        bytes[] memory proof = outboxProof(gateway, id);
        Message memory m = messageOn(coGateway, 3, AMOUNT);
        bytes[10] memory calls = [
            abi.encodeCall(IMessageBus.declare, (m, 0, "", noPermit())),
            abi.encodeCall(IMessageBus.progressOutbox, (redeem, SECRET)),
            abi.encodeCall(IMessageBus.progressOutboxByProof, (redeem, number, proof)),
            abi.encodeCall(IMessageBus.declareRevocation, (redeem, "")),
            abi.encodeCall(IMessageBus.revokeOutbox, (redeem, number, proof)),
            abi.encodeCall(IMessageBus.confirm, (stake, number, proof)),
            abi.encodeCall(IMessageBus.deliver, (stake, SECRET, number, proof)),
            abi.encodeCall(IMessageBus.progressInbox, (stake, SECRET)),
            abi.encodeCall(IMessageBus.progressInboxByProof, (stake, number, proof)),
            abi.encodeCall(IMessageBus.revokeInbox, (stake, number, proof))
        ];
        onAuxiliary();
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(alice);
            (bool done, bytes memory reason) = address(coGateway).call(calls[i]);
            check(!done, "moved");
            assertEq(reason, abi.encodeWithSelector(IMessageBus.PairFrozen.selector));
        }
    }

    function test_a_frozen_token_moves_nothing_and_ledgers_of_coin_stay_open() public {
        freezePair();
        bytes memory reason = abi.encodeWithSelector(IUtilityToken.TokenIsFrozen.selector);
        vm.prank(alice);
        vm.expectRevert(reason);
        utility.transfer(bob, 1);
        vm.prank(alice);
        vm.expectRevert(reason);
        utility.approve(bob, 1);
        vm.expectRevert(reason);
        vm.prank(address(coGateway));
        utility.mint(bob, 1);
        vm.expectRevert(reason);
        vm.prank(address(coGateway));
        utility.burn(alice, 1);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ALICE_KEY, permitDigest());
        vm.expectRevert(reason);
        utility.permit(alice, bob, 1, type(uint256).max, v, r, s);
        vm.expectRevert(reason);
        vm.prank(address(coGateway));
        utility.freeze();
        vm.expectRevert(abi.encodeWithSelector(IUtilityToken.NotCoGateway.selector, address(this)));
        utility.freeze();

        uint256 before = facilitator.balance;
        vm.prank(facilitator);
        coGateway.withdrawLedger(1 ether);
        assertEq(facilitator.balance, before + 1 ether, "drawn");
    }

    function permitDigest() private view returns (bytes32) {
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                alice,
                bob,
                1,
                0,
                type(uint256).max
            )
        );
        return keccak256(abi.encodePacked(hex"1901", utility.DOMAIN_SEPARATOR(), structHash));
    }

    /// Written before the link is confirmed, slot 1 would make the gateway's storage more than the link word.
    function test_a_gateway_that_is_not_open_cannot_be_deactivated() public {
        deployPair();
        onOrigin();
        bytes memory seal = sealOf(4, 4, 4, 4, gateway.deactivationDigest());
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.PairNotOpen.selector));
        gateway.deactivate(seal);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BusHash} from "../../src/gateway/BusHash.sol";
import {Gateway} from "../../src/gateway/Gateway.sol";
import {GatewayConfig, IGateway} from "../../src/gateway/IGateway.sol";
import {Envelope, IMessageBus} from "../../src/gateway/IMessageBus.sol";
import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {ICore} from "../../src/origin/ICore.sol";
import {SlashFixture} from "../origin/SlashFixture.sol";

/// @dev What a gateway asks of its core and registry, asked of the real ones: a veto, a seal of deactivation, the ring of
/// sources and the halt (gateway 7.5, 7.6, 7.7). Four validators of equal weight.
contract RealCoreTest is SlashFixture {
    Gateway private gateway;

    function setUp() public override {
        super.setUp();
        _open(4);
        gateway = new Gateway(
            GatewayConfig({
                core: address(core),
                auxiliaryChainId: 1410,
                token: address(token),
                coGateway: address(0xc06a7e),
                utilityToken: address(0x0711),
                coGatewayCodeHash: keccak256("co-gateway"),
                utilityCodeHash: keccak256("utility token"),
                bounty: 1 ether,
                revokeDelay: 1 days,
                blamePeriod: 7 days
            })
        );
    }

    function openByForce() private {
        vm.store(address(gateway), bytes32(uint256(14)), bytes32(block.timestamp));
        assertEq(gateway.openedAt(), block.timestamp, "open");
    }

    function deactivation(uint32[] memory signers) private view returns (bytes memory seal) {
        seal = hex"00";
        for (uint256 i = 0; i < signers.length; ++i) {
            seal = bytes.concat(seal, _record(signers[i], gateway.deactivationDigest()));
        }
    }

    function test_the_digest_is_that_of_the_cores_domain() public view {
        assertEq(
            gateway.deactivationDigest(),
            MosaicHash.digest(
                core.domainSeparator(),
                keccak256(abi.encode(keccak256("Deactivate(address gateway)"), address(gateway)))
            )
        );
    }

    function test_three_of_four_validators_deactivate_and_two_do_not() public {
        openByForce();
        bytes memory two = deactivation(_first(2));
        vm.expectPartialRevert(IGateway.QuorumMissing.selector);
        gateway.deactivate(two);
        gateway.deactivate(deactivation(_first(3)));
        assertEq(gateway.deactivation(), block.timestamp, "deactivated");
    }

    function test_a_slashed_validator_counts_for_no_deactivation() public {
        openByForce();
        bytes memory seal = deactivation(_first(3));
        _slash(0);
        vm.expectPartialRevert(IGateway.QuorumMissing.selector);
        gateway.deactivate(seal);
    }

    function test_a_real_veto_keeps_the_gateway_shut() public {
        bytes32 word = BusHash.linkWord(gateway.linkHash(), uint64(block.timestamp));
        vm.store(address(gateway), bytes32(0), word);
        registry.veto(address(gateway), _signer(1), sign(_key(1), registry.vetoDigest(address(gateway))));
        uint64 declaredAt = uint64(block.timestamp);
        vm.warp(block.timestamp + 7 days);
        bytes[] memory none = new bytes[](0);
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayVetoed.selector, address(gateway)));
        gateway.open(1, "", none, none, declaredAt);
    }

    /// The numbers of the ring and of the newest source are the core's own.
    function test_after_a_real_halt_the_newest_source_is_the_last_committed_one() public {
        openByForce();
        _commitNext();
        _commitNext();
        _halt();
        bytes[] memory none = new bytes[](0);
        vm.expectRevert(abi.encodeWithSelector(IGateway.SourceNotNewest.selector, 1, 2));
        gateway.fixRecoveryRoot(1, "", none, none, none);
        vm.expectRevert(abi.encodeWithSelector(IGateway.SourceNotNewest.selector, 3, 2));
        gateway.fixRecoveryRoot(3, "", none, none, none);
        // The newest passes on to its header, which is none.
        vm.expectRevert();
        gateway.fixRecoveryRoot(2, "", none, none, none);
        vm.expectRevert(abi.encodeWithSelector(IMessageBus.CoreHalted.selector));
        gateway.revokeOutbox(_envelope(), 1, none);
    }

    function test_a_live_core_gives_only_what_it_committed_as_a_recovery_root() public {
        openByForce();
        _commitNext();
        bytes[] memory none = new bytes[](0);
        vm.expectRevert(abi.encodeWithSelector(ICore.SourceNotKept.selector, 2, 2));
        gateway.fixRecoveryRoot(2, "", none, none, none);
    }

    function _envelope() private view returns (Envelope memory e) {
        e.message.sender = address(this);
    }
}

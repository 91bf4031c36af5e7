// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Signatures} from "../../src/lib/Signatures.sol";
import {IRegistry, ValidatorState} from "../../src/origin/IRegistry.sol";
import {IReputation} from "../../src/origin/IReputation.sol";
import {SlashFixture} from "./SlashFixture.sol";

/// @dev The veto of a gateway (gateway 7.5): four validators of 100 tokens.
contract VetoTest is SlashFixture {
    address private constant GATEWAY = address(0x6a7e);

    function setUp() public override {
        super.setUp();
        _open(4);
    }

    function _signature(uint256 i) private view returns (bytes memory) {
        return sign(_key(i), registry.vetoDigest(GATEWAY));
    }

    function _refused(uint256 i, bytes memory signature, bytes memory reason) private {
        address signer = _signer(i);
        vm.expectRevert(reason);
        registry.veto(GATEWAY, signer, signature);
    }

    function test_a_validator_vetoes_a_gateway_for_a_hundredth_of_its_stake() public {
        bytes memory signature = _signature(1);
        vm.expectEmit(address(registry));
        emit IRegistry.Vetoed(GATEWAY, _signer(1), 1 ether);
        registry.veto(GATEWAY, _signer(1), signature);
        assertTrue(registry.vetoed(GATEWAY));
        assertEq(registry.stakeOf(_signer(1)), 99 ether);
        assertEq(registry.burned(), 1 ether);
        assertEq(registry.credit(address(this)), 0, "nobody is rewarded");
        assertEq(registry.voter(1).weight, 100, "the weight stays until it is refreshed");
        registry.refresh(_signer(1));
        assertEq(registry.waiting(1)[0].weight, 99);
    }

    function test_the_withdrawal_address_vetoes_without_a_signature() public {
        vm.prank(_withdrawal(2));
        registry.veto(GATEWAY, _signer(2), "");
        assertTrue(registry.vetoed(GATEWAY));
        assertFalse(registry.vetoed(address(0)));
        assertFalse(registry.vetoed(address(0x6a7f)));
    }

    function test_there_is_no_gateway_at_address_zero() public {
        address signer = _signer(0);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.GatewayZero.selector));
        registry.veto(address(0), signer, "");
    }

    function test_a_veto_is_signed_by_the_validator_over_that_gateway() public {
        _refused(0, _signature(1), abi.encodeWithSelector(IRegistry.SignerMismatch.selector, _signer(0), _signer(1)));
        _refused(0, hex"00", abi.encodeWithSelector(Signatures.SignatureLengthInvalid.selector, 1));
        bytes memory other = sign(_key(0), registry.vetoDigest(address(0x6a7f)));
        address signer = _signer(0);
        vm.expectPartialRevert(IRegistry.SignerMismatch.selector);
        registry.veto(GATEWAY, signer, other);
        bytes32 digest = registry.vetoDigest(GATEWAY);
        (bytes32 r,) = signWords(_key(0), digest);
        bytes32 high = bytes32(Signatures.HALF_ORDER + 1);
        _refused(
            0, abi.encodePacked(r, high), abi.encodeWithSelector(Signatures.SignatureInvalid.selector, digest)
        );
    }

    function test_only_an_active_validator_vetoes() public {
        _deposit(4, STAKE);
        bytes memory signature = _signature(4);
        _refused(
            4, signature, abi.encodeWithSelector(IRegistry.StateInvalid.selector, _signer(4), ValidatorState.Queued)
        );
        _logout(3);
        signature = _signature(3);
        _refused(
            3, signature, abi.encodeWithSelector(IRegistry.StateInvalid.selector, _signer(3), ValidatorState.Leaving)
        );
        // Nobody: an account that is all zero, whose withdrawal address nobody is.
        signature = _signature(9);
        _refused(
            9, signature, abi.encodeWithSelector(IRegistry.StateInvalid.selector, _signer(9), ValidatorState.None)
        );
    }

    function test_a_halted_core_has_no_veto() public {
        bytes memory signature = _signature(0);
        _halt();
        _refused(0, signature, abi.encodeWithSelector(IRegistry.CoreNotOpen.selector, 2));
    }

    function test_a_validator_without_weight_has_no_veto() public {
        vm.mockCall(
            registryConfig.reputation, abi.encodeWithSelector(IReputation.reputation.selector), abi.encode(0)
        );
        _deposit(4, STAKE);
        vm.clearMockedCalls();
        _commitNext();
        bytes memory signature = _signature(4);
        _refused(4, signature, abi.encodeWithSelector(IRegistry.Weightless.selector, _signer(4)));
    }

    function test_a_gateway_is_vetoed_once() public {
        bytes memory signature = _signature(0);
        registry.veto(GATEWAY, _signer(0), signature);
        _refused(0, signature, abi.encodeWithSelector(IRegistry.GatewayVetoed.selector, GATEWAY));
        signature = _signature(1);
        _refused(1, signature, abi.encodeWithSelector(IRegistry.GatewayVetoed.selector, GATEWAY));
        assertEq(registry.burned(), 1 ether);
    }
}

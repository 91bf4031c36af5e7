// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ConstantReputation} from "../../src/origin/ConstantReputation.sol";
import {IRegistry, RegistryConfig} from "../../src/origin/IRegistry.sol";
import {LifetimeReputation} from "../../src/origin/LifetimeReputation.sol";
import {WarmUpReputation} from "../../src/origin/WarmUpReputation.sol";
import {OriginFixture} from "./OriginFixture.sol";

/// @dev The factors alone (5.2).
contract ReputationTest is OriginFixture {
    function test_a_constant_reputation_is_one_at_every_height() public {
        ConstantReputation r = new ConstantReputation();
        assertEq(r.reputation(address(1), 1, 0), 1e18);
        assertEq(r.reputation(address(1), type(uint64).max, 7), 1e18);
    }

    function test_a_warm_up_rises_from_nothing_to_one() public {
        WarmUpReputation r = new WarmUpReputation(4);
        assertEq(r.reputation(address(1), 7, 0), 0, "not carried yet");
        assertEq(r.reputation(address(1), 7, 7), 0);
        assertEq(r.reputation(address(1), 8, 7), 25e16);
        assertEq(r.reputation(address(1), 10, 7), 75e16);
        assertEq(r.reputation(address(1), 11, 7), 1e18);
        assertEq(r.reputation(address(1), type(uint64).max, 7), 1e18);
    }

    function test_founders_need_no_warm_up() public {
        WarmUpReputation r = new WarmUpReputation(4);
        assertEq(r.reputation(address(1), 1, 0), 1e18, "deposited before opening");
        assertEq(r.reputation(address(1), 2, 1), 1e18, "refreshed later");
    }

    function test_a_lifetime_ends_at_its_height() public {
        LifetimeReputation r = new LifetimeReputation(3);
        assertEq(r.reputation(address(1), 7, 0), 1e18, "not carried yet");
        assertEq(r.reputation(address(1), 7, 7), 1e18);
        assertEq(r.reputation(address(1), 9, 7), 1e18);
        assertEq(r.reputation(address(1), 10, 7), 0);
        assertEq(r.reputation(address(1), type(uint64).max, 7), 0);
        assertEq(r.reputation(address(1), 6, 7), 1e18, "before the join");
    }

    function test_a_reputation_over_no_heights_is_refused() public {
        vm.expectRevert(abi.encodeWithSelector(WarmUpReputation.HeightsZero.selector));
        new WarmUpReputation(0);
        vm.expectRevert(abi.encodeWithSelector(LifetimeReputation.HeightsZero.selector));
        new LifetimeReputation(0);
    }
}

/// @dev A core whose joiners warm up over 4 heights.
contract WarmUpTest is OriginFixture {
    function _registryConfig() internal override returns (RegistryConfig memory c) {
        c = super._registryConfig();
        c.reputation = address(new WarmUpReputation(4));
    }

    function test_a_joiner_weighs_nothing_until_it_is_refreshed_and_all_in_the_end() public {
        _open(4);
        assertEq(registry.total(1), 400, "founders weigh whole");
        _deposit(4, STAKE);
        _commitNext();
        assertEq(registry.account(_signer(4)).joinHeight, 2);
        assertEq(registry.total(2), 400, "a join of weight 0");
        _commitNext();
        registry.refresh(_signer(4));
        _commitNext();
        assertEq(registry.voter(4).weight, 50, "sampled at K_3 for K_4: two of four heights");
        assertEq(registry.total(4), 450);
        _commitNext();
        _commitNext();
        registry.refresh(_signer(4));
        _commitNext();
        assertEq(registry.voter(4).weight, 100);
        assertEq(registry.total(7), 500);
    }
}

/// @dev A core whose validators count for 3 heights.
contract LifetimeTest is OriginFixture {
    function _registryConfig() internal override returns (RegistryConfig memory c) {
        c = super._registryConfig();
        c.reputation = address(new LifetimeReputation(3));
    }

    function test_a_validator_past_its_lifetime_is_refreshed_to_nothing() public {
        _open(4);
        _deposit(4, STAKE);
        _commitNext();
        address signer = _signer(0);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.WeightUnchanged.selector, signer, 100));
        registry.refresh(signer);
        _commitNext();
        registry.refresh(signer);
        _commitNext();
        assertEq(registry.voter(0).weight, 0);
        assertEq(registry.total(4), 400);
        assertEq(registry.account(signer).shares, STAKE, "the stake stays");
    }
}

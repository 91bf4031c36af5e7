// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Transition} from "../../src/lib/Types.sol";
import {ICore} from "../../src/origin/ICore.sol";
import {OriginFixture} from "./OriginFixture.sol";

/// @dev Scenarios that sank an earlier draft and that no other test tells whole; docs/scenarios.md names them all.
contract ScenariosTest is OriginFixture {
    /// A core that commits once a day observes a block that BLOCKHASH has long forgotten: it is enough that anyone
    /// recorded it in time (3.4).
    function test_an_observation_older_than_the_window_of_blockhash_is_proposed_and_committed() public {
        _open(4);
        history.record(995);
        vm.roll(8200);
        Transition memory t = _transition();
        (t.originNumber, t.originHash) = (996, _hashOf(996));
        uint64 stated = _statedHeight();
        vm.expectRevert(abi.encodeWithSelector(ICore.ObservationUnknown.selector, 996, _hashOf(996)));
        core.propose(t, stated, new bytes[](0));
        (t.originNumber, t.originHash) = (995, _hashOf(995));
        core.propose(t, stated, new bytes[](0));
        vm.warp(block.timestamp + 3);
        core.commit(t, stated, _link(t, stated), _seal(_link(t, stated), _all()));
        assertEq(core.committed().originNumber, 995);
    }
}
